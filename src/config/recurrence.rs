//! "Every second Tuesday", as RFC 5545 writes it, over whole days.

use chrono::{NaiveDate, Weekday};

use super::parse::{Refused, day};

/// A recurrence rule (RFC 5545 §3.3.10) over whole days; there are no times in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// As written.
    pub text: String,
    /// `FREQ`.
    pub freq: Freq,
    /// `INTERVAL`; at least 1.
    pub interval: u32,
    /// `COUNT`.
    pub count: Option<u32>,
    /// `UNTIL`; included.
    pub until: Option<NaiveDate>,
    /// `BYDAY`: `2TU` is `(Some(2), Tue)`, `-1SU` is `(Some(-1), Sun)`.
    pub by_day: Vec<(Option<i32>, Weekday)>,
    /// `BYMONTHDAY`; negative from the end.
    pub by_month_day: Vec<i32>,
    /// `BYMONTH`; 1 to 12.
    pub by_month: Vec<i32>,
    /// `BYSETPOS`; negative from the end.
    pub by_set_pos: Vec<i32>,
    /// `WKST`; Monday unless given.
    pub week_start: Weekday,
}

/// What a rule counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Freq {
    /// `DAILY`.
    #[default]
    Daily,
    /// `WEEKLY`.
    Weekly,
    /// `MONTHLY`.
    Monthly,
    /// `YEARLY`.
    Yearly,
}

impl Default for Recurrence {
    fn default() -> Self {
        Self {
            text: "FREQ=DAILY".into(),
            freq: Freq::Daily,
            interval: 1,
            count: None,
            until: None,
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_month: Vec::new(),
            by_set_pos: Vec::new(),
            week_start: Weekday::Mon,
        }
    }
}

const PARTS: &[&str] = &["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"];

/// Reads a rule.
pub(super) fn recurrence(text: &str) -> Result<Recurrence, Refused> {
    let mut seen = Vec::new();
    let mut rule = Recurrence { text: text.to_owned(), ..Recurrence::default() };
    for part in text.split(';') {
        let Some((name, value)) = part.split_once('=') else {
            return Err(Refused::new("is not a list of NAME=VALUE", "write as in `FREQ=WEEKLY;BYDAY=TU`"));
        };
        if seen.contains(&name) {
            return Err(Refused::new(format!("has {name} twice"), "keep one of them"));
        }
        set(&mut rule, name, value)?;
        seen.push(name);
    }
    if !seen.contains(&"FREQ") {
        return Err(Refused::new("has no FREQ", "write as in `FREQ=MONTHLY;BYDAY=2TU`"));
    }
    consistent(&rule)?;
    Ok(rule)
}

fn set(rule: &mut Recurrence, name: &str, value: &str) -> Result<(), Refused> {
    match name {
        "FREQ" => rule.freq = freq(value)?,
        "INTERVAL" => rule.interval = positive(name, value)?,
        "COUNT" => rule.count = Some(positive(name, value)?),
        "UNTIL" => rule.until = Some(until(value)?),
        "BYDAY" => rule.by_day = list(value, by_day)?,
        "BYMONTHDAY" => rule.by_month_day = list(value, |one| signed(name, one, 31))?,
        "BYMONTH" => {
            rule.by_month = list(value, |one| signed(name, one, 12))?;
            if rule.by_month.iter().any(|month| *month < 1) {
                return Err(Refused::new("has a month outside 1 to 12", "write as in `BYMONTH=3,9`"));
            }
        }
        "BYSETPOS" => rule.by_set_pos = list(value, |one| signed(name, one, 366))?,
        "WKST" => rule.week_start = weekday(value)?,
        other => {
            return Err(Refused::new(
                format!("has an unknown part `{other}`"),
                format!("known are {}", PARTS.join(", ")),
            ));
        }
    }
    Ok(())
}

