//! Bringing the index up to what lies in the folders: one transaction, with
//! only what has changed.

use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{Indexed, NO_TABLES, PART_BITS, PARTS, Read, Stamp, TABLES};
use crate::domain::text::Clean;
use crate::store::error::Fault;

/// So many pages are read at a time: what is read and not yet written is in memory.
const BATCH: usize = 256;
/// What no file has: it is read again the next time.
const NEVER: i64 = i64::MIN;

/// What has to be done.
#[derive(Default)]
struct Work {
    /// The index was made otherwise, and is worth nothing.
    anew: bool,
    /// Pages to be read, by their places, with the row that each has.
    read: Vec<(usize, Option<i64>)>,
    /// The rows of pages that are gone.
    gone: Vec<i64>,
}

pub(super) fn catch_up<R>(db: &mut Connection, how: &str, seen: &[Stamp], read: &R) -> Result<(), Fault>
where
    R: Fn(usize) -> Read + Sync,
{
    let work = compare(db, how, seen)?;
    if !work.anew && work.read.is_empty() && work.gone.is_empty() {
        return Ok(());
    }
    // Few are read before anybody else is kept from writing.
    let first: Vec<Read> = match work.read.get(..BATCH) {
        Some(_) => Vec::new(),
        None => work.read.par_iter().map(|(place, _)| read(*place)).collect(),
    };
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it in the meantime, or half of it.
    let now = compare(&tx, how, seen)?;
    if now.anew {
        tx.execute_batch(NO_TABLES)?;
        tx.execute_batch(TABLES)?;
        tx.execute("INSERT INTO made VALUES(1,?1)", [how])?;
    }
    let mut pen = Pen::new(&tx)?;
    for row in &now.gone {
        pen.forget(*row)?;
    }
    if first.is_empty() {
        pen.write_all(seen, &now.read, read)?;
    } else {
        let mut known: BTreeMap<usize, Read> = work.read.iter().map(|(place, _)| *place).zip(first).collect();
        for (place, row) in &now.read {
            let page = known.remove(place).unwrap_or_else(|| read(*place));
            pen.write(&seen[*place], *row, &page)?;
        }
    }
    drop(pen);
    Ok(tx.commit()?)
}

/// Both are in order of paths.
fn compare(db: &Connection, how: &str, seen: &[Stamp]) -> Result<Work, Fault> {
    let made = db.prepare_cached("SELECT how FROM made")?.query_row([], |row| row.get::<_, String>(0)).optional()?;
    let mut work = Work { anew: made.as_deref() != Some(how), ..Work::default() };
    if work.anew {
        work.read = (0..seen.len()).map(|place| (place, None)).collect();
        return Ok(work);
    }
    let mut statement = db.prepare_cached("SELECT id, path, modified, size, extra FROM pages ORDER BY path")?;
    let mut rows = statement.query([])?;
    let mut place = 0;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let path = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
        while seen.get(place).is_some_and(|stamp| stamp.path.as_str() < path) {
            work.read.push((place, None));
            place += 1;
        }
        match seen.get(place) {
            Some(stamp) if stamp.path == path => {
                let size = stamp.size.cast_signed();
                let same = (row.get::<_, i64>(2)?, row.get::<_, i64>(3)?, row.get::<_, i64>(4)?);
                if same != (stamp.modified, size, stamp.extra) {
                    work.read.push((place, Some(id)));
                }
                place += 1;
            }
            _ => work.gone.push(id),
        }
    }
    work.read.extend((place..seen.len()).map(|place| (place, None)));
    Ok(work)
}

/// What writes pages, its statements made once.
struct Pen<'a> {
    tx: &'a Transaction<'a>,
    page: CachedStatement<'a>,
    name: CachedStatement<'a>,
    part: CachedStatement<'a>,
    page_words: CachedStatement<'a>,
    part_words: CachedStatement<'a>,
}

