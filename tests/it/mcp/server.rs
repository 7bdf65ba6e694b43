//! An MCP server of our own on 127.0.0.1, at the level of the socket: in both
//! eras, honest, and as ill as ordered.
//!
//! ```ignore
//! let server = Server::start(Manner::modern());
//! // … the program under test, at server.url() …
//! server.change(|manner| manner.faults.push((On::List, Fault::Hang)));
//! assert_eq!(server.complaints(), Vec::<String>::new());
//! ```
//!
//! It counts sessions, GETs and connections, and complains of every request
//! that is not as the specification wants it. It runs on a thread of its own
//! and ends with the value.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, oneshot};

use super::speech::answer;

/// Which conversation it understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    Modern,
    Legacy,
    /// The transport of 2024-11-05.
    Stream,
    /// Nothing at all at any path.
    Nowhere,
}

/// How it puts its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    /// A byte order mark first.
    JsonWithMark,
    Events,
    /// An empty event first, comments, CRLF, notifications, answers to others, several lines of data.
    BusyEvents,
}

/// How it pages its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    Whole,
    By(usize),
    /// Two pages; the cursor of the second is the empty string.
    EmptyCursor,
    /// The second page leads to itself.
    Cycle,
    /// Each page leads to another.
    Endless,
}

/// Which requests are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    All,
    Discover,
    Initialize,
    Initialized,
    List,
    Call,
    Delete,
    Health,
    Get,
}

/// What it does instead of answering.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Accepts and says nothing.
    Hang,
    /// Answers one byte at a time, too slowly for anybody.
    Drip,
    /// A stream of comments without an end.
    Comments,
    /// A status with headers (each with its line end) and a body.
    Status(u16, String, String),
    /// Closes without a byte.
    Cut,
    /// Resets the connection.
    Reset,
    /// Half of the answer, and the connection ends.
    CutInTheMiddle,
    /// A stream that ends before the answer.
    StreamEnds,
    /// Half of the JSON, as if it were all.
    Truncated,
    /// A page with 200.
    Html,
    /// The answer to another request.
    OtherId,
    /// 200 and not a byte.
    Empty,
    /// No HTTP.
    Garbage,
    /// This error of JSON-RPC with this status.
    Rpc(u16, i64, String),
    /// This error with these data.
    RpcData(u16, i64, Value),
    /// This result instead of the real one.
    Instead(Value),
    /// A body that does not end.
    Flood,
    /// The session is forgotten: the next request with it gets this status and code (0: no JSON-RPC).
    LosesSession(u16, i64),
}

/// All that can be ordered.
#[derive(Debug, Clone)]
pub struct Manner {
    pub era: Era,
    pub form: Form,
    pub paging: Paging,
    pub tools: Vec<Value>,
    /// Whether it hands out session ids.
    pub sessions: Option<()>,
    /// What it answers to `initialize`; none: what it was asked for.
    pub version: Option<String>,
    pub capabilities: Value,
    pub name: String,
    pub server_version: String,
    pub instructions: Option<String>,
    pub health: String,
    /// The first that fits counts.
    pub faults: Vec<(On, Fault)>,
    /// These are done once and forgotten; looked at before `faults`.
    pub once: Vec<(On, Fault)>,
    /// This path is elsewhere: its status and its headers.
    pub moved: Option<(String, u16, String)>,
    /// The token that it wants.
    pub token: Option<String>,
}

impl Manner {
    fn of(era: Era) -> Self {
        Self {
            era,
            form: Form::Json,
            paging: Paging::Whole,
            tools: vec![echo(), delete()],
            sessions: Some(()),
            version: None,
            capabilities: json!({"tools": {"listChanged": true}}),
            name: "fixture".into(),
            server_version: "1.2.3".into(),
            instructions: None,
            health: "ok".into(),
            faults: Vec::new(),
            once: Vec::new(),
            moved: None,
            token: None,
        }
    }

    pub fn modern() -> Self {
        Self::of(Era::Modern)
    }

    pub fn legacy() -> Self {
        Self::of(Era::Legacy)
    }

    pub fn stream() -> Self {
        Self::of(Era::Stream)
    }

    pub fn nowhere() -> Self {
        Self::of(Era::Nowhere)
    }

    #[must_use]
    pub fn in_form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    #[must_use]
    pub fn paged(mut self, paging: Paging) -> Self {
        self.paging = paging;
        self
    }

    #[must_use]
    pub fn with(mut self, on: On, fault: Fault) -> Self {
        self.faults.push((on, fault));
        self
    }

