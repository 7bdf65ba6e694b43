//! What happens to signals without anybody's doing: they become issues by the
//! team's policy, are closed when their source says they are well, and of two
//! issues for one cause the later gives way.
//!
//! All of it goes through the journal like everybody's decisions, in the name
//! of dogwatch. A terminal may hold the right to send; the unattended process
//! beside it files all the same.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Decided, Desk, Loading, effects};
use crate::app::event::{Effect, Level};
use crate::domain::decision::{Base, Decision, Deed, Filed};
use crate::domain::health::REOPEN;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::{CloseReason, Incident, Status};
use crate::domain::journal::{Entry, State, UNATTENDED};
use crate::domain::queue::{self, Queue, Row, Section, Signals};
use crate::domain::text::Clean;

/// The span that `max_per_hour` counts over.
const HOUR: TimeDelta = TimeDelta::hours(1);
/// For so long what was done to the later of two issues counts for the first.
const CARRIED: TimeDelta = TimeDelta::minutes(10);

/// How an incident ends that its source no longer tells of.
const WELL: Decision = Decision::Close { reason: CloseReason::Recovered };

/// Whether these include the end of this one, because its source is well again.
pub(super) fn ends_well(entries: &[Entry], id: &IncidentId) -> bool {
    entries.iter().any(|entry| entry.incident == *id && entry.is_unattended() && entry.decision == WELL)
}

/// Whether incidents are filed by policy here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filing {
    /// Somebody looks: the first decision files.
    #[default]
    ByDecision,
    /// `sync --every`: what `[filing]` names is filed at once.
    ByPolicy,
}

/// Whether these file an issue for this signal.
pub(super) fn is_filed_by(entries: &[Entry], id: &IncidentId) -> bool {
    entries.iter().any(|entry| entry.incident == *id && is_new(entry))
}

fn is_new(entry: &Entry) -> bool {
    matches!(entry.decision, Decision::New { .. })
}

impl Desk {
    /// Files by policy from here on.
    pub fn file_by_policy(&mut self) {
        self.filing = Filing::ByPolicy;
    }

    /// Whose tracker holds what is decided about an incident: a signal's is where new ones are filed.
    pub(super) fn tracked_by(&self, id: &IncidentId) -> SourceId {
        let tracked = self.incident(id).filter(|incident| incident.signal.is_none() || incident.number > 0);
        tracked.map_or_else(|| self.setup.files_into.clone(), |incident| incident.source.clone())
    }

    /// What files an issue for a signal that has none, before anything else is
    /// decided about it; none where there is one, or will be.
    pub(super) fn filing(&self, id: &IncidentId) -> Option<Decision> {
        let incident = self.incident(id).filter(|incident| incident.number == 0)?;
        let (name, fingerprint) = (incident.signal.clone()?, incident.fingerprint.clone()?);
        if self.setup.files_into.is_local() || self.journal.pending(id).any(is_new) {
            return None;
        }
        let model = &self.setup.model;
        let class = model.classify(incident);
        let labels = model.severity_id(class.severity).into_iter().chain(model.kind_id(class.kind));
        Some(Decision::New {
            title: incident.title.to_string(),
            body: incident.body.as_ref().map(ToString::to_string).unwrap_or_default(),
            labels: labels.map(str::to_owned).collect(),
            signal: Some(Filed { id: name, fingerprint }),
        })
    }

    /// Files what the policy names, whoever sends; the process that sends also
    /// follows the sources. Nothing before it is known what there is.
    pub(super) fn tend(&mut self) -> Vec<Effect> {
        if self.loaded == Loading::Awaited || self.setup.read_only.is_some() {
            return Vec::new();
        }
        let (mut done, mut wanted) = (Vec::new(), Vec::new());
        if self.sends() {
            let seconds = Signals::seconds(&self.facts);
            done.extend(self.move_what_waits(&seconds));
            done.extend(self.carry_over(&seconds));
            wanted.extend(self.give_way(seconds));
            wanted.extend(self.follow_the_sources());
        }
        if self.filing == Filing::ByPolicy {
            wanted.extend(self.filed_by_policy());
            wanted.extend(self.escalations());
        }
        done.extend(self.decide_unattended(wanted).effects);
        done
    }

