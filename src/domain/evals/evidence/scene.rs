//! A finding with what is known around it: the runs of its suite, what its
//! cases are called, and what else changed in the same window.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::evals::findings::{Finding, Kind};
use crate::domain::evals::gather::{Filed, Named, one_of_each};
use crate::domain::evals::history::{RunKey, Tally};
use crate::domain::evals::{CaseKey, Guard};
use crate::domain::order::natural;
use crate::domain::quote::span;
use crate::domain::text::Clean;

/// A change this long before the candidate is still a suspect, however close the baseline is.
const DAY: TimeDelta = TimeDelta::hours(24);
/// So many runs before are looked into.
const EARLIER: usize = 10;
/// So many suspects are named.
const SUSPECTS: usize = 3;

/// Something outside the suite that changed shortly before it got worse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// The MCP endpoint whose tools changed.
    pub endpoint: Clean,
    /// When they became what they are.
    pub at: DateTime<Utc>,
}

/// A finding, and what is known around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// What was found.
    pub finding: Finding,
    /// What cases are called.
    pub names: BTreeMap<CaseKey, Named>,
    /// What else was found of the same cause.
    pub parts: Vec<Finding>,
    /// What changed in the same window, the latest first.
    pub suspects: Vec<Suspect>,
    /// The runs of its series, the oldest first, each once.
    runs: Vec<Filed>,
}

impl Scene {
    /// A finding among these runs, in any order; those of other models that it has nothing to do with are left out.
    pub fn new(finding: Finding, runs: Vec<Filed>) -> Self {
        let (mut runs, _) = one_of_each(runs);
        let concerns = |run: &RunKey| finding.baseline.contains(run) || finding.candidate.contains(run);
        runs.retain(|filed| filed.record.model == finding.model || concerns(&filed.record.run));
        runs.sort_by_key(|filed| filed.record.at);
        Self { finding, names: BTreeMap::new(), parts: Vec::new(), suspects: Vec::new(), runs }
    }

    /// The runs of its series, the oldest first.
    pub fn runs(&self) -> &[Filed] {
        &self.runs
    }

    /// The newest of the runs that it is measured against, if that is known.
    pub fn before(&self) -> Option<&Filed> {
        self.newest(&self.finding.baseline)
    }

    /// The newest of the runs that show it, if that is known.
    pub fn now(&self) -> Option<&Filed> {
        self.newest(&self.finding.candidate)
    }

    /// The first of the runs that show it, if that is known.
    pub fn first(&self) -> Option<&Filed> {
        self.finding.candidate.iter().find_map(|key| self.run(*key))
    }

    /// The last whole runs before the first that shows it, the oldest first: what there is to compare with where
    /// nothing was measured.
    pub fn earlier(&self) -> Vec<RunKey> {
        let first = self.finding.candidate.first();
        let before = self.runs.iter().take_while(|filed| Some(&filed.record.run) != first);
        let whole: Vec<RunKey> = before.filter(|filed| filed.record.is_whole()).map(|filed| filed.record.run).collect();
        whole.get(whole.len().saturating_sub(EARLIER)..).unwrap_or_default().to_vec()
    }

    fn newest(&self, keys: &[RunKey]) -> Option<&Filed> {
        keys.iter().rev().find_map(|key| self.run(*key))
    }

    fn run(&self, key: RunKey) -> Option<&Filed> {
        self.runs.iter().find(|filed| filed.record.run == key)
    }

    /// What a case is called.
    pub fn name(&self, key: CaseKey) -> Clean {
        self.names.get(&key).map_or_else(|| Clean::line("(a case without a name)"), |named| named.name.clone())
    }

    /// The question that a case asks now: what the last run that has it says.
    pub fn guard(&self, key: CaseKey) -> Option<Guard> {
        let now = self.now().and_then(|filed| filed.record.tally(key));
        let last = || self.runs.iter().rev().find_map(|filed| filed.record.tally(key));
        now.or_else(last).and_then(|tally| tally.guard)
    }

