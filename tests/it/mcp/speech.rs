//! What the server of our tests says, and how it says it when it is ill.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::broadcast;

use super::server::{Era, FOREVER, Fault, Form, Inside, Manner, On, Paging, Request, write};

const MODERN: &str = "2026-07-28";
const META: &str = "io.modelcontextprotocol/";

/// What goes out for one request.
pub enum Reply {
    /// These bytes, and on with the connection.
    Bytes(Vec<u8>),
    Fault(Fault, Vec<u8>),
    /// A stream of the old transport.
    Stream(broadcast::Receiver<String>),
}

/// Says what is not as the specification wants it.
pub fn examine(inside: &mut Inside, request: &Request) {
    let mut wrong = Vec::new();
    let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
    if !header("user-agent").starts_with("dogwatch/") {
        wrong.push("no user agent that says who we are".to_owned());
    }
    let rpc = request.rpc();
    if request.method == "POST" {
        if header("content-type") != "application/json" {
            wrong.push("content-type".to_owned());
        }
        if !["application/json", "text/event-stream"].iter().all(|kind| header("accept").contains(kind)) {
            wrong.push(format!("accept {:?}", header("accept")));
        }
        if request.body["jsonrpc"] != "2.0" || rpc.is_empty() {
            wrong.push(format!("no JSON-RPC: {}", request.body));
        }
        if rpc.starts_with("notifications/") == request.body.get("id").is_some() {
            wrong.push("an id too many or too few".to_owned());
        }
        let meta = &request.body["params"]["_meta"];
        if header("mcp-method").is_empty() {
            if rpc == "server/discover" || !meta.is_null() {
                wrong.push(format!("{rpc} without Mcp-Method"));
            }
        } else {
            if header("mcp-method") != rpc || header("mcp-protocol-version") != MODERN {
                wrong.push("headers that say something else than the body".to_owned());
            }
            if meta[format!("{META}protocolVersion")] != MODERN
                || !meta[format!("{META}clientCapabilities")].is_object()
            {
                wrong.push(format!("_meta {meta}"));
            }
            if meta[format!("{META}clientInfo")]["name"] != "dogwatch" {
                wrong.push(format!("clientInfo in {meta}"));
            }
            if rpc == "tools/call" && header("mcp-name") != request.body["params"]["name"].as_str().unwrap_or_default()
            {
                wrong.push("mcp-name".to_owned());
            }
        }
        if rpc == "initialize" && request.body["params"]["clientInfo"]["name"] != "dogwatch" {
            wrong.push("initialize without clientInfo".to_owned());
        }
    }
    let in_session =
        request.method == "DELETE" || matches!(rpc, "tools/list" | "tools/call" | "notifications/initialized");
    if inside.manner.era == Era::Legacy && in_session {
        let version = inside.manner.version.clone().unwrap_or_else(|| "2025-11-25".into());
        if header("mcp-protocol-version") != version && request.method != "DELETE" {
            wrong.push(format!("{} {rpc} with version {:?}", request.method, header("mcp-protocol-version")));
        }
        if inside.manner.sessions.is_some() && header("mcp-session-id").is_empty() {
            wrong.push(format!("{} {rpc} without a session", request.method));
        }
    }
    inside.complaints.extend(wrong.into_iter().map(|what| format!("{} {rpc}: {what}", request.method)));
}

fn which(request: &Request) -> On {
    match (request.method.as_str(), request.rpc()) {
        ("GET", _) if request.target == "/health" => On::Health,
        ("GET", _) => On::Get,
        ("DELETE", _) => On::Delete,
        (_, "server/discover") => On::Discover,
        (_, "initialize") => On::Initialize,
        (_, "notifications/initialized") => On::Initialized,
        (_, "tools/list") => On::List,
        _ => On::Call,
    }
}

