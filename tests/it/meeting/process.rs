//! `dogwatch triage` as scripts and people meet it.

use std::path::Path;
use std::process::{Command, Stdio};

use dogwatch::domain::minutes::What;
use dogwatch::domain::text::Clean;
use dogwatch::store::minutes::Meetings;
use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::pty::Launch;

const NOON: &str = "2026-11-20T12:00:00Z";

/// The program in this folder: its status, what it answered, what it said.
fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dogwatch"));
    command.args(args).current_dir(dir).env_clear().env("HOME", dir).env("USER", "ana").env("TMPDIR", dir);
    let ended = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (ended.status.code().unwrap_or(-1), text(ended.stdout), text(ended.stderr))
}

/// The sample team at noon.
fn demo() -> (TempDir, Vec<&'static str>) {
    let dir = TempDir::new().unwrap();
    assert_eq!(run(dir.path(), &["demo", "--dir", "sample", "--now", NOON]).0, 0);
    (dir, vec!["--config", "sample/dogwatch.toml", "--data-dir", "sample/data", "--now", NOON])
}

fn with_words<'a>(always: &[&'a str], words: &[&'a str]) -> Vec<&'a str> {
    always.iter().chain(words).copied().collect()
}

#[test]
fn without_a_terminal_it_says_what_it_would_walk_and_ends_with_one() {
    let (dir, always) = demo();
    let (code, out, err) = run(dir.path(), &with_words(&always, &["triage"]));
    assert_eq!(code, 1, "{err}");
    assert!(out.starts_with("untriaged ("), "{out}");
    assert!(out.contains("no kind") && out.contains("overdue ("), "{out}");
    let (code, out, _) = run(dir.path(), &with_words(&always, &["triage", "--json"]));
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, told["schema"].as_str()), (1, Some("dogwatch.triage/1")));
    let parts: Vec<&str> = told["agenda"].as_array().unwrap().iter().map(|one| one["part"].as_str().unwrap()).collect();
    let mut sorted = parts.clone();
    sorted.sort_by_key(|part| {
        ["untriaged", "overdue", "dropped", "confirming", "backlog-untouched"].iter().position(|one| one == part)
    });
    assert_eq!(parts, sorted);
    let again = run(dir.path(), &with_words(&always, &["triage", "--json"])).1;
    assert_eq!(out, again, "the same bytes");
}

#[test]
fn nothing_to_walk_ends_well() {
    let dir = TempDir::new().unwrap();
    let (code, out, _) = run(dir.path(), &["triage"]);
    assert_eq!((code, out.as_str()), (0, "nothing to walk: nothing is untriaged, overdue or left lying\n"));
}

#[test]
fn minutes_are_printed_and_written_and_never_over_those_of_another_meeting() {
    let (dir, always) = demo();
    let (code, _, err) = run(dir.path(), &with_words(&always, &["triage", "--minutes"]));
    assert_eq!(code, 1);
    assert!(err.contains("no meeting has been held here"), "{err}");

    let meeting = |name: &str, minutes: i64| {
        let at = NOON.parse::<chrono::DateTime<chrono::Utc>>().unwrap() + TimeDelta::seconds(minutes);
        let line = |what| Line { meeting: name.into(), at, what };
        vec![line(What::Begun { by: Clean::line("ana"), items: Vec::new() }), line(What::Ended)]
    };
    let data = dir.path().join("sample/data");
    Meetings::write(&data, now(), &meeting("01", 0)).unwrap();
    let write = with_words(&always, &["triage", "--minutes", "--write"]);
    let (code, out, err) = run(dir.path(), &write);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("# Triage meeting, Fri 2026-11-20 12:00–12:00 GMT"), "{out}");
    let page = dir.path().join("sample/ops/minutes/2026-11-20T1200.md");
    assert_eq!(std::fs::read_to_string(&page).unwrap().trim_end(), out.trim_end());
    let data_of = |name: &str| -> Value {
        let text = std::fs::read_to_string(dir.path().join("sample/ops/minutes").join(name)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    assert_eq!(data_of("2026-11-20T1200.json")["schema"], "dogwatch.minutes/1");

    Meetings::write(&data, now(), &meeting("02", 20)).unwrap();
    assert_eq!(run(dir.path(), &write).0, 0);
    assert_eq!(run(dir.path(), &write).0, 0);
    assert_eq!(data_of("2026-11-20T1200.json")["started_at"], "2026-11-20T12:00:00Z");
    assert_eq!(data_of("2026-11-20T1200-2.json")["started_at"], "2026-11-20T12:00:20Z");
    let names = std::fs::read_dir(dir.path().join("sample/ops/minutes")).unwrap().count();
    assert_eq!(names, 4, "the same meeting again is the same files");
}

#[test]
fn a_log_folder_outside_the_repository_waits_for_trust() {
    let (dir, always) = demo();
    let file = dir.path().join("sample/dogwatch.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("log_dir = \"ops\"", "log_dir = \"../away\"");
    std::fs::write(&file, text).unwrap();
    let line = |what| Line { meeting: "01".into(), at: now(), what };
    let lines = [line(What::Begun { by: Clean::line("ana"), items: Vec::new() }), line(What::Ended)];
    Meetings::write(&dir.path().join("sample/data"), now(), &lines).unwrap();
    let (code, _, err) = run(dir.path(), &with_words(&always, &["triage", "--minutes", "--write"]));
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("lies outside the repository; `dogwatch trust` allows it"), "{err}");
    assert!(!dir.path().join("away").exists());
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_repository_is_not_followed() {
    let (dir, always) = demo();
    std::fs::create_dir(dir.path().join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(dir.path().join("elsewhere"), dir.path().join("sample/ops")).unwrap();
    let line = |what| Line { meeting: "01".into(), at: now(), what };
    let lines = [line(What::Begun { by: Clean::line("ana"), items: Vec::new() }), line(What::Ended)];
    Meetings::write(&dir.path().join("sample/data"), now(), &lines).unwrap();
    let (code, _, err) = run(dir.path(), &with_words(&always, &["triage", "--minutes", "--write"]));
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("is a link that leads out of the repository"), "{err}");
    assert_eq!(std::fs::read_dir(dir.path().join("elsewhere")).unwrap().count(), 0);
}

#[test]
fn on_a_terminal_it_is_the_meeting_and_its_minutes_outlive_it() {
    let (dir, _) = demo();
    let always = ["--config", "sample/dogwatch.toml", "--data-dir", "sample/data", "--offline"];
    let pty = Launch::dogwatch(&with_words(&always, &["triage"])).home(dir.path()).cwd(dir.path()).start();
    pty.wait_for("to walk:");
    pty.send("\r");
    pty.wait_for("1 of ");
    pty.send("x\r");
    pty.wait_for("2 of ");
    pty.send("q");
    pty.wait_for("not settled");
    pty.send("y");
    pty.wait_for("Not reached");
    pty.send("q");
    assert_eq!(pty.wait_exit().code, 0);
    let (code, out, err) = run(dir.path(), &with_words(&always, &["triage", "--minutes"]));
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("close as completed (by ") && out.contains("## Not reached"), "{out}");
}
