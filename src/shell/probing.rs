//! The MCP endpoints of the team, ready to be probed: each with the token that
//! may go there and the list of tools that it is measured against.
//!
//! What only a trusted team file may ask for (a program, a token, a call that
//! may change something, certificates) is not done before; the endpoint says so.

mod baseline;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Semaphore;
use url::Url;

use self::baseline::{Baseline, Measured, Snapshot, baseline, first_seen};
use super::engine::Given;
use super::keeper::Keeper;
use super::session::Plan;
use crate::config::{Deprecation, McpEndpoint, McpSource, SourceKind, leads_out, without_secrets};
use crate::domain::catalogue;
use crate::domain::drift::{self, Bump, Drift, Promise, PromiseFinding, Tools};
use crate::domain::probe::{Check, Class, Condition, Evidence, Failure, Level, Report};
use crate::domain::text::Clean;
use crate::sources::mcp::{Prober, SharedHttp, Target};
use crate::sources::tokens::{Lookup, NoToken, Rules};
use crate::store::{KeptList, ListKey};

/// One endpoint and how it is probed.
pub struct Endpoint {
    /// The source's id; the address, where no source is configured for it.
    pub id: String,
    /// Where it is; none for a child process.
    pub url: Option<Url>,
    /// The program and its arguments; empty for an address.
    pub command: Vec<String>,
    prober: Prober,
    lookup: Option<Lookup>,
    snapshot: Option<Snapshot>,
    shut: Option<Failure>,
    ledger: Arc<Ledger>,
    /// The hash of the list that was kept last.
    kept: Option<String>,
}

/// What the team has said goes away, and where its days begin.
#[derive(Debug)]
struct Ledger {
    deprecations: Vec<Deprecation>,
    zone: chrono_tz::Tz,
}

impl Ledger {
    fn of(plan: &Plan) -> Arc<Self> {
        Arc::new(Self { deprecations: plan.team.deprecations.clone(), zone: plan.team.team.timezone })
    }
}

/// What one probe saw, measured against what was released or seen first.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What the prober saw.
    pub report: Report,
    /// What changed about the tools, breaking or not; sorted.
    pub drift: Vec<Drift>,
    /// What is odd about the list, its version and the team's deprecations, and why the snapshot could not be read.
    pub remarks: Vec<Clean>,
    /// What the team's deprecations and the list say of each other.
    pub promises: Vec<PromiseFinding>,
    /// Why drift is not known: the released list could not be read; none if it could, or none is configured.
    pub unmeasured: Option<Clean>,
    /// The list as it would be kept; none if it was not read whole.
    pub list: Option<(ListKey, KeptList)>,
}

impl Seen {
    fn without_list(report: Report) -> Self {
        Self { report, drift: Vec::new(), remarks: Vec::new(), promises: Vec::new(), unmeasured: None, list: None }
    }

    /// What this one probe says, drift included.
    pub fn condition(&self) -> Condition {
        match self.report.condition() {
            Condition::Up if drift::bump(&self.drift) == Bump::Major => Condition::Degraded,
            other @ (Condition::Up | Condition::Degraded | Condition::Down | Condition::Unknown) => other,
        }
    }
}

/// Why a word names no endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word} is {lack}; {remedy}")]
pub struct NoEndpoint {
    word: Clean,
    lack: &'static str,
    remedy: Clean,
}

impl Endpoint {
    /// Every MCP source of the team file, in its order.
    pub fn all(plan: &Plan, given: &Given, http: &SharedHttp) -> Vec<Self> {
        let ledger = Ledger::of(plan);
        sources(plan).map(|(id, mcp)| Self::of((id, mcp), plan, (given, http), &ledger)).collect()
    }

