//! What was read of eval results: which files are known, the runs in them, and
//! what cases are called. All of it can be read again from the files; only
//! their transcripts are never kept.

use std::collections::BTreeMap;

use rusqlite::params;

use super::error::{Fault, StoreError};
use super::row::ms;
use super::{Store, Write};
use crate::domain::evals::CaseKey;
use crate::domain::evals::gather::{Filed, Row};
use crate::domain::evals::packed;
use crate::domain::id::SourceId;
use crate::domain::text::Clean;

/// A file as it was when it was read: size in bytes, time of change in nanoseconds since 1970, number on its disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileMark {
    /// In bytes.
    pub size: u64,
    /// In nanoseconds since 1970.
    pub modified: i64,
    /// The inode; 0 where there are none.
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

impl Store {
    /// The files of a source that have been read, by path.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn eval_files(&self, source: &SourceId) -> Result<BTreeMap<String, FileMark>, StoreError> {
        self.read("read the files of results", |db| {
            let sql = "SELECT path, size, modified, inode FROM eval_files WHERE source=?1";
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

    /// Remembers what these files hold, in place of what they held before.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`]; nothing is kept then.
    pub fn keep_eval_files(&mut self, source: &SourceId, files: &[FileRead]) -> Result<(), StoreError> {
        self.write(Write::Cache, "keep results", |tx| {
            let mark = "INSERT INTO eval_files VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(source, path) DO UPDATE SET \
                        (size, modified, inode, aside) = (?3,?4,?5,?6)";
            let mut mark = tx.prepare_cached(mark)?;
            let mut forget = tx.prepare_cached("DELETE FROM eval_runs WHERE source=?1 AND path=?2")?;
            let mut keep = tx.prepare_cached("INSERT INTO eval_runs VALUES(?1,?2,?3,?4,?5)")?;
            let mut name = tx.prepare_cached("INSERT OR IGNORE INTO eval_cases VALUES(?1,?2)")?;
            for file in files {
                let FileMark { size, modified, inode } = file.mark;
                let aside = file.aside.as_ref().map(Clean::as_str);
                let (size, inode) = (size.cast_signed(), inode.cast_signed());
                mark.execute(params![source.as_str(), file.path, size, modified, inode, aside])?;
                forget.execute(params![source.as_str(), file.path])?;
                for Filed { row, record, names } in &file.runs {
                    let about = serde_json::to_string(row).map_err(|error| Fault::Damage(error.to_string()))?;
                    let at = record.at.map(ms);
                    keep.execute(params![source.as_str(), file.path, at, about, packed::pack(record)])?;
                    for (key, shown) in names {
                        name.execute(params![key.0.as_slice(), shown.as_str()])?;
                    }
                }
            }
            Ok(())
        })
    }

    /// At most so many runs of a source after this place, without the names of their cases, in the order in which
    /// they were kept; each with its place. What cannot be read is left out: its file is read again when it changes.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn eval_runs(&self, source: &SourceId, after: i64, most: u32) -> Result<Vec<(i64, Filed)>, StoreError> {
        self.read("read the runs", |db| {
            let sql =
                "SELECT rowid, path, about, cases FROM eval_runs WHERE source=?1 AND rowid>?2 ORDER BY rowid LIMIT ?3";
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query(params![source.as_str(), after, most])?;
            let mut runs = Vec::new();
            while let Some(row) = rows.next()? {
                let (place, path): (i64, String) = (row.get(0)?, row.get(1)?);
                let about = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
                let bytes = row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?;
                let known = serde_json::from_str::<Row>(about).ok().and_then(|mut row| {
                    row.file = path.into();
                    Some(Filed { record: packed::unpack(&row, bytes)?, row, names: Vec::new() })
                });
                runs.extend(known.map(|filed| (place, filed)));
            }
            Ok(runs)
        })
    }

    /// What these cases are called.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn eval_names(&self, keys: &[CaseKey]) -> Result<BTreeMap<CaseKey, Clean>, StoreError> {
        self.read("read the names of cases", |db| {
            let mut statement = db.prepare_cached("SELECT name FROM eval_cases WHERE key=?1")?;
            let mut names = BTreeMap::new();
            for key in keys {
                let mut rows = statement.query([key.0.as_slice()])?;
                if let Some(row) = rows.next()? {
                    names.insert(*key, Clean::line(&row.get::<_, String>(0)?));
                }
            }
            Ok(names)
        })
    }
}
