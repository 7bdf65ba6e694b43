//! Who of the team can answer at all: not who is away, has left, has not
//! joined yet or only rides along.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::config::{Person, Team, TeamFile};

/// Why somebody cannot be on call on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit<'a> {
    /// Has left the team.
    Left,
    /// Is not on call before this day.
    NotJoined(NaiveDate),
    /// Rides along until this day.
    Shadowing(NaiveDate),
    /// Is away up to this day, included.
    Away {
        /// The last day away.
        to: NaiveDate,
        /// As the team file says it.
        why: Option<&'a str>,
    },
}

impl fmt::Display for Unfit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Left => f.write_str("has left"),
            Self::NotJoined(day) => write!(f, "joins on {day}"),
            Self::Shadowing(day) => write!(f, "only rides along until {day}"),
            Self::Away { to, why: Some(why) } => write!(f, "is away to {to}: {why}"),
            Self::Away { to, why: None } => write!(f, "is away to {to}"),
        }
    }
}

/// The zone of a person's own clock.
pub fn zone(person: &Person, team: &Team) -> Tz {
    person.timezone.unwrap_or(team.timezone)
}

/// The zone of the clock of the person with this id; the team's, if the file does not know them.
pub fn zone_of(team: &TeamFile, id: &str) -> Tz {
    team.person(id).map_or(team.team.timezone, |person| zone(person, &team.team))
}

/// Why this person cannot be on call on this day of theirs; none if they can.
pub fn unfit_on(person: &Person, day: NaiveDate) -> Option<Unfit<'_>> {
    if person.left.is_some_and(|left| day >= left) {
        return Some(Unfit::Left);
    }
    if let Some(joined) = person.joined.filter(|joined| day < *joined) {
        return Some(Unfit::NotJoined(joined));
    }
    if let Some(until) = person.shadow_until.filter(|until| day < *until) {
        return Some(Unfit::Shadowing(until));
    }
    let away = person.away.iter().filter(|away| (away.from..=away.to).contains(&day)).max_by_key(|away| away.to);
    away.map(|away| Unfit::Away { to: away.to, why: away.why.as_deref() })
}

/// Why this person cannot be on call at this instant; none if they can. Of
/// somebody whom the file does not know, nothing is said.
pub fn unfit<'a>(team: &'a TeamFile, person: &str, at: DateTime<Utc>) -> Option<Unfit<'a>> {
    let person = team.person(person)?;
    unfit_on(person, at.with_timezone(&zone(person, &team.team)).date_naive())
}

/// Whether this person is on the team at this instant, but only rides along.
pub fn is_shadowing(team: &TeamFile, person: &Person, at: DateTime<Utc>) -> bool {
    let day = at.with_timezone(&zone(person, &team.team)).date_naive();
    matches!(unfit_on(person, day), Some(Unfit::Shadowing(_)))
}
