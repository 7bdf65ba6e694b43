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

const WELL: [&str; 7] = ["ok", "up", "pass", "healthy", "ready", "alive", "pong"];
const WORN: [&str; 3] = ["warn", "degraded", "reachable"];
const ILL: [&str; 7] = ["fail", "error", "down", "unhealthy", "unready", "not_ready", "offline"];

/// Where a body has its word.
const KEYS: [&str; 4] = ["status", "state", "health", "message"];
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
    if (200..300).contains(&status) {
        let Some(word) = word else { return Ok(String::new()) };
        if WELL.contains(&word.as_str()) {
            return Ok(word);
        }
        let mut trouble = Trouble::new(Class::Unhealthy, &format!("the health address says {word}"));
        trouble.failure.http_status = Some(status);
        trouble.evidence.body = Some(Clean::block(&excerpt(&body)));
        return Err(trouble);
    }
    let text = excerpt(&body);
    let (class, mut message) = by_status(status, &challenge, &text, None);
    if let Some(word) = word {
        message = format!("{message}; the health address says {word}");
    }
    let mut trouble = Trouble::new(class, &message);
    trouble.failure.http_status = Some(status);
    trouble.failure.retry_after = retry_after;
    trouble.evidence.body = (!text.is_empty()).then(|| Clean::block(&text));
    Err(trouble)
}

/// The one word of a body that is known, plain or in JSON.
fn word(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let said = match serde_json::from_str::<Value>(text) {
        Ok(Value::String(word)) => word,
        Ok(Value::Object(body)) => KEYS.iter().find_map(|key| {
            let word = body.get(*key)?.as_str().map(known)?;
            word.map(str::to_owned)
        })?,
        Ok(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_)) => return None,
        Err(_) => text.to_owned(),
    };
    known(&said).map(str::to_owned)
}

fn known(said: &str) -> Option<&'static str> {
    if said.len() > WORD {
        return None;
    }
    let plain = said.trim().trim_end_matches(['.', '!']).to_ascii_lowercase().replace([' ', '-'], "_");
    [&WELL[..], &WORN, &ILL].into_iter().flatten().copied().find(|word| *word == plain)
}
