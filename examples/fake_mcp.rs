//! Many MCP servers in one process, for measuring what probing them costs.
//!
//! ```sh
//! cargo run --example fake_mcp -- --endpoints 1000 --tools 10 --era modern
//! ```
//!
//! Each endpoint has a port of its own on 127.0.0.1 and answers at `/mcp` at
//! once. Prints an address a line, then `control URL`, where `/figures` says
//! how many requests came and how many sessions were opened and are still open.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for the bench: it talks on standard output, and what fails may fail loudly"
)]

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const SESSION: &str = "mcp-session-id";

#[derive(Default)]
struct Figures {
    requests: AtomicU64,
    opened: AtomicU64,
    ended: AtomicU64,
}

struct Fleet {
    legacy: bool,
    tools: String,
    figures: Figures,
}

fn tools(count: usize) -> String {
    let tool = |at: usize| {
        json!({"name": format!("tool_{at}"), "description": "Finds what was asked for. ".repeat(8), "annotations": {"readOnlyHint": true},
            "inputSchema": {"type": "object", "required": ["query"], "properties": {
                "query": {"type": "string", "description": "Words to look for."},
                "limit": {"type": "integer", "minimum": 1, "maximum": 50, "default": 10},
                "order": {"type": "string", "enum": ["newest", "oldest"]}}}})
    };
    json!({"tools": (0..count).map(tool).collect::<Vec<_>>(), "resultType": "complete"}).to_string()
}

fn reply(id: &Value, result: &str) -> Response {
    let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{result}}}"#);
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn answer(State(fleet): State<Arc<Fleet>>, body: Bytes) -> Response {
    fleet.figures.requests.fetch_add(1, Ordering::Relaxed);
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let id = &asked["id"];
    let named = json!({"name": "bench", "version": "1.0.0"});
    match (asked["method"].as_str().unwrap_or_default(), fleet.legacy) {
        ("server/discover", false) => {
            let result = json!({"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}, "resultType": "complete",
                "_meta": {"io.modelcontextprotocol/serverInfo": named}});
            reply(id, &result.to_string())
        }
        ("initialize", true) => {
            let session = fleet.figures.opened.fetch_add(1, Ordering::Relaxed);
            let result = json!({"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": named})
                .to_string();
            let mut response = reply(id, &result);
            response.headers_mut().insert(SESSION, format!("session-{session}").parse().unwrap());
            response
        }
        ("notifications/initialized", true) => StatusCode::ACCEPTED.into_response(),
        ("tools/list", _) => reply(id, &fleet.tools),
        (_, true) => {
            let error = json!({"jsonrpc": "2.0", "id": id, "error": {"code": -32000, "message": "no session"}});
            (StatusCode::BAD_REQUEST, Json(error)).into_response()
        }
        (_, false) => {
            let error = json!({"jsonrpc": "2.0", "id": id, "error": {"code": -32601, "message": "no such method"}});
            (StatusCode::NOT_FOUND, Json(error)).into_response()
        }
    }
}

async fn end(State(fleet): State<Arc<Fleet>>, headers: HeaderMap) -> StatusCode {
    if headers.contains_key(SESSION) {
        fleet.figures.ended.fetch_add(1, Ordering::Relaxed);
    }
    StatusCode::NO_CONTENT
}

async fn figures(State(fleet): State<Arc<Fleet>>) -> Json<Value> {
    let [requests, opened, ended] =
        [&fleet.figures.requests, &fleet.figures.opened, &fleet.figures.ended].map(|one| one.load(Ordering::Relaxed));
    Json(json!({"requests": requests, "opened": opened, "open": opened - ended}))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let said: Vec<String> = std::env::args().skip(1).collect();
    let given = |name: &str| said.iter().position(|one| one == name).and_then(|at| said.get(at + 1));
    let count = |name: &str, usual: usize| given(name).map_or(usual, |word| word.parse().unwrap());
    let fleet = Arc::new(Fleet {
        legacy: given("--era").is_some_and(|era| era == "legacy"),
        tools: tools(count("--tools", 10)),
        figures: Figures::default(),
    });
    let endpoints = Router::new().route("/mcp", post(answer).delete(end)).with_state(Arc::clone(&fleet));
    for _ in 0..count("--endpoints", 1) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        println!("http://{}/mcp", listener.local_addr().unwrap());
        let routes = endpoints.clone();
        tokio::spawn(async move { axum::serve(listener, routes).await });
    }
    let control = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    println!("control http://{}", control.local_addr().unwrap());
    axum::serve(control, Router::new().route("/figures", get(figures)).with_state(fleet)).await.unwrap();
}
