//! What else changed between the run before and this one.

use super::Scene;
use super::headline::commit;
use crate::domain::evals::gather::Row;
use crate::domain::quote::{cut, span};
use crate::domain::text::Clean;

/// So many columns of a fact are shown.
const FACT: usize = 100;

/// A fact of a run, as far as its file knows it.
type Fact = fn(&Row) -> Option<String>;

/// What may explain a difference, by name.
const FACTS: [(&str, Fact); 4] = [
    ("model", |row| row.model.clone()),
    ("prompt", |row| row.prompt_version.clone()),
    ("tool schema", |row| row.tool_schema_version.clone()),
    ("harness", |row| row.harness.clone()),
];

/// Commits, model, prompt, tool schema, harness: what changed, and in short what did not; none where no run is known.
pub(super) fn list(scene: &Scene) -> Option<String> {
    let now = &scene.now()?.row;
    let missed = scene.finding.missed.is_some();
    let before = scene.before().filter(|_| !missed).map(|filed| &filed.row);
    let title = match (before, missed) {
        (Some(_), _) => "What changed from the run before to this one:",
        (None, true) => "The last run:",
        (None, false) => "The run that shows it:",
    };
    let mut lines = vec![title.to_owned(), String::new()];
    lines.extend(commits(before, now));
    let (mut same, mut unknown) = (Vec::new(), Vec::new());
    for (name, of) in FACTS {
        match (before.and_then(of), of(now)) {
            (Some(old), Some(new)) if Clean::line(&old) == Clean::line(&new) => {
                same.push(format!("{name} {}", short(&new)));
            }
            (Some(old), Some(new)) => lines.push(format!("- {name}: {} → {}", short(&old), short(&new))),
            (None, Some(new)) => lines.push(format!("- {name}: {}", short(&new))),
            (Some(_) | None, None) => unknown.push(name),
        }
    }
    lines.extend((!same.is_empty()).then(|| format!("- the same: {}", same.join(", "))));
    lines.extend((!unknown.is_empty()).then(|| format!("- not in the files: {}", unknown.join(", "))));
    lines.extend(times(before, now));
    let file = |row: &Row| short(&row.file.display().to_string());
    lines.push(match before {
        Some(before) => format!("- files: {} → {}", file(before), file(now)),
        None => format!("- file: {}", file(now)),
    });
    Some(lines.join("\n"))
}

/// As `git log` takes it.
fn commits(before: Option<&Row>, now: &Row) -> Option<String> {
    let sha = |row: &Row| row.git_sha.as_deref().and_then(commit);
    let (old, new) = (before.and_then(sha), sha(now)?);
    Some(match old {
        Some(old) if old == new => format!("- commit: `{new}`, the same"),
        Some(old) => format!("- commits: `{old}..{new}`"),
        None => format!("- commit: `{new}`"),
    })
}

fn times(before: Option<&Row>, now: &Row) -> Option<String> {
    let at = |row: &Row| row.started_at.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string());
    Some(match (before.and_then(at), at(now)?) {
        (Some(old), new) => format!("- began: {old} → {new}"),
        (None, new) => format!("- began: {new}"),
    })
}

fn short(text: &str) -> String {
    span(&cut(Clean::line(text).as_str(), FACT))
}
