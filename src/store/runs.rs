//! The part of the ledger that says how runbooks were used, and by which words
//! people find them: a line for each tick, note and ending, for ever; the file
//! itself refuses to change or drop one.
//!
//! It lies in `runs.db`. It is no index: what is in it was said by people.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, TransactionBehavior, params};

use super::apart::{Apart, set_aside};
use super::error::{Fault, StoreError};
use super::row::{ms, time};
use crate::domain::id::IncidentId;
use crate::domain::runbook::run::{Line, Run};
use crate::domain::text::Clean;

const FILE: &str = "runs.db";
const RUNS: Apart = Apart { file: FILE, opens: "open the uses of runbooks", version: 1, tables: TABLES };
const TABLES: &str = "
CREATE TABLE lines(seq INTEGER PRIMARY KEY, run TEXT NOT NULL, page TEXT NOT NULL, incident TEXT, at INTEGER NOT NULL,
line TEXT NOT NULL);
CREATE INDEX lines_page ON lines(page);
CREATE TABLE searches(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, words TEXT NOT NULL, page TEXT);
CREATE TRIGGER lines_u BEFORE UPDATE ON lines BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TRIGGER lines_d BEFORE DELETE ON lines BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TRIGGER searches_u BEFORE UPDATE ON searches BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
CREATE TRIGGER searches_d BEFORE DELETE ON searches BEGIN SELECT RAISE(ABORT,'the ledger is append-only'); END;
";

/// Words that somebody typed, and what became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// When.
    pub at: DateTime<Utc>,
    /// As typed, on one line.
    pub words: Clean,
    /// The page that helped whoever typed them, as it is listed; none: nothing was found.
    pub page: Option<String>,
}

/// How runbooks were used, as this process has it open.
#[derive(Debug)]
pub struct Runs {
    db: Connection,
    path: PathBuf,
}

impl Runs {
    /// Opens what is remembered in this folder, and makes it where there is nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the folder cannot be written, or a newer dogwatch wrote there.
    pub fn open(folder: &Path, now: DateTime<Utc>) -> Result<Self, StoreError> {
        RUNS.open(folder, now).map(|(db, path)| Self { db, path })
    }

    /// Opens what is remembered in this folder to be read; none if there is nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: the file cannot be read.
    pub fn look_into(folder: &Path) -> Result<Option<Self>, StoreError> {
        Ok(RUNS.look_into(folder)?.map(|(db, path)| Self { db, path }))
    }

