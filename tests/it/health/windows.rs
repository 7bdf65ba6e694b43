//! Maintenance, sleep and this machine offline: times in which no server is blamed.

use std::time::Duration;

use chrono::NaiveDate;
use dogwatch::config::{Maintenance, Moment};
use dogwatch::domain::health::schedule::slept;
use dogwatch::domain::health::{Judgement, maintenance};
use dogwatch::domain::id::SourceId;
use dogwatch::domain::probe::{Condition, Level};

use super::{after, endpoint, failure, frozen, in_maintenance, open, play, report, rules, said};

#[test]
fn a_window_opens_nothing_and_what_outlasts_it_opens_as_ever() {
    let mut prod = endpoint();
    play(&mut prod, 0, 30, "....r");
    for place in 5..40 {
        let told = prod.take(after(place * 30), &report(Level::Handshake, failure('r')), &in_maintenance());
        assert_eq!(told, [], "at {place}");
    }
    assert_eq!(prod.track(Level::Handshake).unwrap().strip(), "m".repeat(20), "recorded all the same");
    assert_eq!(prod.condition(after(39 * 30), Duration::from_secs(30)), Condition::Down);
    assert_eq!(said(&play(&mut prod, 40 * 30, 30, "rr")), "1:opened", "what failed in the window counts no more");
}

#[test]
fn what_was_open_before_a_window_may_recover_in_it() {
    let mut prod = endpoint();
    play(&mut prod, 0, 30, "rr");
    let good = report(Level::Handshake, None);
    let told: Vec<_> = (2..6).flat_map(|place| prod.take(after(place * 30), &good, &in_maintenance())).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].word(), "recovered");
    assert_eq!(open(&prod), Vec::<String>::new());
}

#[test]
fn windows_are_read_in_the_teams_zone_and_end_when_they_say() {
    let day = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap();
    let local = |hour| Moment::Local(day.and_hms_opt(hour, 0, 0).unwrap());
    let windows = [Maintenance { sources: vec!["prod".to_owned()], from: local(20), to: local(22), why: None }];
    let judge = |source: &str, at: &str| {
        maintenance::judgement(&SourceId::new(source), at.parse().unwrap(), &windows, chrono_tz::Europe::London)
    };
    // Summer: 20:00 in London is 19:00 UTC.
    assert_eq!(judge("prod", "2026-07-01T18:59:59Z"), Judgement::Normal);
    assert_eq!(judge("prod", "2026-07-01T19:00:00Z"), Judgement::Maintenance);
    assert_eq!(judge("prod", "2026-07-01T20:59:59Z"), Judgement::Maintenance);
    assert_eq!(judge("prod", "2026-07-01T21:00:00Z"), Judgement::Normal);
    assert_eq!(judge("test", "2026-07-01T20:00:00Z"), Judgement::Normal);
}

#[test]
fn what_was_seen_before_a_sleep_settles_nothing_after_it() {
    let hours = 8 * 3600;
    let mut prod = endpoint();
    play(&mut prod, 0, 30, "r");
    assert_eq!(said(&play(&mut prod, hours, 30, "r")), "", "the failure before the sleep does not count");
    assert_eq!(said(&play(&mut prod, hours + 30, 30, "r")), "0:opened");

    let mut prod = endpoint();
    play(&mut prod, 0, 30, "rr.");
    assert_eq!(said(&play(&mut prod, hours, 30, "....")), "", "the quiet before the sleep does not count");
    assert_eq!(said(&play(&mut prod, hours + 120, 30, ".")), "0:recovered");
}

#[test]
fn a_server_that_asked_to_be_left_alone_was_no_sleep() {
    let mut prod = endpoint();
    let mut refusal = failure('5');
    refusal.as_mut().unwrap().retry_after = Some(Duration::from_mins(10));
    let busy = report(Level::Handshake, refusal);
    prod.take(after(0), &busy, &rules());
    prod.take(after(600), &busy, &rules());
    assert_eq!(prod.take(after(1200), &busy, &rules()).len(), 1, "three failures in a row, as slowly as it asked");
}

#[test]
fn a_frozen_answer_says_nothing() {
    let mut prod = endpoint();
    play(&mut prod, 0, 30, "..");
    for place in 2..30 {
        assert_eq!(prod.take(after(place * 30), &report(Level::Handshake, failure('d')), &frozen()), []);
        assert_eq!(prod.condition(after(place * 30), Duration::from_secs(30)), Condition::Unknown);
    }
    assert_eq!(said(&play(&mut prod, 900, 30, "d.")), "");
}

#[test]
fn what_opened_because_this_machine_was_offline_is_withdrawn() {
    let mut prod = endpoint();
    play(&mut prod, 0, 30, "..dd");
    assert_eq!(open(&prod), ["mcp prod: handshake dns"]);
    let told = prod.freeze(after(100), after(60));
    assert_eq!(told.iter().map(super::Change::word).collect::<Vec<_>>(), ["withdrawn"]);
    assert_eq!(open(&prod), Vec::<String>::new());
    assert_eq!(prod.track(Level::Handshake).unwrap().strip(), "✓✓??");
    assert_eq!(said(&play(&mut prod, 120, 30, "d")), "");
    assert_eq!(said(&play(&mut prod, 150, 30, "d")), "0:opened", "new, as the other never was");

    let mut old = endpoint();
    play(&mut old, 0, 30, "dd");
    assert_eq!(old.freeze(after(600), after(500)), [], "what was wrong before stays");
    assert_eq!(open(&old), ["mcp prod: handshake dns"]);
}

#[test]
fn a_sleep_is_a_pause_far_longer_than_the_round() {
    let every = Duration::from_secs(1);
    assert_eq!(slept(after(0), after(30), every), None);
    assert_eq!(slept(after(0), after(3600), every), Some(after(3605)));
    assert_eq!(slept(after(3600), after(0), every), None, "a clock set back is no sleep");
}
