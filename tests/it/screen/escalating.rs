//! Asking the next one: who it would be, why others are passed over, and where it stands afterwards.

use dogwatch::config::team_file;
use dogwatch::domain::decision::Decision;
use dogwatch::domain::incident::Asked;

use super::*;

const TEAM: &str = r#"
[[people]]
id = "ana"
name = "Ana Sol"
github = "ana-sol"
[[people]]
id = "ben"
[[people]]
id = "chi"
away = [{ from = "2026-11-20", to = "2026-11-25" }]
[[rotations]]
id = "ops"
start = "2026-11-02T10:00"
shift = "7d"
members = ["ana", "ben"]
secondary = "next"
[[rotations]]
id = "nights"
start = "2026-11-02T10:00"
shift = "7d"
members = ["ben"]
coverage = "24x7"
[[escalations]]
id = "default"
steps = [
  { to = "rotation:ops/primary", wait = "15m" },
  { to = "rotation:nights/primary", wait = "15m" },
  { to = "chi", wait = "15m" },
  { to = "everyone" },
]
[[severities]]
id = "SEV1"
meaning = "x"
clock = "24x7"
escalation = "default"
[[severities]]
id = "SEV2"
meaning = "x"
"#;

fn app(incidents: Vec<Incident>) -> App {
    let mut app = App::new(setup(team_file(TEAM, "t.toml").unwrap()), plain(Keymap::default()), now());
    app.update(now(), loaded(incidents));
    app.update(now(), Fact::LeaseTaken);
    app
}

#[test]
fn the_next_step_is_offered_first_and_enter_asks_it() {
    let mut app = app(vec![incident("api#4", 30, &["SEV1"]), incident("api#5", 20, &["SEV2"])]);
    press(&mut app, "<enter>");
    let shown = screen(&mut app, 180, 24);
    assert!(shown.contains("not begun; ben (nights primary) is asked first (passing over"), "{shown}");
    press(&mut app, "E");
    let offered = screen(&mut app, 180, 24);
    assert!(offered.contains("Escalate api#4"), "{offered}");
    assert!(
        offered.contains("ben (nights primary)") && offered.contains("next, step 2 of 4; step 1: off hours"),
        "{offered}"
    );
    assert!(offered.contains("step 3 of 4: chi is away to 2026-11-25"), "{offered}");
    let effects = press(&mut app, "<enter>");
    assert_eq!(decided(&effects), ["escalate api#4"]);
    let Decision::Escalate(asking) = &recorded(&effects)[0].decision else { panic!("{effects:?}") };
    assert_eq!((asking.step, asking.to.as_ref().map(Clean::as_str)), (2, Some("ben")));
    keep(&mut app, &effects);
    let shown = screen(&mut app, 180, 24);
    assert!(shown.contains("step 2 of 4: ben (nights primary), since 14:12; everyone in 15"), "{shown}");
}

#[test]
fn a_person_may_be_typed_and_what_has_no_escalation_says_so() {
    let mut app = app(vec![incident("api#4", 30, &["SEV1"]), incident("api#5", 20, &["SEV2"])]);
    let effects = press(&mut app, "Eana<enter>");
    let Decision::Escalate(asking) = &recorded(&effects)[0].decision else { panic!("{effects:?}") };
    assert_eq!((asking.step, asking.to.as_ref().map(Clean::as_str)), (0, Some("ana-sol")));
    keep(&mut app, &effects);
    let effects = press(&mut app, "jE");
    assert_eq!(decided(&effects), [""; 0]);
    assert!(screen(&mut app, 180, 24).contains("its severity has no escalation"));
    assert_eq!(app.dialog(), None);
}

#[test]
fn of_many_each_goes_to_its_own_next() {
    let mut first = incident("api#4", 30, &["SEV1"]);
    first.note_asked(Asked {
        escalation: "default".into(),
        step: 2,
        who: vec![Clean::line("ben")],
        since: first.opened_at,
        at: first.opened_at,
        by: None,
        back: None,
    });
    let mut app = app(vec![first, incident("api#5", 20, &["SEV1"])]);
    let effects = press(&mut app, "*E<enter>");
    let steps: Vec<u32> = recorded(&effects)
        .iter()
        .map(|entry| if let Decision::Escalate(asking) = &entry.decision { asking.step } else { 0 })
        .collect();
    assert_eq!(steps, [4, 2]);
}

#[test]
fn the_answer_says_who_was_asked_and_undo_takes_it_back_whole() {
    let mut known = incident("api#4", 30, &["SEV1"]);
    known.assignees = vec![Clean::line("ana-sol")];
    let mut app = app(vec![known.clone()]);
    let effects = press(&mut app, "E<enter>");
    keep(&mut app, &effects);
    let mut told = known.clone();
    let Decision::Escalate(asking) = &recorded(&effects)[0].decision else { panic!("{effects:?}") };
    told.note_asked(asking.asked(Some(Clean::line("ana-sol")), now()));
    told.assignees = asking.to.clone().into_iter().collect();
    settle(&mut app, &Outcome::done(Some(told)));
    let shown = screen(&mut app, 180, 24);
    assert!(shown.contains("escalate api#4 done: asked ben (nights primary)"), "{shown}");
    let effects = press(&mut app, "u");
    assert_eq!(decided(&effects), ["recall api#4"]);
    keep(&mut app, &effects);
    let shown = screen(&mut app, 180, 24);
    assert!(shown.contains("undone: escalate api#4"), "{shown}");
    let seen = app.desk().incident(&known.id).unwrap();
    assert_eq!((seen.standing_asks().count(), &seen.assignees), (0, &known.assignees));
}
