//! Which days a rule names, held against a calendar that others wrote.

use std::fmt::Write as _;

use chrono::{Days, NaiveDate};
use dogwatch::config::{Cadence, Freq, Recurrence, team_file};
use dogwatch::domain::recurrence::{days, next};
use proptest::prelude::*;

/// `START RULE DAY,DAY,…` by python-dateutil 2.9.0: the first eight days within 45 years of 366 days, `-` for none.
const VECTORS: &str = include_str!("../fixtures/recurrence.txt");

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Cadences with these starts and rules, as a team file gives them.
fn cadences<'a>(rules: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Cadence> {
    let mut text = "version = 1\n".to_owned();
    for (at, (start, rule)) in rules.enumerate() {
        write!(text, "[[cadences]]\nid = \"c{at}\"\nstart = \"{start}\"\nrule = \"{rule}\"\nowner = \"everyone\"\n")
            .unwrap();
    }
    team_file(&text, "dogwatch.toml").unwrap_or_else(|problems| panic!("{}", problems[0])).cadences
}

fn rule(text: &str) -> Recurrence {
    cadences([("2026-01-01", text)].into_iter()).remove(0).rule
}

#[test]
fn rules_name_the_days_that_another_calendar_finds() {
    let rows: Vec<Vec<&str>> = VECTORS.lines().map(|line| line.split(' ').collect()).collect();
    assert!(rows.len() > 500, "{} vectors", rows.len());
    for (row, cadence) in rows.iter().zip(cadences(rows.iter().map(|row| (row[0], row[1])))) {
        let last = cadence.start + Days::new(366 * 45);
        let found: Vec<String> = days(&cadence.rule, cadence.start, last).take(8).map(|day| day.to_string()).collect();
        let found = if found.is_empty() { "-".to_owned() } else { found.join(",") };
        assert_eq!(found, row[2], "{} from {}", row[1], row[0]);
    }
}

#[test]
fn two_readings_of_every_second_tuesday_part_at_the_second_date() {
    let start = day("2026-11-10");
    let of_month = next(&rule("FREQ=MONTHLY;BYDAY=2TU"), start, day("2026-11-09"), 3);
    let fortnight = next(&rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"), start, day("2026-11-09"), 3);
    assert_eq!(of_month, ["2026-11-10", "2026-12-08", "2027-01-12"].map(day));
    assert_eq!(fortnight, ["2026-11-10", "2026-11-24", "2026-12-08"].map(day));
}

#[test]
fn the_whole_week_is_counted_even_where_the_start_lies_within_it() {
    // RFC 5545: BYSETPOS picks from the set of the interval; what lies before the start is dropped after that.
    let found: Vec<NaiveDate> =
        days(&rule("FREQ=WEEKLY;BYDAY=MO,TU,FR;BYSETPOS=1"), day("2026-11-03"), day("2026-11-20")).collect();
    assert_eq!(found, ["2026-11-09", "2026-11-16"].map(day));
}

#[test]
fn a_rule_that_never_fires_or_never_ends_is_soon_answered() {
    for text in [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31;COUNT=9999",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=366",
    ] {
        assert_eq!(next(&rule(text), day("0001-01-01"), day("0001-01-01"), 3), [], "{text}");
    }
    let far = days(&rule("FREQ=DAILY"), day("0001-01-01"), day("2026-12-31")).count();
    assert_eq!(far, 739_981);
    assert_eq!(next(&rule("FREQ=YEARLY;INTERVAL=9999"), day("2026-01-01"), day("2026-01-01"), 3), []);
    assert_eq!(next(&rule("FREQ=DAILY"), day("9999-12-30"), day("9999-12-30"), 1), [day("9999-12-31")]);
    assert!(days(&rule("FREQ=WEEKLY"), NaiveDate::MAX, NaiveDate::MAX).count() <= 1);
    assert!(days(&rule("FREQ=WEEKLY;WKST=SU"), NaiveDate::MIN, NaiveDate::MIN).count() <= 1);
}

fn rules() -> impl Strategy<Value = Recurrence> {
    let freq = prop::sample::select(vec![Freq::Daily, Freq::Weekly, Freq::Monthly, Freq::Yearly]);
    let weekday = prop::sample::select(vec![chrono::Weekday::Mon, chrono::Weekday::Wed, chrono::Weekday::Sun]);
    let by_day = prop::collection::vec((prop::option::of(-6_i32..6), weekday), 0..3);
    let by_month_day = prop::collection::vec(-40_i32..40, 0..3);
    let by_set_pos = prop::collection::vec(-4_i32..4, 0..2);
    let ends = (prop::option::of(1_u32..40), 0_u32..60);
    (freq, by_day, by_month_day, by_set_pos, ends).prop_map(|(freq, by_day, by_month_day, by_set_pos, ends)| {
        let (count, interval) = ends;
        Recurrence { freq, interval, count, by_day, by_month_day, by_set_pos, ..Recurrence::default() }
    })
}

proptest! {
    /// Also for rules that no file can hold: numbers of 0, months of 40 days.
    #[test]
    fn days_only_go_forward_and_asking_for_less_gives_a_part(rule in rules(), start in 0_u64..20_000, span in 0_u64..2_000) {
        let start = day("1980-01-01") + Days::new(start);
        let last = start + Days::new(span);
        let all: Vec<NaiveDate> = days(&rule, start, last).collect();
        prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(all.iter().all(|day| (start..=last).contains(day)));
        let half = start + Days::new(span / 2);
        let part: Vec<NaiveDate> = days(&rule, start, half).collect();
        prop_assert!(all.starts_with(&part));
        let after = next(&rule, start, half, 3);
        prop_assert!(after.iter().all(|day| *day > half));
    }
}
