//! One source's artifacts, asked for again and again: what came is kept with
//! how far the list has been read, both or neither.
//!
//! Of a first reading nothing is judged before all of it is there: half a
//! history would raise findings that the whole one does not.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::super::Suites;
use super::super::shelf::Shelf;
use super::{Arrivals, News, Polls, door, reader};
use crate::domain::evals::gather::Filed;
use crate::domain::id::SourceId;
use crate::domain::text::Clean;
use crate::shell::clock::Clock;
use crate::shell::engine::{Engine, Network, told};
use crate::shell::logs;
use crate::shell::remote::next_poll;
use crate::sources::evals::artifacts::{Artifacts, CURSOR, Polled, Sink, Taken, place};
use crate::sources::github::client::Client;
use crate::sources::github::door::Door;
use crate::sources::github::trouble::Trouble;
use crate::sources::github::{NotKept, PollError};
use crate::store::StoreError;
use crate::store::results::{FileMark, FileRead, Results};

/// How often the list is looked at, where the source does not say.
const EVERY: Duration = Duration::from_mins(5);
/// After the first failure; doubled with each further one.
const RETRY: Duration = Duration::from_secs(5);
/// A list that fails is asked for at least this often.
const LONGEST_RETRY: Duration = Duration::from_mins(5);
/// Between two polls while there is more to read.
const BREATH: Duration = Duration::from_millis(100);

/// When to ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// More is waiting.
    AtOnce,
    /// When it is due, or the operator wants it.
    Due(Duration),
    /// As [`Self::Due`], after a failure.
    Retry(Duration),
    /// Not before, whoever wants it: the host has asked to be left alone.
    NotBefore(Duration),
}

/// Why a poll gave nothing, and how long the host asks to be left alone.
type Unread = (Clean, Option<Duration>);

/// Reads the artifacts of one source.
pub(super) struct Fetcher {
    engine: Engine,
    id: SourceId,
    door: Door,
    reader: Artifacts,
    runs: Runs,
    every: Duration,
    pass_at: f64,
    arrivals: Arrivals,
}

impl Fetcher {
    /// None if there are no artifacts, or nobody may be asked.
    pub(super) async fn of(suites: &Suites) -> Option<Self> {
        let (engine, id, evals) = (suites.engine.clone(), suites.id.clone(), &suites.source);
        let door = door(id.as_str(), evals, engine.plan(), engine.given())?;
        let kept = engine.keeper().ask(|store| store.health().unwrap_or_default()).await.unwrap_or_default();
        let kept = kept.into_iter().find(|kept| kept.id == id);
        suites.arrivals.heard().fetched_at = kept.and_then(|kept| kept.fetched_at);
        if engine.network() == Network::Offline {
            return None;
        }
        let source = id.clone();
        // A cursor that cannot be read is begun anew: archives come again, and each run is still one run.
        let cursor = suites.with(move |results| results.cursor(&source, CURSOR)).await.and_then(Result::ok).flatten();
        Some(Self {
            reader: reader(&door, evals, cursor.as_deref())?,
            runs: Runs {
                shelf: Arc::clone(suites.results.as_ref()?),
                source: id.clone(),
                clock: engine.clock(),
                kept: 0,
            },
            every: evals.every.and_then(|every| every.to_std().ok()).unwrap_or(EVERY),
            pass_at: evals.pass_at,
            arrivals: suites.arrivals.clone(),
            engine,
            id,
            door,
        })
    }

    /// Goes on until the program ends.
    pub(super) async fn keep_on(mut self) {
        let mut failures = 0;
        let asked = self.engine.asked().clone();
        loop {
            let wish = asked.overhear();
            tokio::pin!(wish);
            // What is wanted while an answer is under way may not be in it.
            wish.as_mut().enable();
            let next = self.fetch(failures).await;
            failures = if matches!(next, Next::Retry(_) | Next::NotBefore(_)) { failures + 1 } else { 0 };
            match next {
                Next::AtOnce => tokio::time::sleep(BREATH).await,
                Next::NotBefore(pause) => tokio::time::sleep(pause).await,
                // Whatever it is that the operator wants: a list that is as it was costs nothing.
                Next::Due(pause) | Next::Retry(pause) => tokio::select! {
                    () = wish => {}
                    () = tokio::time::sleep(pause) => {}
                },
            }
        }
    }

