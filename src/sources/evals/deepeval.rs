//! Test runs of `DeepEval`, as it saves them, with or without the wrapper
//! `testRunData`.
//!
//! A test's name is that of its function, so parametrised tests share it; the
//! input tells them apart. Its caches look alike, but count nothing.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::gather::{Gathering, amount, judged, trial_at};
use super::json;
use super::lines::{Entries, canonical, changed, figure, part, shown, words, yes_or_no};
use super::sniff::Shape;
use super::{Beside, Format, Reader, Sample, Skip};
use crate::domain::evals::{Case, CaseKey, Guard, Outcome, Run, Status, Tool, Trial};
use crate::domain::text::Clean;

/// How it is written.
pub const FORMAT: Format = Format {
    tool: Tool::Deepeval,
    about: "Test runs of DeepEval, as it keeps them.",
    knows,
    reader: Reader::Text { runs, sample },
};

const MS: f64 = 1_000.0;

fn knows(shape: &Shape) -> bool {
    shape.is_object_with(&["testCases", "testPassed"]) || shape.is_object_with(&["testRunData"])
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wrapper<'a> {
    #[serde(borrow, default)]
    test_run_data: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TestRun<'a> {
    #[serde(borrow, default, deserialize_with = "json::text")]
    test_file: Option<Cow<'a, str>>,
    #[serde(borrow)]
    test_cases: Vec<Row<'a>>,
    #[serde(borrow, default)]
    conversational_test_cases: Option<Vec<Row<'a>>>,
    #[serde(default, deserialize_with = "json::number")]
    test_passed: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    #[serde(borrow, default, deserialize_with = "json::text")]
    name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    input: Option<&'a RawValue>,
    #[serde(borrow, default)]
    scenario: Option<&'a RawValue>,
    #[serde(borrow, default)]
    turns: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "yes_or_no")]
    success: Option<bool>,
    #[serde(borrow, default)]
    metrics_data: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "json::number")]
    run_duration: Option<f64>,
    #[serde(default, deserialize_with = "json::number")]
    completion_time: Option<f64>,
    #[serde(default, deserialize_with = "json::number")]
    token_cost: Option<f64>,
    #[serde(default, deserialize_with = "json::number")]
    evaluation_cost: Option<f64>,
}

impl Row<'_> {
    fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// What was asked; of a conversation its scenario, else how it began.
    fn input(&self) -> String {
        let told = |raw: Option<&RawValue>| words(raw).unwrap_or_else(|| canonical(raw));
        if self.input.is_some() || self.scenario.is_some() {
            return told(self.input.or(self.scenario));
        }
        let turns: Vec<Entries<'_>> = part(self.turns);
        told(turns.first().and_then(|turn| turn.get("content")))
    }

    fn key(&self) -> CaseKey {
        CaseKey::of([self.name().as_bytes(), self.input().as_bytes()])
    }

    fn metrics(&self) -> Vec<Entries<'_>> {
        part(self.metrics_data)
    }

    fn guard(&self) -> Option<Guard> {
        let metrics = self.metrics();
        let parts: Vec<String> =
            metrics.iter().flat_map(|one| [shown(one.get("name")), canonical(one.get("threshold"))]).collect();
        (!parts.is_empty()).then(|| Guard::of(parts.iter().map(String::as_bytes)))
    }

    fn trial(&self, place: (u64, u64), pass_at: f64) -> Trial {
        let trial = Trial {
            latency_ms: amount(self.completion_time.or(self.run_duration)).map(|seconds| seconds * MS),
            cost_usd: amount(self.token_cost.or(self.evaluation_cost)),
            ..trial_at(place)
        };
        let metrics = self.metrics();
        if metrics.iter().any(|metric| !shown(metric.get("error")).is_empty()) {
            return Trial { outcome: Outcome::Errored, ..trial };
        }
        let scores: Vec<f64> = metrics.iter().filter_map(|metric| figure(metric.get("score"))).collect();
        let score = crate::domain::evals::stats::mean(&scores);
        judged(trial, self.success, score, pass_at)
    }
}

fn broken(error: &serde_json::Error) -> Skip {
    Skip::because(format!("it cannot be read as a test run of DeepEval: {error}"))
}

