//! The thirteen sections, always all of them and always in this order. What
//! people typed bears who typed it.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use super::{Holder, Shift};
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;

/// A time on the rotation's clock.
pub type Time = DateTime<FixedOffset>;

/// Who typed what: the id of a person by the name of the field.
pub type TypedBy = BTreeMap<String, Clean>;

/// All thirteen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sections {
    /// 1: which shift, whose, and how fresh all of it is.
    pub header: Header,
    /// 2: how it was.
    pub summary: Summary,
    /// 3: what is open and not put off.
    pub needs_you_now: Vec<Open>,
    /// 4: what the outgoing person had, and where it goes.
    pub carry_over: Vec<Carried>,
    /// 5: what wakes later.
    pub snoozed: Snoozed,
    /// 6: what was closed.
    pub resolved: Vec<Resolved>,
    /// 7: what was seen more than once.
    pub noise: Vec<Noise>,
    /// 8: how evals and endpoints are.
    pub health: Health,
    /// 9: what shipped, and what will.
    pub changes: Changes,
    /// 10: who comes when.
    pub schedule: Schedule,
    /// 11: what the outgoing person asks for.
    pub asks: Asks,
    /// 12: the figures.
    pub numbers: Numbers,
    /// 13: whether it was accepted.
    pub receipt: Receipt,
}

/// The names of the sections, in their order.
pub const KEYS: [&str; 13] = [
    "header",
    "summary",
    "needs_you_now",
    "carry_over",
    "snoozed",
    "resolved",
    "noise",
    "health",
    "changes",
    "schedule",
    "asks",
    "numbers",
    "receipt",
];

/// A source and what its word is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceAge {
    /// Its id.
    pub id: String,
    /// `github`, `evals`, `mcp` or `local`.
    pub kind: String,
    /// `fresh`, `stale`, `failed` or `never`.
    pub state: String,
    /// When it was last asked with success.
    #[serde(with = "super::offset::maybe")]
    pub fetched_at: Option<Time>,
    /// Why the last try failed.
    pub error: Option<Clean>,
}

/// 1: which shift, whose, and how fresh all of it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The id of the rotation.
    pub rotation: String,
    /// Who goes.
    pub outgoing: Option<Holder>,
    /// Who comes.
    pub incoming: Option<Holder>,
    /// Which shift.
    pub shift: Shift,
    /// How long it is, in hours of real time.
    pub elapsed_hours: Number,
    /// Each source with its age.
    pub sources: Vec<SourceAge>,
    /// Whether a source failed, so that something may be missing.
    pub partial: bool,
    /// How many rows each list leaves out, by the name of its section; a list that is whole is not named.
    pub left_out: BTreeMap<String, usize>,
    /// What else there is to know of it: a gap, others who had part of it, a clock that was set back.
    pub notes: Vec<Clean>,
}

/// 2: how it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// How many incidents were opened in it.
    pub opened: usize,
    /// How many were closed in it.
    pub resolved: usize,
    /// How many are still open.
    pub carried: usize,
    /// How many of those an earlier handover dropped.
    pub dropped: usize,
    /// How many were opened outside working hours, on the outgoing person's clock.
    pub off_hours: usize,
    /// Typed: how it felt, from 1 (bad) to 5.
    pub feel: Option<u8>,
    /// Typed: the shift in a line.
    pub line: Option<Clean>,
    /// Who typed what.
    pub typed_by: TypedBy,
}

/// What every row says of its incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Of {
    /// What people call it.
    pub id: IncidentId,
    /// One line.
    pub title: Clean,
    /// None: untriaged.
    pub severity: Option<String>,
    /// Where a browser shows it.
    pub url: Option<String>,
}

/// 3: what is open and not put off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Which.
    #[serde(flatten)]
    pub of: Of,
    /// `open` or `acked`.
    pub state: String,
    /// Whose it is.
    pub owner: Option<Clean>,
    /// When it was opened.
    #[serde(with = "super::offset")]
    pub opened_at: Time,
    /// When it has to be acked.
    #[serde(with = "super::offset::maybe")]
    pub due_at: Option<Time>,
    /// Whether that time is past.
    pub overdue: bool,
    /// The handover that dropped it; none if none did.
    #[serde(with = "super::offset::maybe")]
    pub dropped_at: Option<Time>,
    /// The last that happened to it.
    pub last_event: Option<Happened>,
    /// The page for its kind.
    pub runbook: Option<String>,
    /// Typed: what was tried.
    pub tried: Option<Clean>,
    /// Typed: what holds it up.
    pub stuck_on: Option<Clean>,
    /// Typed: what comes next.
    pub next_step: Option<Clean>,
    /// Typed: what would change that.
    pub trigger: Option<Clean>,
    /// Who typed what.
    pub typed_by: TypedBy,
}

