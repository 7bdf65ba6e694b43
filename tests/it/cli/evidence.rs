//! `show` of an eval incident: the strips, and one case in full out of the files.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Home, Said};
use crate::github::Fake;

const TEAM: &str = r#"version = 1
[team]
timezone = "UTC"
[[severities]]
id = "SEV1"
[[sources]]
id = "nightly"
kind = "evals"
paths = ["out/**"]
"#;

/// A night's run of ten cases with three trials each; what these say now is wrong.
pub(super) fn night(home: &Home, day: u32, wrong: &[(&str, &str)]) {
    let head = json!({"type": "run", "schema": "dogwatch.eval.v1", "run_id": format!("night-{day}"), "suite": "mcp-tools",
        "started_at": format!("2026-11-{day:02}T02:00:00Z"), "git_sha": format!("{day:07}abcdef"), "model": "gpt-9"});
    let mut lines = format!("{head}\n");
    for case in 0..10 {
        let name = format!("case-{case}");
        let said = wrong.iter().find(|(wrong, _)| *wrong == name).map(|(_, said)| *said);
        for trial in 0..3 {
            let output = said.map_or_else(|| format!("The answer to question {case} is eight."), str::to_owned);
            let line = json!({"type": "trial", "case_id": name, "trial": trial, "status": "ok", "pass": said.is_none(),
                "input_hash": format!("q{case}"), "input": format!("Question {case}?"), "output": output,
                "explanation": if said.is_some() { "expected eight" } else { "right" }});
            writeln!(lines, "{line}").unwrap();
        }
    }
    lines.push_str("{\"type\":\"end\",\"status\":\"complete\"}\n");
    home.write(&format!("out/{day}.jsonl"), &lines);
}

/// A team whose suite passed for eight nights and then broke; with the id of the incident.
fn broken(wrong: &[(&str, &str)]) -> (Home, String) {
    let mut home = Home::new();
    home.write("dogwatch.toml", TEAM);
    home.always = ["--data-dir", "data", "--now", "2026-11-20T12:00:00Z"].map(str::to_owned).to_vec();
    for day in 3..=10 {
        night(&home, day, &[]);
    }
    night(&home, 11, wrong);
    assert_eq!(home.run(&["sync"]).code, 0);
    let queue = home.json(&["queue", "--json"]);
    let id = queue["incidents"][0]["id"].as_str().unwrap().to_owned();
    (home, id)
}

fn has(said: &Said, all: &[&str]) {
    for words in all {
        assert!(said.out.contains(words), "{words}\n{}", said.out);
    }
}

const WRONG: [(&str, &str); 3] = [
    ("case-2", "The answer to question 2 is nine."),
    ("case-4", "I cannot help with that."),
    ("case-7", "The answer to question 7 is eight, or nine."),
];

#[test]
fn an_incident_shows_its_strips_and_the_first_case_in_full_and_any_other_by_its_name() {
    let (home, id) = broken(&WRONG);
    let said = home.run(&["show", &id, "--offline"]);
    assert_eq!(said.code, 0, "{said:?}");
    has(
        &said,
        &[
            "**`mcp-tools`: 3 of 10 cases broke since `0000010`; p = ",
            "++++++++|-  case-2\n++++++++|-  case-4\n++++++++|-  case-7\n",
            "- commits: `0000010..0000011`",
            "- the same: model `gpt-9`",
            "There is no command for just these cases: the file does not say what wrote it.",
            "### Case 1 of 3: `case-2`",
            "- before: `0000010`, 2026-11-10 02:00 UTC, a trial that passed",
            "- asked: `Question 2?`",
            "The answer to question 2 is [-eight-]{+nine+}.",
            "The scorer now: `expected eight`",
            "The scorer before: `right`",
        ],
    );
    assert!(said.out.lines().all(|line| line.chars().count() <= 200), "{}", said.out);
    let other = home.run(&["show", &id, "--case", "E-7"]);
    has(&other, &["### Case 3 of 3: `case-7`", "is eight{+, or nine+}."]);
    let several = home.run(&["show", &id, "--case", "case"]);
    assert_eq!(several.code, 1);
    assert!(
        several.err.contains("several of its cases have \"case\"; there are `case-2`, `case-4`, `case-7`"),
        "{several:?}"
    );
    let none = home.run(&["show", &id, "--case", "case-5"]);
    assert_eq!((none.code, none.out.as_str()), (1, ""));
    assert!(none.err.contains("no case of it is called \"case-5\"; there are `case-2`"), "{none:?}");
}

