//! `dogwatch oncall` and `dogwatch shifts`: who has it, who had it, who will.

use serde_json::json;

use super::{Home, fields};

const TEAM: &str = r#"version = 1
[team]
name = "harbour"
timezone = "Europe/London"
[[people]]
id = "ana"
timezone = "Europe/Lisbon"
away = [{ from = "2026-12-21", to = "2026-12-22", why = "leave" }]
[[people]]
id = "ben"
[[people]]
id = "chi"
timezone = "America/New_York"
[[rotations]]
id = "ops"
title = "MCP on-call"
start = "2026-11-02T10:00"
shift = "7d"
members = ["ana", "ben", "chi"]
secondary = "previous"
[[rotations.overrides]]
from = "2026-12-14"
to = "2026-12-16"
person = "chi"
why = "a fair"
[[rotations]]
id = "nights"
start = "2026-11-01T20:00"
shift = "1d"
members = ["ben", "chi"]
coverage = [{ days = ["mon", "tue"], from = "20:00", to = "08:00" }]
"#;

fn team() -> Home {
    let mut home = Home::new();
    home.write("dogwatch.toml", TEAM);
    home.always = ["--data-dir", "data", "--now", "2026-12-15T12:00:00Z"].map(str::to_owned).to_vec();
    home
}

fn at(mut home: Home, time: &str) -> Home {
    time.clone_into(&mut home.always[3]);
    home
}

#[test]
fn the_answer_has_the_shape_of_the_design() {
    let told = team().json(&["oncall", "--json"]);
    assert_eq!(fields(&told), ["at", "rotations", "schema"]);
    assert_eq!(
        told["rotations"][0],
        json!({
            "id": "ops", "title": "MCP on-call", "time_zone": "Europe/London", "off_hours": false, "gap": false,
            "shift": {"start": "2026-12-14T10:00:00+00:00", "end": "2026-12-21T10:00:00+00:00"},
            "duty": {"start": "2026-12-15T09:00:00+00:00", "end": "2026-12-15T17:30:00+00:00"},
            "primary": {"person": "chi", "because": "override", "instead_of": "ana"},
            "secondary": {"person": "ben", "because": "rotation", "instead_of": null},
            "next": {"person": "ana", "start": "2026-12-16T10:00:00+00:00"},
        })
    );
    let nights = &told["rotations"][1];
    assert_eq!((&nights["off_hours"], &nights["primary"]), (&json!(true), &json!(null)));
    assert_eq!(nights["duty"], json!({"start": "2026-12-15T20:00:00+00:00", "end": "2026-12-16T08:00:00+00:00"}));
}

#[test]
fn in_words_it_is_the_chain_of_reasons() {
    let said = team().run(&["oncall", "--rotation", "ops"]);
    assert_eq!(
        said.out,
        "\
ops: MCP on-call (Europe/London)
  on call     chi, for ana (override: a fair), until Wed 16 Dec 10:00; ana next
  secondary   ben
  on duty     Tue 15 Dec 09:00 to Tue 15 Dec 17:30
  shift       Mon 14 Dec 10:00 to Mon 21 Dec 10:00
"
    );
    let weekend = team().run(&["oncall", "--rotation", "ops", "--at", "2026-12-19"]);
    assert!(weekend.out.contains("off hours; ana comes on Mon 21 Dec 09:00"), "{weekend:?}");
    let gap = team().run(&["oncall", "--rotation", "ops", "--at", "2026-12-21T09:30"]);
    assert!(gap.out.contains("GAP") && gap.out.contains("ana is away to 2026-12-22: leave"), "{gap:?}");
}

#[test]
fn both_clocks_are_told_where_the_viewers_differs() {
    let home = team();
    home.write_personal("me = \"chi\"\n");
    let said = home.run(&["oncall", "--rotation", "ops"]);
    let words = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("until Wed 16 Dec 10:00 (Wed 16 Dec 05:00 for you)"), "{said:?}");
}

