//! Cut at 50 places and flipped at 200: no fall, no false alarm.

use std::collections::HashSet;

use chrono::TimeDelta;
use dogwatch::domain::evals::findings::{Finding, Kind, Rules, State, findings};
use dogwatch::domain::evals::history::Record;
use dogwatch::domain::evals::{CaseKey, Outcome, Run, Status, Tool};
use dogwatch::sources::evals::{Skip, file};
use rayon::prelude::*;

use super::{Entry, index, late};

const CUTS: usize = 50;
const FLIPS: usize = 200;
/// Of so many flipped files one is judged after a week of whole ones, and opened.
const JUDGED: usize = 20;
/// Good runs before the damaged one.
const HISTORY: i32 = 6;

/// The same numbers each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

fn read(entry: &Entry, bytes: &[u8]) -> Result<(Tool, Vec<Run>), Skip> {
    let read = file::read_bytes(entry.name(), bytes, late(), 1.0);
    for run in read.iter().flat_map(|(_, runs)| runs) {
        assert!(run.trials.iter().all(|trial| (trial.case as usize) < run.cases.len()), "{}", entry.file);
        assert!(run.trials.iter().all(|trial| trial.score.is_none_or(f64::is_finite)), "{}", entry.file);
    }
    if let Err(skip) = &read {
        assert!(!skip.reason.is_empty(), "{}", entry.file);
    }
    read
}

/// Opens the first and the last trial, whatever comes of it.
fn open(bytes: &[u8], run: &Run) {
    for trial in [run.trials.first(), run.trials.last()].into_iter().flatten() {
        let opened = file::sample_in_bytes(bytes, run.tool, &run.cases[trial.case as usize], trial);
        assert!(opened.map_or_else(|skip| !skip.reason.is_empty(), |_| true));
    }
}

fn passed(run: &Run) -> HashSet<CaseKey> {
    let trials = run.trials.iter().filter(|trial| trial.outcome == Outcome::Passed);
    trials.map(|trial| run.cases[trial.case as usize].key).collect()
}

/// The same run on the day with this number, under a name of its own.
fn on_day(run: &Run, day: i32) -> Record {
    let started_at = run.started_at.unwrap_or_else(late) + TimeDelta::days(day.into());
    Record::from(&Run { run_id: Some(format!("day {day}")), started_at: Some(started_at), ..run.clone() })
}

/// A run as it should be, and the days on which it was.
struct Whole {
    run: Run,
    history: Vec<Record>,
}

impl Whole {
    fn of(run: Run) -> Self {
        let complete = Run { status: Status::Complete, ..run.clone() };
        Self { history: (0..HISTORY).map(|day| on_day(&complete, day)).collect(), run }
    }

    /// What is found when a damaged one comes after these days.
    fn found_after(&self, damaged: &Run) -> Vec<Finding> {
        let damaged = Run { started_at: self.run.started_at, ..damaged.clone() };
        let days = self.history.iter().cloned().chain([on_day(&damaged, HISTORY)]);
        findings(Rules::default(), days.map(|record| vec![record]))
    }
}

fn wholes(entry: &Entry, bytes: &[u8]) -> Vec<Whole> {
    let runs = read(entry, bytes).map(|(_, runs)| runs).unwrap_or_default();
    assert_eq!(runs.is_empty(), entry.expect.is_none(), "{}", entry.file);
    runs.into_iter().map(Whole::of).collect()
}

fn is_open_regression(finding: &Finding) -> bool {
    finding.state == State::Open && matches!(finding.kind, Kind::SuiteRegression | Kind::CaseRegression)
}

/// Whether all that is missing after a cut are whole records, or nothing.
fn is_between_records(whole: &[u8], cut: usize) -> bool {
    let (before, after) = (whole[..cut].trim_ascii_end(), whole[cut..].trim_ascii_start());
    after.is_empty() || (before.ends_with(b"}") && after.starts_with(b"{"))
}

fn check_cut(entry: &Entry, bytes: &[u8], cut: usize, whole: &[Whole]) {
    let place = format!("{} cut at {cut} of {}", entry.file, bytes.len());
    let Ok((_, runs)) = read(entry, &bytes[..cut]) else { return };
    let text = !bytes.starts_with(b"PK") && whole.iter().all(|whole| whole.run.stated.is_none());
    assert!(text && !whole.is_empty(), "{place} is read");
    for run in &runs {
        let whole = whole.iter().find(|whole| whole.run.suite == run.suite);
        let whole = whole.unwrap_or_else(|| panic!("{place} is of another suite: {}", run.suite));
        let known = &whole.run;
        assert!(run.trials.len() <= known.trials.len() && run.stated.is_none(), "{place} has more trials");
        assert!(passed(run).is_subset(&passed(known)), "{place} passes what the whole does not");
        assert!(run.status != Status::Complete || is_between_records(bytes, cut), "{place} is said to be complete");
        let found = whole.found_after(run);
        assert!(!found.iter().any(is_open_regression), "{place} opens {found:?}");
        let partial = run.status != Status::Complete;
        assert!(!partial || !found.iter().any(|one| one.kind == Kind::SuiteChanged), "{place} opens {found:?}");
        open(&bytes[..cut], run);
    }
}

#[test]
fn a_sample_cut_anywhere_is_set_aside_or_partial_and_raises_no_alarm() {
    index().par_iter().for_each(|entry| {
        let bytes = entry.bytes();
        let whole = wholes(entry, &bytes);
        for part in 0..CUTS {
            check_cut(entry, &bytes, bytes.len() * part / CUTS, &whole);
        }
    });
}

fn raises_no_alarm(run: &Run, whole: &[Whole], place: &str) {
    let known = whole.iter().find(|whole| whole.run.suite == run.suite);
    if let Some(whole) = known.filter(|whole| whole.run != *run) {
        let found = whole.found_after(run);
        assert!(!found.iter().any(is_open_regression), "{place} opens {found:?}");
    }
}

#[test]
fn a_sample_with_a_flipped_bit_is_survived_and_raises_no_alarm() {
    index().par_iter().enumerate().for_each(|(seed, entry)| {
        let mut bytes = entry.bytes();
        let whole = wholes(entry, &bytes);
        let most = whole.iter().map(|whole| whole.run.trials.len()).sum::<usize>() + 1;
        let mut numbers = Numbers(seed as u64);
        for flip in 0..if bytes.is_empty() { 0 } else { FLIPS } {
            let (at, bit) = (numbers.below(bytes.len()), numbers.below(8));
            bytes[at] ^= 1 << bit;
            let place = format!("{} flipped at {at}, bit {bit}", entry.file);
            let runs = read(entry, &bytes).map(|(_, runs)| runs).unwrap_or_default();
            assert!(runs.is_empty() || !whole.is_empty(), "{place} is a result now");
            // A flipped id is one more case; a flipped quote cannot make up more than that.
            assert!(runs.iter().map(|run| run.trials.len()).sum::<usize>() <= most, "{place} has more trials");
            for run in &runs {
                if flip % JUDGED == 0 {
                    raises_no_alarm(run, &whole, &place);
                    open(&bytes, run);
                }
            }
            bytes[at] ^= 1 << bit;
        }
    });
}
