//! Does what the core asks for: keeps, sends, asks sources, and reports back
//! as facts.
//!
//! What a decision needs is on disk before a byte of it leaves: the store has
//! one thread, and a request is made only after that thread has kept the entry
//! as *sending*.

mod loading;
mod trust;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub use self::trust::{Given, Trust};
use super::asked::Asked;
use super::check;
use super::clock::Clock;
use super::keeper::Keeper;
use super::logs;
use super::reading::Lamp;
use super::remote::Remote;
use super::rounds::Rounds;
use super::session::Plan;
use crate::app::desk::Desk;
use crate::app::event::{Effect, Fact, Level};
use crate::config::team_file;
use crate::domain::decision::StateLabels;
use crate::domain::id::SourceId;
use crate::domain::incident::Incident;
use crate::domain::journal::{Attempt, Entry, Outcome};
use crate::domain::text::Clean;
use crate::sources::github::{Poller, Want};
use crate::store::{Answer, Lease, Store, StoreError, lease};
use crate::tracker::local;

/// How often a process without the right to send looks whether it is free.
pub(super) const ASK_FOR_LEASE: Duration = Duration::from_millis(200);

/// Whether sources may be asked and decisions sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// They may.
    Online,
    /// `--offline`: decisions for other machines wait in the journal.
    Offline,
}

/// Everything outside the core, behind one door.
#[derive(Clone)]
pub struct Engine {
    plan: Arc<Plan>,
    keeper: Keeper,
    facts: UnboundedSender<Fact>,
    remotes: Arc<BTreeMap<SourceId, Remote>>,
    labels: Arc<StateLabels>,
    clock: Clock,
    network: Network,
    unkept: Unkept,
    polls: Arc<tokio::sync::Mutex<BTreeMap<SourceId, Poller>>>,
    lease: Arc<Mutex<Option<Lease>>>,
    asked: Asked,
    spoken: Arc<watch::Sender<()>>,
    trust: Trust,
    unrecorded: Arc<AtomicBool>,
    desk_lamp: Lamp,
}

/// What could not be kept yet. It is kept before anything else is sent.
type Unkept = Arc<Mutex<Vec<(Vec<Entry>, Option<Box<Incident>>)>>>;

impl Engine {
    /// Puts the parts together.
    pub fn new(
        (keeper, facts): (Keeper, UnboundedSender<Fact>),
        remotes: BTreeMap<SourceId, Remote>,
        labels: StateLabels,
        plan: &Plan,
        trust: Trust,
    ) -> Self {
        let (remotes, labels) = (Arc::new(remotes), Arc::new(labels));
        Self {
            plan: Arc::new(plan.clone()),
            keeper,
            facts,
            remotes,
            labels,
            clock: plan.clock,
            network: plan.network,
            unkept: Unkept::default(),
            polls: Arc::default(),
            lease: Arc::default(),
            asked: Asked::default(),
            spoken: Arc::new(watch::Sender::new(())),
            trust,
            unrecorded: Arc::default(),
            desk_lamp: Lamp::default(),
        }
    }

    /// What it was built from.
    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The same as of now: at this time, with the team file as it is now; as it was, where it cannot be read.
    pub(super) fn plan_now(&self) -> Plan {
        let mut plan = Plan::clone(&self.plan);
        plan.clock = Clock::starting(Some(self.clock.now()));
        let text = plan.team_path.as_deref().and_then(|path| check::text_of(path).ok());
        if let Some(team) = text.and_then(|text| team_file(&text, "").ok()) {
            plan.team = team;
        }
        plan
    }

    /// What is being read just now.
    pub(super) fn lamp(&self) -> &Lamp {
        &self.desk_lamp
    }

    /// The store's thread.
    pub fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    /// Where the store lies.
    pub fn folder(&self) -> &std::path::Path {
        &self.plan.folder
    }

    /// Whether the team file is trusted.
    pub fn given(&self) -> &Given {
        &self.trust.given
    }

