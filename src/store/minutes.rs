//! The part of the ledger that says what triage meetings decided: a line for
//! each thing when it happens, for ever; the file itself refuses to change or
//! drop one. So a meeting that was killed has its minutes.
//!
//! It lies in `minutes.db`.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::apart::{Apart, set_aside};
use super::error::{Fault, StoreError};
use super::row::ms;
use crate::domain::minutes::Line;

const FILE: &str = "minutes.db";
const MEETINGS: Apart = Apart { file: FILE, opens: "open the minutes", version: 1, tables: TABLES };
const TABLES: &str = "
CREATE TABLE lines(seq INTEGER PRIMARY KEY, meeting TEXT NOT NULL, at INTEGER NOT NULL, line TEXT NOT NULL);
CREATE INDEX lines_meeting ON lines(meeting);
CREATE TRIGGER lines_u BEFORE UPDATE ON lines BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TRIGGER lines_d BEFORE DELETE ON lines BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
";

/// What meetings decided, as this process has it open.
#[derive(Debug)]
pub struct Meetings {
    db: Connection,
    path: PathBuf,
}

impl Meetings {
    /// Opens what is remembered in this folder, and makes it where there is nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the folder cannot be written, or a newer dogwatch wrote there.
    pub fn open(folder: &Path, now: DateTime<Utc>) -> Result<Self, StoreError> {
        MEETINGS.open(folder, now).map(|(db, path)| Self { db, path })
    }

    /// Opens what is remembered in this folder to be read; none if there is nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the file cannot be read.
    pub fn look_into(folder: &Path) -> Result<Option<Self>, StoreError> {
        Ok(MEETINGS.look_into(folder)?.map(|(db, path)| Self { db, path }))
    }

    /// Writes these down in this folder, all or none. A damaged file is set aside, with what can be read of it brought
    /// over.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub fn write(folder: &Path, now: DateTime<Utc>, lines: &[Line]) -> Result<(), StoreError> {
        let write = || Self::open(folder, now).and_then(|mut meetings| meetings.append(lines));
        match write() {
            Err(StoreError::Damaged { .. }) => {
                let saved = Self::look_into(folder).ok().flatten().map(|meetings| saved(&meetings.db));
                set_aside(&folder.join(FILE), now)?;
                Self::open(folder, now)?.append(&saved.unwrap_or_default())?;
                write()
            }
            other => other,
        }
    }

    /// Writes these, all or none.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub fn append(&mut self, lines: &[Line]) -> Result<(), StoreError> {
        let work = |db: &mut Connection| -> Result<(), Fault> {
            let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for line in lines {
                let text = serde_json::to_string(line).map_err(|error| Fault::Damage(error.to_string()))?;
                tx.prepare_cached("INSERT INTO lines(meeting,at,line) VALUES(?,?,?)")?.execute(params![
                    line.meeting.as_str(),
                    ms(line.at),
                    text
                ])?;
            }
            Ok(tx.commit()?)
        };
        work(&mut self.db).map_err(|fault| fault.judge("write the minutes", &self.path))
    }

    /// All lines, in the order in which they were written. One that this version cannot read is left out.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the file cannot be read.
    pub fn lines(&self) -> Result<Vec<Line>, StoreError> {
        read(&self.db, None).map_err(|fault| fault.judge("read the minutes", &self.path))
    }

    /// The lines of the meeting that was written about last; none if there was none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the file cannot be read.
    pub fn last(&self) -> Result<Vec<Line>, StoreError> {
        let work = || -> Result<Vec<Line>, Fault> {
            let sql = "SELECT meeting FROM lines ORDER BY seq DESC LIMIT 1";
            let name: Option<String> = self.db.query_row(sql, [], |row| row.get(0)).optional()?;
            name.map_or_else(|| Ok(Vec::new()), |name| read(&self.db, Some(&name)))
        };
        work().map_err(|fault| fault.judge("read the minutes", &self.path))
    }
}

fn read(db: &Connection, meeting: Option<&str>) -> Result<Vec<Line>, Fault> {
    let mut statement = db.prepare_cached("SELECT line FROM lines WHERE ?1 IS NULL OR meeting=?1 ORDER BY seq")?;
    let mut rows = statement.query([meeting])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.extend(serde_json::from_str::<Line>(&row.get::<_, String>(0)?).ok());
    }
    Ok(lines)
}

/// What can still be read of a damaged file, up to the first fault.
fn saved(db: &Connection) -> Vec<Line> {
    let mut lines = Vec::new();
    let Ok(mut statement) = db.prepare("SELECT line FROM lines ORDER BY seq") else { return lines };
    let Ok(mut rows) = statement.query([]) else { return lines };
    while let Ok(Some(row)) = rows.next() {
        let text = row.get::<_, String>(0).ok();
        lines.extend(text.and_then(|text| serde_json::from_str::<Line>(&text).ok()));
    }
    lines
}
