//! Servers that are well, each in its own way.

use dogwatch::domain::probe::{Era, Level, Report, Transport};
use serde_json::json;

use super::server::{Fault, Form, Manner, On, Paging, Server};
use super::{assert_clean, assert_up, canary, probed, prober, target};
use dogwatch::sources::mcp::{Prober, SharedHttp};

fn version(report: &Report) -> &str {
    report.protocol_version.as_ref().unwrap().as_str()
}

fn tools(report: &Report) -> usize {
    report.tools.as_ref().unwrap().tools.len()
}

#[tokio::test]
async fn a_modern_server_is_up_after_two_questions() {
    for form in [Form::Json, Form::JsonWithMark, Form::Events, Form::BusyEvents] {
        let server = Server::start(Manner::modern().in_form(form));
        let report = probed(&server).await;
        assert_up(&report);
        assert_eq!((report.transport, report.era), (Some(Transport::StreamableHttp), Some(Era::Modern)));
        assert_eq!(version(&report), "2026-07-28");
        let who = report.server.as_ref().unwrap();
        assert_eq!((who.name.as_str(), who.version.as_str()), ("fixture", "1.2.3"));
        assert_eq!(tools(&report), 2);
        assert_eq!(server.asked(), ["server/discover", "tools/list"], "{form:?}");
        assert_clean(&server);
    }
}

#[tokio::test]
async fn a_legacy_server_is_up_and_its_session_is_ended() {
    for form in [Form::Json, Form::Events, Form::BusyEvents] {
        let server = Server::start(Manner::legacy().in_form(form));
        let report = probed(&server).await;
        assert_up(&report);
        assert_eq!((report.transport, report.era), (Some(Transport::StreamableHttp), Some(Era::Legacy)));
        assert_eq!(version(&report), "2025-11-25");
        let asked = ["server/discover", "initialize", "notifications/initialized", "tools/list", "DELETE"];
        assert_eq!(server.asked(), asked, "{form:?}");
        assert_clean(&server);
    }
}

#[tokio::test]
async fn the_era_is_remembered_until_something_fails() {
    let server = Server::start(Manner::legacy());
    let mut prober = prober(&server);
    assert_up(&prober.probe(Level::Tools).await);
    assert_up(&prober.probe(Level::Tools).await);
    assert_eq!(server.count("server/discover"), 1);
    server.change(|manner| manner.faults.push((On::List, Fault::Empty)));
    prober.probe(Level::Tools).await;
    server.change(|manner| manner.faults.clear());
    assert_up(&prober.probe(Level::Tools).await);
    assert_eq!(server.count("server/discover"), 2);
    assert_eq!(server.lock().sessions, 4);
    assert_clean(&server);
}

#[tokio::test]
async fn a_server_that_has_moved_to_the_other_era_is_up_at_once() {
    let server = Server::start(Manner::legacy());
    let mut prober = prober(&server);
    assert_up(&prober.probe(Level::Tools).await);
    server.change(|manner| manner.era = super::server::Era::Modern);
    let report = prober.probe(Level::Tools).await;
    assert_up(&report);
    assert_eq!(report.era, Some(Era::Modern));
    server.change(|manner| manner.era = super::server::Era::Legacy);
    let report = prober.probe(Level::Tools).await;
    assert_up(&report);
    assert_eq!(report.era, Some(Era::Legacy));
}

#[tokio::test]
async fn an_older_version_is_what_the_server_says_it_is() {
    for older in ["2025-06-18", "2025-03-26", "2024-11-05"] {
        let mut manner = Manner::legacy();
        manner.version = Some(older.into());
        let server = Server::start(manner);
        let report = probed(&server).await;
        assert_up(&report);
        assert_eq!(version(&report), older);
        assert_clean(&server);
    }
}

#[tokio::test]
async fn a_server_without_session_ids_has_nothing_to_end() {
    let mut manner = Manner::legacy();
    manner.sessions = None;
    let server = Server::start(manner);
    assert_up(&probed(&server).await);
    assert_eq!(server.count("DELETE"), 0);
    assert_clean(&server);
}

#[tokio::test]
async fn a_session_that_is_lost_once_is_opened_again_and_not_counted() {
    for (on, status, code) in [
        (On::List, 404, 0),
        (On::List, 404, -32001),
        (On::List, 400, -32000),
        (On::List, 400, -32600),
        (On::Initialized, 404, 0),
        (On::Call, 400, -32000),
    ] {
        let server = Server::start(Manner::legacy().once(on, Fault::LosesSession(status, code)));
        let mut target = target(&server);
        target.canary = Some(canary());
        let report = Prober::new(target, None, SharedHttp::default()).probe(Level::Canary).await;
        assert_up(&report);
        assert_eq!(report.checks.len(), 3);
        assert_eq!(server.lock().sessions, 2, "{on:?} {status} {code}");
        assert_clean(&server);
    }
}

#[tokio::test]
async fn a_session_that_is_lost_again_and_again_is_trouble() {
    let server = Server::start(Manner::legacy().with(On::List, Fault::LosesSession(404, 0)));
    let report = probed(&server).await;
    assert_eq!(super::class(&report), dogwatch::domain::probe::Class::NotFound);
    assert_eq!(server.lock().sessions, 2);
    assert_clean(&server);
}

