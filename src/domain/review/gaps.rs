//! What is wrong with the model, held against the last review; and the
//! follow-ups that people wrote down.

use super::{Action, Actions, Gap, Gaps, Ground};
use crate::config::TeamFile;
use crate::domain::calendar::{Calendar, today};
use crate::domain::rotation::Roster;
use crate::domain::rotation::findings::Level;
use crate::domain::text::Clean;

/// What is wrong with the model, as far as it is looked at: rule, subject and message, by rule and subject.
pub fn found(team: &TeamFile, roster: &Roster<'_>, calendar: &Calendar<'_>) -> Vec<(String, String, String)> {
    let now = calendar.now();
    let mut found: Vec<(String, String, String)> = Vec::new();
    let mut say = |rule: &str, subject: String, message: &str| {
        found.push((rule.to_owned(), subject, message.to_owned()));
    };
    for area in team.areas.iter().filter(|area| area.owner.is_none()) {
        say("area-no-owner", format!("area:{}", area.id), "nobody owns it");
    }
    for kind in team.kinds.iter().filter(|kind| kind.runbook.is_none()) {
        say("kind-no-runbook", format!("kind:{}", kind.id), "it names no runbook");
    }
    for severity in team.severities.iter().filter(|severity| severity.ack.is_none() && !severity.backlog) {
        say("severity-no-sla", format!("severity:{}", severity.id), "it has no `ack`");
    }
    for decision in team.decisions.iter().filter(|decision| decision.owner.is_none()) {
        say("decision-unowned", format!("decision:{}", decision.id), "nobody decides it");
    }
    let day = today(team, now);
    for waiver in team.lint.waivers.iter().filter(|waiver| waiver.until < day) {
        let message = format!("the waiver ended on {}", waiver.until);
        say("waiver-expired", format!("waiver:{}/{}", waiver.rule, waiver.subject), &message);
    }
    for warning in calendar.warnings() {
        found.push((warning.rule.to_owned(), warning.subject, warning.message));
    }
    let ahead = roster.findings(now + team.limits.horizon).into_iter().filter(|one| one.level != Level::Info);
    found.extend(ahead.map(|one| (one.rule.to_owned(), one.subject, one.message)));
    found.sort();
    found.dedup_by(|one, other| (&one.0, &one.1) == (&other.0, &other.1));
    found
}

pub(super) fn of(ground: &Ground<'_>) -> Gaps {
    let today = today(&ground.model.team, ground.now);
    let before = ground.notes.gaps_before.as_deref();
    let same = |gap: &Gap, rule: &str, subject: &str| gap.rule == rule && gap.subject == subject;
    let known = |rule: &str, subject: &str| before?.iter().find(|gap| same(gap, rule, subject));
    let standing: Vec<Gap> = ground
        .notes
        .gaps
        .iter()
        .map(|(rule, subject, message)| Gap {
            since: known(rule, subject).map_or(today, |gap| gap.since),
            rule: rule.clone(),
            subject: subject.clone(),
            message: Clean::line(message),
        })
        .collect();
    let stands = |gap: &Gap| standing.iter().any(|now| same(now, &gap.rule, &gap.subject));
    Gaps {
        compared: before.is_some(),
        new: standing.iter().filter(|gap| before.is_some() && known(&gap.rule, &gap.subject).is_none()).count(),
        gone: before.into_iter().flatten().filter(|gap| !stands(gap)).cloned().collect(),
        standing,
    }
}

/// The follow-ups, as they stood at the end of the cycle; none if none are known.
pub(super) fn actions(ground: &Ground<'_>) -> Option<Actions> {
    let (_, last) = ground.days();
    let day = last.min(today(&ground.model.team, ground.now));
    let mut told = Actions::default();
    for action in ground.notes.actions.as_ref()? {
        match action.done_at {
            Some(at) if at < ground.end() => told.done.extend(ground.has(at).then(|| action.clone())),
            Some(_) | None => open(action, day, &mut told),
        }
    }
    Some(told)
}

fn open(action: &Action, day: chrono::NaiveDate, told: &mut Actions) {
    told.open += 1;
    if action.due.is_some_and(|due| due < day) {
        told.late.push(action.clone());
    }
    if action.owner.is_none() {
        told.unowned.push(action.clone());
    }
}
