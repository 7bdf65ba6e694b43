//! What one run says against its baseline, before anybody decides what it means.

use std::collections::BTreeSet;

use super::{Kind, Severity, Suite};
use crate::domain::evals::compare::{self, ALPHA, CANDIDATE_TRIALS, HISTORY_TRIALS, Tested};
use crate::domain::evals::history::{Baseline, Before, Record, Tally};
use crate::domain::evals::stats::{self, MeanTest, Past, SLACK, number};
use crate::domain::evals::{CaseKey, Status};

/// A cost or latency this much above the usual is worth a word.
const RATIO: f64 = 1.25;
/// And so sure.
const SURE: f64 = 0.01;
/// Errors are no finding up to this share, or three times the usual.
const ERRORS: f64 = 0.02;
/// Where more than this share died, the run is ill and not the case.
const ILL: f64 = 0.10;
/// A suite of which this share asks something else now has changed.
const CHANGED: f64 = 0.05;
/// A judge that moved the scores this far while no verdict moved.
const GRADED: f64 = 0.05;
/// A must-pass case is held to having passed all but one of this many trials, or the same share of others.
const MUST_TRIALS: u64 = 20;
/// And of at least so many: a suite of one trial a run has few.
const MUST_LEAST: u64 = 10;

/// The trials of a case in the runs in a row in which it did badly.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Window {
    pub passed: u64,
    pub trials: u64,
    pub runs: u32,
    /// All of them died.
    pub dead: bool,
    /// The place of the first of these runs.
    pub since: u64,
}

/// A case that does badly in this run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CaseEvidence {
    pub key: CaseKey,
    /// With the runs before in a row.
    pub window: Window,
    /// Its pass rate now less its mean before.
    pub delta: f64,
    pub p: f64,
    /// Over the cases of the suite, then over the sweep.
    pub adjusted: f64,
    /// A must-pass case that fails twice running.
    pub must: bool,
    /// Its past is so mixed that it takes more than that to be believed.
    pub flaky: bool,
}

impl CaseEvidence {
    /// Worth listing.
    pub fn is_suspicious(&self) -> bool {
        self.must || self.p <= ALPHA + SLACK
    }

    /// Worth an incident.
    pub fn is_firm(&self) -> bool {
        let seen = self.window.trials >= CANDIDATE_TRIALS && (!self.window.dead || self.window.runs >= 2);
        self.must || (seen && self.adjusted <= ALPHA + SLACK)
    }

    /// Worth one although no other case says the same.
    pub fn is_firm_alone(&self) -> bool {
        self.must || !self.flaky || self.adjusted <= SURE + SLACK
    }
}

/// Something that is no matter of single cases.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub kind: Kind,
    pub cases: Vec<CaseKey>,
    pub p: Option<f64>,
    pub delta: Option<f64>,
    pub severity: Severity,
}

/// A case of a run beside its past.
pub(super) struct Case<'a> {
    pub now: &'a Tally,
    /// Before it began to do badly, if it does.
    pub before: Before,
    /// In the runs that the suite is held against.
    pub recent: Before,
}

/// What counts of a case in this run: passes and trials. A case that never
/// died before and now always does counts as failing, unless the whole run is ill.
pub(super) fn sample(case: &Case<'_>, share_dead: f64, since: u64) -> Option<Window> {
    let past = case.now.past();
    if past.trials() > 0 {
        return Some(Window { passed: past.passed, trials: past.trials(), runs: 1, dead: false, since });
    }
    let dies = case.now.errored > 0 && case.before.errored == 0 && share_dead <= ILL + SLACK;
    dies.then(|| Window { passed: 0, trials: u64::from(case.now.errored), runs: 1, dead: true, since })
}

