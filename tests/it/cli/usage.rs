//! Help, wrong words and wrong files.

use super::Home;

const COMMANDS: [&str; 39] = [
    "demo",
    "init",
    "queue",
    "show",
    "new",
    "ack",
    "unack",
    "assign",
    "close",
    "reopen",
    "snooze",
    "wake",
    "note",
    "severity",
    "kind",
    "merge",
    "escalate",
    "undo",
    "log",
    "sync",
    "probe",
    "evals",
    "calendar",
    "handoff",
    "runbook",
    "triage",
    "review",
    "check",
    "override",
    "publish",
    "doctor",
    "trust",
    "untrust",
    "status",
    "export",
    "import",
    "completions",
    "man",
    "help",
];

#[test]
fn every_command_has_help_with_lines_to_copy() {
    let home = Home::new();
    let all = home.run(&["--help"]);
    assert_eq!(all.code, 0);
    for command in COMMANDS {
        assert!(all.out.contains(&format!("\n  {command} ")), "--help does not list {command}");
        let help = home.run(&[command, "--help"]);
        assert_eq!(help.code, 0, "{command}");
        assert!(help.out.contains("Examples:\n  "), "{command} shows no example");
        assert!(help.out.contains(&format!("dogwatch {command}")), "the example of {command} is of something else");
        let wide: Vec<&str> = help.lines().into_iter().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "the help of {command} is wider than a terminal: {wide:#?}");
    }
}

#[test]
fn wrong_words_are_wrong_usage() {
    let home = Home::new();
    for words in
        [&["ack"][..], &["assign", "local#1"], &["snooze", "local#1"], &["frobnicate"], &["--now", "noon", "queue"]]
    {
        let said = home.run(words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words:?}: {said:?}");
    }
    let said = home.run(&["close", "local#1", "--reason", "tired"]);
    assert!(
        said.err.contains("[possible values: completed, not-planned, duplicate, fixed, invalid, wontfix]"),
        "{said:?}"
    );
}

#[test]
fn a_wrong_team_file_is_told_with_its_place_and_the_right_word() {
    let home = Home::new();
    home.write("dogwatch.toml", "version = 1\n\n[team]\ntimezon = \"UTC\"\nworkhours = \"9\"\n");
    home.write("deep/down/here.txt", "");
    let file = home.path("dogwatch.toml").display().to_string();
    let mut command = home.command(&["queue"]);
    let ended = command.current_dir(home.path("deep/down")).output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!((ended.status.code(), ended.stdout.len()), (Some(2), 0), "{said}");
    assert!(said.contains(&format!("{file}:4:1: ")) && said.contains("`timezone`"), "{said}");
    let gone = home.run(&["--config", "nowhere.toml", "queue"]);
    assert_eq!(gone.code, 2);
    assert!(gone.err.starts_with("dogwatch: cannot read --config nowhere.toml: "), "{gone:?}");
}

#[test]
fn wrong_keys_of_the_personal_file_are_told_with_their_place() {
    let home = Home::new();
    home.write_personal("[keys]\nack = [\"a\"]\nclos = [\"x\"]\nassign = [\"a\"]\n");
    let said = home.run(&["doctor"]);
    assert_eq!(said.code, 1);
    let file = home.path(".config/dogwatch/config.toml").display().to_string();
    assert!(
        said.out.contains(&format!("{file}:3:1: [keys] clos: there is no such binding; write `close`")),
        "{said:?}"
    );
    assert!(said.out.contains(&format!("{file}:2:8: [keys] `a` is both `ack` and `assign`")), "{said:?}");
}

#[test]
fn the_example_configuration_is_taken_by_the_program() {
    let home = Home::new();
    let example = include_str!("../../../config.example.toml");
    let (personal, team) = example.split_once("---- part 2: the team file\n").unwrap();
    home.write_personal(personal);
    home.write("dogwatch.toml", team);
    let said = home.run(&["queue"]);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "no incident here\n", ""));
}

#[test]
fn with_nothing_configured_the_first_queue_is_the_local_one() {
    let home = Home::new();
    assert_eq!(home.run(&["new", "first", "-S", "SEV3"]).out, "new local#1 done\n");
    let said = home.run(&[]);
    assert_eq!(said.code, 0);
    assert!(said.out.starts_with("needs you now (1)\n  SEV3  local#1 open "), "{said:?}");
    assert!(said.err.contains("this is no terminal, so here is the queue as text"), "{said:?}");
}

#[test]
fn shells_get_completions_and_a_manual_page() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(home.run(&["completions", shell]).out.contains("dogwatch"), "{shell}");
    }
    assert!(home.run(&["man"]).out.contains(".TH dogwatch 1"));
}

#[test]
fn a_store_of_a_newer_dogwatch_is_left_alone() {
    let home = Home::demo();
    let store = rusqlite::Connection::open(home.path("sample/data/state.db")).unwrap();
    store.pragma_update(None, "user_version", 9_999).unwrap();
    drop(store);
    let said = home.run(&["queue"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("was written by a newer dogwatch"), "{said:?}");
    let doctor = home.run(&["doctor"]);
    assert_eq!(doctor.code, 1);
    assert!(doctor.out.contains("error open: ") && doctor.out.contains("upgrade dogwatch"), "{doctor:?}");
}

#[test]
fn the_readme_names_every_command_and_its_files_are_good() {
    let readme = include_str!("../../../README.md");
    for command in COMMANDS {
        assert!(readme.contains(&format!("`{command}`")), "README.md does not name {command}");
    }
    let files: Vec<String> =
        readme.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap().into()).collect();
    let [team, personal, theme, server, results, rotation] = files.try_into().unwrap();
    dogwatch::theme::Theme::parse(&theme).unwrap();
    let home = Home::new();
    home.write("dogwatch.toml", &team);
    home.write_personal(&personal);
    let said = home.run(&["--offline", "queue"]);
    assert_eq!(
        (said.code, said.out.as_str()),
        (
            0,
            "github: never fetched; run `dogwatch sync`\nnothing is known of any incident; that is not the same as quiet\n"
        ),
        "{said:?}"
    );
    home.write("dogwatch.toml", &format!("{team}\n{server}\n{results}"));
    let said = home.run(&["--offline", "queue"]);
    assert!(said.code == 0 && said.out.contains("prod: never fetched"), "{said:?}");
    assert!(said.out.contains("nightly: never fetched"), "{said:?}");
    let people = "[[people]]\nid = \"ana\"\n[[people]]\nid = \"ben\"\n[[people]]\nid = \"chi\"\n";
    home.write("dogwatch.toml", &format!("version = 1\n{people}{rotation}"));
    let said = home.run(&["oncall", "--at", "2026-11-03T12:00:00Z"]);
    assert!(said.out.contains("ana, until"), "{said:?}");
}
