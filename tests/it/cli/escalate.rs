//! `dogwatch escalate`, in the local tracker and by the unattended process.

use super::Home;

const TEAM: &str = r#"
[[people]]
id = "ana"
[[people]]
id = "ben"
[[people]]
id = "kim"
[[rotations]]
id = "ops"
start = "2026-11-02T10:00"
shift = "7d"
members = ["ana", "ben"]
secondary = "next"
[[escalations]]
id = "default"
steps = [
  { to = "rotation:ops/primary", wait = "15m" },
  { to = "rotation:ops/secondary", wait = "15m" },
  { to = "kim" },
]
[[severities]]
id = "SEV1"
meaning = "x"
clock = "24x7"
escalation = "default"
[[severities]]
id = "SEV2"
meaning = "x"
"#;

/// A Friday at noon: ana has it, ben is second.
const NOON: &str = "2026-11-20T12:00:00Z";

fn home() -> Home {
    let mut home = Home::new();
    home.write("dogwatch.toml", TEAM);
    home.always = ["--data-dir", "data", "--now", NOON].map(str::to_owned).to_vec();
    assert_eq!(home.run(&["new", "Gateway answers 403", "-S", "SEV1"]).code, 0);
    home
}

#[test]
fn each_step_is_assigned_and_told_and_the_next_one_follows() {
    let home = home();
    let shown = home.json(&["show", "local#1", "--json"]);
    assert_eq!(shown["escalation"]["next"], serde_json::json!({"step": 1, "people": ["ana"]}));
    let said = home.run(&["escalate", "local#1", "--json"]);
    assert_eq!((said.code, said.outcomes()), (0, vec!["local#1 done".to_owned()]), "{said:?}");
    assert_eq!(said.json()["results"][0]["verb"], "escalate");
    assert_eq!(said.json()["results"][0]["reason"], "asked ana (ops primary)");
    assert_eq!(home.incident("local#1")["assignee"], "ana");
    let said = home.run(&["escalate", "local#1", "--note", "the gateway is not ours"]);
    assert_eq!(said.out, "escalate local#1 done: asked ben (ops secondary)\n");
    let shown = home.run(&["show", "local#1"]);
    for line in [
        "asked      step 2 of 3: ben (ops secondary), since 12:00; kim in 15 min",
        "escalated to ana",
        "ana: escalated to ana (ops primary): kim asks for it; step 1 of 3.",
        "ben: escalated to ben (ops secondary): kim asks for it; step 2 of 3.",
        "the gateway is not ours",
    ] {
        assert!(shown.out.contains(line), "{line}: {}", shown.out);
    }
    let shown = home.json(&["show", "local#1", "--json"]);
    let escalation = &shown["escalation"];
    assert_eq!(
        (&escalation["id"], &escalation["step"], &escalation["steps"]),
        (&"default".into(), &2.into(), &3.into())
    );
    assert_eq!(
        (&escalation["due_at"], &escalation["asked"][1]["people"][0]),
        (&"2026-11-20T12:15:00Z".into(), &"ben".into())
    );
    let own = home.run(&["escalate", "local#1"]);
    let why = "nobody is left to ask (step 3: kim asks for it); --to PERSON asks somebody out of turn";
    assert_eq!((own.code, own.out), (1, format!("escalate local#1 refused: {why}\n")), "kim asks nobody but kim");
    assert_eq!(home.run(&["escalate", "local#1", "--to", "kim"]).out, "escalate local#1 done: asked kim\n");
    let last = home.run(&["escalate", "local#1"]);
    assert_eq!(
        (last.code, last.out.as_str()),
        (1, "escalate local#1 refused: nobody is left to ask; --to PERSON asks somebody out of turn\n")
    );
}

