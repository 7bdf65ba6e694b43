//! What a triage meeting decided, as it was written down while it ran.
//!
//! Each thing is a line on its own, put down when it happens: a meeting that
//! was killed has its minutes up to then, and can be gone on with. Minutes are
//! what the lines add up to; the same lines give the same bytes anywhere.

mod page;
mod proposals;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use proposals::Proposed;

use super::agenda::Part;
use super::id::{IncidentId, OpId};
use super::text::Clean;

/// One thing that happened in a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which meeting.
    pub meeting: OpId,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum What {
    /// It began with these to walk.
    Begun {
        /// Who keeps the minutes.
        by: Clean,
        /// In their order.
        items: Vec<Item>,
    },
    /// Who is there; nobody was named, if empty.
    Present {
        /// The ids of people.
        people: Vec<Clean>,
    },
    /// These came up meanwhile, and were put at the end.
    Joined {
        /// In their order.
        items: Vec<Item>,
    },
    /// Something was decided about an item, and is on disk.
    Decided(Decided),
    /// An act was taken back, whole.
    Undone {
        /// The first decision of the act.
        batch: OpId,
    },
    /// The tracker did not take a decision.
    Refused {
        /// Which.
        op: OpId,
    },
    /// An item was left for later.
    Left {
        /// Which.
        id: IncidentId,
    },
    /// Somebody else has settled an item, or has not after all.
    Elsewhere {
        /// Which.
        id: IncidentId,
        /// What they did; none: it is open again.
        what: Option<Clean>,
    },
    /// An item got its number when it was filed.
    Renamed {
        /// What it was called.
        from: IncidentId,
        /// What it is called now.
        to: IncidentId,
    },
    /// It is over.
    Ended,
}

/// Something on the agenda, as it stood when it was put there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Which incident.
    pub id: IncidentId,
    /// Why it is walked.
    pub part: Part,
    /// Its title.
    pub title: Clean,
    /// Who reported it.
    pub source: Clean,
    /// Its labels.
    pub labels: Vec<Clean>,
}

/// One decision of the meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Its name in the journal.
    pub op: OpId,
    /// The first decision of the same act.
    pub batch: OpId,
    /// About which incident.
    pub id: IncidentId,
    /// In words: `severity SEV2`.
    pub decision: Clean,
    /// The kind that it gave, if it gave one.
    #[serde(default)]
    pub kind: Option<String>,
    /// Who decided.
    pub by: Clean,
    /// What was written with it.
    pub note: Option<Clean>,
    /// What was still to be said about it then: `kind`.
    #[serde(default)]
    pub missing: Vec<String>,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Nothing yet.
    Untouched,
    /// Something was decided, and something is missing still.
    InPart,
    /// It was decided.
    Decided,
    /// Somebody else settled it.
    Elsewhere,
}

/// What a meeting came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minutes {
    /// Which meeting.
    pub meeting: OpId,
    /// Who kept the minutes.
    pub by: Clean,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; none while it runs, and if it was killed.
    pub ended_at: Option<DateTime<Utc>>,
    /// Who was there, by their ids; empty if nobody was named.
    pub present: Vec<Clean>,
    /// What was to be walked, in its order.
    pub items: Vec<Item>,
    /// What was decided and stands, in its order.
    pub decided: Vec<Decided>,
    /// What somebody else settled meanwhile, and how.
    pub elsewhere: BTreeMap<IncidentId, Clean>,
    /// How often each item was left for later.
    pub skipped: BTreeMap<IncidentId, u32>,
}

impl Minutes {
    /// What the lines of one meeting add up to; none if it has no beginning.
    pub fn of(lines: &[Line]) -> Option<Self> {
        let first = lines.iter().find(|line| matches!(line.what, What::Begun { .. }))?;
        let mut minutes = Self {
            meeting: first.meeting.clone(),
            by: Clean::line(""),
            started_at: first.at,
            ended_at: None,
            present: Vec::new(),
            items: Vec::new(),
            decided: Vec::new(),
            elsewhere: BTreeMap::new(),
            skipped: BTreeMap::new(),
        };
        for line in lines {
            minutes.take(line);
        }
        Some(minutes)
    }

