//! All suites together, sweep by sweep.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::examine::{Examined, examine};
use super::rules::{Known, Rules};
use super::series::Series;
use super::{Finding, settle};
use crate::domain::evals::CaseKey;
use crate::domain::evals::history::{Record, SuiteKey};

/// Which series: a suite under one model.
pub(super) type SeriesKey = (SuiteKey, Option<Box<str>>);

/// What is known of all suites after the runs so far. It holds the last 20
/// runs of each at most, however many there were.
#[derive(Debug, Clone)]
pub struct Watch {
    rules: Arc<Rules>,
    series: BTreeMap<SeriesKey, Series>,
    /// The model of the last run of each suite.
    last: BTreeMap<SuiteKey, Option<Box<str>>>,
}

impl Watch {
    /// One that has seen no run yet.
    pub fn new(rules: Rules) -> Self {
        Self { rules: Arc::new(rules), series: BTreeMap::new(), last: BTreeMap::new() }
    }

    /// Takes in runs that belong together, such as those of one night: each
    /// suite's oldest first. Suites that are judged together are corrected
    /// for being many.
    pub fn sweep(&mut self, records: impl IntoIterator<Item: Into<Arc<Record>>>) {
        let mut rounds: Vec<BTreeMap<SeriesKey, Arc<Record>>> = Vec::new();
        let records = records.into_iter().map(Into::into);
        for record in records.filter(|record: &Arc<Record>| self.rules.counts(record)) {
            let key = (record.suite, record.model.clone());
            let at = rounds.iter().rposition(|round| round.contains_key(&key)).map_or(0, |at| at + 1);
            if at == rounds.len() {
                rounds.push(BTreeMap::new());
            }
            if let Some(round) = rounds.get_mut(at) {
                round.insert(key, record);
            }
        }
        for round in rounds {
            self.round(round);
        }
    }

    /// At most one run of each series.
    fn round(&mut self, round: BTreeMap<SeriesKey, Arc<Record>>) {
        let mut seen: Vec<(SeriesKey, Examined)> = Vec::new();
        for (key, record) in round {
            self.begin(&key);
            let Some(series) = self.series.get_mut(&key) else { continue };
            if series.knows(&record) {
                continue;
            }
            series.meet(&record, &self.rules);
            seen.push((key, examine(series, record, &self.rules)));
        }
        settle::adjust(&mut seen.iter_mut().map(|(_, seen)| seen).collect::<Vec<_>>());
        for (key, seen) in seen {
            if let Some(series) = self.series.get_mut(&key) {
                settle::settle(series, seen, &self.rules);
            }
        }
    }

    /// Begins a series, where another model's ended if there is one, and
    /// parts two that turn out to run beside each other.
    fn begin(&mut self, key: &SeriesKey) {
        let before = self.last.insert(key.0, key.1.clone()).filter(|model| *model != key.1);
        if !self.series.contains_key(key) {
            let other = before.and_then(|model| self.series.get(&(key.0, model)));
            let series = other.map_or_else(Series::default, Series::after);
            self.series.insert(key.clone(), series);
        } else if before.is_some() {
            let beside = |(other, _): &(&SeriesKey, &mut Series)| other.0 == key.0;
            self.series.iter_mut().filter(beside).for_each(|(_, series)| series.stand_alone());
        }
    }

    /// More is known of cases that no run has told of before.
    pub(super) fn know(&mut self, suite: SuiteKey, floor: f64, known: &BTreeMap<CaseKey, Known>) {
        let suite = Arc::make_mut(&mut self.rules).suites.entry(suite).or_default();
        suite.floor = floor;
        suite.known.extend(known.iter().map(|(key, known)| (*key, known.clone())));
    }

    /// Whether it is known which branch counts.
    pub(super) fn knows_its_branch(&self) -> bool {
        self.rules.default_branch.is_some()
    }

    /// What is open, confirming, held, or closed within 14 days; by suite and model, the oldest first.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.series.values().flat_map(|series| &series.findings)
    }

    /// The cases of a suite for which quarantine may be offered.
    pub fn flaky(&self, suite: SuiteKey) -> BTreeSet<CaseKey> {
        self.series.iter().filter(|(key, _)| key.0 == suite).flat_map(|(_, series)| series.flaky()).collect()
    }
}

/// What sweeps of records raise, in one go.
pub fn findings(rules: Rules, sweeps: impl IntoIterator<Item = Vec<Record>>) -> Vec<Finding> {
    let mut watch = Watch::new(rules);
    for sweep in sweeps {
        watch.sweep(sweep);
    }
    watch.findings().cloned().collect()
}
