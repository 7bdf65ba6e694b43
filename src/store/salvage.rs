//! What happens to a damaged store: it is moved aside as it is, and what can
//! still be read of it, row by row, goes on in a fresh one. The operator is
//! told how much that was.
//!
//! A crash in the middle loses nothing: the damaged file leaves its place only
//! when the salvaged one is whole and on the disk, and whoever opens the store
//! next finishes the move.

use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};

use super::error::{Fault, StoreError};
use super::folder::{BENCH, Folder, beside};
use super::row::{ms, seal};
use super::schema::{self, Sync};
use super::{Notice, Opening, Salvaged, journal, ledger, open};

/// What is carried over. Cursors are not: so everything is fetched again.
const TABLES: [&str; 12] = [
    "journal",
    "ledger",
    "trust",
    "incidents",
    "bodies",
    "moments",
    "health",
    "aside",
    "heartbeats",
    "endpoints",
    "lists",
    "served",
];
/// No more rows than this are looked for one by one.
const MOST_ROWS: i64 = 20_000_000;
/// The rows that are many take more bytes than this.
const ROW_BYTES: u64 = 50;
const PAGE: usize = 4096;

/// Mends the store. Nobody else has it open.
pub(super) fn salvage(
    folder: &Folder,
    now: DateTime<Utc>,
    opening: &Opening,
    what: &str,
) -> Result<Notice, StoreError> {
    let path = folder.database();
    let work = || -> Result<(), Fault> {
        let io = |error| StoreError::io("copy for salvage", &path, error);
        folder.clear_benches();
        let bench = tempfile::Builder::new().prefix(BENCH).tempdir_in(folder.root()).map_err(io)?;
        let copy = bench.path().join("state.db");
        open::copy_database(&path, &copy).map_err(io)?;
        let draft = folder.unfinished();
        schema::finish(schema::build(&draft, opening)?, &draft)?;
        fill_up(&copy, &draft).map_err(io)?;
        let mut fresh = schema::connect(&draft, Sync::Full, opening)?;
        let mut counts = pour(&copy, &mut fresh, now)?;
        if counts.is_none() {
            set_first_page(&copy, &draft).map_err(io)?;
            counts = pour(&copy, &mut fresh, now)?;
        }
        let aside = folder.aside(now);
        sign(&fresh, &aside, counts.unwrap_or_default(), what, now)?;
        schema::finish(fresh, &draft)?;
        fs::rename(&draft, folder.salvaged()).map_err(io)?;
        folder.sync()?;
        Ok(())
    };
    work().map_err(|fault| fault.judge("salvage the store", &path))?;
    place(folder, now)
}

