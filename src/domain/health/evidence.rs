//! What an incident shows to whoever is woken by it: what was seen, how often,
//! what is usual, and a line to see it oneself.
//!
//! Nothing of it can leave its place: text of strangers stands in code spans
//! and fences that it cannot close, and no token is ever written down, only
//! the name `$MCP_TOKEN`. The same memory gives the same bytes.

mod repeat;

use std::fmt::Write as _;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};

use super::Endpoint;
use super::fleet::Fleet;
use super::interface::Interface;
use super::signal::{Cause, Signal};
use super::track::Track;
use crate::config::McpSource;
use crate::domain::probe::{Check, Evidence};
use crate::domain::quote::{cell, fence, span};
use crate::domain::text::Clean;

/// The most bytes of a body that are shown.
const BODY_BYTES: usize = 512;
/// The most bytes of a child's last words that are shown.
const LAST_WORDS_BYTES: usize = 4_096;

/// The body of the incident for a signal of one server, as Markdown.
pub fn body(endpoint: &Endpoint, signal: &Signal, source: &McpSource) -> Clean {
    let mut out = String::new();
    say_what(&mut out, signal);
    say_who(&mut out, endpoint);
    let track = signal.level.and_then(|level| endpoint.track(level));
    match signal.cause {
        Cause::Drift | Cause::Announced => say_drift(&mut out, endpoint.interface(), signal),
        Cause::Failing(_) | Cause::Flapping | Cause::Slow | Cause::Host | Cause::ProberOffline => {
            if let Some(track) = track {
                say_results(&mut out, track);
            }
        }
    }
    let failure =
        track.and_then(Track::failure).filter(|_| matches!(signal.cause, Cause::Failing(_) | Cause::Flapping));
    if let Some(check) = failure {
        say_failure(&mut out, check);
        say_evidence(&mut out, &check.evidence);
    }
    if let Some(level) = signal.level {
        let called = failure.and_then(|check| check.evidence.canary.as_ref()).map(|(args, _)| args.as_str());
        let line = repeat::line(endpoint.identity(), level, source, called);
        let _ = writeln!(out, "\nTo repeat it:\n\n{}", fence("sh", &line));
    }
    Clean::block(&out)
}

/// The body of the incident for a host or for this machine, as Markdown.
pub fn body_of_many(fleet: &Fleet, signal: &Signal) -> Clean {
    let mut out = String::new();
    say_what(&mut out, signal);
    if let Some(children) = fleet.children(&signal.fingerprint) {
        out.push_str("\nThese servers fail together:\n\n");
        for child in children {
            let _ = writeln!(out, "- {}", span(child.as_str()));
        }
    }
    if signal.cause == Cause::ProberOffline {
        out.push_str("\nMost servers and the control address fail at once, so no server is blamed. ");
        out.push_str("Look at the network, the proxy and the name server of the machine that probes.\n");
    }
    Clean::block(&out)
}

fn say_what(out: &mut String, signal: &Signal) {
    let level = signal.level.map_or("all", crate::domain::probe::Level::word);
    let _ = writeln!(out, "| | |\n|---|---|\n| level | {level} |\n| class | {} |", signal.cause.word());
    if !signal.detail.is_empty() {
        let _ = writeln!(out, "| detail | {} |", cell(signal.detail.as_str()));
    }
    if let Some(now) = signal.now.as_ref().filter(|now| Cause::Failing(now.class) != signal.cause) {
        let detail = if now.detail.is_empty() { String::new() } else { format!(" {}", cell(now.detail.as_str())) };
        let _ = writeln!(out, "| looks by now | {}{detail} |", now.class.word());
    }
    let _ = writeln!(out, "| first failure | {} |\n| last failure | {} |", when(signal.since), when(signal.last));
    if let Some(since) = signal.flapping {
        let _ = writeln!(out, "| comes and goes since | {} |", when(since));
    }
}

