//! Two runs of one suite, case by case.
//!
//! Only cases that ask the same question on both sides are compared, each
//! with itself, and what is said of the suite says how small a drop it could
//! have seen. Nothing is called a regression because a score moved.

use std::collections::HashMap;

use super::stats::{self, MeanTest, Past, SLACK, number};
use super::{Case, CaseKey, Outcome, Run, Status, Trial};
use crate::domain::order::natural;
use crate::domain::text::Clean;

/// The least drop of a suite that is called one, as a share of 1.
pub const FLOOR: f64 = 0.02;
/// The most that chance may explain of what is called a finding.
pub const ALPHA: f64 = 0.05;
/// Sum of the normal quantiles for 80 % power at α = .05, two-sided.
const POWER_Z: f64 = 2.801_585;
/// Fewer trials of a case before are no history.
pub const HISTORY_TRIALS: u64 = 5;
/// Fewer trials of a case now prove nothing.
pub const CANDIDATE_TRIALS: u64 = 3;

/// How the difference of two runs was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    /// Each case passed or failed on either side.
    McnemarExact,
    /// Some figure lies between.
    PairedT,
    /// All differences are equal.
    Sign,
    /// There is nothing to test.
    None,
}

impl Test {
    /// As answers spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::McnemarExact => "mcnemar-exact",
            Self::PairedT => "paired-t",
            Self::Sign => "sign",
            Self::None => "none",
        }
    }
}

/// What a paired test said, whatever the pairs were.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tested {
    /// Which test it was.
    pub test: Test,
    /// How many pairs.
    pub n: usize,
    /// Mean of the baseline over the pairs; none without any.
    pub mean_baseline: Option<f64>,
    /// Mean of the candidate over the pairs.
    pub mean_candidate: Option<f64>,
    /// Mean difference, candidate less baseline.
    pub delta: Option<f64>,
    /// Two-sided.
    pub p_value: Option<f64>,
    /// That it fell this far by chance.
    pub p_one_sided: Option<f64>,
    /// The least drop that would have been seen four times in five; at most 1. None without pairs to tell it from.
    pub detectable_drop: Option<f64>,
}

impl Tested {
    /// Significant, and a drop of at least this.
    pub fn fell(&self, floor: f64) -> bool {
        self.significant() && self.delta.is_some_and(|delta| delta <= SLACK - floor)
    }

    /// Significant, and a rise of at least this.
    pub fn rose(&self, floor: f64) -> bool {
        self.significant() && self.delta.is_some_and(|delta| delta >= floor - SLACK)
    }

    /// Fell, and it may be more than chance: weaker evidence than [`Tested::fell`].
    pub fn may_have_fallen(&self, floor: f64) -> bool {
        let weakly = self.p_one_sided.is_some_and(|p| p <= 0.10 + SLACK);
        self.delta.is_some_and(|delta| delta < -SLACK && (self.significant() || (weakly && delta <= SLACK - floor)))
    }

    fn significant(&self) -> bool {
        self.p_value.is_some_and(|p| p <= ALPHA + SLACK)
    }
}

