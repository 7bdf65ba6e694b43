//! How fast one host may be written to.
//!
//! GitHub asks for at least a second between writes and limits content
//! creation to 80 a minute and 500 an hour, the web included; we stay below
//! (docs.github.com/rest, *best practices* and *rate limits*).

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Outcome, Rules};

const PER_MINUTE: usize = 60;
const PER_HOUR: usize = 400;
/// No host is left alone for longer than this, whatever it or a jumping clock says.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(65);
const LONGEST_BACK_OFF: TimeDelta = TimeDelta::minutes(5);

/// How one host stands with us.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Host {
    paused_until: Option<DateTime<Utc>>,
    failures: u32,
    writes: VecDeque<(DateTime<Utc>, usize)>,
}

impl Host {
    /// Until when it is left alone; none if it is not.
    pub fn paused_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.paused_until.filter(|at| *at > now && is_within_reach(*at, now))
    }

    /// How many writes went out in the minute and in the hour before now.
    pub fn spent(&self, now: DateTime<Utc>) -> (usize, usize) {
        let lately = |at: DateTime<Utc>, span| at <= now && now - at < span;
        let since = |span| self.writes.iter().filter(|(at, _)| lately(*at, span)).map(|(_, writes)| writes).sum();
        (since(TimeDelta::minutes(1)), since(TimeDelta::hours(1)))
    }

    pub(super) fn wrote(&mut self, at: DateTime<Utc>, writes: usize, now: DateTime<Utc>) {
        // What was written in the future was written by a clock that has been set back.
        self.writes.retain(|(at, _)| *at <= now && now - *at < TimeDelta::hours(1));
        if at <= now && now - at < TimeDelta::hours(1) {
            self.writes.push_back((at, writes.max(1)));
        }
    }

    pub(super) fn answered(&mut self, outcome: &Outcome, now: DateTime<Utc>, rules: Rules) {
        match outcome {
            Outcome::NotSent { .. } | Outcome::Unknown { .. } => {
                let doubled = i32::try_from(1u32 << self.failures.min(9)).unwrap_or(i32::MAX);
                self.failures += 1;
                self.paused_until = Some(now + (rules.pace * doubled).min(LONGEST_BACK_OFF));
            }
            Outcome::Wait { until, .. } => self.paused_until = Some((*until).min(now + LONGEST_PAUSE)),
            Outcome::Done { .. }
            | Outcome::Refused { .. }
            | Outcome::Conflict { .. }
            | Outcome::NotThereYet
            | Outcome::Ask { .. } => {
                self.failures = 0;
                self.paused_until = None;
            }
        }
    }

    /// When this many more writes may begin.
    pub(super) fn free_at(&self, writes: usize, now: DateTime<Utc>, rules: Rules) -> DateTime<Utc> {
        let pause = self.paused_until(now).unwrap_or(now);
        let steps = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let pace = self.latest(now).map_or(now, |(at, count)| at + rules.pace * steps(count));
        let mut free = pause.max(pace);
        if rules.pace >= TimeDelta::seconds(1) {
            free = free.max(self.window(writes, PER_MINUTE, (now, TimeDelta::minutes(1))).unwrap_or(now));
            free = free.max(self.window(writes, PER_HOUR, (now, TimeDelta::hours(1))).unwrap_or(now));
        }
        free
    }

    fn latest(&self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, usize)> {
        self.writes.iter().rev().find(|(at, _)| *at <= now).copied()
    }

    /// When the window has room for this many more; none if it has it already.
    fn window(&self, writes: usize, limit: usize, (now, span): (DateTime<Utc>, TimeDelta)) -> Option<DateTime<Utc>> {
        let mut room = limit.checked_sub(writes)?;
        for (at, count) in self.writes.iter().rev().filter(|(at, _)| *at <= now) {
            room = match room.checked_sub(*count) {
                Some(left) => left,
                None => return Some(*at + span),
            };
        }
        None
    }
}

/// Whether a time to wait for can be right: one that lies further ahead than
/// any pause was set before the clock was set back.
pub(super) fn is_within_reach(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at <= now + LONGEST_PAUSE
}
