//! Handovers and coverage on the days on which clocks change.

use chrono::{NaiveTime, TimeDelta, Weekday};
use dogwatch::config::{Coverage, Period, Role, Rotation, Window};
use dogwatch::domain::rotation::{Roster, words};

use super::made::{local, rotation, team, utc, zone};

/// The instant of the handover at this local time, by a daily rotation.
fn handover(zone: &str, at: &str) -> String {
    let team = team(vec![rotation(zone, at, Period::Days(1), &["ana", "ben"])]);
    let begin = local(at).and_utc();
    let roster = Roster::new(&team, &[], begin, (begin - TimeDelta::days(3), begin + TimeDelta::days(3)));
    let first = roster.pieces("ops", Role::Primary, (begin - TimeDelta::days(3), begin + TimeDelta::days(3)));
    words_of(first[0].start().with_timezone(&self::zone(zone)).fixed_offset())
}

fn words_of(at: chrono::DateTime<chrono::FixedOffset>) -> String {
    at.format("%Y-%m-%dT%H:%M%:z").to_string()
}

#[test]
fn a_handover_that_occurs_twice_is_the_first_and_one_that_is_skipped_is_after_the_gap() {
    let table = [
        // The examples of the rule.
        ("Europe/London", "2027-03-28T01:30", "2027-03-28T02:00+01:00"),
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T01:30+01:00"),
        ("Europe/London", "2026-12-28T10:00", "2026-12-28T10:00+00:00"),
        // Half an hour only.
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:30+11:00"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-05T01:45+11:00"),
        ("America/Chicago", "2026-03-08T02:30", "2026-03-08T03:00-05:00"),
        ("America/Chicago", "2026-11-01T01:30", "2026-11-01T01:30-05:00"),
        ("Europe/Lisbon", "2026-03-29T01:30", "2026-03-29T02:00+01:00"),
        // From central European time to summer time: the offset stays.
        ("Europe/Lisbon", "1996-03-31T02:30", "1996-03-31T02:30+01:00"),
        ("Asia/Kathmandu", "2026-03-29T02:30", "2026-03-29T02:30+05:45"),
        // A day that never was.
        ("Pacific/Apia", "2011-12-30T10:00", "2011-12-31T00:00+14:00"),
        // At midnight.
        ("America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T01:00-02:00"),
        ("Africa/Cairo", "2026-04-24T00:30", "2026-04-24T01:00+03:00"),
    ];
    for (zone, at, expected) in table {
        assert_eq!(handover(zone, at), expected, "{zone} {at}");
    }
}

/// When the window that starts at midnight and ends at this local time ends.
fn covered_to(zone: &str, at: &str) -> String {
    let end = local(at);
    let window = Window { days: vec![chrono::Datelike::weekday(&end)], from: NaiveTime::MIN, to: end.time() };
    let start = local("2000-01-01T00:00").max(end - TimeDelta::days(60));
    let start = start.format("%Y-%m-%dT%H:%M").to_string();
    let one = rotation(zone, &start, Period::Days(7), &["ana", "ben"]);
    let team = team(vec![Rotation { coverage: Coverage::Windows(vec![window]), ..one }]);
    let midnight = end.date().and_time(NaiveTime::MIN).and_utc();
    let around = (midnight - TimeDelta::days(3), midnight + TimeDelta::days(3));
    let roster = Roster::new(&team, &[], midnight, around);
    let begin = midnight - TimeDelta::hours(26);
    let duty = roster.on_call(begin).remove(0).duty.unwrap();
    words_of(duty.1)
}

#[test]
fn coverage_ends_at_the_last_of_two_equal_times_and_after_a_gap() {
    let table = [
        ("Europe/London", "2026-10-25T01:30", "2026-10-25T01:30+00:00"),
        ("Europe/London", "2027-03-28T01:30", "2027-03-28T02:00+01:00"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-05T01:45+10:30"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T02:30+11:00"),
        ("America/Chicago", "2026-11-01T01:30", "2026-11-01T01:30-06:00"),
        ("Europe/Lisbon", "2026-10-25T01:30", "2026-10-25T01:30+00:00"),
        ("Asia/Kathmandu", "2026-10-25T01:30", "2026-10-25T01:30+05:45"),
    ];
    for (zone, at, expected) in table {
        assert_eq!(covered_to(zone, at), expected, "{zone} {at}");
    }
}

#[test]
fn a_shift_of_three_hours_lasts_two_or_four_on_a_day_of_change_and_nothing_drifts() {
    let hours = |start: &str, from: &str| -> Vec<f64> {
        let team = team(vec![rotation("America/Chicago", start, Period::Hours(3), &["ana", "ben", "chi"])]);
        let from = utc(from);
        let to = from + TimeDelta::hours(9);
        let roster = Roster::new(&team, &[], from, (from, to));
        let pieces = roster.pieces("ops", Role::Primary, (from, to));
        #[expect(clippy::cast_precision_loss, reason = "a few hours")]
        pieces.iter().map(|piece| piece.seconds() as f64 / 3600.0).collect()
    };
    assert_eq!(hours("2026-01-01T00:00", "2026-03-08T06:00:00Z"), [2.0, 3.0, 3.0, 3.0]);
    assert_eq!(hours("2026-01-01T00:00", "2026-11-01T05:00:00Z"), [4.0, 3.0, 3.0]);
}

