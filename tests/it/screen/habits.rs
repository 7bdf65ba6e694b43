//! Whoever comes from vim and whoever comes from the arrows: both find their
//! keys in every place.

use super::*;
use dogwatch::app::bindings::{BINDINGS, Command, Place};

/// Keys that mean the same, the one of vim and the one of the arrows, where something is listed or read.
const MOVES: &[(&str, &str)] =
    &[("j", "down"), ("k", "up"), ("g", "home"), ("G", "end"), ("ctrl-d", "pgdn"), ("ctrl-u", "pgup")];
/// One line on, one line back.
const LINES: &[&str] = &["ctrl-e", "ctrl-y"];
/// Into something, and out of it.
const IN_AND_OUT: &[(&str, &str)] = &[("l", "right"), ("h", "left")];

fn bound(place: Place, key: &str) -> Option<Command> {
    Keymap::default().command(place, key.parse().unwrap())
}

#[test]
fn in_every_place_that_moves_both_habits_are_complete() {
    for place in [
        Place::Queue,
        Place::Pane,
        Place::Page,
        Place::Meeting,
        Place::Handoff,
        Place::Log,
        Place::Review,
        Place::Model,
        Place::Health,
        Place::Question,
    ] {
        for (vim, arrow) in MOVES {
            assert!(bound(place, vim).is_some(), "{place:?} has no {vim}");
            assert_eq!(bound(place, vim), bound(place, arrow), "{place:?}: {vim} and {arrow}");
        }
        for key in LINES {
            assert!(bound(place, key).is_some(), "{place:?} has no {key}");
        }
    }
    for place in [Place::Queue, Place::Pane, Place::Page, Place::Meeting, Place::Model, Place::Health] {
        for (vim, arrow) in IN_AND_OUT {
            assert!(bound(place, vim).is_some(), "{place:?} has no {vim}");
            assert_eq!(bound(place, vim), bound(place, arrow), "{place:?}: {vim} and {arrow}");
        }
    }
    // In the handoff `h` hands over, and the log and the review have nothing to go into.
    for (place, key) in [(Place::Handoff, "left"), (Place::Handoff, "right"), (Place::Log, "h"), (Place::Review, "h")] {
        assert!(bound(place, key).is_some(), "{place:?} has no {key}");
    }
}

#[test]
fn where_letters_are_typed_the_arrows_and_their_twins_move() {
    for (one, other) in [("down", "ctrl-n"), ("up", "ctrl-p"), ("down", "tab"), ("up", "shift-tab")] {
        assert!(bound(Place::List, one).is_some());
        assert_eq!(bound(Place::List, one), bound(Place::List, other));
    }
}

#[test]
fn the_same_is_seen_whichever_habit_was_followed() {
    for (open, name) in [
        ("", "queue"),
        ("2", "rotation"),
        ("3", "calendar"),
        ("4", "runbooks"),
        ("L", "log"),
        ("V", "review"),
        ("5", "model"),
        ("M", "health"),
        ("H", "handoff"),
    ] {
        for steps in [&["j", "j", "k"][..], &["G", "k"], &["G", "g"], &["ctrl-d", "ctrl-u", "ctrl-d"]] {
            let keys = |twin: bool| -> String {
                let twins = steps.iter().map(|key| MOVES.iter().find(|(vim, _)| vim == key).unwrap());
                // One letter stands for itself.
                let written = |key: &str| if key.len() == 1 { key.to_owned() } else { format!("<{key}>") };
                twins.map(|(vim, arrow)| written(if twin { arrow } else { vim })).collect()
            };
            let shown = |twin: bool| {
                let mut app = shift();
                press(&mut app, "ajaj");
                press(&mut app, open);
                press(&mut app, &keys(twin));
                screen(&mut app, 80, 24)
            };
            assert_eq!(shown(false), shown(true), "{name}: {steps:?}");
        }
    }
}

#[test]
fn tab_goes_round_the_panes_and_shift_tab_goes_back() {
    let mut app = shift();
    let mut seen = Vec::new();
    for _ in 0..4 {
        press(&mut app, "<tab>");
        seen.push(app.look().pane);
    }
    for pane in seen.iter().rev().skip(1) {
        press(&mut app, "<shift-tab>");
        assert_eq!(app.look().pane, *pane);
    }
    press(&mut app, "<shift-tab>");
    assert_eq!(app.look().pane, seen[3]);
}

#[test]
fn left_leads_out_of_the_detail_and_keeps_filter_and_marks() {
    let mut app = shift();
    press(&mut app, "/title<enter><space>l");
    assert_eq!(app.focus(), dogwatch::panes::frame::Focus::Detail);
    press(&mut app, "h");
    assert_eq!(app.focus(), dogwatch::panes::frame::Focus::Queue);
    press(&mut app, "hh<left>");
    assert_eq!((app.sought().text.as_str(), app.marks().is_empty()), ("title", false));
}

#[test]
fn in_every_place_there_is_a_key_for_help_and_it_leads_back() {
    for (open, place) in [
        ("", Place::Queue),
        ("2", Place::Pane),
        ("3", Place::Pane),
        ("4", Place::Page),
        ("L", Place::Log),
        ("M", Place::Health),
        ("V", Place::Review),
        ("5", Place::Model),
        ("H", Place::Handoff),
        ("T", Place::Meeting),
        ("*a", Place::Question),
        ("A", Place::List),
        ("/", Place::List),
        ("c", Place::Note),
        ("+", Place::List),
        (":", Place::List),
    ] {
        for key in ["?", "<f1>"] {
            if key == "?" && matches!(place, Place::List | Place::Note) {
                continue;
            }
            let mut app = shift();
            press(&mut app, open);
            assert_eq!(app.place(), place, "{open}");
            let before = app.dialog().cloned();
            press(&mut app, key);
            let shown = screen(&mut app, 80, 24);
            assert!(shown.contains("Keys (type to find one)"), "{open} {key}: {shown}");
            let group = BINDINGS.iter().find(|binding| binding.place == place).unwrap().group;
            let head: String = group.chars().take(30).collect();
            assert!(shown.lines().take(6).any(|line| line.contains(&head)), "{open}: {shown}");
            press(&mut app, "<esc>");
            assert_eq!((app.place(), app.dialog().cloned()), (place, before), "{open} {key}");
        }
    }
    let mut app = shift();
    app.update(now(), Fact::TrustWanted(vec![Clean::line("run a command")]));
    press(&mut app, "?");
    assert!(screen(&mut app, 80, 24).contains("Where a team file is to be trusted"));
}
