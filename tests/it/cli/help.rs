//! What ships with the program: every topic, every command, as text, as JSON
//! and as pages of the manual, from the tables that the program goes by.

use std::collections::BTreeSet;

use dogwatch::app::bindings::BINDINGS;
use dogwatch::sources::evals::FORMATS;
use dogwatch::theme::ROLES;

use super::Home;

#[test]
fn every_binding_is_told_with_its_keys_as_they_are_now() {
    let home = Home::new();
    home.write_personal("[keys]\nack = [\"g a\", \"f5\"]\ntop = \"home\"\nsnooze = []\n");
    let said = home.run(&["help", "keys"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    for binding in BINDINGS {
        let row = format!("  {} ", binding.name);
        assert!(said.out.lines().any(|line| line.starts_with(&row)), "{} is not told", binding.name);
    }
    let row = said.out.lines().find(|line| line.starts_with("  ack ")).unwrap();
    assert!(row.contains("g a, f5") && row.ends_with("Ack: I have it"), "{row}");
    assert!(said.out.lines().all(|line| line.chars().count() <= 80), "{}", said.out);
    let json: serde_json::Value = serde_json::from_str(&home.run(&["help", "keys", "--json"]).out).unwrap();
    assert_eq!((json["schema"].as_str(), json["topic"].as_str()), (Some("dogwatch.help/1"), Some("keys")));
    let rows = json["parts"].as_array().unwrap().iter().flat_map(|part| part["rows"].as_array().unwrap());
    assert_eq!(rows.count(), BINDINGS.len());
}

#[test]
fn every_key_of_both_files_is_told_with_its_type_and_a_sentence() {
    let home = Home::new();
    let said = home.run(&["help", "config"]);
    assert_eq!(said.code, 0);
    let wide: Vec<&str> = said.out.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.len() < 12, "only long names are wider: {wide:#?}");
    for told in [
        "[ui] (the personal file)",
        "[[people]] (the team file)",
        "ui.theme",
        "retention.cache",
        "keys.NAME",
        "tokens.NAME.env",
        "team.timezone",
        "sources[].kind",
        "rotations[].coverage[].days",
    ] {
        assert!(said.out.contains(told), "{told} is not in\n{}", said.out);
    }
    let json: serde_json::Value = serde_json::from_str(&home.run(&["help", "config", "--json"]).out).unwrap();
    for row in json["parts"].as_array().unwrap().iter().flat_map(|part| part["rows"].as_array().unwrap()) {
        let is = row["is"].as_str().unwrap();
        assert!(!is.is_empty() && is != "anything", "{row} has no type");
    }
    let narrowed = home.run(&["help", "config", "retention", "log"]);
    assert!(narrowed.out.contains("retention.logs") && narrowed.out.contains("default 14d"), "{narrowed:?}");
    assert!(!narrowed.out.contains("retention.cache"), "{narrowed:?}");
    let none = home.run(&["help", "config", "frobnicate"]);
    assert_eq!(none.code, 2);
    assert!(none.err.contains("nothing of `dogwatch help config` has the words frobnicate"), "{none:?}");
}

#[test]
fn every_theme_and_every_role_is_told() {
    let said = Home::new().run(&["help", "themes"]);
    for name in ["dark", "light", "high-contrast", "mono"].into_iter().chain(ROLES.iter().map(|(name, _)| *name)) {
        assert!(said.out.lines().any(|line| line.starts_with(&format!("  {name} "))), "{name}: {}", said.out);
    }
    assert!(said.out.contains("The selected row; always reversed."), "{}", said.out);
}

#[test]
fn every_format_is_told_and_every_document_that_an_answer_calls_itself() {
    let said = Home::new().run(&["help", "formats"]);
    for format in FORMATS {
        assert!(said.out.contains(format.about), "{}: {}", format.tool.name(), said.out);
    }
    for told in ["check --format", "sarif", "handoff --format", "markdown", "probe diff --format"] {
        assert!(said.out.contains(told), "{told}: {}", said.out);
    }
    let json: serde_json::Value = serde_json::from_str(&Home::new().run(&["help", "formats", "--json"]).out).unwrap();
    let rows = json["parts"][1]["rows"].as_array().unwrap();
    let told: BTreeSet<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    let mut written = BTreeSet::new();
    for file in sources(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        let text = std::fs::read_to_string(file).unwrap();
        for piece in text.split("\"dogwatch.").skip(1) {
            let name = piece.split('"').next().unwrap();
            if name.ends_with("/1") && name.len() < 30 {
                written.insert(format!("dogwatch.{name}"));
            }
        }
    }
    assert!(written.len() > 25, "{written:?}");
    for name in &written {
        assert!(told.contains(name.as_str()), "src/cli/help/formats.rs does not tell of {name}");
    }
}

fn sources(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}

#[test]
fn help_of_a_command_is_what_its_flag_says() {
    let home = Home::new();
    for words in [&["queue"][..], &["evals", "compare"], &["help"], &["man"]] {
        let asked = home.run(&[&["help"], words].concat());
        let flagged = home.run(&[words, &["--help"]].concat());
        assert_eq!(asked.code, 0, "{words:?}");
        let usage = |text: &str| text.lines().find(|line| line.starts_with("Usage:")).map(str::to_owned);
        assert!(usage(&asked.out).is_some(), "{words:?}: {}", asked.out);
        assert!(usage(&flagged.out).unwrap().contains(words.last().unwrap()), "{words:?}");
        assert!(asked.out.contains("Examples:"), "{words:?}: {}", asked.out);
    }
    let all = home.run(&["help"]);
    assert!(all.out.contains("\n  queue ") && all.out.contains("Topics (`dogwatch help TOPIC`):\n  keys "));
    let wrong = home.run(&["help", "kyes"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (2, ""));
    assert_eq!(wrong.err, "dogwatch: there is no command or topic `kyes`; did you mean `keys`?\n");
}

#[test]
fn the_manual_has_a_page_for_every_command_and_topic() {
    let home = Home::new();
    let said = home.run(&["man", "--dir", home.path("man").to_str().unwrap()]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{said:?}");
    let inside = |folder: &str| {
        let entries = std::fs::read_dir(home.path(folder)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let mut names: Vec<String> = inside("man")
        .iter()
        .flat_map(|section| inside(&format!("man/{section}")).into_iter().map(move |name| format!("{section}/{name}")))
        .collect();
    names.sort();
    for name in [
        "man1/dogwatch.1",
        "man1/dogwatch-queue.1",
        "man1/dogwatch-evals-compare.1",
        "man1/dogwatch-help.1",
        "man7/dogwatch-keys.7",
        "man5/dogwatch-config.5",
        "man5/dogwatch-themes.5",
        "man7/dogwatch-formats.7",
    ] {
        assert!(names.iter().any(|one| one == name), "{name} is not in {names:?}");
    }
    for name in &names {
        let text = std::fs::read_to_string(home.path(&format!("man/{name}"))).unwrap();
        assert!(text.contains(".TH ") && text.contains(".SH NAME"), "{name}");
        for line in text.lines().filter(|line| line.starts_with('.')) {
            let word = line.split([' ', '"']).next().unwrap();
            assert!(
                [".TH", ".SH", ".TP", ".PP", ".ie", ".el", ".RS", ".RE", ".IP", ".SS", ".br", ".nf", ".fi"]
                    .contains(&word),
                "{name}: roff would take {line:?} for a request"
            );
        }
    }
    let keys = home.run(&["man", "keys"]);
    assert!(
        keys.out.starts_with(".TH \"dogwatch-keys\" \"7\"") && keys.out.contains("\\fBhalf\\-down\\fR"),
        "{}",
        keys.out
    );
    let queue = home.run(&["man", "queue"]).out;
    assert!(queue.contains(".TH dogwatch-queue 1"), "{queue}");
    // Examples stand as they are written; what comes after them is filled again.
    let whole = home.run(&["man"]).out;
    for page in [&queue, &whole] {
        let (_, examples) = page.split_once("\n.SH EXAMPLES\n.nf\n").expect("it has examples");
        assert!(examples.contains("\n.fi"), "{examples}");
    }
    assert_eq!(home.run(&["man", "qeue"]).code, 2);
}

#[test]
fn completions_know_topics_and_commands_after_help() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let said = home.run(&["completions", shell]);
        let help: Vec<&str> = said.out.lines().filter(|line| line.contains("themes")).collect();
        assert!(help.iter().any(|line| line.contains("snooze")), "{shell}: {help:?}");
    }
}
