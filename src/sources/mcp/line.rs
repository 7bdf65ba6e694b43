//! The line to one server over HTTP, for the length of one probe.
//!
//! Whatever happens on it, a session that the server has opened is ended again:
//! a server that keeps them would run full of us.

use std::time::Instant;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use url::Url;

use super::auth;
use super::clock::watched;
use super::message::{Ask, LEGACY, METHOD_MISSING, MODERN, REQUEST_BAD};
use super::patience::{HOPS, Patience};
use super::reply::{Reply, beginning, read, telling};
use super::shared::by_proxy;
use super::stream::Stream;
use super::trouble::{Cover, Fallible, Trouble, broken};
use crate::config::host_and_port;
use crate::domain::probe::{Class, Era, Phases};
use crate::domain::text::Clean;

const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
/// A server that gives out more of them on one line does not mean sessions.
const SESSIONS: usize = 8;
const SESSION_UNKNOWN: i64 = -32_000;

/// What the last request on a line has seen so far, also if it never ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    pub status: Option<u16>,
    pub headers: Vec<(String, Clean)>,
    pub phases: Phases,
}

/// An address, who asks there, and with what.
#[derive(Debug, Clone)]
pub(super) struct Address {
    pub client: reqwest::Client,
    pub url: Url,
    pub bearer: Option<HeaderValue>,
}

/// Whether a session that was lost has been replaced already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renewal {
    Unused,
    Used,
}

pub(super) struct HttpLine {
    pub address: Address,
    pub patience: Patience,
    pub seen: Seen,
    /// The version that goes into the headers of legacy requests.
    pub version: Option<HeaderValue>,
    /// What the handshake has settled on.
    pub era: Era,
    /// The bytes of the last answer.
    pub size: usize,
    pub stream: Option<Stream>,
    pub renewal: Renewal,
    /// What the metadata of the protected resource say, empty if nothing; none while they have not been read.
    pub resource: Option<String>,
    session: Option<HeaderValue>,
    /// The session that came with the last answer.
    given: Option<HeaderValue>,
    opened: Vec<HeaderValue>,
    ids: u64,
}

impl HttpLine {
    pub fn new(address: Address, patience: Patience) -> Self {
        Self {
            address,
            patience,
            seen: Seen::default(),
            version: None,
            era: Era::Modern,
            size: 0,
            stream: None,
            renewal: Renewal::Unused,
            resource: None,
            session: None,
            given: None,
            opened: Vec::new(),
            ids: 0,
        }
    }

    pub fn id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// Asks in the words of this era and reads the answer to its end.
    pub async fn post(&mut self, ask: &Ask, era: Era) -> Fallible<Reply> {
        let id = self.id();
        let began = Instant::now();
        let response = self.head(ask, era, Some(id)).await?;
        let reply = read(response, id, self.patience.explanation).await;
        self.seen.phases.total = began.elapsed();
        reply
    }

    /// Says something that has no answer.
    pub async fn notify(&mut self, ask: &Ask) -> Fallible<()> {
        let response = self.head(ask, Era::Legacy, None).await?;
        if response.status().is_success() {
            if response.content_length().is_some() {
                // Read, so that the connection can be used again.
                beginning(response, self.patience.explanation).await;
            }
            return Ok(());
        }
        let reply = read(response, 0, self.patience.explanation).await?;
        self.judge(reply).await.map(|_| ())
    }

    /// The result of an answer; a refusal for want of a credential is looked into.
    pub async fn judge(&mut self, reply: Reply) -> Fallible<Value> {
        let mute = reply.challenge.is_mute();
        let mut trouble = match reply.judge() {
            Ok(result) => return Ok(result),
            Err(trouble) => trouble,
        };
        if trouble.class() == Class::Auth
            && mute
            && let Some(words) = self.metadata().await
        {
            trouble.failure.message = Clean::line(&format!("{}; {words}", trouble.failure.message.as_str()));
        }
        Err(trouble)
    }

    async fn head(&mut self, ask: &Ask, era: Era, id: Option<u64>) -> Fallible<reqwest::Response> {
        let mut headers = ask_headers();
        match era {
            Era::Modern => {
                headers.insert(VERSION, HeaderValue::from_static(MODERN));
                headers.insert(METHOD, HeaderValue::from_static(ask.method));
                headers.extend(ask.headers.clone());
            }
            Era::Legacy => self.mark(&mut headers),
        }
        self.seen = Seen::default();
        let sent = Sending::message(ask, headers, ask.body(era, id));
        let response = self.address.send(sent, &mut self.seen).await?;
        self.given = response.headers().get(SESSION).cloned();
        if let Some(session) = self.given.as_ref().filter(|session| !self.opened.contains(session))
            && self.opened.len() < SESSIONS
        {
            self.opened.push(session.clone());
        }
        Ok(response)
    }