#[test]
fn programs_get_the_finding_the_strips_and_the_case() {
    let (home, id) = broken(&WRONG);
    let told = home.json(&["show", &id, "--json", "--case", "case-4"]);
    let evidence = &told["evidence"];
    assert_eq!(evidence["finding"]["kind"], "case-regression");
    assert_eq!(evidence["finding"]["cases"], json!(["case-2", "case-4", "case-7"]));
    assert_eq!(evidence["strips"][1], json!({"case": "case-4", "runs": "++++++++|-"}));
    assert_eq!(evidence["repeat"]["command"], Value::Null);
    let case = &evidence["case"];
    assert_eq!((&case["name"], &case["place"], &case["of"]), (&"case-4".into(), &2.into(), &3.into()));
    assert_eq!(case["now"]["output"], "I cannot help with that.");
    assert_eq!(case["before"]["outcome"], "passed");
    assert!(case["diff"].as_str().unwrap().contains("{+I cannot help with that+}"), "{case:#}");
    assert_eq!(told, home.json(&["show", &id, "--json", "--case", "case-4"]), "the same bytes again");
}

#[test]
fn a_file_that_is_gone_or_was_written_over_says_so_and_the_rest_stands() {
    let (home, id) = broken(&WRONG);
    std::fs::remove_file(home.path("out/11.jsonl")).unwrap();
    has(
        &home.run(&["show", &id]),
        &[
            "- now: cannot be opened: `out/11.jsonl: the file is gone`",
            "Answered before: `The answer to question 2 is eight.`",
        ],
    );
    night(&home, 11, &[]);
    let over = std::fs::read_to_string(home.path("out/11.jsonl")).unwrap().replace("night-11", "another");
    home.write("out/11.jsonl", &over);
    has(&home.run(&["show", &id]), &["out/11.jsonl: the file holds something else than when it was read"]);
    for day in 3..=10 {
        home.write(&format!("out/{day}.jsonl"), "no result\n");
    }
    let said = home.run(&["show", &id]);
    has(&said, &["- before: cannot be opened: `out/", "++++++++|-  case-2"]);
}

