//! Artifacts of workflows as a source of results: the real program, a GitHub
//! and a depot on loopback.

use std::cell::Cell;
use std::fmt::Write as _;

use serde_json::Value;

use super::Home;
use crate::evals_artifacts::zip;
use crate::github::actions::{Artifact, Depot, Parcel};
use crate::github::{Fake, Fault, Matcher};
use crate::pty::{Launch, Pty};

/// A run of forty cases with three trials each, on this day of November; every case passes but these.
pub(super) fn night(day: u32, broken: &[u32]) -> String {
    let head = format!(
        r#"{{"type":"run","schema":"dogwatch.eval.v1","run_id":"night-{day}","suite":"mcp-tools","started_at":"2026-11-{day:02}T02:00:00Z","git_sha":"{day:07}"}}"#
    );
    let mut lines = head + "\n";
    for case in 0..40 {
        for trial in 0..3 {
            let pass = !broken.contains(&case);
            let line = format!(
                r#"{{"type":"trial","case_id":"case-{case}","trial":{trial},"status":"ok","pass":{pass},"input_hash":"q{case}"}}"#
            );
            writeln!(lines, "{line}").unwrap();
        }
    }
    lines + "{\"type\":\"end\",\"status\":\"complete\"}\n"
}

/// A repository whose workflow leaves its results behind, and somebody who watches it.
pub(super) struct Scene {
    pub(super) fake: Fake,
    depot: Depot,
    pub(super) home: Home,
    left: Cell<u32>,
}

impl Scene {
    /// With a source of these further keys; the team file is trusted.
    pub(super) fn with(keys: &str) -> Self {
        let scene = Self::untrusted(keys);
        assert_eq!(scene.home.run(&["trust", "--yes"]).code, 0);
        scene
    }

    fn untrusted(keys: &str) -> Self {
        let (fake, depot) = (Fake::start(), Depot::start());
        let mut home = Home::new().with_env("TEAM_TOKEN", &fake.token("alice"));
        let team = format!(
            "version = 1\n[[severities]]\nid = \"SEV1\"\n[[severities]]\nid = \"SEV2\"\n\
             [[sources]]\nid = \"gh\"\nkind = \"github\"\nrepo = \"acme/dataface\"\napi = \"{}\"\n\
             token_env = \"TEAM_TOKEN\"\n[[sources]]\nid = \"nightly\"\nkind = \"evals\"\n\
             artifacts = {{ repo = \"Acme/DataFace\", name = \"evals\" }}\n{keys}\n[tracker]\nkind = \"local\"\n",
            fake.url()
        );
        home.write("dogwatch.toml", &team);
        home.always = ["--data-dir", "data", "--now", "2026-11-11T12:00:00Z"].map(str::to_owned).to_vec();
        Self { fake, depot, home, left: Cell::new(0) }
    }

    /// The workflow has left these files behind.
    fn leave(&self, members: &[(&str, &[u8])]) -> u64 {
        let archive = zip(members);
        self.left.set(self.left.get() + 1);
        let at = self.depot.put(&format!("/{}.zip", self.left.get()), Parcel::Whole(archive.clone()));
        self.fake.leave(Artifact::of(&archive, &at))
    }

    fn leave_night(&self, day: u32, broken: &[u32]) -> u64 {
        self.leave(&[("logs/night.jsonl", night(day, broken).as_bytes())])
    }

    /// A suite that has passed for eight nights, which are known.
    pub(super) fn quiet_week(&self) -> Vec<u64> {
        let left = (3..=10).map(|day| self.leave_night(day, &[])).collect();
        let source = self.sync();
        assert_eq!((&source["state"], &source["error"]), (&"fresh".into(), &Value::Null));
        assert_eq!(self.queue(), Vec::<String>::new());
        left
    }

    fn count(&self) -> usize {
        self.depot.asked().len()
    }

    /// How the source is after one run.
    pub(super) fn sync(&self) -> Value {
        let said = self.home.run(&["sync", "--json"]);
        let sources = said.json()["sources"].clone();
        let found = sources.as_array().unwrap().iter().find(|source| source["id"] == "nightly");
        found.unwrap_or_else(|| panic!("{said:?}")).clone()
    }

    /// The titles of what is open.
    pub(super) fn queue(&self) -> Vec<String> {
        let queue = self.home.run(&["queue", "--json"]).json();
        let titles = queue["incidents"].as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap().to_owned());
        titles.collect()
    }

    fn screen(&self, args: &[&str]) -> Pty {
        let args: Vec<&str> = self.home.always.iter().map(String::as_str).chain(args.iter().copied()).collect();
        let launch = Launch::dogwatch(&args).home(&self.home.path("")).cwd(&self.home.path("")).size(160, 30);
        launch.env("TEAM_TOKEN", &self.fake.token("alice")).start()
    }
}

