//! Two MCP servers for the demo, on loopback and in this process: one that is
//! well, and one that a newcomer sees break and mend.
//!
//! The second one goes through what a bad release looks like from outside. For
//! half a minute all is well; then its one tool fails and asks for more than it
//! did; some minutes later the release is taken back. Nothing outside this
//! machine is asked, and both end with the program.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::domain::probe::Level;
use crate::sources::mcp::{Prober, SharedHttp, Target};

/// How long the faltering server is well before the bad release.
pub const ILL_FROM: Duration = Duration::from_secs(30);
/// When the bad release is taken back.
pub const ILL_UNTIL: Duration = Duration::from_mins(3);

/// A server of the demo answers within this time; somebody else may never answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// The protocol that both speak, and no other.
const PROTOCOL: &str = "2026-07-28";
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Always well.
    Steady,
    /// Well, ill, and well again.
    Faltering,
}

impl Role {
    /// Both, as the demo starts them.
    pub const ALL: [Self; 2] = [Self::Steady, Self::Faltering];

    /// Where it is on its port; no other server of the demo is there.
    pub fn path(self) -> &'static str {
        match self {
            Self::Steady => "/tools/mcp",
            Self::Faltering => "/search/mcp",
        }
    }

    /// How it is so long after the start.
    pub fn health(self, age: Duration) -> Health {
        match self {
            Self::Faltering if (ILL_FROM..ILL_UNTIL).contains(&age) => Health::Ill,
            Self::Faltering | Self::Steady => Health::Well,
        }
    }
}

/// How a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// As it was released.
    Well,
    /// Its tool fails, and its schema is not the released one.
    Ill,
}

/// A port of this machine that a server may be put on.
#[derive(Debug)]
pub struct Berth {
    listener: TcpListener,
    port: u16,
}

impl Berth {
    /// Takes this port of the loopback interface; 0: any that is free.
    ///
    /// # Errors
    ///
    /// When it is taken, or there is no loopback interface; another port may be free.
    pub async fn at(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// Which one it is.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Puts a server there that was started at this time.
    pub fn serve(self, role: Role, started: Instant) -> Serving {
        let answer = move |State(server): State<Arc<Server>>, body: Bytes| async move { server.answer(&body) };
        let routes = Router::new().route(role.path(), post(answer)).with_state(Arc::new(Server { role, started }));
        let port = self.port;
        let task = tokio::spawn(async move {
            // It fails only when the port is taken from under it; then the endpoint is down, which is what shows.
            let _ended = axum::serve(self.listener, routes).await;
        });
        Serving { task, port, role }
    }
}

/// Whether a server of this role answers on this port, started by another process.
pub async fn is_there(role: Role, port: u16) -> bool {
    let Ok(url) = address(role, port).parse() else { return false };
    let mut prober = Prober::new(Target::bare(url), None, SharedHttp::default());
    let seen = tokio::time::timeout(ANSWERS_WITHIN, prober.probe(Level::Handshake)).await;
    seen.is_ok_and(|seen| seen.server.is_some_and(|server| server.name.as_str() == name(role)))
}

fn address(role: Role, port: u16) -> String {
    format!("http://{}:{port}{}", Ipv4Addr::LOCALHOST, role.path())
}

/// A server that runs; it ends when this is dropped.
#[derive(Debug)]
pub struct Serving {
    task: JoinHandle<()>,
    port: u16,
    role: Role,
}

impl Serving {
    /// Where it is reached.
    pub fn url(&self) -> String {
        address(self.role, self.port)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Server {
    role: Role,
    started: Instant,
}

impl Server {
    fn answer(&self, body: &[u8]) -> Response {
        let Ok(asked) = serde_json::from_slice::<Value>(body) else { return StatusCode::BAD_REQUEST.into_response() };
        match reply(self.role, self.role.health(self.started.elapsed()), &asked) {
            Some(reply) => ([(header::CONTENT_TYPE, "application/json")], reply.to_string()).into_response(),
            None => StatusCode::ACCEPTED.into_response(),
        }
    }
}

/// What a server in this health says to one JSON-RPC message; nothing to a notification.
pub fn reply(role: Role, health: Health, asked: &Value) -> Option<Value> {
    let id = asked.get("id").filter(|id| !id.is_null())?;
    let said = match asked.get("method").and_then(Value::as_str).unwrap_or_default() {
        "server/discover" => Ok(discovered(role)),
        "tools/list" => Ok(json!({"tools": tools(role, health), "ttlMs": 0, "cacheScope": "private"})),
        "tools/call" => called(role, health, asked.get("params").unwrap_or(&Value::Null)),
        _ => Err((METHOD_NOT_FOUND, "method not found")),
    };
    Some(match said {
        Ok(mut result) => {
            let server = json!({"name": name(role), "version": version(role, health)});
            result["resultType"] = json!("complete");
            result["_meta"] = json!({"io.modelcontextprotocol/serverInfo": server});
            json!({"jsonrpc": "2.0", "id": id, "result": result})
        }
        Err((code, message)) => json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}),
    })
}

fn name(role: Role) -> &'static str {
    match role {
        Role::Steady => "sample-tools",
        Role::Faltering => "sample-search",
    }
}

