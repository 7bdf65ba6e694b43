//! A running watch: the core, the store, the sender's lease and the sources,
//! with or without a screen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::clock::Clock;
use super::engine::{self, Engine, Given, Network, told};
use super::keeper::Keeper;
use super::known::{health_of, known_sources, of_known, probed};
use super::logs;
use super::remote::{self, Remote};
use crate::app::desk::{Decided, Desk, Setup};
use crate::app::event::{Effect, Fact, Level, News};
use crate::config::{PersonalFile, TeamFile, TrackerKind, TrustItem, wants_trust};
use crate::domain::hash::hex;
use crate::domain::id::{OpId, SourceId};
use crate::domain::queue::state_labels;
use crate::domain::text::Clean;
use crate::domain::triage::Model;
use crate::store::results::Results;
use crate::store::{Access, Bodies, Notice, Opening, Retention, Store, StoreError, Wanted};

/// Everything that a session needs to know at its start.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The operating model.
    pub team: TeamFile,
    /// The operator's own settings.
    pub personal: PersonalFile,
    /// Where the team file lies; none if there is none.
    pub team_path: Option<PathBuf>,
    /// Where the store lies.
    pub folder: PathBuf,
    /// The time.
    pub clock: Clock,
    /// Whether sources may be asked.
    pub network: Network,
    /// Whether decisions are taken.
    pub decisions: Decisions,
    /// Whether the team file is trusted for this run, whatever is remembered.
    pub trust: Trust,
    /// How much is written into the log: 0 to 2.
    pub verbosity: u8,
    /// The name of the operator's account, where the personal file names nobody.
    pub account: String,
}

/// Whether decisions are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decisions {
    /// They are.
    Taken,
    /// `--readonly`.
    NotTaken,
}

/// Whether MCP endpoints are probed beside the other sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probes {
    /// Each once.
    One,
    /// Not now: they have rounds of their own, or nobody asked for it.
    None,
}

/// Whether the operator has allowed what the team file asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trusted {
    /// They have.
    Yes,
    /// They have not.
    No,
}

impl From<Trusted> for Given {
    fn from(trusted: Trusted) -> Self {
        let given = Self::default();
        if trusted == Trusted::Yes {
            given.give();
        }
        given
    }
}

/// Where trust in the team file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// What the operator said before, if the file still asks for the same.
    AsRemembered,
    /// `--trust`.
    ForThisRun,
}

/// Everything around a core that has not begun yet.
pub struct Start {
    /// What the core is given once.
    pub setup: Setup,
    /// What this machine remembers: the first facts, in order.
    pub facts: Vec<Fact>,
    /// Everything outside.
    pub engine: Engine,
    /// What happens outside.
    pub news: UnboundedReceiver<Fact>,
    /// The time.
    pub clock: Clock,
    /// What the team file asks for and has not been allowed.
    pub untrusted: Vec<TrustItem>,
}

impl Start {
    /// Opens the store and reads what it remembers. Asks nobody anything.
    ///
    /// # Errors
    ///
    /// The store belongs to a newer dogwatch, or its folder cannot be made or read.
    pub fn prepare(plan: &Plan) -> Result<Self, StoreError> {
        let now = plan.clock.start();
        let wanted = match plan.decisions {
            Decisions::Taken => Wanted::ReadWrite,
            Decisions::NotTaken => Wanted::ReadOnly,
        };
        let opened = Store::open_with(&plan.folder, now, &Opening { wanted, ..Opening::default() })?;
        let store = opened.store;
        if *store.access() == Access::ReadWrite && plan.decisions == Decisions::Taken {
            logs::begin(&plan.folder, (now, plan.personal.retention.logs), plan.verbosity);
        }
        let asked_for = wants_trust(&plan.team);
        let trusted = trust_in(plan, Some(&store), &asked_for);
        let setup = setup(plan, &store);
        let known = known_sources(&plan.team);
        let mut facts = vec![remembered(&store, plan, &known, now)?];
        facts.extend(probed(&store, &known));
        for (source, _) in &known {
            if let Some(login) = store.cursor(source, LOGIN)? {
                facts.push(Fact::Identified { source: source.clone(), login: Clean::line(&login) });
            }
        }
        facts.extend(opened.notices.iter().map(notice));
        let (sender, news) = unbounded_channel();
        let keeper = keep(store, plan, known, sender.clone());
        let given = Given::from(trusted);
        let remotes = remotes(plan, &given);
        let mark = plan.team_path.clone().map(|path| (path.clone(), fingerprint(&path, &asked_for)));
        let labels = state_labels(&setup.model);
        let engine = Engine::new((keeper, sender), remotes, labels, plan, engine::Trust { given, mark });
        let untrusted = if trusted == Trusted::Yes { Vec::new() } else { asked_for };
        Ok(Self { setup, facts, engine, news, clock: plan.clock, untrusted })
    }
}

