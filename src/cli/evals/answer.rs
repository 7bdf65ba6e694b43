//! `dogwatch.evals/1`, and the same for people.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::Read;
use crate::cli::context::word;
use crate::cli::json::maybe_time;
use crate::domain::evals::Counts;
use crate::domain::evals::evidence::{died, p_value};
use crate::domain::evals::findings::{Finding, Fingerprint, Kind, State};
use crate::domain::evals::gather::{Row, SetAside};
use crate::domain::order::natural;
use crate::domain::quote::cut;
use crate::domain::text::Clean;
use crate::shell::width::columns;

/// What is assumed of the width where a program reads it.
const USUAL: usize = 80;
/// So many columns stand beside the name of a suite.
const BESIDE: usize = 56;
/// So many of a name are always shown.
const LEAST: usize = 16;
/// So many of one in a sentence.
const NAME: usize = 48;

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
    let known = finding.cases.iter().filter_map(|key| read.names.get(key));
    let mut names: Vec<Clean> = known.map(|named| named.name.clone()).collect();
    names.sort_by(|one, other| natural(one.as_str(), other.as_str()));
    names
}

/// A line a run, a line a finding, a line a file that was set aside.
pub(super) fn text(read: &Read) -> String {
    let mut lines = Vec::new();
    let most = columns(word("COLUMNS").as_deref()).unwrap_or(USUAL).saturating_sub(BESIDE).max(LEAST);
    let suite = |row: &Row| cut(Clean::line(&row.suite).as_str(), most);
    let width = read.runs.iter().map(|row| suite(row).width()).max().unwrap_or(0);
    for row in &read.runs {
        let name = suite(row);
        let pad = " ".repeat(width - name.width());
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
        lines.extend(legend(&read.findings));
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

/// What the words of these findings mean, as far as they do not say it themselves.
fn legend(findings: &[Finding]) -> Vec<String> {
    let states = [
        (State::Confirming, "the next complete runs decide; nobody is called"),
        (State::Held, "expected or in quarantine; nobody is called"),
    ];
    let kinds = [
        (Kind::SuiteChanged, "cases vanished or ask something else; `evals accept SUITE RUN` if that was meant"),
        (Kind::Grader, "it is rather the judge that changed"),
    ];
    let of_state = |state: State| findings.iter().any(|one| one.state == state);
    let of_kind = |kind: Kind| findings.iter().any(|one| one.kind == kind);
    let states = states.into_iter().filter(|(state, _)| of_state(*state)).map(|(state, said)| (state.name(), said));
    let kinds = kinds.into_iter().filter(|(kind, _)| of_kind(*kind)).map(|(kind, said)| (kind.name(), said));
    states.chain(kinds).map(|(word, said)| format!("  ({word}: {said})")).collect()
}

fn sentence(read: &Read, finding: &Finding) -> String {
    let cases = cases(read, finding);
    let named = match cases.as_slice() {
        [] => String::new(),
        [one] => format!(": {one}"),
        [first, rest @ ..] => format!(": {first} and {} more", rest.len()),
    };
    let p = finding.p_value.map(|p| format!("; p = {}", p_value(p))).unwrap_or_default();
    let delta = match finding.kind {
        Kind::Errors => died(finding),
        Kind::Cost | Kind::Latency => finding.delta.map(|delta| format!("{:+.0} %", delta * 100.0)),
        Kind::SuiteRegression | Kind::CaseRegression | Kind::SuiteChanged | Kind::Grader => {
            finding.delta.map(|delta| format!("{:+.1} points", delta * 100.0))
        }
    };
    let delta = delta.map(|delta| format!("; {delta}")).unwrap_or_default();
    let main = |print: &Fingerprint| read.findings.iter().find(|one| one.fingerprint == *print).map(|one| one.kind);
    let part = finding.part_of.as_ref().filter(|_| finding.state == State::Open).and_then(main);
    let part = part.map(|kind| format!("; part of its {}", kind.name())).unwrap_or_default();
    let (state, kind) = (finding.state.name(), finding.kind.name());
    let suite = cut(Clean::line(suite(read, finding)).as_str(), NAME);
    format!("{state} {suite} {kind}{named}{delta}{p}{part}")
}