fn version(role: Role, health: Health) -> &'static str {
    match (role, health) {
        (Role::Steady, _) => "3.2.0",
        (Role::Faltering, Health::Well) => "1.4.0",
        (Role::Faltering, Health::Ill) => "1.4.1",
    }
}

fn discovered(role: Role) -> Value {
    let about = match role {
        Role::Steady => "Sample server of `dogwatch demo`: it echoes.",
        Role::Faltering => "Sample server of `dogwatch demo`: it searches nothing, and sometimes fails at that.",
    };
    json!({"supportedVersions": [PROTOCOL], "capabilities": {"tools": {}}, "instructions": about})
}

fn tool_name(role: Role) -> &'static str {
    match role {
        Role::Steady => "text.echo",
        Role::Faltering => "profiles.search",
    }
}

/// What a server offers; one of them still offers what should have gone.
fn tools(role: Role, health: Health) -> Vec<Value> {
    let gone = (role == Role::Steady).then(|| {
        json!({
            "name": "profile_lookup",
            "description": "[DEPRECATED: use profiles.search] Looks up one cached profile.",
            "inputSchema": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
            "annotations": {"readOnlyHint": true, "openWorldHint": false},
        })
    });
    [tool(role, health)].into_iter().chain(gone).collect()
}

fn tool(role: Role, health: Health) -> Value {
    let query = json!({"type": "string", "description": "What to look for"});
    let (about, inputs) = match (role, health) {
        (Role::Steady, _) => (
            "Says what it was told.",
            json!({"properties": {"text": {"type": "string", "description": "What to say"}}, "required": ["text"]}),
        ),
        (Role::Faltering, Health::Well) => (
            "Searches the cached profiles.",
            json!({
                "properties": {"query": query, "limit": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
                "required": ["query"],
            }),
        ),
        (Role::Faltering, Health::Ill) => (
            "Searches the cached profiles of one region.",
            json!({
                "properties": {
                    "query": query,
                    "region": {"type": "string", "enum": ["eu", "us"], "description": "Where to look"},
                    "limit": {"type": "integer", "minimum": 1, "maximum": 10, "default": 10},
                },
                "required": ["query", "region"],
            }),
        ),
    };
    let mut schema = inputs;
    schema["type"] = json!("object");
    json!({
        "name": tool_name(role),
        "description": about,
        "inputSchema": schema,
        "annotations": {"readOnlyHint": true, "openWorldHint": false},
    })
}

fn called(role: Role, health: Health, params: &Value) -> Result<Value, (i64, &'static str)> {
    if params.get("name").and_then(Value::as_str) != Some(tool_name(role)) {
        return Err((INVALID_PARAMS, "unknown tool"));
    }
    let said = |key: &str| params.pointer(&format!("/arguments/{key}")).and_then(Value::as_str).unwrap_or_default();
    let answered =
        |text: String, is_error: bool| json!({"content": [{"type": "text", "text": text}], "isError": is_error});
    Ok(match (role, health) {
        (Role::Steady, _) => answered(said("text").to_owned(), false),
        (Role::Faltering, Health::Well) => answered(format!("0 profiles for {}", said("query")), false),
        (Role::Faltering, Health::Ill) => {
            answered("region is required: no index is chosen without one".to_owned(), true)
        }
    })
}
