//! Who sends, and who is alive.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::params;

use super::error::StoreError;
use super::folder::private_file;
use super::row::{ms, time};
use super::{Store, Write};

/// The right to send, of one process among all that share a store. Dropping
/// it gives it up; so does the death of the process, however sudden.
#[derive(Debug)]
pub struct Lease {
    _file: File,
}

/// Takes the right to send; none while another process has it.
///
/// # Errors
///
/// [`StoreError::ReadOnly`] or [`StoreError::Io`] when the folder takes no lock: then nobody sends from here.
pub fn lease(folder: &Path) -> Result<Option<Lease>, StoreError> {
    let path = folder.join("sender.lock");
    let file = private_file(&path).map_err(|error| StoreError::io("open", &path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lease { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(StoreError::io("lock", &path, error)),
    }
}

impl Store {
    /// Says that this part of dogwatch (`sync`, `screen`) was alive at this time.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`].
    pub fn heartbeat(&mut self, name: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(Write::Quiet, "keep a heartbeat", |tx| {
            let sql = "INSERT INTO heartbeats VALUES(?1,?2) ON CONFLICT(name) DO UPDATE SET at=?2";
            tx.prepare_cached(sql)?.execute(params![name, ms(now)])?;
            Ok(())
        })
    }

    /// When each part was last alive, by name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn heartbeats(&self) -> Result<BTreeMap<String, DateTime<Utc>>, StoreError> {
        self.read("read heartbeats", |db| {
            let mut statement = db.prepare_cached("SELECT name, at FROM heartbeats")?;
            let mut rows = statement.query([])?;
            let mut all = BTreeMap::new();
            while let Some(row) = rows.next()? {
                all.insert(row.get(0)?, time(row.get(1)?)?);
            }
            Ok(all)
        })
    }
}
