//! Who was asked to take an incident: lines beside its history, under a source
//! that no configuration can name, so that the schema still fits on one page.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::error::Fault;
use super::row::ms;
use crate::domain::id::IncidentId;
use crate::domain::incident::{Asked, Incident};

/// Everybody who was asked, by incident, oldest first. A line that this version cannot read counts for nothing.
pub(super) fn all(db: &Connection) -> Result<HashMap<String, Vec<Asked>>, Fault> {
    let mut statement =
        db.prepare_cached("SELECT incident, what FROM moments WHERE source=':asked' ORDER BY at, key")?;
    let mut rows = statement.query([])?;
    let mut asked: HashMap<String, Vec<Asked>> = HashMap::new();
    while let Some(row) = rows.next()? {
        if let Ok(one) = serde_json::from_str(&row.get::<_, String>(1)?) {
            asked.entry(row.get(0)?).or_default().push(one);
        }
    }
    Ok(asked)
}

/// Who was asked to take this one, oldest first.
pub(super) fn of(db: &Connection, incident: &IncidentId) -> Result<Vec<Asked>, Fault> {
    let sql = "SELECT what FROM moments WHERE incident=?1 AND source=':asked' ORDER BY at, key";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query([incident.as_str()])?;
    let mut asked = Vec::new();
    while let Some(row) = rows.next()? {
        asked.extend(serde_json::from_str::<Asked>(&row.get::<_, String>(0)?).ok());
    }
    Ok(asked)
}

/// Keeps who was asked, in place of what was kept of it.
pub(super) fn put(db: &Connection, incident: &Incident) -> Result<(), Fault> {
    let id = incident.id.as_str();
    db.prepare_cached("DELETE FROM moments WHERE incident=?1 AND source=':asked'")?.execute([id])?;
    let sql = "INSERT OR REPLACE INTO moments(source, key, incident, at, what) VALUES(':asked',?1,?2,?3,?4)";
    for (at, asked) in incident.asked.iter().enumerate() {
        let Ok(json) = serde_json::to_string(asked) else { continue };
        db.prepare_cached(sql)?.execute(params![format!("{id}/{at:02}"), id, ms(asked.at), json])?;
    }
    Ok(())
}
