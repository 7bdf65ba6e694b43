//! The prober against MCP servers on loopback that are as well or ill as ordered.

mod canary;
mod command;
mod healthy;
mod ill;
mod odd;
mod pulse;
mod secrets;
pub mod server;
mod speech;
mod stdio;
mod tls;

use std::time::Duration;

use dogwatch::config::Canary;
use dogwatch::domain::probe::{Class, Condition, Failure, Level, Report};
use dogwatch::sources::mcp::{Patience, Prober, SharedHttp, Target};
use serde_json::json;
use url::Url;

use server::Server;

/// Short ends, for servers that never answer.
fn hasty() -> SharedHttp {
    let short = Duration::from_millis(600);
    SharedHttp::new(Patience { level: short, canary: short, silence: short / 2, ..Patience::default() })
}

fn target(server: &Server) -> Target {
    Target::bare(Url::parse(&server.url()).unwrap())
}

/// The call of `echo` with something new each time.
fn canary() -> Canary {
    Canary {
        tool: "echo".into(),
        args: json!({"text": "it is {{nonce}}"}),
        expect: Some("{{nonce}}".into()),
        allow_unsafe: false,
    }
}

fn prober(server: &Server) -> Prober {
    Prober::new(target(server), None, SharedHttp::default())
}

async fn probed(server: &Server) -> Report {
    prober(server).probe(Level::Canary).await
}

fn failure(report: &Report) -> &Failure {
    report.failure().unwrap_or_else(|| panic!("nothing failed: {report:?}")).1
}

/// The server is asked well, and nothing of ours is left on it.
fn assert_clean(server: &Server) {
    assert_eq!(server.complaints(), Vec::<String>::new());
    assert_eq!(server.lock().live, std::collections::BTreeSet::new(), "sessions left: {:?}", server.asked());
}

fn assert_up(report: &Report) {
    assert_eq!(report.condition(), Condition::Up, "{report:?}");
}

fn class(report: &Report) -> Class {
    failure(report).class
}
