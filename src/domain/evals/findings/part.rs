//! One cause is one incident: of two findings that the same fall raised, the one says what happened and the other is
//! part of it.
//!
//! It is decided when a finding opens, and stays so while the other is open: an incident that somebody works on does
//! not go over into another.

use std::collections::{BTreeMap, BTreeSet};

use super::examine::Examined;
use super::series::Series;
use super::{Finding, Fingerprint, Kind, State};
use crate::domain::evals::CaseKey;

/// From this share on, cases have made most of a fall.
const MOST: f64 = 0.5;

/// The findings that are open.
pub(super) fn open(series: &Series) -> BTreeSet<Fingerprint> {
    let open = series.findings.iter().filter(|finding| finding.state == State::Open);
    open.map(|finding| finding.fingerprint.clone()).collect()
}

/// Notes which findings are part of others, after a run has been taken in that `shown` these; `before` were open
/// already.
pub(super) fn attach(
    series: &mut Series,
    seen: &Examined,
    shown: &BTreeSet<Fingerprint>,
    before: &BTreeSet<Fingerprint>,
) {
    let there = open(series);
    for finding in &mut series.findings {
        let gone = |main: &Fingerprint| !there.contains(main);
        // What no run shows any more is on its way out: it becomes no incident by itself.
        let stands = finding.state != State::Open || shown.contains(&finding.fingerprint);
        if stands && finding.part_of.as_ref().is_some_and(gone) {
            finding.part_of = None;
        }
    }
    let is_new = |finding: &Finding| finding.state == State::Open && !before.contains(&finding.fingerprint);
    for at in 0..series.findings.len() {
        let main = match series.findings.get(at).filter(|finding| is_new(finding) && finding.part_of.is_none()) {
            Some(suite) if suite.kind == Kind::SuiteRegression => main_cause(&series.findings, seen),
            Some(_) | None => None,
        };
        if let (Some(main), Some(finding)) = (main, series.findings.get_mut(at)) {
            finding.part_of = Some(main);
        }
    }
    let whole = |finding: &&Finding| {
        finding.state == State::Open && finding.kind == Kind::SuiteRegression && finding.part_of.is_none()
    };
    if let Some(suite) = series.findings.iter().find(whole).cloned() {
        for finding in series.findings.iter_mut().filter(|finding| is_new(finding)) {
            if finding.kind == Kind::CaseRegression && fell_with(finding, &suite, (seen, is_new(&suite))) {
                finding.part_of = Some(suite.fingerprint.clone());
            }
        }
    }
    grave(&mut series.findings);
}

/// The cases that made most of this run's fall, where they are a finding by themselves.
fn main_cause(findings: &[Finding], seen: &Examined) -> Option<Fingerprint> {
    let (_, broke) = seen.suite.as_ref()?;
    let deltas: BTreeMap<CaseKey, f64> = seen.cases.iter().map(|case| (case.key, case.delta)).collect();
    let fall = |key: &CaseKey| deltas.get(key).map_or(0.0, |delta| (-delta).max(0.0));
    let all: f64 = broke.iter().map(fall).sum();
    let share = |finding: &Finding| finding.cases.iter().filter(|key| broke.contains(key)).map(fall).sum::<f64>();
    let cases = findings.iter().filter(|finding| {
        finding.state == State::Open && finding.kind == Kind::CaseRegression && finding.part_of.is_none()
    });
    let (share, main) = cases.map(|case| (share(case), case)).max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (all > 0.0 && share >= MOST * all).then(|| main.fingerprint.clone())
}

/// Whether cases fell when the suite did: in the same run, or for as long as it has.
fn fell_with(finding: &Finding, suite: &Finding, (seen, at_once): (&Examined, bool)) -> bool {
    let runs = suite.candidate.len();
    let is_old = |key: &CaseKey| {
        let case = seen.cases.iter().find(|case| case.key == *key);
        case.and_then(|case| usize::try_from(case.window.runs).ok()).is_some_and(|bad| bad >= runs)
    };
    let with = finding.cases.iter().filter(|key| suite.cases.contains(key) && (at_once || is_old(key)));
    2 * with.count() >= finding.cases.len() && !finding.cases.is_empty()
}

/// What stands for another is as grave.
fn grave(findings: &mut [Finding]) {
    let parts: Vec<(Fingerprint, super::Severity)> =
        findings.iter().filter_map(|part| Some((part.part_of.clone()?, part.severity))).collect();
    for (main, severity) in parts {
        for finding in findings.iter_mut().filter(|finding| finding.fingerprint == main) {
            finding.severity = finding.severity.max(severity);
        }
    }
}
