//! The runs of one suite and one model, in their order, and what came of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::evidence::{Window, is_flaky};
use super::examine::Examined;
use super::rules::Rules;
use super::{Finding, State};
use crate::domain::evals::history::{Baseline, Kept, POOLED_RUNS, Record, RunKey, Selector, Tally};
use crate::domain::evals::{CaseKey, Guard};

/// So many accepted runs are remembered: those that are pooled, and as many
/// before them for cases that did badly in the last ones, and the one in which they began to.
const REMEMBERED: usize = 2 * POOLED_RUNS + 1;

/// So many runs are known again when they come twice.
const KNOWN: usize = 100;

/// What is remembered of one suite under one model.
#[derive(Debug, Clone, Default)]
pub(super) struct Series {
    /// Runs without an open regression: what the next one is held against.
    accepted: VecDeque<Kept>,
    pin: Option<Kept>,
    /// The accepted runs are those of another model, which came before this one.
    pub borrowed: bool,
    windows: BTreeMap<CaseKey, (Option<Guard>, Window)>,
    /// The complete run before this one fell as well.
    pub fell: bool,
    /// The last whole run, or the one before the suite changed.
    reference: Option<Arc<Record>>,
    /// The last whole runs, accepted or not.
    known: VecDeque<RunKey>,
    /// Means of the files that state nothing else.
    pub stated: VecDeque<f64>,
    /// The last stated mean had fallen.
    pub stated_fell: bool,
    /// Where each waiver began to hold, by its place among the rules.
    waivers: BTreeMap<usize, u64>,
    place: u64,
    pub findings: Vec<Finding>,
}

impl Series {
    /// One that begins where another model's ended.
    pub fn after(other: &Self) -> Self {
        Self {
            accepted: other.accepted.clone(),
            borrowed: true,
            reference: other.reference.clone(),
            waivers: other.waivers.clone(),
            place: other.place,
            ..Self::default()
        }
    }

    /// Lets go of what it borrowed: the other model is still in use, so the two stand beside each other.
    pub fn stand_alone(&mut self) {
        if self.borrowed {
            self.borrowed = false;
            self.accepted.clear();
            self.windows.clear();
            self.fell = false;
            self.findings.retain(|finding| !finding.kind.is_regression());
        }
    }

    /// Whether it knows this run already.
    pub fn knows(&self, record: &Record) -> bool {
        self.known.contains(&record.run)
    }

    /// The runs that the next one is held against.
    pub fn baseline(&self) -> Option<Baseline> {
        let (selector, runs): (_, Vec<Kept>) = match &self.pin {
            Some(pin) => (Selector::Pin, vec![pin.clone()]),
            None if self.borrowed => (Selector::LastAccepted, self.accepted.back().cloned().into_iter().collect()),
            None if self.accepted.len() > 1 => (Selector::Pooled, self.accepted.iter().cloned().collect()),
            None => (Selector::LastAccepted, self.accepted.iter().cloned().collect()),
        };
        (!runs.is_empty()).then_some(Baseline { selector, runs })
    }

    /// The place of the run that was met last.
    pub const fn place(&self) -> u64 {
        self.place
    }

    /// What the suite is held against to see whether it changed.
    pub fn reference(&self) -> Option<&Record> {
        self.reference.as_deref()
    }

    /// The bad runs in a row of a case that still asks the same, as long as
    /// anything is remembered of the time before.
    pub fn window(&self, now: &Tally) -> Option<Window> {
        let first = self.accepted.front().map_or(0, |kept| kept.place);
        let same = self.windows.get(&now.key).filter(|(then, _)| *then == now.guard);
        same.map(|(_, window)| *window).filter(|window| self.pin.is_some() || window.since > first)
    }

    /// From which place on a case has a new normal, and whether the waiver still lives.
    pub fn waiver(&self, key: CaseKey, record: &Record, rules: &Rules) -> Option<(u64, bool)> {
        let held = self.waivers.iter().filter_map(|(at, since)| rules.waivers.get(*at).map(|waiver| (waiver, *since)));
        held.filter(|(waiver, _)| waiver.cases.hold(key))
            .map(|(waiver, since)| (since, record.at.is_none_or(|at| at <= waiver.until)))
            .max()
    }

