//! What an evaluation said, whichever tool wrote it down: runs of a suite, its
//! cases, and their trials.
//!
//! Status and score are separate: a trial that died has no score, and never
//! counts as a wrong answer. A case is the same case while its guard says so;
//! after that it has changed, and is not compared.

pub mod compare;
pub mod evidence;
pub mod findings;
pub mod gather;
pub mod history;
pub mod packed;
pub mod sample;
pub mod stats;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::text::Clean;

/// The tools whose results are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// Inspect (`inspect_ai`), `.eval` and `.json` logs.
    Inspect,
    /// promptfoo, JSON and JSONL exports.
    Promptfoo,
    /// JUnit XML, as pytest and many others write it.
    Junit,
    /// DeepEval test runs.
    Deepeval,
    /// lm-evaluation-harness, results and samples.
    LmEval,
    /// OpenAI evals, recorded events.
    Openai,
    /// The documented lines `dogwatch.eval.v1`.
    Jsonl,
}

impl Tool {
    /// As answers and the store spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inspect => "inspect",
            Self::Promptfoo => "promptfoo",
            Self::Junit => "junit",
            Self::Deepeval => "deepeval",
            Self::LmEval => "lm_eval",
            Self::Openai => "openai",
            Self::Jsonl => "jsonl",
        }
    }
}

/// How a run ended, if it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// To its end, also with errored trials.
    Complete,
    /// Something of it is missing, and nobody is at work on it.
    Partial,
    /// The tool says that it failed.
    Error,
    /// Somebody stopped it.
    Cancelled,
    /// It may still be at work.
    Running,
}

impl Status {
    /// As answers and the store spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
            Self::Running => "running",
        }
    }
}

/// What came of one trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The tool's verdict, or a primary score of at least `pass_at`.
    Passed,
    /// Judged, and not passed.
    Failed,
    /// It died before it could be judged.
    Errored,
    /// It was not run.
    Skipped,
    /// It ran, and nothing that counts was said of it.
    Unscored,
}

/// What identifies a case within its suite: a hash of its raw identity, so
/// that two cases that differ in an invisible character stay two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CaseKey(#[serde(with = "crate::domain::hash::digits")] pub [u8; 16]);

/// What says that it is still the same question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guard(pub u64);

/// The hash of parts that cannot run into each other: each goes in with its length.
fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

impl CaseKey {
    /// The key of a case with this identity.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let [key @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = digest(parts);
        Self(key)
    }
}

impl Guard {
    /// The guard over this content.
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let whole = digest(parts);
        Self(whole.iter().take(8).rev().fold(0, |guard, byte| guard << 8 | u64::from(*byte)))
    }
}

/// One case of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Which it is.
    pub key: CaseKey,
    /// As it is shown.
    pub name: Clean,
    /// Its identity as the tool wrote it, where a reader needs it to find the sample again; else empty.
    pub raw: Box<str>,
    /// None where the format has none: the key then says it all.
    pub guard: Option<Guard>,
    /// Words that group cases: the tool's tags.
    pub tags: Vec<Clean>,
}

/// One trial of one case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial {
    /// The place of its case in [`Run::cases`].
    pub case: u32,
    /// Which trial of that case, from 0 (Inspect: the epoch, from 1).
    pub no: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// The primary score; only where it passed or failed, and finite.
    pub score: Option<f64>,
    /// What the tool itself said, where it gives verdicts.
    pub verdict: Option<bool>,
    /// How long it took, in milliseconds.
    pub latency_ms: Option<f64>,
    /// What it cost, in US dollars.
    pub cost_usd: Option<f64>,
    /// Tokens in and out.
    pub tokens: Option<u64>,
    /// Where it stands in its file, as its reader understands it: bytes from and to, or a row's number.
    pub at: (u64, u64),
}

/// Counts and a mean that a file states without its samples (lm-eval's results).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stated {
    /// Cases that were run.
    pub cases: Option<u64>,
    /// The mean of the primary metric.
    pub mean: Option<f64>,
}

