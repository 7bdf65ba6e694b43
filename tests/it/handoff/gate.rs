//! Where each thing goes that the outgoing person had: one line a case.

use dogwatch::domain::handoff::typed::{Field, Line};
use dogwatch::domain::history::Told;
use dogwatch::domain::id::IncidentId;
use dogwatch::domain::incident::{CloseReason, Incident, Status};

use super::made::{Scene, acked, before, clean, incident, snoozed, told};

const WEEK: i64 = 7 * 24 * 60;

/// What the tracker says of `api#1` by now, its timeline, and what becomes of it.
type Case = (&'static str, fn(&mut Incident), &'static [(i64, &'static str, &'static str)], &'static str);

const CASES: &[Case] = &[
    ("acked and left", |it| it.ack = acked("ana", 50), &[(50, "ana", "acked")], "undecided"),
    (
        "assigned to another afterwards, and the ack stays",
        |it| (it.ack, it.assignees) = (acked("ana", 50), vec![clean("ben")]),
        &[(50, "ana", "acked"), (20, "ana", "assigned ben")],
        "handed ben",
    ),
    ("unacked", |_| {}, &[(50, "ana", "acked"), (20, "ana", "took back the ack")], "returned"),
    (
        "put off beyond now; whoever is primary then is woken",
        |it| (it.ack, it.snooze) = (acked("ana", 50), snoozed("ana", 20, "2026-11-17T09:00:00Z")),
        &[(50, "ana", "acked"), (20, "ana", "snoozed until 2026-11-17 09:00Z")],
        "snoozed ben",
    ),
    (
        "it has woken since",
        |it| (it.ack, it.snooze) = (acked("ana", 90), snoozed("ana", 80, "2026-11-16T09:20:00Z")),
        &[(90, "ana", "acked"), (80, "ana", "snoozed until 2026-11-16 09:20Z")],
        "undecided",
    ),
    (
        "given away and taken back",
        |it| it.assignees = vec![clean("ana")],
        &[(60, "ana", "assigned ben"), (30, "ben", "assigned ana")],
        "undecided",
    ),
    ("it was another's all along", |it| it.ack = acked("ben", 50), &[(50, "ben", "acked")], ""),
    (
        "closed",
        |it| it.status = Status::Closed { at: Some(before(5)), reason: CloseReason::Completed },
        &[(50, "ana", "acked"), (5, "ben", "closed as completed")],
        "",
    ),
    (
        "acked in an earlier shift, and still hers",
        |it| it.ack = acked("ana", WEEK + 60),
        &[(WEEK + 60, "ana", "acked")],
        "undecided",
    ),
    (
        "given away in an earlier shift",
        |it| (it.ack, it.assignees) = (acked("ana", WEEK + 60), vec![clean("ben")]),
        &[(WEEK + 60, "ana", "acked"), (WEEK + 30, "ana", "assigned ben")],
        "",
    ),
    (
        "acked in an earlier shift, given away in this one",
        |it| (it.ack, it.assignees) = (acked("ana", WEEK + 60), vec![clean("chi")]),
        &[(WEEK + 60, "ana", "acked"), (30, "ana", "assigned chi")],
        "handed chi",
    ),
    (
        "assigned to both",
        |it| it.assignees = vec![clean("ana"), clean("ben")],
        &[(60, "ana", "assigned ana"), (30, "ana", "assigned ben")],
        "undecided",
    ),
    (
        "assigned to nobody, but her ack stands",
        |it| it.ack = acked("ana", 60),
        &[(60, "ana", "acked"), (40, "ana", "assigned ben"), (20, "ben", "assigned nobody")],
        "undecided",
    ),
    (
        "the tracker tells of the taking off last",
        |it| it.assignees = vec![clean("ben")],
        &[(60, "ana", "assigned ana"), (20, "ana", "assigned ben"), (20, "ana", "unassigned ana")],
        "handed ben",
    ),
    ("no history at all: assigned", |it| it.assignees = vec![clean("ana")], &[], "undecided"),
    ("no history at all: acked", |it| it.ack = acked("ana", 30), &[], "undecided"),
    (
        "done with, and opened again by somebody else",
        |it| (it.ack, it.reopened_at) = (acked("ana", 60), Some(before(10))),
        &[(60, "ana", "acked"), (40, "ana", "closed as completed"), (10, "chi", "reopened")],
        "",
    ),
    (
        "somebody else acked what she had given up",
        |it| it.ack = acked("ben", 10),
        &[(60, "ana", "acked"), (30, "ana", "took back the ack"), (10, "ben", "acked")],
        "handed ben",
    ),
    ("taken only after the shift had ended", |it| it.ack = acked("ana", -5), &[(-5, "ana", "acked")], ""),
];

#[test]
fn after_the_last_taking_the_last_word_decides() {
    for (name, change, lines, becomes) in CASES {
        let mut scene = Scene::default();
        let mut one = incident(1, 2 * WEEK);
        change(&mut one);
        scene.add(one);
        scene.brought.told = lines.iter().map(|(ago, by, what)| told("api#1", *ago, by, what)).collect();
        if lines.iter().any(|(ago, ..)| *ago < 0) {
            scene.now = before(-30);
        }
        let expected: Vec<String> = if becomes.is_empty() { Vec::new() } else { vec![format!("api#1 {becomes}")] };
        assert_eq!(scene.carried(), expected, "{name}");
    }
}

fn step(text: &str, ago: i64) -> Line {
    Line {
        shift: "ops/2026-11-09T10:00:00Z".into(),
        incident: Some(IncidentId::new("api#1")),
        field: Field::NextStep,
        text: clean(text),
        by: clean("ana"),
        at: before(ago),
    }
}

fn handed() -> Scene {
    let mut scene = Scene::default();
    scene.add(Incident { ack: acked("ana", 50), assignees: vec![clean("ben")], ..incident(1, 60) });
    scene.brought.told = vec![told("api#1", 50, "ana", "acked"), told("api#1", 20, "ana", "assigned ben")];
    scene
}

#[test]
fn a_decision_without_a_next_step_still_hangs() {
    let mut scene = handed();
    let handoff = scene.handoff();
    assert_eq!((handoff.complete, handoff.undecided.len()), (false, 1));
    assert_eq!(handoff.title().as_str(), "Handoff ops, Mon 16 Nov 2026 10:00: ana to ben: INCOMPLETE (1 undecided)");
    scene.brought.lines = vec![step("ask the vendor", 10)];
    let handoff = scene.handoff();
    assert!(handoff.complete && handoff.undecided.is_empty());
    assert_eq!(handoff.title().as_str(), "Handoff ops, Mon 16 Nov 2026 10:00: ana to ben");
}

#[test]
fn of_two_words_the_later_counts_and_an_empty_one_takes_it_back() {
    let mut scene = handed();
    scene.brought.lines = vec![step("ask the vendor", 15), step("wait for the log", 10)];
    let next = scene.handoff().sections.carry_over[0].next_step.clone();
    assert_eq!(next, Some(clean("wait for the log")));
    scene.brought.lines.push(step("", 5));
    assert_eq!(scene.handoff().sections.carry_over[0].next_step, None);
}

#[test]
fn words_for_another_shift_are_not_this_ones() {
    let mut scene = handed();
    scene.brought.lines = vec![Line { shift: "ops/2026-11-02T10:00:00Z".into(), ..step("old", 15) }];
    assert!(!scene.handoff().complete);
}

#[test]
fn whoever_has_the_next_shift_too_keeps_what_they_have() {
    let mut scene = Scene::default();
    scene.team.rotations[0].members = vec!["ana".into()];
    scene.add(Incident { ack: acked("ana", 50), ..incident(1, 60) });
    scene.brought.told = vec![told("api#1", 50, "ana", "acked")];
    assert_eq!(scene.carried(), ["api#1 handed ana"]);
}

#[test]
fn a_login_is_the_person_of_the_team_file() {
    let mut scene = Scene::default();
    scene.team.people[0].github = Some("Ana-Sol".into());
    scene.add(Incident { assignees: vec![clean("ana-sol")], ..incident(1, 60) });
    scene.brought.told = vec![Told { by: Some("ANA-SOL".into()), ..told("api#1", 50, "x", "assigned ana-sol") }];
    assert_eq!(scene.carried(), ["api#1 undecided"]);
}
