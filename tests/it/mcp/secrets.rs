//! Where a token goes, and that nothing secret comes back in a report.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dogwatch::domain::probe::{Class, Condition, Level};
use dogwatch::domain::text::Clean;
use dogwatch::sources::mcp::{Prober, SharedHttp, Target};
use dogwatch::sources::tokens::{Lookup, NoToken, Token, fixed};
use serde_json::json;
use url::Url;

use super::server::{Fault, Manner, On, Server};
use super::{assert_clean, assert_up, canary, class, failure, target};

const SECRET: &str = "very-secret-token-0815";

fn known() -> Lookup {
    fixed(Token::new(SECRET, "$MCP_TOKEN").unwrap())
}

/// Finds these, one after the other, and counts how often it was asked.
fn looked_up(found: Vec<Option<&'static str>>) -> (Lookup, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let looks = Arc::clone(&count);
    let lookup: Lookup = Arc::new(move || {
        let at = looks.fetch_add(1, Ordering::SeqCst);
        let token = found.get(at).copied().flatten().and_then(|token| Token::new(token, "test"));
        let missing = NoToken { host: "host".into(), why: Clean::default(), remedy: Clean::line("none") };
        Box::pin(async move { token.ok_or(missing) })
    });
    (lookup, count)
}

#[tokio::test]
async fn a_token_goes_into_the_header_of_every_request_to_its_own_origin() {
    for mut manner in [Manner::modern(), Manner::legacy()] {
        manner.token = Some(SECRET.into());
        let server = Server::start(manner);
        let mut target = target(&server);
        target.health_url = Some(format!("{}/health", server.origin()).parse().unwrap());
        let report = Prober::new(target, Some(known()), SharedHttp::default()).probe(Level::Tools).await;
        assert_up(&report);
        assert_eq!(report.credential.unwrap().as_str(), "$MCP_TOKEN");
        assert!(!format!("{:?}", server.lock().requests).is_empty());
        assert!(server.lock().requests.iter().all(|one| !one.target.contains(SECRET)));
        assert_clean(&server);
    }
}

#[tokio::test]
async fn a_health_address_elsewhere_does_not_get_the_token() {
    let (server, other) = (Server::start(Manner::modern()), Server::start(Manner::modern()));
    let mut target = target(&server);
    target.health_url = Some(format!("{}/health", other.origin()).parse().unwrap());
    assert_up(&Prober::new(target, Some(known()), SharedHttp::default()).probe(Level::Tools).await);
    assert_eq!(other.lock().requests[0].header("authorization"), None);
}

#[tokio::test]
async fn a_token_never_goes_over_plain_http_to_another_machine() {
    let plain = Target::bare(Url::parse("http://mcp.invalid/mcp").unwrap());
    let report = Prober::new(plain.clone(), Some(known()), SharedHttp::default()).probe(Level::Tools).await;
    assert_eq!((class(&report), report.condition()), (Class::NotAsked, Condition::Unknown));
    assert!(failure(&report).message.as_str().contains("https"));
    assert_eq!(class(&Prober::new(plain, None, SharedHttp::default()).probe(Level::Tools).await), Class::Dns);
}

