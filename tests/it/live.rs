//! The prober before real servers: SDKs, gateways and transports as they are published.
//!
//! Needs Node.js and Python; see `tests/live/README.md`. All run on loopback, from exactly pinned packages.

mod server;

use rustix::process::{Signal, kill_process};
use serde_json::{Value, json};

use crate::station::{Said, Station, TOKEN};
use server::{Server, everything, node, python};

const MODERN: &str = "2026-07-28";
const LEGACY: &str = "2025-11-25";
const OLDEST: &str = "2024-11-05";

/// Somebody with this token in the environment and these lines, after its version, in a trusted team file.
fn station(token: &str, lines: &str) -> Station {
    let station = Station::at("http://127.0.0.1:9", Some(token));
    station.team(&format!("version = 1\n{lines}\n"));
    station
}

/// The one endpoint of an answer, and how the program ended.
type Told = (Value, Option<i32>);

fn told(said: &Said) -> Told {
    let endpoints = said.json()["endpoints"].clone();
    assert_eq!(endpoints.as_array().map(Vec::len), Some(1), "{said:?}");
    (endpoints[0].clone(), said.code)
}

fn probed(url: &str) -> Told {
    told(&station("none", "").ask(&["probe", url]))
}

/// A source with these lines in the team file, probed.
fn source(lines: &str) -> Told {
    source_with("none", lines)
}

/// As [`source`], by somebody with this token.
fn source_with(token: &str, lines: &str) -> Told {
    let station = station(token, &format!("[[sources]]\nid = \"live\"\nkind = \"mcp\"\n{lines}"));
    told(&station.ask(&["probe", "live"]))
}

/// It is up, and the program has found out all this: transport, version, name.
fn assert_up((told, code): &Told, expected: [&str; 3]) {
    assert_eq!((&told["state"], code, &told["error"]), (&json!("up"), &Some(0), &Value::Null), "{told:#}");
    let seen = [&told["transport"], &told["protocol_version"], &told["server"]["name"]];
    assert_eq!(seen, expected.map(|word| json!(word)).each_ref(), "{told:#}");
    assert!(told["tools"].as_u64().is_some_and(|tools| tools > 0), "{told:#}");
    assert_eq!(told["drift"], json!([]));
}

fn assert_ill((told, code): &Told, state: &str, class: &str) {
    assert_eq!((&told["state"], code), (&json!(state), &Some(1)), "{told:#}");
    assert_eq!(told["error"]["class"], class, "{told:#}");
}

/// The checks that were tried, and whether they passed.
fn checks((told, _): &Told) -> Vec<(String, bool)> {
    let checks = told["checks"].as_array().unwrap().iter();
    checks.map(|check| (check["name"].as_str().unwrap().to_owned(), check["ok"].as_bool().unwrap())).collect()
}

const EVERYTHING: &str = "mcp-servers/everything";
const ECHO: &str = r#"canary = { tool = "echo", args = { message = "{{nonce}}" }, expect = "{{nonce}}" }"#;

#[test]
fn server_everything_is_up_on_all_three_transports() {
    let http = Server::start(&everything("streamableHttp"));
    let seen = source(&format!("url = \"{}\"\n{ECHO}", http.at("/mcp")));
    assert_up(&seen, ["streamable-http", LEGACY, EVERYTHING]);
    let sse = Server::start(&everything("sse"));
    let seen = source(&format!("url = \"{}\"\n{ECHO}", sse.at("/sse")));
    assert_up(&seen, ["http+sse", OLDEST, EVERYTHING]);
    let seen = source(&format!("command = {}\n{ECHO}", json!(everything("stdio"))));
    assert_up(&seen, ["stdio", LEGACY, EVERYTHING]);
}

#[test]
fn no_probe_leaves_a_session_behind() {
    let server = Server::start(&everything("streamableHttp"));
    let url = server.at("/mcp");
    let station = station("none", "");
    for _ in 0..5 {
        assert_up(&told(&station.ask(&["probe", &url])), ["streamable-http", LEGACY, EVERYTHING]);
    }
    let closed = |said: &[String]| said.iter().filter(|line| line.starts_with("Transport closed for session")).count();
    server.wait_for("five sessions to close", |said| closed(said) == 5);
    assert_eq!(server.count("Session initialized with ID"), 5);
}

#[test]
fn a_gateway_that_starts_a_child_for_each_session_keeps_none() {
    // It hands this to a shell.
    let stdio = format!("'{}'", everything("stdio").join("' '"));
    let words = ["--stdio", &stdio, "--outputTransport", "streamableHttp", "--stateful", "--port", "0"];
    let gateway = node("supergateway/dist/index.js").into_iter().chain(words.map(str::to_owned));
    let gateway = Server::start(&gateway.collect::<Vec<_>>());
    for _ in 0..3 {
        assert_up(&probed(&gateway.at("/mcp")), ["streamable-http", LEGACY, EVERYTHING]);
    }
    gateway.wait_until_childless();
}

