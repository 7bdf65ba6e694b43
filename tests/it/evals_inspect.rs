//! Logs of Inspect are read as they are, and nothing else is taken for one.

mod archives;
mod hostile;
mod samples;
mod values;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use dogwatch::domain::evals::{Run, Tool};
use dogwatch::domain::text::Clean;
use dogwatch::sources::evals::{Skip, file};
use serde_json::Value;

/// Long after every sample.
fn late() -> DateTime<Utc> {
    "2026-12-24T00:00:00Z".parse().unwrap()
}

/// While the killed run may still be at work.
fn soon() -> DateTime<Utc> {
    "2026-11-22T17:00:00Z".parse().unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/evals")
}

/// The file with this in its path.
fn path(part: &str) -> PathBuf {
    let found = index().into_iter().map(|(file, _)| file).find(|file| file.contains(part));
    folder().join(found.unwrap())
}

/// Every log and the rows it gives, and every file that is no result.
fn index() -> Vec<(String, Option<Vec<Value>>)> {
    let text = std::fs::read_to_string(folder().join("index.json")).unwrap();
    let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
    let entry = |entry: Value| (entry["file"].as_str().unwrap().to_owned(), entry["expect"].as_array().cloned());
    let ours = |rows: &Option<Vec<Value>>| rows.as_ref().is_none_or(|rows| rows[0]["tool"] == "inspect");
    entries.into_iter().map(entry).filter(|(_, rows)| ours(rows)).collect()
}

fn read(bytes: &[u8]) -> Result<Run, Skip> {
    let (tool, mut runs) = file::read_bytes("a", bytes, late(), 1.0)?;
    assert_eq!((tool, runs.len()), (Tool::Inspect, 1));
    Ok(runs.remove(0))
}

fn read_file(part: &str) -> Run {
    read(&std::fs::read(path(part)).unwrap()).unwrap()
}

/// What the index says of a run.
fn row(run: &Run) -> Value {
    let counts = run.counts().unwrap();
    serde_json::json!({
        "tool": run.tool.name(),
        "status": run.status.name(),
        "cases": run.cases.len(),
        "trials": run.trials.len(),
        "passed": counts.passed,
        "failed": counts.failed,
        "errored": counts.errored,
        "skipped": counts.skipped,
        "unscored": counts.unscored,
        "suite": run.suite,
        "run_id": run.run_id,
        "model": run.model,
        "git_sha": run.git_sha,
        "started_at": run.started_at.map(|time| time.to_rfc3339()),
    })
}

fn check(file: &str, now: DateTime<Utc>, status: Option<&str>) {
    let (_, expected) = index().into_iter().find(|(one, _)| one == file).unwrap();
    let read = file::read(&folder().join(file), now, 1.0);
    let Some(expected) = expected else {
        let skip = read.map(|_| ()).unwrap_err();
        assert!(!skip.reason.is_empty(), "{file}");
        return;
    };
    let (tool, runs) = read.unwrap_or_else(|skip| panic!("{file}: {skip}"));
    assert_eq!((tool, runs.len()), (Tool::Inspect, expected.len()), "{file}");
    for (run, mut expected) in runs.iter().zip(expected) {
        let mean = expected.as_object_mut().unwrap().remove("mean_score").unwrap().as_f64();
        match (run.mean_score(), mean) {
            (Some(is), Some(mean)) => assert!((is - mean).abs() < 1e-6, "{file}: {is} for {mean}"),
            (is, mean) => assert_eq!(is, mean, "{file}"),
        }
        if let Some(status) = status {
            expected["status"] = status.into();
        }
        assert_eq!(row(run), expected, "{file}");
    }
}

#[test]
fn every_log_gives_the_rows_that_the_index_says_and_every_look_alike_a_reason() {
    let index = index();
    assert_eq!(index.len(), 45);
    for (file, _) in index {
        check(&file, late(), None);
    }
}

#[test]
fn a_run_without_an_end_is_running_while_its_newest_time_is_young() {
    let started = index()
        .into_iter()
        .filter(|(_, rows)| rows.as_ref().is_some_and(|rows| rows.iter().any(|row| row["status"] == "partial")));
    let started: Vec<_> = started.map(|(file, _)| file).collect();
    assert_eq!(started.len(), 2);
    for file in started {
        check(&file, soon(), Some("running"));
    }
}

#[test]
fn an_archive_and_a_document_of_the_same_cases_agree_on_every_key_and_guard() {
    for (archive, document) in [("/01-", "/04-"), ("/12-", "/13-"), ("/10-", "/11-")] {
        let known = |part: &str| {
            let mut cases: Vec<_> =
                read_file(part).cases.iter().map(|case| (case.key, case.guard, case.name.clone())).collect();
            cases.sort_by_key(|case| case.0);
            cases
        };
        assert!(!known(archive).is_empty());
        assert_eq!(known(archive), known(document), "{archive} and {document}");
    }
}

#[test]
fn facts_beside_the_samples_come_along() {
    let run = read_file("/01-");
    assert_eq!(run.harness.as_deref(), Some("inspect_ai 0.3.285"));
    assert_eq!(run.prompt_version.as_deref(), Some("p-14"));
    assert_eq!(run.tool_schema_version.as_deref(), Some("7"));
    assert_eq!(run.newest_at, Some("2026-11-22T15:22:44.011218Z".parse().unwrap()));
    assert!(!run.limited);
    assert_eq!((run.trials[0].no, run.trials[0].tokens, run.trials[0].latency_ms), (1, Some(18), Some(614.0)));
    assert_eq!(run.cases[0].tags.iter().map(Clean::as_str).collect::<Vec<_>>(), ["list"]);
    assert!(read_file("/14-").limited);
}

#[test]
fn an_edited_or_rescored_log_is_the_later_edition() {
    assert!(read_file("/20-").edition > read_file("/02-").edition);
    assert!(read_file("/19-").edition > read_file("/05-").edition);
    assert!(read_file("/05-").edition > read_file("killed-midway").edition);
}
