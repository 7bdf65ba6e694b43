//! What a handoff is computed from, beside what the desk knows: read from this
//! machine's disk, at one time, for one shift.

use chrono::{DateTime, Utc};

use super::typed::{Accepted, Line};
use crate::config::ExpectedFile;
use crate::domain::history::Told;
use crate::domain::history::dropped::Mention;
use crate::domain::rotation::Begun;
use crate::domain::runbook::run::Run;
use crate::domain::text::Clean;

/// Which handoff is meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// The id of a rotation; none: the only one, or mine.
    pub rotation: Option<String>,
    /// An instant of the shift; none: the one that runs or has just ended.
    pub at: Option<DateTime<Utc>>,
}

/// A suite of which a run is known, and when the last one began.
pub type Suite = (Clean, Option<DateTime<Utc>>);

/// All of it; empty is what a machine knows that has seen nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Brought {
    /// For which handoff.
    pub asked: Asked,
    /// Who had which shift.
    pub begun: Vec<Begun>,
    /// What happened: all since the shift began, and to what is open all that is known.
    pub told: Vec<Told>,
    /// What was typed, in order; that of other shifts does no harm.
    pub lines: Vec<Line>,
    /// What was accepted, in order.
    pub accepted: Vec<Accepted>,
    /// What handoffs have told of.
    pub mentions: Vec<Mention>,
    /// How runbooks were used.
    pub runs: Vec<Run>,
    /// What was said of eval findings.
    pub expected: ExpectedFile,
    /// The suites of which a run is known, and when the last one began.
    pub suites: Vec<Suite>,
    /// What could not be read, a sentence each.
    pub doubts: Vec<Clean>,
}
