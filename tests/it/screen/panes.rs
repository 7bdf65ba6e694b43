//! The rotation, the calendar, and all panes on a large screen.

use dogwatch::app::event::Gathered;
use dogwatch::config::team_file;
use dogwatch::domain::calendar::{Facts, Tag};

use super::*;

/// On a Sunday afternoon. People and dates are sample data.
const TEAM: &str = r#"version = 1
[team]
timezone = "Europe/London"
[[people]]
id = "ana"
timezone = "America/New_York"
[[people]]
id = "ben"
away = [{ from = "2026-12-08", to = "2026-12-09", why = "leave" }]
[[people]]
id = "chi"
[[rotations]]
id = "ops"
title = "MCP on-call"
start = "2026-11-02T10:00"
shift = "7d"
members = ["ana", "ben", "chi"]
coverage = "24x7"
secondary = "previous"
[[rotations.overrides]]
from = "2026-11-21"
to = "2026-11-24"
person = "ana"
why = "chi is on leave"
[[trains]]
id = "tools"
title = "MCP tool schemas"
start = "2026-11-03"
rule = "FREQ=MONTHLY;BYDAY=3TU"
owners = ["ana", "ben"]
evidence = "tag:tools-v*"
[[freezes]]
id = "year-end"
from = "2026-12-14"
to = "2027-01-04"
covers = ["train:tools"]
except = ["SEV1"]
approver = "ben"
"#;

fn watching() -> App {
    let mut setup = setup(team_file(TEAM, "dogwatch.toml").unwrap());
    setup.me = "ana".into();
    let mut app = App::new(setup, plain(Keymap::default()), now());
    app.update(now(), loaded(vec![incident("api#1", 30, &["SEV1"])]));
    app.update(now(), gathered(Vec::new()));
    app
}

fn gathered(tags: Vec<Tag>) -> Fact {
    let facts = Facts { tags: Some(tags), ..Facts::default() };
    Fact::Gathered(Box::new(Gathered { facts, doubts: Vec::new() }))
}

#[test]
fn the_header_says_who_is_on_call_and_until_when() {
    let mut app = watching();
    let shown = screen(&mut app, 80, 24);
    assert!(shown.starts_with("ana until 30 Nov  SEV1 1"), "{shown}");
}

#[test]
fn the_rotation_says_who_why_until_when_and_who_is_next() {
    let mut app = watching();
    press(&mut app, "2");
    insta::assert_snapshot!(screen(&mut app, 80, 24));
    insta::assert_snapshot!(screen(&mut app, 160, 45));
}

#[test]
fn the_calendar_stands_under_one_sentence_and_an_entry_says_more() {
    let mut app = watching();
    press(&mut app, "3");
    insta::assert_snapshot!(screen(&mut app, 80, 24));
    press(&mut app, "jjjjj<enter>");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("next      Tue 19 Jan, Tue 16 Feb, Tue 16 Mar"), "{shown}");
    press(&mut app, "<esc>");
    assert!(screen(&mut app, 80, 24).contains("api#1"), "back to the queue");
}

#[test]
fn a_large_screen_shows_all_panes_and_z_shows_one() {
    let mut app = watching();
    insta::assert_snapshot!(screen(&mut app, 200, 60));
    press(&mut app, "<tab>z");
    let alone = screen(&mut app, 200, 60);
    assert!(alone.contains("[2 rotation]") && !alone.contains("── calendar ─") && !alone.contains("api#1"), "{alone}");
    press(&mut app, "z");
    assert!(screen(&mut app, 200, 60).contains("── calendar ─"));
}

#[test]
fn keys_of_the_queue_decide_nothing_while_another_pane_has_them() {
    let mut app = watching();
    screen(&mut app, 80, 24);
    let effects = press(&mut app, "2axsS");
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Record(_))), "{effects:?}");
}

#[test]
fn what_opened_within_an_hour_of_a_release_says_so() {
    let mut app = watching();
    let tag = |minutes| Tag { name: "tools-v1.4.0".into(), at: now() - TimeDelta::minutes(minutes), commit: None };
    app.update(now(), gathered(vec![tag(50)]));
    let shown = screen(&mut app, 200, 40);
    assert!(shown.contains("after tools-v1.4.0: title of 1"), "{shown}");
    assert!(shown.contains("tools-v1.4.0, which went out 20 min before"), "{shown}");
    app.update(now(), gathered(vec![tag(91)]));
    assert!(!screen(&mut app, 120, 24).contains("tools-v1.4.0:"), "an hour is over");
    app.update(now(), gathered(vec![tag(29)]));
    assert!(!screen(&mut app, 120, 24).contains("after tools-v1.4.0"), "it was open before");
}

#[test]
fn a_changed_team_file_is_taken_over_while_the_screen_is_open() {
    let mut app = watching();
    let newer = TEAM.replace("person = \"ana\"", "person = \"ben\"");
    app.update(now(), Fact::TeamRead(Box::new(team_file(&newer, "dogwatch.toml").unwrap())));
    let shown = screen(&mut app, 80, 24);
    assert!(shown.starts_with("ben until Tue 10:00"), "{shown}");
    // Frozen, what is shown stays.
    press(&mut app, "F");
    app.update(now(), Fact::TeamRead(Box::new(team_file(TEAM, "dogwatch.toml").unwrap())));
    assert!(screen(&mut app, 80, 24).contains("ben until"));
}

#[test]
fn a_snooze_says_whose_shift_it_wakes() {
    let mut app = watching();
    press(&mut app, "s");
    let shown = screen(&mut app, 100, 24);
    assert!(shown.contains("in ana's shift"), "{shown}");
    assert!(shown.contains("16:12, in ana's shift") || shown.contains("15:12, in ana's shift"), "{shown}");
}
