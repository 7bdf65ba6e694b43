//! Words that mean nothing known: a suite, a case or a run that may have been
//! mistyped, or may still come. It is said, and nothing is refused for it.

use std::collections::BTreeSet;

use super::Speaker;
use crate::domain::evals::CaseKey;
use crate::domain::evals::findings::fits;
use crate::domain::evals::history::SuiteKey;
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;
use crate::store::results::Results;

/// So many runs of a suite are looked through for a name.
const RUNS: u32 = 200;

impl Speaker {
    /// What of this is not known here, a sentence each, with the nearest name that is.
    pub fn doubts(&self, suite: &str, cases: &[String], from: Option<&str>) -> Vec<Clean> {
        // What cannot be looked up is not doubted.
        let Ok(Some(results)) = Results::look_into(&self.data) else { return Vec::new() };
        let suites = results.suites().unwrap_or_default();
        let here: Vec<SuiteKey> = suites.iter().filter(|(_, name)| name == suite).map(|(key, _)| *key).collect();
        if here.is_empty() {
            let near = nearest(suites.iter().map(|(_, name)| name.as_str()), suite);
            return vec![doubt(&format!("no run of a suite {suite} is known here yet"), near)];
        }
        let mut doubts = unknown_cases(&results, &here, (suite, cases));
        doubts.extend(from.and_then(|from| unknown_run(&results, &here, (suite, from))));
        doubts
    }

    /// As [`Self::doubts`], of cases of the suite of a finding.
    pub fn doubts_of(&self, signal: &IncidentId, cases: &[String]) -> Vec<Clean> {
        let suite = self.look_up(signal).ok().and_then(|(_, runs, _)| runs.first().map(|one| one.row.suite.clone()));
        suite.filter(|_| !cases.is_empty()).map(|suite| self.doubts(&suite, cases, None)).unwrap_or_default()
    }

    /// The name of a known run that this may have been meant to be, else of a suite.
    pub fn nearest_run(&self, suite: &str, run: &str) -> Option<Clean> {
        let results = Results::look_into(&self.data).ok().flatten()?;
        let suites = results.suites().unwrap_or_default();
        let Some((key, _)) = suites.iter().find(|(_, name)| name == suite) else {
            return nearest(suites.iter().map(|(_, name)| name.as_str()), suite);
        };
        let runs = results.last_of(*key, RUNS).unwrap_or_default();
        nearest(runs.iter().filter_map(|filed| filed.row.run_id.as_deref()), run)
    }
}

fn unknown_cases(results: &Results, suites: &[SuiteKey], (suite, patterns): (&str, &[String])) -> Vec<Clean> {
    let asked: Vec<&String> = patterns.iter().filter(|pattern| *pattern != "*").collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let runs = suites.iter().flat_map(|key| results.last_of(*key, super::RUNS).unwrap_or_default());
    let keys: BTreeSet<CaseKey> =
        runs.flat_map(|filed| filed.record.cases.iter().map(|case| case.key).collect::<Vec<_>>()).collect();
    let names = results.names(&keys.into_iter().collect::<Vec<_>>()).unwrap_or_default();
    let unknown = asked.into_iter().filter(|pattern| !names.values().any(|case| fits(pattern, &case.name)));
    unknown
        .map(|pattern| {
            let near = nearest(names.values().map(|case| case.name.as_str()), pattern);
            doubt(&format!("no case of {suite} fits {pattern}"), near)
        })
        .collect()
}

fn unknown_run(results: &Results, suites: &[SuiteKey], (suite, from): (&str, &str)) -> Option<Clean> {
    let named = results.named(from).unwrap_or_default();
    let runs: Vec<_> = suites.iter().flat_map(|key| results.last_of(*key, RUNS).unwrap_or_default()).collect();
    let known = named.iter().any(|filed| suites.contains(&filed.record.suite))
        || runs.iter().any(|filed| filed.record.is_at(from));
    let near = || nearest(runs.iter().filter_map(|filed| filed.row.run_id.as_deref()), from);
    (!known).then(|| doubt(&format!("no run of {suite} is called {from}, or of that commit, yet"), near()))
}

fn doubt(what: &str, near: Option<Clean>) -> Clean {
    let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    Clean::line(&format!("{what}{near}"))
}

/// The known name that the fewest typing errors lead to, if that is less than half of it.
fn nearest<'a>(known: impl Iterator<Item = &'a str>, typed: &str) -> Option<Clean> {
    let far = |name: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &typed.to_lowercase());
    let (far, name) = known.map(|name| (far(name), name)).min()?;
    (2 * far <= name.chars().count()).then(|| Clean::line(name))
}
