//! Who was on call, on disk: read for an answer, and told of what has begun
//! whenever somebody looks. While dogwatch runs it looks on its own, also at
//! the team file: whoever changes a rotation need not start anything again.

use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};

use super::clock::Clock;
use super::engine::Engine;
use crate::app::event::Fact;
use crate::config::{TeamFile, team_file};
use crate::domain::rotation::{Begun, Roster};
use crate::store::StoreError;
use crate::store::shifts::Shifts;

/// Of the time in which nobody looked, no more than this is written down afterwards.
const CATCH_UP: TimeDelta = TimeDelta::days(400);
/// How often the team file is looked at.
const LOOK: Duration = Duration::from_secs(3);
/// How often it is looked what has begun.
const RECORD: TimeDelta = TimeDelta::minutes(5);
/// A team file is not longer than this, in bytes.
const LONGEST: u64 = 1 << 20;

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
pub fn record(folder: &Path, team: &TeamFile, (now, clock): (DateTime<Utc>, &Clock)) -> Result<(), StoreError> {
    if team.rotations.is_empty() {
        return Ok(());
    }
    let mut shifts = Shifts::open(folder, now)?;
    if matches!(clock, Clock::From { .. }) && shifts.newest()?.is_some_and(|newest| newest > now) {
        return Ok(());
    }
    shifts.record(now, |begun, looked| {
        let since = looked.unwrap_or(now).clamp(now - CATCH_UP, now);
        Roster::new(team, begun, now, (since, now + TimeDelta::seconds(1))).to_record(Some(since))
    })
}

impl Engine {
    /// Looks at the team file and at the clock from here on: tells the core of a changed schedule, and the ledger of
    /// the shifts that begin.
    pub fn keep_the_watch(&self) {
        let (engine, plan) = (self.clone(), self.plan().clone());
        let writes = !matches!(plan.decisions, super::session::Decisions::NotTaken);
        tokio::spawn(async move {
            let mut file = plan.team_path.as_deref().map(|path| Looked::at(path));
            let (mut team, mut due) = (plan.team.clone(), None);
            loop {
                let newer = file.as_mut().and_then(Looked::again);
                if let Some(newer) = newer.filter(|newer| *newer != team) {
                    team = newer;
                    due = None;
                    engine.report(Fact::TeamRead(Box::new(team.clone())));
                }
                let now = plan.clock.now();
                if writes && due.is_none_or(|due| now >= due) {
                    due = Some(now + RECORD);
                    let (folder, team, clock) = (plan.folder.clone(), team.clone(), plan.clock);
                    let told = tokio::task::spawn_blocking(move || record(&folder, &team, (now, &clock))).await;
                    if let Ok(Err(error)) = told {
                        tracing::warn!(%error, "the shifts that began are not written down");
                    }
                }
                tokio::time::sleep(LOOK).await;
            }
        });
    }
}

/// A team file as it was when it was looked at last.
struct Looked {
    path: std::path::PathBuf,
    mark: Option<(SystemTime, u64)>,
}

impl Looked {
    fn at(path: &Path) -> Self {
        Self { path: path.to_path_buf(), mark: mark(path) }
    }

    /// What it says now, if it has changed and is right. One that is wrong counts for nothing until it is mended.
    fn again(&mut self) -> Option<TeamFile> {
        let mark = mark(&self.path).filter(|(_, size)| *size <= LONGEST)?;
        if self.mark == Some(mark) {
            return None;
        }
        self.mark = Some(mark);
        let text = std::fs::read_to_string(&self.path).ok()?;
        team_file(&text, "dogwatch.toml").ok()
    }
}

fn mark(path: &Path) -> Option<(SystemTime, u64)> {
    let about = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    Some((about.modified().ok()?, about.len()))
}
