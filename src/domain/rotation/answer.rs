//! Who is on call at an instant: the answer of `oncall`, and of the header.

use std::ops::Range;

use chrono::{DateTime, FixedOffset, Utc};

use super::{Piece, Roster, Rota, zoned};
use crate::config::{Role, Rotation};
use crate::domain::people::{self, Unfit, is_shadowing};

/// Nobody who comes on later than this is called next: 366 days, in seconds.
const NEXT_WITHIN: i64 = 366 * 86_400;

/// What is known of one rotation at an instant.
#[derive(Debug, Clone, PartialEq)]
pub struct OnCall<'a> {
    /// The rotation.
    pub rotation: &'a Rotation,
    /// The instant, on the rotation's clock.
    pub at: DateTime<FixedOffset>,
    /// Nobody has to be there: planned, and no problem.
    pub off_hours: bool,
    /// Somebody has to be there and nobody can answer; why.
    pub gap: Option<Unfit<'a>>,
    /// The whole shift of the grid, also when nobody serves it.
    pub shift: (DateTime<FixedOffset>, DateTime<FixedOffset>),
    /// The covered time that runs, else the next; none if none follows within 366 days.
    pub duty: Option<(DateTime<FixedOffset>, DateTime<FixedOffset>)>,
    /// Who has it; nobody in off hours.
    pub primary: Option<Piece<'a>>,
    /// To when it stays theirs, over handovers and off hours; none if nobody else comes within 366 days.
    pub until: Option<DateTime<FixedOffset>>,
    /// Who is asked next; nobody in off hours.
    pub secondary: Option<Piece<'a>>,
    /// Why the secondary cannot answer.
    pub absent: Option<Unfit<'a>>,
    /// When somebody else comes on.
    pub next: Option<Next<'a>>,
    /// Members who only ride along.
    pub shadowing: Vec<&'a str>,
}

/// Somebody else comes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Next<'a> {
    /// From when on, on the rotation's clock.
    pub start: DateTime<FixedOffset>,
    /// Their piece.
    pub piece: Piece<'a>,
}

impl<'a> Roster<'a> {
    /// What is known of every rotation at an instant, in the order of the file.
    pub fn on_call(&self, at: DateTime<Utc>) -> Vec<OnCall<'a>> {
        self.rotas.iter().map(|rota| self.on_call_of(rota, at)).collect()
    }

    /// What is known of the first rotation of the file; none without one.
    pub fn on_call_first(&self, at: DateTime<Utc>) -> Option<OnCall<'a>> {
        self.rotas.first().map(|rota| self.on_call_of(rota, at))
    }

    fn on_call_of(&self, rota: &Rota<'a>, at: DateTime<Utc>) -> OnCall<'a> {
        let second = at.timestamp();
        let here = second..second + 1;
        let zone = rota.rotation.timezone;
        let both = |when: Range<i64>| (zoned(when.start, zone), zoned(when.end, zone));
        let holder = self.held(rota, Role::Primary, &here).into_iter().next();
        let covered = rota.hours.covers(&rota.clock, second);
        let primary = holder.clone().filter(|_| covered);
        let unfit = primary.as_ref().and_then(|piece| people::unfit(self.team, piece.person, at));
        let secondary = self.held(rota, Role::Secondary, &here).into_iter().next().filter(|_| primary.is_some());
        // Of a shift that the ledger knows, the ledger knows the ends.
        let known = holder.as_ref().filter(|_| second < self.now).map(|piece| piece.shift.clone());
        let shift = known.unwrap_or_else(|| rota.shift(second));
        let duty =
            if rota.hours.is_always() { duty_around_the_clock(rota, second, &shift) } else { duty(rota, second) };
        let next = self.next(rota, second, primary.as_ref().map(|piece| piece.person));
        let absent = secondary.as_ref().and_then(|piece| people::unfit(self.team, piece.person, at));
        OnCall {
            rotation: rota.rotation,
            at: zoned(second, zone),
            off_hours: primary.is_none(),
            gap: unfit,
            shift: both(shift),
            duty: duty.map(both),
            until: primary
                .as_ref()
                .and_then(|piece| self.stays_until(rota, second, (piece, next.as_ref())))
                .map(|until| zoned(until, zone)),
            absent,
            next,
            shadowing: self.riding_along(rota, at),
            primary,
            secondary,
        }
    }

    /// To when somebody keeps having it, over handovers and off hours; none if nobody else comes within a year.
    fn stays_until(&self, rota: &Rota<'a>, at: i64, (piece, next): (&Piece<'a>, Option<&Next<'a>>)) -> Option<i64> {
        let horizon = match next {
            Some(next) => next.piece.when.start.max(at + 1),
            None if rota.until < at + NEXT_WITHIN => rota.until,
            None => return None,
        };
        let pieces = self.held(rota, Role::Primary, &(at..horizon));
        let own = pieces.iter().filter(|own| own.person == piece.person).map(|own| own.when.end);
        Some(own.max().unwrap_or(piece.when.end))
    }

    /// The first instant after this one at which somebody else is on duty.
    fn next(&self, rota: &Rota<'a>, at: i64, present: Option<&str>) -> Option<Next<'a>> {
        let mut from = at + 1;
        // As a rule it is soon; a member of one may have it all year.
        for days in [8, 92, 366] {
            let to = at + (days * 86_400).min(NEXT_WITHIN) + 1;
            if let Some(next) = self.next_in(rota, &(from..to), present) {
                return Some(next);
            }
            from = to;
        }
        None
    }

    fn next_in(&self, rota: &Rota<'a>, stretch: &Range<i64>, present: Option<&str>) -> Option<Next<'a>> {
        let pieces = self.held(rota, Role::Primary, stretch);
        let mut windows = rota.hours.windows(&rota.clock, stretch.clone()).peekable();
        for piece in pieces {
            while windows.next_if(|window| window.end <= piece.when.start).is_some() {}
            let window = windows.peek()?;
            let start = window.start.max(piece.when.start).max(stretch.start);
            if start < piece.when.end && start < stretch.end && Some(piece.person) != present {
                return Some(Next { start: zoned(start, rota.rotation.timezone), piece });
            }
        }
        None
    }

    fn riding_along(&self, rota: &Rota<'a>, at: DateTime<Utc>) -> Vec<&'a str> {
        let members = rota.rotation.members.iter().filter_map(|id| self.team.person(id));
        members.filter(|person| is_shadowing(self.team, person, at)).map(|person| person.id.as_str()).collect()
    }
}

/// The covered window of the rotation's own time that contains an instant, else the next.
fn duty(rota: &Rota<'_>, at: i64) -> Option<Range<i64>> {
    let begin = rota.served_from();
    let windows = rota.hours.windows(&rota.clock, at.max(begin)..at.max(begin) + NEXT_WITHIN);
    let mut own = windows.map(|window| window.start.max(begin)..window.end.min(rota.until));
    own.find(|window| window.end > at && !window.is_empty())
}

/// Where every hour is covered, duty is the shift.
fn duty_around_the_clock(rota: &Rota<'_>, at: i64, shift: &Range<i64>) -> Option<Range<i64>> {
    if at >= rota.until {
        return None;
    }
    if at >= rota.served_from() { Some(shift.clone()) } else { Some(rota.shift(rota.begin)) }
}
