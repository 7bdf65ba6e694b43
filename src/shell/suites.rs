//! The results of evaluations, looked at whenever files change, judged
//! together, and what is wrong put into the queue.
//!
//! One process of all that share a store looks: the one that sends. A file
//! counts once its size has held still; one that is as it was costs a look at
//! its folder. The queue and the keys never wait for a file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use glob::Pattern;
use tokio::time::Instant;

use super::engine::{ASK_FOR_LEASE, Engine, told};
use super::rows;
use super::session::Plan;
use crate::app::event::Fact;
use crate::config::{EvalsSource, SourceKind, TrackerKind};
use crate::domain::book::Keeping;
use crate::domain::evals::evidence::{self, Around};
use crate::domain::evals::findings::{AGAIN_DAYS, Finding, Known, Rules, State, Suite};
use crate::domain::evals::gather::{Filed, judge, one_of_each};
use crate::domain::evals::history::SuiteKey;
use crate::domain::evals::{CaseKey, Status};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::source::SourceHealth;
use crate::domain::text::Clean;
use crate::sources::evals::folder::Walked;
use crate::sources::evals::many::read_many;
use crate::store::StoreError;
use crate::store::results::{FileMark, FileRead, Results};

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
/// So many files are kept at once.
const BATCH: usize = 200;
/// So many runs are taken from the store at once.
const CHUNK: u32 = 500;

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

/// Reading and writing it may take a moment, and nobody but us waits for that.
type Shelf = Arc<Mutex<Results>>;

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

/// What one look found.
struct Look {
    fresh: Vec<(PathBuf, FileMark)>,
    growing: bool,
    trouble: Option<Clean>,
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

    async fn remember(&mut self) {
        let folder = self.engine.folder().to_owned();
        let opened = tokio::task::spawn_blocking(move || Results::open(&folder)).await;
        match opened {
            Ok(Ok(results)) => self.results = Some(Arc::new(Mutex::new(results))),
            Ok(Err(error)) => return self.tell(Some(told(&error))).await,
            // Cancelled, as only at the end of the program.
            Err(_) => return,
        }
        let source = self.id.clone();
        // What is not known is read again.
        let files = self.with(move |results| results.files(&source)).await.and_then(Result::ok).unwrap_or_default();
        self.known = files.into_iter().map(|(path, mark)| (path.into(), mark)).collect();
    }

