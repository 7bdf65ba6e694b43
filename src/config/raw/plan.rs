//! Rotations and plans of the team file as they are spelt.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::text::{Civil, Day, Hour, Id, Lasting, Local, Placed, Text, When, WordOr, ZoneName};

/// A list of people who take turns.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawRotation {
    /// The short name.
    #[schemars(with = "Id", extend("examples" = ["ops"]))]
    pub(in crate::config) id: Text,
    /// For people to read; default the id.
    pub(in crate::config) title: Option<Text>,
    /// The zone of its clocks; default the team's.
    #[schemars(with = "Option<ZoneName>")]
    pub(in crate::config) timezone: Option<Text>,
    /// Local: the first member takes over here, and every handover keeps this clock.
    #[schemars(with = "Local")]
    pub(in crate::config) start: Text,
    /// From one handover to the next.
    #[schemars(with = "Civil")]
    pub(in crate::config) shift: Text,
    /// Local: the shift then running ends here, and nobody follows.
    #[schemars(with = "Option<Local>")]
    pub(in crate::config) until: Option<Text>,
    /// The ids of people, in turn.
    #[schemars(extend("examples" = [["ana", "ben"]]))]
    pub(in crate::config) members: Placed<Vec<Text>>,
    /// "business" (the default), "24x7", or windows.
    #[schemars(extend("examples" = ["business"]))]
    pub(in crate::config) coverage: Option<WordOr<RawWindow>>,
    /// "previous", "next" or "rotation:ID"; absent: nobody.
    #[schemars(extend("examples" = ["previous"]))]
    pub(in crate::config) secondary: Option<Text>,
    /// Somebody holds the role in a window, whoever's turn it is.
    #[serde(default)]
    pub(in crate::config) overrides: Vec<RawOverride>,
    /// What is one person's in a window is another's.
    #[serde(default)]
    pub(in crate::config) swaps: Vec<RawSwap>,
}

/// Hours on given days.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawWindow {
    /// The days on which it starts.
    #[schemars(extend("examples" = [["sat", "sun"]]))]
    pub(in crate::config) days: Placed<Vec<Text>>,
    /// Start.
    #[schemars(with = "Hour")]
    pub(in crate::config) from: Text,
    /// End; before `from`: on the next day; 24:00 is midnight.
    #[schemars(with = "Hour")]
    pub(in crate::config) to: Text,
}

/// This person holds the role in this window.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawOverride {
    /// Included; a bare date is the handover clock of that day.
    #[schemars(with = "When")]
    pub(in crate::config) from: Text,
    /// Excluded.
    #[schemars(with = "When")]
    pub(in crate::config) to: Text,
    /// The id of a person.
    pub(in crate::config) person: Text,
    /// Which duty; default primary.
    pub(in crate::config) role: Option<RawRole>,
    /// For people to read.
    pub(in crate::config) why: Option<Text>,
}

/// What is one person's in this window is another's.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawSwap {
    /// Included; a bare date is the handover clock of that day.
    #[schemars(with = "When")]
    pub(in crate::config) from: Text,
    /// Excluded.
    #[schemars(with = "When")]
    pub(in crate::config) to: Text,
    /// Whose it is.
    pub(in crate::config) give: Text,
    /// Who takes it; absent: an open request that changes nothing.
    pub(in crate::config) take: Option<Text>,
    /// When it is done in return.
    pub(in crate::config) back: Option<RawStretch>,
    /// Which duty; default primary.
    pub(in crate::config) role: Option<RawRole>,
    /// For people to read.
    pub(in crate::config) why: Option<Text>,
}

/// A stretch of time.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawStretch {
    /// Included; a bare date is the handover clock of that day.
    #[schemars(with = "When")]
    pub(in crate::config) from: Text,
    /// Excluded.
    #[schemars(with = "When")]
    pub(in crate::config) to: Text,
}

/// Which duty of a rotation.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::config) enum RawRole {
    Primary,
    Secondary,
}

