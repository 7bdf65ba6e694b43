//! What was read of eval results: which files are known, the runs in them,
//! what cases are called, and what was found in them last.
//!
//! Nearly all of it can be read again from the files, so it lies in a file of
//! its own, `results.db`: writing it keeps no decision waiting, and a damaged
//! one is begun anew. Only runs out of artifacts that have expired are lost
//! then. Transcripts are never kept.

mod look;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};

use super::error::{Fault, StoreError};
use super::folder::{beside, private_file};
use super::row::ms;
use super::schema::tune;
use crate::domain::evals::CaseKey;
use crate::domain::evals::gather::{Filed, Named, Row};
use crate::domain::evals::packed;
use crate::domain::id::SourceId;
use crate::domain::text::Clean;

/// What the file is called.
const FILE: &str = "results.db";
/// The version of its tables; a file of another version is begun anew.
const VERSION: i64 = 2;
const TABLES: &str = "
CREATE TABLE files(source TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
inode INTEGER NOT NULL, aside TEXT, UNIQUE(source, path));
CREATE TABLE runs(source TEXT NOT NULL, path TEXT NOT NULL, run BLOB NOT NULL, suite BLOB NOT NULL, at INTEGER,
name TEXT, about TEXT NOT NULL, cases BLOB NOT NULL);
CREATE INDEX runs_path ON runs(source, path);
CREATE INDEX runs_run ON runs(run);
CREATE INDEX runs_name ON runs(name) WHERE name IS NOT NULL;
CREATE INDEX runs_suite ON runs(suite, at);
CREATE TABLE cases(key BLOB PRIMARY KEY, name TEXT NOT NULL, tags TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE findings(source TEXT NOT NULL, print TEXT NOT NULL, about TEXT NOT NULL, UNIQUE(source, print));
CREATE TABLE cursors(source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, UNIQUE(source, name));
";
/// The name under which it is counted how often runs of a source were kept.
const EDITION: &str = ":edition";
const BUSY: Duration = Duration::from_secs(5);

/// A file as it was when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileMark {
    /// In bytes.
    pub size: u64,
    /// When it changed, in nanoseconds since 1970.
    pub modified: i64,
    /// Which file it is on its disk; 0 where there are no such numbers.
    pub inode: u64,
}

/// What came of reading one file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileRead {
    /// Its path, as text.
    pub path: String,
    /// As it was then.
    pub mark: FileMark,
    /// Why it is no result; none if it is one.
    pub aside: Option<Clean>,
    /// What it holds.
    pub runs: Vec<Filed>,
}

/// The results of one folder, as this process has them open.
#[derive(Debug)]
pub struct Results {
    db: Connection,
    path: PathBuf,
}

