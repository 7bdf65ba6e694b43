//! Which stretch of time a review is about, where nobody says so exactly.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::config::{Cadence, DoneBy, TeamFile};
use crate::domain::{calendar, civil, recurrence};

/// Where there was no review yet, so much is looked at.
const CYCLE: TimeDelta = TimeDelta::days(28);
/// So far back the days of a cadence are looked for.
const LOOKS_BACK: Days = Days::new(1_200);

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The first instant.
    pub from: Option<DateTime<Utc>>,
    /// The first instant after it.
    pub to: Option<DateTime<Utc>>,
    /// Which cycle, where no time was given.
    pub cycle: Cycle,
}

/// Which cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cycle {
    /// Since the last review.
    #[default]
    Running,
    /// The last whole one by the cadence of the team's reviews; the running one where there is no such cadence.
    Last,
}

/// A stretch of time, and why this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub to: DateTime<Utc>,
    /// Why this one, to stand in a sentence.
    pub because: String,
}

impl Wanted {
    /// The stretch that is meant. `reviews` are the ends of the cycles that have been reviewed, in any order.
    ///
    /// # Errors
    ///
    /// Why there is no such stretch, and what to write.
    pub fn period(&self, team: &TeamFile, reviews: &[DateTime<Utc>], now: DateTime<Utc>) -> Result<Period, String> {
        if self.cycle == Cycle::Last
            && let Some(period) = last_cycle(team, now)
        {
            return Ok(period);
        }
        let to = self.to.unwrap_or(now);
        // One that ended on the same day is this one, looked at again.
        let day = |at: DateTime<Utc>| at.with_timezone(&team.team.timezone).date_naive();
        let last = reviews.iter().filter(|end| day(**end) < day(to)).max();
        let (from, because) = match (self.from, last) {
            (Some(from), _) => (from, "as asked"),
            (None, Some(last)) => (*last, "since the last review"),
            (None, None) if self.cycle == Cycle::Last => {
                (to - CYCLE, "the last 28 days: no cadence has done_by = \"review\", and no review is known")
            }
            (None, None) => (to - CYCLE, "the last 28 days: no review is known"),
        };
        if from > now {
            let named = if self.from.is_some() { "--from" } else { "--to" };
            return Err(format!("{named} lies ahead; a review looks back"));
        }
        if from >= to {
            return Err("--from is not before --to; write an earlier day, or swap the two".to_owned());
        }
        Ok(Period { from, to, because: because.to_owned() })
    }
}

/// From one day of the review's cadence to the next, the last that is over.
fn last_cycle(team: &TeamFile, now: DateTime<Utc>) -> Option<Period> {
    let cadence = team.cadences.iter().find(|one| one.done_by == Some(DoneBy::Review))?;
    let mut days = days(cadence, calendar::today(team, now)).into_iter().rev();
    let zone = team.team.timezone;
    let to = midnight(days.next()?, zone);
    let from = days.next().map_or(to - CYCLE, |day| midnight(day, zone));
    Some(Period { from, to, because: format!("the last cycle of {}", cadence.id) })
}

/// Its days up to this one.
fn days(cadence: &Cadence, today: NaiveDate) -> Vec<NaiveDate> {
    let since = today.checked_sub_days(LOOKS_BACK).unwrap_or(NaiveDate::MIN);
    let days = recurrence::between(&cadence.rule, cadence.start, (since, today));
    days.filter(|day| !cadence.skip.contains(day)).collect()
}

/// The first instant of a day.
pub fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    civil::instant(day.and_time(NaiveTime::MIN), zone)
}
