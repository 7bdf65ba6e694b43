//! GitHub acts and the answer gets lost: each decision is applied once all the same.

use dogwatch::domain::decision::Decision;
use dogwatch::domain::journal::Outcome;

use super::deciding::{every_decision, shows};
use super::{ACK, Desk, done, hasty, is_unknown, line};
use crate::github::{Fake, Fault, Matcher, What};

#[tokio::test]
async fn each_decision_whose_answer_was_lost_is_applied_once() {
    for fault in [Fault::BadGatewayAfter, Fault::DropAfter, Fault::HalfBody] {
        let fake = Fake::start();
        for (labels, decision, wrote) in every_decision() {
            let number = fake.by("bob").open("loader hangs", labels);
            let mut desk = Desk::new(&fake, "alice").await;
            let entry = desk.decide(number, decision.clone());
            fake.fail_next(Matcher::writes(), fault.clone());
            let first = desk.first(&entry).await;
            assert!(is_unknown(&first), "{fault:?} {decision:?} {first:?}");
            let outcome = desk.again(&entry).await;
            assert!(shows(done(&outcome), &decision), "{fault:?} {decision:?} {outcome:?}");
            assert_eq!(fake.count_writes(number, wrote), 1, "{fault:?} {decision:?}");
        }
    }
}

#[tokio::test]
async fn each_decision_that_failed_before_it_was_applied_is_sent_again() {
    for fault in [Fault::BadGatewayBefore, Fault::DropBefore] {
        let fake = Fake::start();
        for (labels, decision, wrote) in every_decision() {
            let number = fake.by("bob").open("loader hangs", labels);
            let mut desk = Desk::new(&fake, "alice").await;
            let entry = desk.decide(number, decision.clone());
            fake.fail_next(Matcher::writes(), fault.clone());
            assert!(is_unknown(&desk.first(&entry).await), "{fault:?} {decision:?}");
            let early = desk.at_once(&entry).await;
            assert_eq!(early, Outcome::NotThereYet, "{fault:?} {decision:?}");
            assert_eq!(fake.count_writes(number, wrote), 0, "{fault:?} {decision:?}");
            let outcome = desk.again(&entry).await;
            assert!(shows(done(&outcome), &decision), "{fault:?} {decision:?} {outcome:?}");
            assert_eq!(fake.count_writes(number, wrote), 1, "{fault:?} {decision:?}");
        }
    }
}

#[tokio::test]
async fn what_is_applied_late_is_waited_for_and_not_sent_again() {
    let fake = Fake::start();
    for (labels, decision, wrote) in every_decision() {
        let number = fake.by("bob").open("loader hangs", labels);
        let mut desk = Desk::new(&fake, "alice").await;
        let entry = desk.decide(number, decision.clone());
        fake.fail_next(Matcher::writes(), Fault::LateApplyOnRelease);
        assert!(is_unknown(&desk.first(&entry).await), "{decision:?}");
        assert_eq!(desk.at_once(&entry).await, Outcome::NotThereYet, "{decision:?}");
        let before = fake.writes().len();
        fake.release();
        fake.wait_until("it is applied", |_, writes| writes.len() > before);
        let outcome = desk.again(&entry).await;
        assert!(shows(done(&outcome), &decision), "{decision:?} {outcome:?}");
        assert_eq!(fake.count_writes(number, wrote), 1, "{decision:?}");
    }
}

#[tokio::test]
async fn what_a_look_finds_is_told_as_it_was_read_then() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let note = desk.decide(number, Decision::Note { text: "it was the cache".into() });
    fake.fail_next(Matcher::writes(), Fault::BadGatewayAfter);
    assert!(is_unknown(&desk.first(&note).await));
    desk.watch.poll().await;
    let outcome = desk.again(&note).await;
    assert_eq!(done(&outcome).comments, 1, "a poll had seen it before");
    assert_eq!(done(&outcome).updated_at, fake.issue(number).updated_at);

    let ack = desk.decide(number, ACK);
    fake.advance(chrono::TimeDelta::seconds(2));
    fake.fail_next(Matcher::writes(), Fault::BadGatewayAfter);
    assert!(is_unknown(&desk.first(&ack).await));
    fake.by("bob").unlabel(number, "ack");
    let outcome = desk.again(&ack).await;
    assert_eq!(done(&outcome).ack, None, "bob took it back in the meantime");
}

