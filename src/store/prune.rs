//! What is forgotten, and when: what was closed long ago and can be fetched
//! again, and decisions that ended. Never the ledger, never the local tracker,
//! never what still waits.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::params;

use super::error::StoreError;
use super::row::ms;
use super::{Store, Write};
use crate::domain::id::SourceId;

/// For how long things are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// A closed incident after its last change.
    pub closed_incidents: TimeDelta,
    /// A decision after its end, in the journal; the ledger keeps it for ever.
    pub settled_decisions: TimeDelta,
    /// An item that could not be read.
    pub unreadable: TimeDelta,
    /// A run of an evaluation, by when it began; see [`Results::forget`](super::results::Results::forget).
    pub eval_runs: TimeDelta,
}

/// How much was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pruned {
    /// Closed incidents.
    pub incidents: usize,
    /// Decisions that had ended.
    pub decisions: usize,
    /// Items that could not be read.
    pub unreadable: usize,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            closed_incidents: TimeDelta::days(90),
            settled_decisions: TimeDelta::days(30),
            unreadable: TimeDelta::days(14),
            eval_runs: TimeDelta::days(400),
        }
    }
}

impl Store {
    /// Forgets what is old enough at this time.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`]; nothing is forgotten then.
    pub fn prune(&mut self, now: DateTime<Utc>, retention: Retention) -> Result<Pruned, StoreError> {
        // A clock that ran ahead and a span without end both reach before the beginning of time.
        let before = |span| now.checked_sub_signed(span).map_or(i64::MIN, ms);
        self.write(Write::Cache, "forget what is old", |tx| {
            let sql = "DELETE FROM incidents WHERE closed IS NOT NULL AND updated_at<?1 AND source<>?2 \
                       AND id NOT IN (SELECT incident FROM journal WHERE class<>2)";
            let incidents = tx.execute(sql, params![before(retention.closed_incidents), SourceId::LOCAL])?;
            if incidents > 0 {
                tx.execute("DELETE FROM bodies WHERE id NOT IN (SELECT id FROM incidents)", [])?;
                tx.execute("DELETE FROM moments WHERE incident NOT IN (SELECT id FROM incidents)", [])?;
            }
            let sql = "DELETE FROM journal WHERE class=2 AND settled_at<?1";
            let decisions = tx.execute(sql, [before(retention.settled_decisions)])?;
            let unreadable = tx.execute("DELETE FROM aside WHERE at<?1", [before(retention.unreadable)])?;
            Ok(Pruned { incidents, decisions, unreadable })
        })
    }
}
