//! What a triage meeting walks, in its order: what nobody has triaged, oldest
//! first, then what is overdue, what was dropped, what is confirming, and what
//! has lain untouched for longer than the team said it may.
//!
//! The same queue at the same time gives the same agenda, and nothing is on it
//! twice: each incident stands where it is most wanted.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::id::IncidentId;
use super::incident::Incident;
use super::queue::{Queue, Row, Section, State};
use super::triage::{Class, Model};

/// Why something is on the agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Nobody, and no rule, has said what it is or how bad.
    Untriaged,
    /// Its ack clock has run out.
    Overdue,
    /// A handover left it out, and nobody has had a word about it since.
    Dropped,
    /// A signal whose evidence is still weak.
    Confirming,
    /// Untouched for longer than `[limits] untouched` of its severity.
    BacklogUntouched,
}

impl Part {
    /// In the order in which they are walked.
    pub const ALL: [Self; 5] =
        [Self::Untriaged, Self::Overdue, Self::Dropped, Self::Confirming, Self::BacklogUntouched];

    /// The word for it, on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Untriaged => "untriaged",
            Self::Overdue => "overdue",
            Self::Dropped => "dropped",
            Self::Confirming => "confirming",
            Self::BacklogUntouched => "backlog-untouched",
        }
    }
}

/// One thing to walk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// Which incident.
    pub id: IncidentId,
    /// Why.
    pub part: Part,
}

/// What there is to walk now. `dropped` are incidents that a handover left out, in the order in which they are told.
pub fn agenda<'a>(
    queue: &Queue,
    incident: impl Fn(&IncidentId) -> Option<&'a Incident>,
    model: &Model,
    dropped: &[IncidentId],
    now: DateTime<Utc>,
) -> Vec<Topic> {
    let dropped_ids: BTreeSet<&IncidentId> = dropped.iter().collect();
    let mut parts: [Vec<(DateTime<Utc>, &Row)>; 5] = Default::default();
    for row in &queue.rows {
        let is_dropped = || dropped_ids.contains(&row.id) || dropped_ids.contains(row.name());
        let lain_since = || untouched_since(row, incident(&row.id)?, model, now);
        let (part, at) = match row.standing.state {
            State::Closed | State::Snoozed => continue,
            State::Open | State::Acked if row.section == Section::Confirming => (Part::Confirming, row.opened_at),
            State::Open | State::Acked if !missing(row.class, model).is_empty() => (Part::Untriaged, row.opened_at),
            // In the order of the queue: the gravest first.
            State::Open | State::Acked if row.standing.overdue() => (Part::Overdue, DateTime::<Utc>::MIN_UTC),
            State::Open | State::Acked if is_dropped() => (Part::Dropped, DateTime::<Utc>::MIN_UTC),
            State::Open | State::Acked => match lain_since() {
                Some(since) => (Part::BacklogUntouched, since),
                None => continue,
            },
        };
        parts[part as usize].push((at, row));
    }
    for part in &mut parts {
        part.sort_by_key(|(at, _)| *at);
    }
    let place = |row: &Row| dropped.iter().position(|id| *id == row.id || id == row.name());
    parts[Part::Dropped as usize].sort_by_key(|(_, row)| place(row));
    let rows = Part::ALL.into_iter().zip(&parts).flat_map(|(part, rows)| rows.iter().map(move |(_, row)| (part, row)));
    rows.map(|(part, row)| Topic { id: row.id.clone(), part }).collect()
}

/// What has to be said before it counts as triaged; nothing of kinds where the team names none.
pub fn missing(class: Class, model: &Model) -> Vec<&'static str> {
    let kind = class.kind.is_none() && !model.team.kinds.is_empty();
    let wanted = [(class.severity.is_none(), "severity"), (kind, "kind")];
    wanted.into_iter().filter(|(is_missing, _)| *is_missing).map(|(_, what)| what).collect()
}

/// Since when nobody has touched it, where that is longer than its severity allows.
fn untouched_since(row: &Row, incident: &Incident, model: &Model, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let lying = model.team.limits.untouched.get(model.severity_id(row.class.severity)?)?;
    let acked = incident.ack.as_ref().and_then(|ack| ack.at);
    let touched = [incident.human_at, acked, incident.reopened_at].into_iter().flatten();
    let since = touched.chain([incident.opened_at]).max()?;
    (now - since >= *lying).then_some(since)
}
