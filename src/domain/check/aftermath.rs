//! What incidents leave behind: a word about those that are over, and the
//! follow-ups that people wrote down.

use std::collections::BTreeMap;

use super::{Found, Ground, Level, Looked};
use crate::domain::review::Action;
use crate::domain::review::unreviewed::Unreviewed;

/// So many are named.
const NAMED: usize = 3;

/// The first of them by name, and how many more there are.
fn listed(named: impl ExactSizeIterator<Item = String>) -> String {
    let more = named.len().checked_sub(NAMED).filter(|more| *more > 0);
    let named: Vec<String> = named.take(NAMED).collect();
    format!("{}{}", named.join(", "), more.map(|more| format!(" and {more} more")).unwrap_or_default())
}

pub(super) fn unreviewed(ground: &Ground<'_>) -> Looked {
    Looked::at(&ground.seen.past, |past| {
        let unreviewed = &past.unreviewed;
        let zone = ground.team().team.timezone;
        let of = |severity: &crate::config::Severity| {
            let own: Vec<&Unreviewed> = unreviewed.iter().filter(|one| one.severity == severity.id).collect();
            let told = |one: &&Unreviewed| format!("{} (due {})", one.id, one.due.with_timezone(&zone).date_naive());
            let within = severity.review_within.map(|span| span.to_string()).unwrap_or_default();
            let message = format!(
                "{} of {} closed, and no word about it within {within}: {}",
                own.len(),
                severity.id,
                listed(own.iter().map(told))
            );
            let first = own.first()?;
            let fix =
                format!("say what was learned: `dogwatch note {} TEXT`, or hold `dogwatch review --write`", first.id);
            Some(Found::new(Level::Warning, format!("severity:{}", severity.id), message, fix))
        };
        ground.team().severities.iter().filter_map(of).collect()
    })
}

pub(super) fn actions(ground: &Ground<'_>) -> Looked {
    Looked::at(&ground.seen.past, |past| {
        let actions = &past.actions;
        let today = ground.today();
        let mut late: BTreeMap<&str, Vec<&Action>> = BTreeMap::new();
        let mut unowned: Vec<&Action> = Vec::new();
        for action in actions.iter().filter(|action| action.done_at.is_none()) {
            match &action.owner {
                None => unowned.push(action),
                Some(owner) if action.due.is_some_and(|due| due < today) => late.entry(owner).or_default().push(action),
                Some(_) => {}
            }
        }
        let due = |action: &Action| action.due.map(|due| format!(" (due {due})")).unwrap_or_default();
        let told = |action: &&Action| format!("{}{}: {}", action.id, due(action), action.what);
        let mut found = Vec::new();
        if !unowned.is_empty() {
            let message = format!("{} without an owner: {}", many(unowned.len()), listed(unowned.iter().map(told)));
            let fix = "name who does it in the next handoff, `@person` in its follow-up";
            found.push(Found::new(Level::Warning, "actions:unowned".to_owned(), message, fix));
        }
        found.extend(late.into_iter().map(|(owner, own)| {
            let message = format!("{} of {owner} late: {}", many(own.len()), listed(own.iter().map(told)));
            let fix = "do it and say `done` in its follow-up, or give it another day or owner there";
            Found::new(Level::Warning, format!("person:{owner}"), message, fix)
        }));
        found
    })
}

fn many(follow_ups: usize) -> String {
    if follow_ups == 1 { "1 follow-up".to_owned() } else { format!("{follow_ups} follow-ups") }
}
