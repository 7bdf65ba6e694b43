//! The triage queue: what needs a person, the most pressing first.
//!
//! What is shown is what the tracker said, overlaid by what the journal holds.
//! A row is bound to an incident's id; its place in the list means nothing.

mod filter;
mod signals;
mod standing;
mod tally;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

pub use filter::Filter;
pub use signals::Signals;
pub use standing::{Standing, State, standing};
pub use tally::{Counting, Tally};

use super::decision::{StateLabels, apply};
use super::id::IncidentId;
use super::incident::Incident;
use super::journal::Journal;
use super::text::Clean;
use super::triage::{Class, Model};

/// Where in the queue an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Open and triaged.
    NeedsYouNow,
    /// Open, and nobody has said how bad it is.
    Untriaged,
    /// Somebody has it.
    Acked,
    /// A signal whose evidence is still weak.
    Confirming,
    /// Not before a time.
    Snoozed,
    /// Done with; shown only when asked for.
    Closed,
}

impl Section {
    /// The heading above it.
    pub fn title(self) -> &'static str {
        match self {
            Self::NeedsYouNow => "needs you now",
            Self::Untriaged => "untriaged",
            Self::Acked => "acked",
            Self::Confirming => "confirming",
            Self::Snoozed => "snoozed",
            Self::Closed => "closed",
        }
    }
}

/// One incident's place and clocks.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which incident.
    pub id: IncidentId,
    /// The name of the signal that it stands for, where that is another one: a signal keeps its name when an
    /// issue is filed for it.
    pub alias: Option<IncidentId>,
    /// Under which heading.
    pub section: Section,
    /// Severity, kind, area.
    pub class: Class,
    /// State and clocks.
    pub standing: Standing,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
}

/// Everything that is known, in the order in which it wants attention.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Queue {
    /// By section, severity, overdue, age, id.
    pub rows: Vec<Row>,
    /// When a clock next changes a row without anything being said.
    pub next_change: Option<DateTime<Utc>>,
    /// Incidents that the journal changes, as they look with its decisions applied.
    pub overlaid: BTreeMap<IncidentId, Incident>,
    /// Which incident stands for which signal.
    pub signals: Signals,
}

/// Lays the journal over the facts and puts the result in order.
pub fn build(facts: &BTreeMap<IncidentId, Incident>, journal: &Journal, model: &Model, now: DateTime<Utc>) -> Queue {
    let overlaid = overlay(facts, journal, &state_labels(model));
    let signals = Signals::of(facts);
    let mut rows = Vec::with_capacity(facts.len());
    let mut next_change: Option<DateTime<Utc>> = None;
    let fresh = overlaid.iter().filter(|(id, _)| !facts.contains_key(*id)).map(|(_, incident)| incident);
    let seen = facts.iter().map(|(id, incident)| overlaid.get(id).unwrap_or(incident));
    for incident in seen.chain(fresh).filter(|incident| incident.gone.is_none() && !signals.hides(incident)) {
        let (row, change) = row(incident, model, now);
        let name = signals.name(incident);
        rows.push(Row { alias: (*name != row.id).then(|| name.clone()), ..row });
        next_change = next_change.into_iter().chain(change).min();
    }
    rows.sort_by(|one, other| one.rank().cmp(&other.rank()));
    Queue { rows, next_change, overlaid, signals }
}

/// One incident's row, and when a clock next changes it.
pub fn row(incident: &Incident, model: &Model, now: DateTime<Utc>) -> (Row, Option<DateTime<Utc>>) {
    let class = model.classify(incident);
    let (standing, change) = standing(incident, class, model, now);
    let section = section(class, &standing);
    (Row { id: incident.id.clone(), alias: None, section, class, standing, opened_at: incident.opened_at }, change)
}

/// Under which heading it stands.
fn section(class: Class, standing: &Standing) -> Section {
    match standing.state {
        State::Open if class.severity.is_none() => Section::Untriaged,
        State::Open => Section::NeedsYouNow,
        State::Acked => Section::Acked,
        State::Snoozed => Section::Snoozed,
        State::Closed => Section::Closed,
    }
}

/// The labels that carry a state, by the team file.
pub fn state_labels(model: &Model) -> StateLabels {
    let labels = &model.team.tracker.labels;
    StateLabels { ack: labels.ack.clone(), snoozed: labels.snoozed.clone() }
}

impl Row {
    /// What people call it.
    pub fn name(&self) -> &IncidentId {
        self.alias.as_ref().unwrap_or(&self.id)
    }

    fn rank(&self) -> (Section, usize, u8, DateTime<Utc>, &IncidentId) {
        let severity = self.class.severity.unwrap_or(usize::MAX);
        (self.section, severity, u8::from(!self.standing.overdue()), self.opened_at, &self.id)
    }
}

impl Queue {
    /// How many rows stand under a heading.
    pub fn count(&self, section: Section) -> usize {
        self.rows.iter().filter(|row| row.section == section).count()
    }

    /// The row of an incident.
    pub fn row(&self, id: &IncidentId) -> Option<&Row> {
        self.rows.iter().find(|row| row.id == *id)
    }
}

/// The incidents that pending decisions change, changed.
fn overlay(
    facts: &BTreeMap<IncidentId, Incident>,
    journal: &Journal,
    labels: &StateLabels,
) -> BTreeMap<IncidentId, Incident> {
    let mut overlaid: BTreeMap<IncidentId, Incident> = BTreeMap::new();
    for entry in journal.entries().iter().filter(|entry| entry.state.is_overlaid()) {
        if let super::decision::Decision::New { title, body, labels, signal } = &entry.decision {
            if signal.is_some() && facts.contains_key(&entry.incident) {
                continue;
            }
            let mut incident = Incident::opened(&entry.source, 0, Clean::line(title), entry.deed.at);
            incident.id = entry.incident.clone();
            incident.body = Some(Clean::block(body));
            incident.labels = labels.iter().map(|label| Clean::line(label)).collect();
            incident.author.clone_from(&entry.deed.by);
            overlaid.insert(entry.incident.clone(), incident);
            continue;
        }
        let known = || facts.get(&entry.incident).cloned();
        if let Some(mut incident) = overlaid.remove(&entry.incident).or_else(known) {
            apply(&mut incident, &entry.decision, &entry.deed, labels);
            overlaid.insert(entry.incident.clone(), incident);
        }
    }
    overlaid
}
