//! The decisions, on the local tracker: what the keys of the screen do, for scripts.

use std::process::Stdio;

use super::{Home, NOON, fields};

#[test]
fn acking_assigning_and_closing_say_how_they_ended_and_show_in_the_queue() {
    let home = Home::demo();
    let said = home.run(&["ack", "local#24", "--json"]);
    assert_eq!((said.code, said.outcomes()), (0, vec!["local#24 done".to_owned()]));
    let result = &said.json()["results"][0];
    assert_eq!(fields(result), ["id", "op", "outcome", "reason", "verb"]);
    assert_eq!((&result["verb"], &result["reason"]), (&"ack".into(), &().into()));
    let acked = home.incident("local#24");
    assert_eq!(
        (&acked["state"], &acked["acked_by"], &acked["acked_at"]),
        (&"acked".into(), &"kim".into(), &NOON.into())
    );
    assert_eq!(home.run(&["assign", "local#24", "ana", "--json"]).outcomes(), ["local#24 done"]);
    assert_eq!(home.incident("local#24")["assignee"], "ana");
    assert_eq!(home.run(&["close", "local#24", "--reason", "not-planned", "--json"]).outcomes(), ["local#24 done"]);
    assert_eq!(home.incident("local#24")["state"], "closed");
    let home = home.at("2026-11-20T12:10:00Z");
    assert_eq!(home.run(&["reopen", "local#24", "--json"]).outcomes(), ["local#24 done"]);
    assert_eq!(home.incident("local#24")["state"], "open");
}