/// Something that happened to an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Happened {
    /// When.
    #[serde(with = "super::offset")]
    pub at: Time,
    /// Who did it.
    pub by: Option<Clean>,
    /// What, in a word or two.
    pub what: String,
}

/// Where something goes that the outgoing person had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// To somebody.
    Handed,
    /// Back to the queue.
    Returned,
    /// It wakes later.
    Snoozed,
    /// Nobody has said.
    Undecided,
}

impl Decision {
    /// The word for it, as everywhere.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Handed => "handed",
            Self::Returned => "returned",
            Self::Snoozed => "snoozed",
            Self::Undecided => "undecided",
        }
    }
}

/// 4: what the outgoing person had, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// Which.
    #[serde(flatten)]
    pub of: Of,
    /// Where it goes.
    pub decision: Decision,
    /// To whom, if it was handed; else whoever is primary when it wakes.
    pub to: Option<Clean>,
    /// When it wakes.
    #[serde(with = "super::offset::maybe")]
    pub until: Option<Time>,
    /// Typed: what comes next.
    pub next_step: Option<Clean>,
    /// Who typed what.
    pub typed_by: TypedBy,
}

/// 5: what wakes later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snoozed {
    /// Incidents that were put off.
    pub incidents: Vec<PutOff>,
    /// Eval findings that are let pass, with their end.
    pub waivers: Vec<LetPass>,
    /// Checks that say nothing for a while, with their end.
    pub muted: Vec<LetPass>,
}

/// An incident that was put off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PutOff {
    /// Which.
    #[serde(flatten)]
    pub of: Of,
    /// When it wakes.
    #[serde(with = "super::offset")]
    pub until: Time,
    /// Who put it off.
    pub by: Option<Clean>,
    /// Whom it wakes: whoever is primary then.
    pub wakes: Option<Clean>,
    /// Whether that is in the shift that follows.
    pub in_next_shift: bool,
}

/// Something that says nothing until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetPass {
    /// What: a suite and its cases, sources, a rule.
    pub what: Clean,
    /// The last day, or when it ends.
    pub until: String,
    /// Why.
    pub why: Option<Clean>,
    /// Who says so.
    pub by: Option<Clean>,
}

/// 6: what was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// Which.
    #[serde(flatten)]
    pub of: Of,
    /// When.
    #[serde(with = "super::offset")]
    pub closed_at: Time,
    /// Why, in a word.
    pub reason: String,
    /// From opened to closed, in seconds.
    pub took: i64,
    /// How often it was opened again before.
    pub reopened: usize,
    /// Typed: what it was.
    pub cause: Option<Clean>,
    /// Typed: what is still to be done.
    pub follow_up: Option<Clean>,
    /// Who typed what.
    pub typed_by: TypedBy,
}

/// What came of something that was seen more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Somebody did something about it.
    Acted,
    /// Nobody did, and it went.
    NotActionable,
    /// The check was wrong.
    FalsePositive,
    /// It was meant.
    Expected,
}

impl Outcome {
    /// The word for it, as everywhere.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Acted => "acted",
            Self::NotActionable => "not-actionable",
            Self::FalsePositive => "false-positive",
            Self::Expected => "expected",
        }
    }
}

/// 7: what was seen more than once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noise {
    /// The last of them.
    #[serde(flatten)]
    pub of: Of,
    /// The same for the same cause.
    pub fingerprint: String,
    /// How often it was opened in the shift, or opened again.
    pub count: usize,
    /// What came of it.
    pub outcome: Outcome,
    /// What would make it quieter.
    pub proposal: String,
}

/// 8: how evals and endpoints are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Each suite that is known.
    pub evals: Vec<SuiteState>,
    /// Each MCP endpoint.
    pub endpoints: Vec<EndpointState>,
}

/// How a suite is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SuiteState {
    /// Its name.
    pub suite: Clean,
    /// `ok`, or what was found.
    pub verdict: Clean,
    /// Since when; for `ok` its last run.
    #[serde(with = "super::offset::maybe")]
    pub since: Option<Time>,
}

