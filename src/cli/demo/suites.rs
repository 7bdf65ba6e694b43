//! Two weeks of made-up eval results for the sample team: one suite that fell
//! last night, one with a flaky case whose last run died.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

const VERBS: [&str; 8] = ["search", "fetch", "list", "cancel", "paginate", "summarise", "merge", "retry"];
const THINGS: [&str; 5] = ["issue", "page", "owner", "release", "profile"];
/// What broke last night.
const BROKEN: [&str; 3] = ["search-owner", "paginate-issue", "paginate-page"];
/// What passes about every other time.
const FLAKY: &str = "retry-profile";
const NIGHTS: i64 = 10;
const TRIALS: u32 = 3;

/// Each file's name and text.
pub(super) fn results(now: DateTime<Utc>) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for back in (0..NIGHTS).rev() {
        let at = now - TimeDelta::days(back) - TimeDelta::hours(6);
        let broken: &[&str] = if back == 0 { &BROKEN } else { &[] };
        files.push(night("mcp-tools", at, broken, "complete"));
        files.push(night("routing", at, &[], if back == 0 { "error" } else { "complete" }));
    }
    files
}

fn night(suite: &str, at: DateTime<Utc>, broken: &[&str], status: &str) -> (String, String) {
    let day = at.format("%Y-%m-%d");
    let head = json!({
        "type": "run", "schema": "dogwatch.eval.v1", "run_id": format!("{suite}-{day}"), "suite": suite,
        "started_at": at.to_rfc3339(), "git_sha": format!("{:040x}", at.timestamp()), "branch": "main",
        "model": "sample-model-1", "harness": "sample",
    });
    let mut text = format!("{head}\n");
    let names = VERBS.iter().flat_map(|verb| THINGS.iter().map(move |thing| format!("{verb}-{thing}")));
    for (number, name) in names.enumerate() {
        for trial in 0..TRIALS {
            // The suites of a sample differ from night to night as real ones do, and are the same for everybody.
            let luck = (at.timestamp() / 86_400).unsigned_abs().wrapping_mul(7) + u64::from(trial) * 5;
            let flakes = suite == "routing" && name == FLAKY && luck.is_multiple_of(2);
            let pass = !flakes && !broken.contains(&name.as_str());
            let died = status != "complete" && number >= VERBS.len();
            let line = json!({
                "type": "trial", "case_id": name, "trial": trial, "status": if died { "error" } else { "ok" },
                "pass": pass, "input_hash": name, "latency_ms": 800 + 13 * number + 70 * trial as usize,
                "output": if pass { "as expected" } else { "the tool was called once, and its next page was not read" },
            });
            // Writing to a string does not fail.
            let _ = writeln!(text, "{line}");
        }
    }
    let end = json!({"type": "end", "status": status});
    let _ = writeln!(text, "{end}");
    (format!("{suite}-{day}.jsonl"), text)
}
