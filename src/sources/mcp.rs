//! Asks an MCP server whether it is there and works, as an agent would.
//!
//! A probe goes level by level (health address, handshake, whole list of tools,
//! one call) and stops at the first that fails, but for a health address that
//! only says that not all is well. It says what it saw and nothing more; judging
//! over time is not done here. It is polite: one session, which is ended again
//! whatever happens, no more than a few questions at a time, and no question that
//! could change anything unless the operator said so.

mod auth;
mod canary;
mod clock;
mod credential;
mod events;
mod greet;
mod levels;
mod line;
mod lines;
mod message;
mod patience;
mod pulse;
mod reply;
mod shared;
mod stdio;
mod stream;
mod trouble;
mod veil;

use std::path::PathBuf;
use std::time::Duration;

use http::HeaderValue;
use url::Url;

use self::credential::{Credential, Look};
use self::levels::{Order, record, within};
use self::line::{Address, HttpLine, Seen};
use self::lines::Line;
use self::message::Known;
use self::stdio::StdioLine;
use self::trouble::{Fallible, Trouble};
use self::veil::Veil;
use super::tokens::{Lookup, NoToken, Rules, Token};
use crate::config::{Canary, McpEndpoint, McpSource, PersonalFile, host_and_port, is_loopback};
use crate::domain::probe::{Class, Level, Report};
use crate::domain::text::Clean;

pub use self::patience::Patience;
pub use self::shared::SharedHttp;

/// What is probed, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// How the server is reached.
    pub endpoint: McpEndpoint,
    /// An address whose status and body tell about its health.
    pub health_url: Option<Url>,
    /// A call that shows that it works.
    pub canary: Option<Canary>,
    /// Further roots to trust, as PEM.
    pub ca_file: Option<PathBuf>,
    /// Where a child process is started; none: where this one was.
    pub folder: Option<PathBuf>,
}

impl Target {
    /// The target of a source; `beside` makes a path of the team file absolute.
    pub fn of(source: &McpSource, beside: impl Fn(&str) -> PathBuf) -> Self {
        Self {
            endpoint: source.endpoint.clone(),
            health_url: source.health_url.clone(),
            canary: source.canary.clone(),
            ca_file: source.ca_file.as_deref().map(&beside),
            folder: Some(beside("")),
        }
    }

    /// An address that no file says anything about.
    pub fn bare(url: Url) -> Self {
        Self { endpoint: McpEndpoint::Url(url), health_url: None, canary: None, ca_file: None, folder: None }
    }

    /// Whose tokens may go there: what the personal file names for this host and, once it is trusted, the
    /// source's own variable. None for a child process.
    pub fn rules(&self, personal: &PersonalFile, trusted_env: Option<String>) -> Option<Rules> {
        let McpEndpoint::Url(url) = &self.endpoint else { return None };
        let mut rules = Rules::plain(host_and_port(url));
        rules.trusted_env = trusted_env;
        rules.personal = personal.tokens.iter().map(|(host, source)| (host.clone(), source.env.clone())).collect();
        Some(rules)
    }
}

/// One endpoint, remembered from probe to probe: how it was spoken to, with
/// which token, and the child process if it is one.
pub struct Prober {
    target: Target,
    http: SharedHttp,
    credential: Credential,
    known: Option<Known>,
    /// What the metadata of the protected resource say; none while they have not been read.
    resource: Option<String>,
    child: Option<StdioLine>,
}

impl std::fmt::Debug for Prober {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prober").field("known", &self.known).finish_non_exhaustive()
    }
}

impl Prober {
    /// Asks nothing yet. Without a `lookup` the endpoint is probed without a token.
    pub fn new(target: Target, lookup: Option<Lookup>, http: SharedHttp) -> Self {
        let credential = Credential::new(lookup);
        Self { target, http, credential, known: None, resource: None, child: None }
    }

    /// What it probes.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// One probe up to this level; the levels that are not configured are left out.
    ///
    /// It always ends, and says what it saw: trouble is part of the report.
    pub async fn probe(&mut self, upto: Level) -> Report {
        match self.target.endpoint.clone() {
            McpEndpoint::Url(url) => {
                let mut report = self.over_http(&url, upto).await;
                if is_refused(&report) && self.credential.look_again().await == Look::New {
                    report = self.over_http(&url, upto).await;
                }
                if let Some(why) = self.credential.missing() {
                    say_missing(&mut report, why);
                }
                report
            }
            McpEndpoint::Command(command) => self.over_stdio(&command, upto).await,
        }
    }

    /// Why no token was sent; none where one was.
    pub fn missing(&self) -> Option<&NoToken> {
        self.credential.missing()
    }