#[test]
fn shifts_are_whole_pieces_in_order_with_gaps_cut_to_the_window() {
    let window = ["shifts", "--json", "--from", "2026-12-15", "--to", "2026-12-22", "--rotation", "ops"];
    let told = team().json(&window);
    assert_eq!(fields(&told), ["from", "gaps", "schema", "shifts", "to"]);
    let words = |piece: &serde_json::Value| {
        let of = |key: &str| piece[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} {} {} {}", of("start"), of("role"), of("person"), of("because"), piece["elapsed_hours"])
    };
    let shifts: Vec<String> = told["shifts"].as_array().unwrap().iter().map(words).collect();
    assert_eq!(
        shifts,
        [
            "2026-12-14T10:00:00+00:00 primary chi override 48",
            "2026-12-14T10:00:00+00:00 secondary ben rotation 48",
            "2026-12-16T10:00:00+00:00 primary ana rotation 120",
            "2026-12-16T10:00:00+00:00 secondary chi rotation 120",
            "2026-12-21T10:00:00+00:00 primary ben rotation 168",
            "2026-12-21T10:00:00+00:00 secondary ana rotation 168",
        ]
    );
    let gap = json!({"rotation": "ops", "start": "2026-12-21T09:00:00+00:00", "end": "2026-12-21T10:00:00+00:00"});
    assert_eq!(told["gaps"], json!([gap]));
    let said = team().run(&["shifts", "--load", "--from", "2026-12-15", "--to", "2026-12-22"]);
    assert!(said.out.contains("GAP  ops  Mon 21 Dec 09:00 to Mon 21 Dec 10:00 (1 h): ana is away"), "{said:?}");
    assert!(said.out.contains("load  chi"), "{said:?}");
}

#[test]
fn who_was_on_call_is_what_was_written_down_then() {
    let was = |home: &Home, time: &str| {
        let told = home.json(&["oncall", "--json", "--at", time]);
        told["rotations"][0]["primary"]["person"].as_str().unwrap_or("nobody").to_owned()
    };
    let home = team();
    assert_eq!(was(&home, "2026-12-15T12:00:00Z"), "chi");
    let home = at(home, "2026-12-17T12:00:00Z");
    assert_eq!(home.run(&["queue"]).code, 0, "any look writes down what has begun");
    // Everybody else from now on; the override goes, too.
    home.write(
        "dogwatch.toml",
        &TEAM.replace("[\"ana\", \"ben\", \"chi\"]", "[\"ben\"]").replace("person = \"chi\"", "person = \"ben\""),
    );
    let home = at(home, "2026-12-18T12:00:00Z");
    assert_eq!(was(&home, "2026-12-15T12:00:00Z"), "chi", "yesterday's answer stays");
    assert_eq!(was(&home, "2026-12-17T11:00:00Z"), "ana");
    assert_eq!(was(&home, "2026-12-18T12:00:00Z"), "ben", "today's follows the file");
    // Who only looks changes nothing, and an earlier clock writes nothing.
    let other = Home { dir: home.dir, always: home.always.clone(), env: Vec::new() };
    let other = at(other, "2026-12-16T12:00:00Z");
    assert_eq!(was(&other, "2026-12-15T12:00:00Z"), "chi");
    let back = at(other, "2026-12-18T13:00:00Z");
    assert_eq!(was(&back, "2026-12-17T11:00:00Z"), "ana");
}

