//! The two files that people write: what they mean, and what is said when they are wrong.

mod editing;
mod example;
mod faults;
mod meaning;
mod personal;
mod trust;

use dogwatch::config::{PersonalFile, Problem, TeamFile, personal_file, team_file};

/// A team of three with one area and one rotation, on which the cases below build.
const CREW: &str = r#"
[[people]]
id = "kim"
github = "kim-example"
[[people]]
id = "lou"
timezone = "Europe/Lisbon"
[[people]]
id = "noor"
[[areas]]
id = "tools"
owner = "kim"
[[rotations]]
id = "ops"
timezone = "Europe/London"
start = "2026-11-02T10:00"
shift = "7d"
members = ["kim", "lou"]
"#;

/// The crew and what comes after it, which must be right.
fn team(more: &str) -> TeamFile {
    let text = format!("{CREW}{more}");
    team_file(&text, "dogwatch.toml").unwrap_or_else(|problems| panic!("{}\n{more}", said(&problems)))
}

/// What is said of a team file on its own.
fn complaints(text: &str) -> Vec<String> {
    match team_file(text, "t.toml") {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

/// What is said of what comes after the crew; its lines count from 1.
fn complaints_after(more: &str) -> Vec<String> {
    let offset = CREW.matches('\n').count();
    match team_file(&format!("{CREW}{more}"), "t") {
        Ok(_) => Vec::new(),
        Err(problems) => {
            let shifted = problems.into_iter().map(|one| Problem { line: one.line - offset, ..one });
            shifted.map(|one| one.to_string()).collect()
        }
    }
}

fn mine(text: &str) -> PersonalFile {
    personal_file(text, "config.toml").unwrap_or_else(|problems| panic!("{}\n{text}", said(&problems)))
}

fn said(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
