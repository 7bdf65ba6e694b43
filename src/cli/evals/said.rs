//! What has been said of evals so far: in the team file, and beside it.

use std::path::Path;

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Global, out};
use crate::config::{Chosen, Expected, ExpectedFile, Quarantined};
use crate::domain::text::Clean;
use crate::shell::words;

/// Everything that is said, with what is said in the team file first.
///
/// # Errors
///
/// The file beside the team file cannot be read.
pub(super) fn heard(context: &Context) -> Result<ExpectedFile, Failure> {
    let home = context.team_path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let mut said = words::heard(home).map_err(|why| Failure::wrong(why.to_string()))?;
    said.expected.splice(0..0, context.team.expected.iter().cloned());
    Ok(said)
}

/// Lists it.
pub(super) fn list(global: &Global, context: &Context) -> Result<Exit, Failure> {
    let said = heard(context)?;
    let today = context.clock().start().with_timezone(&context.team.team.timezone).date_naive();
    if global.json {
        out::json(&answer(&said, today))?;
    } else {
        let lines = lines(&said, today);
        let none = "nothing is expected, in quarantine, pinned or accepted".to_owned();
        out::answer(&if lines.is_empty() { none } else { lines.join("\n") })?;
    }
    Ok(Exit::Done)
}

/// A line for each thing that holds now or held once.
pub(super) fn lines(said: &ExpectedFile, today: NaiveDate) -> Vec<String> {
    let until = |day: NaiveDate| if day < today { format!("ended {day}") } else { format!("until {day}") };
    let cases = |cases: &[String]| {
        if cases.iter().any(|case| case == "*") { "all cases".to_owned() } else { cases.join(", ") }
    };
    let mut lines = Vec::new();
    for Expected { suite, cases: of, from, reason, author, until: day, .. } in &said.expected {
        lines.push(format!("expected {suite}: {} from {from}, {}: {reason} ({author})", cases(of), until(*day)));
    }
    for Quarantined { suite, cases: of, reason, author, until: day, .. } in &said.quarantined {
        lines.push(format!("quarantined {suite}: {}, {}: {reason} ({author})", cases(of), until(*day)));
    }
    for (word, chosen) in [("pinned", &said.pinned), ("accepted", &said.accepted)] {
        let line = |one: &Chosen| format!("{word} {}: run {}: {} ({})", one.suite, one.run, one.reason, one.author);
        lines.extend(chosen.iter().map(line));
    }
    lines.iter().map(|line| Clean::line(line).to_string()).collect()
}

/// `dogwatch.expected/1`.
fn answer(said: &ExpectedFile, today: NaiveDate) -> Value {
    let expected = |one: &Expected| {
        json!({
            "suite": one.suite, "cases": one.cases, "from": one.from, "reason": one.reason, "author": one.author,
            "until": one.until.to_string(), "incident": one.incident, "holds": one.until >= today,
        })
    };
    let quarantined = |one: &Quarantined| {
        json!({
            "suite": one.suite, "cases": one.cases, "reason": one.reason, "author": one.author,
            "until": one.until.to_string(), "incident": one.incident, "holds": one.until >= today,
        })
    };
    let chosen = |one: &Chosen| json!({"suite": one.suite, "run": one.run, "reason": one.reason, "author": one.author});
    json!({
        "schema": "dogwatch.expected/1",
        "expected": said.expected.iter().map(expected).collect::<Vec<_>>(),
        "quarantined": said.quarantined.iter().map(quarantined).collect::<Vec<_>>(),
        "pinned": said.pinned.iter().map(chosen).collect::<Vec<_>>(),
        "accepted": said.accepted.iter().map(chosen).collect::<Vec<_>>(),
    })
}
