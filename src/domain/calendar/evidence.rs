//! Whether what was planned has happened: tags, commits, minutes and the like,
//! held against days. Each piece of evidence serves once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::trains::Planned;
use super::{Facts, Tag, after};
use crate::config::{Evidence, Span, Team, TeamFile};
use crate::domain::clock;

/// So long before its day a release without neighbours may leave; older evidence is about something else.
pub(super) const EARLY: i64 = 7;
/// Further than this no working day is looked for.
const DAYS_LOOKED_AT: usize = 4_000;

/// What showed that something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    /// The name of the tag, or what was done.
    pub what: String,
    /// When.
    pub at: DateTime<Utc>,
    /// The same, as a day of the team.
    pub day: NaiveDate,
}

/// The last day that counts as in time: business days are whole working days, any other grace whole days.
pub(super) fn deadline(day: NaiveDate, grace: Span, team: &Team) -> NaiveDate {
    let reached = match grace {
        Span::BusinessDays(0) => Some(day),
        Span::BusinessDays(days) => {
            let nth = usize::try_from(days - 1).unwrap_or(usize::MAX);
            let ahead = after(day).iter_days().take(DAYS_LOOKED_AT);
            ahead.filter(|day| clock::is_workday(*day, team)).nth(nth)
        }
        Span::Elapsed(delta) => {
            let days = u64::try_from(delta.num_seconds()).unwrap_or(0).div_ceil(86_400);
            day.checked_add_days(Days::new(days))
        }
    };
    reached.unwrap_or(NaiveDate::MAX)
}

/// Gives each release the evidence that shows it; releases are in the order of their days.
pub(super) fn ship(releases: &mut [Planned], team: &TeamFile, facts: &Facts) {
    let zone = team.team.timezone;
    let day = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
    let shown = |tag: &Tag| Shown { what: tag.name.clone(), at: tag.at, day: day(tag.at) };
    let mut tags: Vec<Shown> = facts.all_tags().into_iter().map(shown).collect();
    tags.sort_by(|a, b| (a.at, &a.what).cmp(&(b.at, &b.what)));
    let paths: BTreeMap<&String, Vec<Shown>> = facts
        .commits
        .iter()
        .map(|(path, commits)| {
            let shown = |at: &DateTime<Utc>| Shown { what: format!("a commit to {path}"), at: *at, day: day(*at) };
            let mut shown: Vec<Shown> = commits.iter().map(shown).collect();
            shown.sort_by_key(|commit| commit.at);
            (path, shown)
        })
        .collect();
    let mut used: BTreeSet<(Option<&str>, usize)> = BTreeSet::new();
    let spans = neighbours(releases);
    // A release that names its version has the first word on that tag, whatever lies around it.
    let mut order: Vec<usize> = (0..releases.len()).collect();
    order.sort_by_key(|at| (releases[*at].version.is_none(), *at));
    for at in order {
        let release = &mut releases[at];
        let (pool, key) = match &release.evidence {
            Some(Evidence::Tag(_)) => (&tags, None),
            Some(Evidence::Commit(path)) => match paths.get_key_value(path) {
                Some((path, commits)) => (commits, Some(path.as_str())),
                None => continue,
            },
            None => continue,
        };
        release.checked = facts.tags.is_some() || key.is_some();
        let (named, glob) = wanted(release);
        let fits = |index: &usize| {
            !used.contains(&(key, *index)) && glob.as_ref().is_none_or(|glob| fits(glob, &pool[*index].what))
        };
        let (opens, closes) = spans[at];
        let first = if named { 0 } else { pool.partition_point(|shown| shown.day <= opens) };
        let last = if named { None } else { closes };
        let deadline = release.deadline;
        let within = |index: &usize| last.is_none_or(|last| pool[*index].day < last || pool[*index].day <= deadline);
        if let Some(index) = (first..pool.len()).take_while(within).find(fits) {
            used.insert((key, index));
            release.shipped = Some(pool[index].clone());
        }
    }
}

/// What the tag must look like, and whether that is one certain tag; nothing for commits.
fn wanted(release: &Planned) -> (bool, Option<String>) {
    match (&release.evidence, &release.version) {
        (Some(Evidence::Tag(glob)), Some(version)) => match glob.rsplit_once('*') {
            Some((head, tail)) => (!head.contains('*'), Some(format!("{head}{version}{tail}"))),
            None => (false, Some(glob.clone())),
        },
        (Some(Evidence::Tag(glob)), None) => (false, Some(glob.clone())),
        (Some(Evidence::Commit(_)) | None, _) => (false, None),
    }
}

/// For each release the day after which its evidence may be dated, and the day of the next of the same train, before
/// which it must be, to be late for it and not early for the next.
fn neighbours(releases: &[Planned]) -> Vec<(NaiveDate, Option<NaiveDate>)> {
    let mut trains: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, release) in releases.iter().enumerate() {
        if let Some(train) = &release.train {
            trains.entry(train).or_default().push(at);
        }
    }
    let alone = |day: NaiveDate| (earlier(day, EARLY + 1), None);
    let mut spans: Vec<(NaiveDate, Option<NaiveDate>)> = releases.iter().map(|release| alone(release.day)).collect();
    for members in trains.values() {
        let days: Vec<NaiveDate> = members.iter().map(|at| releases[*at].day).collect();
        for (place, at) in members.iter().enumerate() {
            let next = days[place..].iter().find(|day| **day > days[place]).copied();
            spans[*at] = (opening(&days[..=place], next), next);
        }
    }
    spans
}

/// The day after which evidence counts for the last of these: the day of the one before. The first looks as far back
/// as the next lies ahead.
pub(super) fn opening(days: &[NaiveDate], next: Option<NaiveDate>) -> NaiveDate {
    let Some(day) = days.last().copied() else { return NaiveDate::MIN };
    let before = days.iter().rev().find(|before| **before < day);
    match (before, next) {
        (Some(before), _) => *before,
        (None, Some(next)) => earlier(day, (next - day).num_days()),
        (None, None) => earlier(day, EARLY + 1),
    }
}

/// So many days before.
pub(super) fn earlier(day: NaiveDate, days: i64) -> NaiveDate {
    day.checked_sub_days(Days::new(days.max(0).unsigned_abs())).unwrap_or(NaiveDate::MIN)
}

/// Whether a name fits a pattern in which `*` stands for anything and `?` for one character; case counts.
///
/// It takes no longer than pattern times name, whatever either holds.
pub fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            Some(_) | None => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                p = at + 1;
                n = from + 1;
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}
