//! What the tables are, and how an older store becomes a newer one.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::Opening;
use super::error::{Fault, StoreError};
use super::folder::{Folder, private_file};

/// The steps from nothing to the newest version; a step that has been released
/// is never changed. They are kept short, so that the whole schema fits on the
/// first page and a lost first page can be made again (see `salvage`).
pub(super) const STEPS: &[&str] = &["
CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE journal(seq INTEGER PRIMARY KEY AUTOINCREMENT, op TEXT NOT NULL UNIQUE, incident TEXT NOT NULL,
class INTEGER NOT NULL, settled_at INTEGER, entry TEXT NOT NULL, sum INTEGER NOT NULL);
CREATE INDEX journal_class ON journal(class, settled_at);
CREATE TABLE ledger(seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind TEXT NOT NULL, source TEXT,
incident TEXT, op TEXT, by TEXT, what TEXT NOT NULL, text TEXT, filed TEXT, data TEXT, sum INTEGER NOT NULL);
CREATE UNIQUE INDEX ledger_op ON ledger(op, kind);
CREATE INDEX ledger_incident ON ledger(incident);
CREATE TRIGGER ledger_u BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TRIGGER ledger_d BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TABLE incidents(id TEXT PRIMARY KEY, source TEXT NOT NULL, number INTEGER NOT NULL, key INTEGER NOT NULL,
title TEXT NOT NULL, url TEXT, author TEXT, labels TEXT, assignees TEXT, closed TEXT, closed_at INTEGER,
opened_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, comments INTEGER NOT NULL, acked INTEGER NOT NULL,
ack_by TEXT, ack_at INTEGER, reopened_at INTEGER, human_at INTEGER, snoozed_until INTEGER, snoozed_by TEXT,
snoozed_at INTEGER, fingerprint TEXT, gone TEXT);
CREATE TABLE bodies(id TEXT PRIMARY KEY, body TEXT NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE moments(source TEXT NOT NULL, key TEXT NOT NULL, incident TEXT NOT NULL, at INTEGER NOT NULL, by TEXT,
what TEXT NOT NULL, text TEXT, UNIQUE(source, key));
CREATE INDEX moments_incident ON moments(incident, at);
CREATE TABLE cursors(source TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE(source, key));
CREATE TABLE health(source TEXT PRIMARY KEY, fetched_at INTEGER, error TEXT, unreadable INTEGER NOT NULL);
CREATE TABLE aside(n INTEGER PRIMARY KEY, source TEXT NOT NULL, at INTEGER NOT NULL, why TEXT NOT NULL, raw TEXT NOT NULL);
CREATE TABLE heartbeats(name TEXT PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE trust(path BLOB PRIMARY KEY, hash TEXT NOT NULL, at INTEGER NOT NULL);
INSERT INTO meta VALUES('journal', 0), ('cache', 0), ('next_number', 1);
", "
CREATE TABLE endpoints(id TEXT PRIMARY KEY, memory TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE lists(endpoint TEXT NOT NULL, credential TEXT NOT NULL, era TEXT NOT NULL, at INTEGER NOT NULL,
hash TEXT NOT NULL, raw TEXT NOT NULL, UNIQUE(endpoint, credential, era));
ALTER TABLE incidents ADD COLUMN signal TEXT;
ALTER TABLE incidents ADD COLUMN checked TEXT;
CREATE INDEX incidents_signal ON incidents(signal) WHERE signal IS NOT NULL;
", "
CREATE TABLE served(endpoint TEXT PRIMARY KEY, at INTEGER NOT NULL, hash TEXT NOT NULL, names TEXT NOT NULL,
raw TEXT NOT NULL);
", "
ALTER TABLE incidents ADD COLUMN suite TEXT;
ALTER TABLE incidents ADD COLUMN hint TEXT;
", "
ALTER TABLE incidents ADD COLUMN shown INT;
"];

/// `dogw`, so that other people's databases are never taken for ours.
const APPLICATION: i64 = 0x646f_6777;
const BUSY: Duration = Duration::from_secs(5);

/// How a connection writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sync {
    /// A commit is on the disk when it returns: journal, ledger, local tracker, trust.
    Full,
    /// A commit survives the death of the process; after a power cut it may be fetched again: the cache.
    Normal,
}

/// Opens a database that is there already, for writing.
pub(super) fn connect(path: &Path, sync: Sync, opening: &Opening) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(BUSY)?;
    if let Some(size) = opening.page_size {
        db.pragma_update(None, "page_size", size)?;
    }
    db.query_row("PRAGMA journal_mode=WAL", [], |_| Ok(()))?;
    tune(&db)?;
    let level = match sync {
        Sync::Full => "FULL",
        Sync::Normal => "NORMAL",
    };
    db.pragma_update(None, "synchronous", level)?;
    if let Some(pages) = opening.max_pages {
        db.query_row(&format!("PRAGMA max_page_count={pages}"), [], |_| Ok(()))?;
    }
    Ok(db)
}

/// What holds for every connection, also for one that only reads.
pub(super) fn tune(db: &Connection) -> Result<(), Fault> {
    db.set_prepared_statement_cache_capacity(64);
    db.execute_batch("PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF; PRAGMA temp_store=MEMORY;")?;
    db.query_row("PRAGMA journal_size_limit=8388608", [], |_| Ok(()))?;
    Ok(())
}

/// The version of a database, after a look whether it is one of ours.
pub(super) fn version(db: &Connection) -> Result<i64, Fault> {
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let application: i64 = db.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application != APPLICATION || version < 1 {
        return Err(Fault::Damage("it is not a store of dogwatch".to_owned()));
    }
    Ok(version)
}

/// The newest version that these steps lead to.
pub(super) fn newest(opening: &Opening) -> i64 {
    i64::try_from(opening.steps.len()).unwrap_or(i64::MAX)
}

/// Takes the remaining steps in one transaction: all of them, or none.
pub(super) fn upgrade(db: &mut Connection, opening: &Opening) -> Result<(), Fault> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for step in opening.steps.iter().skip(usize::try_from(version).unwrap_or(0)) {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", newest(opening))?;
    Ok(tx.commit()?)
}

/// Builds an empty store under a name that nobody opens. The caller renames it
/// when it is whole, so a store that has its own name has never been half made.
pub(super) fn build(path: &Path, opening: &Opening) -> Result<Connection, Fault> {
    for old in [path.to_path_buf(), super::folder::beside(path, "-wal"), super::folder::beside(path, "-shm")] {
        match std::fs::remove_file(&old) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::io("remove", &old, error).into());
            }
            Ok(()) | Err(_) => {}
        }
    }
    private_file(path).map_err(|error| StoreError::io("create", path, error))?;
    let mut db = connect(path, Sync::Full, opening)?;
    upgrade(&mut db, opening)?;
    Ok(db)
}

/// Closes a built store, so that all of it is in its one file and on the disk.
pub(super) fn finish(db: Connection, path: &Path) -> Result<(), Fault> {
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    db.close().map_err(|(_, error)| error)?;
    let sync = || std::fs::File::open(path)?.sync_all();
    sync().map_err(|error| StoreError::io("sync", path, error).into())
}

/// Copies the whole store to its backup before a migration touches it.
pub(super) fn back_up(db: &Connection, folder: &Folder, version: i64) -> Result<std::path::PathBuf, Fault> {
    let (path, draft) = (folder.backup(version), folder.unfinished());
    let io = |error| StoreError::io("back up to", &path, error);
    private_file(&draft).map_err(io)?.set_len(0).map_err(io)?;
    let mut copy = Connection::open(&draft)?;
    Backup::new(db, &mut copy)?.run_to_completion(1000, Duration::ZERO, None)?;
    copy.close().map_err(|(_, error)| error)?;
    std::fs::File::open(&draft).and_then(|file| file.sync_all()).map_err(io)?;
    std::fs::rename(&draft, &path).map_err(io)?;
    folder.sync()?;
    Ok(path)
}