impl Results {
    /// Opens what is remembered beside the store of this folder; a file that cannot be used is begun anew.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the folder cannot be written.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        match Self::opened(&path) {
            Ok(results) => Ok(results),
            Err(StoreError::Damaged { .. }) => {
                for suffix in ["", "-wal", "-shm"] {
                    let old = beside(&path, suffix);
                    match std::fs::remove_file(&old) {
                        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                            return Err(StoreError::io("remove", &old, error));
                        }
                        Ok(()) | Err(_) => {}
                    }
                }
                Self::opened(&path)
            }
            Err(other) => Err(other),
        }
    }

    /// Opens what is remembered beside the store of this folder to be read; none if there is nothing, or nothing
    /// that this version can read.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the file cannot be read.
    pub fn look_into(folder: &Path) -> Result<Option<Self>, StoreError> {
        let path = folder.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let work = || -> Result<Option<Connection>, Fault> {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let db = Connection::open_with_flags(&path, flags)?;
            db.busy_timeout(BUSY)?;
            let version = db.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))?;
            Ok((version == VERSION).then_some(db))
        };
        let db = work().map_err(|fault| fault.judge("open the results", &path))?;
        Ok(db.map(|db| Self { db, path }))
    }

    fn opened(path: &Path) -> Result<Self, StoreError> {
        private_file(path).map_err(|error| StoreError::io("create", path, error))?;
        let work = || -> Result<Connection, Fault> {
            let mut db = Connection::open(path)?;
            db.busy_timeout(BUSY)?;
            db.query_row("PRAGMA journal_mode=WAL", [], |_| Ok(()))?;
            tune(&db)?;
            db.pragma_update(None, "synchronous", "NORMAL")?;
            let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            match tx.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? {
                VERSION => {}
                0 => {
                    tx.execute_batch(TABLES)?;
                    tx.pragma_update(None, "user_version", VERSION)?;
                }
                other => return Err(Fault::Damage(format!("its version is {other}"))),
            }
            tx.commit()?;
            Ok(db)
        };
        let db = work().map_err(|fault| fault.judge("open the results", path))?;
        Ok(Self { db, path: path.to_path_buf() })
    }

    fn read<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        work(&self.db).map_err(|fault| fault.judge(doing, &self.path))
    }

    /// The files of a source that have been read, by path.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn files(&self, source: &SourceId) -> Result<BTreeMap<String, FileMark>, StoreError> {
        self.read("read the files of results", |db| {
            let sql = "SELECT path, size, modified, inode FROM files WHERE source=?1";
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query([source.as_str()])?;
            let mut files = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let (size, inode) = (row.get::<_, i64>(1)?.cast_unsigned(), row.get::<_, i64>(3)?.cast_unsigned());
                files.insert(row.get(0)?, FileMark { size, modified: row.get(2)?, inode });
            }
            Ok(files)
        })
    }

    /// Does all of this, or none.
    fn write<T>(
        &mut self,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let all = || -> Result<T, Fault> {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&tx)?;
            tx.commit()?;
            Ok(done)
        };
        all().map_err(|fault| fault.judge(doing, &self.path))
    }

    /// Remembers what these files hold, in place of what they held before.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`]; nothing is kept then.
    pub fn keep(&mut self, source: &SourceId, files: &[FileRead]) -> Result<(), StoreError> {
        self.write("keep results", |tx| keep_files(tx, source, files))
    }

    /// As [`Self::keep`], with how far the source has been read under this name: both, or neither.
    ///
    /// # Errors
    ///
    /// As [`Self::keep`].
    pub fn keep_up_to(
        &mut self,
        source: &SourceId,
        files: &[FileRead],
        (name, value): (&str, Option<&str>),
    ) -> Result<(), StoreError> {
        self.write("keep results", |tx| {
            keep_files(tx, source, files)?;
            match value {
                None => {
                    tx.execute("DELETE FROM cursors WHERE source=?1 AND name=?2", params![source.as_str(), name])?
                }
                Some(value) => tx.execute(
                    "INSERT INTO cursors VALUES(?1,?2,?3) ON CONFLICT(source, name) DO UPDATE SET value=?3",
                    params![source.as_str(), name, value],
                )?,
            };
            Ok(())
        })
    }

    /// Forgets the runs that began before this; how many those are. A run without a time is as old as its file. That
    /// the files have been read stays known, so that they are not read again.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`]; nothing is forgotten then.
    pub fn forget(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        self.write("forget old runs", |tx| {
            let sql = "DELETE FROM runs WHERE coalesce(at, (SELECT nullif(modified, 0)/1000000 FROM files \
                       WHERE files.source=runs.source AND files.path=runs.path))<?1";
            Ok(tx.execute(sql, [ms(before)])?)
        })
    }

    /// As [`Self::forget`] in this folder, if anything is remembered there.
    ///
    /// # Errors
    ///
    /// As [`Self::forget`].
    pub fn forget_in(folder: &Path, before: DateTime<Utc>) -> Result<usize, StoreError> {
        if folder.join(FILE).is_file() { Self::open(folder)?.forget(before) } else { Ok(0) }
    }

    /// At most so many runs of a source after this place, without the names of their cases, in the order in which
    /// they were kept; each with its place. What cannot be read is left out: its file is read again when it changes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn runs(&self, source: &SourceId, after: i64, most: u32) -> Result<Vec<(i64, Filed)>, StoreError> {
        self.read("read the runs", |db| {
            let sql = "SELECT rowid, path, about, cases FROM runs WHERE source=?1 AND rowid>?2 ORDER BY rowid LIMIT ?3";
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query(params![source.as_str(), after, most])?;
            let mut runs = Vec::new();
            while let Some(row) = rows.next()? {
                let place: i64 = row.get(0)?;
                runs.extend(filed(row, 1)?.map(|filed| (place, filed)));
            }
            Ok(runs)
        })
    }

    /// What these cases are called.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn names(&self, keys: &[CaseKey]) -> Result<BTreeMap<CaseKey, Named>, StoreError> {
        self.read("read the names of cases", |db| {
            let mut statement = db.prepare_cached("SELECT name, tags FROM cases WHERE key=?1")?;
            let mut names = BTreeMap::new();
            for key in keys {
                let mut rows = statement.query([key.0.as_slice()])?;
                if let Some(row) = rows.next()? {
                    let name = Clean::line(&row.get::<_, String>(0)?);
                    let tags = row.get::<_, String>(1)?.lines().map(Clean::line).collect();
                    names.insert(*key, Named { key: *key, name, tags });
                }
            }
            Ok(names)
        })
    }
}

