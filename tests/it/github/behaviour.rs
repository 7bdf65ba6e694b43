//! The fake keeps GitHub's rules: what the program relies on is tested here first.

use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};

use super::{Fake, Fault, Matcher, Role, What};

/// A client that does nothing by itself, and keeps no connection from one test to the next.
fn client() -> &'static reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        reqwest::Client::builder()
            .user_agent("behaviour")
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .pool_max_idle_per_host(0)
            .build()
            .unwrap()
    })
}

/// Sends one request as `login`; the path starts behind `/repos/acme/dataface`, or at the root with `//`.
async fn send(
    fake: &Fake,
    login: &str,
    (method, path): (&str, &str),
    body: Option<Value>,
) -> Result<reqwest::Response, reqwest::Error> {
    let url = match path.strip_prefix("//") {
        Some(path) => format!("{}/{path}", fake.url()),
        None => format!("{}/repos/acme/dataface{path}", fake.url()),
    };
    let method = method.parse().unwrap();
    let request = client().request(method, url).bearer_auth(fake.token(login));
    match body {
        Some(body) => request.body(body.to_string()).send().await,
        None => request.send().await,
    }
}

async fn get(fake: &Fake, path: &str) -> reqwest::Response {
    send(fake, "alice", ("GET", path), None).await.unwrap()
}

async fn read(answer: reqwest::Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

async fn add_label(fake: &Fake, login: &str, name: &str) -> reqwest::Response {
    let body = json!({"labels": [name]});
    let target = ("POST", "/issues/1/labels");
    send(fake, login, target, Some(body)).await.unwrap()
}

/// The address behind `rel="next"`, from the root on.
fn next(answer: &reqwest::Response) -> Option<String> {
    let links = answer.headers().get("link")?.to_str().unwrap();
    let one = links.split(", ").find(|link| link.ends_with("rel=\"next\""))?;
    let (_, path) = one.split_once("127.0.0.1:")?.1.split_once('/')?;
    Some(format!("//{}", path.split_once('>')?.0))
}

#[tokio::test]
async fn a_label_that_is_there_already_writes_no_second_event() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["bug"]);
    for login in ["alice", "bob"] {
        let answer = add_label(&fake, login, "ack").await;
        assert_eq!(answer.status(), 200);
        assert_eq!(read(answer).await[1]["name"], "ack");
    }
    let acks: Vec<_> =
        fake.events(1).into_iter().filter(|event| event.what == What::Labeled("ack".to_owned())).collect();
    assert_eq!(acks.len(), 1);
    assert_eq!(acks[0].actor, "alice");
    assert_eq!(fake.writes().len(), 1);
}

#[tokio::test]
async fn triage_may_not_create_a_label_and_read_may_not_add_one() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["bug"]);
    let answer = add_label(&fake, "tess", "brand-new").await;
    assert_eq!(answer.status(), 403);
    assert_eq!(read(answer).await["errors"][0]["field"], "label");
    fake.home().define_label("brand-new");
    assert_eq!(add_label(&fake, "tess", "Brand-New").await.status(), 200);
    assert_eq!(add_label(&fake, "rita", "bug").await.status(), 403);
    assert_eq!(add_label(&fake, "mallory", "bug").await.status(), 404);
    assert_eq!(fake.issue(1).labels, ["bug", "brand-new"]);
}

#[tokio::test]
async fn a_label_that_is_not_there_cannot_be_taken_off() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["needs look"]);
    let target = ("DELETE", "/issues/1/labels/needs%20look");
    let first = send(&fake, "alice", target, None).await.unwrap();
    assert_eq!(first.status(), 200);
    let second = send(&fake, "alice", target, None).await.unwrap();
    assert_eq!(second.status(), 404);
}