/// The answer to this request, with whatever is ordered for it.
pub fn answer(inside: &mut Inside, request: &Request) -> Reply {
    let on = which(request);
    let wanted = inside.manner.token.as_ref().map(|token| format!("Bearer {token}"));
    if wanted.is_some() && request.header("authorization") != wanted.as_deref() {
        return Reply::Bytes(plain(401, "WWW-Authenticate: Bearer scope=\"mcp:read\"\r\n", ""));
    }
    if let Some((_, status, headers)) = inside.manner.moved.as_ref().filter(|(path, ..)| *path == request.target) {
        return Reply::Bytes(plain(*status, headers, ""));
    }
    let fault = ordered(&mut inside.manner, on);
    let before = inside.live.clone();
    let healthy = match fault {
        // What goes onto the stream would be there already.
        Some(_) if inside.manner.era == Era::Stream => Reply::Bytes(Vec::new()),
        _ => healthy(inside, on, request),
    };
    let Some(fault) = fault else { return healthy };
    if on == On::Initialize && fault != Fault::CutInTheMiddle {
        // Nobody has been told of the session.
        inside.live = before;
    }
    ill(inside, fault, request, healthy)
}

fn ordered(manner: &mut Manner, on: On) -> Option<Fault> {
    if let Some(at) = manner.once.iter().position(|(one, _)| *one == on || *one == On::All) {
        return Some(manner.once.remove(at).1);
    }
    let fits = |one: On| one == on || one == On::All && on != On::Health;
    manner.faults.iter().find(|(one, _)| fits(*one)).map(|(_, fault)| fault.clone())
}

fn ill(inside: &mut Inside, fault: Fault, request: &Request, healthy: Reply) -> Reply {
    let id = &request.body["id"];
    let whole = match healthy {
        Reply::Bytes(bytes) | Reply::Fault(_, bytes) => bytes,
        Reply::Stream(_) => Vec::new(),
    };
    match fault {
        Fault::Status(status, headers, body) => Reply::Bytes(plain(status, &headers, &body)),
        Fault::Html => Reply::Bytes(plain(200, "Content-Type: text/html\r\n", "<!DOCTYPE html><p>Welcome</p>")),
        Fault::Empty => Reply::Bytes(plain(200, "Content-Type: application/json\r\n", "")),
        Fault::OtherId => Reply::Bytes(json_reply(200, &json!({"jsonrpc": "2.0", "id": 4711, "result": {}}))),
        Fault::Truncated => Reply::Bytes(plain(
            200,
            "Content-Type: application/json\r\n",
            r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"na"#,
        )),
        Fault::Rpc(status, code, message) => Reply::Bytes(json_reply(
            status,
            &json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}),
        )),
        Fault::RpcData(status, code, data) => Reply::Bytes(json_reply(
            status,
            &json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": "no", "data": data}}),
        )),
        Fault::Instead(result) => Reply::Bytes(json_reply(200, &json!({"jsonrpc": "2.0", "id": id, "result": result}))),
        Fault::LosesSession(status, code) => {
            inside.live.clear();
            let body = json!({"jsonrpc": "2.0", "id": null, "error": {"code": code, "message": "no such session"}});
            Reply::Bytes(if code == 0 { plain(status, "", "gone") } else { json_reply(status, &body) })
        }
        Fault::Hang
        | Fault::Drip
        | Fault::Comments
        | Fault::Cut
        | Fault::Reset
        | Fault::CutInTheMiddle
        | Fault::StreamEnds
        | Fault::Garbage
        | Fault::Flood => Reply::Fault(fault, whole),
    }
}

