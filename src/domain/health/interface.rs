//! A changed interface that nobody released: told when two whole lists say
//! the same, as one incident for all that changed together.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::QUIET;
use super::signal::{Cause, Fingerprint, Signal, Span};
use crate::domain::drift::Impact;
use crate::domain::id::SourceId;
use crate::domain::probe::Level;
use crate::domain::text::Clean;

/// How long after the first list the second one may confirm it.
pub const CONFIRMED_AFTER: TimeDelta = TimeDelta::seconds(30);
/// The most differences that are remembered of one list.
const MOST: usize = 500;
/// The most differences that are shown of one list.
const SHOWN: usize = 40;

/// Whether callers were told of a change, and for which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Nobody told them, or it came before its day.
    None,
    /// It came on the day that they were told, or later.
    Kept,
}

/// One difference between a list of tools and its baseline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The tool as the baseline calls it; not cleaned.
    pub tool: String,
    /// The word for what happened.
    pub change: String,
    /// Where in the tool, as a JSON Pointer; not cleaned.
    pub path: String,
    /// The canonical hash of what is there now.
    pub hash: String,
    /// What it means for callers.
    pub impact: Impact,
    /// Whether callers were told.
    pub notice: Notice,
    /// For people: old and new; empty where nothing stood before and nothing does now.
    pub text: Clean,
}

impl Drift {
    /// The place and the word, without the new value: the same while it goes on changing.
    fn key(&self) -> String {
        Fingerprint::of([self.tool.as_str(), &self.change, &self.path]).short().to_owned()
    }
}

/// What changed together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Group {
    signal: Signal,
    keys: BTreeSet<String>,
    lines: Vec<Clean>,
    /// How many there were, shown or not.
    count: usize,
    gone_since: Option<DateTime<Utc>>,
}

/// What is known of the drift of one server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Interface {
    groups: Vec<Group>,
    /// Breaking, seen, and not confirmed yet.
    pending: BTreeMap<String, DateTime<Utc>>,
}

impl Interface {
    /// What is open.
    pub fn signals(&self) -> impl Iterator<Item = &Signal> {
        self.groups.iter().map(|group| &group.signal)
    }

    /// What changed, a line each, and how many changes there were in all; none if no such signal is open.
    pub fn lines(&self, fingerprint: &Fingerprint) -> Option<(&[Clean], usize)> {
        let group = self.groups.iter().find(|group| group.signal.fingerprint == *fingerprint)?;
        Some((&group.lines, group.count))
    }

    /// When the list is to be read again to settle something; none if nothing is unsettled.
    pub fn list_due(&self) -> Option<DateTime<Utc>> {
        let confirms = self.pending.values().map(|first| *first + CONFIRMED_AFTER + CONFIRMED_AFTER / 2);
        let reverts = self.groups.iter().filter_map(|group| Some(group.gone_since? + QUIET));
        confirms.chain(reverts).min()
    }

    /// Takes a whole list's differences; what is new and confirmed, and what has been gone for long enough.
    pub(super) fn take(&mut self, id: &SourceId, at: DateTime<Utc>, seen: &[Drift]) -> (Option<Signal>, Vec<Signal>) {
        let closed = self.look(at, seen);
        let breaking = breaking(seen);
        let due = |key: &&String| self.pending.get(*key).is_some_and(|first| at - *first >= CONFIRMED_AFTER);
        let confirmed: BTreeSet<String> = breaking.keys().filter(due).cloned().collect();
        if confirmed.is_empty() {
            return (None, closed);
        }
        let since = confirmed.iter().filter_map(|key| self.pending.remove(key)).min().unwrap_or(at);
        let entries: Vec<&Drift> = confirmed.iter().filter_map(|key| breaking.get(key).copied()).collect();
        let signal = opened(id, &entries, Span { since, at });
        let others = seen.iter().filter(|drift| drift.impact != Impact::Breaking);
        let count = breaking.len() + others.clone().count();
        let lines = entries.iter().copied().chain(others).take(SHOWN).map(line).collect();
        self.groups.push(Group { signal: signal.clone(), keys: confirmed, lines, count, gone_since: None });
        (Some(signal), closed)
    }

    /// Takes a whole list's differences and opens nothing; what has been gone for long enough.
    pub(super) fn look(&mut self, at: DateTime<Utc>, seen: &[Drift]) -> Vec<Signal> {
        let mut present = breaking(seen);
        let mut closed = Vec::new();
        let mut full = false;
        self.groups.retain_mut(|group| {
            if group.keys.iter().any(|key| present.contains_key(key)) {
                group.gone_since = None;
                group.signal.last = at;
            } else if at - *group.gone_since.get_or_insert(at) >= QUIET {
                closed.push(group.signal.clone());
                return false;
            }
            full |= group.keys.len() == MOST;
            true
        });
        present.retain(|key, _| !full && !self.groups.iter().any(|group| group.keys.contains(key)));
        self.pending.retain(|key, _| present.contains_key(key));
        for key in present.into_keys() {
            self.pending.entry(key).or_insert(at);
        }
        closed
    }

    /// The list of now is the baseline: everything that was open is settled.
    pub(super) fn accept(&mut self) -> Vec<Signal> {
        self.pending.clear();
        std::mem::take(&mut self.groups).into_iter().map(|group| group.signal).collect()
    }

    /// What was seen once is to be seen twice anew.
    pub(super) fn forget_pending(&mut self) {
        self.pending.clear();
    }
}

/// The breaking ones by key: the first few, in an order that does not depend on the list's.
fn breaking(seen: &[Drift]) -> BTreeMap<String, &Drift> {
    let breaking = seen.iter().filter(|drift| drift.impact == Impact::Breaking);
    let mut all: BTreeMap<String, &Drift> = breaking.map(|drift| (drift.key(), drift)).collect();
    while all.len() > MOST {
        all.pop_last();
    }
    all
}

fn opened(id: &SourceId, entries: &[&Drift], span: Span) -> Signal {
    let mut sorted = entries.to_vec();
    sorted.sort_by(|one, other| (&one.tool, &one.path, &one.change).cmp(&(&other.tool, &other.path, &other.change)));
    let each = sorted.iter().flat_map(|drift| [drift.tool.as_str(), &drift.change, &drift.path, &drift.hash]);
    let fingerprint = Fingerprint::of(["mcp", id.as_str(), Cause::Drift.word()].into_iter().chain(each));
    let first = sorted.first().map(|drift| Clean::line(&drift.tool)).unwrap_or_default();
    let tools: BTreeSet<&str> = sorted.iter().map(|drift| drift.tool.as_str()).collect();
    let more = if tools.len() > 1 { format!(" and {} more", tools.len() - 1) } else { String::new() };
    let announced = entries.iter().all(|drift| drift.notice == Notice::Kept);
    let (cause, title) = if announced {
        (Cause::Announced, format!("mcp {id}: {first}{more} went as announced; release the new list"))
    } else {
        (Cause::Drift, format!("mcp {id}: breaking change of {first}{more}"))
    };
    let mut signal = Signal::bare(fingerprint, id.clone(), Clean::line(&title), cause, span);
    signal.level = Some(Level::Tools);
    signal
}

fn line(drift: &Drift) -> Clean {
    let told = if drift.notice == Notice::Kept { "announced" } else { "" };
    let words = [told, drift.impact.word(), drift.tool.as_str(), &drift.path, &drift.change, drift.text.as_str()];
    Clean::line(&words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
}
