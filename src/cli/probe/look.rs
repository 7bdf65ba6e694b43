//! `dogwatch probe [ID|URL…]`: one health check of MCP endpoints, as an agent
//! would use them; and the list of tools that a team commits or goes on from.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::super::context::Context;
use super::super::exit::{Exit, Failure};
use super::super::{Global, open, out};
use super::visible;
use crate::cli::json::{self, time};
use crate::config::Canary;
use crate::domain::drift::Impact;
use crate::domain::probe::{Check, Condition, Failure as Trouble, Level, Report};
use crate::domain::text::Clean;
use crate::shell::engine::Network;
use crate::shell::probing::{Endpoint, Seen, released};
use crate::shell::session::Session;
use crate::sources::mcp::SharedHttp;

#[derive(Debug, clap::Args)]
pub(super) struct Look {
    /// Sources of the team file by id, or addresses; all MCP sources, if none is named.
    #[arg(value_name = "ID|URL")]
    endpoints: Vec<String>,
    /// Calls this tool, too, if it says that it only reads.
    #[arg(long = "canary", value_name = "TOOL")]
    tool: Option<String>,
    /// Its arguments; `{{nonce}}` becomes a word that no cache knows.
    #[arg(long = "canary-args", value_name = "JSON", requires = "tool")]
    given: Option<String>,
    /// What its answer must hold; `{{nonce}}` is the same word.
    #[arg(long = "canary-expect", value_name = "TEXT", requires = "tool")]
    expect: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct One {
    /// A source of the team file by id, or an address.
    #[arg(value_name = "ID|URL")]
    endpoint: String,
}

/// Everything that a probe needs.
struct Bench {
    context: Context,
    session: Session,
    http: SharedHttp,
}

impl Bench {
    fn new(global: &Global) -> Result<Self, Failure> {
        let context = Context::load(global)?;
        if context.network() == Network::Offline {
            return Err(Failure::wrong("probe asks servers, and --offline says not to; leave one of them out"));
        }
        let session = open(&context)?;
        Ok(Self { context, session, http: SharedHttp::default() })
    }

    fn endpoints(&self, words: &[String]) -> Result<Vec<Endpoint>, Failure> {
        let (plan, given) = (self.context.plan(), self.session.engine().given());
        if words.is_empty() {
            let all = Endpoint::all(&plan, given, &self.http);
            if all.is_empty() {
                let lack = match &plan.team_path {
                    Some(_) => "the team file has no MCP source",
                    None => "there is no team file here or above",
                };
                return Err(Failure::wrong(format!(
                    "{lack}; name an address, as in `dogwatch probe https://example.com/mcp`, or add a [[sources]] with \
                     kind = \"mcp\""
                )));
            }
            return Ok(all);
        }
        let named = |word: &String| Endpoint::named(word, &plan, given, &self.http);
        let (mut endpoints, mut wrong) = (Vec::new(), Vec::new());
        for word in words {
            match named(word) {
                Ok(endpoint) => endpoints.push(endpoint),
                Err(why) => wrong.push(why.to_string()),
            }
        }
        if wrong.is_empty() { Ok(endpoints) } else { Err(Failure::Wrong(wrong)) }
    }

