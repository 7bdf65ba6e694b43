//! The page for what is in front of somebody, from the command line.

mod looks;
mod places;
mod uses;

use super::{Home, Said};

const TEAM: &str = r#"
version = 1
[team]
name = "Relay"
timezone = "UTC"
[[people]]
id = "ana"
[[areas]]
id = "data"
owner = "ana"
paths = ["docs/runbooks/disk*"]
[[kinds]]
id = "disk-full"
title = "A disk is full"
runbook = "disk-full.md#clean-up"
[[kinds]]
id = "suite-fell"
title = "An eval suite fell"
runbook = "suites/{suite}.md"
[[kinds]]
id = "tool-fails"
title = "A tool fails"
runbook = "tool.md"
[[kinds]]
id = "odd"
title = "Cache poisoned"
runbook = "gone.md"
"#;

const DISK: &str = "---\ntitle: The disk is full\nsymptoms:\n  - no space left on device\n---\n\n# Disk full\n\n\
Writes fail on a node.\n\n## Check first\n\n1. Look:\n   ```sh\n   df -h <node>\n   ```\n\n## Clean up\n\n\
1. Drain the node.\n2. Take away old logs.\n\n## Verify\n\nWrites work again.\n";
const TOOL: &str =
    "---\nowner: ben\n---\n# A tool fails\n\nCalls time out.\n\n## Verify\n\nCalls work. The disk has space.\n";
const CACHE: &str = "# Rotate the cache\n\nProfiles are stale. See [the disk](disk-full.md) and [nothing](none.md).\n";

/// A team with three pages, at noon on 20 November 2026.
fn team() -> Home {
    let mut home = Home::new();
    home.write("dogwatch.toml", TEAM);
    let changed: chrono::DateTime<chrono::Utc> = "2026-11-02T10:00:00Z".parse().unwrap();
    for (name, text) in [("disk-full.md", DISK), ("tool.md", TOOL), ("deep/cache.md", CACHE)] {
        let name = format!("docs/runbooks/{name}");
        home.write(&name, text);
        let file = std::fs::File::options().write(true).open(home.path(&name)).unwrap();
        file.set_modified(changed.into()).unwrap();
    }
    home.always = ["--data-dir", "data", "--now", super::NOON].map(str::to_owned).to_vec();
    home
}

/// What a page begins with.
fn head(said: &Said) -> Vec<&str> {
    said.out.lines().take_while(|line| !line.is_empty()).collect()
}

