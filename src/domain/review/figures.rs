//! What a review counts, as its JSON has it. Durations are whole seconds on
//! the clock that is named beside them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Case, Clockwork, Ground, counts, duty, evals, gaps, noise, pages, plan, spread};
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;

/// All figures of a review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Opened, closed, carried.
    pub counts: Counts,
    /// Opened to the first ack by a person, by severity.
    pub ack: Vec<Durations>,
    /// Closed in the cycle before anybody acked it.
    pub closed_before_ack: usize,
    /// Opened to the first assignee, by severity.
    pub owned: Vec<Durations>,
    /// Opened to the last close, by severity.
    pub closed: Vec<Durations>,
    /// Clocks that passed in the cycle, by time.
    pub breaches: Vec<Breach>,
    /// What a handover dropped.
    pub dropped: Vec<Dropped>,
    /// Who carried how much, and which shift how much.
    pub load: Load,
    /// What was to ship.
    pub releases: Releases,
    /// What was to be kept.
    pub cadences: Cadences,
    /// What the evals found.
    pub regressions: Regressions,
    /// Which pages helped.
    pub runbooks: Runbooks,
    /// What is wrong with the model.
    pub gaps: Gaps,
    /// Follow-ups; none if none are known.
    pub actions: Option<Actions>,
    /// Signals seen more than once.
    pub noise: Vec<Noise>,
    /// Day by day, in a long cycle week by week.
    pub course: Vec<Course>,
}

/// Opened, closed, carried: in all, and by what it was.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Opened in the cycle.
    pub opened: usize,
    /// Closed in the cycle, and not opened again.
    pub closed: usize,
    /// Still open at its end.
    pub carried: usize,
    /// Opened again in the cycle.
    pub reopened: usize,
    /// By severity, the gravest first.
    pub by_severity: Vec<Count>,
    /// By kind.
    pub by_kind: Vec<Count>,
    /// By source.
    pub by_source: Vec<Count>,
}

/// The same of one sort.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// Which; none: nobody has said.
    pub of: Option<String>,
    /// Opened in the cycle.
    pub opened: usize,
    /// Closed in the cycle.
    pub closed: usize,
    /// Still open at its end.
    pub carried: usize,
}

/// Durations of incidents of one severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Durations {
    /// Which; none: untriaged.
    pub severity: Option<String>,
    /// `24x7` or `business`.
    pub clock: String,
    /// How long.
    #[serde(flatten)]
    pub spread: Spread,
}

/// Median and slowest, and how many they rest on. Seconds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spread {
    /// How many.
    pub n: usize,
    /// The middle one; of an even number the mean of the middle two. None if there are none.
    pub median: Option<i64>,
    /// The slowest; none if there are none.
    pub slowest: Option<Slowest>,
}

/// The slowest of some.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slowest {
    /// Which.
    pub id: IncidentId,
    /// How long, in seconds.
    pub seconds: i64,
}

/// A clock that passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// When.
    pub at: DateTime<Utc>,
    /// Which clock, as the team file spells it.
    pub clock: String,
    /// Of which incident.
    pub id: IncidentId,
    /// Its severity.
    pub severity: String,
    /// The shift in which it passed; none where no rotation ran.
    pub shift: Option<ShiftName>,
}

/// A shift, without whoever had it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ShiftName {
    /// The id of the rotation.
    pub rotation: String,
    /// Its first instant.
    pub start: DateTime<Utc>,
}

/// An incident that was left hanging over a handover that did not mention it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Which.
    pub id: IncidentId,
    /// The rotation that handed over.
    pub rotation: String,
    /// When.
    pub handover: DateTime<Utc>,
}

/// Who carried how much.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// In the order of the team file: no ranking.
    pub people: Vec<PersonLoad>,
    /// Every shift that reaches into the cycle, by rotation and time.
    pub shifts: Vec<ShiftLoad>,
    /// `limits.incidents_per_shift`.
    pub limit: u32,
}

/// What one person carried, as `dogwatch shifts --load` has it. Seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLoad {
    /// Who.
    pub person: String,
    /// Shifts begun.
    pub shifts: usize,
    /// Covered time.
    pub covered: i64,
    /// Of it outside working hours on their clock.
    pub off_hours: i64,
    /// Of it on weekends and holidays.
    pub weekends: i64,
    /// The most shifts in a row.
    pub longest_run: usize,
    /// Covered time above the mean of all; negative below it.
    pub above_mean: i64,
}

/// What one shift had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftLoad {
    /// Which.
    #[serde(flatten)]
    pub shift: ShiftName,
    /// The first instant after it.
    pub end: DateTime<Utc>,
    /// Incidents opened in it, within the cycle.
    pub incidents: usize,
    /// How often somebody was woken outside working hours.
    pub off_hours_wakes: usize,
}

/// What was to ship.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Releases {
    /// How many were planned.
    pub planned: usize,
    /// Left in time.
    pub on_time: Vec<Clean>,
    /// Left after their grace.
    pub late: Vec<Clean>,
    /// Of all, those that left or leave on another day than their train's.
    pub moved: Vec<Clean>,
    /// Nothing shows that they left.
    pub missed: Vec<Clean>,
    /// Nobody has looked, or their grace runs.
    pub open: Vec<Clean>,
    /// What was allowed to land in a freeze.
    pub exceptions: Vec<Exception>,
}

/// A change that was allowed to land in a freeze.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// The id of the freeze.
    pub freeze: String,
    /// The commit.
    pub commit: String,
    /// For people to read.
    pub why: Clean,
}

/// What was to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cadences {
    /// How many occurrences fell into the cycle.
    pub due: usize,
    /// How many of them were kept.
    pub kept: usize,
    /// The occurrences without evidence.
    pub missed: Vec<Clean>,
    /// Nobody has looked, or their grace runs.
    pub open: Vec<Clean>,
}

