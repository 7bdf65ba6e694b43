//! What is planned: cadences, releases, freezes, dates that contradict.

use super::{Found, Ground, Level, Looked};
use crate::config::{DoneBy, Evidence, Release, Train, Versioning};
use crate::domain::calendar::{Entry, Kind, Status, Tag};
use crate::domain::drift::Bump;
use crate::domain::people::unfit_on;
use crate::domain::runbook::owned;

/// So many of the last occurrences are told.
const LAST: usize = 6;
/// A release without an owner is told from so many days before.
const OWNER_BY: i64 = 14;

/// The entries of this kind that have this id before the last `/`, by day.
fn of<'a>(ground: &'a Ground<'_>, kind: Kind, id: &str) -> Vec<&'a Entry> {
    let own =
        |entry: &&Entry| entry.kind == kind && entry.id.as_str().rsplit_once('/').is_some_and(|(name, _)| name == id);
    ground.entries.iter().filter(own).collect()
}

pub(super) fn cadences(ground: &Ground<'_>) -> Looked {
    let (zone, today) = (ground.team().team.timezone, ground.today());
    let mut looked = Looked::default();
    for cadence in ground.team().cadences.iter().filter(|cadence| cadence.done_by.is_some()) {
        let entries = of(ground, Kind::Cadence, &cadence.id);
        let due: Vec<&&Entry> = entries.iter().filter(|entry| entry.date.day(zone) < today).collect();
        let Some(latest) = due.last() else { continue };
        let level = match latest.status {
            Some(Status::Kept) => continue,
            Some(Status::Missed) => Level::Error,
            _ if is_unseen(ground, cadence.done_by.as_ref()) => {
                looked.unseen.push(format!("what would show that {} was held", cadence.id));
                continue;
            }
            _ => Level::Warning,
        };
        let last = &due[due.len().saturating_sub(LAST)..];
        let missed = last.iter().filter(|entry| entry.status != Some(Status::Kept)).count();
        let kept = due.iter().rev().find(|entry| entry.status == Some(Status::Kept));
        let kept = kept.map_or_else(|| "never kept here".to_owned(), |kept| format!("last kept {}", kept.date.text()));
        let message = format!(
            "{} was due on {}; missed {missed} of the last {}; {kept}",
            cadence.id,
            latest.date.text(),
            last.len()
        );
        let fix = format!("hold it, put the day into `skip`, or change the rule of {}", cadence.id);
        looked.found.push(Found::new(level, format!("cadence:{}", cadence.id), message, fix));
    }
    looked
}

/// Whether nobody has looked for what would show it.
fn is_unseen(ground: &Ground<'_>, done_by: Option<&DoneBy>) -> bool {
    let known = &ground.seen.known;
    match done_by {
        Some(DoneBy::Minutes) => !known.minutes,
        Some(DoneBy::Handoff) => !known.handoffs,
        Some(DoneBy::Review) => !known.reviews,
        Some(DoneBy::RunbookRun | DoneBy::Drill) => !known.runs,
        Some(DoneBy::Git(Evidence::Tag(_))) => !known.tags,
        Some(DoneBy::Git(Evidence::Commit(_))) => !known.commits,
        None => true,
    }
}

/// The releases that have not left yet, up to the horizon.
fn ahead<'a>(ground: &'a Ground<'_>) -> impl Iterator<Item = (&'a Entry, i64)> {
    let (zone, today, last) = (ground.team().team.timezone, ground.today(), ground.horizon());
    let releases = ground.entries.iter().filter(|entry| entry.kind == Kind::Release);
    releases.filter_map(move |entry| {
        let day = entry.date.day(zone);
        let open = !matches!(entry.status, Some(Status::Shipped | Status::Late));
        (open && (today..=last).contains(&day)).then(|| (entry, (day - today).num_days()))
    })
}

pub(super) fn no_owner(ground: &Ground<'_>) -> Vec<Found> {
    let (team, zone) = (ground.team(), ground.team().team.timezone);
    let mut found = Vec::new();
    for (entry, days) in ahead(ground) {
        let subject = format!("release:{}", entry.id);
        let away = entry.owner.as_deref().and_then(|owner| team.person(owner)).and_then(|person| {
            let day = entry.date.day(zone);
            unfit_on(person, day).map(|why| format!("{} {why}", person.id))
        });
        let nobody = entry.owner.as_deref().is_none_or(|owner| owner == "TBD").then(|| "nobody owns it".to_owned());
        let listed = team.releases.iter().any(|release| release.id == entry.id.as_str());
        let fix = match entry.id.as_str().rsplit_once('/').filter(|_| !listed) {
            Some((train, day)) => {
                format!("write [[releases]] with `train = \"{train}\"`, `date = \"{day}\"`, `owner` and `deputy`")
            }
            None => format!("write `owner` and `deputy` in the [[releases]] entry {}", entry.id),
        };
        if let Some(why) = nobody.or(away).filter(|_| days <= OWNER_BY) {
            let message = format!("{} leaves in {days} d: {why}", entry.id);
            found.push(Found::new(Level::Error, subject, message, &fix));
        } else if !has_deputy(entry) && days <= OWNER_BY {
            let message = format!("{} leaves in {days} d, and has no deputy", entry.id);
            found.push(Found::new(Level::Warning, subject, message, fix));
        }
    }
    found
}

fn has_deputy(entry: &Entry) -> bool {
    entry.note.as_ref().is_some_and(|note| note.as_str().contains("deputy"))
}

