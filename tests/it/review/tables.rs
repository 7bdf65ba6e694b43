//! The rules of the small parts, a line a case.

use chrono::{DateTime, Utc};
use dogwatch::config::{Clock, TeamFile, team_file};
use dogwatch::domain::clock::{self, WorkingTime};
use dogwatch::domain::id::IncidentId;
use dogwatch::domain::review::period::{Cycle, Wanted};
use dogwatch::domain::review::{Spread, duration, round_above};
use dogwatch::panes::review::bars;

use super::month::{Dice, minute};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn the_median_is_the_middle_one_or_half_way_between_the_middle_two() {
    let of = |all: &[i64]| {
        let named = all.iter().enumerate().map(|(at, seconds)| (*seconds, IncidentId::new(format!("local#{at}"))));
        let spread = Spread::of(named.collect());
        (spread.n, spread.median, spread.slowest.map(|slowest| (slowest.id.to_string(), slowest.seconds)))
    };
    let slowest = |id: &str, seconds| Some((id.to_owned(), seconds));
    assert_eq!(of(&[]), (0, None, None));
    assert_eq!(of(&[60]), (1, Some(60), slowest("local#0", 60)));
    assert_eq!(of(&[90, 30]), (2, Some(60), slowest("local#0", 90)));
    assert_eq!(of(&[300, 10, 20]), (3, Some(20), slowest("local#0", 300)));
    assert_eq!(of(&[40, 10, 20, 1_000]), (4, Some(30), slowest("local#3", 1_000)));
    assert_eq!(of(&[7, 7]), (2, Some(7), slowest("local#0", 7)), "of two the one with the lower name");
}

#[test]
fn a_clock_is_raised_to_the_next_value_that_people_set() {
    let team = TeamFile::default().team;
    let cases = [
        (Clock::Always, 0, "5m"),
        (Clock::Always, 299, "5m"),
        (Clock::Always, 300, "10m"),
        (Clock::Always, 20 * 60, "30m"),
        (Clock::Always, 61 * 60, "90m"),
        (Clock::Always, 5 * 3_600, "6h"),
        (Clock::Always, 30 * 3_600, "2d"),
        (Clock::Business, 50 * 60, "1h"),
        (Clock::Business, 5 * 3_600, "6h"),
        // A working day has eight hours and a half.
        (Clock::Business, 8 * 3_600, "1bd"),
        (Clock::Business, 10 * 3_600, "2bd"),
        (Clock::Business, 9 * 17 * 1_800, "10bd"),
    ];
    for (clock, seconds, raised) in cases {
        let said = round_above(seconds, clock, &team).map(|span| span.to_string());
        assert_eq!(said.as_deref(), Some(raised), "{clock:?} {seconds}");
    }
    assert_eq!(round_above(10_000 * 3_600, Clock::Business, &team), None);
}

#[test]
fn durations_have_two_units_at_the_most() {
    let cases = [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3_599, "59 min"), (3_600, "1 h"), (5_430, "1 h 30 min")];
    for (seconds, words) in cases.into_iter().chain([(86_400, "1 d"), (100_000, "1 d 3 h")]) {
        assert_eq!(duration(seconds), words);
    }
}

const MONTHLY: &str = "version = 1\n[team]\ntimezone = \"Europe/London\"\n[[cadences]]\nid = \"review\"\nstart = \
                       \"2026-10-02\"\nrule = \"FREQ=WEEKLY;INTERVAL=4\"\ndone_by = \"review\"\n";

#[test]
fn the_cycle_is_the_one_since_the_last_review_unless_another_is_asked_for() {
    let team = team_file(MONTHLY, "dogwatch.toml").unwrap();
    let now = at("2026-11-30T12:00:00Z");
    let reviews = [at("2026-10-05T09:00:00Z"), at("2026-11-02T09:00:00Z"), now];
    let of = |wanted: Wanted, reviews: &[DateTime<Utc>]| {
        wanted.period(&team, reviews, now).map(|period| (period.from.to_rfc3339(), period.to.to_rfc3339()))
    };
    let span = |from: &str, to: &str| Ok((at(from).to_rfc3339(), at(to).to_rfc3339()));
    let none = Wanted::default();
    assert_eq!(of(none, &reviews), span("2026-11-02T09:00:00Z", "2026-11-30T12:00:00Z"), "not the one of just now");
    assert_eq!(of(none, &[]), span("2026-11-02T12:00:00Z", "2026-11-30T12:00:00Z"), "28 days");
    let to = Wanted { to: Some(at("2026-10-30T00:00:00Z")), ..none };
    assert_eq!(of(to, &reviews), span("2026-10-05T09:00:00Z", "2026-10-30T00:00:00Z"), "the last before its end");
    let from = Wanted { from: Some(at("2026-11-20T00:00:00Z")), ..none };
    assert_eq!(of(from, &reviews), span("2026-11-20T00:00:00Z", "2026-11-30T12:00:00Z"));
    // Every fourth Friday: 2 and 30 October, 27 November; the first of them is in summer.
    let last = Wanted { cycle: Cycle::Last, ..none };
    assert_eq!(of(last, &reviews), span("2026-10-30T00:00:00Z", "2026-11-27T00:00:00Z"));
    let plain = Wanted { cycle: Cycle::Last, ..none }.period(&TeamFile::default(), &reviews, now).unwrap();
    assert_eq!(plain.from, reviews[1], "without such a cadence it is the running one");
    let ahead = Wanted { from: Some(at("2026-12-01T00:00:00Z")), to: Some(at("2026-12-02T00:00:00Z")), ..none };
    assert!(of(ahead, &reviews).unwrap_err().contains("ahead"));
    let wrong = Wanted { from: Some(at("2026-11-20T00:00:00Z")), to: Some(at("2026-11-10T00:00:00Z")), ..none };
    assert!(of(wrong, &reviews).unwrap_err().contains("swap"));
}

#[test]
fn bars_are_as_high_as_their_numbers_and_share_where_room_is_short() {
    assert_eq!(bars(&[0, 1, 2, 4, 8], 80), "·▁▂▄█");
    assert_eq!(bars(&[0, 0, 0], 80), "···");
    assert_eq!(bars(&[1, 1, 8, 0], 2), "▂█", "two and two");
    assert_eq!(bars(&[], 10), "");
}

#[test]
fn working_time_that_was_added_up_says_what_the_calendar_says() {
    let team = super::month::model().team.team;
    let stretch = (minute(0), minute(42 * 1_440));
    let added = WorkingTime::of(&team, stretch);
    let mut dice = Dice(5);
    for _ in 0..400 {
        let from = minute(dice.below(30 * 1_440));
        let span = [15, 60, 240, 510, 1_020, 3_000][usize::try_from(dice.below(6)).unwrap()];
        let span = dogwatch::config::Span::Elapsed(chrono::TimeDelta::minutes(span));
        for clock in [Clock::Business, Clock::Always] {
            let due = clock::after(from, span, clock, &team);
            assert_eq!(added.after(from, span, clock), due, "{from} {span} {clock:?}");
            let passed = added.elapsed(from, due, clock);
            assert_eq!(dogwatch::config::Span::Elapsed(passed), span, "{from} {clock:?}");
        }
    }
}