/// What the evals found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Regressions {
    /// How many were opened in the cycle.
    pub opened: usize,
    /// What people said of those, or what became of them.
    #[serde(flatten)]
    pub verdicts: SuiteVerdicts,
    /// How many were decided about within `ack` of their severity.
    pub triaged_in_time: usize,
    /// Of how many: those with such a clock that has been stopped or has passed.
    pub of: usize,
}

/// What became of findings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SuiteVerdicts {
    /// Mended, or true and left so.
    pub confirmed: usize,
    /// It was meant.
    pub expected: usize,
    /// The test was wrong, or does either.
    pub noise: usize,
    /// Well again before anybody said a word.
    pub recovered: usize,
    /// Nobody has said yet.
    pub open: usize,
}

/// Which pages helped.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Runbooks {
    /// Pages that were used in the cycle, by path.
    pub used: Vec<PageUse>,
    /// Kinds without a runbook that had incidents.
    pub missing: Vec<Missing>,
    /// How many pages there are; none if that is not known.
    pub pages: Option<usize>,
    /// Pages that are not to be relied on.
    pub stale: Vec<Clean>,
    /// Pages that nobody has ever used.
    pub never_used: Vec<Clean>,
    /// Searches that opened nothing, the most frequent first.
    pub searches: Vec<Searched>,
}

/// How a page was used in the cycle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PageUse {
    /// As it is listed.
    pub page: String,
    /// How often.
    pub used: usize,
    /// It did what it was for.
    pub worked: usize,
    /// It did not.
    pub failed: usize,
    /// Of all, without an incident.
    pub practice: usize,
}

/// A kind that has no runbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Which.
    pub kind: String,
    /// How many incidents of it were opened in the cycle.
    pub incidents: usize,
}

/// Words that led nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// As typed first.
    pub words: Clean,
    /// How often.
    pub times: usize,
}

/// What is wrong with the model: since the last review, and still.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gaps {
    /// Whether a last review is known, against which these are held.
    pub compared: bool,
    /// All that stand now, by rule and subject.
    pub standing: Vec<Gap>,
    /// How many of them are new since the last review.
    pub new: usize,
    /// What stood at the last review and is gone.
    pub gone: Vec<Gap>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The name of the rule.
    pub rule: String,
    /// What it is about.
    pub subject: String,
    /// With its evidence.
    pub message: Clean,
    /// The day on which a review saw it first.
    pub since: NaiveDate,
}

/// Follow-ups.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Actions {
    /// Done in the cycle.
    pub done: Vec<Action>,
    /// Past their day and not done.
    pub late: Vec<Action>,
    /// Nobody's, and not done.
    pub unowned: Vec<Action>,
    /// All that are not done.
    pub open: usize,
}

/// One follow-up, as somebody wrote it into a handoff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Of which incident.
    pub id: IncidentId,
    /// What is to be done.
    pub what: Clean,
    /// Whose it is.
    pub owner: Option<String>,
    /// The last day that is in time.
    pub due: Option<NaiveDate>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
}

/// A signal seen more than once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noise {
    /// What tells it from all others.
    pub fingerprint: String,
    /// The newest incident of it.
    pub id: IncidentId,
    /// Its title.
    pub title: Clean,
    /// How often it was opened, or opened again, in the cycle.
    pub count: usize,
    /// `acted`, `not-actionable`, `false-positive` or `expected`; none while it is open.
    pub outcome: Option<String>,
}

/// What happened in a part of the cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Its first day.
    pub from: NaiveDate,
    /// Opened in it.
    pub opened: usize,
    /// Closed in it.
    pub closed: usize,
    /// Clocks that passed in it.
    pub breached: usize,
}

/// One incident of the cycle. Durations are seconds on the clock of its severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What people call it.
    pub id: IncidentId,
    /// One line.
    pub title: Clean,
    /// Where a browser shows it.
    pub url: Option<String>,
    /// Who reported it: a source.
    pub source: String,
    /// How bad; none: untriaged.
    pub severity: Option<String>,
    /// What sort.
    pub kind: Option<String>,
    /// `open` or `closed`, at the end of the cycle.
    pub state: String,
    /// Why it was closed.
    pub reason: Option<String>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// To the first ack by a person.
    pub ack: Option<i64>,
    /// To the first assignee.
    pub owned: Option<i64>,
    /// To the last close.
    pub closed: Option<i64>,
    /// How often it was opened again.
    pub reopened: usize,
    /// The clocks that passed in the cycle, each once.
    pub breaches: Vec<String>,
}

impl Figures {
    pub(super) fn of(ground: &Ground<'_>, works: &Clockwork<'_>, cases: &[Case<'_>]) -> Self {
        let shifts = duty::shifts(ground);
        let breaches = duty::breaches(ground, &shifts, cases);
        Self {
            counts: counts::of(ground, cases),
            ack: spread::by_severity((ground, works), cases, |case| case.lived.acked),
            closed_before_ack: counts::closed_before_ack(ground, cases),
            owned: spread::by_severity((ground, works), cases, |case| case.lived.owned),
            closed: spread::by_severity((ground, works), cases, |case| case.lived.closed.map(|(at, _)| at)),
            course: counts::course(ground, cases, &breaches),
            breaches,
            dropped: duty::dropped(ground),
            load: duty::load((ground, works), &shifts, cases),
            releases: plan::releases(ground),
            cadences: plan::cadences(ground),
            regressions: evals::of(ground, works, cases),
            runbooks: pages::of(ground, cases),
            gaps: gaps::of(ground),
            actions: gaps::actions(ground),
            noise: noise::of(ground, cases),
        }
    }
}