/// Holds a case against its own history; `earlier` are the bad runs in a row
/// before this one. None where it has too little history.
pub(super) fn of_case(case: &Case<'_>, own: Window, earlier: Option<Window>, suite: &Suite) -> Option<CaseEvidence> {
    let past = case.before.past;
    if past.trials() < HISTORY_TRIALS {
        return None;
    }
    let window = match earlier.filter(|_| is_bad(past, own)) {
        Some(earlier) => Window {
            passed: earlier.passed + own.passed,
            trials: earlier.trials + own.trials,
            runs: earlier.runs + 1,
            dead: earlier.dead && own.dead,
            since: earlier.since,
        },
        None => own,
    };
    let p = past.at_most(window.passed, window.trials);
    let must_pass = suite.known.get(&case.now.key).is_some_and(|known| known.must_pass);
    let long = case.before.long;
    let reliable = long.trials() >= MUST_LEAST && long.passed * MUST_TRIALS >= long.trials() * (MUST_TRIALS - 1);
    let must = must_pass && reliable && window.passed == 0 && window.trials >= 2 && !window.dead;
    let rate = |passed: u64, trials: u64| share(passed, trials);
    let delta = rate(window.passed, window.trials) - rate(past.passed, past.trials());
    Some(CaseEvidence { key: case.now.key, window, delta, p, adjusted: 1.0, must, flaky: is_flaky(past) })
}

/// Whether a case did badly in one run: mostly failing, or less than chance explains.
pub(super) fn is_bad(past: Past, own: Window) -> bool {
    2 * own.passed < own.trials || past.at_most(own.passed, own.trials) <= ALPHA + SLACK
}

#[expect(clippy::cast_precision_loss, reason = "counts of trials stay far below 2^52")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Whether a case so often does either that quarantine may be offered for it.
pub(super) fn is_flaky(past: Past) -> bool {
    past.trials() >= 10 && (0.1..=0.9).contains(&past.posterior_mean())
}

/// Corrects the cases of a suite for being many, and each for how often it
/// was looked at: runs in a row are chosen by how they began, so that every
/// further one is a further test (Bonferroni over the looks); and where one
/// run alone has trials enough, also over where they began.
pub(super) fn adjust(cases: &mut [CaseEvidence]) {
    let looks = |case: &CaseEvidence| {
        let runs = f64::from(case.window.runs);
        let enough = case.window.trials >= CANDIDATE_TRIALS * u64::from(case.window.runs);
        (case.p * if enough { runs * runs } else { runs }).min(1.0)
    };
    let adjusted = stats::benjamini_hochberg(&cases.iter().map(looks).collect::<Vec<_>>());
    for (case, adjusted) in cases.iter_mut().zip(adjusted) {
        case.adjusted = adjusted;
    }
}

