//! Servers that are ill: each row of the table, in both eras and at each level
//! where it can happen.

use std::time::Duration;

use dogwatch::domain::probe::{Class, Condition, Level};
use dogwatch::sources::mcp::{Patience, Prober, SharedHttp, Target};
use serde_json::json;
use tokio::task::JoinSet;
use url::Url;

use super::server::{Fault, Form, Manner, On, Paging, Server};
use super::{assert_clean, assert_up, class, failure, hasty, probed, prober, target};

fn status(status: u16, headers: &str, body: &str) -> Fault {
    Fault::Status(status, headers.into(), body.into())
}

fn rpc(status: u16, code: i64) -> Fault {
    Fault::Rpc(status, code, "Not connected".into())
}

async fn at(url: &str) -> dogwatch::domain::probe::Report {
    Prober::new(Target::bare(Url::parse(url).unwrap()), None, SharedHttp::default()).probe(Level::Canary).await
}

/// What a server does, and what is said of it: class, HTTP status, JSON-RPC code.
fn table() -> Vec<(Fault, Class, Option<u16>, Option<i64>)> {
    vec![
        (status(500, "", "boom"), Class::Http5xx, Some(500), None),
        (status(502, "", "<html>"), Class::Http5xx, Some(502), None),
        (rpc(503, -32603), Class::Http5xx, Some(503), Some(-32603)),
        (Fault::Cut, Class::Cut, None, None),
        (Fault::Reset, Class::Cut, None, None),
        (Fault::CutInTheMiddle, Class::Cut, Some(200), None),
        (Fault::StreamEnds, Class::Cut, Some(200), None),
        (Fault::Truncated, Class::BadReply, Some(200), None),
        (Fault::Html, Class::BadReply, Some(200), None),
        (Fault::OtherId, Class::BadReply, Some(200), None),
        (Fault::Empty, Class::BadReply, Some(200), None),
        (Fault::Garbage, Class::BadReply, None, None),
        (Fault::Instead(json!({"resultType": "input_required"})), Class::BadReply, None, None),
        (status(404, "", "Not Found"), Class::NotFound, Some(404), None),
        (status(302, "Location: /login\r\n", ""), Class::Redirect, Some(302), None),
        (status(307, "Location: http://127.0.0.1:1/mcp\r\n", ""), Class::Redirect, Some(307), None),
        (status(308, "Location: /mcp\r\n", ""), Class::Redirect, Some(308), None),
        (status(421, "", "Invalid Host header"), Class::Misrouted, Some(421), None),
        (status(403, "", "Invalid Origin header"), Class::Misrouted, Some(403), None),
        (status(406, "", ""), Class::Http4xx, Some(406), None),
        (status(418, "", "teapot"), Class::Http4xx, Some(418), None),
        (rpc(200, -32603), Class::RpcError, Some(200), Some(-32603)),
        (status(401, "", ""), Class::Auth, Some(401), None),
        (status(403, "", ""), Class::Auth, Some(403), None),
        (status(429, "Retry-After: 30\r\n", ""), Class::Throttled, Some(429), None),
        (Fault::Flood, Class::TooLarge, Some(200), None),
    ]
}

#[tokio::test]
async fn each_illness_is_named_for_what_it_is_at_each_level() {
    for (fault, expected, http, code) in table() {
        for (manner, on, level) in [
            (Manner::modern(), On::All, Level::Handshake),
            (Manner::modern(), On::List, Level::Tools),
            (Manner::legacy(), On::Initialize, Level::Handshake),
            (Manner::legacy(), On::List, Level::Tools),
        ] {
            let lost = on == On::List && matches!(fault, Fault::Status(404, ..));
            let elsewhere = on == On::Initialize && expected == Class::NotFound;
            if lost || elsewhere {
                // Told apart in tests of their own.
                continue;
            }
            let server = Server::start(manner.with(on, fault.clone()));
            let report = probed(&server).await;
            let (failed, failure) = report.failure().unwrap_or_else(|| panic!("{fault:?} on {on:?} is not seen"));
            assert_eq!((failed, failure.class), (level, expected), "{fault:?} on {on:?}: {failure:?}");
            assert!(http.is_none() || failure.http_status == http, "{fault:?} on {on:?}: {failure:?}");
            assert_eq!(failure.rpc_code, code, "{fault:?} on {on:?}");
            assert!(!failure.message.is_empty());
            assert_eq!(report.checks.last().unwrap().level, level, "nothing is tried after {fault:?}");
            assert_clean(&server);
        }
    }
}

#[tokio::test]
async fn an_illness_makes_a_server_down_degraded_or_unknown() {
    for (fault, class, ..) in table() {
        let expected = match class {
            Class::Auth => Condition::Degraded,
            Class::Throttled => Condition::Unknown,
            _ => Condition::Down,
        };
        assert_eq!(class.condition(), expected, "{fault:?}");
    }
}

