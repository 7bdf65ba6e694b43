//! What it costs to know who is on call: a year of hourly shifts of fifty
//! rotations, and an answer for one instant. The aim is 50 ms for the year.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use divan::{Bencher, black_box};
use dogwatch::config::{Coverage, Period, Person, Rotation, TeamFile};
use dogwatch::domain::rotation::Roster;

fn main() {
    divan::main();
}

/// Fifty rotations of five people each, in several zones.
fn team(coverage: &Coverage) -> TeamFile {
    let zones = [chrono_tz::Europe::London, chrono_tz::America::New_York, chrono_tz::Asia::Kolkata, chrono_tz::UTC];
    let names = ["ana", "ben", "chi", "dev", "eli"].map(str::to_owned);
    let start = NaiveDate::from_ymd_opt(2026, 1, 1).and_then(|day| day.and_hms_opt(10, 0, 0)).unwrap_or_default();
    let rotation = |at: usize| Rotation {
        id: format!("rotation-{at}"),
        title: String::new(),
        timezone: zones.get(at % zones.len()).copied().unwrap_or(chrono_tz::UTC),
        start,
        shift: Period::Hours(1),
        until: None,
        members: names.to_vec(),
        coverage: coverage.clone(),
        secondary: None,
        overrides: Vec::new(),
        swaps: Vec::new(),
    };
    let people = names.iter().map(|id| Person { id: id.clone(), ..Person::default() }).collect();
    TeamFile { people, rotations: (0..50).map(rotation).collect(), ..TeamFile::default() }
}

fn year() -> (DateTime<Utc>, DateTime<Utc>) {
    let from = DateTime::<Utc>::from_timestamp(1_767_225_600, 0).unwrap_or_default();
    (from, from + TimeDelta::days(365))
}

#[divan::bench]
fn a_year_of_hourly_shifts_of_50_rotations(bencher: Bencher<'_, '_>) {
    let (team, year) = (team(&Coverage::Always), year());
    bencher.bench_local(|| Roster::new(black_box(&team), &[], year.0, year).shifts(year).len());
}

#[divan::bench]
fn the_same_in_business_hours(bencher: Bencher<'_, '_>) {
    let (team, year) = (team(&Coverage::Business), year());
    bencher.bench_local(|| Roster::new(black_box(&team), &[], year.0, year).shifts(year).len());
}

#[divan::bench]
fn who_is_on_call_after_ten_years(bencher: Bencher<'_, '_>) {
    let (team, year) = (team(&Coverage::Business), year());
    let at = year.0 + TimeDelta::days(3_652);
    bencher.bench_local(|| Roster::new(black_box(&team), &[], at, (at, at + TimeDelta::days(366))).on_call(at).len());
}
