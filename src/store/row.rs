//! How facts become rows, and rows facts.

use std::collections::HashMap;

use chrono::{DateTime, SubsecRound, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::asked;
use super::error::Fault;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::{Ack, CloseReason, Incident, Moment, Snooze, Status};
use crate::domain::text::Clean;

/// Separates names in one column; cleaned text never holds it.
const SEPARATOR: char = '\u{1F}';

/// For no more rows than this is room made beforehand.
const MOST_AT_ONCE: usize = 20_000;

const COLUMNS: &str = "id, source, number, key, title, url, author, labels, assignees, closed, closed_at, opened_at, \
    updated_at, comments, acked, ack_by, ack_at, reopened_at, human_at, snoozed_until, snoozed_by, snoozed_at, \
    fingerprint, gone, signal, checked, suite, hint, shown";

const UPSERT: &str = "INSERT INTO incidents VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,\
    ?20,?21,?22,?23,?24,?25,?26,?27,?28,?29) ON CONFLICT(id) DO UPDATE SET (source, number, key, title, url, author, labels, assignees, \
    closed, closed_at, opened_at, updated_at, comments, acked, ack_by, ack_at, reopened_at, human_at, snoozed_until, \
    snoozed_by, snoozed_at, fingerprint, gone, signal, checked, suite, hint, shown) = (?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,\
    ?21,?22,?23,?24,?25,?26,?27,?28,?29)";

/// A time as milliseconds since 1970.
pub(super) fn ms(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// The time of so many milliseconds since 1970.
pub(super) fn time(ms: i64) -> Result<DateTime<Utc>, Fault> {
    DateTime::from_timestamp_millis(ms).ok_or_else(|| Fault::Damage(format!("{ms} is no time")))
}

/// Optional times, both ways.
pub(super) fn time_at(row: &Row<'_>, column: usize) -> Result<Option<DateTime<Utc>>, Fault> {
    row.get::<_, Option<i64>>(column)?.map(time).transpose()
}

/// A sum over the columns of a row (FNV-1a, 64 bits): a page can be damaged in
/// the middle of a text, where the database itself does not notice.
pub(super) fn seal<'a>(values: impl IntoIterator<Item = &'a Value>) -> i64 {
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for value in values {
        match value {
            Value::Null => add(&[0]),
            Value::Integer(number) => {
                add(&[1]);
                add(&number.to_le_bytes());
            }
            Value::Real(number) => {
                add(&[2]);
                add(&number.to_le_bytes());
            }
            Value::Text(text) => {
                add(&[3]);
                add(text.as_bytes());
            }
            Value::Blob(bytes) => {
                add(&[4]);
                add(bytes);
            }
        }
    }
    sum.cast_signed()
}

/// The columns of this row, but its last, which has to be their sum.
pub(super) fn sealed(row: &Row<'_>, columns: usize) -> Result<Vec<Value>, Fault> {
    let values = (0..columns).map(|n| row.get(n)).collect::<Result<Vec<Value>, _>>()?;
    if seal(&values) != row.get::<_, i64>(columns)? {
        return Err(Fault::Damage("a row is not what was written".to_owned()));
    }
    Ok(values)
}

/// Text from a sealed row.
pub(super) fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Null | Value::Integer(_) | Value::Real(_) | Value::Blob(_) => None,
    }
}

/// Optional text as a column.
pub(super) fn text_value(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.to_owned()))
}

/// Reads incidents, and cleans a name that many of them bear only once.
#[derive(Default)]
pub(super) struct Reader {
    names: HashMap<String, Clean>,
    lists: HashMap<String, Vec<Clean>>,
}

impl Reader {
    fn name(&mut self, text: &str) -> Clean {
        if let Some(known) = self.names.get(text) {
            return known.clone();
        }
        let name = Clean::block(text);
        self.names.insert(text.to_owned(), name.clone());
        name
    }

    fn maybe_name(&mut self, row: &Row<'_>, column: usize) -> Result<Option<Clean>, Fault> {
        Ok(str_at(row, column)?.map(|text| self.name(text)))
    }

