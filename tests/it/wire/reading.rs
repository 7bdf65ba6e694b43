//! A poll tells what is there, costs little, and never makes a failure look like silence.

use dogwatch::domain::incident::{Ack, Status};
use dogwatch::sources::github::trouble::Trouble;
use dogwatch::sources::github::{PollError, Want};

use super::{Watch, customs, now, since, target};
use crate::github::{Fake, Fault, Matcher};

#[tokio::test]
async fn an_unchanged_repository_costs_two_conditional_requests() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["bug", "ack"]);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    watch.poll().await;
    let before = fake.requests().len();
    let polled = watch.poll().await;
    assert_eq!(polled.changed, 0);
    let asked = fake.requests();
    let asked = &asked[before..];
    assert_eq!(asked.iter().map(|request| request.status).collect::<Vec<_>>(), [Some(304), Some(304)], "{asked:?}");
    assert!(asked.iter().all(|request| request.header("if-none-match").is_some()));
}

#[tokio::test]
async fn ten_thousand_issues_take_at_most_101_lists_the_newest_first() {
    let fake = Fake::start();
    fake.home().bulk("bob", 10_000);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    let lists = fake.requests().iter().filter(|request| request.target.contains("/issues?")).count();
    assert!(lists <= 101, "{lists}");
    assert_eq!(watch.shelf.incidents.len(), 10_000);
    assert!(watch.shelf.pages >= 100);
    watch.poll().await;
    let before = fake.requests().len();
    watch.poll().await;
    assert_eq!(fake.requests().len() - before, 2, "{:?}", since(&fake, before));
}

#[tokio::test]
async fn what_changes_is_told_and_pull_requests_are_not_incidents() {
    let fake = Fake::start();
    let one = fake.by("bob").open("loader hangs", &["bug"]);
    let pull = fake.by("bob").open_pull_request("fix the loader");
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    assert!(!watch.shelf.incidents.contains_key(&pull));
    fake.by("bob").retitle(one, "loader hangs at start");
    fake.by("bob").close(one, "not_planned");
    let two = fake.by("bob").open("canary fails", &[]);
    watch.poll().await;
    assert_eq!(watch.incident(one).title.as_str(), "loader hangs at start");
    assert!(matches!(watch.incident(one).status, Status::Closed { .. }));
    assert_eq!(watch.incident(two).author.as_ref().map(ToString::to_string).as_deref(), Some("bob"));
    assert!(watch.shelf.moments.values().any(|moment| moment.what == "closed as not-planned"));
}

#[tokio::test]
async fn who_acked_and_when_comes_from_the_events() {
    let fake = Fake::start();
    let old = fake.by("bob").open("loader hangs", &[]);
    fake.by("bob").label(old, "ack");
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    let ack = watch.incident(old).ack.clone().unwrap();
    assert_eq!(ack.by.unwrap().as_str(), "bob");
    assert!(ack.at.is_some());
    let new = fake.by("bob").open("canary fails", &[]);
    watch.poll().await;
    fake.by("alice").label(new, "ack");
    fake.by("alice").unlabel(new, "ack");
    fake.by("bob").label(new, "ack");
    watch.poll().await;
    assert_eq!(watch.incident(new).ack.clone().unwrap().by.unwrap().as_str(), "bob");
}

#[tokio::test]
async fn a_late_list_of_events_leaves_no_ack_without_a_name() {
    let fake = Fake::start();
    let one = fake.by("bob").open("loader hangs", &[]);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    fake.lag_events();
    fake.by("bob").label(one, "ack");
    watch.poll().await;
    assert_eq!(watch.incident(one).ack.clone().unwrap().by.unwrap().as_str(), "bob");
}

#[tokio::test]
async fn of_two_stories_of_one_second_the_one_that_the_tracker_tells_again_is_kept() {
    let fake = Fake::start();
    fake.set_time("2026-11-22T12:00:00Z".parse().unwrap());
    let one = fake.by("bob").open("loader hangs", &[]);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    watch.poll().await;
    let open = watch.incident(one).clone();
    fake.by("bob").close(one, "duplicate");
    watch.poll().await;
    let closed = watch.incident(one).clone();
    assert_eq!((open.updated_at, open.is_open(), closed.is_open()), (closed.updated_at, true, false));
    // What a decision read before the close comes to the store after it; then a poll's list does, and kills.
    watch.shelf.incidents.insert(one, open.clone());
    watch.restart();
    watch.poll().await;
    assert!(!watch.incident(one).is_open());
    for answer in [open.clone(), closed] {
        watch.shelf.incidents.insert(one, open.clone());
        watch.poller.learn(answer);
        watch.poll().await;
        assert!(!watch.incident(one).is_open());
    }
    watch.poll().await;
    let before = fake.requests().len();
    watch.poll().await;
    assert!(fake.requests()[before..].iter().all(|request| request.status == Some(304)), "the doubt passes");
}

