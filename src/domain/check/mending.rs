//! Whose a finding is: the area that it belongs to, and who can mend it.

use chrono::NaiveDate;

use super::areas::left;
use crate::config::{TeamFile, Who};
use crate::domain::runbook::owned;

/// The area of a subject, and the person who can mend it, or whoever the file names for that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Mending {
    pub area: Option<String>,
    pub owner: Option<String>,
}

/// Who can mend this: whoever the file names for the subject itself, else the owner of its area or their backup, else
/// whoever owns the team file. `file` is what that is called; `at` is the file to be mended, if it is another one.
pub(super) fn of(team: &TeamFile, (subject, at): (&str, Option<&str>), file: &str, today: NaiveDate) -> Mending {
    let (sort, id) = subject.split_once(':').unwrap_or((subject, ""));
    let named = named(team, (sort, id));
    let area = area_of(team, (sort, id)).or_else(|| at.and_then(|path| by_path(team, path)));
    let here = |person: &String| left(team, person, today).is_none();
    let of_area = |id: &str| {
        let area = team.areas.iter().find(|area| area.id == id)?;
        area.owner.clone().filter(here).or_else(|| area.backup.clone().filter(here))
    };
    let keeper = || by_path(team, file).and_then(|area| of_area(&area));
    let owner = named.filter(here).or_else(|| area.as_deref().and_then(of_area)).or_else(keeper);
    Mending { area, owner }
}

fn by_path(team: &TeamFile, path: &str) -> Option<String> {
    owned::area_of(&team.areas, path).map(|area| area.id.clone())
}

/// What stands before the day: a release is `train/day`, an occurrence of a cadence `cadence/day`.
fn before_day(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(before, _)| before)
}

fn area_of(team: &TeamFile, (sort, id): (&str, &str)) -> Option<String> {
    match sort {
        "area" => team.areas.iter().find(|area| area.id == id).map(|area| area.id.clone()),
        "kind" => team.kinds.iter().find(|kind| kind.id == id).and_then(|kind| kind.area.clone()),
        "release" | "train" => {
            let train = team.trains.iter().find(|train| train.id == id || train.id == before_day(id));
            train.and_then(|train| train.areas.first().cloned())
        }
        "runbook" | "path" | "codeowners" => by_path(team, id.trim_start_matches('/')),
        _ => None,
    }
}

/// Whom the file names for a thing itself.
fn named(team: &TeamFile, (sort, id): (&str, &str)) -> Option<String> {
    let word = |who: &Who| match who {
        Who::Person(id) => id.clone(),
        late => late.to_string(),
    };
    match sort {
        "person" => team.person(id).map(|person| person.id.clone()),
        "decision" => team.decisions.iter().find(|one| one.id == id)?.owner.as_ref().map(word),
        "cadence" => {
            team.cadences.iter().find(|one| one.id == id || one.id == before_day(id))?.owner.as_ref().map(word)
        }
        "freeze" => team.freezes.iter().find(|one| one.id == id)?.approver.as_ref().map(word),
        "deprecation" => team.deprecations.iter().find(|one| one.tool == id)?.owner.clone(),
        "release" => team.releases.iter().find(|one| one.id == id)?.owner.clone(),
        "train" => team.trains.iter().find(|one| one.id == id)?.owners.first().cloned(),
        _ => None,
    }
}