    /// Asks once, after so many failures in a row; what came is kept when this returns.
    pub(super) async fn fetch(&mut self, failures: u32) -> Next {
        let read = self.read().await;
        let next = match &read {
            // With little budget left a poll takes one at most, and the rest comes at the usual pace.
            Ok(polled) if polled.taken > 1 && polled.waiting > 0 => return Next::AtOnce,
            Ok(_) => {
                let budget = self.door.client().await.ok().and_then(|client| client.budget());
                Next::Due(next_poll(budget, self.every))
            }
            Err((_, Some(wait))) => Next::NotBefore(*wait),
            Err((_, None)) => Next::Retry((RETRY * 2_u32.saturating_pow(failures.min(8))).min(LONGEST_RETRY)),
        };
        let unreadable = self.runs.unreadable().await;
        self.report(read, unreadable);
        next
    }

    async fn read(&mut self) -> Result<Polled, Unread> {
        let client = self.door.client().await.map_err(|shut| (Clean::line(&shut.to_string()), None))?;
        let unread = |error: PollError| (Clean::line(&error.to_string()), error.wait());
        let error = match self.poll(&client).await {
            Ok(polled) => return Ok(polled),
            Err(error) => error,
        };
        let refused = matches!(&error, PollError::Trouble(Trouble::BadToken(_)));
        match if refused { self.door.renewed(&client).await } else { None } {
            Some(client) => self.poll(&client).await.map_err(unread),
            None => Err(unread(error)),
        }
    }

    async fn poll(&mut self, client: &Client) -> Result<Polled, PollError> {
        let now = self.engine.clock().now();
        self.reader.poll(client, now, self.pass_at, &mut self.runs).await
    }

    fn report(&mut self, read: Result<Polled, Unread>, unreadable: Option<u32>) {
        let kept = std::mem::take(&mut self.runs.kept);
        if kept > 0 {
            logs::did(&format!("{}: {kept} runs out of artifacts", self.id));
        }
        let mut heard = self.arrivals.heard();
        heard.polls = Polls::Some;
        heard.news = heard.news.max(if kept > 0 { News::Runs } else { News::Polled });
        heard.unreadable = unreadable.unwrap_or(heard.unreadable);
        match read {
            Ok(polled) => {
                heard.fetched_at = Some(self.engine.clock().now());
                (heard.trouble, heard.budget) = (None, polled.budget);
            }
            Err((why, _)) => {
                logs::failed(&format!("artifacts of {} not reached: {why}", self.id));
                heard.trouble = Some(why);
            }
        }
        drop(heard);
        self.arrivals.0.came.notify_one();
    }
}

/// Where the runs of one source are kept.
struct Runs {
    shelf: Shelf,
    source: SourceId,
    clock: Clock,
    /// How many nobody has been told of.
    kept: usize,
}

impl Runs {
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Results) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, NotKept> {
        let results = Arc::clone(&self.shelf);
        let work = move || work(&mut results.lock().unwrap_or_else(PoisonError::into_inner));
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(NotKept(told(&error))),
            Err(_) => Err(NotKept(Clean::line("dogwatch is ending"))),
        }
    }

    /// How many artifacts could not be read as a whole; none if that is not known.
    async fn unreadable(&self) -> Option<u32> {
        let source = self.source.clone();
        let aside = self.with(move |results| results.artifacts_aside(&source)).await.ok()?;
        u32::try_from(aside.len()).ok()
    }
}

impl Sink for Runs {
    async fn keep(&mut self, taken: Taken) -> Result<(), NotKept> {
        let (source, runs) = (self.source.clone(), taken.found.len());
        let files = files(&taken, self.clock.now());
        let cursor = taken.cursor;
        self.with(move |results| results.keep_up_to(&source, &files, (CURSOR, cursor.as_deref()))).await?;
        self.kept += runs;
        Ok(())
    }
}

/// What was taken, as files with names that lead nowhere: one for each member, and one for each artifact as a whole,
/// which says what was wrong with it, or no longer is.
fn files(taken: &Taken, now: DateTime<Utc>) -> Vec<FileRead> {
    let mut files: BTreeMap<String, FileRead> = BTreeMap::new();
    let mark = FileMark { size: 0, modified: now.timestamp_nanos_opt().unwrap_or_default(), inode: 0 };
    let mut add = |path: &Path, run: Option<Filed>, why: Option<&str>| {
        let path = path.to_string_lossy().into_owned();
        let empty = FileRead { path: path.clone(), mark, aside: None, runs: Vec::new() };
        let file = files.entry(path).or_insert(empty);
        file.runs.extend(run);
        file.aside = why.map(Clean::line).or(file.aside.take());
    };
    if let Some(id) = taken.artifact {
        add(&place(id, None), None, None);
    }
    for found in &taken.found {
        add(&found.place, Some(found.filed()), None);
    }
    for aside in &taken.aside {
        add(&aside.file, None, Some(&aside.reason));
    }
    files.into_values().collect()
}
