//! Dates and times as they stand in iCalendar files, and the zones they name.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::lines::Property;
use super::windows;
use crate::domain::civil;

/// Longer than this nothing lasts.
const LONGEST: i64 = 10 * 366;

/// A whole day, or a local time in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    Day(NaiveDate),
    Local(NaiveDateTime, Tz),
}

impl Moment {
    /// The local day.
    pub(super) fn day(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Local(local, _) => local.date(),
        }
    }

    /// The same clock on another day.
    pub(super) fn on(self, day: NaiveDate) -> Self {
        match self {
            Self::Day(_) => Self::Day(day),
            Self::Local(local, zone) => Self::Local(day.and_time(local.time()), zone),
        }
    }

    /// The instant; of a whole day there is none.
    pub(super) fn at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::Day(_) => None,
            Self::Local(local, zone) => Some(civil::instant(local, zone)),
        }
    }
}

/// Occurrences that do not take place as the rule has them.
#[derive(Default)]
pub(super) struct Gone {
    days: BTreeSet<NaiveDate>,
    instants: BTreeSet<DateTime<Utc>>,
    /// The days of the instants: of an event of whole days, a time names its day.
    timed: BTreeSet<NaiveDate>,
}

impl Gone {
    pub(super) fn add(&mut self, moment: Moment) {
        match moment.at() {
            None => {
                self.days.insert(moment.day());
            }
            Some(at) => {
                self.instants.insert(at);
                self.timed.insert(moment.day());
            }
        }
    }

    /// Whether this one is meant; a whole day means any time on it.
    pub(super) fn has(&self, moment: Moment) -> bool {
        let day = moment.day();
        self.days.contains(&day)
            || match moment.at() {
                Some(at) => self.instants.contains(&at),
                None => self.timed.contains(&day),
            }
    }
}

/// Which zones a file uses, and which of them nobody knows.
pub(super) struct Zones {
    /// Where times without a zone are.
    pub here: Tz,
    /// The last name that was looked up, and what it is: files use few.
    last: Option<(String, Tz)>,
    /// Names that nobody knows, each once.
    pub unknown: Vec<String>,
}

/// A longer name is none of a zone.
const NAME: usize = 128;
/// No file names more zones that nobody knows, or the rest is not told.
const UNKNOWN: usize = 8;

impl Zones {
    pub(super) fn new(here: Tz) -> Self {
        Self { here, last: None, unknown: Vec::new() }
    }

    /// The zone of this name; ours if nobody knows it.
    fn named(&mut self, name: &str) -> Tz {
        if let Some((last, zone)) = &self.last
            && last == name
        {
            return *zone;
        }
        let zone = known(name).unwrap_or_else(|| {
            if self.unknown.len() < UNKNOWN && !self.unknown.iter().any(|known| name.starts_with(known)) {
                self.unknown.push(name.chars().take(NAME).collect());
            }
            self.here
        });
        self.last = Some((name.to_owned(), zone));
        zone
    }

    /// What a property says, by its `TZID`; none if it is no date.
    pub(super) fn moment(&mut self, property: &Property<'_>) -> Option<Moment> {
        self.moments(property).into_iter().next()
    }

    /// The same for a list; periods count by their start.
    pub(super) fn moments(&mut self, property: &Property<'_>) -> Vec<Moment> {
        let zone = property.param("TZID").map(|name| self.named(name));
        let here = zone.unwrap_or(self.here);
        let first = |word: &str| moment(word.split('/').next().unwrap_or(word), here);
        property.value.split(',').take(super::read::DATES).filter_map(first).collect()
    }
}

/// An IANA name, also behind the path of whoever made the file, or one that Windows uses.
fn known(name: &str) -> Option<Tz> {
    let name = name.trim();
    if name.len() > NAME {
        return None;
    }
    let exact = |name: &str| name.parse::<Tz>().ok();
    let tail = || {
        let parts: Vec<&str> = name.split('/').collect();
        (1..parts.len()).find_map(|at| exact(&parts[at..].join("/")))
    };
    exact(name).or_else(|| windows::zone(name).and_then(exact)).or_else(tail)
}

/// `20261201`, `20261201T100000`, `20261201T100000Z`; dashes and colons are let pass.
pub(super) fn moment(text: &str, zone: Tz) -> Option<Moment> {
    let word: String = text.trim().chars().filter(|c| !matches!(c, '-' | ':')).take(20).collect();
    let date = NaiveDate::parse_from_str(word.get(..8)?, "%Y%m%d").ok().filter(|_| digits(&word[..8]))?;
    let rest = &word[8..];
    if rest.is_empty() {
        return Some(Moment::Day(date));
    }
    let clock = rest.strip_prefix(['T', 't'])?;
    let (clock, zone) = match clock.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, Tz::UTC),
        None => (clock, zone),
    };
    if !digits(clock) || !matches!(clock.len(), 4 | 6) {
        return None;
    }
    let number = |at: usize| clock.get(at..at + 2).and_then(|two| two.parse::<u32>().ok());
    let seconds = number(4).unwrap_or(0).min(59);
    let time = NaiveTime::from_hms_opt(number(0)?, number(2)?, seconds)?;
    Some(Moment::Local(date.and_time(time), zone))
}

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// How long an event lasts: days of the calendar, and real time on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Length {
    pub days: i64,
    pub rest: TimeDelta,
}

/// `P1W`, `P2D`, `PT1H30M`, `P1DT12H`; what is negative or endless is no length.
pub(super) fn length(text: &str) -> Option<Length> {
    let body = text.trim().trim_start_matches('+').strip_prefix(['P', 'p'])?;
    let (mut length, mut number, mut seconds) = (Length::default(), String::new(), 0_i64);
    for c in body.chars() {
        match c.to_ascii_uppercase() {
            'T' if number.is_empty() => {}
            digit if digit.is_ascii_digit() && number.len() < 9 => number.push(digit),
            unit => {
                let count: i64 = number.parse().ok()?;
                number.clear();
                match unit {
                    'W' => length.days += 7 * count,
                    'D' => length.days += count,
                    'H' => seconds += 3_600 * count,
                    'M' => seconds += 60 * count,
                    'S' => seconds += count,
                    _ => return None,
                }
            }
        }
    }
    length.rest = TimeDelta::try_seconds(seconds)?;
    (number.is_empty() && length.days <= LONGEST && length.rest.num_days() <= LONGEST).then_some(length)
}

/// From one moment to the other, as long as that is.
pub(super) fn until(start: Moment, end: Moment) -> Option<Length> {
    if let (Some(start), Some(end)) = (start.at(), end.at()) {
        let rest = end - start;
        return (rest >= TimeDelta::zero() && rest.num_days() <= LONGEST).then_some(Length { days: 0, rest });
    }
    let days = (end.day() - start.day()).num_days();
    (0..=LONGEST).contains(&days).then_some(Length { days, rest: TimeDelta::zero() })
}
