//! The cases of an eval incident: stepped through one by one, each opened
//! when somebody looks, and the command that runs them again.

use std::sync::Arc;

use super::*;
use dogwatch::config::team_file;
use dogwatch::domain::evals::CaseKey;
use dogwatch::domain::evals::evidence::Sheet;
use dogwatch::domain::evals::evidence::repeat::Repeat;

const SIGNAL: &str = "nightly:4f1c09aa12b3";

fn key(case: &str) -> CaseKey {
    CaseKey::of([case.as_bytes()])
}

fn eval_incident() -> Incident {
    let mut incident = Incident::opened(&"nightly".into(), 0, Clean::line("evals mcp-tools: 2 cases broke"), now());
    incident.id = SIGNAL.into();
    incident.signal = Some(SIGNAL.into());
    incident.body = Some(Clean::block("**the sentence with figures**\n\n```text\n++++|-  add\n++++|-  sub\n```"));
    incident
}

/// An eval incident on top, and an issue of `api` below.
fn watching() -> App {
    let text = "version = 1\n[[sources]]\nid = \"nightly\"\nkind = \"evals\"\npaths = [\"out\"]\n";
    let team = TeamFile { sources: team_file(text, "dogwatch.toml").unwrap().sources, ..team() };
    let mut app = App::new(setup(team), plain(Keymap::default()), now());
    app.update(now(), loaded(vec![eval_incident(), incident("api#1", 50, &[])]));
    app.update(now(), Fact::LeaseTaken);
    select(&mut app);
    app
}

/// Puts the cursor on the eval incident.
fn select(app: &mut App) {
    press(app, "g");
    for _ in 0..3 {
        if app.selected() != Some(&SIGNAL.into()) {
            press(app, "j");
        }
    }
    assert_eq!(app.selected(), Some(&SIGNAL.into()));
}

/// Puts it elsewhere.
fn go_away(app: &mut App) {
    press(app, "g");
    if app.selected() == Some(&SIGNAL.into()) {
        press(app, "j");
    }
    assert_ne!(app.selected(), Some(&SIGNAL.into()));
}

fn sheet(command: Option<&str>) -> Fact {
    let cases = ["add", "sub"].map(|name| (key(name), Clean::line(name))).to_vec();
    let remark = if command.is_some() {
        "To run just these cases again"
    } else {
        "There is no command for just these cases: none."
    };
    let repeat = Repeat { command: command.map(str::to_owned), remark: remark.to_owned() };
    Fact::CasesLoaded { signal: SIGNAL.into(), sheet: Some(Arc::new(Sheet { cases, repeat })) }
}

fn opened(case: &str, page: &str) -> Fact {
    Fact::CaseLoaded { signal: SIGNAL.into(), case: key(case), page: Clean::block(page) }
}

fn load(case: &str) -> [Effect; 1] {
    [Effect::LoadCase { signal: SIGNAL.into(), case: key(case) }]
}

fn shows(app: &mut App, words: &str) -> bool {
    screen(app, 80, 24).contains(words)
}

#[test]
fn an_eval_incident_says_how_many_cases_it_has_and_opens_one_only_when_asked() {
    let mut app = watching();
    assert!(!shows(&mut app, "opens the first"), "nobody knows yet");
    assert_eq!(press(&mut app, "]"), [], "and nothing is opened");
    assert!(shows(&mut app, "its cases are being read"));
    app.update(now(), sheet(None));
    assert!(shows(&mut app, "cases     2 cases; ] opens the first in full"));
    assert_eq!(press(&mut app, "]"), load("add"));
    assert!(shows(&mut app, "case 1 of 2: add") && shows(&mut app, "opening its files…"));
    app.update(now(), opened("add", "Answered `[-before-]` `{+now+}`:\n\n```wdiff\nIt is [-8-]{+9+}.\n```"));
    assert!(shows(&mut app, "It is [-8-]{+9+}.") && !shows(&mut app, "wdiff"));
    assert!(!shows(&mut app, "the sentence with figures"), "one thing at a time");
    assert_eq!(press(&mut app, "]"), load("sub"));
    assert!(shows(&mut app, "case 2 of 2: sub") && !shows(&mut app, "It is [-8-]"));
    assert_eq!(press(&mut app, "]"), []);
    assert!(shows(&mut app, "that is the last case"));
    assert_eq!(press(&mut app, "["), load("add"));
    assert_eq!(press(&mut app, "["), []);
    assert!(shows(&mut app, "the sentence with figures"), "before the first case stands the summary");
    press(&mut app, "[");
    assert!(shows(&mut app, "this is the summary"));
}

