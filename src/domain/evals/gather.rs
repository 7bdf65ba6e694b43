//! Runs from many files put together: a run that was seen twice is one run.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{Run, Tool};
use crate::domain::hash::hex;

/// Names a run wherever its file lies: 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunKey(String);

impl RunKey {
    /// The key of a run: its tool, its suite, its model, and its own name or else its content.
    pub fn of(run: &Run) -> Self {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        part(run.tool.name().as_bytes());
        part(run.suite.as_bytes());
        part(run.model.as_deref().unwrap_or_default().as_bytes());
        match &run.run_id {
            Some(id) => part(id.as_bytes()),
            None => {
                part(b"\0content");
                part(&content(run));
            }
        }
        let mut key = hex(&hash.finalize());
        key.truncate(16);
        Self(key)
    }

    /// As the store keeps it.
    pub fn kept(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a run without a name of its own is known by: everything that is said of it.
fn content(run: &Run) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(run.started_at.map_or(0, |at| at.timestamp_millis()).to_le_bytes());
    for case in &run.cases {
        hash.update(case.key.0);
        hash.update(case.guard.map_or(0, |guard| guard.0).to_le_bytes());
    }
    for trial in &run.trials {
        hash.update(trial.case.to_le_bytes());
        hash.update([trial.outcome as u8]);
        for figure in [trial.score, trial.latency_ms, trial.cost_usd] {
            hash.update(figure.map_or(u64::MAX, f64::to_bits).to_le_bytes());
        }
    }
    if let Some(stated) = run.stated {
        hash.update(stated.cases.unwrap_or(u64::MAX).to_le_bytes());
        hash.update(stated.mean.map_or(u64::MAX, f64::to_bits).to_le_bytes());
    }
    hash.finalize().into()
}

/// A run in its file.
#[derive(Debug, Clone, PartialEq)]
pub struct Filed {
    /// Where it was read.
    pub file: PathBuf,
    /// What was read.
    pub run: Run,
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
    let keys: Vec<RunKey> = found.iter().map(|filed| RunKey::of(&filed.run)).collect();
    for (at, key) in keys.iter().enumerate() {
        let held = best.entry(key.clone()).or_insert(at);
        if found[at].run.edition > found[*held].run.edition {
            *held = at;
        }
    }
    let stays: Vec<Option<PathBuf>> = keys
        .iter()
        .enumerate()
        .map(|(at, key)| best.get(key).filter(|held| **held != at).map(|held| found[*held].file.clone()))
        .collect();
    let mut runs = Vec::with_capacity(found.len());
    for (filed, other) in found.into_iter().zip(stays) {
        match other {
            None => runs.push(filed),
            Some(other) => {
                let reason = format!("same run as {}", other.display());
                aside.push(SetAside { file: filed.file, reason });
            }
        }
    }
    (runs, aside)
}

/// What lm-eval wrote at one time about one task lies in two files; the one with the samples says more.
fn samples_for_results(found: Vec<Filed>, aside: &mut Vec<SetAside>) -> Vec<Filed> {
    let place = |filed: &Filed| {
        let folder = filed.file.parent().map(Path::to_path_buf).unwrap_or_default();
        Some((folder, stamp(&filed.file)?.to_owned(), filed.run.suite.clone()))
    };
    let is_lm = |filed: &&Filed| filed.run.tool == Tool::LmEval;
    let sampled: BTreeMap<_, usize> = found
        .iter()
        .enumerate()
        .filter(|(_, filed)| is_lm(filed) && filed.run.stated.is_none())
        .filter_map(|(at, filed)| Some((place(filed)?, at)))
        .collect();
    if sampled.is_empty() {
        return found;
    }
    let mut facts: BTreeMap<usize, Run> = BTreeMap::new();
    let mut left: BTreeMap<PathBuf, u32> = BTreeMap::new();
    let mut gone: Vec<PathBuf> = Vec::new();
    let mut kept: Vec<(usize, Filed)> = Vec::new();
    for (at, filed) in found.into_iter().enumerate() {
        let twin = if filed.run.stated.is_some() && filed.run.tool == Tool::LmEval {
            place(&filed).and_then(|place| sampled.get(&place).copied())
        } else {
            None
        };
        match twin {
            Some(twin) => {
                facts.insert(twin, filed.run);
                gone.push(filed.file);
            }
            None => {
                *left.entry(filed.file.clone()).or_default() += 1;
                kept.push((at, filed));
            }
        }
    }
    gone.dedup();
    for file in gone.into_iter().filter(|file| !left.contains_key(file)) {
        aside.push(SetAside { file, reason: "the samples beside it say more".to_owned() });
    }
    kept.into_iter()
        .map(|(at, mut filed)| {
            if let Some(results) = facts.remove(&at) {
                let run = &mut filed.run;
                run.started_at = run.started_at.or(results.started_at);
                run.model = run.model.take().or(results.model);
                run.git_sha = run.git_sha.take().or(results.git_sha);
                run.harness = run.harness.take().or(results.harness);
                run.lower_is_better |= results.lower_is_better;
                run.limited |= results.limited;
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
