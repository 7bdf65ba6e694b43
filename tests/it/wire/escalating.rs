//! Somebody is asked to take it: told once, by whoever is first, whatever the wire does.

use std::sync::Arc;

use dogwatch::config::team_file;
use dogwatch::domain::decision::{Asking, Decision};
use dogwatch::domain::journal::{Outcome, UNATTENDED};
use dogwatch::domain::triage::Model;

use super::{ACK, Desk, Watch, asks, conflict, customs, done, is_unknown, line};
use crate::github::{Fake, Fault, Matcher, What};

fn is_ask(what: &What) -> bool {
    matches!(what, What::Commented(text) if text.contains("escalate=default/"))
}

fn remark(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Done { remark: Some(remark), .. } => remark.as_str(),
        other => panic!("not done with a remark: {other:?}"),
    }
}

#[tokio::test]
async fn they_are_told_by_name_and_have_it_and_whoever_had_it_has_it_no_more() {
    let fake = Fake::start();
    let number = fake.by("ada").open("loader hangs", &[]);
    fake.by("ada").assign(number, "tess");
    let mut desk = Desk::new(&fake, "alice").await;
    let asking = Asking { from: vec![line("tess")], ..asks("bob", 2) };
    let outcome = desk.does(number, Decision::Escalate(asking)).await;
    let asked = done(&outcome).asked.clone();
    assert_eq!((asked.len(), asked[0].step, asked[0].by.clone()), (1, 2, Some(line("alice"))));
    assert_eq!(fake.issue(number).assignees, ["bob"]);
    let body = fake.comments(number)[0].body.clone();
    let (said, marker) = body.split_once("\n\n").unwrap();
    assert_eq!(said, "@bob escalated to bob: no ack for 15m; step 2 of 4.");
    assert!(marker.contains(" escalate=default/2 since=2020-01-01T00:00:00.000Z asked=bob -->"), "{marker}");
}

#[tokio::test]
async fn what_is_taken_back_is_told_and_all_machines_agree_that_nobody_was_asked() {
    let fake = Fake::start();
    let number = fake.by("ada").open("loader hangs", &[]);
    fake.by("ada").assign(number, "tess");
    let mut desk = Desk::new(&fake, "alice").await;
    let asks_bob = || Asking { from: vec![line("tess")], ..asks("bob", 2) };
    for times in 1..=2 {
        let entry = desk.decide(number, Decision::Escalate(asks_bob()));
        assert_eq!(done(&desk.first(&entry).await).standing_asks().count(), 1, "{times}");
        let back = entry.decision.inverse(&entry.op, &entry.base).unwrap();
        let undo = desk.decide(number, back.clone());
        fake.fail_next(Matcher::on("POST", "/comments"), Fault::BadGatewayAfter);
        assert!(is_unknown(&desk.first(&undo).await));
        let outcome = desk.again(&undo).await;
        assert_eq!(done(&outcome).standing_asks().count(), 0, "{times}");
        assert_eq!(fake.issue(number).assignees, ["tess"]);
        let again = desk.does(number, back).await;
        assert!(conflict(&again).ends_with("nothing is taken back"), "{again:?}");
    }
    let bodies: Vec<String> = fake.comments(number).iter().map(|comment| comment.body.clone()).collect();
    assert_eq!(bodies.len(), 4, "{bodies:?}");
    assert!(bodies[1].starts_with("Taken back: bob need not take it.\n\n<!-- dogwatch op="), "{}", bodies[1]);
    // Another machine, which has heard of nothing, finds the step unasked, and asks it.
    let mut other = Desk::new(&fake, "bob").await;
    let outcome = other.does(number, Decision::Escalate(asks_bob())).await;
    assert_eq!((done(&outcome).standing_asks().count(), fake.comments(number).len()), (1, 5));
}

#[tokio::test]
async fn who_has_been_asked_since_keeps_it() {
    let fake = Fake::start();
    let number = fake.by("ada").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let entry = desk.decide(number, Decision::Escalate(asks("tess", 1)));
    desk.first(&entry).await;
    desk.does(number, Decision::Escalate(Asking { from: vec![line("tess")], ..asks("bob", 2) })).await;
    let back = entry.decision.inverse(&entry.op, &entry.base).unwrap();
    let outcome = desk.does(number, back).await;
    assert!(conflict(&outcome).starts_with("somebody else has been asked since"), "{outcome:?}");
    assert_eq!((fake.issue(number).assignees, fake.comments(number).len()), (vec!["bob".to_owned()], 2));
}