impl<'a> Pen<'a> {
    fn new(tx: &'a Transaction<'a>) -> Result<Self, Fault> {
        Ok(Self {
            tx,
            page: tx.prepare_cached("INSERT INTO pages VALUES(?1,?2,?3,?4,?5,?6,?7,?8)")?,
            name: tx.prepare_cached("INSERT OR IGNORE INTO names VALUES(?1,?2)")?,
            part: tx.prepare_cached("INSERT INTO parts VALUES(?1,?2,?3,?4)")?,
            page_words: tx.prepare_cached(
                "INSERT INTO page_words(rowid,title,headings,symptoms,kinds,body) VALUES(?1,?2,?3,?4,?5,?6)",
            )?,
            part_words: tx.prepare_cached("INSERT INTO part_words(rowid,heading,body) VALUES(?1,?2,?3)")?,
        })
    }

    /// Reads the next pages while these are written.
    fn write_all<R>(&mut self, seen: &[Stamp], pages: &[(usize, Option<i64>)], read: &R) -> Result<(), Fault>
    where
        R: Fn(usize) -> Read + Sync,
    {
        std::thread::scope(|scope| {
            let (sender, batches) = sync_channel::<Vec<Read>>(1);
            scope.spawn(move || {
                for batch in pages.chunks(BATCH) {
                    let read = batch.par_iter().map(|(place, _)| read(*place)).collect();
                    if sender.send(read).is_err() {
                        return;
                    }
                }
            });
            for batch in pages.chunks(BATCH) {
                let read = batches.recv().map_err(|_| Fault::Damage("a page could not be read".to_owned()))?;
                for ((place, row), page) in batch.iter().zip(read) {
                    self.write(&seen[*place], *row, &page)?;
                }
            }
            Ok(())
        })
    }

    /// Puts a page in the place of what was known of it.
    fn write(&mut self, stamp: &Stamp, row: Option<i64>, page: &Read) -> Result<(), Fault> {
        if let Some(row) = row {
            self.forget(row)?;
        }
        let (indexed, aside, modified) = match page {
            Read::Page(indexed) => (Some(indexed), None, stamp.modified),
            Read::Young(indexed) => (Some(indexed), None, NEVER),
            Read::Aside(why) => (None, Some(why.as_str()), stamp.modified),
            Read::Failed => return Ok(()),
        };
        let title = indexed.map(|page| page.title.as_str()).unwrap_or_default();
        let owner = indexed.and_then(|page| page.owner.as_ref()).map(Clean::as_str);
        let size = stamp.size.cast_signed();
        self.page.execute(params![row, stamp.path, modified, size, stamp.extra, aside, title, owner])?;
        let row = row.unwrap_or_else(|| self.tx.last_insert_rowid());
        indexed.map_or(Ok(()), |page| self.write_words(row, page))
    }

    fn write_words(&mut self, row: i64, page: &Indexed) -> Result<(), Fault> {
        for name in &page.names {
            self.name.execute(params![name, row])?;
        }
        let Indexed { title_words, heading_words, symptom_words, kind_words, body_words, .. } = page;
        self.page_words.execute(params![row, title_words, heading_words, symptom_words, kind_words, body_words])?;
        for (at, part) in page.parts.iter().take(PARTS).enumerate() {
            let id = (row << PART_BITS) + i64::try_from(at).unwrap_or_default();
            let line = i64::try_from(part.line).unwrap_or_default();
            let heading = part.heading.as_ref().map(Clean::as_str);
            self.part.execute(params![id, heading, part.anchor, line])?;
            self.part_words.execute(params![id, part.heading_words, part.body_words])?;
        }
        Ok(())
    }

    fn forget(&mut self, row: i64) -> Result<(), Fault> {
        let (first, end) = (row << PART_BITS, (row + 1) << PART_BITS);
        let parts: Vec<i64> = {
            let mut parts = self.tx.prepare_cached("SELECT id FROM parts WHERE id>=?1 AND id<?2")?;
            parts.query_map([first, end], |row| row.get(0))?.collect::<Result<_, _>>()?
        };
        let mut part = self.tx.prepare_cached("DELETE FROM part_words WHERE rowid=?1")?;
        for id in parts {
            part.execute([id])?;
        }
        self.tx.prepare_cached("DELETE FROM parts WHERE id>=?1 AND id<?2")?.execute([first, end])?;
        self.tx.prepare_cached("DELETE FROM page_words WHERE rowid=?1")?.execute([row])?;
        self.tx.prepare_cached("DELETE FROM names WHERE page=?1")?.execute([row])?;
        self.tx.prepare_cached("DELETE FROM pages WHERE id=?1")?.execute([row])?;
        Ok(())
    }
}
