//! What the tracker says after a decision was done.

use chrono::{SubsecRound, TimeDelta};

use super::closing::is_closed;
use super::work::{Stop, Work};
use crate::domain::decision::{Decision, Deed, apply};
use crate::domain::id::IncidentId;
use crate::domain::incident::{Incident, same_name};
use crate::domain::journal::Outcome;
use crate::domain::runbook::run::Comment;
use crate::domain::text::Clean;
use crate::sources::github::wire::Issue;
use crate::sources::github::{history, map};

impl Work<'_> {
    /// It is done: says what the tracker knows now.
    pub async fn finish(&mut self) -> Result<Outcome, Stop> {
        if let Some(issue) = self.filed.take() {
            let target = self.tracker.door.target();
            let filed = Some(IncidentId::numbered(&target.source, issue.number));
            if let Decision::Post(_) = self.order.entry.decision {
                // A document is no incident.
                return Ok(Outcome::Done { facts: None, filed, remark: self.remark.clone() });
            }
            self.home = self.below(&format!("/issues/{}", issue.number));
            let issue = self.issue().await.unwrap_or(issue);
            let facts = Some(Box::new(self.incident(&issue)));
            return Ok(Outcome::Done { facts, filed, remark: self.remark.clone() });
        }
        let Ok(issue) = self.issue().await else {
            // It is done whether or not this read works: what was known, with the decision over it, is true.
            let mut facts = self.order.known.clone();
            if let Some(facts) = &mut facts {
                self.lay_over(facts);
            }
            return Ok(self.done(facts));
        };
        if Some(issue.number) != self.order.entry.incident.issue().map(|(_, number)| number) {
            self.remark = Some(Clean::line(&format!("it was transferred, and is #{} now", issue.number)));
            return Ok(self.done(None));
        }
        let mut facts = self.incident(&issue);
        self.end_snooze(&mut facts).await;
        if self.has_written() && !self.agrees(&facts) {
            self.lay_over(&mut facts);
        }
        // What was laid over before, within the same second, is part of what was read now.
        let laid = self.order.known.as_ref().map(|known| known.updated_at);
        let laid = laid.filter(|at| at.trunc_subsecs(0) == facts.updated_at.trunc_subsecs(0));
        facts.updated_at = facts.updated_at.max(laid.unwrap_or_default());
        Ok(self.done(Some(facts)))
    }

    fn done(&self, facts: Option<Incident>) -> Outcome {
        Outcome::Done { facts: facts.map(Box::new), filed: None, remark: self.remark.clone() }
    }

    /// The issue as an incident, with what this attempt has learnt of its history.
    pub fn incident(&self, issue: &Issue) -> Incident {
        let known = self.order.known.as_ref();
        let source = &self.tracker.door.target().source;
        let mut incident = map::incident(source, issue, known, &self.tracker.customs);
        if let Some(events) = &self.events {
            incident.ack = None;
            for event in events {
                history::tell(&mut incident, event, &self.tracker.customs);
            }
            if !incident.has_label(&self.tracker.customs.labels.ack) {
                incident.ack = None;
            }
        }
        if let Some(snooze) = &self.snoozed
            && incident.has_label(&self.tracker.customs.labels.snoozed)
        {
            incident.snooze = Some(snooze.clone());
        }
        for asked in self.asked.iter().flatten() {
            incident.note_asked(asked.clone());
        }
        if self.order.entry.decision.is_human_event() {
            incident.human_at = incident.human_at.max(Some(issue.updated_at));
        }
        incident
    }

    /// Whether what was read shows the decision, or lags behind it.
    fn agrees(&self, facts: &Incident) -> bool {
        let labels = &self.tracker.customs.labels;
        let has = |login: &Clean| facts.assignees.iter().any(|one| same_name(one.as_str(), login.as_str()));
        match &self.order.entry.decision {
            Decision::Ack { .. } => facts.ack.as_ref().is_some_and(|ack| ack.at.is_some()),
            Decision::Unack => !facts.has_label(&labels.ack),
            Decision::Assign { to, from } => {
                to.as_ref().is_none_or(has) && !from.iter().any(|old| Some(old) != to.as_ref() && has(old))
            }
            Decision::Close { .. } | Decision::Merge { .. } => !facts.is_open(),
            Decision::Reopen => facts.is_open(),
            Decision::Snooze { .. } => facts.snooze.as_ref() == self.snoozed.as_ref(),
            Decision::Wake => !facts.has_label(&labels.snoozed),
            Decision::Severity { to, from } | Decision::Kind { to, from } => {
                let stays = |old: &&Clean| !to.as_ref().is_some_and(|to| same_name(to, old.as_str()));
                to.as_ref().is_none_or(|to| facts.has_label(to))
                    && !from.iter().filter(stays).any(|old| facts.has_label(old.as_str()))
            }
            Decision::Escalate(asking) => asking.to.as_ref().is_none_or(has),
            Decision::Recall(recall) => recall.to.iter().all(has) && !recall.from.iter().any(has),
            Decision::Note { .. } => facts.comments > self.comments_known(),
            Decision::Runbook(report) => report.comment == Comment::Again || facts.comments > self.comments_known(),
            Decision::Retract { .. } | Decision::Post(_) | Decision::New { .. } => true,
        }
    }

    fn comments_known(&self) -> u64 {
        self.order.known.as_ref().map_or(0, |known| known.comments)
    }

    /// The read lags behind our own write: what we know of it is laid over,
    /// and counts until the server has moved on.
    fn lay_over(&self, facts: &mut Incident) {
        let entry = &self.order.entry;
        let by = self.me.as_deref().map(Clean::line).or_else(|| entry.deed.by.clone());
        let deed = Deed { by, at: entry.deed.at };
        apply(facts, &entry.decision, &deed, &self.tracker.customs.labels);
        let seen = self.order.known.as_ref().map_or(facts.updated_at, |known| known.updated_at);
        // Later than what was read, and earlier than whatever the server, which counts in seconds, says next.
        facts.updated_at = facts.updated_at.max(seen).trunc_subsecs(0) + TimeDelta::milliseconds(1);
    }

    /// Who takes an incident that another has snoozed wakes it.
    async fn end_snooze(&mut self, facts: &mut Incident) {
        let labels = self.tracker.customs.labels.clone();
        let entry = &self.order.entry;
        let seen = entry.base.labels.iter().any(|label| same_name(label.as_str(), &labels.snoozed));
        let anothers = facts.snooze.as_ref().is_some_and(|snooze| !self.is_me(snooze.by.as_ref().map(Clean::as_str)));
        let ends = match &entry.decision {
            Decision::Assign { .. } | Decision::Escalate(_) => true,
            Decision::Ack { .. } => anothers,
            Decision::Unack
            | Decision::Close { .. }
            | Decision::Merge { .. }
            | Decision::Reopen
            | Decision::Snooze { .. }
            | Decision::Wake
            | Decision::Note { .. }
            | Decision::Runbook(_)
            | Decision::Post(_)
            | Decision::Severity { .. }
            | Decision::Kind { .. }
            | Decision::Retract { .. }
            | Decision::Recall(_)
            | Decision::New { .. } => false,
        };
        if !(ends && seen && facts.has_label(&labels.snoozed)) {
            return;
        }
        let words = match self.take_label_off(&labels.snoozed).await {
            Ok(()) => {
                facts.snooze = None;
                facts.labels.retain(|label| !same_name(label.as_str(), &labels.snoozed));
                "its snooze ended"
            }
            Err(_) => "its snooze could not be ended",
        };
        self.remark = Some(Clean::line(words));
        if let Ok(issue) = self.issue().await
            && !is_closed(&issue)
        {
            facts.updated_at = facts.updated_at.max(issue.updated_at);
        }
    }
}
