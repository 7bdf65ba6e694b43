//! Whether what was planned has happened.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use dogwatch::config::TeamFile;
use dogwatch::domain::calendar::{Facts, shipments, shipped_before};

use super::{TEAM, at, day, small, standing, tags, team};

fn train(rule: &str, more: &str) -> TeamFile {
    small(&format!(
        "[[trains]]\nid = \"t\"\nstart = \"2026-11-10\"\nrule = \"{rule}\"\nowners = [\"ana\"]\nevidence = \"tag:t-v*\"\n{more}"
    ))
}

#[test]
fn a_tag_shows_that_a_release_has_left() {
    // Tuesdays 10, 17, 24 November; the grace ends on the Wednesday after.
    let weekly = train("FREQ=WEEKLY;COUNT=3", "");
    let cases: &[(&[&str], &str, &str)] = &[
        (&[], "2026-11-11T23:59:59Z", "t/2026-11-10 planned, t/2026-11-17 planned, t/2026-11-24 planned"),
        (&[], "2026-11-12T00:00:00Z", "t/2026-11-10 missed, t/2026-11-17 planned, t/2026-11-24 planned"),
        (&["t-v1 2026-11-11"], "2026-11-12", "t/2026-11-10 shipped, t/2026-11-17 planned, t/2026-11-24 planned"),
        (&["t-v1 2026-11-12"], "2026-11-12", "t/2026-11-10 late, t/2026-11-17 planned, t/2026-11-24 planned"),
        // Early: after the one before.
        (&["t-v1 2026-11-06"], "2026-11-12", "t/2026-11-10 shipped, t/2026-11-17 planned, t/2026-11-24 planned"),
        // So long before the first that it is about something else.
        (&["t-v1 2026-10-20"], "2026-11-12", "t/2026-11-10 missed, t/2026-11-17 planned, t/2026-11-24 planned"),
        // One tag serves one release; a miss stays one when the next leaves in time.
        (&["t-v1 2026-11-17"], "2026-11-19", "t/2026-11-10 missed, t/2026-11-17 shipped, t/2026-11-24 planned"),
        (&["t-v1 2026-11-10"], "2026-11-26", "t/2026-11-10 shipped, t/2026-11-17 missed, t/2026-11-24 missed"),
        (
            &["t-v1 2026-11-10", "t-v2 2026-11-13", "t-v3 2026-11-26"],
            "2026-11-30",
            "t/2026-11-10 shipped, t/2026-11-17 shipped, t/2026-11-24 late",
        ),
        // Other names are others' tags.
        (
            &["u-v1 2026-11-10", "T-v1 2026-11-10", "xt-v1 2026-11-10"],
            "2026-11-12",
            "t/2026-11-10 missed, t/2026-11-17 planned, t/2026-11-24 planned",
        ),
    ];
    for (tagged, now, told) in cases {
        assert_eq!(standing(&weekly, &tags(tagged), now, "release"), *told, "{tagged:?} at {now}");
    }
}

#[test]
fn what_nobody_looked_for_is_not_missed() {
    let weekly = train("FREQ=WEEKLY;COUNT=2", "");
    assert_eq!(
        standing(&weekly, &Facts::default(), "2027-01-01", "release"),
        "t/2026-11-10 planned, t/2026-11-17 planned"
    );
    let team = team(TEAM);
    let told = standing(&team, &Facts::default(), "2026-11-20", "cadence");
    assert!(!told.contains("missed") && !told.contains("kept"), "{told}");
    assert!(
        !standing(&team, &tags(&[]), "2027-03-01", "release").contains("docs-relaunch missed"),
        "no log of the path"
    );
}