    /// Puts on what a session wants to see.
    fn mark(&self, headers: &mut HeaderMap) {
        if let Some(version) = &self.version {
            headers.insert(VERSION, version.clone());
        }
        if let Some(session) = &self.session {
            headers.insert(SESSION, session.clone());
        }
    }

    /// Makes the session that came with the last answer the one that is used.
    pub fn enter(&mut self, version: &str) {
        self.version = HeaderValue::from_str(version).ok();
        self.session = self.given.clone();
    }

    /// Forgets the session, but not that it is to be ended.
    pub fn step_out(&mut self) {
        self.version = None;
        self.session = None;
    }

    /// Whether this says that the server does not know our session any more, and nothing else.
    pub fn has_lost_its_session(&self, trouble: &Trouble) -> bool {
        let lost = match (trouble.failure.http_status, trouble.failure.rpc_code) {
            (Some(404), code) => code != Some(METHOD_MISSING),
            (Some(400), Some(SESSION_UNKNOWN | REQUEST_BAD)) => true,
            _ => false,
        };
        lost && self.session.is_some() && self.renewal == Renewal::Unused
    }

    /// Opens a stream of events at the endpoint's address.
    pub async fn listen(&mut self) -> Fallible<reqwest::Response> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        self.seen = Seen::default();
        self.address.send(Sending::look(headers), &mut self.seen).await
    }

    /// What the server's metadata say about credentials; asked for once.
    async fn metadata(&mut self) -> Option<String> {
        if self.resource.is_none() {
            let asking = read_metadata(&self.address, self.patience);
            let read = tokio::time::timeout(self.patience.explanation, asking).await;
            self.resource = Some(read.ok().flatten().unwrap_or_default());
        }
        self.resource.clone().filter(|words| !words.is_empty())
    }

    /// Every secret that the server gave us on this line.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        let streams = self.stream.iter().flat_map(Stream::secrets);
        self.opened.iter().filter_map(|session| session.to_str().ok()).chain(streams)
    }

    /// Ends what was opened, within the time for it; what the server says to that does not matter.
    pub async fn farewell(&mut self) {
        self.stream = None;
        let goodbyes = self.goodbyes();
        if !goodbyes.is_empty() {
            say(self.address.clone(), goodbyes, self.patience).await;
        }
    }

    fn goodbyes(&mut self) -> Vec<HeaderMap> {
        let version = self.version.clone().unwrap_or_else(|| HeaderValue::from_static(LEGACY[0]));
        let goodbye = |session| HeaderMap::from_iter([(SESSION, session), (VERSION, version.clone())]);
        std::mem::take(&mut self.opened).into_iter().map(goodbye).collect()
    }
}

impl Drop for HttpLine {
    /// A probe that is given up half way leaves no session behind either.
    fn drop(&mut self) {
        let goodbyes = self.goodbyes();
        if !goodbyes.is_empty()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(say(self.address.clone(), goodbyes, self.patience));
        }
    }
}

async fn say(address: Address, goodbyes: Vec<HeaderMap>, patience: Patience) {
    let saying = async {
        for headers in goodbyes {
            let mut nobody = Seen::default();
            let sent = Sending { method: Method::DELETE, headers, body: Vec::new(), repeat: Repeat::Harmless };
            if let Ok(response) = address.send(sent, &mut nobody).await {
                // Read, so that the connection can be used again.
                beginning(response, patience.explanation).await;
            }
        }
    };
    let _late = tokio::time::timeout(patience.farewell, saying).await;
}

async fn read_metadata(address: &Address, patience: Patience) -> Option<String> {
    for url in auth::metadata_urls(&address.url) {
        let there = Address { url, bearer: None, client: address.client.clone() };
        let sent = Sending::look(HeaderMap::new());
        let response = there.send(sent, &mut Seen::default()).await.ok()?;
        if response.status().is_success() {
            return auth::metadata(&beginning(response, patience.explanation).await);
        }
    }
    None
}

/// What every message says of itself.
pub(super) fn ask_headers() -> HeaderMap {
    HeaderMap::from_iter([
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (ACCEPT, HeaderValue::from_static("application/json, text/event-stream")),
    ])
}

