//! The runs of all suites in their order, and what they raise: told once from
//! the beginning, then going on with each new run.
//!
//! However the runs come in, all at once or one by one, the same runs tell the
//! same story. A run that belongs before what has been told, or stands in for
//! one that was told, asks for telling it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Finding;
use super::rules::{Known, Rules};
use super::watch::{SeriesKey, Watch};
use crate::domain::evals::gather::{Filed, Row, SetAside, one_of_each};
use crate::domain::evals::history::{Record, RunKey, SuiteKey};
use crate::domain::evals::{CaseKey, Tool};

/// Runs that begin within so long of each other are of one night: their suites are corrected for being many.
const NIGHT: TimeDelta = TimeDelta::hours(12);

/// Where a run stands in the order: by its time; what names none comes first, by its file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    at: Option<DateTime<Utc>>,
    file: PathBuf,
    run: RunKey,
}

/// A run at its place.
type Placed = (Place, Arc<Record>);

/// All runs so far and what they raise.
#[derive(Debug)]
pub struct Story {
    /// As it stood before the last night.
    before: Watch,
    now: Watch,
    /// The runs of the last night, in order.
    night: Vec<Placed>,
    rows: BTreeMap<RunKey, Row>,
}

/// How a story goes on with new runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoesOn {
    /// They are part of it now.
    On,
    /// Not by these runs alone: it is to be told anew from all of them.
    Anew,
}

impl Story {
    /// Tells it from the beginning. Each run counts once; the files that say nothing more are handed back.
    pub fn of(rules: Rules, found: Vec<Filed>) -> (Self, Vec<SetAside>) {
        let (runs, aside) = one_of_each(found);
        let watch = Watch::new(rules);
        let mut story = Self { before: watch.clone(), now: watch, night: Vec::new(), rows: BTreeMap::new() };
        story.take(runs);
        (story, aside)
    }

    /// Goes on with runs that were not part of it, if they come after what has been told.
    pub fn go_on(&mut self, found: Vec<Filed>) -> GoesOn {
        let first = self.night.first().map(|(place, _)| place);
        let mut fresh = BTreeSet::new();
        let goes_on = found.iter().all(|filed| {
            let run = filed.record.run;
            // What lm-eval writes about one run lies in two files, in any order.
            filed.row.tool != Tool::LmEval
                && !self.rows.contains_key(&run)
                && fresh.insert(run)
                && first.is_none_or(|first| *first <= place(filed))
        });
        if !goes_on {
            return GoesOn::Anew;
        }
        self.take(found);
        GoesOn::On
    }

    fn take(&mut self, runs: Vec<Filed>) {
        let mut placed = std::mem::take(&mut self.night);
        for filed in runs {
            let place = place(&filed);
            self.rows.insert(place.run, filed.row);
            placed.push((place, Arc::new(filed.record)));
        }
        placed.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut nights = nights(placed);
        self.night = nights.pop().unwrap_or_default();
        for night in nights {
            self.before.sweep(night.into_iter().map(|(_, record)| record));
        }
        self.now = self.before.clone();
        self.now.sweep(self.night.iter().map(|(_, record)| Arc::clone(record)));
    }

    /// More is known of cases of a suite that no run has told of before; with the least drop that is called one.
    pub fn know(&mut self, suite: SuiteKey, (floor, known): (f64, &BTreeMap<CaseKey, Known>)) {
        self.before.know(suite, floor, known);
        self.now.know(suite, floor, known);
    }

    /// Whether this run is the first that names a branch where no branch is known to count.
    pub fn is_of_another_branch(&self, filed: &Filed) -> bool {
        filed.row.branch.is_some() && !self.now.knows_its_branch()
    }

    /// What is open, confirming, held, or closed within 14 days; by suite and model, the oldest first.
    pub fn findings(&self) -> Vec<Finding> {
        self.now.findings().cloned().collect()
    }

    /// Every run as a row shows it.
    pub fn rows(&self) -> &BTreeMap<RunKey, Row> {
        &self.rows
    }

    /// As [`Self::rows`], for whoever needs nothing else of it.
    pub fn into_rows(self) -> impl Iterator<Item = Row> {
        self.rows.into_values()
    }

    /// The cases of a suite for which quarantine may be offered.
    pub fn flaky(&self, suite: SuiteKey) -> BTreeSet<CaseKey> {
        self.now.flaky(suite)
    }
}

fn place(filed: &Filed) -> Place {
    Place { at: filed.record.at, file: filed.row.file.clone(), run: filed.record.run }
}

/// Parts runs that stand in order into nights: a night ends where a suite comes again, or after so many hours.
fn nights(placed: Vec<Placed>) -> Vec<Vec<Placed>> {
    let mut nights: Vec<Vec<Placed>> = Vec::new();
    let mut suites: BTreeSet<SeriesKey> = BTreeSet::new();
    for (place, record) in placed {
        let series = (record.suite, record.model.clone());
        let began = nights.last().and_then(|night| night.first()).map(|(first, _)| first.at);
        let long = began.is_some_and(|began| match (began, place.at) {
            (Some(began), Some(at)) => at - began > NIGHT,
            (None, Some(_)) | (Some(_), None) => true,
            (None, None) => false,
        });
        if nights.is_empty() || long || suites.contains(&series) {
            nights.push(Vec::new());
            suites.clear();
        }
        suites.insert(series);
        if let Some(night) = nights.last_mut() {
            night.push((place, record));
        }
    }
    nights
}
