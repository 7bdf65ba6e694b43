//! What the pages of the team say, word by word, so that a symptom finds the
//! right one at once.
//!
//! All of it can be made again from the pages, so it lies in a file of its
//! own, `runbooks.db`, and is never worth a wait or an error: where the file
//! is missing, busy, broken, written by a newer dogwatch or not to be written,
//! the same is made in memory and gives the same answers.

mod disk;
mod search;
mod write;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::Wanted;
use super::error::{Fault, StoreError};
use crate::domain::text::Clean;

pub use search::{Asked, Match};

/// What the file is called.
const FILE: &str = "runbooks.db";
/// The version of its tables.
const VERSION: i64 = 1;
/// A page has fewer parts than this; what follows belongs to the last.
const PARTS: usize = 1 << PART_BITS;
const PART_BITS: u32 = 12;
/// The words are merged when there are many pieces of them: to do it a little with every change would cost more than the
/// change itself.
const TABLES: &str = "
CREATE TABLE made(one INTEGER PRIMARY KEY CHECK(one=1), how TEXT NOT NULL);
CREATE TABLE pages(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, modified INTEGER NOT NULL, size INTEGER NOT NULL,
extra INTEGER NOT NULL, aside TEXT, title TEXT NOT NULL, owner TEXT);
CREATE TABLE names(name TEXT NOT NULL, page INTEGER NOT NULL, PRIMARY KEY(name, page)) WITHOUT ROWID;
CREATE INDEX names_page ON names(page);
CREATE TABLE parts(id INTEGER PRIMARY KEY, heading TEXT, anchor TEXT, line INTEGER NOT NULL);
CREATE VIRTUAL TABLE page_words USING fts5(title, headings, symptoms, kinds, body, content='', contentless_delete=1,
tokenize='porter unicode61');
CREATE VIRTUAL TABLE part_words USING fts5(heading, body, content='', contentless_delete=1,
tokenize='porter unicode61');
INSERT INTO page_words(page_words, rank) VALUES('automerge', 0);
INSERT INTO part_words(part_words, rank) VALUES('automerge', 0);
";
const NO_TABLES: &str = "
DROP TABLE IF EXISTS made; DROP TABLE IF EXISTS pages; DROP TABLE IF EXISTS names; DROP TABLE IF EXISTS parts;
DROP TABLE IF EXISTS page_words; DROP TABLE IF EXISTS part_words;
";

/// A file as it was when it was read, and what else its words depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// As people see it; what the page is known by.
    pub path: String,
    /// When the file changed, in nanoseconds since 1970.
    pub modified: i64,
    /// In bytes.
    pub size: u64,
    /// Stands for what is known of the page from elsewhere: its kinds, and phrases that were learned.
    pub extra: i64,
}

/// What came of reading one file.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    /// It is a page.
    Page(Box<Indexed>),
    /// It is none, and why.
    Aside(Clean),
    /// It could not be read now; it is tried again the next time.
    Failed,
    /// As [`Self::Page`], of a file that may change without a new stamp: it is read again the next time.
    Young(Box<Indexed>),
}

/// A page as it is indexed; the words are cut already.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Indexed {
    /// As it is listed.
    pub title: Clean,
    /// As its header says it.
    pub owner: Option<Clean>,
    /// What it is found by exactly, made equal in case and joints.
    pub names: Vec<String>,
    /// Of its title and file name.
    pub title_words: String,
    /// Of its headings.
    pub heading_words: String,
    /// Of its symptoms, and of the phrases that were learned.
    pub symptom_words: String,
    /// Of the kinds and alerts that it is for.
    pub kind_words: String,
    /// Of its text.
    pub body_words: String,
    /// Its sections, in the page's order; what stands above the first heading is one.
    pub parts: Vec<IndexedPart>,
}

/// One section as it is indexed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndexedPart {
    /// Its heading; none above the first.
    pub heading: Option<Clean>,
    /// What a link names it by.
    pub anchor: Option<String>,
    /// Where it begins in the file, from 1.
    pub line: usize,
    /// Of its heading.
    pub heading_words: String,
    /// Of its text.
    pub body_words: String,
}

