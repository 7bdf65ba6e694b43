//! Who is asked to take an incident while nobody acks: by the steps of its
//! escalation, by whoever is on duty then, on the clock of its severity.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::app::escalating::{Escalation, Rung, Scene};
use dogwatch::config::{Role, TeamFile, Who, team_file};
use dogwatch::domain::decision::{Asking, Decision};
use dogwatch::domain::escalation::{Assigns, ByFile, Course, Duties, Round, line};
use dogwatch::domain::id::SourceId;
use dogwatch::domain::incident::{Ack, Asked, Incident};
use dogwatch::domain::queue::{self, State};
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;
use proptest::prelude::*;

const TEAM: &str = r#"
[team]
timezone = "Europe/London"
[[people]]
id = "ana"
github = "ana-example"
[[people]]
id = "ben"
github = "ben-example"
[[people]]
id = "chi"
away = [{ from = "2026-12-07", to = "2026-12-08" }]
[[people]]
id = "dev"
joined = "2027-01-01"
[[areas]]
id = "tools"
owner = "chi"
[[areas]]
id = "docs"
owner = "ana"
[[rotations]]
id = "ops"
start = "2026-11-02T10:00"
shift = "7d"
members = ["ana", "ben"]
secondary = "next"
[[escalations]]
id = "default"
steps = [
  { to = "rotation:ops/primary", wait = "15m" },
  { to = "rotation:ops/secondary", wait = "15m" },
  { to = "area:owner", wait = "30m" },
  { to = "everyone" },
]
[[severities]]
id = "SEV1"
meaning = "x"
clock = "24x7"
ack = "15m"
ack_holds = "1h"
escalation = "default"
[[severities]]
id = "SEV2"
meaning = "x"
clock = "business"
ack = "1h"
escalation = "default"
[[severities]]
id = "SEV3"
meaning = "x"
[[kinds]]
id = "tool"
area = "tools"
[[kinds]]
id = "docs"
area = "docs"
"#;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn model() -> Model {
    Model::new(team_file(TEAM, "t.toml").unwrap())
}

/// An issue of this age with these labels.
fn opened(labels: &[&str], when: &str) -> Incident {
    let mut incident = Incident::opened(&SourceId::new("api"), 1, Clean::line("the gateway hangs"), at(when));
    incident.labels = labels.iter().map(|label| Clean::line(label)).collect();
    incident
}

fn asked(step: u32, who: &str, when: &str, since: &str) -> Asked {
    let (escalation, who) = ("default".to_owned(), who.split(' ').map(Clean::line).collect());
    Asked { escalation, step, who, since: at(since), at: at(when), by: None, back: None }
}

/// What would be asked now, as `4 ana,ben | 2: …, 3: …`.
fn course(model: &Model, incident: &Incident, now: &str) -> String {
    let now = at(now);
    let (row, _) = queue::row(incident, model, now);
    let round = Round::of(model, incident, &row).unwrap();
    told(&round.course(&ByFile(&model.team), now))
}

fn told(course: &Course) -> String {
    let next = course.next.as_ref().map_or("-".to_owned(), |ask| format!("{} {}", ask.step, ask.who.join(",")));
    let skipped: Vec<String> = course.skipped.iter().map(|one| format!("{}: {}", one.step, one.why)).collect();
    if skipped.is_empty() { next } else { format!("{next} | {}", skipped.join("; ")) }
}

fn due(model: &Model, incident: &Incident, now: &str) -> Option<String> {
    let now = at(now);
    let (row, _) = queue::row(incident, model, now);
    Round::of(model, incident, &row)?.due().map(|due| due.format("%a %H:%M").to_string())
}

#[test]
fn a_step_that_reaches_nobody_is_passed_over_at_once_and_says_why() {
    let model = model();
    // Ana has it from 30 November, ben from 7 December.
    let cases = [
        (&["SEV1", "tool"][..], "2026-12-01T12:00:00Z", "1 ana"),
        (&["SEV1", "tool"], "2026-12-05T03:00:00Z", "3 chi | 1: off hours; 2: off hours"),
        (
            &["SEV1", "tool"],
            "2026-12-07T03:00:00Z",
            "4 ana,ben | 1: off hours; 2: off hours; 3: chi is away to 2026-12-08",
        ),
        (&["SEV1"], "2026-12-05T03:00:00Z", "4 ana,ben,chi | 1: off hours; 2: off hours; 3: it has no area"),
    ];
    for (labels, now, wanted) in cases {
        assert_eq!(course(&model, &opened(labels, now), now), wanted, "{labels:?} {now}");
    }
}

