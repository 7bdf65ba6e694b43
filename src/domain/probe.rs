//! What one probe of an MCP server saw: facts with their evidence, before any
//! judgement over time (see [`super::health`]).

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::text::Clean;

/// The steps of a probe, in their order; a later one is not tried when an earlier one failed, but for
/// [`Class::ends`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// L0: the configured health address answers well.
    Health,
    /// L1: the protocol, its version and the server's identity.
    Handshake,
    /// L2: the whole list of tools.
    Tools,
    /// L3: one configured tool call, end to end.
    Canary,
}

impl Level {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Health, Self::Handshake, Self::Tools, Self::Canary];

    /// The check's name on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Handshake => "handshake",
            Self::Tools => "tools",
            Self::Canary => "canary",
        }
    }
}

/// What a probe, or the sum of many, says of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// Every level that was run passed.
    Up,
    /// Alive, and not as it should be.
    Degraded,
    /// A client cannot use it.
    Down,
    /// Nothing can be said: throttled, never probed, too long ago.
    Unknown,
}

impl Condition {
    /// The word for it, on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Degraded => "degraded",
            Self::Down => "down",
            Self::Unknown => "unknown",
        }
    }
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// POST to one address; answers are JSON or a stream of events.
    StreamableHttp,
    /// The transport of 2024-11-05: answers come on a stream that a GET opened.
    #[serde(rename = "http+sse")]
    HttpSse,
    /// A child process, a line of JSON a message.
    Stdio,
}

impl Transport {
    /// The word for it, on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::StreamableHttp => "streamable-http",
            Self::HttpSse => "http+sse",
            Self::Stdio => "stdio",
        }
    }
}

/// Which sort of conversation a server understands; lists are compared within one era only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Era {
    /// 2026-07-28 on: every request stands alone.
    Modern,
    /// Up to 2025-11-25: `initialize` first.
    Legacy,
}

impl Era {
    /// The word for it, on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Modern => "modern",
            Self::Legacy => "legacy",
        }
    }
}

/// What sort of trouble it was; each is damped in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Nobody listens there, or there is no way.
    Refused,
    /// The name is not found.
    Dns,
    /// No trust: a wrong or expired certificate.
    Tls,
    /// No whole answer in time.
    Timeout,
    /// A 5xx.
    #[serde(rename = "http-5xx")]
    Http5xx,
    /// The connection or the stream ended before the answer.
    Cut,
    /// An answer that is none.
    BadReply,
    /// 404 that is no JSON-RPC, everywhere: the wrong path.
    NotFound,
    /// Led to another origin, or in circles.
    Redirect,
    /// 421, or a guard that refuses the Host or Origin.
    Misrouted,
    /// Another 4xx.
    #[serde(rename = "http-4xx")]
    Http4xx,
    /// A JSON-RPC error.
    RpcError,
    /// A page that had been read before.
    CursorCycle,
    /// More bytes, pages or tools than are read.
    TooLarge,
    /// The child process ended or cannot be started.
    Exited,
    /// 401 or 403.
    Auth,
    /// No version of the protocol in common.
    Incompatible,
    /// The tool call did not give what was expected.
    Canary,
    /// The tool does not say that it only reads, so it was not called.
    CanaryUnsafe,
    /// 429.
    Throttled,
    /// The health address says itself that nobody can use it.
    Unhealthy,
    /// The health address says itself that not all is well.
    Degraded,
    /// Nothing was asked: the configuration or missing trust does not allow it.
    NotAsked,
}

impl Class {
    /// All, in the order of the notes' table.
    pub const ALL: [Self; 23] = [
        Self::Refused,
        Self::Dns,
        Self::Tls,
        Self::Timeout,
        Self::Http5xx,
        Self::Cut,
        Self::BadReply,
        Self::NotFound,
        Self::Redirect,
        Self::Misrouted,
        Self::Http4xx,
        Self::RpcError,
        Self::CursorCycle,
        Self::TooLarge,
        Self::Exited,
        Self::Auth,
        Self::Incompatible,
        Self::Canary,
        Self::CanaryUnsafe,
        Self::Throttled,
        Self::Unhealthy,
        Self::Degraded,
        Self::NotAsked,
    ];

    /// The word for it, on screen, in JSON and in fingerprints.
    pub fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Dns => "dns",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Http5xx => "http-5xx",
            Self::Cut => "cut",
            Self::BadReply => "bad-reply",
            Self::NotFound => "not-found",
            Self::Redirect => "redirect",
            Self::Misrouted => "misrouted",
            Self::Http4xx => "http-4xx",
            Self::RpcError => "rpc-error",
            Self::CursorCycle => "cursor-cycle",
            Self::TooLarge => "too-large",
            Self::Exited => "exited",
            Self::Auth => "auth",
            Self::Incompatible => "incompatible",
            Self::Canary => "canary",
            Self::CanaryUnsafe => "canary-unsafe",
            Self::Throttled => "throttled",
            Self::Unhealthy => "unhealthy",
            Self::Degraded => "degraded",
            Self::NotAsked => "not-asked",
        }
    }

    /// What one failure of this sort says of the endpoint.
    pub fn condition(self) -> Condition {
        match self {
            Self::Refused
            | Self::Dns
            | Self::Tls
            | Self::Timeout
            | Self::Http5xx
            | Self::Cut
            | Self::BadReply
            | Self::NotFound
            | Self::Redirect
            | Self::Misrouted
            | Self::Http4xx
            | Self::RpcError
            | Self::CursorCycle
            | Self::TooLarge
            | Self::Exited
            | Self::Unhealthy => Condition::Down,
            Self::Auth | Self::Incompatible | Self::Canary | Self::CanaryUnsafe | Self::Degraded => Condition::Degraded,
            Self::Throttled | Self::NotAsked => Condition::Unknown,
        }
    }

    /// Whether a failure of this sort keeps the levels above from being tried. What is alive by its health
    /// address, and no more than not well, may do its work all the same.
    pub fn ends(self, level: Level) -> bool {
        level != Level::Health || self.condition() != Condition::Degraded
    }
}

