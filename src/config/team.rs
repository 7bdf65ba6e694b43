//! The team file: who the team is, what it owns, and what may go wrong.
//!
//! A [`TeamFile`] that exists is consistent: every id in it names something
//! in it, every date exists, every address is well formed. Nobody downstream
//! has to ask again.

use chrono::{NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use url::Url;

use super::hosts::GITHUB_API;
use super::house::{Expected, Filing, Limits, Lint, Maintenance, Runbooks};
use super::personal::Ui;
use super::plan::{Cadence, CalendarFile, Deprecation, Freeze, Release, Train};
use super::rotation::{Escalation, Rotation};
use super::sources::{Artifacts, GithubSource, Source, Tracker};
use super::values::{Clock, Repo, Span, Who, WorkHours};

/// The operating model of one team, as `dogwatch.toml` states it.
///
/// Lists are in file order. The default is a team without a file: UTC, the
/// severities SEV1 to SEV4, no sources, everything kept locally.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamFile {
    /// The format; always 1.
    pub version: u32,
    /// `[team]`.
    pub team: Team,
    /// `[[people]]`.
    pub people: Vec<Person>,
    /// `[[areas]]`; of several that match a path, the last one wins.
    pub areas: Vec<Area>,
    /// `[[decisions]]`.
    pub decisions: Vec<Decision>,
    /// `[[rotations]]`.
    pub rotations: Vec<Rotation>,
    /// `[[escalations]]`.
    pub escalations: Vec<Escalation>,
    /// `[[severities]]`, the highest first; never empty.
    pub severities: Vec<Severity>,
    /// `[[kinds]]`.
    pub kinds: Vec<Kind>,
    /// `[[triage]]`; the first rule that matches wins.
    pub triage: Vec<TriageRule>,
    /// `[[cadences]]`.
    pub cadences: Vec<Cadence>,
    /// `[[trains]]`.
    pub trains: Vec<Train>,
    /// `[[releases]]`.
    pub releases: Vec<Release>,
    /// `[[freezes]]`.
    pub freezes: Vec<Freeze>,
    /// `[[deprecations]]`.
    pub deprecations: Vec<Deprecation>,
    /// `[[calendars]]`.
    pub calendars: Vec<CalendarFile>,
    /// `[runbooks]`.
    pub runbooks: Runbooks,
    /// `[[sources]]`.
    pub sources: Vec<Source>,
    /// `[tracker]`.
    pub tracker: Tracker,
    /// `[filing]`.
    pub filing: Filing,
    /// `[[maintenance]]`.
    pub maintenance: Vec<Maintenance>,
    /// `[[expected]]`.
    pub expected: Vec<Expected>,
    /// `[ui]`: the team's defaults for the screen.
    pub ui: Ui,
    /// `[limits]`.
    pub limits: Limits,
    /// `[lint]`.
    pub lint: Lint,
}

impl Default for TeamFile {
    fn default() -> Self {
        Self {
            version: 1,
            team: Team::default(),
            people: Vec::new(),
            areas: Vec::new(),
            decisions: Vec::new(),
            rotations: Vec::new(),
            escalations: Vec::new(),
            severities: super::defaults::severities(),
            kinds: Vec::new(),
            triage: Vec::new(),
            cadences: Vec::new(),
            trains: Vec::new(),
            releases: Vec::new(),
            freezes: Vec::new(),
            deprecations: Vec::new(),
            calendars: Vec::new(),
            runbooks: Runbooks::default(),
            sources: Vec::new(),
            tracker: Tracker::default(),
            filing: Filing::default(),
            maintenance: Vec::new(),
            expected: Vec::new(),
            ui: Ui::default(),
            limits: Limits::default(),
            lint: Lint::default(),
        }
    }
}

impl TeamFile {
    /// Whether any triage rule asks for the body, so that bodies have to be loaded.
    pub fn reads_bodies(&self) -> bool {
        self.triage.iter().any(|rule| !rule.when.text.is_empty())
    }

    /// The person with this id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// The person with this GitHub login, compared without case.
    pub fn person_of_login(&self, login: &str) -> Option<&Person> {
        self.people
            .iter()
            .find(|person| person.github.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(login)))
    }

    /// The severity with this id.
    pub fn severity(&self, id: &str) -> Option<&Severity> {
        self.severities.iter().find(|severity| severity.id == id)
    }

    /// The kind with this id.
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }

    /// The source with this id.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// The first GitHub source of this repository.
    pub fn github_of(&self, repo: &Repo) -> Option<&GithubSource> {
        self.sources.iter().filter_map(Source::github).find(|github| github.repo.is(repo))
    }

    /// The base of the API that these artifacts are read from: that of the GitHub source of the same repository,
    /// else GitHub's own.
    pub fn api_of(&self, artifacts: &Artifacts) -> Option<Url> {
        let named = self.github_of(&artifacts.repo).map(|github| github.api.clone());
        named.or_else(|| Url::parse(GITHUB_API).ok())
    }
}

