//! The figures of all tasks of one call, without their samples.

use std::borrow::Cow;

use chrono::DateTime;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::super::json;
use super::super::lines::{Entries, figure, part, shown};
use super::super::sniff::Shape;
use super::super::{Beside, Format, Reader, Sample, Skip};
use super::less_is_better;
use crate::domain::evals::{Case, Edition, Run, Stated, Tool, Trial};

/// The figures of all tasks.
pub const RESULTS: Format = Format {
    tool: Tool::LmEval,
    about: "Results of lm-evaluation-harness: one document for a run.",
    knows,
    reader: Reader::Text { runs, sample },
};

/// Stands in for a metric that was not worked out.
const PLACEHOLDER: &str = "bypass";
const MICROS: f64 = 1_000_000.0;

fn knows(shape: &Shape) -> bool {
    shape.is_object_with(&["results", "configs", "versions"])
}

#[derive(Debug, Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    results: Entries<'a>,
    #[serde(rename = "configs")]
    _configs: IgnoredAny,
    #[serde(rename = "versions")]
    _versions: IgnoredAny,
    #[serde(borrow, default)]
    groups: Option<&'a RawValue>,
    #[serde(borrow, default)]
    group_subtasks: Option<&'a RawValue>,
    #[serde(borrow, default)]
    higher_is_better: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "n-samples")]
    n_samples: Option<&'a RawValue>,
    #[serde(borrow, default)]
    config: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    git_hash: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "json::number")]
    date: Option<f64>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    model_name: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    lm_eval_version: Option<Cow<'a, str>>,
}

impl Document<'_> {
    /// Whether it is several tasks under one name.
    fn is_group(&self, name: &str) -> bool {
        let subtasks: Entries<'_> = part(self.group_subtasks);
        let members: Vec<&RawValue> = part(subtasks.get(name));
        let groups: Entries<'_> = part(self.groups);
        !members.is_empty() || groups.get(name).is_some()
    }

    fn run(&self, task: &str, figures: &Entries<'_>) -> Run {
        let first = figures.0.iter().find_map(|(key, value)| {
            let (metric, _) = key.split_once(',').filter(|(metric, _)| !metric.ends_with("_stderr"))?;
            Some((metric, *value))
        });
        let samples: Entries<'_> = part(self.n_samples);
        let samples: Entries<'_> = part(samples.get(task));
        let stated = Stated {
            cases: super::super::gather::count(figure(samples.get("effective"))),
            mean: first.filter(|(metric, _)| *metric != PLACEHOLDER).and_then(|(_, value)| figure(Some(value))),
        };
        let config: Entries<'_> = part(self.config);
        let started_at = self.date.and_then(moment);
        let named = self.model_name.as_deref().filter(|name| !name.trim().is_empty()).map(str::to_owned);
        Run {
            started_at,
            newest_at: started_at,
            model: named.or_else(|| Some(shown(config.get("model_args"))).filter(|model| !model.is_empty())),
            git_sha: self.git_hash.as_deref().map(str::to_owned),
            harness: self.lm_eval_version.as_deref().map(|version| format!("lm_eval {version}")),
            limited: figure(config.get("limit")).is_some(),
            lower_is_better: first.is_some_and(|(metric, _)| self.less_is_better(task, metric)),
            stated: Some(stated),
            edition: Edition { ended: true, ..Edition::default() },
            ..Run::new(Tool::LmEval, task)
        }
    }

    fn less_is_better(&self, task: &str, metric: &str) -> bool {
        let tasks: Entries<'_> = part(self.higher_is_better);
        let metrics: Entries<'_> = part(tasks.get(task));
        metrics.get(metric).and_then(|raw| figure(Some(raw))).map_or_else(|| less_is_better(metric), |more| more < 1.0)
    }
}

/// Seconds since 1970.
#[expect(clippy::cast_possible_truncation, reason = "a time; a cast of a float saturates, and is refused then")]
fn moment(seconds: f64) -> Option<DateTime<chrono::Utc>> {
    DateTime::from_timestamp_micros((seconds * MICROS).round() as i64)
}

fn runs(bytes: &[u8], _: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    let mut spare = Vec::new();
    let document: Document<'_> = json::parse(bytes, &mut spare)
        .map_err(|error| Skip::because(format!("it cannot be read as results of lm-eval: {error}")))?;
    let tasks = document.results.0.iter().filter(|(task, _)| !document.is_group(task));
    let runs: Vec<Run> =
        tasks.filter_map(|(task, raw)| Some(document.run(task, &serde_json::from_str(raw.get()).ok()?))).collect();
    if runs.is_empty() { Err(Skip::because("it holds the result of no task")) } else { Ok(runs) }
}

fn sample(_: &[u8], _: &Case, _: &Trial) -> Result<Sample, Skip> {
    Err(Skip::because("this file states figures only; the samples stand in samples_<task>_<time>.jsonl"))
}

/// The time that a file of results is named by.
pub fn time(name: &str) -> Option<&str> {
    let time = name.strip_prefix("results_")?.strip_suffix(".json")?;
    super::is_time(time).then_some(time)
}
