//! Who was on call, on disk: read for an answer, and told of what has begun
//! whenever somebody looks.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use super::clock::Clock;
use crate::config::TeamFile;
use crate::domain::rotation::{Begun, Roster};
use crate::store::StoreError;
use crate::store::shifts::Shifts;

/// Of the time in which nobody looked, no more than this is written down afterwards.
const CATCH_UP: TimeDelta = TimeDelta::days(400);

/// What is known of who had which shift in a stretch of time; nothing, where nobody has looked yet.
///
/// # Errors
///
/// [`StoreError`]: what is there cannot be read.
pub fn remembered(folder: &Path, stretch: (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<Begun>, StoreError> {
    Shifts::look_into(folder)?.map_or_else(|| Ok(Vec::new()), |shifts| shifts.begun(stretch))
}

/// Writes down which shifts have begun, and who has the ones that run if the team file was changed. A team without
/// rotations leaves no trace; neither does a pretended time that lies before what is known.
///
/// # Errors
///
/// [`StoreError`]: nothing was written.
pub fn record(folder: &Path, team: &TeamFile, clock: &Clock) -> Result<(), StoreError> {
    if team.rotations.is_empty() {
        return Ok(());
    }
    let now = clock.start();
    let mut shifts = Shifts::open(folder, now)?;
    if matches!(clock, Clock::From { .. }) && shifts.newest()?.is_some_and(|newest| newest > now) {
        return Ok(());
    }
    shifts.record(now, |begun, looked| {
        let since = looked.unwrap_or(now).clamp(now - CATCH_UP, now);
        Roster::new(team, begun, now, (since, now + TimeDelta::seconds(1))).to_record(Some(since))
    })
}
