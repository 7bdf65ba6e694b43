//! `dogwatch demo`, and the triage queue on what it made.

use super::{Home, NOON, fields, mode};

#[test]
fn a_demo_without_a_terminal_prints_the_queue_and_how_to_go_on() {
    let home = Home::new();
    let said = home.run(&["demo", "--now", NOON]);
    assert_eq!(said.code, 0);
    assert!(said.out.starts_with("needs you now (10)\n  SEV1  local#23 open      1h Server `prod` resets"), "{said:?}");
    assert!(said.err.contains("the same from a command line: dogwatch --config "), "{said:?}");
}

#[test]
fn a_demo_has_incidents_of_every_state_and_severity() {
    let queue = Home::demo().json(&["queue", "--all", "--json"]);
    let incidents = queue["incidents"].as_array().unwrap();
    assert_eq!(incidents.len(), 37);
    for state in ["open", "acked", "snoozed", "closed"] {
        assert!(incidents.iter().any(|incident| incident["state"] == state), "none is {state}");
    }
    for severity in ["SEV1", "SEV2", "SEV3", "SEV4"] {
        assert!(incidents.iter().any(|incident| incident["severity"] == severity), "none is {severity}");
    }
    assert!(incidents.iter().any(|incident| incident["severity"].is_null()), "none is untriaged");
}

#[test]
fn the_evals_of_a_demo_show_one_regression_and_one_run_that_died() {
    let home = Home::demo();
    let said = home.json_of(&["evals", "--json"], 1);
    let found = said["findings"].as_array().unwrap();
    let told = |finding: &serde_json::Value| {
        let word = |key: &str| finding[key].as_str().unwrap().to_owned();
        (word("suite"), word("kind"), finding["cases"].as_array().unwrap().len())
    };
    let mut told: Vec<_> = found.iter().filter(|finding| finding["verdict"] == "regression").map(told).collect();
    told.sort();
    let wanted = [("mcp-tools", "case-regression", 3), ("routing", "errors", 32)];
    assert_eq!(told, wanted.map(|(suite, kind, cases)| (suite.to_owned(), kind.to_owned(), cases)), "{found:#?}");
}

#[test]
fn a_demo_in_a_folder_goes_on_with_what_was_decided_there() {
    let home = Home::demo();
    assert_eq!(home.run(&["ack", "local#24"]).code, 0);
    let again = home.run(&["demo", "--dir", "sample"]);
    assert_eq!(again.code, 0);
    assert!(again.out.contains("local#24 acked"), "{again:?}");
    assert_eq!(mode(&home.path("sample/data")), 0o700);
    assert_eq!(mode(&home.path("sample/data/state.db")), 0o600);
}

