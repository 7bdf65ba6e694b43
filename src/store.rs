//! What this machine remembers: the queue as it was last seen, the decisions
//! that the tracker has not answered, and the history of what happened.
//!
//! The promise: a decision that was recorded is there after a crash, a power
//! cut and a restart, and no other process's writing gets in its way. Where
//! nothing can be kept (a full disk, a folder that is only read) the store says
//! so, and still shows what it has. A damaged file is moved aside, never
//! overwritten, and what can be read of it goes on.
//!
//! One file, `state.db`, that several processes may have open at once. The
//! calls block; nothing here reads the clock for what it keeps.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the layer that writes to the disk, and it waits with patience for other processes"
)]

mod apart;
mod asked;
mod cache;
mod changes;
pub mod copies;
mod error;
pub mod files;
mod folder;
mod glance;
pub mod handoffs;
mod journal;
mod knobs;
mod lease;
mod ledger;
mod local;
pub mod minutes;
mod open;
pub mod pages;
mod portable;
mod probes;
mod prune;
pub mod results;
mod row;
pub mod runs;
mod salvage;
mod schema;
pub mod shifts;
mod told;
mod trust;

use std::fmt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::{Deserialize, Serialize};

pub use cache::{Bodies, Event, Health, Page};
pub use changes::Changes;
pub use error::StoreError;
pub use glance::{Glanced, Titles};
pub use lease::{Lease, lease};
pub use local::Answer;
pub use portable::Imported;
pub use probes::{KeptList, ListKey};
pub use prune::{Pruned, Retention};
pub use trust::Untrusted;

use error::Fault;
use folder::{Folder, Gate};

/// The store of one folder, as this process has it open.
pub struct Store {
    // Connections come before the gate: they are closed before another may have the store alone.
    journal: Option<Connection>,
    cache: Connection,
    folder: Folder,
    access: Access,
    changes: changes::Seen,
    _copy: Option<tempfile::TempDir>,
    _gate: Option<Gate>,
}

/// A store that was opened, and what the operator has to know about that.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// What happened; empty on a good day.
    pub notices: Vec<Notice>,
}

/// Something that happened when the store was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The file was damaged. It was moved aside, and what could be read goes on in a fresh one.
    Damaged {
        /// Where the damaged file is now.
        aside: PathBuf,
        /// How much was kept.
        counts: Salvaged,
        /// What was found.
        what: String,
    },
    /// An older store was brought to this version.
    Migrated {
        /// The version that it had.
        from: i64,
        /// The version that it has.
        to: i64,
        /// The copy from before.
        backup: PathBuf,
    },
    /// It can be read, and no decision can be kept.
    ReadOnly {
        /// What stands in the way.
        why: String,
    },
}

/// How much of a damaged store was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Salvaged {
    /// Decisions of the journal that were kept.
    pub journal: u64,
    /// Of at most so many.
    pub journal_of: u64,
    /// Lines of the ledger that were kept.
    pub ledger: u64,
    /// Of at most so many.
    pub ledger_of: u64,
}

/// Whether decisions can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// They can.
    ReadWrite,
    /// They cannot.
    ReadOnly {
        /// What stands in the way.
        why: String,
    },
}

/// What the caller wants to do with the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Wanted {
    /// Read and write, where the disk allows it.
    #[default]
    ReadWrite,
    /// Read alone (`--readonly`); nothing on the disk is changed.
    ReadOnly,
}

/// How a store is opened. The hidden parts let tests meet a full disk, another version and a small page.
#[derive(Debug, Clone)]
pub struct Opening {
    /// What the caller wants to do.
    pub wanted: Wanted,
    #[doc(hidden)]
    pub page_size: Option<u32>,
    #[doc(hidden)]
    pub max_pages: Option<u32>,
    #[doc(hidden)]
    pub steps: Vec<&'static str>,
}

impl Default for Opening {
    fn default() -> Self {
        Self { wanted: Wanted::default(), page_size: None, max_pages: None, steps: schema::STEPS.to_vec() }
    }
}

/// Which part of the store a transaction writes, and how long it waits for the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Write {
    /// Journal, ledger, trust: on the disk when it returns.
    Journal,
    /// As the journal, and incidents with it.
    Facts,
    /// What can be fetched again.
    Cache,
    /// Of no interest to other processes.
    Quiet,
}

