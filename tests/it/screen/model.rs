//! The operating model on the screen: what is wrong by area, in full, mended
//! as a diff after a yes, and the map of who decides what.

use dogwatch::app::editing::Draft;
use dogwatch::app::event::Inspected;
use dogwatch::app::watch::Checkup;
use dogwatch::config::{Amendment, team_file};
use dogwatch::domain::map;

use super::*;
use crate::check::made::Scene;

/// A model with an error in an area, two warnings of its own, and one that is let pass.
fn scene() -> Scene {
    Scene::whole()
        .with("secondary = \"previous\"\n", "")
        .with("down.md#verify", "down.md#verfy")
        .with("escalate_to = \"ben\"\n", "")
        .and("[[lint.waivers]]\nrule = \"backlog-untouched\"\nsubject = \"severity:*\"\nwhy = \"w\"\nuntil = \"2026-12-31\"\n")
        .seeing(|seen| {
            let touched = crate::check::made::now() - TimeDelta::days(400);
            let lying = dogwatch::domain::check::Lying {
                id: "local#1".into(),
                severity: Some(0),
                touched,
                labels: Vec::new(),
            };
            seen.past.as_mut().unwrap().lying = vec![lying];
        })
}

fn seen(scene: &Scene) -> Fact {
    let map = map::rows(&team_file(&scene.team, "dogwatch.toml").unwrap());
    Fact::Checked(Ok(Box::new(Inspected { answer: scene.answer(), map })))
}

fn looking() -> App {
    let mut app = with(vec![incident("api#1", 50, &[])]);
    assert_eq!(press(&mut app, "5"), [Effect::Check]);
    assert!(screen(&mut app, 80, 24).contains("Model: looking"));
    app.update(now(), seen(&scene()));
    app
}

#[test]
fn findings_stand_by_area_with_who_can_mend_them_the_worst_first() {
    let mut app = looking();
    for (width, height) in [(40, 24), (80, 24), (120, 40), (200, 60)] {
        let shown = screen(&mut app, width, height);
        let at = |text: &str| shown.find(text).unwrap_or_else(|| panic!("no {text:?} in\n{shown}"));
        assert!(at("Model: 1 error, 2 warnings") < at("mcp (1)"), "{shown}");
        assert!(at("mcp (1)") < at("✗ error   kind:down") && at("kind:down") < at("the model itself (2)"), "{shown}");
        assert!(at("the model itself (2)") < at("! warning decision:drop"), "{shown}");
        assert!(at("decision:drop") < at("let pass by a waiver (1)"), "{shown}");
        assert!(width < 60 || shown.lines().any(|line| line.contains("kind:down") && line.contains("ana")), "{shown}");
    }
}

#[test]
fn the_header_speaks_of_the_model_only_while_something_is_an_error() {
    let mut app = looking();
    press(&mut app, "<esc>");
    let header = |app: &mut App, width| screen(app, width, 24).lines().next().unwrap().to_owned();
    assert!(header(&mut app, 120).contains("1 model error (5)"), "{}", header(&mut app, 120));
    assert!(header(&mut app, 80).contains("1 model error (5)"), "{}", header(&mut app, 80));
    let mended = Scene::whole().with("secondary = \"previous\"\n", "");
    let summary = mended.answer().summary;
    assert_eq!((summary.error, summary.warning), (0, 1));
    app.update(now(), seen(&mended));
    assert!(!header(&mut app, 120).contains("model"), "{}", header(&mut app, 120));
}

#[test]
fn a_finding_is_opened_in_full_and_the_cursor_stays_with_it() {
    let mut app = looking();
    press(&mut app, "j<enter>");
    let full = screen(&mut app, 80, 24);
    for text in [
        "decision:drop",
        "drop has no `escalate_to`",
        "fix       write",
        "who       ana",
        "where     dogwatch.toml:",
        "why ",
        "source ",
    ] {
        assert!(full.contains(text), "no {text:?} in\n{full}");
    }
    // What comes first is mended meanwhile; what is read stays.
    app.update(now(), seen(&scene().with("down.md#verfy", "down.md#verify")));
    assert!(screen(&mut app, 80, 24).contains("decision:drop"));
    press(&mut app, "<esc><esc>");
    assert_eq!(app.dialog(), None);
}

