//! A part of the ledger that lies in a file of its own, so that whoever needs
//! only that opens no more. A damaged one is set aside, never thrown away.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::{Fault, StoreError};
use super::folder::{Folder, beside, private_file};
use super::schema::tune;

const BUSY: Duration = Duration::from_secs(2);

/// What such a file is.
pub(super) struct Apart {
    /// What it is called.
    pub file: &'static str,
    /// What is being done when that fails: `open the shifts`.
    pub opens: &'static str,
    /// The version of its tables.
    pub version: i64,
    /// How they are made.
    pub tables: &'static str,
}

impl Apart {
    /// Opens what lies in this folder, and makes it where there is nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the folder cannot be written, or a newer dogwatch wrote there.
    pub fn open(&self, folder: &Path, now: DateTime<Utc>) -> Result<(Connection, PathBuf), StoreError> {
        let path = folder.join(self.file);
        if path.is_symlink() {
            let error = std::io::Error::other("it is a symbolic link; remove it, or name another --data-dir");
            return Err(StoreError::io("use", &path, error));
        }
        Folder::at(folder).prepare()?;
        let db = match self.opened(&path) {
            Err(StoreError::Damaged { .. }) => {
                set_aside(&path, now)?;
                self.opened(&path)
            }
            other => other,
        };
        Ok((db?, path))
    }

    /// Opens what lies in this folder to be read; none if there is nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the file cannot be read.
    pub fn look_into(&self, folder: &Path) -> Result<Option<(Connection, PathBuf)>, StoreError> {
        let path = folder.join(self.file);
        if !path.is_file() {
            return Ok(None);
        }
        let work = || -> Result<Connection, Fault> {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let db = Connection::open_with_flags(&path, flags)?;
            db.busy_timeout(BUSY)?;
            Ok(db)
        };
        let db = work().map_err(|fault| fault.judge(self.opens, &path))?;
        Ok(Some((db, path)))
    }

    fn opened(&self, path: &Path) -> Result<Connection, StoreError> {
        private_file(path).map_err(|error| StoreError::io("create", path, error))?;
        let work = || -> Result<(Connection, i64), Fault> {
            let mut db = Connection::open(path)?;
            db.busy_timeout(BUSY)?;
            let version = |db: &Connection| db.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0));
            let mut found = version(&db)?;
            if found == 0 {
                db.query_row("PRAGMA journal_mode=WAL", [], |_| Ok(()))?;
                let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
                found = version(&tx)?;
                if found == 0 {
                    tx.execute_batch(self.tables)?;
                    tx.pragma_update(None, "user_version", self.version)?;
                    found = self.version;
                }
                tx.commit()?;
            }
            tune(&db)?;
            Ok((db, found))
        };
        let (db, found) = work().map_err(|fault| fault.judge(self.opens, path))?;
        if found > self.version {
            let error = format!("its version is {found}; this dogwatch knows {}", self.version);
            return Err(StoreError::io("use", path, std::io::Error::other(error)));
        }
        Ok(db)
    }
}

/// A damaged file keeps its content under another name.
///
/// # Errors
///
/// [`StoreError::Io`]: it could not be moved.
pub(super) fn set_aside(path: &Path, now: DateTime<Utc>) -> Result<(), StoreError> {
    let aside = beside(path, &format!(".damaged-{}", now.format("%Y%m%dT%H%M%SZ")));
    std::fs::rename(path, &aside).map_err(|error| StoreError::io("set aside", path, error))?;
    for suffix in ["-wal", "-shm"] {
        let old = beside(path, suffix);
        match std::fs::rename(&old, beside(&aside, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::io("set aside", &old, error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}