    /// What this word names: the id or the address of a source, else an address that no file says anything about.
    ///
    /// # Errors
    ///
    /// [`NoEndpoint`], with what there is.
    pub fn named(word: &str, plan: &Plan, given: &Given, http: &SharedHttp) -> Result<Self, NoEndpoint> {
        let url = Url::parse(word).ok();
        let is_it = |(id, mcp): &(&str, &McpSource)| {
            *id == word || matches!((&mcp.endpoint, &url), (McpEndpoint::Url(has), Some(url)) if has == url)
        };
        if let Some((id, mcp)) = sources(plan).find(is_it) {
            return Ok(Self::of((id, mcp), plan, (given, http), &Ledger::of(plan)));
        }
        let Some(url) = url.filter(|_| word.contains("://")) else {
            let known: Vec<&str> = sources(plan).map(|(id, _)| id).collect();
            let address = "write an address as in https://example.com/mcp";
            let lack = "no MCP source of the team file and no address";
            let (lack, remedy) = match known.as_slice() {
                [] if plan.team_path.is_none() => ("no address, and there is no team file", address.to_owned()),
                [] => (lack, format!("it has no MCP source; {address}")),
                known => (lack, format!("there are {}", known.join(", "))),
            };
            return Err(NoEndpoint { word: Clean::line(word), lack, remedy: Clean::line(&remedy) });
        };
        let target = Target::bare(url.clone());
        let lookup = target.rules(&plan.personal, None).map(sparing);
        let prober = Prober::new(target, lookup.clone(), http.clone());
        let shown = without_secrets(&url);
        let id = if shown == url { word.to_owned() } else { shown.to_string() };
        let command = Vec::new();
        // The team's deprecations are about the team's servers.
        let ledger = Arc::new(Ledger { deprecations: Vec::new(), zone: plan.team.team.timezone });
        Ok(Self { id, url: Some(url), command, prober, lookup, snapshot: None, shut: None, ledger, kept: None })
    }

    fn of(
        (id, mcp): (&str, &McpSource),
        plan: &Plan,
        (given, http): (&Given, &SharedHttp),
        ledger: &Arc<Ledger>,
    ) -> Self {
        let home = plan.team_path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
        let mut target = Target::of(mcp, |path| home.join(path));
        let (url, command) = match &mcp.endpoint {
            McpEndpoint::Url(url) => (Some(url.clone()), Vec::new()),
            McpEndpoint::Command(command) => (None, command.clone()),
        };
        let trusted = given.is_given();
        if !trusted {
            target.ca_file = None;
            if let Some(canary) = &mut target.canary {
                canary.allow_unsafe = false;
            }
        }
        let shut = (!trusted && !command.is_empty()).then(|| {
            Failure::new(
                Class::NotAsked,
                "its program is not run before the team file is trusted; see `dogwatch trust`",
            )
        });
        let lookup = target.rules(&plan.personal, None).map(|plain| {
            let full = target.rules(&plan.personal, mcp.token_env.clone());
            trusting(plain, full, given.clone())
        });
        let snapshot = mcp.snapshot.as_deref().map(|path| {
            let bounds = (!trusted || !leads_out(path)).then(|| home.clone());
            Snapshot::new(home.join(path), bounds)
        });
        let prober = Prober::new(target, lookup.clone(), http.clone());
        let (id, ledger) = (id.to_owned(), Arc::clone(ledger));
        Self { id, url, command, prober, lookup, snapshot, shut, ledger, kept: None }
    }

    /// Where it is, as it was written but for what may be a secret; empty for a child process.
    pub fn address(&self) -> String {
        self.url
            .as_ref()
            .map(|url| if self.id.contains("://") { self.id.clone() } else { without_secrets(url).to_string() })
            .unwrap_or_default()
    }

    /// The released list that it is measured against; none if it is measured against what was seen first.
    pub fn snapshot(&self) -> Option<&Path> {
        self.snapshot.as_ref().map(Snapshot::path)
    }

    /// Why drift cannot be told: the released list cannot be read; none if it can, or none is configured.
    pub fn unmeasured(&self) -> Option<Clean> {
        self.snapshot.as_ref()?.read().err()
    }

    /// Calls this tool at the end of each probe.
    #[must_use]
    pub fn with_canary(mut self, canary: crate::config::Canary, http: &SharedHttp) -> Self {
        let target = Target { canary: Some(canary), ..self.prober.target().clone() };
        self.prober = Prober::new(target, self.lookup.clone(), http.clone());
        self
    }

