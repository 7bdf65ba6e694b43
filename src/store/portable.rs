//! The local tracker as one JSON text, to carry to another machine: incidents,
//! their history, and the ledger's lines about them.

use rusqlite::Connection;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use super::error::{Fault, StoreError};
use super::row::{self, ms, sealed, text, text_value};
use super::{Store, Write, ledger};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::{Incident, Moment};
use crate::domain::text::Clean;

const SCHEMA: &str = "dogwatch.local/1";

/// What an import brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Incidents that were not there before.
    pub incidents: usize,
    /// Incidents that were there already, just as they are.
    pub known: usize,
}

#[derive(Serialize, Deserialize)]
struct Portable {
    schema: String,
    next_number: u64,
    incidents: Vec<Incident>,
    history: Vec<Told>,
    ledger: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
struct Told {
    key: String,
    incident: IncidentId,
    #[serde(flatten)]
    moment: Moment,
}

#[derive(Serialize, Deserialize)]
struct Line {
    at: chrono::DateTime<chrono::Utc>,
    kind: String,
    incident: Option<String>,
    op: Option<String>,
    by: Option<String>,
    what: String,
    text: Option<String>,
    filed: Option<String>,
    data: Option<serde_json::Value>,
}

impl Store {
    /// The whole local tracker as JSON; the same tracker gives the same bytes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when something of it cannot be read.
    pub fn export_local(&self) -> Result<String, StoreError> {
        self.read("export the local tracker", |db| {
            let ids = "SELECT id FROM incidents WHERE source='local' ORDER BY number, id";
            let mut statement = db.prepare(ids)?;
            let ids = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
            let mut incidents = Vec::new();
            for id in ids {
                incidents.extend(row::incident(db, &IncidentId::new(id))?);
            }
            let portable = Portable {
                schema: SCHEMA.to_owned(),
                next_number: row::meta(db, "next_number")?.cast_unsigned(),
                incidents,
                history: history(db)?,
                ledger: lines(db)?,
            };
            serde_json::to_string_pretty(&portable).map_err(|error| not_ours(&error).into())
        })
    }

    /// Takes over an exported tracker, all of it or nothing. Doing it twice changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Import`] when the text is no export, or an incident of the
    /// same number is already here and is another one; [`StoreError::ReadOnly`] or [`StoreError::Full`].
    pub fn import_local(&mut self, json: &str) -> Result<Imported, StoreError> {
        let portable: Portable = serde_json::from_str(json).map_err(|error| not_ours(&error))?;
        if portable.schema != SCHEMA {
            let reason = format!("it is {:?} and not {SCHEMA:?}; upgrade dogwatch", portable.schema);
            return Err(StoreError::Import { reason });
        }
        self.write(Write::Facts, "import a local tracker", |tx| import(tx, portable))
    }
}

fn import(tx: &Connection, mut portable: Portable) -> Result<Imported, Fault> {
    let mut imported = Imported::default();
    for incident in &mut portable.incidents {
        incident.title = Clean::line(incident.title.as_str());
    }
    for incident in &portable.incidents {
        let ours = incident.source.is_local() && incident.id == IncidentId::numbered(&incident.source, incident.number);
        if !ours {
            let reason = format!("{} is no incident of a local tracker", incident.id);
            return Err(StoreError::Import { reason }.into());
        }
        if row::incident(tx, &incident.id)?.is_some() {
            if row::upsert(tx, incident)?.is_some() {
                let reason = format!("{} is here already and is another one; import into an empty store", incident.id);
                return Err(StoreError::Import { reason }.into());
            }
            imported.known += 1;
        } else {
            row::upsert(tx, incident)?;
            imported.incidents += 1;
        }
    }
    for told in &portable.history {
        row::put_moment(tx, &SourceId::local(), &told.key, &told.incident, &told.moment)?;
    }
    for line in portable.ledger {
        take_line(tx, line)?;
    }
    let next = portable.incidents.iter().map(|incident| incident.number.saturating_add(1)).max().unwrap_or(1);
    let next = next.max(portable.next_number).cast_signed();
    tx.execute("UPDATE meta SET value=max(value, ?1) WHERE key='next_number'", [next])?;
    Ok(imported)
}

fn take_line(tx: &Connection, line: Line) -> Result<(), Fault> {
    if line.op.is_none() {
        return Ok(());
    }
    let data = line.data.map(|data| data.to_string());
    let values = vec![
        Value::Integer(ms(line.at)),
        Value::Text(line.kind),
        text_value(Some(SourceId::LOCAL)),
        text_value(line.incident.as_deref()),
        text_value(line.op.as_deref()),
        text_value(line.by.as_deref()),
        Value::Text(line.what),
        text_value(line.text.as_deref()),
        text_value(line.filed.as_deref()),
        text_value(data.as_deref()),
    ];
    ledger::insert(tx, values)
}

fn history(db: &Connection) -> Result<Vec<Told>, Fault> {
    let sql = "SELECT key, incident, at, by, what, text FROM moments WHERE source='local' ORDER BY at, key";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut history = Vec::new();
    while let Some(row) = rows.next()? {
        let clean = |text: String| crate::domain::text::Clean::block(&text);
        history.push(Told {
            key: row.get(0)?,
            incident: IncidentId::new(row.get::<_, String>(1)?),
            moment: Moment {
                at: row::time(row.get(2)?)?,
                by: row.get::<_, Option<String>>(3)?.map(clean),
                what: clean(row.get(4)?),
                text: row.get::<_, Option<String>>(5)?.map(clean),
            },
        });
    }
    Ok(history)
}

fn lines(db: &Connection) -> Result<Vec<Line>, Fault> {
    let sql = "SELECT at,kind,source,incident,op,by,what,text,filed,data,sum FROM ledger WHERE source='local' \
               ORDER BY seq";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let values = sealed(row, 10)?;
        let get = |n: usize| text(&values[n]).map(str::to_owned);
        lines.push(Line {
            at: row::time(row.get(0)?)?,
            kind: get(1).unwrap_or_default(),
            incident: get(3),
            op: get(4),
            by: get(5),
            what: get(6).unwrap_or_default(),
            text: get(7),
            filed: get(8),
            data: get(9).and_then(|data| serde_json::from_str(&data).ok()),
        });
    }
    Ok(lines)
}

fn not_ours(error: &serde_json::Error) -> StoreError {
    StoreError::Import { reason: format!("it is no export of a local tracker ({error})") }
}
