//! Who owns what: areas, their owners and backups, paths, decisions.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Found, Ground, Level, Looked};
use crate::config::{Area, TeamFile, Who};
use crate::domain::runbook::owned;

/// So many commits of one author, and of nobody else, are a risk.
const ALONE: usize = 5;
/// So many folders are named in one sentence.
const NAMED: usize = 3;

/// Since when somebody is on the team no more.
pub(super) fn left(team: &TeamFile, person: &str, today: NaiveDate) -> Option<NaiveDate> {
    team.person(person).and_then(|person| person.left).filter(|left| *left <= today)
}

pub(super) fn no_owner(ground: &Ground<'_>) -> Vec<Found> {
    let (team, today) = (ground.team(), ground.today());
    let of_area = |area: &Area| {
        let (id, subject) = (&area.id, format!("area:{}", area.id));
        let gone = |role: &str, person: &Option<String>| {
            let person = person.as_ref()?;
            left(team, person, today).map(|left| format!("{id}: {role} {person} left on {left}"))
        };
        let one = "one person of [[people]] who is here";
        let (message, fix) = match &area.owner {
            None => Some((format!("{id} has no owner"), format!("write `owner = \"…\"` in the area {id}: {one}"))),
            Some(owner) => gone("owner", &area.owner)
                .map(|why| (why, format!("in the area {id} replace `owner = \"{owner}\"`: {one}")))
                .or_else(|| {
                    let why = gone("backup", &area.backup)?;
                    let backup = area.backup.as_deref().unwrap_or_default();
                    Some((why, format!("in the area {id} replace `backup = \"{backup}\"`: {one}")))
                }),
        }?;
        Some(Found::new(Level::Error, subject, message, fix))
    };
    team.areas.iter().filter_map(of_area).collect()
}

pub(super) fn bus_factor(ground: &Ground<'_>) -> Looked {
    let team = ground.team();
    let mut found = Vec::new();
    for area in &team.areas {
        let id = &area.id;
        let message = match (&area.owner, &area.backup) {
            (_, None) => format!("{id} has no backup"),
            (Some(owner), Some(backup)) if owner == backup => format!("the backup of {id} is its owner, {owner}"),
            (_, Some(_)) => continue,
        };
        let fix = format!("write `backup = \"…\"` in the area {id}: a second person");
        found.push(Found::new(Level::Warning, format!("area:{id}"), message, fix));
    }
    let most = usize::try_from(team.limits.areas_per_owner).unwrap_or(usize::MAX);
    for person in &team.people {
        let own: Vec<&str> = team
            .areas
            .iter()
            .filter(|area| area.owner.as_deref() == Some(&person.id))
            .map(|area| area.id.as_str())
            .collect();
        if own.len() > most {
            let message = format!("{} owns {} areas, over {most}: {}", person.id, own.len(), own.join(", "));
            let fix = "give some of them to somebody else, or raise `[limits] areas_per_owner`";
            found.push(Found::new(Level::Warning, format!("person:{}", person.id), message, fix));
        }
    }
    let alone = Looked::at(&ground.seen.authors, |authors| {
        let of = |(area, by): (&String, &Vec<_>)| {
            let [(author, commits)] = by.as_slice() else { return None };
            let message = format!("{commits} of {commits} commits of the last 12 months to {area} by {author}");
            let fix = format!("let another person review and change {area}; until then waive it, with `until`");
            (*commits >= ALONE).then(|| Found::new(Level::Warning, format!("area:{area}"), message, fix))
        };
        authors.iter().filter_map(of).collect()
    });
    let mut all = Looked::from(found).and(alone);
    all.found = super::joined(std::mem::take(&mut all.found));
    all
}

pub(super) fn unreachable(ground: &Ground<'_>) -> Vec<Found> {
    let team = ground.team();
    let is_reached = |person: &str| {
        let in_rotation = team.rotations.iter().any(|rotation| rotation.members.iter().any(|member| member == person));
        let mut steps = team.escalations.iter().flat_map(|escalation| &escalation.steps);
        in_rotation || steps.any(|step| matches!(&step.to, Who::Person(id) if id == person))
    };
    let of_area = |area: &Area| {
        let people: Vec<&str> = area.owner.iter().chain(&area.backup).map(String::as_str).collect();
        let silent = area.pages && !people.is_empty() && !people.iter().any(|person| is_reached(person));
        let verb = if people.len() == 1 { "is" } else { "are" };
        let message =
            format!("{} pages, and {} {verb} in no rotation and no escalation", area.id, people.join(" and "));
        let fix = format!("add one of them to a rotation, or change the owner of {}", area.id);
        silent.then(|| Found::new(Level::Warning, format!("area:{}", area.id), message, fix))
    };
    team.areas.iter().filter_map(of_area).collect()
}

/// A pattern that matches everything owns nothing: else one line would own a whole repository.
pub(super) fn is_catch_all(pattern: &str) -> bool {
    matches!(pattern.trim(), "*" | "**" | "/" | "**/*" | "/**" | "/*")
}

/// The areas without the patterns that own nothing.
pub(super) fn telling(areas: &[Area]) -> Vec<Area> {
    let without = |area: &Area| {
        let paths = area.paths.iter().filter(|pattern| !is_catch_all(pattern)).cloned().collect();
        Area { paths, ..area.clone() }
    };
    areas.iter().map(without).collect()
}

pub(super) fn unowned(ground: &Ground<'_>) -> Looked {
    let team = ground.team();
    let areas = telling(&team.areas);
    if areas.iter().all(|area| area.paths.is_empty()) {
        return Looked::default();
    }
    Looked::at(&ground.seen.files, |files| {
        let ignored = |file: &str| team.lint.ignore_paths.iter().any(|pattern| owned::matches(pattern, file));
        let mut folders: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for file in files.iter().filter(|file| owned::area_of(&areas, file).is_none() && !ignored(file)) {
            let top = file.split_once('/').map_or_else(|| file.clone(), |(top, _)| format!("{top}/"));
            folders.entry(top).or_default().push(file);
        }
        let of = |(top, own): (String, Vec<&str>)| {
            let named = own.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
            let more = own.len().checked_sub(NAMED).filter(|more| *more > 0);
            let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
            let message = format!("{} of {} files match no area: {named}{more}", own.len(), files.len());
            // Without the slash before it a pattern means every folder of that name.
            let fix = format!("add `/{top}` to the `paths` of an area, or to `[lint] ignore_paths`");
            Found::new(Level::Warning, format!("path:{top}"), message, fix)
        };
        folders.into_iter().map(of).collect()
    })
}

pub(super) fn decisions(ground: &Ground<'_>) -> Vec<Found> {
    let of = |decision: &crate::config::Decision| {
        let missing: Vec<&str> = [
            (decision.owner.is_none(), "`owner`"),
            (decision.cadence.is_none() && decision.when.is_none(), "`cadence` or `when`"),
            (decision.escalate_to.is_none(), "`escalate_to`"),
        ]
        .into_iter()
        .filter_map(|(is_missing, key)| is_missing.then_some(key))
        .collect();
        let id = &decision.id;
        let message = format!("{id} has no {}", missing.join(", no "));
        let fix = format!("write {} in the decision {id}", missing.join(" and "));
        (!missing.is_empty()).then(|| Found::new(Level::Warning, format!("decision:{id}"), message, fix))
    };
    ground.team().decisions.iter().filter_map(of).collect()
}
