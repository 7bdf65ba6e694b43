//! The results of evaluations, looked at whenever files change, judged
//! together, and what is wrong put into the queue.
//!
//! One process of all that share a store looks: the one that sends. Artifacts
//! are asked for beside the folders, and judged with them. A file counts once
//! its size has held still; one that is as it was costs a look at its folder.
//! The queue and the keys never wait for a file.

pub mod artifacts;
mod case;
mod ear;
mod filing;
mod folders;
mod judging;
mod overdue;
mod rules;
mod scenes;
mod shelf;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use self::artifacts::Arrivals;
use self::ear::{Ear, Hearing, Touched};
use self::folders::{Found, Patience, Settling};
use self::rules::{Said, Words};
use self::shelf::Shelf;
use super::engine::{ASK_FOR_LEASE, Engine};
use super::session::Plan;
use crate::app::event::Fact;
use crate::config::{EvalsSource, SourceKind, TrackerKind};
use crate::domain::book::Keeping;
use crate::domain::evals::findings::Story;
use crate::domain::evals::gather::Filed;
use crate::domain::id::SourceId;
use crate::domain::source::SourceHealth;
use crate::domain::text::Clean;
use crate::store::results::FileMark;

/// How often folders are looked at where the system does not tell what changes, if that is quick.
const EVERY: Duration = Duration::from_secs(2);
/// How often where it does.
const SELDOM: Duration = Duration::from_secs(30);
/// Looking takes at most one part in so many of the time.
const SHARE: u32 = 100;
/// How often it is told that all is as it was.
const TOLD_EVERY: TimeDelta = TimeDelta::minutes(1);
/// How soon again when a file may still be growing.
const SOON: Duration = Duration::from_millis(100);
/// An unended run is read anew this often: it may have become old. As often it is asked which runs did not come.
const RUNNING: TimeDelta = TimeDelta::hours(1);

/// The folders and artifacts of one source.
pub(super) struct Suites {
    engine: Engine,
    id: SourceId,
    source: EvalsSource,
    home: PathBuf,
    keeping: Keeping,
    /// The branch that the repository's clone was made of.
    branch: Option<String>,
    known: BTreeMap<PathBuf, FileMark>,
    settling: Settling,
    words: Words,
    judged: Judged,
    /// What the runs have told so far; none before they have been judged in this process.
    story: Option<Story>,
    /// Runs that are kept and not part of the story yet.
    fresh: Vec<Filed>,
    results: Option<Shelf>,
    told: Option<(DateTime<Utc>, Option<Clean>)>,
    /// How long the last look at the folders took.
    walk: Duration,
    /// Files with a run that had not ended when it was read.
    running: Vec<PathBuf>,
    arrivals: Arrivals,
}

/// Whether what is known has been judged in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judged {
    Yes,
    No,
}

impl Engine {
    /// Looks at results of evaluations whenever they change, from when this process sends until the program ends.
    pub fn keep_reading_results(&self) {
        for suites in Suites::all(self.plan(), self) {
            let engine = self.clone();
            tokio::spawn(async move {
                while !engine.sends() {
                    tokio::time::sleep(ASK_FOR_LEASE).await;
                }
                suites.watch().await;
            });
        }
    }

    /// Looks at results of evaluations once, if no other process does.
    pub async fn read_results_once(&self) {
        let all = Suites::all(self.plan(), self);
        if all.is_empty() || !self.will_send().await {
            return;
        }
        for suites in all {
            suites.look().await;
        }
    }
}

impl Suites {
    /// One for each source of results in this plan that has folders or artifacts.
    pub(super) fn all(plan: &Plan, engine: &Engine) -> Vec<Self> {
        let home = plan.team_path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
        let keeping = if plan.team.tracker.kind == TrackerKind::Local { Keeping::Here } else { Keeping::Elsewhere };
        let trusted = engine.given().is_given();
        let of = |source: &crate::config::Source| match &source.kind {
            SourceKind::Evals(evals) => {
                let mut evals = evals.clone();
                // A file that nobody has trusted looks only below itself.
                evals.paths.retain(|path| trusted || !crate::config::leads_out(path));
                Some((SourceId::new(&source.id), evals))
            }
            SourceKind::Github(_) | SourceKind::Mcp(_) => None,
        };
        let has_any = |(_, source): &(SourceId, EvalsSource)| !source.paths.is_empty() || source.artifacts.is_some();
        let sources = plan.team.sources.iter().filter_map(of).filter(has_any);
        sources
            .map(|(id, source)| Self {
                engine: engine.clone(),
                id,
                source,
                branch: rules::default_branch(&home),
                home: home.clone(),
                keeping,
                known: BTreeMap::new(),
                settling: Settling::default(),
                words: Words::default(),
                judged: Judged::No,
                story: None,
                fresh: Vec::new(),
                results: None,
                told: None,
                walk: Duration::ZERO,
                running: Vec::new(),
                arrivals: Arrivals::default(),
            })
            .collect()
    }

