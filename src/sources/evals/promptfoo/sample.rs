//! One row of promptfoo in full.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::json;
use super::super::lines::{Entries, changed, part, shown, text_of, words};
use super::super::{Sample, Skip};
use crate::domain::evals::{Case, Trial};

#[derive(Debug, Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    results: Results<'a>,
}

#[derive(Debug, Deserialize)]
struct Results<'a> {
    #[serde(borrow)]
    results: Vec<&'a RawValue>,
}

/// The row with this number.
pub fn of_document(bytes: &[u8], _: &Case, trial: &Trial) -> Result<Sample, Skip> {
    let mut spare = Vec::new();
    let document: Document<'_> = json::parse(bytes, &mut spare).map_err(|_| changed())?;
    let place = usize::try_from(trial.at.0).unwrap_or(usize::MAX);
    let row = document.results.results.get(place).ok_or_else(changed)?;
    Ok(full(&part(Some(row))))
}

/// The row at this place.
pub fn of_row(bytes: &[u8], _: &Case, trial: &Trial) -> Result<Sample, Skip> {
    let mut spare = Vec::new();
    let row: Entries<'_> = json::parse(text_of(bytes, trial)?, &mut spare).map_err(|_| changed())?;
    Ok(full(&row))
}

fn full(row: &Entries<'_>) -> Sample {
    let prompt: Entries<'_> = part(row.get("prompt"));
    let test: Entries<'_> = part(row.get("testCase"));
    let response: Entries<'_> = part(row.get("response"));
    let grading: Entries<'_> = part(row.get("gradingResult"));
    let metadata: Entries<'_> = part(response.get("metadata"));
    Sample {
        input: shown(prompt.get("raw").or_else(|| row.get("prompt"))),
        target: expected(test.get("assert")),
        output: shown(response.get("output")),
        explanation: shown(grading.get("reason")),
        calls: calls(&metadata),
        error: if grading.0.is_empty() { shown(row.get("error")) } else { String::new() },
    }
}

fn expected(asserted: Option<&RawValue>) -> String {
    let assertions: Vec<Entries<'_>> = part(asserted);
    let line = |one: &Entries<'_>| format!("{} {}", shown(one.get("type")), shown(one.get("value")));
    assertions.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn calls(metadata: &Entries<'_>) -> Vec<String> {
    let listed: Vec<Entries<'_>> = part(metadata.get("toolCalls"));
    let call = |one: &Entries<'_>| {
        let arguments = one.get("args").or_else(|| one.get("arguments"));
        format!("{}({})", shown(one.get("name")), shown(arguments))
    };
    let mut calls: Vec<String> = listed.iter().map(call).collect();
    if let Some(name) = words(metadata.get("toolName")) {
        calls.push(format!("{name}({})", shown(metadata.get("toolArgs"))));
    }
    calls
}
