//! Open incidents that nobody has touched, answered or reviewed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Found, Ground, Level, Looked, Lying};
use crate::domain::text::Clean;

/// So many are named.
const NAMED: usize = 3;
/// A question is waited for, and a review, for so many days.
const ANSWER: i64 = 10;
const REVIEW: i64 = 5;
/// What labels say of an incident that waits for an answer, or for a review: the last part of the label, in small
/// letters with dashes, as the trackers of large projects have them.
const ASKED: [&str; 9] = [
    "needinfo",
    "needs-info",
    "needs-information",
    "needs-more-info",
    "more-info-needed",
    "waiting-for-info",
    "waiting-on-author",
    "awaiting-response",
    "question",
];
const TO_REVIEW: [&str; 5] =
    ["needs-review", "waiting-on-review", "waiting-for-review", "awaiting-review", "review-requested"];

pub(super) fn untouched(ground: &Ground<'_>) -> Looked {
    Looked::at(&ground.seen.past, |past| {
        let lying = &past.lying;
        let severities = ground.team().severities.iter().enumerate();
        let of = |(at, severity): (usize, &crate::config::Severity)| {
            let limit = *ground.team().limits.untouched.get(&severity.id)?;
            let old = |one: &&Lying| one.severity == Some(at) && ground.now - one.touched > limit;
            let mut own: Vec<&Lying> = lying.iter().filter(old).collect();
            own.sort_by(|one, other| (one.touched, &one.id).cmp(&(other.touched, &other.id)));
            let message = format!(
                "{} open {} without a word for over {} d; the oldest: {}",
                own.len(),
                severity.id,
                limit.num_days(),
                oldest(&own, ground.now)
            );
            let fix = "look at them in the next triage meeting: `dogwatch triage`; nothing is closed by itself";
            (!own.is_empty()).then(|| Found::new(Level::Warning, format!("severity:{}", severity.id), message, fix))
        };
        severities.filter_map(of).collect()
    })
}

pub(super) fn unanswered(ground: &Ground<'_>) -> Looked {
    let fix = "ask again, or close it: `dogwatch show ID`, then `note` or `close`";
    waiting(ground, (&ASKED, ANSWER), "wait for an answer", fix)
}

pub(super) fn unreviewed(ground: &Ground<'_>) -> Looked {
    let fix = "review it, or ask somebody else to: `dogwatch assign ID PERSON`";
    waiting(ground, (&TO_REVIEW, REVIEW), "wait for a review", fix)
}

/// Open incidents with one of these labels without a word for so many days; one finding for each label.
fn waiting(ground: &Ground<'_>, (words, days): (&[&str], i64), what: &str, fix: &str) -> Looked {
    Looked::at(&ground.seen.past, |past| {
        let lying = &past.lying;
        let mut labels: BTreeMap<&str, Vec<&Lying>> = BTreeMap::new();
        for one in lying.iter().filter(|one| (ground.now - one.touched).num_days() > days) {
            let says = |label: &&Clean| words.contains(&plain(label.as_str()).as_str());
            if let Some(label) = one.labels.iter().find(says) {
                labels.entry(label.as_str()).or_default().push(one);
            }
        }
        let of = |(label, mut own): (&str, Vec<&Lying>)| {
            own.sort_by(|one, other| (one.touched, &one.id).cmp(&(other.touched, &other.id)));
            let message = format!("{} {what} for over {days} d; the oldest: {}", own.len(), oldest(&own, ground.now));
            Found::new(Level::Info, format!("label:{label}"), message, fix)
        };
        labels.into_iter().map(of).collect()
    })
}

/// `triage/needs-information` and `S-needs info` as `needs-information` and `needs-info`.
fn plain(label: &str) -> String {
    let last = label.rsplit(['/', ':']).next().unwrap_or(label).trim().to_lowercase().replace([' ', '_'], "-");
    // One letter before a dash is a series of labels: `S-waiting-on-author`.
    match last.split_once('-') {
        Some((series, rest)) if series.chars().count() == 1 => rest.to_owned(),
        Some(_) | None => last,
    }
}

/// The first few, by name, each with the days since a person last said a word.
fn oldest(own: &[&Lying], now: DateTime<Utc>) -> String {
    let told = |one: &&Lying| format!("{} ({} d)", one.id, (now - one.touched).num_days());
    own.iter().take(NAMED).map(told).collect::<Vec<_>>().join(", ")
}
