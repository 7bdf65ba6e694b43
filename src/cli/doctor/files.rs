//! The two files: where they lie, what they say, whether one is trusted.

use std::path::Path;

use super::{Findings, Group, Level, trusted};
use crate::cli::context::{Context, TEAM_FILE, account, shown};
use crate::config::{EXPECTED_FILE, wants_trust};
use crate::shell::session::{Plan, Trust, Trusted};
use crate::shell::words;
use crate::store::Store;

pub(super) fn look(context: &Context, plan: &Plan, store: Option<&Store>, findings: &mut Findings) {
    let mut group = findings.group("files");
    team(context, &mut group);
    trust(context, plan, store, &mut group);
    said(context, &mut group);
    personal(context, &mut group);
}

/// What was said of evals beside the team file.
fn said(context: &Context, group: &mut Group<'_>) {
    let Some(home) = context.team_path.as_deref().and_then(Path::parent) else { return };
    match words::heard(home) {
        Err(why) => group.error(
            "said of evals",
            why.as_str(),
            "mend the line or take its entry out; until then no results are judged, and nothing more can be said",
        ),
        Ok(said) => {
            let counts = [
                (said.expected.len(), "expected"),
                (said.quarantined.len(), "in quarantine"),
                (said.pinned.len(), "pinned"),
                (said.accepted.len(), "accepted"),
            ];
            let counts = counts.iter().filter(|(count, _)| *count > 0);
            let counts: Vec<String> = counts.map(|(count, word)| format!("{count} {word}")).collect();
            if !counts.is_empty() {
                group.ok("said of evals", &format!("{EXPECTED_FILE}: {}", counts.join(", ")));
            }
        }
    }
}

fn team(context: &Context, group: &mut Group<'_>) {
    let team = &context.team;
    let Some(path) = &context.team_path else {
        let text = format!("none; no {TEAM_FILE} here or above, so incidents are kept on this machine alone");
        return group.ok("team file", &text);
    };
    let people = counted(team.people.len(), "person", "people");
    let sources = counted(team.sources.len(), "source", "sources");
    group.ok("team file", &format!("{}: {}, {people}, {sources}", shown(path), team.team.name));
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn trust(context: &Context, plan: &Plan, store: Option<&Store>, group: &mut Group<'_>) {
    if context.team_path.is_none() {
        return;
    }
    let wanted = wants_trust(&context.team);
    if wanted.is_empty() {
        return group.ok("trust", "it asks for nothing that needs trust");
    }
    let items: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    let items = items.join("; ");
    match (trusted(plan, store), plan.trust) {
        (Trusted::Yes, Trust::ForThisRun) => group.ok("trust", &format!("for this run, by --trust: {items}")),
        (Trusted::Yes, Trust::AsRemembered) => group.ok("trust", &format!("trusted: {items}")),
        (Trusted::No, _) => group.warn(
            "trust",
            &format!("not trusted yet; it wants to {items}"),
            "read what it wants, then `dogwatch trust`; until then the rest of the file holds",
        ),
    }
}

fn personal(context: &Context, group: &mut Group<'_>) {
    let Some(path) = &context.personal_path else {
        return group.warn("personal file", "no home folder is known, so none is read", "set $HOME");
    };
    if path.exists() {
        group.ok("personal file", shown(path).as_str());
    } else {
        group.ok("personal file", &format!("none; {} would be it", shown(path)));
    }
    for problem in context.keymap().err().into_iter().flatten() {
        group.note((Level::Error, "keys"), &problem, None);
    }
    let people = &context.team.people;
    match context.personal.me.as_deref() {
        Some(me) if people.is_empty() || context.team.person(me).is_some() => group.ok("me", me),
        Some(me) => {
            let known: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
            let remedy = format!("write one of these as `me` in the personal file: {}", known.join(", "));
            group.warn("me", &format!("`{me}` is no person of the team file"), &remedy);
        }
        None => {
            group.ok("me", &format!("{}, the name of this account; else the login of the token", account()));
        }
    }
}