#[tokio::test]
async fn the_transport_of_2024_is_found_and_remembered() {
    let server = Server::start(Manner::stream());
    let mut target = target(&server);
    target.canary = Some(canary());
    let mut prober = Prober::new(target, None, SharedHttp::default());
    for gets in [1, 2] {
        let report = prober.probe(Level::Canary).await;
        assert_up(&report);
        assert_eq!((report.transport, report.era), (Some(Transport::HttpSse), Some(Era::Legacy)));
        assert_eq!(version(&report), "2024-11-05");
        assert_eq!(tools(&report), 2);
        assert_eq!(report.checks.len(), 3);
        assert_eq!(server.count("GET"), gets);
    }
    assert_eq!(server.count("server/discover"), 1);
    assert_eq!(server.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn a_redirect_within_the_origin_keeps_method_and_body() {
    for status in [307, 308] {
        for manner in [Manner::modern(), Manner::legacy()] {
            let server = Server::start(manner);
            let other = format!("Location: {}\r\n", server.url());
            let old = format!("{}/mcp/", server.origin());
            server.change(|manner| manner.moved = Some(("/mcp/".into(), status, other)));
            let target = dogwatch::sources::mcp::Target::bare(url::Url::parse(&old).unwrap());
            assert_up(&Prober::new(target, None, SharedHttp::default()).probe(Level::Tools).await);
            assert_clean(&server);
        }
    }
}

#[tokio::test]
async fn a_list_is_read_to_its_last_page() {
    for paging in [Paging::By(1), Paging::EmptyCursor] {
        for manner in [Manner::modern(), Manner::legacy()] {
            let server = Server::start(manner.paged(paging));
            let report = probed(&server).await;
            assert_up(&report);
            assert_eq!(tools(&report), 2);
            assert_eq!(server.count("tools/list"), 2);
            assert_clean(&server);
        }
    }
}

#[tokio::test]
async fn five_thousand_tools_are_read_as_they_came() {
    for paging in [Paging::Whole, Paging::By(100)] {
        for form in [Form::Json, Form::Events] {
            let mut manner = Manner::modern().paged(paging).in_form(form);
            manner.tools = (0..5000)
                .map(|n| json!({"name": format!("tool_{n}"), "inputSchema": {"type": "object"}, "description": "é\n"}))
                .collect();
            let wanted = manner.tools.clone();
            let server = Server::start(manner);
            let report = probed(&server).await;
            assert_up(&report);
            assert_eq!(report.tools.unwrap().tools, wanted);
        }
    }
}

#[tokio::test]
async fn a_server_without_tools_is_not_asked_for_them() {
    for mut manner in [Manner::modern(), Manner::legacy()] {
        manner.capabilities = json!({"prompts": {}});
        let server = Server::start(manner);
        let report = probed(&server).await;
        assert_up(&report);
        assert_eq!(tools(&report), 0);
        assert_eq!(report.checks.last().unwrap().level, Level::Tools);
        assert_eq!(server.count("tools/list"), 0);
    }
}

#[tokio::test]
async fn a_modern_server_that_only_speaks_old_versions_is_greeted_in_the_old_way() {
    let supported = json!({"supported": ["2025-06-18"], "requested": "2026-07-28"});
    for fault in [
        Fault::RpcData(400, -32022, supported),
        Fault::Instead(json!({"supportedVersions": ["2025-11-25"], "capabilities": {}})),
        Fault::Rpc(200, -32601, "Method not found".into()),
        Fault::Rpc(200, -32602, "Invalid request parameters".into()),
        Fault::Rpc(404, -32601, "Method not found".into()),
        Fault::Status(405, String::new(), String::new()),
    ] {
        let server = Server::start(Manner::legacy().with(On::Discover, fault.clone()));
        let report = probed(&server).await;
        assert_eq!(report.era, Some(Era::Legacy), "{fault:?}");
        assert_up(&report);
        assert_clean(&server);
    }
}

#[tokio::test]
async fn an_address_of_ipv6_is_fine() {
    let server = Server::start_on("::1", Manner::modern());
    assert_up(&probed(&server).await);
}

#[tokio::test]
async fn the_health_address_is_asked_first_and_its_word_is_told() {
    for (body, word) in [("OK", "ok"), (r#"{"status":"UP","disk":1}"#, "up"), ("\"pass\"\n", "pass"), ("<p>hi</p>", "")]
    {
        let mut manner = Manner::modern();
        manner.health = body.into();
        let server = Server::start(manner);
        let mut target = target(&server);
        target.health_url = Some(format!("{}/health", server.origin()).parse().unwrap());
        let report = Prober::new(target, None, SharedHttp::default()).probe(Level::Tools).await;
        assert_up(&report);
        assert_eq!(
            report.checks.iter().map(|check| check.level.word()).collect::<Vec<_>>(),
            ["health", "handshake", "tools"]
        );
        assert_eq!(report.checks[0].detail.as_str(), word);
        assert_eq!(server.asked()[0], "GET");
    }
}

#[tokio::test]
async fn only_what_is_asked_for_is_probed() {
    let server = Server::start(Manner::modern());
    let report = prober(&server).probe(Level::Handshake).await;
    assert_up(&report);
    assert_eq!(server.asked(), ["server/discover"]);
    assert_eq!(report.tools, None);
}

#[tokio::test]
async fn the_time_of_a_request_is_told_apart() {
    let server = Server::start(Manner::modern());
    let report = probed(&server).await;
    let [first, second] = &report.checks[..] else { panic!("{report:?}") };
    let (first, second) = (first.phases.unwrap(), second.phases.unwrap());
    assert!(first.connect.is_some_and(|connect| connect <= first.ttfb.unwrap()), "{first:?}");
    assert!(first.ttfb.unwrap() <= first.total, "{first:?}");
    assert_eq!((second.connect, second.dns), (None, None), "the connection is used again");
}
