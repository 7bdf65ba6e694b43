//! Severities and their clocks; kinds and their runbooks.

use super::{Found, Ground, Level, Looked, Page};
use crate::config::{Kind, Severity, Span};

/// A business day and a day are compared as the same length.
const DAY: i64 = 86_400;

fn seconds(span: Span) -> i64 {
    match span {
        Span::Elapsed(delta) => delta.num_seconds(),
        Span::BusinessDays(days) => i64::from(days) * DAY,
    }
}

pub(super) fn severities(ground: &Ground<'_>) -> Vec<Found> {
    let severities = &ground.team().severities;
    let all = severities.iter().enumerate();
    super::joined(all.flat_map(|(at, severity)| of_severity((at, severity), &severities[..at])).collect())
}

/// What is wrong with the clocks of one, given those above it.
fn of_severity((at, severity): (usize, &Severity), above: &[Severity]) -> Vec<Found> {
    let id = &severity.id;
    let said = |message: String, fix: String| Found::new(Level::Error, format!("severity:{id}"), message, fix);
    let Some(ack) = severity.ack else {
        let fix = format!("write `ack = \"1h\"` in the severity {id}");
        return vec![said(format!("{id} has no `ack`"), fix).setting(("severities", at), "ack", "1h")];
    };
    let mut found = Vec::new();
    if severity.mitigate.is_none() && !severity.backlog {
        let fix = format!("write `mitigate = \"2bd\"`, or `backlog = true`, in the severity {id}");
        let one = said(format!("{id} has no `mitigate` and is no backlog"), fix);
        found.push(one.setting(("severities", at), "mitigate", "2bd"));
    }
    for (key, span) in [("owner_within", severity.owner_within), ("mitigate", severity.mitigate)] {
        if let Some(span) = span.filter(|span| seconds(ack) > seconds(*span)) {
            let fix = format!("let `ack` be no longer than `{key}` in the severity {id}");
            found.push(said(format!("{id}: ack {ack} is longer than {key} {span}"), fix));
        }
    }
    for higher in above {
        for (key, span, other) in stricter(severity, higher) {
            let fix = format!("let `{key}` of {id} be no shorter than that of {}", higher.id);
            let message = format!("{id}: {key} {span} is stricter than {other} of {}", higher.id);
            found.push(said(message, fix).setting(("severities", at), key, other.to_string()));
        }
    }
    found
}

/// The clocks of a severity that are shorter than those of a higher one.
fn stricter(severity: &Severity, higher: &Severity) -> Vec<(&'static str, Span, Span)> {
    let both = [
        ("ack", severity.ack, higher.ack),
        ("owner_within", severity.owner_within, higher.owner_within),
        ("mitigate", severity.mitigate, higher.mitigate),
    ];
    let clocks = both.into_iter().filter_map(|(key, own, other)| Some((key, own?, other?)));
    clocks.filter(|(_, own, other)| seconds(*own) < seconds(*other)).collect()
}

/// Whether incidents of this kind page somebody.
pub(super) fn pages(ground: &Ground<'_>, kind: &Kind) -> bool {
    let areas = &ground.team().areas;
    kind.area.as_ref().is_some_and(|id| areas.iter().any(|area| area.id == *id && area.pages))
}

pub(super) fn runbooks(ground: &Ground<'_>) -> Looked {
    let kinds = &ground.team().kinds;
    let level = |kind: &Kind| if pages(ground, kind) { Level::Error } else { Level::Warning };
    let found =
        |kind: &Kind, message: String, fix: String| Found::new(level(kind), format!("kind:{}", kind.id), message, fix);
    let without = kinds.iter().filter(|kind| kind.runbook.is_none()).map(|kind| {
        let fix = format!("write `runbook = \"{}.md\"` in the kind {}, and the page", kind.id, kind.id);
        found(kind, format!("{} names no runbook", kind.id), fix)
    });
    let named = || kinds.iter().filter_map(|kind| Some((kind, kind.runbook.as_deref()?)));
    let none = Looked::from(without.collect::<Vec<_>>());
    if named().next().is_none() {
        return none;
    }
    none.and(Looked::at(&ground.seen.pages, |pages| {
        let broken = named().filter_map(|(kind, target)| {
            let Missing { message, fix, nearest } = missing(target, pages)?;
            let one = found(kind, format!("{}: {message}", kind.id), fix);
            let nth = kinds.iter().position(|known| known.id == kind.id);
            Some(match (nth, nearest) {
                (Some(nth), Some(nearest)) => one.setting(("kinds", nth), "runbook", nearest),
                (_, _) => one,
            })
        });
        broken.collect()
    }))
}

/// What is wrong with what a kind names, how it is mended, and what may have been meant.
struct Missing {
    message: String,
    fix: String,
    nearest: Option<String>,
}

fn missing(target: &str, pages: &[Page]) -> Option<Missing> {
    // A page for each tool is there or not when an incident comes.
    if target.contains('{') {
        return None;
    }
    let (file, heading) = target.split_once('#').map_or((target, None), |(file, heading)| (file, Some(heading)));
    let nearest = |word: &str, known: Vec<&str>| {
        let near = known.into_iter().max_by(|one, other| {
            let like = |other: &str| strsim::jaro_winkler(word, other);
            like(one).total_cmp(&like(other)).then_with(|| other.cmp(one))
        });
        near.map(str::to_owned)
    };
    let told =
        |near: &Option<String>| near.as_ref().map(|near| format!("; the nearest is `{near}`")).unwrap_or_default();
    let Some(page) = pages.iter().find(|page| page.below == file || page.path == file) else {
        let near = nearest(file, pages.iter().map(|page| page.below.as_str()).collect());
        let message = format!("there is no runbook {file}{}", told(&near));
        return Some(Missing { message, fix: format!("write the page {file}, or name another"), nearest: near });
    };
    let heading = heading?;
    if page.document.section(heading).is_some() {
        return None;
    }
    let near = nearest(heading, page.document.sections.iter().map(|section| section.anchor.as_str()).collect());
    let message = format!("{file} has no heading #{heading}{}", told(&near));
    let nearest = near.map(|near| format!("{file}#{near}"));
    Some(Missing { message, fix: format!("add the heading to {file}, or name another"), nearest })
}
