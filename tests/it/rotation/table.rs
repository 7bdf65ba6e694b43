//! Whose turn it is, and what changes it, by examples.

use chrono::{NaiveDate, TimeDelta};
use dogwatch::config::{
    Away, Coverage, Moment, Override, Period, Role, Rotation, Secondary, Stretch, Swap, Team, TeamFile, team_file,
};
use dogwatch::domain::rotation::{Roster, words};

use super::made::{held, local, rotation, swapped, team, utc};

/// A team as its file has it; people and dates are sample data.
const TEAM: &str = r#"
version = 1
people = [{ id = "ana" }, { id = "ben" }, { id = "chi" }, { id = "dev" }]
[team]
timezone = "Europe/London"
holidays = ["2026-12-25", "2026-12-28"]
[[rotations]]
id = "ops"
start = "2026-11-02T10:00"
shift = "7d"
members = ["ana", "ben", "chi", "dev"]
secondary = "previous"
[[rotations.overrides]]
from = "2026-12-28"
to = "2027-01-04"
person = "chi"
why = "on leave"
[[rotations.swaps]]
from = "2027-01-18T10:00"
to = "2027-01-25T10:00:00+00:00"
give = "dev"
take = "ben"
back = { from = "2027-02-01", to = "2027-02-08" }
why = "conference"
"#;

/// `person because instead_of/secondary` of the only rotation, or `off hours`.
fn told(team: &TeamFile, at: &str) -> String {
    let at = utc(at);
    let roster = Roster::new(team, &[], at, (at, at + TimeDelta::days(368)));
    let one = roster.on_call(at).remove(0);
    let Some(primary) = &one.primary else { return "off hours".to_owned() };
    let gap = if one.gap.is_some() { " GAP" } else { "" };
    let second = one.secondary.as_ref().map_or("nobody", |piece| piece.person);
    format!("{} beside {second}{gap}", words::who(primary))
}

