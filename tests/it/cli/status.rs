//! The line of a prompt: what can stand in it, and that it is what the queue says.

use serde_json::Value;

use super::{Home, NOON};

fn line(home: &Home, format: &str) -> String {
    let said = home.run(&["status", "--format", format]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{format}");
    said.out.strip_suffix('\n').unwrap().to_owned()
}

#[test]
fn a_line_says_what_the_queue_says() {
    let home = Home::demo();
    let queue = home.json(&["queue", "--json"]);
    let incidents = queue["incidents"].as_array().unwrap();
    let count = |is: &dyn Fn(&Value) -> bool| incidents.iter().filter(|one| is(one)).count();
    let of = |state: &'static str| move |one: &Value| one["state"] == state;
    let sev1 = count(&|one| one["state"] == "open" && one["severity"] == "SEV1");
    let expected = format!(
        "{} {} {} {} {sev1} {} {}",
        count(&of("open")),
        count(&|one| one["overdue"] == true),
        count(&of("acked")),
        count(&of("snoozed")),
        count(&|one| one["state"] == "open" && one["severity"].is_null()),
        incidents[0]["id"].as_str().unwrap(),
    );
    assert_eq!(line(&home, "{open} {overdue} {acked} {snoozed} {sev:SEV1} {untriaged} {worst}"), expected);
    let oncall = home.json(&["oncall", "--json"]);
    let primary = oncall["rotations"][0]["primary"]["person"].as_str().unwrap();
    assert_eq!(line(&home, "{oncall}"), primary);
    let status = home.json(&["status", "--json"]);
    assert_eq!(status["open"], count(&of("open")));
}

#[test]
fn sections_vanish_where_there_is_nothing() {
    let home = Home::new();
    for (format, expected) in [
        ("{open} open{?overdue:, {overdue} overdue}", "0 open"),
        ("{?open:some}{!open:none}", "none"),
        ("{!open:{!acked:all {fresh}}}", "all fresh"),
        ("{?sev:SEV1:{sev:SEV1} grave}{!sev:sev1:none grave}", "none grave"),
        ("a {{brace} and }", "a {brace} and }"),
        ("[{oncall}|{until}|{worst}|{stale}]", "[|||]"),
        ("two\nlines", "two lines"),
        ("plain", "0 open"),
        ("tmux", "#[fg=green]all quiet#[default]"),
    ] {
        assert_eq!(line(&home, format), expected, "{format:?}");
    }
    assert!(!home.path(".local/share/dogwatch").exists(), "a prompt makes no store");
}

#[test]
fn what_cannot_be_a_format_is_refused_with_all_that_can_be() {
    let home = Home::new();
    let all = "{open} {untriaged} {overdue} {acked} {snoozed} {sev:SEV1} {worst} {unsent} {unknown} {asking} {refused} \
               {oncall} {until} {fresh} {stale}";
    let deep = "{?open:".repeat(9);
    for (format, why) in [
        ("{opne}", format!("there is no placeholder {{opne}}; there are {all}, and {{{{ for a brace")),
        ("{sev}", format!("{{sev}} is written as {{sev:SEV1}}; there are {all}")),
        ("{open:SEV1}", format!("{{open}} is written as {{open}}; there are {all}")),
        ("{sev:SEV9}", "the team has no severity SEV9; it has SEV1, SEV2, SEV3, SEV4".to_owned()),
        ("{open", "{open is not closed; write } after it, and {{ for a brace".to_owned()),
        ("{?open:x", "a section is not closed; write } after it, as in {?open:{open} open}".to_owned()),
        (
            "{?open}",
            "a section has no text; write it as {?open:{open} open} or {?sev:SEV1:{sev:SEV1} grave}".to_owned(),
        ),
        (&deep, "sections stand more than 8 deep in each other; take some out".to_owned()),
    ] {
        let said = home.run(&["status", "--format", format]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{format}");
        assert!(said.err.contains(&format!("--format: {why}")), "{format}: {}", said.err);
    }
}

#[test]
fn a_value_cannot_command_tmux() {
    let home = Home::demo();
    let worst = line(&home, "{worst}");
    assert!(worst.starts_with("local#"), "{worst}");
    assert_eq!(line(&home, "tmux:#[bold]{worst}#[default]"), format!("#[bold]{}#[default]", worst.replace('#', "##")));
}

#[test]
fn a_prompt_takes_no_lock_and_leaves_the_store_as_it_is() {
    let home = Home::demo();
    let before = std::fs::read(home.path("sample/data/state.db")).unwrap();
    let mut names: Vec<_> =
        std::fs::read_dir(home.path("sample/data")).unwrap().map(|one| one.unwrap().path()).collect();
    assert!(line(&home, "plain").contains(" open, "));
    let mut after: Vec<_> =
        std::fs::read_dir(home.path("sample/data")).unwrap().map(|one| one.unwrap().path()).collect();
    // What SQLite shares between readers is no part of the store.
    let shared = |path: &std::path::PathBuf| {
        let name = path.to_string_lossy();
        name.ends_with("-shm") || name.ends_with("-wal")
    };
    names.retain(|path| !shared(path));
    after.retain(|path| !shared(path));
    names.sort();
    after.sort();
    assert_eq!(after, names);
    assert_eq!(std::fs::read(home.path("sample/data/state.db")).unwrap(), before);
}

#[test]
fn a_shift_that_ends_weeks_ahead_ends_on_a_date() {
    let home = Home::new();
    let team = "version = 1\n[[people]]\nid = \"ana\"\n[[people]]\nid = \"ben\"\n[[rotations]]\nid = \"ops\"\nmembers = [\"ana\", \"ben\"]\n\
                start = \"2026-11-02T09:00\"\nshift = \"28d\"\n";
    home.write("dogwatch.toml", team);
    let until = |now| {
        let said = home.run(&["status", "--format", "{until}", "--now", now]);
        assert_eq!(said.code, 0, "{said:?}");
        said.out.trim().to_owned()
    };
    assert_eq!(until("2026-11-03T09:00:00Z"), "30 Nov");
    assert_eq!(until("2026-11-27T10:00:00Z"), "Mon 09:00");
}

#[test]
fn blanks_within_braces_are_told_with_what_to_write() {
    let said = Home::new().run(&["status", "--format", "{ open }"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("blanks within the braces are none of the name; write {open}"), "{said:?}");
}

#[test]
fn the_help_names_every_placeholder_that_the_errors_name() {
    let home = Home::new();
    let help = home.run(&["status", "--help"]).out;
    let said = home.run(&["status", "--format", "{x}", "--now", NOON]).err;
    let listed = said.split_once("there are ").unwrap().1.split_once(", and").unwrap().0;
    for placeholder in listed.split(' ') {
        assert!(help.contains(&format!("  {placeholder} ")), "{placeholder} is not in\n{help}");
    }
    assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
}
