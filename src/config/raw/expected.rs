//! What was said of eval findings, as it is spelt.

use schemars::JsonSchema;
use serde::Deserialize;

use super::house::RawExpected;
use crate::config::text::{Day, Text, WordOr};

/// What was said of eval findings.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(title = "dogwatch expected file")]
pub(in crate::config) struct RawExpectedFile {
    /// Changes that were meant.
    #[serde(default)]
    pub(in crate::config) expected: Vec<RawExpected>,
    /// Known flakes.
    #[serde(default)]
    pub(in crate::config) quarantined: Vec<RawQuarantined>,
    /// Baselines that somebody chose.
    #[serde(default)]
    pub(in crate::config) pinned: Vec<RawChosen>,
    /// Runs that are the new normal.
    #[serde(default)]
    pub(in crate::config) accepted: Vec<RawChosen>,
}

/// A known flake.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawQuarantined {
    /// The suite.
    pub(in crate::config) suite: Text,
    /// Globs of cases.
    pub(in crate::config) cases: WordOr<Text>,
    /// For people to read.
    pub(in crate::config) reason: Text,
    /// The id of the person who says so.
    pub(in crate::config) author: Text,
    /// The last day on which it holds.
    #[schemars(with = "Day")]
    pub(in crate::config) until: Text,
    /// The incident of which it was said.
    pub(in crate::config) incident: Option<Text>,
}

/// A run that somebody chose.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawChosen {
    /// The suite.
    pub(in crate::config) suite: Text,
    /// The tool's own name of the run, or the first digits of its key.
    pub(in crate::config) run: Text,
    /// For people to read.
    pub(in crate::config) reason: Text,
    /// The id of the person who says so.
    pub(in crate::config) author: Text,
}
