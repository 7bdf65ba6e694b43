//! Client and fake before a judge: GitHub's own description of its API.
//!
//! Needs Node.js; see `tests/contract/README.md`. A request that GitHub does not
//! describe comes back as 422 or 404, an answer of the fake that GitHub could not
//! have given as 500, and both name the place.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::github::{Fake, Fault, Matcher};

/// A running judge; what goes to its address is judged and passed on.
pub struct Judge {
    pub url: String,
    child: Child,
}

impl Judge {
    /// Starts one and tells the fake to give out the judge's address instead of its own.
    ///
    /// # Panics
    ///
    /// Without Node.js 20 and npm, and where the packages cannot be fetched: its standard error says which.
    pub fn in_front_of(fake: &Fake) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract/judge.cjs");
        // Standard input stays open as long as we live: the judge ends with it.
        let mut child = Command::new("node")
            .arg(script)
            .args(["proxy", "0", &fake.url()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("the contract test needs Node.js 20 or newer: {error}"));
        let mut said = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        lines.read_line(&mut said).unwrap();
        let Some(url) = said.trim().strip_prefix("ready ") else {
            panic!("the judge did not start: {:?}, it said {said:?}", child.wait());
        };
        let url = url.to_owned();
        fake.set_public_url(&url);
        Self { url, child }
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that says what GitHub's description wants to hear, as `alice`.
struct Plain<'a> {
    judge: &'a Judge,
    token: String,
    http: reqwest::Client,
}

/// Path under the judge's address, or a whole address that an answer gave.
type Place<'a> = (&'a str, &'a str);

impl<'a> Plain<'a> {
    fn new(judge: &'a Judge, token: String) -> Self {
        let http = reqwest::Client::builder()
            .user_agent("contract")
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .unwrap();
        Self { judge, token, http }
    }

    async fn send(&self, (method, path): Place<'_>, body: Option<Value>) -> (StatusCode, String, Option<String>) {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.judge.url) };
        let mut request = self
            .http
            .request(method.parse().unwrap(), url)
            .bearer_auth(&self.token)
            .header("accept", "application/vnd.github+json, application/json;q=0.9")
            .header("x-github-api-version", "2022-11-28");
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.unwrap();
        let link = answer.headers().get("link").map(|text| text.to_str().unwrap().to_owned());
        let moved = answer.headers().get("location").map(|text| text.to_str().unwrap().to_owned());
        let status = answer.status();
        (status, answer.text().await.unwrap(), link.or(moved))
    }

