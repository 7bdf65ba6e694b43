//! The one sentence that says what is wrong, with its figures.

use super::Scene;
use crate::domain::evals::findings::{Finding, Kind, Missed};
use crate::domain::quote::span;

/// So many characters of a commit are enough to name it.
const COMMIT: usize = 7;

/// A commit as people name it; none of what is no commit.
pub fn commit(sha: &str) -> Option<String> {
    let digits = sha.len() >= COMMIT && sha.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.then(|| sha.chars().take(COMMIT).collect())
}

/// `mcp-tools`: 9 of 48 cases broke since `3b2aabc`; p = 0.004; this suite cannot see drops under 18 points.
pub(super) fn sentence(scene: &Scene) -> String {
    let (finding, now) = (&scene.finding, scene.now().map(|filed| &filed.row));
    let suite = now.map(|row| format!("{}: ", span(&row.suite))).unwrap_or_default();
    let of = now.and_then(|row| row.cases).map(|cases| format!(" of {cases}")).unwrap_or_default();
    let count = finding.cases.len();
    let noun = if count == 1 && of.is_empty() { "case" } else { "cases" };
    let points = finding.delta.map(|delta| format!("{:+.1} points", delta * 100.0));
    let percent = finding.delta.map(|delta| format!("{:+.0} %", delta * 100.0));
    let (what, figure) = match finding.kind {
        Kind::SuiteRegression => ("the suite fell".to_owned(), points),
        Kind::CaseRegression => (format!("{count}{of} {noun} broke"), None),
        Kind::Errors => (finding.missed.map_or_else(|| "trials or runs died".to_owned(), missed), died(finding)),
        Kind::Cost => ("what passes costs more".to_owned(), percent),
        Kind::Latency => ("what passes takes longer".to_owned(), percent),
        Kind::SuiteChanged => (format!("{count}{of} {noun} changed or vanished"), None),
        Kind::Grader => ("the judge, rather than what is judged, changed".to_owned(), points),
    };
    let p = finding.p_value.map(|p| format!("p = {}", p_value(p)));
    let drop = finding.detectable_drop;
    let blind = drop.map(|drop| format!("this suite cannot see drops under {:.0} points", drop * 100.0));
    let first = Some(format!("{suite}{what}{}", since(scene)));
    let said: Vec<String> = [first, figure, p, blind].into_iter().flatten().collect();
    format!("**{}**", said.join("; "))
}

/// What else fell of the same cause, in one sentence.
pub(super) fn with_it(scene: &Scene) -> Option<String> {
    let told = |part: &Finding| match part.kind {
        Kind::SuiteRegression => {
            let points = part.delta.map(|delta| format!(" ({:+.1} points)", delta * 100.0)).unwrap_or_default();
            format!("the suite as a whole fell{points}")
        }
        Kind::CaseRegression | Kind::Errors | Kind::Cost | Kind::Latency | Kind::SuiteChanged | Kind::Grader => {
            match part.cases.len() {
                1 => "1 case by itself".to_owned(),
                many => format!("{many} cases by themselves"),
            }
        }
    };
    let told: Vec<String> = scene.parts.iter().map(told).collect();
    (!told.is_empty()).then(|| format!("Found with it, and no incident of its own: {}.", told.join("; ")))
}

/// By how much more of the trials died than did before.
pub fn died(finding: &Finding) -> Option<String> {
    finding.delta.map(|delta| format!("share of trials that died {:+.1} points", delta * 100.0))
}

/// `no run since 2026-11-10 02:00 UTC; its pauses are 3 days at most`.
fn missed(missed: Missed) -> String {
    let hours = (missed.usual + 1800) / 3600;
    let usual = if hours > 72 { format!("{} days", (hours + 12) / 24) } else { format!("{hours} hours") };
    format!("no run since {}; its pauses are {usual} at most", missed.last.format("%Y-%m-%d %H:%M UTC"))
}

/// Since which commit, else since when.
fn since(scene: &Scene) -> String {
    let before = scene.before().filter(|_| scene.finding.missed.is_none());
    let Some(before) = before.map(|filed| &filed.row) else { return String::new() };
    let sha = before.git_sha.as_deref().and_then(commit).map(|sha| format!(" since `{sha}`"));
    let day = || before.started_at.map(|at| format!(" since {}", at.format("%Y-%m-%d %H:%M UTC")));
    sha.or_else(day).unwrap_or_default()
}

/// A p value as people read it.
pub fn p_value(p: f64) -> String {
    if p < 0.001 { format!("{p:.1e}") } else { format!("{p:.3}") }
}
