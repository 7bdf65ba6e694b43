//! What people say of eval findings: expected, flaky, fixed, pinned, accepted.

use std::fmt::Write as _;

use super::Home;
use super::evals::{night, quiet_week};

const FILE: &str = ".dogwatch/expected.toml";

/// A team whose suite lost three of forty cases in the last night, and the incident.
fn a_bad_night() -> (Home, String) {
    let home = quiet_week();
    night(&home, 11, &[3, 4, 5]);
    home.sync();
    let id = home.queue()[0]["id"].as_str().unwrap().to_owned();
    (home, id)
}

fn file(home: &Home) -> String {
    std::fs::read_to_string(home.path(FILE)).unwrap_or_default()
}

/// The incidents that are open, as `title`.
fn open(home: &Home) -> Vec<String> {
    let queue = home.queue();
    let rows = queue.as_array().unwrap().iter().filter(|row| row["state"] == "open");
    rows.map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_expected_change_closes_its_incident_and_is_the_new_normal_of_its_cases_alone() {
    let (home, id) = a_bad_night();
    let said = home.run(&["evals", "expect", &id, "--until", "2w", "-m", "new system prompt", "--json"]);
    assert_eq!((said.code, said.outcomes()), (0, vec![format!("{id} done"), format!("{id} done")]), "{said:?}");
    let written = "[[expected]]\nsuite = \"mcp-tools\"\ncases = [\"case-3\", \"case-4\", \"case-5\"]\nfrom = \"night-11\"\n\
                   reason = \"new system prompt\"\nauthor = \"kim\"\nuntil = \"2026-11-25\"\n";
    assert!(file(&home).contains(written), "{}", file(&home));
    assert_eq!(home.incident(&id)["state"], "closed");
    let shown = home.run(&["show", &id]);
    assert!(shown.out.contains("closed as expected"), "{}", shown.out);
    assert!(shown.out.contains("Expected until 2026-11-25: new system prompt"), "{}", shown.out);

    for day in [12, 13] {
        night(&home, day, &[3, 4, 5]);
    }
    home.sync();
    assert_eq!(open(&home), [""; 0], "the same three are the new normal");
    night(&home, 14, &[3, 4, 5, 20, 21]);
    home.sync();
    assert_eq!(open(&home), ["evals mcp-tools: 2 cases broke"], "all others are held against what they did");
    let listed = home.run(&["evals", "expect"]);
    assert!(listed.out.contains("expected mcp-tools: case-3, case-4, case-5 from night-11, until 2026-11-25"));
    let all = home.run(&["evals"]);
    assert!(all.out.contains("until 2026-11-25: new system prompt (kim)"), "it is listed while it lives: {}", all.out);
}

/// A night in which each of these cases fails one trial of three: none by itself is told from chance.
fn slips(home: &Home, day: u32, cases: std::ops::Range<u32>) {
    night(home, day, &[]);
    let path = format!("out/{day}.jsonl");
    let mut whole = std::fs::read_to_string(home.path(&path)).unwrap();
    for case in cases {
        let line = format!("\"case-{case}\",\"trial\":0,\"status\":\"ok\",\"pass\":");
        whole = whole.replace(&format!("{line}true"), &format!("{line}false"));
    }
    home.write(&path, &whole);
}

#[test]
fn what_is_expected_of_a_fallen_suite_are_the_cases_that_fell_and_what_breaks_later_is_told() {
    let home = quiet_week();
    slips(&home, 11, 3..15);
    home.sync();
    assert_eq!(open(&home), ["evals mcp-tools: the suite fell"]);
    let id = home.queue()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(home.run(&["evals", "expect", &id, "--until", "2w", "-m", "new system prompt"]).code, 0);
    let file = file(&home);
    assert!(file.contains("\"case-3\"") && file.contains("\"case-14\"") && !file.contains("\"*\""), "{file}");
    for day in [12, 13] {
        slips(&home, day, 3..15);
    }
    home.sync();
    assert_eq!(open(&home), [""; 0], "these are the new normal");
    for day in [14, 15] {
        night(&home, day, &[20, 21]);
        home.sync();
        assert_eq!(open(&home), ["evals mcp-tools: 2 cases broke"], "and stay told on the {day}th");
    }
}

#[test]
fn undo_takes_out_of_the_file_what_was_said_and_leaves_the_rest() {
    let (home, id) = a_bad_night();
    let others = "# Ours.\n[[quarantined]]\nsuite = \"sql\"\ncases = [\"a\"]\nreason = \"known\"\nauthor = \"ana\"\nuntil = \"2026-12-31\"\n";
    home.write(FILE, others);
    assert_eq!(home.run(&["evals", "expect", &id, "--until", "friday", "-m", "meant"]).code, 0);
    assert!(file(&home).starts_with(others) && file(&home).contains("reason = \"meant\""), "{}", file(&home));
    let said = home.run(&["undo"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(file(&home), others);
    assert_eq!(home.incident(&id)["state"], "open");
}

#[test]
fn ten_processes_that_undo_at_once_take_one_word_out_of_the_file() {
    let (home, id) = a_bad_night();
    let theirs = format!(
        "[[quarantined]]\nsuite = \"sql\"\ncases = [\"a\"]\nreason = \"known\"\nauthor = \"ana\"\n\
         until = \"2026-12-31\"\nincident = \"{id}\"\n"
    );
    home.write(FILE, &theirs);
    assert_eq!(home.run(&["evals", "expect", &id, "--until", "1w", "-m", "meant"]).code, 0);
    let (done, others) = super::decisions::undone_at_once(&home, 10);
    assert_eq!((done, others.len()), (1, 9), "{others:?}");
    assert_eq!(file(&home), theirs);
}

#[test]
fn the_lines_of_the_file_end_as_they_did() {
    let (home, id) = a_bad_night();
    let others = "# Ours.\r\n[[quarantined]]\r\nsuite = \"sql\"\r\ncases = [\"a\"]\r\nreason = \"known\"\r\n\
                  author = \"ana\"\r\nuntil = \"2026-12-31\"\r\n";
    home.write(FILE, others);
    assert_eq!(home.run(&["evals", "expect", &id, "--until", "friday", "-m", "meant"]).code, 0);
    let text = file(&home);
    assert!(text.contains("meant") && text.matches('\n').count() == text.matches("\r\n").count(), "{text:?}");
    assert_eq!(home.run(&["undo"]).code, 0);
    assert_eq!(file(&home), others);
}

#[test]
fn what_was_said_of_a_suite_is_taken_back_alone_the_last_first() {
    let (home, id) = a_bad_night();
    let pin = ["evals", "pin", "mcp-tools", "night-10", "-m", "the last release"];
    assert_eq!(home.run(&pin).code, 0);
    let pinned = file(&home);
    let flaky = ["evals", "flaky", "--suite", "mcp-tools", "--case", "case-7", "--until", "1w", "-m", "random"];
    let said = home.run(&flaky);
    assert!(said.out.contains("`dogwatch evals unsay SUITE` takes it back"), "{said:?}");
    assert_eq!(home.run(&["evals", "expect", &id, "--until", "1w", "-m", "meant"]).code, 0);
    let said = home.run(&["evals", "unsay", "mcp-tools"]);
    assert!(said.code == 0 && said.out.contains("reason = \"random\""), "{said:?}");
    assert!(file(&home).contains("meant") && file(&home).contains("[[pinned]]"), "{}", file(&home));
    assert_eq!(home.run(&["undo"]).code, 0);
    assert_eq!(file(&home), pinned);
    assert_eq!(home.run(&["evals", "unsay", "sql"]).code, 2);
    assert_eq!(home.json(&["evals", "unsay", "mcp-tools", "--json"])["schema"], "dogwatch.evals-unsaid/1");
    assert!(!file(&home).contains("[["), "{}", file(&home));
    let said = home.run(&["evals", "unsay", "mcp-tools"]);
    assert!(said.code == 2 && said.err.contains("taken back by `dogwatch undo`"), "{said:?}");
}

#[test]
fn an_answer_names_the_file_that_was_written_and_is_to_be_committed() {
    let (mut home, id) = a_bad_night();
    let said = home.run(&["evals", "expect", &id, "--until", "1w", "-m", "meant"]);
    let words = ".dogwatch/expected.toml is written; commit it, so that it holds for everybody";
    assert!(said.out.ends_with(&format!("done\n{words}\n")), "{said:?}");
    let again = home.run(&["evals", "expect", &id, "--until", "1w", "-m", "meant"]);
    assert!(again.code == 1 && !again.out.contains("is written"), "{again:?}");
    assert_eq!(home.run(&["undo"]).code, 0);
    let data = home.path("data").display().to_string();
    home.always = ["--data-dir", &data, "--now", "2026-11-11T12:00:00Z"].map(str::to_owned).to_vec();
    let words = ["evals", "flaky", &id, "--until", "1w", "-m", "random"];
    let ended = home.command(&words).current_dir(home.path("out")).output().unwrap();
    let out = String::from_utf8(ended.stdout).unwrap();
    assert!(out.contains("\n../.dogwatch/expected.toml is written"), "{out} {:?}", ended.stderr);
}

#[test]
fn what_is_fixed_and_shows_again_is_opened_again_and_what_will_not_be_fixed_is_not() {
    for (reason, again) in [("fixed", "open"), ("completed", "open"), ("wontfix", "closed"), ("invalid", "closed")] {
        let (mut home, id) = a_bad_night();
        home.always = ["--data-dir", "data", "--now", "2026-11-11T08:00:00Z"].map(str::to_owned).to_vec();
        let said = home.run(&["close", &id, "--reason", reason]);
        assert_eq!(said.code, 0, "{said:?}");
        let shown = home.run(&["show", &id]);
        assert!(shown.out.contains(&format!("closed as {reason}")), "{reason}: {}", shown.out);
        night(&home, 12, &[3, 4, 5]);
        home.always = ["--data-dir", "data", "--now", "2026-11-12T08:00:00Z"].map(str::to_owned).to_vec();
        home.sync();
        assert_eq!(home.incident(&id)["state"], again, "{reason}");
    }
}

/// Seven nights in which one case passes two trials of three, and one in which it fails all of them.
fn a_flake() -> (Home, String) {
    let home = quiet_week();
    for day in 11..=18 {
        night(&home, day, &[]);
        let path = format!("out/{day}.jsonl");
        let whole = std::fs::read_to_string(home.path(&path)).unwrap();
        let fails = if day == 18 { vec![0, 1, 2] } else { vec![day % 3] };
        let mut lines = String::new();
        for line in whole.lines() {
            let fails =
                line.contains("\"case-7\"") && fails.iter().any(|no| line.contains(&format!("\"trial\":{no},")));
            writeln!(
                lines,
                "{}",
                if fails { line.replace("\"pass\":true", "\"pass\":false") } else { line.to_owned() }
            )
            .unwrap();
        }
        home.write(&path, &lines);
    }
    home.sync();
    (home, "case-7".to_owned())
}

#[test]
fn a_flake_goes_into_quarantine_and_what_always_fails_does_not() {
    let (home, id) = a_bad_night();
    let said = home.run(&["evals", "flaky", &id, "--until", "1w", "-m", "it flakes"]);
    assert_eq!(said.code, 0, "three passed eight nights before: {said:?}");
    let (home, _) = a_flake();
    let said =
        home.run(&["evals", "flaky", "--suite", "mcp-tools", "--case", "case-7", "--until", "1w", "-m", "random"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(file(&home).contains("[[quarantined]]\nsuite = \"mcp-tools\"\ncases = [\"case-7\"]\n"), "{}", file(&home));
    home.sync();
    assert_eq!(open(&home), [""; 0]);
    let findings = home.json(&["evals", "--json"])["findings"].clone();
    assert!(findings.as_array().unwrap().iter().all(|one| one["verdict"] != "regression"), "{findings:#}");
}

#[test]
fn no_more_than_a_tenth_of_a_suite_goes_into_quarantine() {
    let home = quiet_week();
    night(&home, 11, &[3, 4, 5, 6, 7]);
    home.sync();
    let id = home.queue()[0]["id"].as_str().unwrap().to_owned();
    let said = home.run(&["evals", "flaky", &id, "--until", "1w", "-m", "they flake", "--json"]);
    assert_eq!((said.code, said.outcomes()), (1, vec![format!("{id} refused")]), "{said:?}");
    assert!(said.out.contains("at most 4 of the suite's 40 cases"), "{said:?}");
    assert_eq!((file(&home).as_str(), home.incident(&id)["state"].as_str()), ("", Some("open")));
}

#[cfg(unix)]
#[test]
fn a_repository_cannot_have_it_written_to_another_place() {
    let (home, id) = a_bad_night();
    let elsewhere = tempfile::TempDir::new().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), home.path(".dogwatch")).unwrap();
    let said = home.run(&["evals", "expect", &id, "--until", "1w", "-m", "meant"]);
    assert!(said.code == 1 && said.out.contains("is a link"), "{said:?}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    std::fs::remove_file(home.path(".dogwatch")).unwrap();
    std::fs::create_dir(home.path(".dogwatch")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("new"), home.path(FILE)).unwrap();
    assert_eq!(home.run(&["evals", "expect", &id, "--until", "1w", "-m", "meant"]).code, 1);
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
    assert_eq!(home.incident(&id)["state"], "open");
}

/// The same machine at this time.
fn at(home: &mut Home, time: &str) {
    home.always = ["--data-dir", "data", "--now", time].map(str::to_owned).to_vec();
}

#[test]
fn what_was_said_and_holds_no_longer_opens_the_incident_again() {
    // The entry is taken out, as by a review.
    let (mut home, id) = a_bad_night();
    assert_eq!(home.run(&["evals", "expect", &id, "--until", "2w", "-m", "meant"]).code, 0);
    home.sync();
    assert_eq!(home.incident(&id)["state"], "closed");
    std::fs::remove_file(home.path(FILE)).unwrap();
    at(&mut home, "2026-11-11T13:00:00Z");
    home.sync();
    assert_eq!(home.incident(&id)["state"], "open", "the finding stands");

    // A flake that fails every time is broken.
    let (mut home, id) = a_bad_night();
    assert_eq!(home.run(&["evals", "flaky", &id, "--until", "2026-12-31", "-m", "random"]).code, 0);
    for day in 12..=15 {
        night(&home, day, &[3, 4, 5]);
    }
    at(&mut home, "2026-11-15T12:00:00Z");
    home.sync();
    assert_eq!(home.incident(&id)["state"], "open", "ten trials in a row failed");
}

#[test]
fn what_is_refused_is_not_written_down() {
    let (home, id) = a_bad_night();
    assert_eq!(home.run(&["evals", "expect", &id, "--until", "2w", "-m", "one"]).code, 0);
    let before = file(&home);
    let said = home.run(&["evals", "flaky", &id, "--until", "2w", "-m", "two"]);
    assert!(said.code == 1 && said.out.contains("it is closed already"), "{said:?}");
    assert_eq!(file(&home), before);
    assert!(!home.run(&["show", &id]).out.contains("two"));
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let home = quiet_week();
    night(&home, 11, &[3]);
    let whole = std::fs::read_to_string(home.path("out/11.jsonl")).unwrap();
    home.write("out/11.jsonl", &whole.replace("night-11", "night\\u001b11"));
    home.sync();
    let id = home.queue()[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(home.run(&["evals", "expect", &id, "--until", "2w", "-m", "meant"]).code, 0);
    assert!(!file(&home).contains("001"), "such a name names no run: {}", file(&home));
    home.sync();
    assert_eq!(home.incident(&id)["state"], "closed");
}

#[test]
fn that_a_run_died_is_nothing_that_was_meant() {
    let home = quiet_week();
    night(&home, 11, &[]);
    let whole = std::fs::read_to_string(home.path("out/11.jsonl")).unwrap();
    home.write("out/11.jsonl", &whole.replace("\"ok\"", "\"error\"").replace("\"complete\"", "\"error\""));
    home.sync();
    let id = home.queue()[0]["id"].as_str().unwrap().to_owned();
    let said = home.run(&["evals", "expect", &id, "--until", "1w", "-m", "meant"]);
    assert!(said.code == 1 && said.out.contains("a run that dies is not expected"), "{said:?}");
    assert_eq!((file(&home).as_str(), home.incident(&id)["state"].as_str()), ("", Some("open")));
}

#[test]
fn nothing_is_said_without_an_end_a_reason_and_a_finding() {
    let (home, id) = a_bad_night();
    let other = home.run(&["new", "Gateway answers 403"]);
    assert_eq!(other.code, 0, "{other:?}");
    let cases: [(&[&str], i32, &str); 7] = [
        (&["evals", "expect", &id, "-m", "x"], 2, "say until when"),
        (&["evals", "expect", &id, "--until", "2w"], 2, "say why"),
        (&["evals", "expect", &id, "--until", "2026-01-01", "-m", "x"], 2, "that day is past"),
        (&["evals", "expect", "nightly:0000", "--until", "2w", "-m", "x"], 1, "no incident nightly:0000 is known here"),
        (&["evals", "expect", "local#1", "--until", "2w", "-m", "x"], 1, "it is no eval finding"),
        (&["close", "local#1", "--reason", "fixed"], 1, "only an eval finding can be closed as fixed"),
        (&["evals", "pin", "mcp-tools", "night-99", "-m", "x"], 2, "no run night-99 of a suite mcp-tools"),
    ];
    for (args, code, why) in cases {
        let said = home.run(args);
        assert_eq!(said.code, code, "{args:?}: {said:?}");
        assert!(format!("{}{}", said.out, said.err).contains(why), "{args:?}: {said:?}");
    }
    assert_eq!(file(&home), "");
}

#[test]
fn a_name_that_nothing_has_is_doubted_with_the_nearest_one_and_written_all_the_same() {
    let home = quiet_week();
    let said = |args: &[&str]| home.run(&[&["evals"], args, &["--until", "2026-12-31", "-m", "x"]].concat());
    let cases: [(&[&str], &str); 5] = [
        (
            &["expect", "--suite", "mcp-tool", "--from", "night-10"],
            "no run of a suite mcp-tool is known here yet; did you mean mcp-tools?",
        ),
        (
            &["expect", "--suite", "mcp-tools", "--case", "kase-3", "--from", "night-10"],
            "no case of mcp-tools fits kase-3; did you mean case-3?",
        ),
        (&["flaky", "--suite", "mcp-tools", "--case", "sql-*"], "no case of mcp-tools fits sql-*\n"),
        (
            &["expect", "--suite", "mcp-tools", "--from", "nigth-10"],
            "no run of mcp-tools is called nigth-10, or of that commit, yet; did you mean night-10?",
        ),
        (&["expect", "--suite", "mcp-tools", "--case", "case-*", "--from", "0000000000"], ""),
    ];
    for (args, doubt) in cases {
        let said = said(args);
        assert!(said.code == 0 && said.err.contains(doubt), "{args:?}: {said:?}");
        assert_eq!(said.err.is_empty(), doubt.is_empty(), "{said:?}");
    }
    assert_eq!(file(&home).matches("[[").count(), 5);
    let pinned = home.run(&["evals", "pin", "mcp-tools", "night-l0", "-m", "x"]);
    assert!(pinned.code == 2 && pinned.err.contains("did you mean night-10?"), "{pinned:?}");
    let day = home.run(&["evals", "expect", "--suite", "mcp-tools", "--from", "x", "--until", "someday", "-m", "x"]);
    assert!(day.code == 2 && day.err.contains("2026-12-01,"), "{day:?}");
}

#[test]
fn a_case_that_a_finding_does_not_have_is_doubted() {
    let (home, id) = a_bad_night();
    let said = home.run(&["evals", "expect", &id, "--case", "kase-3", "--until", "2w", "-m", "x"]);
    assert!(said.code == 0 && said.err.contains("did you mean case-3?"), "{said:?}");
}

#[test]
fn a_file_with_a_mistake_is_told_with_its_place_and_changes_nothing() {
    let (home, id) = a_bad_night();
    home.write(FILE, "[[expected]]\nsuite = \"mcp-tools\"\nfrom = \"night-11\"\nreason = \"x\"\nauthor = \"kim\"\n");
    let said = home.run(&["sync"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains(".dogwatch/expected.toml:1:1"), "{said:?}");
    let queue = home.json_of(&["queue", "--json"], 3);
    assert_eq!(queue["incidents"][0]["state"], "open", "{queue:#}");
    let said = home.run(&["evals", "expect", &id, "--until", "2w", "-m", "x"]);
    assert_eq!(said.code, 1, "what is wrong is mended first: {said:?}");
    assert!(said.out.contains("until"), "{said:?}");
    assert_eq!(home.run(&["evals"]).code, 2);
}

#[test]
fn a_run_that_is_accepted_is_the_new_normal_and_one_that_is_pinned_stays_the_measure() {
    let (home, id) = a_bad_night();
    let said = home.run(&["evals", "accept", "mcp-tools", "night-11", "-m", "the cases were rewritten"]);
    assert_eq!(said.code, 0, "{said:?}");
    home.sync();
    assert_eq!(home.incident(&id)["state"], "closed", "what it shows is as it should be");
    for day in 12..=14 {
        night(&home, day, &[3, 4, 5]);
    }
    home.sync();
    assert_eq!(open(&home), [""; 0]);

    let pinned = |home: &Home| home.run(&["evals", "pin", "mcp-tools", "night-10", "-m", "the last release"]);
    home.write(FILE, "");
    assert_eq!(pinned(&home).code, 0);
    night(&home, 15, &[3, 4, 5, 6, 7, 8, 9, 10]);
    let found = home.json_of(&["evals", "--json"], 1)["findings"].clone();
    assert_eq!(found[0]["kind"], "suite-regression", "{found:#}");
    assert_eq!(found[0]["baseline"].as_array().unwrap().len(), 1, "one run is the measure: {found:#}");
}