#[test]
fn days_are_the_teams_and_a_tag_at_night_counts_for_its_own_day() {
    let sydney = "version = 1\n[team]\ntimezone = \"Australia/Sydney\"\n[[trains]]\nid = \"t\"\nstart = \"2026-11-10\"\nrule = \"FREQ=DAILY;COUNT=1\"\ngrace = \"0bd\"\nevidence = \"tag:t-*\"\n";
    let sydney = team(&sydney.replace("grace = \"0bd\"\n", "grace = \"1d\"\n"));
    let told = |when: &str| standing(&sydney, &tags(&[&format!("t-1 {when}")]), "2026-12-01", "release");
    assert_eq!(told("2026-11-11T12:59:59Z"), "t/2026-11-10 shipped");
    assert_eq!(told("2026-11-11T13:00:00Z"), "t/2026-11-10 late", "midnight in Sydney");
}

#[test]
fn grace_counts_working_days() {
    // Christmas Eve is a Thursday; 25 and 28 December are holidays.
    let team = team(&format!(
        "{TEAM}[[trains]]\nid = \"t\"\nstart = \"2026-12-24\"\nrule = \"FREQ=DAILY;COUNT=1\"\nevidence = \"tag:t-*\"\n"
    ));
    let of = |when: &str| {
        let told = standing(&team, &tags(&[&format!("t-1 {when}")]), "2027-01-20", "release");
        told.split(", ").find(|one| one.starts_with("t/")).unwrap().to_owned()
    };
    assert_eq!(of("2026-12-29"), "t/2026-12-24 shipped");
    assert_eq!(of("2026-12-30"), "t/2026-12-24 late");
}

#[test]
fn a_version_asks_for_its_own_tag() {
    let more = "[[releases]]\ntrain = \"t\"\ndate = \"2026-11-17\"\nversion = \"2.0.0\"\n";
    let weekly = train("FREQ=WEEKLY;COUNT=3", more);
    let cases: &[(&[&str], &str)] = &[
        (&["t-v1.9.9 2026-11-17"], "t/2026-11-10 missed, t/2026-11-17 missed, t/2026-11-24 missed"),
        (&["t-v2.0.0 2026-11-18"], "t/2026-11-10 missed, t/2026-11-17 shipped, t/2026-11-24 missed"),
        (&["t-v2.0.0 2026-11-25"], "t/2026-11-10 missed, t/2026-11-17 late, t/2026-11-24 missed"),
        (&["t-v2.0.0 2026-11-10"], "t/2026-11-10 missed, t/2026-11-17 shipped, t/2026-11-24 missed"),
        (&["t-v2.0.01 2026-11-17"], "t/2026-11-10 missed, t/2026-11-17 missed, t/2026-11-24 missed"),
    ];
    for (tagged, told) in cases {
        assert_eq!(standing(&weekly, &tags(tagged), "2026-12-10", "release"), *told, "{tagged:?}");
    }
}

#[test]
fn a_moved_release_is_held_against_its_new_day() {
    let more = "[[releases]]\ntrain = \"t\"\ndate = \"2026-11-19\"\ninstead_of = \"2026-11-17\"\n";
    let weekly = train("FREQ=WEEKLY;COUNT=2", more);
    assert_eq!(
        standing(&weekly, &tags(&["t-v1 2026-11-10"]), "2026-11-19", "release"),
        "t/2026-11-10 shipped, t/2026-11-17 planned"
    );
    assert_eq!(
        standing(&weekly, &tags(&["t-v1 2026-11-10", "t-v2 2026-11-20"]), "2026-11-25", "release"),
        "t/2026-11-10 shipped, t/2026-11-17 shipped"
    );
}

#[test]
fn a_commit_shows_a_release_by_its_path() {
    let team = team(TEAM);
    let facts = |when: &[&str]| {
        let commits: Vec<DateTime<Utc>> = when.iter().map(|when| at(when)).collect();
        Facts { commits: BTreeMap::from([("docs/CHANGELOG.md".to_owned(), commits)]), ..Facts::default() }
    };
    let of = |when: &[&str]| {
        let told = standing(&team, &facts(when), "2027-02-20", "release");
        told.split(", ").find(|one| one.starts_with("docs-relaunch")).unwrap().to_owned()
    };
    assert_eq!(of(&[]), "docs-relaunch missed");
    assert_eq!(of(&["2027-02-02"]), "docs-relaunch shipped");
    assert_eq!(of(&["2026-11-01"]), "docs-relaunch missed", "a file that was always there shows nothing");
    assert_eq!(of(&["2026-11-01", "2027-02-10"]), "docs-relaunch late");
}

