//! Answers that are nearly as they should be: what is taken for one, and what is not.

use dogwatch::domain::probe::{Class, Condition, Level};
use dogwatch::sources::mcp::{Prober, SharedHttp};
use serde_json::json;

use super::server::{Fault, Form, Manner, On, Server};
use super::{assert_clean, assert_up, canary, class, failure, probed, target};

/// This text as the whole answer, in one of both ways.
fn raw(form: Form, message: &str) -> Fault {
    match form {
        Form::Json | Form::JsonWithMark => {
            Fault::Status(200, "Content-Type: application/json\r\n".into(), message.into())
        }
        Form::Events | Form::BusyEvents => {
            Fault::Status(200, "Content-Type: text/event-stream\r\n".into(), format!("data: {message}\n\n"))
        }
    }
}

#[tokio::test]
async fn a_discovery_that_is_none_is_a_bad_reply() {
    for result in [
        json!("x"),
        json!([]),
        json!({}),
        json!({"capabilities": true}),
        json!({"supportedVersions": "2026-07-28", "capabilities": {}}),
        json!({"supportedVersions": ["2026-07-28", 7], "capabilities": {}}),
        json!({"supportedVersions": {"2026-07-28": true}, "capabilities": {}}),
    ] {
        let server = Server::start(Manner::modern().with(On::All, Fault::Instead(result.clone())));
        let report = probed(&server).await;
        assert_eq!((class(&report), report.condition()), (Class::BadReply, Condition::Down), "{result}");
        assert_eq!(server.asked(), ["server/discover"]);
    }
    let none = json!({"supportedVersions": [], "capabilities": {"tools": {}}});
    let server = Server::start(Manner::modern().with(On::Discover, Fault::Instead(none)));
    let report = probed(&server).await;
    assert_eq!((class(&report), report.condition()), (Class::Incompatible, Condition::Degraded));
    let silent = json!({"capabilities": {"tools": {}}});
    assert_up(&probed(&Server::start(Manner::modern().with(On::Discover, Fault::Instead(silent)))).await);
}

#[tokio::test]
async fn an_initialize_that_names_no_version_is_a_bad_reply() {
    for result in [json!("x"), json!({}), json!({"protocolVersion": 20_251_125}), json!({"protocolVersion": ""})] {
        let server = Server::start(Manner::legacy().with(On::Initialize, Fault::Instead(result.clone())));
        assert_eq!(class(&probed(&server).await), Class::BadReply, "{result}");
        assert_clean(&server);
    }
}

#[tokio::test]
async fn a_canary_that_answers_with_nothing_has_not_passed() {
    for (result, passes) in [
        (json!({}), false),
        (json!("x"), false),
        (json!({"content": "done"}), false),
        (json!({"content": null, "structuredContent": null}), false),
        (json!({"content": []}), true),
        (json!({"structuredContent": {"done": true}}), true),
    ] {
        let server = Server::start(Manner::modern().with(On::Call, Fault::Instead(result.clone())));
        let mut target = target(&server);
        target.canary = Some(dogwatch::config::Canary { expect: None, ..canary() });
        let report = Prober::new(target, None, SharedHttp::default()).probe(Level::Canary).await;
        let failed = report.failure().map(|(level, failure)| (level, failure.class));
        assert_eq!(failed, (!passes).then_some((Level::Canary, Class::Canary)), "{result}");
    }
}

