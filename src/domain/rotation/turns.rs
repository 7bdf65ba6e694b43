//! Whose turn it is: shifts that hold covered time are counted from the first.
//!
//! Between two changes of clock the same shifts of each week count, so that
//! decades of hourly shifts are stepped over and not walked.

use std::iter::Peekable;
use std::ops::Range;

use super::grid::Grid;
use crate::domain::civil::Ruler;
use crate::domain::coverage::{Hours, Windows};

/// Windows that begin so far from a change of clock are not touched by it, in seconds: three days.
const APART: i64 = 3 * 86_400;
const WEEK: i64 = 7 * 86_400;

/// A handover, and how many shifts before it counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    k: i64,
    /// Its instant.
    start: i64,
    counted: i64,
}

/// A shift that counts, and the member in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub when: Range<i64>,
    /// Its place among the members.
    pub member: usize,
}

/// What decides which shifts count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turns<'r> {
    pub grid: Grid,
    pub clock: &'r Ruler,
    /// With holidays as ordinary days.
    pub hours: &'r Hours,
}

impl<'r> Turns<'r> {
    /// The last handover that is not after an instant, but not before the first.
    pub fn mark(self, at: i64) -> Mark {
        let first = Mark { k: 0, start: self.grid.at(self.clock, 0), counted: 0 };
        if at <= first.start {
            return first;
        }
        if self.hours.is_always() {
            let k = self.grid.slot(self.clock, at);
            return Mark { k, start: self.grid.at(self.clock, k), counted: k - self.grid.vanished(self.clock, k) };
        }
        let mut mark = first;
        if let Some((period, shifts)) = self.grid.period(WEEK) {
            for span in self.clock.spans() {
                let (from, to) = (span.start.saturating_add(APART), span.end.saturating_sub(APART).min(at));
                if mark.start >= to || to - mark.start.max(from) <= 3 * period {
                    continue;
                }
                let inside = self.walk_into(mark, from);
                if to - inside.start > 2 * period {
                    mark = self.leap(inside, (period, shifts), to);
                }
            }
        }
        self.walk(mark, at)
    }

    /// Goes on as long as the next handover is not after an instant.
    fn walk(self, mark: Mark, at: i64) -> Mark {
        let mut steps = Steps::from(self, mark, at);
        while steps.next_start() <= at {
            steps.step();
        }
        steps.mark
    }

    /// Goes on to the first handover that is not before an instant.
    fn walk_into(self, mark: Mark, from: i64) -> Mark {
        let mark = self.walk(mark, from);
        if mark.start >= from {
            return mark;
        }
        let mut steps = Steps::from(self, mark, from);
        steps.step();
        steps.mark
    }

    /// From a handover between two changes of clock over as many whole periods as lie before an instant.
    fn leap(self, mark: Mark, (period, shifts): (i64, i64), to: i64) -> Mark {
        let mut steps = Steps::from(self, mark, mark.start + period);
        for _ in 0..shifts {
            steps.step();
        }
        let once = steps.mark;
        let times = ((to - once.start) / period).max(0);
        Mark {
            k: once.k + times * shifts,
            start: once.start + times * period,
            counted: once.counted + times * (once.counted - mark.counted),
        }
    }

    /// The counting shifts from a handover on that overlap a stretch, in order.
    pub fn slots(self, mark: Mark, (stretch, until): (Range<i64>, i64), members: usize) -> Slots<'r> {
        let steps = Steps::from(self, mark, stretch.end);
        Slots { steps, until, stretch, members: i64::try_from(members.max(1)).unwrap_or(i64::MAX) }
    }
}

/// Shift by shift.
struct Steps<'r> {
    turns: Turns<'r>,
    mark: Mark,
    /// What is covered from here on; none where everything is.
    windows: Option<Peekable<Windows<'r>>>,
}

impl<'r> Steps<'r> {
    fn from(turns: Turns<'r>, mark: Mark, to: i64) -> Self {
        let windows = (!turns.hours.is_always()).then(|| {
            // A shift counts by what is covered of it after the end, too.
            let last = turns.grid.at(turns.clock, turns.grid.slot(turns.clock, to.max(mark.start)) + 1);
            turns.hours.windows(turns.clock, mark.start..last).peekable()
        });
        Self { turns, mark, windows }
    }

    fn next_start(&self) -> i64 {
        self.turns.grid.at(self.turns.clock, self.mark.k + 1)
    }

    /// The next shift, and whether it counts.
    fn step(&mut self) -> (Range<i64>, bool) {
        let shift = self.mark.start..self.turns.grid.at(self.turns.clock, self.mark.k + 1);
        let counts = self.counts(&shift);
        self.mark = Mark { k: self.mark.k + 1, start: shift.end, counted: self.mark.counted + i64::from(counts) };
        (shift, counts)
    }

    fn counts(&mut self, shift: &Range<i64>) -> bool {
        if shift.is_empty() {
            return false;
        }
        let Some(windows) = &mut self.windows else { return true };
        while windows.next_if(|window| window.end <= shift.start).is_some() {}
        windows.peek().is_some_and(|window| window.start < shift.end)
    }
}

impl Steps<'_> {
    fn covers(&self, when: &Range<i64>) -> bool {
        let turns = self.turns;
        turns.hours.is_always() || turns.hours.windows(turns.clock, when.clone()).next().is_some()
    }
}

/// Counting shifts, one after the other.
pub(super) struct Slots<'r> {
    steps: Steps<'r>,
    until: i64,
    stretch: Range<i64>,
    members: i64,
}

impl Iterator for Slots<'_> {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        while self.steps.mark.start < self.stretch.end.min(self.until) {
            let turn = self.steps.mark.counted;
            let (shift, counts) = self.steps.step();
            let when = shift.start..shift.end.min(self.until);
            // The shift that the end cuts counts by what is left of it; nobody has a turn after it.
            let counts = counts && (shift.end <= self.until || self.steps.covers(&when));
            if counts && when.end > self.stretch.start {
                return Some(Slot { when, member: usize::try_from(turn % self.members).unwrap_or(0) });
            }
        }
        None
    }
}
