//! Ten nights of made-up eval results for the sample team, as two tools write
//! them: a suite of agents (Inspect) that fell last night, and a suite of
//! routing (the documented lines) with a known flake, whose last run died.
//! What people have said of them stands beside the team file.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::domain::hash::sha256;

const VERBS: [&str; 8] = ["search", "fetch", "list", "cancel", "paginate", "summarise", "merge", "retry"];
const THINGS: [&str; 5] = ["issue", "page", "owner", "release", "profile"];
/// What broke last night.
const BROKEN: [&str; 3] = ["search-owner", "paginate-issue", "paginate-page"];
/// What was changed on purpose some nights ago, and scores lower by the old answers.
const CHANGED: &str = "summarise-";
const CHANGED_SINCE: i64 = 4;
/// What passes about every other time.
const FLAKY: &str = "retry-profile";
const NIGHTS: i64 = 10;
const TRIALS: u32 = 3;

/// Each file's name and text.
pub(super) fn results(now: DateTime<Utc>) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for back in (0..NIGHTS).rev() {
        let night = Night { at: now - TimeDelta::days(back) - TimeDelta::hours(6), back };
        files.push((format!("mcp-tools-{}.json", night.day()), night.agents()));
        files.push((format!("routing-{}.jsonl", night.day()), night.routing()));
    }
    files
}

/// What the sample team has said of its evals: one change that was meant, one known flake.
pub(super) fn said(now: DateTime<Utc>) -> String {
    let since = Night { at: now - TimeDelta::days(CHANGED_SINCE) - TimeDelta::hours(6), back: CHANGED_SINCE };
    let until = (now + TimeDelta::days(30)).format("%Y-%m-%d");
    format!(
        "# What was said of eval findings: `dogwatch evals expect` adds to it. Sample data.\n\n\
         [[expected]]\nsuite = \"mcp-tools\"\ncases = [\"{CHANGED}*\"]\nfrom = \"{}\"\n\
         reason = \"summaries are one sentence since prompt p-14\"\nauthor = \"chi\"\nuntil = \"{until}\"\n\n\
         [[quarantined]]\nsuite = \"routing\"\ncases = [\"{FLAKY}\"]\n\
         reason = \"the sandbox drops every other retry\"\nauthor = \"ben\"\nuntil = \"{until}\"\n",
        since.run("mcp-tools"),
    )
}

fn names() -> impl Iterator<Item = String> {
    VERBS.iter().flat_map(|verb| THINGS.iter().map(move |thing| format!("{verb}-{thing}")))
}

/// One night, so many nights ago.
struct Night {
    at: DateTime<Utc>,
    back: i64,
}

impl Night {
    fn day(&self) -> String {
        self.at.format("%Y-%m-%d").to_string()
    }

    fn run(&self, suite: &str) -> String {
        format!("{suite}-{}", self.day())
    }

    fn commit(&self) -> String {
        sha256(self.day().as_bytes()).chars().take(40).collect()
    }

    /// A log of Inspect.
    fn agents(&self) -> String {
        let prompt = if self.back < CHANGED_SINCE + 1 { "p-14" } else { "p-13" };
        let names: Vec<String> = names().collect();
        let both = names.iter().enumerate().flat_map(|case| (1..=TRIALS).map(move |epoch| (case, epoch)));
        let samples: Vec<Value> =
            both.map(|((number, name), epoch)| sample(name, epoch, self.fate(name), number)).collect();
        let log = json!({
            "version": 2,
            "status": "success",
            "eval": {
                "run_id": self.run("mcp-tools"), "created": self.at.to_rfc3339(), "task": "mcp-tools",
                "task_file": "evals/mcp_tools.py", "model": "sample/model-1",
                "revision": {"type": "git", "commit": self.commit().get(..7)}, "config": {"epochs": TRIALS},
                "packages": {"inspect_ai": "0.3.285"}, "dataset": {"samples": names.len()},
                "metadata": {"prompt_version": prompt, "tool_schema_version": if self.back == 0 { "8" } else { "7" }},
            },
            "plan": {"name": "plan", "steps": []},
            "results": {"scores": [{"name": "includes", "scorer": "includes", "metrics": {}}]},
            "stats": {
                "started_at": self.at.to_rfc3339(),
                "completed_at": (self.at + TimeDelta::minutes(14)).to_rfc3339(),
            },
            "samples": samples,
        });
        log.to_string()
    }