/// Which of two files of one run is the later edition: the greater.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edition {
    /// Ended over not.
    pub ended: bool,
    /// How often the log was edited.
    pub updates: u32,
    /// How many scores it holds.
    pub scores: u64,
}

/// One run of one suite, as one file tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Who wrote it.
    pub tool: Tool,
    /// The tool's own name of the run, if it gives one; raw.
    pub run_id: Option<String>,
    /// The suite's name; raw.
    pub suite: String,
    /// The file that defines the suite, where the tool names it; raw.
    pub script: Option<String>,
    /// How it ended.
    pub status: Status,
    /// Every case is called by the description that its tool selects it by.
    pub described: bool,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// The newest time that stands inside the file.
    pub newest_at: Option<DateTime<Utc>>,
    /// What was evaluated; several joined by `, `; raw.
    pub model: Option<String>,
    /// The commit, as written.
    pub git_sha: Option<String>,
    /// The branch, where the file or what brought it says so.
    pub branch: Option<String>,
    /// Version of the prompts.
    pub prompt_version: Option<String>,
    /// Version of the tools' schemas.
    pub tool_schema_version: Option<String>,
    /// The harness and its version.
    pub harness: Option<String>,
    /// Only a part of the suite was asked for (`--limit`).
    pub limited: bool,
    /// A lower primary score is better.
    pub lower_is_better: bool,
    /// Which of two files of the same run counts.
    pub edition: Edition,
    /// The cases, each key once.
    pub cases: Vec<Case>,
    /// The trials, in the file's order.
    pub trials: Vec<Trial>,
    /// Set where the file has no samples and states its figures.
    pub stated: Option<Stated>,
}

/// How the trials of a run count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
    /// Errored.
    pub errored: u64,
    /// Skipped.
    pub skipped: u64,
    /// Unscored.
    pub unscored: u64,
}

impl Counts {
    /// All of them.
    pub const fn trials(self) -> u64 {
        self.passed + self.failed + self.errored + self.skipped + self.unscored
    }
}

impl Run {
    /// An empty, complete run of a suite.
    pub fn new(tool: Tool, suite: impl Into<String>) -> Self {
        Self {
            tool,
            run_id: None,
            suite: suite.into(),
            script: None,
            described: false,
            status: Status::Complete,
            started_at: None,
            newest_at: None,
            model: None,
            git_sha: None,
            branch: None,
            prompt_version: None,
            tool_schema_version: None,
            harness: None,
            limited: false,
            lower_is_better: false,
            edition: Edition::default(),
            cases: Vec::new(),
            trials: Vec::new(),
            stated: None,
        }
    }

    /// How its trials count; none where the file does not state them.
    pub fn counts(&self) -> Option<Counts> {
        if self.stated.is_some() {
            return None;
        }
        let mut counts = Counts::default();
        for trial in &self.trials {
            *match trial.outcome {
                Outcome::Passed => &mut counts.passed,
                Outcome::Failed => &mut counts.failed,
                Outcome::Errored => &mut counts.errored,
                Outcome::Skipped => &mut counts.skipped,
                Outcome::Unscored => &mut counts.unscored,
            } += 1;
        }
        Some(counts)
    }

    /// The mean over cases of the case's mean over its passed and failed trials; none without any.
    pub fn mean_score(&self) -> Option<f64> {
        if let Some(stated) = self.stated {
            return stated.mean;
        }
        let means = self.means(|trial| trial.score);
        let known: Vec<f64> = means.into_iter().flatten().collect();
        stats::mean(&known)
    }

    /// Per case, the mean of a value over its passed and failed trials that have it.
    pub fn means(&self, value: impl Fn(&Trial) -> Option<f64>) -> Vec<Option<f64>> {
        let mut sums = vec![(0.0, 0u32); self.cases.len()];
        for trial in &self.trials {
            let judged = matches!(trial.outcome, Outcome::Passed | Outcome::Failed);
            if let Some(value) = value(trial).filter(|_| judged)
                && let Some((sum, count)) = sums.get_mut(trial.case as usize)
            {
                *sum += value;
                *count += 1;
            }
        }
        sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))).collect()
    }
}