    /// Adds a line.
    pub fn take(&mut self, line: &Line) {
        match &line.what {
            What::Begun { by, items } => {
                self.by = by.clone();
                self.items.clone_from(items);
            }
            What::Present { people } => self.present.clone_from(people),
            What::Joined { items } => self.items.extend(items.iter().cloned()),
            // One that is told twice was decided once.
            What::Decided(one) if self.decided.iter().any(|known| known.op == one.op) => {}
            What::Decided(one) => self.decided.push(one.clone()),
            What::Undone { batch } => self.decided.retain(|one| one.batch != *batch),
            What::Refused { op } => self.decided.retain(|one| one.op != *op),
            What::Left { id } => *self.skipped.entry(id.clone()).or_default() += 1,
            What::Elsewhere { id, what: Some(what) } => {
                self.elsewhere.insert(id.clone(), what.clone());
            }
            What::Elsewhere { id, what: None } => {
                self.elsewhere.remove(id);
            }
            What::Renamed { from, to } => self.rename(from, to),
            What::Ended => self.ended_at = Some(line.at),
        }
        // Whoever goes on with it takes its end back.
        if !matches!(line.what, What::Ended) {
            self.ended_at = None;
        }
    }

    fn rename(&mut self, from: &IncidentId, to: &IncidentId) {
        for item in self.items.iter_mut().filter(|item| item.id == *from) {
            item.id = to.clone();
        }
        for one in self.decided.iter_mut().filter(|one| one.id == *from) {
            one.id = to.clone();
        }
        if let Some(what) = self.elsewhere.remove(from) {
            self.elsewhere.insert(to.clone(), what);
        }
        if let Some(times) = self.skipped.remove(from) {
            self.skipped.insert(to.clone(), times);
        }
    }

    /// The decisions about an item that stand, oldest first.
    pub fn about<'a>(&'a self, id: &'a IncidentId) -> impl DoubleEndedIterator<Item = &'a Decided> {
        self.decided.iter().filter(move |one| one.id == *id)
    }

    /// What became of an item.
    pub fn fate(&self, id: &IncidentId) -> Fate {
        self.fate_by(id, self.about(id).next_back())
    }

    /// What became of an item about which this was decided last.
    fn fate_by(&self, id: &IncidentId, last: Option<&Decided>) -> Fate {
        match last {
            Some(last) if last.missing.is_empty() => Fate::Decided,
            _ if self.elsewhere.contains_key(id) => Fate::Elsewhere,
            Some(_) => Fate::InPart,
            None => Fate::Untouched,
        }
    }

    /// What became of every item, in their order.
    pub fn fates(&self) -> Vec<Fate> {
        let last: BTreeMap<&IncidentId, &Decided> = self.decided.iter().map(|one| (&one.id, one)).collect();
        self.items.iter().map(|item| self.fate_by(&item.id, last.get(&item.id).copied())).collect()
    }

    /// What was not reached, or not said in full, in the order of the agenda.
    pub fn left(&self) -> Vec<&Item> {
        let open = |(_, fate): &(&Item, Fate)| matches!(fate, Fate::Untouched | Fate::InPart);
        self.items.iter().zip(self.fates()).filter(open).map(|(item, _)| item).collect()
    }

    /// Whether it shows that a meeting was held: something was decided, or there was nothing to walk.
    pub fn was_held(&self) -> bool {
        !self.decided.is_empty() || (self.ended_at.is_some() && self.left().is_empty())
    }

    /// Of several meetings, the one whose lines were written last; in the order of the lines.
    pub fn last_of(lines: Vec<Line>) -> Vec<Line> {
        let Some(name) = lines.last().map(|line| line.meeting.clone()) else { return Vec::new() };
        lines.into_iter().filter(|line| line.meeting == name).collect()
    }

    /// When each meeting was held, in the order in which they began.
    pub fn held(lines: &[Line]) -> Vec<DateTime<Utc>> {
        let mut seen: BTreeSet<&OpId> = BTreeSet::new();
        let mut by: BTreeMap<&OpId, Vec<Line>> = BTreeMap::new();
        let mut order = Vec::new();
        for line in lines {
            if seen.insert(&line.meeting) {
                order.push(&line.meeting);
            }
            by.entry(&line.meeting).or_default().push(line.clone());
        }
        let minutes = order.into_iter().filter_map(|name| Self::of(by.get(name)?));
        minutes.filter(Self::was_held).map(|minutes| minutes.started_at).collect()
    }
}
