//! Who is there, and in which era: the handshake over HTTP.
//!
//! The modern question goes first. What says "I do not know this" leads to the
//! older ways, one by one; what says nothing about the era (no answer, no
//! right, no health) ends it.

use serde_json::Value;

use super::line::{HttpLine, Renewal};
use super::message::{
    Ask, HEADER_MISMATCH, Known, LEGACY, META_SERVER, MODERN, OLDEST, RpcError, VERSION_UNKNOWN, strings,
};
use super::reply::{Reply, Said};
use super::trouble::{Fallible, Trouble};
use crate::domain::probe::{Class, Era, Server, Transport};
use crate::domain::text::Clean;

/// What a handshake found out.
#[derive(Debug, Clone)]
pub(super) struct Greeting {
    pub transport: Transport,
    pub era: Era,
    pub version: String,
    pub server: Option<Server>,
    pub instructions: Option<String>,
    pub tools: Offer,
}

/// Whether a server says that it has tools at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    Tools,
    Nothing,
}

impl Greeting {
    pub fn read(result: &Value, transport: Transport, era: Era, version: &str) -> Self {
        let server = result.get("_meta").and_then(|meta| meta.get(META_SERVER)).or_else(|| result.get("serverInfo"));
        let word = |server: &Value, key: &str| Clean::line(server.get(key).and_then(Value::as_str).unwrap_or_default());
        let has_tools = result.pointer("/capabilities/tools").is_some_and(|tools| !tools.is_null());
        Self {
            transport,
            era,
            version: version.to_owned(),
            server: server.map(|server| Server { name: word(server, "name"), version: word(server, "version") }),
            instructions: result.get("instructions").and_then(Value::as_str).map(str::to_owned),
            tools: if has_tools { Offer::Tools } else { Offer::Nothing },
        }
    }
}

/// Where an answer to the modern question leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Modern,
    Legacy,
    NothingInCommon,
    /// It says nothing about the era.
    Stop,
}

/// Judges the versions that a server says it speaks; none said is no objection to ours.
fn by_versions(versions: &[&str]) -> Way {
    if versions.is_empty() || versions.contains(&MODERN) {
        Way::Modern
    } else if versions.iter().any(|version| LEGACY.contains(version)) {
        Way::Legacy
    } else {
        Way::NothingInCommon
    }
}

/// Judges the result of the modern question; what does not look like one says nothing.
fn by_discovery(result: &Value) -> Way {
    match result.get("supportedVersions") {
        Some(Value::Array(versions)) if versions.is_empty() => Way::NothingInCommon,
        Some(Value::Array(versions)) if versions.iter().all(Value::is_string) => {
            by_versions(&strings(result.get("supportedVersions")))
        }
        None | Some(Value::Null) if result.get("capabilities").is_some_and(Value::is_object) => Way::Modern,
        None | Some(_) => Way::Stop,
    }
}

/// Where the answer to the modern question leads, by its status (200 where there is no HTTP).
pub(super) fn way(status: u16, said: &Said) -> Way {
    match (status, said) {
        (200..=299, Said::Result(result)) => by_discovery(result),
        (200..=299 | 400, Said::Error(error)) if (VERSION_UNKNOWN..=HEADER_MISMATCH).contains(&error.code) => {
            match by_versions(&error.supported()) {
                Way::Modern if error.code == VERSION_UNKNOWN => Way::NothingInCommon,
                Way::Modern => Way::Stop,
                other => other,
            }
        }
        (400 | 404 | 405, _) => Way::Legacy,
        (200..=299, Said::Error(error)) if error.is_of_a_stranger_to_discover() => Way::Legacy,
        (_, Said::Result(_) | Said::Error(_) | Said::Nothing | Said::Strange { .. }) => Way::Stop,
    }
}

/// The version that `initialize` has led to.
pub(super) fn agreed(result: &Value) -> Fallible<&str> {
    let version = result.get("protocolVersion").and_then(Value::as_str).filter(|version| !version.is_empty());
    let version = version.ok_or_else(|| Trouble::bad_reply("the answer to initialize names no protocolVersion"))?;
    if LEGACY.contains(&version) { Ok(version) } else { Err(nothing_in_common(&[version])) }
}

pub(super) fn nothing_in_common(theirs: &[&str]) -> Box<Trouble> {
    let theirs = if theirs.is_empty() { "none that it names".to_owned() } else { theirs.join(", ") };
    let message = format!("no version of the protocol in common: it speaks {theirs}; this speaks {MODERN} and older");
    Trouble::new(Class::Incompatible, &message)
}

fn without_a_version(first: &Reply) -> Box<Trouble> {
    let versions: Vec<&str> = match &first.said {
        Said::Result(result) => strings(result.get("supportedVersions")),
        Said::Error(error) => error.supported(),
        Said::Nothing | Said::Strange { .. } => Vec::new(),
    };
    let mut trouble = nothing_in_common(&versions);
    trouble.failure.http_status = Some(first.status);
    if let Said::Error(error) = &first.said {
        trouble.failure.rpc_code = Some(error.code);
        trouble.evidence.rpc_message = Some(Clean::line(&error.message));
    }
    trouble
}

