//! The rounds of the watch: every MCP endpoint probed when it is due, judged
//! together with the others, and what is wrong put into the queue.
//!
//! One process of all that share a store makes them: the one that sends. What
//! is remembered of the endpoints is in the store, so the next one goes on
//! where this one stopped. The queue and the keys never wait for a probe.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::engine::Engine;
use super::known::FLEET;
use super::logs;
use super::probing::{Endpoint, Seen};
use super::rows;
use super::session::Plan;
use crate::app::event::Fact;
use crate::config::{Maintenance, McpSource, SourceKind, TrackerKind, host_and_port};
use crate::domain::book::Keeping;
use crate::domain::drift::{Drift, PromiseFinding};
use crate::domain::health::fleet::{Control, Fleet, Member, Place, Ruling};
use crate::domain::health::interface;
use crate::domain::health::signal::{Cause, Change, Fingerprint, Signal};
use crate::domain::health::{self, Judgement, Rules, evidence, maintenance, schedule};
use crate::domain::id::SourceId;
use crate::domain::probe::{Condition, Level};
use crate::domain::text::Clean;
use crate::sources::mcp::SharedHttp;

/// How often results are judged and what is due is begun.
const TURN: Duration = Duration::from_millis(500);
/// For so long results are gathered before they are judged.
const TOGETHER: Duration = Duration::from_millis(200);
/// How often what is remembered of the endpoints is kept while nothing turns.
const KEPT_EVERY: TimeDelta = TimeDelta::minutes(1);
/// How often a single run looks at one endpoint at the most.
const LOOKS: usize = 3;
/// A single run waits for what is due within this time, and for nothing else.
const SOON: TimeDelta = TimeDelta::seconds(6);
/// How often the evidence of an open incident is brought up to date while it merely goes on.
const REFRESH: TimeDelta = TimeDelta::minutes(5);
/// How long the control address may take.
const CONTROL: Duration = Duration::from_secs(2);

/// One endpoint on its rounds.
struct Stop {
    id: SourceId,
    source: McpSource,
    host: Option<String>,
    plan: schedule::Plan,
    memory: health::Endpoint,
    endpoint: Arc<Mutex<Endpoint>>,
    due: schedule::Due,
    under_way: UnderWay,
}

/// Whether a probe of it has not come back yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UnderWay {
    Yes,
    No,
}

/// What came back from one.
struct Result {
    stop: usize,
    began: DateTime<Utc>,
    seen: Seen,
}

/// All of it.
pub(super) struct Rounds {
    engine: Engine,
    stops: Vec<Stop>,
    fleet: Fleet,
    /// As the core knows it.
    told: Fleet,
    windows: Vec<Maintenance>,
    zone: Tz,
    keeping: Keeping,
    control: Option<String>,
    started: DateTime<Utc>,
    turned: DateTime<Utc>,
    kept: DateTime<Utc>,
    frozen_since: Option<DateTime<Utc>>,
    manner: Manner,
    results: (UnboundedSender<Result>, UnboundedReceiver<Result>),
}

/// Whether it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Rounds,
    Once,
}

impl Rounds {
    /// The endpoints of this plan; none if it has none.
    pub(super) fn of(plan: &Plan, engine: &Engine) -> Option<Self> {
        let http = SharedHttp::default();
        let sources = plan.team.sources.iter().filter_map(|source| match &source.kind {
            SourceKind::Mcp(mcp) => Some((SourceId::new(&source.id), mcp.clone())),
            SourceKind::Github(_) | SourceKind::Evals(_) => None,
        });
        let endpoints = Endpoint::all(plan, engine.given(), &http);
        let stop = |((id, source), endpoint): ((SourceId, McpSource), Endpoint)| Stop {
            memory: health::Endpoint::new(id.clone()),
            host: endpoint.url.as_ref().map(host_and_port),
            plan: schedule::Plan::of(&source),
            endpoint: Arc::new(Mutex::new(endpoint)),
            due: schedule::Due { at: DateTime::UNIX_EPOCH, levels: Vec::new() },
            under_way: UnderWay::No,
            id,
            source,
        };
        let stops: Vec<Stop> = sources.zip(endpoints).map(stop).collect();
        let keeping = if plan.team.tracker.kind == TrackerKind::Local { Keeping::Here } else { Keeping::Elsewhere };
        let apis = plan.team.sources.iter().filter_map(|source| source.github());
        let now = plan.clock.now();
        (!stops.is_empty()).then(|| Self {
            engine: engine.clone(),
            stops,
            fleet: Fleet::default(),
            told: Fleet::default(),
            windows: plan.team.maintenance.clone(),
            zone: plan.team.team.timezone,
            keeping,
            control: apis.map(|github| reachable_at(&github.api)).next(),
            started: now,
            turned: now,
            kept: now,
            frozen_since: None,
            manner: Manner::Rounds,
            results: unbounded_channel(),
        })
    }

