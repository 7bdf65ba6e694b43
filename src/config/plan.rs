//! What is planned: cadences, releases, freezes, deprecations. Whole days in the team's zone.

use chrono::NaiveDate;
use url::Url;

use super::recurrence::Recurrence;
use super::values::{DoneBy, Evidence, Period, Scope, Span, Who};

/// Something that must keep happening.
#[derive(Debug, Clone, PartialEq)]
pub struct Cadence {
    /// The short name.
    pub id: String,
    /// For people to read; the id unless given.
    pub title: String,
    /// The first occurrence is the first day on or after it that the rule names.
    pub start: NaiveDate,
    /// Which days.
    pub rule: Recurrence,
    /// Days taken out after the rule has counted.
    pub skip: Vec<NaiveDate>,
    /// Who sees to it.
    pub owner: Option<Who>,
    /// How much later still counts.
    pub grace: Option<Span>,
    /// What shows that it happened; absent: shown, not checked.
    pub done_by: Option<DoneBy>,
}

/// Releases that leave on a timetable.
#[derive(Debug, Clone, PartialEq)]
pub struct Train {
    /// The short name.
    pub id: String,
    /// For people to read; the id unless given.
    pub title: String,
    /// As for a cadence; there whenever there is a rule.
    pub start: Option<NaiveDate>,
    /// Absent: only its `[[releases]]`.
    pub rule: Option<Recurrence>,
    /// Days taken out after the rule has counted.
    pub skip: Vec<NaiveDate>,
    /// The ids of people, taken in turn.
    pub owners: Vec<String>,
    /// The ids of the areas it ships.
    pub areas: Vec<String>,
    /// How its versions are compared.
    pub versioning: Versioning,
    /// What shows that it has left; absent: shown, not checked.
    pub evidence: Option<Evidence>,
    /// A runbook to follow.
    pub checklist: Option<String>,
    /// How much later still counts; one business day unless given.
    pub grace: Span,
}

/// How the versions of a train are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Versioning {
    /// By semantic versioning.
    #[default]
    Semver,
    /// Not at all.
    None,
}

/// One date: details of a train's day, a moved day, or a release without a train.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// `TRAIN/PLANNED-DAY`, or the id given.
    pub id: String,
    /// For people to read; the id unless given.
    pub title: String,
    /// The id of its train.
    pub train: Option<String>,
    /// The day it leaves.
    pub date: NaiveDate,
    /// The day of the train that it replaces.
    pub instead_of: Option<NaiveDate>,
    /// The version it carries.
    pub version: Option<String>,
    /// The id of a person, or `TBD`.
    pub owner: Option<String>,
    /// The id of a person, or `TBD`.
    pub deputy: Option<String>,
    /// The ids of the areas it ships.
    pub areas: Vec<String>,
    /// What shows that it has left.
    pub evidence: Option<Evidence>,
    /// How much later still counts.
    pub grace: Option<Span>,
    /// A runbook to follow.
    pub checklist: Option<String>,
    /// The last day of support.
    pub supported_until: Option<NaiveDate>,
    /// For people to read.
    pub why: Option<String>,
}

/// Days on which nothing of some scope may land; both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// The short name.
    pub id: String,
    /// For people to read; the id unless given.
    pub title: String,
    /// The first frozen day.
    pub from: NaiveDate,
    /// The last frozen day.
    pub to: NaiveDate,
    /// What is frozen; never empty.
    pub covers: Vec<Scope>,
    /// The ids of the severities whose fixes may land.
    pub except: Vec<String>,
    /// Who may allow more.
    pub approver: Option<Who>,
    /// For people to read.
    pub why: Option<String>,
    /// What was allowed.
    pub exceptions: Vec<FreezeException>,
}

/// A change that was allowed to land in a freeze.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreezeException {
    /// The hash of the commit, or the start of it.
    pub commit: String,
    /// The id of the person who allowed it.
    pub by: String,
    /// For people to read.
    pub why: String,
}

/// A tool that goes away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deprecation {
    /// The name of the tool, as served.
    pub tool: String,
    /// The day it was announced.
    pub since: NaiveDate,
    /// The least time from there to its removal.
    pub min_window: Option<Period>,
    /// The day of removal. Already resolved: `since` and `min_window` unless given.
    pub remove_on: Option<NaiveDate>,
    /// What to use instead.
    pub replacement: Option<String>,
    /// The id of a person.
    pub owner: Option<String>,
}

/// Somebody else's iCalendar file, shown as events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarFile {
    /// The short name.
    pub id: String,
    /// For people to read; the id unless given.
    pub title: String,
    /// Where it is.
    pub place: CalendarPlace,
}

/// Where an iCalendar file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarPlace {
    /// A path relative to the team file.
    File(String),
    /// An address that `sync` fetches.
    Url(Url),
}