    /// The time.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// The sources on other machines.
    pub fn remotes(&self) -> &BTreeMap<SourceId, Remote> {
        &self.remotes
    }

    /// Hears when somebody here has said something of eval findings.
    pub(super) fn spoken(&self) -> watch::Receiver<()> {
        self.spoken.subscribe()
    }

    /// Something was said of eval findings here.
    pub(super) fn has_spoken(&self) {
        self.spoken.send_replace(());
    }

    /// Whether the decisions that were to be kept last were not; asked in the keeper's turn.
    pub(super) fn is_unrecorded(&self) -> bool {
        self.unrecorded.load(Ordering::Relaxed)
    }

    /// What the operator wants to have probed.
    pub(super) fn asked(&self) -> &Asked {
        &self.asked
    }

    /// Whether sources may be asked.
    pub fn network(&self) -> Network {
        self.network
    }

    /// Does it, or gives it back where it is the terminal's business.
    pub fn perform(&self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Record(entries) => self.record(entries),
            Effect::Send { entry, attempt } => self.send(*entry, attempt),
            Effect::Keep { entries, facts } => self.keep(entries, facts),
            Effect::Fetch(source) => self.fetch(source.as_ref()),
            Effect::LoadDetail(id) => self.load_detail(id),
            Effect::FetchDetail(id) => self.fetch_detail(id),
            Effect::LoadAssignable(source) => self.load_assignable(source),
            Effect::LoadTools(endpoint) => self.load_tools(endpoint),
            Effect::LoadCases(signal) => self.load_cases(signal),
            Effect::LoadCase { signal, case } => self.load_case(signal, case),
            Effect::LoadToolNames => self.load_tool_names(),
            Effect::Trust => self.trust(),
            Effect::Say { saying, findings } => self.say(saying, findings),
            Effect::Unsay(finding) => self.unsay(finding),
            Effect::OpenPage(wanted) => self.open_page(wanted),
            Effect::ListPages(words) => self.list_pages(words),
            Effect::Write(line) => self.write_line(*line),
            Effect::Learn { words, page } => self.learn(words, page),
            Effect::Minute(lines) => self.minute(lines),
            Effect::LoadMeeting => self.load_meeting(),
            Effect::WriteMinutes(minutes) => self.write_minutes(*minutes),
            Effect::Handoff(errand) => self.see_to_a_handoff(errand),
            Effect::Review => self.review(),
            Effect::Check => self.check(),
            Effect::Arrange(splits) => self.arrange(splits),
            change @ (Effect::Draft(_) | Effect::Amend(_)) => self.change_the_team_file(change),
            terminal @ (Effect::Browse(_)
            | Effect::Copy { .. }
            | Effect::CopyCode { .. }
            | Effect::EditPage { .. }
            | Effect::WriteNote(_)
            | Effect::Bell
            | Effect::Mouse(_)
            | Effect::KeepTheme(_)
            | Effect::Notify(_)
            | Effect::RememberTour
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit) => return Some(terminal),
        }
        None
    }

    /// Reports a fact to the core. Nobody listens any more at the end of the program.
    pub fn report(&self, fact: Fact) {
        let _gone = self.facts.send(fact);
    }

    /// Says whom the histories name that this machine keeps, so that private mode knows them.
    pub fn tell_of_logins(&self) {
        let facts = self.facts.clone();
        self.keeper.later(move |store| {
            let _gone = facts.send(Fact::LoginsKnown(store.logins().unwrap_or_default()));
        });
    }

    /// Begins all that goes on by itself until the program ends.
    pub fn keep_going(&self, desk: &Desk) {
        // Whoever takes no decisions must not keep others from sending theirs.
        if desk.read_only().is_none() {
            self.take_lease();
        }
        self.keep_watch_and_calendar();
        self.tell_of_uses();
        self.keep_polling();
        self.keep_probing();
        self.keep_reading_results();
        self.keep_checking();
    }

    /// Takes the right to send as soon as no other process of this store has
    /// it, and keeps it to the end: a process that is stopped in the middle of
    /// a request must not be overtaken.
    pub fn take_lease(&self) {
        let engine = self.clone();
        std::thread::spawn(move || {
            let folder = engine.plan.folder.clone();
            loop {
                match lease(&folder) {
                    Ok(Some(held)) => return engine.hold(held),
                    Ok(None) => {}
                    Err(error) => return engine.report(Fact::ReadOnly(told(&error))),
                }
                if engine.facts.is_closed() {
                    return;
                }
                std::thread::sleep(ASK_FOR_LEASE);
            }
        });
    }

    /// What the former holder left on disk comes first, then the right to go on with it.
    fn hold(&self, held: Lease) {
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
        let engine = self.clone();
        self.keeper.mirror();
        self.keeper.later(move |_| engine.report(Fact::LeaseTaken));
    }

    /// Asks every source again and again until the program ends.
    pub fn keep_polling(&self) {
        if self.network == Network::Offline {
            return;
        }
        for source in self.remotes.keys() {
            let (engine, source) = (self.clone(), source.clone());
            tokio::spawn(async move {
                if let Some(remote) = engine.remotes.get(&source) {
                    remote.keep_polling(&engine).await;
                }
            });
        }
    }

    /// Probes every MCP endpoint when it is due, from when this process sends until the program ends.
    pub fn keep_probing(&self) {
        if self.network == Network::Offline {
            return;
        }
        let engine = self.clone();
        tokio::spawn(async move {
            let Some(rounds) = Rounds::of(&engine.plan, &engine) else { return };
            while !engine.sends() {
                tokio::time::sleep(ASK_FOR_LEASE).await;
            }
            rounds.make().await;
        });
    }

    /// Probes every MCP endpoint once, if no other process does.
    pub async fn probe_once(&self) {
        let Some(rounds) = Rounds::of(&self.plan, self) else { return };
        if self.will_send().await {
            rounds.make_one().await;
        }
    }

    /// The right to send comes a moment after it was asked for, or not at all.
    pub(super) async fn will_send(&self) -> bool {
        let end = tokio::time::Instant::now() + 5 * ASK_FOR_LEASE;
        while !self.sends() && tokio::time::Instant::now() < end {
            tokio::time::sleep(ASK_FOR_LEASE / 100).await;
        }
        self.sends()
    }

    pub(super) fn sends(&self) -> bool {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Asks one source once, going on from the last time.
    pub async fn poll_once(&self, source: &SourceId) {
        let Some(remote) = self.remotes.get(source) else { return };
        let known = self.polls.lock().await.remove(source);
        let poller = match known {
            Some(poller) => Some(poller),
            None => remote.poller(self).await,
        };
        let Some(mut poller) = poller else { return };
        remote.poll(self, &mut poller, 0).await;
        self.polls.lock().await.insert(source.clone(), poller);
    }

    fn record(&self, entries: Vec<Entry>) {
        let engine = self.clone();
        self.keeper.later(move |store| {
            let fact = match store.record(&entries) {
                Ok(places) => {
                    for entry in &entries {
                        logs::did(&format!("recorded {} {} {}", entry.op, entry.decision.verb(), entry.incident));
                    }
                    engine.unrecorded.store(false, Ordering::Relaxed);
                    Fact::Recorded(places)
                }
                Err(error) => {
                    let reason = told(&error);
                    logs::failed(&format!("not recorded: {reason}"));
                    engine.unrecorded.store(true, Ordering::Relaxed);
                    Fact::NotRecorded { ops: entries.iter().map(|entry| entry.op.clone()).collect(), reason }
                }
            };
            engine.report(fact);
        });
    }

    fn keep(&self, entries: Vec<Entry>, facts: Option<Box<Incident>>) {
        let engine = self.clone();
        for entry in &entries {
            let why = entry.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            let request = entry.request_id.as_ref().map(|id| format!(" (request {id})")).unwrap_or_default();
            let (op, verb, state) = (&entry.op, entry.decision.verb(), entry.state.word());
            logs::did(&format!("{op} {verb} {} {state}{why}{request}", entry.incident));
        }
        self.keeper.later(move |store| {
            engine.unkept.lock().unwrap_or_else(PoisonError::into_inner).push((entries, facts));
            if let Err(error) = engine.catch_up(store) {
                engine.report(Fact::ReadOnly(told(&error)));
            }
        });
    }

    /// Keeps what could not be kept before, in order.
    fn catch_up(&self, store: &mut Store) -> Result<(), StoreError> {
        let mut unkept = self.unkept.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((entries, facts)) = unkept.first() {
            store.settle(entries, facts.as_deref())?;
            unkept.remove(0);
        }
        Ok(())
    }

    fn send(&self, entry: Entry, attempt: Attempt) {
        let engine = self.clone();
        let runtime = tokio::runtime::Handle::current();
        self.keeper.later(move |store| {
            let kept = engine.catch_up(store).and_then(|()| store.keep(std::slice::from_ref(&entry)));
            if let Err(error) = kept {
                let outcome = Outcome::NotSent { reason: told(&error) };
                engine.report(Fact::Settled { op: entry.op, outcome });
            } else if entry.source.is_local() {
                let outcome = engine.decide_here(store, &entry);
                engine.report(Fact::Settled { op: entry.op, outcome });
            } else {
                runtime.spawn(async move {
                    let outcome = engine.decide_there(&entry, attempt).await;
                    engine.report(Fact::Settled { op: entry.op, outcome });
                });
            }
        });
    }

    fn decide_here(&self, store: &mut Store, entry: &Entry) -> Outcome {
        let now = self.clock.now();
        let decided = store.local(entry, now, |incident, number| {
            let (outcome, moment) = local::perform(incident, number, entry, &self.labels, now);
            Answer { outcome, moment }
        });
        match decided {
            Ok(outcome) => outcome,
            Err(error) => Outcome::NotSent { reason: told(&error) },
        }
    }

    async fn decide_there(&self, entry: &Entry, attempt: Attempt) -> Outcome {
        if self.network == Network::Offline {
            return Outcome::NotSent { reason: Clean::line("working offline") };
        }
        match self.remotes.get(&entry.source) {
            Some(remote) => remote.perform(self, self.with_evidence(entry).await.as_ref(), attempt).await,
            None => Outcome::NotSent { reason: Clean::line("its source is not in the team file any more") },
        }
    }

    /// Remembers that the operator allows what the team file asks for; from
    /// then on its variables count.
    fn trust(&self) {
        let Some((path, mark)) = self.trust.mark.clone() else { return };
        let (engine, now) = (self.clone(), self.clock.now());
        self.keeper.later(move |store| match store.trust(&path, &mark, now) {
            Ok(()) => {
                engine.trust.given.give();
                engine.report(Fact::Told { level: Level::Done, text: Clean::line("the team file is trusted") });
                engine.fetch(None);
            }
            Err(error) => engine.report(Fact::Told { level: Level::Error, text: told(&error) }),
        });
    }

    fn fetch(&self, source: Option<&SourceId>) {
        let want = if source.is_none() { Want::Everything } else { Want::Changes };
        for (id, remote) in self.remotes.iter() {
            if source.is_none_or(|source| source == id) {
                remote.poll_now(want);
            }
        }
        // Where another process makes the rounds nobody would take the wish.
        if source.is_none_or(|source| !self.remotes.contains_key(source)) && self.sends() {
            self.asked.want(source.cloned());
        }
    }
}

/// A store's error with its causes, for the operator.
pub fn told(error: &StoreError) -> Clean {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    Clean::line(&text)
}