#[test]
fn who_has_been_asked_or_has_it_is_not_asked_again() {
    let model = model();
    let now = "2026-12-01T12:16:00Z";
    let mut incident = opened(&["SEV1", "docs"], "2026-12-01T12:00:00Z");
    incident.asked = vec![asked(1, "ana", "2026-12-01T12:00:05Z", "2026-12-01T12:00:00Z")];
    assert_eq!(course(&model, &incident, now), "2 ben");
    incident.asked.push(asked(2, "ben", "2026-12-01T12:15:05Z", "2026-12-01T12:00:00Z"));
    assert_eq!(course(&model, &incident, now), "4 ana,ben,chi | 3: ana has been asked already");
    incident.asked.push(asked(4, "ana ben chi", "2026-12-01T12:16:00Z", "2026-12-01T12:00:00Z"));
    assert_eq!(course(&model, &incident, now), "-");
    // Whoever it is assigned to has been told already.
    let mut incident = opened(&["SEV1", "docs"], "2026-12-01T12:00:00Z");
    incident.assignees = vec![Clean::line("ana-example")];
    assert_eq!(course(&model, &incident, now), "2 ben | 1: ana has been asked already");
}

#[test]
fn each_step_is_waited_for_on_the_clock_of_the_severity() {
    let model = model();
    let with = |labels: &[&str], opened_at: &str, all: &[Asked]| {
        let mut incident = opened(labels, opened_at);
        incident.asked = all.to_vec();
        incident
    };
    let friday = "2026-12-04T17:20:00Z";
    let one = [asked(1, "ana", friday, friday)];
    let cases = [
        (with(&["SEV1"], friday, &[]), Some("Fri 17:20")),
        (with(&["SEV1"], friday, &one), Some("Fri 17:35")),
        // Ten minutes are left of Friday, and the rest of Monday.
        (with(&["SEV2"], friday, &one), Some("Mon 09:05")),
        (with(&["SEV2"], "2026-12-05T03:00:00Z", &[]), Some("Mon 09:00")),
        (with(&["SEV1"], friday, &[asked(3, "chi", friday, friday)]), Some("Fri 17:50")),
        (with(&["SEV1"], friday, &[asked(4, "ana ben", friday, friday)]), None),
        (with(&["SEV3"], friday, &[]), None),
        // A person out of turn is waited for like the step before.
        (with(&["SEV1"], friday, &[asked(0, "chi", friday, friday)]), Some("Fri 17:35")),
    ];
    for (incident, wanted) in cases {
        let labels = &incident.labels;
        assert_eq!(
            due(&model, &incident, "2026-12-05T03:10:00Z").as_deref(),
            wanted,
            "{labels:?} {:?}",
            incident.asked
        );
    }
}

#[test]
fn an_ack_a_snooze_and_a_close_stop_it_and_what_comes_after_begins_anew() {
    let model = model();
    let mut incident = opened(&["SEV1"], "2026-12-01T12:00:00Z");
    incident.asked = vec![asked(1, "ana", "2026-12-01T12:00:05Z", "2026-12-01T12:00:00Z")];
    assert_eq!(due(&model, &incident, "2026-12-01T12:10:00Z").as_deref(), Some("Tue 12:15"));
    incident.ack = Some(Ack { by: Some(Clean::line("ana-example")), at: Some(at("2026-12-01T12:05:00Z")) });
    assert_eq!(due(&model, &incident, "2026-12-01T12:10:00Z"), None);
    // The ack ran out: whoever is on duty is asked again, first of all.
    let now = "2026-12-01T13:10:00Z";
    assert_eq!(due(&model, &incident, now).as_deref(), Some("Tue 13:05"));
    assert_eq!(course(&model, &incident, now), "1 ana");
    incident.ack = None;
    incident.snooze = Some(dogwatch::domain::incident::Snooze {
        until: at("2026-12-01T15:00:00Z"),
        by: None,
        at: Some(at("2026-12-01T12:06:00Z")),
    });
    assert_eq!(due(&model, &incident, "2026-12-01T14:00:00Z"), None);
    assert_eq!(due(&model, &incident, "2026-12-01T15:10:00Z").as_deref(), Some("Tue 15:00"));
    assert_eq!(course(&model, &incident, "2026-12-01T15:10:00Z"), "1 ana");
    incident.status = dogwatch::domain::incident::Status::Closed {
        at: None,
        reason: dogwatch::domain::incident::CloseReason::Completed,
    };
    let (row, _) = queue::row(&incident, &model, at("2026-12-01T15:10:00Z"));
    assert!(Round::of(&model, &incident, &row).is_none());
}

