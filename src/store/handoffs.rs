//! The part of the ledger that says what people typed into handoffs, who
//! accepted which, and what was given out: for ever; the file itself refuses
//! to change or drop a line.
//!
//! It lies in `handoffs.db`. A handoff can be computed anew; this cannot.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, TransactionBehavior, params};

use super::apart::{Apart, set_aside};
use super::error::{Fault, StoreError};
use super::row::{ms, time};
use crate::domain::handoff::typed::{Accepted, Field, Line};
use crate::domain::history::dropped::Mention;
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;

const FILE: &str = "handoffs.db";
const HANDOFFS: Apart = Apart { file: FILE, opens: "open the handoffs", version: 1, tables: TABLES };
const TABLES: &str = "
CREATE TABLE typed(seq INTEGER PRIMARY KEY, shift TEXT NOT NULL, incident TEXT, field TEXT NOT NULL, text TEXT NOT NULL,
by TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX typed_shift ON typed(shift);
CREATE TABLE accepted(seq INTEGER PRIMARY KEY, shift TEXT NOT NULL UNIQUE, by TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE given(seq INTEGER PRIMARY KEY, shift TEXT NOT NULL, rotation TEXT NOT NULL, handover INTEGER NOT NULL,
how TEXT NOT NULL, complete INTEGER NOT NULL, ids TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX given_handover ON given(handover);
CREATE TRIGGER typed_u BEFORE UPDATE ON typed BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TRIGGER typed_d BEFORE DELETE ON typed BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TRIGGER accepted_u BEFORE UPDATE ON accepted BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TRIGGER accepted_d BEFORE DELETE ON accepted BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TRIGGER given_u BEFORE UPDATE ON given BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TRIGGER given_d BEFORE DELETE ON given BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
";

/// How a handoff was given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// To a file that was named.
    File,
    /// Into the team's log folder.
    Log,
    /// To the clipboard.
    Clipboard,
    /// The incoming person has read and accepted it.
    Accepted,
    /// As an issue.
    Posted,
}

impl How {
    const fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Log => "log",
            Self::Clipboard => "clipboard",
            Self::Accepted => "accepted",
            Self::Posted => "posted",
        }
    }
}

/// A handoff that was given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The key of its shift.
    pub shift: String,
    /// Its rotation and handover, and the incidents that it told of as open.
    pub mention: Mention,
    /// How.
    pub how: How,
    /// How much was still hanging.
    pub undecided: usize,
    /// The id of a person.
    pub by: Clean,
    /// When.
    pub at: DateTime<Utc>,
}

/// The handoffs, as this process has them open.
#[derive(Debug)]
pub struct Handoffs {
    db: Connection,
    path: PathBuf,
}

impl Handoffs {
    /// Opens what is remembered in this folder, and makes it where there is nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the folder cannot be written, or a newer dogwatch wrote there.
    pub fn open(folder: &Path, now: DateTime<Utc>) -> Result<Self, StoreError> {
        HANDOFFS.open(folder, now).map(|(db, path)| Self { db, path })
    }

    /// Opens what is remembered in this folder to be read; none if there is nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the file cannot be read.
    pub fn look_into(folder: &Path) -> Result<Option<Self>, StoreError> {
        Ok(HANDOFFS.look_into(folder)?.map(|(db, path)| Self { db, path }))
    }

    /// Does this with what is remembered in this folder; a file that turns out to be damaged is set aside, with what
    /// can be read of it brought over.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub fn write<T>(
        folder: &Path,
        now: DateTime<Utc>,
        work: impl Fn(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let write = || Self::open(folder, now).and_then(|mut handoffs| work(&mut handoffs));
        match write() {
            Err(StoreError::Damaged { .. }) => {
                Self::mend(folder, now)?;
                write()
            }
            other => other,
        }
    }

    fn mend(folder: &Path, now: DateTime<Utc>) -> Result<(), StoreError> {
        let known = Self::look_into(folder).ok().flatten();
        let lines = known.as_ref().and_then(|known| known.lines().ok()).unwrap_or_default();
        let accepted = known.as_ref().and_then(|known| known.accepted().ok()).unwrap_or_default();
        drop(known);
        set_aside(&folder.join(FILE), now)?;
        let mut fresh = Self::open(folder, now)?;
        fresh.type_in(&lines)?;
        accepted.iter().try_for_each(|one| fresh.accept(one).map(|_| ()))
    }

