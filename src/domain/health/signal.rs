//! One thing that is wrong with one server, under a name that stays the same
//! across runs, restarts and machines: whoever sees it first files it, and
//! nobody files it twice.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::hash::hex;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::Incident;
use crate::domain::probe::{Class, Failure, Level};
use crate::domain::text::Clean;
use crate::domain::triage::ANNOUNCED;

/// The sha256 of what a cause is, in 64 lowercase hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// How many digits go into the id of an incident.
    const SHORT: usize = 12;

    /// The fingerprint of these words. Each goes in after its length in bytes
    /// (64 bits, little endian), so that no two lists of words look alike.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new();
        for word in words {
            hash.update(u64::try_from(word.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(word);
        }
        Self(hex(&hash.finalize()))
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first 12 digits, as ids of incidents bear them.
    pub fn short(&self) -> &str {
        self.0.get(..Self::SHORT).unwrap_or(&self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What is wrong, as judged over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A level fails, in this way when it was opened.
    Failing(Class),
    /// A level passes and fails by turns, and neither long enough to be called so.
    Flapping,
    /// A level passes, and takes far longer than it should and than it used to.
    Slow,
    /// The interface changed in a way that breaks callers.
    Drift,
    /// A tool went on the day that callers were told: breaking, and meant.
    Announced,
    /// Several servers of one host or gateway fail together.
    Host,
    /// It is this machine that reaches nobody.
    ProberOffline,
}

impl Cause {
    /// The word for it, in titles and fingerprints.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failing(class) => class.word(),
            Self::Flapping => "flapping",
            Self::Slow => "latency",
            Self::Drift | Self::Announced => "drift",
            Self::Host => "host",
            Self::ProberOffline => "prober-offline",
        }
    }
}

/// How a failure looked, without ids, ports, times or free text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// What sort of trouble.
    pub class: Class,
    /// The tool, else the JSON-RPC code, else the HTTP status; else empty.
    pub detail: Clean,
}

impl Look {
    /// How this failure looks.
    pub fn of(failure: &Failure) -> Self {
        let code = failure.rpc_code.map(|code| code.to_string());
        let number = code.or_else(|| failure.http_status.map(|status| status.to_string()));
        let detail = failure.tool.clone().unwrap_or_else(|| Clean::line(&number.unwrap_or_default()));
        Self { class: failure.class, detail }
    }
}

/// One thing that a source says is wrong; it becomes one incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// The same for the same cause, always and everywhere.
    pub fingerprint: Fingerprint,
    /// Whose; of the servers of a host the first by id, of this machine `prober`.
    pub endpoint: SourceId,
    /// Where it shows; none for several servers together.
    pub level: Option<Level>,
    /// What it is; it stays what it was when it was opened.
    pub cause: Cause,
    /// What went into the fingerprint beside the cause; may be empty.
    pub detail: Clean,
    /// How it looks by now: a server that first refused and now hangs is still one cause.
    pub now: Option<Look>,
    /// One line without anything that changes while it is open.
    pub title: Clean,
    /// The first failure of the run that led to it.
    pub since: DateTime<Utc>,
    /// When it was judged to be one.
    pub opened: DateTime<Utc>,
    /// The last failure so far.
    pub last: DateTime<Utc>,
    /// Since when it comes and goes; none while it does not.
    pub flapping: Option<DateTime<Utc>>,
}

impl Signal {
    /// What is filed as, and stays the id after it has been filed.
    pub fn incident(&self) -> IncidentId {
        IncidentId::new(format!("{}:{}", self.endpoint, self.fingerprint.short()))
    }

    /// The row that it becomes in the queue, without its evidence.
    pub fn row(&self) -> Incident {
        let id = self.incident();
        Incident {
            id: id.clone(),
            signal: Some(id),
            check: Some(Clean::line(self.check())),
            fingerprint: Some(self.fingerprint.as_str().to_owned()),
            ..Incident::opened(&self.endpoint, 0, self.title.clone(), self.opened)
        }
    }

    /// Whether it is about the interface.
    pub fn is_drift(&self) -> bool {
        matches!(self.cause, Cause::Drift | Cause::Announced)
    }

