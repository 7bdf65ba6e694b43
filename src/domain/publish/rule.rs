//! A recurrence rule in words: "every month on the 2nd Tuesday".
//!
//! What a rule leaves open is taken from its start, as the calendar does it
//! (RFC 5545 §3.3.10), so that the sentence names the same days.

use chrono::{Datelike, NaiveDate, Weekday};

use super::words::day;
use crate::config::{Freq, Recurrence};

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The days that a rule names, counted from a start.
pub(super) fn words(rule: &Recurrence, start: NaiveDate) -> String {
    let unit = match rule.freq {
        Freq::Daily => "day",
        Freq::Weekly => "week",
        Freq::Monthly => "month",
        Freq::Yearly => "year",
    };
    let every = if rule.interval == 1 { format!("every {unit}") } else { format!("every {} {unit}s", rule.interval) };
    let named = Named::of(rule, start);
    let months: Vec<String> = named.months.iter().map(|month| name(&MONTHS, *month - 1)).collect();
    let months = if months.is_empty() { String::new() } else { format!(" in {}", joined(&months, "and")) };
    let places: Vec<String> = rule.by_set_pos.iter().map(|place| nth(*place)).collect();
    let places =
        if places.is_empty() { String::new() } else { format!(", of these only the {}", joined(&places, "and")) };
    let week = if rule.freq == Freq::Weekly && rule.interval > 1 && rule.week_start != Weekday::Mon {
        format!(" (a week begins on {})", weekday(rule.week_start))
    } else {
        String::new()
    };
    let ends = match (rule.count, rule.until) {
        (Some(1), _) => format!(", once from {} on", day(start)),
        (Some(count), _) => format!(", {count} times from {} on", day(start)),
        (None, Some(until)) => format!(", up to {}", day(until)),
        (None, None) => String::new(),
    };
    format!("{every}{months}{}{places}{week}{ends}", named.days(rule))
}

/// What a rule names, with what it leaves open taken from its start.
struct Named {
    months: Vec<i32>,
    month_days: Vec<i32>,
    weekdays: Vec<(Option<i32>, Weekday)>,
}

impl Named {
    fn of(rule: &Recurrence, start: NaiveDate) -> Self {
        let mut named = Self {
            months: rule.by_month.clone(),
            month_days: rule.by_month_day.clone(),
            weekdays: rule.by_day.clone(),
        };
        if named.weekdays.is_empty() && named.month_days.is_empty() {
            let number = |number: u32| i32::try_from(number).unwrap_or(1);
            match rule.freq {
                Freq::Daily => {}
                Freq::Weekly => named.weekdays.push((None, start.weekday())),
                Freq::Monthly => named.month_days.push(number(start.day())),
                Freq::Yearly => {
                    if named.months.is_empty() {
                        named.months.push(number(start.month()));
                    }
                    named.month_days.push(number(start.day()));
                }
            }
        }
        named
    }

    /// ` on the 2nd Tuesday`, ` on the 13th, if it is a Friday`.
    fn days(&self, rule: &Recurrence) -> String {
        let of_year = rule.freq == Freq::Yearly && rule.by_month.is_empty();
        let of_year = if of_year { " of the year" } else { "" };
        let numbers: Vec<String> = self.month_days.iter().map(|number| month_day(*number)).collect();
        let weekdays = self.weekdays.iter();
        let asked = !numbers.is_empty() || rule.freq == Freq::Daily;
        let plain = match rule.freq {
            _ if asked => "a ",
            Freq::Weekly => "",
            Freq::Daily | Freq::Monthly | Freq::Yearly => "every ",
        };
        let weekdays: Vec<String> = weekdays
            .map(|(place, day)| match place {
                Some(place) => format!("the {} {}{of_year}", nth(*place), weekday(*day)),
                None => format!("{plain}{}", weekday(*day)),
            })
            .collect();
        let on = if numbers.is_empty() { String::new() } else { format!(" on the {}", joined(&numbers, "and")) };
        match (asked, weekdays.is_empty()) {
            (_, true) => on,
            (true, false) => format!("{on}, if it is {}", joined(&weekdays, "or")),
            (false, false) => format!(" on {}", joined(&weekdays, "and")),
        }
    }
}

/// `1st`, `last`, `2nd last`
fn nth(place: i32) -> String {
    let count = place.unsigned_abs();
    let ending = match (count % 10, count % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    match place {
        -1 => "last".to_owned(),
        ..0 => format!("{count}{ending} last"),
        0.. => format!("{count}{ending}"),
    }
}

/// `15th`, `last day`
fn month_day(number: i32) -> String {
    if number < 0 { format!("{} day", nth(number)) } else { nth(number) }
}

fn weekday(day: Weekday) -> String {
    name(&WEEKDAYS, i32::try_from(day.num_days_from_monday()).unwrap_or(0))
}

fn name(names: &[&str], at: i32) -> String {
    usize::try_from(at).ok().and_then(|at| names.get(at)).map_or_else(String::new, |name| (*name).to_owned())
}

/// `a`, `a and b`, `a, b and c`
fn joined(all: &[String], last: &str) -> String {
    match all {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}
