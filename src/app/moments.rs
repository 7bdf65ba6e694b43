//! The ends of an override or a swap as operators write them: as the team file
//! spells them, or in the words of a snooze, on the rotation's clock.

use chrono::{DateTime, LocalResult, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use super::when::{self, WhenError};
use crate::config::{Moment, Rotation, Team, moment};
use crate::domain::civil;

/// A rotation's clock, for whoever reads and writes its moments.
#[derive(Debug, Clone)]
pub struct HandoverClock {
    team: Team,
    handover: NaiveTime,
}

impl HandoverClock {
    /// The clock of this rotation.
    pub fn of(rotation: &Rotation, team: &Team) -> Self {
        Self { team: Team { timezone: rotation.timezone, ..team.clone() }, handover: rotation.start.time() }
    }

    /// What these words mean, seen from this instant: a day means the handover on it, hours and days are counted from
    /// the instant.
    ///
    /// # Errors
    ///
    /// [`WhenError`], with what to write instead.
    pub fn read(&self, text: &str, from: DateTime<Utc>) -> Result<Moment, WhenError> {
        let text = text.trim();
        match moment(text) {
            Some(Moment::Exact(at)) => return Ok(Moment::Exact(at.with_nanosecond(0).unwrap_or(at))),
            Some(moment) => return Ok(moment),
            None => {}
        }
        if text.eq_ignore_ascii_case("now") {
            return Ok(self.moment(from));
        }
        let at = when::parse(text, from, &self.team)?;
        let names_a_day = !text.contains(|c: char| c.is_ascii_digit());
        let day = at.with_timezone(&self.zone()).date_naive();
        Ok(if names_a_day { Moment::Day(day) } else { self.moment(at) })
    }

    /// The shortest way to write an instant, to the minute: a day where it is the handover.
    pub fn moment(&self, at: DateTime<Utc>) -> Moment {
        let local = at.with_timezone(&self.zone()).naive_local();
        let local = local.with_second(0).and_then(|local| local.with_nanosecond(0)).unwrap_or(local);
        match self.zone().from_local_datetime(&local) {
            LocalResult::Ambiguous(first, second) => {
                let it = if (at - second.to_utc()).num_seconds() >= 0 { second } else { first };
                Moment::Exact(it.fixed_offset())
            }
            LocalResult::Single(_) | LocalResult::None if local.time() == self.handover => Moment::Day(local.date()),
            LocalResult::Single(_) | LocalResult::None => Moment::Local(local),
        }
    }

    /// The instant of a moment.
    pub fn instant(&self, moment: Moment) -> DateTime<Utc> {
        match moment {
            Moment::Day(day) => self.civil(day.and_time(self.handover)),
            Moment::Local(local) => self.civil(local),
            Moment::Exact(at) => at.to_utc(),
        }
    }

    fn zone(&self) -> Tz {
        self.team.timezone
    }

    fn civil(&self, local: NaiveDateTime) -> DateTime<Utc> {
        civil::instant(local, self.zone())
    }
}