impl Store {
    /// Opens the store of this folder; makes both where they are missing. The
    /// time names what has to be moved aside.
    ///
    /// # Errors
    ///
    /// [`StoreError::Newer`] for a store of a newer dogwatch, [`StoreError::InUse`] when it has to be mended or
    /// migrated while another process has it open, [`StoreError::Damaged`] when it is damaged and may only be read.
    /// A folder that cannot be written is no error: see [`Self::access`].
    pub fn open(folder: &Path, now: DateTime<Utc>) -> Result<Opened, StoreError> {
        Self::open_with(folder, now, &Opening::default())
    }

    /// As [`Self::open`], for a caller that wants something else than to read and write.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn open_with(folder: &Path, now: DateTime<Utc>, opening: &Opening) -> Result<Opened, StoreError> {
        let folder = Folder::at(folder);
        let open::Ready { journal, cache, access, gate, copy, notices } = open::open(&folder, now, opening)?;
        let changes = changes::Seen::default();
        let mut store = Self { journal, cache, folder, access, changes, _copy: copy, _gate: gate };
        store.changes()?;
        Ok(Opened { store, notices })
    }

    /// Whether decisions can be kept.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The store's folder.
    pub fn folder(&self) -> &Path {
        self.folder.root()
    }

    /// Does these reads on the store as it is at one moment, whatever other processes write meanwhile: an incident
    /// and the decision that changed it are both from before, or both from after.
    ///
    /// # Errors
    ///
    /// What the reads say, and [`StoreError::Damaged`] when the store cannot be read at all.
    pub fn at_one_moment<T>(&self, reads: impl FnOnce(&Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let began = self.cache.unchecked_transaction().map_err(Fault::from);
        // It has only read: dropping it takes nothing back.
        let _moment = began.map_err(|fault| self.judge("begin to read", fault))?;
        reads(self)
    }

    /// Reads something.
    fn read<T>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        work(&self.cache).map_err(|fault| self.judge(doing, fault))
    }

    /// Writes something in one transaction: all of it, or nothing.
    fn write<T>(
        &mut self,
        what: Write,
        doing: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        let Some(journal) = &mut self.journal else {
            let why = match &self.access {
                Access::ReadOnly { why } => why.clone(),
                Access::ReadWrite => "it was not opened for writing".to_owned(),
            };
            return Err(StoreError::ReadOnly { path: self.folder.root().into(), why });
        };
        let db = match what {
            Write::Journal | Write::Facts => journal,
            Write::Cache | Write::Quiet => &mut self.cache,
        };
        let before = db.total_changes();
        let transact = |db: &mut Connection| -> Result<(T, u64), Fault> {
            let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let made = work(&tx)?;
            let changed = tx.total_changes() - before;
            if changed > 0 {
                changes::announce(&tx, what)?;
            }
            tx.commit()?;
            Ok((made, changed))
        };
        match transact(db) {
            Ok((made, changed)) => {
                if changed > 0 {
                    self.changes.announced(what);
                }
                Ok(made)
            }
            Err(fault) => Err(self.judge(doing, fault)),
        }
    }

    /// Says what went wrong; a store that was found damaged is mended when it is opened again.
    fn judge(&self, doing: &'static str, fault: Fault) -> StoreError {
        let error = fault.judge(doing, &self.folder.database());
        if matches!(error, StoreError::Damaged { .. }) && self.journal.is_some() {
            self.folder.mark_suspect();
        }
        error
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("folder", &self.folder).field("access", &self.access).finish_non_exhaustive()
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { aside, counts, what } => write!(
                f,
                "the store was damaged ({what}) and is kept as {}; {} of {} decisions and {} of {} lines of history \
                 could be read and go on",
                aside.display(),
                counts.journal,
                counts.journal_of,
                counts.ledger,
                counts.ledger_of
            ),
            Self::Migrated { from, to, backup } => {
                write!(f, "the store was migrated from version {from} to {to}; the old one is {}", backup.display())
            }
            Self::ReadOnly { why } => write!(f, "the store can only be read ({why}): no decision can be kept"),
        }
    }
}