#[test]
fn a_fix_is_shown_as_a_diff_written_after_a_yes_and_looked_at_again() {
    let mut app = looking();
    let effects = press(&mut app, "f");
    let [Effect::Draft(amendment)] = &effects[..] else { panic!("{effects:?}") };
    let before = scene().team;
    let after = amendment.made_in(&before, "dogwatch.toml").unwrap();
    assert_eq!(after, before.replace("down.md#verfy", "down.md#verify"));
    let diff = "--- a/t\n+++ b/t\n-runbook = \"down.md#verfy\"\n+runbook = \"down.md#verify\"\n".to_owned();
    let draft = Draft { amendment: amendment.clone(), before, after: after.clone(), diff };
    app.update(now(), Fact::Drafted(Ok(Box::new(draft.clone()))));
    let asked = screen(&mut app, 80, 24);
    assert!(asked.contains("+runbook = \"down.md#verify\"") && asked.contains("Model: "), "{asked}");
    // No writes nothing, and leads back.
    assert_eq!(press(&mut app, "n"), []);
    assert!(screen(&mut app, 80, 24).contains("mcp (1)"));
    press(&mut app, "f");
    app.update(now(), Fact::Drafted(Ok(Box::new(draft.clone()))));
    assert_eq!(press(&mut app, "y"), [Effect::Amend(Box::new(draft))]);
    let team = team_file(&after, "dogwatch.toml").unwrap();
    assert!(app.update(now(), Fact::TeamRead(Box::new(team))).contains(&Effect::Check));
    assert!(matches!(app.checkup(), Checkup::Asked(Some(_))), "what was known stays until then");
}

#[test]
fn where_only_a_person_can_say_what_to_write_nothing_is_drafted() {
    let mut app = looking();
    assert_eq!(press(&mut app, "jf"), []);
    let said = screen(&mut app, 100, 24);
    assert!(said.contains("a person has to say what to write; e opens the place"), "{said}");
    let effects = press(&mut app, "e");
    let [Effect::EditPage { path, line }] = &effects[..] else { panic!("{effects:?}") };
    let place = scene().team.lines().position(|line| line == "[[decisions]]").unwrap() + 1;
    assert_eq!((path.as_str(), *line), ("dogwatch.toml", place));
}

#[test]
fn the_changes_that_are_offered_can_be_made_and_mend_what_they_are_offered_for() {
    let mend = |scene: Scene, rule: &str| {
        let answer = scene.answer();
        let one = answer.findings.iter().find(|one| one.rule == rule).unwrap_or_else(|| panic!("{answer:#?}"));
        let change: Amendment = one.change.clone().unwrap();
        let team = change.made_in(&scene.team, "dogwatch.toml").unwrap();
        let mended = Scene { team, ..scene }.answer();
        assert!(!mended.findings.iter().any(|other| other.rule == rule), "{mended:#?}");
    };
    mend(Scene::whole().with("secondary = \"previous\"\n", ""), "rotation-thin");
    mend(Scene::whole().with("ack = \"2h\"\nmitigate = \"2bd\"", "ack = \"2h\""), "severity-no-sla");
    mend(Scene::whole().with("ack = \"2h\"\nmitigate", "ack = \"30m\"\nmitigate"), "severity-no-sla");
    mend(Scene::whole().with("runbook = \"down.md#verify\"", "runbook = \"dwn.md\""), "kind-no-runbook");
    mend(
        Scene::whole()
            .with("id = \"ana\"\n", "id = \"ana\"\naway = [{ from = \"2026-11-30\", to = \"2026-12-02\" }]\n"),
        "rotation-away",
    );
}

#[test]
fn the_map_says_who_decides_what_and_what_is_unclear() {
    let mut app = looking();
    press(&mut app, "m");
    let narrow = screen(&mut app, 60, 40);
    assert!(narrow.contains("8 in the map, 2 unclear") && narrow.contains("drop  What is dropped?"), "{narrow}");
    assert!(narrow.contains("  who    ana") && narrow.contains("  backup UNCLEAR"), "{narrow}");
    let wide = screen(&mut app, 160, 50);
    let row = wide.lines().find(|line| line.contains("  drop  ")).unwrap_or_else(|| panic!("{wide}"));
    assert!(row.contains("ana") && row.contains("UNCLEAR") && row.contains("it is old"), "{row}");
    press(&mut app, "m");
    assert!(screen(&mut app, 80, 24).contains("the model itself (2)"));
}

#[test]
fn it_is_reached_from_every_pane_and_from_the_palette() {
    let mut app = with(vec![incident("api#1", 50, &[])]);
    for pane in ["1", "2", "3", "4"] {
        press(&mut app, pane);
        assert!(press(&mut app, "5").contains(&Effect::Check), "from {pane}");
        press(&mut app, "5");
        assert_eq!(app.dialog(), None);
    }
    press(&mut app, ":model");
    assert!(press(&mut app, "<enter>").contains(&Effect::Check));
    app.update(now(), Fact::Checked(Err(Clean::line("there is no team file to check"))));
    assert!(screen(&mut app, 80, 24).contains("there is no team file to check"));
}
