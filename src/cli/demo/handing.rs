//! What the sample team has typed into the handoff that is due, and what it has
//! looked for in vain: sample data, invented.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::TeamFile;
use crate::domain::handoff::Turn;
use crate::domain::handoff::typed::{Field, Line};
use crate::domain::id::IncidentId;
use crate::domain::rotation::Roster;
use crate::domain::text::Clean;
use crate::store::StoreError;
use crate::store::handoffs::Handoffs;
use crate::store::runs::{Runs, Search};

/// Who had the shift to its end.
const OUTGOING: &str = "chi";
/// The rotation that is handed over.
const ROTATION: &str = "ops";
/// About which incident, what, and the words.
const TYPED: [(&str, Field, &str); 2] = [
    ("local#6", Field::NextStep, "look whether the disk of the small runner has been emptied"),
    ("local#17", Field::FollowUp, "ana: serve no tool that was not released"),
];
/// The words, and how many days ago they were typed.
const SOUGHT_IN_VAIN: [(&str, i64); 3] = [("nonce mismatch", 15), ("nonce mismatch", 9), ("nonce mismatch", 2)];

/// Tells it.
pub(super) fn tell(data: &Path, team: &TeamFile, now: DateTime<Utc>) -> Result<(), StoreError> {
    let roster = Roster::new(team, &[], now, (now - TimeDelta::days(8), now + TimeDelta::days(8)));
    if let Some(turn) = Turn::of(&roster, ROTATION, now, now) {
        let lines = TYPED.map(|(id, field, text)| Line {
            shift: turn.key(),
            incident: Some(IncidentId::new(id)),
            field,
            text: Clean::line(text),
            by: Clean::line(OUTGOING),
            at: now,
        });
        Handoffs::write(data, now, |handoffs| handoffs.type_in(&lines))?;
    }
    let mut runs = Runs::open(data, now)?;
    for (words, days) in SOUGHT_IN_VAIN {
        runs.remember(&Search { at: now - TimeDelta::days(days), words: Clean::line(words), page: None })?;
    }
    Ok(())
}
