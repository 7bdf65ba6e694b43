//! What a right file means, word by word.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use chrono_tz::Tz;
use dogwatch::config::{
    CalendarPlace, Clock, Coverage, DoneBy, Evidence, Freq, McpEndpoint, Moment, Period, Role, Scope, Secondary,
    SourceKind, Span, TeamFile, TrackerKind, Who, Window, team_file,
};

use super::team;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

fn clock(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap()
}

#[test]
fn without_a_file_there_are_four_severities_and_everything_stays_here() {
    let team = TeamFile::default();
    let minutes = |count| Some(Span::Elapsed(TimeDelta::minutes(count)));
    let clocks: Vec<_> =
        team.severities.iter().map(|one| (one.id.as_str(), one.clock, one.ack, one.mitigate, one.ack_holds)).collect();
    let business = |days| Some(Span::BusinessDays(days));
    assert_eq!(
        clocks,
        [
            ("SEV1", Clock::Always, minutes(15), minutes(240), minutes(60)),
            ("SEV2", Clock::Business, minutes(60), business(2), business(1)),
            ("SEV3", Clock::Business, business(2), business(7), business(7)),
            ("SEV4", Clock::Business, business(5), None, None),
        ]
    );
    assert!(team.severities[3].backlog);
    assert_eq!((team.tracker.kind, team.tracker.repo), (TrackerKind::Local, None));
}

#[test]
fn names_and_titles_are_the_ids_unless_given() {
    let team = team("[[kinds]]\nid = \"drift\"\n[[areas]]\nid = \"x\"\ntitle = \"An area\"");
    assert_eq!((team.people[0].name.as_str(), team.kinds[0].title.as_str()), ("kim", "drift"));
    assert_eq!(team.areas[1].title, "An area");
    assert_eq!(team.rotations[0].title, "ops");
    assert_eq!(team.person_of_login("KIM-example").unwrap().id, "kim");
}

/// A duration as written, and what it is.
const SPANS: &[(&str, Span)] = &[
    ("30s", Span::Elapsed(TimeDelta::seconds(30))),
    ("15m", Span::Elapsed(TimeDelta::minutes(15))),
    ("36h", Span::Elapsed(TimeDelta::hours(36))),
    ("42d", Span::Elapsed(TimeDelta::days(42))),
    ("1w", Span::Elapsed(TimeDelta::days(7))),
    ("2bd", Span::BusinessDays(2)),
];

#[test]
fn durations_say_which_clock_they_are_on() {
    for (written, span) in SPANS {
        let text = format!("[[severities]]\nid = \"S\"\nack = \"{written}\"");
        assert_eq!(team_file(&text, "t").unwrap().severities[0].ack, Some(*span), "{written}");
    }
    for wrong in ["", "0m", "m", "-1h", "1", "1y", "1.5h", "1.s", ".5s", "0bd", "99999d", "1 h", "１h", "1mo"] {
        let text = format!("[[severities]]\nid = \"S\"\nack = \"{wrong}\"");
        assert!(team_file(&text, "t").is_err(), "{wrong}");
    }
}

#[test]
fn an_ack_holds_as_long_as_news_may_be_awaited() {
    let text = "[[severities]]\nid = \"A\"\nupdate_every = \"1h\"\nmitigate = \"4h\"\n[[severities]]\nid = \"B\"\nmitigate = \"4h\"\n[[severities]]\nid = \"C\"\n[[severities]]\nid = \"D\"\nack_holds = \"2h\"\nupdate_every = \"1h\"";
    let holds: Vec<_> = team_file(text, "t").unwrap().severities.iter().map(|one| one.ack_holds).collect();
    let minutes = |count| Some(Span::Elapsed(TimeDelta::minutes(count)));
    assert_eq!(holds, [minutes(60), minutes(240), None, minutes(120)]);
}