/// A page as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// As people see it.
    pub path: String,
    /// Its title.
    pub title: Clean,
    /// As its header says it.
    pub owner: Option<Clean>,
}

/// What the index answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// The pages that fit, the best first.
    pub matches: Vec<Match>,
    /// All pages in order of their paths, if none fits.
    pub all: Vec<Entry>,
    /// The files that are no pages, with the reasons, in order of their paths.
    pub aside: Vec<(String, Clean)>,
}

/// The words of all pages, on the disk or in memory.
#[derive(Debug)]
pub struct Pages {
    folder: Option<PathBuf>,
    wanted: Wanted,
    how: String,
    disk: Option<Connection>,
    memory: Option<Connection>,
}

impl Pages {
    /// Names the index of this folder, or one in memory alone, and touches nothing yet. `how` stands for all that the
    /// words of every page depend on: an index that was made otherwise is made anew.
    pub fn new(folder: Option<&Path>, wanted: Wanted, how: &str) -> Self {
        let how = format!("{} {how}", env!("CARGO_PKG_VERSION"));
        Self { folder: folder.map(Path::to_path_buf), wanted, how, disk: None, memory: None }
    }

    /// Where it lies, for those who look at it; none if it is in memory alone.
    pub fn file(folder: &Path) -> PathBuf {
        folder.join(FILE)
    }

    /// The pages that fit best, the best first, or all pages if none fits or nothing is asked; `read` gives a page by
    /// its place in `seen`, which is in order of paths.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: not even in memory.
    pub fn answer<R>(&mut self, seen: &[Stamp], read: &R, asked: Option<&Asked<'_>>) -> Result<Answer, StoreError>
    where
        R: Fn(usize) -> Read + Sync,
    {
        self.current(seen, read, |db| {
            let matches = asked.map_or(Ok(Vec::new()), |asked| search::search(db, asked))?;
            let all = if matches.is_empty() { search::list(db)? } else { Vec::new() };
            Ok(Answer { matches, all, aside: search::aside(db)? })
        })
    }

    /// Brings the index up to what was seen, and asks it.
    fn current<T, R>(
        &mut self,
        seen: &[Stamp],
        read: &R,
        ask: impl Fn(&Connection) -> Result<T, Fault>,
    ) -> Result<T, StoreError>
    where
        R: Fn(usize) -> Read + Sync,
    {
        if self.memory.is_none()
            && let Some(answer) = self.on_disk(seen, read, &ask)
        {
            return Ok(answer);
        }
        let name = Path::new("memory");
        let mut work = || -> Result<T, Fault> {
            let mut db = match self.memory.take() {
                Some(db) => db,
                None => disk::in_memory(self.disk.as_ref())?,
            };
            write::catch_up(&mut db, &self.how, seen, read)?;
            let answer = ask(&db)?;
            self.memory = Some(db);
            Ok(answer)
        };
        work().map_err(|fault| fault.judge("index the runbooks", name))
    }

    /// As [`Self::current`] with the file; none if the file is of no use now. One that is broken is begun anew, once.
    fn on_disk<T, R>(&mut self, seen: &[Stamp], read: &R, ask: &impl Fn(&Connection) -> Result<T, Fault>) -> Option<T>
    where
        R: Fn(usize) -> Read + Sync,
    {
        let path = Self::file(self.folder.as_deref()?);
        for _ in 0..2 {
            let mut work = || -> Result<T, Fault> {
                let mut db = match self.disk.take() {
                    Some(db) => db,
                    None => disk::open(&path, self.wanted)?,
                };
                let caught_up = write::catch_up(&mut db, &self.how, seen, read);
                let answer = caught_up.and_then(|()| ask(&db));
                // What is in it is still worth a copy when it cannot be written.
                self.disk = Some(db);
                answer
            };
            match work().map_err(|fault| fault.judge("index the runbooks", &path)) {
                Ok(answer) => return Some(answer),
                Err(StoreError::Damaged { .. }) if self.wanted == Wanted::ReadWrite => {
                    self.disk = None;
                    disk::remove(&path);
                }
                Err(_) => return None,
            }
        }
        self.disk = None;
        None
    }
}
