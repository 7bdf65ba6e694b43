//! The palette: whatever can be done, found by letters and words, and what
//! cannot be done now with the reason.

use super::*;
use dogwatch::app::bindings::{BINDINGS, Place};

/// The names in the palette, as they are listed.
fn listed(app: &App) -> Vec<String> {
    match app.dialog() {
        Some(dogwatch::app::watch::Dialog::Pick(pick)) => {
            (0..pick.len()).filter_map(|at| pick.line(at)).map(|choice| choice.label.clone()).collect()
        }
        other => panic!("{other:?} is no palette"),
    }
}

#[test]
fn letters_of_a_name_find_it_the_best_first_and_are_shown() {
    let mut app = shift();
    press(&mut app, ":pcal");
    assert_eq!(listed(&app)[0], "pane-calendar");
    let theme = app.outfit().theme.clone();
    let (buffer, _) = draw(&app, 80, 24);
    let found: String = (0..80 * 24)
        .map(|at| &buffer[(at % 80, at / 80)])
        .filter(|cell| cell.modifier.contains(theme.matched.add_modifier))
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    assert!(found.contains("pcal") || found.contains("pca"), "the letters are marked: {found:?}");
    for (typed, first) in [("ack", "ack"), ("snz", "snooze"), ("sev", "severity"), ("quit", "quit"), ("tour", "tour")] {
        press(&mut app, &format!("<ctrl-u>{typed}"));
        assert_eq!(listed(&app)[0], first, "{typed}");
    }
}

#[test]
fn words_of_the_help_find_it_too_but_only_as_they_stand() {
    let mut app = shift();
    press(&mut app, ":hide names");
    assert_eq!(listed(&app), ["private"]);
    press(&mut app, "<ctrl-u>hdnms");
    assert_eq!(listed(&app), [""; 0]);
}

#[test]
fn every_key_of_the_queue_is_in_it_with_its_key_and_help() {
    let mut app = shift();
    press(&mut app, ":");
    let mut listed = listed(&app);
    let mut all: Vec<String> = BINDINGS
        .iter()
        .filter(|binding| binding.place == Place::Queue && binding.name != "palette")
        .map(|binding| binding.name.to_owned())
        .collect();
    listed.sort();
    all.sort();
    assert_eq!(listed, all);
}

#[test]
fn what_was_used_last_comes_first() {
    let mut app = shift();
    press(&mut app, ":zoom<enter>:freeze<enter>:");
    assert_eq!(listed(&app)[..2], ["freeze", "zoom"]);
    press(&mut app, "<enter>");
    assert_eq!(app.frozen_since(), None, "the first line is done at once");
}

#[test]
fn what_cannot_be_done_says_why_and_stays_open() {
    let mut app = blank();
    app.update(now(), loaded(Vec::new()));
    press(&mut app, ":ack");
    assert!(screen(&mut app, 80, 24).contains("(nothing is selected) Ack: I have it"));
    assert_eq!(press(&mut app, "<enter>"), []);
    assert!(app.dialog().is_some() && screen(&mut app, 80, 24).contains("note: nothing is selected"));
    let mut app = shift();
    press(&mut app, "2:assign");
    assert!(screen(&mut app, 80, 24).contains("(in the queue) Assign it"));
    app.update(now(), Fact::ReadOnly(Clean::line("--readonly")));
    press(&mut app, "<esc><esc>:ack");
    assert!(screen(&mut app, 80, 24).contains("(--readonly) Ack: I have it"), "{}", screen(&mut app, 80, 24));
}

#[test]
fn in_every_view_it_offers_what_that_view_can_do_and_leads_back_to_it() {
    for (open, name, place) in [
        ("L", "log-bottom", Place::Log),
        ("M", "health-filter", Place::Health),
        ("V", "review-again", Place::Review),
        ("5", "model-map", Place::Model),
        ("H", "handoff-again", Place::Handoff),
        ("2", "pane-bottom", Place::Pane),
        ("4", "runbook-find", Place::Page),
        ("T", "meeting-present", Place::Meeting),
    ] {
        let mut app = shift();
        press(&mut app, open);
        assert_eq!(app.place(), place);
        press(&mut app, ":");
        let own = BINDINGS.iter().find(|binding| binding.place == place).unwrap().name;
        assert_eq!(listed(&app)[0], own, "its own come first");
        press(&mut app, name);
        assert_eq!(listed(&app)[0], name);
        press(&mut app, "<esc>");
        assert_eq!(app.place(), place, "{name}: it leads back");
        press(&mut app, &format!(":{name}<enter>"));
        assert_ne!(app.place(), Place::Queue, "{name} was done there");
    }
}

#[test]
fn a_command_without_a_key_is_still_found_and_done() {
    let none = BTreeMap::from([("health-tab".to_owned(), Vec::new()), ("model-map".to_owned(), Vec::new())]);
    let mut app = App::new(setup(team()), plain(Keymap::with(&none).unwrap()), now());
    app.update(now(), loaded(Vec::new()));
    press(&mut app, "5");
    let before = app.dialog().cloned();
    press(&mut app, ":model-map<enter>");
    assert_ne!(app.dialog().cloned(), before, "the map is shown");
    assert_eq!(app.place(), Place::Model);
}

#[test]
fn a_number_or_a_name_goes_to_that_incident() {
    let mut app = shift();
    for (typed, id) in [("4", "api#4"), ("#2", "api#2"), ("API#5", "api#5")] {
        press(&mut app, &format!(":{typed}"));
        assert!(screen(&mut app, 80, 24).contains(&format!("go to {id}")), "{typed}");
        press(&mut app, "<enter>");
        assert_eq!((selected(&app), app.dialog()), (id, None));
    }
    press(&mut app, "/nothing<enter>:3<enter>");
    assert_eq!(selected(&app), "api#3", "a filter that hides it is dropped");
    press(&mut app, "V:1<enter>");
    assert_eq!((selected(&app), app.place()), ("api#1", Place::Queue));
    press(&mut app, ":77<enter>");
    assert!(screen(&mut app, 80, 24).contains("nothing in the list has these words"));
}

#[test]
fn titles_in_the_palette_are_private_where_the_screen_is() {
    let mut app = with(vec![titled(incident("api#1", 5, &["SEV1"]), "secret plan of Ana Sol")]);
    press(&mut app, "P:1");
    assert!(!screen(&mut app, 80, 24).contains("Ana Sol"));
}
