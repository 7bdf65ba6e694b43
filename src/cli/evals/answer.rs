//! `dogwatch.evals/1`, and the same for people.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::Read;
use crate::cli::json::maybe_time;
use crate::domain::evals::Counts;
use crate::domain::evals::evidence::p_value;
use crate::domain::evals::findings::{Finding, Fingerprint, State};
use crate::domain::evals::gather::{Row, SetAside};
use crate::domain::text::Clean;

/// `dogwatch.evals/1`.
pub(super) fn json(read: &Read) -> Value {
    let aside = |one: &SetAside| json!({"file": one.file.display().to_string(), "reason": Clean::line(&one.reason)});
    json!({
        "schema": "dogwatch.evals/1",
        "runs": read.runs.iter().map(row).collect::<Vec<_>>(),
        "skipped": read.aside.iter().map(aside).collect::<Vec<_>>(),
        "findings": read.findings.iter().map(|one| finding(one, suite(read, one), &cases(read, one))).collect::<Vec<_>>(),
    })
}

fn row(row: &Row) -> Value {
    let counts = row.counts;
    json!({
        "file": row.file.display().to_string(),
        "tool": row.tool.name(),
        "suite": row.suite,
        "run_id": row.run_id,
        "status": row.status.name(),
        "started_at": maybe_time(row.started_at),
        "model": row.model,
        "git_sha": row.git_sha,
        "cases": row.cases,
        "trials": counts.map(Counts::trials),
        "passed": counts.map(|counts| counts.passed),
        "failed": counts.map(|counts| counts.failed),
        "errored": counts.map(|counts| counts.errored),
        "skipped": counts.map(|counts| counts.skipped),
        "unscored": counts.map(|counts| counts.unscored),
        "mean_score": row.mean_score,
    })
}

/// One finding of a suite, with the names of its cases.
pub(in crate::cli) fn finding(finding: &Finding, suite: &str, cases: &[Clean]) -> Value {
    json!({
        "fingerprint": finding.fingerprint.as_str(),
        "suite": suite,
        "kind": finding.kind.name(),
        "verdict": finding.verdict.name(),
        "cases": cases,
        "baseline": finding.baseline.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "candidate": finding.candidate.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "p_value": finding.p_value,
        "delta": finding.delta,
        "severity": finding.severity.name(),
    })
}

/// The name of the suite that a finding is about.
fn suite<'a>(read: &'a Read, finding: &Finding) -> &'a str {
    read.suites.get(&finding.suite).map(String::as_str).unwrap_or_default()
}

fn cases(read: &Read, finding: &Finding) -> Vec<Clean> {
    finding.cases.iter().filter_map(|key| read.names.get(key)).map(|named| named.name.clone()).collect()
}

/// A line a run, a line a finding, a line a file that was set aside.
pub(super) fn text(read: &Read) -> String {
    let mut lines = Vec::new();
    let suite = |row: &Row| Clean::line(&row.suite);
    let width = read.runs.iter().map(|row| suite(row).as_str().width()).max().unwrap_or(0);
    for row in &read.runs {
        let name = suite(row);
        let pad = " ".repeat(width - name.as_str().width());
        let at = row.started_at.map_or_else(|| "-".to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string());
        let mean = row.mean_score.map_or_else(|| "    -".to_owned(), |mean| format!("{mean:>5.3}"));
        let file = Clean::line(&row.file.display().to_string());
        lines.push(format!("{:<9} {name}{pad}  {at:<16}  {mean}  {}  {file}", row.status.name(), tally(row)));
    }
    if read.runs.is_empty() {
        lines.push("no results".to_owned());
    }
    if !read.findings.is_empty() {
        lines.push(format!("findings ({})", read.findings.len()));
        lines.extend(read.findings.iter().map(|finding| format!("  {}", sentence(read, finding))));
    }
    if !read.said.is_empty() {
        lines.push(format!("said of them ({})", read.said.len()));
        lines.extend(read.said.iter().map(|line| format!("  {line}")));
    }
    if !read.aside.is_empty() {
        lines.push(format!("set aside ({})", read.aside.len()));
        let aside = |one: &SetAside| {
            format!("  {}: {}", Clean::line(&one.file.display().to_string()), Clean::line(&one.reason))
        };
        lines.extend(read.aside.iter().map(aside));
    }
    lines.join("\n")
}

/// `11 of 12 passed, 1 errored`.
fn tally(row: &Row) -> String {
    let Some(counts) = row.counts else {
        return row.cases.map_or_else(|| "figures only".to_owned(), |cases| format!("figures of {cases} cases"));
    };
    let judged = counts.passed + counts.failed;
    let rest = [(counts.errored, "errored"), (counts.skipped, "skipped"), (counts.unscored, "unscored")];
    let rest = rest.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!(", {count} {word}"));
    format!("{} of {judged} passed{}", counts.passed, rest.collect::<String>())
}

fn sentence(read: &Read, finding: &Finding) -> String {
    let cases = cases(read, finding);
    let named = match cases.as_slice() {
        [] => String::new(),
        [one] => format!(": {one}"),
        [first, rest @ ..] => format!(": {first} and {} more", rest.len()),
    };
    let p = finding.p_value.map(|p| format!("; p = {}", p_value(p))).unwrap_or_default();
    let delta = finding.delta.map(|delta| format!("; {:+.1} points", delta * 100.0)).unwrap_or_default();
    let main = |print: &Fingerprint| read.findings.iter().find(|one| one.fingerprint == *print).map(|one| one.kind);
    let part = finding.part_of.as_ref().filter(|_| finding.state == State::Open).and_then(main);
    let part = part.map(|kind| format!("; part of its {}", kind.name())).unwrap_or_default();
    let (state, kind) = (finding.state.name(), finding.kind.name());
    format!("{state} {} {kind}{named}{delta}{p}{part}", Clean::line(suite(read, finding)))
}