#[tokio::test]
async fn what_another_process_on_this_store_left_unasked_is_asked_after_a_restart() {
    let fake = Fake::start();
    let one = fake.by("bob").open("loader hangs", &[]);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    fake.by("bob").label(one, "ack");
    watch.poll().await;
    // The other one kept the list, died before it asked who it was, and what it owed was kept over.
    let known = watch.shelf.incidents.get_mut(&one).unwrap();
    known.ack = Some(Ack { by: None, at: None });
    watch.poll().await;
    watch.restart();
    watch.poll().await;
    assert_eq!(watch.incident(one).ack.clone().unwrap().by.unwrap().as_str(), "bob");
}

#[tokio::test]
async fn one_odd_issue_among_a_hundred_costs_itself_only() {
    let fake = Fake::start();
    fake.home().bulk("bob", 99);
    for fault in [Fault::OddItem, Fault::NullUser] {
        let mut watch = Watch::new(&fake, "alice").await;
        fake.fail_next(Matcher::on("GET", "/issues?"), fault.clone());
        let polled = watch.poll().await;
        assert_eq!(watch.shelf.incidents.len() + polled.unreadable, 99, "{fault:?}");
        assert!(polled.unreadable <= 1, "{fault:?}");
        assert_eq!(polled.unreadable, watch.shelf.unreadable.len(), "{fault:?}");
    }
}

#[tokio::test]
async fn a_failed_poll_says_why_keeps_what_was_known_and_the_next_one_catches_up() {
    let fake = Fake::start();
    let one = fake.by("bob").open("loader hangs", &[]);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    let faults = [
        (Fault::BadGatewayBefore, "502"),
        (Fault::DropBefore, "the connection broke"),
        (Fault::HalfBody, "broke off in the middle"),
        (Fault::Html, "login page or a proxy"),
        (Fault::MalformedJson, "no GitHub JSON"),
        (Fault::HugeBody(30 << 20), "more than 16 MiB"),
        (Fault::PackedBomb(30 << 20), "more than 16 MiB"),
        (Fault::Unauthorized, "401"),
        (Fault::SsoRequired, "single sign-on"),
        (Fault::PermissionMissing, "issues=write"),
        (Fault::NotFound, "acme/dataface: 404"),
        (Fault::Unprocessable, "422"),
        (Fault::Gone, "410"),
        (Fault::TooManyRequests { retry_after: Some(7) }, "waiting 7 s"),
        (Fault::SecondaryLimit { retry_after: None }, "waiting 60 s"),
        (Fault::Moved(302, "https://login.example/".to_owned()), "redirected to another host"),
    ];
    for (fault, words) in faults {
        fake.by("bob").comment(one, "still there");
        fake.fail_next(Matcher::on("GET", "/issues?"), fault.clone());
        let error = watch.try_poll().await.unwrap_err().to_string();
        assert!(error.contains(words), "{fault:?}: {error}");
        assert!(!error.contains('\u{1b}') && !error.contains("token-of-alice"), "{error}");
        assert_eq!(fake.faults_waiting(), 0);
    }
    let comments = fake.comments(one).len();
    watch.poll().await;
    assert_eq!(watch.incident(one).comments, u64::try_from(comments).unwrap());
}

#[tokio::test]
async fn a_packed_answer_is_read_like_any_other() {
    let fake = Fake::start();
    let one = fake.by("bob").open("loader hangs", &[]);
    fake.fail_always(Matcher::reads(), Fault::Gzip);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    assert_eq!(watch.incident(one).title.as_str(), "loader hangs");
}

#[tokio::test]
async fn nobody_listening_is_not_sent_and_a_hang_ends() {
    let fake = Fake::start();
    let mut hasty = Watch::over(super::hasty(&fake, "alice")).await;
    fake.fail_next(Matcher::reads(), Fault::Hang);
    let error = hasty.try_poll().await.unwrap_err();
    assert!(matches!(&error, PollError::Trouble(Trouble::Unknown { .. })), "{error:?}");
    assert!(error.to_string().contains("no answer in time"), "{error}");
    drop(fake);
    let error = hasty.try_poll().await.unwrap_err();
    assert!(matches!(&error, PollError::Trouble(Trouble::NotSent(_))), "{error:?}");
}

#[tokio::test]
async fn what_is_deleted_transferred_or_unlabelled_becomes_a_tombstone() {
    let fake = Fake::start();
    let [deleted, moved, stays] = ["a", "b", "c"].map(|title| fake.by("bob").open(title, &["triage"]));
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    fake.home().delete(deleted);
    fake.home().transfer(moved, "acme/other");
    watch.sweep().await;
    assert_eq!(
        watch.gone(),
        [format!("gh#{deleted} deleted"), format!("gh#{moved} transferred to another repository")]
    );
    assert_eq!(watch.sweep().await.changed, 0);
    assert!(watch.incident(stays).is_open());
}