    /// The word that a triage rule's `check` is compared with: a level's name, `drift`, `host` or `prober`; what was
    /// announced also fits `drift`, and is one severity lower.
    pub fn check(&self) -> &'static str {
        match (self.cause, self.level) {
            (Cause::Drift, _) => "drift",
            (Cause::Announced, _) => ANNOUNCED,
            (Cause::Host, _) => "host",
            (Cause::ProberOffline, _) | (_, None) => "prober",
            (Cause::Failing(_) | Cause::Flapping | Cause::Slow, Some(level)) => level.word(),
        }
    }

    /// A signal about one level of one server.
    pub(super) fn of_level(endpoint: &SourceId, level: Level, cause: Cause, detail: Clean, span: Span) -> Self {
        let word = cause.word();
        let fingerprint = Fingerprint::of(["mcp", endpoint.as_str(), level.word(), word, detail.as_str()]);
        let what = match cause {
            Cause::Slow => "slow",
            Cause::Failing(Class::Canary) => "fails",
            Cause::Failing(_)
            | Cause::Flapping
            | Cause::Drift
            | Cause::Announced
            | Cause::Host
            | Cause::ProberOffline => word,
        };
        let said = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
        let title = Clean::line(&format!("mcp {endpoint}: {} {what}{said}", level.word()));
        let mut signal = Self::bare(fingerprint, endpoint.clone(), title, cause, span);
        signal.level = Some(level);
        signal.detail = detail;
        signal
    }

    /// A signal without level and detail.
    pub(super) fn bare(fingerprint: Fingerprint, endpoint: SourceId, title: Clean, cause: Cause, span: Span) -> Self {
        Self {
            fingerprint,
            endpoint,
            level: None,
            cause,
            detail: Clean::default(),
            now: None,
            title,
            since: span.since,
            opened: span.at,
            last: span.at,
            flapping: None,
        }
    }
}

/// From the first failure to the one that settled it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) since: DateTime<Utc>,
    pub(super) at: DateTime<Utc>,
}

/// What became of a signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is there for the first time, or again after a long while.
    Opened(Signal),
    /// It is back, soon after it had recovered: the same incident goes on.
    Reopened(Signal),
    /// It is still there and looks different; not worth waking anybody again.
    Updated(Signal),
    /// It is there, comes and goes, and will be called well only after a long quiet time.
    Flapping(Signal),
    /// It is well again.
    Recovered(Signal),
    /// It never was: not the server failed, but this machine.
    Withdrawn(Signal),
}

impl Change {
    /// What it is about, as it stands after the change.
    pub fn signal(&self) -> &Signal {
        match self {
            Self::Opened(signal)
            | Self::Reopened(signal)
            | Self::Updated(signal)
            | Self::Flapping(signal)
            | Self::Recovered(signal)
            | Self::Withdrawn(signal) => signal,
        }
    }

    /// The word for it, in logs and in the ledger.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Reopened(_) => "reopened",
            Self::Updated(_) => "updated",
            Self::Flapping(_) => "flapping",
            Self::Recovered(_) => "recovered",
            Self::Withdrawn(_) => "withdrawn",
        }
    }
}

/// What has recovered lately, so that it is known when it comes back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Closed(Vec<(Fingerprint, DateTime<Utc>)>);

impl Closed {
    /// More than this many causes in half an hour are flapping.
    const MOST: usize = 32;

    /// Says that this signal is open from now on.
    pub(super) fn announce(&mut self, signal: Signal) -> Change {
        let after = signal.opened - super::REOPEN;
        self.0.retain(|(_, at)| *at >= after);
        match self.0.iter().position(|(fingerprint, _)| *fingerprint == signal.fingerprint) {
            Some(at) => {
                self.0.remove(at);
                Change::Reopened(signal)
            }
            None => Change::Opened(signal),
        }
    }

    /// Says that this signal recovered.
    pub(super) fn bury(&mut self, signal: Signal, at: DateTime<Utc>) -> Change {
        self.0.retain(|(fingerprint, _)| *fingerprint != signal.fingerprint);
        if self.0.len() == Self::MOST {
            self.0.remove(0);
        }
        self.0.push((signal.fingerprint.clone(), at));
        Change::Recovered(signal)
    }
}
