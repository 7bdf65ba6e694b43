//! What is said to an MCP server, and how its answer is told from all else
//! that it may say: JSON-RPC, in the words of each era.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use crate::domain::probe::{Era, Transport};

/// The version of the modern era that is spoken.
pub(super) const MODERN: &str = "2026-07-28";
/// The versions of the legacy era that are understood, newest first.
pub(super) const LEGACY: [&str; 4] = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];
/// The version that goes with HTTP+SSE.
pub(super) const OLDEST: &str = "2024-11-05";

pub(super) const HEADER_MISMATCH: i64 = -32_020;
pub(super) const VERSION_UNKNOWN: i64 = -32_022;
pub(super) const METHOD_MISSING: i64 = -32_601;
const PARAMS_BAD: i64 = -32_602;
pub(super) const REQUEST_BAD: i64 = -32_600;

const META_VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const META_CLIENT: &str = "io.modelcontextprotocol/clientInfo";
const META_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";
pub(super) const META_SERVER: &str = "io.modelcontextprotocol/serverInfo";

/// How an endpoint was spoken to when it last went well: tried first the next time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Modern,
    Legacy,
    Stream,
}

impl Known {
    pub fn of(transport: Transport, era: Era) -> Self {
        match (transport, era) {
            (Transport::HttpSse, _) => Self::Stream,
            (Transport::StreamableHttp | Transport::Stdio, Era::Modern) => Self::Modern,
            (Transport::StreamableHttp | Transport::Stdio, Era::Legacy) => Self::Legacy,
        }
    }
}

/// One thing to ask, without the words of an era around it.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub method: &'static str,
    pub params: Map<String, Value>,
    /// What modern HTTP wants to see in the headers too.
    pub headers: HeaderMap,
}

impl Ask {
    fn new(method: &'static str, params: Value) -> Self {
        let params = match params {
            Value::Object(params) => params,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
        };
        Self { method, params, headers: HeaderMap::new() }
    }

    pub fn discover() -> Self {
        Self::new("server/discover", json!({}))
    }

    pub fn initialize(version: &str) -> Self {
        Self::new("initialize", json!({"protocolVersion": version, "capabilities": {}, "clientInfo": client()}))
    }

    pub fn initialized() -> Self {
        Self::new("notifications/initialized", json!({}))
    }

    /// A sign of life; the modern era has none.
    pub fn ping() -> Self {
        Self::new("ping", json!({}))
    }

    pub fn list(cursor: Option<&str>) -> Self {
        Self::new("tools/list", cursor.map_or_else(|| json!({}), |cursor| json!({ "cursor": cursor })))
    }

    pub fn call(tool: &str, args: &Value, headers: HeaderMap) -> Self {
        let mut ask = Self::new("tools/call", json!({"name": tool, "arguments": args}));
        ask.headers = headers;
        ask
    }

    pub fn is_a_call(&self) -> bool {
        self.method == "tools/call"
    }

    /// The message; one without an id is a notification.
    pub fn body(&self, era: Era, id: Option<u64>) -> Vec<u8> {
        let mut message = Map::new();
        message.insert("jsonrpc".into(), "2.0".into());
        if let Some(id) = id {
            message.insert("id".into(), id.into());
        }
        message.insert("method".into(), self.method.into());
        let mut params = self.params.clone();
        if era == Era::Modern {
            let meta = json!({META_VERSION: MODERN, META_CLIENT: client(), META_CAPABILITIES: {}});
            params.insert("_meta".into(), meta);
        }
        if id.is_some() || !params.is_empty() {
            message.insert("params".into(), Value::Object(params));
        }
        Value::Object(message).to_string().into_bytes()
    }
}

fn client() -> Value {
    json!({"name": "dogwatch", "version": env!("CARGO_PKG_VERSION")})
}

/// Text as the value of an `Mcp-` header: as it is if it is plain, else packed.
pub(super) fn header_text(text: &str) -> Option<HeaderValue> {
    use base64::Engine as _;
    let plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~')) && text.trim() == text;
    let looks_packed = text.starts_with("=?base64?") && text.ends_with("?=");
    if plain && !looks_packed {
        return HeaderValue::from_str(text).ok();
    }
    let packed = base64::engine::general_purpose::STANDARD.encode(text);
    HeaderValue::from_str(&format!("=?base64?{packed}?=")).ok()
}

