//! The queue, only counted: the same numbers as those of the queue in order,
//! without putting ten thousand rows in order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::{Row, Section, Standing, State, build, row, section, standing};
use crate::domain::id::IncidentId;
use crate::domain::incident::Incident;
use crate::domain::journal::Journal;
use crate::domain::triage::{Class, Model};

/// How many incidents there are of each sort.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    sections: BTreeMap<Section, usize>,
    open: BTreeMap<Option<usize>, usize>,
    /// Open and past the time by which somebody should have them.
    pub overdue: usize,
    worst: Option<Worst>,
}

/// What stands on top of the queue; the least of all is the gravest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Worst {
    rank: (usize, u8, DateTime<Utc>, IncidentId),
    name: IncidentId,
}

/// A count under way.
#[derive(Debug)]
pub struct Counting<'a> {
    tally: Tally,
    decided: BTreeSet<&'a IncidentId>,
    /// What depends on others: what the journal changes, and what another may stand for.
    tangled: BTreeMap<IncidentId, Incident>,
    /// By sort, what those are that nobody has touched.
    classes: HashMap<usize, Class>,
    journal: &'a Journal,
    model: &'a Model,
    now: DateTime<Utc>,
}

impl<'a> Counting<'a> {
    /// Begins to count what the queue would show.
    pub fn new(journal: &'a Journal, model: &'a Model, now: DateTime<Utc>) -> Self {
        let decided = journal.entries().iter().map(|entry| &entry.incident).collect();
        Self {
            tally: Tally::default(),
            decided,
            tangled: BTreeMap::new(),
            classes: HashMap::new(),
            journal,
            model,
            now,
        }
    }

    /// One more; every one that is open or tells of a signal has to come.
    pub fn take(&mut self, incident: Incident) {
        if incident.signal.is_some() || self.decided.contains(&incident.id) {
            self.tangled.insert(incident.id.clone(), incident);
        } else if incident.gone.is_none() {
            self.tally.count_row(&row(&incident, self.model, self.now).0);
        }
    }

    /// One more that nobody has touched, that no decision is about, and that tells of no signal: it is `like` in all but
    /// its name, and of one class with all others of its sort.
    pub fn take_like(&mut self, sort: usize, like: &Incident, id: &str) {
        let class = *self.classes.entry(sort).or_insert_with(|| self.model.classify(like));
        let (standing, _) = standing(like, class, self.model, self.now);
        self.tally.count((class, &standing), like.opened_at, (id, id));
    }

    /// How many there are.
    pub fn end(mut self) -> Tally {
        let queue = build(&self.tangled, self.journal, self.model, self.now);
        queue.rows.iter().for_each(|row| self.tally.count_row(row));
        self.tally
    }
}

impl Tally {
    fn count_row(&mut self, row: &Row) {
        let names = (row.id.as_str(), row.name().as_str());
        self.count((row.class, &row.standing), row.opened_at, names);
    }

    fn count(&mut self, (class, standing): (Class, &Standing), opened_at: DateTime<Utc>, (id, name): (&str, &str)) {
        *self.sections.entry(section(class, standing)).or_default() += 1;
        self.overdue += usize::from(standing.overdue());
        if standing.state != State::Open {
            return;
        }
        *self.open.entry(class.severity).or_default() += 1;
        let (severity, in_time) = (class.severity.unwrap_or(usize::MAX), u8::from(!standing.overdue()));
        let rank = (severity, in_time, opened_at, id);
        let gravest = self.worst.as_ref().map(|worst| &worst.rank);
        if gravest.is_none_or(|(one, two, three, four)| rank < (*one, *two, *three, four.as_str())) {
            let rank = (severity, in_time, opened_at, IncidentId::new(id));
            self.worst = Some(Worst { rank, name: IncidentId::new(name) });
        }
    }

    /// How many stand under a heading; of what is closed, not all are counted.
    pub fn section(&self, section: Section) -> usize {
        self.sections.get(&section).copied().unwrap_or(0)
    }

    /// How many are open, whether anybody has said how grave they are or not.
    pub fn open(&self) -> usize {
        self.open.values().sum()
    }

    /// How many of this severity are open; none means the untriaged.
    pub fn open_of(&self, severity: Option<usize>) -> usize {
        self.open.get(&severity).copied().unwrap_or(0)
    }

    /// What stands on top of the queue, by what people call it; none if nothing is open.
    pub fn worst(&self) -> Option<&IncidentId> {
        self.worst.as_ref().map(|worst| &worst.name)
    }
}
