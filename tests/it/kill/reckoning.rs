//! In the evening: what was decided against what the server did.
//!
//! The decisions that are done, played in their order on the issues of the
//! morning, give every change that the server may have seen, one by one. The
//! server's own record must be the same: a change more, one less, or two in
//! the wrong order, and a promise is broken.

use std::collections::{BTreeMap, BTreeSet};

use dogwatch::domain::decision::{Decision, Over};
use dogwatch::domain::id::OpId;
use dogwatch::domain::incident::CloseReason;
use dogwatch::domain::journal::{Entry, State};
use dogwatch::domain::text::Clean;
use serde_json::Value;

use super::day::Figures;
use crate::github::{Fake, What};

/// What changes independently of the rest: changes of one issue in one aspect have an order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Aspect {
    Open,
    Assignees,
    Label(String),
}

type Changes<T> = BTreeMap<(u64, Aspect), Vec<T>>;

/// What a decision that is done did to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    This(What),
    /// Both or neither: an ack over one that its operator took for void is given anew, unless it was not void.
    Renewed(What, What),
}

/// The issues as the decisions make them.
#[derive(Default)]
struct Ledger {
    has: BTreeSet<(u64, What)>,
    closed: BTreeSet<u64>,
    changes: Changes<Step>,
    /// Ops whose text must be there once.
    texts: BTreeMap<OpId, usize>,
}

pub fn of(seed: u64, journal: &[Entry], told: &BTreeMap<OpId, String>, fake: &Fake, figures: &mut Figures) {
    let mut ledger = Ledger::default();
    let mut ops = BTreeSet::new();
    for entry in journal {
        assert!(ops.insert(entry.op.clone()), "seed {seed}: twice in the journal: {entry:#?}");
        figures.decided += 1;
        figures.resent += u64::from(entry.attempts > 1);
        match entry.state {
            State::Done => {
                figures.done += 1;
                ledger.play(entry);
            }
            State::Cancelled => figures.taken_back += 1,
            State::Refused | State::Conflict => {
                figures.refused += 1;
                let reason = entry.reason.as_ref().map_or("", |reason| reason.as_str());
                // Nobody else is at work, so nothing else can be refused.
                assert_eq!(reason, "already sent, cannot be taken back", "seed {seed}: {entry:#?}");
            }
            State::Deciding | State::Queued | State::Sending { .. } | State::Unknown { .. } | State::Asking => {
                panic!("seed {seed}: not settled: {entry:#?}");
            }
        }
    }
    answers_held(seed, journal, told);
    let (changes, texts) = found(fake);
    assert_eq!(texts, ledger.texts, "seed {seed}: texts by their operations");
    for key in changes.keys().chain(ledger.changes.keys()) {
        let (there, decided) = (changes.get(key), ledger.changes.get(key));
        let even = comes_of(there.map_or(&[], Vec::as_slice), decided.map_or(&[], Vec::as_slice));
        let of_issue: Vec<String> = journal.iter().filter(|entry| about(entry, key.0)).map(line).collect();
        let of_issue = of_issue.join("\n");
        assert!(even, "seed {seed}: {key:?}: on the server {there:?}, by decision {decided:?}:\n{of_issue}");
    }
}

/// Whether these changes come of these steps, each once and in their order.
fn comes_of(changes: &[What], steps: &[Step]) -> bool {
    match steps.split_first() {
        None => changes.is_empty(),
        Some((Step::This(what), rest)) => changes.first() == Some(what) && comes_of(&changes[1..], rest),
        Some((Step::Renewed(off, on), rest)) => {
            comes_of(changes, rest)
                || (changes.starts_with(&[off.clone(), on.clone()]) && comes_of(&changes[2..], rest))
        }
    }
}

/// What the program shows afterwards is what the server has.
pub fn of_queue(seed: u64, queue: &Value, journal: &[Entry], fake: &Fake) {
    let shown = queue["incidents"].as_array().unwrap();
    for issue in fake.home().issues() {
        let id = format!("api#{}", issue.number);
        let row = shown.iter().find(|row| row["id"] == id.as_str()).unwrap_or_else(|| panic!("seed {seed}: no {id}"));
        let decided: Vec<String> = journal.iter().filter(|entry| about(entry, issue.number)).map(line).collect();
        let said = format!("seed {seed}: shown {row:#}, there {issue:#?}, decided:\n{}", decided.join("\n"));
        assert_eq!(row["pending"], Value::Array(Vec::new()), "{said}");
        assert_eq!(row["state"] == "closed", !issue.is_open(), "{said}");
        let assignee = issue.assignees.first().map_or(Value::Null, |one| Value::from(one.as_str()));
        assert_eq!(row["assignee"], assignee, "{said}");
        let sorted = |labels: &mut Vec<String>| labels.sort();
        let mut labels: Vec<String> = serde_json::from_value(row["labels"].clone()).unwrap();
        let mut has = issue.labels.clone();
        sorted(&mut labels);
        sorted(&mut has);
        assert_eq!(labels, has, "{said}");
    }
    assert_eq!(shown.len(), fake.home().issues().len(), "seed {seed}: {queue}");
}

/// What was answered holds: an operation that was named is on disk, and what was called done stays so.
fn answers_held(seed: u64, journal: &[Entry], told: &BTreeMap<OpId, String>) {
    for (op, outcome) in told {
        let entry = journal.iter().find(|entry| entry.op == *op);
        let entry = entry.unwrap_or_else(|| panic!("seed {seed}: {op} was answered ({outcome}) and is not on disk"));
        let ended = entry.state.outcome();
        let holds = matches!(outcome.as_str(), "pending" | "unknown") || outcome == ended;
        assert!(holds, "seed {seed}: {op} was {outcome} and ended {ended}: {entry:#?}");
    }
}

