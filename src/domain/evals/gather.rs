//! Runs from many files put together: a run that was seen twice is one run.
//!
//! Of a file there remain one row a run, as it is shown, and the record that
//! findings are made of; a million trials are never held at once.

mod revived;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::history::{Record, RunKey};
use super::{Case, CaseKey, Counts, Edition, Run, Status, Tool};
use crate::domain::text::Clean;

/// A run as a row shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Where it was read.
    #[serde(skip)]
    pub file: PathBuf,
    /// Who wrote it.
    pub tool: Tool,
    /// The suite; raw.
    pub suite: String,
    /// The file that defines the suite, where the tool names it; raw.
    pub script: Option<String>,
    /// Every case is called by the description that its tool selects it by.
    #[serde(default)]
    pub described: bool,
    /// The tool's own name of the run; raw.
    pub run_id: Option<String>,
    /// How it ended.
    pub status: Status,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// What was evaluated; raw.
    pub model: Option<String>,
    /// The commit, as written.
    pub git_sha: Option<String>,
    /// The branch, where it is known.
    pub branch: Option<String>,
    /// The harness and its version; raw.
    pub harness: Option<String>,
    /// Version of the prompts.
    pub prompt_version: Option<String>,
    /// Version of the tools' schemas.
    pub tool_schema_version: Option<String>,
    /// Only a part of the suite was asked for.
    pub limited: bool,
    /// How many cases; none where the file does not state it.
    pub cases: Option<u64>,
    /// How its trials count; none where the file does not state it.
    pub counts: Option<Counts>,
    /// The mean over cases; none without any.
    pub mean_score: Option<f64>,
    /// Which of two files of the same run counts.
    pub edition: Edition,
}

impl Row {
    /// The row of a run in a file.
    pub fn of(file: &Path, run: &Run) -> Self {
        let cases = match run.stated {
            Some(stated) => stated.cases,
            None => Some(run.cases.len() as u64),
        };
        Self {
            file: file.to_path_buf(),
            tool: run.tool,
            suite: run.suite.clone(),
            script: run.script.clone(),
            described: run.described,
            run_id: run.run_id.clone(),
            status: run.status,
            started_at: run.started_at,
            model: run.model.clone(),
            git_sha: run.git_sha.clone(),
            branch: run.branch.clone(),
            harness: run.harness.clone(),
            prompt_version: run.prompt_version.clone(),
            tool_schema_version: run.tool_schema_version.clone(),
            limited: run.limited,
            cases,
            counts: run.counts(),
            mean_score: run.mean_score(),
            edition: run.edition,
        }
    }

    /// Whether it states figures without the samples behind them.
    fn is_stated(&self) -> bool {
        self.counts.is_none()
    }
}

/// What a case is called, and the words that group it with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Which case.
    pub key: CaseKey,
    /// As it is shown.
    pub name: Clean,
    /// The tool's tags.
    pub tags: Vec<Clean>,
}

/// A run from a file, as far as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Filed {
    /// As it is shown.
    pub row: Row,
    /// What findings are made of.
    pub record: Record,
    /// What its cases are called.
    pub names: Vec<Named>,
}

impl Filed {
    /// What is kept of a run in a file.
    pub fn of(file: &Path, run: &Run) -> Self {
        let called = |case: &Case| Named { key: case.key, name: case.name.clone(), tags: case.tags.clone() };
        let names = run.cases.iter().map(called).collect();
        Self { row: Row::of(file, run), record: Record::from(run), names }
    }
}

/// A file that does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// Which one.
    pub file: PathBuf,
    /// Why; raw, may quote the file.
    pub reason: String,
}

/// Each run once, in the order of their files, and the files that say nothing more.
///
/// Of two files of one run the later edition counts: an ended one over one that has not, then more updates, then more
/// scores, then the one that was named first. A samples file of lm-eval stands in for the row of its results file.
pub fn one_of_each(found: Vec<Filed>) -> (Vec<Filed>, Vec<SetAside>) {
    let mut aside = Vec::new();
    let found = samples_for_results(found, &mut aside);
    let mut best: BTreeMap<RunKey, usize> = BTreeMap::new();
    let keys: Vec<RunKey> = found.iter().map(|filed| filed.record.run).collect();
    for (at, key) in keys.iter().enumerate() {
        let held = best.entry(*key).or_insert(at);
        if found[at].row.edition > found[*held].row.edition {
            *held = at;
        }
    }
    let stays: Vec<Option<PathBuf>> = keys
        .iter()
        .enumerate()
        .map(|(at, key)| best.get(key).filter(|held| **held != at).map(|held| found[*held].row.file.clone()))
        .collect();
    let mut runs = Vec::with_capacity(found.len());
    for (filed, other) in found.into_iter().zip(stays) {
        match other {
            None => runs.push(filed),
            Some(other) => {
                let reason = format!("same run as {}", other.display());
                aside.push(SetAside { file: filed.row.file, reason });
            }
        }
    }
    (runs, aside)
}

/// What lm-eval wrote at one time about one task lies in two files; the one with the samples says more.
fn samples_for_results(found: Vec<Filed>, aside: &mut Vec<SetAside>) -> Vec<Filed> {
    let place = |row: &Row| {
        let folder = row.file.parent().map(Path::to_path_buf).unwrap_or_default();
        Some((folder, stamp(&row.file)?.to_owned(), row.suite.clone())).filter(|_| row.tool == Tool::LmEval)
    };
    let sampled = found.iter().enumerate().filter(|(_, filed)| !filed.row.is_stated());
    let sampled: BTreeMap<_, usize> = sampled.filter_map(|(at, filed)| Some((place(&filed.row)?, at))).collect();
    let twin = |row: &Row| place(row).filter(|_| row.is_stated()).and_then(|place| sampled.get(&place).copied());
    let mut results: BTreeMap<usize, Filed> = BTreeMap::new();
    let mut kept: Vec<(usize, Filed)> = Vec::new();
    for (at, filed) in found.into_iter().enumerate() {
        match twin(&filed.row) {
            Some(twin) => drop(results.insert(twin, filed)),
            None => kept.push((at, filed)),
        }
    }
    let files: BTreeSet<PathBuf> = kept.iter().map(|(_, filed)| filed.row.file.clone()).collect();
    let gone: BTreeSet<PathBuf> = results.values().map(|filed| filed.row.file.clone()).collect();
    let reason = "the samples beside it say more";
    aside.extend(gone.difference(&files).map(|file| SetAside { file: file.clone(), reason: reason.to_owned() }));
    kept.into_iter()
        .map(|(at, mut filed)| {
            if let Some(results) = results.remove(&at) {
                let (row, record) = (&mut filed.row, &mut filed.record);
                row.started_at = row.started_at.or(results.row.started_at);
                row.model = row.model.take().or(results.row.model);
                row.git_sha = row.git_sha.take().or(results.row.git_sha);
                row.harness = row.harness.take().or(results.row.harness);
                record.at = record.at.or(results.record.at);
                record.model = record.model.take().or(results.record.model);
                record.sha = record.sha.take().or(results.record.sha);
                record.limited |= results.record.limited;
            }
            filed
        })
        .collect()
}

/// The time in a file name of lm-eval, as it is written there: what follows the last `_`.
fn stamp(file: &Path) -> Option<&str> {
    let name = file.file_name()?.to_str()?;
    let (_, time) = name.rsplit_once('_')?;
    let time = time.strip_suffix(".jsonl").or_else(|| time.strip_suffix(".json"))?;
    (time.len() >= 19 && time.as_bytes()[10] == b'T').then_some(time)
}
