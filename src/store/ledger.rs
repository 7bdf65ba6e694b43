//! What happened, for ever: the store itself refuses to change or drop a line.

use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::Store;
use super::error::{Fault, StoreError};
use super::row::{ms, seal, sealed, text, text_value, time};
use crate::domain::decision::Decision;
use crate::domain::id::{IncidentId, OpId};
use crate::domain::incident::Moment;
use crate::domain::journal::{Entry, State};
use crate::domain::text::Clean;

const INSERT: &str = "INSERT OR IGNORE INTO ledger(at,kind,source,incident,op,by,what,text,filed,data,sum) \
                      VALUES(?,?,?,?,?,?,?,?,?,?,?)";
const COLUMNS: &str = "at,kind,source,incident,op,by,what,text,filed,data,sum";

/// A line that is about no decision.
pub(super) struct Line<'a> {
    pub(super) at: DateTime<Utc>,
    pub(super) kind: &'a str,
    pub(super) what: &'a str,
    pub(super) data: Option<&'a str>,
}

impl Store {
    /// What was decided here about this incident and what became of it, oldest
    /// first; also from before it was filed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when a line cannot be read.
    pub fn history(&self, incident: &IncidentId) -> Result<Vec<Moment>, StoreError> {
        self.read("read the ledger", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM ledger WHERE incident=?1 OR op IN (SELECT op FROM ledger WHERE filed=?1) \
                 OR incident IN (SELECT 'new:'||op FROM ledger WHERE filed=?1) ORDER BY seq"
            );
            let mut statement = db.prepare_cached(&sql)?;
            let mut rows = statement.query([incident.as_str()])?;
            let mut moments = Vec::new();
            while let Some(row) = rows.next()? {
                let values = sealed(row, 10)?;
                let Value::Integer(at) = values[0] else {
                    return Err(Fault::Damage("a line of the ledger has no time".to_owned()));
                };
                moments.push(Moment {
                    at: time(at)?,
                    by: text(&values[5]).map(Clean::block),
                    what: text(&values[6]).map(Clean::block).unwrap_or_default(),
                    text: text(&values[7]).map(Clean::block),
                });
            }
            Ok(moments)
        })
    }

    /// The issue under which this document was posted last; none if it was not, from here.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the line cannot be read.
    pub fn posted(&self, document: &IncidentId) -> Result<Option<IncidentId>, StoreError> {
        self.read("read the ledger", |db| {
            let sql = "SELECT filed.filed FROM ledger AS filed JOIN ledger AS taken ON taken.op=filed.op \
                       AND taken.kind='decided' WHERE filed.kind='filed' AND taken.incident=?1 ORDER BY filed.seq DESC";
            let mut statement = db.prepare_cached(sql)?;
            let filed = statement.query_row([document.as_str()], |row| row.get::<_, Option<String>>(0)).optional()?;
            Ok(filed.flatten().map(IncidentId::new))
        })
    }

    /// The incident that this decision filed; none if it has not.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the line cannot be read.
    pub fn filed(&self, op: &OpId) -> Result<Option<IncidentId>, StoreError> {
        self.read("read the ledger", |db| filed(db, op))
    }
}

/// The incident that this decision filed.
pub(super) fn filed(db: &Connection, op: &OpId) -> Result<Option<IncidentId>, Fault> {
    let sql = "SELECT filed FROM ledger WHERE op=?1 AND kind='filed'";
    let filed = db.prepare_cached(sql)?.query_row([op.as_str()], |row| row.get::<_, Option<String>>(0)).optional()?;
    Ok(filed.flatten().map(IncidentId::new))
}

/// Whether the ledger says that this decision is done.
pub(super) fn is_done(db: &Connection, op: &OpId) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM ledger WHERE op=?1 AND kind='done'";
    Ok(db.prepare_cached(sql)?.exists([op.as_str()])?)
}

/// Appends a line about no decision.
pub(super) fn append(db: &Connection, line: &Line<'_>) -> Result<(), Fault> {
    let mut values = vec![Value::Integer(ms(line.at)), text_value(Some(line.kind))];
    values.extend([Value::Null, Value::Null, Value::Null, Value::Null]);
    values.extend([text_value(Some(line.what)), Value::Null, Value::Null, text_value(line.data)]);
    insert(db, values)
}

/// Appends that a decision was taken, with all that is needed to bring it back.
pub(super) fn note_decided(db: &Connection, entry: &Entry, json: &str) -> Result<(), Fault> {
    let text = match &entry.decision {
        Decision::Note { text } => Some(Clean::block(text)),
        Decision::Runbook(report) => Some(Clean::line(&report.said)),
        Decision::New { title, .. } => Some(Clean::line(title)),
        Decision::Post(post) => Some(Clean::line(&post.title)),
        Decision::Escalate(asking) => Some(Clean::block(&asking.text)),
        Decision::Ack { .. }
        | Decision::Unack
        | Decision::Assign { .. }
        | Decision::Close { .. }
        | Decision::Reopen
        | Decision::Snooze { .. }
        | Decision::Wake
        | Decision::Retract { .. }
        | Decision::Recall(_)
        | Decision::Severity { .. }
        | Decision::Kind { .. }
        | Decision::Merge { .. } => None,
    };
    let mut values = head(entry, entry.deed.at, "decided");
    let what = format!("decided: {}", entry.decision.verb());
    values.extend([Value::Text(what), text_value(text.as_ref().map(Clean::as_str)), Value::Null]);
    values.push(Value::Text(json.to_owned()));
    insert(db, values)
}

/// Appends how a decision ended, once; nothing while it has not.
pub(super) fn note_end(db: &Connection, entry: &Entry) -> Result<(), Fault> {
    let kind = match entry.state {
        State::Done => "done",
        State::Refused => "refused",
        State::Conflict => "conflict",
        State::Cancelled => "cancelled",
        State::Deciding | State::Queued | State::Sending { .. } | State::Unknown { .. } | State::Asking => {
            return Ok(());
        }
    };
    let mut values = head(entry, entry.settled_at.unwrap_or(entry.deed.at), kind);
    let what = format!("{}: {}", entry.state.word(), entry.decision.verb());
    let reason = entry.reason.as_ref().map(Clean::as_str);
    values.extend([Value::Text(what), text_value(reason), Value::Null, Value::Null]);
    insert(db, values)
}

/// Appends which incident a decision filed, once.
pub(super) fn note_filed(db: &Connection, entry: &Entry, filed: &IncidentId) -> Result<(), Fault> {
    let mut values = head(entry, entry.settled_at.unwrap_or(entry.deed.at), "filed");
    let filed = filed.as_str();
    values.extend([Value::Text(format!("filed as {filed}")), Value::Null, text_value(Some(filed)), Value::Null]);
    insert(db, values)
}

fn head(entry: &Entry, at: DateTime<Utc>, kind: &str) -> Vec<Value> {
    vec![
        Value::Integer(ms(at)),
        text_value(Some(kind)),
        text_value(Some(entry.source.as_str())),
        text_value(Some(entry.incident.as_str())),
        text_value(Some(entry.op.as_str())),
        text_value(entry.deed.by.as_ref().map(Clean::as_str)),
    ]
}

/// Appends these columns and their sum, unless the ledger has the line already.
pub(super) fn insert(db: &Connection, mut values: Vec<Value>) -> Result<(), Fault> {
    values.push(Value::Integer(seal(&values)));
    db.prepare_cached(INSERT)?.execute(params_from_iter(values))?;
    Ok(())
}