    /// Takes note of a run that is about to be examined.
    pub fn meet(&mut self, record: &Arc<Record>, rules: &Rules) {
        self.place += 1;
        for (at, waiver) in rules.waivers.iter().enumerate() {
            if waiver.suite == record.suite && waiver.from.is(record) {
                self.waivers.entry(at).or_insert(self.place);
            }
        }
        if rules.pins.get(&record.suite) == Some(&record.run) {
            self.pin = Some(Kept { place: self.place, record: Arc::clone(record) });
        }
    }

    /// Makes a run that somebody accepted the new normal, and closes what it shows.
    pub fn accept(&mut self, record: &Arc<Record>) {
        self.accepted.clear();
        self.windows.clear();
        self.stated.clear();
        self.borrowed = false;
        self.fell = false;
        self.reference = Some(Arc::clone(record));
        self.accepted.push_back(Kept { place: self.place, record: Arc::clone(record) });
        for finding in &mut self.findings {
            close(finding, record.at);
        }
    }

    /// Keeps a whole run for what is to come: as baseline, or until the next one tells.
    pub fn keep(&mut self, seen: Examined) {
        self.known.push_back(seen.record.run);
        let over = self.known.len().saturating_sub(KNOWN);
        self.known.drain(..over);
        if seen.record.cases.is_empty() {
            return;
        }
        let changed = self.is_open(|finding| finding.kind == super::Kind::SuiteChanged);
        if !changed {
            self.reference = Some(Arc::clone(&seen.record));
        }
        self.windows = seen.windows;
        if self.is_open(|finding| finding.kind.is_regression()) {
            return;
        }
        if self.borrowed {
            if self.fell || !self.windows.is_empty() {
                return;
            }
            self.borrowed = false;
            self.accepted.clear();
        }
        self.accepted.push_back(Kept { place: self.place, record: seen.record });
        let over = self.accepted.len().saturating_sub(REMEMBERED);
        self.accepted.drain(..over);
    }

    fn is_open(&self, of: impl Fn(&Finding) -> bool) -> bool {
        self.findings.iter().any(|finding| finding.state == State::Open && of(finding))
    }

    /// The runs that it holds, oldest first.
    fn held(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.accepted.iter().map(|kept| &*kept.record)
    }

    /// How many trials of a case failed in a row up to this run, and how many passed in a row before it.
    pub fn streaks(&self, key: CaseKey, record: &Record) -> (u64, u64) {
        let past = |record: &Record| record.tally(key).map(Tally::past);
        let before = || self.held().rev().filter_map(past);
        let failed = past(record).into_iter().chain(before()).take_while(|past| past.passed == 0);
        let passed = before().take_while(|past| past.failed == 0);
        (failed.map(|past| past.failed).sum(), passed.map(|past| past.passed).sum())
    }

    /// Cases whose results are mixed although nothing changed: quarantine may be offered for them.
    pub fn flaky(&self) -> BTreeSet<CaseKey> {
        let mut pools: BTreeMap<CaseKey, (super::Past, bool)> = BTreeMap::new();
        for tally in self.held().flat_map(|record| &record.cases) {
            let (past, mixed) = pools.entry(tally.key).or_default();
            past.passed += u64::from(tally.passed);
            past.failed += u64::from(tally.failed);
            *mixed |= tally.passed > 0 && tally.failed > 0;
        }
        pools.into_iter().filter(|(_, (past, mixed))| *mixed || is_flaky(*past)).map(|(key, _)| key).collect()
    }
}

/// Closes a finding with the run that showed it to be over.
pub(super) fn close(finding: &mut Finding, at: Option<DateTime<Utc>>) {
    if finding.state != State::Closed {
        finding.state = State::Closed;
        finding.closed_at = at;
    }
}