    /// What is to be told of each, in the order in which they were given. No list of tools is kept for longer: those of
    /// a thousand servers are more than what is told of them.
    async fn probe<T>(&self, endpoints: Vec<Endpoint>, upto: Level, tell: impl Fn(&Endpoint, Seen) -> T) -> Vec<T> {
        let (keeper, now, tell) = (self.session.engine().keeper(), self.session.clock().start(), &tell);
        let probe = |mut endpoint: Endpoint| async move {
            let seen = endpoint.probe(upto, keeper, now).await;
            endpoint.close().await;
            tell(&endpoint, seen)
        };
        join_all(endpoints.into_iter().map(probe)).await
    }
}

pub(super) async fn run(global: &Global, args: &Look) -> Result<Exit, Failure> {
    let canary = canary(args)?;
    let bench = Bench::new(global)?;
    let mut endpoints = bench.endpoints(&args.endpoints)?;
    if let Some(canary) = canary {
        let with = |endpoint: Endpoint| endpoint.with_canary(canary.clone(), &bench.http);
        endpoints = endpoints.into_iter().map(with).collect();
    }
    let words = if global.json { as_json } else { as_text };
    let tell = |endpoint: &Endpoint, seen: Seen| {
        let unmeasured = seen.unmeasured.as_ref().map(|why| unmeasured(&endpoint.id, why));
        ((words(endpoint, &seen), unmeasured), seen.condition())
    };
    let (told, conditions): (Vec<(Value, Option<String>)>, Vec<Condition>) =
        bench.probe(endpoints, Level::Canary, tell).await.into_iter().unzip();
    let (told, unmeasured): (Vec<Value>, Vec<Option<String>>) = told.into_iter().unzip();
    if global.json {
        let answer = json!({
            "schema": "dogwatch.probe/1",
            "at": time(bench.session.clock().start()),
            "endpoints": told,
        });
        out::json_as(&answer, visible)?;
    } else {
        out::answer(&told.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"))?;
    }
    unmeasured.into_iter().flatten().for_each(|why| out::say(&why));
    let well = conditions.iter().all(|condition| *condition == Condition::Up);
    Ok(if well { Exit::Done } else { Exit::Found })
}

/// That nobody looks at what changed, and why; the state does not say so.
fn unmeasured(id: &str, why: &Clean) -> String {
    format!("dogwatch: drift of {} is not checked: {why}", Clean::line(id))
}

/// The endpoint of this name, probed up to its tools; none if they could not be read, which has been said then.
pub(super) async fn tools_of(global: &Global, id: &str) -> Result<Option<Seen>, Failure> {
    let bench = Bench::new(global)?;
    let endpoints = bench.endpoints(&[id.to_owned()])?;
    let seen = bench.probe(endpoints, Level::Tools, |_, seen| seen).await.pop();
    if seen.as_ref().is_none_or(|seen| seen.report.tools.is_none()) {
        unread(id, seen.as_ref());
        return Ok(None);
    }
    Ok(seen)
}

/// `probe snapshot`: the tools as they are served now, for the team's repository.
pub(super) async fn snapshot(global: &Global, args: &One) -> Result<Exit, Failure> {
    let Some(seen) = tools_of(global, &args.endpoint).await? else { return Ok(Exit::Found) };
    let mut file: Value = serde_json::from_str(&released(&seen.report)).unwrap_or_default();
    if let Some(tools) = file["tools"].as_array_mut() {
        // In an order of its own, so that two snapshots differ only where the tools do.
        tools.sort_by(|one, other| one["name"].as_str().cmp(&other["name"].as_str()));
    }
    out::json_as(&file, visible)?;
    Ok(Exit::Done)
}

/// `probe accept`: goes on from the tools as they are served now.
pub(super) async fn accept(global: &Global, args: &One) -> Result<Exit, Failure> {
    let bench = Bench::new(global)?;
    let endpoints = bench.endpoints(std::slice::from_ref(&args.endpoint))?;
    if let Some(path) = endpoints.first().and_then(Endpoint::snapshot) {
        let (id, path) = (&args.endpoint, path.display());
        let remedy =
            format!("{id} is measured against {path}; write `dogwatch probe snapshot {id} > {path}` and commit it");
        return Err(Failure::wrong(remedy));
    }
    let seen = bench.probe(endpoints, Level::Tools, |_, seen| seen).await.pop();
    let Some((key, list)) = seen.as_ref().and_then(|seen| seen.list.clone()) else {
        return Ok(unread(&args.endpoint, seen.as_ref()));
    };
    let kept = bench.session.engine().keeper().ask(move |store| store.set_baseline(&key, &list)).await;
    if let Some(Err(error)) = kept {
        return Err(Failure::setting_up("the list cannot be kept", &error));
    }
    let changes = seen.map_or(0, |seen| seen.drift.len());
    let word = if changes == 1 { "change" } else { "changes" };
    out::answer(&format!("accepted: {} is measured against its tools of now; {changes} {word}", args.endpoint))?;
    Ok(Exit::Done)
}

fn unread(id: &str, seen: Option<&Seen>) -> Exit {
    let why = seen.and_then(|seen| seen.report.failure()).map(|(_, failure)| failure.message.to_string());
    out::say(&format!("dogwatch: the tools of {id} could not be read: {}", why.unwrap_or_default()));
    Exit::Found
}

fn canary(args: &Look) -> Result<Option<Canary>, Failure> {
    let Some(tool) = args.tool.clone() else { return Ok(None) };
    let text = args.given.as_deref().unwrap_or("{}");
    let wrong =
        |why: &str| Failure::wrong(format!("--canary-args {why}; write a JSON object, as in {{\"query\":\"x\"}}"));
    let given: Value = serde_json::from_str(text).map_err(|error| wrong(&error.to_string()))?;
    if !given.is_object() {
        return Err(wrong("is no object"));
    }
    Ok(Some(Canary { tool, args: given, expect: args.expect.clone(), allow_unsafe: false }))
}

fn ms(span: Duration) -> f64 {
    (span.as_secs_f64() * 1e6).round() / 1e3
}

/// One endpoint of `dogwatch.probe/1`.
fn as_json(endpoint: &Endpoint, seen: &Seen) -> Value {
    let report = &seen.report;
    let check = |check: &Check| {
        let ok = check.failure.is_none();
        json!({"name": check.level.word(), "ok": ok, "ms": ms(check.took), "detail": detail(check, seen)})
    };
    let error = |failure: &Trouble| {
        json!({
            "class": failure.class.word(),
            "message": failure.message,
            "http_status": failure.http_status,
            "rpc_code": failure.rpc_code,
        })
    };
    json!({
        "id": endpoint.id,
        "url": endpoint.url.as_ref().map(|_| endpoint.address()),
        "command": (!endpoint.command.is_empty()).then_some(&endpoint.command),
        "transport": report.transport.map(crate::domain::probe::Transport::word),
        "state": seen.condition().word(),
        "latency_ms": report.latency().map(ms),
        "protocol_version": report.protocol_version,
        "server": report.server.as_ref().map(|server| json!({"name": server.name, "version": server.version})),
        "tools": report.tools.as_ref().map(|list| list.tools.len()),
        "checks": report.checks.iter().map(check).collect::<Vec<_>>(),
        "drift": seen.drift.iter().map(json::drift).collect::<Vec<_>>(),
        "error": report.failure().map(|(_, failure)| error(failure)),
    })
}

/// What a check has to say: its failure, else what was seen.
fn detail(check: &Check, seen: &Seen) -> Option<Clean> {
    let mut said: Vec<String> = check.failure.iter().map(|failure| failure.message.to_string()).collect();
    said.extend(Some(check.detail.to_string()).filter(|detail| !detail.is_empty()));
    if check.level == Level::Tools {
        said.extend(seen.remarks.iter().map(ToString::to_string));
    }
    (!said.is_empty()).then(|| Clean::line(&said.join("; ")))
}

/// One endpoint for people, as a text of some lines.
fn as_text(endpoint: &Endpoint, seen: &Seen) -> Value {
    let report = &seen.report;
    let mut lines = vec![format!("{:<9} {}{}", seen.condition().word(), Clean::line(&endpoint.id), about(report))];
    for check in &report.checks {
        let mark = if check.failure.is_some() { "fail" } else { "ok" };
        let class = check.failure.as_ref().map(|failure| format!(" {}:", failure.class.word())).unwrap_or_default();
        let said = detail(check, seen).map(|said| format!("{class} {said}")).unwrap_or_default();
        lines.push(
            format!("  {mark:<4} {:<9} {:>8.1} ms {said}", check.level.word(), ms(check.took)).trim_end().to_owned(),
        );
    }
    for impact in Impact::ALL {
        let of = seen.drift.iter().filter(|one| one.impact == impact);
        lines.extend(of.map(|one| {
            let place = format!("{} {}", one.tool, one.path);
            Clean::line(&format!("  drift {:<10} {} {}", impact.word(), one.change.word(), place.trim())).to_string()
        }));
    }
    let called = report.checks.iter().any(|check| check.level == Level::Canary);
    if seen.condition() == Condition::Up && !called {
        lines.push("  shallow: no canary was called; whether a tool works is not known".to_owned());
    }
    lines.join("\n").into()
}

fn about(report: &Report) -> String {
    let mut words = Vec::new();
    if let Some(server) = &report.server {
        words.push(format!("{} {}", server.name, server.version).trim().to_owned());
    }
    words.extend(report.protocol_version.as_ref().map(ToString::to_string));
    words.extend(report.transport.map(|transport| transport.word().to_owned()));
    words.extend(report.tools.as_ref().map(|list| match list.tools.len() {
        1 => "1 tool".to_owned(),
        many => format!("{many} tools"),
    }));
    if words.is_empty() { String::new() } else { format!("  {}", words.join(" · ")) }
}