fn keep_files(tx: &Transaction<'_>, source: &SourceId, files: &[FileRead]) -> Result<(), Fault> {
    let mark = "INSERT INTO files VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(source, path) DO UPDATE SET \
                (size, modified, inode, aside) = (?3,?4,?5,?6)";
    let mut mark = tx.prepare_cached(mark)?;
    let mut forget = tx.prepare_cached("DELETE FROM runs WHERE source=?1 AND path=?2")?;
    let mut keep = tx.prepare_cached("INSERT INTO runs VALUES(?1,?2,?3,?4,?5,?6,?7,?8)")?;
    let name = "INSERT INTO cases VALUES(?1,?2,?3) ON CONFLICT(key) DO UPDATE SET (name, tags) = (?2,?3) \
                WHERE name<>?2 OR tags<>?3";
    let mut name = tx.prepare_cached(name)?;
    for file in files {
        let FileMark { size, modified, inode } = file.mark;
        let aside = file.aside.as_ref().map(Clean::as_str);
        let (size, inode) = (size.cast_signed(), inode.cast_signed());
        mark.execute(params![source.as_str(), file.path, size, modified, inode, aside])?;
        forget.execute(params![source.as_str(), file.path])?;
        for Filed { row, record, names } in &file.runs {
            let about = serde_json::to_string(row).map_err(|error| Fault::Damage(error.to_string()))?;
            let (run, suite, at) = (record.run.0.as_slice(), record.suite.0.as_slice(), record.at.map(ms));
            let cases = packed::pack(record);
            keep.execute(params![source.as_str(), file.path, run, suite, at, row.run_id, about, cases])?;
            for Named { key, name: shown, tags } in names {
                let tags: Vec<&str> = tags.iter().map(Clean::as_str).collect();
                name.execute(params![key.0.as_slice(), shown.as_str(), tags.join("\n")])?;
            }
        }
    }
    if files.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO cursors VALUES(?1,?2,'1') ON CONFLICT(source, name) DO UPDATE SET \
               value=CAST(value AS INTEGER)+1";
    tx.execute(sql, params![source.as_str(), EDITION])?;
    Ok(())
}

/// The run in a row whose columns from this one on are path, row and cases; none if they cannot be read.
fn filed(row: &rusqlite::Row<'_>, from: usize) -> Result<Option<Filed>, Fault> {
    let path: String = row.get(from)?;
    let about = row.get_ref(from + 1)?.as_str().map_err(rusqlite::Error::from)?;
    let bytes = row.get_ref(from + 2)?.as_blob().map_err(rusqlite::Error::from)?;
    Ok(serde_json::from_str::<Row>(about).ok().and_then(|mut row| {
        row.file = path.into();
        Some(Filed { record: packed::unpack(&row, bytes)?, row, names: Vec::new() })
    }))
}
