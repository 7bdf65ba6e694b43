//! What lm-evaluation-harness writes: the figures of all tasks, and a file of
//! samples for each.
//!
//! Samples hold one row per document and filter, so that two filters double
//! the rows: those of the first row's filter are the trials. A file of
//! figures alone states a mean and a number of cases, and no counts: not
//! stated is not zero.

mod results;

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::gather::{Gathering, judged, trial_at};
use super::json;
use super::lines::{Entries, Records, changed, figure, part, shown, text_of, words};
use super::sniff::Shape;
use super::{Beside, Format, Reader, Sample, Skip};
use crate::domain::evals::{Case, CaseKey, Guard, Run, Status, Tool, Trial};
use crate::domain::text::Clean;

pub use results::{RESULTS, time as time_of_results};

/// The samples of one task.
pub const SAMPLES: Format = Format {
    tool: Tool::LmEval,
    about: "Samples of lm-evaluation-harness, one a line.",
    knows: is_samples,
    reader: Reader::Text { runs, sample },
};

/// What every row has.
const ROW_KEYS: [&str; 2] = ["doc_id", "filtered_resps"];
/// The keys of a row that are no metric.
const OTHER_KEYS: [&str; 11] = [
    "doc_id",
    "doc",
    "target",
    "arguments",
    "resps",
    "filtered_resps",
    "filter",
    "metrics",
    "doc_hash",
    "prompt_hash",
    "target_hash",
];
/// The metrics of the harness of which less is better.
const LESS_IS_BETTER: [&str; 7] =
    ["perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte", "likelihood", "brier_score", "ter"];
/// The filter of rows that name none.
const NO_FILTER: &str = "none";

fn is_samples(shape: &Shape) -> bool {
    shape.has_row_with(&ROW_KEYS) || shape.is_object_with(&ROW_KEYS)
}

/// Whether less is better of this metric of the harness.
fn less_is_better(metric: &str) -> bool {
    LESS_IS_BETTER.contains(&metric)
}

/// The task and the time that a samples file is named by: its name is the only place where they stand.
pub fn task_and_time(name: &str) -> Option<(&str, &str)> {
    let name = name.strip_suffix(".jsonl").or_else(|| name.strip_suffix(".json"))?;
    let (_, rest) = name
        .rsplit_once("samples_")
        .filter(|(_, rest)| dated(rest).is_some())
        .or_else(|| name.split_once("samples_"))?;
    dated(rest)
}

/// Splits `task_2026-11-22T15-32-25.527438` before its time.
fn dated(text: &str) -> Option<(&str, &str)> {
    let at = text.rmatch_indices('_').map(|(at, _)| at).find(|at| is_time(&text[at + 1..]))?;
    Some((&text[..at], &text[at + 1..])).filter(|(task, _)| !task.is_empty())
}

fn is_time(text: &str) -> bool {
    let shape = b"0000-00-00T";
    text.len() > shape.len()
        && text.bytes().zip(shape).all(|(byte, like)| if *like == b'0' { byte.is_ascii_digit() } else { byte == *like })
}

/// The first filter's rows, and the metrics in the order in which they were met.
#[derive(Debug, Default)]
struct Table {
    filter: Option<String>,
    metrics: Vec<String>,
    rows: Vec<Row>,
    prompts: Vec<u8>,
}

#[derive(Debug)]
struct Row {
    id: Box<str>,
    guard: Option<Guard>,
    figures: Vec<(u32, f64)>,
    at: (u64, u64),
}

impl Table {
    /// Takes a row in; false if it is none.
    fn take(&mut self, row: &Entries<'_>, at: (u64, u64)) -> Taken {
        let (Some(id), Some(_)) = (row.get("doc_id"), row.get("filtered_resps")) else { return Taken::NoRow };
        let filter = words(row.get("filter")).unwrap_or_else(|| NO_FILTER.to_owned());
        if *self.filter.get_or_insert_with(|| filter.clone()) != filter {
            return Taken::OfAnotherFilter;
        }
        let figures = self.figures(row);
        let hashes = [words(row.get("doc_hash")), words(row.get("target_hash"))];
        let guarded = hashes.iter().any(Option::is_some);
        let guard =
            guarded.then(|| Guard::of(hashes.iter().map(|hash| hash.as_deref().unwrap_or_default().as_bytes())));
        if let Some(prompt) = words(row.get("prompt_hash")) {
            self.prompts.extend(prompt.as_bytes());
        }
        self.rows.push(Row { id: shown(Some(id)).into(), guard, figures, at });
        Taken::Trial
    }