#[test]
fn words_print_the_best_page_whole_and_what_else_fits() {
    let home = team();
    let said = home.run(&["runbook", "no", "space", "left", "on", "device"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    let top = head(&said);
    assert_eq!(top[0], "docs/runbooks/disk-full.md");
    assert_eq!(top[1], "ana · disk-full · fresh (file changed 18 d ago, no history)");
    for part in ["Writes fail on a node.", "df -h <node>", "Take away old logs.", "Writes work again."] {
        assert!(said.out.contains(part), "{part} is missing: {said:?}");
    }
    let others = said.out.split_once("\n\nOthers that fit:\n").unwrap().1;
    assert!(others.starts_with("  docs/runbooks/tool.md:8  A tool fails → Verify\n"), "{others}");
    let said = home.run(&["runbook", "take away old logs"]);
    assert_eq!(head(&said)[2], "→ Clean up (line 18)");
}

#[test]
fn a_hit_is_the_same_for_programs() {
    let told = team().json(&["runbook", "--json", "take", "away", "logs"]);
    assert_eq!((&told["schema"], &told["query"]), (&"dogwatch.runbook/1".into(), &"take away logs".into()));
    let hit = &told["hits"][0];
    let mut keys: Vec<&String> = hit.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["freshness", "heading", "kinds", "line", "owner", "path", "score", "title"]);
    assert_eq!(hit["path"], "docs/runbooks/disk-full.md");
    assert_eq!((&hit["title"], &hit["owner"]), (&"The disk is full".into(), &"ana".into()));
    assert_eq!((&hit["heading"], &hit["line"]), (&"Clean up".into(), &18.into()));
    assert_eq!(hit["kinds"], serde_json::json!(["disk-full"]));
    assert!(hit["score"].as_f64().unwrap() > 0.0);
    assert_eq!(hit["freshness"]["state"], "fresh");
}

#[test]
fn a_file_a_kind_and_an_incident_are_meant_before_any_word() {
    let home = team();
    home.write("elsewhere/notes.txt", "# Notes\n\nOf somebody.\n");
    assert_eq!(home.run(&["new", "Writes fail", "-K", "disk-full"]).out, "new local#1 done\n");
    assert_eq!(home.run(&["new", "Calls time out"]).out, "new local#2 done\n");
    assert_eq!(home.run(&["new", "Suite fell", "-K", "suite-fell"]).out, "new local#3 done\n");
    // What is asked, the page, its line, and what is said beside it.
    let cases: &[(&str, &str, u64, &str)] = &[
        ("docs/runbooks/tool.md", "docs/runbooks/tool.md", 1, ""),
        ("./docs/runbooks/../runbooks/tool.md", "docs/runbooks/tool.md", 1, ""),
        ("docs/runbooks/tool.md#verify", "docs/runbooks/tool.md", 8, ""),
        ("docs/runbooks/tool.md#nothing", "docs/runbooks/tool.md", 1, "has no heading #nothing"),
        ("elsewhere/notes.txt", "elsewhere/notes.txt", 1, ""),
        ("disk-full", "docs/runbooks/disk-full.md", 18, ""),
        ("tool-fails", "docs/runbooks/tool.md", 1, ""),
        ("local#1", "docs/runbooks/disk-full.md", 18, ""),
        ("#1", "docs/runbooks/disk-full.md", 18, ""),
        ("1", "docs/runbooks/disk-full.md", 18, ""),
    ];
    for (word, path, line, beside) in cases {
        let said = home.run(&["runbook", "--json", word]);
        assert_eq!(said.code, 0, "{word}: {said:?}");
        let told = said.json();
        assert_eq!(told["hits"].as_array().unwrap().len(), 1, "{word}: one page was named");
        let hit = &told["hits"][0];
        assert_eq!((hit["path"].as_str(), hit["line"].as_u64()), (Some(*path), Some(*line)), "{word}");
        assert!(hit["score"].is_null() && told["query"] == *word, "{told:#}");
        assert!(said.err.contains(beside) && said.err.is_empty() == beside.is_empty(), "{word}: {}", said.err);
    }
    let here = home.path("elsewhere/notes.txt").display().to_string();
    assert_eq!(home.json(&["runbook", "--json", &here])["hits"][0]["path"], "elsewhere/notes.txt");
    // Where nothing is named, the words of it are sought, and that is said.
    let said = home.run(&["runbook", "--path", "local#2"]);
    assert_eq!((said.code, said.out.as_str()), (0, "docs/runbooks/tool.md:4\n"), "{said:?}");
    assert!(said.err.contains("local#2 has no kind yet"), "{said:?}");
    let said = home.run(&["runbook", "--path", "odd"]);
    assert!(said.out.starts_with("docs/runbooks/deep/cache.md:"), "{said:?}");
    assert!(said.err.contains("the kind odd names no runbook that is there"), "{said:?}");
    let said = home.run(&["runbook", "local#3"]);
    assert!(said.err.contains("the kind suite-fell names no runbook that is there"), "{said:?}");
    // An incident that there is not is no word, either; a number alone may be one.
    let said = home.run(&["runbook", "local#17"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(said.err.contains("no incident local#17 is known here"), "{said:?}");
    assert!(home.run(&["runbook", "500"]).err.contains("no runbook fits: 500"));
    assert!(home.run(&["runbook", "error#42"]).err.contains("no runbook fits: error#42"));
}

#[test]
fn what_an_incident_is_about_is_filled_in() {
    let home = team();
    home.write("docs/runbooks/suites/nightly.md", "# Nightly\n");
    assert_eq!(home.run(&["new", "Suite fell", "-K", "suite-fell"]).code, 0);
    let export = home.run(&["export"]).out.replace("\"suite\": null", "\"suite\": \"nightly\"");
    home.write("export.json", &export);
    std::fs::remove_dir_all(home.path("data")).unwrap();
    assert_eq!(home.run(&["import", "export.json"]).code, 0);
    assert_eq!(home.run(&["runbook", "--path", "local#1"]).out, "docs/runbooks/suites/nightly.md:1\n");
}

#[test]
fn a_folder_is_never_a_page() {
    let home = team();
    let said = home.run(&["runbook", "docs"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(said.err.contains("docs is a folder; `--dir docs` looks into it."), "{said:?}");
    home.write("disk/readme.txt", "");
    assert_eq!(head(&home.run(&["runbook", "disk"]))[0], "docs/runbooks/disk-full.md", "it is a word all the same");
}

#[test]
fn a_list_has_a_line_for_each_page() {
    let home = team();
    let said = home.run(&["runbook", "--list"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let lines = said.lines();
    assert!(lines[0].starts_with("docs/runbooks/deep/cache.md  Rotate the cache · no owner · fresh ("), "{lines:#?}");
    assert!(
        lines[1].starts_with("docs/runbooks/disk-full.md   The disk is full · ana · disk-full · fresh ("),
        "{lines:#?}"
    );
    assert_eq!(lines.len(), 3);
    assert_eq!(home.run(&["runbook"]).out, said.out, "nothing asked is everything asked");
    let told = home.json(&["runbook", "--list", "--json"]);
    assert_eq!((told["hits"].as_array().unwrap().len(), &told["query"]), (3, &"".into()));
    assert!(told["hits"][0]["score"].is_null());
    let some = home.run(&["runbook", "--list", "profiles", "stale"]);
    assert!(some.out.starts_with("docs/runbooks/deep/cache.md:1  Rotate the cache"), "{some:?}");
    assert_eq!(some.lines().len(), 1);
    assert_eq!(home.run(&["runbook", "--list", "tool.md"]).code, 0, "words, not a file");
    let narrow = team().with_env("COLUMNS", "40").run(&["runbook", "--list"]);
    assert!(narrow.lines().iter().all(|line| line.chars().count() <= 40), "{narrow:?}");
}

#[test]
fn where_a_page_lies_is_told_as_it_can_be_opened_from_here() {
    let home = team();
    assert_eq!(home.run(&["runbook", "--path", "take", "away", "logs"]).out, "docs/runbooks/disk-full.md:18\n");
    let below = home.path("docs");
    let data = home.path("data").display().to_string();
    let mut command = home.command(&["runbook", "--path", "take", "away", "logs", "--data-dir", &data]);
    let ended = command.current_dir(&below).output().unwrap();
    let whole = home.path("docs/runbooks/disk-full.md");
    let whole = whole.canonicalize().unwrap();
    assert_eq!(String::from_utf8(ended.stdout).unwrap(), format!("{}:18\n", whole.display()));
}

#[test]
fn raw_is_the_file_byte_for_byte() {
    let home = team();
    let odd =
        "\u{FEFF}---\r\ntitle: x\r\n---\r\n# One\r\n\x1b[31mred\r\n\r\n## Two\r\n\ttab \u{9b}\r\n### Below\r\nend";
    home.write("docs/runbooks/odd.md", odd);
    let said = home.run(&["runbook", "--raw", "docs/runbooks/odd.md"]);
    assert_eq!((said.code, said.out.as_str()), (0, odd));
    let latin = home.path("docs/runbooks/latin.md");
    std::fs::write(&latin, b"# Caf\xe9\n").unwrap();
    let ended = home.command(&["runbook", "--raw", "docs/runbooks/latin.md"]).output().unwrap();
    assert_eq!(ended.stdout, b"# Caf\xe9\n");
    let said = home.run(&["runbook", "--raw", "docs/runbooks/odd.md", "--heading", "two"]);
    assert_eq!(said.out, "## Two\r\n\ttab \u{9b}\r\n### Below\r\nend", "a section with what is below it");
    assert_eq!(home.run(&["runbook", "--raw", "take", "away", "logs"]).out, DISK);
}

#[test]
fn a_heading_is_a_page_of_its_own() {
    let home = team();
    for name in ["Clean up", "clean-up", "#clean-up", "CLEAN UP", "clean"] {
        let said = home.run(&["runbook", "docs/runbooks/disk-full.md", "--heading", name]);
        assert_eq!(said.code, 0, "{name}: {said:?}");
        assert_eq!(head(&said)[2], "→ Clean up (line 18)", "{name}");
        assert!(said.out.contains("Take away old logs."), "{said:?}");
        assert!(!said.out.contains("df -h") && !said.out.contains("Writes work again"), "{said:?}");
        assert!(!said.out.contains("Others that fit"), "{said:?}");
    }
    let said = home.run(&["runbook", "--json", "space", "left", "--heading", "verify"]);
    let told = said.json();
    assert_eq!((told["hits"].as_array().unwrap().len(), &told["hits"][0]["line"]), (1, &23.into()), "{told:#}");
    assert_eq!(
        home.run(&["runbook", "--path", "disk-full", "--heading", "Check first"]).out,
        "docs/runbooks/disk-full.md:11\n"
    );
    let said = home.run(&["runbook", "docs/runbooks/disk-full.md", "--heading", "Verity"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(said.err.contains("has no heading `Verity`; did you mean `Verify`, "), "{said:?}");
    let said = home.run(&["runbook", "docs/runbooks/deep/cache.md", "--heading", "x", "--json"]);
    assert_eq!((said.code, &said.json()["hits"]), (1, &serde_json::json!([])));
}

#[test]
fn nothing_found_says_what_comes_nearest_and_how_to_be_found() {
    let home = team();
    let said = home.run(&["runbook", "frobnicated", "\"gizmo\""]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(
        said.err.starts_with("dogwatch: no runbook fits: frobnicated \"gizmo\"\nThe nearest titles:\n  docs/"),
        "{said:?}"
    );
    assert_eq!(said.err.matches(".md  ").count(), 3, "{said:?}");
    assert!(
        said.err.ends_with("once its header says them:\n  symptoms: [\"frobnicated \\\"gizmo\\\"\"]\n"),
        "{said:?}"
    );
    let told = home.json_of(&["runbook", "--json", "frobnicated"], 1);
    assert_eq!(told, serde_json::json!({"schema": "dogwatch.runbook/1", "query": "frobnicated", "hits": []}));
    for form in ["--raw", "--path", "--list"] {
        let said = home.run(&["runbook", form, "frobnicated"]);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{form}");
    }
    let empty = Home::new();
    empty.write("dogwatch.toml", "version = 1\n");
    empty.write("docs/runbooks/x.txt", "");
    for words in [&["runbook", "disk"][..], &["runbook", "--list"]] {
        let said = empty.run(words);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{words:?}");
        assert!(said.err.contains("`dogwatch runbook --starters`"), "{said:?}");
    }
}

#[test]
fn words_that_cannot_be_meant_are_wrong_usage() {
    let home = team();
    home.write("docs/runbooks/picture.md", "\0\0");
    let cases: &[(&[&str], &str)] = &[
        (&["runbook", "  "], "write what is wrong, in a few words"),
        (&["runbook", "disk", "--raw", "--json"], "--json is another answer than --raw and --path"),
        (&["runbook", "disk", "--path", "--json"], "--json is another answer"),
        (&["runbook", "disk", "--list", "--raw"], "cannot be used with"),
        (&["runbook", "disk", "--path", "--raw"], "cannot be used with"),
        (&["runbook", "--raw"], "--raw is about one page; say which"),
        (&["runbook", "--path"], "--path is about one page"),
        (&["runbook", "--heading", "x"], "--heading is about one page"),
        (&["runbook", "--starters", "--raw"], "--raw is about one page"),
        (&["runbook", "disk", "--heading", " "], "--heading needs a name"),
        (&["runbook", "disk", "--note", "x"], "--note goes with --worked FILE or --failed FILE"),
        (&["runbook", "disk", "--incident", "local#1"], "--incident goes with --worked FILE"),
        (&["runbook", "--worked", "a.md", "--failed", "a.md"], "cannot be used with"),
        (&["runbook", "--worked", "none.md"], "none.md is no file that is there"),
        (&["runbook", "--failed", "docs"], "docs is a folder"),
        (&["runbook", "--worked", "docs/runbooks/tool.md", "--readonly"], "nothing is written down with --readonly"),
        (&["runbook", "disk", "--dir", "nowhere"], "--dir nowhere is no folder that is there"),
        (&["runbook", "disk", "--dir", "dogwatch.toml"], "--dir dogwatch.toml is no folder; give it as the page"),
        (&["runbook", "--starters", "deploy-mcp-toll"], "no starter `deploy-mcp-toll`; did you mean deploy-mcp-tool?"),
        (&["runbook", "docs/runbooks/picture.md"], "docs/runbooks/picture.md: it is no text"),
    ];
    for (words, complaint) in cases {
        let said = home.run(words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words:?}: {said:?}");
        assert!(said.err.contains(complaint), "{words:?}: {said:?}");
    }
}
