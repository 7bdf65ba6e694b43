//! The canary: what it proves, and when it is not let out.

use dogwatch::config::Canary;
use dogwatch::domain::probe::{Class, Condition, Level, Report};
use dogwatch::sources::mcp::{Prober, SharedHttp};
use serde_json::json;

use super::server::{Fault, Manner, On, Server};
use super::{assert_clean, assert_up, canary, class, failure, hasty, target};

async fn called(server: &Server, canary: Canary, http: SharedHttp) -> Report {
    let mut target = target(server);
    target.canary = Some(canary);
    Prober::new(target, None, http).probe(Level::Canary).await
}

#[tokio::test]
async fn a_canary_that_answers_is_up_and_says_something_new_each_time() {
    for manner in [Manner::modern(), Manner::legacy()] {
        let server = Server::start(manner);
        let first = called(&server, canary(), SharedHttp::default()).await;
        let second = called(&server, canary(), SharedHttp::default()).await;
        assert_up(&first);
        let said = |report: &Report| report.checks.last().unwrap().evidence.canary.clone().unwrap();
        assert_ne!(said(&first), said(&second));
        assert!(said(&first).1.as_str().starts_with("it is 0"), "{:?}", said(&first));
        assert_eq!(server.lock().calls, 2);
        assert_clean(&server);
    }
}

#[tokio::test]
async fn a_canary_that_does_not_sing_is_degraded() {
    let wrong = |text: &str| Fault::Instead(json!({"content": [{"type": "text", "text": text}]}));
    let ill = json!({"content": [{"type": "text", "text": "upstream is gone"}], "isError": true});
    for (fault, words) in [
        (Fault::Instead(ill), "upstream is gone"),
        (wrong("yesterday's answer"), "does not hold"),
        (Fault::Rpc(200, -32603, "Not connected".into()), "Not connected"),
        (Fault::Hang, "no whole answer to the call of echo"),
        (Fault::Cut, ""),
        (Fault::Html, ""),
        (Fault::Status(500, String::new(), String::new()), "500"),
        (Fault::Instead(json!({"resultType": "input_required"})), "input"),
    ] {
        for manner in [Manner::modern(), Manner::legacy()] {
            let server = Server::start(manner.with(On::Call, fault.clone()));
            let report = called(&server, canary(), hasty()).await;
            assert_eq!((class(&report), report.condition()), (Class::Canary, Condition::Degraded), "{fault:?}");
            let failure = failure(&report);
            assert!(failure.message.as_str().contains(words), "{failure:?}");
            assert_eq!(failure.tool.as_ref().unwrap().as_str(), "echo");
            assert!(report.tools.is_some());
            assert_clean(&server);
        }
    }
}

#[tokio::test]
async fn a_tool_that_does_not_say_that_it_only_reads_is_never_called() {
    let mut unsafe_canary =
        Canary { tool: "delete".into(), args: json!({"id": "1"}), expect: None, allow_unsafe: false };
    let server = Server::start(Manner::modern());
    let report = called(&server, unsafe_canary.clone(), SharedHttp::default()).await;
    assert_eq!((class(&report), report.condition()), (Class::CanaryUnsafe, Condition::Degraded));
    assert_eq!(server.lock().calls, 0);
    server.change(|manner| manner.tools[1]["annotations"] = json!({"readOnlyHint": "true"}));
    assert_eq!(class(&called(&server, unsafe_canary.clone(), SharedHttp::default()).await), Class::CanaryUnsafe);
    assert_eq!(server.lock().calls, 0);
    unsafe_canary.allow_unsafe = true;
    called(&server, unsafe_canary, SharedHttp::default()).await;
    assert_eq!(server.lock().calls, 1);
}

#[tokio::test]
async fn a_tool_that_is_not_there_is_not_called() {
    let server = Server::start(Manner::legacy());
    let gone = Canary { tool: "gone".into(), ..canary() };
    let report = called(&server, gone, SharedHttp::default()).await;
    assert_eq!(class(&report), Class::Canary);
    assert!(failure(&report).message.as_str().contains("gone"));
    assert_eq!(server.lock().calls, 0);
    assert_clean(&server);
}

#[tokio::test]
async fn being_throttled_or_without_a_right_is_no_fault_of_the_canary() {
    for (status, expected) in [(429, Class::Throttled), (403, Class::Auth)] {
        let server =
            Server::start(Manner::modern().with(On::Call, Fault::Status(status, String::new(), String::new())));
        assert_eq!(class(&called(&server, canary(), SharedHttp::default()).await), expected);
    }
}

#[tokio::test]
async fn arguments_that_are_bound_to_headers_go_into_headers_too() {
    let mut manner = Manner::modern();
    manner.tools[0]["inputSchema"]["properties"] = json!({
        "text": {"type": "string", "x-mcp-header": "Text"},
        "region": {"type": "string", "x-mcp-header": "Region"},
        "depth": {"type": "integer", "x-mcp-header": "Depth"},
        "free": {"type": "string"},
    });
    let server = Server::start(manner);
    let args = json!({"text": "plain", "region": " Zürich", "depth": 3, "free": "x"});
    assert_up(&called(&server, Canary { args, expect: None, ..canary() }, SharedHttp::default()).await);
    let inside = server.lock();
    let call = inside.requests.iter().find(|one| one.rpc() == "tools/call").unwrap();
    assert_eq!(call.header("mcp-name"), Some("echo"));
    assert_eq!(call.header("mcp-param-text"), Some("plain"));
    assert_eq!(call.header("mcp-param-region"), Some("=?base64?IFrDvHJpY2g=?="));
    assert_eq!(call.header("mcp-param-depth"), Some("3"));
    assert!(!call.headers.iter().any(|(name, _)| name == "mcp-param-free"));
}