#[test]
fn an_ack_from_before_somebody_else_was_asked_counts_no_more() {
    let model = model();
    let mut incident = opened(&["SEV1"], "2026-12-01T12:00:00Z");
    incident.ack = Some(Ack { by: Some(Clean::line("ana-example")), at: Some(at("2026-12-01T12:05:00Z")) });
    incident.asked = vec![asked(2, "ben", "2026-12-01T12:20:00Z", "2026-12-01T12:20:00Z")];
    let (row, _) = queue::row(&incident, &model, at("2026-12-01T12:21:00Z"));
    assert_eq!(row.standing.state, State::Open);
    assert_eq!(row.standing.again.as_ref().map(Clean::as_str), Some("somebody else was asked to take it"));
    assert_eq!(row.standing.due_at, Some(at("2026-12-01T12:35:00Z")), "a fresh clock");
    incident.ack = Some(Ack { by: Some(Clean::line("ben-example")), at: Some(at("2026-12-01T12:22:00Z")) });
    let (row, _) = queue::row(&incident, &model, at("2026-12-01T12:23:00Z"));
    assert_eq!(row.standing.state, State::Acked);
}

#[test]
fn asking_for_it_gives_what_was_reopened_no_fresh_clock() {
    let model = model();
    let mut incident = opened(&["SEV1"], "2026-12-01T12:00:00Z");
    incident.reopened_at = Some(at("2026-12-01T14:00:00Z"));
    incident.asked = vec![asked(1, "ana", "2026-12-01T14:01:00Z", "2026-12-01T14:00:00Z")];
    let (row, _) = queue::row(&incident, &model, at("2026-12-01T14:02:00Z"));
    assert_eq!((row.standing.due_at, row.standing.overdue()), (Some(at("2026-12-01T12:15:00Z")), true));
    assert_eq!(course(&model, &incident, "2026-12-01T14:20:00Z"), "2 ben", "the round goes on");
}

fn wanted(incident: &Incident, to: Rung, now: &str) -> Result<Asking, String> {
    let (model, now) = (model(), at(now));
    let (row, _) = queue::row(incident, &model, now);
    let scene = Scene { incident, row: &row, model: &model, now };
    let wanted = Escalation { to, by: "ana".into(), note: "the gateway is not ours".into() };
    match scene.wanted(&wanted) {
        Ok(Decision::Escalate(asking)) => Ok(asking),
        Ok(other) => panic!("{other:?}"),
        Err(why) => Err(why.to_string()),
    }
}

