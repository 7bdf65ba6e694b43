//! The health address: what its words say, and what they do not keep from being asked.

use dogwatch::domain::probe::{Class, Condition, Level, Report};
use dogwatch::sources::mcp::{Prober, SharedHttp};
use serde_json::json;

use super::server::{Fault, Manner, On, Server};
use super::{assert_up, canary, class, target};

/// The report of a server whose health address says this, with 200.
async fn with_health(manner: Manner, body: &str) -> Report {
    let server = Server::start(Manner { health: body.into(), ..manner });
    let mut target = target(&server);
    target.health_url = Some(format!("{}/health", server.origin()).parse().unwrap());
    target.canary = Some(canary());
    Prober::new(target, None, SharedHttp::default()).probe(Level::Canary).await
}

#[tokio::test]
async fn each_health_word_is_known_in_whatever_way_it_is_put() {
    for (words, expected) in [
        (&["ok", "up", "pass", "healthy", "ready", "alive", "pong"][..], Condition::Up),
        (&["warn", "degraded", "reachable"], Condition::Degraded),
        (&["fail", "error", "down", "unhealthy", "unready", "not_ready", "not ready", "offline"], Condition::Down),
    ] {
        for word in words {
            for body in [
                (*word).to_owned(),
                format!("{}\r\n", word.to_uppercase()),
                format!("\"{word}\""),
                format!("'{word}'!\n"),
                format!("\u{FEFF}{word}"),
                json!({"uptime": 7, "Status": word}).to_string(),
                json!({"data": {"health": word.to_uppercase()}}).to_string(),
                json!({"status": {"code": 3, "state": word}, "checks": []}).to_string(),
                json!([{"status": "ok"}, {"status": word}]).to_string(),
            ] {
                assert_eq!(with_health(Manner::modern(), &body).await.condition(), expected, "{body}");
            }
        }
    }
    // What stands higher is the sum of what stands below it.
    let sum = r#"{"status":"UP","components":{"cache":{"status":"DOWN"}}}"#;
    assert_up(&with_health(Manner::modern(), sum).await);
}

#[tokio::test]
async fn a_server_that_says_it_is_degraded_is_asked_on() {
    let report = with_health(Manner::modern(), "degraded").await;
    let levels: Vec<_> = report.checks.iter().map(|check| (check.level, check.failure.is_none())).collect();
    let expected =
        [(Level::Health, false), (Level::Handshake, true), (Level::Tools, true), (Level::Canary, true)].to_vec();
    assert_eq!(levels, expected);
    assert_eq!((class(&report), report.condition()), (Class::Degraded, Condition::Degraded));
    assert!(report.tools.is_some());

    let report = with_health(Manner::modern().with(On::List, Fault::Html), "degraded").await;
    assert_eq!((class(&report), report.condition()), (Class::Degraded, Condition::Down), "the worst counts");
}
