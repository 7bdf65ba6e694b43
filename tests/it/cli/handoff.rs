//! `dogwatch handoff` as a shift driver meets it.

use serde_json::Value;

use super::{Home, fields};

const TEAM: &str = r#"version = 1
[team]
name = "harbour"
timezone = "Europe/London"
[[people]]
id = "ana"
[[people]]
id = "ben"
[[rotations]]
id = "ops"
start = "2026-11-09T10:00"
shift = "7d"
members = ["ana", "ben"]
"#;

/// Ana's shift, ten minutes before its end, with one thing that she has acked.
fn shift() -> Home {
    let mut home = Home::new().of_person("ana");
    home.write("dogwatch.toml", TEAM);
    home.always = ["--data-dir", "data", "--now", "2026-11-16T09:50:00Z"].map(str::to_owned).to_vec();
    assert_eq!(home.run(&["new", "loader hangs", "-S", "SEV3"]).code, 0);
    assert_eq!(home.run(&["ack", "local#1"]).code, 0);
    home
}

fn handoff(home: &Home, code: i32) -> Value {
    home.json_of(&["handoff", "--json"], code)
}

#[test]
fn it_is_incomplete_until_each_thing_has_a_decision_and_a_next_step() {
    let home = shift();
    let said = home.run(&["handoff"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains(": INCOMPLETE (1 undecided)\n"), "{said:?}");
    assert_eq!(said.err.lines().last(), Some("INCOMPLETE (1 undecided)"));
    assert_eq!(home.run(&["handoff", "--hand", "local#1=ben"]).code, 1, "no next step yet");
    let said = home.run(&["handoff", "--next", "local#1=ask the vendor; a = b"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{said:?}");
    assert!(
        said.out.contains("- SEV3 `local#1` handed to ben | next: ask the vendor; a = b | loader hangs"),
        "{said:?}"
    );
    let told = handoff(&home, 0);
    assert_eq!((&told["complete"], &told["undecided"]), (&Value::from(true), &serde_json::json!([])));
    let shown = home.json(&["show", "local#1", "--json"]);
    assert_eq!((&shown["incident"]["assignee"], &shown["incident"]["acked_by"]), (&"ben".into(), &"ana".into()));
}

#[test]
fn the_answer_has_the_shape_of_the_design() {
    let told = handoff(&shift(), 1);
    let all = [
        "complete",
        "generated_at",
        "incoming",
        "outgoing",
        "rotation",
        "schema",
        "sections",
        "shift",
        "sources",
        "undecided",
    ];
    assert_eq!(fields(&told), all);
    assert_eq!(told["schema"], "dogwatch.handoff/1");
    assert_eq!(told["outgoing"], serde_json::json!({"person": "ana", "because": "rotation", "instead_of": null}));
    assert_eq!(
        told["shift"],
        serde_json::json!({"start": "2026-11-09T10:00:00+00:00", "end": "2026-11-16T10:00:00+00:00"})
    );
    assert_eq!(told["undecided"], serde_json::json!(["local#1"]));
    let mut keys = dogwatch::domain::handoff::section::KEYS.to_vec();
    keys.sort_unstable();
    assert_eq!(fields(&told["sections"]), keys);
}

#[test]
fn what_is_returned_or_snoozed_goes_through_the_journal() {
    let home = shift();
    assert_eq!(home.run(&["assign", "local#1", "ana"]).code, 0);
    let said = home.run(&["handoff", "--return", "local#1", "--next", "local#1=look at it"]);
    assert_eq!(said.code, 0, "{said:?}");
    let one = home.incident("local#1");
    assert_eq!((&one["state"], &one["assignee"]), (&"open".into(), &Value::Null));
    assert_eq!(home.run(&["ack", "local#1"]).code, 0);
    let said = home.run(&["handoff", "--snooze", "local#1=tomorrow 10:00"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.err.contains("local#1 wakes in ben's shift"), "{said:?}");
    assert_eq!(home.incident("local#1")["state"], "snoozed");
}

#[test]
fn the_incoming_person_accepts_and_nobody_else() {
    let home = shift();
    let said = home.run(&["handoff", "--accept"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("only the incoming person accepts it: ben; you are ana here"), "{said:?}");
    let home = home.of_person("ben");
    let said = home.run(&["handoff", "--accept"]);
    assert!(
        said.err.contains("accepted by ben") && said.out.contains("- accepted by ben, Mon 16 Nov 09:50"),
        "{said:?}"
    );
    let told = handoff(&home, 1);
    assert_eq!(told["sections"]["receipt"]["accepted_by"], "ben");
}

#[test]
fn it_is_written_for_a_person_to_commit() {
    let home = shift();
    let said = home.run(&["handoff", "--write"]);
    assert_eq!(said.code, 1, "half a handoff beats none");
    let page = std::fs::read_to_string(home.path("docs/ops/handoffs/2026-11-16T1000-ops.md")).unwrap();
    assert_eq!(page, said.out);
    let data = std::fs::read_to_string(home.path("docs/ops/handoffs/2026-11-16T1000-ops.json")).unwrap();
    let data: Value = serde_json::from_str(&data).unwrap();
    assert_eq!(data["undecided"], serde_json::json!(["local#1"]));
    let said = home.run(&["handoff", "--format", "text", "--out", "notes.txt"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    let text = std::fs::read_to_string(home.path("notes.txt")).unwrap();
    assert!(
        text.starts_with("Handoff ops, Mon 16 Nov 2026 10:00: ana to ben: INCOMPLETE (1 undecided)\n==="),
        "{text}"
    );
}

#[test]
fn the_same_bytes_twice_and_in_any_other_zone_and_language() {
    let home = shift();
    for form in [&["handoff"][..], &["handoff", "--format", "text"], &["handoff", "--json"]] {
        let first = home.run(form).out;
        assert_eq!(home.run(form).out, first);
        let mut elsewhere = home.command(form);
        elsewhere.env("TZ", "Asia/Tokyo").env("LANG", "tr_TR.UTF-8").env("LC_ALL", "de_DE.UTF-8").env("COLUMNS", "40");
        assert_eq!(String::from_utf8(elsewhere.output().unwrap().stdout).unwrap(), first, "{form:?}");
    }
}

#[test]
fn nobody_is_handed_anything_who_has_left() {
    let home = shift();
    home.write(
        "dogwatch.toml",
        &TEAM.replace("id = \"ben\"", "id = \"ben\"\ngithub = \"ben-gh\"\nleft = \"2026-11-16\""),
    );
    for name in ["ben", "@ben-gh"] {
        let said = home.run(&["handoff", "--hand", &format!("local#1={name}")]);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains(&format!("{name} left on 2026-11-16; name somebody who is here")), "{said:?}");
    }
}

#[test]
fn what_is_over_or_handed_already_or_named_twice_is_not_decided_again() {
    let home = shift();
    let twice = home.run(&["handoff", "--hand", "local#1=ben", "--return", "local#1"]);
    assert!(twice.code == 2 && twice.err.contains("local#1 is to go two ways"), "{twice:?}");
    assert_eq!(home.run(&["handoff", "--hand", "local#1=ben", "--next", "local#1=look"]).code, 0);
    let again = home.run(&["handoff", "--hand", "local#1=ben"]);
    assert_eq!(again.code, 0, "{again:?}");
    assert!(again.err.contains("local#1 has been handed to ben already"), "{again:?}");
    assert_eq!(home.run(&["close", "local#1"]).code, 0);
    let over = home.run(&["handoff", "--return", "local#1"]);
    assert!(over.code == 1 && over.err.contains("local#1 is closed"), "{over:?}");
}

#[test]
fn accepted_twice_it_is_not_the_next_shift_that_is_accepted() {
    let home = shift();
    home.run(&["handoff", "--hand", "local#1=ben", "--next", "local#1=look"]);
    home.write("home/.config/dogwatch/config.toml", "me = \"ben\"\n");
    let mut home = home.of_person("ben");
    home.always[3] = "2026-11-16T10:05:00Z".to_owned();
    let first = home.run(&["handoff", "--accept"]);
    assert!(first.err.contains("accepted by ben"), "{first:?}");
    let second = home.run(&["handoff", "--accept"]);
    assert_eq!(second.code, 1, "{second:?}");
    assert!(!second.err.contains("accepted by"), "{second:?}");
    let late = home.run(&["handoff", "--shift", "2028-01-01"]);
    assert!(late.code == 2 && late.err.contains("more than a year ahead"), "{late:?}");
    let early = home.run(&["handoff", "--shift", "2026-10-01"]);
    assert!(early.code == 2 && early.err.contains("no shift of `ops` is known then"), "{early:?}");
}

#[test]
fn files_that_are_not_this_shifts_handoff_are_left_alone() {
    let home = shift();
    let data = "docs/ops/handoffs/2026-11-16T1000-ops.json";
    home.write(data, "{\"my\":\"own data\"}");
    let said = home.run(&["handoff", "--write"]);
    assert!(said.code == 2 && said.err.contains("it is not ours; move it"), "{said:?}");
    std::fs::remove_file(home.path(data)).unwrap();
    std::os::unix::fs::symlink(home.path("dogwatch.toml"), home.path(data)).unwrap();
    assert_eq!(home.run(&["handoff", "--write"]).code, 2);
    assert_eq!(std::fs::read_to_string(home.path("dogwatch.toml")).unwrap(), TEAM);
    // The data without its page is ours, and goes on.
    std::fs::remove_file(home.path(data)).unwrap();
    assert_eq!(home.run(&["handoff", "--write"]).code, 1);
    std::fs::remove_file(home.path(&data.replace("json", "md"))).unwrap();
    assert_eq!(home.run(&["handoff", "--write"]).code, 1);
}

#[test]
fn what_looks_like_an_id_is_no_hiding_place_for_a_secret() {
    let home = shift();
    let said = home.run(&["handoff", "--line", "token:0123456789ab", "--ask", "password:abcdef012345"]);
    assert!(!said.out.contains("0123456789ab") && !said.out.contains("abcdef012345"), "{said:?}");
    let said = home.run(&["--redact", "handoff", "--next", "local#1=ben#2"]);
    assert!(!said.out.contains("ben#2"), "{said:?}");
}

#[test]
fn of_many_that_hang_the_first_are_told_one_by_one() {
    let home = shift();
    for at in 2..=23 {
        home.run(&["new", &format!("case {at}"), "-S", "SEV3"]);
        home.run(&["ack", &format!("local#{at}")]);
    }
    let said = home.run(&["handoff"]);
    assert_eq!(said.err.matches(" undecided, no next step: ").count(), 20, "{said:?}");
    assert!(said.err.contains("dogwatch: and 3 more; "), "{said:?}");
    assert!(said.err.ends_with("INCOMPLETE (23 undecided)\n"), "{said:?}");
}

#[test]
fn words_that_cannot_be_meant_are_refused_with_what_to_write() {
    let home = shift();
    for (words, code, why) in [
        (&["handoff", "--hand", "ben"][..], 2, "write --hand ID=PERSON"),
        (&["handoff", "--next", "=x"], 2, "names no incident"),
        (&["handoff", "--snooze", "local#1=whenever"], 2, "--snooze local#1=whenever: "),
        (&["handoff", "--feel", "6"], 2, "6 is not in 1..=5"),
        (&["handoff", "--rotation", "nights"], 2, "there is no rotation `nights`; known: ops"),
        (&["handoff", "--next", "local#9=x"], 1, "no incident local#9 is known here"),
        (&["handoff", "--hand", "local#1=zoe"], 1, "no person `zoe` in the team file"),
        (&["handoff", "--copy"], 2, "--copy needs a terminal"),
        (&["--readonly", "handoff", "--write"], 2, "nothing is written down with --readonly"),
    ] {
        let said = home.run(words);
        assert_eq!(said.code, code, "{words:?}: {said:?}");
        assert!(said.err.contains(why), "{words:?}: {said:?}");
    }
}

#[test]
fn what_is_typed_survives_and_the_last_word_counts() {
    let home = shift();
    home.run(&["handoff", "--tried", "local#1=a restart", "--feel", "2", "--line", "long", "--ask", "a second screen"]);
    let home = home.of_person("ben");
    home.run(&["handoff", "--tried", "local#1=two restarts"]);
    let told = handoff(&home, 1);
    let row = &told["sections"]["needs_you_now"][0];
    assert_eq!((&row["tried"], &row["typed_by"]["tried"]), (&"two restarts".into(), &"ben".into()));
    assert_eq!(told["sections"]["summary"]["feel"], 2);
    assert_eq!(told["sections"]["asks"]["asks"], "a second screen");
    let said = home.run(&["handoff", "--ask", ""]);
    assert!(said.out.contains("- asks: none"), "{said:?}");
}

#[test]
fn a_handoff_that_was_written_drops_nothing_later() {
    let mut home = shift();
    home.run(&["unack", "local#1"]);
    "2026-11-22T10:00:00Z".clone_into(&mut home.always[3]);
    assert_eq!(handoff(&home, 0)["sections"]["summary"]["dropped"], 1);
    home.run(&["handoff", "--shift", "2026-11-12", "--write"]);
    assert_eq!(handoff(&home, 0)["sections"]["summary"]["dropped"], 0);
}

/// The demo's handoff in one of its forms, and how it ended.
fn of_the_demo(home: &Home, form: &[&str]) -> (i32, String, String) {
    let said = home.run(&[&["handoff"], form].concat());
    (said.code, said.out, said.err)
}

#[test]
fn the_demos_handoff_is_the_same_bytes_in_each_form_until_somebody_decides() {
    let home = Home::demo();
    for (name, form) in
        [("markdown", &["--format", "markdown"][..]), ("text", &["--format", "text"]), ("json", &["--json"])]
    {
        let first = of_the_demo(&home, form);
        assert_eq!(first, of_the_demo(&home, form), "{name}");
        let (code, out, err) = first;
        assert_eq!(code, 1, "{name}: {err}");
        assert!(err.trim_end().ends_with("INCOMPLETE (1 undecided)"), "{name}: {err}");
        insta::assert_snapshot!(format!("demo_{name}"), out);
    }
    let hand = ["--hand", "local#10=ben", "--next", "local#10=try it with the sentence back"];
    let (code, out, err) = of_the_demo(&home, &hand);
    assert_eq!(code, 0, "{err}");
    assert!(!out.contains("INCOMPLETE") && out.contains("`local#10` handed to ben"), "{out}");
    assert_eq!(of_the_demo(&home, &[]), (0, out, String::new()), "it stays decided");
    assert_eq!(home.incident("local#10")["assignee"], "ben");
}