    /// What was decided about the later of two issues, and has not been sent, goes to the one that stands for both.
    fn move_what_waits(&mut self, seconds: &[(IncidentId, IncidentId)]) -> Vec<Effect> {
        effects(seconds.iter().flat_map(|(later, first)| self.journal.move_over(later, first)).collect())
    }

    /// Who has taken the later of two issues, before the first was seen, has the one that stands for both.
    fn carry_over(&mut self, seconds: &[(IncidentId, IncidentId)]) -> Vec<Effect> {
        let carried = seconds.iter().flat_map(|(later, first)| self.taken_on(later, first));
        let carried: Vec<(IncidentId, Decision, Deed)> = carried.collect();
        let entries = carried.into_iter().filter_map(|(id, decision, deed)| self.decided(id, decision, deed)).collect();
        self.record_unasked(entries).effects
    }

    /// What an operator here did to the later one lately, and nobody has done to the first.
    fn taken_on(&self, later: &IncidentId, first: &IncidentId) -> Vec<(IncidentId, Decision, Deed)> {
        let (Some(had), Some(stays)) = (self.facts.get(later), self.incident(first)) else { return Vec::new() };
        if self.journal.pending(first).next().is_some() {
            return Vec::new();
        }
        let since = self.now - CARRIED;
        let takes = |entry: &&Entry| {
            let acks = matches!(entry.decision, Decision::Ack { .. });
            let has = |to: &Clean| had.assignees.contains(to);
            let assigns = matches!(&entry.decision, Decision::Assign { to: Some(to), .. } if has(to));
            acks && had.ack.is_some() && stays.ack.is_none() || assigns && stays.assignees.is_empty()
        };
        let on_later = self.journal.entries().iter().filter(|entry| entry.incident == *later && takes(entry));
        let lately = on_later.filter(|entry| entry.state == State::Done && entry.settled_at >= Some(since));
        let once = |entry: &&Entry| {
            let again =
                |one: &Entry| one.incident == *first && one.deed == entry.deed && one.decision == entry.decision;
            !entry.is_unattended() && !self.journal.entries().iter().any(again)
        };
        lately.filter(once).map(|entry| (first.clone(), entry.decision.clone(), entry.deed.clone())).collect()
    }

    /// Closes the later of two issues, once: whoever opens it again afterwards has their reasons.
    fn give_way(&self, seconds: Vec<(IncidentId, IncidentId)>) -> Vec<(IncidentId, Decision)> {
        let open = seconds.into_iter().filter(|(later, _)| self.facts.get(later).is_some_and(Incident::is_open));
        let merges = open.map(|(later, first)| (later, Decision::Merge { into: first }));
        let is_new = |(later, merge): &(IncidentId, Decision)| {
            !self.journal.entries().iter().any(|entry| entry.incident == *later && entry.decision == *merge)
        };
        merges.filter(is_new).collect()
    }

    /// Signals that the policy files, as many as an hour has room for; then one incident for the storm.
    fn filed_by_policy(&self) -> Vec<(IncidentId, Decision)> {
        let filing = &self.setup.model.team.filing;
        let named = |severity: Option<&str>| severity.is_some_and(|id| filing.severities.iter().any(|one| one == id));
        let since = self.now - HOUR;
        let filed = |entry: &&Entry| is_new(entry) && entry.is_unattended() && entry.deed.at > since;
        let lately = self.journal.entries().iter().filter(filed).count();
        let mut room = usize::try_from(filing.max_per_hour).unwrap_or(usize::MAX).saturating_sub(lately);
        let mut wanted = Vec::new();
        let model = &self.setup.model;
        let waits = |section| matches!(section, Section::NeedsYouNow | Section::Untriaged);
        for row in self.queue.rows.iter().filter(|row| waits(row.section)) {
            if !named(model.severity_id(row.class.severity)) {
                continue;
            }
            let Some(new) = self.filing(&row.id) else { continue };
            if room == 0 {
                wanted.extend(self.storm());
                break;
            }
            room -= 1;
            wanted.push((row.id.clone(), new));
            // Whoever is on duty has it from the start.
            wanted.extend(self.first_step(row).map(|step| (row.id.clone(), step)));
        }
        wanted
    }

