//! Taking back what was decided, whole.
//!
//! What was done a moment ago is taken back at a key. An act of an hour ago is
//! news to whoever presses it by habit, and so is one that others came after.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Decided, Desk};
use crate::app::event::Effect;
use crate::domain::decision::Decision;
use crate::domain::id::{IncidentId, OpId};
use crate::domain::incident::CloseReason;
use crate::domain::journal::{Entry, State};

/// For so long an act is taken back without a question.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// The operator's newest act that can be taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct LastAct {
    /// The act.
    pub batch: OpId,
    /// What was decided.
    pub verb: &'static str,
    /// About which incidents, each once, as they are called now.
    pub about: Vec<IncidentId>,
    /// When.
    pub at: DateTime<Utc>,
    /// The act after it that cannot be taken back, and stays: a note that has been sent.
    pub stays: Option<(&'static str, IncidentId)>,
}

impl LastAct {
    /// Whether it is taken back only after a yes.
    pub fn asks(&self, now: DateTime<Utc>) -> bool {
        self.stays.is_some() || now - self.at > FRESH
    }
}

impl Desk {
    /// The operator's newest act in this store that can be taken back and has not been; taking back is no act.
    pub fn last_act(&self) -> Option<LastAct> {
        let entries = self.journal.entries();
        let stands = |entry: &&Entry| !matches!(entry.state, State::Refused | State::Conflict);
        let undone: BTreeSet<&OpId> = entries.iter().filter(stands).filter_map(|entry| entry.undoes.as_ref()).collect();
        let mine = |entry: &&Entry| entry.deed.by.as_ref().is_none_or(|by| self.is_me(by));
        let acts = entries.iter().rev().filter(|entry| !entry.state.came_to_nothing() && entry.undoes.is_none());
        let mut stays = None;
        for entry in acts.filter(mine).filter(|entry| !undone.contains(&entry.batch)) {
            if self.journal.undoing(&entry.batch).is_empty() {
                stays = stays.or_else(|| Some((entry.decision.verb(), self.called(&entry.incident))));
                continue;
            }
            let of_it = entries.iter().filter(|other| other.batch == entry.batch);
            let verb = of_it.clone().next().map_or(entry.decision.verb(), |first| first.decision.verb());
            let about: BTreeSet<IncidentId> = of_it.map(|other| self.called(&other.incident)).collect();
            let (batch, about) = (entry.batch.clone(), about.into_iter().collect());
            return Some(LastAct { batch, verb, about, at: entry.deed.at, stays });
        }
        None
    }

    /// Takes back this act, whole; also what was written down with it.
    pub fn undo(&mut self, now: DateTime<Utc>, batch: &OpId) -> Decided {
        self.now = now;
        let undoing = self.journal.undoing(batch).into_iter().map(|(id, decision)| (id, Ok(decision))).collect();
        let written = |entry: &&Entry| {
            let reason = if let Decision::Close { reason } = entry.decision { Some(reason) } else { None };
            entry.batch == *batch && reason.is_some_and(CloseReason::is_written_down)
        };
        let said: Vec<IncidentId> =
            self.journal.entries().iter().filter(written).filter_map(|entry| self.finding(&entry.incident)).collect();
        let mut decided = self.decide(undoing, Some(batch));
        // What stays decided stays said.
        let said = if decided.effects.is_empty() { Vec::new() } else { said };
        decided.effects.extend(said.into_iter().map(Effect::Unsay));
        decided
    }
}