#[tokio::test]
async fn a_server_that_goes_on_for_ever_is_cut_off() {
    let mut probes = JoinSet::new();
    for fault in [Fault::Hang, Fault::Drip, Fault::Comments] {
        for (manner, on) in [
            (Manner::modern(), On::All),
            (Manner::modern(), On::List),
            (Manner::legacy(), On::Initialize),
            (Manner::legacy(), On::List),
        ] {
            let (server, fault) = (Server::start(manner.with(on, fault.clone())), fault.clone());
            probes.spawn(async move {
                let report = Prober::new(target(&server), None, hasty()).probe(Level::Canary).await;
                assert_eq!(class(&report), Class::Timeout, "{fault:?} on {on:?}");
                assert_eq!(report.condition(), Condition::Down);
                assert_clean(&server);
            });
        }
    }
    probes.join_all().await;
}

#[tokio::test]
async fn a_goodbye_that_hangs_does_not_hold_up_the_probe_for_long() {
    let server = Server::start(Manner::legacy().with(On::Delete, Fault::Hang));
    let patience = Patience { farewell: Duration::from_millis(50), ..Patience::default() };
    let report = Prober::new(target(&server), None, SharedHttp::new(patience)).probe(Level::Canary).await;
    super::assert_up(&report);
    assert_eq!(server.count("DELETE"), 1);
}

#[tokio::test]
async fn a_probe_that_is_given_up_ends_its_session_all_the_same() {
    let server = Server::start(Manner::legacy().with(On::List, Fault::Hang));
    let mut prober = prober(&server);
    tokio::select! {
        _ = prober.probe(Level::Canary) => panic!("the list hangs"),
        () = until(|| server.count("tools/list") == 1) => {}
    }
    until(|| server.lock().live.is_empty()).await;
    assert_eq!(server.count("DELETE"), 1);
}

/// Comes back when it holds; a test that waits for ever fails by the time that tests may take.
async fn until(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), waiting).await.expect("it never came to this");
}

#[tokio::test]
async fn the_real_ends_are_those_that_were_promised() {
    let patience = Patience::default();
    let seconds = [patience.connect, patience.level, patience.canary, patience.farewell].map(|one| one.as_secs());
    assert_eq!(seconds, [2, 10, 15, 2]);
}

#[tokio::test]
async fn nobody_there_is_refused_and_no_name_is_dns() {
    let server = Server::start(Manner::modern());
    let url = server.url();
    drop(server);
    let report = at(&url).await;
    assert_eq!(class(&report), Class::Refused);
    assert_eq!(failure(&report).http_status, None);
    assert_eq!(class(&at("http://no-such-host.invalid/mcp").await), Class::Dns);
}

