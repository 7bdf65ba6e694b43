//! What each fact does to the desk.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry as Place;

use super::filing::ends_well;
use super::{Desk, Loading};
use crate::app::event::{Effect, Fact, Level};
use crate::config::TeamFile;
use crate::domain::decision::Decision;
use crate::domain::health::Endpoint;
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::incident::Incident;
use crate::domain::journal::{Entry, Outcome, State, Step};
use crate::domain::source::{Fetching, SourceHealth};
use crate::domain::text::Clean;
use crate::domain::triage::Model;

impl Desk {
    pub(super) fn take_in(&mut self, fact: Fact) -> Vec<Effect> {
        match fact {
            Fact::Loaded { incidents, entries, sources } | Fact::Mirrored { incidents, entries, sources } => {
                self.mirror(incidents, entries, sources);
            }
            Fact::Recorded(places) => return self.recorded(&places),
            Fact::NotRecorded { ops, reason } => self.not_recorded(&ops, &reason),
            Fact::LeaseTaken => self.journal.take_lease(self.now),
            Fact::LeaseLost => self.journal.lose_lease(),
            Fact::Settled { op, outcome } => return self.settled(&op, &outcome),
            Fact::FetchStarted(source) => self.fetch_started(&source),
            Fact::Page { incidents, .. } => self.hear(incidents),
            Fact::Probed(endpoints) => self.probed(endpoints),
            Fact::Ruled(fleet) => self.fleet = *fleet,
            Fact::Recovered(signals) => return self.recovered(&signals),
            Fact::Relapsed(signals) => return self.relapsed(&signals),
            Fact::FetchEnded(health) => self.fetch_ended(&health),
            Fact::Identified { source, login } => {
                self.logins.insert(source, login);
            }
            Fact::ReadOnly(why) => {
                self.tell(Level::Error, &format!("read-only from here on: {why}"), None);
                self.setup.read_only = Some(why);
            }
            Fact::TeamRead(newer) => self.adopt(*newer),
            Fact::Told { level, text } => self.tell(level, text.as_str(), None),
            Fact::DetailLoaded { .. }
            | Fact::ToolsLoaded { .. }
            | Fact::CasesLoaded { .. }
            | Fact::CaseLoaded { .. }
            | Fact::ToolNamesLoaded(_)
            | Fact::AssignableLoaded { .. }
            | Fact::LoginsKnown(_)
            | Fact::NoteWritten { .. }
            | Fact::Said(_)
            | Fact::PageOpened(_)
            | Fact::PageJudged(..)
            | Fact::PageMissing(_)
            | Fact::PageChanged(_)
            | Fact::PagesListed(_)
            | Fact::Written(..)
            | Fact::Untold(_)
            | Fact::MeetingCalled
            | Fact::TourOffered
            | Fact::MeetingFound(_)
            | Fact::MinutesWritten(_)
            | Fact::Dropped(_)
            | Fact::Gathered(_)
            | Fact::Reviewed(_)
            | Fact::Checked(_)
            | Fact::Drafted(_)
            | Fact::Amended(_)
            | Fact::HandoffBrought(_)
            | Fact::TrustWanted(_)
            | Fact::Arranged(_)
            | Fact::Ticked
            | Fact::Dismissed => {}
        }
        Vec::new()
    }

    fn not_recorded(&mut self, ops: &[OpId], reason: &Clean) {
        self.journal.not_recorded(ops);
        self.tell(Level::Error, &format!("not decided: {reason}"), None);
    }

    fn fetch_started(&mut self, source: &SourceId) {
        if let Some(known) = self.sources.iter_mut().find(|known| known.id == *source) {
            known.fetching = Fetching::UnderWay;
        }
    }

    /// Takes over who is on the team and what is planned. Sources, tracker and severities stay as they were at the
    /// start: everything that runs was built on them.
    fn adopt(&mut self, newer: TeamFile) {
        let old = self.setup.model.team.clone();
        self.setup.model = Model::new(TeamFile {
            team: newer.team,
            people: newer.people,
            rotations: newer.rotations,
            cadences: newer.cadences,
            trains: newer.trains,
            releases: newer.releases,
            freezes: newer.freezes,
            deprecations: newer.deprecations,
            ..old
        });
    }

    fn mirror(&mut self, incidents: Vec<Incident>, entries: Vec<Entry>, sources: Vec<SourceHealth>) {
        self.journal.mirror(entries);
        self.hear(incidents);
        for mut health in sources {
            match self.sources.iter_mut().find(|known| known.id == health.id) {
                Some(known) => {
                    health.fetching = known.fetching;
                    *known = health;
                }
                None => self.sources.push(health),
            }
        }
        self.loaded = Loading::Done;
    }

    /// Learns what others say, and notes what of it is worth a call.
    fn hear(&mut self, incidents: Vec<Incident>) {
        self.note_news(&incidents);
        self.learn(incidents);
    }

