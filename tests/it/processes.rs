//! Several processes on one store, several stores on one repository, and bad
//! days as the operator of one command sees them.

use crate::github::{Fake, Fault, Matcher, Request, What};
use crate::station::{Station, team_file};

fn labeled(name: &str) -> impl Fn(&What) -> bool {
    move |what| *what == What::Labeled(name.to_owned())
}

/// A fake with one issue, and alice, who has seen it.
fn one_issue() -> (Fake, Station) {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["bug"]);
    let alice = Station::of(&fake, "alice");
    assert_eq!(alice.run(&["sync"]).code, Some(0));
    (fake, alice)
}

fn states(station: &Station) -> Vec<(String, String)> {
    let log = station.ask(&["log"]).json();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    log["decisions"].as_array().unwrap().iter().map(|one| (word(&one["verb"]), word(&one["state"]))).collect()
}

fn pair(verb: &str, state: &str) -> (String, String) {
    (verb.to_owned(), state.to_owned())
}

#[test]
fn an_ack_by_command_shows_on_the_screen_without_a_key_and_goes_out_once() {
    let (fake, alice) = one_issue();
    let screen = alice.screen(&[]).size(100, 30).start();
    screen.wait_for("! open    api#1");
    let said = alice.ask(&["ack", "api#1"]);
    assert_eq!((said.code, said.outcomes()), (Some(0), vec!["done".to_owned()]), "{said:?}");
    screen.wait_for("+ acked   api#1");
    screen.send("q");
    assert_eq!(screen.wait_exit().code, 0);
    assert_eq!(fake.count_writes(1, labeled("ack")), 1);
    let sent = fake.requests().iter().filter(|request| request.is_write()).count();
    assert_eq!(sent, 1, "one process sends, once");
}

#[test]
fn a_decision_by_key_and_one_by_command_keep_their_order_on_one_store() {
    let (fake, alice) = one_issue();
    let screen = alice.screen(&[]).size(100, 30).start();
    screen.wait_for("! open    api#1");
    screen.send("a");
    screen.wait_for("+ acked   api#1");
    let said = alice.ask(&["unack", "api#1"]);
    assert_eq!(said.outcomes(), ["done"], "{said:?}");
    screen.wait_for("! open    api#1");
    let what: Vec<What> = fake.writes().into_iter().map(|write| write.what).collect();
    // The pair may have met in the journal before anything was sent: then nothing is.
    let both = [What::Labeled("ack".to_owned()), What::Unlabeled("ack".to_owned())];
    assert!(what == both || what.is_empty(), "{what:?}");
}

#[test]
fn a_list_from_before_a_decision_that_comes_after_it_takes_nothing_back() {
    let fake = Fake::start();
    // All within one second, as the server tells it.
    fake.set_time(chrono::Utc::now());
    let (_, alice) = (fake.by("bob").open("loader hangs", &["bug"]), Station::of(&fake, "alice"));
    alice.run(&["sync"]);
    let screen = alice.screen(&[]).size(100, 30).start();
    screen.wait_for("! open    api#1");
    let note = |text: &str| assert_eq!(alice.ask(&["note", "api#1", "-m", text]).outcomes(), ["done"]);
    // After a decision the next list is kept whatever it says.
    note("it was the cache");
    let is_list = |request: &&Request| request.target.contains("state=all");
    fake.fail_next(Matcher::on("GET", "state=all"), Fault::HangAfter);
    screen.send("r");
    fake.wait_until("a list is under way", |requests, _| {
        requests.iter().rfind(is_list).is_some_and(|list| list.fault.is_some())
    });
    note("it was not");
    let before = fake.requests().len();
    fake.release();
    fake.wait_until("the list is kept", |requests, _| requests.len() > before);
    // A close of what has more comments than its operator has seen would ask.
    let said = alice.ask(&["close", "api#1"]);
    assert_eq!(said.outcomes(), ["done"], "{said:?}");
}

