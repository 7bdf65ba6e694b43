//! How each fault looks from the other end of the wire.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::answer::Answer;
use super::fault::Fault;
use super::routes::Call;
use super::server::Server;

/// What leaves, and how whole.
pub enum Reply {
    Whole(Answer),
    Half(Answer),
    Huge(usize),
    Cut,
}

impl Reply {
    /// What the client can read of it; none when nothing arrives.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Whole(answer) | Self::Half(answer) => Some(answer.status),
            Self::Huge(_) => Some(200),
            Self::Cut => None,
        }
    }
}

/// Does what the call asks for, as badly as ordered.
pub async fn reply(server: &Arc<Server>, mut call: Call, fault: Option<Fault>) -> Reply {
    let Some(fault) = fault else {
        return Reply::Whole(server.act(&call));
    };
    match fault {
        Fault::BadGatewayBefore => Reply::Whole(bad_gateway()),
        Fault::BadGatewayAfter => {
            server.act(&call);
            Reply::Whole(bad_gateway())
        }
        Fault::DropBefore => Reply::Cut,
        Fault::DropAfter => {
            server.act(&call);
            Reply::Cut
        }
        Fault::HalfBody => Reply::Half(server.act(&call)),
        Fault::Hang => {
            call.released().await;
            Reply::Whole(server.act(&call))
        }
        Fault::HangAfter => {
            let answer = server.act(&call);
            call.released().await;
            Reply::Whole(answer)
        }
        Fault::LateApply(after) => later(server, call, Some(after)),
        Fault::LateApplyOnRelease => later(server, call, None),
        Fault::Slow(how_long) => {
            tokio::time::sleep(how_long).await;
            Reply::Whole(server.act(&call))
        }
        Fault::Gzip => Reply::Whole(packed(server.act(&call))),
        Fault::OddItem => Reply::Whole(spoiled(server.act(&call), &odd_item())),
        Fault::NullUser => Reply::Whole(spoiled(server.act(&call), &null_user())),
        Fault::HugeBody(bytes) => Reply::Huge(bytes),
        Fault::PackedBomb(bytes) => Reply::Whole(packed(bomb(bytes))),
        Fault::Status(..)
        | Fault::Unauthorized
        | Fault::SsoRequired
        | Fault::PermissionMissing
        | Fault::NotFound
        | Fault::Gone
        | Fault::Unprocessable
        | Fault::Moved(..)
        | Fault::SecondaryLimit { .. }
        | Fault::TooManyRequests { .. }
        | Fault::PrimaryLimit { .. }
        | Fault::Html
        | Fault::MalformedJson => Reply::Whole(refusal(server, &call, fault)),
    }
}

/// 502 now; nothing the client does can stop what follows.
fn later(server: &Arc<Server>, mut call: Call, after: Option<Duration>) -> Reply {
    let server = Arc::clone(server);
    tokio::spawn(async move {
        match after {
            Some(after) => tokio::time::sleep(after).await,
            None => call.released().await,
        }
        server.act(&call);
    });
    Reply::Whole(bad_gateway())
}

fn bad_gateway() -> Answer {
    let page =
        "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\x1b[31m<h1>502 Bad Gateway</h1></body>\n</html>\n";
    Answer::html(502, page)
}

/// The answers that need nothing done.
fn refusal(server: &Server, call: &Call, fault: Fault) -> Answer {
    let answer = match fault {
        Fault::Status(status, body) => Answer {
            status,
            headers: vec![("content-type", "application/json; charset=utf-8".to_owned())],
            body: body.into_bytes(),
        },
        Fault::Unauthorized => Answer::error(401, "Bad credentials"),
        Fault::SsoRequired => {
            let why = "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.";
            let url = format!("{}/orgs/acme/sso?authorization_request=A1B2C3", server.public());
            Answer::error(403, why).with("x-github-sso", &format!("required; url={url}"))
        }
        Fault::PermissionMissing => Answer::error(403, "Resource not accessible by personal access token")
            .with("x-accepted-github-permissions", "issues=write"),
        Fault::Gone => Answer::error(410, "This issue was deleted"),
        Fault::Unprocessable => Answer::invalid(422, "Issue", "labels", "invalid"),
        Fault::Moved(status, to) if to.starts_with('/') => Answer::moved(status, &format!("{}{to}", server.public())),
        Fault::Moved(status, to) => Answer::moved(status, &to),
        Fault::SecondaryLimit { retry_after } => secondary(403, retry_after),
        Fault::TooManyRequests { retry_after } => secondary(429, retry_after),
        Fault::PrimaryLimit { reset_in } => server.exhausted(call, reset_in),
        Fault::Html => {
            return Answer::html(
                200,
                "<!DOCTYPE html><title>Welcome aboard</title><p>Accept the terms to go online.</p>",
            );
        }
        Fault::MalformedJson => Answer {
            status: 200,
            headers: vec![("content-type", "application/json; charset=utf-8".to_owned())],
            body: br#"[{"number": 1, "title": "cut sh"#.to_vec(),
        },
        // What acts first is no refusal and does not come here.
        Fault::NotFound
        | Fault::BadGatewayBefore
        | Fault::BadGatewayAfter
        | Fault::DropBefore
        | Fault::DropAfter
        | Fault::HalfBody
        | Fault::Hang
        | Fault::HangAfter
        | Fault::LateApply(_)
        | Fault::LateApplyOnRelease
        | Fault::Slow(_)
        | Fault::Gzip
        | Fault::OddItem
        | Fault::NullUser
        | Fault::HugeBody(_)
        | Fault::PackedBomb(_) => Answer::not_found(),
    };
    server.dressed(call, answer)
}

fn secondary(status: u16, retry_after: Option<u64>) -> Answer {
    let why = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    let answer = Answer::error(status, why);
    match retry_after {
        Some(seconds) => answer.with("retry-after", &seconds.to_string()),
        None => answer,
    }
}

/// The 403 of an empty budget.
pub fn primary_limit(login: &str, reset: i64) -> Answer {
    Answer::error(403, &format!("API rate limit exceeded for user {login}."))
        .with("x-ratelimit-remaining", "0")
        .with("x-ratelimit-reset", &reset.to_string())
}

fn odd_item() -> Value {
    json!({"title": 17, "labels": {"no": "list"}, "user": "nobody", "number": "seven", "state": null, "updated_at": 0})
}

fn null_user() -> Value {
    json!({"user": null, "state_reason": "superseded", "labels": [null, "bare"], "author_association": "OVERLORD"})
}

/// Overwrites fields of the middle item of a page, or of a single object.
fn spoiled(mut answer: Answer, fields: &Value) -> Answer {
    let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else {
        return answer;
    };
    let item = match &mut body {
        Value::Array(items) => {
            let middle = items.len() / 2;
            items.get_mut(middle)
        }
        other => Some(other),
    };
    if let (Some(Value::Object(item)), Value::Object(fields)) = (item, fields) {
        item.extend(fields.clone());
    }
    answer.headers.retain(|(name, _)| *name != "etag");
    answer.body = body.to_string().into_bytes();
    answer
}

fn packed(mut answer: Answer) -> Answer {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&answer.body).unwrap();
    answer.body = encoder.finish().unwrap();
    answer.with("content-encoding", "gzip")
}

fn bomb(bytes: usize) -> Answer {
    let mut body = vec![b' '; bytes];
    body.extend(b"[]");
    Answer { status: 200, headers: vec![("content-type", "application/json; charset=utf-8".to_owned())], body }
}
