//! The reviews that the team has committed: where the last cycle ended, what
//! was wrong then, and which incidents have been looked at.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::config::TeamFile;
use crate::domain::id::IncidentId;
use crate::domain::review::{Gap, SCHEMA};
use crate::domain::text::Clean;
use crate::shell::place::Place;

/// The most files of the folder that are looked at, the newest names.
const MOST: usize = 400;
/// No review is longer than this, in bytes.
const LONGEST: u64 = 32 << 20;

/// A review that was committed.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// When it was computed.
    pub at: DateTime<Utc>,
    /// The first instant after its cycle.
    pub to: DateTime<Utc>,
    /// The incidents that it listed.
    pub incidents: Vec<IncidentId>,
    /// What was wrong with the model then.
    pub gaps: Vec<Gap>,
}

/// Where reviews are written.
///
/// # Errors
///
/// The team's log folder leads out of the repository, and nobody has allowed that.
pub fn folder(team: &TeamFile, place: &Place) -> Result<PathBuf, Clean> {
    place.folder(&format!("{}/reviews", team.team.log_dir))
}

/// Whether the review in these files is of another cycle than this one, or no review of ours; then who wants to write
/// leaves it alone. A cycle is told by its first day.
///
/// # Errors
///
/// What is there, and what to do.
pub fn is_free(page: &std::path::Path, data: &std::path::Path, from: DateTime<Utc>) -> Result<(), Clean> {
    let there = |path: &std::path::Path| path.symlink_metadata().is_ok();
    if !there(page) && !there(data) {
        return Ok(());
    }
    let plain = data.symlink_metadata().is_ok_and(|about| about.is_file() && about.len() <= LONGEST);
    let text = plain.then(|| fs::read_to_string(data).ok()).flatten();
    let said: Option<Value> = text.and_then(|text| serde_json::from_str(&text).ok());
    let ours = said.as_ref().and_then(|said| said.get("schema")?.as_str()) == Some(SCHEMA);
    let begun = said.as_ref().and_then(|said| said.get("from")?.as_str()?.parse::<DateTime<Utc>>().ok());
    let name = Clean::line(&page.display().to_string());
    match begun.filter(|_| ours) {
        None => Err(Clean::line(&format!("{name} is there and is no review of ours; move it first"))),
        Some(begun) if (begun - from).abs() >= chrono::TimeDelta::days(1) => {
            let day = begun.format("%Y-%m-%d");
            Err(Clean::line(&format!("{name} is the review of another cycle, from {day}; move it, or use --out FILE")))
        }
        Some(_) => Ok(()),
    }
}

/// All reviews up to now, in the order of their cycles, and what could not be read.
pub(super) fn past(team: &TeamFile, place: &Place, now: DateTime<Utc>) -> (Vec<Past>, Vec<Clean>) {
    let mut doubts = Vec::new();
    let files = match folder(team, place).map(|folder| files(&folder)) {
        Ok(Ok(files)) => files,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Ok(Err(error)) => {
            doubts.push(Clean::line(&format!("earlier reviews: {error}")));
            Vec::new()
        }
        Err(why) => {
            doubts.push(why);
            Vec::new()
        }
    };
    let mut past: Vec<Past> = Vec::new();
    for file in files {
        match read(&file) {
            Some(one) if one.at <= now => past.push(one),
            Some(_) => {}
            None => doubts.push(Clean::line(&format!("{} is no review that can be read", file.display()))),
        }
    }
    past.sort_by_key(|one| (one.to, one.at));
    (past, doubts)
}

fn files(folder: &std::path::Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        // A link may lead anywhere, a pipe never ends.
        if entry.file_type()?.is_file() && path.extension().is_some_and(|kind| kind == "json") {
            files.push(path);
        }
    }
    files.sort();
    let first = files.len().saturating_sub(MOST);
    Ok(files.split_off(first))
}

fn read(path: &std::path::Path) -> Option<Past> {
    let about = fs::metadata(path).ok().filter(|about| about.len() <= LONGEST)?;
    let text = about.is_file().then(|| fs::read_to_string(path).ok())??;
    let said: Value = serde_json::from_str(&text).ok()?;
    let time = |key: &str| said.get(key)?.as_str()?.parse::<DateTime<Utc>>().ok();
    (said.get("schema")?.as_str()? == SCHEMA).then_some(())?;
    let ids = said.get("incidents").and_then(Value::as_array).into_iter().flatten();
    let gaps = said.pointer("/figures/gaps/standing").cloned().unwrap_or(Value::Null);
    Some(Past {
        at: time("generated_at")?,
        to: time("to")?,
        incidents: ids.filter_map(|one| one.get("id")?.as_str()).map(IncidentId::new).collect(),
        gaps: serde_json::from_value::<Vec<Gap>>(gaps).unwrap_or_default().iter().map(tame).collect(),
    })
}

/// A gap out of a file that anybody may have written.
fn tame(gap: &Gap) -> Gap {
    let line = |text: &str| Clean::line(text).to_string();
    Gap {
        rule: line(&gap.rule),
        subject: line(&gap.subject),
        message: Clean::line(gap.message.as_str()),
        since: gap.since,
    }
}

/// When a review listed an incident, by its name.
pub(super) fn reviewed(past: &[Past]) -> BTreeMap<IncidentId, Vec<DateTime<Utc>>> {
    let mut reviewed: BTreeMap<IncidentId, Vec<DateTime<Utc>>> = BTreeMap::new();
    for one in past {
        for id in &one.incidents {
            reviewed.entry(id.clone()).or_default().push(one.at);
        }
    }
    reviewed
}

/// What was wrong at the last review of a cycle that ended before this instant; none if there was none.
pub(super) fn last_gaps(past: &[Past], before: DateTime<Utc>) -> Option<Vec<Gap>> {
    past.iter().rfind(|one| one.to < before).map(|one| one.gaps.clone())
}