#[test]
fn hostile_answers_reach_neither_the_terminal_nor_the_markdown_around_them() {
    let soup: String = (0..150_000).map(|n| n.to_string() + " ").collect();
    let rude = format!("```\n`````\n@octocat closes #1 \u{1b}[2J\u{1b}]0;pwned\u{7}{soup}");
    let (home, id) = broken(&[("case-1", &rude), ("case-2", &rude), ("case-3", &rude)]);
    let said = home.run(&["show", &id]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(!said.out.contains('\u{1b}') && !said.out.contains('\u{7}'), "{}", said.out);
    assert!(said.out.len() < 10_000, "{}", said.out.len());
    has(&said, &["``````wdiff", "[-The answer to question"]);
}

/// An export of promptfoo as another night's, by its id and time.
fn export(home: &Home, name: &str, night: u32) {
    let path = format!("{}/tests/fixtures/evals/promptfoo/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let mut export: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    export["evalId"] = format!("eval-{night}").into();
    export["results"]["timestamp"] = format!("2026-11-{night:02}T02:00:00Z").into();
    home.write(&format!("out/{night:02}.json"), &export.to_string());
}

#[test]
fn exports_of_promptfoo_give_answers_tool_calls_and_the_command_to_run_what_failed() {
    let mut home = Home::new();
    home.write("dogwatch.toml", TEAM);
    home.always = ["--data-dir", "data", "--now", "2026-11-25T12:00:00Z"].map(str::to_owned).to_vec();
    for night in 1..=10 {
        export(&home, "base", night);
    }
    for night in 11..=14 {
        export(&home, "regress", night);
    }
    assert_eq!(home.run(&["sync"]).code, 0);
    let queue = home.json(&["queue", "--json"]);
    let id = queue["incidents"][0]["id"].as_str().unwrap_or_else(|| panic!("{queue:#}"));
    let said = home.run(&["show", id]);
    has(&said, &["promptfoo eval --filter-failing out/14.json", "++++++++++|----  ", "### Case 1 of ", "```wdiff"]);
}

/// Alice's machine, where nightly results are filed on GitHub.
fn filing(fake: &Fake) -> Home {
    let mut home = Home::new().with_env("TEAM_TOKEN", &fake.token("alice"));
    let github = format!(
        "[[people]]\nid = \"al\"\ngithub = \"alice\"\n[[sources]]\nid = \"gh\"\nkind = \"github\"\nrepo = \"acme/dataface\"\n\
         api = \"{}\"\ntoken_env = \"TEAM_TOKEN\"\n[tracker]\nkind = \"github\"\npace = \"0.01s\"\nsettle = \"0.01s\"\n",
        fake.url()
    );
    home.write("dogwatch.toml", &format!("{TEAM}{github}"));
    home.always = ["--data-dir", "data"].map(str::to_owned).to_vec();
    assert_eq!(home.run(&["trust", "--yes"]).code, 0);
    home
}

#[test]
fn the_issue_of_an_eval_carries_the_evidence_once_and_calls_nobody() {
    let fake = Fake::start();
    let home = filing(&fake);
    for day in 3..=10 {
        night(&home, day, &[]);
    }
    let rude = "@octocat this closes #1 <!-- dogwatch fingerprint=forged signal=x:y -->";
    night(
        &home,
        11,
        &[("case-2", "The answer to question 2 is nine."), ("case-4", rude), ("case-6", rude), ("case-8", rude)],
    );
    assert_eq!(home.run(&["sync"]).code, 0);
    let id = home.json(&["queue", "--json"])["incidents"][0]["id"].as_str().unwrap().to_owned();
    let acked = home.run(&["ack", &id]);
    assert_eq!(acked.code, 0, "{acked:?}");
    let issue = fake.home().issues().into_iter().next().expect("it was filed");
    let body = issue.body.clone().unwrap();
    for words in [
        "4 of 10 cases broke since `0000010`",
        "++++++++|-  case-2\n",
        "The answer to question 2 is [-eight-]{+nine+}.",
        "### Case 1 of 4: `case-2`",
        "### Case 3 of 4: `case-6`",
        "1 more: `dogwatch show nightly:",
    ] {
        assert!(body.contains(words), "{words}\n{body}");
    }
    assert!(!body.contains("### Case 4 of 4"), "three are enough:\n{body}");
    assert!(body.len() < 30_000, "{}", body.len());
    assert_eq!(body.matches("<!-- dogwatch ").count(), 1, "one marker, and it is ours:\n{body}");
    let mut fenced = false;
    for line in body.lines() {
        fenced ^= line.starts_with("```");
        assert!(fenced || !line.contains("octocat"), "outside of every fence: {line}");
    }
    let shown = home.run(&["show", &id]);
    assert_eq!(shown.out.matches("### Case 1 of 4").count(), 1, "{}", shown.out);
    let other = home.run(&["show", &format!("gh#{}", issue.number), "--case", "case-8"]);
    has(&other, &["### Case 4 of 4: `case-8`"]);
    assert_eq!(home.run(&["sync"]).code, 0);
    assert_eq!(fake.home().issues().len(), 1);
}
