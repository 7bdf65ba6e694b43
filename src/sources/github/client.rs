//! One call, one request on the wire.
//!
//! octocrab carries the requests, with everything left out that would send
//! one twice: no retry, no redirect, no cache. So what the journal calls one
//! attempt is one attempt. The token goes to the base's origin and nowhere
//! else; an answer has an end, in time and in bytes.

use std::error::Error as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderValue, Request, Uri};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use octocrab::service::middleware::auth_header::AuthHeaderLayer;
use octocrab::service::middleware::base_uri::BaseUriLayer;
use octocrab::service::middleware::reqwest_connector::ReqwestConnector;
use octocrab::{AuthState, Octocrab, OctocrabBuilder};
use url::Url;

use super::answer::Answer;
use super::budget::Budget;
use super::target::{GithubTarget, Patience};
use super::trouble::Trouble;
use crate::config::{host_and_port, is_loopback};
use crate::domain::text::Clean;
use crate::sources::tokens::Token;

/// The most bytes of one answer, unpacked.
pub const MOST_BYTES: usize = 16 << 20;
/// How often a read follows a redirect.
const HOPS: usize = 3;
/// Constant, because an `ETag` is only good for one of these.
const ACCEPT: &str = "application/vnd.github+json, application/json;q=0.9";
const API_VERSION: &str = "2022-11-28";

/// A GitHub, with a token for it.
#[derive(Clone)]
pub struct Client {
    octocrab: Octocrab,
    http: reqwest::Client,
    base: Url,
    token: Token,
    budget: Arc<Mutex<Option<Budget>>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("base", &self.base.as_str()).field("token", &self.token).finish_non_exhaustive()
    }
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub enum Unbuilt {
    /// A token would go out in the clear.
    #[error("{0}: plain http is for this machine only; write https")]
    PlainHttp(String),
    /// Not an address that can be asked.
    #[error("{0} is no base of a GitHub API; write https://HOST/api/v3")]
    NoBase(String),
    /// The certificates cannot be used.
    #[error("cannot use the certificates of {file}: {reason}")]
    Certificates {
        /// The `ca_file`.
        file: String,
        /// Why.
        reason: String,
    },
    /// The HTTP client cannot be set up.
    #[error("cannot set up HTTPS: {0}")]
    Http(String),
}