/// What took effect on the server, and how often each operation's text did.
fn found(fake: &Fake) -> (Changes<What>, BTreeMap<OpId, usize>) {
    let (mut changes, mut texts) = (Changes::<What>::new(), BTreeMap::new());
    for write in fake.writes() {
        let aspect = match &write.what {
            What::Created(_) | What::Commented(_) | What::CommentChanged(_) => {
                let op = write.op.clone().unwrap_or_else(|| panic!("a text without its operation: {write:?}"));
                *texts.entry(OpId::from(op.as_str())).or_default() += 1;
                continue;
            }
            What::Labeled(name) | What::Unlabeled(name) => Aspect::Label(name.clone()),
            What::Assigned(_) | What::Unassigned(_) => Aspect::Assignees,
            What::Closed(_) | What::Reopened => Aspect::Open,
            What::Renamed { .. } | What::Rewritten | What::MarkedAsDuplicate(_) => panic!("nobody decided {write:?}"),
        };
        changes.entry((write.number, aspect)).or_default().push(write.what);
    }
    (changes, texts)
}

impl Ledger {
    fn assign(&mut self, number: u64, to: Option<&Clean>, from: &[Clean]) {
        if let Some(to) = to {
            let on = What::Assigned(to.to_string());
            self.put(number, Aspect::Assignees, on);
        }
        for old in from.iter().filter(|old| Some(*old) != to) {
            let (on, off) = (What::Assigned(old.to_string()), What::Unassigned(old.to_string()));
            self.take(number, Aspect::Assignees, &on, off);
        }
    }

    fn play(&mut self, entry: &Entry) {
        let (_, number) = entry.incident.issue().unwrap_or_else(|| panic!("done and never filed: {entry:#?}"));
        match &entry.decision {
            Decision::Ack { over } => {
                let on = What::Labeled("ack".to_owned());
                if *over == Over::VoidAck && self.has.contains(&(number, on.clone())) {
                    let renewed = Step::Renewed(What::Unlabeled("ack".to_owned()), on);
                    self.changes.entry((number, Aspect::Label("ack".to_owned()))).or_default().push(renewed);
                }
                self.label(number, "ack");
            }
            Decision::Unack => self.unlabel(number, "ack"),
            Decision::Assign { to, from } => self.assign(number, to.as_ref(), from),
            Decision::Escalate(asking) => {
                self.text(&entry.op);
                self.assign(number, asking.to.as_ref(), &asking.from);
            }
            Decision::Close { reason } => {
                if self.closed.insert(number) {
                    let what = What::Closed(word(*reason).to_owned());
                    self.changes.entry((number, Aspect::Open)).or_default().push(Step::This(what));
                }
            }
            Decision::Reopen => {
                if self.closed.remove(&number) {
                    self.changes.entry((number, Aspect::Open)).or_default().push(Step::This(What::Reopened));
                }
            }
            Decision::Snooze { .. } => {
                self.label(number, "snoozed");
                self.text(&entry.op);
            }
            Decision::Wake => self.unlabel(number, "snoozed"),
            Decision::Note { .. } | Decision::Runbook(_) => self.text(&entry.op),
            Decision::Post(_) => {}
            Decision::Severity { to, from } => {
                if let Some(to) = to {
                    self.label(number, to);
                }
                for old in from.iter().filter(|old| Some(old.as_str()) != to.as_deref()) {
                    self.unlabel(number, old.as_str());
                }
            }
            Decision::New { labels, .. } => {
                self.text(&entry.op);
                for label in labels {
                    self.label(number, label);
                }
            }
            Decision::Kind { .. } | Decision::Merge { .. } | Decision::Retract { .. } | Decision::Recall(_) => {
                panic!("nobody decided {entry:#?}")
            }
        }
    }

    fn text(&mut self, op: &OpId) {
        *self.texts.entry(op.clone()).or_default() += 1;
    }

    fn label(&mut self, number: u64, name: &str) {
        self.put(number, Aspect::Label(name.to_owned()), What::Labeled(name.to_owned()));
    }

    fn unlabel(&mut self, number: u64, name: &str) {
        let (on, off) = (What::Labeled(name.to_owned()), What::Unlabeled(name.to_owned()));
        self.take(number, Aspect::Label(name.to_owned()), &on, off);
    }

    fn put(&mut self, number: u64, aspect: Aspect, on: What) {
        if self.has.insert((number, on.clone())) {
            self.changes.entry((number, aspect)).or_default().push(Step::This(on));
        }
    }

    fn take(&mut self, number: u64, aspect: Aspect, on: &What, off: What) {
        if self.has.remove(&(number, on.clone())) {
            self.changes.entry((number, aspect)).or_default().push(Step::This(off));
        }
    }
}

fn word(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Completed | CloseReason::Recovered | CloseReason::Fixed => "completed",
        CloseReason::NotPlanned
        | CloseReason::Expected
        | CloseReason::Flaky
        | CloseReason::Invalid
        | CloseReason::WontFix => "not_planned",
        CloseReason::Duplicate => "duplicate",
    }
}

fn about(entry: &Entry, number: u64) -> bool {
    entry.incident.issue().is_some_and(|(_, one)| one == number)
}

fn line(entry: &Entry) -> String {
    let Entry { op, decision, deed, sent_at, settled_at, state, attempts, reason, .. } = entry;
    let at = deed.at;
    format!("  {op} {decision:?} {at} sent {sent_at:?} {state:?} {settled_at:?} after {attempts}: {reason:?}")
}
