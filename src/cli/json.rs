//! The JSON answers, stable and deterministic: the same facts and the same
//! `--now` give the same bytes.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::app::desk::Desk;
use crate::domain::drift::Drift;
use crate::domain::escalation::{ByFile, Skipped};
use crate::domain::id::{IncidentId, OpId};
use crate::domain::incident::{Asked, Incident, Moment};
use crate::domain::journal::Entry;
use crate::domain::queue::{Row, State};
use crate::domain::text::Clean;

/// A time as RFC 3339 in UTC, to the second.
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// One difference between two lists of tools; names and places as they are served.
pub fn drift(one: &Drift) -> Value {
    json!({"tool": one.tool, "path": one.path, "change": one.change.word(), "impact": one.impact.word()})
}

pub(super) fn maybe_time(at: Option<DateTime<Utc>>) -> Value {
    at.map_or(Value::Null, |at| Value::from(time(at)))
}

/// `dogwatch.queue/1`.
pub fn queue(desk: &Desk, rows: &[&Row]) -> Value {
    let incidents: Vec<Value> =
        rows.iter().filter_map(|row| Some(incident(desk, row, desk.incident(&row.id)?))).collect();
    json!({
        "schema": "dogwatch.queue/1",
        "at": time(desk.now()),
        "sources": sources(desk),
        "incidents": incidents,
    })
}

/// Each source with its age.
pub fn sources(desk: &Desk) -> Vec<Value> {
    let source = |health: &crate::domain::source::SourceHealth| {
        json!({
            "id": health.id,
            "kind": health.kind,
            "state": health.freshness(desk.now()).word(),
            "fetched_at": maybe_time(health.fetched_at),
            "error": health.error,
        })
    };
    desk.sources().iter().map(source).collect()
}

/// One incident, as in `dogwatch.queue/1`.
pub fn incident(desk: &Desk, row: &Row, incident: &Incident) -> Value {
    let model = desk.model();
    let runbook = row.class.kind.and_then(|at| model.team.kinds[at].runbook.as_deref());
    let standing = &row.standing;
    let acked = standing.acked.as_ref();
    json!({
        "id": row.name(),
        "source": incident.source,
        "title": incident.title,
        "kind": model.kind_id(row.class.kind),
        "severity": model.severity_id(row.class.severity),
        "area": model.area_id(row.class.area),
        "state": standing.state.word(),
        "assignee": incident.assignees.first().map(|who| model.person(who)),
        "opened_at": time(incident.opened_at),
        "acked_at": maybe_time(acked.and_then(|(_, at)| *at)),
        "acked_by": acked.and_then(|(by, _)| by.clone()),
        "due_at": maybe_time(standing.due_at.filter(|_| standing.state == State::Open)),
        "overdue": standing.overdue(),
        "snoozed_until": maybe_time(standing.snoozed_until),
        "url": incident.url,
        "fingerprint": incident.fingerprint,
        "runbook": runbook,
        "labels": incident.labels,
        "pending": desk.journal().pending(&incident.id).map(pending).collect::<Vec<_>>(),
    })
}

fn pending(entry: &Entry) -> Value {
    json!({"op": entry.op, "verb": entry.decision.verb(), "state": entry.state.word(), "reason": entry.reason})
}

/// `dogwatch.show/1`.
pub fn show(desk: &Desk, row: &Row, of: &Incident, body: Option<&Clean>, moments: &[Moment]) -> Value {
    let moment =
        |moment: &Moment| json!({"at": time(moment.at), "by": moment.by, "what": moment.what, "text": moment.text});
    json!({
        "schema": "dogwatch.show/1",
        "at": time(desk.now()),
        "incident": incident(desk, row, of),
        "body": body,
        "escalation": escalation(desk, row, of),
        "timeline": moments.iter().map(moment).collect::<Vec<_>>(),
    })
}

/// Where the escalation of an incident stands; null where it has none.
fn escalation(desk: &Desk, row: &Row, of: &Incident) -> Value {
    let Some(round) = desk.scene(of, row).round() else { return Value::Null };
    let due = round.due();
    let course = round.course(&ByFile(&desk.model().team), due.unwrap_or(desk.now()).max(desk.now()));
    let asked = |one: &Asked| json!({"step": one.step, "people": one.who, "at": time(one.at), "by": one.by});
    let skipped = |one: &Skipped| json!({"step": one.step, "why": one.why});
    json!({
        "id": round.escalation.id,
        "steps": round.of_steps(),
        "step": round.step(),
        "asked": of.standing_asks().map(asked).collect::<Vec<_>>(),
        "due_at": maybe_time(due),
        "next": course.next.as_ref().map(|ask| json!({"step": ask.step, "people": ask.who})),
        "skipped": course.skipped.iter().map(skipped).collect::<Vec<_>>(),
    })
}

/// What became of one decision, for the answer to a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Result {
    /// The incident, as it is called now.
    pub id: IncidentId,
    /// What was decided.
    pub verb: String,
    /// The operation; none if it was refused before it became one.
    pub op: Option<OpId>,
    /// `done`, `pending`, `refused`, `conflict` or `unknown`.
    pub outcome: &'static str,
    /// Why, where there is something to say.
    pub reason: Option<Clean>,
}

/// `dogwatch.decision/1`.
pub fn decisions(results: &[Result]) -> Value {
    let result = |result: &Result| {
        json!({
            "id": result.id,
            "verb": result.verb,
            "op": result.op,
            "outcome": result.outcome,
            "reason": result.reason,
        })
    };
    json!({"schema": "dogwatch.decision/1", "results": results.iter().map(result).collect::<Vec<_>>()})
}

/// `dogwatch.log/1`: decisions, newest first.
pub fn log<'a>(entries: impl Iterator<Item = &'a Entry>) -> Value {
    let entry = |entry: &Entry| {
        json!({
            "op": entry.op,
            "id": entry.incident,
            "verb": entry.decision.verb(),
            "by": entry.deed.by,
            "at": time(entry.deed.at),
            "state": entry.state.word(),
            "attempts": entry.attempts,
            "settled_at": maybe_time(entry.settled_at),
            "reason": entry.reason,
        })
    };
    json!({"schema": "dogwatch.log/1", "decisions": entries.map(entry).collect::<Vec<_>>()})
}