/// Why a check did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What sort of trouble.
    pub class: Class,
    /// One sentence for people, with a remedy where there is one.
    pub message: Clean,
    /// The HTTP status; none if there was no answer.
    pub http_status: Option<u16>,
    /// The code of a JSON-RPC error; none if there was none.
    pub rpc_code: Option<i64>,
    /// How long the server asks to be left alone.
    pub retry_after: Option<Duration>,
    /// The tool that was called; for the canary only.
    pub tool: Option<Clean>,
}

impl Failure {
    /// Trouble without a status or a code. The message is cleaned.
    pub fn new(class: Class, message: &str) -> Self {
        Self { class, message: Clean::line(message), http_status: None, rpc_code: None, retry_after: None, tool: None }
    }
}

/// How one level went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Which.
    pub level: Level,
    /// How long it took, all requests of it together.
    pub took: Duration,
    /// Why it did not pass; none if it did.
    pub failure: Option<Failure>,
    /// A word on what was seen: a health word, lint of the tool list, the canary's answer; empty if nothing is to be said.
    pub detail: Clean,
    /// Where the time went, over HTTP; of the last request of the level.
    pub phases: Option<Phases>,
    /// What the server said, for whoever looks into it.
    pub evidence: Evidence,
}

/// Where the time of one request went; what cannot be told apart is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Phases {
    /// Looking up the name.
    pub dns: Option<Duration>,
    /// The connection: TCP, and TLS with it where `tls` does not tell it apart.
    pub connect: Option<Duration>,
    /// The TLS handshake.
    pub tls: Option<Duration>,
    /// From the request to the first byte of the answer.
    pub ttfb: Option<Duration>,
    /// All of it.
    pub total: Duration,
}

/// What a server said: never a token, a cookie or a session id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// Of the telling headers (content-type, retry-after, www-authenticate,
    /// server, x-correlation-id) those that came, in this order.
    pub headers: Vec<(String, Clean)>,
    /// The message of a JSON-RPC error.
    pub rpc_message: Option<Clean>,
    /// The first 512 bytes of a body that was not understood or not well.
    pub body: Option<Clean>,
    /// The last 4 KiB that a child process wrote to stderr.
    pub last_words: Option<Clean>,
    /// What the canary was called with, and what it answered.
    pub canary: Option<(Clean, Clean)>,
}

/// Who a server says it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Server {
    /// Its name.
    pub name: Clean,
    /// Its version, in its own spelling.
    pub version: Clean,
}

/// What the tools check read: the list as it came, page after page.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolList {
    /// The elements of `tools`, in the server's order, as they came: not cleaned.
    pub tools: Vec<Value>,
}

/// Everything that one probe of one endpoint saw.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How it was spoken to; none if that was not found out.
    pub transport: Option<Transport>,
    /// In which era; none if that was not found out.
    pub era: Option<Era>,
    /// The version of the protocol that was agreed on.
    pub protocol_version: Option<Clean>,
    /// Who answered.
    pub server: Option<Server>,
    /// What the server tells agents about itself; not cleaned.
    pub instructions: Option<String>,
    /// The tools; none if the list was not read whole, empty if the server has no tools.
    pub tools: Option<ToolList>,
    /// Where the credential for it was found, in words; none if it was asked without one.
    pub credential: Option<Clean>,
    /// Whether the server has said since the last probe that its list of tools is another one.
    pub list_changed: bool,
    /// The levels that were tried, in order.
    pub checks: Vec<Check>,
}

impl Report {
    /// A report of an endpoint of which nothing is known yet.
    pub fn empty() -> Self {
        Self {
            transport: None,
            era: None,
            protocol_version: None,
            server: None,
            instructions: None,
            tools: None,
            credential: None,
            list_changed: false,
            checks: Vec::new(),
        }
    }

    /// The first failure, in the order of the levels; none if all that was tried passed.
    pub fn failure(&self) -> Option<(Level, &Failure)> {
        self.checks.iter().find_map(|check| Some((check.level, check.failure.as_ref()?)))
    }

    /// What this probe alone says; drift is not in it.
    pub fn condition(&self) -> Condition {
        let mut conditions = self.checks.iter().filter_map(|check| Some(check.failure.as_ref()?.class.condition()));
        match conditions.next() {
            Some(_) if conditions.any(|later| later == Condition::Down) => Condition::Down,
            Some(first) => first,
            None if self.checks.is_empty() => Condition::Unknown,
            None => Condition::Up,
        }
    }

    /// How long the slowest way to an answer took: all levels together; none if nothing was tried.
    pub fn latency(&self) -> Option<Duration> {
        (!self.checks.is_empty()).then(|| self.checks.iter().map(|check| check.took).sum())
    }
}