fn days(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn weekdays() -> Rotation {
    let one = rotation("Europe/London", "2026-11-02T09:00", Period::Days(1), &["ana", "ben", "chi"]);
    Rotation { coverage: Coverage::Business, ..one }
}

#[test]
fn a_team_file_says_who_and_why() {
    let team = team_file(TEAM, "dogwatch.toml").unwrap();
    let table = [
        ("2026-11-02T09:59:00Z", "off hours"),
        ("2026-11-02T10:00:00Z", "ana beside dev"),
        ("2026-11-09T10:00:00Z", "ben beside ana"),
        ("2026-11-28T12:00:00Z", "off hours"),
        ("2026-12-29T12:00:00Z", "chi, for ana (override: on leave) beside dev"),
        ("2027-01-04T09:59:00Z", "chi, for ana (override: on leave) beside dev"),
        ("2027-01-04T10:00:00Z", "ben beside ana"),
        ("2027-01-20T12:00:00Z", "ben, for dev (swap: conference) beside chi"),
        ("2027-02-01T10:00:00Z", "dev, for ben (swap: conference) beside ana"),
    ];
    for (at, expected) in table {
        assert_eq!(told(&team, at), expected, "{at}");
    }
}

#[test]
fn a_weekend_uses_up_nobodys_turn_and_a_holiday_does() {
    let plain = team(vec![weekdays()]);
    assert_eq!(told(&plain, "2026-11-06T12:00:00Z"), "ben beside nobody");
    assert_eq!(told(&plain, "2026-11-07T12:00:00Z"), "off hours");
    assert_eq!(told(&plain, "2026-11-09T12:00:00Z"), "chi beside nobody");
    let holiday = TeamFile { team: Team { holidays: vec![days("2026-11-05")], ..Team::default() }, ..plain };
    assert_eq!(told(&holiday, "2026-11-05T12:00:00Z"), "off hours");
    assert_eq!(told(&holiday, "2026-11-09T12:00:00Z"), "chi beside nobody", "adding one moves nobody else");
}

#[test]
fn the_incoming_person_has_it_at_the_handover_itself() {
    let team = team(vec![rotation("UTC", "2026-11-02T10:00", Period::Days(7), &["ana", "ben"])]);
    assert_eq!(told(&team, "2026-11-09T09:59:59Z"), "ana beside nobody");
    assert_eq!(told(&team, "2026-11-09T10:00:00Z"), "ben beside nobody");
}

#[test]
fn months_keep_the_day_and_clamp_to_the_last() {
    let team = team(vec![rotation("UTC", "2027-01-31T10:00", Period::Months(1), &["ana", "ben", "chi", "dev"])]);
    let from = utc("2027-01-31T10:00:00Z");
    let roster = Roster::new(&team, &[], from, (from, from + TimeDelta::days(100)));
    let starts: Vec<String> = roster
        .pieces("ops", Role::Primary, (from, from + TimeDelta::days(95)))
        .iter()
        .map(|piece| piece.start().format("%m-%d").to_string())
        .collect();
    assert_eq!(starts, ["01-31", "02-28", "03-31", "04-30"]);
}

#[test]
fn the_later_override_wins_and_one_that_names_the_base_changes_nothing() {
    let mut team = team(vec![rotation("UTC", "2026-11-02T10:00", Period::Days(7), &["ana", "ben"])]);
    let one = |person: &str| held(local("2026-11-03T00:00"), local("2026-11-05T00:00"), person, Role::Primary);
    team.rotations[0].overrides = vec![one("ben"), one("zoe")];
    assert_eq!(told(&team, "2026-11-03T12:00:00Z"), "zoe, for ana (override) beside nobody");
    team.rotations[0].overrides = vec![one("zoe"), one("ana")];
    assert_eq!(told(&team, "2026-11-03T12:00:00Z"), "ana beside nobody");
    let roster = Roster::new(
        &team,
        &[],
        utc("2026-11-02T10:00:00Z"),
        (utc("2026-11-02T10:00:00Z"), utc("2026-11-09T10:00:00Z")),
    );
    let pieces = roster.pieces("ops", Role::Primary, (utc("2026-11-02T10:00:00Z"), utc("2026-11-09T10:00:00Z")));
    assert_eq!(pieces.len(), 1, "nothing is cut where nothing changes");
}

#[test]
fn swaps_apply_in_order_where_give_holds_the_role_then_overrides() {
    let mut team = team(vec![rotation("UTC", "2026-11-02T10:00", Period::Days(7), &["ana", "ben", "chi"])]);
    let week = (local("2026-11-02T10:00"), local("2026-11-09T10:00"));
    team.rotations[0].swaps = vec![
        swapped(week.0, week.1, ("ana", "ben")),
        swapped(week.0, week.1, ("ben", "chi")),
        swapped(week.0, week.1, ("ana", "zoe")),
    ];
    assert_eq!(told(&team, "2026-11-03T12:00:00Z"), "chi, for ana (swap) beside nobody");
    team.rotations[0].overrides = vec![held(week.0, local("2026-11-04T10:00"), "zoe", Role::Primary)];
    assert_eq!(told(&team, "2026-11-03T12:00:00Z"), "zoe, for ana (override) beside nobody");
    assert_eq!(told(&team, "2026-11-05T12:00:00Z"), "chi, for ana (swap) beside nobody");
    // An open request changes nothing; what comes back is the other one's.
    let open = Swap { take: None, ..swapped(week.0, week.1, ("ana", "ben")) };
    let second = Stretch { from: Moment::Day(days("2026-11-09")), to: Moment::Day(days("2026-11-16")) };
    let back = Swap { back: Some(second), ..swapped(week.0, week.1, ("ana", "ben")) };
    (team.rotations[0].overrides, team.rotations[0].swaps) = (Vec::new(), vec![open]);
    assert_eq!(told(&team, "2026-11-03T12:00:00Z"), "ana beside nobody");
    team.rotations[0].swaps = vec![back];
    assert_eq!(told(&team, "2026-11-03T12:00:00Z"), "ben, for ana (swap) beside nobody");
    assert_eq!(told(&team, "2026-11-10T12:00:00Z"), "ana, for ben (swap) beside nobody");
}

#[test]
fn the_secondary_is_beside_the_base_and_never_the_primary() {
    let one = rotation("UTC", "2026-11-02T10:00", Period::Days(7), &["ana", "ben", "chi"]);
    let mut team = team(vec![Rotation { secondary: Some(Secondary::Previous), ..one }]);
    assert_eq!(told(&team, "2026-11-10T12:00:00Z"), "ben beside ana");
    let week = (local("2026-11-09T10:00"), local("2026-11-16T10:00"));
    team.rotations[0].overrides = vec![held(week.0, week.1, "ana", Role::Primary)];
    assert_eq!(told(&team, "2026-11-10T12:00:00Z"), "ana, for ben (override) beside chi", "one further");
    team.rotations[0].secondary = Some(Secondary::Next);
    assert_eq!(told(&team, "2026-11-10T12:00:00Z"), "ana, for ben (override) beside chi");
    team.rotations[0].members = vec!["ana".into()];
    assert_eq!(told(&team, "2026-11-10T12:00:00Z"), "ana beside nobody");
    team.rotations[0].members = vec!["ana".into(), "ben".into()];
    team.rotations[0].overrides.push(held(week.0, week.1, "zoe", Role::Secondary));
    assert_eq!(told(&team, "2026-11-10T12:00:00Z"), "ana, for ben (override) beside zoe");
}

#[test]
fn another_rotations_primary_may_be_the_secondary() {
    let one = rotation("UTC", "2026-11-02T10:00", Period::Days(7), &["ana", "ben"]);
    let other = Rotation {
        id: "platform".into(),
        overrides: vec![held(local("2026-11-04T00:00"), local("2026-11-05T00:00"), "zoe", Role::Primary)],
        until: Some(local("2026-11-06T00:00")),
        ..rotation("UTC", "2026-11-01T00:00", Period::Days(1), &["chi", "dev"])
    };
    let first = Rotation { secondary: Some(Secondary::Rotation("platform".into())), ..one };
    let team = team(vec![first, other]);
    assert_eq!(told(&team, "2026-11-03T12:00:00Z"), "ana beside chi");
    assert_eq!(told(&team, "2026-11-04T12:00:00Z"), "ana beside zoe");
    assert_eq!(told(&team, "2026-11-07T12:00:00Z"), "ana beside nobody");
}

#[test]
fn who_is_away_keeps_the_shift_in_name_and_makes_a_gap() {
    let mut team = team(vec![weekdays()]);
    team.people[0].away = vec![Away { from: days("2026-11-02"), to: days("2026-11-02"), why: None }];
    assert_eq!(told(&team, "2026-11-02T12:00:00Z"), "ana beside nobody GAP");
    assert_eq!(told(&team, "2026-11-07T12:00:00Z"), "off hours", "which is no gap");
    // Away is whole days on the person's own clock.
    team.people[0].timezone = Some(chrono_tz::Pacific::Apia);
    assert_eq!(told(&team, "2026-11-02T12:00:00Z"), "ana beside nobody", "it is the third there");
    team.people[0].away = Vec::new();
    for (joined, left, shadow) in [
        (Some(days("2026-11-04")), None, None),
        (None, Some(days("2026-11-03")), None),
        (None, None, Some(days("2026-11-04"))),
    ] {
        let person = &mut team.people[0];
        (person.joined, person.left, person.shadow_until) = (joined, left, shadow);
        assert_eq!(told(&team, "2026-11-02T12:00:00Z"), "ana beside nobody GAP");
    }
}

#[test]
fn before_the_start_and_after_the_end_is_off_hours_and_the_grid_is_still_there() {
    let one = rotation("UTC", "2026-11-02T10:00", Period::Days(7), &["ana", "ben"]);
    let team = team(vec![Rotation { until: Some(local("2026-11-11T00:00")), ..one }]);
    let at = |text: &str| {
        let at = utc(text);
        let roster = Roster::new(&team, &[], at, (at, at + TimeDelta::days(368)));
        let one = roster.on_call(at).remove(0);
        let stretch = |(from, to): (chrono::DateTime<_>, chrono::DateTime<_>)| {
            format!("{}/{}", from.format("%m-%dT%H"), to.format("%m-%dT%H"))
        };
        let next = one.next.as_ref().map(|next| format!("{} {}", next.piece.person, next.start.format("%m-%dT%H")));
        (one.off_hours, stretch(one.shift), one.duty.map(stretch), next)
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        at("2026-10-28T00:00:00Z"),
        (true, "10-26T10/11-02T10".into(), text("11-02T10/11-09T10"), text("ana 11-02T10"))
    );
    assert_eq!(at("2026-11-10T00:00:00Z"), (false, "11-09T10/11-11T00".into(), text("11-09T10/11-11T00"), None));
    assert_eq!(at("2026-11-11T00:00:00Z"), (true, "11-09T10/11-16T10".into(), None, None));
}

#[test]
fn load_counts_hours_on_each_persons_own_clock() {
    let mut team = team(vec![rotation("UTC", "2026-11-02T00:00", Period::Days(1), &["ana", "ben"])]);
    team.people[1].timezone = Some(chrono_tz::America::New_York);
    let week = (utc("2026-11-02T00:00:00Z"), utc("2026-11-09T00:00:00Z"));
    let roster = Roster::new(&team, &[], week.0, week);
    let load = roster.load(week);
    let told: Vec<_> = load
        .iter()
        .map(|one| (one.person, one.shifts, one.covered / 3600, one.weekends / 3600, one.sleep / 3600, one.longest_run))
        .collect();
    // ana: Monday, Wednesday, Friday, Sunday; ben: the others, five hours behind.
    assert_eq!(told, [("ana", 4, 96, 24, 32, 1), ("ben", 3, 72, 19, 24, 1)]);
    assert_eq!(load[0].off_hours, (96 * 3600) - 3 * (8 * 3600 + 1800));
    assert_eq!(load[0].above_mean, 12 * 3600);
    team.rotations[0].overrides = vec![Override {
        when: Stretch { from: Moment::Day(days("2026-11-03")), to: Moment::Day(days("2026-11-04")) },
        person: "ana".into(),
        role: Role::Primary,
        why: None,
    }];
    let roster = Roster::new(&team, &[], week.0, week);
    let load = roster.load(week);
    assert_eq!((load[0].covered / 3600, load[0].longest_run), (120, 3), "hours count for whoever held the duty");
}

#[test]
fn a_shift_of_months_ends_on_its_clock_however_little_was_asked_for() {
    let team = team(vec![rotation("Europe/London", "2026-08-30T10:00", Period::Months(3), &["ana", "ben"])]);
    let from = utc("2026-09-01T00:00:00Z");
    let window = (from, from + TimeDelta::days(9));
    let pieces = Roster::new(&team, &[], from, window).pieces("ops", Role::Primary, window);
    assert_eq!(pieces[0].end(), utc("2026-11-30T10:00:00Z"), "the clocks go back in between");
    // And one that begins long after the question.
    let far = self::team(vec![rotation("Europe/London", "2028-01-03T10:00", Period::Days(7), &["ana", "ben"])]);
    let at = utc("2026-07-01T00:00:00Z");
    let told = Roster::new(&far, &[], at, (at, at + TimeDelta::days(368))).on_call(at).remove(0);
    assert_eq!(told.duty.unwrap().0.to_utc(), utc("2028-01-03T10:00:00Z"));
}

#[test]
fn who_has_it_all_year_is_not_said_to_end() {
    let sentence = |coverage: Coverage| {
        let one = rotation("UTC", "2026-11-02T10:00", Period::Days(1), &["ana"]);
        let team = team(vec![Rotation { coverage, ..one }]);
        let at = utc("2026-11-06T12:00:00Z");
        Roster::new(&team, &[], at, (at, at + TimeDelta::days(368))).on_call(at).remove(0).sentence(None)
    };
    assert_eq!(sentence(Coverage::Always), "ana, and nobody else within a year");
    assert_eq!(sentence(Coverage::Business), "ana, and nobody else within a year");
    let two = rotation("UTC", "2026-11-02T10:00", Period::Days(1), &["ana", "ben"]);
    let mut two = self::team(vec![Rotation { coverage: Coverage::Business, ..two }]);
    two.rotations[0].overrides = vec![held(local("2026-11-05T10:00"), local("2026-11-11T10:00"), "zoe", Role::Primary)];
    let at = utc("2026-11-06T12:00:00Z");
    let told = Roster::new(&two, &[], at, (at, at + TimeDelta::days(368))).on_call(at).remove(0);
    assert_eq!(told.sentence(None), "zoe, for ana (override), until Wed 11 Nov 10:00; ana next", "over the weekend");
}

#[test]
fn a_secondary_who_is_away_is_marked() {
    let one = rotation("UTC", "2026-11-02T10:00", Period::Days(7), &["ana", "ben"]);
    let mut team = team(vec![Rotation { secondary: Some(Secondary::Next), ..one }]);
    team.people[1].away = vec![Away { from: days("2026-11-01"), to: days("2026-11-30"), why: Some("leave".into()) }];
    let at = utc("2026-11-05T12:00:00Z");
    let told = Roster::new(&team, &[], at, (at, at + TimeDelta::days(368))).on_call(at).remove(0);
    assert_eq!(told.second().unwrap(), "ben, who is away to 2026-11-30: leave");
}

#[test]
fn a_skipped_clock_and_an_offset_are_compared_as_instants() {
    let read = |from: &str, to: &str, zone: &str| {
        let text =
            TEAM.replace("from = \"2026-12-28\"\nto = \"2027-01-04\"", &format!("from = \"{from}\"\nto = \"{to}\""));
        team_file(&text.replace("Europe/London", zone), "dogwatch.toml").is_ok()
    };
    assert!(read("2026-10-04T02:15", "2026-10-03T18:00:00+00:00", "Australia/Lord_Howe"), "15:30Z to 18:00Z");
    assert!(!read("2027-03-14T02:30", "2027-03-14T05:00:00+00:00", "America/Chicago"), "08:00Z to 05:00Z");
}
