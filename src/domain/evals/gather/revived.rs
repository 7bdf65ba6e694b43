//! A kept run as a comparison needs it, for runs whose file is gone or was
//! never a file of this machine.

use std::collections::BTreeMap;

use super::{Filed, Named};
use crate::domain::evals::history::Tally;
use crate::domain::evals::{Case, CaseKey, Outcome, Run, Stated, Trial};
use crate::domain::text::Clean;

impl Filed {
    /// The run again, as far as it was kept, its cases by name. Each judged trial counts what the trials of its case
    /// counted on average, so that a comparison finds the same as in the file; transcripts are not there.
    pub fn revived(&self, names: &BTreeMap<CaseKey, Named>) -> Run {
        let (row, record) = (&self.row, &self.record);
        let called = |tally: &Tally| {
            let known = names.get(&tally.key);
            let name = known.map_or_else(|| Clean::line("(a case without a name)"), |known| known.name.clone());
            (name, known.map(|known| known.tags.clone()).unwrap_or_default())
        };
        let mut cases: Vec<(Case, &Tally)> = Vec::with_capacity(record.cases.len());
        for tally in &record.cases {
            let (name, tags) = called(tally);
            cases.push((Case { key: tally.key, name, raw: Box::default(), guard: tally.guard, tags }, tally));
        }
        cases.sort_by(|(one, _), (other, _)| (&one.name, one.key).cmp(&(&other.name, other.key)));
        let mut run = Run {
            run_id: row.run_id.clone(),
            status: record.status,
            started_at: row.started_at,
            newest_at: record.at,
            model: row.model.clone(),
            git_sha: row.git_sha.clone(),
            branch: row.branch.clone(),
            prompt_version: row.prompt_version.clone(),
            tool_schema_version: row.tool_schema_version.clone(),
            harness: row.harness.clone(),
            limited: record.limited,
            edition: row.edition,
            stated: row.counts.is_none().then_some(Stated { cases: row.cases, mean: row.mean_score }),
            ..Run::new(row.tool, row.suite.clone())
        };
        for (at, (case, tally)) in (0..).zip(cases) {
            run.cases.push(case);
            run.trials.extend(trials(at, tally));
        }
        run
    }
}

fn trials(case: u32, tally: &Tally) -> impl Iterator<Item = Trial> {
    let counts = [
        (tally.passed, Outcome::Passed, tally.value),
        (tally.failed, Outcome::Failed, tally.value),
        (tally.errored, Outcome::Errored, None),
        (tally.unscored, Outcome::Unscored, None),
    ];
    let each = counts.into_iter().flat_map(|(count, outcome, score)| (0..count).map(move |_| (outcome, score)));
    (0..).zip(each).map(move |(no, (outcome, score))| Trial {
        case,
        no,
        outcome,
        score,
        verdict: None,
        latency_ms: None,
        cost_usd: None,
        tokens: None,
        at: (0, 0),
    })
}
