//! `sync --every` on several machines at once: what fails is filed by policy,
//! once, and taken up by whoever looks.

use std::collections::BTreeSet;
use std::process::{Child, Command};

use crate::github::{Fake, What};
use crate::mcp::server::{Fault, Manner, On, Server};
use crate::station::{Station, team_file};

/// Endpoints that fail, as sources of a team whose policy files the gravest at once.
fn team(fake: &Fake, servers: &[Server]) -> String {
    let source = |(at, server): (usize, &Server)| {
        format!("[[sources]]\nid = \"tools-{at}\"\nkind = \"mcp\"\nurl = \"{}\"\n", server.url())
    };
    let sources: String = servers.iter().enumerate().map(source).collect();
    let rules =
        "[[triage]]\nwhen = { source = \"mcp\" }\nset = { severity = \"SEV1\" }\n[filing]\nseverities = [\"SEV1\"]\n";
    format!("{}{sources}{rules}", team_file(&fake.url(), "0.02s", "0.3s"))
}

/// An unattended watch that ends with the value.
struct Watch(Child);

impl Watch {
    fn on(station: &Station) -> Self {
        Self(station.spawn(&["sync", "--every", "1s"]))
    }

    /// Tells it to go, as a supervisor does, and waits for its end.
    fn ends(mut self) -> Option<i32> {
        assert!(Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap().success());
        self.0.wait().unwrap().code()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

fn open(fake: &Fake) -> Vec<u64> {
    fake.home().issues().iter().filter(|issue| issue.is_open()).map(|issue| issue.number).collect()
}

/// The titles of all that was ever filed.
fn causes(writes: &[crate::github::Write]) -> BTreeSet<&str> {
    fn title(write: &crate::github::Write) -> Option<&str> {
        if let What::Created(title) = &write.what { Some(title) } else { None }
    }
    writes.iter().filter_map(title).collect()
}

#[test]
fn what_fails_is_filed_once_by_two_machines_and_acked_under_its_own_name() {
    let fake = Fake::start();
    let missing = Fault::Status(404, String::new(), "no such page".to_owned());
    let servers: Vec<Server> = (0..3)
        .map(|at| {
            Server::start(if at < 2 { Manner::modern().with(On::All, missing.clone()) } else { Manner::modern() })
        })
        .collect();
    let stations = ["alice", "bob"].map(|login| Station::of(&fake, login));
    for station in &stations {
        station.team(&team(&fake, &servers));
    }
    let watches = stations.each_ref().map(Watch::on);
    // Who is second to file a cause gives way: what each has begun is waited for.
    fake.wait_until("both causes are filed", |_, writes| causes(writes).len() == 2);
    fake.wait_until("each issue is labelled or has given way", |_, writes| {
        let settled = |number: u64| {
            let of = writes.iter().filter(|write| write.number == number);
            of.map(|write| &write.what).any(|what| matches!(what, What::Labeled(_) | What::Closed(_)))
        };
        let created = writes.iter().filter(|write| matches!(write.what, What::Created(_)));
        created.map(|write| write.number).all(settled)
    });
    let [first, second] = watches;
    assert_eq!((first.ends(), second.ends()), (Some(0), Some(0)));
    for station in &stations {
        // What a later poll has to make good, it does now.
        assert_eq!(station.run(&["sync"]).code, Some(0));
    }
    let issues = fake.home().issues();
    let open = open(&fake);
    assert_eq!(open.len(), 2, "{issues:#?}");
    let health = std::fs::read_to_string(stations[0].data().join("sync.health")).unwrap();
    assert!(health.contains("\"state\":\"stopped\""), "{health}");
    let mode = std::fs::metadata(stations[0].data().join("sync.health")).unwrap().permissions();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);

    let queue = stations[1].ask(&["queue"]).json();
    let incidents = queue["incidents"].as_array().unwrap();
    assert_eq!(incidents.len(), 2, "{queue:#}");
    let id = incidents[0]["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("tools-") && incidents[0]["url"].is_string(), "{queue:#}");
    let acked = stations[1].ask(&["ack", &id]);
    assert_eq!((acked.code, acked.json()["results"][0]["id"].as_str()), (Some(0), Some(id.as_str())), "{acked:?}");
    assert!(stations[0].run(&["sync"]).stdout.contains(&format!("{id} open → acked")));
}

#[test]
fn nothing_is_probed_that_only_a_trusted_file_may_ask_for() {
    let fake = Fake::start();
    let station = Station::of(&fake, "alice");
    let touched = station.home().join("touched");
    let command = format!(
        "[[sources]]\nid = \"child\"\nkind = \"mcp\"\ncommand = [\"touch\", {:?}]\n",
        touched.to_str().unwrap()
    );
    station.team(&format!("{}{command}", team_file(&fake.url(), "0.02s", "0.3s")));
    let (program, words) = station.words(&["probe", "child", "--json"]);
    let words: Vec<&String> = words.iter().filter(|word| *word != "--trust").collect();
    let ended = Command::new(program).args(words).env_clear().env("HOME", station.home()).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let told: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(
        (&told["endpoints"][0]["state"], &told["endpoints"][0]["error"]["class"]),
        (&"unknown".into(), &"not-asked".into())
    );
    assert!(!touched.exists());
}

/// What SEV1 does on this team: ana is asked, then bob.
const ON_CALL: &str = r#"
[[people]]
id = "alice"
github = "alice"
[[people]]
id = "bob"
github = "bob"
[[rotations]]
id = "ops"
start = "2026-11-02T10:00"
shift = "7d"
members = ["alice"]
coverage = "24x7"
[[escalations]]
id = "default"
steps = [{ to = "rotation:ops/primary", wait = "15m" }, { to = "bob" }]
"#;

#[test]
fn what_two_machines_file_is_given_to_whoever_is_on_duty_once() {
    let fake = Fake::start();
    let missing = Fault::Status(404, String::new(), "no such page".to_owned());
    let server = Server::start(Manner::modern().with(On::All, missing));
    let stations = ["alice", "bob"].map(|login| Station::of(&fake, login));
    let grave = "meaning = \"most users are hit\"\n";
    let escalates = format!("{grave}clock = \"24x7\"\nescalation = \"default\"\n");
    let team = team(&fake, std::slice::from_ref(&server)).replace(grave, &escalates);
    for station in &stations {
        station.team(&format!("{team}{ON_CALL}"));
    }
    let is_ask = |what: &What| matches!(what, What::Commented(text) if text.contains("escalate=default/1 "));
    let watches = stations.each_ref().map(Watch::on);
    fake.wait_until("somebody is asked", |_, writes| writes.iter().any(|write| is_ask(&write.what)));
    fake.wait_until("it is theirs", |_, writes| {
        writes.iter().any(|write| write.what == What::Assigned("alice".to_owned()))
    });
    // Both go on for a while: each has been told of all before it asks again.
    let polls = |requests: &[crate::github::Request]| {
        requests.iter().filter(|request| request.target.contains("state=all")).count()
    };
    let before = polls(&fake.requests());
    fake.wait_until("both have looked again", |requests, _| polls(requests) >= before + 4);
    let [first, second] = watches;
    assert_eq!((first.ends(), second.ends()), (Some(0), Some(0)));
    let asked = |number: u64| fake.count_writes(number, is_ask);
    let [number] = open(&fake)[..] else { panic!("{:#?}", fake.home().issues()) };
    assert_eq!((asked(number), fake.issue(number).assignees), (1, vec!["alice".to_owned()]));
    for station in &stations {
        assert_eq!(station.run(&["sync"]).code, Some(0));
        let queue = station.ask(&["queue"]).json();
        let id = queue["incidents"][0]["id"].as_str().unwrap().to_owned();
        let shown = station.run(&["show", &id]);
        assert!(shown.stdout.contains("step 1 of 2: alice (ops primary), since "), "{}", shown.stdout);
    }
}