#[tokio::test]
async fn a_hang_ends_as_unknown_and_the_decision_is_found() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::over(hasty(&fake, "alice")).await;
    let entry = desk.decide(number, Decision::Note { text: "it was the cache".into() });
    fake.fail_next(Matcher::writes(), Fault::HangAfter);
    let first = desk.first(&entry).await;
    assert!(
        matches!(&first, Outcome::Unknown { reason, .. } if reason.as_str().contains("no answer in time")),
        "{first:?}"
    );
    assert!(matches!(desk.again(&entry).await, Outcome::Done { .. }));
    assert_eq!(fake.comments(number).len(), 1);
}

#[tokio::test]
async fn a_new_incident_is_filed_once_and_gets_the_labels_that_were_lost() {
    for (part, fault) in [
        ("/issues", Fault::BadGatewayAfter),
        ("/issues", Fault::DropBefore),
        ("/labels", Fault::BadGatewayBefore),
        ("/labels", Fault::TooManyRequests { retry_after: Some(1) }),
        ("/labels", Fault::DropAfter),
    ] {
        let fake = Fake::start();
        let mut desk = Desk::new(&fake, "alice").await;
        let labels = vec!["SEV2".to_owned()];
        let entry =
            desk.decide(0, Decision::New { title: "canary fails".into(), body: String::new(), labels, signal: None });
        fake.fail_next(Matcher::on("POST", part), fault.clone());
        let first = desk.first(&entry).await;
        assert!(is_unknown(&first), "{part} {fault:?} {first:?}");
        let outcome = desk.again(&entry).await;
        assert!(matches!(outcome, Outcome::Done { filed: Some(_), .. }), "{part} {fault:?} {outcome:?}");
        let issues = fake.home().issues();
        assert_eq!(issues.len(), 1, "{part} {fault:?}");
        assert_eq!(issues[0].labels, ["SEV2"], "{part} {fault:?}");
    }
}

#[tokio::test]
async fn an_own_comment_is_found_behind_many_others_and_a_forged_one_is_none() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let entry = desk.decide(number, Decision::Note { text: "it was the cache".into() });
    fake.by("mallory").comment(number, &format!("<!-- dogwatch op={} -->", super::op(&entry)));
    for _ in 0..150 {
        fake.by("bob").comment(number, "me too");
    }
    assert_eq!(desk.at_once(&entry).await, Outcome::NotThereYet);
    fake.fail_next(Matcher::writes(), Fault::DropAfter);
    desk.first(&entry).await;
    assert!(matches!(desk.again(&entry).await, Outcome::Done { .. }));
    assert_eq!(fake.comments(number).iter().filter(|comment| comment.author == "alice").count(), 1);
}

#[tokio::test]
async fn a_read_that_fails_leaves_the_unknown_unknown() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    desk.does(number, Decision::Note { text: "so that we know who we are".into() }).await;
    let entry = desk.decide(number, ACK);
    for fault in
        [Fault::BadGatewayBefore, Fault::DropBefore, Fault::Html, Fault::PermissionMissing, Fault::Unauthorized]
    {
        fake.fail_next(Matcher::reads(), fault.clone());
        let outcome = desk.again(&entry).await;
        assert!(matches!(outcome, Outcome::NotSent { .. }), "{fault:?} {outcome:?}");
        assert_eq!(fake.faults_waiting(), 0);
    }
    assert_eq!(fake.count_writes(number, |what| *what == What::Labeled("ack".into())), 0);
}

#[tokio::test]
async fn a_void_ack_whose_renewal_was_lost_half_way_is_finished() {
    for fault in [Fault::BadGatewayBefore, Fault::BadGatewayAfter] {
        for verb in ["DELETE", "POST"] {
            let fake = Fake::start();
            fake.set_time("2026-11-22T12:00:00Z".parse().unwrap());
            let number = fake.by("bob").open("loader hangs", &[]);
            fake.by("bob").label(number, "ack");
            let mut desk = Desk::new(&fake, "alice").await;
            fake.advance(chrono::TimeDelta::hours(3));
            let over = dogwatch::domain::decision::Over::VoidAck;
            let entry = desk.decide(number, Decision::Ack { over });
            fake.fail_next(Matcher::on(verb, "/labels"), fault.clone());
            assert!(is_unknown(&desk.first(&entry).await), "{fault:?} {verb}");
            let outcome = desk.again(&entry).await;
            assert_eq!(done(&outcome).ack.clone().unwrap().by, Some(line("alice")), "{fault:?} {verb}");
            assert_eq!(fake.count_writes(number, |what| *what == What::Labeled("ack".into())), 1, "{fault:?} {verb}");
            assert_eq!(fake.count_writes(number, |what| *what == What::Unlabeled("ack".into())), 1, "{fault:?} {verb}");
        }
    }
}

