//! Asking the index: exact names first, then how well the words fit.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};

use super::{Entry, PART_BITS};
use crate::domain::runbook::words::{Word, key};
use crate::domain::text::Clean;
use crate::store::error::Fault;

/// How much a word counts in the title, the headings, the symptoms, the kinds and the text of a page. Titles and
/// headings count only a little more: they are short, which counts for them already.
const PAGE_WEIGHTS: &str = "1.5, 1.0, 2.5, 1.5, 1.0";
/// The same in the heading and in the text of a section.
const PART_WEIGHTS: &str = "1.5, 1.0";
/// What the best section adds to its page.
const PART_SHARE: f64 = 0.25;
/// What of a score depends on how many of the words a page has at all: one rare word, however often, is not the whole
/// question.
const BREADTH: f64 = 0.25;
/// Where a page says what it is for.
const SAID: &str = "{title symptoms kinds}";
/// What it is worth if all words stand there: as much as a word that few pages have.
const SAID_WORTH: f64 = 1.5;
/// Above any score: what is called exactly what was typed.
const EXACT: f64 = 1_000.0;
/// From so many pages on, words that nearly all of them have are left out.
const MANY: usize = 1_000;
/// So many of the words are asked for where all of them are that common.
const RAREST: usize = 3;
/// So many pages are looked at section by section.
const LOOKED_AT: usize = 50;

/// What is sought.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// As it was typed.
    pub typed: &'a str,
    /// Its words.
    pub words: &'a [Word],
    /// Where it is the name of a kind, the heading that the kind names, as a link does.
    pub anchor: Option<&'a str>,
    /// So many answers suffice.
    pub most: usize,
}

/// A page that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// Which.
    pub page: Entry,
    /// The heading of the section that fits best; none above the first.
    pub heading: Option<Clean>,
    /// Where that section begins, from 1.
    pub line: usize,
    /// Higher is better.
    pub score: f64,
}

/// The best part of a page: its score and its row.
type Best = (f64, i64);

pub(super) fn search(db: &Connection, asked: &Asked<'_>) -> Result<Vec<Match>, Fault> {
    let exact = named(db, &key(asked.typed))?;
    let words = asked.words.iter().map(|word| Known::of(db, word)).collect::<Result<Vec<_>, _>>()?;
    let any = telling(db, &words)?;
    let mut pages = if any.is_empty() { Vec::new() } else { scored(db, &any, asked.most.max(LOOKED_AT))? };
    let known: BTreeSet<i64> = pages.iter().map(|(row, _)| *row).collect();
    pages.extend(exact.iter().filter(|row| !known.contains(row)).map(|row| (*row, 0.0)));
    let best = if any.is_empty() { BTreeMap::new() } else { best_parts(db, &any, &pages)? };
    let mut matches = Vec::with_capacity(pages.len());
    for (row, score) in pages {
        let part = best.get(&row).copied();
        let share = part.map_or(0.0, |(score, _)| score * PART_SHARE);
        let bonus = if exact.contains(&row) { EXACT } else { 0.0 };
        let first = row << PART_BITS;
        let named = if bonus > 0.0 { headed(db, row, asked)? } else { None };
        let (heading, line) = part_at(db, named.unwrap_or_else(|| part.map_or(first, |(_, part)| part)))?;
        matches.push(Match {
            page: entry(db, row)?,
            heading,
            line,
            score: (score + share + said(row, &words)) * breadth(row, &words) + bonus,
        });
    }
    matches.sort_by(|one, other| falling(one.score, other.score).then_with(|| one.page.path.cmp(&other.page.path)));
    matches.truncate(asked.most);
    Ok(matches)
}

/// A word of the question, and the pages that have it.
struct Known {
    quoted: String,
    /// In order.
    rows: Vec<i64>,
    /// Those that have it where they say what they are for: title, symptoms, kinds. In order.
    said: Vec<i64>,
}

impl Known {
    fn of(db: &Connection, word: &Word) -> Result<Self, Fault> {
        let quoted = quoted(word);
        let mut statement =
            db.prepare_cached("SELECT rowid FROM page_words WHERE page_words MATCH ?1 ORDER BY rowid")?;
        let mut rows = |asked: &str| -> Result<Vec<i64>, Fault> {
            Ok(statement.query_map([asked], |row| row.get(0))?.collect::<Result<_, _>>()?)
        };
        let (all, said) = (rows(&quoted)?, rows(&format!("{SAID} : ({quoted})"))?);
        Ok(Self { quoted, rows: all, said })
    }
}

/// A word and what it is also called, each in quotes: whatever it is, it is no operator.
fn quoted(word: &Word) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', ""));
    let text = quoted(&word.text);
    word.also.map_or(text.clone(), |also| format!("{text} OR {}", quoted(also)))
}

/// Any of the words that tell one page from another. Among many pages, a word that more than half of them have counts
/// for nothing and takes the longest: it is left out where there are others, and but for the rarest where there are not.
fn telling(db: &Connection, words: &[Known]) -> Result<String, Fault> {
    let pages: i64 = db.prepare_cached("SELECT count(*) FROM pages")?.query_row([], |row| row.get(0))?;
    let pages = usize::try_from(pages).unwrap_or_default();
    let mut words: Vec<&Known> = words.iter().filter(|word| !word.rows.is_empty()).collect();
    if pages >= MANY {
        words.sort_by_key(|word| word.rows.len());
        let rare = words.iter().filter(|word| word.rows.len() * 2 <= pages).count();
        words.truncate(if rare > 0 { rare } else { RAREST });
    }
    let words: Vec<&str> = words.iter().map(|word| word.quoted.as_str()).collect();
    Ok(words.join(" OR "))
}

