//! What people said about suites and cases, which the runs alone do not know.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::word::QUARANTINE_SHARE;
use crate::domain::evals::CaseKey;
use crate::domain::evals::compare::FLOOR;
use crate::domain::evals::history::{Record, RunKey, SuiteKey};
use crate::domain::text::Clean;

/// What is known of a case beside its results.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// Words that group cases: tags, or the tool under test.
    pub tags: Vec<Clean>,
    /// It must pass: a failure is no matter of statistics for long.
    pub must_pass: bool,
}

/// What is known of a suite beside its results.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// The least drop that is called one, as a share of 1.
    pub floor: f64,
    /// The cases of which anything is known.
    pub known: BTreeMap<CaseKey, Known>,
}

impl Default for Suite {
    fn default() -> Self {
        Self { floor: FLOOR, known: BTreeMap::new() }
    }
}

/// From where something holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Point {
    /// The first run of this commit, which may be abbreviated.
    Sha(String),
    /// This run.
    Run(RunKey),
}

impl Point {
    pub(super) fn is(&self, record: &Record) -> bool {
        match self {
            Self::Sha(sha) => record.is_at(sha),
            Self::Run(run) => record.run == *run,
        }
    }
}

/// Which cases of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cases {
    /// All, also those still to come.
    All,
    /// These.
    These(BTreeSet<CaseKey>),
}

impl Cases {
    /// Whether this case is among them.
    pub fn hold(&self, key: CaseKey) -> bool {
        match self {
            Self::All => true,
            Self::These(keys) => keys.contains(&key),
        }
    }
}

/// An expected change: from a point on these cases have a new normal, and
/// until a day nobody is called about the difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The suite.
    pub suite: SuiteKey,
    /// Its cases that change.
    pub cases: Cases,
    /// From where on.
    pub from: Point,
    /// Why.
    pub reason: Clean,
    /// Who says so.
    pub author: Clean,
    /// When it ends; there is no waiver without an end.
    pub until: DateTime<Utc>,
}

/// A known flake: it runs, shows and counts, but opens nothing alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantine {
    /// The suite.
    pub suite: SuiteKey,
    /// The case.
    pub case: CaseKey,
    /// When it ends.
    pub until: DateTime<Utc>,
}

/// All that people said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rules {
    /// The branch whose runs count; runs that name none count too.
    pub default_branch: Option<String>,
    /// The suites of which anything is known.
    pub suites: BTreeMap<SuiteKey, Suite>,
    /// The baselines that somebody chose.
    pub pins: BTreeMap<SuiteKey, RunKey>,
    /// Runs that somebody accepted: what they show is the new normal.
    pub accepted: BTreeSet<RunKey>,
    /// Expected changes.
    pub waivers: Vec<Waiver>,
    /// Known flakes, the first of a suite first in its quota.
    pub quarantine: Vec<Quarantine>,
}

impl Rules {
    /// Whether a run may say anything about the suite.
    pub(super) fn counts(&self, record: &Record) -> bool {
        match (&self.default_branch, &record.branch) {
            (Some(default), Some(branch)) => **default == **branch,
            (None, _) | (_, None) => true,
        }
    }

    /// The cases that are in quarantine when this run begins: no more than a tenth of them.
    pub(super) fn quarantined(&self, record: &Record) -> BTreeSet<CaseKey> {
        let live = |entry: &&Quarantine| entry.suite == record.suite && record.at.is_none_or(|at| at <= entry.until);
        self.quarantine
            .iter()
            .filter(live)
            .map(|entry| entry.case)
            .take(record.cases.len() / QUARANTINE_SHARE)
            .collect()
    }
}
