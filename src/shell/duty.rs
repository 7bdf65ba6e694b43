//! Who was on call, on disk: read for an answer, and told of what has begun
//! whenever somebody looks. While dogwatch runs it looks on its own, also at
//! the team file: whoever changes a rotation need not start anything again.

use std::path::Path;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};

use super::clock::Clock;
use super::dates;
use super::engine::Engine;
use super::session::{Decisions, Plan};
use crate::app::event::{Fact, Level};
use crate::config::{TeamFile, team_file};
use crate::domain::calendar::Window;
use crate::domain::rotation::{Begun, Roster};
use crate::domain::text::Clean;
use crate::store::StoreError;
use crate::store::shifts::Shifts;

/// Of the time in which nobody looked, no more than this is written down afterwards.
const CATCH_UP: TimeDelta = TimeDelta::days(400);
/// How often the team file is looked at.
const LOOK: Duration = Duration::from_secs(3);
/// How often it is looked what has begun.
const RECORD: TimeDelta = TimeDelta::minutes(5);
/// How often it is gathered what shows that planned things happened.
const GATHER: TimeDelta = TimeDelta::minutes(5);
/// And the second time.
const SOON: TimeDelta = TimeDelta::seconds(20);
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
    match recorded(folder, team, (now, clock)) {
        // Once more, on a fresh one: the damaged one has been set aside.
        Err(StoreError::Damaged { .. }) => {
            Shifts::set_aside(folder, now)?;
            recorded(folder, team, (now, clock))
        }
        other => other,
    }
}

fn recorded(folder: &Path, team: &TeamFile, (now, clock): (DateTime<Utc>, &Clock)) -> Result<(), StoreError> {
    let mut shifts = Shifts::open(folder, now)?;
    if matches!(clock, Clock::From { .. }) && shifts.newest()?.is_some_and(|newest| newest > now) {
        return Ok(());
    }
    shifts.record(now, |begun, looked| {
        let since = looked.unwrap_or(now).clamp(now - CATCH_UP, now);
        Roster::new(team, begun, now, (since, now + TimeDelta::seconds(1))).to_record(Some(since))
    })
}

/// Writes down what has begun, and tells what is known of a stretch of time. A ledger that turns out to be damaged is
/// set aside and begun anew.
///
/// # Errors
///
/// [`StoreError`]: nothing is known.
pub fn look(
    (folder, team): (&Path, &TeamFile),
    (now, clock): (DateTime<Utc>, &Clock),
    stretch: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Begun>, StoreError> {
    record(folder, team, (now, clock))?;
    match remembered(folder, stretch) {
        Err(StoreError::Damaged { .. }) => {
            Shifts::set_aside(folder, now)?;
            record(folder, team, (now, clock))?;
            remembered(folder, stretch)
        }
        other => other,
    }
}

impl Engine {
    /// Looks at the team file and at the clock from here on: tells the core of a changed schedule, and the ledger of
    /// the shifts that begin.
    pub fn keep_the_watch(&self) {
        self.watch(Dates::Left);
    }

    /// The same, and gathers now and then what the calendar is held against.
    pub fn keep_watch_and_calendar(&self) {
        self.watch(Dates::Gathered);
    }

    fn watch(&self, dates: Dates) {
        let engine = self.clone();
        let mut watch = Watch { file: None, plan: engine.plan().clone(), record_at: None, gather_at: None };
        watch.file = watch.plan.team_path.as_deref().map(Looked::at);
        tokio::spawn(async move {
            loop {
                match watch.team_has_changed() {
                    Ok(true) => engine.report(Fact::TeamRead(Box::new(watch.plan.team.clone()))),
                    Ok(false) => {}
                    Err(text) => engine.report(Fact::Told { level: Level::Warning, text }),
                }
                watch.record().await;
                if dates == Dates::Gathered {
                    watch.gather(&engine).await;
                }
                tokio::time::sleep(LOOK).await;
            }
        });
    }
}

/// Whether the calendar is wanted, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dates {
    Gathered,
    Left,
}

/// What is looked at again and again.
struct Watch {
    file: Option<Looked>,
    /// With the team file as it is now.
    plan: Plan,
    record_at: Option<DateTime<Utc>>,
    gather_at: Option<DateTime<Utc>>,
}

impl Watch {
    /// Whether the file says something else than before; what it says is taken over.
    fn team_has_changed(&mut self) -> Result<bool, Clean> {
        let Some(newer) = self.file.as_mut().and_then(Looked::again).transpose()? else { return Ok(false) };
        let changed = newer != self.plan.team;
        if changed {
            (self.plan.team, self.record_at, self.gather_at) = (newer, None, None);
        }
        Ok(changed)
    }

    async fn record(&mut self) {
        let now = self.plan.clock.now();
        if self.plan.decisions == Decisions::NotTaken || self.record_at.is_some_and(|due| now < due) {
            return;
        }
        self.record_at = Some(now + RECORD);
        let plan = self.plan.clone();
        let told = tokio::task::spawn_blocking(move || record(&plan.folder, &plan.team, (now, &plan.clock))).await;
        if let Ok(Err(error)) = told {
            tracing::warn!(%error, "the shifts that began are not written down");
        }
    }

    async fn gather(&mut self, engine: &Engine) {
        let now = self.plan.clock.now();
        if self.gather_at.is_some_and(|due| now < due) {
            return;
        }
        // At the start the sources are asked, too: what they say is looked at soon.
        self.gather_at = Some(now + if self.gather_at.is_none() { SOON } else { GATHER });
        let window = Window::around(&self.plan.team, now);
        engine.report(Fact::Gathered(Box::new(dates::gather(&self.plan, window).await)));
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

    /// What it says now, if it has changed; or what is wrong with it, once. One that is wrong counts for nothing until
    /// it is mended.
    fn again(&mut self) -> Option<Result<TeamFile, Clean>> {
        let mark = mark(&self.path);
        if self.mark == mark {
            return None;
        }
        self.mark = mark;
        let name = self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stays = |why: &str| Err(Clean::line(&format!("what was known of {name} stays: {why}")));
        match mark {
            None => Some(stays("it is gone")),
            Some((_, size)) if size > LONGEST => Some(stays("it is longer than 1 MiB now")),
            Some(_) => Some(match std::fs::read_to_string(&self.path) {
                Err(error) => stays(&format!("it cannot be read: {error}")),
                Ok(text) => team_file(&text, &name)
                    .or_else(|problems| stays(&problems.first().map(ToString::to_string).unwrap_or_default())),
            }),
        }
    }
}

fn mark(path: &Path) -> Option<(SystemTime, u64)> {
    let about = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    Some((about.modified().ok()?, about.len()))
}