    /// Sends it and wants this status, which no violation ever has.
    async fn gets(&self, status: u16, place: Place<'_>, body: Option<Value>) -> (Value, Option<String>) {
        let (seen, text, link) = self.send(place, body).await;
        assert!(!text.contains("stoplight.io/prism"), "{place:?} breaks the contract: {text}");
        assert_eq!(seen, status, "{place:?}: {text}");
        (serde_json::from_str(&text).unwrap_or_default(), link)
    }
}

const ROOT: &str = "/repos/acme/dataface";

#[tokio::test]
async fn the_fake_reads_as_github_would() {
    let fake = Fake::start();
    let judge = Judge::in_front_of(&fake);
    let plain = Plain::new(&judge, fake.token("alice"));
    fake.home().bulk("bob", 130);
    fake.by("bob").label(1, "ack");
    fake.by("bob").assign(1, "alice");
    fake.by("bob").retitle(1, "the loader hangs");
    fake.by("bob").comment(1, "since the morning");
    fake.by("bob").close(1, "not_planned");
    fake.by("bob").reopen(1);
    fake.by("bob").open_pull_request("a fix");

    for path in ["", "/issues/1", "/issues/131", "/issues/1/comments", "/issues/1/events", "/issues/events"] {
        plain.gets(200, ("GET", &format!("{ROOT}{path}")), None).await;
    }
    for path in ["/assignees", "/labels", "/labels/ack", "/collaborators/tess/permission", "/issues/1/labels"] {
        plain.gets(200, ("GET", &format!("{ROOT}{path}")), None).await;
    }
    plain.gets(204, ("GET", &format!("{ROOT}/assignees/bob")), None).await;
    plain.gets(200, ("GET", "/user"), None).await;
    plain.gets(200, ("GET", "/rate_limit"), None).await;

    let delta = format!("{ROOT}/issues?state=all&sort=updated&direction=asc&per_page=100&since=2020-01-01T00:00:00Z");
    let (first, link) = plain.gets(200, ("GET", &delta), None).await;
    assert_eq!(first.as_array().unwrap().len(), 100);
    let link = link.unwrap();
    let next = link.strip_prefix('<').unwrap().split_once('>').unwrap().0;
    assert!(next.starts_with(&judge.url), "{next} leads past the judge");
    let (second, _) = plain.gets(200, ("GET", next), None).await;
    assert_eq!(second.as_array().unwrap().len(), 31);
}

#[tokio::test]
async fn the_fake_writes_as_github_would() {
    let fake = Fake::start();
    let judge = Judge::in_front_of(&fake);
    let plain = Plain::new(&judge, fake.token("alice"));
    let original = fake.by("bob").open("original", &["bug"]);
    fake.by("bob").open("copy", &["bug"]);
    let issue = &format!("{ROOT}/issues/2");
    let labels = &format!("{issue}/labels");
    let assignees = &format!("{issue}/assignees");
    let comment = json!({"body": "<!-- dogwatch op=01 -->\nlooking"});

    plain.gets(200, ("POST", labels), Some(json!({"labels": ["ack"]}))).await;
    plain.gets(200, ("DELETE", &format!("{labels}/ack")), None).await;
    plain.gets(404, ("DELETE", &format!("{labels}/ack")), None).await;
    plain.gets(201, ("POST", assignees), Some(json!({"assignees": ["bob"]}))).await;
    plain.gets(200, ("DELETE", assignees), Some(json!({"assignees": ["bob"]}))).await;
    plain.gets(201, ("POST", &format!("{issue}/comments")), Some(comment)).await;
    let id = fake.issue(original).id;
    for change in [
        json!({"state": "closed", "state_reason": "completed"}),
        json!({"state": "open", "state_reason": "reopened"}),
        json!({"state": "closed", "state_reason": "duplicate", "duplicate_issue_id": id}),
    ] {
        plain.gets(200, ("PATCH", issue), Some(change)).await;
    }
    let filed = json!({"title": "filed", "body": "<!-- dogwatch op=02 fingerprint=f -->"});
    plain.gets(201, ("POST", &format!("{ROOT}/issues")), Some(filed)).await;
    plain.gets(201, ("POST", &format!("{ROOT}/labels")), Some(json!({"name": "snoozed"}))).await;
    assert_eq!(fake.writes().len(), 10, "{:#?}", fake.writes());
}

#[tokio::test]
async fn the_fake_refuses_as_github_would() {
    let fake = Fake::start();
    let judge = Judge::in_front_of(&fake);
    let plain = Plain::new(&judge, fake.token("alice"));
    for title in ["one", "two", "three"] {
        fake.by("bob").open(title, &[]);
    }
    fake.home().transfer(1, "acme/loader");
    fake.home().delete(2);
    let (_, moved) = plain.gets(301, ("GET", &format!("{ROOT}/issues/1")), None).await;
    plain.gets(200, ("GET", &moved.unwrap()), None).await;
    plain.gets(410, ("GET", &format!("{ROOT}/issues/2")), None).await;
    plain.gets(404, ("GET", &format!("{ROOT}/issues/9")), None).await;
    let unknown = json!({"state": "closed", "state_reason": "duplicate", "duplicate_issue_id": 1});
    plain.gets(422, ("PATCH", &format!("{ROOT}/issues/3")), Some(unknown)).await;
    for (status, fault) in [
        (401, Fault::Unauthorized),
        (403, Fault::SsoRequired),
        (403, Fault::PermissionMissing),
        (403, Fault::SecondaryLimit { retry_after: Some(60) }),
        (429, Fault::TooManyRequests { retry_after: None }),
        (502, Fault::BadGatewayBefore),
    ] {
        fake.fail_next(Matcher::any(), fault);
        plain.gets(status, ("GET", &format!("{ROOT}/issues")), None).await;
    }
    let rita = Plain::new(&judge, fake.token("rita"));
    let labels = format!("{ROOT}/issues/3/labels");
    rita.gets(403, ("POST", &labels), Some(json!({"labels": ["ack"]}))).await;
}

#[tokio::test]
async fn the_judge_refuses_what_github_does_not_describe() {
    let fake = Fake::start();
    let judge = Judge::in_front_of(&fake);
    let plain = Plain::new(&judge, fake.token("alice"));
    fake.by("bob").open("loader hangs", &[]);
    let issue = &format!("{ROOT}/issues/1");
    for (place, body, status) in [
        (("PATCH", issue.as_str()), json!({"state": "nonsense"}), 422),
        (("POST", &format!("{issue}/comments")), json!({"text": "no body"}), 422),
        (("POST", &format!("{issue}/labels")), json!({"labels": "ack"}), 422),
        (("POST", &format!("{issue}/nonsense")), json!({}), 404),
    ] {
        let (seen, text, _) = plain.send(place, Some(body)).await;
        assert_eq!(seen, status, "{place:?}: {text}");
        assert!(text.contains("stoplight.io/prism"), "{place:?} was not judged: {text}");
    }
    assert!(fake.requests().is_empty(), "a bad request does not get through");
    fake.fail_next(Matcher::any(), Fault::OddItem);
    let (status, text, _) = plain.send(("GET", issue), None).await;
    assert_eq!(status, 500, "an answer that GitHub could not give: {text}");
}
