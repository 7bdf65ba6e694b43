//! The changes of clock of one zone over a stretch of time, so that local
//! times become instants by comparing a few numbers.
//!
//! Instants are seconds since 1970 in UTC, local times are seconds since
//! 1970-01-01T00:00 on the zone's clock. Outside the stretch the clock is
//! taken to go on as at its ends.

use std::ops::Range;

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// Between two looks at the zone's clock; no zone changes there and back in less.
const STEP: i64 = 86_400;
/// The zone database states changes up to 2100; from here on nothing is asked.
const LAST_CHANGE: i64 = 4_133_894_400;
/// The first change that it states lies after this, in 1800.
const FIRST_CHANGE: i64 = -5_364_662_400;

/// Local times of one zone to instants and back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruler {
    /// In order, without a hole; never empty.
    spans: Vec<Span>,
}

/// From one change of clock to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: i64,
    to: i64,
    offset: i64,
}

impl Ruler {
    /// The clock of a zone from one instant to another.
    pub fn new(zone: Tz, from: i64, to: i64) -> Self {
        let first = from.clamp(FIRST_CHANGE, LAST_CHANGE);
        let last = to.clamp(first, LAST_CHANGE);
        let mut changes = Vec::new();
        let (mut at, mut offset) = (first, offset(zone, first));
        let begun = offset;
        while at < last {
            let next = (at + STEP).min(last);
            let then = self::offset(zone, next);
            between(zone, (at, offset), (next, then), &mut changes);
            (at, offset) = (next, then);
        }
        let mut spans = vec![Span { from: i64::MIN, to: i64::MAX, offset: begun }];
        for (at, offset) in changes {
            if let Some(last) = spans.last_mut() {
                last.to = at;
            }
            spans.push(Span { from: at, to: i64::MAX, offset });
        }
        Self { spans }
    }

    /// The instant of a local time: the first of two where it occurs twice,
    /// the first instant after the gap where it does not occur.
    pub fn first(&self, local: i64) -> i64 {
        let at = self.spans.partition_point(|span| span.to.saturating_add(span.offset) <= local);
        self.spans.get(at).map_or(local, |span| (local - span.offset).max(span.from))
    }

    /// The instant of a local time at which something ends: the last of two
    /// where it occurs twice, the first instant after the gap where it does not.
    pub fn last(&self, local: i64) -> i64 {
        let after = self.spans.partition_point(|span| span.from.saturating_add(span.offset) <= local);
        let span = after.checked_sub(1).and_then(|at| self.spans.get(at));
        span.map_or(local, |span| (local - span.offset).min(span.to))
    }

    /// What the zone's clock reads at an instant.
    pub fn local(&self, at: i64) -> i64 {
        let after = self.spans.partition_point(|span| span.from <= at);
        let span = after.checked_sub(1).and_then(|at| self.spans.get(at));
        at.saturating_add(span.map_or(0, |span| span.offset))
    }

    /// From one change of clock to the next, in order.
    pub fn spans(&self) -> impl Iterator<Item = Range<i64>> {
        self.spans.iter().map(|span| span.from..span.to)
    }

    /// The next change of clock after this instant.
    pub fn change_after(&self, at: i64) -> Option<i64> {
        self.spans.iter().map(|span| span.from).find(|from| *from > at)
    }

    /// The local times that do not occur: from the first to the one that does again.
    pub fn gaps(&self) -> impl Iterator<Item = (i64, i64)> {
        let pairs = self.spans.iter().zip(self.spans.iter().skip(1));
        pairs
            .filter(|(before, after)| before.offset < after.offset)
            .map(|(before, after)| (before.to + before.offset, after.from + after.offset))
    }
}

/// Every change between two looks that differ, by halves.
fn between(zone: Tz, low: (i64, i64), high: (i64, i64), changes: &mut Vec<(i64, i64)>) {
    if low.1 == high.1 {
        return;
    }
    if high.0 - low.0 <= 1 {
        changes.push(high);
        return;
    }
    let at = low.0 + (high.0 - low.0) / 2;
    let middle = (at, offset(zone, at));
    between(zone, low, middle, changes);
    between(zone, middle, high, changes);
}

/// How far the zone's clock is ahead of UTC, in seconds.
fn offset(zone: Tz, at: i64) -> i64 {
    let utc = DateTime::from_timestamp(at, 0).unwrap_or_default().naive_utc();
    i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc())
}