/// The part of the text that is the test run.
fn unwrapped<'a>(bytes: &'a [u8], spare: &'a mut Vec<u8>) -> Result<&'a RawValue, Skip> {
    let whole: &RawValue = json::parse(bytes, spare).map_err(|error| broken(&error))?;
    let wrapper: Wrapper<'_> = serde_json::from_str(whole.get()).map_err(|error| broken(&error))?;
    Ok(wrapper.test_run_data.unwrap_or(whole))
}

fn runs(bytes: &[u8], beside: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    let mut spare = Vec::new();
    let raw = unwrapped(bytes, &mut spare)?;
    let run: TestRun<'_> = serde_json::from_str(raw.get()).map_err(|error| broken(&error))?;
    if run.test_passed.is_none() {
        return Err(Skip::because("a test run that has not been counted yet, or a cache of DeepEval"));
    }
    let suite = run.test_file.as_deref().filter(|file| !file.is_empty()).unwrap_or("deepeval");
    let mut gathering = Gathering::new(Run::new(Tool::Deepeval, suite));
    let conversations = run.conversational_test_cases.unwrap_or_default();
    let lists = [&run.test_cases, &conversations];
    let shared = shared_names(lists.iter().flat_map(|list| list.iter()));
    for (kind, list) in (0..).zip(lists) {
        for (place, row) in (0..).zip(list) {
            let key = row.key();
            let describe = || Case {
                key,
                name: Clean::line(&if shared.get(row.name()).is_some_and(Option::is_none) {
                    format!("{} ({})", row.name(), row.input())
                } else {
                    row.name().to_owned()
                }),
                raw: "".into(),
                guard: row.guard(),
                tags: Vec::new(),
            };
            gathering.add(key, describe, row.trial((kind, place), beside.pass_at));
        }
    }
    Ok(vec![gathering.finish(Status::Complete)])
}

/// Per name the one case that has it; none where several have.
fn shared_names<'a>(rows: impl Iterator<Item = &'a Row<'a>>) -> HashMap<&'a str, Option<CaseKey>> {
    let mut names = HashMap::new();
    for row in rows {
        let key = row.key();
        let owner = names.entry(row.name()).or_insert(Some(key));
        if *owner != Some(key) {
            *owner = None;
        }
    }
    names
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Lists<'a> {
    #[serde(borrow)]
    test_cases: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    conversational_test_cases: Option<Vec<&'a RawValue>>,
}

fn sample(bytes: &[u8], _: &Case, trial: &Trial) -> Result<Sample, Skip> {
    let mut spare = Vec::new();
    let raw = unwrapped(bytes, &mut spare)?;
    let lists: Lists<'_> = serde_json::from_str(raw.get()).map_err(|error| broken(&error))?;
    let list = if trial.at.0 == 0 { lists.test_cases } else { lists.conversational_test_cases.unwrap_or_default() };
    let place = usize::try_from(trial.at.1).unwrap_or(usize::MAX);
    let row: Entries<'_> = part(Some(list.get(place).ok_or_else(changed)?));
    let metrics: Vec<Entries<'_>> = part(row.get("metricsData"));
    let told = |metric: &Entries<'_>| {
        format!("{} {}: {}", shown(metric.get("name")), shown(metric.get("score")), shown(metric.get("reason")))
    };
    let calls: Vec<Entries<'_>> = part(row.get("toolsCalled"));
    let call = |one: &Entries<'_>| format!("{}({})", shown(one.get("name")), shown(one.get("inputParameters")));
    let errors = metrics.iter().map(|metric| shown(metric.get("error"))).filter(|error| !error.is_empty());
    Ok(Sample {
        input: shown(row.get("input").or_else(|| row.get("scenario"))),
        target: shown(row.get("expectedOutput").or_else(|| row.get("expectedOutcome"))),
        output: shown(row.get("actualOutput").or_else(|| row.get("turns"))),
        explanation: metrics.iter().map(told).collect::<Vec<_>>().join("\n"),
        calls: calls.iter().map(call).collect(),
        error: errors.collect::<Vec<_>>().join("\n"),
    })
}
