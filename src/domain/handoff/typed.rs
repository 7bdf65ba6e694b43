//! What people typed into a handoff. Nothing of it is ever changed: of two
//! words for one thing the later counts, and an empty one takes it back.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::section::TypedBy;
use super::turn::Turn;
use crate::domain::history::Story;
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;

/// What can be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// What comes next.
    NextStep,
    /// What was tried.
    Tried,
    /// What holds it up.
    StuckOn,
    /// What would change the next step.
    Trigger,
    /// What it was.
    Cause,
    /// What is still to be done.
    FollowUp,
    /// How the shift felt.
    Feel,
    /// The shift in a line.
    Line,
    /// What is asked of the team.
    Asks,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::NextStep,
        Self::Tried,
        Self::StuckOn,
        Self::Trigger,
        Self::Cause,
        Self::FollowUp,
        Self::Feel,
        Self::Line,
        Self::Asks,
    ];

    /// Its name in JSON and on disk.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NextStep => "next_step",
            Self::Tried => "tried",
            Self::StuckOn => "stuck_on",
            Self::Trigger => "trigger",
            Self::Cause => "cause",
            Self::FollowUp => "follow_up",
            Self::Feel => "feel",
            Self::Line => "line",
            Self::Asks => "asks",
        }
    }

    /// What people read: `next step`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::NextStep => "next step",
            Self::Tried => "tried",
            Self::StuckOn => "stuck on",
            Self::Trigger => "trigger",
            Self::Cause => "cause",
            Self::FollowUp => "follow-up",
            Self::Feel => "how it felt, 1 (bad) to 5",
            Self::Line => "the shift in a line",
            Self::Asks => "asks",
        }
    }

    /// The one of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// Something that somebody typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The key of the shift.
    pub shift: String,
    /// About which incident; none: about the shift.
    pub incident: Option<IncidentId>,
    /// What it is.
    pub field: Field,
    /// One line; empty: it is taken back.
    pub text: Clean,
    /// The id of a person.
    pub by: Clean,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody has accepted a handoff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The key of the shift.
    pub shift: String,
    /// The id of a person.
    pub by: Clean,
    /// When.
    pub at: DateTime<Utc>,
}

/// What counts of all that was typed for one shift.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    fields: BTreeMap<(Option<IncidentId>, Field), (Clean, Clean)>,
}

impl Sheet {
    /// Of the lines of this shift, in the order in which they were typed. A shift whose beginning was moved while it
    /// ran is still the same shift.
    pub fn of(lines: &[Line], turn: &Turn) -> Self {
        let mut sheet = Self::default();
        let (start, end) = turn.shift;
        let is_near = |shift: &str| {
            let began = shift.strip_prefix(turn.rotation.as_str()).and_then(|rest| rest.strip_prefix('/'));
            let began = began.and_then(|at| at.parse::<DateTime<Utc>>().ok());
            began.is_some_and(|began| (began - start).abs() < (end - start) / 2)
        };
        for line in lines.iter().filter(|line| line.shift == turn.key() || is_near(&line.shift)) {
            let place = (line.incident.clone(), line.field);
            if line.text.is_empty() {
                sheet.fields.remove(&place);
            } else {
                sheet.fields.insert(place, (line.text.clone(), line.by.clone()));
            }
        }
        sheet
    }

    /// What was typed about the shift, and by whom.
    pub fn about_shift(&self, field: Field) -> Option<&(Clean, Clean)> {
        self.fields.get(&(None, field))
    }

    /// What was typed about an incident under any of its names, and by whom.
    pub fn about(&self, story: &Story, field: Field) -> Option<&(Clean, Clean)> {
        [&story.name, &story.incident.id].into_iter().find_map(|id| self.fields.get(&(Some(id.clone()), field)))
    }

    /// The texts of some fields of an incident, and who typed them.
    pub(super) fn texts<const N: usize>(&self, story: &Story, fields: [Field; N]) -> ([Option<Clean>; N], TypedBy) {
        let mut by = TypedBy::new();
        let texts = fields.map(|field| {
            let (text, who) = self.about(story, field)?;
            by.insert(field.name().to_owned(), who.clone());
            Some(text.clone())
        });
        (texts, by)
    }
}

/// What is wrong with how a shift felt; none if nothing is.
pub fn feel_of(text: &str) -> Option<u8> {
    text.trim().parse().ok().filter(|feel| (1..=5).contains(feel))
}
