//! From what a run says to findings: new ones, further evidence for old ones, and those that are over.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::aggregates;
use super::evidence::{CaseEvidence, Found};
use super::examine::{Examined, Own};
use super::part;
use super::rules::{Rules, Suite};
use super::series::{Series, close};
use super::{AGAIN_DAYS, Finding, Fingerprint, GOOD_RUNS, Kind, Severity, State, Verdict};
use crate::domain::evals::CaseKey;
use crate::domain::evals::compare::ALPHA;
use crate::domain::evals::history::{Record, Selector};
use crate::domain::evals::stats::{self, SLACK};
use crate::domain::text::Clean;

/// From here on one run alone is enough for a whole suite: its test alarms on one unchanged re-run in forty at [`ALPHA`].
const ALONE: f64 = 0.01;
/// So many cases with one tag are one finding.
const GROUP: usize = 3;
/// A drop of this much is grave.
pub(super) const GRAVE: f64 = 0.10;
/// So many trials in a row tell a flake from what is broken, and from what is well again.
const STREAK: u64 = 10;
/// A suspicion that this many complete runs do not speak of is forgotten.
const FADES: u8 = 10;
/// The last runs that a finding names.
const CANDIDATES: usize = 20;

/// What one run says is wrong.
pub(super) struct Fresh {
    pub kind: Kind,
    pub verdict: Verdict,
    pub cases: Vec<CaseKey>,
    pub tag: Option<Clean>,
    pub p: Option<f64>,
    pub delta: Option<f64>,
    pub severity: Severity,
}

impl Fresh {
    /// What the fingerprint is made of: a suite as a whole has one finding of a kind.
    fn identity(&self) -> &[CaseKey] {
        if self.kind == Kind::CaseRegression { &self.cases } else { &[] }
    }
}

/// Corrects over the suites that were examined together.
pub(super) fn adjust(sweep: &mut [&mut Examined]) {
    let all = |of: &dyn Fn(&Examined) -> Option<f64>| {
        let known: Vec<(usize, f64)> =
            sweep.iter().enumerate().filter_map(|(at, seen)| Some((at, of(seen)?))).collect();
        let adjusted = stats::benjamini_hochberg(&known.iter().map(|(_, p)| *p).collect::<Vec<_>>());
        known.into_iter().zip(adjusted).map(|((at, _), p)| (at, p)).collect::<BTreeMap<_, _>>()
    };
    let (suites, families) = (all(&|seen| seen.suite_p), all(&Examined::family_p));
    for (at, seen) in sweep.iter_mut().enumerate() {
        seen.suite_p = suites.get(&at).copied();
        // A case is found when its suite is, among the suites, and it is, within its own.
        let least = families.get(&at).copied().unwrap_or(0.0);
        for case in &mut seen.cases {
            case.adjusted = case.adjusted.max(least);
        }
    }
}

/// Makes findings of what a run says, and keeps it.
pub(super) fn settle(series: &mut Series, seen: Examined, rules: &Rules) {
    let plain = Suite::default();
    let suite = rules.suites.get(&seen.record.suite).unwrap_or(&plain);
    if seen.record.is_whole() && rules.accepted.contains(&seen.record.run) {
        series.accept(&seen.record);
        return;
    }
    let open = part::open(series);
    let quarantined = quarantined(series, &seen.record, rules);
    waive(series, &seen, &quarantined);
    let fresh = fresh(series, &seen, (&quarantined, suite));
    let stated = aggregates::judge(series, &seen.record, suite);
    let shown: BTreeSet<Fingerprint> =
        fresh.into_iter().chain(stated).map(|fresh| join(series, fresh, &seen)).collect();
    part::attach(series, &seen, &shown, &open);
    if seen.record.is_whole() {
        recover(series, &seen, &shown, suite);
        series.fell = seen.suite.as_ref().is_some_and(|(tested, _)| tested.fell(suite.floor));
        series.keep(seen);
    }
}

/// Takes cases that are expected to have changed, and known flakes, out of what is open; what is about the suite as a
/// whole is expected where all of its cases are.
fn waive(series: &mut Series, seen: &Examined, quarantined: &BTreeSet<CaseKey>) {
    let all = seen.record.cases.iter().all(|case| seen.waived.contains(&case.key));
    for finding in series.findings.iter_mut().filter(|f| f.state != State::Closed) {
        let rest = |of: &BTreeSet<CaseKey>| -> Vec<CaseKey> {
            finding.cases.iter().filter(|key| !of.contains(key)).copied().collect()
        };
        let unexpected = rest(&seen.waived);
        let whole = match finding.kind {
            Kind::CaseRegression => false,
            Kind::SuiteRegression => !finding.cases.is_empty() && unexpected.is_empty(),
            Kind::Errors => continue,
            Kind::Cost | Kind::Latency | Kind::SuiteChanged | Kind::Grader => all && !seen.record.cases.is_empty(),
        };
        if whole || finding.kind == Kind::CaseRegression && unexpected.is_empty() {
            (finding.verdict, finding.state) = (Verdict::Expected, State::Held);
        } else if finding.kind == Kind::CaseRegression && rest(quarantined).is_empty() {
            (finding.verdict, finding.state) = (Verdict::Quarantined, State::Held);
        } else if finding.kind == Kind::CaseRegression {
            finding.cases = unexpected;
        }
    }
}

