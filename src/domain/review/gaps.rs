//! What is wrong with the model, held against the last review; and the
//! follow-ups that people wrote down.

use super::{Action, Actions, Gap, Gaps, Ground};
use crate::domain::calendar::today;
use crate::domain::text::Clean;

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