#[tokio::test]
async fn a_token_is_looked_for_once_and_again_when_it_is_refused() {
    let mut manner = Manner::modern();
    manner.token = Some("second-token".into());
    let server = Server::start(manner);
    let (lookup, count) = looked_up(vec![Some("first-token"), Some("second-token")]);
    let mut prober = Prober::new(target(&server), Some(lookup), SharedHttp::default());
    for _ in 0..3 {
        assert_up(&prober.probe(Level::Tools).await);
    }
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn having_no_token_is_fine_and_is_not_asked_about_each_time() {
    let server = Server::start(Manner::modern());
    let (lookup, count) = looked_up(Vec::new());
    let mut prober = Prober::new(target(&server), Some(lookup), SharedHttp::default());
    for _ in 0..3 {
        let report = prober.probe(Level::Tools).await;
        assert_up(&report);
        assert_eq!(report.credential, None);
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert!(server.lock().requests.iter().all(|one| one.header("authorization").is_none()));
}

#[tokio::test]
async fn a_refusal_says_what_is_wanted() {
    let challenge = "WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"The token has \\\"expired\\\"\", scope=\"mcp:read mcp:call\"\r\n";
    let server = Server::start(Manner::modern().with(On::All, Fault::Status(401, challenge.into(), String::new())));
    let report = super::probed(&server).await;
    assert_eq!((class(&report), report.condition()), (Class::Auth, Condition::Degraded));
    assert_eq!(failure(&report).message.as_str(), "HTTP 401: The token has \"expired\"; scope: mcp:read mcp:call");
    assert_eq!(server.count("GET"), 0);
}

#[tokio::test]
async fn a_mute_refusal_is_looked_up_once_in_the_metadata() {
    let mut manner = Manner::modern().with(On::Discover, Fault::Status(401, String::new(), String::new()));
    let metadata =
        json!({"scopes_supported": ["mcp:read"], "authorization_servers": ["https://id.example"]}).to_string();
    manner.moved = Some(("/.well-known/oauth-protected-resource/mcp".into(), 404, String::new()));
    manner.faults.push((On::Get, Fault::Status(200, "Content-Type: application/json\r\n".into(), metadata)));
    let server = Server::start(manner);
    let mut prober = Prober::new(target(&server), Some(known()), SharedHttp::default());
    for _ in 0..2 {
        let report = prober.probe(Level::Tools).await;
        let message = failure(&report).message.as_str();
        assert!(message.contains("scope: mcp:read; tokens are given by https://id.example"), "{message}");
    }
    let inside = server.lock();
    let gets: Vec<_> = inside.requests.iter().filter(|one| one.method == "GET").collect();
    let root = "/.well-known/oauth-protected-resource";
    assert_eq!(gets.iter().map(|one| one.target.as_str()).collect::<Vec<_>>(), [&format!("{root}/mcp"), root]);
    assert!(gets.iter().all(|one| one.header("authorization").is_none()));
}

#[tokio::test]
async fn a_server_that_repeats_what_it_was_sent_gives_no_secret_away() {
    let body = format!(
        "you sent Authorization: Bearer {SECRET} and ?api_key=hunter2000&x=1, Cookie: sid=abcdefgh, session-1-abcdef, \
         ghp_0123456789abcdef"
    );
    for (on, fault) in [
        (On::List, Fault::Status(500, format!("Server: {SECRET}\r\nSet-Cookie: a=b\r\n"), body.clone())),
        (On::List, Fault::Rpc(200, -32603, body.clone())),
        (On::List, Fault::Status(200, "Content-Type: text/html\r\n".into(), body.clone())),
        (On::Call, Fault::Instead(json!({"content": [{"type": "text", "text": body}], "isError": true}))),
    ] {
        let server = Server::start(Manner::legacy().with(on, fault.clone()));
        let mut target = target(&server);
        target.canary = Some(canary());
        let report = Prober::new(target, Some(known()), SharedHttp::default()).probe(Level::Canary).await;
        let shown = format!("{report:?}");
        for secret in [SECRET, "hunter2000", "sid=abcdefgh", "session-1-abcdef", "ghp_0123456789abcdef", "a=b"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
        assert!(shown.contains("[secret]"), "{shown}");
    }
}

#[tokio::test]
async fn the_evidence_holds_what_tells_something() {
    let headers = "Server: nginx\r\nX-Correlation-Id: 4711\r\nContent-Type: text/plain\r\nX-Other: no\r\n";
    let long = format!("upstream said\u{1b}[31m no {}", "x".repeat(2000));
    let server = Server::start(Manner::modern().with(On::All, Fault::Status(502, headers.into(), long)));
    let report = super::probed(&server).await;
    let evidence = &report.checks[0].evidence;
    let shown: Vec<_> = evidence.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(shown, [("content-type", "text/plain"), ("server", "nginx"), ("x-correlation-id", "4711")]);
    let body = evidence.body.as_ref().unwrap().as_str();
    assert!(body.starts_with("upstream said") && !body.contains('\u{1b}') && body.len() <= 512, "{body:?}");
}

#[tokio::test]
async fn a_name_that_moves_the_cursor_does_not() {
    let mut manner = Manner::modern();
    manner.name = "evil\u{1b}[2J\u{202e}name".into();
    let server = Server::start(manner);
    let report = super::probed(&server).await;
    let name = report.server.unwrap().name;
    assert!(!name.as_str().contains(['\u{1b}', '\u{202e}']), "{name:?}");
}