    /// Goes on until the program ends.
    pub(super) async fn make(mut self) {
        self.remember().await;
        loop {
            let now = self.engine.clock().now();
            if schedule::slept(self.turned, now, TURN).is_some() {
                self.wake_up(now);
            }
            self.turned = now;
            self.hurry(now);
            self.begin_what_is_due(now);
            let (pause, mut results) = (self.pause(now), Vec::new());
            tokio::select! {
                first = self.results.1.recv() => results.extend(first),
                // It is begun at once; what comes back is judged together as ever.
                () = self.engine.asked().wait() => continue,
                () = tokio::time::sleep(pause) => {}
            }
            // A moment more, so that those that come together are judged together.
            tokio::time::sleep(TOGETHER).await;
            while let Ok(result) = self.results.1.try_recv() {
                results.push(result);
            }
            if !results.is_empty() {
                self.judge(results).await;
            }
        }
    }

    /// One round: each endpoint once, all levels.
    pub(super) async fn make_one(mut self) {
        self.remember().await;
        self.manner = Manner::Once;
        for stop in &mut self.stops {
            stop.due = schedule::Due { at: DateTime::UNIX_EPOCH, levels: Level::ALL.to_vec() };
        }
        // What contradicts what was held true is looked at again at once, so that one run can settle it.
        for _ in 0..LOOKS {
            let now = self.engine.clock().now();
            let soon = self.stops.iter().map(|stop| stop.due.at).filter(|at| *at - now <= SOON).min();
            let Some(soon) = soon else { break };
            tokio::time::sleep((soon - now).to_std().unwrap_or_default()).await;
            self.begin_what_is_due(self.engine.clock().now());
            let mut results = Vec::new();
            while self.stops.iter().filter(|stop| stop.under_way == UnderWay::Yes).count() > results.len() {
                let Some(result) = self.results.1.recv().await else { break };
                results.push(result);
            }
            self.judge(results).await;
        }
        for stop in &self.stops {
            stop.endpoint.lock().await.close().await;
        }
    }

    /// Until something is due, at most [`TURN`] if something is under way, so that a waking up is seen.
    fn pause(&self, now: DateTime<Utc>) -> Duration {
        let idle = self.stops.iter().filter(|stop| stop.under_way == UnderWay::No);
        let next = idle.map(|stop| stop.due.at).min();
        let wait = next.map_or(TURN, |at| (at - now).to_std().unwrap_or_default());
        wait.clamp(Duration::from_millis(20), Duration::from_secs(20))
    }

    /// What other processes, or this one before, have seen.
    async fn remember(&mut self) {
        let kept = self.engine.keeper().ask(|store| store.endpoints().unwrap_or_default()).await.unwrap_or_default();
        for stop in &mut self.stops {
            // What cannot be read is begun anew.
            let memory = kept.get(stop.id.as_str()).and_then(|text| serde_json::from_str(text).ok());
            stop.memory = memory.unwrap_or_else(|| health::Endpoint::new(stop.id.clone()));
            stop.plan_next(self.started);
        }
        self.fleet = kept.get(FLEET).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    }

    fn wake_up(&mut self, now: DateTime<Utc>) {
        logs::did("this machine was asleep; what failed meanwhile says nothing");
        let since = self.turned;
        self.started = now;
        for stop in &mut self.stops {
            stop.memory.freeze(now, since);
            stop.plan_next(now);
        }
    }