#[test]
fn a_person_may_ask_for_the_next_step_another_step_or_somebody_out_of_turn() {
    let mut incident = opened(&["SEV1", "docs"], "2026-12-01T12:00:00Z");
    incident.assignees = vec![Clean::line("ana-example")];
    let now = "2026-12-01T12:10:00Z";
    let next = wanted(&incident, Rung::Next, now).unwrap();
    let text = "@ben-example escalated to ben (ops secondary): ana asks for it; step 2 of 4, step 1 reached nobody: \
                ana has been asked already.\n\nthe gateway is not ours";
    assert_eq!((next.step, next.to.as_ref().map(Clean::as_str), next.text.as_str()), (2, Some("ben-example"), text));
    assert_eq!((next.from, next.who), (vec![Clean::line("ana-example")], vec![Clean::line("ben")]));
    let all = wanted(&incident, Rung::Step(4), now).unwrap();
    assert_eq!((all.to, all.from.len(), all.who.len()), (None, 0, 3));
    assert!(all.text.starts_with("@ana-example @ben-example chi: escalated to everyone: "), "{}", all.text);
    let own = wanted(&incident, Rung::Person("ben-example".into()), now).unwrap();
    assert_eq!((own.step, own.who), (2, vec![Clean::line("ben")]), "the step that reaches them anyway");
    let far = wanted(&incident, Rung::Person("chi".into()), now).unwrap();
    assert_eq!((far.step, far.to.as_ref().map(Clean::as_str)), (0, Some("chi")));
    for (rung, why) in [
        (Rung::Step(5), "there is no step 5; default has 4"),
        (Rung::Step(0), "there is no step 0; default has 4"),
        (Rung::Person("dev".into()), "dev joins on 2027-01-01"),
        (Rung::Person("zoe".into()), "there is no person zoe"),
    ] {
        assert_eq!(wanted(&incident, rung, now).unwrap_err(), why);
    }
    let lower = opened(&["SEV3"], "2026-12-01T12:00:00Z");
    assert_eq!(wanted(&lower, Rung::Next, now).unwrap_err(), "SEV3 has no escalation; assign it to a person instead");
}

#[test]
fn where_it_stands_is_told_in_a_line() {
    let model = model();
    let mut incident = opened(&["SEV1", "tool"], "2026-12-01T12:00:00Z");
    let told = |incident: &Incident, now: &str| {
        let (row, _) = queue::row(incident, &model, at(now));
        line(&Round::of(&model, incident, &row).unwrap(), &ByFile(&model.team), at(now))
    };
    assert_eq!(told(&incident, "2026-12-01T12:01:00Z"), "not begun; ana (ops primary) is asked first");
    incident.asked = vec![asked(1, "ana", "2026-12-01T12:02:00Z", "2026-12-01T12:00:00Z")];
    assert_eq!(
        told(&incident, "2026-12-01T12:08:00Z"),
        "step 1 of 4: ana (ops primary), since 12:02; ben (ops secondary) in 9 min"
    );
    incident.asked.push(asked(4, "ana ben chi", "2026-12-01T12:20:00Z", "2026-12-01T12:00:00Z"));
    assert_eq!(
        told(&incident, "2026-12-02T12:21:00Z"),
        "step 4 of 4: everyone, since Tue 1 Dec 12:20; nobody is left to ask"
    );
}

/// Duties as a table says, whatever the time.
struct Table(BTreeMap<(String, bool), Option<String>>);

impl Duties for Table {
    fn on_duty(&self, rotation: &str, role: Role, _: DateTime<Utc>) -> Result<String, String> {
        let known = self.0.get(&(rotation.to_owned(), role == Role::Primary)).cloned().flatten();
        known.ok_or_else(|| "off hours".to_owned())
    }
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        prop_oneof!["ana", "ben", "chi", "dev"].prop_map(Who::Person),
        Just(Who::RotationPrimary("ops".into())),
        Just(Who::RotationSecondary("ops".into())),
        Just(Who::AreaOwner("docs".into())),
        Just(Who::OwnerOfArea),
        Just(Who::Everyone),
    ]
}

fn somebody() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop_oneof!["ana", "ben", "chi"].prop_map(String::from))
}