    fn list(&mut self, row: &Row<'_>, column: usize) -> Result<Vec<Clean>, Fault> {
        let Some(text) = str_at(row, column)? else { return Ok(Vec::new()) };
        if let Some(known) = self.lists.get(text) {
            return Ok(known.clone());
        }
        let names: Vec<Clean> = text.split(SEPARATOR).map(|name| self.name(name)).collect();
        self.lists.insert(text.to_owned(), names.clone());
        Ok(names)
    }

    /// The incident of these columns, without its body and who was asked.
    pub(super) fn incident(&mut self, row: &Row<'_>) -> Result<Incident, Fault> {
        let ack = if row.get::<_, i64>(14)? == 0 {
            None
        } else {
            Some(Ack { by: self.maybe_name(row, 15)?, at: time_at(row, 16)? })
        };
        let snooze = match time_at(row, 19)? {
            Some(until) => Some(Snooze { until, by: self.maybe_name(row, 20)?, at: time_at(row, 21)? }),
            None => None,
        };
        Ok(Incident {
            id: IncidentId::new(row.get::<_, String>(0)?),
            source: SourceId::new(row.get::<_, String>(1)?),
            number: row.get::<_, i64>(2)?.cast_unsigned(),
            key: row.get::<_, i64>(3)?.cast_unsigned(),
            title: str_at(row, 4)?.map(Clean::block).unwrap_or_default(),
            body: None,
            url: row.get(5)?,
            author: self.maybe_name(row, 6)?,
            labels: self.list(row, 7)?,
            assignees: self.list(row, 8)?,
            status: status(row)?,
            opened_at: time(row.get(11)?)?,
            updated_at: time(row.get(12)?)?,
            comments: row.get::<_, i64>(13)?.cast_unsigned(),
            ack,
            reopened_at: time_at(row, 17)?,
            human_at: time_at(row, 18)?,
            snooze,
            fingerprint: row.get(22)?,
            gone: self.maybe_name(row, 23)?,
            signal: row.get::<_, Option<String>>(24)?.map(IncidentId::new),
            check: self.maybe_name(row, 25)?,
            suite: self.maybe_name(row, 26)?,
            hint: self.maybe_name(row, 27)?,
            shown_at: time_at(row, 28)?,
            asked: Vec::new(),
        })
    }
}

fn status(row: &Row<'_>) -> Result<Status, Fault> {
    let Some(word) = str_at(row, 9)? else { return Ok(Status::Open) };
    let reason = CloseReason::of_word(word)
        .ok_or_else(|| Fault::Damage("an incident is closed for no known reason".to_owned()))?;
    Ok(Status::Closed { at: time_at(row, 10)?, reason })
}

pub(super) fn str_at<'a>(row: &'a Row<'_>, column: usize) -> Result<Option<&'a str>, Fault> {
    Ok(row.get_ref(column)?.as_str_or_null().map_err(rusqlite::Error::from)?)
}

/// Every incident, without bodies, in no order.
pub(super) fn incidents(db: &Connection) -> Result<Vec<Incident>, Fault> {
    // Row ids begin at 1, so there are hardly more rows than the last one says.
    let last = "SELECT coalesce(max(rowid), 0) FROM incidents";
    let last: i64 = db.prepare_cached(last)?.query_row([], |row| row.get(0))?;
    let mut incidents = Vec::with_capacity(usize::try_from(last).unwrap_or(0).min(MOST_AT_ONCE));
    selected(db, &format!("SELECT {COLUMNS} FROM incidents"), |incident| incidents.push(incident))?;
    Ok(incidents)
}

fn selected(db: &Connection, sql: &str, mut each: impl FnMut(Incident)) -> Result<(), Fault> {
    let (mut reader, mut asked) = (Reader::default(), asked::all(db)?);
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut incident = reader.incident(row)?;
        if !asked.is_empty() {
            incident.asked = asked.remove(incident.id.as_str()).unwrap_or_default();
        }
        each(incident);
    }
    Ok(())
}