/// A running watch around a core without a screen.
pub struct Session {
    desk: Desk,
    engine: Engine,
    facts: UnboundedReceiver<Fact>,
    clock: Clock,
    untrusted: Vec<TrustItem>,
}

impl Session {
    /// Puts what this machine remembers on a desk. Asks nobody anything.
    ///
    /// # Errors
    ///
    /// As [`Start::prepare`].
    pub fn open(plan: &Plan) -> Result<Self, StoreError> {
        let start = Start::prepare(plan)?;
        let now = plan.clock.start();
        let mut desk = Desk::new(start.setup, now);
        for fact in start.facts {
            desk.update(now, fact);
        }
        Ok(Self { desk, engine: start.engine, facts: start.news, clock: start.clock, untrusted: start.untrusted })
    }

    /// What is known and decided.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The time.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Everything outside.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Where the store lies.
    pub fn folder(&self) -> &Path {
        self.engine.folder()
    }

    /// What the team file asks for and has not been allowed.
    pub fn untrusted(&self) -> &[TrustItem] {
        &self.untrusted
    }

    /// What there is to tell the operator since this was last asked, oldest first.
    pub fn take_news(&mut self) -> Vec<News> {
        self.desk.take_news()
    }

    /// Sets the desk's time back to when the command began: `--now` freezes what a command answers.
    pub fn freeze(&mut self) {
        let effects = self.desk.update(self.clock.start(), Fact::Ticked);
        self.perform(effects);
    }

    /// Decides something, and does what that takes.
    pub fn decide(&mut self, act: impl FnOnce(&mut Desk) -> Decided) -> Decided {
        let mut decided = act(&mut self.desk);
        self.perform(std::mem::take(&mut decided.effects));
        decided
    }

    /// Does what the core asked for.
    pub fn perform(&self, effects: Vec<Effect>) {
        for effect in effects {
            // Without a screen there is no terminal business.
            let _terminal = self.engine.perform(effect);
        }
    }

    /// Lets things happen until this holds, or for so long at the most.
    pub async fn until(&mut self, done: impl Fn(&Desk) -> bool, limit: Duration) {
        let end = tokio::time::Instant::now() + limit;
        while !done(&self.desk) {
            tokio::select! {
                fact = self.facts.recv() => {
                    let Some(fact) = fact else { return };
                    self.take(fact);
                }
                () = alarm(self.desk.alarm(), self.clock) => self.take(Fact::Ticked),
                () = tokio::time::sleep_until(end) => return,
            }
        }
    }

    fn take(&mut self, fact: Fact) {
        let effects = self.desk.update(self.clock.now(), fact);
        // Nobody looks elsewhere where there is no screen.
        drop(self.desk.take_calls());
        self.perform(effects);
    }

    /// Waits until everything that was asked of the store has been done.
    pub async fn flush(&self) {
        self.engine.keeper().ask(|_| ()).await;
    }

    /// Takes the right to send as soon as no other process has it.
    pub fn take_lease(&self) {
        self.engine.take_lease();
    }

    /// Says that this part of dogwatch is alive.
    pub async fn beat(&self, name: &'static str) {
        let now = self.clock.now();
        // A heartbeat that cannot be kept shows as an old one.
        self.engine.keeper().ask(move |store| store.heartbeat(name, now).is_ok()).await;
    }

    /// Forgets what is old enough and can be fetched again, or has ended.
    pub async fn forget(&self, retention: Retention) {
        let now = self.clock.now();
        // What cannot be forgotten now is forgotten the next time.
        self.engine.keeper().later(move |store| {
            let _kept = store.prune(now, retention);
        });
        // A span without end reaches before the beginning of time.
        let Some(before) = now.checked_sub_signed(retention.eval_runs).filter(|_| self.engine.sends()) else { return };
        let folder = self.folder().to_owned();
        let _kept = tokio::task::spawn_blocking(move || Results::forget_in(&folder, before)).await;
    }

