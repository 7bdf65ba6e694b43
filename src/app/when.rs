//! Times as operators write them: `2h`, `3d`, `tomorrow`, `monday 14:00`,
//! `2026-12-01 09:00`. The screen and the command line read the same words.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};

use crate::config::{Clock, Span, Team};
use crate::domain::{civil, clock};

/// Words that name no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhenError {
    /// Not in any form that is known.
    #[error(
        "`{0}` is no time; write 30m, 2h, 3d, 1w, 2bd, 14:00, tomorrow, monday, 2026-12-01, 2026-12-01 09:00, or RFC 3339"
    )]
    Unreadable(String),
    /// Further away than the calendar goes.
    #[error("`{0}` is too far away; write a date within the next century")]
    TooFar(String),
}

/// No snooze and no date lies further ahead.
const CENTURY: TimeDelta = TimeDelta::days(36_525);

/// What is offered for a snooze: its words and its time, soonest first.
pub fn offers(now: DateTime<Utc>, team: &Team) -> Vec<(String, DateTime<Utc>)> {
    let start = team.workhours.from.format("%H:%M");
    let today = now.with_timezone(&team.timezone).date_naive();
    let at_start = |day: NaiveDate| civil::instant(day.and_time(team.workhours.from), team.timezone);
    let workday = clock::next_workday_start(now, team);
    let is_today = workday.with_timezone(&team.timezone).date_naive() == today;
    let mut offers = vec![
        ("1 hour".to_owned(), now + TimeDelta::hours(1)),
        ("4 hours".to_owned(), now + TimeDelta::hours(4)),
        (format!("tomorrow {start}"), at_start(today + Days::new(1))),
        (format!("Monday {start}"), at_start(next(today, Weekday::Mon))),
        (if is_today { format!("today {start}") } else { format!("next workday {start}") }, workday),
    ];
    offers.sort_by_key(|(_, at)| *at);
    offers.dedup_by_key(|(_, at)| *at);
    offers
}

/// The instant that these words mean. Days and dates follow the team's
/// calendar and clock; hours and minutes are real time. It may lie in the past.
///
/// # Errors
///
/// [`WhenError`], with what to write instead.
pub fn parse(text: &str, now: DateTime<Utc>, team: &Team) -> Result<DateTime<Utc>, WhenError> {
    let text = text.trim();
    let too_far = || WhenError::TooFar(text.to_owned());
    let at = if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        exact.to_utc()
    } else if let Some(ahead) = span(text) {
        ahead.after(now, team).ok_or_else(too_far)?
    } else {
        let local = civil_time(text, now, team).ok_or_else(|| WhenError::Unreadable(text.to_owned()))?;
        civil::instant(local, team.timezone)
    };
    if at - now > CENTURY { Err(too_far()) } else { Ok(at) }
}

/// A length of time from now.
enum Ahead {
    Real(TimeDelta),
    Days(u64),
    Workdays(u32),
}

impl Ahead {
    fn after(self, now: DateTime<Utc>, team: &Team) -> Option<DateTime<Utc>> {
        match self {
            Self::Real(delta) => now.checked_add_signed(delta),
            Self::Days(days) => {
                let local = now.with_timezone(&team.timezone).naive_local();
                local.checked_add_days(Days::new(days)).map(|local| civil::instant(local, team.timezone))
            }
            Self::Workdays(days) => {
                let at = clock::after(now, Span::BusinessDays(days), Clock::Business, team);
                (at < DateTime::<Utc>::MAX_UTC).then_some(at)
            }
        }
    }
}

/// A number and a unit; none if the text is neither.
fn span(text: &str) -> Option<Ahead> {
    let split = text.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0)?;
    let (digits, unit) = text.split_at(split);
    let unit = unit.trim().to_ascii_lowercase();
    // What is too large to count is too far away, too.
    let count: u32 = digits.parse().unwrap_or(u32::MAX);
    let minutes = |each: i64| Ahead::Real(TimeDelta::minutes(i64::from(count) * each));
    match unit.as_str() {
        "m" | "min" => Some(minutes(1)),
        "h" => Some(minutes(60)),
        "d" => Some(Ahead::Days(count.into())),
        "w" => Some(Ahead::Days(u64::from(count) * 7)),
        "bd" => Some(Ahead::Workdays(count)),
        _ => None,
    }
}

fn civil_time(text: &str, now: DateTime<Utc>, team: &Team) -> Option<NaiveDateTime> {
    let local = now.with_timezone(&team.timezone).naive_local();
    if let Some(time) = clock_time(text) {
        let day = if local.time() < time { local.date() } else { local.date() + Days::new(1) };
        return Some(day.and_time(time));
    }
    let (day, time) = match text.split_once([' ', 'T']) {
        Some((day, time)) if !day.is_empty() => (day, clock_time(time.trim())?),
        Some(_) | None => (text, team.workhours.from),
    };
    Some(calendar_day(day, local.date())?.and_time(time))
}

fn clock_time(text: &str) -> Option<NaiveTime> {
    ["%H:%M", "%H:%M:%S"].iter().find_map(|form| NaiveTime::parse_from_str(text, form).ok())
}

fn calendar_day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(day);
    }
    match text.to_ascii_lowercase().as_str() {
        "today" => Some(today),
        "tomorrow" => today.checked_add_days(Days::new(1)),
        name => Some(next(today, name.parse().ok()?)),
    }
}

/// The first such day after this one.
fn next(today: NaiveDate, day: Weekday) -> NaiveDate {
    let ahead = (day.num_days_from_monday() + 6 - today.weekday().num_days_from_monday()) % 7 + 1;
    today + Days::new(ahead.into())
}
