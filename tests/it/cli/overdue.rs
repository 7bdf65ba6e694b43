//! A suite that should have run and did not, as it shows in the queue.

use serde_json::Value;

use super::Home;
use super::artifacts::{Scene, night};

/// A team whose suite has run for eight nights, at this time of November.
fn home_at(now: &str) -> Home {
    let mut home = Home::new();
    let source = "[[sources]]\nid = \"nightly\"\nkind = \"evals\"\npaths = [\"out/**\"]\n";
    home.write("dogwatch.toml", &format!("version = 1\n[[severities]]\nid = \"SEV1\"\n{source}"));
    home.always = ["--data-dir", "data", "--now"].map(str::to_owned).to_vec();
    home.always.push(format!("2026-11-{now}:00Z"));
    for day in 3..=10 {
        home.write(&format!("out/{day}.jsonl"), &night(day, &[]));
    }
    home
}

fn at(mut home: Home, now: &str) -> Home {
    home.always.pop();
    home.always.push(format!("2026-11-{now}:00Z"));
    home
}

/// `title state` of everything in the queue.
fn queue(home: &Home) -> Vec<String> {
    let told = home.run(&["queue", "--all", "--json"]).json();
    let word = |incident: &Value, name: &str| incident[name].as_str().unwrap().to_owned();
    let incidents = told["incidents"].as_array().unwrap().iter();
    incidents.map(|incident| format!("{} {}", word(incident, "title"), word(incident, "state"))).collect()
}

#[test]
fn a_dead_nightly_is_an_incident_until_a_run_comes() {
    let home = home_at("11T19:59");
    assert_eq!(home.run(&["sync"]).code, 0);
    assert_eq!(queue(&home), Vec::<String>::new(), "it may only be late");
    let home = at(home, "11T20:01");
    assert_eq!(home.run(&["sync"]).code, 0);
    assert_eq!(queue(&home), ["evals mcp-tools: no run on schedule open"]);
    let id = home.json(&["queue", "--json"])["incidents"][0]["id"].as_str().unwrap().to_owned();
    let shown = home.run(&["show", &id]);
    for words in ["no run since 2026-11-10 02:00 UTC", "its pauses are 24 hours at most", "`out/10.jsonl`"] {
        assert!(shown.out.contains(words), "{words}: {}", shown.out);
    }
    let home = at(home, "13T12:00");
    assert_eq!(home.run(&["sync"]).out, "", "it says so once");
    let told = home.json(&["evals", "--json"]);
    assert_eq!(told["findings"], serde_json::json!([]), "files that are read at will are never late");
    home.write("out/13.jsonl", &night(13, &[]));
    let said = home.run(&["sync"]);
    assert!(said.out.contains(&format!("{id} open → closed")), "{said:?}");
}

#[test]
fn results_that_cannot_be_read_are_not_called_overdue() {
    let home = home_at("11T12:00");
    assert_eq!(home.run(&["sync"]).code, 0);
    let home = at(home, "13T12:00");
    std::fs::rename(home.path("out"), home.path("elsewhere")).unwrap();
    assert_eq!(home.run(&["sync"]).code, 3);
    assert_eq!(queue(&home), Vec::<String>::new());
    std::fs::rename(home.path("elsewhere"), home.path("out")).unwrap();
    assert_eq!(home.run(&["sync"]).code, 0);
    assert_eq!(queue(&home), ["evals mcp-tools: no run on schedule open"]);
}

#[test]
fn artifacts_that_could_not_be_asked_for_are_not_called_overdue() {
    use crate::github::{Fault, Matcher};
    let mut scene = Scene::with("");
    scene.quiet_week();
    scene.home = at(scene.home, "13T12:00");
    scene.fake.fail_always(Matcher::on("GET", "/actions/"), Fault::Status(503, String::new()));
    assert_eq!(scene.sync()["state"], "failed");
    assert_eq!(scene.queue(), Vec::<String>::new());
    scene.fake.heal();
    scene.sync();
    assert_eq!(scene.queue(), ["evals mcp-tools: no run on schedule"]);
}
