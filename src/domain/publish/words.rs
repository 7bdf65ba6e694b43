//! How people, days, spans and what shows something are called on the page.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use super::paper::Line;
use crate::config::{DoneBy, Evidence, Period, Span, TeamFile, Who};

/// No more days than these are listed one by one.
pub(super) const MOST_DAYS: usize = 12;
/// No more rows than these stand in a table that grows with time.
pub(super) const MOST_ROWS: usize = 120;

/// Somebody by the name that the team file gives; with the id where two are called the same. `TBD` and `everyone`
/// stay what they are.
pub(super) fn person(team: &TeamFile, id: &str) -> Line {
    let Some(person) = team.person(id) else { return Line::theirs(id) };
    let called_so = team.people.iter().filter(|other| other.name == person.name).count();
    if called_so > 1 { titled(&person.name, id) } else { Line::theirs(&person.name) }
}

/// The same of somebody who may not be named.
pub(super) fn maybe_person(team: &TeamFile, id: Option<&str>) -> Line {
    id.map_or_else(Line::empty, |id| person(team, id))
}

/// Several people, in order.
pub(super) fn people<'a>(team: &TeamFile, ids: impl IntoIterator<Item = &'a String>) -> Line {
    Line::all(ids.into_iter().map(|id| person(team, id)), ", ")
}

/// Somebody by name or by a rule; a rule is told as one.
pub(super) fn who(team: &TeamFile, who: &Who) -> Line {
    match who {
        Who::Person(id) => person(team, id),
        Who::RotationPrimary(id) => Line::ours("whoever is on call in ").and(Line::name(id)),
        Who::RotationSecondary(id) => Line::ours("the second on call in ").and(Line::name(id)),
        Who::AreaOwner(id) => Line::ours("the owner of ").and(Line::name(id)),
        Who::OwnerOfArea => Line::ours("the owner of its area"),
        Who::ReleaseOwner => Line::ours("the owner of the release"),
        Who::FreezeApprover => Line::ours("the approver of the freeze"),
        Who::Everyone => Line::ours("everyone"),
    }
}

/// The same of somebody who may not be named.
pub(super) fn maybe_who(team: &TeamFile, named: Option<&Who>) -> Line {
    named.map_or_else(Line::empty, |named| who(team, named))
}

/// A title with its id; the id alone where there is no other title.
pub(super) fn titled(title: &str, id: &str) -> Line {
    if title == id {
        return Line::name(id);
    }
    Line::theirs(title).and(Line::ours(" (")).and(Line::name(id)).and(Line::ours(")"))
}

/// Names for programs, in order.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a String>) -> Line {
    Line::all(names.into_iter().map(Line::name), ", ")
}

/// `Tue 8 Dec 2026`
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%a %-d %b %Y").to_string()
}

/// `Tue 8 Dec 2026 10:00`, on this clock.
pub(super) fn time(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %-d %b %Y %H:%M").to_string()
}

/// Days one by one, and how many are left out.
pub(super) fn days(all: impl Iterator<Item = NaiveDate>, most: usize) -> String {
    let mut all: Vec<NaiveDate> = all.collect();
    all.sort_unstable();
    let left = all.len().saturating_sub(most);
    let told: Vec<String> = all.into_iter().take(most).map(day).collect();
    if left == 0 { told.join(", ") } else { format!("{}, and {left} more", told.join(", ")) }
}

/// `09:00–17:30`; midnight at the end is 24:00.
pub(super) fn hours(from: NaiveTime, to: NaiveTime) -> String {
    let end = if to == NaiveTime::MIN { "24:00".to_owned() } else { to.format("%H:%M").to_string() };
    format!("{}–{end}", from.format("%H:%M"))
}

/// `Mon to Fri`, `Mon, Wed, Thu`; in the order of the week.
pub(super) fn weekdays(days: &[Weekday]) -> String {
    let mut numbers: Vec<u32> = days.iter().map(Weekday::num_days_from_monday).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let name = |number: u32| u8::try_from(number).ok().and_then(|number| Weekday::try_from(number).ok());
    let name = |number: &u32| name(*number).map_or_else(String::new, |day| day.to_string());
    let runs = numbers.chunk_by(|one, next| one + 1 == *next);
    let run = |run: &[u32]| match run {
        [first, _, .., last] => format!("{} to {}", name(first), name(last)),
        few => few.iter().map(name).collect::<Vec<_>>().join(", "),
    };
    runs.map(run).collect::<Vec<_>>().join(", ")
}

/// `every 7 days`, for a stretch that follows the calendar.
pub(super) fn every(period: Period) -> String {
    let (count, unit) = match period {
        Period::Hours(count) => (count, "hour"),
        Period::Days(count) => (count, "day"),
        Period::Months(count) => (count, "month"),
    };
    if count == 1 { format!("every {unit}") } else { format!("every {count} {unit}s") }
}

/// A span as the file spells it: `15m`, `2bd`.
pub(super) fn span(span: Option<Span>) -> Line {
    span.map_or_else(Line::empty, |span| Line::ours(span.to_string()))
}

/// Real time as the file spells it: `180d`.
pub(super) fn lasts(delta: TimeDelta) -> String {
    Span::Elapsed(delta).to_string()
}

/// What shows that a cadence was kept.
pub(super) fn done_by(done: Option<&DoneBy>) -> Line {
    match done {
        None => Line::ours("nothing has to show it"),
        Some(DoneBy::Minutes) => Line::ours("minutes of a triage meeting"),
        Some(DoneBy::Handoff) => Line::ours("a handoff"),
        Some(DoneBy::Review) => Line::ours("a cycle review"),
        Some(DoneBy::RunbookRun) => Line::ours("a runbook used on an incident"),
        Some(DoneBy::Drill) => Line::ours("a runbook walked for practice"),
        Some(DoneBy::Git(shown)) => evidence(Some(shown)),
    }
}

/// What shows that something has left.
pub(super) fn evidence(shown: Option<&Evidence>) -> Line {
    match shown {
        None => Line::ours("nothing has to show it"),
        Some(Evidence::Tag(glob)) => Line::ours("a tag ").and(Line::name(glob)),
        Some(Evidence::Commit(path)) => Line::ours("a commit that touches ").and(Line::name(path)),
    }
}