fn fresh(series: &Series, seen: &Examined, (quarantined, suite): (&BTreeSet<CaseKey>, &Suite)) -> Vec<Fresh> {
    let listed: BTreeSet<CaseKey> = series
        .findings
        .iter()
        .filter(|f| f.state == State::Open && f.kind == Kind::CaseRegression)
        .flat_map(|f| f.cases.iter().copied())
        .collect();
    let (flaky, free): (Vec<&CaseEvidence>, Vec<_>) =
        seen.cases.iter().filter(|case| case.is_suspicious()).partition(|case| quarantined.contains(&case.key));
    let (mut firm, mut weak): (Vec<_>, Vec<_>) =
        free.into_iter().partition(|case| case.is_firm() && (!series.borrowed || case.window.runs > 1));
    // A known flake that no other case bears out is confirmed first.
    if firm.len() == 1 && firm.iter().any(|case| !case.is_firm_alone() && !listed.contains(&case.key)) {
        weak.append(&mut firm);
    }
    let mut all = of_cases(series, &firm, suite);
    all.extend(of_suite(series, seen, suite, firm.len()));
    let single = |verdict| move |case: &&CaseEvidence| together(&[case], None, verdict);
    all.extend(weak.iter().filter(|case| !listed.contains(&case.key)).map(single(Verdict::Suspected)));
    all.extend(flaky.iter().map(single(Verdict::Quarantined)));
    if !seen.expected.is_empty() {
        all.push(together(&seen.expected.iter().collect::<Vec<_>>(), None, Verdict::Expected));
    }
    all.extend(seen.others.iter().map(|found| of_found(found, seen)));
    all
}

/// The cases in quarantine that are neither well again nor simply broken.
fn quarantined(series: &Series, record: &Record, rules: &Rules) -> BTreeSet<CaseKey> {
    let mut cases = rules.quarantined(record);
    cases.retain(|key| {
        let (failed, passed) = series.streaks(*key, record);
        failed < STREAK && passed < STREAK
    });
    cases
}

fn of_found(found: &Found, seen: &Examined) -> Fresh {
    let waived = found.kind == Kind::SuiteChanged && found.cases.iter().all(|key| seen.waived.contains(key));
    Fresh {
        kind: found.kind,
        verdict: if waived { Verdict::Expected } else { Verdict::Regression },
        cases: found.cases.clone(),
        tag: None,
        p: found.p,
        delta: found.delta,
        severity: found.severity,
    }
}

/// The suite test, which alone is trusted only where it is very sure or says it twice.
fn of_suite(series: &Series, seen: &Examined, suite: &Suite, beside: usize) -> Option<Fresh> {
    let (tested, broke) = seen.suite.as_ref()?;
    let (delta, p) = (tested.delta?, seen.suite_p?);
    if !tested.fell(suite.floor) {
        return None;
    }
    let open = series.findings.iter().any(|f| f.state == State::Open && f.kind == Kind::SuiteRegression);
    let sure = p <= ALONE + SLACK && !series.borrowed;
    let backed = sure || beside > 0 || series.fell || open;
    let must = broke.iter().any(|key| {
        suite.known.get(key).is_some_and(|known| known.must_pass)
            && seen.record.tally(*key).and_then(|tally| tally.value).is_some_and(|value| value < 0.5)
    });
    Some(Fresh {
        kind: Kind::SuiteRegression,
        verdict: if backed && p <= ALPHA + SLACK { Verdict::Regression } else { Verdict::Suspected },
        cases: broke.clone(),
        tag: None,
        p: Some(p),
        delta: Some(delta),
        severity: if must || delta <= SLACK - GRAVE { Severity::High } else { Severity::Medium },
    })
}

