//! What is remembered of probed endpoints: how each has done, the list of
//! tools that changes are measured against, and the one that was last served.
//! A failed list never replaces one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::row::{self, ms, time};
use super::{Store, Write};
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;

/// Whose list it is: what one credential sees of one endpoint in one era.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ListKey {
    /// The source's id; the address, where no source is configured for it.
    pub endpoint: String,
    /// Where the credential was found, in words; empty if there was none.
    pub credential: String,
    /// The era's word.
    pub era: String,
}

/// A list of tools as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptList {
    /// When it was read.
    pub at: DateTime<Utc>,
    /// The hash of its canonical form, in hexadecimal.
    pub hash: String,
    /// JSON, as the server sent the tools.
    pub raw: String,
}

impl Store {
    /// What is remembered of every endpoint, by its id: JSON that [`crate::domain::health`] reads.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn endpoints(&self) -> Result<BTreeMap<String, String>, StoreError> {
        self.read("read the endpoints", |db| {
            let mut statement = db.prepare_cached("SELECT id, memory FROM endpoints")?;
            let mut rows = statement.query([])?;
            let mut all = BTreeMap::new();
            while let Some(row) = rows.next()? {
                all.insert(row.get(0)?, row.get(1)?);
            }
            Ok(all)
        })
    }

    /// The signals that have no issue, or whose tracker this store is; with their evidence.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when one cannot be read.
    pub fn signals(&self) -> Result<Vec<Incident>, StoreError> {
        self.read("read the signals", |db| {
            let sql = "SELECT id FROM incidents WHERE signal IS NOT NULL AND number=0";
            let mut statement = db.prepare_cached(sql)?;
            let ids: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            let all = ids.into_iter().map(|id| row::incident(db, &IncidentId::new(id)));
            all.filter_map(Result::transpose).collect()
        })
    }

    /// Remembers these endpoints, all or none.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`].
    pub fn keep_endpoints(&mut self, endpoints: &[(String, String)], now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(Write::Cache, "keep the endpoints", |tx| {
            let sql = "INSERT INTO endpoints VALUES(?1,?2,?3) ON CONFLICT(id) DO UPDATE SET (memory, at) = (?2,?3)";
            let mut statement = tx.prepare_cached(sql)?;
            for (id, memory) in endpoints {
                statement.execute(params![id, memory, ms(now)])?;
            }
            Ok(())
        })
    }

    /// The list that changes of this endpoint are measured against; none before the first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn baseline(&self, key: &ListKey) -> Result<Option<KeptList>, StoreError> {
        self.read("read a tool list", |db| {
            let sql = "SELECT at, hash, raw FROM lists WHERE endpoint=?1 AND credential=?2 AND era=?3";
            let mut statement = db.prepare_cached(sql)?;
            let found = statement.query_row([&key.endpoint, &key.credential, &key.era], |row| {
                Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?))
            });
            let Some((at, hash, raw)) = found.optional()? else { return Ok(None) };
            Ok(Some(KeptList { at: time(at)?, hash, raw }))
        })
    }

    /// Measures against this list from now on.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`].
    pub fn set_baseline(&mut self, key: &ListKey, list: &KeptList) -> Result<(), StoreError> {
        self.write(Write::Cache, "keep a tool list", |tx| {
            let sql = "INSERT INTO lists VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT(endpoint, credential, era) DO UPDATE SET \
                       (at, hash, raw) = (?4,?5,?6)";
            let values = params![key.endpoint, key.credential, key.era, ms(list.at), list.hash, list.raw];
            tx.prepare_cached(sql)?.execute(values)?;
            Ok(())
        })
    }

    /// The tools of an endpoint as they were last listed, whatever they are measured against; none before the first
    /// whole list. Its time is that at which they became what they are.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn served(&self, endpoint: &str) -> Result<Option<KeptList>, StoreError> {
        self.read("read a tool list", |db| {
            let sql = "SELECT at, hash, raw FROM served WHERE endpoint=?1";
            let mut statement = db.prepare_cached(sql)?;
            let found = statement.query_row([endpoint], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?)));
            let Some((at, hash, raw)) = found.optional()? else { return Ok(None) };
            Ok(Some(KeptList { at: time(at)?, hash, raw }))
        })
    }

    /// When the tools of each endpoint became what they are, by its id.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn tools_since(&self) -> Result<BTreeMap<String, DateTime<Utc>>, StoreError> {
        self.read("read when tools changed", |db| {
            let mut statement = db.prepare_cached("SELECT endpoint, at FROM served")?;
            let mut rows = statement.query([])?;
            let mut since = BTreeMap::new();
            while let Some(row) = rows.next()? {
                since.insert(row.get(0)?, time(row.get(1)?)?);
            }
            Ok(since)
        })
    }

    /// The names of each endpoint's tools, a line each, by its id.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn tool_names(&self) -> Result<BTreeMap<String, String>, StoreError> {
        self.read("read the names of tools", |db| {
            let mut statement = db.prepare_cached("SELECT endpoint, names FROM served")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Remembers the tools of an endpoint as they are listed now, with their names; nothing is written if they are
    /// the same as before.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`].
    pub fn keep_served(&mut self, endpoint: &str, list: &KeptList, names: &str) -> Result<(), StoreError> {
        let same = "SELECT 1 FROM served WHERE endpoint=?1 AND hash=?2";
        let is_kept =
            self.read("read a tool list", |db| Ok(db.prepare_cached(same)?.exists(params![endpoint, list.hash])?))?;
        if is_kept {
            return Ok(());
        }
        self.write(Write::Cache, "keep a tool list", |tx| {
            let sql = "INSERT INTO served VALUES(?1,?2,?3,?4,?5) ON CONFLICT(endpoint) DO UPDATE SET \
                       (at, hash, names, raw) = (?2,?3,?4,?5) WHERE hash<>?3";
            tx.prepare_cached(sql)?.execute(params![endpoint, ms(list.at), list.hash, names, list.raw])?;
            Ok(())
        })
    }
}