pub(super) fn missed(ground: &Ground<'_>) -> Looked {
    let unseen = ground.team().trains.iter().any(|train| train.evidence.is_some()) && !ground.seen.known.tags;
    let found = ground.of_plan("release-missed").map(|warning| {
        let fix =
            "tag it; if it did not take place, put the day into `skip`, or move it with `instead_of` in [[releases]]";
        Found::new(
            Level::Error,
            warning.subject.clone(),
            format!("{}: {}", name(&warning.subject), warning.message),
            fix,
        )
    });
    let mut looked = Looked::from(found.collect::<Vec<_>>());
    looked.unseen.extend(unseen.then(|| "the tags of the repository".to_owned()));
    looked
}

fn name(subject: &str) -> &str {
    subject.split_once(':').map_or(subject, |(_, name)| name)
}

pub(super) fn conflicts(ground: &Ground<'_>) -> Vec<Found> {
    let of = |warning: &crate::domain::calendar::Warning| {
        Found::new(
            Level::Warning,
            warning.subject.clone(),
            warning.message.clone(),
            "move one of the two, or shorten the freeze",
        )
    };
    super::joined(ground.of_plan("freeze-conflict").map(of).collect())
}

pub(super) fn inconsistent(ground: &Ground<'_>) -> Vec<Found> {
    let of = |warning: &crate::domain::calendar::Warning| {
        Found::new(Level::Error, warning.subject.clone(), warning.message.clone(), "correct the dates")
    };
    let mut found: Vec<Found> = ground.of_plan("calendar-inconsistent").map(of).collect();
    let team = ground.team();
    for release in &team.releases {
        if let Some(until) = release.supported_until.filter(|until| *until < release.date) {
            let message = format!("{} leaves on {}, after its support ends on {until}", release.id, release.date);
            found.push(Found::new(
                Level::Error,
                format!("release:{}", release.id),
                message,
                "correct one of the dates",
            ));
        }
    }
    for one in &team.deprecations {
        if let Some(day) = one.remove_on.filter(|day| *day < one.since) {
            let message = format!("{} goes on {day}, before it is deprecated on {}", one.tool, one.since);
            found.push(Found::new(
                Level::Error,
                format!("deprecation:{}", one.tool),
                message,
                "correct one of the dates",
            ));
        }
    }
    for train in team.trains.iter().filter(|train| train.versioning == Versioning::Semver) {
        found.extend(going_down(train, &team.releases));
    }
    super::joined(found)
}

/// A release of a train with a lower version than the one before it.
fn going_down(train: &Train, releases: &[Release]) -> Option<Found> {
    let own = releases.iter().filter(|release| release.train.as_ref() == Some(&train.id));
    let mut dated: Vec<(&Release, Vec<u64>)> =
        own.filter_map(|release| Some((release, numbers(release.version.as_ref()?)?))).collect();
    dated.sort_by_key(|(release, _)| release.date);
    let pair = dated.windows(2).find(|pair| pair[1].1 < pair[0].1)?;
    let told = |(release, _): &(&Release, Vec<u64>)| {
        format!("{} on {}", release.version.as_deref().unwrap_or_default(), release.date)
    };
    let message = format!("the version of {} goes down: {}, then {}", train.id, told(&pair[0]), told(&pair[1]));
    let subject = format!("release:{}", pair[1].0.id);
    Some(Found::new(Level::Error, subject, message, "correct the `version` of one of the two"))
}

fn numbers(version: &str) -> Option<Vec<u64>> {
    let core = version.trim_start_matches('v').split(['-', '+']).next()?;
    core.split('.').map(|part| part.parse().ok()).collect()
}

/// Whether the next release of what ships a snapshot declares less than a bump; what it declares, and what it should.
///
/// Below 1.0.0 a breaking change is a minor bump, as Semantic Versioning allows.
pub(super) fn too_small(ground: &Ground<'_>, snapshot: &str, needed: Bump) -> Option<(String, String)> {
    let team = ground.team();
    let area = owned::area_of(&team.areas, snapshot)?;
    let ships = |train: &&Train| train.areas.contains(&area.id) && train.versioning == Versioning::Semver;
    let train = team.trains.iter().find(ships)?;
    let Some(Evidence::Tag(glob)) = &train.evidence else { return None };
    let (before, after) = glob.split_once('*')?;
    let of_tag = |tag: &Tag| numbers(tag.name.strip_prefix(before)?.strip_suffix(after)?);
    let last = ground.tags?.iter().filter(|tag| tag.at <= ground.now).filter_map(of_tag).max()?;
    let coming = team.releases.iter().filter(|one| one.train.as_ref() == Some(&train.id) && one.date >= ground.today());
    let next = coming.min_by_key(|one| one.date)?;
    let version = next.version.as_deref()?;
    let declared = bump(&last, &numbers(version)?);
    let needed = if last.first() == Some(&0) && needed == Bump::Major { Bump::Minor } else { needed };
    let told = |numbers: &[u64]| numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
    let said =
        format!("the release of {} declares {} to {version}, a {} bump", next.date, told(&last), declared.word());
    (declared < needed).then(|| (said, format!("give that release a `version` with a {} bump", needed.word())))
}

/// The bump from one version to a later one.
fn bump(from: &[u64], to: &[u64]) -> Bump {
    let part = |version: &[u64], at: usize| version.get(at).copied().unwrap_or(0);
    let higher = |at: usize| part(to, at) > part(from, at);
    match (to > from, higher(0), higher(1)) {
        (false, _, _) => Bump::None,
        (true, true, _) => Bump::Major,
        (true, false, true) => Bump::Minor,
        (true, false, false) => Bump::Patch,
    }
}