/// One request, as often as a redirect wants to see it.
pub(super) struct Sending {
    method: Method,
    headers: HeaderMap,
    body: Vec<u8>,
    repeat: Repeat,
}

/// Whether a request may be sent again when nobody knows if it has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repeat {
    Harmless,
    Never,
}

impl Sending {
    /// A message of JSON-RPC; only the call of a tool does something.
    pub fn message(ask: &Ask, headers: HeaderMap, body: Vec<u8>) -> Self {
        let repeat = if ask.is_a_call() { Repeat::Never } else { Repeat::Harmless };
        Self { method: Method::POST, headers, body, repeat }
    }

    pub fn look(headers: HeaderMap) -> Self {
        Self { method: Method::GET, headers, body: Vec::new(), repeat: Repeat::Harmless }
    }
}

impl Address {
    /// Sends it and waits for the head of the answer. Follows 307 and 308
    /// within the origin; no other redirect, and never to somebody else.
    pub async fn send(&self, sent: Sending, seen: &mut Seen) -> Fallible<reqwest::Response> {
        let mut url = self.url.clone();
        for _ in 0..=HOPS {
            let response = self.arrive(&url, &sent, seen).await?;
            if !matches!(response.status().as_u16(), 307 | 308) {
                return Ok(response);
            }
            url = self.next(&url, &response).map_err(|why| astray(seen, why))?;
        }
        Err(astray(seen, "it redirects in circles"))
    }

    /// Sends it; again, if the connection was an old one: the server may have
    /// closed it just then, and that is no fault of anybody.
    async fn arrive(&self, url: &Url, sent: &Sending, seen: &mut Seen) -> Fallible<reqwest::Response> {
        match self.once(url, sent, seen).await {
            Err(trouble)
                if trouble.class() == Class::Cut
                    && seen.phases.connect.is_none()
                    && sent.repeat == Repeat::Harmless =>
            {
                self.once(url, sent, seen).await
            }
            sent => sent,
        }
    }

    async fn once(&self, url: &Url, sent: &Sending, seen: &mut Seen) -> Fallible<reqwest::Response> {
        let mut request = self.client.request(sent.method.clone(), url.clone()).headers(sent.headers.clone());
        if !sent.body.is_empty() {
            request = request.body(sent.body.clone());
        }
        if let Some(bearer) = &self.bearer {
            request = request.header(AUTHORIZATION, bearer.clone());
        }
        let cover = if url.scheme() == "https" { Cover::Tls } else { Cover::Plain };
        let began = Instant::now();
        let (answer, arrival) = watched(request.send()).await;
        seen.phases.dns = arrival.dns;
        let connected = arrival.connected.map(|whole| whole.saturating_sub(arrival.dns.unwrap_or_default()));
        seen.phases.connect = connected;
        seen.phases.total = began.elapsed();
        let response = answer.map_err(|error| {
            let mut trouble = broken(&error, cover, &host_and_port(url));
            let message = format!("{}{}", trouble.failure.message.as_str(), by_proxy(url));
            trouble.failure.message = Clean::line(&message);
            trouble
        })?;
        seen.phases.ttfb = Some(began.elapsed());
        seen.status = Some(response.status().as_u16());
        seen.headers = telling(response.headers());
        Ok(response)
    }

    /// Where a redirect leads, or why it is not followed.
    fn next(&self, url: &Url, response: &reqwest::Response) -> Result<Url, &'static str> {
        let to = response.headers().get(LOCATION).ok_or("it redirects and names no address to go to (no Location)")?;
        let next = to.to_str().ok().and_then(|to| url.join(to).ok());
        let next = next.ok_or("it redirects to something that is no address")?;
        if next.origin() != self.url.origin() {
            return Err("it redirects to another origin, which is not followed; write the address it leads to");
        }
        if self.names_another_user(&next) {
            return Err("it redirects to an address with a user or a password, which is not followed");
        }
        Ok(next)
    }

    /// Whether an address that the server gives would have us say that we are somebody else.
    pub fn names_another_user(&self, there: &Url) -> bool {
        let own = (self.url.username(), self.url.password());
        let theirs = (there.username(), there.password());
        theirs != ("", None) && theirs != own
    }
}

fn astray(seen: &Seen, why: &str) -> Box<Trouble> {
    let mut trouble = Trouble::new(Class::Redirect, why);
    trouble.failure.http_status = seen.status;
    trouble
}
