//! Signals and the issues that were filed for them: which incident stands for
//! which signal, and what is a second one for the same cause.
//!
//! A signal keeps its name when an issue is filed for it. Of several open
//! issues with one fingerprint the lowest number stands for all.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::id::IncidentId;
use crate::domain::incident::{CloseReason, Incident, Status};

/// Which incident stands for each signal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Signals {
    standing: BTreeMap<IncidentId, IncidentId>,
}

impl Signals {
    /// Looks through all that is known.
    pub fn of(facts: &BTreeMap<IncidentId, Incident>) -> Self {
        let mut standing: BTreeMap<IncidentId, &Incident> = BTreeMap::new();
        for incident in facts.values().filter(|incident| incident.gone.is_none()) {
            let Some(signal) = &incident.signal else { continue };
            let known = standing.get(signal);
            if known.is_none_or(|known| rank(incident) > rank(known)) {
                standing.insert(signal.clone(), incident);
            }
        }
        Self { standing: standing.into_iter().map(|(signal, incident)| (signal, incident.id.clone())).collect() }
    }

    /// The incident that stands for the signal of this name.
    pub fn standing(&self, signal: &IncidentId) -> Option<&IncidentId> {
        self.standing.get(signal)
    }

    /// Whether another incident stands for what this one says: it is not shown beside it.
    pub fn hides(&self, incident: &Incident) -> bool {
        let unfiled = incident.number == 0;
        unfiled && incident.signal.as_ref().is_some_and(|signal| self.standing.get(signal) != Some(&incident.id))
    }

    /// What people call an incident: its signal's name if it stands for it, else its own.
    pub fn name<'a>(&self, incident: &'a Incident) -> &'a IncidentId {
        match &incident.signal {
            Some(signal) if self.standing.get(signal) == Some(&incident.id) => signal,
            Some(_) | None => &incident.id,
        }
    }

    /// Issues for a cause that a lower number stands for, each with the one
    /// that stays: those that are still open, and those that somebody has
    /// closed as duplicates already.
    pub fn seconds(facts: &BTreeMap<IncidentId, Incident>) -> Vec<(IncidentId, IncidentId)> {
        let mut lowest: BTreeMap<(&str, &str), &Incident> = BTreeMap::new();
        let issues = || facts.values().filter(|one| one.number > 0 && one.gone.is_none());
        for incident in issues().filter(|one| one.is_open()) {
            let Some(cause) = cause(incident) else { continue };
            let first = lowest.entry(cause).or_insert(incident);
            if incident.number < first.number {
                *first = incident;
            }
        }
        let second = |one: &Incident| {
            let first = lowest.get(&cause(one)?)?;
            (first.number != one.number).then(|| (one.id.clone(), first.id.clone()))
        };
        issues().filter(|one| one.is_open() || is_duplicate(one)).filter_map(second).collect()
    }
}

fn is_duplicate(incident: &Incident) -> bool {
    matches!(incident.status, Status::Closed { reason: CloseReason::Duplicate, .. })
}

/// What tells a cause from the others of its tracker; none for what is no signal.
fn cause(incident: &Incident) -> Option<(&str, &str)> {
    Some((incident.source.as_str(), incident.fingerprint.as_deref()?))
}

/// The greater stands: what is open before what is closed; of open ones the
/// filed, and of those the lowest number; of closed ones the last. A signal
/// that began anew after all its issues were closed stands for itself.
fn rank(incident: &Incident) -> (bool, DateTime<Utc>, Reverse<u64>) {
    match incident.status {
        Status::Open if incident.number > 0 => (true, DateTime::UNIX_EPOCH, Reverse(incident.number)),
        // Closed while it still fails: that is somebody's decision, and it stays closed until it begins anew.
        Status::Open => (false, incident.reopened_at.unwrap_or(incident.opened_at), Reverse(0)),
        Status::Closed { at, .. } => (false, at.unwrap_or(incident.updated_at), Reverse(incident.number)),
    }
}