fn healthy(inside: &mut Inside, on: On, request: &Request) -> Reply {
    let Inside { manner, live, sessions, calls, streams, .. } = inside;
    match (on, manner.era) {
        (On::Health, _) => return Reply::Bytes(plain(200, "Content-Type: text/plain\r\n", &manner.health)),
        (_, Era::Nowhere) => return Reply::Bytes(plain(404, "Content-Type: text/plain\r\n", "Not Found")),
        (On::Get, Era::Stream) => return Reply::Stream(streams.subscribe()),
        (On::Get, Era::Modern | Era::Legacy) => return Reply::Bytes(plain(405, "", "")),
        (On::Delete, _) => {
            let known = live.remove(request.header("mcp-session-id").unwrap_or_default());
            return Reply::Bytes(plain(if known { 200 } else { 404 }, "", ""));
        }
        (_, Era::Stream) if request.target == "/mcp" => {
            return Reply::Bytes(plain(404, "Content-Type: text/html\r\n", "<pre>Cannot POST /mcp</pre>"));
        }
        _ => {}
    }
    if manner.era == Era::Legacy && manner.sessions.is_some() && !matches!(on, On::Discover | On::Initialize) {
        let session = request.header("mcp-session-id").unwrap_or_default();
        if !live.contains(session) {
            let error =
                json!({"jsonrpc": "2.0", "id": null, "error": {"code": -32001, "message": "Session not found"}});
            return Reply::Bytes(json_reply(404, &error));
        }
    }
    if on == On::Call {
        *calls += 1;
    }
    let mut headers = String::new();
    if on == On::Initialize && manner.era == Era::Legacy && manner.sessions.is_some() {
        *sessions += 1;
        let session = format!("session-{sessions}-abcdef");
        live.insert(session.clone());
        headers = format!("Mcp-Session-Id: {session}\r\n");
    }
    let id = &request.body["id"];
    let message = match said(manner, on, request) {
        None => return Reply::Bytes(plain(202, "", "")),
        Some(Ok(result)) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Some(Err((code, message))) => {
            let error = json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}});
            let status = if manner.era == Era::Modern { 404 } else { 400 };
            return Reply::Bytes(json_reply(status, &error));
        }
    };
    if manner.era == Era::Stream {
        streams.send(message.to_string()).ok();
        return Reply::Bytes(plain(202, "", "Accepted"));
    }
    Reply::Bytes(in_form(manner.form, &headers, &message))
}

/// The result, or the error, or nothing for a notification.
fn said(manner: &Manner, on: On, request: &Request) -> Option<Result<Value, (i64, &'static str)>> {
    let params = &request.body["params"];
    let modern = manner.era == Era::Modern;
    Some(Ok(match on {
        On::Discover if modern => {
            let info = json!({format!("{META}serverInfo"): {"name": manner.name, "version": manner.server_version}});
            json!({"supportedVersions": [MODERN], "capabilities": manner.capabilities, "resultType": "complete",
                "instructions": manner.instructions, "_meta": info})
        }
        On::Initialize if !modern => {
            let version = manner.version.clone().map_or_else(|| params["protocolVersion"].clone(), Value::from);
            json!({"protocolVersion": version, "capabilities": manner.capabilities, "instructions": manner.instructions,
                "serverInfo": {"name": manner.name, "version": manner.server_version}})
        }
        On::Initialized => return None,
        On::List => page(manner, params.get("cursor").and_then(Value::as_str)),
        On::Call if params["name"] == "echo" => {
            let text = &params["arguments"]["text"];
            json!({"content": [{"type": "text", "text": text}], "isError": false})
        }
        On::Call => json!({"content": [{"type": "text", "text": "Unknown tool"}], "isError": true}),
        On::Discover => return Some(Err((-32000, "Bad Request: Server not initialized"))),
        On::Initialize | On::All | On::Delete | On::Health | On::Get => {
            return Some(Err((-32601, "Method not found")));
        }
    }))
}

fn page(manner: &Manner, cursor: Option<&str>) -> Value {
    let tools = &manner.tools;
    match (manner.paging, cursor) {
        (Paging::Whole, _) => json!({"tools": tools, "nextCursor": null}),
        (Paging::By(size), cursor) => {
            let from = cursor.map_or(0, |cursor| cursor.parse::<usize>().unwrap());
            let to = (from + size).min(tools.len());
            let next = (to < tools.len()).then(|| to.to_string());
            json!({"tools": tools[from..to], "nextCursor": next})
        }
        (Paging::EmptyCursor, None) => json!({"tools": tools[..1], "nextCursor": ""}),
        (Paging::EmptyCursor, Some(_)) => json!({"tools": tools[1..]}),
        (Paging::Cycle, _) => json!({"tools": [], "nextCursor": "again"}),
        (Paging::Endless, cursor) => {
            let next = cursor.map_or(0, |cursor| cursor.parse::<usize>().unwrap()) + 1;
            json!({"tools": [], "nextCursor": next.to_string()})
        }
    }
}