proptest! {
    #[test]
    fn it_goes_up_step_by_step_asks_nobody_twice_and_ends(
        steps in prop::collection::vec((who(), 1i64..90), 1..12), primary in somebody(), secondary in somebody(),
        business in any::<bool>(), minutes in 0i64..20_000,
    ) {
        let mut team: TeamFile = team_file(TEAM, "t.toml").unwrap();
        team.escalations[0].steps = steps
            .into_iter()
            .map(|(to, wait)| {
                let wait = Some(dogwatch::config::Span::Elapsed(TimeDelta::minutes(wait)));
                dogwatch::config::Step { to, wait }
            })
            .collect();
        let model = Model::new(team);
        let table = Table([(("ops".to_owned(), true), primary), (("ops".to_owned(), false), secondary)].into());
        let mut now = at("2026-12-01T12:00:00Z") + TimeDelta::minutes(minutes);
        let mut incident = opened(&[if business { "SEV2" } else { "SEV1" }, "tool"], "2026-12-01T12:00:00Z");
        incident.opened_at = now;
        let (mut last, mut told) = (0, Vec::new());
        loop {
            let (row, _) = queue::row(&incident, &model, now);
            let round = Round::of(&model, &incident, &row).unwrap();
            if let Some(due) = round.due() {
                prop_assert!(due >= now || round.last().is_none(), "{due} {now}");
                now = due.max(now);
            }
            let course = round.course(&table, now);
            let upto = course.next.as_ref().map_or(round.of_steps() + 1, |ask| ask.step);
            let passed: Vec<u32> = course.skipped.iter().map(|one| one.step).collect();
            prop_assert_eq!(passed, (last + 1..upto).collect::<Vec<_>>(), "what is not asked says why");
            prop_assert!(course.skipped.iter().all(|one| !one.why.is_empty()));
            let Some(ask) = course.next else { break };
            prop_assert!(!ask.who.is_empty() && ask.who.iter().any(|who| !told.contains(who)));
            prop_assert_eq!(ask.assigns == Assigns::Nobody, ask.title == "everyone");
            last = ask.step;
            told.extend(ask.who.clone());
            let who = ask.who.iter().map(|who| Clean::line(who)).collect();
            let since = round.since.unwrap();
            incident.note_asked(Asked { escalation: "default".into(), step: last, who, since, at: now, by: None, back: None });
        }
        prop_assert!(incident.asked.len() <= 4, "there are three who can be asked, and everyone");
    }

    #[test]
    fn who_was_asked_is_noted_once_whatever_order_it_is_heard_in(
        order in prop::collection::vec(0usize..5, 0..20),
    ) {
        let all: Vec<Asked> = (1..=5)
            .map(|step| asked(step, "ana", &format!("2026-12-01T12:{:02}:00Z", step * 5), "2026-12-01T12:00:00Z"))
            .collect();
        let mut incident = opened(&["SEV1"], "2026-12-01T12:00:00Z");
        for at in &order {
            incident.note_asked(all[*at].clone());
        }
        let wanted: Vec<Asked> = all.iter().enumerate().filter(|(at, _)| order.contains(at)).map(|(_, one)| one.clone()).collect();
        prop_assert_eq!(incident.asked, wanted);
    }
}

#[test]
fn whoever_asks_is_not_asked_unless_they_are_named() {
    let incident = opened(&["SEV1", "docs"], "2026-12-01T12:00:00Z");
    let now = "2026-12-01T12:10:00Z";
    let next = wanted(&incident, Rung::Next, now).unwrap();
    assert_eq!((next.step, next.who), (2, vec![Clean::line("ben")]), "ana asks for it, and has the first step");
    assert!(next.text.contains("step 1 reached nobody: ana asks for it"), "{}", next.text);
    assert_eq!(next.said, "asked ben (ops secondary) (passing over step 1: ana asks for it)");
    for rung in [Rung::Step(1), Rung::Person("ana".into())] {
        assert_eq!(wanted(&incident, rung, now).unwrap().who, [Clean::line("ana")]);
    }
}

#[test]
fn what_was_taken_back_counts_no_more_in_whichever_order_it_is_heard_of() {
    let first = asked(1, "ana", "2026-12-01T12:02:00Z", "2026-12-01T12:00:00Z");
    let back = Asked { back: Some(at("2026-12-01T12:05:00Z")), ..first.clone() };
    let again = Asked { at: at("2026-12-01T12:05:00.001Z"), ..first.clone() };
    for told in [[&first, &back, &again], [&back, &again, &first], [&again, &first, &back], [&back, &first, &again]] {
        let mut incident = opened(&["SEV1", "tool"], "2026-12-01T12:00:00Z");
        told[..2].iter().for_each(|one| incident.note_asked((*one).clone()));
        told[2..].iter().chain(&told).for_each(|one| incident.note_asked((*one).clone()));
        assert_eq!(incident.asked, [back.clone(), again.clone()], "{told:?}");
        assert_eq!(incident.standing_asks().count(), 1);
    }
}