    #[must_use]
    pub fn once(mut self, on: On, fault: Fault) -> Self {
        self.once.push((on, fault));
        self
    }
}

/// A tool that only reads: it gives back its `text`.
pub fn echo() -> Value {
    json!({"name": "echo", "description": "Gives back its text.", "annotations": {"readOnlyHint": true},
        "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}})
}

/// A tool that does not say that it only reads.
pub fn delete() -> Value {
    json!({"name": "delete", "inputSchema": {"type": "object", "properties": {"id": {"type": "string"}}}})
}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The method of JSON-RPC; empty if there is none.
    pub fn rpc(&self) -> &str {
        self.body["method"].as_str().unwrap_or_default()
    }
}

#[derive(Debug)]
pub struct Inside {
    pub manner: Manner,
    pub requests: Vec<Request>,
    pub complaints: Vec<String>,
    pub sessions: u64,
    pub live: BTreeSet<String>,
    pub connections: u64,
    pub calls: u64,
    /// Bytes of floods that were written.
    pub flooded: usize,
    /// Whoever listens on a stream of the old transport.
    pub streams: broadcast::Sender<String>,
}

pub struct Server {
    at: SocketAddr,
    inside: Arc<Mutex<Inside>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(manner: Manner) -> Self {
        Self::start_on("127.0.0.1", manner)
    }

    pub fn start_on(address: &str, manner: Manner) -> Self {
        let listener = std::net::TcpListener::bind((address, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let at = listener.local_addr().unwrap();
        let inside = Arc::new(Mutex::new(Inside {
            manner,
            requests: Vec::new(),
            complaints: Vec::new(),
            sessions: 0,
            live: BTreeSet::new(),
            connections: 0,
            calls: 0,
            flooded: 0,
            streams: broadcast::Sender::new(64),
        }));
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&inside);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                let serving = async {
                    loop {
                        let (socket, _) = listener.accept().await.unwrap();
                        socket.set_nodelay(true).unwrap();
                        let inside = Arc::clone(&shared);
                        lock(&inside).connections += 1;
                        tokio::spawn(async move { serve(socket, inside).await });
                    }
                };
                tokio::select! { () = serving => {}, _ = stopped => {} }
            });
        });
        Self { at, inside, stop: Some(stop), thread: Some(thread) }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.at)
    }

    pub fn url(&self) -> String {
        format!("{}/mcp", self.origin())
    }

    pub fn lock(&self) -> MutexGuard<'_, Inside> {
        lock(&self.inside)
    }

    /// From now on it is different.
    pub fn change(&self, change: impl FnOnce(&mut Manner)) {
        change(&mut self.lock().manner);
    }

    /// The names of what was asked, in order: `GET`, `DELETE`, or the method of JSON-RPC.
    pub fn asked(&self) -> Vec<String> {
        let name = |one: &Request| if one.method == "POST" { one.rpc().to_owned() } else { one.method.clone() };
        self.lock().requests.iter().map(name).collect()
    }

    pub fn count(&self, what: &str) -> usize {
        self.asked().iter().filter(|one| *one == what).count()
    }

    pub fn complaints(&self) -> Vec<String> {
        self.lock().complaints.clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn lock(inside: &Mutex<Inside>) -> MutexGuard<'_, Inside> {
    inside.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(mut socket: TcpStream, inside: Arc<Mutex<Inside>>) {
    let mut bytes = Vec::new();
    while let Some(request) = next_request(&mut socket, &mut bytes).await {
        let reply = {
            let mut inside = lock(&inside);
            super::speech::examine(&mut inside, &request);
            inside.requests.push(request.clone());
            answer(&mut inside, &request)
        };
        if super::speech::send(&mut socket, reply, &inside).await.is_none() {
            return;
        }
    }
}

async fn next_request(socket: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<Request> {
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if socket.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
        if !bytes[0].is_ascii_uppercase() {
            // No HTTP, as when somebody tries TLS.
            write(socket, &super::speech::plain(400, "", "")).await?;
            return None;
        }
    };
    let head = String::from_utf8(bytes.drain(..end).collect()).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ').map(str::to_owned);
    let (method, target) = (first.next()?, first.next()?);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < length {
        if socket.read_buf(bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body: Vec<u8> = bytes.drain(..length).collect();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    Some(Request { method, target, headers, body })
}

/// Long enough that nobody waits for it.
pub const FOREVER: Duration = Duration::from_mins(10);

/// Writes all of it; none when the other side has gone.
pub async fn write(socket: &mut TcpStream, bytes: &[u8]) -> Option<()> {
    socket.write_all(bytes).await.ok()
}