#[tokio::test]
async fn fifty_that_hang_keep_nobody_from_the_other_four_hundred_and_fifty() {
    let (http, well) = (hasty(), Server::start(Manner::modern()));
    // The system takes the connection, and nobody ever looks at it.
    let mute: Vec<std::net::TcpListener> =
        (0..50).map(|_| std::net::TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let address = |at: usize| match mute.get(at / 10).filter(|_| at.is_multiple_of(10)) {
        Some(mute) => format!("http://{}/mcp", mute.local_addr().unwrap()),
        None => well.url(),
    };
    let probe = |at: usize| {
        let mut prober = Prober::new(Target::bare(address(at).parse().unwrap()), None, http.clone());
        async move { prober.probe(Level::Tools).await }
    };
    let reports = futures_util::future::join_all((0..500).map(probe)).await;
    let (hung, answered): (Vec<_>, Vec<_>) = reports.iter().enumerate().partition(|(at, _)| at.is_multiple_of(10));
    assert_eq!((hung.len(), answered.len()), (50, 450));
    for (_, report) in answered {
        assert_up(report);
    }
    for (_, report) in hung {
        assert_eq!(class(report), Class::Timeout);
    }
}

#[tokio::test]
async fn those_that_hang_behind_one_gateway_do_not_wait_for_each_others_end() {
    let gateway = Server::start(Manner::modern().with(On::All, Fault::Hang));
    // Nobody gives up while this test runs.
    let http = SharedHttp::new(Patience { level: super::server::FOREVER, ..Patience::default() });
    let mut asking = JoinSet::new();
    for at in 0..10 {
        let url = format!("{}?server={at}", gateway.url()).parse().unwrap();
        let mut prober = Prober::new(Target::bare(url), None, http.clone());
        asking.spawn(async move { prober.probe(Level::Tools).await });
    }
    until(|| gateway.lock().requests.len() == 10).await;
}

#[tokio::test]
async fn a_server_without_tls_is_no_https_server() {
    let server = Server::start(Manner::modern());
    let url = server.url().replace("http://", "https://");
    assert_eq!(class(&at(&url).await), Class::Tls);
}

#[tokio::test]
async fn a_session_is_ended_also_when_the_answer_that_opened_it_broke_off() {
    let server = Server::start(Manner::legacy().with(On::Initialize, Fault::CutInTheMiddle));
    assert_eq!(class(&probed(&server).await), Class::Cut);
    assert_eq!(server.lock().sessions, 1);
    assert_eq!(server.count("DELETE"), 1);
    assert_clean(&server);
}

#[tokio::test]
async fn nothing_at_this_path_in_any_way_is_not_found() {
    let server = Server::start(Manner::nowhere());
    let report = probed(&server).await;
    assert_eq!(class(&report), Class::NotFound);
    assert_eq!(server.asked(), ["server/discover", "initialize", "GET"]);
    let server = Server::start(Manner::nowhere().with(On::All, status(405, "", "")));
    assert_eq!(class(&probed(&server).await), Class::Http4xx);
    let server = Server::start(Manner::nowhere().with(On::All, rpc(400, -32000)));
    let report = probed(&server).await;
    assert_eq!((class(&report), failure(&report).rpc_code), (Class::RpcError, Some(-32000)));
}

#[tokio::test]
async fn a_path_that_only_hangs_when_it_is_looked_at_is_not_found() {
    let server = Server::start(Manner::nowhere().with(On::Get, Fault::Hang));
    let report = Prober::new(target(&server), None, hasty()).probe(Level::Canary).await;
    assert_eq!((class(&report), failure(&report).http_status), (Class::NotFound, Some(404)));
}

#[tokio::test]
async fn a_connection_that_is_closed_between_two_questions_is_no_trouble() {
    for manner in [Manner::modern(), Manner::legacy()] {
        let server = Server::start(manner.once(On::List, Fault::Cut));
        super::assert_up(&probed(&server).await);
        assert_eq!(server.count("tools/list"), 2);
        assert_clean(&server);
    }
}

#[tokio::test]
async fn the_call_of_a_tool_is_never_repeated() {
    let server = Server::start(Manner::modern().once(On::Call, Fault::Cut));
    let mut target = target(&server);
    target.canary = Some(super::canary());
    let report = Prober::new(target, None, SharedHttp::default()).probe(Level::Canary).await;
    assert_eq!(class(&report), Class::Canary);
    assert_eq!(server.count("tools/call"), 1);
}

#[tokio::test]
async fn what_says_nothing_about_the_era_ends_the_probe_after_one_question() {
    for fault in
        [status(401, "", ""), status(403, "", ""), status(429, "", ""), status(500, "", ""), Fault::Html, Fault::Cut]
    {
        let server = Server::start(Manner::legacy().with(On::Discover, fault.clone()));
        probed(&server).await;
        let posts = server.lock().requests.iter().filter(|one| one.method == "POST").count();
        assert_eq!(posts, 1, "{fault:?}");
    }
}

#[tokio::test]
async fn no_connection_is_made_to_where_a_redirect_leads_outside() {
    let trap = Server::start(Manner::modern());
    for status_code in [301, 302, 303, 307, 308] {
        let elsewhere = status(status_code, &format!("Location: {}\r\n", trap.url()), "");
        let server = Server::start(Manner::modern().with(On::All, elsewhere));
        let report = probed(&server).await;
        assert_eq!((class(&report), failure(&report).http_status), (Class::Redirect, Some(status_code)));
    }
    assert_eq!(trap.lock().connections, 0);
}

#[tokio::test]
async fn no_version_in_common_is_incompatible() {
    let theirs = json!({"supported": ["2031-01-01"]});
    for (manner, on, fault) in [
        (Manner::modern(), On::Discover, Fault::RpcData(400, -32022, theirs.clone())),
        (Manner::modern(), On::Discover, Fault::Instead(json!({"supportedVersions": ["2031-01-01"]}))),
        (Manner::legacy(), On::Initialize, Fault::Instead(json!({"protocolVersion": "2031-01-01"}))),
        (Manner::legacy(), On::Initialize, Fault::RpcData(200, -32602, theirs)),
    ] {
        let server = Server::start(manner.with(on, fault.clone()));
        let report = probed(&server).await;
        assert_eq!(class(&report), Class::Incompatible, "{fault:?}");
        assert_eq!(report.condition(), Condition::Degraded);
        assert!(failure(&report).message.as_str().contains("2031-01-01"), "{report:?}");
        assert_clean(&server);
    }
}

#[tokio::test]
async fn a_list_that_never_ends_is_seen() {
    for (paging, expected) in [(Paging::Cycle, Class::CursorCycle), (Paging::Endless, Class::TooLarge)] {
        let server = Server::start(Manner::modern().paged(paging));
        let report = probed(&server).await;
        assert_eq!(class(&report), expected);
        assert_eq!(report.tools, None);
        assert!(server.count("tools/list") <= 50);
    }
}

#[tokio::test]
async fn more_than_ten_thousand_tools_and_a_flood_are_too_large() {
    let mut manner = Manner::modern();
    manner.tools = (0..10_001).map(|n| json!({"name": n.to_string()})).collect();
    let server = Server::start(manner);
    assert_eq!(class(&probed(&server).await), Class::TooLarge);
    let server = Server::start(Manner::modern().with(On::List, Fault::Flood));
    assert_eq!(class(&probed(&server).await), Class::TooLarge);
    assert!(server.lock().flooded < 32 << 20, "{} bytes were taken", server.lock().flooded);
}

#[tokio::test]
async fn a_list_that_is_none_is_a_bad_reply() {
    for list in
        [json!([]), json!({}), json!({"tools": {}}), json!({"tools": ["echo"]}), json!({"tools": [], "nextCursor": 7})]
    {
        let server = Server::start(Manner::modern().with(On::List, Fault::Instead(list.clone())));
        assert_eq!(class(&probed(&server).await), Class::BadReply, "{list}");
    }
}

#[tokio::test]
async fn an_error_on_the_old_stream_is_an_error() {
    let server = Server::start(Manner::stream().with(On::List, status(500, "", "")));
    assert_eq!(class(&probed(&server).await), Class::Http5xx);
    let server = Server::start(Manner::stream().in_form(Form::Json).with(On::List, Fault::Hang));
    let report = Prober::new(target(&server), None, hasty()).probe(Level::Tools).await;
    assert_eq!(class(&report), Class::Timeout);
}

#[tokio::test]
async fn a_health_address_that_is_ill_ends_the_probe_there() {
    for (on, body, expected, condition) in [
        (None, "unhealthy\n", Class::Unhealthy, Condition::Down),
        (None, r#"{"status":"not ready"}"#, Class::Unhealthy, Condition::Down),
        (Some(status(401, "", r#"{"status":"down"}"#)), "", Class::Unhealthy, Condition::Down),
        (Some(status(503, "", r#"{"status":"down"}"#)), "", Class::Http5xx, Condition::Down),
        (Some(status(404, "", "")), "", Class::NotFound, Condition::Down),
        (Some(status(429, "Retry-After: 7\r\n", "")), "", Class::Throttled, Condition::Unknown),
        (Some(Fault::Hang), "", Class::Timeout, Condition::Down),
    ] {
        let mut manner = Manner::modern();
        manner.health = body.into();
        manner.faults.extend(on.map(|fault| (On::Health, fault)));
        let server = Server::start(manner);
        let mut target = target(&server);
        target.health_url = Some(format!("{}/health", server.origin()).parse().unwrap());
        let report = Prober::new(target, None, hasty()).probe(Level::Canary).await;
        assert_eq!((class(&report), report.condition()), (expected, condition), "{body}");
        assert_eq!(server.asked(), ["GET"]);
    }
}

#[tokio::test]
async fn a_server_that_asks_to_be_left_alone_says_for_how_long() {
    let server = Server::start(Manner::modern().with(On::All, status(429, "Retry-After: 30\r\n", "slow down")));
    let report = probed(&server).await;
    assert_eq!(failure(&report).retry_after, Some(Duration::from_secs(30)));
    let at = "Date: Sun, 22 Nov 2026 10:00:00 GMT\r\nRetry-After: Sun, 22 Nov 2026 10:02:00 GMT\r\n";
    server.change(|manner| manner.faults = vec![(On::All, status(503, at, ""))]);
    assert_eq!(failure(&probed(&server).await).retry_after, Some(Duration::from_mins(2)));
    assert_eq!(report.condition(), Condition::Unknown);
}

#[tokio::test]
async fn an_address_that_cannot_be_probed_is_not_asked() {
    for url in ["ftp://127.0.0.1/mcp", "file:///etc/passwd", "http://user:word@127.0.0.1:1/mcp"] {
        let report = at(url).await;
        assert_eq!((class(&report), report.condition()), (Class::NotAsked, Condition::Unknown), "{url}");
        assert!(!failure(&report).message.as_str().contains("word@"), "{report:?}");
    }
    let mut target = Target::bare(Url::parse("https://127.0.0.1:1/mcp").unwrap());
    target.ca_file = Some("/no/such/file.pem".into());
    let report = Prober::new(target, None, SharedHttp::default()).probe(Level::Canary).await;
    assert_eq!(class(&report), Class::NotAsked);
    assert!(failure(&report).message.as_str().contains("/no/such/file.pem"));
}