/// Tests pairs of baseline and candidate means, one pair a case.
pub fn test(pairs: &[(f64, f64)]) -> Tested {
    let n = pairs.len();
    let differences: Vec<f64> = pairs.iter().map(|(a, b)| b - a).collect();
    let side = |of: fn(&(f64, f64)) -> f64| stats::mean(&pairs.iter().map(of).collect::<Vec<_>>());
    let mut tested = Tested {
        test: Test::None,
        n,
        mean_baseline: side(|pair| pair.0),
        mean_candidate: side(|pair| pair.1),
        delta: stats::mean(&differences),
        p_value: None,
        p_one_sided: None,
        detectable_drop: None,
    };
    let whole = |value: f64| value.abs() <= SLACK || (value - 1.0).abs() <= SLACK;
    if n > 0 && pairs.iter().all(|(a, b)| whole(*a) && whole(*b)) {
        let broke = differences.iter().filter(|d| **d < -SLACK).count();
        let fixed = differences.iter().filter(|d| **d > SLACK).count();
        let p = stats::mcnemar(broke as u64, fixed as u64);
        let drop = (POWER_Z * number((broke + fixed).max(1)).sqrt() / number(n)).max(6.0 / number(n));
        tested.test = Test::McnemarExact;
        (tested.p_value, tested.p_one_sided) = (Some(p.two_sided), Some(p.one_sided));
        tested.detectable_drop = Some(drop.min(1.0));
    } else if let Some(paired) = stats::paired(&differences) {
        let (test, two_sided, below) = match paired.test {
            MeanTest::T { two_sided, below, .. } => (Test::PairedT, two_sided, below),
            // Nothing differs at all: a t test whose answer is plain.
            MeanTest::Sign { two_sided, below } if paired.mean.abs() <= SLACK => (Test::PairedT, two_sided, below),
            MeanTest::Sign { two_sided, below } => (Test::Sign, two_sided, below),
        };
        tested.test = test;
        (tested.p_value, tested.p_one_sided) = (Some(two_sided), Some(below));
        tested.detectable_drop = (paired.se > 0.0).then(|| (POWER_Z * paired.se).min(1.0));
    }
    tested
}

/// What is said of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It got worse, and chance does not explain it.
    Regression,
    /// It may have got worse.
    Suspected,
    /// Nothing that this suite can see.
    NoChange,
    /// It got better.
    Improvement,
    /// The two cannot be held against each other.
    NotComparable,
}

impl Verdict {
    /// As answers spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Regression => "regression",
            Self::Suspected => "suspected",
            Self::NoChange => "no-change",
            Self::Improvement => "improvement",
            Self::NotComparable => "not-comparable",
        }
    }
}

/// Why two runs cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    /// They are of two suites.
    #[error("they are runs of two suites")]
    Suites,
    /// The baseline did not end well.
    #[error("the baseline is not complete: its status is {}", .0.name())]
    Baseline(Status),
    /// The candidate did not end well.
    #[error("the candidate is not complete: its status is {}", .0.name())]
    Candidate(Status),
    /// No case has a value on both sides.
    #[error("no case has a result on both sides")]
    NoPairs,
    /// Most of the baseline's cases have no partner.
    #[error("only {paired} of the baseline's {cases} cases have a result on both sides")]
    Few {
        /// Cases with a value on both sides.
        paired: usize,
        /// Cases of the baseline.
        cases: usize,
    },
}

/// One case that may be held against its own history.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseTest {
    /// As it is shown.
    pub name: Clean,
    /// That it passes this seldom by chance, given the baseline.
    pub p_value: f64,
    /// After the correction for many cases.
    pub adjusted: f64,
}

/// Two runs of one suite, compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Cases with a value on both sides and the same guard.
    pub paired: usize,
    /// Cases that the candidate does not know.
    pub only_in_baseline: usize,
    /// Cases that the baseline does not know.
    pub only_in_candidate: usize,
    /// Cases whose question is another one now.
    pub changed: usize,
    /// Names of the cases that got worse, in the baseline's order.
    pub broke: Vec<Clean>,
    /// Names of the cases that got better, in the baseline's order.
    pub fixed: Vec<Clean>,
    /// The test over the pairs.
    pub tested: Tested,
    /// The cases with trials enough to be judged alone, in the baseline's order.
    pub cases: Vec<CaseTest>,
    /// What follows.
    pub verdict: Verdict,
    /// Set where the verdict is [`Verdict::NotComparable`].
    pub reason: Option<NotComparable>,
}

/// What a trial counts in a comparison: the tool's own verdict as 1 or 0,
/// else its primary score, its sign turned where less is better.
pub fn value(run: &Run, trial: &Trial) -> Option<f64> {
    let score = trial.score.filter(|score| score.is_finite());
    trial.verdict.map(|passed| f64::from(u8::from(passed))).or(if run.lower_is_better {
        score.map(|score| -score)
    } else {
        score
    })
}

/// One run, case by case.
struct Side<'a> {
    run: &'a Run,
    means: Vec<Option<f64>>,
    past: Vec<Past>,
}

