//! The areas as lines of a CODEOWNERS file.
//!
//! In both the last pattern that matches wins, so the areas stand there in
//! their order. What GitHub would not read, or would read as something else,
//! becomes a comment that says why: a line without an owner would take the
//! paths away from everybody.

use crate::config::{Area, TeamFile};
use crate::domain::text::{Clean, is_hidden};

/// The lines for the areas of a team, without line ends. `prefix` leads from the top of the repository to the team
/// file, as `ops/`; empty where it lies at the top.
pub fn lines(team: &TeamFile, prefix: &str) -> Vec<String> {
    if team.areas.is_empty() {
        return vec![comment("the team file names no area")];
    }
    team.areas.iter().flat_map(|area| of_area(team, area, prefix)).collect()
}

/// The owners of areas whom GitHub cannot be told, by id, each with their areas; in the order of the areas.
pub fn without_handle(team: &TeamFile) -> Vec<(&str, Vec<&str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for area in &team.areas {
        let Some(owner) = area.owner.as_deref() else { continue };
        if team.person(owner).is_some_and(|person| person.github.is_some()) {
            continue;
        }
        match all.iter_mut().find(|(known, _)| *known == owner) {
            Some((_, areas)) => areas.push(&area.id),
            None => all.push((owner, vec![&area.id])),
        }
    }
    all
}

fn of_area(team: &TeamFile, area: &Area, prefix: &str) -> Vec<String> {
    let called = if area.title == area.id { area.id.clone() } else { format!("{} ({})", area.title, area.id) };
    let mut lines = vec![comment(&called)];
    let mut handles: Vec<&str> = Vec::new();
    for id in [&area.owner, &area.backup].into_iter().flatten() {
        match team.person(id).and_then(|person| person.github.as_deref()) {
            Some(handle) if !is_handle(handle) => {
                lines.push(comment(&format!("{id} is left out: {handle} cannot own code on GitHub")));
            }
            Some(handle) if handles.contains(&handle) => {}
            Some(handle) => handles.push(handle),
            None => lines.push(comment(&format!("{id} is left out: the team file has no GitHub handle of them"))),
        }
    }
    if area.owner.is_none() {
        lines.push(comment("no owner in the team file"));
    }
    if area.paths.is_empty() {
        lines.push(comment("no paths in the team file"));
    }
    let owners: Vec<String> = handles.iter().map(|handle| format!("@{handle}")).collect();
    let owners = owners.join(" ");
    lines.extend(area.paths.iter().map(|path| match (pattern(path, prefix), owners.is_empty()) {
        (Ok(pattern), false) => format!("{pattern} {owners}"),
        (Ok(_), true) => comment(&format!("nobody to name for {path}")),
        (Err(why), _) => comment(&format!("not written: {path} ({why})")),
    }));
    lines
}

/// A pattern as CODEOWNERS takes it, or why it does not.
fn pattern(path: &str, prefix: &str) -> Result<String, &'static str> {
    let path = path.trim();
    if path.is_empty() || path == "/" {
        return Err("it matches nothing");
    }
    if path.starts_with('!') {
        return Err("CODEOWNERS has no `!`");
    }
    if path.contains(['[', ']']) {
        return Err("CODEOWNERS has no `[ ]`");
    }
    if path.starts_with('#') || path.starts_with("\\#") {
        return Err("CODEOWNERS takes a line that begins with # for a comment");
    }
    if path.contains(" #") {
        return Err("CODEOWNERS takes # after a blank for a comment");
    }
    if path.chars().any(is_hidden) {
        return Err("it has characters in it that cannot be seen");
    }
    if path.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1 {
        return Err("the `\\` at its end would take the blank before the owner");
    }
    if prefix.contains(['*', '?', '[', ']', '\\']) {
        return Err("the folder of the team file has signs in its name that CODEOWNERS takes for others");
    }
    let below = if prefix.is_empty() {
        path.to_owned()
    } else {
        // A stroke at the beginning or inside ties a pattern to the folder of the team file; without one it may match
        // at any depth below it.
        let is_tied = path.trim_end_matches('/').contains('/');
        let deep = if is_tied { "" } else { "**/" };
        format!("/{prefix}{deep}{}", path.trim_start_matches('/'))
    };
    Ok(escaped(&below))
}

/// Blanks would end the pattern; one that is escaped already stays so.
fn escaped(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
            }
            ' ' => out.push_str("\\ "),
            c => out.push(c),
        }
    }
    out
}

/// A login that GitHub takes for an owner; an app's is none.
fn is_handle(login: &str) -> bool {
    !login.is_empty() && login.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn comment(text: &str) -> String {
    format!("# {}", Clean::line(text))
}
