//! Bad days: hosts that refuse, redirect astray, break off or say nothing.

use super::*;
use crate::github::{Fault, Matcher};
use dogwatch::sources::github::trouble::Trouble;

/// Gives up after a moment, for tests of hosts that say nothing.
fn hasty() -> Bounds {
    Bounds { patience: Duration::from_millis(300), ..Bounds::default() }
}

/// One poll over one artifact whose archive is handed out so; what was said of it.
async fn said(parcel: Parcel) -> (String, Watch, Fake, Depot) {
    let (fake, depot) = (Fake::start(), Depot::start());
    let bounds = if matches!(parcel, Parcel::Hang | Parcel::Stall) { hasty() } else { Bounds::default() };
    leave(&fake, &depot, &archive("one"), parcel);
    let mut watch = Watch::within(&fake, bounds);
    let polled = watch.poll().await;
    assert_eq!((polled.taken, polled.runs, polled.aside), (0, 0, 1));
    let said = watch.shelf.aside().remove(0);
    assert!(!said.contains("opens-it"), "the address is a secret: {said}");
    (said, watch, fake, depot)
}

#[tokio::test]
async fn a_download_that_failed_is_tried_again_later_and_given_up_in_the_end() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let id = leave_whole(&fake, &depot, "one");
    fake.amend(id, |artifact| artifact.digest = Some(format!("sha256:{}", "0".repeat(64))));
    let mut watch = Watch::new(&fake);
    let again = format!("artifact:{id}: its digest is not the one that the list names; it is tried again later");
    watch.poll().await;
    assert_eq!(watch.shelf.aside(), std::slice::from_ref(&again));
    watch.poll_after(1).await;
    assert_eq!(depot.asked().len(), 1, "not yet");
    for minutes in [5, 10, 20, 40, 80, 160] {
        watch.restart(&fake);
        watch.poll_after(minutes).await;
    }
    assert_eq!(depot.asked().len(), 4);
    let given_up =
        format!("artifact:{id}: its digest is not the one that the list names; given up, it was tried often enough");
    assert_eq!(watch.shelf.aside(), [again.clone(), again.clone(), again, given_up]);
    assert_eq!(watch.shelf.runs(), Vec::<String>::new());
}

#[tokio::test]
async fn a_broken_download_is_whole_the_next_time() {
    let (said, mut watch, _fake, depot) = said(Parcel::Half(archive("one"))).await;
    assert!(said.contains("the connection broke"), "{said}");
    depot.put(&depot.asked()[0], Parcel::Pieces(archive("one")));
    assert_eq!(watch.poll_after(5).await.runs, 1);
}

#[tokio::test]
async fn a_host_that_says_nothing_or_stalls_is_left_alone_for_a_while() {
    for parcel in [Parcel::Hang, Parcel::Stall] {
        let (said, mut watch, fake, depot) = said(parcel).await;
        assert!(said.contains("no answer in time; it is tried again later"), "{said}");
        watch.poll_after(1).await;
        assert_eq!(depot.asked().len(), 1);
        depot.put(&depot.asked()[0], Parcel::Whole(archive("one")));
        watch.bounds = Bounds::default();
        watch.restart(&fake);
        assert_eq!(watch.poll_after(4).await.runs, 1);
    }
}

#[tokio::test]
async fn who_does_not_answer_does_not_hold_up_every_other_artifact() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let good = leave_whole(&fake, &depot, "good");
    leave(&fake, &depot, &archive("bad"), Parcel::Hang);
    let mut watch = Watch::within(&fake, hasty());
    let polled = watch.poll().await;
    assert_eq!((polled.taken, polled.waiting, depot.asked().len()), (0, 2, 1));
    watch.bounds = Bounds::default();
    watch.restart(&fake);
    assert_eq!(watch.poll_after(1).await.taken, 1);
    assert_eq!(watch.shelf.runs(), [format!("artifact:{good}/results.jsonl: good")]);
}

