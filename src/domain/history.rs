//! What happened to each incident, and who did it: the one story from which
//! the handoff and the review are computed.
//!
//! Facts, the tracker's timeline and this machine's ledger say the same things
//! in different words, and each of them may lack some. Here each thing is told
//! once, in the order of time, in a form that can be counted. What nobody has
//! told, but follows from the facts (it is closed, so it was closed), is told
//! as well.

pub mod dropped;
mod event;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};

pub use event::{Event, What};

use super::decision::StateLabels;
use super::id::IncidentId;
use super::incident::{Incident, Status};
use super::queue::{self, Queue, Standing, State};
use super::text::Clean;
use super::triage::{Class, Model};

/// Two words for one thing may differ by this much in time: the tracker's clock is not ours.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(2);

/// A line of an incident's timeline or of the ledger, not read yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Whose history.
    pub incident: IncidentId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: a login or a person's id; none for the source itself.
    pub by: Option<String>,
    /// What, in the words of the timeline.
    pub what: String,
}

/// One incident, and all that is known to have happened to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The incident as it is now, with the decisions that are still unsent.
    pub incident: Incident,
    /// What people call it.
    pub name: IncidentId,
    /// Severity, kind and area, now.
    pub class: Class,
    /// Which check of its source says so, where a signal is behind it: its own, or that of the signal it was filed for.
    pub check: Option<Clean>,
    /// The suite, where it is a finding of an eval.
    pub suite: Option<Clean>,
    /// State and clocks, now.
    pub standing: Standing,
    /// Oldest first; the first is that it was opened.
    pub events: Vec<Event>,
}

/// All incidents that are known, each once, in the order of their names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// One for each incident; what is only a signal's second name is not among them.
    pub stories: Vec<Story>,
}

impl History {
    /// Puts together what is known: `told` in any order, repetitions allowed.
    pub fn of(
        facts: &BTreeMap<IncidentId, Incident>,
        queue: &Queue,
        told: Vec<Told>,
        model: &Model,
        now: DateTime<Utc>,
    ) -> Self {
        Self::among((facts, queue), told, model, now, |_| true)
    }

    /// The same of the incidents that are wanted: whoever needs a few of ten thousand pays for a few.
    pub fn among(
        (facts, queue): (&BTreeMap<IncidentId, Incident>, &Queue),
        told: Vec<Told>,
        model: &Model,
        now: DateTime<Utc>,
        wanted: impl Fn(&Incident) -> bool,
    ) -> Self {
        let labels = queue::state_labels(model);
        let mut lines: HashMap<IncidentId, Vec<Told>> = HashMap::new();
        for line in told {
            match lines.get_mut(&line.incident) {
                Some(own) => own.push(line),
                None => drop(lines.insert(line.incident.clone(), vec![line])),
            }
        }
        let known: BTreeSet<&IncidentId> = facts.keys().collect();
        let fresh = queue.overlaid.iter().filter(|(id, _)| !known.contains(*id)).map(|(_, incident)| incident);
        let seen = facts.iter().map(|(id, incident)| queue.overlaid.get(id).unwrap_or(incident));
        let shown = seen.chain(fresh).filter(|incident| incident.gone.is_none() && !queue.signals.hides(incident));
        let mut stories: Vec<Story> = shown
            .filter(|incident| wanted(incident))
            .map(|incident| {
                let name = queue.signals.name(incident).clone();
                // What was said of the signal before it was filed is about the issue.
                let names = [Some(&incident.id), incident.signal.as_ref().filter(|signal| **signal != incident.id)];
                let told: Vec<Told> = names.into_iter().flatten().filter_map(|id| lines.remove(id)).flatten().collect();
                let (row, _) = queue::row(incident, model, now);
                let events = event::events(incident, told, (model, &labels));
                let signal = incident.signal.as_ref().and_then(|signal| facts.get(signal));
                let of_signal = |read: fn(&Incident) -> &Option<Clean>| {
                    read(incident).clone().or_else(|| signal.and_then(|signal| read(signal).clone()))
                };
                Story {
                    name,
                    class: row.class,
                    check: of_signal(|one| &one.check),
                    suite: of_signal(|one| &one.suite),
                    standing: row.standing,
                    events,
                    incident: incident.clone(),
                }
            })
            .collect();
        stories.sort_by(|one, other| one.name.cmp(&other.name).then_with(|| one.incident.id.cmp(&other.incident.id)));
        Self { stories }
    }

    /// The story of an incident, by any of its names.
    pub fn story(&self, id: &IncidentId) -> Option<&Story> {
        self.stories.iter().find(|story| story.name == *id || story.incident.id == *id)
    }
}

impl Story {
    /// When it was opened.
    pub fn opened_at(&self) -> DateTime<Utc> {
        self.incident.opened_at
    }

    /// Whether it still needs somebody.
    pub fn is_open(&self) -> bool {
        self.incident.is_open()
    }

    /// When it was closed for good; none while it is open, or if the tracker does not say.
    pub fn closed_at(&self) -> Option<DateTime<Utc>> {
        match self.incident.status {
            Status::Open => None,
            Status::Closed { at, .. } => {
                let told = self.events.iter().rev().find(|event| matches!(event.what, What::Closed(_)));
                told.map(|event| event.at).or(at)
            }
        }
    }

    /// The first time that somebody said: I have it. None if nobody did before it was first closed.
    pub fn first_ack(&self) -> Option<&Event> {
        let before = self.events.iter().take_while(|event| !matches!(event.what, What::Closed(_)));
        before.into_iter().find(|event| matches!(event.what, What::Acked))
    }

    /// The first time that it was somebody's.
    pub fn first_owner(&self) -> Option<&Event> {
        self.events.iter().find(|event| matches!(event.what, What::Assigned(_)))
    }

    /// How often it was opened again.
    pub fn reopened(&self) -> usize {
        self.events.iter().filter(|event| matches!(event.what, What::Reopened)).count()
    }

    /// The last thing that a person did about it that renews an ack; none if nobody did anything.
    pub fn last_human(&self) -> Option<&Event> {
        self.events.iter().rev().find(|event| event.what.is_human())
    }

    /// The last thing that happened to it.
    pub fn last(&self) -> Option<&Event> {
        self.events.last()
    }

    /// What happened from one instant to another, the first included.
    pub fn between(&self, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| (from..to).contains(&event.at))
    }

    /// Whether this person has it now: acked it, and the ack holds, or is assigned.
    pub fn is_held_by(&self, person: &str, model: &Model) -> bool {
        let acked = self.standing.acked.as_ref().and_then(|(by, _)| by.as_ref());
        let assigned = self.incident.assignees.iter().any(|who| model.person(who).as_str() == person);
        self.is_open() && (assigned || acked.is_some_and(|by| model.person(by).as_str() == person))
    }

    /// The word for its state now.
    pub fn state(&self) -> State {
        self.standing.state
    }
}

/// Whether two lines are words for one thing.
fn is_same(one: &Event, other: &Event) -> bool {
    one.what.is_same(&other.what) && (one.at - other.at).abs() <= CLOCKS_DIFFER
}

/// The labels that carry a state, with the lists of the team.
type Customs<'a> = (&'a Model, &'a StateLabels);
