//! What is polled, and how fresh its word is.

use chrono::{DateTime, Utc};

use super::id::SourceId;
use super::text::Clean;

/// One source's health: a failed fetch is never an empty list, it is old news
/// with an age.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceHealth {
    /// Which source.
    pub id: SourceId,
    /// `github`, `evals`, `mcp` or `local`.
    pub kind: &'static str,
    /// The last complete fetch; none if there never was one.
    pub fetched_at: Option<DateTime<Utc>>,
    /// Why the last try failed; none if it did not.
    pub error: Option<Clean>,
    /// Items of the last fetch that could not be read and were set aside.
    pub unreadable: u32,
    /// What the host still allows, in words; none where there is no limit.
    pub budget: Option<Clean>,
    /// Whether a fetch is under way.
    pub fetching: Fetching,
}

/// Whether a fetch is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetching {
    /// Nothing is being asked.
    Idle,
    /// An answer is awaited.
    UnderWay,
}

/// How much a source's word is worth now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// The last fetch worked, not long ago.
    Fresh,
    /// The last fetch worked, and it is long ago.
    Stale,
    /// The last fetch failed.
    Failed,
    /// It has never been fetched.
    Never,
}

/// After this long without a successful fetch, a source's word is stale: five
/// polls at the slowest regular pace.
pub const STALE_AFTER: chrono::TimeDelta = chrono::TimeDelta::minutes(15);

impl SourceHealth {
    /// A source that has never been asked.
    pub fn never(id: SourceId, kind: &'static str) -> Self {
        Self { id, kind, fetched_at: None, error: None, unreadable: 0, budget: None, fetching: Fetching::Idle }
    }

    /// What its word is worth at this time. The local tracker is always fresh.
    pub fn freshness(&self, now: DateTime<Utc>) -> Freshness {
        if self.id.is_local() {
            return Freshness::Fresh;
        }
        match (&self.error, self.fetched_at) {
            (Some(_), _) => Freshness::Failed,
            (None, None) => Freshness::Never,
            (None, Some(at)) if now - at > STALE_AFTER => Freshness::Stale,
            (None, Some(_)) => Freshness::Fresh,
        }
    }
}

impl Freshness {
    /// The word for it, on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Failed => "failed",
            Self::Never => "never",
        }
    }
}