#[test]
fn a_regression_out_of_artifacts_becomes_an_incident_and_nothing_is_downloaded_twice() {
    let scene = Scene::with("");
    scene.quiet_week();
    assert_eq!(scene.count(), 8);
    let id = scene.leave_night(11, &[3, 4, 5]);
    let source = scene.sync();
    assert_eq!((&source["state"], &source["error"]), (&"fresh".into(), &Value::Null));
    assert_eq!(scene.queue(), ["evals mcp-tools: 3 cases broke"]);
    assert_eq!(scene.count(), 9);
    let (listed, asked) = (scene.fake.requests().len(), scene.count());
    assert_eq!(scene.sync()["state"], "fresh");
    assert_eq!(scene.count(), asked, "what was read is never downloaded again");
    let again: Vec<_> = scene.fake.requests()[listed..].iter().map(|request| request.target.clone()).collect();
    assert!(again.iter().all(|target| !target.contains("/zip")), "{again:?}");
    let shown =
        scene.home.run(&["show", scene.home.json(&["queue", "--json"])["incidents"][0]["id"].as_str().unwrap()]);
    assert!(shown.out.contains(&format!("`artifact:{id}/logs/night.jsonl`")), "{}", shown.out);
    assert!(shown.out.contains("c0ffee5"), "the commit is the workflow's: {}", shown.out);
    assert_eq!(scene.depot.headers("authorization"), Vec::<String>::new(), "the depot never sees a token");
    let listed = scene.home.json_of(&["evals", "--json"], 1);
    assert_eq!(listed["runs"].as_array().unwrap().len(), 9, "they lie in no file, and are known: {listed:#}");
    assert_eq!(listed["findings"][0]["kind"], "case-regression");
    let compared = scene.home.json(&["evals", "compare", "night-10", "night-11", "--json"]);
    assert_eq!(
        (&compared["paired"], compared["broke"].as_array().unwrap().len()),
        (&40.into(), 3),
        "no file is needed"
    );
}

#[test]
fn a_first_reading_of_many_artifacts_is_whole_before_it_is_judged() {
    let scene = Scene::with("");
    // The cases were always broken; of the newest alone, it would look as if they broke.
    for minute in 0..45 {
        let broken: &[u32] = if minute == 30 { &[] } else { &[1, 2, 3] };
        let text = night(10, broken).replace("night-10", &format!("night-{minute}"));
        scene.leave(&[("night.jsonl", text.replace("T02:00", &format!("T02:{minute:02}")).as_bytes())]);
    }
    scene.sync();
    assert_eq!(scene.count(), 45, "in one run");
    assert_eq!(scene.home.json(&["queue", "--all", "--json"])["incidents"].as_array().unwrap().len(), 0);
}