#[tokio::test]
async fn everyone_is_told_and_nobody_is_assigned() {
    let fake = Fake::start();
    let number = fake.by("ada").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let asking = Asking { who: vec![line("alice"), line("bob")], to: None, ..asks("bob", 4) };
    let outcome = desk.does(number, Decision::Escalate(asking)).await;
    assert_eq!(done(&outcome).asked[0].who, [line("alice"), line("bob")]);
    assert!(fake.issue(number).assignees.is_empty());
}

#[tokio::test]
async fn a_step_is_asked_once_by_whichever_machine_is_first() {
    let fake = Fake::start();
    let number = fake.by("ada").open("loader hangs", &[]);
    let (mut alice, mut bob) = (Desk::new(&fake, "alice").await, Desk::new(&fake, "bob").await);
    assert!(matches!(alice.does(number, Decision::Escalate(asks("tess", 1))).await, Outcome::Done { .. }));
    let writes = fake.writes().len();
    let second = bob.does(number, Decision::Escalate(asks("tess", 1))).await;
    assert_eq!((remark(&second), fake.writes().len()), ("this step had been asked already", writes));
    assert_eq!(done(&second).asked.len(), 1, "it has been heard of");
    // The next step, and the same one since then, are other questions.
    bob.does(number, Decision::Escalate(asks("bob", 2))).await;
    let anew = Asking { since: super::now() + chrono::TimeDelta::minutes(5), ..asks("tess", 1) };
    bob.does(number, Decision::Escalate(anew)).await;
    assert_eq!(fake.count_writes(number, is_ask), 3);
}

#[tokio::test]
async fn of_those_who_file_a_signal_the_first_asks() {
    let fake = Fake::start();
    let number = fake.by("ada").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let asking = Asking { filed_by: Some("01ARZ3NDEKTSV4RRFFQ69G5FAV".into()), ..asks("bob", 1) };
    let mut entry = desk.decide(number, Decision::Escalate(asking));
    entry.deed.by = Some(line(UNATTENDED));
    let outcome = desk.first(&entry).await;
    assert_eq!(remark(&outcome), "another machine has filed it, and asks; nobody was asked from here");
    assert_eq!(fake.count_writes(number, is_ask), 0);
}

#[tokio::test]
async fn a_strangers_marker_asks_nobody() {
    let fake = Fake::start();
    let number = fake.by("ada").open("loader hangs", &[]);
    let marker =
        "<!-- dogwatch op=01ARZ3NDEKTSV4RRFFQ69G5FAV escalate=default/1 since=2020-01-01T00:00:00Z asked=tess -->";
    fake.by("mallory").comment(number, marker);
    let mut desk = Desk::new(&fake, "alice").await;
    let outcome = desk.does(number, Decision::Escalate(asks("tess", 1))).await;
    assert_eq!((done(&outcome).asked.len(), fake.issue(number).assignees), (1, vec!["tess".to_owned()]));
}

#[tokio::test]
async fn what_happened_before_an_answer_was_lost_is_not_done_again_and_the_rest_is() {
    for (lost, matcher) in
        [("the comment", Matcher::on("POST", "/comments")), ("the assignment", Matcher::on("POST", "/assignees"))]
    {
        for acted in [true, false] {
            let fake = Fake::start();
            let number = fake.by("ada").open("loader hangs", &[]);
            let mut desk = Desk::new(&fake, "alice").await;
            fake.fail_next(matcher.clone(), if acted { Fault::BadGatewayAfter } else { Fault::BadGatewayBefore });
            let entry = desk.decide(number, Decision::Escalate(asks("bob", 2)));
            let first = desk.first(&entry).await;
            assert!(is_unknown(&first), "{lost} {acted}: {first:?}");
            let again = desk.again(&entry).await;
            assert_eq!(done(&again).asked.len(), 1, "{lost} {acted}: {again:?}");
            assert_eq!(fake.count_writes(number, is_ask), 1, "{lost} {acted}");
            assert_eq!(fake.issue(number).assignees, ["bob"], "{lost} {acted}");
        }
    }
}

#[tokio::test]
async fn who_cannot_be_assigned_has_been_told_all_the_same() {
    let fake = Fake::start();
    let number = fake.by("ada").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let outcome = desk.does(number, Decision::Escalate(asks("stranger", 2))).await;
    assert!(remark(&outcome).starts_with("GitHub did not assign stranger"), "{outcome:?}");
    assert_eq!(fake.count_writes(number, is_ask), 1);
}

