//! The embedded tracker's disk: a decision, what it does to the incident, and
//! that it is done are one transaction. So a local decision is done once, at
//! whatever moment the process dies.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::error::{Fault, StoreError};
use super::{Store, Write, journal, ledger, row};
use crate::domain::decision::Decision;
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::incident::{Incident, Moment};
use crate::domain::journal::{Entry, Outcome, State};
use chrono::{DateTime, Utc};

/// What a local decision leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Done, refused or in conflict.
    pub outcome: Outcome,
    /// What the incident's history says about it; none where nothing happened.
    pub moment: Option<Moment>,
}

impl Store {
    /// Does a decision of the local tracker. `act` is handed the incident (none
    /// if there is none) and the next free number, and changes or makes it; that is kept if the
    /// outcome is done. A decision that is done already is not done again: its
    /// outcome is told as it stands.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`]; nothing is done then.
    pub fn local(
        &mut self,
        entry: &Entry,
        now: DateTime<Utc>,
        act: impl FnOnce(&mut Option<Incident>, u64) -> Answer,
    ) -> Result<Outcome, StoreError> {
        self.write(Write::Facts, "do a decision of the local tracker", |tx| {
            let id = journal::filed_from(tx, &entry.incident)?.unwrap_or_else(|| entry.incident.clone());
            if let Some(outcome) = done_before(tx, entry, &id)? {
                return Ok(outcome);
            }
            let mut incident = row::incident(tx, &id)?;
            let number = row::meta(tx, "next_number")?.cast_unsigned();
            let mut answer = act(&mut incident, number);
            let is_done = matches!(answer.outcome, Outcome::Done { .. });
            if is_done {
                incident = incident.map(|incident| put(tx, incident, number)).transpose()?;
                if let (Some(incident), Some(moment)) = (&incident, &answer.moment) {
                    row::put_moment(tx, &SourceId::local(), key(entry).as_str(), &incident.id, moment)?;
                }
            }
            if let Outcome::Done { facts, .. } | Outcome::Conflict { facts, .. } = &mut answer.outcome {
                *facts = incident.map(Box::new);
            }
            settle(tx, entry, &answer.outcome, now)?;
            Ok(answer.outcome)
        })
    }

    /// Puts incidents into the local tracker as they are, for `demo` and for
    /// imports: their numbers are taken from then on.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`]; none is kept then.
    pub fn seed_local(&mut self, incidents: &[Incident], events: &[super::Event]) -> Result<(), StoreError> {
        self.write(Write::Facts, "put incidents into the local tracker", |tx| {
            for incident in incidents {
                let number = row::meta(tx, "next_number")?.cast_unsigned();
                put(tx, incident.clone(), number)?;
            }
            for event in events {
                row::put_moment(tx, &SourceId::local(), &event.key, &event.incident, &event.moment)?;
            }
            Ok(())
        })
    }
}

/// What its line of the history is called: all that is said of one use of a runbook stands in one.
fn key(entry: &Entry) -> &OpId {
    entry.decision.report().map_or(&entry.op, |report| &report.run)
}

/// What this decision did, if it is done already.
fn done_before(tx: &Connection, entry: &Entry, id: &IncidentId) -> Result<Option<Outcome>, Fault> {
    let told = "SELECT incident FROM moments WHERE source='local' AND key=?1";
    let seen = tx.prepare_cached(told)?.exists([entry.op.as_str()])?;
    if !seen && !ledger::is_done(tx, &entry.op)? {
        return Ok(None);
    }
    let is_new = matches!(entry.decision, Decision::New { .. });
    let filed = if is_new { ledger::filed(tx, &entry.op)? } else { None };
    let facts = row::incident(tx, filed.as_ref().unwrap_or(id))?.map(Box::new);
    let remark = journal::find(tx, &entry.op)?.and_then(|entry| entry.reason);
    Ok(Some(Outcome::Done { facts, filed, remark }))
}

/// Keeps an incident of the local tracker, and takes its number. It is the
/// tracker's own word, so no earlier one is newer.
fn put(tx: &Connection, mut incident: Incident, number: u64) -> Result<Incident, Fault> {
    if let Some(before) = row::incident(tx, &incident.id)? {
        incident.updated_at = incident.updated_at.max(before.updated_at);
    }
    row::upsert(tx, &incident)?;
    let next = Value::Integer(number.max(incident.number.saturating_add(1)).cast_signed());
    tx.prepare_cached("UPDATE meta SET value=?1 WHERE key='next_number' AND value<?1")?.execute([next])?;
    Ok(row::incident(tx, &incident.id)?.unwrap_or(incident))
}

/// Marks the decision as ended, as the journal will when it hears of it.
fn settle(tx: &Connection, entry: &Entry, outcome: &Outcome, now: DateTime<Utc>) -> Result<(), Fault> {
    let (state, reason) = match outcome {
        Outcome::Done { remark, .. } => (State::Done, remark.clone()),
        Outcome::Refused { reason } => (State::Refused, Some(reason.clone())),
        Outcome::Conflict { reason, .. } => (State::Conflict, Some(reason.clone())),
        Outcome::Unknown { .. }
        | Outcome::NotThereYet
        | Outcome::NotSent { .. }
        | Outcome::Wait { .. }
        | Outcome::Ask { .. } => return Ok(()),
    };
    let mut ended = Entry { state, reason, settled_at: Some(now), not_before: None, ..entry.clone() };
    if let Outcome::Done { filed: Some(filed), .. } = outcome {
        ended.incident = filed.clone();
    }
    journal::keep(tx, &ended)
}
