//! The real client, before GitHub's own description of its API: whatever it
//! asks and whatever it reads is judged. A violation is a 422, a 404 or a 500.

use std::sync::Arc;

use dogwatch::domain::decision::{Decision, Over};
use dogwatch::domain::id::IncidentId;
use dogwatch::domain::incident::CloseReason;
use dogwatch::domain::journal::Outcome;
use dogwatch::domain::runbook::run::Comment;
use dogwatch::sources::github::door::Door;
use dogwatch::sources::tokens::fixed;
use dogwatch::tracker::github::{assignable, comments, inspect};

use super::deciding::{every_decision, shows};
use super::{Desk, customs, done, target, token};
use crate::contract::Judge;
use crate::github::{Fake, Fault, Matcher};

fn door(fake: &Fake, judge: &Judge, login: &str) -> Arc<Door> {
    let mut target = target(fake);
    target.api = judge.url.parse().unwrap();
    Arc::new(Door::new(target, fixed(token(fake, login))))
}

#[tokio::test]
async fn every_poll_asks_what_github_describes() {
    let fake = Fake::start();
    let judge = Judge::in_front_of(&fake);
    fake.home().bulk("bob", 130);
    fake.by("bob").open_pull_request("a fix");
    for label in ["ack", "snoozed", "triage"] {
        fake.by("bob").label(1, label);
    }
    let mut watch = super::Watch::over(door(&fake, &judge, "alice")).await;
    watch.poll().await;
    assert_eq!(watch.shelf.incidents.len(), 130);
    fake.home().delete(2);
    fake.home().transfer(3, "acme/loader");
    fake.by("bob").close(4, "completed");
    watch.sweep().await;
    assert_eq!(watch.gone().len(), 2);
    watch.poll().await;
    watch.target.labels = vec!["triage".to_owned()];
    watch.restart();
    watch.poll().await;
    let read = comments(&watch.client, &watch.target, &IncidentId::from("gh#1")).await.unwrap();
    assert!(read.is_empty());
    assert!(!assignable(&watch.client, &watch.target).await.unwrap().is_empty());
    inspect(&watch.client, &watch.target, &customs()).await.unwrap();
}

#[tokio::test]
async fn every_decision_is_one_that_github_describes() {
    let fake = Fake::start();
    let judge = Judge::in_front_of(&fake);
    let original = fake.by("ada").open("original", &[]);
    let into = IncidentId::from(format!("gh#{original}").as_str());
    let more: [(&[&str], Decision); 4] = [
        (&["ack"], Decision::Ack { over: Over::VoidAck }),
        (&[], Decision::Assign { to: None, from: vec![super::line("bob")] }),
        (&[], Decision::Merge { into }),
        (&[], Decision::Close { reason: CloseReason::Completed }),
    ];
    let every = every_decision().into_iter().map(|(labels, decision, _)| (labels, decision)).chain(more);
    for (labels, decision) in every {
        let number = fake.by("bob").open("loader hangs", labels);
        fake.by("bob").assign(number, "bob");
        let mut desk = Desk::over(door(&fake, &judge, "alice")).await;
        let entry = desk.decide(number, decision.clone());
        fake.fail_next(Matcher::writes().by("alice"), Fault::BadGatewayBefore);
        desk.first(&entry).await;
        let outcome = desk.again(&entry).await;
        assert!(matches!(outcome, Outcome::Done { .. }), "{decision:?} {outcome:?}");
    }
    let number = fake.by("bob").open("loader hangs", &[]);
    fake.by("bob").close(number, "completed");
    let mut desk = Desk::over(door(&fake, &judge, "alice")).await;
    assert!(shows(done(&desk.does(number, Decision::Reopen).await), &Decision::Reopen));
    for (text, comment) in [("1 of 9 steps", Comment::First), ("2 of 9 steps", Comment::Again)] {
        done(&desk.does(number, Decision::Runbook(super::report(text, comment))).await);
    }
    let labels = vec!["SEV2".to_owned()];
    let new =
        desk.decide(0, Decision::New { title: "canary fails".into(), body: "since noon".into(), labels, signal: None });
    fake.fail_next(Matcher::writes(), Fault::BadGatewayAfter);
    desk.first(&new).await;
    assert!(matches!(desk.again(&new).await, Outcome::Done { filed: Some(_), .. }));
}
