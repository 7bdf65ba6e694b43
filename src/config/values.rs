//! The small words of a configuration: durations, clocks, moments, names that resolve late.
//!
//! Each has one spelling in the files and one type here, so that nothing
//! downstream reads text again.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};

/// How long something may take, on a clock that the reader of it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// `15m`, `1h`, `3d`, `1w`: real time that passes day and night.
    Elapsed(TimeDelta),
    /// `2bd`: the same clock time, so many business days later.
    BusinessDays(u32),
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BusinessDays(days) => write!(f, "{days}bd"),
            Self::Elapsed(delta) => f.write_str(&spelled(*delta)),
        }
    }
}

/// The shortest spelling of a duration that the files accept: `90m`, `1h`, `1.1s`.
fn spelled(delta: TimeDelta) -> String {
    let millis = delta.num_milliseconds();
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] {
        if millis != 0 && millis % size == 0 {
            return format!("{}{unit}", millis / size);
        }
    }
    let decimals = format!("{:03}", millis % 1_000);
    format!("{}.{}s", millis / 1_000, decimals.trim_end_matches('0'))
}

/// A stretch of civil time: it follows the calendar and the wall clock, not elapsed hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Wall-clock hours, never a multiple of 24.
    Hours(u32),
    /// Whole days; `24h` and `1d` are the same, `1w` is seven.
    Days(u32),
    /// Calendar months, the day kept or clamped to the last.
    Months(u32),
}

/// Which hours count for the clocks of a severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// `24x7`: every hour.
    Always,
    /// `business`: the team's workdays and workhours, without its holidays.
    #[default]
    Business,
}

/// The hours of a workday; `from` is before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkHours {
    /// The first minute that counts.
    pub from: NaiveTime,
    /// The first minute that does not count any more.
    pub to: NaiveTime,
}

/// A point in time as a person writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A bare date. For overrides and swaps: the handover clock on that date.
    Day(NaiveDate),
    /// A local date and time, in the zone of the rotation (else the team).
    Local(NaiveDateTime),
    /// A date and time with its own offset.
    Exact(DateTime<FixedOffset>),
}

/// When a rotation is staffed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Coverage {
    /// The team's workdays, workhours and holidays, read in the rotation's zone.
    #[default]
    Business,
    /// Every hour.
    Always,
    /// These windows, united; they know no holidays.
    Windows(Vec<Window>),
}

/// Hours on given days; a window belongs to the day on which it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// In file order; never empty.
    pub days: Vec<Weekday>,
    /// Start, on the rotation's clock.
    pub from: NaiveTime,
    /// End. Before `from`: on the next day. Equal: 24 hours. `24:00` is midnight.
    pub to: NaiveTime,
}

/// Somebody, by name or by a rule that is resolved when it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The id of a person.
    Person(String),
    /// `rotation:ID/primary`: whoever has that rotation then.
    RotationPrimary(String),
    /// `rotation:ID/secondary`.
    RotationSecondary(String),
    /// `area:ID/owner`.
    AreaOwner(String),
    /// `area:owner`: the owner of the area of the item in question.
    OwnerOfArea,
    /// `release:owner`: whoever owns the release in question.
    ReleaseOwner,
    /// `freeze:approver`: whoever approves exceptions of the freeze in question.
    FreezeApprover,
    /// `everyone`.
    Everyone,
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => f.write_str(id),
            Self::RotationPrimary(id) => write!(f, "rotation:{id}/primary"),
            Self::RotationSecondary(id) => write!(f, "rotation:{id}/secondary"),
            Self::AreaOwner(id) => write!(f, "area:{id}/owner"),
            Self::OwnerOfArea => f.write_str("area:owner"),
            Self::ReleaseOwner => f.write_str("release:owner"),
            Self::FreezeApprover => f.write_str("freeze:approver"),
            Self::Everyone => f.write_str("everyone"),
        }
    }
}

/// A repository on a GitHub host. GitHub compares both parts without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repo {
    /// The user or organisation.
    pub owner: String,
    /// The name within it.
    pub name: String,
}

impl Repo {
    /// Whether both name the same repository, as GitHub sees it.
    pub fn is(&self, other: &Self) -> bool {
        self.owner.eq_ignore_ascii_case(&other.owner) && self.name.eq_ignore_ascii_case(&other.name)
    }
}

impl fmt::Display for Repo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// What shows that something planned has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// `tag:GLOB`: a tag whose name matches.
    Tag(String),
    /// `git:PATH`: a commit that touches this path.
    Commit(String),
}

/// What shows that a cadence was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DoneBy {
    /// Minutes of a triage meeting.
    Minutes,
    /// A handoff.
    Handoff,
    /// A cycle review.
    Review,
    /// A runbook used on an incident.
    RunbookRun,
    /// A runbook walked for practice.
    Drill,
    /// A tag or a commit.
    Git(Evidence),
}

/// What a freeze covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// `train:ID`.
    Train(String),
    /// `area:ID`.
    Area(String),
    /// `*`.
    Everything,
}
