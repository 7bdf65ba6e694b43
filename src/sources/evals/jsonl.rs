//! The documented lines `dogwatch.eval.v1`: what any other tool's results are
//! turned into by a converter of ten lines.
//!
//! The first line says which run it is, each further line is one trial, and a
//! last line may say how it ended. Keys and types that are not known are
//! passed over, so that a converter may write more than is read here.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::gather::{Gathering, amount, count, judged, moment, trial_at};
use super::json;
use super::lines::{Records, figure, part, shown, text_of, yes_or_no};
use super::sniff::Shape;
use super::{Beside, Format, Reader, Sample, Skip};
use crate::domain::evals::{Case, CaseKey, Guard, Outcome, Run, Status, Tool, Trial};
use crate::domain::text::Clean;

/// How it is written.
pub const FORMAT: Format = Format {
    tool: Tool::Jsonl,
    about: "Lines of dogwatch.eval.v1: for a tool of your own.",
    knows,
    reader: Reader::Text { runs, sample },
};

/// What the first line has to call itself.
pub const SCHEMA: &str = "dogwatch.eval.v1";

/// The most tags of a case that are kept.
const TAGS: usize = 16;

fn knows(shape: &Shape) -> bool {
    let first = match shape {
        Shape::Rows(rows) => rows.first(),
        Shape::Object(keys) => Some(keys),
        Shape::Archive(_) | Shape::Xml(_) => None,
    };
    first.is_some_and(|keys| ["type", "schema"].iter().all(|key| keys.iter().any(|has| has == key)))
}

#[derive(Debug, Deserialize)]
struct Line<'a> {
    #[serde(borrow, default, rename = "type", deserialize_with = "json::text")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    status: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::id")]
    case_id: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "yes_or_no")]
    pass: Option<bool>,
    #[serde(borrow, default)]
    score: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "json::number")]
    latency_ms: Option<f64>,
    #[serde(default, deserialize_with = "json::number")]
    cost_usd: Option<f64>,
    #[serde(default, deserialize_with = "json::number")]
    tokens_in: Option<f64>,
    #[serde(default, deserialize_with = "json::number")]
    tokens_out: Option<f64>,
    #[serde(borrow, default, deserialize_with = "json::id")]
    input_hash: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tags: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    finished_at: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
struct Head<'a> {
    #[serde(borrow, default, rename = "type", deserialize_with = "json::text")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    schema: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::id")]
    run_id: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    suite: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    started_at: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    git_sha: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    branch: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    model: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::id")]
    prompt_version: Option<Cow<'a, str>>,
    #[serde(borrow, default, deserialize_with = "json::id")]
    tool_schema_version: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "json::number")]
    trials: Option<f64>,
}

impl Head<'_> {
    fn run(self) -> Result<(Run, Option<u64>), Skip> {
        if self.kind.as_deref() != Some("run") || self.schema.as_deref() != Some(SCHEMA) {
            return Err(Skip::because(format!("the first line is not a run of {SCHEMA}")));
        }
        let suite = self.suite.filter(|suite| !suite.trim().is_empty());
        let suite = suite.ok_or_else(|| Skip::because("its first line names no suite; add \"suite\""))?;
        let started_at = self.started_at.as_deref().and_then(moment);
        let run = Run {
            run_id: self.run_id.map(Cow::into_owned),
            started_at,
            newest_at: started_at,
            model: self.model.map(Cow::into_owned),
            git_sha: self.git_sha.map(Cow::into_owned),
            branch: self.branch.map(Cow::into_owned),
            prompt_version: self.prompt_version.map(Cow::into_owned),
            tool_schema_version: self.tool_schema_version.map(Cow::into_owned),
            ..Run::new(Tool::Jsonl, suite)
        };
        Ok((run, count(self.trials)))
    }
}

