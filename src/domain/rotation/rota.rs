//! One rotation, ready to be asked: its clock, its hours and whose turn it is.

use std::ops::Range;
use std::sync::OnceLock;

use super::grid::Grid;
use super::holders::{Change, changes};
use super::past::{Begun, Line, timeline};
use super::turns::{Mark, Slots, Turns};
use crate::config::{Role, Rotation, Secondary, Team};
use crate::domain::civil::Ruler;
use crate::domain::coverage::Hours;

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
    /// Nothing before this is asked, as a rule; and the handover before it, once it is known.
    asked_from: i64,
    mark: OnceLock<Mark>,
    /// What the ledger says: of the primary, and of the secondary.
    lines: (Line<'a>, Line<'a>),
}

impl<'a> Rota<'a> {
    /// `clock` reaches over all that will be asked, and back to `start`.
    pub fn new(
        rotation: &'a Rotation,
        team: &Team,
        clock: Ruler,
        (begun, now): (&'a [Begun], i64),
        asked_from: i64,
    ) -> Self {
        let hours = Hours::of(&rotation.coverage, team);
        let grid = Grid::new(rotation.start, rotation.shift);
        let until = rotation.until.map_or(i64::MAX, |until| clock.first(until.and_utc().timestamp()));
        Self {
            grid,
            begin: grid.at(&clock, 0),
            until,
            turns: hours.without_holidays(),
            hours,
            asked_from,
            mark: OnceLock::new(),
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
        let turns = Turns { grid: self.grid, clock: &self.clock, hours: &self.turns };
        let mark = if turns.hours.is_always() || stretch.start < self.asked_from {
            turns.mark(stretch.start)
        } else {
            // Counting from the first shift is done once for all questions.
            *self.mark.get_or_init(|| turns.mark(self.asked_from))
        };
        turns.slots(mark, (stretch, self.until), self.rotation.members.len())
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
