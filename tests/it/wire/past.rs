//! What happened while nobody looked is read afterwards.

use chrono::TimeDelta;

use super::{Shelf, Watch, now};
use crate::github::Fake;

/// What the shelf was told, in the order of time.
fn story(shelf: &Shelf) -> Vec<String> {
    let mut told: Vec<_> = shelf.moments.values().collect();
    told.sort_by_key(|moment| moment.at);
    told.iter().map(|moment| format!("{} {}", moment.by.as_ref().unwrap(), moment.what)).collect()
}

#[tokio::test]
async fn what_was_opened_and_closed_before_the_first_look_is_found() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    fake.by("alice").label(number, "ack");
    fake.by("alice").close(number, "completed");
    let mut watch = Watch::new(&fake, "ada").await;
    watch.poll().await;
    assert!(watch.shelf.incidents.is_empty(), "what is closed needs nobody");
    let since = now() - TimeDelta::days(400);
    let filled = watch.poller.fill(&watch.client, since, &mut watch.shelf).await.unwrap();
    assert_eq!((filled.issues, filled.only_from), (1, None));
    assert!(!watch.incident(number).is_open());
    assert_eq!(story(&watch.shelf), ["alice acked", "alice closed as completed"]);
}

#[tokio::test]
async fn filling_twice_tells_nothing_twice_and_changes_no_ack() {
    let fake = Fake::start();
    let number = fake.by("bob").open("loader hangs", &[]);
    fake.by("alice").label(number, "ack");
    fake.by("alice").unlabel(number, "ack");
    fake.by("ada").label(number, "ack");
    let mut watch = Watch::new(&fake, "ada").await;
    watch.poll().await;
    let before = watch.incident(number).clone();
    let since = now() - TimeDelta::days(400);
    for _ in 0..2 {
        watch.poller.fill(&watch.client, since, &mut watch.shelf).await.unwrap();
    }
    assert_eq!(*watch.incident(number), before);
    assert_eq!(story(&watch.shelf), ["alice acked", "alice unacked", "ada acked"]);
}

#[tokio::test]
async fn a_long_past_is_read_over_many_pages() {
    let fake = Fake::start();
    for at in 0..230 {
        let number = fake.by("bob").open(&format!("loader hangs {at}"), &[]);
        fake.by("alice").close(number, "completed");
    }
    let mut watch = Watch::new(&fake, "ada").await;
    let filled = watch.poller.fill(&watch.client, now() - TimeDelta::days(400), &mut watch.shelf).await.unwrap();
    assert_eq!((filled.issues, filled.events, filled.only_from), (230, 230, None));
    assert_eq!(watch.shelf.moments.len(), 230);
}