    /// Does this with what is remembered of results; none if there is nothing, or at the end of the program.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Results) -> Result<T, StoreError> + Send + 'static,
    ) -> Option<Result<T, StoreError>> {
        let results = Arc::clone(self.results.as_ref()?);
        let work = move || work(&mut results.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(work).await.ok()
    }

    /// What these cases are called.
    async fn names(&self, keys: Vec<CaseKey>) -> BTreeMap<CaseKey, Clean> {
        // Without a name a case is shown as one without.
        self.with(move |results| results.names(&keys)).await.and_then(Result::ok).unwrap_or_default()
    }

    /// Whether something may still be growing.
    async fn look_once(&mut self, patience: Patience) -> bool {
        let paths: Vec<PathBuf> = self.source.paths.iter().map(|path| self.home.join(path)).collect();
        let began = Instant::now();
        let walked = tokio::task::spawn_blocking(move || Walked::below(paths)).await.unwrap_or_default();
        self.walk = began.elapsed();
        let look = self.compare(&walked, patience);
        if !look.fresh.is_empty() {
            self.take_in(look.fresh).await;
        }
        self.tell(look.trouble).await;
        look.growing
    }

    fn compare(&mut self, walked: &Walked, patience: Patience) -> Look {
        let mut fresh = Vec::new();
        let mut settling = BTreeMap::new();
        for (path, mark) in &walked.files {
            if self.known.get(path) == Some(mark) {
                continue;
            }
            if patience == Patience::None || self.settling.get(path) == Some(mark) {
                fresh.push((path.clone(), *mark));
            } else {
                settling.insert(path.clone(), *mark);
            }
        }
        self.settling = settling;
        let trouble = walked.aside.first();
        let trouble = trouble.map(|aside| Clean::line(&format!("{}: {}", aside.file.display(), aside.reason)));
        Look { fresh, growing: !self.settling.is_empty(), trouble }
    }

    /// Reads these files and keeps what they hold, some at a time.
    async fn take_in(&mut self, fresh: Vec<(PathBuf, FileMark)>) {
        let (now, pass_at) = (self.engine.clock().now(), self.source.pass_at);
        let marks: BTreeMap<PathBuf, FileMark> = fresh.into_iter().collect();
        let files: Vec<PathBuf> = marks.keys().cloned().collect();
        let (tell, mut hear) = tokio::sync::mpsc::channel::<Vec<FileRead>>(2);
        let theirs = marks.clone();
        let mut named = BTreeSet::new();
        let reading = tokio::task::spawn_blocking(move || {
            let mut batch = Vec::with_capacity(BATCH);
            read_many(&files, now, pass_at, |told| {
                let Some(mark) = theirs.get(&told.file).copied() else { return };
                let path = told.file.to_string_lossy().into_owned();
                let (aside, mut runs) = match told.said {
                    Ok(runs) => (None, runs),
                    Err(skip) => (Some(Clean::line(&skip.reason)), Vec::new()),
                };
                // A name is kept once.
                for filed in &mut runs {
                    filed.names.retain(|(key, _)| named.insert(*key));
                }
                batch.push(FileRead { path, mark, aside, runs });
                if batch.len() == BATCH {
                    let _gone = tell.blocking_send(std::mem::take(&mut batch));
                }
            });
            let _gone = tell.blocking_send(batch);
        });
        while let Some(batch) = hear.recv().await {
            let source = self.id.clone();
            let kept: Vec<PathBuf> = batch.iter().map(|file| PathBuf::from(&file.path)).collect();
            let done = self.with(move |results| results.keep(&source, &batch)).await;
            match done {
                Some(Ok(())) => {
                    self.known.extend(kept.into_iter().filter_map(|path| Some((path.clone(), *marks.get(&path)?))));
                    self.judged = Judged::No;
                }
                // They are read again by the next look.
                Some(Err(error)) => self.tell(Some(told(&error))).await,
                None => return,
            }
        }
        // It has told everything.
        let _ended = reading.await;
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

    /// Everything that is known of this source.
    async fn runs(&self) -> Vec<Filed> {
        let (mut all, mut after) = (Vec::new(), 0);
        loop {
            let source = self.id.clone();
            let chunk = self.with(move |results| results.runs(&source, after, CHUNK)).await;
            let Some(Ok(chunk)) = chunk else { return all };
            let Some((last, _)) = chunk.last() else { return all };
            after = *last;
            all.extend(chunk.into_iter().map(|(_, filed)| filed));
        }
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
        let keys: BTreeSet<CaseKey> = findings.iter().flat_map(|finding| finding.cases.iter().copied()).collect();
        let keys: Vec<CaseKey> = keys.into_iter().collect();
        let names = self.names(keys).await;
        self.put_into_the_queue(&runs, &findings, &names).await;
    }

    async fn put_into_the_queue(&self, runs: &[Filed], findings: &[Finding], names: &BTreeMap<CaseKey, Clean>) {
        let by_key = runs.iter().map(|filed| (filed.record.run, &filed.row)).collect();
        let around = Around { runs: &by_key, names };
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
            bodies: open.iter().map(|finding| (id(finding), evidence::body(finding, &around))).collect(),
        };
        // Only what runs have shown to be well again, or people have called expected, is over.
        let over: BTreeSet<IncidentId> =
            findings.iter().filter(|finding| matches!(finding.state, State::Closed | State::Held)).map(id).collect();
        rows::put(&self.engine, self.keeping, said, move |row| over.contains(&row.id)).await;
    }

    /// What the team file says of its suites.
    async fn rules(&self, runs: &[Filed]) -> Rules {
        let newest: BTreeMap<SuiteKey, &Filed> = runs.iter().map(|filed| (filed.record.suite, filed)).collect();
        let globs: Vec<Pattern> = self.source.must_pass.iter().filter_map(|glob| Pattern::new(glob).ok()).collect();
        let wanted = newest.values().filter(|_| !globs.is_empty());
        let keys: Vec<CaseKey> = wanted.flat_map(|filed| filed.record.cases.iter().map(|case| case.key)).collect();
        let names = self.names(keys).await;
        let must_pass = |(key, name): (CaseKey, Clean)| {
            let known = Known { must_pass: true, tags: Vec::new() };
            globs.iter().any(|glob| glob.matches(name.as_str())).then_some((key, known))
        };
        let known: BTreeMap<CaseKey, Known> = names.into_iter().filter_map(must_pass).collect();
        let suite = Suite { floor: self.source.floor / 100.0, known };
        Rules { suites: newest.into_keys().map(|key| (key, suite.clone())).collect(), ..Rules::default() }
    }
}
