//! Which shift it is, who goes and who comes; also on bad days.

use chrono::{NaiveDate, TimeDelta};
use dogwatch::config::{Away, Moment, Override, Role, Stretch};
use dogwatch::domain::handoff::Asked;
use dogwatch::domain::handoff::typed::Accepted;
use dogwatch::domain::incident::Incident;

use super::made::{SHIFT, Scene, acked, before, clean, incident, told, utc};

fn who(scene: &Scene) -> (Option<String>, Option<String>) {
    let handoff = scene.handoff();
    (handoff.outgoing.map(|one| one.person), handoff.incoming.map(|one| one.person))
}

fn pair(outgoing: &str, incoming: &str) -> (Option<String>, Option<String>) {
    (Some(outgoing.to_owned()), Some(incoming.to_owned()))
}

fn notes(scene: &Scene) -> String {
    scene.handoff().sections.header.notes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn in_its_first_quarter_a_shift_hands_over_the_one_before_until_that_is_accepted() {
    let mut scene = Scene { now: utc("2026-11-17T09:00:00Z"), ..Scene::default() };
    assert_eq!(who(&scene), pair("ana", "ben"));
    scene.brought.accepted =
        vec![Accepted { shift: "ops/2026-11-09T10:00:00Z".into(), by: clean("ben"), at: before(-30) }];
    assert_eq!(who(&scene), pair("ben", "chi"));
    scene.brought.accepted.clear();
    scene.now = utc("2026-11-18T09:00:00Z");
    assert_eq!(who(&scene), pair("ben", "chi"), "past the first quarter");
}

#[test]
fn the_first_shift_of_all_has_none_before_it() {
    let scene = Scene { now: utc(SHIFT.0) + TimeDelta::hours(1), ..Scene::default() };
    assert_eq!(who(&scene), pair("ana", "ben"));
}

#[test]
fn a_shift_is_named_by_any_time_in_it() {
    let mut scene = Scene { now: utc("2026-11-25T09:00:00Z"), ..Scene::default() };
    scene.brought.asked = Asked { rotation: None, at: Some(utc("2026-11-12T00:00:00Z")) };
    assert_eq!(who(&scene), pair("ana", "ben"));
}

#[test]
fn whoever_holds_the_end_of_a_shift_goes_and_the_others_are_named() {
    let mut scene = Scene::default();
    let moment = |text: &str| Moment::Exact(utc(text).fixed_offset());
    let when = Stretch { from: moment("2026-11-15T10:00:00Z"), to: moment("2026-11-16T10:00:00Z") };
    scene.team.rotations[0].overrides =
        vec![Override { when, person: "chi".into(), role: Role::Primary, why: Some("a fair".into()) }];
    assert_eq!(who(&scene), pair("chi", "ben"));
    assert!(notes(&scene).contains("ana had Mon 9 Nov 10:00 to Sun 15 Nov 10:00"), "{}", notes(&scene));
}

#[test]
fn a_shift_that_is_edited_while_it_runs_keeps_what_was_typed() {
    let mut scene = Scene::default();
    let key = scene.handoff().key();
    let moment = |text: &str| Moment::Exact(utc(text).fixed_offset());
    let when = Stretch { from: moment("2026-11-14T00:00:00Z"), to: moment("2026-11-16T10:00:00Z") };
    scene.team.rotations[0].overrides = vec![Override { when, person: "chi".into(), role: Role::Primary, why: None }];
    assert_eq!(scene.handoff().key(), key);
}

#[test]
fn nobody_incoming_is_said_with_whoever_comes_next() {
    let mut scene = Scene::default();
    scene.team.people[1].away =
        vec![Away { from: day("2026-11-16"), to: day("2026-11-30"), why: Some("leave".into()) }];
    assert_eq!(who(&scene), (Some("ana".into()), None));
    let said = notes(&scene);
    assert!(said.contains("nobody takes over: the next shift is ben's, who is away to 2026-11-30: leave"), "{said}");
    assert!(said.contains("chi comes next, Mon 23 Nov 10:00"), "{said}");
    let handoff = scene.handoff();
    assert!(handoff.title().as_str().contains("ana to nobody"));
    assert_eq!(handoff.sections.schedule.gaps.len(), 1);
}

#[test]
fn nobody_on_duty_leaves_nothing_hanging_and_says_so() {
    let mut scene = Scene::default();
    scene.team.people[0].away = vec![Away { from: day("2026-11-01"), to: day("2026-11-16"), why: None }];
    scene.add(Incident { ack: acked("ana", 50), ..incident(1, 60) });
    scene.brought.told = vec![told("api#1", 50, "ana", "acked")];
    let handoff = scene.handoff();
    assert_eq!((handoff.outgoing.is_none(), handoff.complete, handoff.undecided.len()), (true, true, 0));
    assert!(notes(&scene).contains("a gap: this shift was ana's, who is away to 2026-11-16"), "{}", notes(&scene));
}

#[test]
fn somebody_who_left_for_the_last_day_still_has_to_let_go() {
    let mut scene = Scene::default();
    scene.team.people[0].away = vec![Away { from: day("2026-11-16"), to: day("2026-11-16"), why: None }];
    scene.add(Incident { ack: acked("ana", 50), ..incident(1, 60) });
    scene.brought.told = vec![told("api#1", 50, "ana", "acked")];
    assert_eq!(scene.carried(), ["api#1 undecided"]);
    assert!(notes(&scene).contains("at the end of this shift nobody can answer"), "{}", notes(&scene));
}

#[test]
fn a_clock_that_was_set_back_is_said() {
    let mut scene = Scene { now: before(300), ..Scene::default() };
    scene.add(incident(1, 600));
    assert!(!notes(&scene).contains("set back"));
    scene.brought.told = vec![told("api#1", 100, "ben", "commented")];
    assert!(notes(&scene).contains("was it set back?"), "{}", notes(&scene));
}

#[test]
fn a_shift_over_a_change_of_the_clocks_says_its_hours() {
    let mut scene = Scene { now: utc("2026-10-25T09:00:00Z"), ..Scene::default() };
    let rotation = &mut scene.team.rotations[0];
    rotation.timezone = chrono_tz::Europe::London;
    rotation.start = "2026-10-20T10:00:00".parse().unwrap();
    rotation.shift = dogwatch::config::Period::Days(1);
    let handoff = scene.handoff();
    assert_eq!(handoff.sections.header.elapsed_hours.to_string(), "25");
    let notes = &handoff.sections.schedule.notes;
    assert!(notes[0].as_str().starts_with("this shift has 25 h: the clocks change on Sun 25 Oct"), "{notes:?}");
    assert_eq!(handoff.shift.start.to_rfc3339(), "2026-10-24T10:00:00+01:00");
    assert_eq!(handoff.shift.end.to_rfc3339(), "2026-10-25T10:00:00+00:00");
}

#[test]
fn without_a_rotation_there_is_nothing_to_hand_over() {
    let mut scene = Scene::default();
    scene.team.rotations.clear();
    let why = scene.try_handoff().unwrap_err().to_string();
    assert!(why.contains("the team file has no rotation"), "{why}");
}

#[test]
fn of_several_rotations_mine_is_meant_or_one_has_to_be_named() {
    let mut scene = Scene { me: "zoe", ..Scene::default() };
    let mut other = scene.team.rotations[0].clone();
    (other.id, other.members) = ("nights".into(), vec!["zoe".into()]);
    scene.team.rotations.push(other);
    assert_eq!(scene.handoff().rotation, "nights");
    scene.me = "kim";
    let why = scene.try_handoff().unwrap_err().to_string();
    assert_eq!(why, "there are several rotations; say which with --rotation: ops, nights");
}
