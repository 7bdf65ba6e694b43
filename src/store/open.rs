//! How a store is opened: made where there is none, migrated where it is old,
//! mended where it is damaged, and at the least read where it cannot be written.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags};

use super::error::{Fault, StoreError};
use super::folder::{Folder, Gate, beside};
use super::schema::{self, Sync};
use super::{Access, Notice, Opening, Wanted, row, salvage};

const TURNS: usize = 4;

/// An open store, before it is used.
pub(super) struct Ready {
    pub(super) journal: Option<Connection>,
    pub(super) cache: Connection,
    pub(super) access: Access,
    pub(super) gate: Option<Gate>,
    /// The copy that is read where the real file cannot even be opened for reading.
    pub(super) copy: Option<tempfile::TempDir>,
    pub(super) notices: Vec<Notice>,
}

/// What can only be done by a process that has the store for itself.
enum Need {
    Create,
    Migrate,
    Mend(String),
}

impl Need {
    fn why(&self) -> String {
        match self {
            Self::Create => "is to be put in its place".to_owned(),
            Self::Migrate => "is to be migrated to this version".to_owned(),
            Self::Mend(what) => format!("is damaged ({what}) and is to be mended"),
        }
    }
}

/// Opens the store of this folder as well as the folder allows.
pub(super) fn open(folder: &Folder, now: DateTime<Utc>, opening: &Opening) -> Result<Ready, StoreError> {
    if opening.wanted == Wanted::ReadOnly {
        return reading(folder, "asked for with --readonly", opening);
    }
    match writable(folder, now, opening) {
        Err(StoreError::ReadOnly { why, .. }) => reading(folder, &why, opening),
        Err(StoreError::Full { .. }) => reading(folder, "no room left on the disk", opening),
        ready => ready,
    }
}

fn writable(folder: &Folder, now: DateTime<Utc>, opening: &Opening) -> Result<Ready, StoreError> {
    folder.prepare()?;
    let gate = folder.gate()?;
    let mut notices = Vec::new();
    let mut need = None;
    for _ in 0..TURNS {
        if if need.is_some() { gate.alone_soon()? } else { gate.try_alone()? } {
            notices.extend(put_right(folder, now, opening, need.as_ref())?);
        }
        if !gate.join()? {
            break;
        }
        match together(folder, opening)? {
            Ok((journal, cache)) => {
                let (access, journal) = (Access::ReadWrite, Some(journal));
                return Ok(Ready { journal, cache, access, gate: Some(gate), copy: None, notices });
            }
            Err(needed) => need = Some(needed),
        }
        gate.leave()?;
    }
    let why = need.map_or_else(|| "is being put right".to_owned(), |need| need.why());
    Err(StoreError::InUse { path: folder.database(), why })
}

/// Opens both connections, next to whoever else has the store open.
fn together(folder: &Folder, opening: &Opening) -> Result<Result<(Connection, Connection), Need>, StoreError> {
    let path = folder.database();
    if folder.suspect().exists() {
        return Ok(Err(Need::Mend("something in it could not be read".to_owned())));
    }
    if folder.salvaged().exists() || !path.exists() {
        return Ok(Err(Need::Create));
    }
    if size(&path) == 0 {
        return Ok(Err(Need::Mend("it is empty".to_owned())));
    }
    let open = || -> Result<Result<_, Need>, Fault> {
        let journal = schema::connect(&path, Sync::Full, opening)?;
        let found = schema::version(&journal)?;
        if found < schema::newest(opening) {
            return Ok(Err(Need::Migrate));
        }
        not_newer(found, &path, opening)?;
        if journal.is_readonly("main")? {
            let why = "its file is write-protected".to_owned();
            return Err(StoreError::ReadOnly { path: path.clone(), why }.into());
        }
        let cache = schema::connect(&path, Sync::Normal, opening)?;
        for counter in ["journal", "cache", "next_number"] {
            row::meta(&cache, counter)?;
        }
        Ok(Ok((journal, cache)))
    };
    match open().map_err(|fault| fault.judge("open the store", &path)) {
        Err(StoreError::Damaged { what, .. }) => Ok(Err(Need::Mend(what))),
        outcome => outcome,
    }
}

