//! Each decision is done once, its answer is compared, and whoever is second is told.

use dogwatch::domain::decision::{Decision, Over};
use dogwatch::domain::id::IncidentId;
use dogwatch::domain::incident::{CloseReason, Incident};
use dogwatch::domain::journal::{Consent, Outcome};
use dogwatch::domain::runbook::run::Comment;

use super::{ACK, Desk, conflict, done, line, refusal, since};
use crate::github::{Fake, What};

/// What somebody else does to an issue, and what a close then says of it.
type Change = (fn(&Fake, u64), &'static str);

/// The labels that an issue begins with, a decision about it, and what that writes.
type Case = (&'static [&'static str], Decision, fn(&What) -> bool);

pub(super) fn every_decision() -> Vec<Case> {
    let until = "2030-01-02T03:04:05Z".parse().unwrap();
    vec![
        (&[], ACK, |what| *what == What::Labeled("ack".into())),
        (&["ack"], Decision::Unack, |what| *what == What::Unlabeled("ack".into())),
        (&[], Decision::Assign { to: Some(line("alice")), from: Vec::new() }, |what| {
            *what == What::Assigned("alice".into())
        }),
        (&[], Decision::Close { reason: CloseReason::NotPlanned }, |what| *what == What::Closed("not_planned".into())),
        (
            &[],
            Decision::Snooze { until },
            |what| matches!(what, What::Commented(text) if text.contains("snooze-until=2030-01-02T03:04:05Z")),
        ),
        (&["snoozed"], Decision::Wake, |what| *what == What::Unlabeled("snoozed".into())),
        (
            &[],
            Decision::Note { text: "it was the cache".into() },
            |what| matches!(what, What::Commented(text) if text.starts_with("it was the cache")),
        ),
        (
            &[],
            Decision::Runbook(super::report("1 of 9 steps", Comment::First)),
            |what| matches!(what, What::Commented(text) if text.starts_with("1 of 9 steps") && text.contains(" run=")),
        ),
        (&["SEV3"], Decision::Severity { to: Some("SEV1".into()), from: vec![line("SEV3")] }, |what| {
            *what == What::Labeled("SEV1".into())
        }),
        (&["SEV3"], Decision::Severity { to: None, from: vec![line("SEV3")] }, |what| {
            *what == What::Unlabeled("SEV3".into())
        }),
        (&[], Decision::Kind { to: Some("mcp-tool-failure".into()), from: Vec::new() }, |what| {
            *what == What::Labeled("mcp-tool-failure".into())
        }),
        (
            &[],
            Decision::Escalate(super::asks("bob", 2)),
            |what| matches!(what, What::Commented(text) if text.contains("escalate=default/2 ") && text.contains("asked=bob ")),
        ),
    ]
}

/// Whether the incident shows the decision.
pub(super) fn shows(incident: &Incident, decision: &Decision) -> bool {
    match decision {
        Decision::Ack { .. } => {
            incident.ack.as_ref().is_some_and(|ack| ack.by == Some(line("alice")) && ack.at.is_some())
        }
        Decision::Unack => incident.ack.is_none() && !incident.has_label("ack"),
        Decision::Assign { to, .. } => incident.assignees.first() == to.as_ref(),
        Decision::Close { .. } | Decision::Merge { .. } => !incident.is_open(),
        Decision::Reopen => incident.is_open(),
        Decision::Snooze { until } => incident.snooze.as_ref().is_some_and(|snooze| snooze.until == *until),
        Decision::Wake => incident.snooze.is_none() && !incident.has_label("snoozed"),
        Decision::Note { .. } | Decision::Runbook(_) => incident.comments > 0,
        Decision::Severity { to, from } | Decision::Kind { to, from } => {
            to.as_ref().is_none_or(|to| incident.has_label(to))
                && !from.iter().any(|old| incident.has_label(old.as_str()))
        }
        Decision::Escalate(asking) => {
            let told = incident.asked.last().is_some_and(|asked| asked.who == asking.who && asked.step == asking.step);
            told && asking.to.as_ref().is_none_or(|to| incident.assignees.contains(to))
        }
        Decision::Recall(recall) => incident.standing_asks().all(|asked| !recall.is_of(asked)),
        Decision::Retract { .. } | Decision::Post(_) | Decision::New { .. } => true,
    }
}

