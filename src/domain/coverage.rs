//! When somebody must be there: covered time, as instants.
//!
//! A window belongs to the day on which it starts. Its start is the first of
//! two equal local times and its end the last, so that what is covered on a
//! day of change is covered in full. Windows that touch or overlap are one.
//! Instants are seconds since 1970 in UTC; all stretches are half-open.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{Datelike, NaiveDate, Timelike};

use super::civil::Ruler;
use crate::config::{Coverage, Team};

const DAY: i64 = 86_400;
const WEEK: i64 = 7 * DAY;
/// A window is looked for this far around: longer than any week that is covered but for one hour, which a change of
/// clock takes away.
const AROUND: i64 = 15;

/// The covered hours of a week, and the days without them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// By weekday from Monday: from and to, in seconds after its midnight, by their start.
    week: [Vec<Range<i64>>; 7],
    /// Days of the local calendar, counted from 1970, on which no window starts.
    holidays: BTreeSet<i64>,
    always: bool,
}

impl Hours {
    /// The hours of a coverage, on the clock of the rotation that asks.
    pub fn of(coverage: &Coverage, team: &Team) -> Self {
        let mut week: [Vec<Range<i64>>; 7] = Default::default();
        let mut add = |days: &[chrono::Weekday], from: chrono::NaiveTime, to: chrono::NaiveTime| {
            let (from, to) = (seconds(from), seconds(to));
            let to = if to > from { to } else { to + DAY };
            for day in days {
                if let Some(windows) = week.get_mut(day.num_days_from_monday() as usize) {
                    windows.push(from..to);
                }
            }
        };
        let mut holidays = BTreeSet::new();
        match coverage {
            Coverage::Business => {
                add(&team.workdays, team.workhours.from, team.workhours.to);
                holidays.extend(team.holidays.iter().map(|day| day_number(*day)));
            }
            Coverage::Always => {}
            Coverage::Windows(windows) => {
                for window in windows {
                    add(&window.days, window.from, window.to);
                }
            }
        }
        for day in &mut week {
            day.sort_by_key(|window| window.start);
        }
        let always = *coverage == Coverage::Always || fills(&week);
        Self { week, holidays, always }
    }

    /// The team's workdays, whole.
    pub fn of_workdays(team: &Team) -> Self {
        let mut whole = Self { week: Default::default(), holidays: BTreeSet::new(), always: false };
        for day in &team.workdays {
            if let Some(windows) = whole.week.get_mut(day.num_days_from_monday() as usize) {
                windows.push(0..DAY);
            }
        }
        whole.holidays.extend(team.holidays.iter().map(|day| day_number(*day)));
        whole
    }

    /// Whether every hour of every week is covered.
    pub fn is_always(&self) -> bool {
        self.always
    }

    /// The same, with holidays as ordinary days.
    #[must_use]
    pub fn without_holidays(&self) -> Self {
        Self { holidays: BTreeSet::new(), ..self.clone() }
    }

    /// The windows that reach into this stretch, whole and in order.
    pub fn windows<'a>(&'a self, clock: &'a Ruler, stretch: Range<i64>) -> Windows<'a> {
        let day = clock.local(stretch.start).div_euclid(DAY).saturating_sub(AROUND);
        // Where every hour is covered there is but one window, without an end.
        let last = if self.always { i64::MIN } else { clock.local(stretch.end).div_euclid(DAY).saturating_add(AROUND) };
        let open = self.always.then_some(i64::MIN..i64::MAX);
        Windows { hours: self, clock, stretch, day, last, at: 0, open }
    }

    /// Whether this instant is covered.
    pub fn covers(&self, clock: &Ruler, at: i64) -> bool {
        self.windows(clock, at..at.saturating_add(1)).next().is_some()
    }
}

/// Covered windows, in order, merged, each whole.
pub struct Windows<'a> {
    hours: &'a Hours,
    clock: &'a Ruler,
    stretch: Range<i64>,
    /// The day that is looked at, and the last one.
    day: i64,
    last: i64,
    /// The next window of that day.
    at: usize,
    /// What may still grow.
    open: Option<Range<i64>>,
}

impl Windows<'_> {
    /// The next window by its start, not merged.
    fn single(&mut self) -> Option<Range<i64>> {
        while self.day <= self.last {
            // 1970-01-01 was a Thursday.
            let weekday = usize::try_from((self.day + 3).rem_euclid(7)).unwrap_or(0);
            let windows = self.hours.week.get(weekday).map_or(&[][..], Vec::as_slice);
            match windows.get(self.at) {
                Some(window) if !self.hours.holidays.contains(&self.day) => {
                    self.at += 1;
                    let midnight = self.day * DAY;
                    let (from, to) = (midnight + window.start, midnight + window.end);
                    let instants = self.clock.first(from)..self.clock.last(to);
                    if !instants.is_empty() {
                        return Some(instants);
                    }
                }
                Some(_) | None => {
                    self.day += 1;
                    self.at = 0;
                }
            }
        }
        None
    }
}

impl Iterator for Windows<'_> {
    type Item = Range<i64>;

    fn next(&mut self) -> Option<Range<i64>> {
        loop {
            let next = self.single();
            let whole = match (self.open.take(), next) {
                (None, None) => return None,
                (None, Some(first)) => {
                    self.open = Some(first);
                    continue;
                }
                (Some(open), Some(next)) if next.start <= open.end => {
                    self.open = Some(open.start..open.end.max(next.end));
                    continue;
                }
                (Some(open), next) => {
                    self.open = next;
                    open
                }
            };
            if whole.start >= self.stretch.end {
                self.open = None;
                self.day = i64::MAX;
                return None;
            }
            if whole.end > self.stretch.start {
                return Some(whole);
            }
        }
    }
}

/// Whether the windows leave no minute of a plain week out.
fn fills(week: &[Vec<Range<i64>>; 7]) -> bool {
    let mut all: Vec<Range<i64>> = (0..)
        .zip(week)
        .flat_map(|(day, windows)| windows.iter().map(move |window| window.start + day * DAY..window.end + day * DAY))
        // The end of Sunday runs into Monday.
        .flat_map(|window| [window.clone(), window.start - WEEK..window.end - WEEK])
        .collect();
    all.sort_by_key(|window| window.start);
    let reached = all.iter().try_fold(0, |reached: i64, window| {
        if window.start > reached && reached < WEEK { None } else { Some(reached.max(window.end)) }
    });
    reached.is_some_and(|reached| reached >= WEEK)
}

fn seconds(time: chrono::NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight())
}

/// The days from 1970-01-01 to this one.
pub fn day_number(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce()) - 719_163
}
