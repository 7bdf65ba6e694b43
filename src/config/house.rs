//! House rules: runbooks, filing, maintenance, expected changes, limits and lint.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};

use super::values::Moment;

/// Where runbooks are and how they are read.
#[derive(Debug, Clone, PartialEq)]
pub struct Runbooks {
    /// Folders, relative to the team file.
    pub dirs: Vec<String>,
    /// Globs of file names.
    pub files: Vec<String>,
    /// Stale when it has neither worked nor been edited for so long.
    pub stale_after: TimeDelta,
    /// What our words are called in the front matter.
    pub keys: FrontMatter,
}

impl Runbooks {
    /// The path of a page below its folder, as a kind names it; the whole of one that lies elsewhere.
    pub fn below<'a>(&self, path: &'a str) -> &'a str {
        let below = |dir: &String| path.strip_prefix(dir.trim_end_matches('/'))?.strip_prefix('/');
        self.dirs.iter().find_map(below).unwrap_or(path)
    }
}

impl Default for Runbooks {
    fn default() -> Self {
        Self {
            dirs: vec!["docs/runbooks".into()],
            files: vec!["*.md".into(), "*.md.erb".into()],
            stale_after: TimeDelta::days(180),
            keys: FrontMatter::default(),
        }
    }
}

/// What our words are called in the front matter of a team's runbooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrontMatter {
    /// The title.
    pub title: String,
    /// The owner.
    pub owner: String,
    /// Names of alerts.
    pub alerts: String,
    /// What it looks like, in the words of the person paged.
    pub symptoms: String,
    /// The day of the last review.
    pub reviewed: String,
}

impl Default for FrontMatter {
    fn default() -> Self {
        Self {
            title: "title".into(),
            owner: "owner".into(),
            alerts: "alerts".into(),
            symptoms: "symptoms".into(),
            reviewed: "last_reviewed_on".into(),
        }
    }
}

/// What is filed unattended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// The ids of severities; the rest waits for an operator.
    pub severities: Vec<String>,
    /// Beyond it, one incident for the storm.
    pub max_per_hour: u32,
}

impl Default for Filing {
    fn default() -> Self {
        Self { severities: Vec::new(), max_per_hour: 20 }
    }
}

/// A window in which these sources are expected to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Maintenance {
    /// The ids of sources; never empty.
    pub sources: Vec<String>,
    /// Included; local to the team's zone.
    pub from: Moment,
    /// Excluded.
    pub to: Moment,
    /// For people to read.
    pub why: Option<String>,
}

/// An eval change that was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The suite.
    pub suite: String,
    /// Globs of cases; `*` is all.
    pub cases: Vec<String>,
    /// The commit or run from which it holds.
    pub from: String,
    /// For people to read.
    pub reason: String,
    /// The id of the person who says so.
    pub author: String,
    /// The last day on which it holds.
    pub until: NaiveDate,
    /// The incident of which it was said; absent: none.
    pub incident: Option<String>,
}

/// From where on `check` speaks up.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// More incidents in a shift are too many.
    pub incidents_per_shift: u32,
    /// A larger share of a rotation is too much; between 0 and 1.
    pub oncall_share: f64,
    /// More areas for one owner are too many.
    pub areas_per_owner: u32,
    /// How far ahead rotations and releases are looked at.
    pub horizon: TimeDelta,
    /// By severity: how long an open incident may lie.
    pub untouched: BTreeMap<String, TimeDelta>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            incidents_per_shift: 2,
            oncall_share: 0.25,
            areas_per_owner: 3,
            horizon: TimeDelta::days(42),
            untouched: super::defaults::untouched(),
        }
    }
}

/// How `check` judges.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lint {
    /// Warnings of these rules count as errors.
    pub deny: Vec<String>,
    /// Patterns of files that may stay without an owner.
    pub ignore_paths: Vec<String>,
    /// Findings that are let pass for a while.
    pub waivers: Vec<Waiver>,
}

impl Waiver {
    /// Whether it is about this finding, on whatever day.
    pub fn means(&self, rule: &str, subject: &str) -> bool {
        let fits = |start| subject.starts_with(start);
        self.rule == rule && self.subject.strip_suffix('*').map_or(self.subject == subject, fits)
    }
}

/// A finding that is let pass until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The name of the rule.
    pub rule: String,
    /// What the finding is about; may end in `*`.
    pub subject: String,
    /// For people to read.
    pub why: String,
    /// The last day on which it holds.
    pub until: NaiveDate,
}