/// One finding for the cases of an open one that still do badly, one for each tag that three share, one for the rest.
fn of_cases(series: &Series, firm: &[&CaseEvidence], suite: &Suite) -> Vec<Fresh> {
    let mut left: Vec<&CaseEvidence> = firm.to_vec();
    let mut all = Vec::new();
    let mut take = |left: &mut Vec<&CaseEvidence>, tag: Option<Clean>, of: &dyn Fn(CaseKey) -> bool| {
        let (taken, rest): (Vec<_>, Vec<_>) = left.iter().partition(|case| of(case.key));
        *left = rest;
        if !taken.is_empty() {
            all.push(together(&taken, tag, Verdict::Regression));
        }
    };
    let open = |f: &&Finding| f.state == State::Open && f.kind == Kind::CaseRegression;
    for finding in series.findings.iter().filter(open) {
        let held = left.iter().filter(|case| finding.cases.contains(&case.key)).count();
        let shared = |key| finding.tag.as_ref().is_some_and(|tag| bears(suite, key, tag));
        let all_new = left.len() - held;
        // What is new joins where it is no more than half of the whole, or bears the tag.
        let joins = held > 0 && all_new <= finding.cases.len();
        let tag = finding.tag.clone();
        let plain = finding.tag.is_none();
        take(&mut left, tag, &|key| finding.cases.contains(&key) || shared(key) || (plain && joins));
    }
    while let Some(tag) = commonest(&left, suite) {
        take(&mut left, Some(tag.clone()), &|key| bears(suite, key, &tag));
    }
    take(&mut left, None, &|_| true);
    all
}

fn bears(suite: &Suite, key: CaseKey, tag: &Clean) -> bool {
    suite.known.get(&key).is_some_and(|known| known.tags.contains(tag))
}

/// The tag that most of these cases share, where enough do; the first by name among equals.
fn commonest(cases: &[&CaseEvidence], suite: &Suite) -> Option<Clean> {
    let mut counts: BTreeMap<&Clean, usize> = BTreeMap::new();
    for known in cases.iter().filter_map(|case| suite.known.get(&case.key)) {
        for tag in known.tags.iter().collect::<BTreeSet<_>>() {
            *counts.entry(tag).or_default() += 1;
        }
    }
    let most = counts.values().max().copied().filter(|most| *most >= GROUP)?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(tag, _)| tag.clone())
}

fn together(cases: &[&CaseEvidence], tag: Option<Clean>, verdict: Verdict) -> Fresh {
    let mut keys: Vec<CaseKey> = cases.iter().map(|case| case.key).collect();
    keys.sort_unstable();
    let deltas: Vec<f64> = cases.iter().map(|case| case.delta).collect();
    let p = |case: &&CaseEvidence| if verdict == Verdict::Expected { case.p } else { case.adjusted };
    Fresh {
        kind: Kind::CaseRegression,
        verdict,
        cases: keys,
        severity: if tag.is_some() { Severity::High } else { Severity::Medium },
        tag,
        p: cases.iter().map(p).min_by(f64::total_cmp),
        delta: stats::mean(&deltas),
    }
}

/// The share of two sets that they have in common.
fn jaccard(a: &[CaseKey], b: &[CaseKey]) -> f64 {
    let (a, b): (BTreeSet<_>, BTreeSet<_>) = (a.iter().collect(), b.iter().collect());
    let both = a.intersection(&b).count();
    let all = a.len() + b.len() - both;
    if all == 0 { 1.0 } else { stats::number(both) / stats::number(all) }
}

/// Whether evidence belongs to a finding that is there already.
fn belongs(fresh: &Fresh, print: &Fingerprint, finding: &Finding, seen: &Examined) -> bool {
    if finding.kind != fresh.kind || (fresh.state() == State::Held) != (finding.state == State::Held) {
        return false;
    }
    let recent = match (finding.closed_at, seen.record.at) {
        (Some(closed), Some(now)) => now - closed <= TimeDelta::days(AGAIN_DAYS),
        (None, _) | (_, None) => true,
    };
    let same = finding.fingerprint == *print
        || fresh.kind != Kind::CaseRegression
        || (finding.tag == fresh.tag || finding.tag.is_none() || fresh.tag.is_none())
            && jaccard(&finding.cases, &fresh.cases) >= 0.5 - SLACK;
    let held = fresh.state() != State::Held || finding.verdict == fresh.verdict;
    same && held && (finding.state != State::Closed || recent)
}

impl Fresh {
    const fn state(&self) -> State {
        match self.verdict {
            Verdict::Regression => State::Open,
            Verdict::Suspected => State::Confirming,
            Verdict::Expected | Verdict::Quarantined => State::Held,
        }
    }
}