#[tokio::test]
async fn half_an_emoji_takes_no_server_down() {
    // As it stands in the JSON, and as it is read.
    let cases = [
        (r"\ud83d", "\u{FFFD}"),
        (r"cut \uD83D", "cut \u{FFFD}"),
        (r"\ude00 tail", "\u{FFFD} tail"),
        (r"\ud83d\ud83d\ude00", "\u{FFFD}\u{1F600}"),
        (r"\ud83d\u0041", "\u{FFFD}A"),
        (r"\ud83d\n", "\u{FFFD}\n"),
        (r"\ud83d\\ude00", "\u{FFFD}\\ude00"),
        (r"\ud83d and \\ud83d", "\u{FFFD} and \\ud83d"),
        (r"\\\ud83d", "\\\u{FFFD}"),
        (r"\\ud83d", "\\ud83d"),
        (r"\ud83d\ude00", "\u{1F600}"),
    ];
    for (written, read) in cases {
        for form in [Form::Json, Form::Events] {
            let tools = format!(r#"{{"tools":[{{"name":"echo","description":"{written}"}}]}}"#);
            let message = format!(r#"{{"jsonrpc":"2.0","id":2,"result":{tools}}}"#);
            let server = Server::start(Manner::modern().with(On::List, raw(form, &message)));
            let report = probed(&server).await;
            assert_up(&report);
            assert_eq!(report.tools.unwrap().tools[0]["description"], read, "{written}");
        }
    }
    let broken = r#"{"jsonrpc":"2.0","id":2,"result":{"tools":[],"x":"\ud83d\u12"}}"#;
    let server = Server::start(Manner::modern().with(On::List, raw(Form::Json, broken)));
    assert_eq!(class(&probed(&server).await), Class::BadReply);
}

#[tokio::test]
async fn a_redirect_that_would_make_us_somebody_else_is_not_followed() {
    for status in [307, 308] {
        let server = Server::start(Manner::modern());
        for user in ["user:pw@", "user@", ":pw@"] {
            let to = format!("Location: {}/other\r\n", server.origin().replace("://", &format!("://{user}")));
            server.change(|manner| manner.moved = Some(("/mcp".into(), status, to)));
            let report = probed(&server).await;
            assert_eq!((class(&report), failure(&report).http_status), (Class::Redirect, Some(status)), "{user}");
            let message = failure(&report).message.to_string();
            assert!(message.contains("a user or a password") && !message.contains("pw"), "{message}");
        }
        let inside = server.lock();
        assert!(inside.requests.iter().all(|one| one.target == "/mcp" && one.header("authorization").is_none()));
    }
}

#[tokio::test]
async fn a_stream_that_would_make_us_somebody_else_is_not_followed() {
    let server = Server::start(Manner::nowhere());
    let to = server.origin().replace("://", "://user:pw@");
    let stream = "Content-Type: text/event-stream\r\n".to_owned();
    let event = format!("event: endpoint\ndata: {to}/message\n\n");
    server.change(|manner| manner.faults.push((On::Get, Fault::Status(200, stream, event))));
    let report = probed(&server).await;
    assert_eq!(class(&report), Class::Redirect);
    assert!(!failure(&report).message.as_str().contains("pw@"), "{report:?}");
    assert!(server.lock().requests.iter().all(|one| one.header("authorization").is_none()));
}

#[tokio::test]
async fn a_redirect_that_leads_nowhere_says_so() {
    for (headers, words) in [("", "names no address"), ("Location: http://[\r\n", "no address")] {
        let server = Server::start(Manner::modern().with(On::All, Fault::Status(307, headers.into(), String::new())));
        let report = probed(&server).await;
        assert_eq!((class(&report), failure(&report).http_status), (Class::Redirect, Some(307)));
        assert!(failure(&report).message.as_str().contains(words), "{report:?}");
    }
}

#[tokio::test]
async fn a_number_that_nobody_can_hold_is_called_by_its_name() {
    for number in ["1e999".to_owned(), format!("1{}", "0".repeat(400))] {
        for form in [Form::Json, Form::Events] {
            let tools = format!(r#"{{"tools":[{{"name":"cut \ud83d","inputSchema":{{"maximum":{number}}}}}]}}"#);
            let message = format!(r#"{{"jsonrpc":"2.0","id":2,"result":{tools}}}"#);
            let server = Server::start(Manner::modern().with(On::List, raw(form, &message)));
            let report = probed(&server).await;
            assert_eq!((class(&report), report.failure().unwrap().0), (Class::BadReply, Level::Tools));
            assert!(failure(&report).message.as_str().contains("a number that is too large"), "{report:?}");
        }
    }
}
