//! `dogwatch probe diff` in a build: its answers, its ends, and bad files.

use serde_json::{Value, json};

use super::{Home, fields};

fn home() -> Home {
    let home = Home::new();
    let list = |limit: i32, extra: &str| {
        json!({"tools": [
            {"name": "search", "description": format!("Search{extra}."), "inputSchema": {"type": "object", "properties": {"limit": {"type": "integer", "maximum": limit}}}},
        ]})
        .to_string()
    };
    home.write("old.json", &list(100, ""));
    home.write("tighter.json", &list(50, ""));
    home.write("looser.json", &format!("\u{FEFF}{}", list(500, " \u{1b}[31mnow\u{202E}")));
    home
}

#[test]
fn what_breaks_callers_ends_with_1_and_says_where() {
    let home = home();
    let said = home.run(&["probe", "diff", "old.json", "tighter.json"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert_eq!(
        said.out,
        "breaking (1)\n  bound-tightened search /inputSchema/properties/limit/maximum: 100 → 50\nbump: major\n"
    );
    let said = home.run(&["probe", "diff", "old.json", "looser.json"]);
    assert_eq!((said.code, said.lines()[0], said.lines()[2]), (0, "compatible (1)", "wording (1)"));
    assert!(said.out.ends_with("\nbump: minor\n") && !said.out.contains('\u{1b}') && !said.out.contains('\u{202E}'));
    let said = home.run(&["probe", "diff", "old.json", "old.json"]);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "no drift\nbump: none\n", ""));
}

#[test]
fn scripts_get_json_that_no_terminal_obeys() {
    let home = home();
    let said = home.run(&["probe", "diff", "old.json", "tighter.json", "--json"]);
    let answer = said.json();
    assert_eq!((said.code, fields(&answer)), (1, vec!["bump", "drift", "schema"]));
    assert_eq!(fields(&answer["drift"][0]), ["change", "impact", "path", "tool"]);
    assert_eq!(answer["schema"], "dogwatch.probe-diff/1");
    assert_eq!(home.run(&["probe", "diff", "old.json", "tighter.json", "--format", "json"]), said);

    let name = "a\u{202E}b\u{9b}c\u{E0041}";
    home.write("odd.json", &json!({"result": {"tools": [{"name": name}]}}).to_string());
    home.write("none.json", "{\"tools\":[]}");
    let said = home.run(&["probe", "diff", "none.json", "odd.json", "--json"]);
    assert!(said.out.is_ascii(), "{said:?}");
    assert_eq!(said.json()["drift"][0]["tool"], name);
}

#[test]
fn the_agreed_cases_come_out_of_the_program_as_they_are() {
    let home = Home::new();
    let cases: Value = serde_json::from_str(include_str!("../../fixtures/mcp/drift_cases.json")).unwrap();
    for case in cases["cases"].as_array().unwrap().iter().step_by(9) {
        home.write("old.json", &json!({"tools": case["old"]}).to_string());
        home.write("new.json", &json!({"jsonrpc": "2.0", "id": 1, "result": {"tools": case["new"]}}).to_string());
        let said = home.run(&["probe", "diff", "old.json", "new.json", "--json"]);
        let answer = said.json();
        assert_eq!((&answer["drift"], &answer["bump"]), (&case["expected"], &case["bump"]), "{}", case["name"]);
        assert_eq!(said.code, i32::from(case["bump"] == "major"), "{}", case["name"]);
    }
}

#[test]
fn a_pull_request_gets_its_annotations() {
    let home = home();
    home.write("a,b:c%.json", &std::fs::read_to_string(home.path("tighter.json")).unwrap());
    let said = home.run(&["probe", "diff", "old.json", "a,b:c%.json", "--format", "github"]);
    assert_eq!(
        said.lines(),
        [
            "::error file=a%2Cb%3Ac%25.json,title=breaking drift of an MCP tool::bound-tightened search /inputSchema/properties/limit/maximum: 100 → 50",
            "bump: major"
        ]
    );
    let said = home.run(&["probe", "diff", "old.json", "looser.json", "--format", "github"]);
    assert!(said.lines()[0].starts_with("::notice file=looser.json,title=compatible "), "{said:?}");
    assert!(said.lines()[1].starts_with("::warning file=looser.json,title=wording "), "{said:?}");
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_nothing_is_answered() {
    let home = home();
    home.write("cut.json", "{\"tools\": [");
    home.write("other.json", "{\"error\": {\"message\": \"Not connected\"}}");
    home.write("deep.json", &"[".repeat(100_000));
    home.write("long.json", &format!("{{\"tools\":[]}}{}", " ".repeat(16 << 20)));
    for (file, why) in [
        ("cut.json", "cut.json is not JSON: EOF"),
        ("other.json", "other.json: it is a JSON-RPC error (Not connected)"),
        ("deep.json", "deep.json is not JSON: recursion limit"),
        ("long.json", "long.json is longer than 16 MiB"),
        ("nowhere.json", "cannot read nowhere.json: "),
    ] {
        let said = home.run(&["probe", "diff", file, "old.json", "--json"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{said:?}");
        assert!(said.err.contains(why), "{said:?}");
    }
    let both = home.run(&["probe", "diff", "cut.json", "nowhere.json"]);
    assert!(both.err.contains("cut.json") && both.err.contains("nowhere.json"), "{both:?}");
    for words in
        [&["probe", "diff", "-", "-"][..], &["probe", "diff", "old.json", "old.json", "--json", "--format", "text"]]
    {
        assert_eq!(home.run(words).code, 2);
    }
}

#[test]
fn a_single_page_is_told_from_the_whole_list_and_stdin_is_a_file() {
    let home = home();
    home.write("page.json", "{\"tools\":[],\"nextCursor\":\"\"}");
    let said = home.run(&["probe", "diff", "page.json", "page.json"]);
    assert!(said.err.starts_with("dogwatch: page.json is one page of a longer list"), "{said:?}");
    let mut command = home.command(&["probe", "diff", "old.json", "-"]);
    command.stdin(std::fs::File::open(home.path("old.json")).unwrap());
    let ended = command.output().unwrap();
    assert_eq!(String::from_utf8(ended.stdout).unwrap(), "no drift\nbump: none\n");
    let help = home.run(&["probe", "diff", "--help"]);
    assert!(help.out.contains("Examples:\n  dogwatch probe diff old.json new.json"), "{help:?}");
    assert!(help.lines().iter().all(|line| line.chars().count() <= 80), "{help:?}");
}
