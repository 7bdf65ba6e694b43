//! Which artifacts are taken, how often, and at what cost.

use super::*;

#[tokio::test]
async fn a_run_comes_with_the_full_commit_and_the_branch_of_its_workflow() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let nested = std::fs::read(crate::evals_artifacts::log()).unwrap();
    let archive =
        zip(&[("logs/a.jsonl", &lines("one")), ("junit.xml", JUNIT), ("logs/b.eval", &nested), ("read.me", b"hi")]);
    let id = leave(&fake, &depot, &archive, Parcel::Whole(archive.clone()));
    let mut watch = Watch::new(&fake);
    let polled = watch.poll().await;
    assert_eq!((polled.taken, polled.runs, polled.aside, polled.waiting), (1, 3, 1, 0));
    let found: Vec<_> = watch.shelf.steps.iter().flat_map(|step| &step.found).collect();
    let members: Vec<&str> = found.iter().map(|found| found.member.as_str()).collect();
    assert_eq!(members, ["logs/a.jsonl", "junit.xml", "logs/b.eval"]);
    for found in &found {
        assert_eq!(
            (found.artifact, found.run.git_sha.as_deref(), found.run.branch.as_deref()),
            (id, Some(SHA), Some("main"))
        );
        assert_eq!(found.created_at, Some("2026-11-22T15:00:00Z".parse().unwrap()));
    }
    let junit = found[1].filed();
    assert_eq!((junit.row.started_at, junit.record.at), (None, found[1].created_at), "it names no time of its own");
    assert_eq!((&junit.row.file, junit.record.sha.as_deref()), (&found[1].place, Some(SHA)));
    assert_eq!(watch.shelf.aside(), [format!("artifact:{id}/read.me: neither JSON nor XML nor a zip archive")]);
}

#[tokio::test]
async fn the_token_goes_to_the_api_and_never_to_the_host_with_the_archive() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let archive = archive("one");
    let last = depot.put("/last", Parcel::Whole(archive.clone()));
    let first = depot.put("/first", Parcel::Redirect(last));
    fake.leave(Artifact::of(&archive, &first));
    let mut watch = Watch::new(&fake);
    assert_eq!(watch.poll().await.runs, 1);
    assert_eq!(depot.asked(), ["/first", "/last"]);
    assert_eq!(depot.headers("authorization"), Vec::<String>::new());
    assert_eq!(depot.headers("cookie"), Vec::<String>::new());
    assert!(fake.requests().iter().all(|request| request.login.as_deref() == Some("alice")));
    let kept = format!("{:?}", watch.shelf.steps);
    assert!(!kept.contains("token-of-alice") && !kept.contains("opens-it"), "{kept}");
}

#[tokio::test]
async fn a_poll_without_news_costs_nothing_and_downloads_nothing() {
    let (fake, depot) = (Fake::start(), Depot::start());
    leave_whole(&fake, &depot, "one");
    let mut watch = Watch::new(&fake);
    watch.poll().await;
    let (requests, steps) = (fake.requests().len(), watch.shelf.steps.len());
    let before = fake.requests().len();
    let polled = watch.poll().await;
    assert_eq!((polled.taken, polled.runs, polled.aside), (0, 0, 0));
    let new: Vec<_> = fake.requests().into_iter().skip(before).map(|request| request.status).collect();
    assert_eq!(new, [Some(304)]);
    assert_eq!((fake.requests().len(), watch.shelf.steps.len()), (requests + 1, steps));
    watch.restart(&fake);
    watch.poll().await;
    let new: Vec<_> = fake.requests().into_iter().skip(before + 1).map(|request| request.status).collect();
    assert_eq!(new, [Some(200), Some(304)], "the repository, and its list");
    assert_eq!((asked(&fake, "/zip"), depot.asked().len()), (1, 1));
}

