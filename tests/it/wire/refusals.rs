//! A no is shown with its reason and with what would help, and nothing is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dogwatch::domain::decision::Decision;
use dogwatch::domain::id::OpId;
use dogwatch::domain::journal::Outcome;
use dogwatch::sources::github::door::Door;
use dogwatch::sources::tokens::{NoToken, Rules, Token};
use dogwatch::tracker::github::{LabelCheck, Right, assignable, comments, inspect};

use super::{ACK, Desk, customs, door, line, refusal, target, token};
use crate::github::{Fake, Fault, Matcher, What};

#[tokio::test]
async fn each_no_is_refused_with_a_reason_and_without_the_token() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let faults = [
        (Fault::Unauthorized, "401 Bad credentials: the token of test is wrong or has run out"),
        (Fault::SsoRequired, "single sign-on"),
        (Fault::PermissionMissing, "the token needs issues=write"),
        (Fault::NotFound, "404 Not Found: not there, or not to be seen with this token"),
        (Fault::Gone, "410 This issue was deleted"),
        (Fault::Unprocessable, "422"),
        (Fault::Status(403, "{\"message\":\"\\u001b[31mno ghp_abcdefgh123\"}".to_owned()), "403 no [token]"),
    ];
    for (fault, words) in faults {
        fake.fail_next(Matcher::writes(), fault.clone());
        let outcome = desk.does(number, ACK).await;
        assert!(refusal(&outcome).contains(words), "{fault:?}: {outcome:?}");
        assert!(!refusal(&outcome).contains("token-of-alice") && !refusal(&outcome).contains('\u{1b}'));
    }
    assert_eq!(fake.count_writes(number, |_| true), 0);
}

#[tokio::test]
async fn what_github_drops_in_silence_is_a_refusal() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    fake.home().define_label("ack");
    let mut rita = Desk::new(&fake, "rita").await;
    for decision in [ACK, Decision::Assign { to: Some(line("rita")), from: Vec::new() }] {
        let outcome = rita.does(number, decision.clone()).await;
        assert!(matches!(outcome, Outcome::Refused { .. }), "{decision:?} {outcome:?}");
    }
    let mut alice = Desk::new(&fake, "alice").await;
    let nobody = Decision::Assign { to: Some(line("nobody-here")), from: Vec::new() };
    assert!(refusal(&alice.does(number, nobody).await).contains("nobody-here"));
    assert_eq!(fake.count_writes(number, |_| true), 0);
}

#[tokio::test]
async fn a_label_that_triage_may_not_make_is_named() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut tess = Desk::new(&fake, "tess").await;
    let outcome = tess.does(number, ACK).await;
    assert!(refusal(&outcome).contains("is there a label ack"), "{outcome:?}");
}

#[tokio::test]
async fn taking_off_a_label_that_is_not_there_is_done_unless_we_may_not() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut alice = Desk::new(&fake, "alice").await;
    assert!(matches!(alice.does(number, Decision::Unack).await, Outcome::Done { .. }));
    fake.by("bob").label(number, "ack");
    fake.fail_next(Matcher::on("DELETE", "/labels"), Fault::NotFound);
    assert!(refusal(&alice.does(number, Decision::Unack).await).contains("leaves the label ack on"));
    fake.fail_next(Matcher::on("DELETE", "/labels"), Fault::NotFound);
    fake.fail_next(Matcher::on("GET", &format!("/issues/{number}")), Fault::NotFound);
    assert!(refusal(&alice.does(number, Decision::Unack).await).contains("404"));
}