/// One incident with its body.
pub(super) fn incident(db: &Connection, id: &IncidentId) -> Result<Option<Incident>, Fault> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM incidents WHERE id=?1"))?;
    let mut rows = statement.query([id.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let mut incident = Reader::default().incident(row)?;
    incident.body = body(db, id)?;
    incident.asked = asked::of(db, id)?;
    Ok(Some(incident))
}

/// The body of one incident.
pub(super) fn body(db: &Connection, id: &IncidentId) -> Result<Option<Clean>, Fault> {
    let mut statement = db.prepare_cached("SELECT id, body, sum FROM bodies WHERE id=?1")?;
    let mut rows = statement.query([id.as_str()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let values = sealed(row, 2)?;
    Ok(text(&values[1]).map(Clean::block))
}

/// Every body, with its incident's id.
pub(super) fn bodies(db: &Connection) -> Result<HashMap<String, Clean>, Fault> {
    let mut statement = db.prepare_cached("SELECT id, body, sum FROM bodies")?;
    let mut rows = statement.query([])?;
    let mut bodies = HashMap::new();
    while let Some(row) = rows.next()? {
        let values = sealed(row, 2)?;
        if let (Some(id), Some(body)) = (text(&values[0]), text(&values[1])) {
            bodies.insert(id.to_owned(), Clean::block(body));
        }
    }
    Ok(bodies)
}

/// Keeps what the tracker says of an incident, unless something newer is
/// known. Returns it as it is kept now, if that is not what was kept before.
/// Without a body, the one that is known stays.
pub(super) fn upsert(db: &Connection, incident: &Incident) -> Result<Option<Incident>, Fault> {
    let before = self::incident(db, &incident.id)?;
    let mut after = as_kept(incident);
    if let Some(before) = &before {
        // Who was asked has been asked, however old the story is that tells of it.
        before.asked.iter().for_each(|asked| after.note_asked(asked.clone()));
        if after.updated_at < before.updated_at {
            if after.asked == before.asked {
                return Ok(None);
            }
            after = Incident { asked: after.asked, ..before.clone() };
        }
        after.body = after.body.or_else(|| before.body.clone());
        if after == *before {
            return Ok(None);
        }
    }
    if after.body != before.as_ref().and_then(|before| before.body.clone())
        && let Some(body) = &after.body
    {
        let values = [Value::Text(after.id.to_string()), Value::Text(body.to_string())];
        let sql = "INSERT INTO bodies VALUES(?1,?2,?3) ON CONFLICT(id) DO UPDATE SET body=?2, sum=?3";
        db.prepare_cached(sql)?.execute(params![values[0], values[1], seal(&values)])?;
    }
    if after.asked != before.as_ref().map(|before| before.asked.clone()).unwrap_or_default() {
        asked::put(db, &after)?;
    }
    if before.is_none_or(|before| Incident { body: after.body.clone(), ..before } != after) {
        write(db, &after)?;
    }
    Ok(Some(after))
}

fn write(db: &Connection, incident: &Incident) -> Result<(), Fault> {
    let (closed, closed_at) = match incident.status {
        Status::Open => (None, None),
        Status::Closed { at, reason } => (Some(reason.word()), at.map(ms)),
    };
    let ack = incident.ack.as_ref();
    let snooze = incident.snooze.as_ref();
    db.prepare_cached(UPSERT)?.execute(params![
        incident.id.as_str(),
        incident.source.as_str(),
        incident.number.cast_signed(),
        incident.key.cast_signed(),
        incident.title.as_str(),
        incident.url,
        incident.author.as_ref().map(Clean::as_str),
        join(&incident.labels),
        join(&incident.assignees),
        closed,
        closed_at,
        ms(incident.opened_at),
        ms(incident.updated_at),
        incident.comments.cast_signed(),
        i64::from(ack.is_some()),
        ack.and_then(|ack| ack.by.as_ref()).map(Clean::as_str),
        ack.and_then(|ack| ack.at).map(ms),
        incident.reopened_at.map(ms),
        incident.human_at.map(ms),
        snooze.map(|snooze| ms(snooze.until)),
        snooze.and_then(|snooze| snooze.by.as_ref()).map(Clean::as_str),
        snooze.and_then(|snooze| snooze.at).map(ms),
        incident.fingerprint,
        incident.gone.as_ref().map(Clean::as_str),
        incident.signal.as_ref().map(IncidentId::as_str),
        incident.check.as_ref().map(Clean::as_str),
        incident.suite.as_ref().map(Clean::as_str),
        incident.hint.as_ref().map(Clean::as_str),
        incident.shown_at.map(ms),
    ])?;
    Ok(())
}

fn join(names: &[Clean]) -> Option<String> {
    let names: Vec<&str> = names.iter().map(Clean::as_str).collect();
    (!names.is_empty()).then(|| names.join(&SEPARATOR.to_string()))
}

/// The incident as it comes back from the disk, where times have milliseconds.
fn as_kept(incident: &Incident) -> Incident {
    let cut = |at: DateTime<Utc>| at.trunc_subsecs(3);
    let mut kept = incident.clone();
    kept.opened_at = cut(kept.opened_at);
    kept.updated_at = cut(kept.updated_at);
    kept.reopened_at = kept.reopened_at.map(cut);
    kept.human_at = kept.human_at.map(cut);
    if let Status::Closed { at, .. } = &mut kept.status {
        *at = at.map(cut);
    }
    if let Some(ack) = &mut kept.ack {
        ack.at = ack.at.map(cut);
    }
    if let Some(snooze) = &mut kept.snooze {
        snooze.until = cut(snooze.until);
        snooze.at = snooze.at.map(cut);
    }
    for asked in &mut kept.asked {
        (asked.since, asked.at, asked.back) = (cut(asked.since), cut(asked.at), asked.back.map(cut));
    }
    kept
}

/// Keeps one line of an incident's history; the same event again replaces it. Says whether it is news.
pub(super) fn put_moment(
    db: &Connection,
    source: &SourceId,
    key: &str,
    incident: &IncidentId,
    moment: &Moment,
) -> Result<bool, Fault> {
    let sql = "INSERT INTO moments VALUES(?1,?2,?3,?4,?5,?6,?7) ON CONFLICT(source, key) DO UPDATE SET \
               (incident, at, by, what, text) = (?3,?4,?5,?6,?7) WHERE (incident, at, by, what, text) IS NOT \
               (?3,?4,?5,?6,?7)";
    let (by, text) = (moment.by.as_ref().map(Clean::as_str), moment.text.as_ref().map(Clean::as_str));
    let (at, what) = (ms(moment.at), moment.what.as_str());
    let rows = db.prepare_cached(sql)?.execute(params![source.as_str(), key, incident.as_str(), at, by, what, text])?;
    Ok(rows > 0)
}

/// Everybody whom a history names, each once.
pub(super) fn logins(db: &Connection) -> rusqlite::Result<Vec<Clean>> {
    let mut names = db.prepare(
        "SELECT by FROM moments WHERE by IS NOT NULL UNION SELECT by FROM ledger WHERE by IS NOT NULL ORDER BY 1",
    )?;
    names.query_map([], |row| row.get::<_, String>(0).map(|by| Clean::line(&by)))?.collect()
}

/// An incident's history as the tracker tells it, oldest first.
pub(super) fn moments(db: &Connection, incident: &IncidentId) -> Result<Vec<Moment>, Fault> {
    let sql = "SELECT at, by, what, text FROM moments WHERE incident=?1 AND source<>':asked' ORDER BY at, rowid";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([incident.as_str()])?;
    let mut moments = Vec::new();
    while let Some(row) = rows.next()? {
        moments.push(Moment {
            at: time(row.get(0)?)?,
            by: str_at(row, 1)?.map(Clean::block),
            what: str_at(row, 2)?.map(Clean::block).unwrap_or_default(),
            text: str_at(row, 3)?.map(Clean::block),
        });
    }
    Ok(moments)
}

/// A number that the store keeps about itself.
pub(super) fn meta(db: &Connection, key: &str) -> Result<i64, Fault> {
    let sql = "SELECT value FROM meta WHERE key=?1";
    Ok(db.prepare_cached(sql)?.query_row([key], |row| row.get(0)).optional()?.unwrap_or(0))
}
