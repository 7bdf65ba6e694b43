//! What promptfoo exports: one document, or its rows alone, one a line.
//!
//! Only `failureReason` says whether a row died or was judged; `error` is
//! filled on both. What was asked is known by its variables, not by
//! `testIdx`, which numbers the repeats of one test as new tests.

mod sample;

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::gather::{Gathering, amount, count, judged, moment, trial_at};
use super::json;
use super::lines::{Entries, Records, canonical, figure, part, words, yes_or_no};
use super::sniff::Shape;
use super::{Beside, Format, Reader, Skip};
use crate::domain::evals::{Case, CaseKey, Guard, Outcome, Run, Status, Tool, Trial};
use crate::domain::text::Clean;

/// The document of a whole run.
pub const DOCUMENT: Format = Format {
    tool: Tool::Promptfoo,
    about: "Exports of promptfoo: one document for a run.",
    knows: is_document,
    reader: Reader::Text { runs: document, sample: sample::of_document },
};

/// Its rows alone, one a line: no run, no time.
pub const ROWS: Format = Format {
    tool: Tool::Promptfoo,
    about: "Rows of promptfoo alone, one a line: no run and no time.",
    knows: is_rows,
    reader: Reader::Text { runs: rows, sample: sample::of_row },
};

/// What a row alone is known by.
const ROW_KEYS: [&str; 4] = ["testCase", "vars", "promptIdx", "gradingResult"];
/// The longest label of a prompt that is its name; a longer one is the prompt itself.
const LABEL_CHARS: usize = 40;
/// The most tags of a case that are kept.
const TAGS: usize = 16;
/// What `failureReason` says of a row that died.
const DIED: f64 = 2.0;

fn is_document(shape: &Shape) -> bool {
    shape.is_object_with(&["evalId", "results"])
}

fn is_rows(shape: &Shape) -> bool {
    shape.has_row_with(&ROW_KEYS) || shape.is_object_with(&ROW_KEYS)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    #[serde(borrow, default, deserialize_with = "json::text")]
    eval_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    results: Results<'a>,
    #[serde(borrow, default)]
    config: Option<&'a RawValue>,
    #[serde(borrow, default)]
    metadata: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
struct Results<'a> {
    #[serde(borrow, default, deserialize_with = "json::text")]
    timestamp: Option<Cow<'a, str>>,
    #[serde(borrow)]
    results: Vec<Row<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    #[serde(default, deserialize_with = "json::number")]
    prompt_idx: Option<f64>,
    #[serde(borrow, default)]
    provider: Option<&'a RawValue>,
    #[serde(borrow, default)]
    prompt: Option<&'a RawValue>,
    #[serde(borrow, default)]
    vars: Option<&'a RawValue>,
    #[serde(borrow, default)]
    test_case: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "yes_or_no")]
    success: Option<bool>,
    #[serde(default, deserialize_with = "json::number")]
    score: Option<f64>,
    #[serde(default, deserialize_with = "json::number")]
    failure_reason: Option<f64>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    error: Option<Cow<'a, str>>,
    #[serde(default)]
    grading_result: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "json::number")]
    latency_ms: Option<f64>,
    #[serde(default, deserialize_with = "json::number")]
    cost: Option<f64>,
    #[serde(borrow, default)]
    token_usage: Option<&'a RawValue>,
}

/// What identifies a row's case.
#[derive(Debug)]
struct Asked<'a> {
    vars: String,
    title: String,
    description: String,
    provider: String,
    prompt: String,
    test: Entries<'a>,
}

impl Asked<'_> {
    fn key(&self) -> CaseKey {
        CaseKey::of([&self.vars, &self.description, &self.provider, &self.prompt].map(String::as_bytes))
    }

    fn case(&self) -> Case {
        Case {
            key: self.key(),
            name: Clean::line(&[self.title.as_str(), &self.provider, &self.prompt].join(" | ")),
            raw: "".into(),
            guard: Some(Guard::of([canonical(self.test.get("assert")).as_bytes()])),
            tags: tags(&part(self.test.get("metadata"))),
        }
    }
}

