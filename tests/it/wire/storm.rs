//! One decision after the other, while a third of everything goes wrong: each shows on the server exactly once.

use dogwatch::domain::decision::{Decision, apply};
use dogwatch::domain::incident::CloseReason;
use dogwatch::domain::journal::{Absent, Attempt, Entry, Outcome};

use super::{ACK, Desk, customs, line, now};
use crate::github::{Fake, Fault, Matcher, What};

/// What goes wrong; half of it after the server has acted.
const FAULTS: [Fault; 7] = [
    Fault::BadGatewayBefore,
    Fault::BadGatewayAfter,
    Fault::DropBefore,
    Fault::DropAfter,
    Fault::HalfBody,
    Fault::TooManyRequests { retry_after: Some(1) },
    Fault::Html,
];

/// Decides, and goes on as the journal would until there is an answer.
async fn settle(desk: &mut Desk, number: u64, decision: Decision) -> Outcome {
    let entry = desk.decide(number, decision);
    let outcome = answer(desk, &entry).await;
    if let Some(facts) = outcome.facts() {
        desk.watch.shelf.incidents.insert(number, facts.clone());
    }
    outcome
}

async fn answer(desk: &Desk, entry: &Entry) -> Outcome {
    let mut attempt = Attempt::First;
    for _ in 0..100 {
        match desk.send(entry, attempt).await {
            Outcome::NotSent { .. } | Outcome::Wait { .. } => {}
            Outcome::Unknown { .. } => attempt = Attempt::AfterUnknown { since: now(), absent: Absent::NotDone },
            settled @ (Outcome::Done { .. }
            | Outcome::Refused { .. }
            | Outcome::Conflict { .. }
            | Outcome::NotThereYet
            | Outcome::Ask { .. }) => return settled,
        }
    }
    panic!("no answer in a hundred attempts: {entry:?}");
}

/// A day's worth of decisions about one issue; each changes something.
fn day() -> Vec<(Decision, What)> {
    let until = "2030-01-02T03:04:05Z".parse().unwrap();
    let severity = |to: &str, from: &[&str]| Decision::Severity {
        to: Some(to.to_owned()),
        from: from.iter().map(|label| line(label)).collect(),
    };
    let note = |text: &str| (Decision::Note { text: text.to_owned() }, What::Commented(text.to_owned()));
    vec![
        (ACK, What::Labeled("ack".into())),
        note("first"),
        (Decision::Unack, What::Unlabeled("ack".into())),
        (ACK, What::Labeled("ack".into())),
        (severity("SEV1", &[]), What::Labeled("SEV1".into())),
        (severity("SEV2", &["SEV1"]), What::Labeled("SEV2".into())),
        (severity("SEV1", &["SEV2"]), What::Labeled("SEV1".into())),
        (Decision::Snooze { until }, What::Labeled("snoozed".into())),
        (Decision::Wake, What::Unlabeled("snoozed".into())),
        (Decision::Assign { to: Some(line("alice")), from: Vec::new() }, What::Assigned("alice".into())),
        (Decision::Assign { to: None, from: vec![line("alice")] }, What::Unassigned("alice".into())),
        (Decision::Assign { to: Some(line("alice")), from: Vec::new() }, What::Assigned("alice".into())),
        (Decision::Close { reason: CloseReason::Completed }, What::Closed("completed".into())),
        (Decision::Reopen, What::Reopened),
        note("second"),
        (Decision::Close { reason: CloseReason::Completed }, What::Closed("completed".into())),
        (Decision::Reopen, What::Reopened),
        (Decision::Unack, What::Unlabeled("ack".into())),
        (ACK, What::Labeled("ack".into())),
    ]
}

/// Comments bear a marker behind their text.
fn is_same(wrote: &What, wanted: &What) -> bool {
    match (wrote, wanted) {
        (What::Commented(text), What::Commented(start)) => text.starts_with(start.as_str()),
        (wrote, wanted) => wrote == wanted,
    }
}

#[tokio::test]
async fn whatever_fails_each_decision_is_on_the_server_exactly_once() {
    for seed in 0..12 {
        let fake = Fake::start();
        let number = fake.by("bob").open("loader hangs", &[]);
        let mut desk = Desk::new(&fake, "alice").await;
        fake.fail_randomly(seed, 330, &FAULTS);
        for (decision, _) in day() {
            let outcome = settle(&mut desk, number, decision.clone()).await;
            assert!(matches!(outcome, Outcome::Done { .. }), "{seed} {decision:?} {outcome:?}");
        }
        fake.heal();
        for (_, wanted) in day() {
            let times = day().iter().filter(|(_, other)| *other == wanted).count();
            assert_eq!(fake.count_writes(number, |wrote| is_same(wrote, &wanted)), times, "{seed} {wanted:?}");
        }
        let issue = fake.issue(number);
        assert_eq!((issue.is_open(), issue.assignees.as_slice()), (true, &["alice".to_owned()][..]), "{seed}");
        assert_eq!(issue.labels, ["SEV1", "ack"], "{seed}");
        assert_eq!(issue.comments.len(), 3, "{seed}");
    }
}

#[tokio::test]
async fn a_day_that_was_decided_offline_is_on_the_server_exactly_once_afterwards() {
    for seed in 0..12 {
        let fake = Fake::start();
        fake.set_time("2026-11-22T12:00:00Z".parse().unwrap());
        let number = fake.by("bob").open("loader hangs", &[]);
        let mut desk = Desk::new(&fake, "alice").await;
        fake.advance(chrono::TimeDelta::hours(1));
        let before = desk.watch.incident(number).clone();
        let mut entries = Vec::new();
        for (decision, _) in day() {
            let entry = desk.decide(number, decision);
            let overlaid = desk.watch.shelf.incidents.get_mut(&number).unwrap();
            apply(overlaid, &entry.decision, &entry.deed, &customs().labels);
            entries.push(entry);
        }
        desk.watch.shelf.incidents.insert(number, before);
        fake.fail_randomly(seed, 330, &FAULTS);
        for entry in &entries {
            let outcome = answer(&desk, entry).await;
            assert!(matches!(outcome, Outcome::Done { .. }), "{seed} {:?} {outcome:?}", entry.decision);
            desk.watch.shelf.incidents.extend(outcome.facts().map(|facts| (number, facts.clone())));
        }
        fake.heal();
        for (_, wanted) in day() {
            let times = day().iter().filter(|(_, other)| *other == wanted).count();
            assert_eq!(fake.count_writes(number, |wrote| is_same(wrote, &wanted)), times, "{seed} {wanted:?}");
        }
    }
}

#[tokio::test]
async fn two_operators_in_a_storm_end_with_one_ack_and_one_who_was_told() {
    for seed in 0..12 {
        let fake = Fake::start();
        let number = fake.by("ada").open("loader hangs", &[]);
        let (mut alice, mut bob) = (Desk::new(&fake, "alice").await, Desk::new(&fake, "bob").await);
        fake.fail_randomly_on(Matcher::any(), (seed, 330), &FAULTS);
        let (one, other) = tokio::join!(settle(&mut alice, number, ACK), settle(&mut bob, number, ACK));
        let done = [&one, &other].iter().filter(|outcome| matches!(outcome, Outcome::Done { .. })).count();
        let told = [&one, &other].iter().filter(|outcome| matches!(outcome, Outcome::Conflict { .. })).count();
        assert_eq!((done, told), (1, 1), "{seed} {one:?} {other:?}");
        assert_eq!(fake.count_writes(number, |what| *what == What::Labeled("ack".into())), 1, "{seed}");
    }
}
