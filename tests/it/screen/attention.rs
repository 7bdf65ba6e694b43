//! The operator is called: for what, how often, and not while they sleep.

use super::*;
use dogwatch::app::attention::quiet_until;
use dogwatch::app::watch::Privacy;
use dogwatch::config::{Attention, Coverage, Occasion, Period, Quiet, Rotation};
use dogwatch::domain::incident::{Ack, Status};

const EVENING: &str = "2026-11-22T21:30:00Z";

fn at(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

fn quiet(from: &str, to: &str) -> Quiet {
    Quiet { from: from.parse().unwrap(), to: to.parse().unwrap() }
}

fn asleep() -> Attention {
    Attention { quiet: Some(quiet("22:00:00", "07:00:00")), ..Attention::default() }
}

/// Ana's screen at this time, with an old incident that everybody knows.
fn watch_at(now: DateTime<Utc>, attention: Attention, team: TeamFile) -> App {
    let outfit = Outfit { attention, ..plain(Keymap::default()) };
    let mut app = App::new(setup(team), outfit, now);
    app.update(now, loaded(vec![opened("api#1", now - TimeDelta::days(1), &["SEV3"])]));
    app
}

fn opened(id: &str, at: DateTime<Utc>, labels: &[&str]) -> Incident {
    let mut incident = incident(id, 0, labels);
    (incident.opened_at, incident.updated_at) = (at, at);
    incident
}

fn page(app: &mut App, now: DateTime<Utc>, incidents: Vec<Incident>) -> Vec<Effect> {
    app.update(now, Fact::Page { source: SourceId::from("api"), incidents })
}

/// Lets this much time pass, alarm by alarm; what the operator was called with, and when.
fn pass(app: &mut App, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<(DateTime<Utc>, Effect)> {
    let (mut now, mut calls) = (from, Vec::new());
    while let Some(next) = app.alarm().filter(|next| *next <= until) {
        now = next.max(now);
        let effects = app.update(now, Fact::Ticked);
        calls.extend(effects.into_iter().filter(is_call).map(|effect| (now, effect)));
    }
    let effects = app.update(until, Fact::Ticked);
    calls.extend(effects.into_iter().filter(is_call).map(|effect| (until, effect)));
    calls
}

fn is_call(effect: &Effect) -> bool {
    matches!(effect, Effect::Bell | Effect::Notify(_))
}

fn said(calls: &[(DateTime<Utc>, Effect)]) -> Vec<String> {
    let word = |(at, effect): &(DateTime<Utc>, Effect)| match effect {
        Effect::Notify(text) => format!("{} {text}", at.format("%H:%M:%S")),
        _ => format!("{} bell", at.format("%H:%M:%S")),
    };
    calls.iter().map(word).collect()
}

fn rota(start: &str, days: u32) -> Rotation {
    Rotation {
        id: "ops".into(),
        title: "Operations".into(),
        timezone: chrono_tz::UTC,
        start: start.parse().unwrap(),
        shift: Period::Days(days),
        until: None,
        members: vec!["ana".into(), "ben".into()],
        coverage: Coverage::Always,
        secondary: None,
        overrides: Vec::new(),
        swaps: Vec::new(),
    }
}

#[test]
fn a_new_incident_that_is_due_within_hours_rings_and_is_named() {
    for (label, expected) in [
        ("SEV1", vec!["21:30:01 bell", "21:30:01 new SEV1: api#2 title of 2"]),
        ("SEV2", vec!["21:30:01 bell", "21:30:01 new SEV2: api#2 title of 2"]),
        ("SEV3", vec![]),
        ("bug", vec![]),
    ] {
        let now = at(EVENING);
        let mut app = watch_at(now, Attention::default(), team());
        let effects = page(&mut app, now, vec![opened("api#2", now, &[label])]);
        assert!(!effects.iter().any(is_call), "more of the poll may follow");
        assert_eq!(said(&pass(&mut app, now, now + TimeDelta::seconds(30))), expected, "{label}");
    }
}

#[test]
fn an_incident_that_becomes_grave_is_news_and_one_that_was_is_none() {
    let now = at(EVENING);
    let mut app = watch_at(now, Attention::default(), team());
    let later = now + TimeDelta::seconds(5);
    page(&mut app, later, vec![Incident { updated_at: later, ..opened("api#1", now, &["SEV1"]) }]);
    let expected = ["21:30:06 bell", "21:30:06 new SEV1: api#1 title of 1"];
    assert_eq!(said(&pass(&mut app, later, later + TimeDelta::minutes(1))), expected);
    let later = now + TimeDelta::minutes(2);
    page(&mut app, later, vec![Incident { updated_at: later, comments: 1, ..opened("api#1", now, &["SEV1"]) }]);
    assert_eq!(said(&pass(&mut app, later, later + TimeDelta::minutes(1))), [""; 0]);
}

#[test]
fn what_another_process_has_fetched_is_news_too() {
    let now = at(EVENING);
    let mut app = watch_at(now, Attention::default(), team());
    let incidents = vec![opened("api#2", now, &["SEV1"])];
    app.update(now, Fact::Mirrored { incidents, entries: Vec::new(), sources: vec![fresh("api")] });
    assert_eq!(said(&pass(&mut app, now, now + TimeDelta::seconds(5))).len(), 2);
}

#[test]
fn what_the_operator_files_or_raises_themselves_calls_nobody() {
    let now = at(EVENING);
    let mut app = watch_at(now, Attention::default(), team());
    app.update(now, Fact::LeaseTaken);
    let effects = press(&mut app, "S1<enter>");
    assert_eq!(decided(&effects), ["severity api#1"]);
    let later = now + TimeDelta::seconds(5);
    page(&mut app, later, vec![Incident { updated_at: later, ..opened("api#1", now, &["SEV1"]) }]);
    assert_eq!(said(&pass(&mut app, later, later + TimeDelta::minutes(1))), [""; 0]);
}

#[test]
fn a_poll_in_pages_is_one_call_and_the_next_one_comes_ten_seconds_later() {
    let now = at(EVENING);
    let mut app = watch_at(now, Attention::default(), team());
    let many = |from: u64, label| {
        let ids = from..from + 15;
        ids.map(|number| opened(&format!("api#{number}"), now, &[label])).collect::<Vec<_>>()
    };
    page(&mut app, now, many(10, "SEV2"));
    page(&mut app, now + TimeDelta::milliseconds(300), many(30, "SEV1"));
    assert_eq!(
        said(&pass(&mut app, now, now + TimeDelta::seconds(3))),
        ["21:30:01 bell", "21:30:01 30 new, worst SEV1: api#30 title of 30"]
    );
    let later = now + TimeDelta::seconds(3);
    page(&mut app, later, many(50, "SEV1"));
    assert_eq!(
        said(&pass(&mut app, later, now + TimeDelta::minutes(1))),
        ["21:30:11 bell", "21:30:11 15 new, worst SEV1: api#50 title of 50"]
    );
}

#[test]
fn an_ack_that_runs_out_calls_and_so_does_a_grave_incident_that_nobody_takes() {
    let now = at(EVENING);
    let mut app = App::new(setup(team()), plain(Keymap::default()), now);
    let acked = Incident {
        ack: Some(Ack { by: Some(Clean::line("ben")), at: Some(now - TimeDelta::minutes(50)) }),
        ..opened("api#2", now - TimeDelta::minutes(55), &["SEV1"])
    };
    let waiting = opened("api#3", now - TimeDelta::minutes(5), &["SEV1"]);
    app.update(now, loaded(vec![acked, waiting]));
    let calls = said(&pass(&mut app, now, now + TimeDelta::hours(1)));
    let expected = [
        "21:40:01 bell",
        "21:40:01 an ack ran out, 1 overdue, worst SEV1: api#3 title of 3",
        "21:55:01 bell",
        "21:55:01 overdue SEV1: api#2 title of 2",
    ];
    assert_eq!(calls, expected);
}

#[test]
fn what_the_operator_gives_back_themselves_calls_nobody() {
    let now = at(EVENING);
    let mut app = watch_at(now, Attention::default(), team());
    app.update(now, Fact::LeaseTaken);
    press(&mut app, "a");
    press(&mut app, "u");
    assert_eq!(said(&pass(&mut app, now, now + TimeDelta::minutes(5))), [""; 0]);
}

#[test]
fn a_shift_of_the_operators_that_begins_calls_them_once_and_another_ones_does_not() {
    let now = at("2026-11-22T09:00:00Z");
    // Ana has every other day, from ten to ten; today it is her turn.
    let team = TeamFile { rotations: vec![rota("2026-11-22T10:00:00", 1)], ..team() };
    let mut app = watch_at(now, Attention::default(), team);
    let calls = said(&pass(&mut app, now, now + TimeDelta::days(2)));
    assert_eq!(calls, ["10:00:01 bell", "10:00:01 your shift has begun: Operations until Mon 23 Nov 10:00"]);
}

#[test]
fn a_shift_that_runs_already_is_no_news_also_while_the_display_is_frozen() {
    let team = || TeamFile { rotations: vec![rota("2026-11-22T10:00:00", 1)], ..team() };
    let now = at("2026-11-22T11:00:00Z");
    let mut app = watch_at(now, Attention::default(), team());
    assert_eq!(said(&pass(&mut app, now, now + TimeDelta::hours(20))), [""; 0]);
    let now = at("2026-11-22T09:00:00Z");
    let mut frozen = watch_at(now, Attention::default(), team());
    press(&mut frozen, "F");
    assert_eq!(said(&pass(&mut frozen, now, now + TimeDelta::hours(2))).len(), 2, "who is called has to know it");
}

#[test]
fn each_occasion_is_switched_off_for_the_bell_and_for_notifications() {
    for (bell, notify, expected) in [
        (vec![Occasion::Sev], vec![], vec!["21:30:01 bell"]),
        (vec![], vec![Occasion::Sev], vec!["21:30:01 new SEV1: api#2 title of 2"]),
        (vec![Occasion::Ack], vec![Occasion::Shift], vec![]),
    ] {
        let now = at(EVENING);
        let mut app = watch_at(now, Attention { bell, notify, ..Attention::default() }, team());
        page(&mut app, now, vec![opened("api#2", now, &["SEV1"])]);
        assert_eq!(said(&pass(&mut app, now, now + TimeDelta::seconds(30))), expected);
    }
}

#[test]
fn whoever_looks_at_the_terminal_is_rung_and_gets_no_notification() {
    for (inputs, notified) in [(vec![], 1), (vec![Input::Focused], 0), (vec![Input::Focused, Input::Unfocused], 1)] {
        let now = at(EVENING);
        let mut app = watch_at(now, Attention::default(), team());
        for input in inputs {
            app.update(now, input);
        }
        page(&mut app, now, vec![opened("api#2", now, &["SEV1"])]);
        assert_eq!(pass(&mut app, now, now + TimeDelta::seconds(30)).len(), 1 + notified);
    }
}

#[test]
fn quiet_hours_hold_back_over_midnight_and_tell_in_one_line_when_they_end() {
    let now = at("2026-11-22T23:50:00Z");
    let mut app = watch_at(now, asleep(), team());
    page(&mut app, now, vec![opened("api#2", now, &["SEV2"])]);
    let later = at("2026-11-23T02:00:00Z");
    assert_eq!(said(&pass(&mut app, now, later)), [""; 0]);
    page(&mut app, later, vec![opened("api#3", later, &["SEV2"])]);
    let calls = said(&pass(&mut app, later, at("2026-11-23T07:00:05Z")));
    let expected = ["07:00:00 bell", "07:00:00 held back in quiet hours: 2 new, worst SEV2: api#2 title of 2"];
    assert_eq!(calls, expected);
    assert!(screen(&mut app, 120, 30).contains("held back in quiet hours: 2 new, worst SEV2: api#2 title of 2"));
    assert_eq!(said(&pass(&mut app, at("2026-11-23T07:00:05Z"), at("2026-11-23T07:30:00Z"))), [""; 0]);
}

#[test]
fn the_gravest_gets_through_to_whoever_is_on_call_or_whom_the_settings_name() {
    let mine = || vec![rota("2026-11-22T10:00:00", 1)];
    let bens = || vec![rota("2026-11-21T10:00:00", 1)];
    let named = |ids: &[&str]| Some(ids.iter().map(ToString::to_string).collect::<Vec<String>>());
    for (rotations, except, severity, called) in [
        (vec![], None, "SEV1", true),
        (vec![], None, "SEV2", false),
        (mine(), None, "SEV1", true),
        (bens(), None, "SEV1", false),
        (mine(), named(&["sev2"]), "SEV2", true),
        (mine(), named(&[]), "SEV1", false),
    ] {
        let now = at("2026-11-22T23:50:00Z");
        let team = TeamFile { rotations, ..team() };
        let mut app = watch_at(now, Attention { quiet_except: except.clone(), ..asleep() }, team);
        page(&mut app, now, vec![opened("api#2", now, &[severity])]);
        let calls = pass(&mut app, now, now + TimeDelta::seconds(30));
        assert_eq!(!calls.is_empty(), called, "{severity} {except:?}");
    }
}

#[test]
fn an_exception_that_names_no_severity_is_doubted_at_the_start() {
    let attention = Attention { quiet_except: Some(vec!["P1".into()]), ..asleep() };
    let mut app = watch_at(now(), attention, team());
    assert!(screen(&mut app, 120, 30).contains("`quiet_except` names P1, and the team has no such severity"));
}

#[test]
fn quiet_hours_are_those_of_the_operators_own_clock() {
    let mut people = team();
    people.people[0].timezone = Some(chrono_tz::Asia::Tokyo);
    // Half past eleven at night in Tokyo.
    let now = at("2026-11-22T14:30:00Z");
    let mut app = watch_at(now, asleep(), people);
    page(&mut app, now, vec![opened("api#2", now, &["SEV2"])]);
    let calls = pass(&mut app, now, at("2026-11-23T00:00:00Z"));
    assert_eq!(calls[0].0, at("2026-11-22T22:00:00Z"), "seven in the morning there");
}

#[test]
fn quiet_hours_begin_and_end_once_where_the_clocks_change() {
    let zone = chrono_tz::Europe::Berlin;
    // (quiet, an instant, until when it is quiet)
    let table = [
        // The night in which two o'clock does not occur.
        (("22:00:00", "07:00:00"), "2026-03-28T22:30:00Z", Some("2026-03-29T05:00:00Z")),
        (("22:00:00", "02:30:00"), "2026-03-29T00:30:00Z", Some("2026-03-29T01:00:00Z")),
        (("02:30:00", "07:00:00"), "2026-03-29T01:00:00Z", Some("2026-03-29T05:00:00Z")),
        // The night in which it occurs twice: the first of both counts.
        (("22:00:00", "02:30:00"), "2026-10-25T00:20:00Z", Some("2026-10-25T00:30:00Z")),
        (("22:00:00", "02:30:00"), "2026-10-25T01:20:00Z", None),
        (("22:00:00", "07:00:00"), "2026-10-25T05:30:00Z", Some("2026-10-25T06:00:00Z")),
        // By day, and its edges.
        (("12:00:00", "13:00:00"), "2026-11-20T11:00:00Z", Some("2026-11-20T12:00:00Z")),
        (("12:00:00", "13:00:00"), "2026-11-20T12:00:00Z", None),
        (("12:00:00", "13:00:00"), "2026-11-20T10:59:59Z", None),
    ];
    for ((from, to), now, until) in table {
        assert_eq!(quiet_until(quiet(from, to), zone, at(now)), until.map(at), "{from}-{to} at {now}");
    }
}

#[test]
fn a_notification_is_one_short_line_whatever_a_title_says() {
    let now = at(EVENING);
    let mut app = watch_at(now, Attention::default(), team());
    page(&mut app, now, vec![titled(opened("api#2", now, &["SEV1"]), HOSTILE)]);
    let calls = pass(&mut app, now, now + TimeDelta::seconds(30));
    let Effect::Notify(text) = &calls[1].1 else { panic!("{calls:?}") };
    assert!(dogwatch::panes::fit::columns(text.as_str()) <= 80, "{text}");
    assert!(!text.as_str().contains(|c: char| c.is_control() || c == '\u{202e}' || c == '\u{200b}'), "{text:?}");
    assert!(text.as_str().starts_with("new SEV1: api#2 "), "{text}");
}

#[test]
fn in_private_mode_a_notification_names_nobody() {
    let now = at(EVENING);
    let outfit = Outfit { privacy: Privacy::Private, ..plain(Keymap::default()) };
    let mut app = App::new(setup(team()), outfit, now);
    app.update(now, loaded(Vec::new()));
    page(&mut app, now, vec![titled(opened("api#2", now, &["SEV1"]), "ana-sol locked out of staging.acme.example")]);
    let calls = said(&pass(&mut app, now, now + TimeDelta::seconds(30)));
    assert!(calls[1].starts_with("21:30:01 new SEV1: api#2 "), "{calls:?}");
    assert!(!calls[1].contains("ana") && !calls[1].contains("acme"), "{calls:?}");
}

#[test]
fn the_title_counts_and_names_nobody() {
    let mut app =
        with(vec![incident("api#1", 30, &["SEV1"]), incident("api#2", 30, &["SEV3"]), incident("api#3", 9, &[])]);
    assert_eq!(app.title(), "dogwatch: 2 need you, 1 untriaged");
    press(&mut app, "a");
    assert_eq!(app.title(), "dogwatch: 1 need you, 1 untriaged, 1 unsent");
    assert_eq!(with(Vec::new()).title(), "dogwatch: all quiet");
}

#[test]
fn the_last_words_tell_what_was_decided_what_is_unsent_and_what_hangs() {
    assert_eq!(with(vec![incident("api#1", 30, &["SEV1"])]).farewell(), [""; 0], "nothing happened");
    let mut app = shift();
    press(&mut app, "aja");
    assert_eq!(
        app.farewell(),
        ["decided here: 2 ack; 2 decisions are not sent yet; they are kept, and `dogwatch sync` sends them"]
    );
    let done = Outcome::Done { facts: None, filed: None, remark: None };
    settle(&mut app, &done);
    settle(&mut app, &done);
    let told = app.farewell().join("\n");
    assert!(told.starts_with("decided here: 2 ack"), "{told}");
    let team = TeamFile { rotations: vec![rota("2026-11-22T10:00:00", 1)], ..team() };
    let now = at("2026-11-22T14:00:00Z");
    let app = watch_at(now, Attention::default(), team);
    assert_eq!(app.farewell(), ["before your shift ends Mon 10:00: 1 need you"]);
    assert_eq!(app.desk().incident(&IncidentId::new("api#1")).unwrap().status, Status::Open);
}
