//! The file of the index: opened without a wait, copied into memory, removed.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use url::Url;

use super::VERSION;
use crate::store::Wanted;
use crate::store::error::{Fault, StoreError};
use crate::store::folder::{Folder, beside, private_file};
use crate::store::schema::tune;

/// Opens the file, and makes it where it is missing and may be made. Nobody is waited for.
pub(super) fn open(path: &Path, wanted: Wanted) -> Result<Connection, Fault> {
    if path.is_symlink() {
        let error = std::io::Error::other("it is a symbolic link; remove it, or name another --data-dir");
        return Err(StoreError::io("use", path, error).into());
    }
    match wanted {
        Wanted::ReadOnly => to_read(path),
        Wanted::ReadWrite => match to_write(path) {
            Err(Fault::Store(StoreError::ReadOnly { .. })) if path.is_file() => to_read(path),
            other => other,
        },
    }
}

fn to_read(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let shared = connected(Connection::open_with_flags(path, flags)?);
    // Where nothing at all can be written, readers cannot even say that they read; a file without a log beside it is
    // whole, and nobody can be writing it from here.
    let log = std::fs::metadata(beside(path, "-wal")).map_or(0, |about| about.len());
    match (shared, std::path::absolute(path).ok().and_then(|path| Url::from_file_path(path).ok())) {
        (Err(_), Some(mut url)) if log == 0 => {
            url.set_query(Some("immutable=1"));
            connected(Connection::open_with_flags(url.as_str(), flags | OpenFlags::SQLITE_OPEN_URI)?)
        }
        (shared, _) => shared,
    }
}

fn to_write(path: &Path) -> Result<Connection, Fault> {
    if !path.is_file() {
        Folder::at(path.parent().unwrap_or(Path::new("."))).prepare()?;
    }
    private_file(path).map_err(|error| StoreError::io("create", path, error))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = connected(Connection::open_with_flags(path, flags)?)?;
    if version(&db)? == 0 {
        db.query_row("PRAGMA journal_mode=WAL", [], |_| Ok(()))?;
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if version(&tx)? == 0 {
            tx.execute_batch(super::TABLES)?;
            tx.pragma_update(None, "user_version", VERSION)?;
        }
        tx.commit()?;
    }
    Ok(db)
}

/// What holds for every connection; refuses the file of a newer dogwatch.
fn connected(db: Connection) -> Result<Connection, Fault> {
    db.busy_timeout(Duration::ZERO)?;
    tune(&db)?;
    // What is lost with the power is made again from the pages.
    db.pragma_update(None, "synchronous", "OFF")?;
    let found = version(&db)?;
    match found {
        0..=VERSION => Ok(db),
        _ => Err(StoreError::Newer { path: db.path().unwrap_or_default().into(), found, known: VERSION }.into()),
    }
}

fn version(db: &Connection) -> Result<i64, Fault> {
    Ok(db.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// An index in memory: a copy of what is there, so that only the rest has to be read, or an empty one.
pub(super) fn in_memory(like: Option<&Connection>) -> Result<Connection, Fault> {
    let copied = |like: &Connection| -> Result<Connection, Fault> {
        let mut db = Connection::open_in_memory()?;
        Backup::new(like, &mut db)?.run_to_completion(i32::MAX, Duration::ZERO, None)?;
        tune(&db)?;
        if version(&db)? == VERSION { Ok(db) } else { Err(Fault::Damage("there is nothing in it".to_owned())) }
    };
    if let Some(Ok(db)) = like.map(copied) {
        return Ok(db);
    }
    let db = Connection::open_in_memory()?;
    tune(&db)?;
    db.execute_batch(super::TABLES)?;
    db.pragma_update(None, "user_version", VERSION)?;
    Ok(db)
}

/// Removes a file that is of no use; one that stays is met again the next time.
pub(super) fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let _gone = std::fs::remove_file(beside(path, suffix));
    }
}