#[test]
fn a_demo_needs_no_network_and_can_be_looked_at_without_deciding() {
    let home = Home::demo();
    let said = home.run(&["demo", "--dir", "sample", "--offline", "--readonly"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("needs you now (10)"), "{said:?}");
    let refused = home.run(&["--readonly", "ack", "local#24"]);
    assert_eq!(
        (refused.code, refused.out.as_str()),
        (1, "ack local#24 refused: nothing can be decided: started with --readonly\n")
    );
    assert_eq!(home.incident("local#24")["state"], "open");
}

#[test]
fn the_queue_in_json_has_the_shape_that_scripts_rely_on() {
    let home = Home::demo();
    let queue = home.json(&["queue", "--json"]);
    assert_eq!(fields(&queue), ["at", "incidents", "schema", "sources"]);
    assert_eq!(queue["schema"], "dogwatch.queue/1");
    assert_eq!(queue["at"], NOON);
    assert_eq!(fields(&queue["sources"][0]), ["error", "fetched_at", "id", "kind", "state"]);
    let names = [
        "acked_at",
        "acked_by",
        "area",
        "assignee",
        "due_at",
        "fingerprint",
        "id",
        "kind",
        "labels",
        "opened_at",
        "overdue",
        "pending",
        "runbook",
        "severity",
        "snoozed_until",
        "source",
        "state",
        "title",
        "url",
    ];
    assert_eq!(fields(&queue["incidents"][0]), names);
    let canary = home.incident("local#25");
    assert_eq!((&canary["due_at"], &canary["overdue"]), (&"2026-11-20T12:06:00Z".into(), &false.into()));
    let chart = home.incident("local#3");
    assert_eq!((&chart["state"], &chart["acked_by"], &chart["due_at"]), (&"acked".into(), &"ana".into(), &().into()));
    let nightly = home.incident("local#6");
    assert_eq!(nightly["snoozed_until"], "2026-11-22T12:00:00Z");
}

#[test]
fn the_same_facts_at_the_same_time_are_the_same_bytes() {
    let home = Home::demo();
    for command in
        [&["queue", "--all"][..], &["queue", "--all", "--json"], &["show", "local#10"], &["status", "--json"]]
    {
        assert_eq!(home.run(command), home.run(command), "{command:?}");
    }
}

#[test]
fn titles_are_whole_in_a_pipe_and_cut_to_the_columns_of_a_terminal() {
    let home = Home::demo();
    let whole = "Schema of `profiles.search` changed its `limit` default from 20 to 50 without a release [overdue 3d]";
    assert!(home.run(&["queue"]).out.contains(whole));
    let narrow = Home { env: vec![("COLUMNS".into(), "80".into())], ..home };
    let said = narrow.run(&["queue", "--all"]);
    let widest = said.lines().iter().map(|line| dogwatch::panes::fit::columns(line)).max();
    assert_eq!(widest, Some(80), "{said:?}");
    assert!(said.out.contains("… [overdue 3d]"), "{said:?}");
}

#[test]
fn a_filter_shows_what_matches_and_nothing_else() {
    let home = Home::demo();
    let ids = |filter: &str| {
        let queue = home.json(&["queue", "--json", "--filter", filter]);
        let ids = queue["incidents"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids("sev:SEV1"), ["local#23", "local#24", "local#25"]);
    assert_eq!(ids("sev:SEV1 -who:ana is:overdue"), ["local#24"]);
    assert_eq!(ids("state:closed sev:SEV4"), ["local#37", "local#4"]);
    assert_eq!(ids("state:closed sev:SEV1"), ["local#27", "local#34", "local#17"]);
    assert_eq!(ids("no such words"), Vec::<String>::new());
}

#[test]
fn a_reader_that_has_heard_enough_is_no_error() {
    use std::process::Stdio;
    let home = Home::demo();
    let mut child =
        home.command(&["queue", "--all", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!((ended.status.code(), String::from_utf8(ended.stderr).unwrap()), (Some(0), String::new()));
}

#[test]
fn one_incident_is_shown_with_its_history_each_thing_once() {
    let home = Home::demo();
    home.run(&["ack", "local#24", "--note", "looking"]);
    let said = home.run(&["show", "local#24"]);
    let history: Vec<&str> = said.lines().into_iter().skip_while(|line| *line != "history").collect();
    assert_eq!(
        history,
        [
            "history",
            "  2026-11-20T11:20:00Z ben opened",
            "  2026-11-20T12:00:00Z kim acked",
            "  2026-11-20T12:00:00Z kim commented",
            "    looking",
        ]
    );
    let told = home.json(&["show", "local#24", "--json"]);
    assert_eq!(fields(&told), ["at", "body", "escalation", "evidence", "incident", "schema", "timeline"]);
    assert_eq!(told["timeline"].as_array().unwrap().len(), 3);
    let none = home.run(&["show", "local#240"]);
    assert_eq!((none.code, none.out.as_str()), (1, ""));
    assert!(none.err.contains("did you mean local#20, local#24"), "{none:?}");
}

#[test]
fn the_status_is_one_line_from_disk() {
    let home = Home::demo();
    assert_eq!(home.run(&["status"]).out, "13 open · 8 overdue · 6 acked\n");
    let told = home.json(&["status", "--json"]);
    assert_eq!((&told["open"], &told["overdue"], &told["snoozed"]), (&13.into(), &8.into(), &3.into()));
}

#[test]
fn a_local_tracker_moves_house_as_json() {
    let home = Home::demo();
    assert_eq!(home.run(&["export", "--out", "all.json"]).code, 0);
    let away = Home::new();
    std::fs::copy(home.path("all.json"), away.path("all.json")).unwrap();
    assert_eq!(away.run(&["import", "all.json"]).out, "imported 37 incidents; 0 were there already\n");
    assert_eq!(away.run(&["import", "all.json"]).out, "imported 0 incidents; 37 were there already\n");
    assert_eq!(away.incident("local#24")["title"], home.incident("local#24")["title"]);
}

#[test]
fn a_mistyped_filter_does_not_look_like_a_quiet_night() {
    let home = Home::demo();
    for (filter, doubt) in [
        ("sev:SEV9", "`sev9`: there are SEV1, SEV2, SEV3, SEV4"),
        ("is:late", "`late`: there are overdue, untriaged, unassigned"),
        ("state:aked", "`aked`: there are open, acked, snoozed, closed"),
        ("foo:bar", "`foo:bar`: looked for as text; keys are state:"),
    ] {
        let said = home.run(&["queue", "--filter", filter]);
        assert!(said.err.contains(doubt), "{filter}: {said:?}");
    }
}

#[test]
fn who_has_it_is_found_and_shown_also_for_what_was_only_acked() {
    let home = Home::demo();
    home.run(&["ack", "local#24"]);
    let said = home.run(&["queue", "--filter", "who:kim"]);
    assert!(said.out.contains("local#24") && said.out.contains("(acked by kim)"), "{said:?}");
}