#[tokio::test]
async fn what_is_gone_by_now_is_set_aside_for_good() {
    for status in [404, 410] {
        let (said, mut watch, fake, depot) = said(Parcel::Status(status)).await;
        assert!(said.contains("no longer there") && !said.contains("again"), "{said}");
        watch.poll_after(600).await;
        assert_eq!((depot.asked().len(), asked(&fake, "/zip")), (1, 1));
    }
    let (fake, depot) = (Fake::start(), Depot::start());
    leave_whole(&fake, &depot, "one");
    fake.fail_next(Matcher::on("GET", "/zip"), Fault::Gone);
    let mut watch = Watch::new(&fake);
    assert_eq!((watch.poll().await.aside, watch.poll_after(600).await.aside), (1, 0));
    assert_eq!(asked(&fake, "/zip"), 1);
}

#[tokio::test]
async fn an_artifact_that_expires_while_it_waits_is_said_once() {
    let (_, mut watch, fake, _depot) = said(Parcel::Status(503)).await;
    fake.amend(7001, |artifact| artifact.expired = true);
    assert_eq!((watch.poll_after(600).await.aside, watch.poll_after(600).await.aside), (1, 0));
    assert_eq!(watch.shelf.aside()[1], "artifact:7001: expired before it could be read");
}

#[tokio::test]
async fn a_redirect_to_another_scheme_or_to_nowhere_is_not_followed() {
    let cases = [
        ("ftp://127.0.0.1/a.zip", "is not https"),
        ("file:///etc/passwd", "is not https"),
        ("http://store.example/a.zip?sig=opens-it", "is not https"),
        ("http://u:p@127.0.0.1:1/a.zip", "with a password"),
        ("http://[", "redirects to no address"),
    ];
    for (to, want) in cases {
        let (said, _watch, _fake, depot) = said(Parcel::Redirect(to.to_owned())).await;
        assert!(said.contains(want), "{to}: {said}");
        assert_eq!(depot.asked().len(), 1, "{to}");
    }
    let (fake, depot) = (Fake::start(), Depot::start());
    fake.leave(Artifact::of(&archive("one"), "http://store.example/a.zip"));
    let mut watch = Watch::new(&fake);
    assert_eq!((watch.poll().await.aside, depot.asked().len()), (1, 0));
}

#[tokio::test]
async fn a_redirect_in_circles_ends() {
    let depot = Depot::start();
    let circle = depot.put("/a", Parcel::Status(404));
    depot.put("/a", Parcel::Redirect(circle.clone()));
    let (said, ..) = said(Parcel::Redirect(circle)).await;
    assert!(said.contains("redirected too often"), "{said}");
    assert!(depot.asked().len() < 6);

    let fake = Fake::start();
    let zip = format!("{}/repos/acme/dataface/actions/artifacts/7001/zip", fake.url());
    fake.leave(Artifact::of(&archive("one"), &zip));
    let mut watch = Watch::new(&fake);
    watch.poll().await;
    assert!(watch.shelf.aside()[0].contains("redirected too often"));
    assert!(asked(&fake, "/zip") < 6);
}

#[tokio::test]
async fn a_redirect_back_to_the_api_gets_no_token_there() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let back = depot.put("/back", Parcel::Redirect(format!("{}/repos/acme/dataface/issues", fake.url())));
    fake.leave(Artifact::of(&archive("one"), &back));
    let mut watch = Watch::new(&fake);
    watch.poll().await;
    let last = fake.requests().pop().unwrap();
    assert_eq!(
        (last.target.as_str(), last.header("authorization"), last.status),
        ("/repos/acme/dataface/issues", None, Some(401))
    );
}

