//! One reader for each small word of a configuration.
//!
//! A reader says what is wrong with a text and what to write; where it stands
//! is known to whoever asked.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;

use super::values::{DoneBy, Evidence, Moment, Period, Repo, Scope, Span, WorkHours};

/// Why a text is no such word, to be put behind the text itself, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) why: String,
    pub(super) remedy: String,
}

impl Refused {
    pub(super) fn new(why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { why: why.into(), remedy: remedy.into() }
    }
}

/// Longest durations that make sense in minutes of real time: ten years.
const MOST_MINUTES: u64 = 10 * 366 * 24 * 60;

pub(super) fn span(text: &str) -> Result<Span, Refused> {
    if let Some((count, "bd")) = counted(text) {
        return match u32::try_from(count) {
            Ok(days) if (1..=999).contains(&days) => Ok(Span::BusinessDays(days)),
            Ok(_) | Err(_) => Err(bad_span("1 to 999 business days, as in `2bd`")),
        };
    }
    elapsed(text)
        .map(Span::Elapsed)
        .map_err(|_| bad_span("a number and m, h, d, w or bd, as in `15m`, `4h`, `3d`, `2bd`"))
}

/// A duration in real time: `250ms`, `30s`, `1.1s`, `15m`, `1h`, `3d`, `1w`.
pub(super) fn elapsed(text: &str) -> Result<TimeDelta, Refused> {
    let bad = || bad_span("a number and ms, s, m, h, d or w, as in `250ms`, `30s`, `15m`, `3d`");
    if let Some((count, "ms")) = counted(text) {
        return Some(count)
            .filter(|count| *count <= 60_000)
            .and_then(|count| i64::try_from(count).ok())
            .map(TimeDelta::milliseconds)
            .ok_or_else(bad);
    }
    if let Some(seconds) = text.strip_suffix('s') {
        return tenths(seconds).ok_or_else(bad);
    }
    let (count, unit) = counted(text).ok_or_else(bad)?;
    let minutes = match unit {
        "m" => 1,
        "h" => 60,
        "d" => 24 * 60,
        "w" => 7 * 24 * 60,
        _ => return Err(bad()),
    };
    match count.checked_mul(minutes) {
        Some(all) if all > 0 && all <= MOST_MINUTES => Ok(TimeDelta::minutes(i64::try_from(all).unwrap_or_default())),
        Some(_) | None => Err(bad()),
    }
}

fn bad_span(wanted: &str) -> Refused {
    Refused::new("is no duration", format!("write {wanted}"))
}

/// Seconds with up to three decimals, as milliseconds.
fn tenths(text: &str) -> Option<TimeDelta> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |one: &str| one.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    let millis = format!("{whole}{part:0<3}").parse().ok()?;
    Some(TimeDelta::milliseconds(millis)).filter(|_| text.split_once('.').is_none_or(|(_, part)| !part.is_empty()))
}

pub(super) fn period(text: &str) -> Result<Period, Refused> {
    let bad = || Refused::new("is no period", "write a number from 1 and h, d, w or mo, as in `7d`, `12h`, `1mo`");
    let (count, unit) = counted(text).ok_or_else(bad)?;
    let count = u32::try_from(count).ok().filter(|count| (1..=9_999).contains(count)).ok_or_else(bad)?;
    match unit {
        "h" if count.is_multiple_of(24) => Ok(Period::Days(count / 24)),
        "h" => Ok(Period::Hours(count)),
        "d" => Ok(Period::Days(count)),
        "w" => Ok(Period::Days(count * 7)),
        "mo" => Ok(Period::Months(count)),
        _ => Err(bad()),
    }
}

/// Splits `15m` into 15 and `m`.
fn counted(text: &str) -> Option<(u64, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = text.split_at(digits);
    if count.is_empty() || count.len() > 9 {
        return None;
    }
    Some((count.parse().ok()?, unit))
}

pub(super) fn day(text: &str) -> Result<NaiveDate, Refused> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return Err(Refused::new("is no date", "write YYYY-MM-DD, as in `2026-12-31`"));
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| Refused::new("does not exist in the calendar", "write a day that exists, as YYYY-MM-DD"))
}

/// `HH:MM`; never `24:00`.
pub(super) fn clock(text: &str) -> Result<NaiveTime, Refused> {
    let shaped = text.len() == 5 && text.as_bytes()[2] == b':' && text.bytes().filter(u8::is_ascii_digit).count() == 4;
    if !shaped {
        return Err(Refused::new("is no clock time", "write HH:MM, as in `09:00`"));
    }
    NaiveTime::parse_from_str(text, "%H:%M")
        .map_err(|_| Refused::new("is no time that a clock shows", "write 00:00 to 23:59"))
}

/// `HH:MM` or `24:00`, which is the midnight that ends the day.
pub(super) fn closing(text: &str) -> Result<NaiveTime, Refused> {
    if text == "24:00" { Ok(NaiveTime::MIN) } else { clock(text) }
}

