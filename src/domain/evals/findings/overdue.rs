//! A suite that used to run by a schedule, and did not: a dead nightly must
//! not look like quiet.
//!
//! Nobody writes the schedule down; it is read off the runs. A suite that runs
//! now and then has none, and what has been silent for long was given up
//! rather than forgotten: it is not told of for the first time after
//! a month. What has been told stays open until a run comes or a person
//! closes it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{AGAIN_DAYS, Finding, Fingerprint, Kind, Severity, State, Verdict};
use crate::domain::evals::history::{RunKey, SuiteKey};

/// Runs that begin within this time of each other are one sitting: a matrix, or one more try.
const SITTING: TimeDelta = TimeDelta::hours(1);
/// Fewer pauses between sittings are no schedule.
const ENOUGH: usize = 5;
/// So many of the last pauses count, and all of the last fortnight, so that weekends are among them.
const RECENT: usize = 10;
const FORTNIGHT: TimeDelta = TimeDelta::days(14);
/// Over so long every usual pause has come twice: there are two weekends in it.
const TWICE: TimeDelta = TimeDelta::days(13);
/// A run may always come so much later than usual.
const GRACE: TimeDelta = TimeDelta::hours(6);
/// After so long, or five times the usual pause, silence is no news any more.
const RETIRED: TimeDelta = TimeDelta::days(30);
/// Runs from further in the future are mistakes of a clock.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// When a run of a suite began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Which suite.
    pub suite: SuiteKey,
    /// Which run.
    pub run: RunKey,
    /// When.
    pub at: DateTime<Utc>,
    /// The branch, where it is known.
    pub branch: Option<Box<str>>,
}

/// A run that did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// When the last one began.
    pub last: DateTime<Utc>,
    /// The longest pause that is usual, in seconds.
    pub usual: i64,
}

impl Missed {
    /// When it was late beyond doubt: half as late again as it ever is, and some hours.
    pub fn since(&self) -> DateTime<Utc> {
        self.last + TimeDelta::seconds(self.usual + self.usual / 2) + GRACE
    }
}

/// The longest pause that is usual for runs that began at these times, in order; none without a schedule.
///
/// By a schedule most pauses are nearly alike. The longest counts, since after a weekend nothing is late; once every
/// pause has come twice, the longest but one: one outage, or one holiday, must not make the next one look usual.
fn usual(times: &[DateTime<Utc>]) -> Option<TimeDelta> {
    let mut sittings: Vec<DateTime<Utc>> = Vec::new();
    for at in times {
        if sittings.last().is_none_or(|last| *at - *last >= SITTING) {
            sittings.push(*at);
        }
    }
    let newest = *sittings.last()?;
    let pauses: Vec<(DateTime<Utc>, TimeDelta)> = sittings.windows(2).map(|two| (two[0], two[1] - two[0])).collect();
    let by_time = pauses.iter().filter(|(from, _)| newest - *from <= FORTNIGHT).count();
    let recent = pauses.get(pauses.len().saturating_sub(RECENT.max(by_time))..).unwrap_or_default();
    if recent.len() < ENOUGH {
        return None;
    }
    let mut lengths: Vec<TimeDelta> = recent.iter().map(|(_, length)| *length).collect();
    lengths.sort_unstable();
    let median = *lengths.get(lengths.len() / 2)?;
    let alike = lengths.iter().filter(|length| (**length - median).abs() * 4 <= median).count();
    let twice = recent.len() >= RECENT && recent.first().is_some_and(|(from, _)| newest - *from >= TWICE);
    let usual = lengths.iter().rev().nth(usize::from(twice)).copied();
    usual.filter(|_| 2 * alike >= lengths.len())
}