/// Adds evidence to the finding that it belongs to, or begins one; its fingerprint.
fn join(series: &mut Series, fresh: Fresh, seen: &Examined) -> Fingerprint {
    let print = Fingerprint::of(seen.record.suite, fresh.kind, fresh.identity(), fresh.tag.as_ref());
    let rank = |finding: &Finding| match finding.state {
        State::Open => 0,
        State::Held => 1,
        State::Confirming => 2,
        State::Closed => 3,
    };
    let there = series
        .findings
        .iter_mut()
        .filter(|finding| belongs(&fresh, &print, finding, seen))
        .min_by_key(|finding| (rank(finding), finding.fingerprint != print));
    let Some(finding) = there else {
        // One that closed too long ago has had its time; the same fingerprint begins anew.
        series.findings.retain(|finding| finding.fingerprint != print || finding.state != State::Closed);
        series.findings.push(begin(print.clone(), fresh, seen));
        return print;
    };
    let was = finding.state;
    if was != State::Open {
        finding.state = fresh.state();
        finding.verdict = fresh.verdict;
        finding.cases.clone_from(&fresh.cases);
        if finding.state == State::Open {
            finding.again = finding.closed_at.is_some();
            finding.opened_at = seen.record.at;
        }
        if was == State::Closed {
            finding.candidate.clear();
        }
    }
    finding.cases.extend(fresh.cases);
    finding.cases.sort_unstable();
    finding.cases.dedup();
    (finding.p_value, finding.delta) = (fresh.p, fresh.delta);
    finding.severity = finding.severity.max(fresh.severity);
    finding.good_runs = 0;
    finding.candidate.push(seen.record.run);
    let over = finding.candidate.len().saturating_sub(CANDIDATES);
    finding.candidate.drain(..over);
    finding.fingerprint.clone()
}

fn begin(fingerprint: Fingerprint, fresh: Fresh, seen: &Examined) -> Finding {
    let tested = seen.suite.as_ref().map(|(tested, _)| tested);
    let stated = seen.record.stated.filter(|_| fresh.kind == Kind::SuiteRegression).map(|_| Selector::Aggregates);
    Finding {
        fingerprint,
        suite: seen.record.suite,
        model: seen.record.model.clone(),
        kind: fresh.kind,
        verdict: fresh.verdict,
        state: fresh.state(),
        tag: fresh.tag,
        cases: fresh.cases.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
        selector: seen.baseline.as_ref().map(|baseline| baseline.selector).or(stated),
        baseline: seen.baseline.as_ref().map(super::Baseline::keys).unwrap_or_default(),
        candidate: vec![seen.record.run],
        p_value: fresh.p,
        delta: fresh.delta,
        detectable_drop: tested.and_then(|tested| tested.detectable_drop),
        severity: fresh.severity,
        again: false,
        good_runs: 0,
        opened_at: seen.record.at,
        closed_at: None,
        missed: None,
        part_of: None,
    }
}

/// Counts a whole run for what it does not show any more, and closes what two such runs agree on.
fn recover(series: &mut Series, seen: &Examined, shown: &BTreeSet<Fingerprint>, suite: &Suite) {
    let open: BTreeSet<CaseKey> = series
        .findings
        .iter()
        .filter(|f| f.state == State::Open && f.kind == Kind::CaseRegression)
        .flat_map(|f| f.cases.iter().copied())
        .collect();
    for finding in series.findings.iter_mut().filter(|f| !shown.contains(&f.fingerprint)) {
        let good = is_good(finding, seen, suite);
        let over = match finding.state {
            State::Open => {
                finding.good_runs = if good { finding.good_runs.saturating_add(1) } else { 0 };
                finding.good_runs >= GOOD_RUNS
            }
            State::Confirming => {
                finding.good_runs = finding.good_runs.saturating_add(1);
                good || finding.good_runs >= FADES
                    || finding.kind == Kind::CaseRegression && finding.cases.iter().all(|key| open.contains(key))
            }
            State::Held => true,
            State::Closed => false,
        };
        if over && finding.state == State::Open {
            close(finding, seen.record.at);
        } else if over {
            finding.state = State::Closed;
        }
    }
    // What never opened leaves no trace; what did may come again.
    let stays = |closed: chrono::DateTime<chrono::Utc>| {
        seen.record.at.is_none_or(|now| now - closed <= TimeDelta::days(AGAIN_DAYS))
    };
    series.findings.retain(|f| f.state != State::Closed || f.closed_at.is_some_and(stays));
}

/// Whether this run shows that it is over; what it cannot tell it does not close.
fn is_good(finding: &Finding, seen: &Examined, suite: &Suite) -> bool {
    let tested = seen.suite.as_ref().map(|(tested, _)| tested);
    match finding.kind {
        Kind::CaseRegression => {
            !finding.cases.is_empty() && finding.cases.iter().all(|key| seen.own.get(key) == Some(&Own::Good))
        }
        Kind::SuiteRegression => {
            tested.map_or(seen.record.stated.is_some(), |tested| !tested.may_have_fallen(suite.floor))
        }
        Kind::Errors | Kind::SuiteChanged => true,
        Kind::Latency => seen.priced.0 > 0,
        Kind::Cost => seen.priced.1 > 0,
        Kind::Grader => tested.is_some(),
    }
}