#[test]
fn an_ack_gives_way_to_whoever_is_asked_and_undo_gives_it_back() {
    let home = home();
    home.run(&["assign", "local#1", "ana"]);
    home.run(&["ack", "local#1"]);
    let mut later = home;
    later.always[3] = "2026-11-20T12:05:00Z".to_owned();
    assert_eq!(later.run(&["escalate", "local#1"]).code, 0);
    let incident = later.incident("local#1");
    assert_eq!((&incident["state"], &incident["assignee"]), (&"open".into(), &"ben".into()));
    let undone = later.run(&["undo"]);
    assert_eq!((undone.code, undone.out.as_str()), (0, "escalate local#1 undone\n"), "{}", undone.err);
    let incident = later.incident("local#1");
    assert_eq!((&incident["state"], &incident["assignee"]), (&"acked".into(), &"ana".into()));
    let shown = later.json(&["show", "local#1", "--json"]);
    assert_eq!(shown["escalation"]["asked"], serde_json::json!([]), "the round is as it was");
    assert_eq!(shown["escalation"]["due_at"], serde_json::Value::Null);
    let shown = later.run(&["show", "local#1"]).out;
    assert!(shown.contains("took back asking ben") && shown.contains("not begun"), "{shown}");
}

#[test]
fn what_was_taken_back_may_be_asked_again_and_taken_back_again() {
    let home = home();
    home.run(&["ack", "local#1"]);
    for _ in 0..2 {
        assert_eq!(
            home.run(&["escalate", "local#1", "--to", "ana"]).out,
            "escalate local#1 done: asked ana (ops primary)\n"
        );
        let shown = home.json(&["show", "local#1", "--json"]);
        assert_eq!(shown["escalation"]["asked"][0]["people"][0], "ana");
        assert_eq!(home.run(&["undo"]).out, "escalate local#1 undone\n");
        let incident = home.incident("local#1");
        assert_eq!((&incident["state"], &incident["assignee"]), (&"acked".into(), &serde_json::Value::Null));
    }
}

#[test]
fn a_snooze_that_gave_way_comes_back_and_a_second_snooze_gives_the_first_back() {
    let home = home();
    let until = |home: &Home| home.incident("local#1")["snoozed_until"].clone();
    home.run(&["snooze", "local#1", "--until", "2h"]);
    let first = until(&home);
    assert_eq!(first, "2026-11-20T14:00:00Z");
    home.run(&["snooze", "local#1", "--until", "4h"]);
    assert_ne!(until(&home), first);
    home.run(&["undo"]);
    assert_eq!(until(&home), first, "the first snooze holds again");
    home.run(&["escalate", "local#1"]);
    assert_eq!(until(&home), serde_json::Value::Null);
    home.run(&["undo"]);
    assert_eq!((until(&home), &home.incident("local#1")["assignee"]), (first, &serde_json::Value::Null));
}

#[test]
fn wrong_words_are_refused_with_the_right_ones() {
    let home = home();
    home.run(&["new", "Docs are wrong", "-S", "SEV2"]);
    let cases: [(&[&str], &str); 5] = [
        (&["local#2"], "SEV2 has no escalation; assign it to a person instead"),
        (&["local#1", "--to", "9"], "there is no step 9; default has 3"),
        (&["local#1", "--to", "zoe"], "there is no person zoe"),
        (&["local#7"], "no incident local#7 is known here"),
        (&["local#1", "--note", &"x".repeat(60_000)], "the note is longer than 50000 bytes"),
    ];
    for (words, wanted) in cases {
        let said = home.run(&[&["escalate"], words].concat());
        assert!(said.code == 1 && said.out.contains(wanted), "{words:?}: {said:?}");
    }
    let readonly = home.run(&["--readonly", "escalate", "local#1"]);
    assert!(readonly.code == 1 && readonly.out.contains("nothing can be decided"), "{readonly:?}");
    assert_eq!(home.run(&["escalate"]).code, 2);
    assert_eq!(home.incident("local#1")["assignee"], serde_json::Value::Null);
}

#[test]
fn who_was_asked_goes_along_with_an_export() {
    let home = home();
    home.run(&["escalate", "local#1"]);
    assert_eq!(home.run(&["export", "--out", "all.json"]).code, 0);
    let mut there = Home::new();
    there.write("dogwatch.toml", TEAM);
    there.always = ["--data-dir", "data", "--now", NOON].map(str::to_owned).to_vec();
    there.write("all.json", &std::fs::read_to_string(home.path("all.json")).unwrap());
    let said = there.run(&["import", "all.json"]);
    assert_eq!(said.code, 0, "{said:?}");
    let shown = there.run(&["show", "local#1"]);
    assert!(shown.out.contains("asked      step 1 of 3: ana (ops primary), since 12:00"), "{}", shown.out);
}