#[tokio::test]
async fn every_decision_is_written_once_and_its_facts_show_it() {
    let fake = Fake::start();
    for (labels, decision, wrote) in every_decision() {
        let number = fake.by("bob").open("loader hangs", labels);
        let mut desk = Desk::new(&fake, "alice").await;
        let outcome = desk.does(number, decision.clone()).await;
        assert!(shows(done(&outcome), &decision), "{decision:?} {outcome:?}");
        assert_eq!(fake.count_writes(number, wrote), 1, "{decision:?}");
    }
}

#[tokio::test]
async fn a_decision_that_is_sent_again_changes_nothing_more() {
    let fake = Fake::start();
    for (labels, decision, wrote) in every_decision() {
        let number = fake.by("bob").open("loader hangs", labels);
        let mut desk = Desk::new(&fake, "alice").await;
        let entry = desk.decide(number, decision.clone());
        desk.first(&entry).await;
        let writes = fake.writes().len();
        let outcome = desk.again(&entry).await;
        assert!(shows(done(&outcome), &decision), "{decision:?} {outcome:?}");
        assert_eq!((fake.writes().len(), fake.count_writes(number, wrote)), (writes, 1), "{decision:?}");
    }
}

#[tokio::test]
async fn the_second_ack_is_told_who_was_first() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let (mut alice, mut bob) = (Desk::new(&fake, "alice").await, Desk::new(&fake, "bob").await);
    let first = alice.does(number, ACK).await;
    let second = bob.does(number, ACK).await;
    assert_eq!(done(&first).ack.clone().unwrap().by, Some(line("alice")));
    assert!(conflict(&second).starts_with("already acked by alice "), "{second:?}");
    assert_eq!(fake.count_writes(number, |what| *what == What::Labeled("ack".into())), 1);
}

#[tokio::test]
async fn two_who_ack_at_the_same_moment_are_one_done_and_one_told() {
    let fake = Fake::start();
    for _ in 0..10 {
        let number = fake.by("ada").open("loader hangs", &[]);
        let (mut alice, mut bob) = (Desk::new(&fake, "alice").await, Desk::new(&fake, "bob").await);
        let (one, other) = tokio::join!(alice.does(number, ACK), bob.does(number, ACK));
        let mut words = [&one, &other].map(|outcome| match outcome {
            Outcome::Done { .. } => "done",
            Outcome::Conflict { .. } => "told",
            other => panic!("{other:?}"),
        });
        words.sort_unstable();
        assert_eq!(words, ["done", "told"]);
        assert_eq!(fake.count_writes(number, |what| *what == What::Labeled("ack".into())), 1);
    }
}

#[tokio::test]
async fn an_ack_that_a_reopening_made_void_is_taken_off_and_put_on_again() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    fake.by("bob").label(number, "ack");
    fake.by("bob").close(number, "completed");
    fake.by("bob").reopen(number);
    for decision in [Decision::Ack { over: Over::VoidAck }, ACK] {
        let mut desk = Desk::new(&fake, "alice").await;
        let outcome = desk.does(number, decision).await;
        assert_eq!(done(&outcome).ack.clone().unwrap().by, Some(line("alice")));
    }
    assert_eq!(fake.count_writes(number, |what| *what == What::Labeled("ack".into())), 1);
    assert_eq!(fake.count_writes(number, |what| *what == What::Unlabeled("ack".into())), 1);
}

#[tokio::test]
async fn an_ack_whose_clock_ran_out_is_renewed_unless_somebody_else_was_quicker() {
    let fake = Fake::start();
    fake.set_time("2026-11-22T12:00:00Z".parse().unwrap());
    let number = fake.by("bob").open("loader hangs", &[]);
    fake.by("bob").label(number, "ack");
    let again = Decision::Ack { over: Over::VoidAck };
    let (mut alice, mut ada) = (Desk::new(&fake, "alice").await, Desk::new(&fake, "ada").await);
    fake.advance(chrono::TimeDelta::hours(3));
    let outcome = alice.does(number, again.clone()).await;
    assert_eq!(done(&outcome).ack.clone().unwrap().by, Some(line("alice")));
    assert_eq!(conflict(&ada.does(number, again).await), "already acked by alice 15:00 UTC");
    assert_eq!(fake.count_writes(number, |what| *what == What::Unlabeled("ack".into())), 1);
}