/// By how much a page is worth more for having more of the words: from less than 1 up to 1.
fn breadth(row: i64, words: &[Known]) -> f64 {
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let has = words.iter().filter(|word| word.rows.binary_search(&row).is_ok()).count();
    1.0 - BREADTH + BREADTH * count(has) / count(words.len().max(1))
}

/// What a page gains for saying these words where it says what it is for. Among few pages every word is common, and
/// how rare one is tells nothing.
fn said(row: i64, words: &[Known]) -> f64 {
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let has = words.iter().filter(|word| word.said.binary_search(&row).is_ok()).count();
    SAID_WORTH * count(has) / count(words.len().max(1))
}

fn falling(one: f64, other: f64) -> Ordering {
    other.total_cmp(&one)
}

/// The pages that are called exactly this.
fn named(db: &Connection, name: &str) -> Result<BTreeSet<i64>, Fault> {
    if name.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut statement = db.prepare_cached("SELECT page FROM names WHERE name=?1")?;
    Ok(statement.query_map([name], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// So many of the pages in which any of these words stands, the best first, and all that are as good as the last.
fn scored(db: &Connection, words: &str, most: usize) -> Result<Vec<(i64, f64)>, Fault> {
    let sql = format!("SELECT rowid, -bm25(page_words, {PAGE_WEIGHTS}) FROM page_words WHERE page_words MATCH ?1");
    let mut statement = db.prepare_cached(&sql)?;
    let mut pages: Vec<(i64, f64)> =
        statement.query_map([words], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    pages.sort_by(|one, other| falling(one.1, other.1));
    if let Some((_, last)) = pages.get(most.saturating_sub(1)).copied() {
        pages.retain(|(_, score)| *score >= last);
    }
    Ok(pages)
}

/// The best part of each of these pages; the first of those that are equally good.
fn best_parts(db: &Connection, words: &str, pages: &[(i64, f64)]) -> Result<BTreeMap<i64, Best>, Fault> {
    let rows: Vec<String> = pages.iter().map(|(row, _)| row.to_string()).collect();
    let sql = format!(
        "SELECT rowid, -bm25(part_words, {PART_WEIGHTS}) FROM part_words \
         WHERE part_words MATCH ?1 AND (rowid>>{PART_BITS}) IN ({})",
        rows.join(",")
    );
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query([words])?;
    let mut best: BTreeMap<i64, Best> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (part, score): (i64, f64) = (row.get(0)?, row.get(1)?);
        let known = best.entry(part >> PART_BITS).or_insert((score, part));
        if score > known.0 {
            *known = (score, part);
        }
    }
    Ok(best)
}

/// The section of this page that the kind names, or whose heading is exactly what was typed.
fn headed(db: &Connection, row: i64, asked: &Asked<'_>) -> Result<Option<i64>, Fault> {
    let sql = "SELECT id, heading, anchor FROM parts WHERE id>=?1 AND id<?2 AND heading IS NOT NULL ORDER BY id";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params![row << PART_BITS, (row + 1) << PART_BITS])?;
    let wanted = key(asked.typed);
    let mut named = None;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if asked.anchor.is_some() && row.get::<_, Option<String>>(2)?.as_deref() == asked.anchor {
            return Ok(Some(id));
        }
        if named.is_none() && key(row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?) == wanted {
            named = Some(id);
        }
    }
    Ok(named)
}

fn part_at(db: &Connection, part: i64) -> Result<(Option<Clean>, usize), Fault> {
    let mut statement = db.prepare_cached("SELECT heading, line FROM parts WHERE id=?1")?;
    let mut rows = statement.query([part])?;
    let Some(row) = rows.next()? else { return Ok((None, 1)) };
    let heading: Option<String> = row.get(0)?;
    Ok((heading.as_deref().map(Clean::line), usize::try_from(row.get::<_, i64>(1)?).unwrap_or(1).max(1)))
}

fn entry(db: &Connection, row: i64) -> Result<Entry, Fault> {
    let mut statement = db.prepare_cached("SELECT path, title, owner FROM pages WHERE id=?1")?;
    Ok(statement.query_row([row], read_entry)?)
}

fn read_entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    let line = |text: String| Clean::line(&text);
    Ok(Entry { path: row.get(0)?, title: line(row.get(1)?), owner: row.get::<_, Option<String>>(2)?.map(line) })
}

pub(super) fn list(db: &Connection) -> Result<Vec<Entry>, Fault> {
    let sql = "SELECT path, title, owner FROM pages WHERE aside IS NULL ORDER BY path";
    let mut statement = db.prepare_cached(sql)?;
    Ok(statement.query_map([], read_entry)?.collect::<Result<_, _>>()?)
}

/// The files that are no pages, and why.
pub(super) fn aside(db: &Connection) -> Result<Vec<(String, Clean)>, Fault> {
    let mut statement = db.prepare_cached("SELECT path, aside FROM pages WHERE aside IS NOT NULL ORDER BY path")?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, Clean::line(&row.get::<_, String>(1)?)));
    Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
}
