//! What is kept of a run once its file has been read, and what a case did before.
//!
//! A record is small: some 72 bytes a case, however many trials there were.
//! It is what the store keeps, and all that a finding is made of; transcripts
//! stay in their files.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::stats::Past;
use super::{CaseKey, Guard, Outcome, Run, Status, Tool, Trial, compare, digest};
use crate::domain::hash::hex;

/// Which suite: its tool and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SuiteKey(#[serde(with = "crate::domain::hash::digits")] pub [u8; 16]);

/// Which run. A file that is seen twice is one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RunKey(#[serde(with = "crate::domain::hash::digits")] pub [u8; 16]);

impl fmt::Display for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex(&self.0))
    }
}

fn half(whole: [u8; 32]) -> [u8; 16] {
    let [key @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = whole;
    key
}

impl SuiteKey {
    /// The key of a tool's suite of this name.
    pub fn of(tool: Tool, name: &str) -> Self {
        Self(half(digest([tool.name().as_bytes(), name.as_bytes()])))
    }
}

impl RunKey {
    /// The key of a run: by the tool's own name of it, else by what it holds.
    pub fn of(run: &Run) -> Self {
        let content = run.run_id.as_ref().map_or_else(|| content(run), |id| id.as_bytes().to_vec());
        let model = run.model.as_deref().unwrap_or_default();
        Self(half(digest([run.tool.name().as_bytes(), &content, run.suite.as_bytes(), model.as_bytes()])))
    }
}

/// What tells one unnamed run from another.
fn content(run: &Run) -> Vec<u8> {
    let mut bytes = run.started_at.map(|at| at.timestamp_micros().to_le_bytes().to_vec()).unwrap_or_default();
    bytes.extend(run.stated.and_then(|stated| stated.mean).into_iter().flat_map(f64::to_le_bytes));
    for case in &run.cases {
        bytes.extend(case.key.0);
    }
    for trial in &run.trials {
        bytes.extend(trial.case.to_le_bytes());
        bytes.push(trial.outcome as u8);
        let figures = [trial.score, trial.latency_ms, trial.cost_usd];
        bytes.extend(figures.into_iter().flat_map(|figure| figure.unwrap_or(-1.0).to_le_bytes()));
    }
    bytes
}

/// One case of one run: how its trials came out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tally {
    /// Which case.
    pub key: CaseKey,
    /// What said that it is the same question.
    pub guard: Option<Guard>,
    /// Trials that passed.
    pub passed: u16,
    /// Trials that failed.
    pub failed: u16,
    /// Trials that died.
    pub errored: u16,
    /// Trials that ran, and nothing that counts was said of them.
    pub unscored: u16,
    /// Mean of what the trials count in a comparison, see [`compare::value`]; none where none was judged.
    pub value: Option<f64>,
    /// Mean of the primary scores, where the tool also gives verdicts; else none.
    pub graded: Option<f32>,
    /// Mean latency of the trials that passed, in milliseconds.
    pub latency_ms: Option<f32>,
    /// Mean cost of the trials that passed, in US dollars.
    pub cost_usd: Option<f32>,
}

impl Tally {
    /// The trials that were judged.
    pub fn past(&self) -> Past {
        Past { passed: u64::from(self.passed), failed: u64::from(self.failed) }
    }

    /// All trials that were run.
    pub fn run(&self) -> u64 {
        self.past().trials() + u64::from(self.errored) + u64::from(self.unscored)
    }
}

/// One run, as the store keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Which run.
    pub run: RunKey,
    /// Which suite.
    pub suite: SuiteKey,
    /// How it ended.
    pub status: Status,
    /// When it began, as far as its file says.
    pub at: Option<DateTime<Utc>>,
    /// The commit, as written.
    pub sha: Option<Box<str>>,
    /// The branch, where it is known.
    pub branch: Option<Box<str>>,
    /// What was evaluated.
    pub model: Option<Box<str>>,
    /// Only a part of the suite was asked for.
    pub limited: bool,
    /// The cases, by key, each once.
    pub cases: Vec<Tally>,
    /// The mean that a file states without its samples.
    pub stated: Option<f64>,
}

impl From<&Run> for Record {
    fn from(run: &Run) -> Self {
        let boxed = |text: &Option<String>| text.as_deref().map(Box::from);
        Self {
            run: RunKey::of(run),
            suite: SuiteKey::of(run.tool, &run.suite),
            status: run.status,
            at: run.started_at.or(run.newest_at),
            sha: boxed(&run.git_sha),
            branch: boxed(&run.branch),
            model: boxed(&run.model),
            limited: run.limited,
            cases: tallies(run),
            stated: run.stated.and_then(|stated| stated.mean),
        }
    }
}

fn tallies(run: &Run) -> Vec<Tally> {
    let means = run.means(|trial| compare::value(run, trial));
    let graded = run.means(|trial| trial.verdict.and(trial.score));
    let passed = |figure: fn(&Trial) -> Option<f64>| {
        run.means(move |trial| figure(trial).filter(|figure| trial.outcome == Outcome::Passed && figure.is_finite()))
    };
    let (latency, cost) = (passed(|trial| trial.latency_ms), passed(|trial| trial.cost_usd));
    let at = |means: &[Option<f64>], place: usize| means.get(place).copied().flatten();
    let mut tallies: Vec<Tally> = run
        .cases
        .iter()
        .enumerate()
        .map(|(place, case)| Tally {
            key: case.key,
            guard: case.guard,
            passed: 0,
            failed: 0,
            errored: 0,
            unscored: 0,
            value: at(&means, place),
            graded: at(&graded, place).map(narrow),
            latency_ms: at(&latency, place).map(narrow),
            cost_usd: at(&cost, place).map(narrow),
        })
        .collect();
    for trial in &run.trials {
        let Some(tally) = tallies.get_mut(trial.case as usize) else { continue };
        let count = match trial.outcome {
            Outcome::Passed => &mut tally.passed,
            Outcome::Failed => &mut tally.failed,
            Outcome::Errored => &mut tally.errored,
            Outcome::Unscored => &mut tally.unscored,
            Outcome::Skipped => continue,
        };
        *count = count.saturating_add(1);
    }
    tallies.sort_by_key(|tally| tally.key);
    tallies
}

