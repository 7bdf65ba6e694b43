//! The answer to one request over HTTP, read to its end or to its bounds, and
//! what it means. HTTP 200 means nothing by itself.

use std::time::Duration;

use chrono::DateTime;
use http::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::Value;

use super::auth::{Challenge, refused};
use super::events::Events;
use super::message::{Heard, RpcError, has_a_number_too_large, hear};
use super::patience::{BODY, COMMENTS, EXPLANATION};
use super::trouble::{Cover, Fallible, Trouble, broken};
use crate::domain::probe::{Class, Evidence};
use crate::domain::text::Clean;

/// The headers that tell something, in the order in which they are shown.
const TELLING: [&str; 5] = ["content-type", "retry-after", "www-authenticate", "server", "x-correlation-id"];
/// As in a schema with `"maximum": 1e999`.
const TOO_LARGE_A_NUMBER: &str = "the answer holds a number that is too large to be read";
/// What is kept of a body; the secrets are taken out of it before it is cut to what is shown.
const EXCERPT: usize = 2_048;
/// How long the end of a stream is waited for after the answer in it, so that the connection can be used again.
const LINGER: Duration = Duration::from_millis(5);

/// What a server said to one request.
#[derive(Debug)]
pub(super) enum Said {
    /// The answer of JSON-RPC.
    Result(Value),
    /// Its refusal.
    Error(RpcError),
    /// Not a byte.
    Nothing,
    /// Something else, the beginning of it.
    Strange { excerpt: String, why: &'static str },
}

/// One answer over HTTP.
#[derive(Debug)]
pub(super) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, Clean)>,
    pub challenge: Challenge,
    pub retry_after: Option<Duration>,
    pub said: Said,
    /// The bytes that were read of it.
    pub size: usize,
}

/// Of the headers those that tell something.
pub(super) fn telling(headers: &HeaderMap) -> Vec<(String, Clean)> {
    let one = |name: &&str| {
        let value = headers.get(*name)?;
        Some(((*name).to_owned(), Clean::line(&String::from_utf8_lossy(value.as_bytes()))))
    };
    TELLING.iter().filter_map(one).collect()
}

fn is_stream(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream")
}

/// How long the server asks to be left alone; where it names a time, by its own clock.
pub(super) fn pause(headers: &HeaderMap) -> Option<Duration> {
    let after = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = after.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(after).ok()?;
    let now = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
    (until - now).to_std().ok()
}

/// Reads the answer to the request with this id.
pub(super) async fn read(response: reqwest::Response, id: u64, explanation: Duration) -> Fallible<Reply> {
    let status = response.status().as_u16();
    let headers = response.headers();
    let (telling, retry_after) = (telling(headers), pause(headers));
    let challenge = Challenge::read(headers.get_all(WWW_AUTHENTICATE));
    let stream = is_stream(headers);
    let (said, size) = match status {
        200..=299 if stream => from_stream(response, id).await?,
        200..=299 => {
            let body = whole(response).await?;
            (from_body(&body, id), body.len())
        }
        _ => {
            let body = beginning(response, explanation).await;
            (from_body(&body, id), body.len())
        }
    };
    Ok(Reply { status, headers: telling, challenge, retry_after, said, size })
}

fn cover(response: &reqwest::Response) -> (Cover, String) {
    let cover = if response.url().scheme() == "https" { Cover::Tls } else { Cover::Plain };
    (cover, crate::config::host_and_port(response.url()))
}

/// The whole body, or [`Class::TooLarge`].
pub(super) async fn whole(mut response: reqwest::Response) -> Fallible<Vec<u8>> {
    let (cover, host) = cover(&response);
    let expected = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let over = || Trouble::too_large(&format!("the answer has more than {} MiB", BODY >> 20));
    if expected > BODY {
        return Err(over());
    }
    let mut body = Vec::with_capacity(expected);
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error, cover, &host))? {
        if body.len() + chunk.len() > BODY {
            return Err(over());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// As much of the body as comes soon: the status has said it already.
pub(super) async fn beginning(mut response: reqwest::Response, patience: Duration) -> Vec<u8> {
    let mut body = Vec::new();
    let reading = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = EXPLANATION - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if body.len() == EXPLANATION {
                break;
            }
        }
    };
    // Late or not: what has come is what there is.
    let _late = tokio::time::timeout(patience, reading).await;
    body
}

fn from_body(body: &[u8], id: u64) -> Said {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Said::Nothing;
    }
    let strange = |why| Said::Strange { excerpt: excerpt(body), why };
    match hear(body, id) {
        Heard::Result(result) => Said::Result(result),
        Heard::Error(error) => Said::Error(error),
        Heard::Else => strange("the answer is to another request"),
        Heard::Nonsense if body.trim_ascii_start().starts_with(b"<") => strange("the answer is a web page"),
        Heard::Nonsense if serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err() => {
            strange("the answer is no whole JSON")
        }
        Heard::Nonsense if has_a_number_too_large(body) => strange(TOO_LARGE_A_NUMBER),
        Heard::Nonsense => strange("the answer is no JSON-RPC"),
    }
}