impl<'a> Side<'a> {
    fn of(run: &'a Run) -> Self {
        let mut past = vec![Past::default(); run.cases.len()];
        for trial in &run.trials {
            if let Some(past) = past.get_mut(trial.case as usize) {
                match trial.outcome {
                    Outcome::Passed => past.passed += 1,
                    Outcome::Failed => past.failed += 1,
                    Outcome::Errored | Outcome::Skipped | Outcome::Unscored => {}
                }
            }
        }
        Self { run, means: run.means(|trial| value(run, trial)), past }
    }

    fn mean(&self, at: usize) -> Option<f64> {
        self.means.get(at).copied().flatten()
    }

    fn past(&self, at: usize) -> Past {
        self.past.get(at).copied().unwrap_or_default()
    }
}

/// Compares two runs as notes and `evals compare` define it.
pub fn compare(baseline: &Run, candidate: &Run) -> Comparison {
    let (a, b) = (Side::of(baseline), Side::of(candidate));
    let known: HashMap<CaseKey, (usize, &Case)> =
        candidate.cases.iter().enumerate().map(|(at, case)| (case.key, (at, case))).collect();
    let mut pairs = Vec::new();
    let (mut only_in_baseline, mut common, mut changed) = (0, 0, 0);
    let (mut broke, mut fixed, mut tried) = (Vec::new(), Vec::new(), Vec::new());
    for (at, case) in baseline.cases.iter().enumerate() {
        let Some((there, now)) = known.get(&case.key) else {
            only_in_baseline += 1;
            continue;
        };
        common += 1;
        if case.guard != now.guard {
            changed += 1;
            continue;
        }
        let (Some(before), Some(after)) = (a.mean(at), b.mean(*there)) else { continue };
        pairs.push((before, after));
        if after - before < -SLACK {
            broke.push(case.name.clone());
        } else if after - before > SLACK {
            fixed.push(case.name.clone());
        }
        let (past, present) = (a.past(at), b.past(*there));
        if past.trials() >= HISTORY_TRIALS && present.trials() >= CANDIDATE_TRIALS {
            tried.push((case.name.clone(), past.at_most(present.passed, present.trials())));
        }
    }
    let adjusted = stats::benjamini_hochberg(&tried.iter().map(|(_, p)| *p).collect::<Vec<_>>());
    let cases: Vec<CaseTest> = tried
        .into_iter()
        .zip(adjusted)
        .map(|((name, p_value), adjusted)| CaseTest { name, p_value, adjusted })
        .collect();
    for names in [&mut broke, &mut fixed] {
        names.sort_by(|one: &Clean, other: &Clean| natural(one.as_str(), other.as_str()));
    }
    let tested = test(&pairs);
    let reason = obstacle(&a, &b, pairs.len());
    let verdict = if reason.is_some() { Verdict::NotComparable } else { judge(&tested, &cases) };
    Comparison {
        paired: pairs.len(),
        only_in_baseline,
        only_in_candidate: candidate.cases.len().saturating_sub(common),
        changed,
        broke,
        fixed,
        tested,
        cases,
        verdict,
        reason,
    }
}

fn obstacle(baseline: &Side<'_>, candidate: &Side<'_>, paired: usize) -> Option<NotComparable> {
    let cases = baseline.run.cases.len();
    if baseline.run.suite != candidate.run.suite {
        return Some(NotComparable::Suites);
    }
    if baseline.run.status != Status::Complete {
        return Some(NotComparable::Baseline(baseline.run.status));
    }
    if candidate.run.status != Status::Complete {
        return Some(NotComparable::Candidate(candidate.run.status));
    }
    if paired == 0 {
        return Some(NotComparable::NoPairs);
    }
    (2 * paired < cases).then_some(NotComparable::Few { paired, cases })
}

fn judge(tested: &Tested, cases: &[CaseTest]) -> Verdict {
    if tested.fell(FLOOR) || cases.iter().any(|case| case.adjusted <= ALPHA + SLACK) {
        Verdict::Regression
    } else if tested.rose(FLOOR) {
        Verdict::Improvement
    } else if tested.may_have_fallen(FLOOR) {
        Verdict::Suspected
    } else {
        Verdict::NoChange
    }
}