    /// Goes on until the program ends.
    pub(super) async fn watch(mut self) {
        self.remember().await;
        if self.results.is_none() {
            return;
        }
        self.keep_fetching().await;
        let paths: Vec<PathBuf> = self.source.paths.iter().map(|path| self.home.join(path)).collect();
        let mut ear = Ear::to(&paths, &self.home);
        let mut spoken = self.engine.spoken();
        let mut judged_at = self.engine.clock().now();
        let mut touched = Touched::Everything;
        let mut looked_at = Instant::now().checked_sub(SOON).unwrap_or_else(Instant::now);
        loop {
            // However fast a file grows, a look says that it held still only after a while.
            tokio::time::sleep_until(looked_at + SOON).await;
            self.receive();
            looked_at = Instant::now();
            self.look_at(touched).await;
            if self.hear().await == Said::Anew {
                self.tell_anew();
            }
            let now = self.engine.clock().now();
            if self.judged == Judged::No {
                self.judge().await;
                judged_at = now;
            } else if now - judged_at >= RUNNING {
                self.doubt_what_runs();
                // A run may be overdue by now.
                self.judged = Judged::No;
                judged_at = now;
            }
            let pause = self.pause(ear.listen());
            touched = tokio::select! {
                touched = ear.next() => touched,
                () = tokio::time::sleep_until(looked_at + SOON), if self.settling.is_any() => self.settling.touched(),
                () = tokio::time::sleep(pause) => Touched::Everything,
                () = self.arrivals.wait() => Touched::Everything,
                _ = spoken.changed() => Touched::default(),
            };
        }
    }

    /// Until all folders are looked at again.
    fn pause(&self, hearing: Hearing) -> Duration {
        let usual = match hearing {
            Hearing::Good => SELDOM,
            // Where there are only artifacts, there is nothing to hear.
            Hearing::Patchy if self.source.paths.is_empty() => SELDOM,
            Hearing::Patchy => EVERY,
        };
        let wanted = self.source.every.and_then(|every| every.to_std().ok()).unwrap_or(usual);
        wanted.max(self.walk * SHARE)
    }

    /// Looks and judges once; what was judged before as it is now is not judged again.
    pub(super) async fn look(mut self) {
        self.remember().await;
        if self.results.is_none() {
            return;
        }
        self.fetch_once().await;
        self.hear().await;
        if self.look_once(Patience::None).await == Found::Something || !self.was_judged().await {
            self.judge().await;
        }
        if self.doubt_what_runs() {
            self.look_once(Patience::None).await;
            self.judge().await;
        }
    }

    /// A run that had not ended is read again: it may be too old by now to be still at work.
    fn doubt_what_runs(&mut self) -> bool {
        let running = std::mem::take(&mut self.running);
        running.iter().filter(|path| self.known.remove(*path).is_some()).count() > 0
    }

    /// Something holds now that did not when the runs were judged.
    fn tell_anew(&mut self) {
        self.story = None;
        self.fresh.clear();
        self.judged = Judged::No;
    }

    /// Tells how the source is: when that changes, and now and then that it is as it was.
    async fn tell(&mut self, trouble: Option<Clean>) {
        let now = self.engine.clock().now();
        if self.told.as_ref().is_some_and(|(at, told)| *told == trouble && now - *at < TOLD_EVERY) {
            return;
        }
        self.told = Some((now, trouble.clone()));
        let mut health = SourceHealth::never(self.id.clone(), "evals");
        health.fetched_at = Some(now);
        health.error = trouble;
        let Some(health) = self.together(health) else { return };
        let engine = self.engine.clone();
        let work = move |store: &mut crate::store::Store| {
            // A health that cannot be kept is told again by the next look.
            let _unkept = store.set_health(&health);
            engine.report(Fact::FetchEnded(health));
        };
        self.engine.keeper().ask(work).await;
    }
}
