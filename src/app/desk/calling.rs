//! What the desk finds worth calling somebody for: grave news of others', and
//! what nobody has any longer.

use std::collections::{BTreeMap, BTreeSet};

use super::{Desk, Loading};
use crate::app::attention::{Call, rouses};
use crate::app::event::Level;
use crate::domain::decision::Decision;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::Incident;
use crate::domain::queue::{self, Queue, Row, State};

impl Desk {
    /// What somebody may have to be called for since this was last asked, in the order in which it came up.
    pub fn take_calls(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.calls)
    }

    /// Notes what is new and grave among these, before they are learnt.
    pub(super) fn note_news(&mut self, incidents: &[Incident]) {
        if self.loaded == Loading::Awaited {
            return;
        }
        let grave = self.grave_among(incidents);
        let Some((severity, worst)) = grave.iter().min_by_key(|(severity, _)| *severity) else { return };
        let (id, title) = (worst.id.clone(), worst.title.clone());
        let text = match grave.len() {
            1 => format!("new: {id} {title}"),
            many => {
                let severity = self.setup.model.severity_id(Some(*severity)).unwrap_or_default();
                format!("{many} new, worst {severity}: {id} {title}")
            }
        };
        let calls: Vec<Call> = grave.iter().map(|(severity, one)| Call::New(one.id.clone(), *severity)).collect();
        self.calls.extend(calls);
        self.tell(Level::Warning, &text, Some(&id));
    }

    fn grave_among<'a>(&self, incidents: &'a [Incident]) -> Vec<(usize, &'a Incident)> {
        let model = &self.setup.model;
        let is_newer = |one: &&Incident| self.facts.get(&one.id).is_none_or(|known| known.updated_at < one.updated_at);
        let open = incidents.iter().filter(|one| one.gone.is_none() && one.is_open()).filter(is_newer);
        let grave = open.filter(|one| !self.is_first_reading(&one.source)).filter_map(|one| {
            let (row, _) = queue::row(one, model, self.now);
            let severity = row.class.severity.filter(|severity| rouses(&model.team, *severity))?;
            (row.standing.state == State::Open).then_some((severity, one))
        });
        let mut grave: Vec<(usize, &Incident)> = grave.collect();
        if grave.is_empty() {
            return grave;
        }
        let rows: BTreeMap<&IncidentId, &Row> = self.queue.rows.iter().map(|row| (&row.id, row)).collect();
        let was_told = |id: &IncidentId| {
            rows.get(id).is_some_and(|row| row.standing.state != State::Closed && self.is_rousing(row))
        };
        let stands_for = |one: &Incident| one.signal.as_ref().and_then(|signal| self.queue.signals.standing(signal));
        let filed_here: BTreeSet<IncidentId> = self
            .journal
            .entries()
            .iter()
            .filter(|entry| matches!(entry.decision, Decision::New { .. }))
            .map(|entry| self.journal.called(&entry.incident))
            .collect();
        grave.retain(|(_, one)| {
            !was_told(&one.id) && !stands_for(one).is_some_and(was_told) && !filed_here.contains(&one.id)
        });
        grave
    }

    /// The very first reading of a repository is no news.
    fn is_first_reading(&self, source: &SourceId) -> bool {
        let never = |fetched_at: Option<_>| fetched_at.is_none();
        let own = self.sources.iter().find(|known| known.id == *source && known.kind == "github");
        match own {
            Some(known) => never(known.fetched_at),
            None => self.sources.iter().all(|known| never(known.fetched_at)),
        }
    }

    fn is_rousing(&self, row: &Row) -> bool {
        row.class.severity.is_some_and(|severity| rouses(&self.setup.model.team, severity))
    }

    /// Notes what nobody has any longer, and what nobody has taken in time, against the queue as it was before.
    pub(super) fn note_what_ran_out(&mut self, before: &Queue) {
        let open = self.queue.rows.iter().filter(|row| row.standing.state == State::Open);
        let late =
            |row: &&Row| row.standing.again.is_some() || (row.standing.overdue() && row.class.severity.is_some());
        let late: Vec<&Row> = open.filter(late).collect();
        if late.is_empty() {
            return;
        }
        let was: BTreeMap<&IncidentId, &Row> = before.rows.iter().map(|row| (&row.id, row)).collect();
        let calls = late.into_iter().filter_map(|row| {
            let was = was.get(&row.id)?;
            if was.standing.state == State::Acked && row.standing.again.is_some() {
                return Some(Call::RanOut(row.id.clone(), row.class.severity));
            }
            let was_in_time = was.standing.state == State::Open && !was.standing.overdue() && self.is_rousing(was);
            let severity = row.class.severity.filter(|_| row.standing.overdue() && was_in_time)?;
            Some(Call::Overdue(row.id.clone(), severity))
        });
        let calls: Vec<Call> = calls.collect();
        self.calls.extend(calls);
    }
}