#[test]
fn a_daily_shift_of_23_or_25_hours_is_marked_and_the_day_that_never_was_is_no_shift() {
    let marks = |zone: &str, from: &str, days: i64| -> Vec<String> {
        let one = rotation(zone, "2011-01-01T10:00", Period::Days(1), &["ana", "ben"]);
        let team = team(vec![one]);
        let from = utc(from);
        let to = from + TimeDelta::days(days);
        let roster = Roster::new(&team, &[], from, (from, to));
        let pieces = roster.pieces("ops", Role::Primary, (from, to));
        pieces.iter().map(|piece| words::odd_hours(piece, &team.rotations[0]).unwrap_or_else(|| "-".into())).collect()
    };
    assert_eq!(marks("Europe/London", "2026-10-24T12:00:00Z", 1), ["25 h", "-"]);
    assert_eq!(marks("Europe/London", "2027-03-27T12:00:00Z", 1), ["23 h", "-"]);
    assert_eq!(marks("Australia/Lord_Howe", "2026-10-03T12:00:00Z", 1), ["23.5 h", "-"]);
    // 29 December to midnight, and the rest of the night for whoever was to have the 30th.
    assert_eq!(marks("Pacific/Apia", "2011-12-29T21:00:00Z", 1), ["14 h", "10 h", "-"]);
}

#[test]
fn a_shift_no_longer_than_the_gap_vanishes_and_uses_up_nobodys_turn() {
    let team = team(vec![rotation("Europe/London", "2027-03-27T00:00", Period::Hours(1), &["ana", "ben", "chi"])]);
    let from = utc("2027-03-28T00:00:00Z");
    let to = from + TimeDelta::hours(3);
    let roster = Roster::new(&team, &[], from, (from, to));
    let told: Vec<String> = roster
        .pieces("ops", Role::Primary, (from, to))
        .iter()
        .map(|piece| {
            format!("{} {}", piece.start().with_timezone(&zone("Europe/London")).format("%H:%M"), piece.person)
        })
        .collect();
    // 24 shifts on the 27th: 00:00 on the 28th is ana's again, 01:00 and 02:00 are one handover.
    assert_eq!(told, ["00:00 ana", "02:00 ben", "03:00 chi"]);
}

#[test]
fn windows_of_whole_days_merge_and_an_overnight_one_belongs_to_the_day_it_starts_on() {
    let clock = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let duty = |windows: Vec<Window>, at: &str| -> String {
        let one = rotation("Europe/Berlin", "2026-11-02T10:00", Period::Days(7), &["ana", "ben"]);
        let team = team(vec![Rotation { coverage: Coverage::Windows(windows), ..one }]);
        let at = utc(at);
        let roster = Roster::new(&team, &[], at, (at, at + TimeDelta::days(30)));
        let told = roster.on_call(at).remove(0);
        let (from, to) = told.duty.unwrap();
        format!("{}{} to {}", if told.off_hours { "next " } else { "" }, from.format("%a %H:%M"), to.format("%a %H:%M"))
    };
    let day = |day, from, to| Window { days: vec![day], from: clock(from), to: clock(to) };
    let weekend = || vec![day(Weekday::Fri, 9, 9), day(Weekday::Sat, 9, 9)];
    assert_eq!(duty(weekend(), "2026-12-05T20:00:00Z"), "Fri 09:00 to Sun 09:00");
    assert_eq!(duty(weekend(), "2026-12-06T08:00:00Z"), "next Fri 09:00 to Sun 09:00", "not at its end");
    let night = || vec![day(Weekday::Fri, 20, 8)];
    assert_eq!(duty(night(), "2026-12-05T06:00:00Z"), "Fri 20:00 to Sat 08:00");
    assert_eq!(
        duty(night(), "2026-12-04T06:00:00Z"),
        "next Fri 20:00 to Sat 08:00",
        "Friday morning is Thursday's night"
    );
    let midnight = || vec![Window { days: vec![Weekday::Sun], from: clock(18), to: NaiveTime::MIN }];
    assert_eq!(duty(midnight(), "2026-12-06T22:59:00Z"), "Sun 18:00 to Mon 00:00");
    let all = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let always = vec![Window { days: all.to_vec(), from: clock(7), to: clock(7) }];
    assert_eq!(duty(always, "2026-12-06T22:59:00Z"), "Mon 10:00 to Mon 10:00", "a full week is around the clock");
}
