//! The queue as it was last seen: shown before anything answers, and kept as
//! long as nothing newer is known. A failed fetch changes nothing here but its
//! own reason.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::error::StoreError;
use super::row::{self, ms, time_at};
use super::{Store, Write};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::{Incident, Moment};
use crate::domain::source::SourceHealth;
use crate::domain::text::Clean;

/// The most bytes of an unreadable item that are kept for whoever looks into it.
const ASIDE_BYTES: usize = 65_536;
/// How many unreadable items of one source are kept.
const ASIDE_ITEMS: i64 = 100;

/// Whether bodies are loaded too. They are long, and the queue needs none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bodies {
    /// With them.
    With,
    /// Without: [`Incident::body`] is none.
    Without,
}

/// What one answer of a source brought. It is kept whole or not at all, so a
/// cursor never runs ahead of what it stands for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// Incidents as the tracker knows them now, tombstones included.
    pub incidents: Vec<Incident>,
    /// Lines of their history.
    pub events: Vec<Event>,
    /// Cursors, `ETag`s and the like, by key; none forgets one.
    pub cursors: Vec<(String, Option<String>)>,
}

/// One line of an incident's history, with the tracker's own key for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Unique in its source; the same again replaces what was kept.
    pub key: String,
    /// Whose history.
    pub incident: IncidentId,
    /// What happened.
    pub moment: Moment,
}

/// How a source did, across restarts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Which source.
    pub id: SourceId,
    /// The last complete fetch.
    pub fetched_at: Option<DateTime<Utc>>,
    /// Why the last try failed; none if it did not.
    pub error: Option<Clean>,
    /// Items of the last fetch that could not be read.
    pub unreadable: u32,
}

impl Store {
    /// Every incident that is known, open or closed, of all sources, in no order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when one cannot be read.
    pub fn incidents(&self, bodies: Bodies) -> Result<Vec<Incident>, StoreError> {
        self.read("read incidents", |db| {
            let mut incidents = row::incidents(db)?;
            if bodies == Bodies::With {
                let mut bodies = row::bodies(db)?;
                for incident in &mut incidents {
                    incident.body = bodies.remove(incident.id.as_str());
                }
            }
            // The first decision files an issue with the evidence of a signal.
            for incident in incidents.iter_mut().filter(|one| one.signal.is_some() && one.number == 0) {
                incident.body = row::body(db, &incident.id)?;
            }
            Ok(incidents)
        })
    }

