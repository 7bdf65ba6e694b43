//! One run held against everything that a series knows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::evidence::{self, Case, CaseEvidence, Found, Window};
use super::rules::{Rules, Suite};
use super::series::Series;
use crate::domain::evals::compare::{ALPHA, Tested};
use crate::domain::evals::history::{Baseline, Record};
use crate::domain::evals::stats::SLACK;
use crate::domain::evals::{CaseKey, Guard, Status};

/// How a case did in this run alone, against its past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    Good,
    Bad,
}

/// What a run says, before it is corrected for the sweep and made findings of.
#[derive(Debug)]
pub(super) struct Examined {
    pub record: Arc<Record>,
    pub baseline: Option<Baseline>,
    /// The suite test, where enough cases have a partner.
    pub suite: Option<(Tested, Vec<CaseKey>)>,
    /// Its p-value, corrected over the sweep.
    pub suite_p: Option<f64>,
    /// Every case with history enough.
    pub cases: Vec<CaseEvidence>,
    /// Cases under a waiver that are not what they were before it.
    pub expected: Vec<CaseEvidence>,
    /// Cases under a waiver that still lives.
    pub waived: BTreeSet<CaseKey>,
    /// How each case with a past did.
    pub own: BTreeMap<CaseKey, Own>,
    /// The bad runs in a row of each case, this one included.
    pub windows: BTreeMap<CaseKey, (Option<Guard>, Window)>,
    /// Cases with a latency, and with a cost, on both sides.
    pub priced: (usize, usize),
    pub others: Vec<Found>,
}

impl Examined {
    fn of(record: Arc<Record>) -> Self {
        Self {
            record,
            baseline: None,
            suite: None,
            suite_p: None,
            cases: Vec::new(),
            expected: Vec::new(),
            waived: BTreeSet::new(),
            own: BTreeMap::new(),
            windows: BTreeMap::new(),
            priced: (0, 0),
            others: Vec::new(),
        }
    }

    /// The smallest corrected p of its cases: the suite's own among those of a sweep.
    pub fn family_p(&self) -> Option<f64> {
        self.cases.iter().map(|case| case.adjusted).min_by(f64::total_cmp)
    }
}

/// Examines a run; nothing is decided yet.
pub(super) fn examine(series: &Series, record: Arc<Record>, rules: &Rules) -> Examined {
    let mut seen = Examined::of(record);
    let record = Arc::clone(&seen.record);
    if record.limited || record.status == Status::Running {
        return seen;
    }
    let baseline = series.baseline();
    seen.others.extend(evidence::of_errors(&record, baseline.as_ref()));
    let Some(baseline) = baseline.filter(|_| record.is_whole()) else { return seen };
    let plain = Suite::default();
    let suite = rules.suites.get(&record.suite).unwrap_or(&plain);
    let mut cases = Vec::with_capacity(record.cases.len());
    let (dead, _) = evidence::lost(&record);
    let here = series.place();
    for now in &record.cases {
        let waiver = series.waiver(now.key, &record, rules);
        let since = waiver.map_or(0, |(since, _)| since);
        let earlier = series.window(now).filter(|window| window.since > since);
        let good = since..earlier.map_or(here, |window| window.since);
        let recent = baseline.before(now, &(since..here));
        let before = if earlier.is_some() { baseline.before(now, &good) } else { recent };
        let case = Case { now, before, recent };
        if waiver.is_some_and(|(_, lives)| lives) {
            seen.waived.insert(now.key);
            let old = baseline.before(now, &(0..since));
            let old = Case { now, before: old, recent: old };
            let against_old =
                evidence::sample(&old, dead, here).and_then(|own| evidence::of_case(&old, own, None, &plain));
            seen.expected.extend(against_old.filter(|case| case.p <= ALPHA + SLACK));
        }
        if let Some(own) = evidence::sample(&case, dead, here) {
            seen.hold(&case, own, earlier, suite);
        }
        cases.push(case);
    }
    evidence::adjust(&mut seen.cases);
    seen.suite = evidence::of_suite(&cases, &baseline);
    seen.suite_p = seen.suite.as_ref().and_then(|(tested, _)| tested.p_value);
    let both = |of: fn(&Case<'_>) -> bool| cases.iter().filter(|case| of(case)).count();
    seen.priced = (
        both(|case| case.recent.latency_ms.is_some() && case.now.latency_ms.is_some()),
        both(|case| case.recent.cost_usd.is_some() && case.now.cost_usd.is_some()),
    );
    seen.others.extend(evidence::of_price(&cases));
    seen.others.extend(series.reference().and_then(|reference| evidence::of_change(&record, reference)));
    let tested = seen.suite.as_ref().map(|(tested, _)| tested);
    seen.others.extend(evidence::of_grader(&record, &baseline, &cases, tested));
    seen.baseline = Some(baseline);
    seen
}

impl Examined {
    /// Holds one case against its past.
    fn hold(&mut self, case: &Case<'_>, own: Window, earlier: Option<Window>, suite: &Suite) {
        let (key, guard) = (case.now.key, case.now.guard);
        if case.before.past.trials() == 0 {
            return;
        }
        let bad = evidence::is_bad(case.before.past, own);
        self.own.insert(key, if bad { Own::Bad } else { Own::Good });
        if let Some(evidence) = evidence::of_case(case, own, earlier, suite) {
            if bad {
                self.windows.insert(key, (guard, evidence.window));
            }
            self.cases.push(evidence);
        }
    }
}