#[test]
fn an_outage_leaves_what_was_known_and_says_so() {
    let scene = Scene::with("");
    scene.quiet_week();
    scene.leave_night(11, &[3, 4, 5]);
    let before = scene.sync();
    assert_eq!(scene.home.run(&["sync"]).code, 0);
    scene.fake.fail_always(Matcher::on("GET", "/actions/"), Fault::Status(503, String::new()));
    let said = scene.home.run(&["sync"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains("nightly not reached: "), "{said:?}");
    let source = scene.sync();
    assert_eq!(
        (&source["state"], &source["fetched_at"]),
        (&"failed".into(), &before["fetched_at"]),
        "old news, with its age"
    );
    assert_eq!(scene.queue(), ["evals mcp-tools: 3 cases broke"]);
    scene.fake.heal();
    assert_eq!(scene.sync()["state"], "fresh");
}

#[test]
fn artifacts_that_expired_or_are_gone_keep_their_rows() {
    let scene = Scene::with("");
    let left = scene.quiet_week();
    for (at, id) in left.into_iter().enumerate() {
        if at % 2 == 0 {
            scene.fake.amend(id, |artifact| artifact.expired = true);
        } else {
            scene.fake.discard(id);
        }
    }
    scene.sync();
    scene.leave_night(11, &[3, 4, 5]);
    scene.sync();
    assert_eq!(scene.queue(), ["evals mcp-tools: 3 cases broke"], "held against what has expired");
}

#[test]
fn folders_and_artifacts_of_one_source_are_judged_together_and_hide_no_trouble_of_each_other() {
    let scene = Scene::with("paths = [\"out/**\"]");
    scene.leave_night(10, &[]);
    let source = scene.sync();
    assert!(source["error"].as_str().unwrap().contains("out/**: nothing is there"), "{source}");
    for day in 3..=9 {
        scene.home.write(&format!("out/{day}.jsonl"), &night(day, &[]));
    }
    assert_eq!(scene.sync()["error"], Value::Null);
    scene.leave_night(11, &[3, 4, 5]);
    scene.fake.fail_next(Matcher::on("GET", "/actions/artifacts?"), Fault::PermissionMissing);
    let source = scene.sync();
    assert!(source["error"].as_str().unwrap().contains("artifacts of Acme/DataFace"), "{source}");
    assert_eq!(scene.sync()["error"], Value::Null);
    assert_eq!(scene.queue(), ["evals mcp-tools: 3 cases broke"]);
}

#[test]
fn an_untrusted_file_sends_no_token_for_artifacts_and_says_what_to_do() {
    let scene = Scene::untrusted("token_env = \"TEAM_TOKEN\"");
    scene.leave_night(3, &[]);
    let source = scene.sync();
    assert!(source["error"].as_str().unwrap().contains("trust the team file"), "{source}");
    assert!(scene.fake.requests().iter().all(|request| request.header("authorization").is_none()));
    let asked = scene.home.run(&["trust"]);
    let wish = format!("send a token for nightly: $TEAM_TOKEN → {}", scene.fake.url());
    assert!(asked.out.contains(&wish) || asked.err.contains(&wish), "{asked:?}");
}

#[test]
fn what_cannot_be_read_is_counted_and_named_and_a_cut_log_is_no_running_one() {
    let scene = Scene::with("");
    let killed = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/evals/cut/inspect-killed-midway.eval");
    scene.leave(&[("killed.eval", &std::fs::read(killed).unwrap())]);
    let gone = scene.leave_night(4, &[]);
    scene.fake.amend(gone, |artifact| artifact.location = scene.depot.put("/gone.zip", Parcel::Status(404)));
    let mut home = scene.home.run(&["sync"]);
    assert!(home.err.contains("nightly: 1 items could not be read"), "{home:?}");
    assert_eq!(scene.queue(), ["evals mcp_tools: runs die"], "nobody is at work on what lies in an archive");
    home = scene.home.run(&["doctor"]);
    assert!(
        home.out.contains(&format!("set aside: 1 could not be read: artifact:{gone}: no longer there")),
        "{home:?}"
    );
    assert!(home.out.contains("artifacts: 2 called evals of main, all of them known"), "{home:?}");
    assert!(home.out.contains("token: $TEAM_TOKEN, for 127.0.0.1:"), "{home:?}");
    assert_eq!(scene.count(), 2, "doctor downloads nothing");
}

#[test]
fn doctor_tells_what_waits_and_a_name_that_is_never_used() {
    let scene = Scene::with("");
    let said = scene.home.run(&["doctor"]);
    assert!(said.out.contains("warn  artifacts: none called evals of main is there"), "{said:?}");
    scene.leave_night(3, &[]);
    let said = scene.home.run(&["doctor"]);
    assert!(said.out.contains("artifacts: 1 called evals of main, 1 of them not read yet"), "{said:?}");
    assert_eq!(scene.count(), 0);
}

#[test]
fn on_the_screen_an_artifact_comes_when_it_is_wanted() {
    let scene = Scene::with("");
    scene.quiet_week();
    let asked = scene.fake.requests().len();
    let screen = scene.screen(&[]);
    scene.fake.wait_until("the list is read", |requests, _| {
        requests[asked..].iter().any(|request| request.target.contains("/actions/artifacts?"))
    });
    scene.leave_night(11, &[3, 4, 5]);
    screen.send("R");
    screen.wait_for("evals mcp-tools: 3 cases broke");
}

#[test]
fn offline_nobody_is_asked_for_artifacts_and_by_itself_a_source_asks_as_often_as_it_says() {
    let scene = Scene::with("paths = [\"out/*.jsonl\"]\nevery = \"1s\"");
    scene.home.write("out/3.jsonl", &night(3, &[]));
    scene.quiet_week();
    let asked = scene.fake.requests().len();
    let screen = scene.screen(&["--offline"]);
    screen.wait_for("/ filter");
    scene.leave_night(11, &[3, 4, 5]);
    scene.home.write("out/cut.jsonl", &night(12, &[]).replace("complete", "cancelled").replace("mcp-tools", "web"));
    screen.wait_for("evals web: runs die");
    assert_eq!(scene.fake.requests().len(), asked);
    screen.send("q");
    screen.wait_exit();
    let screen = scene.screen(&[]);
    screen.wait_for("evals mcp-tools: 3");
    assert_eq!(scene.depot.headers("authorization"), Vec::<String>::new());
}