    /// The one incident that stands for more than an hour has room for; none while it is open or on its way.
    fn storm(&self) -> Option<(IncidentId, Decision)> {
        let most = self.setup.model.team.filing.max_per_hour;
        let signal = Filed::storm(&self.setup.files_into);
        let id = signal.id.clone();
        let is_on_its_way = self.journal.pending(&id).next().is_some();
        if is_on_its_way || self.incident(&id).is_some_and(Incident::is_open) {
            return None;
        }
        let severity = self.setup.model.team.severities.first().map(|severity| severity.id.clone());
        let decision = Decision::New {
            title: format!("storm: more than {most} incidents in an hour"),
            body: "More signals came in than `[filing] max_per_hour` lets through. They are in the queue of dogwatch; \
                   each gets its own issue when somebody decides about it."
                .to_owned(),
            labels: severity.into_iter().collect(),
            signal: Some(signal),
        };
        Some((id, decision))
    }

    /// What is well again is closed, acked or not; what nobody has filed needs no closing.
    pub(super) fn recovered(&mut self, signals: &[IncidentId]) -> Vec<Effect> {
        let mut wanted = Vec::new();
        for signal in signals {
            let id = self.called(signal);
            let Some(incident) = self.incident(&id).filter(|incident| incident.is_open()) else { continue };
            if self.is_held(incident) {
                wanted.extend(self.well(incident, self.now));
            }
        }
        self.decide_unattended(wanted).effects
    }

    /// Says what was open before and has been closed because its source is well again, by this process or another.
    pub(super) fn tell_recoveries(&mut self, before: &Queue) {
        let open = before.rows.iter().filter(|row| row.standing.state != queue::State::Closed);
        let of_signals = open.filter(|row| row.alias.is_some() || !row.id.is_numbered());
        let ended = of_signals.filter(|row| self.ended_well(&row.id) && !self.is_undone(&row.id));
        let well: Vec<&IncidentId> = ended.map(Row::name).collect();
        let text = match well.as_slice() {
            [] => return,
            [one] => format!("{one} is well again: closed"),
            many => format!("{} incidents are well again: closed", many.len()),
        };
        self.tell(Level::Info, &text, None);
    }

    /// Whether it is as it was because somebody took back what they had decided last: that is no news of its source.
    fn is_undone(&self, id: &IncidentId) -> bool {
        let since = self.incident(id).map(|incident| incident.reopened_at.unwrap_or(incident.opened_at));
        let last = self.journal.entries().iter().rev().find(|entry| entry.incident == *id);
        last.is_some_and(|entry| entry.undoes.is_some() && since.is_none_or(|since| entry.deed.at >= since))
    }

    fn ended_well(&self, id: &IncidentId) -> bool {
        let Some(incident) = self.incident(id) else { return false };
        let closed_as = match incident.status {
            Status::Closed { reason, .. } => reason,
            Status::Open => return false,
        };
        let began = incident.reopened_at.unwrap_or(incident.opened_at);
        // A tracker may know no such reason; the journal does.
        closed_as == CloseReason::Recovered || self.is_decided(incident, &WELL, began)
    }

    /// What fails again shortly after it was well is the same incident, open again.
    pub(super) fn relapsed(&mut self, signals: &[IncidentId]) -> Vec<Effect> {
        let mut wanted = Vec::new();
        for signal in signals {
            let id = self.called(signal);
            let held = |incident: &&Incident| !incident.is_open() && self.is_held(incident);
            if let Some(incident) = self.incident(&id).filter(held) {
                wanted.extend(self.open_again(incident));
            }
        }
        self.decide_unattended(wanted).effects
    }

