//! Every sample says what the index says of it, and nothing else is read.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::DateTime;
use dogwatch::domain::evals::gather::Row;
use dogwatch::domain::evals::{Counts, Run};
use dogwatch::sources::evals::file;
use serde_json::{Value, json};

use super::{Entry, folder, index, late};

/// A row in the words of the contract.
fn told(run: &Run) -> Value {
    let row = Row::of(Path::new("file"), run);
    let count = |pick: fn(&Counts) -> u64| row.counts.as_ref().map(pick);
    json!({
        "tool": row.tool.name(), "status": row.status.name(), "suite": row.suite, "run_id": row.run_id,
        "started_at": row.started_at, "model": row.model, "git_sha": row.git_sha, "cases": row.cases,
        "trials": row.counts.map(Counts::trials), "passed": count(|c| c.passed), "failed": count(|c| c.failed),
        "errored": count(|c| c.errored), "skipped": count(|c| c.skipped), "unscored": count(|c| c.unscored),
        "mean_score": row.mean_score,
    })
}

fn agrees(key: &str, got: &Value, want: &Value) -> bool {
    let names = |value: &Value| -> BTreeSet<String> {
        match value {
            Value::Array(names) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            value => value.as_str().unwrap_or_default().split(", ").map(str::to_owned).collect(),
        }
    };
    match (key, want) {
        ("model", Value::Array(_)) => names(got) == names(want),
        ("mean_score", Value::Number(mean)) => {
            got.as_f64().is_some_and(|got| (got - mean.as_f64().unwrap()).abs() < 1e-6)
        }
        ("started_at", Value::String(time)) => {
            let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap();
            got.as_str().is_some_and(|got| (at(got) - at(time)).num_seconds() == 0)
        }
        _ => got == want,
    }
}

/// What is wrong with the rows of a file.
fn faults(entry: &Entry) -> Vec<String> {
    let name = &entry.file;
    let (tool, runs, wanted) = match (file::read(&entry.path(), late(), 1.0), &entry.expect) {
        (Err(skip), None) if !skip.reason.is_empty() => return Vec::new(),
        (Err(skip), _) => return vec![format!("{name} is set aside: {skip}")],
        (Ok((tool, _)), None) => return vec![format!("{name} is read as {tool:?}")],
        (Ok((tool, runs)), Some(wanted)) => (tool, runs, wanted),
    };
    assert!(runs.iter().all(|run| run.tool == tool), "{name}");
    let mut rows: Vec<Value> = runs.iter().map(told).collect();
    let mut faults = Vec::new();
    for wanted in wanted {
        let wrong = |row: &Value| -> Vec<String> {
            let wanted =
                wanted.as_object().unwrap().iter().filter(|(key, want)| !agrees(key, &row[key.as_str()], want));
            wanted.map(|(key, want)| format!("{name}: {key} is {}, not {want}", row[key.as_str()])).collect()
        };
        let best = (0..rows.len()).min_by_key(|at| wrong(&rows[*at]).len());
        match best {
            Some(best) => faults.extend(wrong(&rows.remove(best))),
            None => faults.push(format!("{name}: no row for {wanted}")),
        }
    }
    faults.extend(rows.iter().map(|row| format!("{name}: nobody asked for {row}")));
    faults
}

#[test]
fn every_sample_gives_exactly_the_rows_of_the_index_and_anything_else_a_reason() {
    let faults: Vec<String> = index().iter().flat_map(faults).collect();
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn no_sample_is_missing_in_the_index() {
    let listed: BTreeSet<_> = index().iter().map(Entry::path).collect();
    let beside = ["index.json", "pairs.json", "README.md"].map(|name| folder().join(name));
    let mut folders = vec![folder()];
    while let Some(next) = folders.pop() {
        for found in std::fs::read_dir(next).unwrap() {
            let path = found.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !beside.contains(&path) {
                assert!(listed.contains(&path), "{}", path.display());
            }
        }
    }
}
