//! What the operator has decided, in the order they decided it.
//!
//! The journal is the promise that a keypress is never lost and never done
//! twice. An entry is on disk before it is sent anywhere; it stays until the
//! tracker has answered; entries for one incident go out one at a time, in the
//! operator's order; and what may have been done already is looked up before
//! it is sent again.

mod entry;
mod pace;
mod sharing;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

pub use entry::{Absent, Attempt, Consent, Entry, Outcome, Seen, State};
pub use pace::Host;

use super::decision::{Decision, Over};
use super::id::{IncidentId, OpId, SourceId};
use super::runbook::run::Comment;
use super::text::Clean;

/// A close that has waited this long is no longer sent without asking.
pub const ASK_AFTER: TimeDelta = TimeDelta::minutes(15);

/// Who decides what nobody decided: filing by policy, closing what has recovered.
pub const UNATTENDED: &str = "dogwatch";

/// How the sender treats one host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Between two writes.
    pub pace: TimeDelta,
    /// After an unknown outcome, before "it is not there" is believed: the
    /// tracker may still be working on it (GitHub cuts a request after 10 s).
    pub settle: TimeDelta,
}

impl Default for Rules {
    fn default() -> Self {
        Self { pace: TimeDelta::milliseconds(1100), settle: TimeDelta::seconds(10) }
    }
}

/// Whether this process may send. One at a time does, of all that share a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lease {
    /// This process sends.
    Held,
    /// Another one does, or nobody.
    #[default]
    Elsewhere,
}

/// What the sender is to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Keep this on disk, then send it. The entry is already marked as sending.
    Send {
        /// The entry as it is to be kept.
        entry: Box<Entry>,
        /// Whether it may have been done already.
        attempt: Attempt,
    },
    /// Keep this on disk; nothing is sent.
    Keep(Box<Entry>),
}

/// The decisions of this store that matter now, in the operator's order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Journal {
    entries: Vec<Entry>,
    hosts: BTreeMap<String, Host>,
    lease: Lease,
    rules: Rules,
}

impl Journal {
    /// An empty journal.
    pub fn new(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// Every entry that is remembered, oldest first; what has not reached the disk comes last.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry with this id.
    pub fn entry(&self, op: &OpId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.op == *op)
    }

    /// Whether this process sends.
    pub fn lease(&self) -> Lease {
        self.lease
    }

    /// How a host stands with us.
    pub fn host(&self, name: &str) -> Option<&Host> {
        self.hosts.get(name)
    }

