//! The days of minutes, handoffs and reviews: what lies in the team's log
//! folder, by the dates in the names of the files, else inside them.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;

use super::{Gathered, Place};
use crate::config::TeamFile;

/// The most files of one folder that are looked at.
const MOST: usize = 20_000;
/// A file without a date in its name is read if it is no longer than this.
const LONGEST: u64 = 1 << 20;
/// Where a record says when it was; the first that it has counts.
const WHEN: &[&str] = &["started_at", "at", "generated_at", "date"];

impl Gathered {
    pub(super) fn read_diary(&mut self, team: &TeamFile, place: &Place) {
        let zone = team.team.timezone;
        let mut days = |name: &str| {
            let folder = place.of(&format!("{}/{name}", team.team.log_dir)).map_err(|why| why.to_string());
            match folder.and_then(|folder| days(&folder, zone).map_err(|error| error.to_string())) {
                Ok(days) => Some(days),
                Err(why) => {
                    self.doubt(name, &why);
                    None
                }
            }
        };
        let (minutes, handoffs, reviews) = (days("minutes"), days("handoffs"), days("reviews"));
        self.facts.minutes = minutes;
        self.facts.handoffs = handoffs;
        self.facts.reviews = reviews;
    }
}

/// The days of this folder's records, each once; a folder that is not there has none.
fn days(folder: &Path, zone: Tz) -> std::io::Result<Vec<NaiveDate>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut days = Vec::new();
    for entry in entries.take(MOST) {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // A link may lead anywhere, a pipe never ends.
        if entry.file_type()?.is_file() && !name.starts_with('.') {
            days.extend(dated(&name).or_else(|| told(&entry.path(), zone)));
        }
    }
    // Minutes are Markdown and JSON: one record, two files.
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// The first date in a name: `2026-11-03.md`, `ops-2026-11-03T1000.json`.
fn dated(name: &str) -> Option<NaiveDate> {
    let bytes = name.as_bytes();
    (0..bytes.len().saturating_sub(9)).find_map(|at| {
        let alone = at == 0 || !bytes[at - 1].is_ascii_digit();
        let word = name.get(at..at + 10).filter(|word| alone && word.as_bytes()[4] == b'-')?;
        NaiveDate::parse_from_str(word, "%Y-%m-%d").ok()
    })
}

/// When a record says that it was.
fn told(path: &Path, zone: Tz) -> Option<NaiveDate> {
    if path.extension().is_none_or(|kind| kind != "json") {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
    let record: serde_json::Value = serde_json::from_str(&text).ok()?;
    let word = WHEN.iter().find_map(|key| record.get(key)?.as_str())?;
    match DateTime::parse_from_rfc3339(word) {
        Ok(at) => Some(at.with_timezone(&zone).date_naive()),
        Err(_) => word.parse().ok(),
    }
}
