//! L0: what a server's health address says, the worse of its status and its word.

use http::HeaderMap;
use serde_json::Value;

use super::auth::Challenge;
use super::line::{Address, Seen, Sending};
use super::patience::Patience;
use super::reply::{beginning, by_status, excerpt, pause};
use super::trouble::{Fallible, Trouble};
use crate::domain::probe::Class;
use crate::domain::text::Clean;

/// What a word says, the better first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Well,
    Worn,
    Ill,
}

const WORDS: [(Verdict, &[&str]); 3] = [
    (Verdict::Well, &["ok", "up", "pass", "healthy", "ready", "alive", "pong"]),
    (Verdict::Worn, &["warn", "degraded", "reachable"]),
    (Verdict::Ill, &["fail", "error", "down", "unhealthy", "unready", "not_ready", "offline"]),
];

/// Where a body has its word, the most telling first.
const KEYS: [&str; 4] = ["status", "state", "health", "message"];
/// How deep a body is looked into for a word.
const DEPTH: usize = 4;
/// A plain body longer than this is a page, not a word.
const WORD: usize = 32;

/// Asks, and gives the word that it heard; empty if there was none.
pub(super) async fn check(address: &Address, patience: Patience, seen: &mut Seen) -> Fallible<String> {
    let sent = Sending::look(HeaderMap::new());
    let response = address.send(sent, seen).await?;
    let status = response.status().as_u16();
    let retry_after = pause(response.headers());
    let challenge = Challenge::read(response.headers().get_all("www-authenticate"));
    let body = beginning(response, patience.level).await;
    let word = word(&body);
    let text = excerpt(&body);
    let said = |word: &str| format!("the health address says {word}");
    let by_status = (!(200..300).contains(&status)).then(|| by_status(status, &challenge, &text, None));
    let (class, message) = match (by_status, word) {
        (None, None) => return Ok(String::new()),
        (None, Some((Verdict::Well, word))) => return Ok(word.to_owned()),
        (None, Some((Verdict::Worn, word))) => (Class::Degraded, said(word)),
        (None, Some((Verdict::Ill, word))) => (Class::Unhealthy, said(word)),
        (Some(told), None) => told,
        // The worse of the two counts.
        (Some((Class::Auth, message)), Some((Verdict::Ill, word))) => {
            (Class::Unhealthy, format!("{message}; {}", said(word)))
        }
        (Some((class, message)), Some((_, word))) => (class, format!("{message}; {}", said(word))),
    };
    let mut trouble = Trouble::new(class, &message);
    trouble.failure.http_status = Some(status);
    trouble.failure.retry_after = retry_after;
    trouble.evidence.body = (!text.is_empty()).then(|| Clean::block(&text));
    Err(trouble)
}

/// The one word of a body that is known, plain or in JSON.
fn word(body: &[u8]) -> Option<(Verdict, &'static str)> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{FEFF}').trim();
    match serde_json::from_str::<Value>(text) {
        Ok(Value::String(word)) => known(&word),
        Ok(body) => in_json(&body),
        Err(_) => known(text),
    }
}

/// The word that stands highest; of those on one height, the worst.
fn in_json(body: &Value) -> Option<(Verdict, &'static str)> {
    let mut level = vec![body];
    for _ in 0..DEPTH {
        let own = |value: &&Value| {
            let entries = value.as_object()?;
            KEYS.iter().find_map(|key| {
                let mut named = entries.iter().filter(|(name, _)| name.eq_ignore_ascii_case(key));
                named.find_map(|(_, value)| known(value.as_str()?))
            })
        };
        let worst = level.iter().filter_map(own).max();
        if worst.is_some() {
            return worst;
        }
        level = level.into_iter().flat_map(inside).collect();
    }
    None
}

fn inside(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(entries) => entries.values().collect(),
        Value::Array(items) => items.iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn known(said: &str) -> Option<(Verdict, &'static str)> {
    if said.len() > WORD {
        return None;
    }
    let around = |letter: char| letter.is_whitespace() || matches!(letter, '.' | '!' | '"' | '\'');
    let plain = said.trim_matches(around).to_ascii_lowercase().replace([' ', '-'], "_");
    let of = |(verdict, words): &(Verdict, &[&'static str])| {
        words.iter().find(|word| **word == plain).map(|word| (*verdict, *word))
    };
    WORDS.iter().find_map(of)
}