/// How an endpoint is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointState {
    /// Its id.
    pub id: String,
    /// `up`, `degraded`, `down` or `unknown`.
    pub state: String,
    /// Since when.
    #[serde(with = "super::offset::maybe")]
    pub since: Option<Time>,
    /// What of its interface changed and has not been accepted.
    pub drift: Vec<Clean>,
}

/// 9: what shipped, and what will.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Of the last 24 hours and of the next shift.
    pub releases: Vec<Release>,
    /// Those that hold now or begin in the next shift.
    pub freezes: Vec<Freeze>,
    /// Incidents of this shift that were opened within an hour after something had shipped.
    pub near: Vec<Near>,
}

/// Something that ships.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its id in the calendar, or the name of the tag.
    pub id: Clean,
    /// For people to read.
    pub title: Clean,
    /// The day, or the instant.
    pub date: String,
    /// How it stands.
    pub status: String,
    /// Whose it is.
    pub owner: Option<Clean>,
}

/// Days on which nothing may land.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// Its id.
    pub id: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// For people to read.
    pub why: Option<Clean>,
}

/// An incident that was opened soon after something had shipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Near {
    /// Which.
    #[serde(flatten)]
    pub of: Of,
    /// What had shipped.
    pub release: Clean,
    /// So many minutes before.
    pub minutes: i64,
}

/// 10: who comes when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The end of this shift.
    pub next_handover: Handover,
    /// People who have part of the next shift by an override.
    pub overrides: Vec<Changed>,
    /// People who have part of the next shift by a swap.
    pub swaps: Vec<Changed>,
    /// When nobody can answer in the next shift.
    pub gaps: Vec<Gap>,
    /// Who of the rotation is away in the next shift.
    pub away: Vec<Away>,
    /// A shift of 23 or 25 hours, and the like.
    pub notes: Vec<Clean>,
}

/// A handover on three clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// On the rotation's.
    #[serde(with = "super::offset")]
    pub at: Time,
    /// On the outgoing person's.
    #[serde(with = "super::offset::maybe")]
    pub outgoing: Option<Time>,
    /// On the incoming person's.
    #[serde(with = "super::offset::maybe")]
    pub incoming: Option<Time>,
}

/// Somebody has what would be another's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Who has it.
    pub person: String,
    /// Instead of whom.
    pub instead_of: Option<String>,
    /// From when on.
    #[serde(with = "super::offset")]
    pub start: Time,
    /// To when.
    #[serde(with = "super::offset")]
    pub end: Time,
    /// Why.
    pub why: Option<Clean>,
}

/// Nobody can answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// From when on.
    #[serde(with = "super::offset")]
    pub start: Time,
    /// To when.
    #[serde(with = "super::offset")]
    pub end: Time,
    /// Whose it would be, and why they cannot.
    pub why: Clean,
}

/// Somebody is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// Who.
    pub person: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Why.
    pub why: Option<Clean>,
}

/// 11: what the outgoing person asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asks {
    /// Typed.
    pub asks: Option<Clean>,
    /// How runbooks did in the shift.
    pub runbooks: Runbooks,
    /// Who typed what.
    pub typed_by: TypedBy,
}

/// How runbooks did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Runbooks {
    /// Pages that worked.
    pub worked: Vec<Clean>,
    /// Pages that did not.
    pub failed: Vec<Clean>,
    /// Kinds of this shift's incidents that have no page.
    pub missing: Vec<String>,
}

/// So many, the one in the middle, and the slowest; in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spread {
    /// How many.
    pub n: usize,
    /// Of an even number the mean of the middle two; none of nothing.
    pub median: Option<i64>,
    /// The longest; none of nothing.
    pub slowest: Option<i64>,
}

/// 12: the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// Incidents of the shift that page somebody: by their area, or by the escalation of their severity.
    pub pages: usize,
    /// Those of them that were opened outside working hours, on the outgoing person's clock.
    pub off_hours_pages: usize,
    /// From opened to the first ack by a person, of those that were first acked in the shift.
    pub ack: Spread,
    /// From opened to closed, of those that were closed in the shift.
    pub close: Spread,
    /// How often something was opened again.
    pub reopened: usize,
}

/// 13: whether it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Who accepted it.
    pub accepted_by: Option<Clean>,
    /// When.
    #[serde(with = "super::offset::maybe")]
    pub accepted_at: Option<Time>,
    /// Who is asked first until then: the outgoing person.
    pub asked_first: Option<Clean>,
}
