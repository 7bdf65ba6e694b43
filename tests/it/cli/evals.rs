//! `dogwatch evals`, and what an evals source puts into the queue.

use std::fmt::Write as _;

use dogwatch::store::{KeptList, Store};
use serde_json::Value;

use super::{Home, Said};

const TEAM: &str = r#"version = 1
[team]
timezone = "UTC"
[[severities]]
id = "SEV1"
[[severities]]
id = "SEV2"
[[severities]]
id = "SEV3"
[[kinds]]
id = "eval-regression"
title = "An eval got worse"
severity = "SEV2"
[[sources]]
id = "nightly"
kind = "evals"
paths = ["out/**"]
[[triage]]
when = { suite = "mcp-tools", check = "case-regression" }
set = { kind = "eval-regression" }
"#;

/// A run of forty cases with three trials each, on this day of November; every case passes but these.
pub(super) fn night(home: &Home, day: u32, broken: &[u32]) {
    let head = format!(
        r#"{{"type":"run","schema":"dogwatch.eval.v1","run_id":"night-{day}","suite":"mcp-tools","started_at":"2026-11-{day:02}T02:00:00Z","git_sha":"{day:040}"}}"#
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
    lines.push_str("{\"type\":\"end\",\"status\":\"complete\"}\n");
    home.write(&format!("out/{day}.jsonl"), &lines);
}

/// A team whose suite has passed for eight nights.
pub(super) fn quiet_week() -> Home {
    let mut home = Home::new();
    home.write("dogwatch.toml", TEAM);
    home.always = ["--data-dir", "data", "--now", "2026-11-11T12:00:00Z"].map(str::to_owned).to_vec();
    for day in 3..=10 {
        night(&home, day, &[]);
    }
    home.sync();
    assert_eq!(home.queue().as_array().unwrap().len(), 0, "an unchanged re-run raises nothing");
    home
}

impl Home {
    pub(super) fn sync(&self) -> Said {
        let said = self.run(&["sync"]);
        assert_eq!(said.code, 0, "{said:?}");
        said
    }

    pub(super) fn queue(&self) -> Value {
        self.json(&["queue", "--all", "--json"])["incidents"].clone()
    }
}

#[test]
fn a_regression_becomes_one_incident_that_closes_after_two_good_runs() {
    let home = quiet_week();
    night(&home, 11, &[3, 4, 5]);
    home.sync();
    let queue = home.queue();
    let incident = &queue[0];
    assert_eq!(incident["title"], "evals mcp-tools: 3 cases broke");
    assert_eq!(
        (&incident["kind"], &incident["severity"]),
        (&"eval-regression".into(), &"SEV2".into()),
        "by [[triage]]"
    );
    let id = incident["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("nightly:"), "{id}");

    night(&home, 12, &[3, 4, 5]);
    home.sync();
    assert_eq!(home.queue().as_array().unwrap().len(), 1, "the next run joins it: {}", home.queue());
    let shown = home.run(&["show", &id]);
    for words in [
        "3 of 40 cases broke",
        "++++++++|--  case-4",
        "p = ",
        "cannot see drops under",
        "2026-11-12 02:00 UTC",
        "`out/12.jsonl`",
    ] {
        assert!(shown.out.contains(words), "{words}: {}", shown.out);
    }

    assert_eq!(home.run(&["ack", &id]).code, 0);
    night(&home, 13, &[]);
    home.sync();
    assert_eq!(home.incident(&id)["state"], "acked", "one good run may be luck");
    night(&home, 14, &[]);
    let said = home.sync();
    assert!(said.out.contains(&format!("{id} acked → closed")), "one run of it sees the end: {said:?}");
    assert_eq!(home.incident(&id)["pending"], serde_json::json!([]));
}

#[test]
fn one_cause_is_one_incident_although_the_suite_fell_with_its_cases() {
    let home = quiet_week();
    let broken = [3, 4, 5, 6, 7, 8, 9, 10];
    night(&home, 11, &broken);
    home.sync();
    let titles = |home: &Home| -> Vec<String> {
        home.queue().as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles(&home), ["evals mcp-tools: 8 cases broke"]);
    let id = home.queue()[0]["id"].as_str().unwrap().to_owned();
    let shown = home.run(&["show", &id]);
    assert!(shown.out.contains("no incident of its own: the suite as a whole fell (-20.0 points)"), "{}", shown.out);
    let told = home.run(&["evals"]);
    assert!(
        told.out.contains("suite-regression") && told.out.contains("; part of its case-regression"),
        "{}",
        told.out
    );
    for day in [12, 13] {
        night(&home, day, &broken);
        home.sync();
        assert_eq!(titles(&home).len(), 1, "and stays one: {:?}", titles(&home));
    }
    for day in [14, 15] {
        night(&home, day, &[]);
    }
    home.sync();
    assert_eq!((titles(&home).len(), &home.incident(&id)["state"]), (1, &"closed".into()));
}

#[test]
fn a_run_that_died_opens_no_regression_and_closes_none() {
    let home = quiet_week();
    night(&home, 11, &[3, 4, 5]);
    home.sync();
    let id = home.queue()[0]["id"].as_str().unwrap().to_owned();
    for day in [12, 13] {
        night(&home, day, &[]);
        let whole = std::fs::read_to_string(home.path(&format!("out/{day}.jsonl"))).unwrap();
        home.write(&format!("out/{day}.jsonl"), whole.replace("\"complete\"", "\"cancelled\"").as_str());
    }
    home.sync();
    assert_eq!(home.incident(&id)["state"], "open");
}

/// A night in which every trial died.
fn dead_night(home: &Home, day: u32) {
    night(home, day, &[]);
    let path = format!("out/{day}.jsonl");
    let whole = std::fs::read_to_string(home.path(&path)).unwrap();
    home.write(&path, &whole.replace("\"ok\"", "\"error\"").replace("\"complete\"", "\"error\""));
}

#[test]
fn a_case_of_a_run_that_died_is_shown_beside_the_last_run_that_did_not_or_says_that_there_is_none() {
    let home = quiet_week();
    dead_night(&home, 11);
    home.sync();
    let id = home.queue()[0]["id"].as_str().unwrap().to_owned();
    let shown = home.run(&["show", &id, "--case", "case-3"]).out;
    assert!(shown.contains("2026-11-10 02:00 UTC, a trial that passed"), "{shown}");

    let mut home = Home::new();
    home.write("dogwatch.toml", TEAM);
    home.always = ["--data-dir", "data", "--now", "2026-11-11T12:00:00Z"].map(str::to_owned).to_vec();
    dead_night(&home, 11);
    home.sync();
    let id = home.queue()[0]["id"].as_str().unwrap().to_owned();
    let shown = home.run(&["show", &id, "--case", "case-3"]).out;
    assert!(shown.contains("before: there is no earlier run to compare with"), "{shown}");
    assert!(!shown.contains("before: cannot be opened"), "{shown}");
}

#[test]
fn the_list_of_runs_and_findings_explains_its_words_and_fits_the_terminal() {
    let home = quiet_week();
    dead_night(&home, 11);
    let told = home.run(&["evals"]).out;
    assert!(told.contains("; share of trials that died +100.0 points"), "{told}");
    assert!(!told.contains("(held: "), "what is not there is not explained: {told}");

    let home = quiet_week();
    night(&home, 11, &[10, 9, 3]);
    let words = ["evals", "expect", "--suite", "mcp-tools", "--case", "case-*", "--from", "night-11", "--until", "2w"];
    assert_eq!(home.run(&[&words[..], &["-m", "meant"]].concat()).code, 0);
    let long = std::fs::read_to_string(home.path("out/10.jsonl")).unwrap().replace("mcp-tools", &"suite-".repeat(40));
    home.write("out/long.jsonl", &long);
    let told = home.run(&["evals"]).out;
    assert!(told.contains("held mcp-tools case-regression: case-3 and 2 more"), "{told}");
    assert!(told.contains("(held: expected or in quarantine; nobody is called)"), "{told}");
    let row = told.lines().find(|line| line.ends_with("out/9.jsonl")).unwrap();
    assert!(row.len() < 110 && told.contains("suite-suite-suite-suite…  "), "{told}");
    let cases = home.json(&["evals", "--json"])["findings"][0]["cases"].clone();
    assert_eq!(cases, serde_json::json!(["case-3", "case-9", "case-10"]), "as people count");
    let told = home.run(&["evals", "compare", "out/10.jsonl", "out/11.jsonl", "--json"]).json();
    assert_eq!(told["broke"], cases);

    let less = std::fs::read_to_string(home.path("out/10.jsonl")).unwrap();
    let less: Vec<&str> = less.lines().filter(|line| !line.contains("\"case-1")).collect();
    home.write("out/12.jsonl", &less.join("\n").replace("night-10", "night-12").replace("11-10T", "11-12T"));
    let told = home.run(&["evals"]).out;
    assert!(told.contains("(suite-changed: cases vanished or ask something else; "), "{told}");
}

#[test]
fn a_run_that_was_killed_is_no_longer_called_running_when_nothing_came_for_hours() {
    let mut home = Home::new();
    home.write("dogwatch.toml", TEAM);
    let killed = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/evals/cut/inspect-killed-midway.eval");
    std::fs::create_dir_all(home.path("out")).unwrap();
    std::fs::copy(killed, home.path("out/killed.eval")).unwrap();
    home.always = ["--data-dir", "data", "--now", "2026-11-22T16:00:00Z"].map(str::to_owned).to_vec();
    home.sync();
    assert_eq!(home.queue().as_array().unwrap().len(), 0, "it may be at work");
    home.always = ["--data-dir", "data", "--now", "2026-11-23T16:00:00Z"].map(str::to_owned).to_vec();
    home.sync();
    assert_eq!(home.queue()[0]["title"], "evals mcp_tools: runs die");
}

#[test]
fn the_same_results_in_another_file_are_no_second_run() {
    let home = quiet_week();
    night(&home, 11, &[3, 4, 5]);
    let copy = std::fs::read_to_string(home.path("out/11.jsonl")).unwrap();
    home.write("out/again/copy.jsonl", &copy);
    let said = home.json_of(&["evals", "out", "--json"], 1);
    assert_eq!(said["runs"].as_array().unwrap().len(), 9);
    assert_eq!(said["skipped"][0]["reason"], "same run as out/11.jsonl");
    assert_eq!(said["findings"][0]["kind"], "case-regression");
    assert_eq!(said["findings"][0]["cases"].as_array().unwrap().len(), 3);
    // Without a path, of the sources of the team file.
    assert_eq!(home.json_of(&["evals", "--json"], 1)["findings"], said["findings"]);
}

#[test]
fn two_runs_are_compared_without_any_configuration() {
    let home = Home::new();
    night(&home, 1, &[]);
    night(&home, 2, &[1, 2, 3, 4, 5, 6, 7, 8]);
    let worse = home.run(&["evals", "compare", "out/1.jsonl", "out/2.jsonl"]);
    assert_eq!(worse.code, 1, "{worse:?}");
    assert!(worse.out.starts_with("mcp-tools: a regression\n"), "{}", worse.out);
    let same = home.run(&["evals", "compare", "out/1.jsonl", "out/1.jsonl"]);
    assert_eq!(same.code, 0, "{same:?}");
    assert!(same.out.contains("this suite cannot see drops under"), "{}", same.out);
    home.write("notes.txt", "no results\n");
    let wrong = home.run(&["evals", "compare", "out/1.jsonl", "notes.txt"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(wrong.err.contains("notes.txt is no result"), "{}", wrong.err);
    let several = home.run(&["evals", "compare", "out", "out/1.jsonl"]);
    assert!(several.err.contains("has several runs of mcp-tools"), "{several:?}");
}

#[test]
fn a_place_without_results_is_told() {
    let home = Home::new();
    home.write("dogwatch.toml", TEAM);
    let said = home.run(&["sync"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains("out/**: nothing is there"), "{}", said.err);
}

#[test]
fn what_is_remembered_of_results_is_read_again_when_it_is_damaged() {
    let home = quiet_week();
    night(&home, 11, &[3, 4, 5]);
    home.sync();
    home.write("data/results.db", "this is no database, and long enough to be taken for one by its length alone\n");
    let _ = (
        std::fs::remove_file(home.path("data/results.db-wal")),
        std::fs::remove_file(home.path("data/results.db-shm")),
    );
    home.sync();
    assert_eq!(home.queue().as_array().unwrap().len(), 1, "nothing is forgotten, nothing is told twice");
}

#[test]
fn on_the_screen_a_new_file_shows_by_itself() {
    let home = quiet_week();
    let screen = crate::pty::Launch::dogwatch(&["--data-dir", "data", "--now", "2026-11-11T12:00:00Z"])
        .home(&home.path(""))
        .size(100, 30)
        .start();
    screen.wait_for("/ filter");
    night(&home, 11, &[3, 4, 5]);
    screen.wait_for("evals mcp-tools: 3 cases broke");
    screen.send("a");
    screen.wait_for("+ acked");
    night(&home, 12, &[]);
    night(&home, 13, &[]);
    screen.wait_gone("+ acked");
}

#[test]
fn tools_that_changed_shortly_before_are_the_first_suspect() {
    let home = quiet_week();
    night(&home, 11, &[3, 4, 5]);
    let mut store = Store::open(&home.path("data"), "2026-11-11T01:20:00Z".parse().unwrap()).unwrap().store;
    for (endpoint, at) in [("prod", "2026-11-11T01:20:00Z"), ("old", "2026-11-01T01:20:00Z")] {
        let list = KeptList { at: at.parse().unwrap(), hash: "0".repeat(64), raw: "{}".to_owned() };
        store.keep_served(endpoint, &list, "search").unwrap();
    }
    drop(store);
    home.sync();
    let shown = home.run(&["show", home.queue()[0]["id"].as_str().unwrap()]);
    let suspect =
        "First suspect: the tools of `prod` became what they are 40 min before this run (2026-11-11 01:20 UTC).";
    assert!(shown.out.contains(suspect), "{}", shown.out);
    assert!(!shown.out.contains("`old`"), "{}", shown.out);
}

#[test]
fn a_word_said_beside_the_screen_is_heard_by_it() {
    let mut home = quiet_week();
    night(&home, 11, &[3, 4, 5]);
    home.sync();
    let id = home.queue()[0]["id"].as_str().unwrap().to_owned();
    home.write(".dogwatch/expected.toml", "");
    // The screen goes by the real clock, and so does whoever speaks beside it.
    home.always = ["--data-dir", "data"].map(str::to_owned).to_vec();
    let screen = crate::pty::Launch::dogwatch(&["--data-dir", "data"]).home(&home.path("")).size(170, 30).start();
    screen.wait_for("evals mcp-tools: 3 cases broke");
    let said = home.run(&["evals", "expect", &id, "--until", "2w", "-m", "meant"]);
    assert_eq!(said.code, 0, "{said:?}");
    screen.wait_for("(closed: expected)");
    night(&home, 12, &[3, 4, 5]);
    night(&home, 13, &[3, 4, 5, 20]);
    screen.wait_for("evals mcp-tools: 1 case broke");
}

/// Ten nights without a time in the files, the last with some cases broken.
#[test]
fn runs_that_name_no_time_are_ordered_by_their_files_and_judged_all_the_same() {
    let home = quiet_week();
    for day in 3..=10 {
        std::fs::remove_file(home.path(&format!("out/{day}.jsonl"))).unwrap();
    }
    // By their names the tenth would come first.
    for number in 1..=10 {
        night(&home, number, if number == 10 { &[3, 4, 5] } else { &[] });
        let path = home.path(&format!("out/{number}.jsonl"));
        let timeless =
            std::fs::read_to_string(&path).unwrap().replace("started_at", "was_started_at").replace("night", "r");
        std::fs::write(&path, timeless.replace("\"mcp-tools\"", "\"timeless\"")).unwrap();
        let written =
            std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_794_300_000 + 86_400 * u64::from(number));
        std::fs::File::options().append(true).open(&path).unwrap().set_modified(written).unwrap();
        home.sync();
    }
    let titles: Vec<String> =
        home.queue().as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect();
    assert!(titles.contains(&"evals timeless: 3 cases broke".to_owned()), "{titles:?}");
    let found = home.json_of(&["evals", "out", "--json"], 1);
    assert!(found["runs"].as_array().unwrap().iter().all(|run| run["started_at"].is_null()), "no time is made up");
}

#[cfg(unix)]
#[test]
fn links_that_lead_around_in_a_circle_or_nowhere_hold_nobody_up() {
    let home = quiet_week();
    for (to, at) in [(".", "out/l1"), (".", "out/l2"), ("x2", "out/x1"), ("x1", "out/x2"), ("gone", "out/dead")] {
        std::os::unix::fs::symlink(to, home.path(at)).unwrap();
    }
    night(&home, 11, &[3, 4, 5]);
    home.sync();
    assert_eq!(home.queue()[0]["title"], "evals mcp-tools: 3 cases broke");
}

#[test]
fn a_file_that_stops_short_and_is_young_is_not_called_dead() {
    let home = quiet_week();
    night(&home, 11, &[]);
    let whole = std::fs::read_to_string(home.path("out/11.jsonl")).unwrap();
    let cut = whole.lines().take(40).collect::<Vec<_>>().join("\n") + "\n";
    home.write("out/11.jsonl", &cut.replace("\"run_id\"", "\"trials\":120,\"run_id\""));
    home.sync();
    assert_eq!(home.queue().as_array().unwrap().len(), 0, "somebody may be writing it");
    let old = std::time::SystemTime::now() - std::time::Duration::from_hours(1);
    std::fs::File::options().append(true).open(home.path("out/11.jsonl")).unwrap().set_modified(old).unwrap();
    home.sync();
    assert_eq!(home.queue()[0]["title"], "evals mcp-tools: runs die");
}