/// Moves the damaged store aside and the salvaged one into its place.
pub(super) fn place(folder: &Folder, now: DateTime<Utc>) -> Result<Notice, StoreError> {
    let (path, salvaged) = (folder.database(), folder.salvaged());
    let Signature { aside, counts, what } =
        signature(&salvaged).map_err(|fault| fault.judge("read what was salvaged of", &path))?;
    let mut aside = folder.root().join(aside);
    if path.exists() && aside.exists() {
        aside = folder.aside(now);
    }
    // The log goes first: beside the salvaged store it would be taken for that one's.
    for suffix in ["-wal", ""] {
        let (from, to) = (beside(&path, suffix), beside(&aside, suffix));
        if from.exists() {
            fs::rename(&from, &to).map_err(|error| StoreError::io("move aside", &from, error))?;
        }
    }
    for file in [beside(&path, "-shm"), folder.suspect()] {
        match fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::io("remove", &file, error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    folder.sync()?;
    fs::rename(&salvaged, &path).map_err(|error| StoreError::io("put in its place", &path, error))?;
    folder.sync()?;
    Ok(Notice::Damaged { aside, counts, what })
}

/// What the fresh store's ledger says about the damaged one.
#[derive(Serialize, Deserialize)]
struct Signature {
    /// The damaged file's new name; the folder may have moved since.
    aside: String,
    counts: Salvaged,
    what: String,
}

/// Writes into the fresh store where the damaged one went and how much was kept.
fn sign(fresh: &Connection, aside: &Path, counts: Salvaged, what: &str, now: DateTime<Utc>) -> Result<(), Fault> {
    let aside = aside.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let signature = Signature { aside, counts, what: what.to_owned() };
    let data = serde_json::to_string(&signature).map_err(|error| Fault::Damage(error.to_string()))?;
    ledger::append(fresh, &ledger::Line { at: now, kind: "salvaged", what: "salvaged the store", data: Some(&data) })
}

fn signature(salvaged: &Path) -> Result<Signature, Fault> {
    let db = Connection::open(salvaged)?;
    let sql = "SELECT data FROM ledger WHERE kind='salvaged' ORDER BY seq DESC LIMIT 1";
    let data: String = db.query_row(sql, [], |row| row.get(0))?;
    db.close().map_err(|(_, error)| error)?;
    serde_json::from_str(&data).map_err(|error| Fault::Damage(error.to_string()))
}

/// Gives a copy that was cut short its length back. What is missing reads as
/// empty pages, and the rows on the others can be reached.
fn fill_up(copy: &Path, template: &Path) -> std::io::Result<()> {
    let mut head = [0; 32];
    let mut file = fs::OpenOptions::new().read(true).write(true).open(copy)?;
    let long_enough = file.read_exact(&mut head).is_ok();
    let page = page_size(template)? as u64;
    let actual = file.metadata()?.len();
    let said = if long_enough { u64::from(u32::from_be_bytes([head[28], head[29], head[30], head[31]])) } else { 1 };
    // A damaged head may say anything.
    let said = if said > 0 && said * page < actual.saturating_mul(16).max(1 << 28) { said * page } else { page };
    let target = said.max(actual.div_ceil(page) * page);
    if target > actual {
        file.set_len(target)?;
    }
    Ok(())
}

/// Puts a fresh store's first page in place of a lost one: the tables of both
/// begin on the same pages, because they were made by the same steps.
fn set_first_page(copy: &Path, template: &Path) -> std::io::Result<()> {
    let mut first = vec![0; page_size(template)?];
    fs::File::open(template)?.read_exact(&mut first)?;
    let mut file = fs::OpenOptions::new().write(true).open(copy)?;
    let pages = u32::try_from(file.metadata()?.len() / first.len() as u64).unwrap_or(u32::MAX);
    first[28..32].copy_from_slice(&pages.to_be_bytes());
    // No free pages, and the number of pages is to be believed.
    first[32..40].fill(0);
    let counter = [first[24], first[25], first[26], first[27]];
    first[92..96].copy_from_slice(&counter);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&first)
}

fn page_size(database: &Path) -> std::io::Result<usize> {
    let mut head = [0; 18];
    fs::File::open(database)?.read_exact(&mut head)?;
    Ok(match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        0 => PAGE,
        size => usize::from(size),
    })
}

/// Carries over every row that can be read; none if not even the tables can be found.
fn pour(copy: &Path, fresh: &mut Connection, now: DateTime<Utc>) -> Result<Option<Salvaged>, Fault> {
    let Ok(old) = Connection::open(copy) else { return Ok(None) };
    let found = old.query_row("SELECT count(*) FROM sqlite_schema WHERE name IN ('journal','ledger')", [], |row| {
        row.get::<_, i64>(0)
    });
    if !matches!(found, Ok(2)) {
        return Ok(None);
    }
    let tx = fresh.transaction()?;
    let mut counts = Salvaged::default();
    for table in TABLES {
        let (kept, lost) = pour_table(&old, &tx, table, copy)?;
        match table {
            "journal" => (counts.journal, counts.journal_of) = (kept, kept + lost),
            "ledger" => (counts.ledger, counts.ledger_of) = (kept, kept + lost),
            _ => {}
        }
    }
    let back = journal::bring_back(&tx, now)?;
    counts.journal += back;
    counts.journal_of = counts.journal_of.max(counts.journal);
    number_on(&old, &tx)?;
    tx.execute("UPDATE meta SET value=?1 WHERE key IN ('journal','cache')", [ms(now)])?;
    tx.commit()?;
    Ok(Some(counts))
}

