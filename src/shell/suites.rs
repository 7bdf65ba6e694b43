//! The results of evaluations, looked at whenever files change, judged
//! together, and what is wrong put into the queue.
//!
//! One process of all that share a store looks: the one that sends. A file
//! counts once its size has held still; one that is as it was costs a look at
//! its folder. The queue and the keys never wait for a file.

mod case;
mod filing;
mod folders;
mod rules;
mod scenes;
mod shelf;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use self::shelf::Shelf;
use super::engine::{ASK_FOR_LEASE, Engine};
use super::rows;
use super::session::Plan;
use crate::app::event::Fact;
use crate::config::{EvalsSource, SourceKind, TrackerKind};
use crate::domain::book::Keeping;
use crate::domain::evals::evidence::{self, Around};
use crate::domain::evals::findings::{AGAIN_DAYS, Finding, State};
use crate::domain::evals::gather::{Filed, Named, judge, one_of_each};
use crate::domain::evals::{CaseKey, Status};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::source::SourceHealth;
use crate::domain::text::Clean;
use crate::store::results::FileMark;

/// How often folders are looked at while nothing is new, if that is quick.
const EVERY: Duration = Duration::from_secs(2);
/// Looking takes at most one part in so many of the time.
const SHARE: u32 = 100;
/// How often it is told that all is as it was.
const TOLD_EVERY: TimeDelta = TimeDelta::minutes(1);
/// How soon again when a file may still be growing.
const SOON: Duration = Duration::from_millis(150);
/// An unended run is read anew this often: it may have become old.
const RUNNING: TimeDelta = TimeDelta::hours(1);

/// The folders of one source.
pub(super) struct Suites {
    engine: Engine,
    id: SourceId,
    source: EvalsSource,
    home: PathBuf,
    keeping: Keeping,
    known: BTreeMap<PathBuf, FileMark>,
    settling: BTreeMap<PathBuf, FileMark>,
    judged: Judged,
    results: Option<Shelf>,
    told: Option<(DateTime<Utc>, Option<Clean>)>,
    /// How long the last look at the folders took.
    walk: Duration,
    /// Files with a run that had not ended when it was read.
    running: Vec<PathBuf>,
}

/// Whether what is known has been judged in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judged {
    Yes,
    No,
}

/// Whether a file must have held still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// From one look to the next.
    TwoLooks,
    /// It is taken as it is.
    None,
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
    /// One for each source of results in this plan that has folders.
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
        let sources = plan.team.sources.iter().filter_map(of).filter(|(_, source)| !source.paths.is_empty());
        sources
            .map(|(id, source)| Self {
                engine: engine.clone(),
                id,
                source,
                home: home.clone(),
                keeping,
                known: BTreeMap::new(),
                settling: BTreeMap::new(),
                judged: Judged::No,
                results: None,
                told: None,
                walk: Duration::ZERO,
                running: Vec::new(),
            })
            .collect()
    }

    /// Goes on until the program ends.
    pub(super) async fn watch(mut self) {
        self.remember().await;
        if self.results.is_none() {
            return;
        }
        let wanted = self.source.every.and_then(|every| every.to_std().ok()).unwrap_or(EVERY);
        let mut judged_at = self.engine.clock().now();
        loop {
            let growing = self.look_once(Patience::TwoLooks).await;
            let now = self.engine.clock().now();
            if self.judged == Judged::No {
                self.judge().await;
                judged_at = now;
            } else if now - judged_at >= RUNNING {
                self.doubt_what_runs();
                judged_at = now;
            }
            let pause = if growing { SOON } else { wanted };
            tokio::time::sleep(pause.max(self.walk * SHARE)).await;
        }
    }

    /// Looks and judges once.
    pub(super) async fn look(mut self) {
        self.remember().await;
        if self.results.is_none() {
            return;
        }
        self.look_once(Patience::None).await;
        self.judge().await;
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
        let engine = self.engine.clone();
        let work = move |store: &mut crate::store::Store| {
            // A health that cannot be kept is told again by the next look.
            let _unkept = store.set_health(&health);
            engine.report(Fact::FetchEnded(health));
        };
        self.engine.keeper().ask(work).await;
    }

    async fn judge(&mut self) {
        self.judged = Judged::Yes;
        let runs = self.runs().await;
        let is_running = |filed: &&Filed| filed.row.status == Status::Running;
        self.running = runs.iter().filter(is_running).map(|filed| filed.row.file.clone()).collect();
        let (rules, home) = (self.rules(&runs).await, self.home.clone());
        let judged = tokio::task::spawn_blocking(move || {
            let (mut runs, _) = one_of_each(runs);
            for filed in &mut runs {
                // What is told of a file is where it lies beside the team file, not on which machine.
                if let Ok(beside) = filed.row.file.strip_prefix(&home) {
                    filed.row.file = beside.to_path_buf();
                }
            }
            let findings = judge(rules, &runs);
            (runs, findings)
        });
        let Ok((runs, findings)) = judged.await else { return };
        let (source, kept) = (self.id.clone(), findings.clone());
        // What cannot be kept is found again.
        let _unkept = self.with(move |results| results.keep_findings(&source, &kept)).await;
        let keys: BTreeSet<CaseKey> = findings.iter().flat_map(|finding| finding.cases.iter().copied()).collect();
        let keys: Vec<CaseKey> = keys.into_iter().collect();
        let names = self.names(keys).await;
        self.put_into_the_queue(&runs, &findings, &names).await;
    }

    async fn put_into_the_queue(&self, runs: &[Filed], findings: &[Finding], names: &BTreeMap<CaseKey, Named>) {
        let by_key = runs.iter().map(|filed| (filed.record.run, &filed.row)).collect();
        let around = Around { runs: &by_key };
        let is_open = |finding: &&Finding| finding.state == State::Open && evidence::is_incident(finding);
        let open: Vec<&Finding> = findings.iter().filter(is_open).collect();
        let id = |finding: &Finding| evidence::incident_id(&self.id, finding);
        let said = rows::Said {
            at: self.engine.clock().now(),
            standing: open.iter().filter_map(|finding| evidence::row(&self.id, finding, &around)).collect(),
            open: open.iter().map(|finding| id(finding)).collect(),
            again: TimeDelta::days(AGAIN_DAYS),
            // Only a new run says anything new.
            refresh: None,
            bodies: self.bodies(&open, names).await,
        };
        // Only what runs have shown to be well again, or people have called expected, is over.
        let over: BTreeSet<IncidentId> =
            findings.iter().filter(|finding| matches!(finding.state, State::Closed | State::Held)).map(id).collect();
        rows::put(&self.engine, self.keeping, said, move |row| over.contains(&row.id)).await;
    }
}