#[test]
fn a_rotation_is_read_in_its_own_zone_with_all_its_exceptions() {
    let team = team(
        r#"
coverage = [{ days = ["fri"], from = "20:00", to = "08:00" }, { days = ["sat", "sun"], from = "10:00", to = "24:00" }]
secondary = "previous"
until = 2027-12-27T10:00:00
[[rotations.overrides]]
from = 2026-12-28
to = "2027-01-04T18:00:00+01:00"
person = "noor"
role = "secondary"
[[rotations.swaps]]
from = "2027-01-18T10:00"
to = "2027-01-25"
give = "lou"
take = "kim"
back = { from = "2027-02-01", to = "2027-02-08" }
"#,
    );
    let ops = &team.rotations[0];
    assert_eq!((ops.timezone, ops.shift), (Tz::Europe__London, Period::Days(7)));
    assert_eq!((ops.start, ops.until), (local("2026-11-02T10:00"), Some(local("2027-12-27T10:00"))));
    assert_eq!(ops.secondary, Some(Secondary::Previous));
    let friday = Window { days: vec![Weekday::Fri], from: clock(20), to: clock(8) };
    let weekend = Window { days: vec![Weekday::Sat, Weekday::Sun], from: clock(10), to: clock(0) };
    assert_eq!(ops.coverage, Coverage::Windows(vec![friday, weekend]));
    let offset = DateTime::parse_from_rfc3339("2027-01-04T18:00:00+01:00").unwrap();
    assert_eq!(ops.overrides[0].when.from, Moment::Day(day("2026-12-28")));
    assert_eq!(ops.overrides[0].when.to, Moment::Exact(offset));
    assert_eq!(ops.overrides[0].role, Role::Secondary);
    assert_eq!(ops.swaps[0].when.from, Moment::Local(local("2027-01-18T10:00")));
    assert_eq!(ops.swaps[0].back.unwrap().to, Moment::Day(day("2027-02-08")));
}

#[test]
fn a_shift_is_civil_time_and_a_day_is_24_hours_of_it() {
    for (written, period) in [
        ("12h", Period::Hours(12)),
        ("24h", Period::Days(1)),
        ("1d", Period::Days(1)),
        ("2w", Period::Days(14)),
        ("1mo", Period::Months(1)),
    ] {
        let text = format!(
            "[[people]]\nid = \"a\"\n[[rotations]]\nid = \"r\"\nstart = \"2026-11-02T10:00\"\nmembers = [\"a\"]\nshift = \"{written}\""
        );
        let team = team_file(&text, "t").unwrap();
        assert_eq!(team.rotations[0].shift, period, "{written}");
        assert_eq!(team.rotations[0].coverage, Coverage::Business);
    }
}

/// A late name, and whom it means.
#[test]
fn late_names_are_understood_wherever_somebody_is_named() {
    for (written, who) in [
        ("kim", Who::Person("kim".into())),
        ("everyone", Who::Everyone),
        ("rotation:ops/primary", Who::RotationPrimary("ops".into())),
        ("rotation:ops/secondary", Who::RotationSecondary("ops".into())),
        ("area:tools/owner", Who::AreaOwner("tools".into())),
        ("area:owner", Who::OwnerOfArea),
        ("release:owner", Who::ReleaseOwner),
        ("freeze:approver", Who::FreezeApprover),
    ] {
        let more = format!("[[escalations]]\nid = \"e\"\nsteps = [{{ to = \"{written}\", wait = \"15m\" }}]");
        let team = team(&more);
        assert_eq!(team.escalations[0].steps[0].to, who);
        assert_eq!(who.to_string(), written);
    }
}

#[test]
fn a_triage_rule_takes_a_word_or_a_list() {
    let team = team(
        "[[triage]]\nwhen = { source = \"github\", label = [\"bug\", \"mcp\"] }\nset = { area = \"tools\", severity = \"SEV2\" }",
    );
    let rule = &team.triage[0];
    assert_eq!(rule.when.source, ["github"]);
    assert_eq!(rule.when.label, ["bug", "mcp"]);
    assert_eq!((rule.set.area.as_deref(), rule.set.kind.as_deref()), (Some("tools"), None));
}

#[test]
fn plans_are_whole_days_with_their_rules() {
    let team = team(
        r#"
[[cadences]]
id = "weekly"
start = "2026-11-03"
rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SU"
done_by = "git:docs/x.md"
[[trains]]
id = "t"
start = "2026-11-10"
rule = "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20271231"
evidence = "tag:t-v*"
[[releases]]
train = "t"
date = "2026-12-09"
instead_of = "2026-12-08"
[[freezes]]
id = "f"
from = "2026-12-18"
to = "2026-12-18"
covers = ["train:t", "area:tools", "*"]
[[deprecations]]
tool = "old.tool"
since = "2026-11-30"
min_window = "3mo"
[[calendars]]
id = "c"
file = "docs/x.ics"
"#,
    );
    let rule = &team.cadences[0].rule;
    assert_eq!((rule.freq, rule.interval, rule.week_start), (Freq::Weekly, 2, Weekday::Sun));
    assert_eq!(rule.by_day, [(None, Weekday::Tue), (None, Weekday::Thu)]);
    assert_eq!(team.cadences[0].done_by, Some(DoneBy::Git(Evidence::Commit("docs/x.md".into()))));
    let train = &team.trains[0];
    assert_eq!(train.rule.as_ref().unwrap().by_day, [(Some(-1), Weekday::Fri)]);
    assert_eq!(train.rule.as_ref().unwrap().until, Some(day("2027-12-31")));
    assert_eq!((train.grace, train.evidence.clone()), (Span::BusinessDays(1), Some(Evidence::Tag("t-v*".into()))));
    assert_eq!(team.releases[0].id, "t/2026-12-08");
    assert_eq!(team.freezes[0].covers, [Scope::Train("t".into()), Scope::Area("tools".into()), Scope::Everything]);
    assert_eq!(team.deprecations[0].remove_on, Some(day("2027-02-28")));
    assert_eq!(team.calendars[0].place, CalendarPlace::File("docs/x.ics".into()));
}

