//! What happened while nobody asked: kept until it is said, and never too much
//! at once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::app::desk::Desk;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::{CloseReason, Incident, Status};
use crate::domain::queue::{Row, State};
use crate::domain::text::Clean;

/// So many are said by themselves; of more their number is said.
const AT_ONCE: usize = 5;
/// So many are kept; an older one gives way and is counted.
const KEPT: usize = 200;

/// How much an event matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// It is said by itself, however much happened.
    Loud,
    /// It may be one of many.
    Plain,
}

/// What has happened and was not said.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Events {
    waiting: VecDeque<(Weight, String)>,
    lost: usize,
}

impl Events {
    pub(super) fn add(&mut self, weight: Weight, text: String) {
        // An action's refusal is not lost behind a storm of news.
        self.waiting.push_back((weight, text));
        if self.waiting.len() > KEPT {
            let least = self.waiting.iter().position(|(weight, _)| *weight == Weight::Plain).unwrap_or(0);
            self.waiting.remove(least);
            self.lost += 1;
        }
    }

    /// What is said of them before the next prompt.
    pub(super) fn in_short(&mut self) -> Vec<String> {
        if self.waiting.len() + self.lost <= AT_ONCE {
            return self.all();
        }
        let loud: Vec<usize> = (0..self.waiting.len()).filter(|at| self.waiting[*at].0 == Weight::Loud).collect();
        let mut lines = Vec::new();
        for at in loud.into_iter().take(AT_ONCE).rev() {
            lines.extend(self.waiting.remove(at).map(|(_, text)| text));
        }
        lines.reverse();
        let left = self.waiting.len() + self.lost;
        let more = if lines.is_empty() { "" } else { " more" };
        if left > 0 {
            lines.push(format!("{left}{more} things happened; say events to hear them."));
        }
        lines
    }

    /// All of them; now they are said.
    pub(super) fn all(&mut self) -> Vec<String> {
        let lost = std::mem::take(&mut self.lost);
        let lost = (lost > 0).then(|| format!("{lost} older ones are not kept any more."));
        lost.into_iter().chain(self.waiting.drain(..).map(|(_, text)| text)).collect()
    }
}

/// How an incident stood when it was last looked at.
#[derive(Debug, Clone, PartialEq)]
struct Stood {
    state: State,
    severity: Option<usize>,
    overdue: Overdue,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Overdue {
    Yes,
    No,
}

/// How everything stood when it was last looked at, to tell what has changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Glimpse {
    edition: u64,
    stood: BTreeMap<IncidentId, Stood>,
    /// The sources that had been read by then.
    read: BTreeSet<SourceId>,
}

/// Something that is otherwise than it was.
pub(super) struct Change {
    /// With which incident.
    pub id: IncidentId,
    /// What, in a word or two.
    pub what: String,
}

impl Glimpse {
    pub(super) fn of(desk: &Desk) -> Self {
        let stood = |row: &Row| Stood {
            state: row.standing.state,
            severity: row.class.severity,
            overdue: if row.standing.overdue() { Overdue::Yes } else { Overdue::No },
        };
        let read = desk.sources().iter().filter(|health| health.fetched_at.is_some() || health.id.is_local());
        Self {
            edition: desk.edition(),
            stood: desk.queue().rows.iter().map(|row| (row.id.clone(), stood(row))).collect(),
            read: read.map(|health| health.id.clone()).collect(),
        }
    }

    pub(super) fn is_of(&self, desk: &Desk) -> bool {
        self.edition == desk.edition()
    }

    /// Whether this source had been read by then.
    pub(super) fn has_read(&self, source: &SourceId) -> bool {
        self.read.contains(source)
    }

    /// What has changed since, in the order of the queue.
    pub(super) fn changes(&self, desk: &Desk) -> Vec<Change> {
        let rows = desk.queue().rows.iter();
        rows.filter_map(|row| Some(Change { id: row.id.clone(), what: self.change(row, desk)? })).collect()
    }

    fn change(&self, row: &Row, desk: &Desk) -> Option<String> {
        let incident = desk.incident(&row.id)?;
        let state = row.standing.state;
        let Some(stood) = self.stood.get(&row.id) else {
            let polled = desk.sources().iter().any(|health| health.id == incident.source);
            let known = !polled || self.read.contains(&incident.source);
            // The very first reading of a repository is no news, nor is what came closed.
            return (known && state != State::Closed).then(|| "new".to_owned());
        };
        if stood.state != state {
            return changed_state(state, row, incident);
        }
        if stood.severity != row.class.severity {
            let was = desk.model().severity_id(stood.severity).unwrap_or("without severity");
            return Some(format!("no longer {was}"));
        }
        let ran_out = row.standing.overdue() && stood.overdue == Overdue::No;
        ran_out.then(|| "overdue now".to_owned())
    }
}

fn changed_state(state: State, row: &Row, incident: &Incident) -> Option<String> {
    match state {
        State::Acked => {
            let by = row.standing.acked.as_ref().and_then(|(by, _)| by.as_ref());
            Some(format!("acked by {}", by.map_or("somebody", Clean::as_str)))
        }
        State::Snoozed => Some("snoozed".to_owned()),
        // That a source is well again is told by itself.
        State::Closed if matches!(incident.status, Status::Closed { reason: CloseReason::Recovered, .. }) => None,
        State::Closed => Some("closed".to_owned()),
        State::Open => {
            let why = row.standing.again.as_ref().map(|why| format!(", {why}")).unwrap_or_default();
            Some(format!("open again{why}"))
        }
    }
}
