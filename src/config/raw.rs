//! The team file as it is spelt. The schema for editors is made from these types, and the
//! structure of a file is checked by that schema.
//!
//! What the doc comments here say is what an editor shows.

pub(super) mod expected;
pub(super) mod house;
pub(super) mod personal;
pub(super) mod plan;

use schemars::JsonSchema;
use serde::Deserialize;

use super::text::{Day, Id, Lasting, Placed, Text, WordOr, ZoneName};
use house::{RawExpected, RawFiling, RawLimits, RawLint, RawMaintenance, RawRunbooks, RawSource, RawTracker};
use personal::RawUi;
use plan::{RawCadence, RawCalendar, RawDeprecation, RawEscalation, RawFreeze, RawRelease, RawRotation, RawTrain};

/// The operating model of one small team, kept in the repository it describes.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(title = "dogwatch team file")]
pub(super) struct RawTeamFile {
    /// The format; always 1.
    pub(super) version: Option<Placed<i64>>,
    /// The team, its clock and its calendar.
    #[serde(default)]
    pub(super) team: RawTeam,
    /// The people of the team.
    #[serde(default)]
    pub(super) people: Vec<RawPerson>,
    /// What is owned; of several that match a path, the last one wins.
    #[serde(default)]
    pub(super) areas: Vec<RawArea>,
    /// Who decides what, and when.
    #[serde(default)]
    pub(super) decisions: Vec<RawDecision>,
    /// Who takes turns on call.
    #[serde(default)]
    pub(super) rotations: Vec<RawRotation>,
    /// Who is asked next while nobody acks.
    #[serde(default)]
    pub(super) escalations: Vec<RawEscalation>,
    /// How bad it can be, the highest first; absent: SEV1 to SEV4.
    pub(super) severities: Option<Vec<RawSeverity>>,
    /// What can happen.
    #[serde(default)]
    pub(super) kinds: Vec<RawKind>,
    /// What an incident is taken to be; the first rule that matches wins.
    #[serde(default)]
    pub(super) triage: Vec<RawTriage>,
    /// What must keep happening.
    #[serde(default)]
    pub(super) cadences: Vec<RawCadence>,
    /// Releases that leave on a timetable.
    #[serde(default)]
    pub(super) trains: Vec<RawTrain>,
    /// Details of a train's day, a moved day, or a release without a train.
    #[serde(default)]
    pub(super) releases: Vec<RawRelease>,
    /// Days on which something may not land.
    #[serde(default)]
    pub(super) freezes: Vec<RawFreeze>,
    /// Tools that go away.
    #[serde(default)]
    pub(super) deprecations: Vec<RawDeprecation>,
    /// Other people's iCalendar files, shown as events.
    #[serde(default)]
    pub(super) calendars: Vec<RawCalendar>,
    /// Where runbooks are and how they are read.
    #[serde(default)]
    pub(super) runbooks: RawRunbooks,
    /// Where facts come from.
    #[serde(default)]
    pub(super) sources: Vec<RawSource>,
    /// Where decisions are recorded.
    #[serde(default)]
    pub(super) tracker: RawTracker,
    /// What is filed unattended.
    #[serde(default)]
    pub(super) filing: RawFiling,
    /// Windows in which sources are expected to fail.
    #[serde(default)]
    pub(super) maintenance: Vec<RawMaintenance>,
    /// Eval changes that were meant.
    #[serde(default)]
    pub(super) expected: Vec<RawExpected>,
    /// The team's defaults for the screen; the personal file wins.
    #[serde(default)]
    pub(super) ui: RawUi,
    /// From where on `check` speaks up.
    #[serde(default)]
    pub(super) limits: RawLimits,
    /// How `check` judges.
    #[serde(default)]
    pub(super) lint: RawLint,
}

/// The team, its clock and its calendar.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(super) struct RawTeam {
    /// What the team is called.
    pub(super) name: Option<Text>,
    /// The zone of everything that gives none; default UTC.
    #[schemars(with = "Option<ZoneName>")]
    pub(super) timezone: Option<Text>,
    /// Default Monday to Friday.
    #[schemars(extend("examples" = [["mon", "tue", "wed", "thu", "fri"]]))]
    pub(super) workdays: Option<Placed<Vec<Text>>>,
    /// Default 09:00-17:30.
    #[schemars(extend("examples" = ["09:00-17:30"]))]
    pub(super) workhours: Option<Text>,
    /// Whole days that are no workdays.
    #[serde(default)]
    #[schemars(with = "Vec<Day>", extend("examples" = [["2026-12-25"]]))]
    pub(super) holidays: Vec<Text>,
    /// Where handoffs, minutes and reviews are written; default docs/ops.
    #[schemars(extend("examples" = ["docs/ops"]))]
    pub(super) log_dir: Option<Text>,
}