/// What came of `initialize`.
enum Turn {
    Met(Greeting),
    /// Not there, or not in this way.
    Elsewhere,
}

impl HttpLine {
    /// The handshake, beginning with what went well the last time.
    pub async fn greet(&mut self, known: Option<Known>) -> Fallible<Greeting> {
        match known {
            Some(Known::Stream) => {
                if let Some(greeting) = self.greet_on_stream().await? {
                    return Ok(greeting);
                }
            }
            Some(Known::Legacy) => match self.initialize().await? {
                Turn::Met(greeting) => return Ok(greeting),
                Turn::Elsewhere => {}
            },
            Some(Known::Modern) | None => {}
        }
        let first = self.post(&Ask::discover(), Era::Modern).await?;
        match way(first.status, &first.said) {
            Way::Modern => {
                let result = self.judge(first).await?;
                Ok(Greeting::read(&result, Transport::StreamableHttp, Era::Modern, MODERN))
            }
            Way::Legacy => self.greet_in_the_old_way(first).await,
            Way::NothingInCommon => Err(without_a_version(&first)),
            Way::Stop => {
                let failed = self.judge(first).await.err();
                Err(failed.unwrap_or_else(|| Trouble::bad_reply("the answer to server/discover is of no use")))
            }
        }
    }

    async fn greet_in_the_old_way(&mut self, first: Reply) -> Fallible<Greeting> {
        if let Turn::Met(greeting) = self.initialize().await? {
            return Ok(greeting);
        }
        if let Some(greeting) = self.greet_on_stream_if_any().await? {
            return Ok(greeting);
        }
        let failed = self.judge(first).await.err();
        Err(failed.unwrap_or_else(|| nothing_in_common(&[])))
    }

    /// Opens a session, and once more if the server loses it at once.
    async fn initialize(&mut self) -> Fallible<Turn> {
        let turn = self.try_initialize().await;
        match turn {
            Err(trouble) if self.has_lost_its_session(&trouble) => {
                self.renewal = Renewal::Used;
                self.try_initialize().await
            }
            turn => turn,
        }
    }

    async fn try_initialize(&mut self) -> Fallible<Turn> {
        self.step_out();
        let mut reply = self.post(&Ask::initialize(LEGACY[0]), Era::Legacy).await?;
        if let Said::Error(error) = &reply.said
            && let Some(version) = older(error)?
        {
            reply = self.post(&Ask::initialize(version), Era::Legacy).await?;
        }
        if matches!(reply.status, 400 | 404 | 405) {
            return Ok(Turn::Elsewhere);
        }
        let result = self.judge(reply).await?;
        let version = agreed(&result)?;
        let greeting = Greeting::read(&result, Transport::StreamableHttp, Era::Legacy, version);
        self.enter(version);
        self.notify(&Ask::initialized()).await?;
        Ok(Turn::Met(greeting))
    }

    /// After a session was lost: another one, on this line, once.
    pub async fn renew(&mut self) -> Fallible<()> {
        self.renewal = Renewal::Used;
        match self.try_initialize().await? {
            Turn::Met(_) => Ok(()),
            Turn::Elsewhere => Err(Trouble::new(Class::NotFound, "the session was lost, and no other is given")),
        }
    }

    /// Whatever keeps a stream from opening only means that there is none; once it is open, it counts.
    async fn greet_on_stream_if_any(&mut self) -> Fallible<Option<Greeting>> {
        match tokio::time::timeout(self.patience.level / 2, self.open_stream()).await {
            Ok(Ok(Some(()))) => self.meet_on_stream().await.map(Some),
            Ok(Err(trouble)) if trouble.class() == Class::Redirect && trouble.failure.http_status.is_none() => {
                Err(trouble)
            }
            Ok(Ok(None) | Err(_)) | Err(_) => Ok(None),
        }
    }

    async fn greet_on_stream(&mut self) -> Fallible<Option<Greeting>> {
        match self.open_stream().await? {
            Some(()) => self.meet_on_stream().await.map(Some),
            None => Ok(None),
        }
    }

    async fn meet_on_stream(&mut self) -> Fallible<Greeting> {
        let result = self.ask_stream(&Ask::initialize(OLDEST)).await?;
        let version = agreed(&result)?;
        let greeting = Greeting::read(&result, Transport::HttpSse, Era::Legacy, version);
        self.enter(version);
        self.notify_stream(&Ask::initialized()).await?;
        Ok(greeting)
    }
}

/// The version to try instead, where a server refuses one and names others.
fn older(error: &RpcError) -> Fallible<Option<&'static str>> {
    let theirs = error.supported();
    if theirs.is_empty() {
        return Ok(None);
    }
    let common = LEGACY.into_iter().find(|version| theirs.contains(version));
    common.map(Some).ok_or_else(|| nothing_in_common(&theirs))
}
