//! What a sequence of runs raises: findings, from the first suspicion to the day they close.
//!
//! An unchanged re-run raises nothing; weak evidence is listed and never
//! pages; and what a run could not see, it closes neither. All of it follows
//! from the records alone, in their order, so that reading them again tells
//! the same story.

mod aggregates;
mod evidence;
mod examine;
pub mod overdue;
mod part;
mod rules;
mod series;
mod settle;
mod spoken;
mod story;
mod watch;
pub mod word;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::CaseKey;
use super::history::{Baseline, RunKey, Selector, SuiteKey};
use super::stats::Past;
use crate::domain::hash;
use crate::domain::text::Clean;

pub use overdue::Missed;
pub use rules::{Cases, Known, Point, Quarantine, Rules, Suite, Waiver};
pub use spoken::{Spoken, fits};
pub use story::{GoesOn, Story};
pub use watch::{Watch, findings};

/// What kind of thing is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The suite as a whole fell.
    SuiteRegression,
    /// Cases fell from what they used to do.
    CaseRegression,
    /// Trials or runs died.
    Errors,
    /// What passes costs more.
    Cost,
    /// What passes takes longer.
    Latency,
    /// Cases vanished, or ask something else now.
    SuiteChanged,
    /// It is rather the judge that changed.
    Grader,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::SuiteRegression,
        Self::CaseRegression,
        Self::Errors,
        Self::Cost,
        Self::Latency,
        Self::SuiteChanged,
        Self::Grader,
    ];

    /// As answers, the store and `[[triage]]` spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SuiteRegression => "suite-regression",
            Self::CaseRegression => "case-regression",
            Self::Errors => "errors",
            Self::Cost => "cost",
            Self::Latency => "latency",
            Self::SuiteChanged => "suite-changed",
            Self::Grader => "grader",
        }
    }

    /// Whether a run with such a finding open is no baseline for others.
    pub const fn is_regression(self) -> bool {
        match self {
            Self::SuiteRegression | Self::CaseRegression => true,
            Self::Errors | Self::Cost | Self::Latency | Self::SuiteChanged | Self::Grader => false,
        }
    }
}

/// How sure a finding is, and whether anybody should hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Sure enough for an incident.
    Regression,
    /// Listed as confirming; it pages nobody and resolves itself.
    Suspected,
    /// Somebody said that it is as it should be.
    Expected,
    /// A known flake.
    Quarantined,
}

impl Verdict {
    /// As answers and the store spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Regression => "regression",
            Self::Suspected => "suspected",
            Self::Expected => "expected",
            Self::Quarantined => "quarantined",
        }
    }
}

/// How grave; `[[triage]]` may say otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// To be known.
    Info,
    /// When there is time.
    Low,
    /// Today.
    Medium,
    /// Now.
    High,
}

impl Severity {
    /// As answers spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Where a finding stands, as far as runs alone decide it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Listed, and waiting for the next complete run.
    Confirming,
    /// Something is wrong.
    Open,
    /// Expected or quarantined: listed, and nobody is called.
    Held,
    /// It passed again in two complete runs in a row, or somebody accepted it.
    Closed,
}

impl State {
    /// As answers and the store spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirming => "confirming",
            Self::Open => "open",
            Self::Held => "held",
            Self::Closed => "closed",
        }
    }
}

/// What a finding is known by, from run to run: 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Of a suite's finding about these cases, or about all that bear a tag;
    /// no run, commit or time goes in, so that the next run says the same.
    pub fn of(suite: SuiteKey, kind: Kind, cases: &[CaseKey], tag: Option<&Clean>) -> Self {
        let mut sorted: Vec<CaseKey> = if tag.is_some() { Vec::new() } else { cases.to_vec() };
        sorted.sort_unstable();
        sorted.dedup();
        let mut hasher = Sha256::new();
        hasher.update(suite.0);
        hasher.update(kind.name());
        hasher.update([0]);
        hasher.update(tag.map_or("", |tag| tag.as_str()));
        hasher.update([0]);
        for case in sorted {
            hasher.update(case.0);
        }
        let mut digits = hash::hex(&hasher.finalize());
        digits.truncate(16);
        Self(digits)
    }

    /// One that was kept.
    pub fn kept(digits: impl Into<String>) -> Self {
        Self(digits.into())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Something that is wrong with a suite, and how far it got.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is known by.
    pub fingerprint: Fingerprint,
    /// Which suite.
    pub suite: SuiteKey,
    /// The model whose runs they are, where the files say it.
    pub model: Option<Box<str>>,
    /// What is wrong.
    pub kind: Kind,
    /// How sure it is.
    pub verdict: Verdict,
    /// Where it stands.
    pub state: State,
    /// The tag that its cases share, where it stands for three or more.
    pub tag: Option<Clean>,
    /// The cases that it is about, sorted; empty where the run as a whole is.
    pub cases: Vec<CaseKey>,
    /// How the baseline was chosen; none where there was none.
    pub selector: Option<Selector>,
    /// The runs before, oldest first.
    pub baseline: Vec<RunKey>,
    /// The runs that show it, oldest first; the last 20.
    pub candidate: Vec<RunKey>,
    /// Adjusted for how many tests were made; none where it is no matter of chance.
    pub p_value: Option<f64>,
    /// Candidate less baseline: of the suite's mean, of the cases' pass rate,
    /// or of a share; for cost and latency the ratio less 1.
    pub delta: Option<f64>,
    /// The least drop that the suite test could have seen.
    pub detectable_drop: Option<f64>,
    /// How grave.
    pub severity: Severity,
    /// It was closed, and came again within 14 days.
    pub again: bool,
    /// Complete good runs in a row since it was last seen.
    pub good_runs: u8,
    /// When the run began that opened it.
    pub opened_at: Option<DateTime<Utc>>,
    /// When the run began that closed it last.
    pub closed_at: Option<DateTime<Utc>>,
    /// Set where nothing is wrong with the runs that there are, and one is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<Missed>,
    /// The finding whose cause is its own, too, and which is the incident for both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<Fingerprint>,
}

/// Good runs in a row that close a finding.
pub const GOOD_RUNS: u8 = 2;
/// Within this many days a closed finding comes again instead of being new.
pub const AGAIN_DAYS: i64 = 14;
