//! Where decisions are recorded and shared; the only layer that changes
//! anything outside this machine.
//!
//! A tracker does what an entry of the journal says, once, and says what
//! became of it.

#![expect(clippy::disallowed_methods, reason = "between several writes of one decision the host's pace is kept")]

pub mod github;
pub mod local;

use chrono::{DateTime, Utc};

use crate::domain::incident::Incident;
use crate::domain::journal::{Attempt, Entry};

/// One attempt at one decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// What was decided.
    pub entry: Entry,
    /// Whether it may have been done already.
    pub attempt: Attempt,
    /// The incident as it is known here, without what is pending; what the
    /// tracker does not say of it is taken from this.
    pub known: Option<Incident>,
    /// Of a document: the number under which this machine has posted it before.
    pub posted: Option<u64>,
    /// The time on this machine.
    pub now: DateTime<Utc>,
}
