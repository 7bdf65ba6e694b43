//! Why the store could not do what it was asked, told so that the operator
//! knows what to do about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// `SQLITE_IOERR_SHORT_READ`: the file ends where a page should be.
const SHORT_READ: i32 = 522;
/// `SQLITE_IOERR_CORRUPTFS`.
const CORRUPT_FILE_SYSTEM: i32 = 8458;
/// `SQLITE_IOERR_SHMSIZE`: the file that processes share has no room on the disk.
const NO_ROOM_TO_SHARE: i32 = 4874;

/// Why the store could not do it. Nothing of a failed write is kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// This store is only read; no decision can be kept.
    #[error("the store is read-only: {why}; make {} writable and start dogwatch again", .path.display())]
    ReadOnly {
        /// The store's folder.
        path: PathBuf,
        /// What stands in the way.
        why: String,
    },
    /// No room on the disk; nothing of this write was kept.
    #[error("no room left on the disk of {}; free some and try again", .path.display())]
    Full {
        /// The store's file.
        path: PathBuf,
    },
    /// A newer dogwatch has written this store.
    #[error(
        "{} was written by a newer dogwatch (its version {found}, this one knows {known}); upgrade dogwatch, or name \
         another folder with --data-dir", .path.display()
    )]
    Newer {
        /// The store's file.
        path: PathBuf,
        /// The version that it has.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// What is on disk is not what was written. Opening the store again moves the file aside and salvages it.
    #[error("{} is damaged ({what}); start dogwatch again: it moves the file aside and keeps what can be read", .path.display())]
    Damaged {
        /// The store's file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// Mending or migrating needs the store for itself, and another process has it open.
    #[error("{} {why}, and another dogwatch has it open; quit that one and start again", .path.display())]
    InUse {
        /// The store's file.
        path: PathBuf,
        /// What has to be done to it.
        why: String,
    },
    /// An act that was to be taken back has been, by another process.
    #[error("there is nothing of yours to take back; another dogwatch has just done it")]
    TakenBack,
    /// Another process has been writing for too long.
    #[error("another process keeps {} busy; try again", .path.display())]
    Busy {
        /// The store's file.
        path: PathBuf,
    },
    /// A row that is whole, and means nothing to this version.
    #[error("{what} is not something this version understands ({reason}); upgrade dogwatch")]
    Unreadable {
        /// Which row.
        what: String,
        /// What the reader said.
        reason: String,
    },
    /// An import that would overwrite something, or is no export of ours.
    #[error("nothing was imported: {reason}")]
    Import {
        /// What is wrong with it, and what would help.
        reason: String,
    },
    /// The file system said no.
    #[error("cannot {doing} {}", .path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database said no, for a reason that is none of the above.
    #[error("cannot {doing} in {}", .path.display())]
    Database {
        /// What was tried.
        doing: &'static str,
        /// The store's file.
        path: PathBuf,
        /// What the database said.
        source: rusqlite::Error,
    },
}

impl StoreError {
    /// Judges what the file system said.
    pub(super) fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        use std::io::ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match source.kind() {
            StorageFull | QuotaExceeded => Self::Full { path: path.into() },
            ReadOnlyFilesystem | PermissionDenied => Self::ReadOnly { path: path.into(), why: source.to_string() },
            _ => Self::Io { doing, path: path.into(), source },
        }
    }
}

/// What went wrong inside, before it is known which file it concerns.
#[derive(Debug)]
pub(super) enum Fault {
    Sql(rusqlite::Error),
    Damage(String),
    Store(StoreError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Fault {
    /// What it means for whoever asked.
    pub(super) fn judge(self, doing: &'static str, path: &Path) -> StoreError {
        let path = path.to_path_buf();
        let source = match self {
            Self::Store(error) => return error,
            Self::Damage(what) => return StoreError::Damaged { path, what },
            Self::Sql(source) => source,
        };
        let Some(code) = source.sqlite_error_code() else {
            return match source {
                // A column of the wrong type is not something that we wrote.
                rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::Utf8Error(..) => StoreError::Damaged { path, what: source.to_string() },
                source => StoreError::Database { doing, path, source },
            };
        };
        let extended = source.sqlite_error().map_or(0, |error| error.extended_code);
        match code {
            ErrorCode::SystemIoFailure if matches!(extended, SHORT_READ | CORRUPT_FILE_SYSTEM) => {
                StoreError::Damaged { path, what: source.to_string() }
            }
            ErrorCode::SystemIoFailure if extended == NO_ROOM_TO_SHARE => StoreError::Full { path },
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                StoreError::Damaged { path, what: source.to_string() }
            }
            ErrorCode::DiskFull => StoreError::Full { path },
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy { path },
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
                StoreError::ReadOnly { path, why: source.to_string() }
            }
            _ => StoreError::Database { doing, path, source },
        }
    }
}