/// The team, its clock and its calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct Team {
    /// What the team is called.
    pub name: String,
    /// The zone of everything that gives none of its own.
    pub timezone: Tz,
    /// In the order of the file; never empty.
    pub workdays: Vec<Weekday>,
    /// The hours of a workday.
    pub workhours: WorkHours,
    /// Whole days that are no workdays.
    pub holidays: Vec<NaiveDate>,
    /// Where handoffs, minutes and reviews are written; relative to the team file.
    pub log_dir: String,
}

impl Default for Team {
    fn default() -> Self {
        Self {
            name: "team".into(),
            timezone: Tz::UTC,
            workdays: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri],
            workhours: WorkHours {
                from: NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default(),
                to: NaiveTime::from_hms_opt(17, 30, 0).unwrap_or_default(),
            },
            holidays: Vec::new(),
            log_dir: "docs/ops".into(),
        }
    }
}

/// Somebody on the team.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Person {
    /// The short name used everywhere else.
    pub id: String,
    /// For people to read; the id unless given.
    pub name: String,
    /// The GitHub login.
    pub github: Option<String>,
    /// Their own zone; the team's unless given.
    pub timezone: Option<Tz>,
    /// Whole days, both ends included.
    pub away: Vec<Away>,
    /// On call from this day at the earliest.
    pub joined: Option<NaiveDate>,
    /// The first day without them.
    pub left: Option<NaiveDate>,
    /// Rides along until this day, and is never primary before it.
    pub shadow_until: Option<NaiveDate>,
}

/// Days on which somebody is not there; both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Away {
    /// The first day away.
    pub from: NaiveDate,
    /// The last day away.
    pub to: NaiveDate,
    /// For people to read.
    pub why: Option<String>,
}

/// Something that is owned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Area {
    /// The short name.
    pub id: String,
    /// For people to read; the id unless given.
    pub title: String,
    /// CODEOWNERS patterns.
    pub paths: Vec<String>,
    /// The id of exactly one person; absent is a finding of `check`.
    pub owner: Option<String>,
    /// The id of the second person.
    pub backup: Option<String>,
    /// Whether incidents here page somebody.
    pub pages: bool,
}

/// A question that somebody decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The short name.
    pub id: String,
    /// The question itself.
    pub question: String,
    /// Who decides.
    pub owner: Option<Who>,
    /// The id of the cadence that brings it up.
    pub cadence: Option<String>,
    /// The event that brings it up.
    pub when: Option<String>,
    /// Who decides when the owner does not.
    pub escalate_to: Option<Who>,
}

/// How bad it is, and the clocks that follow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Severity {
    /// The name, and the label of it.
    pub id: String,
    /// What belongs here, in words.
    pub meaning: String,
    /// Which hours count.
    pub clock: Clock,
    /// From opened to the first ack.
    pub ack: Option<Span>,
    /// How long an ack without news counts. Already resolved: `update_every`,
    /// else `mitigate`, unless given; `None` holds for good.
    pub ack_holds: Option<Span>,
    /// From opened to an owner.
    pub owner_within: Option<Span>,
    /// From opened to mitigated.
    pub mitigate: Option<Span>,
    /// The longest silence on an open incident.
    pub update_every: Option<Span>,
    /// From closed to reviewed.
    pub review_within: Option<Span>,
    /// The id of the escalation that starts when nobody acks.
    pub escalation: Option<String>,
    /// Becomes a backlog item at triage: no clock for mitigation.
    pub backlog: bool,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kind {
    /// The name, and the label of it.
    pub id: String,
    /// For people to read; the id unless given.
    pub title: String,
    /// The severity it starts with.
    pub severity: Option<String>,
    /// The area it belongs to.
    pub area: Option<String>,
    /// `file#heading`, below one of the runbook folders.
    pub runbook: Option<String>,
}

/// What an incident is taken to be, from where it came and what it says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TriageRule {
    /// All keys given must match; at least one is given.
    pub when: When,
    /// What then holds; at least one is given.
    pub set: Set,
}

/// The left side of a triage rule. Within a key any value suffices; an empty key asks nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct When {
    /// The id or the kind of a source.
    pub source: Vec<String>,
    /// Labels of an issue, compared without case.
    pub label: Vec<String>,
    /// Eval suites.
    pub suite: Vec<String>,
    /// Health checks.
    pub check: Vec<String>,
    /// Words in the title, compared without case.
    pub title: Vec<String>,
    /// Words in the title or the body, compared without case.
    pub text: Vec<String>,
}

/// The right side of a triage rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Set {
    /// The id of a kind, which brings its severity and area.
    pub kind: Option<String>,
    /// Wins over the kind's.
    pub severity: Option<String>,
    /// Wins over the kind's.
    pub area: Option<String>,
}
