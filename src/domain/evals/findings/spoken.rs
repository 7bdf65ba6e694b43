//! What people have said of suites and cases, as they wrote it: by names and
//! patterns. Held against the runs that there are, it becomes rules.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use glob::Pattern;

use super::rules::{Cases, Known, Point, Quarantine, Rules, Suite, Waiver};
use crate::config::{Chosen, EvalsSource, ExpectedFile};
use crate::domain::civil;
use crate::domain::evals::CaseKey;
use crate::domain::evals::compare::FLOOR;
use crate::domain::evals::gather::{Filed, Named};
use crate::domain::evals::history::{RunKey, SuiteKey};
use crate::domain::hash::hex;
use crate::domain::text::Clean;

/// Fewer digits of a run's key name no run.
const SHORTEST: usize = 6;
/// What default branches are called where nobody says it.
const BRANCHES: [&str; 2] = ["main", "master"];

/// What people have said.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// The least drop of a suite that is called one, as a share of 1.
    pub floor: f64,
    /// Patterns of the cases that must pass.
    pub must_pass: Vec<String>,
    /// What was said of single findings.
    pub said: ExpectedFile,
    /// Where days begin and end.
    pub zone: Tz,
    /// The branch whose runs count; none if nobody knows it.
    pub default_branch: Option<String>,
}

impl Default for Spoken {
    fn default() -> Self {
        Self { floor: FLOOR, must_pass: Vec::new(), said: ExpectedFile::default(), zone: Tz::UTC, default_branch: None }
    }
}

/// One suite and its runs.
struct Told<'a> {
    key: SuiteKey,
    runs: Vec<&'a Filed>,
}

impl Spoken {
    /// As the team file says of a source.
    pub fn of(source: &EvalsSource, said: ExpectedFile, zone: Tz) -> Self {
        Self { floor: source.floor / 100.0, must_pass: source.must_pass.clone(), said, zone, default_branch: None }
    }

    /// The rules for these runs; `names` are of their cases.
    pub fn rules(&self, runs: &[Filed], names: &BTreeMap<CaseKey, Named>) -> Rules {
        let mut suites: BTreeMap<SuiteKey, Told<'_>> = BTreeMap::new();
        for filed in runs {
            let key = filed.record.suite;
            suites.entry(key).or_insert_with(|| Told { key, runs: Vec::new() }).runs.push(filed);
        }
        let mut rules = Rules { default_branch: self.branch(runs), ..Rules::default() };
        for told in suites.values() {
            let known = told.cases().into_iter().filter_map(|key| Some((key, self.known(names.get(&key)?)?)));
            rules.suites.insert(told.key, Suite { floor: self.floor, known: known.collect() });
            self.waive(told, names, &mut rules);
            rules.pins.extend(told.chosen(&self.said.pinned).last().map(|run| (told.key, run)));
            rules.accepted.extend(told.chosen(&self.said.accepted));
        }
        rules
    }

    /// What is known of a case beside its results; none if nothing is.
    pub fn known(&self, case: &Named) -> Option<Known> {
        let must_pass = self.must_pass.iter().any(|pattern| fits(pattern, &case.name));
        (must_pass || !case.tags.is_empty()).then(|| Known { must_pass, tags: case.tags.clone() })
    }

    /// Whether something was said of single cases of this suite, so that a new case of it may change what holds.
    pub fn names_cases_of(&self, suite: &str) -> bool {
        let all = |cases: &[String]| cases.iter().any(|case| case == "*");
        self.said.expected.iter().any(|one| one.suite == suite && !all(&one.cases))
            || self.said.quarantined.iter().any(|one| one.suite == suite)
    }

    /// The branch whose runs count: the one that is known, else a usual name that some run bears.
    fn branch(&self, runs: &[Filed]) -> Option<String> {
        let bears = |name: &&str| runs.iter().any(|filed| filed.row.branch.as_deref() == Some(*name));
        self.default_branch.clone().or_else(|| BRANCHES.iter().find(|name| bears(name)).map(ToString::to_string))
    }

    fn waive(&self, told: &Told<'_>, names: &BTreeMap<CaseKey, Named>, rules: &mut Rules) {
        for one in self.said.expected.iter().filter(|one| told.is(&one.suite)) {
            rules.waivers.push(Waiver {
                suite: told.key,
                cases: told.meant(&one.cases, names),
                from: told.run(&one.from).map_or_else(|| Point::Sha(one.from.clone()), Point::Run),
                reason: Clean::line(&one.reason),
                author: Clean::line(&one.author),
                until: self.end_of(one.until),
            });
        }
        for one in self.said.quarantined.iter().filter(|one| told.is(&one.suite)) {
            let cases = match told.meant(&one.cases, names) {
                Cases::All => told.cases(),
                Cases::These(cases) => cases,
            };
            let until = self.end_of(one.until);
            rules.quarantine.extend(cases.into_iter().map(|case| Quarantine { suite: told.key, case, until }));
        }
    }

    /// The last moment of a day of the team's.
    fn end_of(&self, day: NaiveDate) -> DateTime<Utc> {
        let next = day.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
        civil::instant(next.and_time(NaiveTime::MIN), self.zone) - chrono::TimeDelta::milliseconds(1)
    }
}

impl Told<'_> {
    fn is(&self, name: &str) -> bool {
        self.runs.last().is_some_and(|filed| filed.row.suite == name)
    }

    fn cases(&self) -> BTreeSet<CaseKey> {
        // Runs of a suite mostly have the same cases, thousands of times over.
        let all: HashSet<CaseKey> =
            self.runs.iter().flat_map(|filed| filed.record.cases.iter().map(|case| case.key)).collect();
        all.into_iter().collect()
    }

    /// The cases that these patterns mean.
    fn meant(&self, patterns: &[String], names: &BTreeMap<CaseKey, Named>) -> Cases {
        if patterns.iter().any(|pattern| pattern == "*") {
            return Cases::All;
        }
        let is_meant =
            |key: &CaseKey| names.get(key).is_some_and(|case| patterns.iter().any(|one| fits(one, &case.name)));
        Cases::These(self.cases().into_iter().filter(is_meant).collect())
    }

    /// The run with this name: the tool's own, or the first digits of our key.
    fn run(&self, name: &str) -> Option<RunKey> {
        let own = |filed: &&&Filed| filed.row.run_id.as_deref() == Some(name);
        let name_is_long = name.len() >= SHORTEST;
        let ours = |filed: &&&Filed| name_is_long && hex(&filed.record.run.0).starts_with(name);
        self.runs.iter().find(own).or_else(|| self.runs.iter().find(ours)).map(|filed| filed.record.run)
    }

    fn chosen<'b>(&'b self, chosen: &'b [Chosen]) -> impl Iterator<Item = RunKey> + 'b {
        chosen.iter().filter(|one| self.is(&one.suite)).filter_map(|one| self.run(&one.run))
    }
}

/// Whether a case's name is the text, or fits it as a pattern.
pub fn fits(pattern: &str, name: &Clean) -> bool {
    pattern == name.as_str() || Pattern::new(pattern).is_ok_and(|pattern| pattern.matches(name.as_str()))
}
