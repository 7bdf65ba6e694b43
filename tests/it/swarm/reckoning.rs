//! In the evening: one open issue for each cause, and everything that was
//! decided is on it, once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use dogwatch::domain::decision::Decision;
use dogwatch::domain::journal::{Entry, State};

use super::crew::{Crew, incidents};
use super::field::Field;
use crate::github::{Issue, What};

/// What the test proves is worth as much as these.
#[derive(Debug, Default)]
pub struct Figures {
    pub kills: u64,
    decided: u64,
    filed: usize,
    pub duplicates: usize,
    pub acks: usize,
    faults: usize,
    requests: usize,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kills, decided, filed, duplicates, acks, faults, requests } = self;
        write!(
            f,
            "{kills} kills, {faults} of {requests} requests failed; {filed} issues filed, {duplicates} of them "
        )?;
        write!(f, "for a cause that had one; {decided} decisions, {acks} acks done")
    }
}

pub fn of(crew: &Crew, field: &Field) -> Figures {
    let issues = crew.issues();
    let by_print = by_fingerprint(&issues);
    let causes: BTreeSet<String> = by_print.values().map(|same| source(same[0])).collect();
    assert_eq!(causes, field.failing(), "each endpoint that fails has issues, and no other");
    assert_eq!(by_print.len(), causes.len(), "one fingerprint for each cause: {:#?}", by_print.keys());
    let mut standing = BTreeMap::new();
    for (print, same) in &by_print {
        let first = one_is_open(crew, print, same);
        standing.extend(same.iter().map(|issue| (issue.number, first)));
    }
    nothing_came_twice(crew);
    let acks = decisions_are_where_they_belong(crew, &standing, &issues);
    queues_agree(crew, &by_print);
    let requests = crew.fake.requests();
    Figures {
        kills: crew.kills,
        decided: crew.decided,
        filed: issues.len(),
        duplicates: issues.len() - by_print.len(),
        acks,
        faults: requests.iter().filter(|request| request.fault.is_some()).count(),
        requests: requests.len(),
    }
}

fn by_fingerprint(issues: &[Issue]) -> BTreeMap<String, Vec<&Issue>> {
    let mut by_print: BTreeMap<String, Vec<&Issue>> = BTreeMap::new();
    for issue in issues {
        let print = word(issue, "fingerprint=");
        by_print.entry(print).or_default().push(issue);
    }
    by_print
}

/// A word of the hidden marker.
fn word(issue: &Issue, key: &str) -> String {
    let body = issue.body.as_deref().unwrap_or_default();
    let inside = body.split_once("<!-- dogwatch ").and_then(|(_, rest)| rest.split_once("-->"));
    let words = inside.map(|(inside, _)| inside.split_whitespace()).into_iter().flatten();
    let found = words.into_iter().find_map(|word| word.strip_prefix(key).map(str::to_owned));
    found.unwrap_or_else(|| panic!("no {key} in {issue:#?}"))
}

fn source(issue: &Issue) -> String {
    word(issue, "signal=").split(':').next().unwrap().to_owned()
}

/// The lowest number stands; the others are duplicates, closed once and for that reason.
///
/// Of the first, or of another that is a duplicate itself: lists lag, here as on GitHub, while what a machine has filed
/// it knows at once. Of two by itself it closes the later before any list shows it a third, which came before both.
/// From duplicate to earlier duplicate it goes down to the first, which alone stays open.
fn one_is_open(crew: &Crew, print: &str, same: &[&Issue]) -> u64 {
    let first = same.iter().min_by_key(|issue| issue.number).unwrap();
    for issue in same {
        let happened: Vec<What> = crew.fake.events(issue.number).into_iter().map(|event| event.what).collect();
        let said = || format!("{print}: {issue:#?} of {:?}: {happened:#?}", numbers(same));
        let closed = happened.iter().filter(|what| matches!(what, What::Closed(_))).count();
        if issue.number == first.number {
            assert!(issue.is_open() && closed == 0, "the first is never closed: {}", said());
            continue;
        }
        assert!(!issue.is_open(), "there is a second open one: {}", said());
        assert_eq!(issue.state_reason.as_deref(), Some("duplicate"), "{}", said());
        assert_eq!(closed, 1, "{}", said());
        let earlier = |one: &&&Issue| one.number < issue.number && happened.contains(&What::MarkedAsDuplicate(one.id));
        assert!(same.iter().any(|one| earlier(&one)), "of none that came before it: {}", said());
    }
    first.number
}

fn numbers(issues: &[&Issue]) -> Vec<u64> {
    issues.iter().map(|issue| issue.number).collect()
}

/// No text and no issue is there twice for one operation.
fn nothing_came_twice(crew: &Crew) {
    let mut seen = BTreeMap::new();
    for write in crew.fake.writes() {
        if let Some(op) = write.op.clone()
            && let Some(before) = seen.insert(op, write.clone())
        {
            panic!("one operation, two effects: {before:#?} {write:#?}");
        }
    }
}

/// Every decision has an answer; what is done is on the issue that stands for the cause.
fn decisions_are_where_they_belong(crew: &Crew, standing: &BTreeMap<u64, u64>, issues: &[Issue]) -> usize {
    let mut acks = 0;
    let acked = |number: u64| issues.iter().any(|issue| issue.number == number && issue.has_label("ack"));
    for station in &crew.stations {
        let journal = station.journal();
        let open: Vec<&Entry> = journal.iter().filter(|entry| entry.state.is_unsettled()).collect();
        assert!(open.is_empty(), "not settled: {open:#?}");
        for entry in journal.iter().filter(|entry| entry.state == State::Done) {
            let Some((_, number)) = entry.incident.issue() else { panic!("done and not filed: {entry:#?}") };
            let stands = standing[&number];
            if let Decision::Ack { .. } = entry.decision {
                acks += 1;
                assert!(acked(stands), "an ack is lost, #{stands} stands: {entry:#?}");
            }
            let on = |one: u64| crew.fake.comments(one).iter().any(|comment| comment.body.contains(entry.op.as_str()));
            if let Decision::Note { .. } = entry.decision {
                assert!(on(number), "a note is lost: {entry:#?}");
            }
        }
    }
    acks
}

/// All machines show the same: each cause once, under its signal's name.
fn queues_agree(crew: &Crew, by_print: &BTreeMap<String, Vec<&Issue>>) {
    let shown = |queue: &serde_json::Value| -> BTreeMap<String, String> {
        let row = |row: &serde_json::Value| {
            assert_eq!(row["pending"], serde_json::json!([]), "{row:#}");
            let what = format!("{} {} {}", row["state"], row["url"], row["acked_by"]);
            (row["id"].as_str().unwrap().to_owned(), what)
        };
        incidents(queue).map(row).collect()
    };
    let queues: Vec<BTreeMap<String, String>> = crew.queues().iter().map(shown).collect();
    let ids: BTreeSet<String> = by_print.values().map(|same| word(same[0], "signal=")).collect();
    assert_eq!(queues[0].keys().cloned().collect::<BTreeSet<_>>(), ids);
    for (at, queue) in queues.iter().enumerate() {
        let differs: Vec<_> = queue.iter().filter(|(id, row)| queues[0].get(*id) != Some(row)).collect();
        let there: Vec<_> = differs.iter().filter_map(|(id, _)| queues[0].get(*id)).collect();
        assert!(
            differs.is_empty() && queue.len() == queues[0].len(),
            "machine {at}: {differs:#?} instead of {there:#?}"
        );
    }
}