    /// What the operator wants is due now, whole; what is under way has been asked already.
    fn hurry(&mut self, now: DateTime<Utc>) {
        let wanted = self.engine.asked().take();
        for stop in self.stops.iter_mut().filter(|stop| stop.under_way == UnderWay::No) {
            if wanted.iter().any(|id| id.as_ref().is_none_or(|id| *id == stop.id)) {
                stop.due = schedule::at_once(&stop.memory, &stop.plan, now);
            }
        }
    }

    fn begin_what_is_due(&mut self, now: DateTime<Utc>) {
        for (at, stop) in self.stops.iter_mut().enumerate().filter(|(_, stop)| stop.under_way == UnderWay::No) {
            if stop.due.at > now {
                continue;
            }
            let upto = stop.due.levels.iter().copied().max().unwrap_or(Level::Handshake);
            stop.under_way = UnderWay::Yes;
            let (engine, endpoint, back) = (self.engine.clone(), Arc::clone(&stop.endpoint), self.results.0.clone());
            tokio::spawn(async move {
                let began = engine.clock().now();
                let seen = endpoint.lock().await.probe(upto, engine.keeper(), began).await;
                // Nobody waits for it any more at the end of the program.
                let _gone = back.send(Result { stop: at, began, seen });
            });
        }
    }

    async fn judge(&mut self, results: Vec<Result>) {
        let mut changes: Vec<Change> = Vec::new();
        let judged: Vec<usize> = results.iter().map(|result| result.stop).collect();
        for result in &results {
            changes.extend(self.take(result));
        }
        let control = self.control().await;
        let now = self.engine.clock().now();
        let ruling = self.rule(now, control);
        if let Some(since) = ruling.frozen_since.filter(|_| self.frozen_since.is_none()) {
            for stop in &mut self.stops {
                changes.extend(stop.memory.freeze(now, since));
            }
        }
        self.frozen_since = ruling.frozen_since;
        changes.extend(ruling.changes.iter().cloned());
        for change in &changes {
            let signal = change.signal();
            logs::did(&format!("{} {}: {}", signal.incident(), change.word(), signal.title));
        }
        let goes_on = now - self.kept >= KEPT_EVERY;
        if !changes.is_empty() || goes_on || self.kept == self.started {
            self.kept = now;
            self.keep(now).await;
            self.put_into_the_queue(now, &ruling).await;
        }
        self.publish(&judged);
    }

    fn take(&mut self, result: &Result) -> Vec<Change> {
        let Some(stop) = self.stops.get_mut(result.stop) else { return Vec::new() };
        stop.under_way = UnderWay::No;
        let judgement = match self.frozen_since {
            Some(_) => Judgement::Frozen,
            None => maintenance::judgement(&stop.id, result.began, &self.windows, self.zone),
        };
        // A single run comes when somebody wants it: the time since the last is no sleep.
        let since = stop.memory.last().map(|last| (result.began - last).to_std().unwrap_or_default());
        let interval = match self.manner {
            Manner::Rounds => stop.plan.handshake,
            Manner::Once => stop.plan.handshake.max(since.unwrap_or_default()),
        };
        let target = stop.source.latency.and_then(|latency| latency.to_std().ok()).unwrap_or(health::LATENCY_TARGET);
        let rules = Rules { interval, target, judgement };
        let mut changes = stop.memory.take(result.began, &result.seen.report, &rules);
        if result.seen.list.is_some() {
            let drift: Vec<interface::Drift> =
                result.seen.drift.iter().map(|one| as_judged(one, &result.seen.promises)).collect();
            changes.extend(stop.memory.drift(result.began, &drift, &rules));
        }
        stop.plan_next(self.started);
        changes
    }

    fn rule(&mut self, now: DateTime<Utc>, control: Control) -> Ruling {
        let members: Vec<Member<'_>> =
            self.stops.iter().map(|stop| Member { endpoint: &stop.memory, host: stop.host.as_deref() }).collect();
        self.fleet.judge(now, &members, control)
    }

