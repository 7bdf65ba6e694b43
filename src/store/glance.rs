//! So much of the queue as is needed to count it: what a prompt asks for each
//! time that it is shown.
//!
//! Most of ten thousand incidents nobody has touched: they differ in their
//! names and in when they were opened, and what else their place depends on is
//! the same for all of a sort. It is read once for each sort.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use rusqlite::Row;

use super::error::{Fault, StoreError};
use super::row::{Reader, str_at, time};
use super::{Bodies, Store, asked, row};
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;

/// Whether titles are read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Titles {
    /// With them: a rule of the team looks at them.
    With,
    /// Without: they are empty.
    Without,
}

/// What is handed over of an incident.
#[derive(Debug)]
pub enum Glanced<'a> {
    /// All that its place in the queue depends on.
    Whole(Box<Incident>),
    /// Nobody has touched it.
    Untouched {
        /// Which of the sorts it is of, from 0; a new one is one more than the last.
        sort: usize,
        /// One of that sort, opened when it was: all but the name is right.
        like: &'a Incident,
        /// Its name.
        id: &'a str,
    },
}

/// The columns of an incident, then whether nobody has touched it, of everything that is open or tells of a signal.
const UNTOUCHED: usize = 29;

fn sql(titles: Titles) -> String {
    let title = if titles == Titles::With { "title" } else { "NULL" };
    format!(
        "SELECT id, source, number, key, {title}, NULL, NULL, labels, NULL, closed, closed_at, opened_at, updated_at, \
         comments, acked, ack_by, ack_at, reopened_at, human_at, snoozed_until, snoozed_by, snoozed_at, NULL, gone, \
         signal, checked, suite, hint, NULL, \
         acked=0 AND coalesce(snoozed_until, reopened_at, signal, closed, gone) IS NULL \
         FROM incidents WHERE (closed IS NULL AND gone IS NULL) OR signal IS NOT NULL"
    )
}

/// What the sort of an untouched incident is told by: source, labels, check, suite, hint.
const TOLD_BY: [usize; 5] = [1, 7, 25, 26, 27];
const ID: usize = 0;
const OPENED_AT: usize = 11;

/// The sorts that have been met, and one of each.
#[derive(Default)]
struct Sorts {
    known: HashMap<String, usize>,
    ones: Vec<Incident>,
    told: String,
}

impl Sorts {
    /// Of which sort this row is.
    fn of(&mut self, row: &Row<'_>, reader: &mut Reader) -> Result<usize, Fault> {
        self.told.clear();
        for column in TOLD_BY {
            // Cleaned text never holds a control, so that nothing and an empty word differ, and two words from one.
            self.told.push_str(str_at(row, column)?.unwrap_or("\u{1}"));
            self.told.push('\u{2}');
        }
        if let Some(sort) = self.known.get(&self.told) {
            return Ok(*sort);
        }
        let sort = self.ones.len();
        self.ones.push(reader.incident(row)?);
        self.known.insert(self.told.clone(), sort);
        Ok(sort)
    }

    fn like(&mut self, sort: usize, opened_at: DateTime<Utc>) -> &Incident {
        let one = &mut self.ones[sort];
        one.opened_at = opened_at;
        one
    }
}

impl Store {
    /// Hands over every incident that is open or tells of a signal, and those that are named, one after the other and
    /// in no order. Only what an incident's place in the queue depends on is read: no address, no author, nobody
    /// assigned. Those that are named come whole, and all of them where titles or bodies are read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when one cannot be read.
    pub fn glance(
        &self,
        titles: Titles,
        bodies: Bodies,
        named: &BTreeSet<IncidentId>,
        mut each: impl FnMut(Glanced<'_>),
    ) -> Result<(), StoreError> {
        self.read("read incidents", |db| {
            let mut bodies = if bodies == Bodies::With { row::bodies(db)? } else { HashMap::new() };
            let mut missing: BTreeSet<&str> = named.iter().map(IncidentId::as_str).collect();
            let (mut asked, mut reader, mut sorts) = (asked::all(db)?, Reader::default(), Sorts::default());
            let alike = titles == Titles::Without && bodies.is_empty();
            let mut statement = db.prepare_cached(&sql(titles))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let id = str_at(row, ID)?.unwrap_or_default();
                let is_named = missing.remove(id);
                if alike && !is_named && row.get::<_, bool>(UNTOUCHED)? && !asked.contains_key(id) {
                    let sort = sorts.of(row, &mut reader)?;
                    let like = sorts.like(sort, time(row.get(OPENED_AT)?)?);
                    each(Glanced::Untouched { sort, like, id });
                    continue;
                }
                let mut incident = reader.incident(row)?;
                incident.asked = asked.remove(id).unwrap_or_default();
                incident.body = bodies.remove(id);
                each(Glanced::Whole(Box::new(incident)));
            }
            for id in named.iter().filter(|id| missing.contains(id.as_str())) {
                row::incident(db, id)?.into_iter().map(Box::new).map(Glanced::Whole).for_each(&mut each);
            }
            Ok(())
        })
    }
}
