//! How a screen notices that a command line has written to the same store,
//! without reading anything while nothing happens.

use rusqlite::{Connection, params};

use super::error::{Fault, StoreError};
use super::{Store, Write, row};

/// How often others have written. It only grows; a step says: read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Journal, ledger and trust.
    pub journal: u64,
    /// Incidents, their history, and the health of the sources.
    pub cache: u64,
}

/// What this process knows of all that.
#[derive(Debug, Default)]
pub(super) struct Seen {
    own: Changes,
    start: Option<Changes>,
    version: Option<i64>,
    others: Changes,
}

impl Seen {
    /// This process has written itself.
    pub(super) fn announced(&mut self, what: Write) {
        self.own.journal += u64::from(matches!(what, Write::Journal | Write::Facts));
        self.own.cache += u64::from(matches!(what, Write::Facts | Write::Cache));
    }
}

impl Store {
    /// How often other processes have written since this one opened the
    /// store. Cheap enough to ask several times a second.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the counters cannot be read.
    pub fn changes(&mut self) -> Result<Changes, StoreError> {
        let version = self.read("look for changes", |db| {
            Ok(db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get::<_, i64>(0))?)
        })?;
        if self.changes.version == Some(version) {
            return Ok(self.changes.others);
        }
        let total = self.read("look for changes", |db| {
            let counter = |key| row::meta(db, key).map(i64::cast_unsigned);
            Ok(Changes { journal: counter("journal")?, cache: counter("cache")? })
        })?;
        let seen = &mut self.changes;
        let start = *seen.start.get_or_insert(total);
        let others = |total: u64, start: u64, own: u64| total.saturating_sub(start).saturating_sub(own);
        seen.others = Changes {
            journal: others(total.journal, start.journal, seen.own.journal),
            cache: others(total.cache, start.cache, seen.own.cache),
        };
        seen.version = Some(version);
        Ok(seen.others)
    }
}

/// Tells other processes, in the same transaction.
pub(super) fn announce(db: &Connection, what: Write) -> Result<(), Fault> {
    let keys: &[&str] = match what {
        Write::Journal => &["journal"],
        Write::Facts => &["journal", "cache"],
        Write::Cache => &["cache"],
        Write::Quiet => &[],
    };
    for key in keys {
        db.prepare_cached("UPDATE meta SET value=value+1 WHERE key=?1")?.execute(params![key])?;
    }
    Ok(())
}