pub fn plain(status: u16, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn json_reply(status: u16, message: &Value) -> Vec<u8> {
    plain(status, "Content-Type: application/json\r\n", &message.to_string())
}

fn in_form(form: Form, headers: &str, message: &Value) -> Vec<u8> {
    let stream = format!("{headers}Content-Type: text/event-stream; charset=utf-8\r\n");
    let json = format!("{headers}Content-Type: application/json\r\n");
    match form {
        Form::Json => plain(200, &json, &message.to_string()),
        Form::JsonWithMark => plain(200, &json, &format!("\u{FEFF}{message}")),
        Form::Events => plain(200, &stream, &format!("event: message\ndata: {message}\n\n")),
        Form::BusyEvents => {
            let pretty = serde_json::to_string_pretty(message).unwrap();
            let lines = format!("data: {}\r\n", pretty.replace('\n', "\r\ndata: "));
            let body = format!(
                "\u{FEFF}id: 1\r\ndata: \r\n\r\n: still here\r\n\r\n\
                 data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{{}}}}\r\n\r\n\
                 event: message\r\ndata: {{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{{}}}}\r\n\r\n\
                 data: {{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"roots/list\"}}\r\n\r\n\
                 event: ping\r\ndata: not for you\r\n\r\nid: 2\r\nevent: message\r\n{lines}\r\n"
            );
            plain(200, &stream, &body)
        }
    }
}

/// Sends it; none when the connection has ended.
pub async fn send(socket: &mut TcpStream, reply: Reply, inside: &Arc<Mutex<Inside>>) -> Option<()> {
    let (fault, whole) = match reply {
        Reply::Bytes(bytes) => return write(socket, &bytes).await,
        Reply::Stream(messages) => return stream(socket, messages).await,
        Reply::Fault(fault, whole) => (fault, whole),
    };
    let stream = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    match fault {
        Fault::Hang => gone(socket).await,
        Fault::Drip => {
            for byte in whole {
                write(socket, &[byte]).await?;
                if tokio::time::timeout(Duration::from_millis(40), gone(socket)).await.is_ok() {
                    return None;
                }
            }
        }
        Fault::Comments => {
            write(socket, stream).await?;
            loop {
                write(socket, b": ping\n\n").await?;
                if tokio::time::timeout(Duration::from_millis(20), gone(socket)).await.is_ok() {
                    return None;
                }
            }
        }
        Fault::StreamEnds => {
            write(socket, stream).await?;
            write(socket, b"data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n").await?;
        }
        Fault::CutInTheMiddle => write(socket, &whole[..whole.len() - 20]).await?,
        Fault::Reset => {
            socket.set_zero_linger().ok()?;
        }
        Fault::Garbage => write(socket, b"SSH-2.0-OpenSSH_9.9\r\n\r\n").await?,
        Fault::Flood => {
            write(socket, b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"jsonrpc\":\"2.0\",\"x\":\"")
                .await?;
            let chunk = vec![b'x'; 64 << 10];
            loop {
                write(socket, &chunk).await?;
                inside.lock().unwrap_or_else(PoisonError::into_inner).flooded += chunk.len();
            }
        }
        _ => {}
    }
    None
}

/// Waits until the other side has gone.
async fn gone(socket: &mut TcpStream) {
    let mut one = [0; 64];
    while let Ok(1..) = tokio::time::timeout(FOREVER, socket.read(&mut one)).await.unwrap_or(Ok(0)) {}
}

async fn stream(socket: &mut TcpStream, mut messages: broadcast::Receiver<String>) -> Option<()> {
    write(socket, b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n").await?;
    write(socket, b"event: endpoint\ndata: /message?sessionId=stream-secret-1\n\n").await?;
    loop {
        tokio::select! {
            message = messages.recv() => {
                let event = format!("event: message\ndata: {}\n\n", message.ok()?);
                write(socket, b": hello\n\n").await?;
                write(socket, event.as_bytes()).await?;
            }
            () = gone(socket) => return None,
        }
    }
}