/// The headers that a modern `tools/call` carries besides: the tool's name, and
/// each argument that the tool's schema binds to a header.
pub(super) fn call_headers(tool: &str, schema: &Value, args: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(name) = header_text(tool) {
        headers.insert(HeaderName::from_static("mcp-name"), name);
    }
    for (key, property) in schema.pointer("/inputSchema/properties").and_then(Value::as_object).into_iter().flatten() {
        let Some(suffix) = property.get("x-mcp-header").and_then(Value::as_str) else { continue };
        let text = match args.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(other @ (Value::Number(_) | Value::Bool(_))) => other.to_string(),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => continue,
        };
        let name = HeaderName::from_bytes(format!("mcp-param-{suffix}").as_bytes());
        if let (Ok(name), Some(value)) = (name, header_text(&text)) {
            headers.insert(name, value);
        }
    }
    headers
}

/// An error as JSON-RPC tells it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct RpcError {
    pub code: i64,
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub data: Value,
}

impl RpcError {
    /// The versions that the server says it speaks instead; empty if it says none.
    pub fn supported(&self) -> Vec<&str> {
        strings(self.data.get("supported").or_else(|| self.data.get("supportedVersions")))
    }

    /// Whether a server that has never heard of the modern era says it in this way.
    pub fn is_of_a_stranger_to_discover(&self) -> bool {
        matches!(self.code, METHOD_MISSING | PARAMS_BAD | REQUEST_BAD)
    }
}

/// The strings of a JSON array; empty if it is none.
pub(super) fn strings(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    id: Value,
    method: Option<IgnoredAny>,
    result: Option<Value>,
    error: Option<RpcError>,
}

/// Whether a message is this notification.
pub(super) fn is_notification(message: &[u8], name: &str) -> bool {
    #[derive(Deserialize)]
    struct Notification<'a> {
        method: &'a str,
        id: Option<IgnoredAny>,
    }
    serde_json::from_slice::<Notification<'_>>(message).is_ok_and(|said| said.id.is_none() && said.method == name)
}

/// What one message of the server is to whoever waits for the answer with one id.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// The answer.
    Result(Value),
    /// The answer: no.
    Error(RpcError),
    /// A notification, a request, or the answer to something else.
    Else,
    /// No JSON-RPC at all.
    Nonsense,
}

/// Reads one message. An error without an id is taken as the answer: a server
/// that could not read the request cannot know its id.
pub(super) fn hear(message: &[u8], id: u64) -> Heard {
    let message = message.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(message);
    let read = serde_json::from_slice(message).ok();
    let read = read.or_else(|| serde_json::from_slice(&without_lone_surrogates(message)?).ok());
    let Some(Envelope { id: theirs, method, result, error }) = read else {
        return Heard::Nonsense;
    };
    let ours = theirs == id || theirs.as_f64().is_some_and(|theirs| theirs.to_string() == id.to_string());
    match (method, error, result) {
        (None, Some(error), _) if ours || theirs.is_null() => Heard::Error(error),
        (None, None, Some(result)) if ours => Heard::Result(result),
        (Some(_), _, _) | (None, Some(_), _) | (None, None, Some(_)) => Heard::Else,
        (None, None, None) => Heard::Nonsense,
    }
}

/// Whether a message is JSON but for a number beyond what numbers can hold here.
pub(super) fn has_a_number_too_large(message: &[u8]) -> bool {
    let whole = without_lone_surrogates(message);
    // The reader of JSON tells what is wrong in words only.
    let read = serde_json::from_slice::<Value>(whole.as_deref().unwrap_or(message));
    read.is_err_and(|error| error.to_string().starts_with("number out of range"))
}

/// The message with U+FFFD in the place of each half of a pair: servers in JavaScript write one where they
/// cut a text in the middle of an emoji, and the clients read it. None if there is no such half.
fn without_lone_surrogates(message: &[u8]) -> Option<Vec<u8>> {
    let mut whole = message.to_vec();
    let mut mended = false;
    let mut at = 0;
    while at < whole.len() {
        if whole[at] != b'\\' {
            at += 1;
            continue;
        }
        // JSON has backslashes in its strings only, and each takes at least one letter with it.
        at += match (unit(&whole[at..]), whole.get(at + 6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                whole[at + 2..at + 6].copy_from_slice(b"fffd");
                mended = true;
                6
            }
            (Some(_), _) => 6,
            (None, _) => 2,
        };
    }
    mended.then_some(whole)
}

/// The number in an escape like `\ud83d` at the beginning of this; none if there is no such escape.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let all_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| all_hex)?;
    u16::from_str_radix(digits, 16).ok()
}
