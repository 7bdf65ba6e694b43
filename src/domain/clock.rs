//! The clocks of an incident: how far a span reaches, by the calendar or by
//! the team's working hours.
//!
//! Two business days later is two working days on, at the same time of day.
//! One business hour later is one hour of working time on.

mod working;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::civil;
use crate::config::{Clock, Span, Team};

pub use working::WorkingTime;

/// Further than this no clock looks: a team whose every day is a holiday.
const DAYS_LOOKED_AT: u32 = 4000;

/// The instant that lies this span after `from`, on this clock.
pub fn after(from: DateTime<Utc>, span: Span, clock: Clock, team: &Team) -> DateTime<Utc> {
    match (span, clock) {
        (Span::Elapsed(delta), Clock::Always) => from.checked_add_signed(delta).unwrap_or(DateTime::<Utc>::MAX_UTC),
        (Span::Elapsed(delta), Clock::Business) => after_working_time(from, delta, team),
        (Span::BusinessDays(days), Clock::Business | Clock::Always) => after_working_days(from, days, team),
    }
}

/// Whether the team works on this day.
pub fn is_workday(day: NaiveDate, team: &Team) -> bool {
    team.workdays.contains(&day.weekday()) && !team.holidays.contains(&day)
}

/// When the team next begins work, strictly after this instant.
pub fn next_workday_start(from: DateTime<Utc>, team: &Team) -> DateTime<Utc> {
    let first = from.with_timezone(&team.timezone).date_naive();
    days_from(first)
        .filter(|day| is_workday(*day, team))
        .map(|day| civil::instant(day.and_time(team.workhours.from), team.timezone))
        .find(|start| *start > from)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn after_working_days(from: DateTime<Utc>, days: u32, team: &Team) -> DateTime<Utc> {
    let local = from.with_timezone(&team.timezone).naive_local();
    if days == 0 {
        return from;
    }
    let nth = usize::try_from(days - 1).unwrap_or(usize::MAX);
    days_from(local.date())
        .skip(1)
        .filter(|day| is_workday(*day, team))
        .nth(nth)
        .map_or(DateTime::<Utc>::MAX_UTC, |day| civil::instant(day.and_time(local.time()), team.timezone))
}

fn after_working_time(from: DateTime<Utc>, delta: TimeDelta, team: &Team) -> DateTime<Utc> {
    let first = from.with_timezone(&team.timezone).date_naive().checked_sub_days(Days::new(1));
    let mut left = delta;
    for day in first.into_iter().flat_map(days_from).filter(|day| is_workday(*day, team)) {
        let (start, end) = working_hours(day, team);
        let begun = start.max(from);
        let worked = end - begun;
        if worked > TimeDelta::zero() {
            if worked >= left {
                return begun + left;
            }
            left -= worked;
        }
    }
    DateTime::<Utc>::MAX_UTC
}

/// Working hours that end before they begin run into the next day.
fn working_hours(day: NaiveDate, team: &Team) -> (DateTime<Utc>, DateTime<Utc>) {
    let hours = team.workhours;
    let last = if hours.to > hours.from { Some(day) } else { day.checked_add_days(Days::new(1)) };
    let at = |local: NaiveDateTime| civil::instant(local, team.timezone);
    (at(day.and_time(hours.from)), at(last.unwrap_or(day).and_time(hours.to)))
}

fn days_from(first: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (0..DAYS_LOOKED_AT).map_while(move |days| first.checked_add_days(Days::new(u64::from(days))))
}