    /// Entries that the tracker has not answered for good, oldest first.
    pub fn unsettled(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.state.is_unsettled())
    }

    /// Entries that the operator has to look at: refused, in conflict, or asking again.
    pub fn complaints(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.state.is_complaint())
    }

    /// Unsettled entries for this incident, oldest first.
    pub fn pending<'a>(&'a self, incident: &'a IncidentId) -> impl Iterator<Item = &'a Entry> {
        self.unsettled().filter(move |entry| entry.incident == *incident)
    }

    /// Takes up a decision that is not on disk yet: nothing is sent before [`Self::recorded`].
    pub fn decide(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// These are safe on disk, with their place in the order.
    pub fn recorded(&mut self, places: &[(OpId, u64)]) {
        for (op, seq) in places {
            if let Some(entry) = self.entry_mut(op)
                && entry.state == State::Deciding
            {
                entry.state = State::Queued;
                entry.seq = *seq;
            }
        }
        self.sort();
    }

    /// These could not be kept, so they were never decided.
    pub fn not_recorded(&mut self, ops: &[OpId]) {
        self.entries.retain(|entry| !(entry.state == State::Deciding && ops.contains(&entry.op)));
    }

    /// This process is now the one that sends. Whoever sent before may have
    /// died in the middle: what it was sending may have been done.
    pub fn take_lease(&mut self, now: DateTime<Utc>) {
        self.lease = Lease::Held;
        self.entries.iter_mut().for_each(|entry| entry.orphan(now));
        for entry in &self.entries {
            if let Some(at) = entry.sent_at {
                self.hosts.entry(entry.host.clone()).or_default().wrote(at, entry.decision.writes(), now);
            }
        }
    }

    /// Another process sends from now on.
    pub fn lose_lease(&mut self) {
        self.lease = Lease::Elsewhere;
    }

    /// What to do now, and when to ask again; nothing while another process
    /// sends. Every [`Step::Send`] is marked here as being sent, so that
    /// asking twice never sends twice.
    pub fn next(&mut self, now: DateTime<Utc>) -> (Vec<Step>, Option<DateTime<Utc>>) {
        if self.lease == Lease::Elsewhere {
            return (Vec::new(), None);
        }
        let mut steps = self.follow_the_filed();
        steps.extend(self.cancel_pairs(now));
        steps.extend(self.tell_runs_once(now));
        steps.extend(self.ask_about_stale_closes(now));
        let mut alarm: Option<DateTime<Utc>> = None;
        for op in self.heads(now) {
            let Some(entry) = self.entry(&op) else { continue };
            let ready = self.ready_at(entry, now);
            if ready <= now {
                steps.extend(self.begin(&op, now));
            } else {
                alarm = Some(alarm.map_or(ready, |earlier| earlier.min(ready)));
            }
        }
        (steps, alarm)
    }

    /// The tracker has answered. Returns what is to be kept on disk.
    pub fn settled(&mut self, op: &OpId, outcome: &Outcome, now: DateTime<Utc>) -> Vec<Step> {
        let Some(rules) = self.entry(op).map(|entry| self.rules_for(&entry.host)) else { return Vec::new() };
        let Some(entry) = self.entry_mut(op) else { return Vec::new() };
        if !entry.state.is_unsettled() {
            return Vec::new();
        }
        entry.settle(outcome, now, rules);
        let settled = entry.clone();
        let host = self.hosts.entry(settled.host.clone()).or_default();
        host.answered(outcome, now, rules);
        let mut keep = vec![Step::Keep(Box::new(settled.clone()))];
        if let Outcome::Done { filed: Some(id), .. } = outcome {
            keep.extend(self.rebind(&settled.incident, id));
        }
        keep
    }

    /// The operator says yes to a close that asked again.
    pub fn consent(&mut self, op: &OpId, now: DateTime<Utc>) -> Option<Step> {
        let entry = self.entry_mut(op).filter(|entry| entry.state == State::Asking)?;
        entry.consent = Consent::Given { at: now };
        entry.state = State::Queued;
        entry.reason = None;
        Some(Step::Keep(Box::new(entry.clone())))
    }

    /// The operator has seen a refusal, or drops a close that asked again.
    pub fn dismiss(&mut self, op: &OpId, now: DateTime<Utc>) -> Option<Step> {
        let entry = self.entry_mut(op).filter(|entry| entry.state.is_complaint())?;
        if entry.state == State::Asking {
            entry.state = State::Cancelled;
            entry.reason = Some(Clean::line("dropped by the operator"));
            entry.settled_at = Some(now);
        }
        entry.seen = Seen::Yes;
        Some(Step::Keep(Box::new(entry.clone())))
    }

    /// The operator has decided anew about an incident: what was refused
    /// before is put away, and a close that asked again is dropped.
    pub fn decided_anew(&mut self, op: &OpId, now: DateTime<Utc>) -> Vec<Step> {
        let Some((incident, seq)) = self.entry(op).map(|entry| (entry.incident.clone(), entry.seq)) else {
            return Vec::new();
        };
        let earlier = |entry: &&Entry| entry.incident == incident && entry.seq < seq && entry.is_unseen_complaint();
        let waiting: Vec<OpId> = self.entries.iter().filter(earlier).map(|entry| entry.op.clone()).collect();
        waiting.iter().filter_map(|op| self.dismiss(op, now)).collect()
    }

    /// The decisions that undo an act, newest first; empty where nothing can.
    /// A note that may have been sent stays. What closing took from the
    /// operator's own ack, reopening gives back.
    pub fn undoing(&self, batch: &OpId) -> Vec<(IncidentId, Decision)> {
        let sent_note = |entry: &Entry| matches!(entry.decision, Decision::Note { .. }) && entry.attempts > 0;
        let undone = |entry: &&Entry| entry.batch == *batch && !entry.state.came_to_nothing() && !sent_note(entry);
        let mut undo = Vec::new();
        for entry in self.entries.iter().rev().filter(undone) {
            let closed = matches!(entry.decision, Decision::Close { .. } | Decision::Merge { .. });
            let inverse = entry.decision.inverse(&entry.op, &entry.base);
            undo.extend(inverse.map(|inverse| (entry.incident.clone(), inverse)));
            // Who is asked is woken for it; what has not been sent has woken nobody.
            let woke = matches!(entry.decision, Decision::Escalate(_)) && entry.attempts > 0;
            if let Some(until) = entry.base.snoozed_until.filter(|_| woke) {
                undo.push((entry.incident.clone(), Decision::Snooze { until }));
            }
            if closed && entry.base.acked_by.is_some() && entry.base.acked_by == entry.deed.by {
                undo.push((entry.incident.clone(), Decision::Ack { over: Over::VoidAck }));
            }
        }
        undo
    }

    /// Forgets what was settled and seen before this time.
    pub fn forget_before(&mut self, time: DateTime<Utc>) {
        self.entries.retain(|entry| {
            entry.state.is_unsettled() || entry.is_unseen_complaint() || entry.settled_at.is_none_or(|at| at >= time)
        });
    }

    /// The embedded tracker needs no mercy.
    fn rules_for(&self, host: &str) -> Rules {
        if host == SourceId::LOCAL { Rules { pace: TimeDelta::zero(), settle: TimeDelta::zero() } } else { self.rules }
    }

    fn entry_mut(&mut self, op: &OpId) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.op == *op)
    }

    fn sort(&mut self) {
        self.entries.sort_by_key(|entry| (entry.state == State::Deciding, entry.seq));
    }

    /// The first waiting entry of each incident, at most one per host (what a
    /// person waits for first, then the oldest that is ready): a host gets one
    /// write at a time.
    fn heads(&self, now: DateTime<Utc>) -> Vec<OpId> {
        let mut incidents: BTreeSet<&IncidentId> = BTreeSet::new();
        let mut by_host: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        let of_people = self.entries.iter().filter(|entry| entry.state.holds_its_place() && !entry.is_unattended());
        let awaited: BTreeSet<&IncidentId> = of_people.map(|entry| &entry.incident).collect();
        for entry in self.entries.iter().filter(|entry| entry.state.holds_its_place()) {
            if incidents.insert(&entry.incident) {
                by_host.entry(&entry.host).or_default().push(entry);
            }
        }
        by_host
            .into_values()
            .filter(|entries| !entries.iter().any(|entry| entry.is_sending()))
            .filter_map(|entries| {
                let rank =
                    |entry: &&Entry| (entry.not_before.max(Some(now)), !awaited.contains(&entry.incident), entry.seq);
                entries.into_iter().min_by_key(rank)
            })
            .map(|entry| entry.op.clone())
            .collect()
    }

    /// When this entry may be sent.
    fn ready_at(&self, entry: &Entry, now: DateTime<Utc>) -> DateTime<Utc> {
        let host = self.hosts.get(&entry.host).cloned().unwrap_or_default();
        let not_before = entry.not_before.filter(|at| pace::is_within_reach(*at, now));
        host.free_at(entry.decision.writes(), now, self.rules_for(&entry.host)).max(not_before.unwrap_or(now))
    }

    fn begin(&mut self, op: &OpId, now: DateTime<Utc>) -> Option<Step> {
        let rules = self.entry(op).map(|entry| self.rules_for(&entry.host))?;
        let entry = self.entry_mut(op)?;
        let attempt = entry.begin(now, rules);
        let entry = Box::new(entry.clone());
        self.hosts.entry(entry.host.clone()).or_default().wrote(now, entry.decision.writes(), now);
        Some(Step::Send { entry, attempt })
    }

    /// A decision that is taken back before it was ever sent is not sent at all.
    fn cancel_pairs(&mut self, now: DateTime<Utc>) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some((first, second)) = self.pair() {
            for op in [first, second] {
                if let Some(entry) = self.entry_mut(&op) {
                    entry.state = State::Cancelled;
                    entry.settled_at = Some(now);
                    entry.reason = Some(Clean::line("taken back before it was sent"));
                    steps.push(Step::Keep(Box::new(entry.clone())));
                }
            }
        }
        steps
    }

    fn pair(&self) -> Option<(OpId, OpId)> {
        let unsent = |entry: &&Entry| entry.state == State::Queued && entry.attempts == 0;
        self.entries.iter().filter(unsent).find_map(|first| {
            let later = |entry: &&Entry| entry.seq > first.seq && entry.incident == first.incident;
            let inverse = first.decision.inverse(&first.op, &first.base)?;
            let mut rest = self.entries.iter().filter(later);
            // A note may be taken back past other decisions; the rest must follow each other.
            let second = if matches!(inverse, Decision::Retract { .. }) {
                rest.find(|entry| entry.decision == inverse)
            } else {
                rest.next().filter(|entry| entry.decision == inverse)
            }
            .filter(unsent)?;
            Some((first.op.clone(), second.op.clone()))
        })
    }

    /// Of one use of a runbook only the newest word is sent: it holds all of the earlier ones.
    fn tell_runs_once(&mut self, now: DateTime<Utc>) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some((earlier, later)) = self.overtaken() {
            let comment = self.entry(&earlier).and_then(|entry| entry.decision.report()).map(|report| report.comment);
            if let Some(entry) = self.entry_mut(&earlier) {
                entry.state = State::Cancelled;
                entry.settled_at = Some(now);
                entry.reason = Some(Clean::line("a later word of the same use holds it"));
                steps.push(Step::Keep(Box::new(entry.clone())));
            }
            if comment == Some(Comment::First)
                && let Some(entry) = self.entry_mut(&later)
                && let Decision::Runbook(report) = &mut entry.decision
            {
                report.comment = Comment::First;
                steps.push(Step::Keep(Box::new(entry.clone())));
            }
        }
        steps
    }

    fn overtaken(&self) -> Option<(OpId, OpId)> {
        let unsent = |entry: &&Entry| entry.state == State::Queued && entry.attempts == 0;
        let mut reports = self.entries.iter().filter(unsent).filter(|entry| entry.decision.report().is_some());
        reports.find_map(|first| {
            let run = &first.decision.report()?.run;
            let same = |entry: &&Entry| entry.decision.report().is_some_and(|report| report.run == *run);
            let later = |entry: &&Entry| entry.seq > first.seq && entry.incident == first.incident && unsent(entry);
            self.entries.iter().filter(later).find(same).map(|later| (first.op.clone(), later.op.clone()))
        })
    }

    fn ask_about_stale_closes(&mut self, now: DateTime<Utc>) -> Vec<Step> {
        let stale = |entry: &&mut Entry| entry.state == State::Queued && entry.is_stale_close(now);
        let ask = |entry: &mut Entry| {
            let minutes = (now - entry.deed.at).num_minutes();
            entry.ask(&format!("decided {minutes} min ago and not sent since; close it still?"));
            Step::Keep(Box::new(entry.clone()))
        };
        self.entries.iter_mut().filter(stale).map(ask).collect()
    }

    /// What waits for an incident goes to the one that stands for both; not
    /// what was decided about it as a closed one, nor what follows a wish to
    /// open it again. Returns what is to be kept on disk.
    pub fn move_over(&mut self, from: &IncidentId, to: &IncidentId) -> Vec<Step> {
        if self.pending(from).any(|entry| entry.decision == Decision::Reopen) {
            return Vec::new();
        }
        let waits = |entry: &&mut Entry| {
            entry.incident == *from
                && matches!(entry.state, State::Queued | State::Asking)
                && entry.attempts == 0
                && entry.base.closed.is_none()
                && !matches!(entry.decision, Decision::Merge { .. } | Decision::New { .. })
        };
        let moved = self.entries.iter_mut().filter(waits).map(|entry| {
            entry.incident = to.clone();
            Step::Keep(Box::new(entry.clone()))
        });
        moved.collect()
    }

    /// What was decided about an incident before it had a number goes to the filed one.
    fn rebind(&mut self, provisional: &IncidentId, filed: &IncidentId) -> Vec<Step> {
        let waits = |entry: &&mut Entry| entry.incident == *provisional;
        self.entries
            .iter_mut()
            .filter(waits)
            .map(|entry| {
                entry.incident = filed.clone();
                Step::Keep(Box::new(entry.clone()))
            })
            .collect()
    }
}