#[tokio::test]
async fn dogwatch_asks_nobody_about_what_was_acked_or_closed_meanwhile() {
    let fake = Fake::start();
    for closed in [false, true] {
        let number = fake.by("ada").open("loader hangs", &[]);
        let mut desk = Desk::new(&fake, "alice").await;
        let mut entry = desk.decide(number, Decision::Escalate(asks("bob", 2)));
        let person = entry.clone();
        entry.deed.by = Some(line(UNATTENDED));
        if closed {
            fake.by("bob").close(number, "completed");
        } else {
            Desk::new(&fake, "bob").await.does(number, ACK).await;
        }
        let outcome = desk.first(&entry).await;
        assert!(remark(&outcome).ends_with("; nobody was asked from here"), "{outcome:?}");
        assert_eq!(fake.count_writes(number, is_ask), 0);
        let outcome = desk.first(&person).await;
        if closed {
            assert_eq!(conflict(&outcome), "it is closed already; nobody was asked from here");
        } else {
            assert_eq!(done(&outcome).asked.len(), 1, "a person may ask for somebody else");
        }
    }
}

const ESCALATES: &str = r#"
[[people]]
id = "tess"
[[escalations]]
id = "default"
steps = [{ to = "tess" }]
[[severities]]
id = "SEV1"
meaning = "x"
escalation = "default"
[[severities]]
id = "SEV2"
meaning = "x"
"#;

#[tokio::test]
async fn other_machines_read_who_was_asked_where_it_matters_and_nowhere_else() {
    let fake = Fake::start();
    let [grave, other] = [&["SEV1"][..], &["SEV2"]].map(|labels| fake.by("ada").open("loader hangs", labels));
    let mut watch = Watch::new(&fake, "bob").await;
    let mut customs = customs();
    customs.model = Some(Arc::new(Model::new(team_file(ESCALATES, "t.toml").unwrap())));
    watch.poller = dogwatch::sources::github::Poller::new(watch.target.clone(), customs, None, Vec::new());
    watch.poll().await;
    let before = fake.requests().len();
    let mut alice = Desk::new(&fake, "alice").await;
    for number in [grave, other] {
        alice.does(number, Decision::Escalate(asks("tess", 1))).await;
    }
    watch.poll().await;
    watch.poll().await;
    assert_eq!(watch.incident(grave).asked.len(), 1);
    assert_eq!(watch.incident(grave).asked[0].who, [line("tess")]);
    let asked_for = |number: u64| {
        let path = format!("/issues/{number}/comments");
        let bob = |request: &&crate::github::Request| {
            request.method == "GET" && request.login.as_deref() == Some("bob") && request.target.contains(&path)
        };
        fake.requests().iter().skip(before).filter(bob).count()
    };
    assert_eq!((asked_for(grave), asked_for(other)), (1, 0), "once, and only where somebody is to be asked");
    watch.restart();
    watch.poll().await;
    assert_eq!(watch.incident(grave).asked.len(), 1);
}

#[tokio::test]
async fn other_machines_read_what_was_taken_back_whether_they_had_heard_of_it_or_not() {
    let fake = Fake::start();
    let grave = fake.by("ada").open("loader hangs", &["SEV1"]);
    let mut customs = customs();
    customs.model = Some(Arc::new(Model::new(team_file(ESCALATES, "t.toml").unwrap())));
    let mut watch = Watch::new(&fake, "bob").await;
    watch.poller = dogwatch::sources::github::Poller::new(watch.target.clone(), customs.clone(), None, Vec::new());
    watch.poll().await;
    let mut alice = Desk::new(&fake, "alice").await;
    alice.does(grave, Decision::Escalate(asks("tess", 1))).await;
    let entry = alice.decide(grave, Decision::Escalate(asks("bob", 2)));
    alice.first(&entry).await;
    watch.poll().await;
    watch.poll().await;
    assert_eq!(watch.incident(grave).standing_asks().count(), 2);
    alice.does(grave, entry.decision.inverse(&entry.op, &entry.base).unwrap()).await;
    watch.poll().await;
    watch.poll().await;
    assert_eq!(watch.incident(grave).standing_asks().map(|asked| asked.step).collect::<Vec<_>>(), [1]);
    let mut fresh = Watch::new(&fake, "alice").await;
    fresh.poller = dogwatch::sources::github::Poller::new(fresh.target.clone(), customs, None, Vec::new());
    fresh.poll().await;
    fresh.poll().await;
    assert_eq!(fresh.incident(grave).standing_asks().map(|asked| asked.step).collect::<Vec<_>>(), [1]);
}