#[test]
fn of_two_operators_who_ack_the_first_wins_and_the_second_is_told_who() {
    let (fake, alice) = one_issue();
    let bob = Station::of(&fake, "bob");
    bob.run(&["sync"]);
    assert_eq!(alice.ask(&["ack", "api#1"]).outcomes(), ["done"]);
    let said = bob.ask(&["ack", "api#1"]);
    assert_eq!((said.code, said.outcomes()), (Some(1), vec!["conflict".to_owned()]), "{said:?}");
    assert!(said.reason().starts_with("already acked by alice"), "{said:?}");
    assert_eq!(fake.count_writes(1, labeled("ack")), 1);
    bob.run(&["sync"]);
    assert_eq!(bob.ask(&["queue"]).json()["incidents"][0]["acked_by"], "alice");
    let log = bob.run(&["log"]);
    assert_eq!(log.code, Some(1), "a conflict waits until it is put away: {log:?}");
}

#[test]
fn what_is_decided_offline_goes_out_later_once_and_in_order() {
    let (fake, alice) = one_issue();
    let before = fake.requests().len();
    for words in [
        vec!["ack", "api#1"],
        vec!["note", "api#1", "-m", "it is the cache"],
        vec!["severity", "api#1", "SEV2"],
        vec!["close", "api#1", "--reason", "not-planned"],
    ] {
        let said = alice.ask(&[vec!["--offline"], words].concat());
        assert_eq!((said.code, said.outcomes()), (Some(0), vec!["pending".to_owned()]), "{said:?}");
    }
    assert_eq!(fake.requests().len(), before, "offline nobody is asked");
    let said = alice.run(&["sync"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let what: Vec<What> = fake.writes().into_iter().map(|write| write.what).collect();
    assert_eq!(what[0], What::Labeled("ack".into()));
    assert!(matches!(&what[1], What::Commented(text) if text.starts_with("it is the cache")), "{what:?}");
    assert_eq!(what[2..], [What::Labeled("SEV2".into()), What::Closed("not_planned".into())]);
    assert_eq!(states(&alice), ["close", "severity", "note", "ack"].map(|verb| pair(verb, "done")));
}

#[test]
fn a_close_of_what_has_changed_asks_again_and_waits_for_the_answer() {
    let (fake, alice) = one_issue();
    fake.by("bob").open("cache misses", &["bug"]);
    alice.run(&["sync"]);
    fake.by("bob").comment(1, "it hangs on the new loader, too");
    fake.by("bob").retitle(2, "cache misses and serves strangers' data");

    let said = alice.ask(&["close", "api#1", "api#2"]);
    assert_eq!(said.outcomes(), ["pending", "pending"], "{said:?}");
    assert!(fake.issue(1).is_open() && fake.issue(2).is_open());
    let log = alice.ask(&["log"]);
    assert_eq!(log.code, Some(1), "{log:?}");
    let decisions = log.json()["decisions"].as_array().unwrap().clone();
    let asks = |id: &str, why: &str| {
        let one = decisions.iter().find(|one| one["id"] == id).unwrap();
        assert_eq!(one["state"], "asks again", "{one}");
        assert!(one["reason"].as_str().unwrap().contains(why), "{one}");
        one["op"].as_str().unwrap().to_owned()
    };
    let (first, second) = (asks("api#1", "a comment"), asks("api#2", "another title"));

    let said = alice.ask(&["log", "--confirm", &first]);
    assert_eq!((said.code, said.outcomes()), (Some(0), vec!["done".to_owned()]), "{said:?}");
    alice.ask(&["log", "--dismiss", &second]);
    assert!(!fake.issue(1).is_open());
    assert!(fake.issue(2).is_open());
    assert_eq!(alice.run(&["log"]).code, Some(0), "nothing waits any more");
    assert_eq!(fake.count_writes(1, |what| matches!(what, What::Closed(_))), 1);
}

#[test]
fn a_close_that_was_decided_long_ago_asks_again() {
    let (fake, alice) = one_issue();
    let early = (fake.now() - chrono::TimeDelta::hours(1)).to_rfc3339();
    alice.ask(&["--offline", "--now", &early, "close", "api#1"]);
    let said = alice.run(&["sync"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(states(&alice), [pair("close", "asks again")]);
    assert!(fake.issue(1).is_open());
}

/// What a decision comes to when the server answers every request so.
struct BadDay {
    fault: Fault,
    outcome: &'static str,
    code: i32,
    reason: &'static str,
}

fn bad(fault: Fault, outcome: &'static str, code: i32, reason: &'static str) -> BadDay {
    BadDay { fault, outcome, code, reason }
}

#[test]
fn every_bad_answer_to_a_decision_is_told_and_none_loses_it() {
    let days = [
        bad(Fault::Unauthorized, "refused", 1, "DW_TOKEN"),
        bad(Fault::SsoRequired, "refused", 1, "sso"),
        bad(Fault::PermissionMissing, "refused", 1, "issues=write"),
        bad(Fault::NotFound, "refused", 1, "404"),
        bad(Fault::Gone, "refused", 1, "410"),
        bad(Fault::Unprocessable, "refused", 1, "422"),
        bad(Fault::TooManyRequests { retry_after: Some(90) }, "pending", 0, "waiting 90 s"),
        bad(Fault::SecondaryLimit { retry_after: Some(90) }, "pending", 0, "waiting 90 s"),
        bad(Fault::Html, "unknown", 0, "HTML"),
        bad(Fault::BadGatewayBefore, "unknown", 0, "502"),
    ];
    std::thread::scope(|scope| {
        for day in &days {
            scope.spawn(move || {
                let (fake, alice) = one_issue();
                fake.fail_always(Matcher::writes(), day.fault.clone());
                let said = alice.ask(&["ack", "api#1"]);
                let seen = (said.outcomes(), said.code);
                assert_eq!(seen, (vec![day.outcome.to_owned()], Some(day.code)), "{:?}: {said:?}", day.fault);
                let reason = said.reason();
                assert!(reason.contains(day.reason), "{:?}: {reason}", day.fault);
                assert!(!reason.contains('\u{1b}') && !reason.contains("token-of"), "{reason}");
                let kept = alice.journal();
                assert_eq!(kept.len(), 1, "{:?}", day.fault);
                assert_eq!(fake.count_writes(1, labeled("ack")), 0);
            });
        }
    });
}

#[test]
fn every_bad_answer_to_a_poll_is_told_and_leaves_the_queue_as_it_was() {
    let days = [
        (Fault::Unauthorized, "DW_TOKEN"),
        (Fault::SsoRequired, "sso"),
        (Fault::PermissionMissing, "403"),
        (Fault::NotFound, "404"),
        (Fault::Gone, "410"),
        (Fault::Unprocessable, "422"),
        (Fault::TooManyRequests { retry_after: Some(90) }, "waiting 90 s"),
        (Fault::SecondaryLimit { retry_after: Some(90) }, "waiting 90 s"),
        (Fault::Html, "HTML"),
        (Fault::MalformedJson, "api not reached"),
        (Fault::BadGatewayBefore, "502"),
        (Fault::DropBefore, "api not reached"),
        (Fault::HalfBody, "api not reached"),
    ];
    std::thread::scope(|scope| {
        for (fault, words) in &days {
            scope.spawn(move || {
                let (fake, alice) = one_issue();
                // What comes with 304 cannot be cut short.
                fake.by("bob").open("cache misses", &[]);
                fake.fail_always(Matcher::reads(), fault.clone());
                let said = alice.run(&["sync"]);
                assert_eq!(said.code, Some(3), "{fault:?}: {said:?}");
                assert!(said.stderr.contains(words), "{fault:?}: {said:?}");
                assert!(!said.stderr.contains('\u{1b}') && !said.stderr.contains("token-of"), "{said:?}");
                let queue = alice.ask(&["queue"]);
                assert_eq!(queue.code, Some(3), "{fault:?}: {queue:?}");
                let queue = queue.json();
                assert_eq!(queue["sources"][0]["state"], "failed", "{fault:?}: {queue}");
                assert_eq!(queue["incidents"][0]["id"], "api#1", "{fault:?}: {queue}");
                fake.heal();
                assert_eq!(alice.run(&["sync"]).code, Some(0), "{fault:?}");
                assert_eq!(alice.ask(&["queue"]).json()["incidents"].as_array().unwrap().len(), 2, "{fault:?}");
            });
        }
    });
}

#[test]
fn without_a_token_it_says_which_and_what_was_decided_goes_out_with_one() {
    let (fake, mut alice) = one_issue();
    alice.take_token(None);
    let said = alice.run(&["sync"]);
    assert_eq!(said.code, Some(3), "{said:?}");
    assert!(said.stderr.contains("DW_TOKEN"), "{said:?}");
    let said = alice.ask(&["ack", "api#1"]);
    assert_eq!((said.code, said.outcomes()), (Some(0), vec!["pending".to_owned()]), "{said:?}");
    assert!(said.reason().contains("DW_TOKEN"), "{said:?}");
    alice.take_token(Some(&fake.token("alice")));
    assert_eq!(alice.run(&["sync"]).code, Some(0));
    assert_eq!(fake.count_writes(1, labeled("ack")), 1);
    assert_eq!(states(&alice), [pair("ack", "done")]);
}

#[test]
fn a_host_that_is_not_there_leaves_the_queue_and_keeps_what_is_decided() {
    let (fake, alice) = one_issue();
    // Nobody listens on a port that was given back.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for api in [format!("http://{closed}"), "https://dogwatch.invalid".to_owned()] {
        alice.team(&team_file(&api, "1.1s", "10s"));
        let said = alice.run(&["sync"]);
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(said.stderr.contains("dogwatch: api not reached: "), "{said:?}");
        assert_eq!(alice.ask(&["queue"]).json()["incidents"][0]["id"], "api#1");
    }
    alice.team(&team_file(&format!("http://{closed}"), "0.02s", "0.3s"));
    let said = alice.ask(&["ack", "api#1"]);
    assert_eq!((said.code, said.outcomes()), (Some(0), vec!["pending".to_owned()]), "{said:?}");
    alice.team(&team_file(&fake.url(), "0.02s", "0.3s"));
    alice.run(&["sync"]);
    assert_eq!(states(&alice), [pair("ack", "done")]);
    assert_eq!(fake.count_writes(1, labeled("ack")), 1);
}

#[test]
fn a_server_that_hangs_then_acts_and_fails_then_recovers_has_each_decision_once() {
    let (fake, alice) = one_issue();
    fake.by("bob").open("cache misses", &["bug"]);
    alice.run(&["sync"]);
    let screen = alice.screen(&[]).size(120, 40).start();
    screen.wait_for("! open    api#2");
    fake.fail_next(Matcher::on("POST", "/labels"), Fault::HangAfter);
    fake.fail_next(Matcher::on("POST", "/labels"), Fault::BadGatewayAfter);
    fake.fail_next(Matcher::on("POST", "/comments"), Fault::BadGatewayAfter);
    screen.send("a");
    fake.wait_until("the ack hangs", |requests, _| requests.iter().any(Request::is_write));
    // The cursor has gone on to the other.
    screen.wait_for(">  ?    ! open    api#2");
    screen.send("a");
    screen.send("cit is the cache\x04");
    screen.wait_gone("! open");
    fake.release();
    fake.wait_until("everything is there", |_, writes| writes.len() == 3);
    screen.send("L");
    for done in ["ack api#1 by alice done", "ack api#2 by alice done", "note api#1 by alice done"] {
        screen.wait_for(done);
    }
    let log = screen.screen();
    let times = |text: &str| log.matches(text).count();
    // What is selected, the newest, is shown again below the list.
    assert_eq!((times("ack api#1"), times("ack api#2"), times("note api#")), (1, 1, 2), "{log}");
    assert_eq!(fake.count_writes(1, labeled("ack")) + fake.count_writes(2, labeled("ack")), 2);
    let notes = fake.writes().iter().filter(|write| matches!(write.what, What::Commented(_))).count();
    assert_eq!((notes, fake.writes().len(), fake.faults_waiting()), (1, 3, 0));
    screen.send("qq");
    screen.wait_exit();
    let done = states(&alice);
    assert!(done.len() == 3 && done.iter().all(|(_, state)| state == "done"), "{done:?}");
}
