//! What the operator and the team have written down, read once and found right.
//!
//! Two files: the *team file* (`dogwatch.toml`, in the team's repository) and
//! the *personal file* (`config.toml`, outside of it). Text goes in with the
//! label it is called by; out comes a value in which every id, date and
//! address is good, or everything that is wrong, each with its place and what
//! to write instead. Nothing here touches a disk, a clock or the environment.

mod attention;
mod defaults;
mod edit;
mod expected;
mod hosts;
mod house;
mod hygiene;
mod parse;
mod personal;
mod places;
mod plan;
mod problem;
mod raw;
mod read;
mod recurrence;
mod rotation;
mod schema;
mod sources;
mod structure;
mod team;
mod text;
mod trust;
mod values;

use serde::de::DeserializeOwned;
use serde_json::Value;
use toml::de::{DeTable, Deserializer};

pub use attention::{Attention, Occasion, Quiet, Speech};
pub use edit::{Amendment, Does, ModelChange, RotationEdit, moment, spelled as spelled_moment};
pub use expected::{
    Chosen, EXPECTED_FILE, Entry as ExpectedEntry, ExpectedFile, Quarantined, without as without_saying, without_word,
};
pub use hosts::{GITHUB_API, host_and_port, is_github, is_loopback, without_secrets};
pub use house::{Expected, Filing, FrontMatter, Limits, Lint, Maintenance, Runbooks, Waiver};
pub use parse::nearest;
pub use personal::{Color, Links, PersonalFile, Retention, Settings, TokenSource, Ui, is_theme_name, layered};
pub use places::{KeyPlaces, Places, Spot};
pub use plan::{
    Cadence, CalendarFile, CalendarPlace, Deprecation, Freeze, FreezeException, Release, Train, Versioning,
};
pub use problem::{Problem, is_plain};
pub use recurrence::{Freq, Recurrence};
pub use rotation::{Escalation, Override, Role, Rotation, Secondary, Step, Stretch, Swap};
pub use schema::{expected_schema, personal_schema, team_schema};
pub use sources::{
    Artifacts, Canary, EvalsSource, GithubSource, McpEndpoint, McpSource, Source, SourceKind, Tracker, TrackerKind,
    TrackerLabels,
};
pub use team::{Area, Away, Decision, Kind, Person, Set, Severity, Team, TeamFile, TriageRule, When};
pub use trust::{TrustItem, leads_out, wants_trust};
pub use values::{Clock, Coverage, DoneBy, Evidence, Moment, Period, Repo, Scope, Span, Who, Window, WorkHours};

use problem::Problems;

/// Reads a team file; `file` is what problems call it, as a rule its path.
///
/// # Errors
///
/// All that is wrong with it, in the order of the text: for the writer of the
/// file to mend. Until then the whole file counts for nothing.
pub fn team_file(text: &str, file: &str) -> Result<TeamFile, Vec<Problem>> {
    checked(text, file, &team_schema(), read::team_file)
}

/// Reads a personal file; `file` is what problems call it, as a rule its path.
///
/// # Errors
///
/// As for [`team_file`].
pub fn personal_file(text: &str, file: &str) -> Result<PersonalFile, Vec<Problem>> {
    checked(text, file, &personal_schema(), read::personal_file)
}

/// Reads what was said of eval findings; `file` is what problems call it, as a rule its path.
///
/// # Errors
///
/// As for [`team_file`].
pub fn expected_file(text: &str, file: &str) -> Result<ExpectedFile, Vec<Problem>> {
    checked(text, file, &expected_schema(), read::expected_file)
}

fn checked<R: DeserializeOwned, T>(
    text: &str,
    file: &str,
    schema: &Value,
    read: impl FnOnce(&R, &mut Problems<'_>) -> T,
) -> Result<T, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut problems = Problems::new(text, file);
    let (mut table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        problems.at(&error.span().unwrap_or(0..0), error.message(), None);
    }
    if !errors.is_empty() {
        hygiene::check(text, None, &mut problems);
        return Err(problems.sorted());
    }
    hygiene::check(text, Some(&table), &mut problems);
    problems.settle();
    structure::check(&mut table, schema, &mut problems);
    problems.settle();
    match R::deserialize(Deserializer::from(table)) {
        Ok(raw) => {
            let value = read(&raw, &mut problems);
            if problems.none() { Ok(value) } else { Err(problems.sorted()) }
        }
        Err(error) => {
            problems.at(&error.span().unwrap_or(0..0), error.message(), None);
            Err(problems.sorted())
        }
    }
}