    /// Files by policy from here on.
    pub fn file_by_policy(&mut self) {
        self.desk.file_by_policy();
    }

    /// Asks every source once, or waits for so long at the most. The pollers
    /// go on where they were, so an unchanged source costs next to nothing.
    pub async fn poll_once(&mut self, limit: Duration, probes: Probes) {
        let asked: Vec<SourceId> = self.engine.remotes().keys().cloned().collect();
        let (done, mut ended) = unbounded_channel();
        for source in asked {
            let (engine, done) = (self.engine.clone(), done.clone());
            tokio::spawn(async move {
                engine.poll_once(&source).await;
                let _gone = done.send(source);
            });
        }
        if let Probes::One = probes {
            let (engine, done) = (self.engine.clone(), done.clone());
            tokio::spawn(async move {
                engine.read_results_once().await;
                engine.probe_once().await;
                let _gone = done.send(SourceId::local());
            });
        }
        drop(done);

        let end = tokio::time::Instant::now() + limit;
        loop {
            tokio::select! {
                biased;
                fact = self.facts.recv() => {
                    let Some(fact) = fact else { return };
                    self.take(fact);
                }
                source = ended.recv() => if source.is_none() { break },
                () = alarm(self.desk.alarm(), self.clock) => self.take(Fact::Ticked),
                () = tokio::time::sleep_until(end) => return,
            }
        }
        while let Ok(fact) = self.facts.try_recv() {
            self.take(fact);
        }
    }

    /// Says yes to a close that asks again.
    pub fn consent(&mut self, now: DateTime<Utc>, op: &OpId) -> Decided {
        let incident = self.desk.journal().entry(op).map(|entry| entry.incident.clone());
        let effects = self.desk.consent(now, op);
        self.perform(effects);
        Decided { ops: incident.map(|id| (id, op.clone())).into_iter().collect(), ..Decided::default() }
    }

    /// Puts a refusal away.
    pub fn dismiss(&mut self, now: DateTime<Utc>, op: &OpId) {
        let effects = self.desk.dismiss(now, op);
        self.perform(effects);
    }
}

/// Under which name a source's login is remembered.
pub const LOGIN: &str = "login";

/// Sleeps until this time; for ever, if none.
pub async fn alarm(at: Option<DateTime<Utc>>, clock: Clock) {
    match at {
        Some(at) => {
            let wait = (at - clock.now()).to_std().unwrap_or_default();
            tokio::time::sleep(wait).await;
        }
        None => std::future::pending().await,
    }
}

fn setup(plan: &Plan, store: &Store) -> Setup {
    let mut routes = BTreeMap::from([(SourceId::local(), SourceId::LOCAL.to_owned())]);
    for source in &plan.team.sources {
        if let Some(github) = source.github() {
            routes.insert(SourceId::new(&source.id), remote::host(github));
        }
    }
    let tracker = &plan.team.tracker;
    let files_into = match (&tracker.kind, &tracker.source) {
        (TrackerKind::Github, Some(source)) => SourceId::new(source),
        (TrackerKind::Github, None) | (TrackerKind::Local, _) => SourceId::local(),
    };
    let read_only = match (plan.decisions, store.access()) {
        (Decisions::NotTaken, _) => Some(Clean::line("started with --readonly")),
        (Decisions::Taken, Access::ReadOnly { why }) => Some(Clean::line(why)),
        (Decisions::Taken, Access::ReadWrite) => None,
    };
    Setup {
        model: Model::new(plan.team.clone()),
        me: plan.personal.me.clone().unwrap_or_else(|| plan.account.clone()),
        routes,
        files_into,
        seed: ulid::Ulid::generate().0,
        read_only,
    }
}

