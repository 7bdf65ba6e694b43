//! What the person who goes off duty leaves to the one who comes: one shift of
//! one rotation, computed from what happened and asked for where it cannot be.
//!
//! It never calls itself complete while something that somebody has said they
//! have is left hanging, and it is written all the same: half a handoff beats
//! none. The same facts at the same time give the same handoff anywhere.

mod around;
pub mod brought;
mod compose;
pub mod gate;
mod incidents;
mod numbers;
mod offset;
pub mod section;
pub mod turn;
pub mod typed;

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};

pub use brought::{Asked, Brought};
pub use compose::{Desktop, compose, meant, since, stretch};
pub use section::Sections;
pub use turn::{Holder, Turn, before, passed};

use super::id::IncidentId;
use super::text::Clean;
use section::SourceAge;

/// How its JSON names itself.
pub const SCHEMA: &str = "dogwatch.handoff/1";

/// One shift, handed over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handoff {
    /// [`SCHEMA`].
    pub schema: String,
    /// The id of the rotation.
    pub rotation: String,
    /// Which shift.
    pub shift: Shift,
    /// Who goes; none if nobody was on duty at the end of it.
    pub outgoing: Option<Holder>,
    /// Who comes; none if nobody does.
    pub incoming: Option<Holder>,
    /// When it was computed.
    #[serde(with = "offset")]
    pub generated_at: DateTime<FixedOffset>,
    /// Each source with its age.
    pub sources: Vec<SourceAge>,
    /// Whether all that the outgoing person had has a decision and a next step.
    pub complete: bool,
    /// What has not, in the order of the rows.
    pub undecided: Vec<IncidentId>,
    /// All of it.
    pub sections: Sections,
}

/// From one handover to the next, on the rotation's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// The first instant.
    #[serde(with = "offset")]
    pub start: DateTime<FixedOffset>,
    /// The first instant after it.
    #[serde(with = "offset")]
    pub end: DateTime<FixedOffset>,
}

/// A shift can be accepted in this part of it, and afterwards.
const HANDED_OVER: i32 = 4;

/// What tells a shift from all others: `ops/2026-11-23T10:00:00Z`.
pub fn key(rotation: &str, start: DateTime<Utc>) -> String {
    format!("{rotation}/{}", start.to_rfc3339_opts(SecondsFormat::Secs, true))
}

impl Handoff {
    /// What tells its shift from all others.
    pub fn key(&self) -> String {
        key(&self.rotation, self.shift.start.to_utc())
    }

    /// Why nobody can accept it yet: a shift is handed over in its last quarter, not before.
    pub fn is_too_early(&self, now: DateTime<Utc>) -> Option<Clean> {
        let Shift { start, end } = self.shift;
        let from = end - (end - start) / HANDED_OVER;
        let on = from.format("%a %-d %b %Y %H:%M");
        (now < from.to_utc())
            .then(|| Clean::line(&format!("that shift is handed over from {on} on, in its last quarter")))
    }

    /// Its title in one line, without markup: `Handoff ops, Mon 30 Nov 10:00: ana to ben: INCOMPLETE (2 undecided)`.
    pub fn title(&self) -> Clean {
        let name = |holder: &Option<Holder>| holder.as_ref().map_or("nobody", |one| one.person.as_str()).to_owned();
        let hanging = match self.undecided.len() {
            0 => String::new(),
            many => format!(": INCOMPLETE ({many} undecided)"),
        };
        Clean::line(&format!(
            "Handoff {}, {}: {} to {}{hanging}",
            self.rotation,
            self.shift.end.format("%a %-d %b %Y %H:%M"),
            name(&self.outgoing),
            name(&self.incoming)
        ))
    }

    /// What its files are called, without their kind: the handover and the rotation.
    pub fn file_name(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
        let rotation: String = self.rotation.chars().map(plain).collect();
        format!("{}-{rotation}", self.shift.end.format("%Y-%m-%dT%H%M"))
    }

    /// The incidents that whoever reads it is told of as open: those of sections 3, 4 and 5.
    pub fn mentioned(&self) -> Vec<IncidentId> {
        let sections = &self.sections;
        let ids = sections.needs_you_now.iter().map(|row| &row.of.id);
        let ids = ids.chain(sections.carry_over.iter().map(|row| &row.of.id));
        let mut ids: Vec<IncidentId> =
            ids.chain(sections.snoozed.incidents.iter().map(|row| &row.of.id)).cloned().collect();
        ids.sort();
        ids.dedup();
        ids
    }
}
