//! The part of the ledger that says who was on call: a line for each shift
//! that began, for ever; the file itself refuses to change or drop one.
//!
//! It lies in a file of its own, `shifts.db`, so that `oncall` opens no more
//! than it needs.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

use super::apart::{Apart, set_aside};
use super::error::{Fault, StoreError};
use super::row::{ms, time};
use crate::config::Role;
use crate::domain::rotation::{Because, Begun, role_word};
use crate::domain::text::Clean;

/// What the file is called.
const FILE: &str = "shifts.db";
const SHIFTS: Apart = Apart { file: FILE, opens: "open the shifts", version: 1, tables: TABLES };
const TABLES: &str = "
CREATE TABLE begun(seq INTEGER PRIMARY KEY, rotation TEXT NOT NULL, role TEXT NOT NULL, person TEXT NOT NULL,
because TEXT NOT NULL, instead_of TEXT, shift_start INTEGER NOT NULL, shift_end INTEGER NOT NULL,
start INTEGER NOT NULL, end INTEGER NOT NULL, seen INTEGER NOT NULL);
CREATE INDEX begun_end ON begun(end);
CREATE TRIGGER begun_u BEFORE UPDATE ON begun BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TRIGGER begun_d BEFORE DELETE ON begun BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TABLE looked(one INTEGER PRIMARY KEY CHECK(one=1), at INTEGER NOT NULL);
";
/// That somebody looked is written down no more often than this, in milliseconds: an hour.
const LOOK_EVERY: i64 = 3_600_000;

/// Who was on call, as this process has it open.
#[derive(Debug)]
pub struct Shifts {
    db: Connection,
    path: PathBuf,
}

impl Shifts {
    /// Opens what is remembered in this folder, and makes it where there is nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the folder cannot be written, or a newer dogwatch wrote there.
    pub fn open(folder: &Path, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let (db, path) = SHIFTS.open(folder, now)?;
        // What is lost with the power is found again at the next look.
        let tuned = db.pragma_update(None, "synchronous", "NORMAL").map_err(Fault::from);
        tuned.map_err(|fault| fault.judge("open the shifts", &path))?;
        Ok(Self { db, path })
    }

    /// Opens what is remembered in this folder to be read; none if there is nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the file cannot be read.
    pub fn look_into(folder: &Path) -> Result<Option<Self>, StoreError> {
        Ok(SHIFTS.look_into(folder)?.map(|(db, path)| Self { db, path }))
    }

    /// Puts a damaged file aside under another name; what it holds can still be looked at.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`]: it could not be moved.
    pub fn set_aside(folder: &Path, now: DateTime<Utc>) -> Result<(), StoreError> {
        set_aside(&folder.join(FILE), now)
    }

    /// Everything that bears on a stretch of time, in the order in which it was written.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn begun(&self, stretch: (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<Begun>, StoreError> {
        begun(&self.db, stretch).map_err(|fault| fault.judge("read the shifts", &self.path))
    }

    /// Writes down what `tell` finds missing, given what is known since somebody looked last, and when that was. No
    /// other process writes in between.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub fn record(
        &mut self,
        now: DateTime<Utc>,
        tell: impl Fn(&[Begun], Option<DateTime<Utc>>) -> Vec<Begun>,
    ) -> Result<(), StoreError> {
        let work = |db: &mut Connection| -> Result<(), Fault> {
            let missing = |db: &Connection| -> Result<(Vec<Begun>, Option<DateTime<Utc>>), Fault> {
                let looked = looked(db)?;
                Ok((tell(&begun(db, (looked.unwrap_or(now).min(now), now))?, looked), looked))
            };
            // Most looks find nothing, and need not keep anybody waiting.
            let (news, looked) = missing(db)?;
            let is_recent = looked.is_some_and(|at| (0..LOOK_EVERY).contains(&(ms(now) - ms(at))));
            if is_recent && news.is_empty() {
                return Ok(());
            }
            let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for one in missing(&tx)?.0 {
                write(&tx, &one)?;
            }
            tx.execute("INSERT INTO looked VALUES(1,?1) ON CONFLICT(one) DO UPDATE SET at=excluded.at", [ms(now)])?;
            Ok(tx.commit()?)
        };
        work(&mut self.db).map_err(|fault| fault.judge("write the shifts", &self.path))
    }

    /// The newest instant at which something was written down.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn newest(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let work = || -> Result<Option<DateTime<Utc>>, Fault> {
            let seen: Option<i64> = self.db.query_row("SELECT max(seen) FROM begun", [], |row| row.get(0))?;
            seen.max(looked(&self.db)?.map(ms)).map(time).transpose()
        };
        work().map_err(|fault| fault.judge("read the shifts", &self.path))
    }
}

fn looked(db: &Connection) -> Result<Option<DateTime<Utc>>, Fault> {
    let at = db.query_row("SELECT at FROM looked", [], |row| row.get::<_, i64>(0)).optional()?;
    at.map(time).transpose()
}

/// A later line takes the place of an earlier one from its own beginning on: so all from the beginning of the first
/// that reaches into the stretch.
fn begun(db: &Connection, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<Begun>, Fault> {
    let first = "SELECT min(start) FROM begun WHERE end>?1";
    let first: Option<i64> = db.prepare_cached(first)?.query_row([ms(from)], |row| row.get(0))?;
    let Some(first) = first else { return Ok(Vec::new()) };
    let sql = "SELECT rotation,role,person,because,instead_of,shift_start,shift_end,start,end,seen FROM begun \
               WHERE end>=?1 AND start>=?1 AND start<?2 ORDER BY seq";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params![first, ms(to).saturating_add(1)])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(row)?);
    }
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<Begun, Fault> {
    let at = |column: usize| -> Result<DateTime<Utc>, Fault> { time(row.get(column)?) };
    let role = match row.get::<_, String>(1)?.as_str() {
        "secondary" => Role::Secondary,
        _ => Role::Primary,
    };
    let because: String = row.get(3)?;
    let name = |column: usize| -> Result<Option<String>, Fault> {
        Ok(row.get::<_, Option<String>>(column)?.map(|name| Clean::line(&name).to_string()))
    };
    Ok(Begun {
        rotation: name(0)?.unwrap_or_default(),
        role,
        person: name(2)?.unwrap_or_default(),
        because: Because::of(&because).ok_or_else(|| Fault::Damage("a shift has no reason".to_owned()))?,
        instead_of: name(4)?,
        shift: (at(5)?, at(6)?),
        from: at(7)?,
        to: at(8)?,
        seen: at(9)?,
    })
}

fn write(db: &Connection, one: &Begun) -> Result<(), Fault> {
    let sql = "INSERT INTO begun(rotation,role,person,because,instead_of,shift_start,shift_end,start,end,seen) \
               VALUES(?,?,?,?,?,?,?,?,?,?)";
    db.prepare_cached(sql)?.execute(params![
        one.rotation,
        role_word(one.role),
        one.person,
        one.because.word(),
        one.instead_of,
        ms(one.shift.0),
        ms(one.shift.1),
        ms(one.from),
        ms(one.to),
        ms(one.seen),
    ])?;
    Ok(())
}