#[tokio::test]
async fn cursors_lead_through_all_issues_while_they_change() {
    let fake = Fake::start();
    fake.home().bulk("bob", 250);
    let mut path = "/issues?state=all&sort=updated&direction=asc&per_page=100".to_owned();
    let mut seen = Vec::new();
    let mut pages = 0;
    loop {
        let answer = get(&fake, &path).await;
        assert_eq!(answer.status(), 200);
        let more = next(&answer);
        for issue in read(answer).await.as_array().unwrap() {
            seen.push(issue["number"].as_u64().unwrap());
        }
        pages += 1;
        fake.advance(chrono::TimeDelta::seconds(1));
        fake.by("bob").label(1, &format!("round-{pages}"));
        match more {
            Some(link) => path = link,
            None => break,
        }
    }
    let mut once = seen.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), 250, "each was seen");
    assert_eq!(seen.last(), Some(&1), "the one that moved came again, at the end");
    assert_eq!(pages, 3);
}

#[tokio::test]
async fn page_numbers_are_refused_for_issues() {
    let fake = Fake::start();
    fake.home().bulk("bob", 3);
    assert_eq!(get(&fake, "/issues?page=2").await.status(), 422);
    assert_eq!(get(&fake, "/issues?state=nonsense").await.status(), 422);
}

#[tokio::test]
async fn since_is_inclusive_and_filters_by_update() {
    let fake = Fake::start();
    let start = "2026-03-01T10:00:00Z".parse().unwrap();
    fake.set_time(start);
    fake.by("bob").open("first", &["bug"]);
    fake.advance(chrono::TimeDelta::seconds(10));
    fake.by("bob").open("second", &["bug", "SEV1"]);
    let count = async |path: &str| read(get(&fake, path).await).await.as_array().unwrap().len();
    assert_eq!(count("/issues?since=2026-03-01T10:00:10Z").await, 1);
    assert_eq!(count("/issues?since=2026-03-01T10:00:00Z").await, 2);
    assert_eq!(count("/issues?labels=bug,sev1").await, 1);
    assert_eq!(count("/issues?creator=alice").await, 0);
}

#[tokio::test]
async fn an_unchanged_page_costs_nothing_and_has_no_type() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &["bug"]);
    let first = get(&fake, "/issues").await;
    let etag = first.headers()["etag"].clone();
    let left = first.headers()["x-ratelimit-remaining"].clone();
    let again = || {
        let url = format!("{}/repos/acme/dataface/issues", fake.url());
        let request = client().get(url).bearer_auth(fake.token("alice"));
        request.header("if-none-match", etag.clone()).send()
    };
    // What is left is said before a request is counted or after: it must not fall.
    let unchanged = again().await.unwrap();
    assert_eq!(unchanged.status(), 304);
    assert!(!unchanged.headers().contains_key("content-type"));
    assert_eq!(unchanged.headers()["x-ratelimit-remaining"], left);
    fake.by("bob").comment(1, "still there");
    assert_eq!(again().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_close_keeps_its_first_reason_and_a_duplicate_needs_the_id() {
    let fake = Fake::start();
    fake.by("bob").open("original", &[]);
    fake.by("bob").open("copy", &[]);
    let close = async |of: u64| {
        let body = json!({"state": "closed", "state_reason": "duplicate", "duplicate_issue_id": of});
        let target = ("PATCH", "/issues/2");
        send(&fake, "alice", target, Some(body)).await.unwrap().status()
    };
    assert_eq!(close(1).await, 422, "a number is no id");
    assert_eq!(close(fake.issue(1).id).await, 200);
    let body = json!({"state": "closed", "state_reason": "completed"});
    let target = ("PATCH", "/issues/2");
    send(&fake, "bob", target, Some(body)).await.unwrap();
    assert_eq!(fake.issue(2).state_reason.as_deref(), Some("duplicate"));
    assert_eq!(fake.count_writes(2, |what| matches!(what, What::Closed(_))), 1);
    let body = json!({"state": "open"});
    let answer = send(&fake, "alice", target, Some(body)).await.unwrap();
    assert_eq!(read(answer).await["state_reason"], "reopened");
}

#[tokio::test]
async fn whoever_lacks_push_assigns_nobody_and_files_without_labels_in_silence() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &[]);
    let assign = async |login: &str, whom: &str| {
        let body = json!({"assignees": [whom]});
        let target = ("POST", "/issues/1/assignees");
        send(&fake, login, target, Some(body)).await.unwrap().status()
    };
    assert_eq!(assign("tess", "bob").await, 201);
    assert_eq!(assign("alice", "mallory").await, 201);
    assert!(fake.issue(1).assignees.is_empty());
    assert_eq!(assign("alice", "bob").await, 201);
    assert_eq!(fake.issue(1).assignees, ["bob"]);
    let body = json!({"title": "filed", "labels": ["bug"], "body": "<!-- dogwatch op=01ABC fingerprint=f -->"});
    let answer = send(&fake, "tess", ("POST", "/issues"), Some(body)).await.unwrap();
    assert_eq!(answer.status(), 201);
    assert!(fake.issue(2).labels.is_empty());
    assert_eq!(fake.writes().last().unwrap().op.as_deref(), Some("01ABC"));
}

