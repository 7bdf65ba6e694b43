//! Who is on call by the file: rotations, their exceptions, and who is asked next.

use chrono::NaiveDateTime;
use chrono_tz::Tz;

use super::values::{Coverage, Moment, Period, Span, Who};

/// A list of people who take turns.
#[derive(Debug, Clone, PartialEq)]
pub struct Rotation {
    /// The short name.
    pub id: String,
    /// For people to read; the id unless given.
    pub title: String,
    /// The zone of its clocks; the team's unless given.
    pub timezone: Tz,
    /// Local: `members[0]` takes over here.
    pub start: NaiveDateTime,
    /// From one handover to the next.
    pub shift: Period,
    /// Local: the shift then running ends here, and nobody follows.
    pub until: Option<NaiveDateTime>,
    /// The ids of people, in turn; never empty.
    pub members: Vec<String>,
    /// When somebody must be there.
    pub coverage: Coverage,
    /// Where the second person comes from.
    pub secondary: Option<Secondary>,
    /// In file order; of two that overlap the later one wins.
    pub overrides: Vec<Override>,
    /// In file order.
    pub swaps: Vec<Swap>,
}

/// Where the secondary of a rotation comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secondary {
    /// The member before the primary, in turn.
    Previous,
    /// The member after the primary, in turn.
    Next,
    /// The primary of the rotation with this id.
    Rotation(String),
}

/// Which of the two duties of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// The one who is asked first.
    #[default]
    Primary,
    /// The one who is asked next.
    Secondary,
}

/// A stretch of time; `from` is before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// Included.
    pub from: Moment,
    /// Excluded.
    pub to: Moment,
}

/// This person holds the role in this window, whoever's turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// When.
    pub when: Stretch,
    /// The id of a person.
    pub person: String,
    /// Which duty.
    pub role: Role,
    /// For people to read.
    pub why: Option<String>,
}

/// What is `give`'s in this window is `take`'s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swap {
    /// When.
    pub when: Stretch,
    /// The id of a person.
    pub give: String,
    /// The id of a person; without one it is an open request that changes nothing.
    pub take: Option<String>,
    /// When `give` does `take`'s in return.
    pub back: Option<Stretch>,
    /// Which duty.
    pub role: Role,
    /// For people to read.
    pub why: Option<String>,
}

/// Who is asked, one after the other, while nobody acks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// The short name.
    pub id: String,
    /// In order; never empty.
    pub steps: Vec<Step>,
}

/// One step of an escalation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Who is asked.
    pub to: Who,
    /// Time without an ack before the next step; absent at the last one only.
    pub wait: Option<Span>,
}
