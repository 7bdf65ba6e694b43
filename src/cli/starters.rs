//! Pages to start from, as they come with the program.

use super::exit::{Exit, Failure};
use super::out;
use crate::config::FrontMatter;
use crate::domain::runbook::document::Document;

/// Every starter runbook, in order of its file name.
pub(super) const STARTERS: &[(&str, &str)] = &[
    ("deploy-mcp-tool.md", include_str!("starters/deploy-mcp-tool.md")),
    ("deprecate-mcp-tool.md", include_str!("starters/deprecate-mcp-tool.md")),
    ("eval-regression-triage.md", include_str!("starters/eval-regression-triage.md")),
    ("mcp-tool-failing.md", include_str!("starters/mcp-tool-failing.md")),
    ("on-call-handoff.md", include_str!("starters/on-call-handoff.md")),
    ("release-prompt.md", include_str!("starters/release-prompt.md")),
    ("release-tool-schemas.md", include_str!("starters/release-tool-schemas.md")),
    ("rotate-cached-profiles.md", include_str!("starters/rotate-cached-profiles.md")),
    ("tool-schema-drift.md", include_str!("starters/tool-schema-drift.md")),
];

/// The starter of this name, with or without `.md`.
pub(super) fn named(name: &str) -> Option<(&'static str, &'static str)> {
    STARTERS.iter().copied().find(|(file, _)| *file == name || file.strip_suffix(".md") == Some(name))
}

/// A line for each.
pub(super) fn list() -> Result<Exit, Failure> {
    let widest = STARTERS.iter().map(|(file, _)| file.len()).max().unwrap_or(0);
    let line = |(file, text): &(&str, &str)| {
        let title = Document::read(text, &FrontMatter::default()).title;
        format!("{file:<widest$}  {}", title.unwrap_or_default()).trim_end().to_owned()
    };
    out::answer(&STARTERS.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    out::say("dogwatch: `dogwatch runbook --starters NAME` shows one, `--raw` with it as a file to begin with");
    Ok(Exit::Done)
}

/// What to say of a name that is none.
pub(super) fn unknown(name: &str) -> Failure {
    let near = STARTERS.iter().min_by_key(|(file, _)| strsim::damerau_levenshtein(name, file.trim_end_matches(".md")));
    let near = near.map_or("", |(file, _)| file.trim_end_matches(".md"));
    Failure::wrong(format!("there is no starter `{name}`; did you mean {near}? `--starters` alone lists them"))
}
