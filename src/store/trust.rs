//! Which team files the operator has allowed, by what they ask for.

use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::row::ms;
use super::{Store, Write};

impl Store {
    /// The hash that the operator has allowed for this file; none if there is
    /// none. The caller compares: another hash is no trust.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read; then nothing is trusted.
    pub fn trusted(&self, path: &Path) -> Result<Option<String>, StoreError> {
        self.read("read what is trusted", |db| {
            let mut statement = db.prepare_cached("SELECT hash FROM trust WHERE path=?1")?;
            Ok(statement.query_row([name(path)], |row| row.get(0)).optional()?)
        })
    }

    /// Remembers that the operator has allowed what has this hash, and nothing else, for this file.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`].
    pub fn trust(&mut self, path: &Path, hash: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(Write::Journal, "keep what is trusted", |tx| {
            let sql = "INSERT INTO trust VALUES(?1,?2,?3) ON CONFLICT(path) DO UPDATE SET (hash, at) = (?2,?3)";
            tx.prepare_cached(sql)?.execute(params![name(path), hash, ms(now)])?;
            Ok(())
        })
    }

    /// Takes it back. Says whether there was something to take back.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`].
    pub fn untrust(&mut self, path: &Path) -> Result<Untrusted, StoreError> {
        self.write(Write::Journal, "take back trust", |tx| {
            let rows = tx.prepare_cached("DELETE FROM trust WHERE path=?1")?.execute([name(path)])?;
            Ok(if rows > 0 { Untrusted::TakenBack } else { Untrusted::WasNot })
        })
    }
}

/// What there was to take back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untrusted {
    /// The file was trusted, and is no longer.
    TakenBack,
    /// It was not.
    WasNot,
}

/// The whole path, also where it is no text.
fn name(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}