#[test]
fn a_rule_that_rfc_5545_does_not_know_is_refused() {
    for rule in [
        "",
        "FREQ=HOURLY",
        "BYDAY=TU",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=YEARLY;BYMONTH=-1",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=ÄTU",
        "FREQ=DAILY;UNTIL=2027-01-01",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;",
    ] {
        let text = format!("[[cadences]]\nid = \"c\"\nstart = \"2026-11-03\"\nrule = \"{rule}\"");
        let problems = team_file(&text, "t").unwrap_err();
        assert_eq!((problems.len(), problems[0].line), (1, 4), "{rule}");
    }
}

#[test]
fn a_github_source_brings_the_tracker_with_it() {
    let team = team(
        "[[sources]]\nkind = \"github\"\nrepo = \"acme/one\"\n[[sources]]\nid = \"two\"\nkind = \"github\"\nrepo = \"acme/two\"\napi = \"http://127.0.0.1:4010/\"",
    );
    assert_eq!(team.tracker.kind, TrackerKind::Github);
    assert_eq!(team.tracker.source.as_deref(), Some("github"));
    assert_eq!(team.tracker.repo.as_ref().unwrap().to_string(), "acme/one");
    assert_eq!(team.sources[0].github().unwrap().api.as_str(), "https://api.github.com/");
}

#[test]
fn the_pace_may_be_lowered_where_the_tracker_is_on_this_machine() {
    let near = "[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\napi = \"http://[::1]:4010/\"\n[tracker]\nrepo = \"A/B\"\npace = \"0.05s\"\nsettle = \"0s\"";
    let tracker = team(near).tracker;
    assert_eq!((tracker.pace, tracker.settle), (TimeDelta::milliseconds(50), TimeDelta::zero()));
    let far = near.replace("http://[::1]:4010/", "https://github.example.com/api/v3");
    assert_eq!(super::complaints_after(&far).len(), 2);
    let elsewhere = near.replace("A/B", "a/c");
    assert!(!super::complaints_after(&elsewhere).is_empty());
}

#[test]
fn a_team_may_keep_its_issues_and_decide_locally() {
    let tracker = team("[[sources]]\nkind = \"github\"\nrepo = \"a/b\"\n[tracker]\nkind = \"local\"").tracker;
    assert_eq!((tracker.kind, tracker.source, tracker.repo), (TrackerKind::Local, None, None));
}

#[test]
fn a_server_is_reached_or_started_and_its_canary_is_json() {
    let team = team(
        r#"
[[sources]]
id = "prod"
kind = "mcp"
url = "http://mcp.example.com/mcp"
every = "5m"
latency = "500ms"
canary = { tool = "ping", args = { n = 1, list = ["a", true, 1.5] }, expect = "{{nonce}}" }
[[sources]]
id = "desk"
kind = "mcp"
command = ["uvx", "server", ""]
"#,
    );
    let SourceKind::Mcp(prod) = &team.sources[0].kind else { panic!("{:?}", team.sources[0]) };
    let canary = prod.canary.as_ref().unwrap();
    assert_eq!(canary.args, serde_json::json!({ "n": 1, "list": ["a", true, 1.5] }));
    assert_eq!((prod.every, canary.allow_unsafe), (Some(TimeDelta::minutes(5)), false));
    assert_eq!(prod.latency, Some(TimeDelta::milliseconds(500)));
    let SourceKind::Mcp(desk) = &team.sources[1].kind else { panic!("{:?}", team.sources[1]) };
    assert_eq!(desk.endpoint, McpEndpoint::Command(vec!["uvx".into(), "server".into(), String::new()]));
}

#[test]
fn severities_of_the_team_replace_the_default_ones_and_their_limits() {
    let team =
        team("[[severities]]\nid = \"SEV2\"\n[[severities]]\nid = \"P9\"\n[limits]\nuntouched = { P9 = \"9d\" }");
    let lying: Vec<_> = team.limits.untouched.iter().map(|(id, lying)| (id.as_str(), lying.num_days())).collect();
    assert_eq!(lying, [("P9", 9), ("SEV2", 30)]);
}