/// `YYYY-MM-DDTHH:MM`, without offset; seconds must be 00, since TOML's own date-times used to need them.
pub(super) fn local(text: &str) -> Result<NaiveDateTime, Refused> {
    let bad = || Refused::new("is no local date and time", "write YYYY-MM-DDTHH:MM, as in `2026-11-02T10:00`");
    let (date, time) = text.split_once(['T', ' ']).ok_or_else(bad)?;
    let time = match time.len() {
        5 => time,
        8 => time.strip_suffix(":00").ok_or_else(bad)?,
        _ => return Err(bad()),
    };
    Ok(day(date)?.and_time(clock(time)?))
}

/// A date, a local date and time, or one with an offset.
pub(super) fn moment(text: &str) -> Result<Moment, Refused> {
    let Some((date, time)) = text.split_once(['T', ' ']) else {
        return day(text).map(Moment::Day);
    };
    match time.len() {
        0..=5 | 8 => local(text).map(Moment::Local),
        _ => {
            day(date)?;
            DateTime::parse_from_rfc3339(&with_seconds(date, time)).map(Moment::Exact).map_err(|_| {
                Refused::new("is no date and time", "write YYYY-MM-DDTHH:MM, with an offset as `+01:00` or without")
            })
        }
    }
}

/// `18:00+01:00` means `18:00:00+01:00`, which RFC 3339 insists on.
fn with_seconds(date: &str, time: &str) -> String {
    match (time.get(..5), time.get(5..)) {
        (Some(clock), Some(rest)) if !rest.starts_with(':') => format!("{date}T{clock}:00{rest}"),
        _ => format!("{date}T{time}"),
    }
}

pub(super) fn zone(text: &str) -> Result<Tz, Refused> {
    text.parse().map_err(|_| {
        let near = nearest(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
        Refused::new(
            "is no IANA time zone",
            near.map_or_else(|| "write as in `Europe/London`".into(), |name| format!("did you mean `{name}`?")),
        )
    })
}

pub(super) fn weekday(text: &str) -> Result<Weekday, Refused> {
    match text {
        "mon" => Ok(Weekday::Mon),
        "tue" => Ok(Weekday::Tue),
        "wed" => Ok(Weekday::Wed),
        "thu" => Ok(Weekday::Thu),
        "fri" => Ok(Weekday::Fri),
        "sat" => Ok(Weekday::Sat),
        "sun" => Ok(Weekday::Sun),
        _ => Err(Refused::new("is no weekday", "write mon, tue, wed, thu, fri, sat or sun")),
    }
}

pub(super) fn workhours(text: &str) -> Result<WorkHours, Refused> {
    let bad = || Refused::new("are no hours", "write from and to, as in `09:00-17:30`");
    let (from, to) = text.split_once('-').ok_or_else(bad)?;
    let (from, to) = (clock(from.trim())?, clock(to.trim())?);
    if from >= to {
        return Err(Refused::new("end before they start", "write the earlier time first, as in `09:00-17:30`"));
    }
    Ok(WorkHours { from, to })
}

pub(super) fn repo(text: &str) -> Result<Repo, Refused> {
    let bad = || Refused::new("is no repository", "write OWNER/NAME, as in `acme/harbour`");
    let (owner, name) = text.split_once('/').ok_or_else(bad)?;
    let plain = |part: &str, also: &str| {
        !part.is_empty() && part.len() <= 100 && part.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
    };
    if !plain(owner, "-_") || !plain(name, "-_.") || name == "." || name == ".." {
        return Err(bad());
    }
    Ok(Repo { owner: owner.into(), name: name.into() })
}

pub(super) fn evidence(text: &str) -> Result<Evidence, Refused> {
    match text.split_once(':') {
        Some(("tag", glob)) if !glob.is_empty() => Ok(Evidence::Tag(glob.into())),
        Some(("git", path)) if !path.is_empty() => Ok(Evidence::Commit(path.into())),
        Some(_) | None => Err(Refused::new("is no evidence", "write `tag:GLOB` or `git:PATH`")),
    }
}

pub(super) fn done_by(text: &str) -> Result<DoneBy, Refused> {
    match text {
        "minutes" => Ok(DoneBy::Minutes),
        "handoff" => Ok(DoneBy::Handoff),
        "review" => Ok(DoneBy::Review),
        "runbook-run" => Ok(DoneBy::RunbookRun),
        "drill" => Ok(DoneBy::Drill),
        other => evidence(other).map(DoneBy::Git).map_err(|_| {
            Refused::new(
                "shows nothing that is known",
                "write minutes, handoff, review, runbook-run, drill, `tag:GLOB` or `git:PATH`",
            )
        }),
    }
}

pub(super) fn scope(text: &str) -> Result<Scope, Refused> {
    match text.split_once(':') {
        None if text == "*" => Ok(Scope::Everything),
        Some(("train", id)) => Ok(Scope::Train(id.into())),
        Some(("area", id)) => Ok(Scope::Area(id.into())),
        Some(_) | None => Err(Refused::new("is nothing a freeze can cover", "write `train:ID`, `area:ID` or `*`")),
    }
}

/// The known word that is nearest to a misspelt one, if any is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody misspells a name of a thousand letters.
    if word.len() > 100 {
        return None;
    }
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count().min(word.chars().count()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