#[tokio::test]
async fn what_moved_says_where_and_what_was_deleted_says_so() {
    let fake = Fake::start();
    for title in ["one", "two"] {
        fake.by("bob").open(title, &[]);
    }
    let number = fake.home().transfer(1, "acme/loader");
    let answer = get(&fake, "/issues/1").await;
    assert_eq!(answer.status(), 301);
    let to = answer.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(to, format!("{}/repositories/4102/issues/{number}", fake.url()));
    assert_eq!(add_label(&fake, "alice", "ack").await.status(), 301);
    fake.home().delete(2);
    assert_eq!(get(&fake, "/issues/2").await.status(), 410);
    assert_eq!(get(&fake, "/issues/3").await.status(), 404);
    fake.home().rename("acme/data-face");
    assert_eq!(get(&fake, "").await.status(), 301);
    let body = json!({"title": "late"});
    let answer = send(&fake, "alice", ("POST", "/issues"), Some(body)).await.unwrap();
    assert_eq!(answer.status(), 307);
    assert!(fake.writes().is_empty());
}

#[tokio::test]
async fn after_means_applied_and_before_means_not() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &[]);
    let comment = async |text: &str| {
        let body = json!({"body": format!("<!-- dogwatch op={text} -->")});
        let target = ("POST", "/issues/1/comments");
        send(&fake, "alice", target, Some(body)).await
    };
    let order = |fault| fake.fail_next(Matcher::on("POST", "/comments"), fault);
    order(Fault::BadGatewayBefore);
    assert_eq!(comment("A").await.unwrap().status(), 502);
    order(Fault::BadGatewayAfter);
    assert_eq!(comment("B").await.unwrap().status(), 502);
    order(Fault::DropBefore);
    assert!(!comment("C").await.unwrap_err().is_connect());
    order(Fault::DropAfter);
    assert!(comment("D").await.is_err());
    order(Fault::HalfBody);
    let half = comment("E").await.unwrap();
    assert_eq!(half.status(), 201);
    assert!(half.bytes().await.is_err());
    order(Fault::LateApplyOnRelease);
    assert_eq!(comment("F").await.unwrap().status(), 502);
    let ops = || fake.writes().into_iter().filter_map(|write| write.op).collect::<String>();
    assert_eq!(ops(), "BDE");
    fake.release();
    fake.wait_until("the late one is applied", |_, writes| writes.len() == 4);
    assert_eq!(ops(), "BDEF");
    assert_eq!(fake.requests().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hang_ends_with_its_release_or_with_the_client() {
    let fake = Arc::new(Fake::start());
    fake.by("bob").open("loader hangs", &[]);
    fake.fail_always(Matcher::any(), Fault::Hang);
    let shared = Arc::clone(&fake);
    let impatient = tokio::spawn(async move { add_label(&shared, "alice", "never").await });
    fake.wait_until("the first hangs", |requests, _| requests.len() == 1);
    impatient.abort();
    fake.wait_until("its client has hung up", |requests, _| requests[0].abandoned);
    let shared = Arc::clone(&fake);
    let patient = tokio::spawn(async move { get(&shared, "/issues/1").await });
    fake.wait_until("the second hangs", |requests, _| requests.len() == 2);
    fake.heal();
    assert_eq!(patient.await.unwrap().status(), 200);
    assert!(fake.issue(1).labels.is_empty(), "the one that hung up was not heard");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bad_day() {
    let day = async |seed| {
        let fake = Fake::start();
        fake.by("bob").open("loader hangs", &[]);
        fake.fail_randomly(seed, 300, &[Fault::BadGatewayAfter, Fault::Unauthorized]);
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(get(&fake, "/issues").await.status().as_u16());
        }
        statuses
    };
    let first = day(7).await;
    assert_eq!(first, day(7).await);
    assert_ne!(first, day(8).await);
    assert!([200, 401, 502].iter().all(|status| first.contains(status)));
}

#[tokio::test]
async fn an_empty_budget_and_a_stranger_are_refused() {
    let fake = Fake::start();
    fake.set_remaining("alice", 1);
    assert_eq!(get(&fake, "").await.headers()["x-ratelimit-remaining"], "0");
    let refused = get(&fake, "").await;
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.headers()["x-ratelimit-remaining"], "0");
    let token = "who-is-this";
    let url = format!("{}/user", fake.url());
    let answer = client().get(url).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let me = send(&fake, "bob", ("GET", "//user"), None).await.unwrap();
    assert_eq!(me.headers()["x-oauth-scopes"], "repo");
    assert_eq!(read(me).await["login"], "bob");
}

