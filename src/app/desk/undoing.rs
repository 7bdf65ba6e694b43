//! Taking back what was decided, whole.

use chrono::{DateTime, Utc};

use super::{Decided, Desk};
use crate::app::event::Effect;
use crate::domain::decision::Decision;
use crate::domain::id::{IncidentId, OpId};
use crate::domain::incident::CloseReason;
use crate::domain::journal::Entry;

impl Desk {
    /// Takes back the operator's last act, whole; none if there is nothing to take back.
    pub fn undo(&mut self, now: DateTime<Utc>) -> Option<Decided> {
        self.now = now;
        let batch = self.last_act()?;
        Some(self.undo_act(&batch))
    }

    /// Takes back this act, whole; also what was written down with it.
    pub fn undo_act(&mut self, batch: &OpId) -> Decided {
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