/// Somebody on the team.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RawPerson {
    /// The short name used everywhere else.
    #[schemars(with = "Id", extend("examples" = ["ana"]))]
    pub(super) id: Text,
    /// For people to read; default the id.
    pub(super) name: Option<Text>,
    /// The GitHub login.
    pub(super) github: Option<Text>,
    /// Their own zone; default the team's.
    #[schemars(with = "Option<ZoneName>")]
    pub(super) timezone: Option<Text>,
    /// Days on which they are not there.
    #[serde(default)]
    pub(super) away: Vec<RawAway>,
    /// On call from this day at the earliest.
    #[schemars(with = "Option<Day>")]
    pub(super) joined: Option<Text>,
    /// The first day without them.
    #[schemars(with = "Option<Day>")]
    pub(super) left: Option<Text>,
    /// Rides along until this day, and is never primary before it.
    #[schemars(with = "Option<Day>")]
    pub(super) shadow_until: Option<Text>,
}

/// Whole days, both ends included.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RawAway {
    /// The first day away.
    #[schemars(with = "Day")]
    pub(super) from: Text,
    /// The last day away.
    #[schemars(with = "Day")]
    pub(super) to: Text,
    /// For people to read.
    pub(super) why: Option<Text>,
}

/// Something that is owned.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RawArea {
    /// The short name.
    #[schemars(with = "Id", extend("examples" = ["evals"]))]
    pub(super) id: Text,
    /// For people to read; default the id.
    pub(super) title: Option<Text>,
    /// CODEOWNERS patterns.
    #[serde(default)]
    #[schemars(extend("examples" = [["evals/**"]]))]
    pub(super) paths: Vec<Text>,
    /// The id of exactly one person.
    pub(super) owner: Option<Text>,
    /// The id of the second person.
    pub(super) backup: Option<Text>,
    /// Whether incidents here page somebody; default false.
    pub(super) pages: Option<bool>,
}

/// A question that somebody decides.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RawDecision {
    /// The short name.
    #[schemars(with = "Id", extend("examples" = ["release-go"]))]
    pub(super) id: Text,
    /// The question itself.
    pub(super) question: Text,
    /// A person, or a late name such as rotation:ops/primary.
    pub(super) owner: Option<Text>,
    /// The cadence that brings it up.
    pub(super) cadence: Option<Text>,
    /// The event that brings it up.
    pub(super) when: Option<Text>,
    /// A person or a late name.
    pub(super) escalate_to: Option<Text>,
}

/// How bad it is, and the clocks that follow.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RawSeverity {
    /// The name, and the label of it.
    #[schemars(extend("examples" = ["SEV1"]))]
    pub(super) id: Text,
    /// What belongs here, in words.
    pub(super) meaning: Option<Text>,
    /// Which hours count; default business.
    pub(super) clock: Option<RawClock>,
    /// From opened to the first ack.
    #[schemars(with = "Option<Lasting>")]
    pub(super) ack: Option<Text>,
    /// How long an ack without news counts; default `update_every`, else mitigate.
    #[schemars(with = "Option<Lasting>")]
    pub(super) ack_holds: Option<Text>,
    /// From opened to an owner.
    #[schemars(with = "Option<Lasting>")]
    pub(super) owner_within: Option<Text>,
    /// From opened to mitigated.
    #[schemars(with = "Option<Lasting>")]
    pub(super) mitigate: Option<Text>,
    /// The longest silence on an open incident.
    #[schemars(with = "Option<Lasting>")]
    pub(super) update_every: Option<Text>,
    /// From closed to reviewed.
    #[schemars(with = "Option<Lasting>")]
    pub(super) review_within: Option<Text>,
    /// The escalation that starts when nobody acks.
    pub(super) escalation: Option<Text>,
    /// Becomes a backlog item at triage; default false.
    pub(super) backlog: Option<bool>,
}

/// Which hours count.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(super) enum RawClock {
    #[serde(rename = "24x7")]
    Always,
    #[serde(rename = "business")]
    Business,
}

/// What can happen.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RawKind {
    /// The name, and the label of it.
    #[schemars(with = "Id", extend("examples" = ["eval-regression"]))]
    pub(super) id: Text,
    /// For people to read; default the id.
    pub(super) title: Option<Text>,
    /// The severity it starts with.
    pub(super) severity: Option<Text>,
    /// The area it belongs to.
    pub(super) area: Option<Text>,
    /// file#heading, below one of the runbook folders.
    #[schemars(extend("examples" = ["tool-schema-drift.md#breaking-change"]))]
    pub(super) runbook: Option<Text>,
}

/// What an incident is taken to be.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RawTriage {
    /// All keys given must match; within a key any value suffices.
    pub(super) when: Placed<RawWhen>,
    /// What then holds.
    pub(super) set: Placed<RawSet>,
}

/// The left side of a triage rule.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RawWhen {
    /// The id or the kind of a source.
    pub(super) source: Option<WordOr<Text>>,
    /// Labels of an issue.
    pub(super) label: Option<WordOr<Text>>,
    /// Eval suites.
    pub(super) suite: Option<WordOr<Text>>,
    /// Health checks.
    pub(super) check: Option<WordOr<Text>>,
    /// Words in the title.
    pub(super) title: Option<WordOr<Text>>,
    /// Words in the title or the body.
    pub(super) text: Option<WordOr<Text>>,
}

/// The right side of a triage rule.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct RawSet {
    /// The id of a kind.
    pub(super) kind: Option<Text>,
    /// Wins over the kind's.
    pub(super) severity: Option<Text>,
    /// Wins over the kind's.
    pub(super) area: Option<Text>,
}
