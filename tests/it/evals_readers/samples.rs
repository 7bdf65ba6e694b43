//! Every sample by its truth.

use dogwatch::domain::evals::{Run, Tool};
use dogwatch::sources::evals::{FORMATS, Reader};
use serde_json::Value;

use super::{fixture, read, runs};

/// Every entry of the index that is not Inspect's.
fn index() -> Vec<Value> {
    let entries: Vec<Value> = serde_json::from_slice(&fixture("index.json")).unwrap();
    let ours = |entry: &Value| entry["tool"] != "inspect" && !entry["file"].as_str().unwrap().contains("/inspect-cut");
    entries.into_iter().filter(ours).collect()
}

/// A run in the words of the contract.
fn row(run: &Run) -> Value {
    let counts = run.counts();
    let count = |pick: fn(&dogwatch::domain::evals::Counts) -> u64| counts.as_ref().map(pick);
    serde_json::json!({
        "tool": run.tool.name(), "status": run.status.name(), "suite": run.suite, "run_id": run.run_id,
        "started_at": run.started_at, "model": run.model, "git_sha": run.git_sha,
        "cases": run.stated.map_or(Some(run.cases.len() as u64), |stated| stated.cases),
        "trials": run.stated.is_none().then_some(run.trials.len()),
        "passed": count(|c| c.passed), "failed": count(|c| c.failed), "errored": count(|c| c.errored),
        "skipped": count(|c| c.skipped), "unscored": count(|c| c.unscored),
        "mean_score": run.mean_score(),
    })
}

fn agrees(key: &str, got: &Value, want: &Value) -> bool {
    match (key, want) {
        ("model", Value::Array(names)) => {
            let mut got: Vec<&str> = got.as_str().unwrap_or("").split(", ").collect();
            let mut names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            got.sort_unstable();
            names.sort_unstable();
            got == names
        }
        ("mean_score", Value::Number(mean)) => {
            got.as_f64().is_some_and(|got| (got - mean.as_f64().unwrap()).abs() < 1e-6)
        }
        ("started_at", Value::String(time)) => {
            let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap();
            got.as_str().is_some_and(|got| (at(got) - at(time)).num_seconds() == 0)
        }
        _ => got == want,
    }
}

#[test]
fn every_sample_is_counted_as_its_truth_says_or_set_aside() {
    let mut faults = Vec::new();
    for entry in index() {
        let name = entry["file"].as_str().unwrap();
        match (runs(name, &fixture(name)), entry["expect"].as_array()) {
            (Ok(found), Some(expected)) => {
                let rows: Vec<Value> = found.iter().map(row).collect();
                assert_eq!(rows.len(), expected.len(), "{name}");
                for want in expected {
                    let of_suite = |row: &&Value| want.get("suite").is_none_or(|suite| row["suite"] == *suite);
                    let got = rows.iter().find(of_suite).unwrap_or(&Value::Null);
                    for (key, want) in want.as_object().unwrap() {
                        if !agrees(key, &got[key], want) {
                            faults.push(format!("{name}: {key} is {}, not {want}", got[key]));
                        }
                    }
                }
            }
            (Err(_), None) => {}
            (Ok(found), None) => faults.push(format!("{name} is no result, and was read as {:?}", found[0].tool)),
            (Err(skip), Some(_)) => faults.push(format!("{name}: {skip}")),
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn each_trial_can_be_opened_where_it_was_found() {
    for entry in index() {
        let name = entry["file"].as_str().unwrap();
        let bytes = fixture(name);
        for run in runs(name, &bytes).unwrap_or_default() {
            let stem = name.rsplit('/').next().unwrap();
            let reads = |format: &&dogwatch::sources::evals::Format| read(format, stem, &bytes).is_ok();
            let format = FORMATS.iter().filter(|format| format.tool == run.tool).find(reads).unwrap();
            let Reader::Text { sample, .. } = format.reader else { panic!("{name} is text") };
            for trial in &run.trials {
                let opened = sample(&bytes, &run.cases[trial.case as usize], trial);
                assert!(opened.is_ok(), "{name}: {opened:?}");
                if matches!(run.tool, Tool::Promptfoo | Tool::Deepeval | Tool::LmEval | Tool::Openai) {
                    assert_ne!(opened.unwrap().input, "", "{name}");
                }
            }
        }
    }
}