impl<'a> Row<'a> {
    fn asked(&self) -> Asked<'a> {
        let test: Entries<'_> = part(self.test_case);
        let given = self.vars.or_else(|| test.get("vars"));
        let description = words(test.get("description")).unwrap_or_default();
        let vars = given.map_or_else(|| "{}".to_owned(), |given| canonical(Some(given)));
        let title = match only_text(&part(given)) {
            _ if !description.is_empty() => description.clone(),
            Some(only) => only,
            None => vars.clone(),
        };
        Asked { vars, title, description, provider: self.provider(), prompt: self.prompt(), test }
    }

    fn provider(&self) -> String {
        let provider: Entries<'_> = part(self.provider);
        let part = |key| words(provider.get(key)).filter(|text| !text.is_empty());
        part("label").or_else(|| part("id")).or_else(|| words(self.provider)).unwrap_or_default()
    }

    fn prompt(&self) -> String {
        let prompt: Entries<'_> = part(self.prompt);
        let label = words(prompt.get("label")).or_else(|| words(self.prompt)).unwrap_or_default();
        let template = label.is_empty()
            || label.chars().nth(LABEL_CHARS).is_some()
            || label.contains(['\n', '\r'])
            || label.contains("{{");
        if template { format!("#{}", count(self.prompt_idx).unwrap_or(0)) } else { label }
    }

    fn died(&self) -> bool {
        let said = self.error.as_deref().is_some_and(|error| !error.is_empty());
        self.failure_reason.map_or(said && self.grading_result.is_none(), |reason| (reason - DIED).abs() < 0.5)
    }

    fn trial(&self, at: (u64, u64), pass_at: f64) -> Trial {
        let usage: Entries<'_> = part(self.token_usage);
        let tokens = |key| count(figure(usage.get(key)));
        let sides = [tokens("prompt"), tokens("completion")].into_iter().flatten().reduce(u64::saturating_add);
        let trial = Trial {
            latency_ms: amount(self.latency_ms),
            cost_usd: amount(self.cost),
            tokens: tokens("total").or(sides),
            ..trial_at(at)
        };
        if self.died() {
            return Trial { outcome: Outcome::Errored, ..trial };
        }
        judged(trial, self.success, self.score.or(self.success.map(f64::from)), pass_at)
    }
}

/// The text of the only variable that is one.
fn only_text(vars: &Entries<'_>) -> Option<String> {
    let mut texts = vars.0.iter().filter_map(|(_, value)| words(Some(value)));
    texts.next().filter(|_| texts.next().is_none())
}

/// The test's own tags, and its further words as `key:value`.
fn tags(metadata: &Entries<'_>) -> Vec<Clean> {
    let mut tags = Vec::new();
    for (key, value) in &metadata.0 {
        let list: Vec<&RawValue> = part(Some(value));
        tags.extend(list.into_iter().filter_map(|tag| words(Some(tag))));
        match words(Some(value)) {
            Some(text) if key == "tags" || key == "tag" => tags.push(text),
            Some(text) => tags.push(format!("{key}:{text}")),
            None => {}
        }
    }
    tags.iter().map(|tag| Clean::line(tag)).filter(|tag| !tag.is_empty()).take(TAGS).collect()
}

/// A run, and who answered in it, in the order they were met.
#[derive(Debug)]
struct Book {
    gathering: Gathering,
    providers: Vec<String>,
    /// No test was without a description so far.
    described: bool,
}

impl Book {
    fn add(&mut self, row: &Row<'_>, at: (u64, u64), pass_at: f64) {
        let asked = row.asked();
        self.described &= !asked.description.is_empty();
        if !asked.provider.is_empty() && !self.providers.contains(&asked.provider) {
            self.providers.push(asked.provider.clone());
        }
        self.gathering.add(asked.key(), || asked.case(), row.trial(at, pass_at));
    }

    fn finish(mut self, status: Status) -> Run {
        self.gathering.run.described = self.described;
        self.gathering.run.model = Some(self.providers.join(", ")).filter(|model| !model.is_empty());
        self.gathering.finish(status)
    }
}

fn document(bytes: &[u8], beside: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    let mut spare = Vec::new();
    let document: Document<'_> = json::parse(bytes, &mut spare)
        .map_err(|error| Skip::because(format!("it cannot be read as an export of promptfoo: {error}")))?;
    let config: Entries<'_> = part(document.config);
    let metadata: Entries<'_> = part(document.metadata);
    let suite = words(config.get("description")).filter(|text| !text.trim().is_empty());
    let started_at = document.results.timestamp.as_deref().and_then(moment);
    let run = Run {
        run_id: document.eval_id.map(Cow::into_owned),
        started_at,
        newest_at: started_at,
        harness: words(metadata.get("promptfooVersion")).map(|version| format!("promptfoo {version}")),
        ..Run::new(Tool::Promptfoo, suite.unwrap_or_else(|| "promptfoo".to_owned()))
    };
    let mut book = Book { gathering: Gathering::new(run), providers: Vec::new(), described: true };
    for (place, row) in (0..).zip(&document.results.results) {
        book.add(row, (place, place), beside.pass_at);
    }
    Ok(vec![book.finish(Status::Complete)])
}

fn rows(bytes: &[u8], beside: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    let run = Run::new(Tool::Promptfoo, "promptfoo");
    let mut book = Book { gathering: Gathering::new(run), providers: Vec::new(), described: true };
    let mut records = Records::of(bytes);
    let mut spare = Vec::new();
    while let Some(record) = records.next() {
        match json::parse::<Row<'_>>(record.bytes, &mut spare) {
            Ok(row) if row.test_case.is_some() && row.prompt_idx.is_some() => {
                book.add(&row, record.at, beside.pass_at);
            }
            Ok(_) | Err(_) => records.tear(),
        }
    }
    if book.gathering.run.trials.is_empty() {
        return Err(Skip::because("no row of it can be read"));
    }
    let status = if records.is_torn() { Status::Partial } else { Status::Complete };
    Ok(vec![book.finish(status)])
}
