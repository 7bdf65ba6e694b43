//! The embedded tracker: the same decisions, kept in this machine's store.
//!
//! It refuses what GitHub would refuse: a second ack by somebody else, a close
//! of what has moved on. [`perform`] is pure; the store calls it inside one
//! transaction and keeps what it leaves behind, so a decision is applied and
//! struck from the journal at once, or not at all.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::decision::{Decision, Over, StateLabels, apply};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::{CloseReason, Incident, Moment, Status};
use crate::domain::journal::{Consent, Entry, Outcome};
use crate::domain::text::Clean;

/// Does what the entry says to the incident, or leaves it alone and says why.
/// `incident` is none where the store has none of that name; a new one gets
/// `number`. The moment is the line for its history.
pub fn perform(
    incident: &mut Option<Incident>,
    number: u64,
    entry: &Entry,
    labels: &StateLabels,
    now: DateTime<Utc>,
) -> (Outcome, Option<Moment>) {
    if let Decision::New { .. } = &entry.decision {
        let filed = file(entry, number);
        let id = filed.id.clone();
        *incident = Some(filed.clone());
        let outcome = Outcome::Done { facts: Some(Box::new(filed)), filed: Some(id), remark: None };
        return (outcome, Some(moment(entry, "opened", None)));
    }
    let Some(known) = incident else {
        return (Outcome::refused("no such incident in the local tracker"), None);
    };
    let recovered = matches!(entry.decision, Decision::Close { reason: CloseReason::Recovered });
    if recovered && !known.is_open() {
        return (Outcome::done(Some(known.clone())), None);
    }
    if let Decision::Escalate(asking) = &entry.decision
        && known.standing_asks().any(|asked| asked.is(&asking.escalation, asking.step, asking.since))
    {
        let remark = Some(Clean::line(ASKED_ALREADY));
        return (Outcome::Done { facts: Some(Box::new(known.clone())), filed: None, remark }, None);
    }
    if let Some(no) = objection(known, entry, labels) {
        return (no, None);
    }
    apply(known, &entry.decision, &entry.deed, labels);
    known.updated_at = (known.updated_at + TimeDelta::milliseconds(1)).max(now);
    let (what, text) = told(&entry.decision);
    (Outcome::done(Some(known.clone())), Some(moment(entry, &what, text)))
}

/// What is said of a step that somebody else was first to ask.
pub const ASKED_ALREADY: &str = "this step had been asked already";

fn file(entry: &Entry, number: u64) -> Incident {
    let (title, body, labels) = match &entry.decision {
        Decision::New { title, body, labels, .. } => (title.as_str(), body.as_str(), labels.as_slice()),
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
        | Decision::Escalate(_)
        | Decision::Recall(_)
        | Decision::Merge { .. } => ("", "", [].as_slice()),
    };
    let mut incident = Incident::opened(&SourceId::local(), number, Clean::line(title), entry.deed.at);
    incident.id = IncidentId::numbered(&SourceId::local(), number);
    incident.key = number;
    incident.body = Some(Clean::block(body)).filter(|body| !body.as_str().is_empty());
    incident.labels = labels.iter().map(|label| Clean::line(label)).collect();
    incident.author.clone_from(&entry.deed.by);
    incident
}