#[tokio::test]
async fn only_issues_with_a_label_of_the_source_are_incidents() {
    let fake = Fake::start();
    let [one, two, none] =
        [&["triage"][..], &["page", "bug"], &["bug"]].map(|labels| fake.by("bob").open("loader hangs", labels));
    let door = super::door(&fake, "alice");
    let mut watch = Watch::over(door).await;
    watch.target.labels = vec!["triage".to_owned(), "page".to_owned()];
    watch.restart();
    watch.poll().await;
    assert_eq!(watch.shelf.incidents.keys().copied().collect::<Vec<_>>(), [one, two]);
    fake.by("bob").label(none, "page");
    fake.by("bob").unlabel(one, "triage");
    watch.poll().await;
    assert!(watch.shelf.incidents.contains_key(&none));
    assert_eq!(watch.gone(), [format!("gh#{one} no longer labelled triage or page")]);
}

#[tokio::test]
async fn a_renamed_repository_is_followed_by_its_id() {
    let fake = Fake::start();
    let one = fake.by("bob").open("loader hangs", &[]);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    fake.home().rename("acme/dataface-two");
    fake.by("bob").comment(one, "hello");
    watch.poll().await;
    assert_eq!(watch.incident(one).comments, 1);
    watch.poll().await;
    let before = fake.requests().len();
    watch.poll().await;
    assert_eq!(fake.requests().len() - before, 2, "{:?}", since(&fake, before));
}

#[tokio::test]
async fn a_first_reading_that_broke_off_goes_on_after_a_restart() {
    let fake = Fake::start();
    fake.home().bulk("bob", 450);
    let mut watch = Watch::new(&fake, "alice").await;
    fake.fail_next(Matcher::on("GET", "after="), Fault::BadGatewayBefore);
    watch.try_poll().await.unwrap_err();
    let had = watch.shelf.incidents.len();
    assert_eq!(had, 100);
    watch.restart();
    let before = fake.requests().len();
    watch.poll().await;
    assert_eq!(watch.shelf.incidents.len(), 450);
    let again =
        since(&fake, before).iter().filter(|line| line.contains("direction=desc") && !line.contains("after=")).count();
    assert_eq!(again, 0);
}

#[tokio::test]
async fn a_page_that_the_disk_does_not_take_is_read_again() {
    let fake = Fake::start();
    let one = fake.by("bob").open("loader hangs", &[]);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    fake.by("bob").comment(one, "hello");
    watch.shelf.full = true;
    assert!(matches!(watch.try_poll().await, Err(PollError::NotKept(_))));
    watch.shelf.full = false;
    watch.poll().await;
    assert_eq!(watch.incident(one).comments, 1);
}

#[tokio::test]
async fn a_snooze_is_believed_from_the_team_only() {
    let fake = Fake::start();
    let [ours, theirs] = ["a", "b"].map(|title| fake.by("bob").open(title, &["snoozed"]));
    let marker = "<!-- dogwatch op=01ARZ3NDEKTSV4RRFFQ69G5FAV snooze-until=2030-01-02T03:04:05Z -->";
    fake.by("bob").comment(ours, marker);
    fake.by("mallory").comment(theirs, marker);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    let snooze = watch.incident(ours).snooze.clone().unwrap();
    assert_eq!(
        (snooze.until.to_rfc3339(), snooze.by.unwrap().to_string()),
        ("2030-01-02T03:04:05+00:00".into(), "bob".into())
    );
    assert_eq!(watch.incident(theirs).snooze, None);
}

#[tokio::test]
async fn titles_and_logins_come_in_clean() {
    let fake = Fake::start();
    let one = fake.by("bob").open("a\u{1b}[2Jb\u{202e}c\u{200b}", &["x\u{1b}]52;c;aGk=\u{7}y"]);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    let told = format!("{:?}", watch.incident(one));
    assert!(!told.contains('\u{1b}') && !told.contains('\u{202e}') && !told.contains('\u{200b}'), "{told}");
}

#[tokio::test]
async fn reading_stops_before_the_budget_that_decisions_need_is_gone() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &[]);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    fake.set_remaining("alice", 700);
    watch.poll().await;
    let before = fake.requests().len();
    let want = Want::Everything;
    watch.poller.poll(&watch.client, want, now(), &mut watch.shelf).await.unwrap();
    assert!(since(&fake, before).iter().all(|line| !line.contains("state=open")), "no sweep below a fifth");
    fake.set_remaining("alice", 100);
    watch.poll().await;
    let before = fake.requests().len();
    let error = watch.try_poll().await.unwrap_err();
    assert!(error.to_string().contains("kept for decisions"), "{error}");
    assert_eq!(fake.requests().len(), before);
}

#[tokio::test]
async fn another_repository_under_the_same_name_is_read_from_the_start() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &[]);
    let mut watch = Watch::new(&fake, "alice").await;
    watch.poll().await;
    let kept = watch.shelf.cursor.clone();
    let mut elsewhere = target(&fake);
    elsewhere.name = "other".to_owned();
    fake.repo("acme/other").by("bob").open("another", &[]);
    let mut poller = dogwatch::sources::github::Poller::new(elsewhere, customs(), kept.as_deref(), Vec::new());
    let mut shelf = super::Shelf::default();
    poller.poll(&watch.client, Want::Changes, now(), &mut shelf).await.unwrap();
    assert_eq!(shelf.incidents.values().map(|incident| incident.title.as_str()).collect::<Vec<_>>(), ["another"]);
}