async fn from_stream(mut response: reqwest::Response, id: u64) -> Fallible<(Said, usize)> {
    let (cover, host) = cover(&response);
    let mut events = Events::default();
    let mut strange = None;
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error, cover, &host))? {
        for event in events.push(&chunk) {
            if let Some(said) = from_event(&event, id, &mut strange) {
                let _end = tokio::time::timeout(LINGER, response.chunk()).await;
                return Ok((said, events.said));
            }
        }
        if let Some(why) = overflow(&events) {
            return Err(Trouble::too_large(&why));
        }
    }
    match strange {
        Some(strange) => Ok((strange, events.said)),
        None => Err(Trouble::new(Class::Cut, "the stream ended before the answer")),
    }
}

/// The answer in this event, if it is there; what is no JSON-RPC is remembered.
pub(super) fn from_event(event: &super::events::Event, id: u64, strange: &mut Option<Said>) -> Option<Said> {
    if !event.is_message() {
        return None;
    }
    match hear(&event.data, id) {
        Heard::Result(result) => Some(Said::Result(result)),
        Heard::Error(error) => Some(Said::Error(error)),
        Heard::Else => None,
        Heard::Nonsense => {
            let too_large = has_a_number_too_large(&event.data);
            let why = if too_large { TOO_LARGE_A_NUMBER } else { "an event holds no JSON-RPC" };
            *strange = Some(Said::Strange { excerpt: excerpt(&event.data), why });
            None
        }
    }
}

/// Why a stream is not read any further.
pub(super) fn overflow(events: &Events) -> Option<String> {
    if events.said > BODY {
        return Some(format!("the stream has more than {} MiB", BODY >> 20));
    }
    (events.mumbled > COMMENTS).then(|| format!("the stream has more than {} MiB of comments", COMMENTS >> 20))
}

/// The beginning of a body, as text.
pub(super) fn excerpt(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(EXCERPT)]).into_owned()
}

impl Reply {
    /// The answer that came on a stream of its own.
    pub fn of_stream(said: Said) -> Self {
        let (headers, challenge) = (Vec::new(), Challenge::default());
        Self { status: 200, headers, challenge, retry_after: None, said, size: 0 }
    }

    /// The result, or why there is none.
    pub fn judge(self) -> Fallible<Value> {
        let Self { status, headers, challenge, retry_after, said, .. } = self;
        let (body, rpc) = match said {
            Said::Result(result) if (200..300).contains(&status) => return complete(result),
            Said::Error(error) => (String::new(), Some(error)),
            Said::Result(_) | Said::Nothing => (String::new(), None),
            Said::Strange { excerpt, why } if (200..300).contains(&status) => {
                let mut trouble = Trouble::bad_reply(why);
                trouble.failure.http_status = Some(status);
                trouble.evidence = Evidence { headers, body: Some(Clean::block(&excerpt)), ..Evidence::default() };
                return Err(trouble);
            }
            Said::Strange { excerpt, .. } => (excerpt, None),
        };
        let (class, message) = by_status(status, &challenge, &body, rpc.as_ref());
        let mut trouble = Trouble::new(class, &message);
        trouble.failure.http_status = Some(status);
        trouble.failure.rpc_code = rpc.as_ref().map(|error| error.code);
        trouble.failure.retry_after = retry_after;
        trouble.evidence = Evidence {
            headers,
            rpc_message: rpc.map(|error| Clean::line(&error.message)),
            body: (!body.is_empty()).then(|| Clean::block(&body)),
            ..Evidence::default()
        };
        Err(trouble)
    }
}

/// A result that is one: a server may also ask back.
pub(super) fn complete(result: Value) -> Fallible<Value> {
    if result.get("resultType").and_then(Value::as_str) == Some("input_required") {
        let message = "the server asks for input before it answers (input_required), which a probe cannot give";
        return Err(Trouble::bad_reply(message));
    }
    Ok(result)
}

/// What an answer that is no result says of the endpoint.
pub(super) fn by_status(status: u16, challenge: &Challenge, body: &str, rpc: Option<&RpcError>) -> (Class, String) {
    let guarded = body.to_ascii_lowercase();
    let guarded = ["invalid host", "invalid origin"].iter().any(|words| guarded.contains(words));
    match status {
        401 => (Class::Auth, refused(status, challenge, body)),
        403 if !guarded => (Class::Auth, refused(status, challenge, body)),
        403 | 421 => {
            let remedy = "it is guarded against being asked under this name; allow the name in the server";
            (Class::Misrouted, format!("HTTP {status}: {remedy}"))
        }
        429 => (Class::Throttled, "HTTP 429: too many requests; it is left alone for a while".to_owned()),
        500..=599 => (Class::Http5xx, format!("HTTP {status}: the server or the gateway before it fails")),
        300..=399 => {
            (Class::Redirect, format!("HTTP {status}: it leads elsewhere; write the address that it leads to"))
        }
        _ => match rpc {
            Some(error) => {
                (Class::RpcError, format!("the server answers with error {}: {}", error.code, error.message))
            }
            None if status == 404 => (Class::NotFound, "HTTP 404: there is nothing at this path".to_owned()),
            None if status < 300 => (Class::BadReply, format!("HTTP {status} with an empty body")),
            None => (Class::Http4xx, format!("HTTP {status}: the server does not take the request")),
        },
    }
}