fn runs(bytes: &[u8], beside: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    let mut records = Records::of(bytes);
    let mut spare = Vec::new();
    let first = records.next().ok_or_else(|| Skip::because("it is empty"))?;
    let head: Head<'_> = json::parse(first.bytes, &mut spare)
        .map_err(|error| Skip::because(format!("its first line cannot be read: {error}")))?;
    let (run, announced) = head.run()?;
    let mut gathering = Gathering::new(run);
    let mut end = None;
    while let Some(record) = records.next() {
        let Ok(line) = json::parse::<Line<'_>>(record.bytes, &mut spare) else {
            records.tear();
            continue;
        };
        match line.kind.as_deref() {
            Some("trial") => {
                if line.case_id.is_none() {
                    records.tear();
                }
                line.add_to(&mut gathering, record.at, beside.pass_at);
            }
            Some("end") => {
                let finished = line.finished_at.as_deref().and_then(moment);
                gathering.run.newest_at = gathering.run.newest_at.max(finished);
                end = Some(ending(line.status.as_deref()));
            }
            Some(_) | None => {}
        }
    }
    let fewer = announced.is_some_and(|announced| (gathering.run.trials.len() as u64) < announced);
    let status = match end.unwrap_or(Status::Complete) {
        Status::Complete if fewer || records.is_torn() => Status::Partial,
        said => said,
    };
    Ok(vec![gathering.finish(status)])
}

fn ending(status: Option<&str>) -> Status {
    match status {
        Some("error") => Status::Error,
        Some("cancelled" | "canceled") => Status::Cancelled,
        Some("complete") | None => Status::Complete,
        Some(_) => Status::Partial,
    }
}

impl Line<'_> {
    fn add_to(&self, gathering: &mut Gathering, at: (u64, u64), pass_at: f64) {
        let Some(id) = self.case_id.as_deref() else { return };
        let key = CaseKey::of([id.as_bytes()]);
        let describe = || Case {
            key,
            name: Clean::line(id),
            raw: "".into(),
            guard: self.input_hash.as_deref().map(|hash| Guard::of([hash.as_bytes()])),
            tags: tags(self.tags),
        };
        gathering.add(key, describe, self.trial(at, pass_at));
    }

    fn trial(&self, at: (u64, u64), pass_at: f64) -> Trial {
        let sides = [self.tokens_in, self.tokens_out].map(count);
        let trial = Trial {
            latency_ms: amount(self.latency_ms),
            cost_usd: amount(self.cost_usd),
            tokens: sides.into_iter().flatten().reduce(u64::saturating_add),
            ..trial_at(at)
        };
        match self.status.as_deref() {
            Some("error") => Trial { outcome: Outcome::Errored, ..trial },
            Some("skipped") => Trial { outcome: Outcome::Skipped, ..trial },
            Some("ok") | None => judged(trial, self.pass, figure(self.score).or(self.pass.map(f64::from)), pass_at),
            Some(_) => trial,
        }
    }
}

fn tags(raw: Option<&RawValue>) -> Vec<Clean> {
    let list: Vec<&RawValue> = part(raw);
    let tags = list.into_iter().map(|tag| Clean::line(&shown(Some(tag))));
    tags.filter(|tag| !tag.is_empty()).take(TAGS).collect()
}

#[derive(Debug, Deserialize)]
struct Full<'a> {
    #[serde(borrow, default)]
    input: Option<&'a RawValue>,
    #[serde(borrow, default)]
    target: Option<&'a RawValue>,
    #[serde(borrow, default)]
    output: Option<&'a RawValue>,
    #[serde(borrow, default)]
    output_ref: Option<&'a RawValue>,
    #[serde(borrow, default)]
    explanation: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

fn sample(bytes: &[u8], _: &Case, trial: &Trial) -> Result<Sample, Skip> {
    let mut spare = Vec::new();
    let full: Full<'_> = json::parse(text_of(bytes, trial)?, &mut spare).map_err(|_| super::lines::changed())?;
    let output = shown(full.output);
    Ok(Sample {
        input: shown(full.input),
        target: shown(full.target),
        output: if output.is_empty() { shown(full.output_ref) } else { output },
        explanation: shown(full.explanation),
        calls: Vec::new(),
        error: shown(full.error),
    })
}
