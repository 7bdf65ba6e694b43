//! The figures of a review in words.

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use crate::domain::review::{Count, Durations, Review, Spread, TREND, on_clock};

/// What the review is of.
pub(super) fn title(review: &Review) -> String {
    let zone = review.time_zone;
    let first = review.from.with_timezone(&zone).date_naive();
    let last = (review.to - TimeDelta::seconds(1)).with_timezone(&zone).date_naive();
    let year = if first.year() == last.year() { String::new() } else { first.format(" %Y").to_string() };
    format!("Cycle review of {}: {}{year} to {}", review.team, first.format("%a %-d %b"), last.format("%a %-d %b %Y"))
}

/// A time on the team's clock, with its offset.
pub(super) fn time(review: &Review, at: DateTime<Utc>) -> String {
    at.with_timezone(&review.time_zone).format("%a %-d %b %H:%M %:z").to_string()
}

/// How many, and that of few nothing is claimed.
pub(super) fn of(n: usize) -> String {
    if n < TREND { format!("n = {n}: no trend claimed") } else { format!("n = {n}") }
}

/// `median 20 min, slowest 1 h (local#3); n = 4: no trend claimed`
pub(super) fn spread(spread: &Spread, clock: &str) -> String {
    match (spread.median, &spread.slowest) {
        (Some(median), Some(slowest)) => format!(
            "median {}, slowest {} ({}); {}",
            on_clock(median, clock),
            on_clock(slowest.seconds, clock),
            slowest.id,
            of(spread.n)
        ),
        (_, _) => "n = 0".to_owned(),
    }
}

/// The same of one severity, with the clock it is measured on.
pub(super) fn durations(one: &Durations) -> String {
    let clock = if one.clock == "business" { " (business hours)" } else { "" };
    format!("{}{clock}: {}", name(one.severity.as_deref()), spread(&one.spread, &one.clock))
}

fn name(severity: Option<&str>) -> &str {
    severity.unwrap_or("untriaged")
}

/// `SEV1 2 opened, 1 closed, 1 carried`
pub(super) fn counts(counts: &[Count], nobody: &str) -> String {
    let one = |count: &Count| {
        format!("{} {}/{}/{}", count.of.as_deref().unwrap_or(nobody), count.opened, count.closed, count.carried)
    };
    if counts.is_empty() { "none".to_owned() } else { counts.iter().map(one).collect::<Vec<String>>().join(", ") }
}

/// `1 incident`, `2 incidents`
pub(super) fn many(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// At most so many names, and how many are left out.
pub(super) fn names<T: AsRef<str>>(names: &[T], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        left => format!("{}, and {left} more", shown.join(", ")),
    }
}

/// `2 (a, b)`, or `0`
pub(super) fn listed<T: AsRef<str>>(all: &[T], most: usize) -> String {
    if all.is_empty() { "0".to_owned() } else { format!("{} ({})", all.len(), names(all, most)) }
}
