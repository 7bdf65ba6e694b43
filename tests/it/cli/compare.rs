//! `dogwatch evals compare` of runs that are called by their names.

use serde_json::{Value, json};

use super::Home;
use super::artifacts::night;

const TEAM: &str =
    "version = 1\n[[sources]]\nid = \"nightly\"\nkind = \"evals\"\npaths = [\"out/**\"]\npass_at = 0.5\n";

/// A team that has read a good night, a bad one, and what else is written.
fn read(more: &[(&str, String)]) -> Home {
    let mut home = Home::new();
    home.write("dogwatch.toml", TEAM);
    home.always = ["--data-dir", "data", "--now", "2026-11-11T12:00:00Z"].map(str::to_owned).to_vec();
    home.write("out/10.jsonl", &night(10, &[]));
    home.write("out/11.jsonl", &night(11, &[1, 2, 3, 4, 5, 6, 7, 8]));
    for (path, text) in more {
        home.write(path, text);
    }
    assert_eq!(home.run(&["sync"]).code, 0);
    home
}

/// A run whose cases are scored, and no verdict is given.
fn graded(id: &str, scores: impl Fn(u32) -> f64) -> String {
    let head = json!({"type": "run", "schema": "dogwatch.eval.v1", "run_id": id, "suite": "graded"});
    let trials = (0..60).map(|at| {
        json!({"type": "trial", "case_id": format!("case-{}", at / 3), "trial": at % 3, "status": "ok", "score": scores(at)})
    });
    let lines: Vec<String> = std::iter::once(head).chain(trials).map(|line| line.to_string()).collect();
    lines.join("\n") + "\n{\"type\":\"end\",\"status\":\"complete\"}\n"
}

/// The same answer, whatever the two were called and however their cases are ordered.
fn told(mut answer: Value) -> Value {
    for name in ["baseline", "candidate"] {
        answer[name] = Value::Null;
    }
    for list in ["broke", "fixed"] {
        answer[list].as_array_mut().unwrap().sort_by_key(ToString::to_string);
    }
    // A mean of means may differ in its last digit.
    for figure in ["mean_baseline", "mean_candidate", "delta", "p_value", "detectable_drop"] {
        answer[figure] = answer[figure].as_f64().map(|figure| format!("{figure:.9}")).into();
    }
    answer
}

#[test]
fn known_runs_are_compared_by_their_ids_and_say_what_their_files_say() {
    let tilt = |at: u32| f64::from(at % 7) / 10.0;
    let home = read(&[
        ("out/a.jsonl", graded("before", |at| tilt(at) + 0.3)),
        ("out/b.jsonl", graded("after", |at| tilt(at) + f64::from(at % 5) / 20.0)),
    ]);
    for (names, files, code) in [
        (["night-10", "night-11"], ["out/10.jsonl", "out/11.jsonl"], 1),
        (["night-10", "out/11.jsonl"], ["out/10.jsonl", "out/11.jsonl"], 1),
        (["night-11", "night-10"], ["out/11.jsonl", "out/10.jsonl"], 0),
        (["before", "after"], ["out/a.jsonl", "out/b.jsonl"], 1),
    ] {
        let compare = |[base, candidate]: [&str; 2], more: &[&str]| {
            let args = [&["evals", "compare", base, candidate, "--json"], more].concat();
            home.json_of(&args, code)
        };
        let by_name = compare(names, &[]);
        assert_eq!((&by_name["baseline"], &by_name["candidate"]), (&names[0].into(), &names[1].into()), "as given");
        assert_eq!(told(by_name), told(compare(files, &["--pass-at", "0.5"])));
    }
}

#[test]
fn a_run_is_known_by_its_key_and_outlives_its_file() {
    let home =
        read(&[("out/twin.jsonl", night(10, &[]).replace("\"mcp-tools\"", "\"mcp-tools\",\"model\":\"other\""))]);
    let several = home.run(&["evals", "compare", "night-10", "night-11"]);
    assert_eq!(several.code, 2, "{several:?}");
    assert!(
        several.err.contains("night-10 names several runs of mcp-tools; name one of them by its key: "),
        "{several:?}"
    );
    let place = several.err.find(" (").unwrap();
    let key = &several.err[place - 12..place];
    std::fs::remove_dir_all(home.path("out")).unwrap();
    let worse = home.run(&["evals", "compare", key, "night-11"]);
    assert_eq!(worse.code, 1, "{worse:?}");
    assert!(worse.out.starts_with("mcp-tools: a regression\n"), "{}", worse.out);
    assert!(worse.out.contains("broke (8)\n  case-1\n"), "by name: {}", worse.out);
}

#[test]
fn one_id_over_several_suites_is_one_run_of_each() {
    let home = read(&[("out/web.jsonl", night(10, &[]).replace("mcp-tools", "web"))]);
    assert_eq!(home.run(&["evals", "compare", "night-10", "night-11"]).code, 1, "one suite is on both sides");
    let same = home.run(&["evals", "compare", "night-10", "night-10"]);
    assert!(same.err.contains("there are several suites: mcp-tools, web; say which with --suite"), "{same:?}");
    assert_eq!(home.run(&["evals", "compare", "night-10", "night-10", "--suite", "web"]).code, 0);
}

#[test]
fn runs_older_than_the_personal_file_says_are_forgotten_and_not_read_again() {
    let home = read(&[("out/1.jsonl", night(1, &[]))]);
    home.write_personal("[retention]\nevals = \"5d\"\n");
    for _ in 0..2 {
        assert_eq!(home.run(&["sync"]).code, 0);
        let said = home.run(&["evals", "compare", "night-1", "night-10"]);
        assert!(said.err.contains("night-1 is not there, and no known run is called so"), "{said:?}");
    }
    assert_eq!(home.run(&["evals", "compare", "night-10", "night-11"]).code, 1);
}

#[test]
fn a_name_that_nobody_knows_is_told_with_a_remedy_and_nothing_is_created() {
    let home = Home::new();
    home.write("11.jsonl", &night(11, &[]));
    let said = home.run(&["--data-dir", "data", "evals", "compare", "night-10", "11.jsonl"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("night-10 is not there, and no run is known here: name a result file"), "{said:?}");
    assert!(!home.path("data").exists());
    let home = read(&[]);
    let said = home.run(&["evals", "compare", "night-12", "night-13"]);
    assert_eq!((said.code, said.lines().len()), (2, 0), "{said:?}");
    for name in ["night-12", "night-13"] {
        assert!(said.err.contains(&format!("{name} is not there, and no known run is called so: ")), "{said:?}");
    }
    let said = home.run(&["evals", "compare", "night-10", "night-11", "--suite", "web"]);
    assert!(said.err.contains("no run night-10 of the suite web is known"), "{said:?}");
    let said = home.run(&["evals", "compare", "night-10", "night-11", "--pass-at", "0.5"]);
    assert!(said.err.contains("--pass-at is for files"), "{said:?}");
}
