//! The working hours of a stretch of time, added up once, so that ten thousand
//! incidents are measured without looking at the calendar for each.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::{after, days_from, is_workday, working_hours};
use crate::config::{Clock, Span, Team};

/// A team's working hours from one instant to another, ready to be asked.
#[derive(Debug)]
pub struct WorkingTime<'a> {
    team: &'a Team,
    /// In order, none of them empty.
    days: Vec<Worked>,
    stretch: (DateTime<Utc>, DateTime<Utc>),
}

/// The hours of one day.
#[derive(Debug, Clone, Copy)]
struct Worked {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    /// What was worked before it, since the beginning of the stretch.
    before: TimeDelta,
}

impl<'a> WorkingTime<'a> {
    /// Adds up the working hours of a stretch. Outside of it, every question is answered as well, but slowly.
    pub fn of(team: &'a Team, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Self {
        let first = from.with_timezone(&team.timezone).date_naive().checked_sub_days(Days::new(1));
        let mut days: Vec<Worked> = Vec::new();
        let mut before = TimeDelta::zero();
        for day in first.into_iter().flat_map(days_from) {
            let (start, end) = working_hours(day, team);
            if start > to {
                break;
            }
            // Hours that run into the next day never count twice.
            let start = days.last().map_or(start, |last| start.max(last.to));
            if is_workday(day, team) && start < end {
                days.push(Worked { from: start, to: end, before });
                before += end - start;
            }
        }
        Self { team, days, stretch: (from, to) }
    }

    /// How much of this clock's time lies between two instants; nothing, if the second is not after the first.
    pub fn elapsed(&self, from: DateTime<Utc>, to: DateTime<Utc>, clock: Clock) -> TimeDelta {
        let passed = match clock {
            Clock::Always => to - from,
            Clock::Business => self.worked_until(to) - self.worked_until(from),
        };
        passed.max(TimeDelta::zero())
    }

    /// The instant that lies this span after `from`, on this clock: as [`after`] has it.
    pub fn after(&self, from: DateTime<Utc>, span: Span, clock: Clock) -> DateTime<Utc> {
        let Span::Elapsed(delta) = span else { return after(from, span, clock, self.team) };
        let known = self.stretch.0 <= from && from <= self.stretch.1;
        if clock == Clock::Always || delta <= TimeDelta::zero() || !known {
            return after(from, span, clock, self.team);
        }
        let wanted = self.worked_until(from) + delta;
        let at = self.days.partition_point(|day| day.before + (day.to - day.from) < wanted);
        match self.days.get(at) {
            Some(day) => day.from + (wanted - day.before),
            None => after(from, span, clock, self.team),
        }
    }

    /// Whether the team works at this instant.
    pub fn is_working(&self, at: DateTime<Utc>) -> bool {
        let after = self.days.partition_point(|day| day.from <= at);
        after.checked_sub(1).and_then(|place| self.days.get(place)).is_some_and(|day| at < day.to)
    }

    fn worked_until(&self, at: DateTime<Utc>) -> TimeDelta {
        let after = self.days.partition_point(|day| day.from <= at);
        let day = after.checked_sub(1).and_then(|place| self.days.get(place));
        day.map_or(TimeDelta::zero(), |day| day.before + (at.min(day.to) - day.from))
    }
}