fn remembered(
    store: &Store,
    plan: &Plan,
    known: &[(SourceId, &'static str)],
    now: DateTime<Utc>,
) -> Result<Fact, StoreError> {
    let bodies = if plan.team.reads_bodies() { Bodies::With } else { Bodies::Without };
    let lately = now - chrono::TimeDelta::hours(24);
    let (mut incidents, entries, kept) =
        store.at_one_moment(|store| Ok((store.incidents(bodies)?, store.journal(lately)?, store.health()?)))?;
    incidents.retain(|incident| of_known(incident, known));
    let sources = health_of(known, &kept);
    Ok(Fact::Loaded { incidents, entries, sources })
}

/// A desk at which nobody decides anything, for whoever only looks back.
pub fn watching(plan: &Plan, now: DateTime<Utc>) -> Desk {
    let setup = Setup {
        model: Model::new(plan.team.clone()),
        me: plan.account.clone(),
        routes: BTreeMap::new(),
        files_into: SourceId::local(),
        seed: 0,
        read_only: Some(Clean::line("only looked at")),
    };
    Desk::new(setup, now)
}

/// What this machine remembers of incidents and decisions, for whoever only looks back.
///
/// # Errors
///
/// [`StoreError::Damaged`]: it cannot be read.
pub fn looked_up(store: &Store, plan: &Plan, now: DateTime<Utc>) -> Result<Fact, StoreError> {
    remembered(store, plan, &known_sources(&plan.team), now)
}

/// Gives the store to its thread, which also sees what other processes write.
fn keep(store: Store, plan: &Plan, known: Vec<(SourceId, &'static str)>, sender: UnboundedSender<Fact>) -> Keeper {
    let plan = plan.clone();
    Keeper::start(store, move |store| {
        let fact = match remembered(store, &plan, &known, plan.clock.now()) {
            Ok(Fact::Loaded { incidents, entries, sources }) => Fact::Mirrored { incidents, entries, sources },
            Ok(other) => other,
            Err(error) => Fact::Told { level: Level::Error, text: told(&error) },
        };
        let _gone = sender.send(fact);
        for fact in probed(store, &known) {
            let _gone = sender.send(fact);
        }
    })
}

/// Whether what the team file asks for has been allowed, for this run or before.
pub fn trust_in(plan: &Plan, store: Option<&Store>, wanted: &[TrustItem]) -> Trusted {
    let remembered =
        |path: &Path| store?.trusted(path).ok().flatten().filter(|mark| *mark == fingerprint(path, wanted));
    let allowed = plan.trust == Trust::ForThisRun || plan.team_path.as_deref().and_then(remembered).is_some();
    if wanted.is_empty() || allowed { Trusted::Yes } else { Trusted::No }
}

/// The same, by what this machine remembers.
pub fn trust_of(plan: &Plan, wanted: &[TrustItem]) -> Trusted {
    trust_in(plan, super::place::remembered(plan).as_ref(), wanted)
}

/// What is remembered when a team file is trusted: all that it asks for, in any order.
pub fn fingerprint(path: &Path, wanted: &[TrustItem]) -> String {
    use sha2::{Digest, Sha256};
    let mut words: Vec<String> = wanted.iter().map(TrustItem::canonical).collect();
    words.sort();
    let mut hash = Sha256::new();
    hash.update(path.as_os_str().as_encoded_bytes());
    for word in words {
        hash.update([0]);
        hash.update(word);
    }
    hex(&hash.finalize())
}

/// The sources on other machines.
pub fn remotes(plan: &Plan, given: &Given) -> BTreeMap<SourceId, Remote> {
    let remote = |source: &crate::config::Source| Some((SourceId::new(&source.id), Remote::of(source, plan, given)?));
    plan.team.sources.iter().filter_map(remote).collect()
}

fn notice(notice: &Notice) -> Fact {
    let text = match notice {
        Notice::Damaged { aside, counts, what } if counts.journal_of == 0 => format!(
            "the store was damaged ({what}); it lies at {} with its -wal beside it. No decision could be read from it, \
             and whether it held any that were not sent is not known: compare with the tracker",
            aside.display(),
        ),
        Notice::Damaged { aside, counts, what } => format!(
            "the store was damaged ({what}); it lies at {}, and {} of {} decisions and {} of {} ledger lines were saved",
            aside.display(),
            counts.journal,
            counts.journal_of,
            counts.ledger,
            counts.ledger_of
        ),
        Notice::Migrated { from, to, backup } => {
            format!(
                "the store was brought from version {from} to {to}; a copy from before lies at {}",
                backup.display()
            )
        }
        Notice::ReadOnly { why } => format!("nothing can be decided: {why}"),
    };
    Fact::Told { level: Level::Warning, text: Clean::line(&text) }
}