    /// The cases that it is about, the one that fell the furthest first.
    pub fn cases(&self) -> Vec<CaseKey> {
        let keys = match self.finding.kind {
            Kind::Errors if self.finding.cases.is_empty() => self.dead(),
            Kind::SuiteRegression
            | Kind::CaseRegression
            | Kind::Errors
            | Kind::Cost
            | Kind::Latency
            | Kind::SuiteChanged
            | Kind::Grader => self.finding.cases.clone(),
        };
        let mut fallen: Vec<(f64, Clean, CaseKey)> =
            keys.into_iter().map(|key| (self.drop_of(key), self.name(key), key)).collect();
        let by_name = |one: &Clean, other: &Clean| natural(one.as_str(), other.as_str());
        fallen.sort_by(|one, other| {
            other.0.total_cmp(&one.0).then_with(|| by_name(&one.1, &other.1)).then_with(|| one.2.cmp(&other.2))
        });
        fallen.into_iter().map(|(_, _, key)| key).collect()
    }

    /// The cases of the newest run that died in it.
    fn dead(&self) -> Vec<CaseKey> {
        let tallies = self.now().map(|filed| filed.record.cases.as_slice()).unwrap_or_default();
        tallies.iter().filter(|tally| tally.errored > 0).map(|tally| tally.key).collect()
    }

    /// Its mean before less its mean now, over the runs that asked the same.
    fn drop_of(&self, key: CaseKey) -> f64 {
        let guard = self.guard(key);
        let mean = |keys: &[RunKey]| {
            let tallies = keys.iter().filter_map(|run| self.run(*run)?.record.tally(key));
            let values: Vec<f64> = tallies.filter(|tally| tally.guard == guard).map(worth).collect();
            crate::domain::evals::stats::mean(&values)
        };
        match (mean(&self.finding.baseline), mean(&self.finding.candidate)) {
            (Some(before), Some(now)) => before - now,
            (Some(_) | None, None) | (None, Some(_)) => 0.0,
        }
    }

    /// From when on something that changed may be the cause; none where the runs bear no times.
    pub fn window(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let to = self.first()?.record.at?;
        let before = self.before().and_then(|filed| filed.record.at);
        let day = to.checked_sub_signed(DAY).unwrap_or(to);
        Some((before.map_or(day, |before| before.min(day)), to))
    }

    /// Keeps those that changed in the window, the latest first.
    pub fn suspect(&mut self, changes: Vec<Suspect>) {
        let Some((from, to)) = self.window() else { return };
        self.suspects = changes.into_iter().filter(|change| (from..=to).contains(&change.at)).collect();
        self.suspects.sort_by(|one, other| (other.at, &one.endpoint).cmp(&(one.at, &other.endpoint)));
    }

    /// The suspects in words; none without any.
    pub(super) fn suspicion(&self) -> Option<String> {
        let (_, run) = self.window()?;
        let line = |suspect: &Suspect| {
            let (ago, at) = (ago(run - suspect.at), suspect.at.format("%Y-%m-%d %H:%M UTC"));
            format!(
                "the tools of {} became what they are {ago} before this run ({at})",
                span(suspect.endpoint.as_str())
            )
        };
        let lines: Vec<String> = self.suspects.iter().take(SUSPECTS).map(line).collect();
        let more = self.suspects.len().saturating_sub(SUSPECTS);
        let more = if more > 0 { format!("; {more} more endpoints in the same window") } else { String::new() };
        (!lines.is_empty()).then(|| format!("First suspect: {}{more}.", lines.join("; then ")))
    }
}

/// What the trials of a case count on average; a case that only died counts nothing.
fn worth(tally: &Tally) -> f64 {
    tally.value.unwrap_or_default()
}

fn ago(span: TimeDelta) -> String {
    match (span.num_days(), span.num_hours(), span.num_minutes()) {
        (days @ 2.., _, _) => format!("{days} days"),
        (_, hours @ 2.., _) => format!("{hours} h"),
        (_, _, minutes) => format!("{minutes} min"),
    }
}
