//! What people have said about suites and cases: the team file's words, looked up in what was read.

use std::collections::BTreeMap;

use glob::Pattern;

use super::Suites;
use crate::domain::evals::CaseKey;
use crate::domain::evals::findings::{Known, Rules, Suite};
use crate::domain::evals::gather::{Filed, Named};
use crate::domain::evals::history::SuiteKey;

impl Suites {
    /// What the team file says of its suites.
    pub(super) async fn rules(&self, runs: &[Filed]) -> Rules {
        let newest: BTreeMap<SuiteKey, &Filed> = runs.iter().map(|filed| (filed.record.suite, filed)).collect();
        let globs: Vec<Pattern> = self.source.must_pass.iter().filter_map(|glob| Pattern::new(glob).ok()).collect();
        let all = newest.values().flat_map(|filed| filed.record.cases.iter().map(|case| case.key));
        let names = self.names(all.collect()).await;
        let known = |Named { key, name, tags }: Named| {
            let must_pass = globs.iter().any(|glob| glob.matches(name.as_str()));
            (must_pass || !tags.is_empty()).then_some((key, Known { tags, must_pass }))
        };
        let known: BTreeMap<CaseKey, Known> = names.into_values().filter_map(known).collect();
        let suite = Suite { floor: self.source.floor / 100.0, known };
        Rules { suites: newest.into_keys().map(|key| (key, suite.clone())).collect(), ..Rules::default() }
    }
}