#[tokio::test]
async fn one_odd_item_spoils_only_itself_and_bombs_are_big() {
    let fake = Fake::start();
    fake.home().bulk("bob", 9);
    fake.fail_next(Matcher::reads(), Fault::OddItem);
    let page = read(get(&fake, "/issues").await).await;
    let odd = page.as_array().unwrap().iter().filter(|one| one["title"] == 17);
    assert_eq!(odd.count(), 1);
    fake.fail_next(Matcher::reads(), Fault::Gzip);
    assert_eq!(read(get(&fake, "/issues").await).await.as_array().unwrap().len(), 9);
    fake.fail_next(Matcher::reads(), Fault::HugeBody(1 << 20));
    assert!(get(&fake, "/issues").await.bytes().await.unwrap().len() >= 1 << 20);
    fake.fail_next(Matcher::reads(), Fault::PackedBomb(1 << 20));
    assert!(get(&fake, "/issues").await.bytes().await.unwrap().len() >= 1 << 20);
}

#[tokio::test]
async fn reads_can_lag_behind_what_is_written() {
    let fake = Fake::start();
    fake.by("bob").open("loader hangs", &[]);
    fake.lag_reads();
    add_label(&fake, "alice", "ack").await;
    let stale = read(get(&fake, "/issues/1").await).await;
    assert_eq!(stale["labels"], json!([]));
    fake.catch_up();
    fake.lag_events();
    fake.by("bob").close(1, "completed");
    let kinds = async |path: &str| {
        let all = read(get(&fake, path).await).await;
        let all = all.as_array().unwrap().iter();
        all.map(|one| one["event"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds("/issues/events").await, ["labeled"]);
    assert_eq!(kinds("/issues/1/events").await, ["labeled", "closed"]);
    fake.catch_up();
    assert_eq!(kinds("/issues/events").await, ["closed", "labeled"]);
}

#[tokio::test]
async fn lists_can_show_a_new_issue_late() {
    let fake = Fake::start();
    fake.list_late(std::time::Duration::from_hours(1));
    let made = send(&fake, "alice", ("POST", "/issues"), Some(json!({"title": "loader hangs"}))).await.unwrap();
    assert_eq!(read(made).await["number"], 1);
    assert_eq!(read(get(&fake, "/issues?state=all").await).await, json!([]));
    assert_eq!(read(get(&fake, "/issues/1").await).await["title"], "loader hangs");
    fake.list_late(std::time::Duration::ZERO);
    assert_eq!(read(get(&fake, "/issues?state=all").await).await[0]["number"], 1);
}

#[tokio::test]
async fn rights_are_told_by_their_role() {
    let fake = Fake::start();
    fake.home().grant("mia", Role::Triage);
    let told = read(get(&fake, "/collaborators/mia/permission").await).await;
    assert_eq!(told["permission"], "read");
    assert_eq!(told["role_name"], "triage");
    let repo = read(get(&fake, "").await).await;
    assert_eq!(repo["permissions"]["push"], true);
    assert_eq!(repo["permissions"]["admin"], false);
}
