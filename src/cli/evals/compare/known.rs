//! Runs that are named rather than pointed at: what this machine keeps of
//! them is compared, whether or not their file is still there.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::super::Global;
use super::super::super::context::Context;
use super::super::super::exit::Failure;
use super::super::Reading;
use crate::domain::evals::Run;
use crate::domain::evals::gather::{Filed, one_of_each};
use crate::domain::text::Clean;
use crate::store::results::Results;

/// So many of several runs with one name are told.
const TOLD: usize = 5;
/// So many digits of a run's key are told.
const DIGITS: usize = 12;

/// Whether a word is a place to look at; else it names a run.
pub(super) fn is_place(word: &Path) -> bool {
    word.exists() || word.to_str().is_none_or(|text| text.contains(['*', '?', '[']))
}

/// The runs that this machine knows.
pub(super) struct Known(Option<Results>);

impl Known {
    /// Those of this team file's store; nothing is created.
    pub(super) fn open(global: &Global) -> Result<Self, Failure> {
        let context = Context::load(global)?;
        let results = Results::look_into(&context.folder);
        results.map(Self).map_err(|error| Failure::setting_up("cannot look up runs by their names", &error))
    }

    /// The run of this name in each suite that is wanted, or what is wrong with the name.
    pub(super) fn runs(&self, word: &Path, reading: &Reading) -> Result<Vec<Run>, String> {
        let name = word.to_string_lossy();
        let shown = Clean::line(&name);
        let Some(results) = &self.0 else {
            let remedy = "name a result file; runs have names once `sync` or the screen has read them";
            return Err(format!("{shown} is not there, and no run is known here: {remedy}"));
        };
        let unread = |error: &dyn std::fmt::Display| format!("cannot look up the run {shown}: {error}");
        let (mut runs, _) = one_of_each(results.named(&name).map_err(|error| unread(&error))?);
        if runs.is_empty() {
            let remedy = "name a result file, the id that a tool gave a run, or six digits or more of a run's key";
            return Err(format!("{shown} is not there, and no known run is called so: {remedy}"));
        }
        runs.retain(|filed| reading.wants(&filed.row.suite));
        match &reading.suite {
            Some(suite) if runs.is_empty() => return Err(format!("no run {shown} of the suite {suite} is known")),
            Some(_) | None => {}
        }
        one_a_suite(&shown, &runs)?;
        let keys: Vec<_> = runs.iter().flat_map(|filed| filed.record.cases.iter().map(|case| case.key)).collect();
        let names = results.names(&keys).map_err(|error| unread(&error))?;
        Ok(runs.iter().map(|filed| filed.revived(&names)).collect())
    }
}

/// Several runs of one suite are not chosen from by guessing.
fn one_a_suite(name: &Clean, runs: &[Filed]) -> Result<(), String> {
    let mut suites: BTreeMap<&str, Vec<&Filed>> = BTreeMap::new();
    for filed in runs {
        suites.entry(&filed.row.suite).or_default().push(filed);
    }
    let Some((suite, several)) = suites.into_iter().find(|(_, runs)| runs.len() > 1) else { return Ok(()) };
    let told = |filed: &&Filed| {
        let key: String = filed.record.run.to_string().chars().take(DIGITS).collect();
        let model = filed.row.model.as_deref().map(|model| format!(", {}", Clean::line(model))).unwrap_or_default();
        format!("{key} ({}{model})", filed.row.file.display())
    };
    let each: Vec<String> = several.iter().take(TOLD).map(told).collect();
    let more = if several.len() > TOLD { ", …" } else { "" };
    let suite = Clean::line(suite);
    Err(format!("{name} names several runs of {suite}; name one of them by its key: {}{more}", each.join(", ")))
}