#[tokio::test]
async fn another_token_asks_without_the_etags_of_the_first_and_takes_nothing_twice() {
    let (fake, depot) = (Fake::start(), Depot::start());
    leave_whole(&fake, &depot, "one");
    let mut watch = Watch::new(&fake);
    watch.poll().await;
    let target = target("evals", Url::parse(&fake.url()).unwrap(), &wanted());
    watch.client = Client::new(&target, Token::new(&fake.token("bob"), "test").unwrap()).unwrap();
    assert_eq!(watch.poll().await.taken, 0);
    let last = fake.requests().pop().unwrap();
    assert_eq!((last.header("if-none-match"), last.status), (None, Some(200)));
}

#[tokio::test]
async fn only_the_default_branch_of_the_repository_itself_counts() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let archive = archive("one");
    let at = depot.put("/a", Parcel::Whole(archive.clone()));
    let ours = Artifact::of(&archive, &at);
    fake.leave(Artifact { branch: "feature".into(), ..ours.clone() });
    fake.leave(Artifact { fork: Some(99), ..ours.clone() });
    fake.leave(Artifact { expired: true, ..ours.clone() });
    fake.leave(Artifact { name: "coverage".into(), ..ours });
    let mut watch = Watch::new(&fake);
    let polled = watch.poll().await;
    assert_eq!((polled.taken, polled.aside, polled.waiting), (0, 0, 0));
    assert_eq!((asked(&fake, "/zip"), depot.asked().len()), (0, 0));
}

#[tokio::test]
async fn several_pages_are_read_and_what_is_too_much_for_one_poll_waits() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let archive = archive("one");
    let at = depot.put("/a", Parcel::Whole(archive.clone()));
    for place in 0..230 {
        let branch = if place % 100 == 5 { "main" } else { "feature" };
        fake.leave(Artifact { branch: branch.into(), ..Artifact::of(&archive, &at) });
    }
    let mut watch = Watch::within(&fake, Bounds { downloads: 2, ..Bounds::default() });
    let polled = watch.poll().await;
    assert_eq!((polled.taken, polled.waiting, asked(&fake, "actions/artifacts?")), (2, 1, 3));
    watch.restart(&fake);
    let polled = watch.poll().await;
    assert_eq!((polled.taken, polled.waiting), (1, 0));
    assert_eq!(
        watch.shelf.runs(),
        ["artifact:7206", "artifact:7106", "artifact:7006"].map(|at| format!("{at}/results.jsonl: one"))
    );
    assert_eq!(fake.requests().iter().filter(|request| request.status == Some(304)).count(), 3);
}

#[tokio::test]
async fn what_was_not_kept_is_read_again() {
    let (fake, depot) = (Fake::start(), Depot::start());
    leave_whole(&fake, &depot, "one");
    let mut watch = Watch::new(&fake);
    watch.shelf.full = true;
    assert!(matches!(watch.try_poll().await, Err(PollError::NotKept(_))));
    watch.shelf.full = false;
    watch.restart(&fake);
    assert_eq!(watch.poll().await.runs, 1);
}

#[tokio::test]
async fn what_the_list_no_longer_has_is_forgotten() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let first = leave_whole(&fake, &depot, "one");
    leave_whole(&fake, &depot, "two");
    let mut watch = Watch::new(&fake);
    watch.poll().await;
    assert!(watch.cursor().unwrap().contains(&first.to_string()));
    fake.discard(first);
    watch.poll().await;
    assert!(!watch.cursor().unwrap().contains(&first.to_string()));
    assert_eq!(depot.asked().len(), 2);
}

#[tokio::test]
async fn an_odd_item_of_the_list_spoils_no_other() {
    let (fake, depot) = (Fake::start(), Depot::start());
    let first = leave_whole(&fake, &depot, "one");
    let odd = leave_whole(&fake, &depot, "two");
    fake.amend(odd, |artifact| artifact.sha = "c0ffee".into());
    let mut watch = Watch::new(&fake);
    watch.poll().await;
    watch.poll_after(600).await;
    assert_eq!(watch.shelf.runs(), [format!("artifact:{first}/results.jsonl: one")]);
    assert_eq!(watch.shelf.aside(), [format!("artifact:{odd}: its run names no commit")]);
}
