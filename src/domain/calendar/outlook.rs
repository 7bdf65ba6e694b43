//! Whether anything may land now, in one sentence.

use std::cmp::Reverse;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::freezes::{allowance, called, scope};
use super::today;
use crate::config::{Freeze, TeamFile};

/// `OPEN until Fri 18 Dec, then year-end freeze to 4 Jan (SEV1, SEV2 may land; ask the approver)`, or what holds now.
///
/// Of several freezes that begin on one day, or hold now, the one that lasts longest is named first.
pub fn outlook(team: &TeamFile, now: DateTime<Utc>) -> String {
    let today = today(team, now);
    let mut active: Vec<&Freeze> =
        team.freezes.iter().filter(|freeze| (freeze.from..=freeze.to).contains(&today)).collect();
    active.sort_by_key(|freeze| Reverse(freeze.to));
    if let Some((first, others)) = active.split_first() {
        let also: Vec<String> =
            others.iter().map(|freeze| format!("{} to {}", called(freeze), short(freeze.to, today))).collect();
        let also = if also.is_empty() { String::new() } else { format!("; also {}", also.join(", ")) };
        let (until, what) = (weekday(first.to, today), called(first));
        return format!("FROZEN to {until} by {what}{} {}{also}", of(first), allowance(first));
    }
    let ahead = team.freezes.iter().filter(|freeze| freeze.from > today);
    match ahead.min_by(|a, b| (a.from, b.to).cmp(&(b.from, a.to))) {
        None => "OPEN: no freeze ahead".to_owned(),
        Some(next) => {
            let (until, to) = (weekday(next.from, today), short(next.to, today));
            format!("OPEN until {until}, then {} to {to} {}", called(next), allowance(next))
        }
    }
}

fn of(freeze: &Freeze) -> String {
    let scope = scope(freeze);
    if scope.is_empty() { String::new() } else { format!(" of {scope}") }
}

/// `Fri 18 Dec`; with its year where that is not plain.
fn weekday(day: NaiveDate, today: NaiveDate) -> String {
    format!("{} {}", day.format("%a"), short(day, today))
}

/// `4 Jan`; with its year where it is more than half a year away.
fn short(day: NaiveDate, today: NaiveDate) -> String {
    let far = (day - today).num_days().abs() > 183 && day.year() != today.year();
    day.format(if far { "%-d %b %Y" } else { "%-d %b" }).to_string()
}
