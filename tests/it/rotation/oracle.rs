//! The same rules once more, as slowly and plainly as they read: every shift
//! is walked from the first, every window looked at alone.

use chrono::{DateTime, Datelike, Days, LocalResult, Months, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use dogwatch::config::{Coverage, Moment, Period, Role, Rotation, Secondary, TeamFile};

/// The first of two, or the first instant after a gap: looked for minute by minute.
pub fn first(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => gap_end(local, zone),
    }
}

pub fn last(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) | LocalResult::Ambiguous(_, at) => at.to_utc(),
        LocalResult::None => gap_end(local, zone),
    }
}

/// The next local time that occurs is the first instant after the gap.
fn gap_end(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    (1..=2 * 24 * 60)
        .map(|minutes| local + TimeDelta::minutes(minutes))
        .find_map(|later| zone.from_local_datetime(&later).earliest())
        .unwrap()
        .to_utc()
}

pub fn handover(rotation: &Rotation, k: i64) -> DateTime<Utc> {
    let count = k.unsigned_abs();
    let civil = match (rotation.shift, k < 0) {
        (Period::Hours(hours), _) => rotation.start + TimeDelta::hours(i64::from(hours) * k),
        (Period::Days(days), false) => rotation.start + Days::new(u64::from(days) * count),
        (Period::Days(days), true) => rotation.start - Days::new(u64::from(days) * count),
        (Period::Months(months), false) => rotation.start + Months::new(months * u32::try_from(count).unwrap()),
        (Period::Months(months), true) => rotation.start - Months::new(months * u32::try_from(count).unwrap()),
    };
    first(civil, rotation.timezone)
}

/// What a holiday is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Holidays {
    /// A day like any other: for turns.
    Ordinary,
    /// A day on which nobody works.
    Off,
}

/// The windows that start on the days from one instant to another, each alone.
pub fn windows(
    team: &TeamFile,
    rotation: &Rotation,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    holidays: Holidays,
) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let zone = rotation.timezone;
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let mut found = Vec::new();
    for day in (day(from) - Days::new(3)).iter_days().take_while(|one| *one <= day(to) + Days::new(1)) {
        let hours: Vec<_> = match &rotation.coverage {
            Coverage::Always => vec![(chrono::NaiveTime::MIN, chrono::NaiveTime::MIN)],
            Coverage::Business => {
                let works = team.team.workdays.contains(&day.weekday());
                let works = works && !(holidays == Holidays::Off && team.team.holidays.contains(&day));
                works.then_some((team.team.workhours.from, team.team.workhours.to)).into_iter().collect()
            }
            Coverage::Windows(windows) => {
                let own = windows.iter().filter(|window| window.days.contains(&day.weekday()));
                own.map(|window| (window.from, window.to)).collect()
            }
        };
        for (begin, end) in hours {
            let next = if end > begin { day } else { day + Days::new(1) };
            let window = (first(day.and_time(begin), zone), last(next.and_time(end), zone));
            if window.0 < window.1 {
                found.push(window);
            }
        }
    }
    found
}

/// Whether an instant is covered.
pub fn covered(team: &TeamFile, rotation: &Rotation, at: DateTime<Utc>) -> bool {
    windows(team, rotation, (at, at), Holidays::Off).iter().any(|(from, to)| (*from..*to).contains(&at))
}

/// The counting shift that contains an instant, with the member in turn.
pub struct Slot {
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
    pub member: usize,
}

pub fn slot(team: &TeamFile, rotation: &Rotation, at: DateTime<Utc>) -> Option<Slot> {
    let until = rotation.until.map_or(DateTime::<Utc>::MAX_UTC, |until| first(until, rotation.timezone));
    if at < handover(rotation, 0) || at >= until {
        return None;
    }
    let all = windows(team, rotation, (handover(rotation, 0), at + TimeDelta::days(200)), Holidays::Ordinary);
    let mut counted = 0;
    for k in 0.. {
        let (start, end) = (handover(rotation, k), handover(rotation, k + 1).min(until));
        let counts = start < end && all.iter().any(|(from, to)| *from < end && start < *to);
        if start <= at && at < end {
            return counts.then(|| Slot { start, end, member: counted % rotation.members.len() });
        }
        counted += usize::from(counts);
    }
    None
}

fn moment(moment: Moment, rotation: &Rotation) -> DateTime<Utc> {
    match moment {
        Moment::Day(day) => first(day.and_time(rotation.start.time()), rotation.timezone),
        Moment::Local(local) => first(local, rotation.timezone),
        Moment::Exact(at) => at.to_utc(),
    }
}

/// Who holds a role at an instant, whether or not it is covered, and instead of whom.
pub fn holder(team: &TeamFile, rotation: &Rotation, role: Role, at: DateTime<Utc>) -> Option<(String, Option<String>)> {
    let slot = slot(team, rotation, at)?;
    let count = rotation.members.len();
    let base = match role {
        Role::Primary => Some(rotation.members[slot.member].clone()),
        Role::Secondary => {
            let (primary, _) = holder(team, rotation, Role::Primary, at)?;
            let one = |away: usize| match rotation.secondary {
                Some(Secondary::Previous) => Some(rotation.members[(slot.member + count - away) % count].clone()),
                Some(Secondary::Next) => Some(rotation.members[(slot.member + away) % count].clone()),
                Some(Secondary::Rotation(_)) | None => None,
            };
            (1..count).filter_map(one).find(|other| *other != primary)
        }
    };
    let mut now = base.clone();
    for swap in rotation.swaps.iter().filter(|swap| swap.role == role) {
        let inside = (moment(swap.when.from, rotation)..moment(swap.when.to, rotation)).contains(&at);
        if inside && now.as_ref() == Some(&swap.give) {
            now.clone_from(&swap.take);
        }
    }
    for one in rotation.overrides.iter().filter(|one| one.role == role) {
        if (moment(one.when.from, rotation)..moment(one.when.to, rotation)).contains(&at) {
            now = Some(one.person.clone());
        }
    }
    let instead = base.filter(|base| now.as_ref() != Some(base));
    now.map(|now| (now, instead))
}