    /// One incident with its body.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError> {
        self.read("read an incident", |db| row::incident(db, id))
    }

    /// The body of one incident; none if it has none, or none was fetched.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn body(&self, id: &IncidentId) -> Result<Option<Clean>, StoreError> {
        self.read("read a body", |db| row::body(db, id))
    }

    /// Everybody whom a history names, in the order of their names: logins, and ids of people.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn logins(&self) -> Result<Vec<Clean>, StoreError> {
        self.read("read who is named", |db| Ok(row::logins(db)?))
    }

    /// An incident's history as the tracker tells it, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn moments(&self, incident: &IncidentId) -> Result<Vec<Moment>, StoreError> {
        self.read("read a history", |db| row::moments(db, incident))
    }

    /// Keeps what a source answered, whole or not at all. Facts that are older
    /// than what is known are dropped. Returns the incidents that are
    /// different now.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`]; nothing of the page is kept then.
    pub fn commit_page(&mut self, source: &SourceId, page: &Page) -> Result<Vec<Incident>, StoreError> {
        self.write(Write::Cache, "keep what a source answered", |tx| {
            let mut changed = Vec::new();
            for incident in &page.incidents {
                changed.extend(row::upsert(tx, incident)?);
            }
            for event in &page.events {
                row::put_moment(tx, source, &event.key, &event.incident, &event.moment)?;
            }
            for (key, value) in &page.cursors {
                put_cursor(tx, source, key, value.as_deref())?;
            }
            Ok(changed)
        })
    }

    /// What a source has to remember under this key: a cursor, an `ETag`, a bookmark.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn cursor(&self, source: &SourceId, key: &str) -> Result<Option<String>, StoreError> {
        self.read("read a cursor", |db| {
            let sql = "SELECT value FROM cursors WHERE source=?1 AND key=?2";
            Ok(db.prepare_cached(sql)?.query_row([source.as_str(), key], |row| row.get(0)).optional()?)
        })
    }

    /// Remembers a value for a source, or forgets it.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`].
    pub fn set_cursor(&mut self, source: &SourceId, key: &str, value: Option<&str>) -> Result<(), StoreError> {
        self.write(Write::Quiet, "keep a cursor", |tx| put_cursor(tx, source, key, value))
    }

    /// How each source did when it was last asked, by id.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when it cannot be read.
    pub fn health(&self) -> Result<Vec<Health>, StoreError> {
        self.read("read the health of sources", |db| {
            let sql = "SELECT source, fetched_at, error, unreadable FROM health ORDER BY source";
            let mut statement = db.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            let mut all = Vec::new();
            while let Some(row) = rows.next()? {
                all.push(Health {
                    id: SourceId::new(row.get::<_, String>(0)?),
                    fetched_at: time_at(row, 1)?,
                    error: row.get::<_, Option<String>>(2)?.map(|text| Clean::block(&text)),
                    unreadable: row.get(3)?,
                });
            }
            Ok(all)
        })
    }

    /// Remembers how a source did.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`].
    pub fn set_health(&mut self, health: &SourceHealth) -> Result<(), StoreError> {
        self.write(Write::Cache, "keep the health of a source", |tx| {
            let sql = "INSERT INTO health VALUES(?1,?2,?3,?4) ON CONFLICT(source) DO UPDATE SET \
                       (fetched_at, error, unreadable) = (?2,?3,?4)";
            let error = health.error.as_ref().map(Clean::as_str);
            let fetched_at = health.fetched_at.map(ms);
            tx.prepare_cached(sql)?.execute(params![health.id.as_str(), fetched_at, error, health.unreadable])?;
            Ok(())
        })
    }

    /// Keeps an item that could not be read, for whoever looks into it: its
    /// first 64 KiB, and of each source the last 100. Returns how many there are.
    ///
    /// # Errors
    ///
    /// [`StoreError::ReadOnly`] or [`StoreError::Full`].
    pub fn set_aside(
        &mut self,
        source: &SourceId,
        raw: &str,
        why: &str,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        self.write(Write::Quiet, "set an item aside", |tx| {
            let raw = &raw[..raw.floor_char_boundary(ASIDE_BYTES)];
            let sql = "INSERT INTO aside(source, at, why, raw) VALUES(?1,?2,?3,?4)";
            tx.prepare_cached(sql)?.execute(params![source.as_str(), ms(now), why, raw])?;
            let sql = "DELETE FROM aside WHERE source=?1 AND n NOT IN \
                       (SELECT n FROM aside WHERE source=?1 ORDER BY n DESC LIMIT ?2)";
            tx.prepare_cached(sql)?.execute(params![source.as_str(), ASIDE_ITEMS])?;
            let sql = "SELECT count(*) FROM aside WHERE source=?1";
            Ok(tx.prepare_cached(sql)?.query_row([source.as_str()], |row| row.get::<_, i64>(0))?.cast_unsigned())
        })
    }
}

fn put_cursor(
    db: &rusqlite::Connection,
    source: &SourceId,
    key: &str,
    value: Option<&str>,
) -> Result<(), super::error::Fault> {
    match value {
        Some(value) => {
            let sql = "INSERT INTO cursors VALUES(?1,?2,?3) ON CONFLICT(source, key) DO UPDATE SET value=?3 \
                       WHERE value IS NOT ?3";
            db.prepare_cached(sql)?.execute([source.as_str(), key, value])?;
        }
        None => {
            db.prepare_cached("DELETE FROM cursors WHERE source=?1 AND key=?2")?.execute([source.as_str(), key])?;
        }
    }
    Ok(())
}