#[expect(clippy::cast_possible_truncation, reason = "seven digits are plenty for a latency, a cost or a grade")]
const fn narrow(figure: f64) -> f32 {
    figure as f32
}

impl Record {
    /// What it says of a case.
    pub fn tally(&self, key: CaseKey) -> Option<&Tally> {
        self.cases.binary_search_by_key(&key, |tally| tally.key).ok().and_then(|at| self.cases.get(at))
    }

    /// Whether it ran to its end over the whole suite, so that it may open and close everything.
    pub fn is_whole(&self) -> bool {
        self.status == Status::Complete && !self.limited
    }

    /// Whether it is the commit or its beginning, either way; files abbreviate.
    pub fn is_at(&self, sha: &str) -> bool {
        let beginning = |long: &str, short: &str| short.len() >= 7 && long.starts_with(short);
        self.sha.as_deref().is_some_and(|own| own == sha || beginning(own, sha) || beginning(sha, own))
    }
}

/// How the baseline of a finding was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selector {
    /// Somebody said so.
    Pin,
    /// The last accepted runs of the default branch with the same model, pooled.
    Pooled,
    /// The last accepted run: of the same model, or of the one before it.
    LastAccepted,
    /// Stated means only.
    Aggregates,
}

impl Selector {
    /// As answers and the store spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Pooled => "pooled",
            Self::LastAccepted => "last-accepted",
            Self::Aggregates => "aggregates",
        }
    }
}

/// At most this many accepted runs are pooled: older ones are another agent.
pub const POOLED_RUNS: usize = 10;

/// A run, and its place among the runs of its series.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Rises from run to run.
    pub place: u64,
    /// The run.
    pub record: Arc<Record>,
}

/// The runs that a candidate is held against.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// How they were chosen.
    pub selector: Selector,
    /// The runs, oldest first; never empty. Only the last [`POOLED_RUNS`] in
    /// question are pooled: the ones before stand in for those that a case
    /// must not be held against, because it did badly in them already.
    pub runs: Vec<Kept>,
}

/// One case over the runs of a baseline, as far as its guard is the candidate's.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Before {
    /// How its judged trials came out.
    pub past: Past,
    /// The same over all runs that are remembered, also those before the pooled ones.
    pub long: Past,
    /// Mean of what its judged trials count.
    pub value: Option<f64>,
    /// Trials that died.
    pub errored: u64,
    /// Mean of the primary scores, where the tool also gives verdicts.
    pub graded: Option<f64>,
    /// Mean latency of what passed.
    pub latency_ms: Option<f64>,
    /// Mean cost of what passed.
    pub cost_usd: Option<f64>,
}

/// A weighted mean in the making.
#[derive(Default)]
struct Pool {
    sum: f64,
    weight: f64,
}

impl Pool {
    fn add(&mut self, mean: Option<f64>, weight: u16) {
        if let Some(mean) = mean.filter(|_| weight > 0) {
            self.sum += mean * f64::from(weight);
            self.weight += f64::from(weight);
        }
    }

    fn mean(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.sum / self.weight)
    }
}

impl Baseline {
    /// The runs that are pooled.
    pub fn recent(&self) -> impl Iterator<Item = &Record> {
        self.runs.iter().skip(self.runs.len().saturating_sub(POOLED_RUNS)).map(|kept| &*kept.record)
    }

    /// What a case did in the runs at these places, while it asked the same question.
    pub fn before(&self, now: &Tally, places: &Range<u64>) -> Before {
        let mut before = Before::default();
        let [mut value, mut graded, mut latency, mut cost] = [const { Pool { sum: 0.0, weight: 0.0 } }; 4];
        let there = self.runs.iter().rev().filter(|kept| places.contains(&kept.place)).enumerate();
        let same = |(at, kept): (usize, &Kept)| {
            kept.record.tally(now.key).filter(|then| then.guard == now.guard).map(|then| (at, *then))
        };
        for (at, then) in there.filter_map(same) {
            before.long.passed += u64::from(then.passed);
            before.long.failed += u64::from(then.failed);
            if at >= POOLED_RUNS {
                continue;
            }
            before.past.passed += u64::from(then.passed);
            before.past.failed += u64::from(then.failed);
            before.errored += u64::from(then.errored);
            let judged = then.passed.saturating_add(then.failed);
            value.add(then.value, judged);
            graded.add(then.graded.map(f64::from), judged);
            latency.add(then.latency_ms.map(f64::from), then.passed);
            cost.add(then.cost_usd.map(f64::from), then.passed);
        }
        before.value = value.mean();
        before.graded = graded.mean();
        before.latency_ms = latency.mean();
        before.cost_usd = cost.mean();
        before
    }

    /// The runs' keys, oldest first.
    pub fn keys(&self) -> Vec<RunKey> {
        self.recent().map(|record| record.run).collect()
    }
}
