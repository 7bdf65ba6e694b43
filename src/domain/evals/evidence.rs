//! What an incident says about a finding: one sentence with figures, the cases,
//! what it is measured against, and how to see it again.

use std::collections::BTreeMap;

use super::findings::{Finding, Kind, Missed, Severity};
use super::gather::{Named, Row};
use super::history::RunKey;
use super::{CaseKey, Tool};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::Incident;
use crate::domain::text::Clean;

/// So many cases are named.
const NAMED: usize = 20;
/// So many characters of a commit are shown.
const COMMIT: usize = 12;
/// How many digits of a fingerprint go into the id of an incident.
const SHORT: usize = 12;

/// What is known beside the finding itself.
pub struct Around<'a> {
    /// The rows of the runs, by their keys.
    pub runs: &'a BTreeMap<RunKey, Row>,
    /// What cases are called.
    pub names: &'a BTreeMap<CaseKey, Named>,
}

impl Around<'_> {
    /// The row of the newest of these runs that is known.
    fn newest(&self, runs: &[RunKey]) -> Option<&Row> {
        runs.iter().rev().find_map(|key| self.runs.get(key))
    }

    fn name(&self, key: CaseKey) -> Clean {
        self.names.get(&key).map(|named| named.name.clone()).unwrap_or_else(|| Clean::line("(a case without a name)"))
    }
}

/// The id of the incident of a finding of this source.
pub fn incident_id(source: &SourceId, finding: &Finding) -> IncidentId {
    let print = finding.fingerprint.as_str();
    IncidentId::new(format!("{source}:{}", print.get(..SHORT).unwrap_or(print)))
}

/// The row that a finding becomes in the queue, without its evidence.
pub fn row(source: &SourceId, finding: &Finding, around: &Around<'_>) -> Option<Incident> {
    let newest = around.newest(&finding.candidate)?;
    let opened = finding.opened_at.or(newest.started_at)?;
    let id = incident_id(source, finding);
    Some(Incident {
        id: id.clone(),
        signal: Some(id),
        check: Some(Clean::line(finding.kind.name())),
        suite: Some(Clean::line(&newest.suite)),
        hint: Some(Clean::line(finding.severity.name())),
        fingerprint: Some(finding.fingerprint.as_str().to_owned()),
        shown_at: newest.started_at,
        ..Incident::opened(source, 0, title(finding, newest), opened)
    })
}

/// What is wrong, without anything that changes from run to run while the same cases are concerned.
fn title(finding: &Finding, newest: &Row) -> Clean {
    let suite = Clean::line(&newest.suite);
    let cases = finding.cases.len();
    let many = |what: &str| if cases == 1 { format!("1 case {what}") } else { format!("{cases} cases {what}") };
    let what = match finding.kind {
        Kind::SuiteRegression => "the suite fell".to_owned(),
        Kind::CaseRegression => finding.tag.as_ref().map_or_else(|| many("broke"), |tag| format!("{tag} broke")),
        Kind::Errors if finding.missed.is_some() => "no run on schedule".to_owned(),
        Kind::Errors => "runs die".to_owned(),
        Kind::Cost => "it costs more".to_owned(),
        Kind::Latency => "it takes longer".to_owned(),
        Kind::SuiteChanged => "the suite changed: re-baseline?".to_owned(),
        Kind::Grader => "the grader changed".to_owned(),
    };
    let again = if finding.again { " again" } else { "" };
    Clean::line(&format!("evals {suite}: {what}{again}"))
}

/// The evidence, as Markdown.
pub fn body(finding: &Finding, around: &Around<'_>) -> Clean {
    let mut lines = vec![headline(finding, around), String::new()];
    if !finding.cases.is_empty() {
        lines.push(format!("Cases ({}):", finding.cases.len()));
        lines.push(String::new());
        let named = finding.cases.iter().take(NAMED).map(|key| format!("- `{}`", quoted(&around.name(*key))));
        lines.extend(named);
        lines.extend((finding.cases.len() > NAMED).then(|| format!("- and {} more", finding.cases.len() - NAMED)));
        lines.push(String::new());
    }
    let (before, now) = (around.newest(&finding.baseline), around.newest(&finding.candidate));
    if finding.missed.is_some() {
        lines.extend(["The last run:".to_owned(), String::new()]);
        lines.extend(between(None, now));
        return Clean::block(&lines.join("\n"));
    }
    lines.extend(["The run before and this one:".to_owned(), String::new()]);
    lines.extend(between(before, now));
    if let Some(drop) = finding.detectable_drop {
        lines.push(format!("- This suite cannot see drops under {:.0} points.", drop * 100.0));
    }
    lines.extend(now.and_then(repeat));
    Clean::block(&lines.join("\n"))
}