#[tokio::test]
async fn an_ack_again_that_was_lost_within_the_second_is_found() {
    let fake = Fake::start();
    fake.set_time("2026-11-22T12:00:00Z".parse().unwrap());
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let entry = desk.decide(number, Decision::Ack { over: dogwatch::domain::decision::Over::VoidAck });
    fake.fail_next(Matcher::on("POST", "/labels"), Fault::BadGatewayAfter);
    assert!(is_unknown(&desk.first(&entry).await));
    assert_eq!(done(&desk.again(&entry).await).ack.clone().unwrap().by, Some(line("alice")));
    assert_eq!(fake.count_writes(number, |what| *what == What::Labeled("ack".into())), 1);
    assert_eq!(fake.count_writes(number, |what| *what == What::Unlabeled("ack".into())), 0);
}

#[tokio::test]
async fn what_could_not_be_read_again_does_not_make_old_what_is_done_next() {
    let fake = Fake::start();
    fake.set_time("2026-11-22T12:00:00Z".parse().unwrap());
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    done(&desk.does(number, ACK).await);
    fake.advance(chrono::TimeDelta::seconds(1));
    fake.by("bob").close(number, "completed");
    fake.by("bob").reopen(number);
    desk.watch.poll().await;
    for text in ["it was the cache", "it was not", "it was the quota"] {
        let note = desk.decide(number, Decision::Note { text: text.into() });
        fake.fail_next(Matcher::on("GET", &format!("/issues/{number}")), Fault::BadGatewayBefore);
        let facts = done(&desk.first(&note).await).clone();
        desk.watch.shelf.incidents.insert(number, facts);
    }
    fake.advance(chrono::TimeDelta::seconds(1));
    let ack = desk.decide(number, Decision::Ack { over: dogwatch::domain::decision::Over::VoidAck });
    fake.fail_next(Matcher::on("POST", "/labels"), Fault::BadGatewayAfter);
    assert!(is_unknown(&desk.first(&ack).await));
    assert_eq!(done(&desk.again(&ack).await).ack.clone().unwrap().by, Some(line("alice")));
    assert_eq!(fake.count_writes(number, |what| *what == What::Labeled("ack".into())), 2, "given, and given anew");
    assert_eq!(fake.count_writes(number, |what| *what == What::Unlabeled("ack".into())), 1);
}

#[tokio::test]
async fn what_is_read_in_the_second_of_what_was_laid_over_is_no_older() {
    let fake = Fake::start();
    fake.set_time("2026-11-22T12:00:00Z".parse().unwrap());
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let note = desk.decide(number, Decision::Note { text: "it was the cache".into() });
    fake.fail_next(Matcher::on("GET", &format!("/issues/{number}")), Fault::BadGatewayBefore);
    let first = done(&desk.first(&note).await).clone();
    desk.watch.shelf.incidents.insert(number, first.clone());
    let outcome = desk.does(number, Decision::Note { text: "it was not".into() }).await;
    let second = done(&outcome);
    assert_eq!(second.comments, 2);
    assert!(second.updated_at >= first.updated_at, "{} is older than {}", second.updated_at, first.updated_at);
}

#[tokio::test]
async fn what_was_filed_and_cannot_be_read_again_has_its_labels() {
    let fake = Fake::start();
    let mut desk = Desk::new(&fake, "alice").await;
    let labels = vec!["SEV2".to_owned()];
    let entry =
        desk.decide(0, Decision::New { title: "canary fails".into(), body: String::new(), labels, signal: None });
    fake.fail_next(Matcher::on("GET", "/issues/1"), Fault::BadGatewayBefore);
    let outcome = desk.first(&entry).await;
    assert_eq!(fake.faults_waiting(), 0, "the issue was read again, in vain");
    assert_eq!(done(&outcome).labels, [line("SEV2")]);
}

#[tokio::test]
async fn what_another_undid_in_the_meantime_is_not_done_again() {
    let fake = Fake::start();
    fake.set_time("2026-11-22T12:00:00Z".parse().unwrap());
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    fake.advance(chrono::TimeDelta::minutes(1));
    let entry = desk.decide(number, Decision::Close { reason: dogwatch::domain::incident::CloseReason::Completed });
    fake.fail_next(Matcher::writes(), Fault::DropAfter);
    assert!(is_unknown(&desk.first(&entry).await));
    fake.by("bob").reopen(number);
    assert!(matches!(desk.again(&entry).await, Outcome::Done { .. }));
    assert!(fake.issue(number).is_open());
}
