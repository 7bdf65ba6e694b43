//! Escalations without anybody's doing: whoever is on duty gets what was filed
//! by policy, and who does not ack is followed by the next.
//!
//! Only the unattended process does so. Whom to ask and when follows from what
//! the incident says of those who were asked, so that all machines agree; who
//! has not begun it waits a little longer, so that not all ask at once, and
//! the tracker lets only the first ask.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Desk, Filing};
use crate::app::escalating::Scene;
use crate::domain::decision::Decision;
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::journal::Entry;
use crate::domain::queue::{Row, State};

/// So much longer waits who has not asked before: whoever has is given this time to go on.
const GRACE: TimeDelta = TimeDelta::minutes(5);
/// Over so many seconds those who wait longer are spread.
const SPREAD: u128 = 60;
/// Where nobody is reached, somebody may come on duty.
const AGAIN: TimeDelta = TimeDelta::minutes(5);

impl Desk {
    /// An incident as an escalation sees it.
    pub fn scene<'a>(&'a self, incident: &'a Incident, row: &'a Row) -> Scene<'a> {
        Scene { incident, row, model: &self.setup.model, now: self.now }
    }

    /// Whether a step of an escalation may have come due: by its own clock, or because an ack or a snooze has ended.
    pub(super) fn steps_may_be_due(&self, now: DateTime<Utc>) -> bool {
        let clocks = self.step_alarm.into_iter().chain(self.queue.next_change).min();
        self.filing == Filing::ByPolicy && clocks.is_some_and(|at| at <= now)
    }

    /// Steps that are due now; notes when the next ones are.
    pub(super) fn escalations(&mut self) -> Vec<(IncidentId, Decision)> {
        self.step_alarm = None;
        if self.filing != Filing::ByPolicy || self.setup.model.team.escalations.is_empty() {
            return Vec::new();
        }
        let (mut wanted, mut alarm) = (Vec::new(), None::<DateTime<Utc>>);
        for row in self.queue.rows.iter().filter(|row| row.standing.state == State::Open) {
            let Some(incident) = self.incident(&row.id).filter(|incident| self.is_begun(incident, row)) else {
                continue;
            };
            let scene = self.scene(incident, row);
            let Some(round) = scene.round() else { continue };
            let Some(due) = round.due().map(|due| self.patiently(due, incident)) else { continue };
            if due > self.now {
                alarm = Some(alarm.map_or(due, |known| known.min(due)));
                continue;
            }
            match scene.due(&round) {
                Some(decision) if self.is_asked(&row.id, &decision) => {}
                Some(decision) => wanted.push((row.id.clone(), decision)),
                None => {
                    let again = self.now + AGAIN;
                    alarm = Some(alarm.map_or(again, |known| known.min(again)));
                }
            }
        }
        self.step_alarm = alarm;
        wanted
    }

    /// The step with which an incident begins that is about to be filed; none while its clock rests.
    pub(super) fn first_step(&self, row: &Row) -> Option<Decision> {
        let incident = self.incident(&row.id)?;
        let scene = self.scene(incident, row);
        let round = scene.round().filter(|round| round.last().is_none())?;
        round.due().filter(|due| *due <= self.now)?;
        scene.due(&round)
    }

    /// Whether it escalates by itself: somebody has begun it, or it was filed by policy and nobody has it.
    fn is_begun(&self, incident: &Incident, row: &Row) -> bool {
        if incident.standing_asks().next().is_some() {
            return true;
        }
        let model = &self.setup.model;
        let named = |id: &str| model.team.filing.severities.iter().any(|one| one == id);
        let by_policy = model.severity_id(row.class.severity).is_some_and(named);
        let held = incident.number > 0 || self.setup.files_into.is_local();
        by_policy && held && incident.signal.is_some() && incident.assignees.is_empty()
    }

    /// Whoever has not asked or filed it waits longer.
    fn patiently(&self, due: DateTime<Utc>, incident: &Incident) -> DateTime<Utc> {
        let begins = |entry: &Entry| matches!(entry.decision, Decision::Escalate(_) | Decision::New { .. });
        // With a remark it was somebody else's before.
        let own = |entry: &Entry| entry.incident == incident.id && begins(entry) && entry.reason.is_none();
        if incident.source.is_local() || self.journal.entries().iter().any(own) {
            return due;
        }
        let spread = i64::try_from(self.setup.seed % SPREAD).unwrap_or_default();
        due.checked_add_signed(GRACE + TimeDelta::seconds(spread)).unwrap_or(due)
    }

    /// Whether this has been decided here, whatever became of it: nobody insists. What waits to be sent goes first.
    fn is_asked(&self, id: &IncidentId, decision: &Decision) -> bool {
        let Decision::Escalate(asking) = decision else { return true };
        let same = |entry: &Entry| match &entry.decision {
            Decision::Escalate(one) => {
                (&one.escalation, one.step, one.since) == (&asking.escalation, asking.step, asking.since)
                    || entry.state.is_unsettled()
            }
            Decision::Ack { .. }
            | Decision::Unack
            | Decision::Assign { .. }
            | Decision::Close { .. }
            | Decision::Reopen
            | Decision::Snooze { .. }
            | Decision::Wake
            | Decision::Note { .. }
            | Decision::Runbook(_)
            | Decision::Post(_)
            | Decision::Retract { .. }
            | Decision::Severity { .. }
            | Decision::Kind { .. }
            | Decision::Recall(_)
            | Decision::Merge { .. }
            | Decision::New { .. } => false,
        };
        self.journal.entries().iter().any(|entry| entry.incident == *id && same(entry))
    }
}