/// The suite test over the cases with a value on both sides, and the cases
/// that fell. None where under half of the baseline's cases have a partner.
pub(super) fn of_suite(cases: &[Case<'_>], baseline: &Baseline) -> Option<(Tested, Vec<CaseKey>)> {
    let pairs: Vec<(CaseKey, f64, f64)> =
        cases.iter().filter_map(|case| Some((case.now.key, case.recent.value?, case.now.value?))).collect();
    let wanted = baseline.runs.last().map_or(0, |kept| kept.record.cases.len());
    if pairs.is_empty() || 2 * pairs.len() < wanted {
        return None;
    }
    let broke = pairs.iter().filter(|(_, a, b)| b - a < -SLACK).map(|(key, ..)| *key).collect();
    let tested = compare::test(&pairs.iter().map(|(_, a, b)| (*a, *b)).collect::<Vec<_>>());
    Some((tested, broke))
}

/// The share of trials that died, and of those of which nothing could be said.
pub(super) fn lost(record: &Record) -> (f64, f64) {
    let sum = |of: fn(&Tally) -> u64| record.cases.iter().map(of).sum::<u64>();
    let all = sum(Tally::run);
    (share(sum(|tally| tally.errored.into()), all), share(sum(|tally| tally.unscored.into()), all))
}

fn usual(baseline: Option<&Baseline>, of: fn(&Record) -> f64) -> f64 {
    let shares: Vec<f64> = baseline.iter().flat_map(|baseline| baseline.recent()).map(of).collect();
    stats::mean(&shares).unwrap_or(0.0)
}

/// A run that died, or trials that did.
pub(super) fn of_errors(record: &Record, baseline: Option<&Baseline>) -> Option<Found> {
    let (dead, _) = lost(record);
    let before = usual(baseline, |record| lost(record).0);
    let ended = match record.status {
        Status::Complete => true,
        Status::Partial | Status::Error | Status::Cancelled => false,
        Status::Running => return None,
    };
    let judged = record.cases.iter().any(|tally| tally.past().trials() > 0);
    let blind = dead >= 0.5 || (!ended && !judged);
    let many = dead > ERRORS.max(3.0 * before) + SLACK;
    (many || !ended).then(|| Found {
        kind: Kind::Errors,
        cases: record.cases.iter().filter(|tally| tally.errored > 0).map(|tally| tally.key).collect(),
        p: None,
        delta: Some(dead - before),
        severity: if blind { Severity::High } else { Severity::Medium },
    })
}

/// Cost and latency of what passed on both sides, by the paired t of the logarithms.
pub(super) fn of_price(cases: &[Case<'_>]) -> Vec<Found> {
    let latency = cases.iter().filter_map(|case| Some((case.recent.latency_ms?, f64::from(case.now.latency_ms?))));
    let cost = cases.iter().filter_map(|case| Some((case.recent.cost_usd?, f64::from(case.now.cost_usd?))));
    let both = [(Kind::Cost, cost.collect::<Vec<_>>()), (Kind::Latency, latency.collect())];
    both.into_iter().filter_map(|(kind, pairs)| dearer(kind, &pairs)).collect()
}

fn dearer(kind: Kind, pairs: &[(f64, f64)]) -> Option<Found> {
    let positive = |figure: f64| figure.is_finite() && figure > 0.0;
    let logs: Vec<f64> =
        pairs.iter().filter(|(a, b)| positive(*a) && positive(*b)).map(|(a, b)| (b / a).ln()).collect();
    let paired = stats::paired(&logs)?;
    let p = match paired.test {
        MeanTest::T { two_sided, .. } | MeanTest::Sign { two_sided, .. } => two_sided,
    };
    let ratio = paired.mean.exp();
    (ratio >= RATIO - SLACK && p <= SURE + SLACK).then_some(Found {
        kind,
        cases: Vec::new(),
        p: Some(p),
        delta: Some(ratio - 1.0),
        severity: Severity::Low,
    })
}

/// Cases that vanished from a whole run, or ask something else now.
pub(super) fn of_change(record: &Record, reference: &Record) -> Option<Found> {
    let keys: BTreeSet<CaseKey> = record.cases.iter().map(|tally| tally.key).collect();
    let gone: Vec<CaseKey> = reference.cases.iter().map(|then| then.key).filter(|key| !keys.contains(key)).collect();
    let both = reference.cases.iter().filter_map(|then| record.tally(then.key).map(|now| (then, now)));
    let (mut common, mut other) = (0, Vec::new());
    for (then, now) in both {
        common += 1;
        if then.guard != now.guard {
            other.push(now.key);
        }
    }
    let many = !other.is_empty() && number(other.len()) >= CHANGED * number(common) - SLACK;
    if record.stated.is_some() || (gone.is_empty() && !many) {
        return None;
    }
    let delta = -number(gone.len()) / number(reference.cases.len().max(1));
    let cases = gone.into_iter().chain(if many { other } else { Vec::new() }).collect();
    Some(Found { kind: Kind::SuiteChanged, cases, p: None, delta: Some(delta), severity: Severity::Info })
}

/// A judge that stopped judging, or moved while the verdicts did not.
pub(super) fn of_grader(
    record: &Record,
    baseline: &Baseline,
    cases: &[Case<'_>],
    suite: Option<&Tested>,
) -> Option<Found> {
    let found = |p, delta| {
        Some(Found { kind: Kind::Grader, cases: Vec::new(), p, delta: Some(delta), severity: Severity::Medium })
    };
    let (silent, before) = (lost(record).1, usual(Some(baseline), |record| lost(record).1));
    if silent > ERRORS.max(3.0 * before) + SLACK {
        return found(None, silent - before);
    }
    let moved: Vec<f64> =
        cases.iter().filter_map(|case| Some(f64::from(case.now.graded?) - case.recent.graded?)).collect();
    let graded = stats::paired(&moved)?;
    let p = match graded.test {
        MeanTest::T { two_sided, .. } | MeanTest::Sign { two_sided, .. } => two_sided,
    };
    let exact_stands = suite.and_then(|tested| tested.p_value).is_none_or(|p| p > ALPHA + SLACK);
    let moved = exact_stands && p <= SURE + SLACK && graded.mean.abs() >= GRADED - SLACK;
    if moved { found(Some(p), graded.mean) } else { None }
}