#[test]
fn the_ledger_of_shifts_is_private_and_a_damaged_one_is_set_aside() {
    let home = team();
    assert_eq!(home.run(&["oncall"]).code, 0);
    assert_eq!(super::mode(&home.path("data/shifts.db")), 0o600);
    home.write("data/shifts.db", &"no database at all ".repeat(500));
    let said = home.run(&["oncall", "--rotation", "ops"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    let names = std::fs::read_dir(home.path("data")).unwrap().map(|one| one.unwrap().file_name());
    let aside = names
        .filter(|name| name.to_string_lossy().starts_with("shifts.db.damaged-"))
        .filter(|name| name.to_string_lossy().ends_with('Z'))
        .count();
    assert_eq!(aside, 1, "what it held can still be looked at");
}

#[test]
fn what_cannot_be_meant_is_refused_with_what_to_write() {
    let refused = |words: &[&str]| {
        let said = team().run(words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words:?}: {said:?}");
        said.err
    };
    assert!(refused(&["oncall", "--at", "2026-02-31"]).contains("is no time; write RFC 3339"));
    assert!(refused(&["oncall", "--at", "0001-01-01"]).contains("a year from 1970"));
    assert!(refused(&["oncall", "--rotation", "opps"]).contains("known: ops, nights"));
    assert!(refused(&["shifts", "--from", "2026-12-02", "--to", "2026-12-01"]).contains("--to is not after --from"));
    assert!(refused(&["shifts", "--to", "8000-01-01"]).contains("ask for a shorter one"));
    let plain = Home::new();
    assert_eq!(plain.run(&["oncall"]).out, "nobody is on call: the team file has no rotation\n");
    assert!(!plain.path(".local/share/dogwatch/local/shifts.db").exists(), "no rotation leaves no trace");
}

#[test]
fn a_changed_shift_keeps_its_name_in_other_peoples_calendars() {
    let home = team();
    let window = ["shifts", "--ical", "--rotation", "ops", "--from", "2026-12-10", "--to", "2026-12-30"];
    let before = home.run(&window).out;
    assert!(before.contains("UID:ops-primary-20261214T100000Z@harbour\r\n"), "{before}");
    assert!(before.contains("SUMMARY:MCP on-call primary: chi\r\n") && before.contains("DTSTAMP:20261215T120000Z\r\n"));
    assert_eq!(before, home.run(&window).out, "the same file gives the same bytes");
    // The override that had begun goes: what it began is struck out.
    let gone = TEAM.replace("from = \"2026-12-14\"", "from = \"2026-12-15T14:00\"");
    home.write("dogwatch.toml", &gone);
    let home = at(home, "2026-12-15T13:00:00Z");
    let after = home.run(&window).out;
    assert!(after.contains("UID:ops-primary-20261214T100000Z@harbour\r\n"), "{after}");
    assert!(after.contains("SEQUENCE:"), "{after}");
}

#[test]
fn who_came_next_in_the_past_is_past_as_well() {
    let daily = TEAM.replace("shift = \"7d\"", "shift = \"1d\"").replace("coverage = [", "# coverage = [");
    let home = team();
    home.write("dogwatch.toml", &daily);
    let mut home = home;
    for day in 7..12 {
        home = at(home, &format!("2026-12-{day:02}T12:00:00Z"));
        assert_eq!(home.run(&["oncall"]).code, 0);
    }
    let asked = ["oncall", "--json", "--rotation", "ops", "--at", "2026-12-08T12:00:00Z"];
    let before = home.json(&asked);
    home.write("dogwatch.toml", &daily.replace("members = [\"ana\", \"ben\", \"chi\"]", "members = [\"chi\"]"));
    let home = at(home, "2026-12-11T13:00:00Z");
    assert_eq!(home.json(&asked)["rotations"][0]["next"], before["rotations"][0]["next"]);
}

#[test]
fn a_ledger_that_is_damaged_in_the_middle_is_set_aside_once() {
    let home = team();
    assert_eq!(home.run(&["oncall"]).code, 0);
    let path = home.path("data/shifts.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4_096..].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    for _ in 0..2 {
        let said = home.run(&["oncall", "--rotation", "ops"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    }
    let names = std::fs::read_dir(home.path("data")).unwrap().map(|one| one.unwrap().file_name());
    let aside = names.filter(|name| name.to_string_lossy().starts_with("shifts.db.damaged-"));
    assert_eq!(aside.filter(|name| name.to_string_lossy().ends_with('Z')).count(), 1);
}

#[test]
fn writers_with_folders_of_their_own_lose_nothing_of_each_other() {
    let home = team();
    let children: Vec<_> = (0..6)
        .map(|at| {
            let (from, to, folder) =
                (format!("2027-02-{:02}", at + 1), format!("2027-02-{:02}", at + 2), format!("d{at}"));
            // `always` names a folder for all.
            let mut own = std::process::Command::new(env!("CARGO_BIN_EXE_dogwatch"));
            own.current_dir(home.path("")).env_clear().env("HOME", home.path("")).env("USER", "kim");
            own.args([
                "--data-dir",
                &folder,
                "--now",
                "2026-12-15T12:00:00Z",
                "override",
                "add",
                "--rotation",
                "ops",
                "chi",
            ]);
            own.args(["--from", &from, "--to", &to])
                .stdout(std::process::Stdio::null())
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    let done = children.into_iter().map(|mut child| child.wait().unwrap().success()).filter(|done| *done).count();
    let text = std::fs::read_to_string(home.path("dogwatch.toml")).unwrap();
    assert!(done > 0);
    assert_eq!(text.matches("2027-02-").count(), 2 * done, "{text}");
}