    fn fate(&self, name: &str) -> Fate {
        if self.back == 0 && BROKEN.contains(&name) {
            Fate::Broken
        } else if self.back <= CHANGED_SINCE && name.starts_with(CHANGED) {
            Fate::Changed
        } else {
            Fate::Good
        }
    }

    /// The documented lines.
    fn routing(&self) -> String {
        let head = json!({
            "type": "run", "schema": "dogwatch.eval.v1", "run_id": self.run("routing"), "suite": "routing",
            "started_at": self.at.to_rfc3339(), "git_sha": self.commit(), "branch": "main",
            "model": "sample/model-1", "harness": "sample",
        });
        let mut text = format!("{head}\n");
        for (number, name) in names().enumerate() {
            for trial in 0..TRIALS {
                // The suites of a sample differ from night to night as real ones do, and are the same for everybody.
                let luck = (self.at.timestamp() / 86_400).unsigned_abs().wrapping_mul(7) + u64::from(trial) * 5;
                let pass = name != FLAKY || !luck.is_multiple_of(2);
                let died = self.back == 0 && number >= VERBS.len();
                let line = json!({
                    "type": "trial", "case_id": name, "trial": trial, "status": if died { "error" } else { "ok" },
                    "pass": pass, "input_hash": name, "latency_ms": 800 + 13 * number + 70 * trial as usize,
                    "output": if pass { "routed to the right tool" } else { "no tool took the call" },
                });
                // Writing to a string does not fail.
                let _ = writeln!(text, "{line}");
            }
        }
        let end = json!({"type": "end", "status": if self.back == 0 { "error" } else { "complete" }});
        let _ = writeln!(text, "{end}");
        text
    }
}

/// How a case does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Good,
    Broken,
    Changed,
}

fn sample(name: &str, epoch: u32, fate: Fate, number: usize) -> Value {
    let (verb, thing) = name.split_once('-').unwrap_or((name, "issue"));
    let question = format!("{verb} every {thing} of the sample project that changed this week and name the newest");
    let (answer, why) = match fate {
        Fate::Good => (
            format!("There are 34 changed {thing}s on two pages; the newest is {thing}-34, opened by ana on Thursday."),
            format!("names {thing}-34"),
        ),
        Fate::Broken => (
            format!("There are 20 changed {thing}s on one page; the newest is {thing}-20, opened by ben on Tuesday."),
            format!("does not name {thing}-34: the second page was never read"),
        ),
        Fate::Changed => (format!("34 {thing}s changed this week."), format!("does not name {thing}-34")),
    };
    let call = |page: u32| {
        json!({
            "id": format!("call-{page}"), "type": "function", "function": "profiles_search",
            "arguments": {"kind": thing, "since": "7d", "page": page},
        })
    };
    let calls: Vec<Value> = if fate == Fate::Broken { vec![call(1)] } else { vec![call(1), call(2)] };
    let good = fate == Fate::Good;
    json!({
        "id": name, "epoch": epoch, "input": question, "target": format!("{thing}-34"),
        "messages": [
            {"role": "user", "content": question},
            {"role": "assistant", "content": "", "tool_calls": calls},
            {"role": "assistant", "content": answer},
        ],
        "output": {"model": "sample/model-1", "completion": answer, "choices": [
            {"message": {"role": "assistant", "content": answer}, "stop_reason": "stop"},
        ]},
        "scores": {"includes": {"value": if good { "C" } else { "I" }, "answer": answer, "explanation": why}},
        "total_time": 2.0 + 0.1 * f64::from(u32::try_from(number).unwrap_or(0)) + 0.3 * f64::from(epoch),
        "model_usage": {"sample/model-1": {"input_tokens": 900, "output_tokens": 60, "total_tokens": 960}},
    })
}