fn consistent(rule: &Recurrence) -> Result<(), Refused> {
    if rule.count.is_some() && rule.until.is_some() {
        return Err(Refused::new("has both COUNT and UNTIL", "keep one of them"));
    }
    let counted = rule.by_day.iter().any(|(nth, _)| nth.is_some());
    if counted && matches!(rule.freq, Freq::Daily | Freq::Weekly) {
        return Err(Refused::new(
            "counts weekdays, which only a month or a year does",
            "write as in `FREQ=MONTHLY;BYDAY=2TU`, or BYDAY=TU without a number",
        ));
    }
    if !rule.by_month_day.is_empty() && rule.freq == Freq::Weekly {
        return Err(Refused::new("has BYMONTHDAY in a weekly rule", "write FREQ=MONTHLY"));
    }
    if !rule.by_set_pos.is_empty() && rule.by_day.is_empty() && rule.by_month_day.is_empty() && rule.by_month.is_empty()
    {
        return Err(Refused::new("has BYSETPOS alone", "say of what, as in `BYDAY=MO,TU;BYSETPOS=-1`"));
    }
    Ok(())
}

fn freq(value: &str) -> Result<Freq, Refused> {
    match value {
        "DAILY" => Ok(Freq::Daily),
        "WEEKLY" => Ok(Freq::Weekly),
        "MONTHLY" => Ok(Freq::Monthly),
        "YEARLY" => Ok(Freq::Yearly),
        other => Err(Refused::new(format!("has an unknown FREQ `{other}`"), "write DAILY, WEEKLY, MONTHLY or YEARLY")),
    }
}

fn list<T>(value: &str, one: impl Fn(&str) -> Result<T, Refused>) -> Result<Vec<T>, Refused> {
    value.split(',').map(one).collect()
}

fn positive(name: &str, value: &str) -> Result<u32, Refused> {
    match value.parse() {
        Ok(count) if (1..=9_999).contains(&count) => Ok(count),
        Ok(_) | Err(_) => Err(Refused::new(format!("has a bad {name}"), "write a number from 1")),
    }
}

fn signed(name: &str, value: &str, most: i32) -> Result<i32, Refused> {
    match value.parse::<i32>() {
        Ok(number) if number != 0 && number.abs() <= most => Ok(number),
        Ok(_) | Err(_) => {
            Err(Refused::new(format!("has a bad {name}"), format!("write numbers from 1 to {most}, or negative")))
        }
    }
}

fn until(value: &str) -> Result<NaiveDate, Refused> {
    let bad = || Refused::new("has a bad UNTIL", "write a day, as in `UNTIL=20271231`");
    match value.len() {
        8 if value.is_ascii() => day(&format!("{}-{}-{}", &value[..4], &value[4..6], &value[6..])).map_err(|_| bad()),
        _ => Err(bad()),
    }
}

fn by_day(value: &str) -> Result<(Option<i32>, Weekday), Refused> {
    let Some((at, _)) = value.char_indices().rev().nth(1) else {
        return Err(bad_day(value));
    };
    let (number, name) = value.split_at(at);
    let weekday = weekday(name)?;
    if number.is_empty() {
        return Ok((None, weekday));
    }
    Ok((Some(signed("BYDAY", number, 53)?), weekday))
}

fn weekday(value: &str) -> Result<Weekday, Refused> {
    match value {
        "MO" => Ok(Weekday::Mon),
        "TU" => Ok(Weekday::Tue),
        "WE" => Ok(Weekday::Wed),
        "TH" => Ok(Weekday::Thu),
        "FR" => Ok(Weekday::Fri),
        "SA" => Ok(Weekday::Sat),
        "SU" => Ok(Weekday::Sun),
        other => Err(bad_day(other)),
    }
}

fn bad_day(value: &str) -> Refused {
    Refused::new(format!("has an unknown weekday `{value}`"), "write MO, TU, WE, TH, FR, SA or SU")
}