/// Copies one table; how many rows were kept, and how many were there and could not be read.
fn pour_table(old: &Connection, fresh: &Connection, table: &str, copy: &Path) -> Result<(u64, u64), Fault> {
    let columns = columns(old, fresh, table)?;
    if columns.is_empty() {
        return Ok((0, 0));
    }
    let names = columns.join(",");
    let marks = vec!["?"; columns.len()].join(",");
    let mut insert = fresh.prepare(&format!("INSERT OR IGNORE INTO {table}({names}) VALUES({marks})"))?;
    let Ok(mut select) = old.prepare(&format!("SELECT {names} FROM {table} WHERE rowid=?1")) else { return Ok((0, 0)) };
    let (mut kept, mut lost) = (0, 0);
    let (from, to) = span(old, table, copy);
    for rowid in from..=to {
        let row = select.query_row([rowid], |row| (0..columns.len()).map(|n| row.get(n)).collect());
        match row {
            Ok::<Vec<Value>, _>(values) if is_whole(&columns, &values) => {
                match insert.execute(params_from_iter(values)) {
                    Ok(rows) => kept += rows as u64,
                    Err(rusqlite::Error::SqliteFailure(error, _))
                        if error.code == rusqlite::ErrorCode::ConstraintViolation =>
                    {
                        lost += 1;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            Err(rusqlite::Error::QueryReturnedNoRows) => {}
            Ok(_) | Err(_) => lost += 1,
        }
    }
    Ok((kept, lost))
}

/// The columns that both stores have.
fn columns(old: &Connection, fresh: &Connection, table: &str) -> Result<Vec<String>, Fault> {
    let of = |db: &Connection| -> rusqlite::Result<Vec<String>> {
        let mut statement = db.prepare("SELECT name FROM pragma_table_info(?1)")?;
        statement.query_map([table], |row| row.get(0))?.collect()
    };
    let had = of(old).unwrap_or_default();
    Ok(of(fresh)?.into_iter().filter(|name| had.contains(name)).collect())
}

/// Whether a row is what was written, where its sum can tell.
fn is_whole(columns: &[String], values: &[Value]) -> bool {
    let Some(sum) = columns.iter().position(|name| name == "sum") else { return true };
    let summed =
        columns.iter().zip(values).filter(|(name, _)| *name != "sum" && *name != "seq").map(|(_, value)| value);
    values[sum] == Value::Integer(seal(summed))
}

/// The row ids between which every row lies.
fn span(old: &Connection, table: &str, copy: &Path) -> (i64, i64) {
    let ask = |sql: &str| old.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
    let first = ask(&format!("SELECT min(rowid) FROM {table}"));
    let last = ask(&format!("SELECT max(rowid) FROM {table}"));
    let counted = ask(&format!("SELECT max(seq) FROM sqlite_sequence WHERE name='{table}'"));
    if let (Ok(None), Ok(None)) = (&first, &last) {
        return (1, 0);
    }
    let guess = i64::try_from(open::size(copy) / ROW_BYTES).unwrap_or(MOST_ROWS).min(MOST_ROWS);
    let first = first.ok().flatten().unwrap_or(1);
    let last = last.ok().flatten().or_else(|| counted.ok().flatten()).unwrap_or(first.saturating_add(guess));
    (first, last.min(first.saturating_add(MOST_ROWS)))
}

/// Lets the counters go on where they were: no number is given twice.
fn number_on(old: &Connection, fresh: &Connection) -> Result<(), Fault> {
    let ask = |sql: &str| old.query_row(sql, [], |row| row.get::<_, Option<i64>>(0)).ok().flatten().unwrap_or(0);
    for table in ["journal", "ledger"] {
        let last = ask(&format!("SELECT seq FROM sqlite_sequence WHERE name='{table}'"));
        fresh.execute("UPDATE sqlite_sequence SET seq=max(seq,?1) WHERE name=?2", (last, table))?;
    }
    let said = ask("SELECT value FROM meta WHERE key='next_number'");
    let sql = "UPDATE meta SET value=max(value, ?1, \
               (SELECT 1+coalesce(max(number),0) FROM incidents WHERE source='local'), \
               (SELECT 1+coalesce(max(CAST(substr(filed,7) AS INTEGER)),0) FROM ledger WHERE filed LIKE 'local#%')) \
               WHERE key='next_number'";
    fresh.execute(sql, [said])?;
    Ok(())
}