#[test]
fn an_answer_that_comes_too_late_is_shown_to_nobody() {
    let mut app = watching();
    app.update(now(), sheet(None));
    press(&mut app, "]]");
    app.update(now(), opened("add", "of the first"));
    assert!(shows(&mut app, "opening its files…") && !shows(&mut app, "of the first"));
    go_away(&mut app);
    app.update(now(), opened("sub", "of the second"));
    app.update(now(), sheet(None));
    assert_eq!(press(&mut app, "]"), []);
    assert!(shows(&mut app, "only incidents of evals have cases"));
    assert!(!shows(&mut app, "of the second"));
}

#[test]
fn the_cursor_coming_back_begins_with_the_summary_and_a_new_run_keeps_the_case() {
    let mut app = watching();
    app.update(now(), sheet(None));
    press(&mut app, "]]");
    app.update(now(), opened("sub", "of the second"));
    let mut newer = eval_incident();
    newer.updated_at = now() + TimeDelta::minutes(1);
    let asked = app.update(now(), Fact::Page { source: "nightly".into(), incidents: vec![newer] });
    assert!(asked.contains(&Effect::LoadCases(SIGNAL.into())), "{asked:?}");
    app.update(now(), sheet(None));
    assert!(shows(&mut app, "of the second"), "it stays while the runs are read anew");
    let one = Sheet {
        cases: vec![(key("add"), Clean::line("add"))],
        repeat: Repeat { command: None, remark: String::new() },
    };
    app.update(now(), Fact::CasesLoaded { signal: SIGNAL.into(), sheet: Some(Arc::new(one)) });
    assert!(shows(&mut app, "the sentence with figures"), "a case that is none any more is not shown");
    go_away(&mut app);
    select(&mut app);
    assert!(!shows(&mut app, "case 1 of"));
}

#[test]
fn the_command_that_runs_the_cases_again_is_copied_and_never_run() {
    let mut app = watching();
    assert_eq!(press(&mut app, "C"), []);
    assert!(shows(&mut app, "its cases are being read"));
    app.update(now(), sheet(Some("inspect eval t --sample-id add,sub")));
    assert!(shows(&mut app, "2 cases; ] opens the first in full, C copies how to run them again"));
    let copied =
        Effect::Copy { what: "command to run the cases again", text: "inspect eval t --sample-id add,sub".into() };
    assert_eq!(press(&mut app, "C"), [copied]);
    app.update(now(), sheet(None));
    assert_eq!(press(&mut app, "C"), []);
    assert!(shows(&mut app, "There is no command for just these cases"));
}

#[test]
fn the_footer_offers_what_can_be_done_with_an_eval_and_only_there() {
    let mut app = watching();
    let footer = |app: &mut App| screen(app, 80, 24).lines().last().unwrap().trim_end().to_owned();
    let own = "a ack  A assign  x close  = expect  ~ flaky  ] cases  C re-run  ? help  q quit";
    assert_eq!(footer(&mut app), own);
    go_away(&mut app);
    assert!(footer(&mut app).starts_with("/ filter  space mark  a ack") && !footer(&mut app).contains("expect"));
}

#[test]
fn the_command_to_run_cases_again_is_shown_whole_on_a_narrow_screen() {
    let mut app = watching();
    let mut newer = eval_incident();
    let command = "inspect eval tasks/mcp_tools.py@mcp_tools --sample-id add,sub --model openai/gpt-5-mini";
    newer.body = Some(Clean::block(&format!("To run just these again:\n\n```shell\n{command}\n```")));
    newer.updated_at = now() + TimeDelta::minutes(1);
    app.update(now(), Fact::Page { source: "nightly".into(), incidents: vec![newer] });
    press(&mut app, "<enter>");
    let seen = screen(&mut app, 60, 24);
    assert!(seen.contains("openai/gpt-5-mini") && !seen.contains("  shell"), "{seen}");
    let told: String = seen.split_whitespace().collect();
    assert!(told.contains(&command.replace(' ', "")), "{seen}");
}

#[test]
fn long_answers_are_wrapped_and_scrolled_at_every_width() {
    let mut app = watching();
    app.update(now(), sheet(None));
    press(&mut app, "]");
    let long = format!("```wdiff\n{} [-{}-]{{+last word+}}\n```", "lorem ipsum ".repeat(60), "gone ".repeat(60));
    app.update(now(), opened("add", &long));
    for (width, height) in [(80, 24), (120, 40), (160, 45)] {
        app.update(now(), Input::Resized { width, height });
        press(&mut app, "<enter>");
        for _ in 0..60 {
            press(&mut app, "J");
        }
        let seen = screen(&mut app, width, height);
        assert!(seen.contains("last word+}"), "{width}×{height}\n{seen}");
        press(&mut app, "<esc>");
    }
}
