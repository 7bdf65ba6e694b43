//! What is planned: days, turns, freezes, and the sentence above it all.

use dogwatch::domain::calendar::{Calendar, Facts, Window, outlook};

use super::{TEAM, Weekly, at, lines, small, standing, tags, team, window};

#[test]
fn the_weeks_around_a_years_end_in_one_list() {
    let team = team(TEAM);
    let facts = Facts::default();
    let calendar = Calendar::new(&team, &Weekly, &facts, at("2026-12-01"), window("2026-12-01", "2027-02-10"));
    insta::assert_snapshot!(lines(&calendar.entries()), @"
    2026-12-01 cadence triage-weekly/2026-12-01 due ana
    2026-12-03 release prompts/2026-12-03 planned ben
    2026-12-07T10:00:00+00:00 handover ops/2026-12-07T10:00:00+00:00 planned ben
    2026-12-08 cadence triage-weekly/2026-12-08 due ben
    2026-12-08 release tools/2026-12-08 planned ana
    2026-12-14T10:00:00+00:00 handover ops/2026-12-14T10:00:00+00:00 planned chi
    2026-12-15 cadence triage-weekly/2026-12-15 due chi
    2026-12-17 cadence runbook-drill/2026-12-17 due dev
    2026-12-17 release prompts/2026-12-17 planned chi
    2026-12-18..2027-01-04 freeze year-end planned ben
    2026-12-21T10:00:00+00:00 handover ops/2026-12-21T10:00:00+00:00 planned dev
    2026-12-22 cadence triage-weekly/2026-12-22 due dev
    2026-12-28T10:00:00+00:00 handover ops/2026-12-28T10:00:00+00:00 planned ana
    2027-01-04T10:00:00+00:00 handover ops/2027-01-04T10:00:00+00:00 planned ben
    2027-01-05 cadence triage-weekly/2027-01-05 due ben
    2027-01-11T10:00:00+00:00 handover ops/2027-01-11T10:00:00+00:00 planned chi
    2027-01-12 cadence triage-weekly/2027-01-12 due chi
    2027-01-14 release prompts/2027-01-14 planned ben
    2027-01-18T10:00:00+00:00 handover ops/2027-01-18T10:00:00+00:00 planned dev
    2027-01-19 cadence triage-weekly/2027-01-19 due dev
    2027-01-19 release tools/2027-01-12 planned ana
    2027-01-21 cadence runbook-drill/2027-01-21 due dev
    2027-01-25T10:00:00+00:00 handover ops/2027-01-25T10:00:00+00:00 planned ana
    2027-01-26 cadence triage-weekly/2027-01-26 due ana
    2027-01-28 release prompts/2027-01-28 planned chi
    2027-02-01T10:00:00+00:00 handover ops/2027-02-01T10:00:00+00:00 planned ben
    2027-02-02 cadence triage-weekly/2027-02-02 due ben
    2027-02-02 release docs-relaunch planned dev
    2027-02-08T10:00:00+00:00 handover ops/2027-02-08T10:00:00+00:00 planned chi
    2027-02-09 cadence triage-weekly/2027-02-09 due chi
    2027-02-09 deprecation profile_lookup planned ana
    2027-02-09 release tools/2027-02-09 planned ben
    ");
}

#[test]
fn the_window_is_from_today_to_the_horizon_in_the_teams_zone() {
    let team = small("");
    let ahead = Window::ahead(&team, at("2026-07-31T23:30:00Z"));
    assert_eq!(ahead, window("2026-08-01", "2026-09-12"), "half past midnight in London");
}

#[test]
fn whole_days_of_the_window_count_and_freezes_reach_into_it() {
    let team = team(TEAM);
    let facts = Facts::default();
    let of = |from, to| {
        let window = window(from, to);
        lines(&Calendar::new(&team, &Weekly, &facts, at("2026-12-01"), window).entries())
    };
    assert_eq!(
        of("2027-01-19", "2027-01-19"),
        "2027-01-19 cadence triage-weekly/2027-01-19 due dev\n2027-01-19 release tools/2027-01-12 planned ana\n"
    );
    assert_eq!(of("2027-01-02", "2027-01-03"), "2026-12-18..2027-01-04 freeze year-end planned ben\n");
    assert_eq!(of("2027-01-04", "2027-01-04").lines().count(), 2, "its last day, and a handover");
    assert!(!of("2027-01-05", "2027-01-05").contains("freeze"));
}

#[test]
fn a_skipped_day_uses_up_nobody_and_a_moved_one_keeps_its_place() {
    let team = small(
        r#"[[trains]]
id = "t"
start = "2026-11-02"
rule = "FREQ=WEEKLY;BYDAY=MO"
skip = ["2026-11-16"]
owners = ["ana", "ben", "chi"]
[[releases]]
train = "t"
date = "2026-12-03"
instead_of = "2026-11-09"
[[releases]]
train = "t"
date = "2026-11-25"
[[releases]]
train = "t"
date = "2026-11-30"
owner = "ana"
"#,
    );
    let facts = Facts::default();
    let calendar = Calendar::new(&team, &(), &facts, at("2026-11-01"), window("2026-11-01", "2026-12-20"));
    let told: Vec<String> = calendar
        .entries()
        .iter()
        .map(|entry| {
            let note = entry.note.as_ref().map_or("", |note| note.as_str());
            format!("{} {} {} {note}", entry.date.text(), entry.title, entry.owner.as_deref().unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        told,
        [
            "2026-11-02 t ana deputy ben",
            "2026-11-23 t chi deputy ana",
            "2026-11-25 t - ",
            "2026-11-30 t ana deputy ben",
            "2026-12-03 t (moved from 2026-11-09) ben deputy chi",
            "2026-12-07 t ben deputy chi",
            "2026-12-14 t chi deputy ana",
        ],
        "an extra day is nobody's turn, and an owner by name moves no turn"
    );
}

#[test]
fn a_train_without_a_rule_has_only_the_days_that_are_named() {
    let team = small(
        "[[trains]]\nid = \"t\"\nowners = [\"ana\", \"ben\"]\n[[releases]]\ntrain = \"t\"\ndate = \"2026-12-03\"\n[[releases]]\ntrain = \"t\"\ndate = \"2026-11-20\"\n",
    );
    let facts = Facts::default();
    let calendar = Calendar::new(&team, &(), &facts, at("2026-11-01"), window("2026-11-01", "2026-12-20"));
    assert_eq!(
        lines(&calendar.entries()),
        "2026-11-20 release t/2026-11-20 planned ana\n2026-12-03 release t/2026-12-03 planned ben\n"
    );
}

#[test]
fn a_release_in_a_freeze_that_covers_it_clashes_and_one_freeze_in_another_does_not() {
    let team = small(
        r#"[[trains]]
id = "t"
start = "2026-11-02"
rule = "FREQ=WEEKLY;BYDAY=MO"
areas = ["core"]
[[trains]]
id = "other"
start = "2026-11-03"
rule = "FREQ=WEEKLY;BYDAY=TU"
[[freezes]]
id = "by-train"
from = "2026-11-09"
to = "2026-11-10"
covers = ["train:t"]
[[freezes]]
id = "by-area"
from = "2026-11-16"
to = "2026-11-17"
covers = ["area:core"]
[[freezes]]
id = "all"
from = "2026-11-16"
to = "2026-11-30"
covers = ["*"]
"#,
    );
    let facts = Facts::default();
    let calendar = Calendar::new(&team, &(), &facts, at("2026-11-01"), window("2026-11-08", "2026-11-24"));
    insta::assert_snapshot!(lines(&calendar.entries()), @"
    2026-11-09..2026-11-10 freeze by-train planned - !t/2026-11-09
    2026-11-09 release t/2026-11-09 frozen - !by-train
    2026-11-10 release other/2026-11-10 planned -
    2026-11-16..2026-11-30 freeze all planned - !t/2026-11-16 !other/2026-11-17 !t/2026-11-23 !other/2026-11-24 !t/2026-11-30
    2026-11-16..2026-11-17 freeze by-area planned - !t/2026-11-16
    2026-11-16 release t/2026-11-16 frozen - !by-area !all
    2026-11-17 release other/2026-11-17 frozen - !all
    2026-11-23 release t/2026-11-23 frozen - !all
    2026-11-24 release other/2026-11-24 frozen - !all
    ");
}

#[test]
fn one_sentence_says_whether_anything_may_land() {
    let nested = r#"[[freezes]]
id = "quarter"
title = "Quarter-end freeze"
from = "2026-12-20"
to = "2026-12-24"
covers = ["*"]
"#;
    let text = format!("{TEAM}{nested}");
    let (alone, both) = (team(TEAM), team(&text));
    let cases = [
        (
            &alone,
            "2026-12-01",
            "OPEN until Fri 18 Dec, then year-end freeze to 4 Jan (SEV1, SEV2 may land; ask the approver)",
        ),
        (
            &alone,
            "2026-12-17T23:59:59Z",
            "OPEN until Fri 18 Dec, then year-end freeze to 4 Jan (SEV1, SEV2 may land; ask the approver)",
        ),
        (
            &alone,
            "2026-12-18T00:00:00Z",
            "FROZEN to Mon 4 Jan by year-end freeze of tools, prompts (SEV1, SEV2 may land; ask the approver)",
        ),
        (
            &alone,
            "2027-01-04T23:59:59Z",
            "FROZEN to Mon 4 Jan by year-end freeze of tools, prompts (SEV1, SEV2 may land; ask the approver)",
        ),
        (&alone, "2027-01-05T00:00:00Z", "OPEN: no freeze ahead"),
        (
            &alone,
            "2025-12-01",
            "OPEN until Fri 18 Dec 2026, then year-end freeze to 4 Jan 2027 (SEV1, SEV2 may land; ask the approver)",
        ),
        (
            &both,
            "2026-12-21",
            "FROZEN to Mon 4 Jan by year-end freeze of tools, prompts (SEV1, SEV2 may land; ask the approver); also Quarter-end freeze to 24 Dec",
        ),
    ];
    for (team, now, sentence) in cases {
        assert_eq!(outlook(team, at(now)), sentence, "{now}");
    }
}

#[test]
fn a_tool_is_due_overdue_or_gone_by_what_is_served() {
    let team = team(TEAM);
    let served = |tools: &[&str]| Facts {
        served: Some(tools.iter().map(|tool| (*tool).to_owned()).collect()),
        ..Facts::default()
    };
    let (there, gone, unknown) = (served(&["profile_lookup", "ping"]), served(&["ping"]), Facts::default());
    let cases = [
        (&there, "2027-01-09", "planned"),
        (&there, "2027-01-10", "due"),
        (&there, "2027-02-09", "due"),
        (&there, "2027-02-10", "overdue"),
        (&gone, "2027-01-09", "removed"),
        (&gone, "2027-02-10", "removed"),
        (&unknown, "2027-01-09", "planned"),
        (&unknown, "2027-02-10", "due"),
    ];
    for (facts, now, status) in cases {
        assert_eq!(standing(&team, facts, now, "deprecation"), format!("profile_lookup {status}"), "{now}");
    }
}

#[test]
fn what_is_wrong_with_the_plan_is_named() {
    let team = small(
        r#"[[trains]]
id = "t"
start = "2026-11-02"
rule = "FREQ=WEEKLY;BYDAY=MO"
evidence = "tag:t-*"
[[releases]]
train = "t"
date = "2026-11-24"
instead_of = "2026-11-22"
[[releases]]
train = "t"
date = "2026-11-30"
owner = "TBD"
[[freezes]]
id = "a"
from = "2026-11-28"
to = "2026-12-04"
covers = ["*"]
except = ["SEV1"]
[[freezes]]
id = "b"
from = "2026-12-01"
to = "2026-12-06"
covers = ["train:t"]
[[freezes]]
id = "c"
from = "2026-12-05"
to = "2026-12-06"
covers = ["train:t"]
"#,
    );
    let facts = tags(&["t-1 2026-11-02", "t-2 2026-11-23"]);
    let calendar = Calendar::new(&team, &(), &facts, at("2026-11-20"), window("2026-11-01", "2026-12-31"));
    let told: Vec<String> =
        calendar.warnings().iter().map(|one| format!("{} {}: {}", one.rule, one.subject, one.message)).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    calendar-inconsistent release:t/2026-11-22: 2026-11-22 is no day of the train t, so nothing was moved
    freeze-conflict freeze:b: a and b cover everything at once and let different severities land
    freeze-conflict release:t/2026-11-30: 2026-11-30 lies in the freeze a (2026-11-28 to 2026-12-04)
    release-missed release:t/2026-11-09: planned for 2026-11-09, in time until 2026-11-10; nothing shows that it left
    release-missed release:t/2026-11-16: planned for 2026-11-16, in time until 2026-11-17; nothing shows that it left
    release-no-owner release:t/2026-11-22: nobody owns it, and it leaves in 4 d
    release-no-owner release:t/2026-11-30: nobody owns it, and it leaves in 10 d
    ");
}

#[test]
fn a_team_file_of_centuries_is_answered_for_the_window() {
    let team = small(
        "[[trains]]\nid = \"t\"\nstart = \"0001-01-01\"\nrule = \"FREQ=DAILY\"\nowners = [\"ana\", \"ben\"]\n[[cadences]]\nid = \"c\"\nstart = \"0001-01-01\"\nrule = \"FREQ=DAILY\"\nowner = \"ana\"\n[[cadences]]\nid = \"never\"\nstart = \"0001-01-01\"\nrule = \"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\"\nowner = \"ana\"\n",
    );
    let facts = Facts::default();
    for edge in ["2026-12-01", "0001-01-01"] {
        let calendar = Calendar::new(&team, &(), &facts, at("2026-12-01"), window(edge, edge));
        assert_eq!(calendar.entries().len(), 2, "{edge}");
    }
}