    /// Ends the child process, if there is one; politely first.
    pub async fn close(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.close().await;
        }
    }

    async fn over_http(&mut self, url: &Url, upto: Level) -> Report {
        let mut report = Report::empty();
        let token = self.credential.token().await;
        let address = match self.address(url, token.as_ref()) {
            Ok(address) => address,
            Err(trouble) => return unasked(report, trouble),
        };
        let mut veil = veil(url, token.as_ref());
        report.credential = token.as_ref().map(|token| Clean::line(token.origin()));
        let leave = self.http.leave(Some(url)).await;
        leave.during(Box::pin(self.converse(&mut report, &mut veil, (address, upto)))).await;
        veil.cover(&mut report);
        report
    }

    async fn converse(&mut self, report: &mut Report, veil: &mut Veil, (address, upto): (Address, Level)) {
        if self.pulse(report, &address).await.is_err() {
            return;
        }
        let patience = self.http.patience();
        let mut line = HttpLine::new(address, patience);
        line.resource = self.resource.take();
        let order = Order { upto, canary: self.target.canary.as_ref(), patience };
        self.known = levels::run(report, &mut Line::Http(&mut line), self.known, order).await;
        self.resource = line.resource.take();
        line.secrets().for_each(|secret| veil.hide(secret));
        line.farewell().await;
    }

    /// L0, where it is configured.
    async fn pulse(&self, report: &mut Report, home: &Address) -> Result<(), ()> {
        let Some(url) = &self.target.health_url else { return Ok(()) };
        let patience = self.http.patience();
        let mut seen = Seen::default();
        let asked = async {
            let bearer = home.bearer.clone().filter(|_| url.origin() == home.url.origin());
            let client = self.http.client(url, self.target.ca_file.as_deref())?;
            pulse::check(&Address { client, url: url.clone(), bearer }, patience, &mut seen).await
        };
        let (took, outcome) = within(patience.level, "the health address", asked).await;
        let outcome = outcome.map(|word| ((), word));
        let _passed = record(report, (Level::Health, took), outcome, Some(seen));
        match report.failure() {
            Some((level, failure)) if failure.class.ends(level) => Err(()),
            Some(_) | None => Ok(()),
        }
    }

    fn address(&self, url: &Url, token: Option<&Token>) -> Fallible<Address> {
        let host = host_and_port(url);
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            let message = format!("cannot probe {}: write an address as in https://example.com/mcp", url.scheme());
            return Err(Trouble::not_asked(&message));
        }
        if !url.username().is_empty() || url.password().is_some() {
            let message =
                format!("the address of {host} holds a user or a password; name a variable with a token instead");
            return Err(Trouble::not_asked(&message));
        }
        let bearer = match token {
            Some(_) if url.scheme() == "http" && !is_loopback(url) => {
                let message = format!("a token would go to {host} over plain http, for everybody to read; write https");
                return Err(Trouble::not_asked(&message));
            }
            Some(token) => bearer(token),
            None => None,
        };
        let client = self.http.client(url, self.target.ca_file.as_deref())?;
        Ok(Address { client, url: url.clone(), bearer })
    }

    async fn over_stdio(&mut self, command: &[String], upto: Level) -> Report {
        let mut report = Report::empty();
        let _leave = self.http.leave(None).await;
        let patience = self.http.patience();
        let child =
            self.child.get_or_insert_with(|| StdioLine::new(command.to_vec(), self.target.folder.clone(), patience));
        let order = Order { upto, canary: self.target.canary.as_ref(), patience };
        self.known = levels::run(&mut report, &mut Line::Stdio(child), self.known, order).await;
        child.witness(&mut report);
        Veil::default().cover(&mut report);
        report
    }
}

/// Whether the server has refused the token, or wants one.
fn is_refused(report: &Report) -> bool {
    let mut failures = report.checks.iter().filter_map(|check| check.failure.as_ref());
    failures.any(|failure| failure.class == Class::Auth && failure.http_status == Some(401))
}

/// A server that wants a token did not get the one that somebody has named: that is what is to be mended.
fn say_missing(report: &mut Report, missing: &NoToken) {
    let failures = report.checks.iter_mut().filter_map(|check| check.failure.as_mut());
    for failure in failures.filter(|failure| failure.class == Class::Auth && !missing.why.is_empty()) {
        failure.message = Clean::line(&format!("{}; {}", missing.why, failure.message));
    }
}

fn unasked(mut report: Report, trouble: Box<Trouble>) -> Report {
    record::<()>(&mut report, (Level::Handshake, Duration::ZERO), Err(trouble), None);
    report
}

fn bearer(token: &Token) -> Option<HeaderValue> {
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.reveal())).ok()?;
    bearer.set_sensitive(true);
    Some(bearer)
}

/// Hides the token and whatever stands in the address's query.
fn veil(url: &Url, token: Option<&Token>) -> Veil {
    let mut veil = Veil::default();
    if let Some(token) = token {
        veil.hide(token.reveal());
    }
    url.query_pairs().for_each(|(_, value)| veil.hide(&value));
    veil
}