/// Who is asked, one after the other, while nobody acks.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawEscalation {
    /// The short name.
    #[schemars(with = "Id", extend("examples" = ["default"]))]
    pub(in crate::config) id: Text,
    /// In order; a step that reaches nobody is skipped at once.
    pub(in crate::config) steps: Placed<Vec<RawStep>>,
}

/// One step of an escalation.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawStep {
    /// A person, a late name, or everyone.
    #[schemars(extend("examples" = ["rotation:ops/primary"]))]
    pub(in crate::config) to: Text,
    /// Time without an ack before the next step.
    #[schemars(with = "Option<Lasting>")]
    pub(in crate::config) wait: Option<Text>,
}

/// Something that must keep happening.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawCadence {
    /// The short name.
    #[schemars(with = "Id", extend("examples" = ["triage-weekly"]))]
    pub(in crate::config) id: Text,
    /// For people to read; default the id.
    pub(in crate::config) title: Option<Text>,
    /// The first occurrence is the first day on or after it that the rule names.
    #[schemars(with = "Day")]
    pub(in crate::config) start: Text,
    /// RFC 5545 over whole days.
    #[schemars(extend("examples" = ["FREQ=WEEKLY;BYDAY=TU"]))]
    pub(in crate::config) rule: Text,
    /// Days taken out.
    #[serde(default)]
    #[schemars(with = "Vec<Day>")]
    pub(in crate::config) skip: Vec<Text>,
    /// A person or a late name.
    pub(in crate::config) owner: Option<Text>,
    /// How much later still counts.
    #[schemars(with = "Option<Lasting>")]
    pub(in crate::config) grace: Option<Text>,
    /// minutes, handoff, review, runbook-run, drill, tag:GLOB or git:PATH.
    #[schemars(extend("examples" = ["minutes"]))]
    pub(in crate::config) done_by: Option<Text>,
}

/// Releases that leave on a timetable.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawTrain {
    /// The short name.
    #[schemars(with = "Id", extend("examples" = ["tools"]))]
    pub(in crate::config) id: Text,
    /// For people to read; default the id.
    pub(in crate::config) title: Option<Text>,
    /// The first occurrence is the first day on or after it that the rule names.
    #[schemars(with = "Option<Day>")]
    pub(in crate::config) start: Option<Text>,
    /// RFC 5545 over whole days; absent: only its `[[releases]]`.
    #[schemars(extend("examples" = ["FREQ=MONTHLY;BYDAY=2TU"]))]
    pub(in crate::config) rule: Option<Text>,
    /// Days taken out.
    #[serde(default)]
    #[schemars(with = "Vec<Day>")]
    pub(in crate::config) skip: Vec<Text>,
    /// The ids of people, taken in turn.
    #[serde(default)]
    pub(in crate::config) owners: Vec<Text>,
    /// The ids of the areas it ships.
    #[serde(default)]
    pub(in crate::config) areas: Vec<Text>,
    /// How its versions are compared; default semver.
    pub(in crate::config) versioning: Option<RawVersioning>,
    /// tag:GLOB or git:PATH.
    #[schemars(extend("examples" = ["tag:tools-v*"]))]
    pub(in crate::config) evidence: Option<Text>,
    /// A runbook to follow.
    pub(in crate::config) checklist: Option<Text>,
    /// How much later still counts; default 1bd.
    #[schemars(with = "Option<Lasting>")]
    pub(in crate::config) grace: Option<Text>,
}

/// How versions are compared.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::config) enum RawVersioning {
    Semver,
    None,
}