#[tokio::test]
async fn an_address_on_another_host_is_not_even_asked() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let id = leave_whole(&fake, &depot, "one");
    let elsewhere = depot.put("/one.zip", Parcel::Whole(archive("one")));
    fake.amend(id, |artifact| artifact.address = Some(elsewhere));
    let mut watch = Watch::new(&fake);
    watch.poll().await;
    assert_eq!(watch.shelf.aside(), [format!("artifact:{id}: its address is not on the API's host; nothing was sent")]);
    assert_eq!(depot.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn limits_and_refusals_of_the_api_end_the_poll_and_cost_the_artifact_nothing() {
    type Is = fn(&Trouble) -> bool;
    let faults: [(Fault, Is); 4] = [
        (Fault::TooManyRequests { retry_after: Some(7) }, |trouble| matches!(trouble, Trouble::Wait { .. })),
        (Fault::SecondaryLimit { retry_after: None }, |trouble| matches!(trouble, Trouble::Wait { .. })),
        (Fault::Unauthorized, |trouble| matches!(trouble, Trouble::BadToken(_))),
        (Fault::PermissionMissing, |trouble| matches!(trouble, Trouble::Forbidden(_))),
    ];
    for (fault, is) in faults {
        let (fake, depot) = (Fake::start(), Depot::start());
        leave_whole(&fake, &depot, "one");
        for part in ["/artifacts?", "/zip"] {
            fake.fail_next(Matcher::on("GET", part), fault.clone());
        }
        let mut watch = Watch::new(&fake);
        for _ in 0..2 {
            let error = watch.try_poll().await.unwrap_err();
            let PollError::Trouble(trouble) = error else { panic!("{error}") };
            assert!(is(&trouble), "{fault:?}: {trouble:?}");
        }
        assert_eq!(watch.poll().await.runs, 1, "{fault:?}");
        assert_eq!(watch.shelf.aside(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_list_that_fails_leaves_everything_as_it_was() {
    let (fake, depot) = (Fake::start(), Depot::start());
    leave_whole(&fake, &depot, "one");
    let mut watch = Watch::new(&fake);
    watch.poll().await;
    let cursor = watch.cursor();
    for fault in [Fault::BadGatewayBefore, Fault::DropBefore, Fault::Html, Fault::MalformedJson] {
        fake.fail_next(Matcher::on("GET", "/artifacts?"), fault.clone());
        assert!(watch.try_poll().await.is_err(), "{fault:?}");
    }
    assert_eq!(watch.poll().await.taken, 0);
    assert_eq!((watch.cursor(), depot.asked().len()), (cursor, 1));
}

#[tokio::test]
async fn with_little_left_of_the_hour_the_api_is_left_to_decisions() {
    let (fake, depot) = (Fake::start(), Depot::start());
    leave_whole(&fake, &depot, "one");
    let mut watch = Watch::new(&fake);
    watch.poll().await;
    fake.set_remaining("alice", 100);
    fake.leave(Artifact::of(&archive("two"), &depot.put("/two", Parcel::Whole(archive("two")))));
    let before = fake.requests().len();
    let error = watch.try_poll().await.unwrap_err();
    assert!(error.wait().is_some(), "{error}");
    assert_eq!((fake.requests().len(), depot.asked().len()), (before + 1, 1));
    assert!(watch.try_poll().await.is_err());
    assert_eq!(fake.requests().len(), before + 1);
}

#[tokio::test]
async fn a_repository_that_is_not_there_is_named() {
    let (fake, _depot) = (Fake::start(), Depot::start());
    fake.fail_next(Matcher::on("GET", "/repos/acme/dataface"), Fault::Status(404, r#"{"message":"Not Found"}"#.into()));
    let mut watch = Watch::new(&fake);
    let error = watch.try_poll().await.unwrap_err().to_string();
    assert!(error.starts_with("artifacts of acme/dataface: 404"), "{error}");
    assert_eq!(
        watch.poll().await,
        Polled { budget: Some(watch.client.budget().unwrap().words()), ..Polled::default() }
    );
}
