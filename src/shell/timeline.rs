//! What happened to an incident, each thing once: the tracker's own words, and
//! beside them only what the tracker does not know.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::id::IncidentId;
use crate::domain::incident::Moment;
use crate::domain::journal::{Entry, State};
use crate::store::Store;
use crate::tracker::local::told;

/// The tracker's clock and ours may differ by this much.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(2);

/// Each verb, and how the trackers' words for it begin.
const WORDS: &[(&str, &[&str])] = &[
    ("ack", &["acked"]),
    ("unack", &["unacked", "took back the ack"]),
    ("assign", &["assigned", "unassigned"]),
    ("close", &["closed"]),
    ("reopen", &["reopened"]),
    ("snooze", &["snoozed", "labeled"]),
    ("wake", &["ended the snooze", "unlabeled"]),
    ("note", &["commented"]),
    ("runbook", &["followed a runbook", "commented"]),
    ("retract", &["took back a note"]),
    ("severity", &["set severity", "labeled", "unlabeled"]),
    ("kind", &["set kind", "labeled", "unlabeled"]),
    ("merge", &["merged", "closed", "marked as a duplicate"]),
    ("escalate", &["escalated", "commented"]),
    ("recall", &["took back asking", "commented"]),
    ("new", &["opened"]),
];

/// What the ledger knows and the tracker does not: how these lines begin.
const ONLY_HERE: [&str; 3] = ["refused: ", "conflict: ", "taken back: "];

/// What happened to an incident, oldest first. A history that cannot be read
/// is shown as none; the store says elsewhere that it is damaged.
pub fn timeline(store: &Store, id: &IncidentId) -> Vec<Moment> {
    let mut moments = store.moments(id).unwrap_or_default();
    let recent = store.journal(DateTime::<Utc>::MIN_UTC).unwrap_or_default();
    let done = recent.iter().filter(|entry| entry.incident == *id && entry.state == State::Done);
    // Of a use of a runbook the last word holds all of the earlier ones.
    let overtaken = |entry: &Entry| {
        let Some(report) = entry.decision.report() else { return false };
        let later = recent.iter().filter(|later| later.seq > entry.seq && later.state == State::Done);
        later.filter_map(|later| later.decision.report()).any(|later| later.run == report.run)
    };
    let untold = done.filter(|entry| !is_told(entry, &moments) && !overtaken(entry));
    let untold: Vec<Moment> = untold.map(moment).collect();
    let history = store.history(id).unwrap_or_default();
    let here = history.into_iter().filter(|line| ONLY_HERE.iter().any(|word| line.what.as_str().starts_with(word)));
    moments.extend(here.chain(untold));
    moments.sort_by_key(|moment| moment.at);
    moments
}

/// Whether the tracker has told of what this decision did.
fn is_told(entry: &Entry, moments: &[Moment]) -> bool {
    let verb = entry.decision.verb();
    let words = WORDS.iter().find(|(name, _)| *name == verb).map_or([].as_slice(), |(_, words)| words);
    let from = entry.deed.at - CLOCKS_DIFFER;
    let to = entry.settled_at.unwrap_or(entry.deed.at) + CLOCKS_DIFFER;
    let tells = |moment: &Moment| {
        (from..=to).contains(&moment.at) && words.iter().any(|word| moment.what.as_str().starts_with(word))
    };
    moments.iter().any(tells)
}

fn moment(entry: &Entry) -> Moment {
    let (what, text) = told(&entry.decision);
    let what = crate::domain::text::Clean::line(&what);
    Moment { at: entry.deed.at, by: entry.deed.by.clone(), what, text }
}
