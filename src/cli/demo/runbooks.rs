//! The sample team's runbooks: the starters as they are, two of which nobody
//! has touched for long, and what came of using two others.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use crate::cli::starters::STARTERS;
use crate::domain::id::OpIds;
use crate::domain::runbook::run::{Did, Line, Use, Went};
use crate::domain::text::Clean;
use crate::store::runs::Runs;
use crate::store::{StoreError, files};

/// Where they lie, as the team file says.
const FOLDER: &str = "runbooks";
/// The pages that nobody has touched for long.
const NEGLECTED: [&str; 2] = ["release-prompt.md", "deprecate-mcp-tool.md"];
/// Which page was used, its title, how many hours ago, by whom, how it went, and why.
const USES: [(&str, &str, i64, &str, Went, &str); 2] = [
    (
        "eval-regression-triage.md",
        "An eval regressed",
        70,
        "chi",
        Went::Worked,
        "the baseline had been taken too early",
    ),
    ("rotate-cached-profiles.md", "Rotate cached profiles", 26, "ben", Went::Failed, "the cache came back cold"),
];

/// How long ago somebody touched a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// Long.
    Neglected,
    /// With the last release.
    Kept,
}

/// The pages of that age, by their paths.
pub(super) fn files(age: Age) -> Vec<String> {
    let of_age = |file: &&str| NEGLECTED.contains(file) == (age == Age::Neglected);
    let files = STARTERS.iter().map(|starter| starter.file).filter(of_age);
    files.map(|file| format!("{FOLDER}/{file}")).collect()
}

/// Writes the pages.
pub(super) fn lay_out(folder: &Path) -> Result<(), StoreError> {
    let folder = folder.join(FOLDER);
    files::folder(&folder)?;
    STARTERS.iter().try_for_each(|starter| files::create(&folder.join(starter.file), starter.text))
}

/// Tells how two of them were used for practice.
pub(super) fn use_some(data: &Path, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut ids = OpIds::seeded(2);
    let mut runs = Runs::open(data, now)?;
    for (file, title, ago, by, went, why) in USES {
        let at = now - TimeDelta::hours(ago);
        let run = ids.next(at.timestamp_millis());
        let (page, title) = (format!("{FOLDER}/{file}"), Clean::line(title));
        let of = Use { run, page, title, incident: None, steps: 0 };
        runs.append(&Line { of, at, by: Clean::line(by), did: Did::Ended { went, why: Clean::line(why) } })?;
    }
    Ok(())
}