/// Undoes in this many processes at once; how many say that it was done, and what the others say.
pub(super) fn undone_at_once(home: &Home, count: usize) -> (usize, Vec<String>) {
    let started: Vec<_> = (0..count)
        .map(|_| home.command(&["undo"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
        .collect();
    let ended: Vec<_> = started.into_iter().map(|process| process.wait_with_output().unwrap()).collect();
    let out = |ended: &std::process::Output| String::from_utf8_lossy(&ended.stdout).into_owned();
    let (done, others): (Vec<_>, Vec<_>) = ended.iter().partition(|ended| ended.status.success());
    assert!(done.iter().all(|ended| out(ended).contains(" undone\n")), "{done:?}");
    (done.len(), others.into_iter().map(out).collect())
}

#[test]
fn an_act_that_ten_processes_take_back_at_once_is_taken_back_by_one() {
    let home = Home::demo();
    for _ in 0..3 {
        assert_eq!(home.run(&["ack", "local#24"]).code, 0);
        let (done, others) = undone_at_once(&home, 10);
        assert_eq!((done, others.len()), (1, 9));
        assert!(others.iter().all(|said| said.contains("there is nothing of yours to take back")), "{others:?}");
        assert_eq!(home.incident("local#24")["state"], "open");
    }
}

#[test]
fn five_acks_at_once_are_one_act_and_one_undo() {
    let home = Home::demo();
    let five = ["local#24", "local#25", "local#9", "local#19", "local#7"];
    let said = home.run(&[&["ack", "--json"][..], &five].concat());
    assert_eq!((said.code, said.outcomes()), (0, five.map(|id| format!("{id} done")).to_vec()));
    assert!(five.iter().all(|id| home.incident(id)["state"] == "acked"));
    let undone = home.run(&["undo"]);
    assert_eq!(undone.code, 0);
    assert_eq!(undone.lines().len(), 5, "{undone:?}");
    assert!(undone.out.contains("ack local#24 undone\n"), "{undone:?}");
    assert!(five.iter().all(|id| home.incident(id)["state"] == "open"));
}

#[test]
fn a_snooze_ends_when_it_said_or_when_it_is_woken() {
    let home = Home::demo();
    let said = home.run(&["snooze", "local#24", "--until", "monday 14:00", "--json"]);
    assert_eq!(said.outcomes(), ["local#24 done"]);
    let snoozed = home.incident("local#24");
    assert_eq!((&snoozed["state"], &snoozed["snoozed_until"]), (&"snoozed".into(), &"2026-11-23T14:00:00Z".into()));
    assert_eq!(home.run(&["wake", "local#24", "--json"]).outcomes(), ["local#24 done"]);
    assert_eq!(home.incident("local#24")["state"], "open");
    let never = home.run(&["snooze", "local#24", "--until", "someday"]);
    assert_eq!(never.code, 2);
    assert!(never.err.contains("--until someday: `someday` is no time; write 30m, 2h"), "{never:?}");
    assert_eq!(home.run(&["snooze", "local#24", "--until", "2026-11-01"]).code, 1);
}

#[test]
fn severity_kind_note_and_merge_do_what_they_say() {
    let home = Home::demo();
    assert_eq!(home.run(&["severity", "local#22", "local#13", "sev2"]).code, 0);
    assert_eq!(home.run(&["kind", "local#22", "schema-drift"]).code, 0);
    let triaged = home.incident("local#22");
    assert_eq!((&triaged["severity"], &triaged["kind"]), (&"SEV2".into(), &"schema-drift".into()));
    assert_eq!(triaged["area"], "mcp-contracts");
    let odd = home.run(&["severity", "local#22", "SEV9"]);
    assert_eq!((odd.code, odd.out.contains("there are: SEV1, SEV2, SEV3, SEV4")), (1, true), "{odd:?}");
    assert_eq!(home.run(&["note", "local#22", "--text", "seen it"]).code, 0);
    assert!(home.run(&["show", "local#22"]).out.contains("kim commented\n    seen it"));
    assert_eq!(home.run(&["merge", "local#16", "--into", "local#22"]).out, "merge local#16 done\n");
    assert_eq!(home.incident("local#16")["state"], "closed");
    let lost = home.run(&["merge", "local#13", "--into", "local#222"]);
    assert_eq!((lost.code, lost.out.contains("no incident local#222 is known here")), (1, true), "{lost:?}");
}

#[test]
fn a_new_incident_gets_a_number_and_is_where_it_belongs() {
    let home = Home::demo();
    let said = home.run(&["new", "Gateway answers 403", "--severity", "sev1", "--kind", "mcp-tool-failure"]);
    assert_eq!((said.code, said.out.as_str()), (0, "new local#38 done\n"));
    let filed = home.incident("local#38");
    assert_eq!((&filed["severity"], &filed["area"]), (&"SEV1".into(), &"mcp-contracts".into()));
    let odd = home.run(&["new", "x", "--severity", "SEV9"]);
    assert_eq!(odd.code, 2);
    assert_eq!(odd.err, "dogwatch: --severity SEV9: no such id; there are: SEV1, SEV2, SEV3, SEV4\n");
    assert_eq!(home.run(&["new", "  "]).code, 1);
}

#[test]
fn what_cannot_be_done_is_refused_with_what_was_meant() {
    let home = Home::demo();
    let said = home.run(&["ack", "local#24", "24", "#23", "locl#25", "local#24", "local#2"]);
    assert_eq!(said.code, 1);
    assert_eq!(
        said.lines(),
        [
            "ack local#24 done",
            "ack local#23 done",
            "ack locl#25 refused: no incident locl#25 is known here; did you mean local#25?",
            "ack local#2 refused: it is closed; reopen it first",
        ]
    );
    let again = home.run(&["ack", "local#24", "--json"]);
    assert_eq!((again.code, again.outcomes()), (1, vec!["local#24 refused".to_owned()]));
    assert_eq!(again.json()["results"][0]["reason"], "already acked by kim");
    let nobody = home.run(&["assign", "local#24", "zoe"]);
    assert_eq!(nobody.code, 1);
    assert_eq!(
        nobody.out,
        "assign local#24 refused: no person `zoe` in the team file; there are: ana, ben, chi, dev\n"
    );
}

#[test]
fn the_log_tells_each_decision_once_with_how_it_ended() {
    let home = Home::demo();
    home.run(&["ack", "local#24"]);
    let told = home.json(&["log", "--json"]);
    assert_eq!(told["schema"], "dogwatch.log/1");
    let newest = &told["decisions"][0];
    assert_eq!((&newest["id"], &newest["verb"], &newest["state"]), (&"local#24".into(), &"ack".into(), &"done".into()));
    let lines = home.run(&["log"]);
    assert!(lines.lines()[0].ends_with(" ack local#24 by kim done"), "{lines:?}");
    let nothing = home.run(&["log", "--confirm", "01ARZ3NDEKTSV4RRFFQ69G5FAV"]);
    assert_eq!(nothing.code, 2);
    assert!(nothing.err.contains("no such decision asks again"), "{nothing:?}");
}

#[test]
fn a_note_can_come_from_standard_input() {
    use std::io::Write;
    use std::process::Stdio;
    let home = Home::demo();
    let mut child = home.command(&["note", "local#24", "-m", "-"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"two\nlines\x1b[2J\n").unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    let shown = home.run(&["show", "local#24"]).out;
    assert!(shown.contains("kim commented\n    two\n    lines"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
}

#[test]
fn an_old_act_is_taken_back_only_where_that_is_meant() {
    let home = Home::demo();
    assert_eq!(home.run(&["ack", "local#24"]).code, 0);
    let later = home.at("2026-11-20T12:30:00Z");
    let asked = later.run(&["undo"]);
    assert_eq!(asked.code, 1, "{asked:?}");
    assert!(asked.out.contains("local#24 refused: the ack was decided 30m ago; `dogwatch undo --yes`"), "{asked:?}");
    assert_eq!(later.run(&["undo", "--yes"]).out, "ack local#24 undone\n");
}
