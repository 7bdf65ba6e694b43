//! Whether an escalation ends in somebody, at every hour of the clock of the
//! severities that use it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Found, Ground, Level};
use crate::config::{Clock, Escalation, Role, Severity, Who};
use crate::domain::clock::WorkingTime;
use crate::domain::people::unfit;

/// The hours of so many days are looked at: each of a week, and each of a rotation's turns that comes up.
const LOOKED_AT: TimeDelta = TimeDelta::days(28);

pub(super) fn dead_ends(ground: &Ground<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for escalation in &ground.team().escalations {
        found.extend(last_step(escalation));
    }
    let end = ground.now + LOOKED_AT;
    let time = WorkingTime::of(&ground.team().team, (ground.now, end));
    for severity in &ground.team().severities {
        let named = |one: &&Escalation| severity.escalation.as_ref() == Some(&one.id);
        let Some(escalation) = ground.team().escalations.iter().find(named) else { continue };
        let hours = std::iter::successors(Some(ground.now), |at| Some(*at + TimeDelta::hours(1)));
        let hours = hours.take_while(|at| *at < end);
        let hours: Vec<_> = hours.filter(|at| severity.clock == Clock::Always || time.is_working(*at)).collect();
        found.extend(of_severity(ground, (severity, escalation), &hours));
    }
    super::joined(found)
}

fn last_step(escalation: &Escalation) -> Option<Found> {
    let last = escalation.steps.last().map(|step| &step.to);
    let ends = matches!(last, Some(Who::Person(_) | Who::Everyone));
    let said = last.map_or_else(|| "it has no steps".to_owned(), |to| format!("its last step is {to}"));
    let message = format!("{} may end in nobody: {said}", escalation.id);
    let fix = format!("let the escalation {} end in a person or `everyone`", escalation.id);
    (!ends).then(|| Found::new(Level::Error, format!("escalation:{}", escalation.id), message, fix))
}

/// Whom each step reaches at each hour; an empty set is nobody.
type Reached = Vec<Vec<BTreeSet<String>>>;

fn of_severity(
    ground: &Ground<'_>,
    (severity, escalation): (&Severity, &Escalation),
    hours: &[DateTime<Utc>],
) -> Vec<Found> {
    let mut found = Vec::new();
    let reached: Reached = hours
        .iter()
        .map(|at| escalation.steps.iter().map(|step| who(ground, severity, &step.to, *at)).collect())
        .collect();
    let zone = ground.team().team.timezone;
    let when = |at: &DateTime<Utc>| at.with_timezone(&zone).format("%a %-d %b %H:%M").to_string();
    let subject = |level| (level, format!("severity:{}", severity.id));
    let later = begins_later(ground, escalation).unwrap_or_default();
    let nobody = hours.iter().zip(&reached).find(|(_, steps)| steps.iter().all(BTreeSet::is_empty));
    if let Some((at, _)) = nobody {
        let message = format!("{}: at {} no step of {} reaches anybody{later}", severity.id, when(at), escalation.id);
        let (level, subject) = subject(Level::Error);
        found.push(Found::new(level, subject, message, "end in `everyone`, or cover these hours"));
    }
    // A step that asks nobody new at any hour: as if it were not there.
    for step in 1..escalation.steps.len() {
        let asks = |steps: &Vec<BTreeSet<String>>| {
            let before: BTreeSet<&String> = steps[..step].iter().flatten().collect();
            steps[step].iter().any(|who| !before.contains(who))
        };
        // Whoever has not answered is asked again with all others: that is the end, and no mistake.
        let is_end = escalation.steps[step].to == Who::Everyone;
        let is_heard = reached.iter().any(|steps| !steps[step].is_empty());
        if is_heard && !is_end && !reached.iter().any(asks) {
            let to = &escalation.steps[step].to;
            let message = format!("step {} of {} ({to}) only asks who has been asked", step + 1, escalation.id);
            let fix = format!("let step {} of {} ask somebody else, or take it out", step + 1, escalation.id);
            found.push(Found::new(Level::Error, format!("escalation:{}", escalation.id), message, fix));
        }
    }
    let late = hours.iter().zip(&reached).filter(|(_, steps)| {
        steps.first().is_some_and(BTreeSet::is_empty) && steps.iter().any(|step| !step.is_empty())
    });
    let late: Vec<_> = late.collect();
    if let Some((at, steps)) = late.first() {
        let first = steps.iter().position(|step| !step.is_empty()).map_or(0, |step| step + 1);
        let message = format!(
            "{} {}: starts at step {first} of {}; so in {} of {} hours{later}",
            severity.id,
            when(at),
            escalation.id,
            late.len(),
            hours.len()
        );
        let (level, subject) = subject(Level::Warning);
        found.push(Found::new(level, subject, message, "cover these hours, or begin with somebody who is there"));
    }
    found
}

/// That a rotation which is asked has not begun.
fn begins_later(ground: &Ground<'_>, escalation: &Escalation) -> Option<String> {
    let asked = escalation.steps.iter().filter_map(|step| match &step.to {
        Who::RotationPrimary(id) | Who::RotationSecondary(id) => Some(id),
        _ => None,
    });
    let today = ground.now.with_timezone(&ground.team().team.timezone).naive_local();
    let mut known = asked.filter_map(|id| ground.team().rotations.iter().find(|rotation| rotation.id == *id));
    let late = known.find(|rotation| rotation.start > today)?;
    Some(format!("; {} begins only on {}", late.id, late.start.format("%a %-d %b %Y")))
}

/// Whom this reaches at an instant.
fn who(ground: &Ground<'_>, severity: &Severity, to: &Who, at: DateTime<Utc>) -> BTreeSet<String> {
    let team = ground.team();
    let fit = |person: &str| unfit(team, person, at).is_none() && team.person(person).is_some();
    let owner = |area: &crate::config::Area| area.owner.clone().filter(|owner| fit(owner));
    match to {
        Who::Person(id) => Some(id.clone()).filter(|id| fit(id)).into_iter().collect(),
        Who::RotationPrimary(id) => {
            ground.roster.answers(id, Role::Primary, at).map(str::to_owned).into_iter().collect()
        }
        Who::RotationSecondary(id) => {
            ground.roster.answers(id, Role::Secondary, at).map(str::to_owned).into_iter().collect()
        }
        Who::AreaOwner(id) => team.areas.iter().filter(|area| area.id == *id).find_map(owner).into_iter().collect(),
        // Which area it will be nobody knows yet: those of the kinds of this severity.
        Who::OwnerOfArea => {
            let kinds = team.kinds.iter().filter(|kind| kind.severity.as_ref() == Some(&severity.id));
            let named: BTreeSet<&String> = kinds.filter_map(|kind| kind.area.as_ref()).collect();
            let areas = team.areas.iter().filter(|area| named.is_empty() || named.contains(&area.id));
            areas.filter_map(owner).collect()
        }
        Who::ReleaseOwner | Who::FreezeApprover => BTreeSet::new(),
        Who::Everyone => team.people.iter().map(|person| person.id.clone()).filter(|id| fit(id)).collect(),
    }
}
