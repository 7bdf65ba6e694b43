//! One rotation, ready to be asked: its clock, its hours and whose turn it is.

use std::iter::Peekable;
use std::ops::Range;

use super::grid::Grid;
use super::holders::{Change, changes};
use super::past::{Begun, Line, timeline};
use crate::config::{Role, Rotation, Secondary, Team};
use crate::domain::civil::Ruler;
use crate::domain::coverage::{Hours, Windows};

/// One rotation over a stretch of time.
#[derive(Debug)]
pub(super) struct Rota<'a> {
    pub rotation: &'a Rotation,
    pub clock: Ruler,
    pub grid: Grid,
    /// Covered time, without holidays.
    pub hours: Hours,
    /// What decides whether a shift counts: holidays taken as ordinary days.
    turns: Hours,
    /// The first handover.
    pub begin: i64,
    /// Nobody follows from here on.
    pub until: i64,
    pub primary: Vec<Change<'a>>,
    pub secondary: Vec<Change<'a>>,
    /// What the ledger says: of the primary, and of the secondary.
    lines: (Line<'a>, Line<'a>),
}

/// A shift that counts, and the member in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    pub when: Range<i64>,
    /// Its place among the members.
    pub member: usize,
}

impl<'a> Rota<'a> {
    /// `clock` reaches over all that will be asked, and back to `start`.
    pub fn new(rotation: &'a Rotation, team: &Team, clock: Ruler, (begun, now): (&'a [Begun], i64)) -> Self {
        let hours = Hours::of(&rotation.coverage, team);
        let grid = Grid::new(rotation.start, rotation.shift);
        let until = rotation.until.map_or(i64::MAX, |until| clock.first(until.and_utc().timestamp()));
        Self {
            grid,
            begin: grid.at(&clock, 0),
            until,
            turns: hours.without_holidays(),
            hours,
            lines: (
                timeline(begun, (&rotation.id, Role::Primary), now),
                timeline(begun, (&rotation.id, Role::Secondary), now),
            ),
            primary: changes(rotation, Role::Primary, &clock),
            secondary: changes(rotation, Role::Secondary, &clock),
            rotation,
            clock,
        }
    }

    /// What the ledger says of a role, in order.
    pub fn line(&self, role: Role) -> &Line<'a> {
        match role {
            Role::Primary => &self.lines.0,
            Role::Secondary => &self.lines.1,
        }
    }

    pub fn member(&self, at: usize) -> &'a str {
        self.rotation.members.get(at).map_or("", String::as_str)
    }

    /// From when on somebody is on call, by the file or by the ledger.
    pub fn served_from(&self) -> i64 {
        self.lines.0.first().map_or(self.begin, |(when, _)| when.start.min(self.begin))
    }

    /// The shift of the grid that contains an instant; `until` ends the one then running.
    pub fn shift(&self, at: i64) -> Range<i64> {
        let k = self.grid.slot(&self.clock, at);
        let (start, end) = (self.grid.at(&self.clock, k), self.grid.at(&self.clock, k + 1));
        start..if at < self.until { end.min(self.until) } else { end }
    }

    /// The counting shifts that overlap a stretch, in order.
    pub fn slots(&self, stretch: Range<i64>) -> Slots<'_> {
        let members = self.rotation.members.len().max(1);
        let (mut k, mut turn, mut windows) = (0, 0, None);
        if self.turns.is_always() {
            if stretch.start > self.begin {
                k = self.grid.slot(&self.clock, stretch.start);
                let counted = k - self.grid.vanished(&self.clock, k);
                turn = usize::try_from(counted.rem_euclid(members.try_into().unwrap_or(i64::MAX))).unwrap_or(0);
            }
        } else {
            // A shift counts by what is covered of it after the stretch, too.
            let last = self.grid.at(&self.clock, self.grid.slot(&self.clock, stretch.end) + 1);
            windows = Some(self.turns.windows(&self.clock, self.begin..last.max(self.begin)).peekable());
        }
        let start = self.grid.at(&self.clock, k);
        Slots { grid: self.grid, clock: &self.clock, until: self.until, stretch, members, k, start, turn, windows }
    }

    /// The member beside the one in turn, who is not the present primary.
    pub fn beside(&self, member: usize, primary: &str) -> Option<&'a str> {
        let count = self.rotation.members.len();
        let step = match self.rotation.secondary {
            Some(Secondary::Previous) => count.checked_sub(1)?,
            Some(Secondary::Next) => 1,
            Some(Secondary::Rotation(_)) | None => return None,
        };
        let others = (1..count).map(|away| self.member((member + away * step) % count));
        others.into_iter().find(|other| *other != primary)
    }
}

/// Counting shifts, one after the other.
pub(super) struct Slots<'r> {
    grid: Grid,
    clock: &'r Ruler,
    until: i64,
    stretch: Range<i64>,
    members: usize,
    k: i64,
    /// The handover `k`.
    start: i64,
    turn: usize,
    /// What is covered from here on; none where everything is.
    windows: Option<Peekable<Windows<'r>>>,
}

impl Slots<'_> {
    fn counts(&mut self, shift: &Range<i64>) -> bool {
        if shift.is_empty() {
            return false;
        }
        let Some(windows) = &mut self.windows else { return true };
        while windows.next_if(|window| window.end <= shift.start).is_some() {}
        windows.peek().is_some_and(|window| window.start < shift.end)
    }
}

impl Iterator for Slots<'_> {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        while self.start < self.stretch.end.min(self.until) {
            let end = self.grid.at(self.clock, self.k + 1);
            let shift = self.start..end.min(self.until);
            (self.k, self.start) = (self.k + 1, end);
            if self.counts(&shift) {
                let member = self.turn;
                self.turn = if self.turn + 1 == self.members { 0 } else { self.turn + 1 };
                if shift.end > self.stretch.start {
                    return Some(Slot { when: shift, member });
                }
            }
        }
        None
    }
}