    /// Writes down what was typed, all of it or nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub fn type_in(&mut self, lines: &[Line]) -> Result<(), StoreError> {
        let work = |db: &mut Connection| -> Result<(), Fault> {
            let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let sql = "INSERT INTO typed(shift,incident,field,text,by,at) VALUES(?,?,?,?,?,?)";
            for line in lines {
                let incident = line.incident.as_ref().map(IncidentId::as_str);
                let (field, text, by) = (line.field.name(), line.text.as_str(), line.by.as_str());
                tx.prepare_cached(sql)?.execute(params![line.shift, incident, field, text, by, ms(line.at)])?;
            }
            Ok(tx.commit()?)
        };
        work(&mut self.db).map_err(|fault| fault.judge("write down what was typed", &self.path))
    }

    /// All that was typed, in the order in which it was.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn lines(&self) -> Result<Vec<Line>, StoreError> {
        let work = || -> Result<Vec<Line>, Fault> {
            let sql = "SELECT shift,incident,field,text,by,at FROM typed ORDER BY seq";
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            let mut lines = Vec::new();
            while let Some(row) = rows.next()? {
                // A field that this version does not know was typed into a newer one, and is left to it.
                lines.extend(line(row)?);
            }
            Ok(lines)
        };
        work().map_err(|fault| fault.judge("read what was typed", &self.path))
    }

    /// Writes down that somebody has accepted the handoff of a shift; gives whoever was first.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub fn accept(&mut self, accepted: &Accepted) -> Result<Accepted, StoreError> {
        let work = |db: &Connection| -> Result<Accepted, Fault> {
            let sql = "INSERT OR IGNORE INTO accepted(shift,by,at) VALUES(?,?,?)";
            db.prepare_cached(sql)?.execute(params![accepted.shift, accepted.by.as_str(), ms(accepted.at)])?;
            let sql = "SELECT by,at FROM accepted WHERE shift=?1";
            let first = db
                .prepare_cached(sql)?
                .query_row([&accepted.shift], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
            Ok(Accepted { shift: accepted.shift.clone(), by: Clean::line(&first.0), at: time(first.1)? })
        };
        work(&self.db).map_err(|fault| fault.judge("write down the receipt", &self.path))
    }

    /// All receipts, in the order in which they were written.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn accepted(&self) -> Result<Vec<Accepted>, StoreError> {
        let work = || -> Result<Vec<Accepted>, Fault> {
            let mut statement = self.db.prepare_cached("SELECT shift,by,at FROM accepted ORDER BY seq")?;
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let by = Clean::line(&row.get::<_, String>(1)?);
                all.push(Accepted { shift: row.get(0)?, by, at: time(row.get(2)?)? });
            }
            Ok(all)
        };
        work().map_err(|fault| fault.judge("read the receipts", &self.path))
    }

    /// Writes down that a handoff was given out.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub fn give(&mut self, given: &Given) -> Result<(), StoreError> {
        let work = |db: &Connection| -> Result<(), Fault> {
            let ids: Vec<&str> = given.mention.ids.iter().map(IncidentId::as_str).collect();
            let ids = serde_json::to_string(&ids).map_err(|error| Fault::Damage(error.to_string()))?;
            let sql = "INSERT INTO given(shift,rotation,handover,how,complete,ids,by,at) VALUES(?,?,?,?,?,?,?,?)";
            db.prepare_cached(sql)?.execute(params![
                given.shift,
                given.mention.rotation,
                ms(given.mention.at),
                given.how.word(),
                given.undecided == 0,
                ids,
                given.by.as_str(),
                ms(given.at),
            ])?;
            Ok(())
        };
        work(&self.db).map_err(|fault| fault.judge("write down that it was handed over", &self.path))
    }

    /// What the handoffs told of that were given out here for handovers since this time.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn mentions(&self, since: DateTime<Utc>) -> Result<Vec<Mention>, StoreError> {
        let work = || -> Result<Vec<Mention>, Fault> {
            let sql = "SELECT rotation,handover,ids FROM given WHERE handover>=?1 ORDER BY seq";
            let mut statement = self.db.prepare_cached(sql)?;
            let mut rows = statement.query([ms(since)])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                let ids: Vec<IncidentId> = serde_json::from_str(row.get_ref(2)?.as_str().unwrap_or("[]"))
                    .map_err(|error| Fault::Damage(error.to_string()))?;
                let ids = ids.into_iter().collect();
                all.push(Mention { rotation: row.get(0)?, at: time(row.get(1)?)?, ids });
            }
            Ok(all)
        };
        work().map_err(|fault| fault.judge("read what was handed over", &self.path))
    }
}

fn line(row: &Row<'_>) -> Result<Option<Line>, Fault> {
    let Some(field) = Field::of(&row.get::<_, String>(2)?) else { return Ok(None) };
    let clean = |column: usize| -> Result<Clean, Fault> { Ok(Clean::line(&row.get::<_, String>(column)?)) };
    Ok(Some(Line {
        shift: row.get(0)?,
        incident: row.get::<_, Option<String>>(1)?.map(IncidentId::new),
        field,
        text: clean(3)?,
        by: clean(4)?,
        at: time(row.get(5)?)?,
    }))
}
