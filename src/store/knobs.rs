//! Small numbers that the screen wants to find again as it left them.

use std::collections::BTreeMap;

use rusqlite::params;

use super::error::StoreError;
use super::{Store, Write};

impl Store {
    /// The numbers whose names begin so, without that beginning.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when they cannot be read.
    pub fn knobs(&self, kind: &str) -> Result<BTreeMap<String, i64>, StoreError> {
        self.read("read how the screen was left", |db| {
            let mut statement = db.prepare_cached("SELECT key, value FROM meta")?;
            let mut rows = statement.query([])?;
            let mut found = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let key: String = row.get(0)?;
                if let Some(name) = key.strip_prefix(kind).and_then(|rest| rest.strip_prefix('.')) {
                    found.insert(name.to_owned(), row.get(1)?);
                }
            }
            Ok(found)
        })
    }

    /// Remembers these numbers, and forgets those that have none.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`].
    pub fn keep_knobs(&mut self, kind: &str, knobs: &[(&str, Option<i64>)]) -> Result<(), StoreError> {
        self.write(Write::Quiet, "keep how the screen was left", |tx| {
            for (name, value) in knobs {
                let key = format!("{kind}.{name}");
                match value {
                    Some(value) => {
                        let sql = "INSERT INTO meta VALUES(?1,?2) ON CONFLICT(key) DO UPDATE SET value=?2";
                        tx.prepare_cached(sql)?.execute(params![key, value])?;
                    }
                    None => {
                        tx.prepare_cached("DELETE FROM meta WHERE key=?1")?.execute([key])?;
                    }
                }
            }
            Ok(())
        })
    }
}