fn say_who(out: &mut String, endpoint: &Endpoint) {
    let known = endpoint.identity();
    let unknown = || "unknown".to_owned();
    let server = known.server.as_ref().map(|server| format!("{} {}", server.name, server.version));
    let _ = writeln!(out, "| server | {} |", server.map_or_else(unknown, |server| cell(&server)));
    let era = known.era.map_or_else(unknown, |era| era.word().to_owned());
    let version = known.protocol_version.as_ref().map_or_else(unknown, |version| cell(version.as_str()));
    let _ = writeln!(out, "| protocol | {version}, era {era} |");
    if let Some(transport) = known.transport {
        let _ = writeln!(out, "| transport | {} |", transport.word());
    }
}

fn say_results(out: &mut String, track: &Track) {
    let results = track.marks().len();
    let _ = writeln!(out, "| last {results} results | {} (oldest first) |", track.strip());
    let last = track.marks().next_back().map(|mark| Duration::from_micros(mark.took));
    let beside = |took: Duration, usual: Option<Duration>| {
        format!("{}, usually {}", millis(took), usual.map_or_else(|| "unknown".to_owned(), millis))
    };
    if let Some(last) = last {
        let _ = writeln!(out, "| took | {} |", beside(last, track.baseline().took()));
    }
    let Some(phases) = track.phases() else { return };
    let seen = [phases.dns, phases.connect, phases.tls, phases.ttfb].into_iter().zip(track.baseline().phases());
    for (name, (took, usual)) in ["dns", "connect", "tls", "first byte"].into_iter().zip(seen) {
        if let Some(took) = took {
            let _ = writeln!(out, "| {name} | {} |", beside(took, usual));
        }
    }
}

fn say_failure(out: &mut String, check: &Check) {
    let Some(failure) = &check.failure else { return };
    if let Some(status) = failure.http_status {
        let _ = writeln!(out, "| HTTP status | {status} |");
    }
    if let Some(code) = failure.rpc_code {
        let _ = writeln!(out, "| JSON-RPC code | {code} |");
    }
    if let Some(message) = &check.evidence.rpc_message {
        let _ = writeln!(out, "| JSON-RPC message | {} |", cell(message.as_str()));
    }
    for (name, value) in &check.evidence.headers {
        let _ = writeln!(out, "| {} | {} |", cell(name), cell(value.as_str()));
    }
    let _ = writeln!(out, "\n{}", fence("text", failure.message.as_str()));
}

fn say_evidence(out: &mut String, evidence: &Evidence) {
    if let Some((args, reply)) = &evidence.canary {
        let _ = writeln!(out, "\nCalled with:\n\n{}", fence("json", cut(args.as_str(), BODY_BYTES)));
        let _ = writeln!(out, "\nAnswered:\n\n{}", fence("text", cut(reply.as_str(), BODY_BYTES)));
    }
    if let Some(body) = evidence.body.as_ref().filter(|body| !body.is_empty()) {
        let _ = writeln!(out, "\nThe answer begins with:\n\n{}", fence("text", cut(body.as_str(), BODY_BYTES)));
    }
    let Evidence { headers: _, rpc_message: _, body: _, last_words, canary: _ } = evidence;
    if let Some(words) = last_words.as_ref().filter(|words| !words.is_empty()) {
        let from = words.as_str().len().saturating_sub(LAST_WORDS_BYTES);
        let from = words.as_str().ceil_char_boundary(from);
        let _ = writeln!(out, "\nThe child's last words:\n\n{}", fence("text", &words.as_str()[from..]));
    }
}

fn say_drift(out: &mut String, interface: &Interface, signal: &Signal) {
    let Some((lines, count)) = interface.lines(&signal.fingerprint) else { return };
    let mut text = lines.iter().map(Clean::as_str).collect::<Vec<_>>().join("\n");
    if count > lines.len() {
        let _ = write!(text, "\n… and {} more", count - lines.len());
    }
    let _ = writeln!(out, "\nAgainst the baseline:\n\n{}", fence("text", &text));
}

fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

fn when(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn millis(span: Duration) -> String {
    let tenths = (span.as_micros() + 50) / 100;
    format!("{}.{} ms", tenths / 10, tenths % 10)
}