    /// Probes up to this level, and compares the tools with what they were.
    pub async fn probe(&mut self, upto: Level, keeper: &Keeper, now: DateTime<Utc>) -> Seen {
        if let Some(failure) = self.shut.clone() {
            return Seen::without_list(not_asked(failure));
        }
        let report = self.prober.probe(upto).await;
        let Some(list) = &report.tools else { return Seen::without_list(report) };
        let mut remarks = drift::lint(&list.tools);
        let today = now.with_timezone(&self.ledger.zone).date_naive();
        let promises = drift::promises(&self.ledger.deprecations, today, &list.tools);
        remarks.extend(promises.iter().filter_map(promise));
        let key = ListKey {
            endpoint: self.id.clone(),
            credential: report.credential.as_ref().map(ToString::to_string).unwrap_or_default(),
            era: report.era.map(crate::domain::probe::Era::word).unwrap_or_default().to_owned(),
        };
        let raw = released(&report);
        let first = if self.snapshot.is_none() { baseline(keeper, &key).await } else { None };
        if let Some(same) = first.as_ref().filter(|first| first.raw == raw) {
            // Letter by letter what was seen first, as nearly always: nothing is to be read or compared.
            let kept = KeptList { at: now, hash: same.hash.clone(), raw };
            self.keep_served(keeper, &kept, &list.tools).await;
            return Seen { remarks, promises, list: Some((key, kept)), ..Seen::without_list(report) };
        }
        let (report, tools, hash) = beside(move || {
            let tools = Tools::of(listed(&report));
            let hash = tools.hash();
            (report, tools, hash)
        })
        .await;
        let kept = KeptList { at: now, hash, raw };
        self.keep_served(keeper, &kept, listed(&report)).await;
        let before = match (self.snapshot.clone(), first) {
            (Some(snapshot), _) => Some(Baseline::Released(snapshot)),
            (None, Some(first)) => Some(Baseline::Seen(first)),
            (None, None) => first_seen(keeper, &key, &kept).await.map(Baseline::Seen),
        };
        let Some(before) = before else {
            return Seen { remarks, promises, list: Some((key, kept)), ..Seen::without_list(report) };
        };
        let (report, measured) = beside(move || {
            let measured = Measured::of(&before, &tools, &report);
            (report, measured)
        })
        .await;
        let Measured { drift, odd, unmeasured } = measured;
        remarks.extend(odd.into_iter().chain(unmeasured.clone()));
        Seen { report, drift, remarks, promises, unmeasured, list: Some((key, kept)) }
    }

    /// Keeps the list as it is served now, for whoever wants to see it.
    async fn keep_served(&mut self, keeper: &Keeper, kept: &KeptList, tools: &[Value]) {
        if self.kept.as_ref() == Some(&kept.hash) {
            return;
        }
        let (id, list, names) = (self.id.clone(), kept.clone(), catalogue::names(tools));
        // What cannot be kept now is kept by the next probe; this one is as good.
        let done = keeper.ask(move |store| store.keep_served(&id, &list, &names).is_ok()).await;
        self.kept = (done == Some(true)).then(|| kept.hash.clone());
    }

    /// Whether it answers at all: the levels up to the handshake.
    pub async fn greet(&mut self) -> Report {
        match self.shut.clone() {
            Some(failure) => not_asked(failure),
            None => self.prober.probe(Level::Handshake).await,
        }
    }

    /// Why no token was sent; none where one was, or nothing was asked.
    pub fn missing(&self) -> Option<&NoToken> {
        self.prober.missing()
    }

    /// Ends a child process.
    pub async fn close(&mut self) {
        self.prober.close().await;
    }
}

fn sources(plan: &Plan) -> impl Iterator<Item = (&str, &McpSource)> {
    plan.team.sources.iter().filter_map(|source| match &source.kind {
        SourceKind::Mcp(mcp) => Some((source.id.as_str(), mcp)),
        SourceKind::Github(_) | SourceKind::Evals(_) => None,
    })
}