    /// Writes a line into this folder's ledger, and gives the whole use that it belongs to, as it is then. There is one
    /// use of a page for an incident at a time: a first line goes into the one that is under way. A damaged ledger is
    /// set aside, with what can be read of it brought over.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub fn write(folder: &Path, now: DateTime<Utc>, line: &Line) -> Result<(Line, Run), StoreError> {
        let write = || Self::open(folder, now).and_then(|mut runs| runs.add(line));
        match write() {
            Err(StoreError::Damaged { .. }) => {
                Self::mend(folder, now)?;
                write()
            }
            other => other,
        }
    }

    fn add(&mut self, line: &Line) -> Result<(Line, Run), StoreError> {
        let work = |db: &mut Connection| -> Result<(Line, Run), Fault> {
            let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut line = line.clone();
            let mut known = lines(&tx, Some(&line.of.page))?;
            let is_first = known.iter().all(|one| one.of.run != line.of.run);
            let goes_on = |run: &Run| run.ended.is_none() && run.of.incident == line.of.incident;
            if is_first && line.of.incident.is_some() {
                let under_way = Run::all(known.iter().cloned()).into_iter().rev().find(goes_on);
                line.of.run = under_way.map_or(line.of.run, |run| run.of.run);
            }
            insert(&tx, &line)?;
            tx.commit()?;
            known.push(line.clone());
            known.retain(|one| one.of.run == line.of.run);
            let run = Run::all(known).into_iter().next();
            run.map(|run| (line, run)).ok_or_else(|| Fault::Damage("a use without a line".to_owned()))
        };
        work(&mut self.db).map_err(|fault| fault.judge("write down the use of a runbook", &self.path))
    }

    /// Sets a damaged ledger aside, and begins a new one with what can be read of it.
    fn mend(folder: &Path, now: DateTime<Utc>) -> Result<(), StoreError> {
        let saved =
            Self::look_into(folder).ok().flatten().map(|runs| (saved_lines(&runs.db), saved_searches(&runs.db)));
        let (lines, searches) = saved.unwrap_or_default();
        set_aside(&folder.join(FILE), now)?;
        let mut runs = Self::open(folder, now)?;
        lines.iter().try_for_each(|line| runs.append(line))?;
        searches.iter().try_for_each(|search| runs.remember(search))
    }

    /// Writes a line.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub fn append(&mut self, line: &Line) -> Result<(), StoreError> {
        insert(&self.db, line).map_err(|fault| fault.judge("write down the use of a runbook", &self.path))
    }

    /// All lines about one page, or about all pages, in the order in which they were written. One that cannot be read
    /// is left out.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the file cannot be read.
    pub fn lines(&self, page: Option<&str>) -> Result<Vec<Line>, StoreError> {
        lines(&self.db, page).map_err(|fault| fault.judge("read how runbooks were used", &self.path))
    }

    /// Writes down what was typed and what became of it.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub fn remember(&mut self, search: &Search) -> Result<(), StoreError> {
        let work = || -> Result<(), Fault> {
            let sql = "INSERT INTO searches(at,words,page) VALUES(?,?,?)";
            self.db.prepare_cached(sql)?.execute(params![ms(search.at), search.words.as_str(), search.page])?;
            Ok(())
        };
        work().map_err(|fault| fault.judge("write down a search", &self.path))
    }

    /// What was typed and led somewhere or nowhere, in the order in which it was.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when the file cannot be read.
    pub fn searches(&self) -> Result<Vec<Search>, StoreError> {
        let work = || -> Result<Vec<Search>, Fault> {
            let mut statement = self.db.prepare_cached("SELECT at,words,page FROM searches ORDER BY seq")?;
            let mut rows = statement.query([])?;
            let mut searches = Vec::new();
            while let Some(row) = rows.next()? {
                let words = Clean::line(&row.get::<_, String>(1)?);
                searches.push(Search { at: time(row.get(0)?)?, words, page: row.get(2)? });
            }
            Ok(searches)
        };
        work().map_err(|fault| fault.judge("read what was searched for", &self.path))
    }

    /// For each page the words by which it was found when it helped, each once, oldest first.
    ///
    /// # Errors
    ///
    /// As [`Self::searches`].
    pub fn learned(&self) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
        let mut learned: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for search in self.searches()? {
            let Some(page) = search.page else { continue };
            let words = learned.entry(page).or_default();
            if !words.iter().any(|known| known == search.words.as_str()) {
                words.push(search.words.to_string());
            }
        }
        Ok(learned)
    }
}

fn insert(db: &Connection, line: &Line) -> Result<(), Fault> {
    let json = serde_json::to_string(line).map_err(|error| Fault::Damage(error.to_string()))?;
    let incident = line.of.incident.as_ref().map(IncidentId::as_str);
    let sql = "INSERT INTO lines(run,page,incident,at,line) VALUES(?,?,?,?,?)";
    let values = params![line.of.run.as_str(), line.of.page, incident, ms(line.at), json];
    db.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

fn lines(db: &Connection, page: Option<&str>) -> Result<Vec<Line>, Fault> {
    let sql = "SELECT line FROM lines WHERE ?1 IS NULL OR page=?1 ORDER BY seq";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([page])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        lines.extend(row.get_ref(0)?.as_str().ok().and_then(|text| serde_json::from_str(text).ok()));
    }
    Ok(lines)
}

/// The lines up to where a damaged file cannot be read any more.
fn saved_lines(db: &Connection) -> Vec<Line> {
    let Ok(mut statement) = db.prepare("SELECT line FROM lines ORDER BY seq") else { return Vec::new() };
    let Ok(rows) = statement.query_map([], |row| row.get::<_, String>(0)) else { return Vec::new() };
    rows.map_while(Result::ok).filter_map(|text| serde_json::from_str(&text).ok()).collect()
}

fn saved_searches(db: &Connection) -> Vec<Search> {
    let Ok(mut statement) = db.prepare("SELECT at,words,page FROM searches ORDER BY seq") else { return Vec::new() };
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?));
    let Ok(rows) = statement.query_map([], read) else { return Vec::new() };
    let search = |(at, words, page): (i64, String, Option<String>)| {
        Some(Search { at: time(at).ok()?, words: Clean::line(&words), page })
    };
    rows.map_while(Result::ok).filter_map(search).collect()
}