#[test]
fn a_proxy_whose_server_hangs_or_is_gone_is_down_while_it_says_that_it_is_well() {
    let words = ["--host", "127.0.0.1", "--port", "0", "--"].map(str::to_owned).to_vec();
    let proxy = Server::start(&[node("mcp-proxy/dist/bin/mcp-proxy.mjs"), words, everything("stdio")].concat());
    let url = proxy.at("/mcp");
    assert_up(&probed(&url), ["streamable-http", MODERN, EVERYTHING]);
    let child = proxy.child();
    // The proxy answers for itself; only the tools are the server's.
    let shallow = [("handshake".to_owned(), true), ("tools".to_owned(), false)];

    kill_process(child, Signal::STOP).unwrap();
    let hangs = probed(&url);
    assert_ill(&hangs, "down", "timeout");
    assert_eq!(checks(&hangs), shallow);
    assert_eq!(proxy.status("/ping"), 200);
    kill_process(child, Signal::CONT).unwrap();
    assert_eq!(probed(&url).0["state"], "up");

    kill_process(child, Signal::KILL).unwrap();
    proxy.wait_until_childless();
    let gone = probed(&url);
    assert_ill(&gone, "down", "rpc-error");
    assert_eq!((checks(&gone), &gone.0["error"]["rpc_code"]), (shallow.to_vec(), &json!(-32603)));
    assert_eq!(proxy.status("/ping"), 200);
}

#[test]
fn python_servers_are_up_in_the_modern_era_and_in_the_legacy_one() {
    for (file, name) in [("fastmcp_server.py", "dogwatch-fixture"), ("mcpsdk_server.py", "sdk-fixture")] {
        let modern = Server::start(&python(&[file]));
        assert_up(&probed(&modern.at("/mcp")), ["streamable-http", MODERN, name]);
        let legacy = Server::start(&python(&["legacy.py", file]));
        assert_up(&probed(&legacy.at("/mcp")), ["streamable-http", LEGACY, name]);
    }
}

#[test]
fn a_fastmcp_server_is_up_at_both_of_its_paths_and_a_canary_tells_more() {
    let server = Server::start(&python(&["fastmcp_server.py"]));
    assert_up(&probed(&server.at("/mcp/")), ["streamable-http", MODERN, "dogwatch-fixture"]);
    server.wait_for("a redirect", |said| said.iter().any(|line| line.contains("POST /mcp/ HTTP/1.1\" 307")));
    let with = |rest: &str| source(&format!("url = \"{}\"\n{rest}", server.at("/mcp")));
    let ready = format!("health_url = \"{}\"", server.at("/ready"));
    let canary = r#"canary = { tool = "canary", args = { nonce = "{{nonce}}" }, expect = "{{nonce}}" }"#;
    let well = with(&format!("{ready}\n{canary}"));
    assert_up(&well, ["streamable-http", MODERN, "dogwatch-fixture"]);
    assert_eq!(checks(&well), ["health", "handshake", "tools", "canary"].map(|name| (name.to_owned(), true)));
    assert_ill(&with(r#"canary = { tool = "always_fails" }"#), "degraded", "canary-unsafe");
    assert_ill(&with(r#"canary = { tool = "always_fails", allow_unsafe = true }"#), "degraded", "canary");
    std::fs::write(server.home().join("notready"), "").unwrap();
    assert_ill(&with(&ready), "down", "http-5xx");
}

#[test]
fn a_server_that_stands_still_is_down_by_timeout() {
    let server = Server::start(&python(&["mcpsdk_server.py"]));
    server.signal(Signal::STOP);
    assert_ill(&probed(&server.at("/mcp")), "down", "timeout");
    server.signal(Signal::CONT);
    assert_eq!(probed(&server.at("/mcp")).0["state"], "up");
}

#[test]
fn a_server_that_wants_a_token_is_degraded_until_it_gets_the_right_one() {
    let server = Server::start(&python(&["fastmcp_auth.py"]));
    let url = format!("url = \"{}\"", server.at("/mcp"));
    let named = format!("{url}\ntoken_env = \"{TOKEN}\"");
    let without = source(&url);
    assert_ill(&without, "degraded", "auth");
    assert_eq!(without.0["error"]["http_status"], 401);
    assert_ill(&source_with("noscope-token", &named), "degraded", "auth");
    assert_up(&source_with("good-token", &named), ["streamable-http", MODERN, "authed-fixture"]);
}