/// Whether a suite whose runs began at these times, in order, should have run again by now.
pub fn overdue(times: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<Missed> {
    let last = *times.last()?;
    let usual = usual(times)?;
    let missed = Missed { last, usual: usual.num_seconds() };
    (now > missed.since() && now - last <= RETIRED.max(usual * 5)).then_some(missed)
}

/// The runs of each suite in their order.
fn by_suite(starts: &[Start], seen: Option<DateTime<Utc>>) -> BTreeMap<SuiteKey, Vec<&Start>> {
    let mut suites: BTreeMap<SuiteKey, Vec<&Start>> = BTreeMap::new();
    for start in starts.iter().filter(|start| seen.is_none_or(|seen| start.at <= seen + AHEAD)) {
        suites.entry(start.suite).or_default().push(start);
    }
    for starts in suites.values_mut() {
        starts.sort_by_key(|start| start.at);
    }
    suites
}

fn times(starts: &[&Start]) -> Vec<DateTime<Utc>> {
    starts.iter().map(|start| start.at).collect()
}

/// The suites that are overdue at this time; none are where nothing can be read.
pub fn late(starts: &[Start], seen: Option<DateTime<Utc>>) -> Vec<(SuiteKey, Missed)> {
    let Some(now) = seen else { return Vec::new() };
    let suites = by_suite(starts, seen).into_iter();
    suites.filter_map(|(suite, starts)| Some((suite, overdue(&times(&starts), now)?))).collect()
}

/// Adds the suites that are overdue to what runs say, and closes those that have run since. `before` is what was found
/// last. Silence counts up to `seen`, when the source was last seen to be well; if it never was, nothing is called
/// overdue: where nothing can be read, a run may well have come.
pub fn add(findings: &mut Vec<Finding>, before: &[Finding], starts: &[Start], seen: Option<DateTime<Utc>>) {
    for (suite, starts) in by_suite(starts, seen) {
        let times = times(&starts);
        let print = Fingerprint::of(suite, Kind::Errors, &[], None);
        let known = before.iter().find(|finding| finding.fingerprint == print);
        let told = match seen.and_then(|seen| overdue(&times, seen)) {
            Some(missed) => Some(begin(missed, (suite, &starts), known)),
            None => known.filter(|known| known.missed.is_some()).and_then(|known| settled(known, &times)),
        };
        // What runs say of the suite is the same incident, and says more.
        let opens = told.as_ref().is_some_and(|told| told.state == State::Open);
        let says_more = |finding: &Finding| {
            finding.fingerprint == print && (matches!(finding.state, State::Open | State::Held) || !opens)
        };
        if told.is_some() && !findings.iter().any(says_more) {
            findings.retain(|finding| finding.fingerprint != print);
            findings.extend(told);
        }
    }
}

fn begin(missed: Missed, (suite, starts): (SuiteKey, &[&Start]), known: Option<&Finding>) -> Finding {
    let runs: Vec<RunKey> = starts.iter().map(|start| start.run).collect();
    let (newest, earlier) = runs.split_last().map_or((Vec::new(), Vec::new()), |(newest, earlier)| {
        (vec![*newest], earlier.iter().skip(earlier.len().saturating_sub(RECENT)).copied().collect())
    });
    let since = missed.since();
    let recent = |closed: DateTime<Utc>| since - closed <= TimeDelta::days(AGAIN_DAYS);
    let again = known.is_some_and(|known| match known.state {
        State::Closed => known.closed_at.is_some_and(recent),
        State::Open | State::Held | State::Confirming => known.again,
    });
    Finding {
        fingerprint: Fingerprint::of(suite, Kind::Errors, &[], None),
        suite,
        model: None,
        kind: Kind::Errors,
        verdict: Verdict::Regression,
        state: State::Open,
        tag: None,
        cases: Vec::new(),
        selector: None,
        baseline: earlier,
        candidate: newest,
        p_value: None,
        delta: None,
        detectable_drop: None,
        severity: Severity::Medium,
        again,
        good_runs: 0,
        opened_at: Some(since),
        closed_at: None,
        missed: Some(missed),
        part_of: None,
    }
}

/// What becomes of a suite that was overdue and is not: any run ends it. That it is closed stays told for a while, so
/// that whoever missed it hears of it.
fn settled(known: &Finding, times: &[DateTime<Utc>]) -> Option<Finding> {
    let (missed, newest) = (known.missed?, *times.last()?);
    match known.state {
        State::Open if newest > missed.last => {
            Some(Finding { state: State::Closed, closed_at: Some(newest), ..known.clone() })
        }
        State::Open => Some(known.clone()),
        State::Closed => {
            let young = known.closed_at.is_some_and(|closed| newest - closed <= TimeDelta::days(AGAIN_DAYS));
            young.then(|| known.clone())
        }
        State::Held | State::Confirming => None,
    }
}
