//! The operator's decisions on disk. What these functions have returned for
//! survives a power cut: each is one transaction that waits for the disk.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Fault, StoreError};
use super::row::{self, ms, seal, sealed, text};
use super::{Store, Write, ledger};
use crate::domain::decision::Decision;
use crate::domain::id::{IncidentId, OpId};
use crate::domain::incident::Incident;
use crate::domain::journal::{Entry, State};
use crate::domain::text::Clean;

/// How many settled decisions are remembered at the most.
const SETTLED: i64 = 500;
const COLUMNS: &str = "op,incident,class,settled_at,entry,sum";

/// Why a row is read at start.
#[derive(Clone, Copy)]
enum Class {
    Unsettled = 0,
    Complaint = 1,
    Settled = 2,
}

impl Store {
    /// Keeps new decisions, all or none, and gives each its place in the
    /// order. One that is there already keeps its place, and stays as it is.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`] when they cannot be kept: then they were never decided; as they
    /// are with [`StoreError::TakenBack`], when another process was first to take the same act back.
    pub fn record(&mut self, entries: &[Entry]) -> Result<Vec<(OpId, u64)>, StoreError> {
        self.write(Write::Journal, "record decisions", |tx| {
            entries.iter().try_for_each(|entry| not_taken_back_yet(tx, entry))?;
            entries.iter().map(|entry| record(tx, entry)).collect()
        })
    }

    /// Keeps how far these decisions are. How one ended goes into the ledger,
    /// once; what has ended never goes back.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`]; none of them is kept then.
    pub fn keep(&mut self, entries: &[Entry]) -> Result<(), StoreError> {
        self.write(Write::Journal, "keep decisions", |tx| entries.iter().try_for_each(|entry| keep(tx, entry)))
    }

    /// As [`Self::keep`], together with what the tracker knows of the incident now.
    ///
    /// # Errors
    ///
    /// As [`Self::keep`].
    pub fn settle(&mut self, entries: &[Entry], facts: Option<&Incident>) -> Result<(), StoreError> {
        self.write(Write::Facts, "settle decisions", |tx| {
            entries.iter().try_for_each(|entry| keep(tx, entry))?;
            facts.map_or(Ok(()), |facts| row::upsert(tx, facts).map(|_| ()))
        })
    }

    /// Every decision that has not ended, every complaint that nobody has put
    /// away, and what ended since then (the last 500), in the operator's order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when a decision cannot be read.
    pub fn journal(&self, since: DateTime<Utc>) -> Result<Vec<Entry>, StoreError> {
        self.read("read the journal", |db| {
            let sql = format!(
                "SELECT {COLUMNS},seq FROM journal WHERE class IN (0,1) OR seq IN (SELECT seq FROM journal \
                 WHERE class=2 AND settled_at>=?1 ORDER BY settled_at DESC LIMIT ?2) ORDER BY seq"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let mut rows = statement.query(params![ms(since), SETTLED])?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                entries.push(entry(row)?);
            }
            Ok(entries)
        })
    }

    /// The decision with this id, as long as the journal has it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn entry(&self, op: &OpId) -> Result<Option<Entry>, StoreError> {
        self.read("read the journal", |db| find(db, op))
    }
}

/// What several processes take back at once is taken back by the first.
fn not_taken_back_yet(tx: &Connection, entry: &Entry) -> Result<(), Fault> {
    let Some(undone) = &entry.undoes else { return Ok(()) };
    let sql = "SELECT entry FROM journal WHERE CASE WHEN json_valid(entry) THEN json_extract(entry,'$.undoes') END=?1";
    let mut statement = tx.prepare_cached(sql)?;
    let others = statement.query_map([undone.as_str()], |row| row.get::<_, String>(0))?;
    let others = others.collect::<Result<Vec<_>, _>>()?;
    let stands = |other: &Entry| other.batch != entry.batch && !matches!(other.state, State::Refused | State::Conflict);
    // What cannot be read is told where the journal is read.
    if others.iter().filter_map(|text| serde_json::from_str(text).ok()).any(|other| stands(&other)) {
        return Err(StoreError::TakenBack.into());
    }
    Ok(())
}

fn record(tx: &Connection, entry: &Entry) -> Result<(OpId, u64), Fault> {
    let sql = "SELECT seq FROM journal WHERE op=?1";
    if let Some(seq) = tx.prepare_cached(sql)?.query_row([entry.op.as_str()], |row| row.get::<_, i64>(0)).optional()? {
        return Ok((entry.op.clone(), seq.cast_unsigned()));
    }
    let mut entry = entry.clone();
    if entry.state == State::Deciding {
        entry.state = State::Queued;
    }
    insert(tx, &mut entry)?;
    ledger::note_decided(tx, &entry, &json(&entry)?)?;
    ledger::note_end(tx, &entry)?;
    Ok((entry.op, entry.seq))
}

