//! Rotations for the tests: made by hand, or by chance.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use dogwatch::config::{
    Coverage, Moment, Override, Period, Person, Role, Rotation, Secondary, Stretch, Swap, Team, TeamFile, Window,
};
use proptest::prelude::*;

pub fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

pub fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn zone(name: &str) -> Tz {
    name.parse().unwrap()
}

/// A rotation around the clock, with nothing special about it.
pub fn rotation(zone: &str, start: &str, shift: Period, members: &[&str]) -> Rotation {
    Rotation {
        id: "ops".into(),
        title: "ops".into(),
        timezone: self::zone(zone),
        start: local(start),
        shift,
        until: None,
        members: members.iter().map(ToString::to_string).collect(),
        coverage: Coverage::Always,
        secondary: None,
        overrides: Vec::new(),
        swaps: Vec::new(),
    }
}

/// A team with these rotations, and the people of them.
pub fn team(rotations: Vec<Rotation>) -> TeamFile {
    let mut people: Vec<Person> = Vec::new();
    for id in rotations.iter().flat_map(|rotation| &rotation.members).chain(&["zoe".to_owned()]) {
        if people.iter().all(|person| person.id != *id) {
            people.push(Person { id: id.clone(), name: id.clone(), ..Person::default() });
        }
    }
    TeamFile { people, rotations, ..TeamFile::default() }
}

pub fn held(from: NaiveDateTime, to: NaiveDateTime, person: &str, role: Role) -> Override {
    Override {
        when: Stretch { from: Moment::Local(from), to: Moment::Local(to) },
        person: person.into(),
        role,
        why: None,
    }
}

pub fn swapped(from: NaiveDateTime, to: NaiveDateTime, (give, take): (&str, &str)) -> Swap {
    Swap {
        when: Stretch { from: Moment::Local(from), to: Moment::Local(to) },
        give: give.into(),
        take: Some(take.into()),
        back: None,
        role: Role::Primary,
        why: None,
    }
}

/// A stretch of civil time beside `start`, in minutes from it.
fn beside(start: NaiveDateTime) -> impl Strategy<Value = (NaiveDateTime, NaiveDateTime)> {
    (-20_000_i64..200_000, 1_i64..40_000).prop_map(move |(from, length)| {
        let from = start + TimeDelta::minutes(from);
        (from, from + TimeDelta::minutes(length))
    })
}

fn coverage() -> impl Strategy<Value = Coverage> {
    let clock = (0_u32..24, prop::sample::select(vec![0_u32, 15, 30]));
    let clock = clock.prop_map(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).unwrap());
    let days = prop::sample::subsequence(
        vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun],
        1..=7,
    );
    let window = (days, clock.clone(), clock).prop_map(|(days, from, to)| Window { days, from, to });
    prop_oneof![
        2 => Just(Coverage::Business),
        2 => Just(Coverage::Always),
        3 => prop::collection::vec(window, 1..4).prop_map(Coverage::Windows),
    ]
}

/// Any rotation of a zone that begins between 1990 and 2040, with what changes it.
pub fn any(zone: Tz) -> impl Strategy<Value = TeamFile> {
    let shift = prop_oneof![
        (1_u32..24).prop_map(Period::Hours),
        (25_u32..100).prop_filter("days are not hours", |hours| hours % 24 != 0).prop_map(Period::Hours),
        (1_u32..30).prop_map(Period::Days),
        (1_u32..5).prop_map(Period::Months),
    ];
    let start = (0_i64..50 * 365 * 96).prop_map(|quarters| {
        NaiveDate::from_ymd_opt(1990, 1, 1).unwrap().and_time(NaiveTime::MIN) + TimeDelta::minutes(quarters * 15)
    });
    let secondary = prop_oneof![Just(None), Just(Some(Secondary::Previous)), Just(Some(Secondary::Next))];
    (start, shift, 1_usize..6, coverage(), secondary).prop_flat_map(
        move |(start, shift, members, coverage, secondary)| {
            let names = ["ana", "ben", "chi", "dev", "eli"];
            let who = prop::sample::select(vec!["ana", "ben", "chi", "zoe"]);
            let role = prop_oneof![3 => Just(Role::Primary), 1 => Just(Role::Secondary)];
            let overrides = prop::collection::vec((beside(start), who.clone(), role), 0..3);
            let swaps = prop::collection::vec((beside(start), who.clone(), who), 0..3);
            let until = prop::option::weighted(0.2, 1_i64..300_000);
            let holidays = prop::collection::vec(0_u64..600, 0..4);
            (overrides, swaps, until, holidays).prop_map(move |(overrides, swaps, until, holidays)| {
                let rotation = Rotation {
                    start,
                    shift,
                    timezone: zone,
                    coverage: coverage.clone(),
                    secondary: secondary.clone(),
                    until: until.map(|minutes| start + TimeDelta::minutes(minutes)),
                    overrides: overrides.into_iter().map(|((from, to), who, role)| held(from, to, who, role)).collect(),
                    swaps: swaps
                        .into_iter()
                        .filter(|(_, give, take)| give != take)
                        .map(|((from, to), give, take)| swapped(from, to, (give, take)))
                        .collect(),
                    ..rotation("UTC", "2000-01-01T00:00", shift, &names[..members])
                };
                let holidays = holidays.into_iter().map(|days| start.date() + chrono::Days::new(days)).collect();
                TeamFile { team: Team { holidays, ..Team::default() }, ..team(vec![rotation]) }
            })
        },
    )
}