fn not_newer(found: i64, path: &Path, opening: &Opening) -> Result<(), StoreError> {
    let known = schema::newest(opening);
    if found > known { Err(StoreError::Newer { path: path.into(), found, known }) } else { Ok(()) }
}

/// Does what only one process at a time may do. Nobody else has the store open.
fn put_right(
    folder: &Folder,
    now: DateTime<Utc>,
    opening: &Opening,
    need: Option<&Need>,
) -> Result<Vec<Notice>, StoreError> {
    let path = folder.database();
    let mut notices = Vec::new();
    if folder.salvaged().exists() {
        notices.push(salvage::place(folder, now)?);
    }
    if !path.exists() {
        create(folder, now, opening)?;
        return Ok(notices);
    }
    let damage = match need {
        Some(Need::Mend(what)) => Some(what.clone()),
        Some(Need::Create | Need::Migrate) | None => None,
    };
    let damage = damage.or_else(|| folder.suspect().exists().then(|| "it was found damaged before".to_owned()));
    let damage = damage.or_else(|| (size(&path) == 0).then(|| "it is empty".to_owned()));
    let damage = match damage {
        Some(what) => Some(what),
        None => check_after_a_crash(&path, opening)?,
    };
    if let Some(what) = damage {
        notices.push(salvage::salvage(folder, now, opening, &what)?);
    }
    if let Some(Need::Migrate) = need {
        notices.push(migrate(folder, opening)?);
    }
    Ok(notices)
}

fn create(folder: &Folder, now: DateTime<Utc>, opening: &Opening) -> Result<(), StoreError> {
    let (path, draft) = (folder.database(), folder.unfinished());
    // What a lost database left behind must not be taken for the new one's.
    let orphan = beside(&path, "-wal");
    if orphan.exists() {
        let kept = beside(&folder.aside(now), "-wal");
        fs::rename(&orphan, &kept).map_err(|error| StoreError::io("move aside", &orphan, error))?;
    }
    schema::build(&draft, opening)
        .and_then(|db| schema::finish(db, &draft))
        .map_err(|fault| fault.judge("create the store", &path))?;
    fs::rename(&draft, &path).map_err(|error| StoreError::io("create", &path, error))?;
    folder.sync()
}

/// A log that was left behind says that the last one to have the store open
/// died. Then what cannot be fetched again is looked through.
fn check_after_a_crash(path: &Path, opening: &Opening) -> Result<Option<String>, StoreError> {
    if size(&beside(path, "-wal")) == 0 {
        return Ok(None);
    }
    let check = || -> Result<Option<String>, Fault> {
        let db = schema::connect(path, Sync::Full, opening)?;
        not_newer(schema::version(&db)?, path, opening)?;
        for table in ["journal", "ledger"] {
            let word: String = db.query_row(&format!("PRAGMA quick_check('{table}')"), [], |row| row.get(0))?;
            if word != "ok" {
                return Ok(Some(word));
            }
        }
        Ok(None)
    };
    match check().map_err(|fault| fault.judge("check the store", path)) {
        Err(StoreError::Damaged { what, .. }) => Ok(Some(what)),
        outcome => outcome,
    }
}

fn migrate(folder: &Folder, opening: &Opening) -> Result<Notice, StoreError> {
    let path = folder.database();
    let work = || -> Result<Notice, Fault> {
        let mut db = schema::connect(&path, Sync::Full, opening)?;
        let from = schema::version(&db)?;
        let backup = schema::back_up(&db, folder, from)?;
        schema::upgrade(&mut db, opening)?;
        Ok(Notice::Migrated { from, to: schema::newest(opening), backup })
    };
    work().map_err(|fault| fault.judge("migrate the store", &path))
}

