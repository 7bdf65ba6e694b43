//! What the tools wrote, and what is read of it: every sample by its truth,
//! cut and broken samples, and the traps of each format.

mod broken;
mod lines;
mod names;
mod samples;
mod traps;

use chrono::{DateTime, Utc};
use dogwatch::domain::evals::{Run, Tool};
use dogwatch::sources::evals::{
    Beside, FORMATS, Format, Reader, Skip, deepeval, jsonl, junit, lm_eval, openai, promptfoo,
};

/// The formats of which these tests speak.
const READ: [Format; 8] = [
    promptfoo::DOCUMENT,
    promptfoo::ROWS,
    junit::FORMAT,
    deepeval::FORMAT,
    lm_eval::RESULTS,
    lm_eval::SAMPLES,
    openai::FORMAT,
    jsonl::FORMAT,
];

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/evals/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn late() -> DateTime<Utc> {
    "2026-12-31T00:00:00Z".parse().unwrap()
}

/// What a format reads in a text.
fn read(format: &Format, name: &str, bytes: &[u8]) -> Result<Vec<Run>, Skip> {
    match format.reader {
        Reader::Text { runs, .. } => runs(bytes, &Beside { name, now: late(), pass_at: 1.0 }),
        Reader::Archive { .. } => Err(Skip::because("an archive")),
    }
}

/// The runs of the first format that finds any: no sample may be read by a format that is not its own.
fn runs(name: &str, bytes: &[u8]) -> Result<Vec<Run>, Skip> {
    let stem = name.rsplit('/').next().unwrap();
    let mut found = READ.iter().filter_map(|format| read(format, stem, bytes).ok().map(|runs| (format.tool, runs)));
    let first = found.next().ok_or_else(|| Skip::because("nobody reads it"))?;
    let second: Vec<Tool> = found.map(|(tool, _)| tool).collect();
    assert!(second.is_empty(), "{name} is {:?}, and {second:?}", first.0);
    Ok(first.1)
}

/// The one run of a text in this format.
fn one(format: &Format, text: &str) -> Run {
    let mut runs = read(format, "file.json", text.as_bytes()).unwrap();
    assert_eq!(runs.len(), 1);
    runs.remove(0)
}

/// Passed, failed, errored, skipped, unscored.
fn counts(run: &Run) -> [u64; 5] {
    let counts = run.counts().unwrap();
    [counts.passed, counts.failed, counts.errored, counts.skipped, counts.unscored]
}

#[test]
fn every_format_of_these_stands_in_the_table() {
    for format in READ {
        assert!(FORMATS.iter().any(|row| row.tool == format.tool), "{:?}", format.tool);
    }
}
