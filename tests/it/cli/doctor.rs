//! `dogwatch doctor` on this machine's own things.

use super::{Home, NOON, fields};
use dogwatch::store::Store;

#[test]
fn on_a_fresh_machine_all_is_well() {
    let home = Home::new();
    let said = home.run(&["doctor"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    for line in
        ["store\n  ok    folder: ", "files\n  ok    team file: none; ", "terminal\n  ok    screen: ", "\nall well\n"]
    {
        assert!(said.out.contains(line), "{line} is not in\n{}", said.out);
    }
}

#[test]
fn its_json_says_what_the_text_says() {
    let home = Home::demo();
    let told = home.json(&["doctor", "--json"]);
    assert_eq!(fields(&told), ["at", "checks", "schema", "sources", "summary", "version"]);
    assert_eq!((&told["schema"], &told["at"]), (&"dogwatch.doctor/1".into(), &NOON.into()));
    assert_eq!(fields(&told["checks"][0]), ["group", "level", "name", "remedy", "text"]);
    let text = home.run(&["doctor"]).out;
    for check in told["checks"].as_array().unwrap() {
        let line = format!("{}: {}", check["name"].as_str().unwrap(), check["text"].as_str().unwrap());
        assert!(text.contains(&line), "{line} is not in\n{text}");
    }
    assert_eq!(told["summary"]["error"], 0);
}

#[test]
fn a_mistake_in_what_was_said_of_evals_is_told_with_its_place_and_remedy() {
    let home = Home::new();
    home.write("dogwatch.toml", "version = 1\n");
    let file = ".dogwatch/expected.toml";
    home.write(file, "[[expected]]\nsuite = \"mcp-tools\"\nfrom = \"a1b2c3d\"\nreason = \"x\"\nauthor = \"kim\"\n");
    let said = home.run(&["doctor"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("error said of evals: .dogwatch/expected.toml:1:1: "), "{}", said.out);
    assert!(said.out.contains("→ mend the line or take its entry out"), "{}", said.out);
    home.write(file, "[[pinned]]\nsuite = \"mcp-tools\"\nrun = \"n-1\"\nreason = \"x\"\nauthor = \"kim\"\n");
    let said = home.run(&["doctor"]);
    assert!(said.code == 0 && said.out.contains("ok    said of evals: .dogwatch/expected.toml: 1 pinned"), "{said:?}");
}

#[test]
fn a_sync_that_fell_silent_is_a_warning() {
    let home = Home::demo();
    let noon = NOON.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let mut store = Store::open(&home.path("sample/data"), noon).unwrap().store;
    store.heartbeat("sync", noon - chrono::TimeDelta::minutes(2)).unwrap();
    assert!(home.run(&["doctor"]).out.contains("ok    heartbeat: sync was last alive 2m ago"));
    store.heartbeat("sync", noon - chrono::TimeDelta::hours(3)).unwrap();
    drop(store);
    let said = home.run(&["doctor"]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("warn  heartbeat: sync was last alive 3h ago\n        → start `dogwatch sync --every"),
        "{said:?}"
    );
}

#[test]
fn a_sync_that_was_told_to_end_is_not_called_alive() {
    let home = Home::demo();
    let noon = NOON.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let beat = |minutes: i64| {
        let mut store = Store::open(&home.path("sample/data"), noon).unwrap().store;
        store.heartbeat("sync", noon - chrono::TimeDelta::minutes(minutes)).unwrap();
    };
    let file = home.path("sample/data/sync.health");
    let left = |state: &str| {
        let at = (noon - chrono::TimeDelta::minutes(2)).to_rfc3339();
        let health = serde_json::json!({ "schema": "dogwatch.health/1", "at": at, "state": state });
        std::fs::write(&file, health.to_string()).unwrap();
    };
    beat(2);
    left("stopped");
    let said = home.run(&["doctor"]);
    assert!(said.out.contains("ok    heartbeat: sync ended 2m ago, at "), "{said:?}");
    left("running");
    assert!(home.run(&["doctor"]).out.contains("heartbeat: sync was last alive 2m ago"));
    left("stopped");
    beat(1);
    assert!(home.run(&["doctor"]).out.contains("heartbeat: sync was last alive 1m ago"), "another one runs since");
}

#[cfg(unix)]
#[test]
fn a_store_that_others_may_read_is_closed_to_them() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::demo();
    let folder = home.path("sample/data");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let looked = home.run(&["--readonly", "doctor"]);
    assert_eq!(looked.code, 1);
    assert!(looked.out.contains("warn  modes: others may look into sample/data (mode 0755)"), "{looked:?}");
    assert_eq!(home.run(&["doctor"]).code, 0);
    assert_eq!(super::mode(&folder), 0o700);
}

#[test]
fn the_terminal_is_judged_by_its_environment() {
    let home = Home::new().with_env("TMUX", "/tmp/tmux-1/default,1,0").with_env("SSH_CONNECTION", "a b c d");
    let home = home.with_env("TERM", "tmux-256color").with_env("LANG", "C");
    let said = home.run(&["doctor"]);
    assert!(said.out.contains("colours: 256 ($TERM tmux-256color, $COLORTERM not set)"), "{said:?}");
    assert!(said.out.contains("over SSH, so through the terminal itself (OSC 52), wrapped for tmux"), "{said:?}");
    assert!(said.out.contains("set -g set-clipboard on"), "{said:?}");
}

#[test]
fn what_the_screen_wears_links_and_calls_for_is_told() {
    let home = Home::new().with_env("TERM", "xterm-kitty").with_env("SSH_CONNECTION", "a b c d");
    let said = home.run(&["doctor"]);
    for line in [
        "ok    theme: dark",
        "ok    links: can be clicked (OSC 8)",
        "ok    calls: bell for sev, ack, shift; notifications for sev, ack, shift, by the terminal (OSC 9)",
    ] {
        assert!(said.out.contains(line), "{line} is not in {said:?}");
    }
    home.write_personal(
        "[ui]\ntheme = \"dusk\"\nlinks = \"off\"\nbell = false\n\
         [attention]\nnotify = [\"sev\"]\nterminal = \"never\"\nquiet = \"22:00-07:00\"\n",
    );
    let said = home.run(&["doctor"]);
    assert_eq!(said.code, 1);
    for line in [
        "warn  theme: there is no theme `dusk`",
        "ok    links: text; `o` opens an address and `Y` copies it",
        "ok    calls: no bell; notifications for sev, nowhere",
        "quiet 22:00-07:00",
    ] {
        assert!(said.out.contains(line), "{line} is not in {said:?}");
    }
}

#[test]
fn a_person_that_nobody_knows_is_a_warning() {
    let home = Home::demo();
    home.write_personal("me = \"zoe\"\n");
    let said = home.run(&["doctor"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("warn  me: `zoe` is no person of the team file"), "{said:?}");
    assert!(said.out.contains("→ write one of these as `me` in the personal file: ana, ben, chi, dev"), "{said:?}");
}

#[test]
fn runbooks_that_are_not_there_are_told_with_the_kind_that_names_them() {
    let home = Home::demo();
    let told = home.run(&["doctor"]).out;
    assert!(told.contains("runbooks\n  ok    pages: 9 pages in runbooks\n"), "{told}");
    std::fs::remove_file(home.path("sample/runbooks/mcp-tool-failing.md")).unwrap();
    let told = home.run(&["doctor"]).out;
    assert!(told.contains("warn  kinds: the kind mcp-tool-failure names mcp-tool-failing.md"), "{told}");
    std::fs::remove_dir_all(home.path("sample/runbooks")).unwrap();
    let told = home.run(&["doctor"]).out;
    assert!(told.contains("warn  pages: none in runbooks"), "{told}");
}