    /// Newer words replace older ones; an older one that comes late changes nothing.
    fn learn(&mut self, incidents: Vec<Incident>) {
        for incident in incidents {
            match self.facts.entry(incident.id.clone()) {
                Place::Vacant(place) => {
                    place.insert(incident);
                }
                Place::Occupied(mut place) if incident.updated_at >= place.get().updated_at => {
                    let mut incident = incident;
                    place.get().asked.iter().for_each(|asked| incident.note_asked(asked.clone()));
                    place.insert(incident);
                }
                // Who was asked has been asked, however old the story is that tells of it.
                Place::Occupied(mut place) => {
                    incident.asked.into_iter().for_each(|asked| place.get_mut().note_asked(asked));
                }
            }
        }
    }

    fn recorded(&mut self, places: &[(OpId, u64)]) -> Vec<Effect> {
        self.journal.recorded(places);
        let put_away: Vec<Step> = places.iter().flat_map(|(op, _)| self.journal.decided_anew(op, self.now)).collect();
        let recorded: Vec<Entry> = places.iter().filter_map(|(op, _)| self.journal.entry(op).cloned()).collect();
        // What is well again is told by its row, in whichever process; a tick is told where it was made.
        let told = recorded.iter().filter(|entry| !entry.is_unattended() || !ends_well(&recorded, &entry.incident));
        let told: Vec<&Entry> = told.filter(|entry| entry.decision.report().is_none()).collect();
        for entry in told.iter().filter(|entry| !entry.is_unattended()) {
            *self.decided.entry(entry.decision.verb()).or_default() += 1;
        }
        // That a signal gets an issue by the way is not what was decided.
        let by_the_way = |entry: &&&Entry| matches!(entry.decision, Decision::New { signal: Some(_), .. });
        let decided = told.iter().find(|entry| !by_the_way(entry)).or(told.first());
        let Some(first) = decided else { return super::effects(put_away) };
        let about: BTreeSet<&IncidentId> = told.iter().map(|entry| &entry.incident).collect();
        let text = match about.len() {
            1 => format!("{} {}", first.decision.verb(), first.incident),
            many => format!("{} {many} incidents", first.decision.verb()),
        };
        let incident = first.incident.clone();
        self.tell(Level::Done, &text, Some(&incident));
        super::effects(put_away)
    }

    fn settled(&mut self, op: &OpId, outcome: &Outcome) -> Vec<Effect> {
        let steps = self.journal.settled(op, outcome, self.now);
        if steps.is_empty() {
            return Vec::new();
        }
        if let Some(entry) = self.journal.entry(op).cloned() {
            self.tell_outcome(&entry);
        }
        let facts = outcome.facts().cloned();
        self.learn(facts.clone().into_iter().collect());
        let entries = steps
            .into_iter()
            .map(|step| match step {
                Step::Keep(entry) | Step::Send { entry, .. } => *entry,
            })
            .collect();
        vec![Effect::Keep { entries, facts: facts.map(Box::new) }]
    }

    fn tell_outcome(&mut self, entry: &Entry) {
        let level = match entry.state {
            State::Refused | State::Conflict => Level::Error,
            State::Asking | State::Unknown { .. } => Level::Warning,
            State::Done if entry.told().is_some() => Level::Info,
            State::Deciding | State::Queued | State::Sending { .. } | State::Done | State::Cancelled => return,
        };
        let why = entry.told().map(|why| format!(": {why}")).unwrap_or_default();
        let text = format!("{} {} {}{why}", entry.decision.verb(), entry.incident, entry.state.word());
        self.tell(level, &text, Some(&entry.incident));
    }

    fn probed(&mut self, endpoints: Vec<Endpoint>) {
        for endpoint in endpoints {
            if let Some(health) = self.sources.iter_mut().find(|known| known.id == *endpoint.id()) {
                // That a server is down is news from it as good as any: the source is fresh.
                health.fetched_at = endpoint.last();
                health.error = None;
            }
            self.endpoints.insert(endpoint.id().clone(), endpoint);
        }
    }

    fn fetch_ended(&mut self, health: &SourceHealth) {
        let known = self.sources.iter_mut().find(|known| known.id == health.id);
        let failed_before = known.as_ref().is_some_and(|known| known.error.is_some());
        let failure = health.error.clone().filter(|_| !failed_before);
        match known {
            Some(known) => *known = health.clone(),
            None => self.sources.push(health.clone()),
        }
        match failure {
            Some(why) => self.tell(Level::Warning, &format!("{} not reached: {why}", health.id), None),
            None if failed_before && health.error.is_none() => {
                self.tell(Level::Info, &format!("{} answers again", health.id), None);
            }
            None => {}
        }
    }

    /// Whether what this machine remembers has been read.
    pub fn is_loaded(&self) -> bool {
        self.loaded == Loading::Done
    }

    /// A word to the operator that came from this process itself.
    pub fn remark(&mut self, level: Level, text: &Clean) {
        self.tell(level, text.as_str(), None);
    }
}
