//! The readers, and what must hold of whatever they read.

use std::io::{Cursor, Write as _};

use chrono::{DateTime, Utc};

use dogwatch::domain::evals::gather::Filed;
use dogwatch::domain::evals::{Outcome, Run, Status};
use dogwatch::sources::evals::{Beside, FORMATS, Format, Reader, file};

/// A name that says what lm-eval says in names alone.
const NAME: &str = "samples_task_2026-11-22T15-32-25.527438.jsonl";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default()
}

/// Feeds one reader past the look at what the file is.
pub fn reader(format: &Format, bytes: &[u8]) {
    let beside = Beside { name: NAME, now: now(), pass_at: 1.0 };
    let read = match format.reader {
        Reader::Text { runs, .. } => runs(bytes, &beside),
        Reader::Archive { runs, .. } => runs(&mut Cursor::new(bytes), &beside),
    };
    for run in read.unwrap_or_default() {
        check(&run);
        for trial in [run.trials.first(), run.trials.last()].into_iter().flatten() {
            let case = &run.cases[trial.case as usize];
            let _opened = match format.reader {
                Reader::Text { sample, .. } => sample(bytes, case, trial),
                Reader::Archive { sample, .. } => sample(&mut Cursor::new(bytes), case, trial),
            };
        }
    }
}

/// Feeds the one door that all files come through.
pub fn any(bytes: &[u8]) {
    match file::read_bytes(NAME, bytes, now(), 1.0) {
        Err(skip) => assert!(!skip.reason.is_empty()),
        Ok((tool, runs)) => {
            assert!(!runs.is_empty());
            for run in &runs {
                assert_eq!(run.tool, tool);
                check(run);
                for trial in &run.trials {
                    let _opened = file::sample_in_bytes(bytes, tool, &run.cases[trial.case as usize], trial);
                }
            }
        }
    }
}

/// An archive is told apart by its checksums long before it is read: three texts between zeros are packed into a sound
/// one, and anything that begins as an archive is fed as it is.
pub fn archive(bytes: &[u8]) {
    let format = format("inspect", 0);
    if bytes.starts_with(b"PK") {
        return reader(format, bytes);
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let names = ["header.json", "summaries.json", "samples/a_epoch_1.json"];
    for (name, text) in names.into_iter().zip(bytes.splitn(names.len(), |byte| *byte == 0)) {
        if zip.start_file(name, stored).is_err() || zip.write_all(text).is_err() {
            return;
        }
    }
    if let Ok(whole) = zip.finish() {
        reader(format, whole.get_ref());
    }
}

/// Any reader of the table, by name of the tool and place among its formats.
pub fn format(tool: &str, place: usize) -> &'static Format {
    FORMATS.iter().filter(|format| format.tool.name() == tool).nth(place).unwrap_or(&FORMATS[0])
}

/// What must hold of every run.
fn check(run: &Run) {
    let mut keys: Vec<_> = run.cases.iter().map(|case| case.key).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), run.cases.len(), "a case stands there twice");
    for trial in &run.trials {
        let judged = matches!(trial.outcome, Outcome::Passed | Outcome::Failed);
        assert!((trial.case as usize) < run.cases.len());
        assert!(trial.score.is_none_or(f64::is_finite));
        assert!(trial.score.is_none() || judged, "a score of what was not judged");
        assert!(trial.latency_ms.is_none_or(|amount| amount.is_finite() && amount >= 0.0), "{:?}", trial.latency_ms);
        assert!(trial.cost_usd.is_none_or(|amount| amount.is_finite() && amount >= 0.0), "{:?}", trial.cost_usd);
    }
    assert!(run.mean_score().is_none_or(f64::is_finite), "{:?}", run.mean_score());
    assert!(run.stated.is_none() || run.trials.is_empty());
    assert!(run.edition.ended == !matches!(run.status, Status::Running | Status::Partial));
    let filed = Filed::of(std::path::Path::new(NAME), run);
    assert_eq!(filed.names.len(), run.cases.len());
}