/// Why it is not done: somebody was first, or the incident moved on.
fn objection(known: &Incident, entry: &Entry, labels: &StateLabels) -> Option<Outcome> {
    match &entry.decision {
        Decision::Ack { over: Over::Nothing } => {
            let ack = known.ack.as_ref().filter(|ack| ack.by != entry.deed.by)?;
            let by = ack.by.as_ref().map_or("somebody", Clean::as_str);
            let at = ack.at.map(|at| at.format(" %H:%M").to_string()).unwrap_or_default();
            Some(conflict(known, &format!("already acked by {by}{at}")))
        }
        Decision::Close { reason } if *reason != CloseReason::Recovered => moved_on(known, entry, labels),
        Decision::Merge { .. } => moved_on(known, entry, labels),
        Decision::Escalate(_) if !known.is_open() => Some(conflict(known, "it is closed already; nobody was asked")),
        Decision::Recall(_) if !known.is_open() => Some(conflict(known, "it is closed already; nothing is taken back")),
        Decision::Recall(recall) => {
            recall.found(&known.asked, |asked| asked.by == entry.deed.by).err().map(|why| conflict(known, why))
        }
        Decision::Retract { .. } => Some(Outcome::refused("already written down, so it cannot be taken back")),
        Decision::Post(_) => Some(Outcome::refused("the local tracker holds no documents; write it to a file")),
        // Whatever anybody has written since a signal's source said it is well: the cause is gone.
        Decision::Close { .. }
        | Decision::Ack { over: Over::VoidAck }
        | Decision::Unack
        | Decision::Assign { .. }
        | Decision::Reopen
        | Decision::Snooze { .. }
        | Decision::Wake
        | Decision::Note { .. }
        | Decision::Runbook(_)
        | Decision::Severity { .. }
        | Decision::Kind { .. }
        | Decision::Escalate(_)
        | Decision::New { .. } => None,
    }
}

fn moved_on(known: &Incident, entry: &Entry, labels: &StateLabels) -> Option<Outcome> {
    if let Status::Closed { reason, .. } = known.status {
        return Some(conflict(known, &format!("closed already as {}; that reason stands", reason.word())));
    }
    if known.reopened_at > entry.base.updated_at.filter(|_| known.reopened_at.is_some()) {
        return Some(conflict(known, "reopened since you looked"));
    }
    let changed = entry.base.changes(known, labels);
    (entry.consent == Consent::NotAsked && !changed.is_empty()).then(|| Outcome::Ask {
        reason: Clean::line(&format!("since you looked, it got {}; close it still?", changed.join(" and "))),
    })
}

fn conflict(known: &Incident, why: &str) -> Outcome {
    Outcome::Conflict { reason: Clean::line(why), facts: Some(Box::new(known.clone())) }
}

fn moment(entry: &Entry, what: &str, text: Option<Clean>) -> Moment {
    Moment { at: entry.deed.at, by: entry.deed.by.clone(), what: Clean::line(what), text }
}

/// A decision in the past tense, with its text, as the timeline shows it.
pub fn told(decision: &Decision) -> (String, Option<Clean>) {
    let or_none = |to: Option<&String>| to.map_or("none".to_owned(), Clone::clone);
    match decision {
        Decision::Ack { .. } => ("acked".into(), None),
        Decision::Unack => ("took back the ack".into(), None),
        Decision::Assign { to: Some(to), .. } => (format!("assigned {to}"), None),
        Decision::Assign { to: None, .. } => ("assigned nobody".into(), None),
        Decision::Close { reason } => (format!("closed as {}", reason.word()), None),
        Decision::Reopen => ("reopened".into(), None),
        Decision::Snooze { until } => (format!("snoozed until {}", until.format("%Y-%m-%d %H:%MZ")), None),
        Decision::Wake => ("ended the snooze".into(), None),
        Decision::Note { text } => ("commented".into(), Some(Clean::block(text))),
        Decision::Runbook(report) => ("followed a runbook".into(), Some(Clean::block(&report.text))),
        Decision::Post(post) => ("posted".into(), Some(Clean::line(&post.title))),
        Decision::Retract { .. } => ("took back a note".into(), None),
        Decision::Severity { to, .. } => (format!("set severity {}", or_none(to.as_ref())), None),
        Decision::Kind { to, .. } => (format!("set kind {}", or_none(to.as_ref())), None),
        Decision::Merge { into } => (format!("merged into {into}"), None),
        Decision::Escalate(asking) => (format!("escalated to {}", asking.whom()), Some(Clean::block(&asking.text))),
        Decision::Recall(recall) => {
            (format!("took back asking {}", recall.asking.whom()), Some(Clean::block(&recall.text())))
        }
        Decision::New { .. } => ("opened".into(), None),
    }
}
