//! What an operator says of eval findings that is written down beside the team
//! file: that a change was meant, or that cases are known to flake.

use chrono::NaiveDate;

use crate::domain::id::IncidentId;
use crate::domain::incident::CloseReason;
use crate::domain::text::Clean;

/// So much is written down.
pub const LONGEST: usize = 500;

/// Something that is said of findings, until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// The findings, by their incidents.
    pub ids: Vec<IncidentId>,
    /// That they are expected, or flaky.
    pub verdict: CloseReason,
    /// The last day on which it holds.
    pub until: NaiveDate,
    /// Why, for people to read.
    pub reason: String,
    /// Patterns of the cases that are meant; empty: those of the finding.
    pub cases: Vec<String>,
}

impl Saying {
    /// As the incident's history tells it.
    pub fn note(&self) -> String {
        let what = match self.verdict {
            CloseReason::Flaky => "Known to flake, in quarantine",
            CloseReason::Completed
            | CloseReason::NotPlanned
            | CloseReason::Duplicate
            | CloseReason::Recovered
            | CloseReason::Fixed
            | CloseReason::Expected
            | CloseReason::Invalid
            | CloseReason::WontFix => "Expected",
        };
        format!("{what} until {}: {}", self.until, self.reason)
    }
}

/// What became of a saying: of which findings it is written down, and why not of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What was said; its `ids` are those of which it is written down.
    pub saying: Saying,
    /// The others, and why not.
    pub refused: Vec<(IncidentId, Clean)>,
}