#[tokio::test]
async fn an_assignment_takes_off_only_those_who_were_seen() {
    let fake = Fake::start();
    let number = fake.by("ada").open("loader hangs", &[]);
    fake.by("ada").assign(number, "bob");
    let mut desk = Desk::new(&fake, "alice").await;
    fake.by("ada").assign(number, "tess");
    let outcome = desk.does(number, Decision::Assign { to: Some(line("alice")), from: vec![line("bob")] }).await;
    assert!(matches!(outcome, Outcome::Done { .. }));
    assert_eq!(fake.issue(number).assignees, ["tess", "alice"]);
    let outcome = desk.does(number, Decision::Assign { to: None, from: vec![line("tess"), line("alice")] }).await;
    assert!(done(&outcome).assignees.is_empty());
}

#[tokio::test]
async fn who_takes_what_another_snoozed_wakes_it() {
    let fake = Fake::start();
    let until = "2030-01-02T03:04:05Z".parse().unwrap();
    for decision in [ACK, Decision::Assign { to: Some(line("alice")), from: Vec::new() }] {
        let number = fake.by("ada").open("loader hangs", &[]);
        let mut bob = Desk::new(&fake, "bob").await;
        bob.does(number, Decision::Snooze { until }).await;
        let mut alice = Desk::new(&fake, "alice").await;
        let outcome = alice.does(number, decision).await;
        assert!(
            matches!(&outcome, Outcome::Done { remark: Some(remark), .. } if remark == "its snooze ended"),
            "{outcome:?}"
        );
        assert_eq!(done(&outcome).snooze, None);
        assert!(!fake.issue(number).labels.contains(&"snoozed".to_owned()));
    }
    let number = fake.by("ada").open("loader hangs", &[]);
    let mut alice = Desk::new(&fake, "alice").await;
    alice.does(number, Decision::Snooze { until }).await;
    alice.watch.poll().await;
    let outcome = alice.does(number, ACK).await;
    assert!(done(&outcome).snooze.is_some(), "one's own snooze stays");
}

#[tokio::test]
async fn a_close_asks_again_when_the_issue_has_moved_on() {
    let fake = Fake::start();
    let close = || Decision::Close { reason: CloseReason::Completed };
    let changes: [Change; 3] = [
        (|fake, number| fake.by("bob").retitle(number, "loader is on fire"), "another title"),
        (|fake, number| fake.by("bob").label(number, "SEV1"), "other labels"),
        (
            |fake, number| {
                fake.by("bob").comment(number, "wait");
            },
            "a comment",
        ),
    ];
    for (change, words) in changes {
        fake.set_time("2026-11-22T12:00:00Z".parse().unwrap());
        let number = fake.by("bob").open("loader hangs", &[]);
        let mut desk = Desk::new(&fake, "alice").await;
        fake.advance(chrono::TimeDelta::minutes(1));
        change(&fake, number);
        let mut entry = desk.decide(number, close());
        let asked = desk.first(&entry).await;
        assert!(matches!(&asked, Outcome::Ask { reason } if reason.as_str().contains(words)), "{asked:?}");
        assert!(fake.issue(number).is_open());
        entry.consent = Consent::Given { at: super::now() };
        assert!(!done(&desk.first(&entry).await).is_open());
    }
}

#[tokio::test]
async fn an_ack_or_an_assignment_since_then_does_not_make_a_close_stale() {
    let fake = Fake::start();
    fake.set_time("2026-11-22T12:00:00Z".parse().unwrap());
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    fake.advance(chrono::TimeDelta::minutes(1));
    fake.by("bob").label(number, "ack");
    fake.by("bob").assign(number, "bob");
    assert!(!done(&desk.does(number, Decision::Close { reason: CloseReason::Completed }).await).is_open());
}