    fn figures(&mut self, row: &Entries<'_>) -> Vec<(u32, f64)> {
        let named: Vec<Cow<'_, str>> = part(row.get("metrics"));
        let mut figures = Vec::new();
        for (key, value) in &row.0 {
            let counts = if named.is_empty() { !OTHER_KEYS.contains(&&**key) } else { named.contains(key) };
            if !counts {
                continue;
            }
            let place = self.metrics.iter().position(|metric| metric == key).unwrap_or_else(|| {
                self.metrics.push(key.to_string());
                self.metrics.len() - 1
            });
            figures.extend(u32::try_from(place).ok().zip(figure(Some(value))));
        }
        figures
    }

    /// The first metric that is a number anywhere.
    fn primary(&self) -> Option<u32> {
        self.rows.iter().flat_map(|row| &row.figures).map(|(metric, _)| *metric).min()
    }

    fn run(self, suite: &str, pass_at: f64, status: Status) -> Run {
        let primary = self.primary();
        let metric = primary.and_then(|metric| self.metrics.get(metric as usize));
        let mut gathering = Gathering::new(Run {
            lower_is_better: metric.is_some_and(|metric| less_is_better(metric)),
            prompt_version: (!self.prompts.is_empty()).then(|| format!("{:016x}", Guard::of([&*self.prompts]).0)),
            ..Run::new(Tool::LmEval, suite)
        });
        for row in self.rows {
            let score = row.figures.iter().find(|(metric, _)| Some(*metric) == primary).map(|(_, figure)| *figure);
            let key = CaseKey::of([row.id.as_bytes()]);
            let describe =
                || Case { key, name: Clean::line(&row.id), raw: "".into(), guard: row.guard, tags: Vec::new() };
            gathering.add(key, describe, judged(trial_at(row.at), None, score, pass_at));
        }
        gathering.finish(status)
    }
}

/// What a row is to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Trial,
    OfAnotherFilter,
    NoRow,
}

fn runs(bytes: &[u8], beside: &Beside<'_>) -> Result<Vec<Run>, Skip> {
    let mut table = Table::default();
    let mut records = Records::of(bytes);
    let mut spare = Vec::new();
    while let Some(record) = records.next() {
        let taken = json::parse(record.bytes, &mut spare).map(|row| table.take(&row, record.at));
        if taken.is_ok_and(|taken| taken != Taken::NoRow) {
            continue;
        }
        records.tear();
    }
    if table.rows.is_empty() {
        return Err(Skip::because("no row of it can be read"));
    }
    let stem = || beside.name.rsplit_once('.').map_or(beside.name, |(stem, _)| stem);
    let suite = task_and_time(beside.name).map_or_else(stem, |(task, _)| task);
    let status = if records.is_torn() { Status::Partial } else { Status::Complete };
    Ok(vec![table.run(suite, beside.pass_at, status)])
}

fn sample(bytes: &[u8], _: &Case, trial: &Trial) -> Result<Sample, Skip> {
    let mut spare = Vec::new();
    let row: Entries<'_> = json::parse(text_of(bytes, trial)?, &mut spare).map_err(|_| changed())?;
    let arguments: Entries<'_> = part(row.get("arguments"));
    let first: Entries<'_> = part(arguments.0.first().map(|(_, value)| *value));
    let figures = row.0.iter().filter(|(key, _)| !OTHER_KEYS.contains(&&**key));
    let explanation = figures.map(|(key, value)| format!("{key} {}", shown(Some(value)))).collect::<Vec<_>>();
    Ok(Sample {
        input: shown(first.get("arg_0").or_else(|| row.get("doc"))),
        target: shown(row.get("target")),
        output: answers(row.get("filtered_resps")),
        explanation: explanation.join("\n"),
        ..Sample::default()
    })
}

fn answers(raw: Option<&RawValue>) -> String {
    let list: Vec<&RawValue> = part(raw);
    list.into_iter().map(|answer| shown(Some(answer))).collect::<Vec<_>>().join("\n")
}
