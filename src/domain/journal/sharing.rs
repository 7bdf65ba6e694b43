//! One journal in several processes: each shows and takes decisions, one sends.
//!
//! What is read from the disk may be older than what this process knows: its
//! own last words may still be on their way there. So a reading never takes
//! back what has ended, what is being sent, or what only the sender decides.

use super::{Consent, Entry, IncidentId, Journal, Lease, Seen, State, Step};
use crate::domain::decision::Decision;

impl Journal {
    /// What is on disk, after another process has written there.
    pub fn mirror(&mut self, disk: Vec<Entry>) {
        let mut here = std::mem::take(&mut self.entries);
        for theirs in disk {
            let mine = here.iter().position(|mine| mine.op == theirs.op).map(|at| here.swap_remove(at));
            self.entries.push(mine.map_or_else(|| theirs.clone(), |mine| newer(mine, &theirs, self.lease)));
        }
        let lease = self.lease;
        let own = |mine: &Entry| mine.state == State::Deciding || (lease == Lease::Held && mine.is_sending());
        self.entries.extend(here.into_iter().filter(own));
        self.sort();
    }

    /// What an incident is called now: one that was decided here has a number once it is filed.
    pub fn called(&self, id: &IncidentId) -> IncidentId {
        self.filed(id, u64::MAX).unwrap_or_else(|| id.clone())
    }

    /// What another process decided about an incident while it was being filed
    /// here goes to the filed one.
    pub(super) fn follow_the_filed(&mut self) -> Vec<Step> {
        let strays = self.entries.iter().filter(|entry| entry.state.holds_its_place() && !entry.is_sending());
        let strays: Vec<(usize, IncidentId)> = strays
            .filter(|entry| !entry.incident.is_numbered())
            .filter_map(|entry| Some((self.place_of(entry)?, self.filed(&entry.incident, entry.seq)?)))
            .collect();
        let mut steps = Vec::new();
        for (at, filed) in strays {
            self.entries[at].incident = filed;
            steps.push(Step::Keep(Box::new(self.entries[at].clone())));
        }
        steps
    }

    fn place_of(&self, entry: &Entry) -> Option<usize> {
        self.entries.iter().position(|one| one.op == entry.op)
    }

    /// What was filed for it by the last filing before this place in the order.
    fn filed(&self, unnumbered: &IncidentId, seq: u64) -> Option<IncidentId> {
        if unnumbered.is_numbered() {
            return None;
        }
        let files = |entry: &&Entry| {
            let Decision::New { signal, .. } = &entry.decision else { return false };
            let was = signal.as_ref().map_or_else(|| IncidentId::provisional(&entry.op), |signal| signal.id.clone());
            entry.seq < seq && was == *unnumbered
        };
        // A signal may have been filed before, too, for an earlier time that it failed.
        let last = self.entries.iter().rfind(files)?;
        (last.state == State::Done && last.incident.is_numbered()).then(|| last.incident.clone())
    }
}

/// The later word of two about one decision.
fn newer(mine: Entry, theirs: &Entry, lease: Lease) -> Entry {
    let seen = if theirs.seen == Seen::Yes { Seen::Yes } else { mine.seen };
    let word = if outranks(&mine, theirs, lease) { mine } else { theirs.clone() };
    Entry { seen, ..word }
}

fn outranks(mine: &Entry, theirs: &Entry, lease: Lease) -> bool {
    if mine.state == State::Deciding || (lease == Lease::Held && mine.is_sending()) {
        return true;
    }
    match (mine.state.is_unsettled(), theirs.state.is_unsettled()) {
        // What has ended never goes back.
        (false, true) => true,
        (_, false) => false,
        (true, true) => match (consented_at(mine), consented_at(theirs)) {
            (mine, theirs) if mine == theirs => lease == Lease::Held,
            (mine, theirs) => mine > theirs,
        },
    }
}

fn consented_at(entry: &Entry) -> Option<chrono::DateTime<chrono::Utc>> {
    match entry.consent {
        Consent::NotAsked => None,
        Consent::Given { at } => Some(at),
    }
}
