//! All that was told of all incidents since a time, at once: what the handoff
//! and the review are computed from.

use chrono::{DateTime, Utc};

use super::Store;
use super::error::StoreError;
use super::row::{ms, str_at, time};
use crate::domain::history::Told;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::journal::Entry;
use crate::domain::text::Clean;

impl Store {
    /// The lines of every timeline since this time, without what was written in comments, in no order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when one cannot be read.
    pub fn told(&self, since: DateTime<Utc>) -> Result<Vec<Told>, StoreError> {
        self.lines("SELECT incident, at, by, what FROM moments WHERE at>=?1 AND source<>':asked' ORDER BY rowid", since)
    }

    /// All lines of the timelines to which any was added since this time, and of what is open; as [`Self::told`].
    ///
    /// # Errors
    ///
    /// As [`Self::told`].
    pub fn told_of_touched(&self, since: DateTime<Utc>) -> Result<Vec<Told>, StoreError> {
        let sql = "SELECT incident, at, by, what FROM moments WHERE source<>':asked' AND (incident IN \
                   (SELECT incident FROM moments WHERE at>=?1 AND source<>':asked') OR incident IN \
                   (SELECT id FROM incidents WHERE closed IS NULL)) ORDER BY rowid";
        self.lines(sql, since)
    }

    fn lines(&self, sql: &str, since: DateTime<Utc>) -> Result<Vec<Told>, StoreError> {
        self.read("read the histories", |db| {
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query([ms(since)])?;
            let mut told = Vec::new();
            while let Some(row) = rows.next()? {
                let clean = |text: &str| Clean::line(text).to_string();
                told.push(Told {
                    incident: IncidentId::new(row.get::<_, String>(0)?),
                    at: time(row.get(1)?)?,
                    by: str_at(row, 2)?.map(clean),
                    what: str_at(row, 3)?.map(clean).unwrap_or_default(),
                });
            }
            Ok(told)
        })
    }

    /// When the first line of the ledger was written; none if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the ledger cannot be read.
    pub fn ledger_since(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.read("read the ledger", |db| {
            let first: Option<i64> = db.query_row("SELECT min(at) FROM ledger", [], |row| row.get(0))?;
            first.map(time).transpose()
        })
    }

    /// The decisions of this machine that were done since this time, where another tracker than the local one keeps
    /// them: as they were taken, with the time at which they were done.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the ledger cannot be read.
    pub fn done(&self, since: DateTime<Utc>) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT taken.data, over.at FROM ledger AS over JOIN ledger AS taken ON taken.op=over.op AND \
                   taken.kind='decided' WHERE over.kind='done' AND over.at>=?1 AND over.source<>?2 \
                   AND taken.data IS NOT NULL ORDER BY over.seq";
        self.decisions(sql, since)
    }

    /// Those of [`Self::done`], and all that were done about what is open.
    ///
    /// # Errors
    ///
    /// As [`Self::done`].
    pub fn done_of_touched(&self, since: DateTime<Utc>) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT taken.data, over.at FROM ledger AS over JOIN ledger AS taken ON taken.op=over.op AND \
                   taken.kind='decided' WHERE over.kind='done' AND over.source<>?2 AND taken.data IS NOT NULL AND \
                   (over.at>=?1 OR over.incident IN (SELECT id FROM incidents WHERE closed IS NULL)) ORDER BY over.seq";
        self.decisions(sql, since)
    }

    fn decisions(&self, sql: &str, since: DateTime<Utc>) -> Result<Vec<Entry>, StoreError> {
        self.read("read the ledger", |db| {
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query(rusqlite::params![ms(since), SourceId::LOCAL])?;
            let mut done = Vec::new();
            while let Some(row) = rows.next()? {
                // A decision that this version does not know was taken by a newer one, and is left to it.
                if let Ok(entry) = serde_json::from_str::<Entry>(str_at(row, 0)?.unwrap_or_default()) {
                    done.push(Entry { settled_at: Some(time(row.get(1)?)?), ..entry });
                }
            }
            Ok(done)
        })
    }
}