#[tokio::test]
async fn a_close_is_dropped_when_somebody_closed_or_reopened_it_first() {
    let fake = Fake::start();
    fake.set_time("2026-11-22T12:00:00Z".parse().unwrap());
    let number = fake.by("ada").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    fake.advance(chrono::TimeDelta::minutes(3));
    fake.by("bob").close(number, "not_planned");
    let close = Decision::Close { reason: CloseReason::Completed };
    let outcome = desk.does(number, close.clone()).await;
    assert_eq!(conflict(&outcome), "closed already by bob 12:03 UTC as not-planned; their reason stands");
    assert!(!outcome.facts().unwrap().is_open());
    fake.advance(chrono::TimeDelta::minutes(1));
    fake.by("bob").reopen(number);
    assert_eq!(conflict(&desk.does(number, close).await), "reopened by bob 12:04 UTC, after you decided");
    assert!(fake.issue(number).is_open());
}

#[tokio::test]
async fn a_merge_closes_as_the_duplicate_of_the_other() {
    let fake = Fake::start();
    let [stays, goes] = ["a", "b"].map(|title| fake.by("bob").open(title, &[]));
    let mut desk = Desk::new(&fake, "alice").await;
    let into = IncidentId::from(format!("gh#{stays}").as_str());
    assert!(!done(&desk.does(goes, Decision::Merge { into }).await).is_open());
    assert_eq!(fake.count_writes(goes, |what| *what == What::Closed("duplicate".into())), 1);
    let key = fake.issue(stays).id;
    assert_eq!(fake.count_writes(goes, |what| *what == What::MarkedAsDuplicate(key)), 1);
    let elsewhere = Decision::Merge { into: IncidentId::from("evals:abc") };
    assert!(refusal(&desk.does(stays, elsewhere).await).contains("has not been filed"));
}

#[tokio::test]
async fn a_new_incident_is_filed_with_its_labels() {
    let fake = Fake::start();
    let mut desk = Desk::new(&fake, "alice").await;
    let labels = vec!["SEV2".to_owned(), "mcp-tool-failure".to_owned()];
    let outcome = desk
        .does(0, Decision::New { title: "canary fails".into(), body: "since noon".into(), labels, signal: None })
        .await;
    let Outcome::Done { facts: Some(facts), filed: Some(id), .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!((facts.id.clone(), facts.title.as_str()), (id, "canary fails"));
    assert!(facts.has_label("SEV2") && facts.has_label("mcp-tool-failure"));
    assert_eq!(facts.body.unwrap().as_str(), "since noon");
}

#[tokio::test]
async fn a_closed_incident_is_reopened_and_its_facts_say_when() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    fake.by("bob").close(number, "completed");
    let mut desk = Desk::new(&fake, "alice").await;
    desk.watch.shelf.incidents.entry(number).or_insert_with(|| {
        let source = dogwatch::domain::id::SourceId::from("gh");
        Incident::opened(&source, number, line("loader hangs"), super::now())
    });
    assert!(done(&desk.does(number, Decision::Reopen).await).is_open());
    assert_eq!(fake.count_writes(number, |what| *what == What::Reopened), 1);
}

#[tokio::test]
async fn what_was_written_shows_although_reads_lag_behind() {
    let fake = Fake::start();
    let mut entries = Vec::new();
    for (labels, decision, _) in every_decision() {
        entries.push((fake.by("bob").open("loader hangs", labels), decision));
    }
    let mut desk = Desk::new(&fake, "alice").await;
    for (number, decision) in entries {
        fake.lag_reads();
        let seen = desk.watch.incident(number).updated_at;
        let outcome = desk.does(number, decision.clone()).await;
        assert!(shows(done(&outcome), &decision), "{decision:?} {outcome:?}");
        assert!(done(&outcome).updated_at > seen, "{decision:?}");
        fake.catch_up();
    }
}

#[tokio::test]
async fn only_single_elements_are_ever_written() {
    let fake = Fake::start();
    for (labels, decision, _) in every_decision() {
        let number = fake.by("bob").open("loader hangs", labels);
        Desk::new(&fake, "alice").await.does(number, decision).await;
    }
    for request in fake.requests().iter().filter(|request| request.is_write()) {
        assert_ne!(request.method, "PUT");
        assert!(request.method != "PATCH" || !request.body.contains("labels"), "{request:?}");
        assert_eq!(request.header("x-github-api-version"), Some("2022-11-28"));
        let versions = request.headers.iter().filter(|(name, _)| name == "x-github-api-version").count();
        assert_eq!(versions, 1);
    }
    assert!(!since(&fake, 0).is_empty());
}