    /// Whether the network is there, asked only when most endpoints seem to be gone.
    async fn control(&self) -> Control {
        let gone = self.stops.iter().filter(|stop| stop.memory.unreachable_since().is_some()).count();
        let Some(address) = self.control.as_ref().filter(|_| gone >= 2 && gone * 2 > self.stops.len()) else {
            return if self.frozen_since.is_some() { Control::Passed } else { Control::NotRun };
        };
        match tokio::time::timeout(CONTROL, TcpStream::connect(address.as_str())).await {
            Ok(Ok(_)) => Control::Passed,
            Ok(Err(_)) | Err(_) => Control::Failed,
        }
    }

    async fn keep(&self, now: DateTime<Utc>) {
        let memory = |stop: &Stop| Some((stop.id.to_string(), serde_json::to_string(&stop.memory).ok()?));
        let mut memories: Vec<(String, String)> = self.stops.iter().filter_map(memory).collect();
        memories.extend(serde_json::to_string(&self.fleet).ok().map(|text| (FLEET.to_owned(), text)));
        // What cannot be kept is judged anew after a restart.
        self.engine.keeper().ask(move |store| store.keep_endpoints(&memories, now).is_ok()).await;
    }

    async fn put_into_the_queue(&self, now: DateTime<Utc>, ruling: &Ruling) {
        let standing = ruling.standings.iter().filter(|one| one.place == Place::Stands).map(|one| &one.signal);
        let bodies = standing.clone().map(|signal| (signal.incident(), self.body(signal))).collect();
        let known = |stop: &&Stop| stop.memory.condition(now, stop.plan.handshake) != Condition::Unknown;
        let heard: BTreeSet<SourceId> = self.stops.iter().filter(known).map(|stop| stop.id.clone()).collect();
        let said = rows::Said {
            at: now,
            standing: standing.map(Signal::row).collect(),
            open: ruling.standings.iter().map(|standing| standing.signal.incident()).collect(),
            again: health::REOPEN,
            refresh: Some(REFRESH),
            bodies,
        };
        rows::put(&self.engine, self.keeping, said, move |row| heard.contains(&row.source)).await;
    }

    fn body(&self, signal: &Signal) -> Clean {
        let of_one = !matches!(signal.cause, Cause::Host | Cause::ProberOffline);
        match self.stops.iter().find(|stop| of_one && stop.id == signal.endpoint) {
            Some(stop) => evidence::body(&stop.memory, signal, &stop.source),
            None => evidence::body_of_many(&self.fleet, signal),
        }
    }

    /// Tells the core how the endpoints are.
    fn publish(&mut self, judged: &[usize]) {
        let of = |at: &usize| self.stops.get(*at).map(|stop| stop.memory.clone());
        self.engine.report(Fact::Probed(judged.iter().filter_map(of).collect()));
        if self.told != self.fleet {
            self.told.clone_from(&self.fleet);
            self.engine.report(Fact::Ruled(Box::new(self.fleet.clone())));
        }
    }
}

impl Stop {
    fn plan_next(&mut self, started: DateTime<Utc>) {
        self.due = schedule::next(&self.memory, &self.plan, started);
    }
}

/// What the control check connects to.
fn reachable_at(api: &url::Url) -> String {
    let host = api.host_str().unwrap_or_default();
    format!("{host}:{}", api.port_or_known_default().unwrap_or(443))
}

/// A difference as it is judged.
fn as_judged(drift: &Drift, promises: &[PromiseFinding]) -> interface::Drift {
    use crate::domain::drift::{Change, Promise};
    use crate::domain::health::interface::Notice;
    let kept = |one: &PromiseFinding| one.tool == drift.tool && matches!(one.promise, Promise::Kept { .. });
    let announced = drift.change == Change::ToolRemoved && promises.iter().any(kept);
    let shown = |value: &Option<serde_json::Value>| value.as_ref().map_or("none".to_owned(), ToString::to_string);
    interface::Drift {
        tool: drift.tool.clone(),
        change: drift.change.word().to_owned(),
        path: drift.path.clone(),
        hash: Fingerprint::of([shown(&drift.new).as_str()]).as_str().to_owned(),
        impact: drift.impact,
        notice: if announced { Notice::Kept } else { Notice::None },
        text: match (&drift.old, &drift.new) {
            // As for a whole tool: the word has said it.
            (None, None) => Clean::default(),
            (old, new) => Clean::line(&format!("{} → {}", shown(old), shown(new))),
        },
    }
}