    /// Issues whose source has changed its mind about the signal that they were filed for.
    fn follow_the_sources(&self) -> Vec<(IncidentId, Decision)> {
        let newest = |one: &Incident| (one.is_open(), one.number);
        let mut issues: BTreeMap<&IncidentId, &Incident> = BTreeMap::new();
        for issue in self.facts.values().filter(|one| one.number > 0) {
            let Some(signal) = &issue.signal else { continue };
            let known = issues.entry(signal).or_insert(issue);
            if newest(issue) >= newest(known) {
                *known = issue;
            }
        }
        let mut wanted = Vec::new();
        for twin in self.facts.values().filter(|one| one.number == 0) {
            let own = twin.signal.as_ref().filter(|signal| **signal == twin.id);
            let Some(issue) = own.and_then(|signal| issues.get(signal)) else { continue };
            match (twin.status, issue.status) {
                (Status::Closed { at: Some(at), reason: CloseReason::Recovered }, Status::Open) => {
                    let began = issue.reopened_at.unwrap_or(issue.opened_at);
                    if at >= began || self.has_filed(issue) {
                        wanted.extend(self.well(issue, at));
                    }
                }
                (Status::Open, Status::Closed { at: Some(at), reason }) => {
                    // What was said of an eval finding may hold for months.
                    let soon = |again| twin.suite.is_some() || again - at <= REOPEN;
                    let again = twin.reopened_at.is_some_and(|again| again >= at && soon(again));
                    let shown = reason.is_mended() && twin.shown_at.is_some_and(|shown| shown > at);
                    if again || shown {
                        wanted.extend(self.open_again(issue));
                    }
                }
                (Status::Open | Status::Closed { .. }, Status::Open | Status::Closed { .. }) => {}
            }
        }
        wanted
    }

    /// Whether this store's journal has filed it.
    fn has_filed(&self, issue: &Incident) -> bool {
        self.journal.entries().iter().any(|entry| entry.incident == issue.id && is_new(entry))
    }

    /// Closes it with a word about when it was well again; once for each time that it was open.
    fn well(&self, incident: &Incident, at: DateTime<Utc>) -> Vec<(IncidentId, Decision)> {
        let began = incident.reopened_at.unwrap_or(incident.opened_at);
        if self.is_decided(incident, &WELL, began) {
            return Vec::new();
        }
        let minutes = (at - began).num_minutes().max(1);
        let text = format!("Its source says that it is well again, after {minutes} min.");
        vec![(incident.id.clone(), Decision::Note { text }), (incident.id.clone(), WELL)]
    }

    fn open_again(&self, incident: &Incident) -> Option<(IncidentId, Decision)> {
        let ended = match incident.status {
            Status::Closed { at, .. } => at.unwrap_or(incident.updated_at),
            Status::Open => return None,
        };
        (!self.is_decided(incident, &Decision::Reopen, ended)).then(|| (incident.id.clone(), Decision::Reopen))
    }

    /// Whether dogwatch has decided this since then, whatever became of it: it does not insist.
    fn is_decided(&self, incident: &Incident, decision: &Decision, since: DateTime<Utc>) -> bool {
        let same = |entry: &Entry| {
            entry.incident == incident.id
                && entry.decision == *decision
                && entry.is_unattended()
                && entry.deed.at >= since
        };
        self.journal.entries().iter().any(same)
    }

    /// Whether a tracker holds it, or will: a signal that nobody has filed is its source's alone.
    fn is_held(&self, incident: &Incident) -> bool {
        incident.number > 0 || self.setup.files_into.is_local() || self.journal.pending(&incident.id).next().is_some()
    }

    fn decide_unattended(&mut self, wanted: Vec<(IncidentId, Decision)>) -> Decided {
        let deed = Deed { by: Some(Clean::line(UNATTENDED)), at: self.now };
        let mut entries: Vec<Entry> = Vec::new();
        for (id, mut decision) in wanted {
            if let Decision::Escalate(asking) = &mut decision {
                let files = |entry: &&Entry| entry.incident == id && is_new(entry);
                asking.filed_by = entries.iter().find(files).map(|entry| entry.op.clone());
            }
            entries.extend(self.decided(id, decision, deed.clone()));
        }
        self.record_unasked(entries)
    }

    /// An act of its own; none where no tracker takes it.
    fn decided(&mut self, id: IncidentId, decision: Decision, deed: Deed) -> Option<Entry> {
        let op = self.ids.next(self.now.timestamp_millis());
        let source = self.tracked_by(&id);
        let host = self.setup.routes.get(&source).cloned()?;
        let base = self.incident(&id).map(Base::of).unwrap_or_default();
        Some(Entry { source, host, ..Entry::decided(op, id, decision, deed, base) })
    }

    fn record_unasked(&mut self, entries: Vec<Entry>) -> Decided {
        if entries.is_empty() { Decided::default() } else { self.record(entries, Vec::new()) }
    }
}