/// One date of a train, a moved date, or a release without a train.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawRelease {
    /// The short name, for a release without a train.
    #[schemars(with = "Option<Id>", extend("examples" = ["docs-relaunch"]))]
    pub(in crate::config) id: Option<Text>,
    /// For people to read; default the id.
    pub(in crate::config) title: Option<Text>,
    /// The id of its train.
    pub(in crate::config) train: Option<Text>,
    /// The day it leaves.
    #[schemars(with = "Day")]
    pub(in crate::config) date: Text,
    /// The day of the train that it replaces.
    #[schemars(with = "Option<Day>")]
    pub(in crate::config) instead_of: Option<Text>,
    /// The version it carries.
    pub(in crate::config) version: Option<Text>,
    /// The id of a person, or TBD.
    pub(in crate::config) owner: Option<Text>,
    /// The id of a person, or TBD.
    pub(in crate::config) deputy: Option<Text>,
    /// The ids of the areas it ships.
    #[serde(default)]
    pub(in crate::config) areas: Vec<Text>,
    /// tag:GLOB or git:PATH.
    #[schemars(extend("examples" = ["tag:docs-v*"]))]
    pub(in crate::config) evidence: Option<Text>,
    /// How much later still counts.
    #[schemars(with = "Option<Lasting>")]
    pub(in crate::config) grace: Option<Text>,
    /// A runbook to follow.
    pub(in crate::config) checklist: Option<Text>,
    /// The last day of support.
    #[schemars(with = "Option<Day>")]
    pub(in crate::config) supported_until: Option<Text>,
    /// For people to read.
    pub(in crate::config) why: Option<Text>,
}

/// Days on which something may not land.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawFreeze {
    /// The short name.
    #[schemars(with = "Id", extend("examples" = ["year-end"]))]
    pub(in crate::config) id: Text,
    /// For people to read; default the id.
    pub(in crate::config) title: Option<Text>,
    /// The first frozen day.
    #[schemars(with = "Day")]
    pub(in crate::config) from: Text,
    /// The last frozen day.
    #[schemars(with = "Day")]
    pub(in crate::config) to: Text,
    /// train:ID, area:ID or *.
    #[schemars(extend("examples" = [["train:tools"]]))]
    pub(in crate::config) covers: Placed<Vec<Text>>,
    /// The severities whose fixes may land.
    #[serde(default)]
    pub(in crate::config) except: Vec<Text>,
    /// Who may allow more.
    pub(in crate::config) approver: Option<Text>,
    /// For people to read.
    pub(in crate::config) why: Option<Text>,
    /// What was allowed.
    #[serde(default)]
    pub(in crate::config) exceptions: Vec<RawFreezeException>,
}

/// A change that was allowed to land in a freeze.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawFreezeException {
    /// The hash of the commit, or the start of it.
    pub(in crate::config) commit: Text,
    /// The id of the person who allowed it.
    pub(in crate::config) by: Text,
    /// For people to read.
    pub(in crate::config) why: Text,
}

/// A tool that goes away.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawDeprecation {
    /// The name of the tool, as served.
    pub(in crate::config) tool: Text,
    /// The day it was announced.
    #[schemars(with = "Day")]
    pub(in crate::config) since: Text,
    /// The least time from there to its removal.
    #[schemars(with = "Option<Civil>")]
    pub(in crate::config) min_window: Option<Text>,
    /// The day of removal; default since + `min_window`.
    #[schemars(with = "Option<Day>")]
    pub(in crate::config) remove_on: Option<Text>,
    /// What to use instead.
    pub(in crate::config) replacement: Option<Text>,
    /// The id of a person.
    pub(in crate::config) owner: Option<Text>,
}

/// Somebody else's iCalendar file.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawCalendar {
    /// The short name.
    #[schemars(with = "Id", extend("examples" = ["company"]))]
    pub(in crate::config) id: Text,
    /// For people to read; default the id.
    pub(in crate::config) title: Option<Text>,
    /// A path relative to the team file.
    #[schemars(extend("examples" = ["docs/ops/company.ics"]))]
    pub(in crate::config) file: Option<Text>,
    /// An address that sync fetches.
    #[schemars(extend("examples" = ["https://calendar.example.com/team.ics"]))]
    pub(in crate::config) url: Option<Text>,
}