impl Client {
    /// A client for the target's host. Call it inside the runtime.
    ///
    /// # Errors
    ///
    /// [`Unbuilt`] for an address or certificates that only another configuration mends.
    pub fn new(target: &GithubTarget, token: Token) -> Result<Self, Unbuilt> {
        let base = base_of(&target.api)?;
        let uri: Uri = base.as_str().parse().map_err(|_| Unbuilt::NoBase(base.to_string()))?;
        let http = http(&base, target.patience, target.ca_file.as_deref())?;
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.reveal()))
            .map_err(|_| Unbuilt::Http("the token holds what no header can carry".to_owned()))?;
        bearer.set_sensitive(true);
        let octocrab = OctocrabBuilder::new_empty()
            .with_service(ReqwestConnector::new(http.clone()))
            .with_layer(&BaseUriLayer::new(uri.clone()))
            .with_layer(&AuthHeaderLayer::new(Some(bearer), uri.clone(), uri))
            .with_auth(AuthState::None)
            .build()
            .unwrap_or_else(|never| match never {});
        Ok(Self { octocrab, http, base, token, budget: Arc::default() })
    }

    /// The host as pacing and the journal know it.
    pub fn host(&self) -> String {
        host_and_port(&self.base)
    }

    /// The token that is used.
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// Says which token and which form of answers an `ETag` was given for.
    pub fn etag_mark(&self) -> String {
        self.token.mark(&format!("dogwatch etag {} {ACCEPT} {API_VERSION}", self.host()))
    }

    /// The primary limit, as the last answer told it; none before the first.
    pub fn budget(&self) -> Option<Budget> {
        *self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The address of this path (which begins with a slash) below the base.
    ///
    /// # Errors
    ///
    /// [`Trouble::Refused`] for what is no path.
    pub fn url(&self, path: &str) -> Result<Url, Trouble> {
        let base = self.base.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{path}")).map_err(|_| Trouble::Refused(Clean::line("the address cannot be built")))
    }

    /// Whether the token may go to this address.
    pub fn is_ours(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }

    /// Reads, and follows up to three redirects within the origin.
    ///
    /// # Errors
    ///
    /// [`Trouble`], by what can be done about it.
    pub async fn get(&self, url: &Url) -> Result<Answer, Trouble> {
        self.get_unless(url, None).await
    }

    /// Reads, unless it still bears this `ETag`: then the answer is a 304.
    ///
    /// # Errors
    ///
    /// [`Trouble`], by what can be done about it.
    pub async fn get_unless(&self, url: &Url, etag: Option<&str>) -> Result<Answer, Trouble> {
        let mut at = url.clone();
        for _ in 0..=HOPS {
            let mut request = Request::get(at.as_str());
            if let Some(etag) = etag {
                request = request.header(http::header::IF_NONE_MATCH, etag);
            }
            let request = request.body(String::new()).map_err(unsendable)?;
            match self.carry(request).await?.judged(self) {
                Err(Trouble::Moved { to: Some(to) }) => at = to,
                other => return other,
            }
        }
        Err(Trouble::Refused(Clean::line("redirected too often")))
    }

    /// Sends this one request once, and says whatever the answer was.
    ///
    /// # Errors
    ///
    /// [`Trouble::NotSent`] or [`Trouble::Unknown`]; every status is an answer.
    pub(crate) async fn carry(&self, mut request: Request<String>) -> Result<Answer, Trouble> {
        let url = Url::parse(&request.uri().to_string()).ok().filter(|url| self.is_ours(url));
        let Some(url) = url else {
            return Err(Trouble::Refused(Clean::line("that address is on another host; nothing was sent")));
        };
        let headers = request.headers_mut();
        headers.insert(http::header::ACCEPT, HeaderValue::from_static(ACCEPT));
        headers.insert("x-github-api-version", HeaderValue::from_static(API_VERSION));
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let reply = self.octocrab.execute(request).await.map_err(|error| self.unanswered(&error))?;
        let (parts, body) = reply.into_parts();
        let mut answer = Answer::new(parts.status, parts.headers, url);
        self.note(&answer);
        let body = Limited::new(body, MOST_BYTES).collect().await.map_err(|error| {
            let why = if error.is::<LengthLimitError>() {
                format!("the answer has more than {} MiB", MOST_BYTES >> 20)
            } else {
                "the answer broke off in the middle".to_owned()
            };
            self.unknown(&why, answer.request_id())
        })?;
        answer.body = body.to_bytes().to_vec();
        Ok(answer)
    }

    /// The same way out, with the same certificates and patience, that knows no token: for what lies on other hosts.
    pub(crate) fn without_token(&self) -> &reqwest::Client {
        &self.http
    }

    /// The text as it may be shown: without the token, without what a terminal obeys, on one line.
    pub fn clean(&self, text: &str) -> Clean {
        Clean::line(&self.token.redact(text))
    }

    fn note(&self, answer: &Answer) {
        if let Some(budget) = answer.budget() {
            *self.budget.lock().unwrap_or_else(PoisonError::into_inner) = Some(budget);
        }
    }

    fn unknown(&self, reason: &str, request_id: Option<Clean>) -> Trouble {
        Trouble::Unknown { reason: self.clean(&format!("{}: {reason}", self.host())), request_id }
    }

    fn unanswered(&self, error: &octocrab::Error) -> Trouble {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
        let mut deepest = String::new();
        let (mut connecting, mut late) = (false, false);
        while let Some(this) = cause {
            if let Some(http) = this.downcast_ref::<reqwest::Error>() {
                connecting |= http.is_connect() || http.is_builder();
                late |= http.is_timeout();
            }
            deepest = this.to_string();
            cause = this.source();
        }
        let host = self.host();
        match (connecting, late) {
            (true, true) => Trouble::NotSent(self.clean(&format!("no connection to {host} in time"))),
            (true, false) => Trouble::NotSent(self.clean(&format!("cannot reach {host}: {deepest}"))),
            (false, true) => self.unknown("no answer in time", None),
            (false, false) => self.unknown(&format!("the connection broke ({deepest})"), None),
        }
    }
}

/// How far this machine's clock is behind the server's, by the `Date` of an answer.
pub fn skew(answer: &Answer, now: DateTime<Utc>) -> TimeDelta {
    answer.date().map_or(TimeDelta::zero(), |date| date - now)
}

pub(super) fn unsendable(_: http::Error) -> Trouble {
    Trouble::Refused(Clean::line("the request cannot be built"))
}

fn base_of(api: &Url) -> Result<Url, Unbuilt> {
    let said = || api.origin().ascii_serialization();
    match api.scheme() {
        "https" => {}
        "http" if is_loopback(api) => {}
        "http" => return Err(Unbuilt::PlainHttp(said())),
        _ => return Err(Unbuilt::NoBase(said())),
    }
    let plain = api.username().is_empty() && api.password().is_none() && api.query().is_none();
    if api.host_str().is_none() || !plain {
        return Err(Unbuilt::NoBase(said()));
    }
    Ok(api.clone())
}

fn http(base: &Url, patience: Patience, ca_file: Option<&Path>) -> Result<reqwest::Client, Unbuilt> {
    let mut http = reqwest::Client::builder()
        .user_agent(concat!("dogwatch/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(patience.connect)
        .timeout(patience.answer);
    if is_loopback(base) {
        // A proxy is another machine, and the token would reach it in the clear.
        http = http.no_proxy();
    }
    if let Some(file) = ca_file {
        let bad = |reason: String| Unbuilt::Certificates { file: file.display().to_string(), reason };
        let pem = std::fs::read(file).map_err(|error| bad(error.to_string()))?;
        let more = reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| bad(error.to_string()))?;
        if more.is_empty() {
            return Err(bad("it holds no certificate".to_owned()));
        }
        http = http.tls_certs_merge(more);
    }
    http.build().map_err(|error| {
        let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        Unbuilt::Http(cause)
    })
}