fn insert(tx: &Connection, entry: &mut Entry) -> Result<(), Fault> {
    let values = columns(entry)?;
    let sql = "INSERT INTO journal(op,incident,class,settled_at,entry,sum,seq) VALUES(?1,?2,?3,?4,?5,?6,?7)";
    let seq = (entry.seq > 0).then(|| entry.seq.cast_signed());
    let [op, incident, class, settled_at, text] = &values;
    tx.prepare_cached(sql)?.execute(params![op, incident, class, settled_at, text, seal(&values), seq])?;
    entry.seq = tx.last_insert_rowid().cast_unsigned();
    Ok(())
}

/// Keeps how far a decision is, in a transaction of the caller's.
pub(super) fn keep(tx: &Connection, entry: &Entry) -> Result<(), Fault> {
    match find(tx, &entry.op)? {
        // Another process has seen its end; what this one knows is older.
        Some(known) if has_ended(known.state) && !has_ended(entry.state) => return Ok(()),
        Some(_) => update(tx, entry)?,
        None => {
            let mut entry = Entry { seq: 0, ..entry.clone() };
            insert(tx, &mut entry)?;
            ledger::note_decided(tx, &entry, &json(&entry)?)?;
        }
    }
    ledger::note_end(tx, entry)?;
    // What a new incident is called once it is filed shows where its decision has moved to.
    let is_filed = matches!(entry.decision, Decision::New { .. }) && !entry.incident.is_provisional();
    let is_posted = matches!(entry.decision, Decision::Post(_)) && entry.incident.is_numbered();
    if is_filed || is_posted {
        ledger::note_filed(tx, entry, &entry.incident)?;
    }
    Ok(())
}

fn update(tx: &Connection, entry: &Entry) -> Result<(), Fault> {
    let values = columns(entry)?;
    let [op, incident, class, settled_at, text] = &values;
    let sql = "UPDATE journal SET incident=?2, class=?3, settled_at=?4, entry=?5, sum=?6 WHERE op=?1";
    tx.prepare_cached(sql)?.execute(params![op, incident, class, settled_at, text, seal(&values)])?;
    Ok(())
}

fn has_ended(state: State) -> bool {
    !state.is_unsettled()
}

fn columns(entry: &Entry) -> Result<[Value; 5], Fault> {
    let class = if entry.state.is_unsettled() {
        Class::Unsettled
    } else if entry.is_unseen_complaint() {
        Class::Complaint
    } else {
        Class::Settled
    };
    Ok([
        Value::Text(entry.op.to_string()),
        Value::Text(entry.incident.to_string()),
        Value::Integer(class as i64),
        entry.settled_at.map_or(Value::Null, |at| Value::Integer(ms(at))),
        Value::Text(json(entry)?),
    ])
}

fn json(entry: &Entry) -> Result<String, Fault> {
    serde_json::to_string(entry).map_err(|error| unreadable(entry.op.as_str(), &error).into())
}

fn unreadable(op: &str, error: &serde_json::Error) -> StoreError {
    StoreError::Unreadable { what: format!("decision {op}"), reason: error.to_string() }
}

pub(super) fn find(db: &Connection, op: &OpId) -> Result<Option<Entry>, Fault> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS},seq FROM journal WHERE op=?1"))?;
    let mut rows = statement.query([op.as_str()])?;
    rows.next()?.map(entry).transpose()
}

fn entry(row: &rusqlite::Row<'_>) -> Result<Entry, Fault> {
    let values = sealed(row, 5)?;
    let (op, json) = (text(&values[0]).unwrap_or_default(), text(&values[4]).unwrap_or_default());
    let mut entry: Entry = serde_json::from_str(json).map_err(|error| unreadable(op, &error))?;
    entry.seq = row.get::<_, i64>(6)?.cast_unsigned();
    Ok(entry)
}

/// Brings back decisions that only the ledger still knows, after the journal
/// was damaged. They may have been done, so they are to be looked up first.
pub(super) fn bring_back(tx: &Connection, now: DateTime<Utc>) -> Result<u64, Fault> {
    let sql = "SELECT data FROM ledger AS l WHERE kind='decided' AND data IS NOT NULL \
               AND NOT EXISTS (SELECT 1 FROM journal WHERE op=l.op) AND NOT EXISTS \
               (SELECT 1 FROM ledger WHERE op=l.op AND kind IN ('done','refused','conflict','cancelled')) ORDER BY seq";
    let mut statement = tx.prepare(sql)?;
    let lost = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    let mut taken: BTreeSet<u64> = BTreeSet::new();
    for json in lost {
        let Ok(mut entry) = serde_json::from_str::<Entry>(&json) else { continue };
        entry.state = State::Unknown { since: now };
        entry.reason = Some(Clean::line("brought back from the ledger after the store was damaged"));
        if let Some(filed) = filed_from(tx, &entry.incident)? {
            entry.incident = filed;
        }
        insert(tx, &mut entry)?;
        taken.insert(entry.seq);
    }
    Ok(taken.len() as u64)
}

/// The incident that a provisional one has become.
pub(super) fn filed_from(db: &Connection, incident: &IncidentId) -> Result<Option<IncidentId>, Fault> {
    incident.as_str().strip_prefix("new:").map_or(Ok(None), |op| ledger::filed(db, &OpId::new(op)))
}
