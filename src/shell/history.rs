//! What happened to the incidents, read from this machine's store: the
//! tracker's timelines, and the decisions of this machine that no timeline
//! tells of.

use chrono::{DateTime, Utc};

use super::engine::{Engine, Network};
use crate::domain::history::Told;
use crate::domain::id::SourceId;
use crate::domain::journal::Entry;
use crate::domain::text::Clean;
use crate::sources::github::past::Filled;
use crate::store::{Store, StoreError};
use crate::tracker::local;

impl Engine {
    /// Asks the trackers what happened since this time, each by its source: what this machine missed while it was not
    /// running, and what was over before it first looked. Nobody is asked while offline.
    pub async fn fill_history(&self, since: DateTime<Utc>) -> Vec<(SourceId, Result<Filled, Clean>)> {
        let mut told = Vec::new();
        if self.network() == Network::Offline {
            return told;
        }
        for (source, remote) in self.remotes() {
            told.push((source.clone(), remote.fill(self, since).await));
        }
        told
    }
}

/// What this store knows to have happened since this time, to every incident, in no order.
///
/// # Errors
///
/// [`StoreError::Damaged`]: it cannot be read.
pub fn told(store: &Store, since: DateTime<Utc>) -> Result<Vec<Told>, StoreError> {
    let mut told = store.told(since)?;
    told.extend(store.done(since)?.iter().map(line));
    Ok(told)
}

/// What this store knows to have happened to every incident that is open or was touched since this time; also what is
/// decided and not sent yet.
///
/// # Errors
///
/// As [`told`].
pub fn told_of_touched(store: &Store, since: DateTime<Utc>) -> Result<Vec<Told>, StoreError> {
    let mut told = store.told_of_touched(since)?;
    told.extend(store.done_of_touched(since)?.iter().map(line));
    let journal = store.journal(since)?;
    let waits = |entry: &&Entry| entry.state.is_unsettled() && entry.state.is_overlaid();
    told.extend(journal.iter().filter(waits).map(line));
    Ok(told)
}

fn line(entry: &Entry) -> Told {
    Told {
        incident: entry.incident.clone(),
        at: entry.deed.at,
        by: entry.deed.by.as_ref().map(ToString::to_string),
        what: local::told(&entry.decision).0,
    }
}
