//! Recurrence rules as others write them: what is understood is taken, and a
//! rule with anything else in it is not guessed at.

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

use super::times::{Moment, moment};
use crate::config::{Freq, Recurrence};

/// More of anything no calendar needs.
const MOST: u32 = 100_000;

/// A longer list of days is no rule that anybody lives by, and costs as much for each day.
const LIST: usize = 64;

/// A rule, and the instant after which it names nothing more, if it says one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub days: Recurrence,
    pub until: Option<DateTime<Utc>>,
}

/// Reads a rule for an event whose times are in this zone; none if it has parts that are not understood.
pub(super) fn rule(text: &str, zone: Tz) -> Option<Rule> {
    let mut rule = Rule { days: Recurrence { text: String::new(), ..Recurrence::default() }, until: None };
    let mut has_freq = false;
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=')?;
        let (name, value) = (name.trim().to_ascii_uppercase(), value.trim().to_ascii_uppercase());
        has_freq |= name == "FREQ";
        set(&mut rule, &name, &value, zone)?;
    }
    has_freq.then_some(rule)
}

fn set(rule: &mut Rule, name: &str, value: &str, zone: Tz) -> Option<()> {
    let days = &mut rule.days;
    match name {
        "FREQ" => {
            days.freq = match value {
                "DAILY" => Freq::Daily,
                "WEEKLY" => Freq::Weekly,
                "MONTHLY" => Freq::Monthly,
                "YEARLY" => Freq::Yearly,
                _ => return None,
            };
        }
        "INTERVAL" => days.interval = value.parse().ok().filter(|count| (1..=MOST).contains(count))?,
        "COUNT" => days.count = Some(value.parse().ok().filter(|count| (1..=MOST).contains(count))?),
        "UNTIL" => match moment(value, zone)? {
            Moment::Day(day) => days.until = Some(day),
            local @ Moment::Local(..) => {
                let until = local.at()?;
                // A day more: the instant decides, and the event may be in another zone.
                days.until = until.with_timezone(&zone).date_naive().succ_opt();
                rule.until = Some(until);
            }
        },
        "BYDAY" => days.by_day = list(value, by_day)?,
        "BYMONTHDAY" => days.by_month_day = list(value, |one| signed(one, 31))?,
        "BYMONTH" => days.by_month = list(value, |one| signed(one, 12).filter(|month| *month > 0))?,
        "BYSETPOS" => days.by_set_pos = list(value, |one| signed(one, 366))?,
        "WKST" => days.week_start = weekday(value)?,
        _ if name.starts_with("X-") => {}
        _ => return None,
    }
    Some(())
}

fn list<T>(value: &str, one: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let words = value.split(',');
    (words.clone().count() <= LIST).then(|| words.map(|word| one(word.trim())).collect()).flatten()
}

fn signed(value: &str, most: i32) -> Option<i32> {
    value.parse::<i32>().ok().filter(|number| *number != 0 && number.unsigned_abs() <= most.unsigned_abs())
}

fn by_day(value: &str) -> Option<(Option<i32>, Weekday)> {
    let (number, name) = value.split_at_checked(value.len().checked_sub(2)?)?;
    let weekday = weekday(name)?;
    if number.is_empty() { Some((None, weekday)) } else { Some((Some(signed(number, 53)?), weekday)) }
}

fn weekday(value: &str) -> Option<Weekday> {
    Some(match value {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

impl Rule {
    /// The days that it names from `first` to `last`, both included, for an event that starts at this moment.
    pub(super) fn days(&self, start: Moment, (first, last): (NaiveDate, NaiveDate)) -> Vec<NaiveDate> {
        let named = crate::domain::recurrence::between(&self.days, start.day(), (first, last));
        let in_time = |day: &NaiveDate| match (self.until, start.on(*day).at()) {
            (Some(until), Some(at)) => at <= until,
            (Some(_), None) | (None, _) => true,
        };
        named.filter(in_time).take(super::read::DATES).collect()
    }
}
