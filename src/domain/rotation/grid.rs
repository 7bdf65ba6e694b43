//! The handovers of a rotation: `start` plus any whole number of shifts, in
//! civil time, always counted from `start` so that nothing drifts.

use chrono::{Datelike, Months, NaiveDateTime};

use crate::config::Period;
use crate::domain::civil::Ruler;

/// Further than any instant that can be asked for.
const FAR: i64 = 1 << 45;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// Where the handovers lie. The same in every zone; a clock makes instants of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    start: NaiveDateTime,
    shift: Period,
}

impl Grid {
    pub fn new(start: NaiveDateTime, shift: Period) -> Self {
        Self { start, shift }
    }

    /// The length of a shift on the wall clock; none for months, which differ.
    fn length(self) -> Option<i64> {
        match self.shift {
            Period::Hours(hours) => Some(i64::from(hours) * HOUR),
            Period::Days(days) => Some(i64::from(days) * DAY),
            Period::Months(_) => None,
        }
    }

    /// Whether a shift is at least a day long.
    pub fn is_of_days(self) -> bool {
        self.length().is_none_or(|length| length >= DAY)
    }

    /// After how many seconds handovers fall on the same places of such a cycle again, and how many shifts that is;
    /// none for months.
    pub fn period(self, cycle: i64) -> Option<(i64, i64)> {
        let length = self.length()?;
        let (mut one, mut other) = (length, cycle);
        while other != 0 {
            (one, other) = (other, one % other);
        }
        let period = length / one * cycle;
        Some((period, period / length))
    }

    fn first(self) -> i64 {
        self.start.and_utc().timestamp()
    }

    /// The local time of handover `k`.
    pub fn civil(self, k: i64) -> i64 {
        match (self.length(), self.shift) {
            (Some(length), _) => k.saturating_mul(length).saturating_add(self.first()).clamp(-FAR, FAR),
            (None, Period::Months(months) | Period::Days(months) | Period::Hours(months)) => {
                let count = k.saturating_mul(i64::from(months));
                let by = u32::try_from(count.unsigned_abs()).ok().map(Months::new);
                let at = by.and_then(|by| {
                    if count < 0 { self.start.checked_sub_months(by) } else { self.start.checked_add_months(by) }
                });
                at.map_or(FAR * count.signum(), |at| at.and_utc().timestamp())
            }
        }
    }

    /// The instant of handover `k`.
    pub fn at(self, clock: &Ruler, k: i64) -> i64 {
        clock.first(self.civil(k))
    }

    /// The shift that contains an instant: the last handover that is not after it.
    pub fn slot(self, clock: &Ruler, at: i64) -> i64 {
        let mut k = self.guess(clock.local(at));
        while self.at(clock, k) > at {
            k -= 1;
        }
        while self.at(clock, k + 1) <= at {
            k += 1;
        }
        k
    }

    /// Off by a shift or a few: the clock may have been set in between.
    fn guess(self, local: i64) -> i64 {
        match (self.length(), self.shift) {
            (Some(length), _) => (local - self.first()).div_euclid(length),
            (None, Period::Months(months) | Period::Days(months) | Period::Hours(months)) => {
                let then = chrono::DateTime::from_timestamp(local, 0).map_or(self.start, |at| at.naive_utc());
                let month = |at: NaiveDateTime| i64::from(at.year()) * 12 + i64::from(at.month0());
                (month(then) - month(self.start)).div_euclid(i64::from(months))
            }
        }
    }

    /// How many of the shifts from 0 to before `k` are of zero length: both their ends fall into one gap of the clock.
    pub fn vanished(self, clock: &Ruler, k: i64) -> i64 {
        let Some(length) = self.length() else { return 0 };
        let in_gap = |(from, to): (i64, i64)| {
            let first = (from - self.first() + length - 1).div_euclid(length).max(0);
            let last = (to - self.first()).div_euclid(length).min(k);
            (last - first).max(0)
        };
        clock.gaps().map(in_gap).sum()
    }
}