#[test]
fn a_cadence_is_kept_by_its_evidence_once() {
    // Tuesdays, two business days of grace: until Thursday, and from the Saturday before.
    let team = small(
        "[[cadences]]\nid = \"c\"\nstart = \"2026-11-03\"\nrule = \"FREQ=WEEKLY;COUNT=3\"\nowner = \"ana\"\ngrace = \"2bd\"\ndone_by = \"minutes\"\n",
    );
    let cases: &[(&[&str], &str, &str)] = &[
        (&[], "2026-11-05", "c/2026-11-03 due, c/2026-11-10 due, c/2026-11-17 due"),
        (&[], "2026-11-06", "c/2026-11-03 missed, c/2026-11-10 due, c/2026-11-17 due"),
        (&["2026-11-05"], "2026-11-06", "c/2026-11-03 kept, c/2026-11-10 due, c/2026-11-17 due"),
        (&["2026-11-06"], "2026-11-06", "c/2026-11-03 missed, c/2026-11-10 due, c/2026-11-17 due"),
        (&["2026-11-07"], "2026-11-12", "c/2026-11-03 missed, c/2026-11-10 kept, c/2026-11-17 due"),
        (&["2026-11-03"], "2026-11-20", "c/2026-11-03 kept, c/2026-11-10 missed, c/2026-11-17 missed"),
        (&["2026-11-03", "2026-11-03"], "2026-11-20", "c/2026-11-03 kept, c/2026-11-10 missed, c/2026-11-17 missed"),
    ];
    for (minutes, now, told) in cases {
        let minutes = minutes.iter().map(|text| day(text)).collect();
        let facts = Facts { minutes: Some(minutes), ..Facts::default() };
        assert_eq!(standing(&team, &facts, now, "cadence"), *told, "{now}");
    }
}

#[test]
fn close_occurrences_share_no_evidence() {
    let team = small(
        "[[cadences]]\nid = \"c\"\nstart = \"2026-11-02\"\nrule = \"FREQ=DAILY;COUNT=3\"\nowner = \"ana\"\ngrace = \"3d\"\ndone_by = \"drill\"\n",
    );
    let drills =
        |days: &[&str]| Facts { drills: Some(days.iter().map(|text| day(text)).collect()), ..Facts::default() };
    let told = |days: &[&str]| standing(&team, &drills(days), "2026-11-30", "cadence");
    assert_eq!(told(&["2026-11-05", "2026-11-04"]), "c/2026-11-02 kept, c/2026-11-03 kept, c/2026-11-04 missed");
    assert_eq!(told(&["2026-11-07"]), "c/2026-11-02 missed, c/2026-11-03 missed, c/2026-11-04 kept");
}

#[test]
fn what_went_out_within_the_hour_before_is_named_latest_first() {
    let team = team(TEAM);
    let facts = tags(&[
        "tools-v1.1.0 2026-11-20T10:00:00Z",
        "prompts-v3 2026-11-20T10:30:00Z",
        "tools-v1.2.0 2026-11-20T11:00:01Z",
        "nightly-1 2026-11-20T10:59:00Z",
    ]);
    let shipped = shipments(&team, &facts);
    let before = |when: &str| {
        let told: Vec<String> =
            shipped_before(&shipped, at(when)).map(|one| format!("{} of {}", one.what, one.of)).collect();
        told.join(", ")
    };
    assert_eq!(before("2026-11-20T11:00:00Z"), "prompts-v3 of prompts, tools-v1.1.0 of tools");
    assert_eq!(before("2026-11-20T11:00:01Z"), "tools-v1.2.0 of tools, prompts-v3 of prompts");
    assert_eq!(before("2026-11-20T09:59:59Z"), "", "what came after it is not why");
    assert_eq!(before("2026-11-20T12:00:02Z"), "");
}