/// `mcp-tools: 9 of 48 cases broke; -18.8 points; p = 0.004`.
fn headline(finding: &Finding, around: &Around<'_>) -> String {
    let newest = around.newest(&finding.candidate);
    let suite = newest.map(|row| quoted(&Clean::line(&row.suite))).unwrap_or_default();
    let of = newest.and_then(|row| row.cases).map(|cases| format!(" of {cases} cases")).unwrap_or_default();
    let count = finding.cases.len();
    let points = finding.delta.map(|delta| format!("{:+.1} points", delta * 100.0));
    let percent = finding.delta.map(|delta| format!("{:+.0} %", delta * 100.0));
    let (what, figure) = match finding.kind {
        Kind::SuiteRegression => ("the suite fell".to_owned(), points),
        Kind::CaseRegression => (format!("{count}{of} broke"), points),
        Kind::Errors => (finding.missed.map_or_else(|| "trials or runs died".to_owned(), missed), points),
        Kind::Cost => ("what passes costs more".to_owned(), percent),
        Kind::Latency => ("what passes takes longer".to_owned(), percent),
        Kind::SuiteChanged => (format!("{count}{of} changed or vanished"), None),
        Kind::Grader => ("the judge, rather than what is judged, changed".to_owned(), points),
    };
    let p = finding.p_value.map(|p| format!("p = {}", p_value(p)));
    let said: Vec<String> = [Some(format!("{suite}: {what}")), figure, p].into_iter().flatten().collect();
    format!("**{}**", said.join("; "))
}

/// `no run since 2026-11-10 02:00 UTC; its pauses are 3 d at most`.
fn missed(missed: Missed) -> String {
    let hours = (missed.usual + 1800) / 3600;
    let usual = if hours > 72 { format!("{} days", (hours + 12) / 24) } else { format!("{hours} hours") };
    format!("no run since {}; its pauses are {usual} at most", missed.last.format("%Y-%m-%d %H:%M UTC"))
}

/// A p value as people read it.
pub fn p_value(p: f64) -> String {
    if p < 0.001 { format!("{p:.1e}") } else { format!("{p:.3}") }
}

/// What else changed between the runs: each line only where both sides say it.
fn between(before: Option<&Row>, now: Option<&Row>) -> Vec<String> {
    let Some(now) = now else { return Vec::new() };
    let at = |row: &Row| row.started_at.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string());
    let mut lines = Vec::new();
    let mut line = |what: &str, of: &dyn Fn(&Row) -> Option<String>| {
        let shown = |text: String| quoted(&Clean::line(&text));
        match (before.and_then(of).map(shown), of(now).map(shown)) {
            (Some(old), Some(new)) if old != new => lines.push(format!("- {what}: `{old}` → `{new}`")),
            (_, Some(new)) => lines.push(format!("- {what}: `{new}`")),
            (Some(_) | None, None) => {}
        }
    };
    line("Runs", &at);
    line("Commit", &|row| row.git_sha.as_ref().map(|sha| sha.chars().take(COMMIT).collect()));
    line("Model", &|row| row.model.clone());
    line("Prompt", &|row| row.prompt_version.clone());
    line("Tool schema", &|row| row.tool_schema_version.clone());
    line("Harness", &|row| row.harness.clone());
    line("File", &|row| Some(row.file.display().to_string()));
    lines
}

/// How to run it again; to be copied, never run by itself.
fn repeat(row: &Row) -> Option<String> {
    let file = shell_word(&row.file.display().to_string());
    let command = match row.tool {
        Tool::Inspect => format!("inspect eval-retry {file}"),
        Tool::Promptfoo => "promptfoo eval --filter-failing-only".to_owned(),
        Tool::Junit | Tool::Deepeval | Tool::LmEval | Tool::Openai | Tool::Jsonl => return None,
    };
    Some(format!("\n```sh\n{command}\n```"))
}

/// A word that a shell takes as it is.
fn shell_word(text: &str) -> String {
    let text = Clean::line(text);
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:=@%".contains(c);
    if text.as_str().chars().all(plain) {
        text.to_string()
    } else {
        format!("'{}'", text.as_str().replace('\'', r"'\''"))
    }
}

/// Text between backquotes.
fn quoted(text: &Clean) -> String {
    text.as_str().replace('`', "'")
}

/// Whether it is worth an incident: what is merely to be known is only listed.
pub fn is_incident(finding: &Finding) -> bool {
    finding.severity > Severity::Info
}
