//! Answers that are nearly as they should be: what is taken for one, and what is not.

use dogwatch::domain::probe::{Class, Condition, Level};
use dogwatch::sources::mcp::{Prober, SharedHttp};
use serde_json::json;

use super::server::{Fault, Manner, On, Server};
use super::{assert_clean, assert_up, canary, class, probed, target};

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
