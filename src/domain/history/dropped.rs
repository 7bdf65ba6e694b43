//! What was dropped at a handover: it is open, nobody has said a word for
//! longer than its clock allows, and since the last word a shift has passed on
//! without a handoff that mentions it. Handovers drop things, not people.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{History, Story};
use crate::domain::clock;
use crate::domain::id::IncidentId;
use crate::domain::queue::State;
use crate::domain::triage::Model;

/// One shift that has passed on to the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handover {
    /// When.
    pub at: DateTime<Utc>,
    /// The id of the rotation.
    pub rotation: String,
    /// The incidents that its handoff told of as open, under any of their names; without a handoff none.
    pub mentioned: BTreeSet<IncidentId>,
}

/// What a handoff told of as open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The id of the rotation.
    pub rotation: String,
    /// The end of its shift.
    pub at: DateTime<Utc>,
    /// The incidents, under the names that they had then.
    pub ids: BTreeSet<IncidentId>,
}

/// Something that was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropped<'a> {
    /// The first handover that dropped it.
    pub handover: &'a Handover,
    /// Since when nobody has said a word.
    pub silent_since: DateTime<Utc>,
}

impl Handover {
    /// The handovers of these instants and rotations, each with all that handoffs of its shift told of.
    pub fn all(passed: impl IntoIterator<Item = (DateTime<Utc>, String)>, mentions: &[Mention]) -> Vec<Self> {
        let told = |at: DateTime<Utc>, rotation: &str| {
            let own = mentions.iter().filter(|mention| mention.at == at && mention.rotation == rotation);
            own.flat_map(|mention| mention.ids.iter().cloned()).collect()
        };
        let mut all: Vec<Self> =
            passed.into_iter().map(|(at, rotation)| Self { mentioned: told(at, &rotation), at, rotation }).collect();
        all.sort();
        all
    }
}

/// By which handover an incident was dropped; none if it was not. The handovers are in the order of time.
pub fn dropped<'a>(story: &Story, handovers: &'a [Handover], model: &Model, now: DateTime<Utc>) -> Option<Dropped<'a>> {
    let silent_since = story.last_human().map_or(story.opened_at(), |event| event.at);
    if !is_silent(story, silent_since, model, now) {
        return None;
    }
    let told = |one: &Handover| one.mentioned.contains(&story.name) || one.mentioned.contains(&story.incident.id);
    let first = handovers.partition_point(|one| one.at <= silent_since);
    let since = handovers.get(first..)?.iter().take_while(|one| one.at <= now);
    let handover = since.into_iter().find(|one| !told(one))?;
    Some(Dropped { handover, silent_since })
}

/// Whether its ack clock or its update clock is past, and nobody has said a word for that long.
fn is_silent(story: &Story, since: DateTime<Utc>, model: &Model, now: DateTime<Utc>) -> bool {
    let Some(severity) = story.class.severity.and_then(|at| model.team.severities.get(at)) else { return false };
    let ack = severity.ack.filter(|_| story.standing.overdue());
    let update = severity.update_every;
    let passed = |span| clock::after(since, span, severity.clock, &model.team.team) <= now;
    match story.state() {
        State::Open => ack.into_iter().chain(update).any(passed),
        State::Acked => update.is_some_and(passed),
        // Whoever put it off has said until when.
        State::Snoozed | State::Closed => false,
    }
}

impl History {
    /// All that was dropped, each with the handover, in the order of the stories. The handovers are in the order of
    /// time.
    pub fn dropped<'a>(
        &'a self,
        handovers: &'a [Handover],
        model: &Model,
        now: DateTime<Utc>,
    ) -> Vec<(&'a Story, Dropped<'a>)> {
        let open = self.stories.iter().filter(|story| story.is_open());
        open.filter_map(|story| Some((story, dropped(story, handovers, model, now)?))).collect()
    }
}