/// Looks where somebody has named a token for this host; only when the host wants one, everywhere: a keyring
/// is not woken for each of a thousand endpoints that need none.
fn sparing(rules: Rules) -> Lookup {
    let (asked, rules) = (Arc::new(AtomicBool::new(false)), Arc::new(rules));
    Arc::new(move || {
        let (again, rules) = (asked.swap(true, Ordering::Relaxed), Arc::clone(&rules));
        Box::pin(async move {
            let env = |name: &str| std::env::var(name).ok();
            match rules.in_environment(&env) {
                Some(token) => Ok(token),
                None if again => rules.resolve(&env).await,
                None => Err(rules.missing()),
            }
        })
    })
}

/// The source's own variable counts once the team file is trusted, and that is said till then.
fn trusting(plain: Rules, full: Option<Rules>, given: Given) -> Lookup {
    let wanted = full.as_ref().and_then(|full| full.trusted_env.clone());
    let full = sparing(full.unwrap_or_else(|| plain.clone()));
    let plain = sparing(plain);
    Arc::new(move || {
        if given.is_given() {
            return full();
        }
        let (found, wanted) = (plain(), wanted.clone());
        Box::pin(async move {
            found.await.map_err(|missing| match wanted {
                Some(name) => untrusted(&missing, &name),
                None => missing,
            })
        })
    })
}

/// There is none because the file that names the variable is not trusted.
fn untrusted(missing: &NoToken, name: &str) -> NoToken {
    let why = format!("the team file is not trusted, so ${name} is not read");
    let remedy = "read what the team file wants, then `dogwatch trust`";
    NoToken { host: missing.host.clone(), why: Clean::line(&why), remedy: Clean::line(remedy) }
}

fn not_asked(failure: Failure) -> Report {
    let check = Check {
        level: Level::Handshake,
        took: std::time::Duration::ZERO,
        failure: Some(failure),
        detail: Clean::default(),
        phases: None,
        evidence: Evidence::default(),
    };
    Report { checks: vec![check], ..Report::empty() }
}

/// What a team commits at a release: the tools, and who served them. The fields are in the order of their names, as
/// in every JSON of ours: lists are kept as text, and compared as text first.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Released<'a> {
    instructions: Option<&'a str>,
    server_info: Option<ServerInfo<'a>>,
    tools: &'a [Value],
}

#[derive(Serialize)]
struct ServerInfo<'a> {
    name: &'a Clean,
    version: &'a Clean,
}

fn listed(report: &Report) -> &[Value] {
    report.tools.as_ref().map(|list| list.tools.as_slice()).unwrap_or_default()
}

/// What a team commits at a release, as JSON on one line.
pub fn released(report: &Report) -> String {
    let server = report.server.as_ref();
    let released = Released {
        instructions: report.instructions.as_deref(),
        server_info: server.map(|server| ServerInfo { name: &server.name, version: &server.version }),
        tools: listed(report),
    };
    // It fails only for what JSON cannot hold, and all of this came as JSON.
    serde_json::to_string(&released).unwrap_or_default()
}

/// What the operator has to know; a promise that was kept needs no word.
fn promise(finding: &PromiseFinding) -> Option<Clean> {
    let tool = &finding.tool;
    let text = match finding.promise {
        Promise::Broken { remove_on } => format!("{tool} is gone before {remove_on}, the day that callers were told"),
        Promise::Overdue { remove_on } => format!("{tool} was to go on {remove_on} and is still there"),
        Promise::NotAnnounced => format!("the description of {tool} does not say that it goes away"),
        Promise::NotInLedger { remove_on: Some(day) } => {
            format!("{tool} says that it goes away on {day}; add it to [[deprecations]]")
        }
        Promise::NotInLedger { remove_on: None } => {
            format!("{tool} says that it is deprecated; add it to [[deprecations]]")
        }
        Promise::Kept { .. } => return None,
    };
    Some(Clean::line(&text))
}

/// One long list at a time: what reading it takes is many times its size.
static BESIDE: Semaphore = Semaphore::const_new(1);

/// Does what may take long on a thread of its own: a long list of one server must not hold up the answers of others.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    // It is never closed.
    let _turn = BESIDE.acquire().await;
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Cancelled, as only at the end of the program; nobody waits any more.
            Err(_) => std::future::pending().await,
        },
    }
}
