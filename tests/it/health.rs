//! What many answers of a server add up to: when people are told, once, and
//! when they are told that it is well again.
//!
//! A letter is a result: `.` passed, `r` refused, `t` timeout, `5` a 503, `a`
//! 401, `c` the canary, `q` throttled.

mod evidence;
mod fleet;
mod interface;
mod properties;
mod scenarios;
mod schedule;
mod windows;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::domain::health::signal::Change;
use dogwatch::domain::health::{Endpoint, Judgement, Rules};
use dogwatch::domain::id::SourceId;
use dogwatch::domain::probe::{Check, Class, Evidence, Failure, Level, Report};
use dogwatch::domain::text::Clean;

/// Monday, 23 November 2026, 09:00 UTC.
pub fn start() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

pub fn after(seconds: i64) -> DateTime<Utc> {
    start() + TimeDelta::seconds(seconds)
}

pub fn rules() -> Rules {
    Rules::default()
}

pub fn in_maintenance() -> Rules {
    Rules { judgement: Judgement::Maintenance, ..Rules::default() }
}

pub fn frozen() -> Rules {
    Rules { judgement: Judgement::Frozen, ..Rules::default() }
}

pub fn endpoint() -> Endpoint {
    named("prod")
}

pub fn named(id: &str) -> Endpoint {
    Endpoint::new(SourceId::new(id))
}

pub fn check(level: Level, failure: Option<Failure>) -> Check {
    let took = Duration::from_millis(20);
    Check { level, took, failure, detail: Clean::default(), phases: None, evidence: Evidence::default() }
}

/// A report in which all below this level passed, and this level did this.
pub fn report(level: Level, failure: Option<Failure>) -> Report {
    let lower = [Level::Handshake, Level::Tools, Level::Canary].into_iter().filter(|lower| *lower < level);
    let mut checks: Vec<Check> = lower.map(|lower| check(lower, None)).collect();
    checks.push(check(level, failure));
    Report { checks, ..Report::empty() }
}

/// What a letter stands for.
pub fn failure(letter: char) -> Option<Failure> {
    let plain = |class| Failure::new(class, "it said no");
    Some(match letter {
        '.' => return None,
        'r' => plain(Class::Refused),
        'd' => plain(Class::Dns),
        't' => plain(Class::Timeout),
        '5' => Failure { http_status: Some(503), ..plain(Class::Http5xx) },
        'e' => Failure { rpc_code: Some(-32603), ..plain(Class::RpcError) },
        'a' => plain(Class::Auth),
        'c' => Failure { tool: Some(Clean::line("whoami")), ..plain(Class::Canary) },
        'q' => plain(Class::Throttled),
        other => panic!("no result is called {other}"),
    })
}

/// Takes results of the handshake, one every so many seconds from there on; what became of them, by their place.
pub fn play(endpoint: &mut Endpoint, from: i64, step: i64, letters: &str) -> Vec<(usize, Change)> {
    play_at(endpoint, Level::Handshake, (from, step), letters)
}

pub fn play_at(endpoint: &mut Endpoint, level: Level, (from, step): (i64, i64), letters: &str) -> Vec<(usize, Change)> {
    let mut told = Vec::new();
    for (place, letter) in letters.chars().enumerate() {
        let at = after(from + step * i64::try_from(place).unwrap());
        let changes = endpoint.take(at, &report(level, failure(letter)), &rules());
        told.extend(changes.into_iter().map(|change| (place, change)));
    }
    told
}

/// The changes as `place:word`, for tables.
pub fn said(told: &[(usize, Change)]) -> String {
    told.iter().map(|(place, change)| format!("{place}:{}", change.word())).collect::<Vec<_>>().join(" ")
}

/// The id and the words of all that is open.
pub fn open(endpoint: &Endpoint) -> Vec<String> {
    endpoint.signals().map(|signal| signal.title.as_str().to_owned()).collect()
}
