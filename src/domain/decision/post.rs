//! A document for people: the handoff of a shift, the minutes of a meeting.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::health::signal::Fingerprint;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::text::Clean;

/// A document that the tracker holds as one issue: written once, whoever is
/// first, and changed from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Tells this document from all others, on every machine.
    pub key: String,
    /// It cannot have been posted before this.
    pub since: DateTime<Utc>,
    /// One line.
    pub title: String,
    /// Markdown, at most 60,000 bytes.
    pub body: String,
    /// Whom it is for: a login; nobody in particular, if none.
    pub to: Option<Clean>,
    /// The key of the document that it follows, to be linked where the tracker has it.
    pub after: Option<String>,
}

impl Post {
    /// The key of the document that these words name, in this order.
    pub fn key_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
        Fingerprint::of(std::iter::once("post").chain(words)).to_string()
    }

    /// What the journal calls a document of this tracker.
    pub fn id(&self, source: &SourceId) -> IncidentId {
        IncidentId::of_signal(source, &self.key)
    }
}
