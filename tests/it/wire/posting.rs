//! A document is one issue, whoever posts it, and whatever happens meanwhile.

use std::time::Duration;

use dogwatch::domain::decision::{Decision, Post};
use dogwatch::domain::journal::Outcome;
use dogwatch::domain::text::Clean;

use super::{Desk, Watch, is_unknown, now};
use crate::github::record::Draft;
use crate::github::{Fake, Fault, Issue, Matcher, What};

/// The handoff of a shift, with this text; the shift before it is another document.
fn handoff(shift: &str, text: &str) -> Decision {
    let key = |shift: &str| Post::key_of(["handoff", "ops", shift]);
    Decision::Post(Post {
        key: key(shift),
        since: now() - chrono::TimeDelta::days(7),
        title: format!("Handoff {shift}"),
        body: text.to_owned(),
        to: Some(Clean::line("bob")),
        after: Some(key("46")),
    })
}

/// The open ones, as they read.
fn open(fake: &Fake) -> Vec<Issue> {
    fake.home().issues().into_iter().filter(Issue::is_open).collect()
}

fn created(fake: &Fake) -> usize {
    fake.writes().iter().filter(|write| matches!(write.what, What::Created(_))).count()
}

fn number(outcome: &Outcome) -> u64 {
    match outcome {
        Outcome::Done { facts: None, filed: Some(filed), .. } => filed.issue().unwrap().1,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_handoff_is_one_issue_for_whoever_comes_next_and_links_the_one_before() {
    let fake = Fake::start();
    let mut desk = Desk::new(&fake, "alice").await;
    let before = number(&desk.does(0, handoff("46", "quiet")).await);
    let first = number(&desk.does(0, handoff("47", "one item is open")).await);
    let again = number(&desk.does(0, handoff("47", "nothing is open")).await);
    assert_eq!((again, created(&fake)), (first, 2));
    let issue = open(&fake).into_iter().find(|issue| issue.number == first).unwrap();
    let body = issue.body.unwrap();
    assert_eq!((issue.title.as_str(), issue.assignees.as_slice()), ("Handoff 47", ["bob".to_owned()].as_slice()));
    assert!(body.starts_with(&format!("nothing is open\n\nThe one before: #{before}\n\n<!-- dogwatch op=")), "{body}");
    let writes = fake.writes().len();
    number(&desk.does(0, handoff("47", "nothing is open")).await);
    assert_eq!(fake.writes().len(), writes, "what is there already is not written again");
}

#[tokio::test]
async fn a_document_is_no_incident() {
    let fake = Fake::start();
    let mut desk = Desk::new(&fake, "alice").await;
    fake.by("bob").open("loader hangs", &[]);
    let posted = number(&desk.does(0, handoff("47", "quiet")).await);
    // A stranger's imitation is theirs, and stays in the queue.
    let body = "buy this <!-- dogwatch op=x post=abc -->";
    let imitation = fake.by("mallory").file(Draft {
        title: "not mine".to_owned(),
        body: Some(body.to_owned()),
        ..Draft::default()
    });
    let mut watch = Watch::new(&fake, "bob").await;
    watch.poll().await;
    watch.sweep().await;
    let known: Vec<u64> = watch.shelf.incidents.keys().copied().collect();
    assert!(!known.contains(&posted) && known.contains(&imitation) && known.len() == 2, "{known:?}");
}

#[tokio::test]
async fn what_is_cut_off_in_the_middle_ends_in_one_issue() {
    for fault in [Fault::BadGatewayAfter, Fault::DropAfter, Fault::BadGatewayBefore] {
        for nth in 0..3 {
            let fake = Fake::start();
            let mut desk = Desk::new(&fake, "alice").await;
            let entry = desk.decide(0, handoff("47", "one item is open"));
            let paths =
                [Matcher::on("POST", "/issues"), Matcher::on("GET", "/issues"), Matcher::on("POST", "/assignees")];
            fake.fail_next(paths[nth].clone(), fault.clone());
            let outcome = desk.first(&entry).await;
            let outcome = if is_unknown(&outcome) || nth == 1 { desk.again(&entry).await } else { outcome };
            number(&outcome);
            assert_eq!((open(&fake).len(), created(&fake)), (1, 1), "{fault:?} {nth}");
            assert_eq!(open(&fake)[0].assignees, ["bob"], "{fault:?} {nth}");
        }
    }
}

#[tokio::test]
async fn of_two_that_were_posted_at_once_the_first_stays_with_the_last_word() {
    let fake = Fake::start();
    let mut alice = Desk::new(&fake, "alice").await;
    let mut ada = Desk::new(&fake, "ada").await;
    // Neither sees what the other has just posted.
    fake.list_late(Duration::from_hours(1));
    let first = number(&alice.does(0, handoff("47", "by alice")).await);
    let second = number(&ada.does(0, handoff("47", "by ada")).await);
    assert!(first < second);
    fake.list_late(Duration::ZERO);
    assert_eq!(number(&ada.does(0, handoff("47", "by ada, later")).await), first);
    let body = open(&fake).into_iter().find(|issue| issue.number == first).unwrap().body.unwrap();
    assert!(body.starts_with("by ada, later"), "{body}");
    assert_eq!(open(&fake).len(), 1, "the second is closed as the duplicate of the first");
}

#[tokio::test]
async fn who_has_posted_it_finds_it_before_any_list_shows_it() {
    let fake = Fake::start();
    let mut desk = Desk::new(&fake, "alice").await;
    fake.list_late(Duration::from_hours(1));
    let first = number(&desk.does(0, handoff("47", "one item is open")).await);
    desk.posted = Some(first);
    assert_eq!(number(&desk.does(0, handoff("47", "nothing is open")).await), first);
    assert_eq!(created(&fake), 1);
}

#[tokio::test]
async fn the_number_of_something_else_is_not_believed() {
    let fake = Fake::start();
    let mut desk = Desk::new(&fake, "alice").await;
    let other = fake.by("bob").open("loader hangs", &[]);
    desk.posted = Some(other);
    assert_ne!(number(&desk.does(0, handoff("47", "quiet")).await), other);
    assert_eq!(open(&fake).iter().find(|issue| issue.number == other).unwrap().title, "loader hangs");
}