#[tokio::test]
async fn a_token_that_has_run_out_is_looked_up_once_more() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let (old, new) = (token(&fake, "ada"), token(&fake, "alice"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let lookup = Arc::new(move || {
        let token = if count.fetch_add(1, Ordering::SeqCst) == 0 { old.clone() } else { new.clone() };
        let answer: std::pin::Pin<Box<dyn Future<Output = Result<Token, NoToken>> + Send>> =
            Box::pin(async move { Ok(token) });
        answer
    });
    let mut desk = Desk::over(Arc::new(Door::new(target(&fake), lookup))).await;
    fake.revoke_tokens("ada");
    let outcome = desk.does(number, ACK).await;
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    fake.revoke_tokens("alice");
    assert!(refusal(&desk.does(number, Decision::Unack).await).contains("401"));
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_the_remedy_is_named() {
    let fake = Fake::start();
    let host = target(&fake).host();
    let missing =
        NoToken { host: host.clone(), why: line("$DATAFACE_TOKEN is not set"), remedy: line("set $DATAFACE_TOKEN") };
    let shut = Arc::new(Door::new(
        target(&fake),
        Arc::new(move || {
            let missing = missing.clone();
            Box::pin(async move { Err(missing) })
        }),
    ));
    let mut desk = Desk::new(&fake, "alice").await;
    let entry = desk.decide(1, ACK);
    let before = fake.requests().len();
    let tracker = dogwatch::tracker::github::GithubTracker::new(shut, customs(), std::time::Duration::ZERO);
    let order = dogwatch::tracker::Order {
        entry,
        attempt: dogwatch::domain::journal::Attempt::First,
        known: None,
        posted: None,
        now: super::now(),
    };
    let outcome = tracker.perform(&order).await;
    let Outcome::NotSent { reason } = &outcome else { panic!("{outcome:?}") };
    assert_eq!(reason.as_str(), format!("no token for {host}: set $DATAFACE_TOKEN"));
    assert_eq!(fake.requests().len(), before);
    assert!(Rules::plain(host).variables().is_empty());
}

#[tokio::test]
async fn a_note_that_is_too_long_and_one_that_was_sent_are_refused_here() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    let long = Decision::Note { text: "x".repeat(60_001) };
    assert!(refusal(&desk.does(number, long).await).contains("60001 bytes"));
    let retract = Decision::Retract { note: OpId::from("01ARZ3NDEKTSV4RRFFQ69G5FAV") };
    assert_eq!(refusal(&desk.does(number, retract).await), "already sent, cannot be taken back");
    assert_eq!(fake.count_writes(number, |_| true), 0);
}

#[tokio::test]
async fn a_write_that_is_redirected_is_sent_once_to_the_new_address() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    fake.home().rename("acme/dataface-two");
    for decision in [ACK, Decision::Note { text: "hello".into() }] {
        let outcome = desk.does(number, decision.clone()).await;
        assert!(matches!(outcome, Outcome::Done { facts: Some(_), .. }), "{decision:?} {outcome:?}");
    }
    assert_eq!(fake.comments(number).len(), 1);
    assert_eq!(fake.home().issue(number).labels, ["ack"]);
    let new = Decision::New { title: "canary fails".into(), body: String::new(), labels: Vec::new(), signal: None };
    assert!(matches!(desk.does(0, new).await, Outcome::Done { filed: Some(_), .. }));
    assert_eq!(fake.home().issues().len(), 2);
}

#[tokio::test]
async fn a_transferred_issue_gets_the_decision_where_it_is_now() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    fake.repo("acme/other").by("bob").open("first there", &[]);
    let there = fake.home().transfer(number, "acme/other");
    let outcome = desk.does(number, Decision::Note { text: "hello".into() }).await;
    let Outcome::Done { facts: None, remark: Some(remark), .. } = &outcome else { panic!("{outcome:?}") };
    assert_eq!(remark.as_str(), format!("it was transferred, and is #{there} now"));
    assert_eq!(fake.repo("acme/other").comments(there).len(), 1);
}

#[tokio::test]
async fn a_redirect_to_another_host_sends_nothing_there() {
    let fake = Fake::start();
    let elsewhere = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    let mut desk = Desk::new(&fake, "alice").await;
    for status in [301, 302, 307, 308] {
        fake.fail_next(Matcher::writes(), Fault::Moved(status, format!("{}/repos/acme/dataface", elsewhere.url())));
        let outcome = desk.does(number, ACK).await;
        assert!(!matches!(outcome, Outcome::Done { .. }), "{status} {outcome:?}");
    }
    assert_eq!(elsewhere.requests().len(), 0);
    assert_eq!(fake.count_writes(number, |what| matches!(what, What::Labeled(_))), 0);
}

#[tokio::test]
async fn doctor_is_told_whose_token_it_is_and_what_it_may_do() {
    let fake = Fake::start();
    fake.home().define_label("ack");
    let cases = [("alice", Right::Push), ("tess", Right::Triage), ("rita", Right::Read)];
    for (login, right) in cases {
        let client = door(&fake, login).client().await.unwrap();
        let report = inspect(&client, &target(&fake), &customs()).await.unwrap();
        assert_eq!((report.login, report.right), (Some(line(login)), right));
        assert_eq!((report.scopes, report.token_origin.as_str()), (Some(line("repo")), "test"));
        assert_eq!(report.labels[0], ("ack".to_owned(), LabelCheck::There));
        assert_eq!(report.labels[1], ("snoozed".to_owned(), LabelCheck::Missing));
    }
    let client = door(&fake, "mallory").client().await.unwrap();
    let error = inspect(&client, &target(&fake), &customs()).await.unwrap_err();
    assert!(error.to_string().starts_with("acme/dataface: 404"), "{error}");
}

#[tokio::test]
async fn the_detail_gets_comments_and_the_picker_gets_people() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    fake.by("bob").comment(number, "a\u{1b}[2Jb\n\n<!-- dogwatch op=01ARZ3NDEKTSV4RRFFQ69G5FAV -->");
    let client = door(&fake, "alice").client().await.unwrap();
    let id = dogwatch::domain::id::IncidentId::from(format!("gh#{number}").as_str());
    let told = comments(&client, &target(&fake), &id).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].1.text, Some(dogwatch::domain::text::Clean::block("ab")));
    let people = assignable(&client, &target(&fake)).await.unwrap();
    assert!(people.contains(&line("alice")) && people.contains(&line("bob")));
}