/// Opens the store for reading alone: in its place if that works, else a
/// private copy (a log that has to be read first cannot be read in a folder
/// that takes no files), else the file as it lies there.
fn reading(folder: &Folder, why: &str, opening: &Opening) -> Result<Ready, StoreError> {
    let path = folder.database();
    let access = Access::ReadOnly { why: why.to_owned() };
    let notices = vec![Notice::ReadOnly { why: why.to_owned() }];
    let ready = |cache, copy| Ready { journal: None, cache, access, gate: None, copy, notices };
    // What may not be looked at is not empty.
    if let Err(error) = fs::metadata(&path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(StoreError::io("read", &path, error));
    }
    if size(&path) == 0 {
        let nothing = || -> Result<Connection, Fault> {
            let mut db = Connection::open_in_memory()?;
            schema::upgrade(&mut db, opening)?;
            db.pragma_update(None, "query_only", true)?;
            Ok(db)
        };
        return Ok(ready(nothing().map_err(|fault| fault.judge("read the store", &path))?, None));
    }
    let judge = |fault: Fault| fault.judge("read the store", &path);
    match in_place(&path, opening, "mode=ro").map_err(judge) {
        Ok(Some(db)) => return Ok(ready(db, None)),
        Err(error @ (StoreError::Newer { .. } | StoreError::Damaged { .. })) => return Err(error),
        Ok(None) | Err(_) => {}
    }
    match in_a_copy(&path, opening).map_err(judge) {
        Ok((db, copy)) => return Ok(ready(db, Some(copy))),
        Err(error @ (StoreError::Newer { .. } | StoreError::Damaged { .. })) => return Err(error),
        Err(_) => {}
    }
    match in_place(&path, opening, "immutable=1").map_err(judge)? {
        Some(db) => Ok(ready(db, None)),
        None => Err(StoreError::ReadOnly { path, why: format!("{why}, and it has to be migrated first") }),
    }
}

/// Reads the file where it is; none if it has to be migrated first.
fn in_place(path: &Path, opening: &Opening, how: &str) -> Result<Option<Connection>, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Some(uri) = uri(path, how) else { return Ok(None) };
    let db = Connection::open_with_flags(uri, flags)?;
    schema::tune(&db)?;
    let found = schema::version(&db)?;
    not_newer(found, path, opening)?;
    Ok((found == schema::newest(opening)).then_some(db))
}

fn in_a_copy(path: &Path, opening: &Opening) -> Result<(Connection, tempfile::TempDir), Fault> {
    let io = |error| StoreError::io("copy for reading", path, error);
    let copy = tempfile::Builder::new().prefix("dogwatch-").tempdir().map_err(io)?;
    let place = copy.path().join("state.db");
    copy_database(path, &place).map_err(io)?;
    let mut db = schema::connect(&place, Sync::Normal, opening)?;
    not_newer(schema::version(&db)?, path, opening)?;
    schema::upgrade(&mut db, opening)?;
    db.pragma_update(None, "query_only", true)?;
    Ok((db, copy))
}

/// Copies a database and its log to a place where they may be changed.
pub(super) fn copy_database(from: &Path, to: &Path) -> std::io::Result<()> {
    copy_private(from, to)?;
    if size(&beside(from, "-wal")) > 0 {
        copy_private(&beside(from, "-wal"), &beside(to, "-wal"))?;
    }
    Ok(())
}

fn copy_private(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut target = super::folder::private_file(to)?;
    std::io::copy(&mut fs::File::open(from)?, &mut target).map(|_| ())
}

fn uri(path: &Path, how: &str) -> Option<String> {
    let path: PathBuf = std::path::absolute(path).ok()?;
    let mut uri = url::Url::from_file_path(path).ok()?;
    uri.set_query(Some(how));
    Some(uri.into())
}

/// How many bytes a file has; none counts as empty.
pub(super) fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}
