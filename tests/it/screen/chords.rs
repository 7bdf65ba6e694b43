//! Several keys, one after the other: begun, gone on with, dropped, and refused
//! where nobody could tell when they are over.

use super::*;
use dogwatch::app::bindings::{BINDINGS, Place};

fn bound(keys: &[(&str, &[&str])]) -> Keymap {
    let keys = keys.iter().map(|(name, keys)| ((*name).to_owned(), keys.iter().map(ToString::to_string).collect()));
    Keymap::with(&keys.collect()).unwrap()
}

fn shift_with(keys: &[(&str, &[&str])]) -> App {
    let mut app = App::new(setup(team()), plain(bound(keys)), now());
    app.update(now(), loaded(vec![incident("api#1", 30, &["SEV1"]), incident("api#2", 90, &["SEV2"])]));
    app.update(now(), Fact::LeaseTaken);
    app
}

#[test]
fn the_keys_of_a_sequence_do_something_together_and_alone_they_do_nothing() {
    let mut app = shift_with(&[("snooze", &["ctrl-x s"]), ("kind", &["ctrl-x k"]), ("top", &["g g"])]);
    assert_eq!(press(&mut app, "s"), []);
    assert_eq!(app.dialog(), None, "its second key alone means nothing");
    assert_eq!(press(&mut app, "<ctrl-x>"), []);
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("ctrl-x … (any other key drops it)"), "{shown}");
    assert!(shown.contains("s  Snooze: not before a time") && shown.contains("k  Kind: say"), "{shown}");
    press(&mut app, "s");
    assert!(screen(&mut app, 80, 24).contains("Snooze api#1"));
    press(&mut app, "<esc>jgg");
    assert_eq!(selected(&app), "api#1");
}

#[test]
fn a_key_that_does_not_follow_drops_what_was_begun_and_does_nothing_else() {
    let mut app = shift_with(&[("snooze", &["ctrl-x s"])]);
    for (key, name) in [("a", "a"), ("<esc>", "esc"), ("<ctrl-x>", "ctrl-x")] {
        assert_eq!(press(&mut app, &format!("<ctrl-x>{key}")), [], "{name}");
        let shown = screen(&mut app, 80, 24);
        assert!(shown.contains(&format!("ctrl-x is dropped: {name} does not follow it")), "{shown}");
        assert!(!shown.contains("any other key drops it"), "{shown}");
    }
    assert_eq!(decided(&press(&mut app, "a")), ["ack api#1"], "the next key is a key of its own again");
}

#[test]
fn a_click_drops_what_was_begun_about_another_row() {
    let mut app = shift_with(&[("ack", &["ctrl-x a"])]);
    press(&mut app, "<ctrl-x>");
    app.update(now(), Input::Pointed(dogwatch::app::pointer::Pointed::Pane(dogwatch::panes::frame::Pane::Queue)));
    assert_eq!(decided(&press(&mut app, "a")), [""; 0]);
}

#[test]
fn three_keys_show_at_each_step_what_may_follow() {
    let mut app = shift_with(&[("ack", &["z a a"]), ("zoom", &["z a z"]), ("undo", &["z u"])]);
    press(&mut app, "z");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("a a  Ack: I have it") && shown.contains("u    Undo the last act"), "{shown}");
    press(&mut app, "a");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("z a … (any") && shown.contains("a  Ack: I have it") && !shown.contains("Undo the"));
    assert_eq!(decided(&press(&mut app, "a")), ["ack api#1"]);
}

#[test]
fn sequences_hold_in_panes_dialogs_lists_and_beside_what_is_typed() {
    let keys: &[(&str, &[&str])] = &[
        ("pane-bottom", &["g e"]),
        ("pane-top", &["g g"]),
        ("palette", &[":", "space p"]),
        ("mark", &["t"]),
        ("log-back", &["Z Z"]),
        ("list-choose", &["ctrl-x ctrl-x", "enter"]),
        ("note-done", &["ctrl-x s"]),
        ("yes", &["y e s"]),
    ];
    let mut app = shift_with(keys);
    press(&mut app, "2g");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("e  Last entry") && shown.contains("g  First entry"), "{shown}");
    press(&mut app, "e<esc>L");
    assert_eq!(app.place(), Place::Log);
    press(&mut app, "Z");
    assert!(screen(&mut app, 80, 24).contains("Z  Back"));
    press(&mut app, "Z");
    assert_eq!(app.dialog(), None);
    press(&mut app, "<space>psnooze<ctrl-x>");
    assert!(screen(&mut app, 80, 24).contains("ctrl-x  Choose this"));
    press(&mut app, "<ctrl-x>");
    assert!(screen(&mut app, 80, 24).contains("Snooze api#1"), "the palette took its line");
    press(&mut app, "<esc>cword<ctrl-x>");
    assert_eq!(decided(&press(&mut app, "s")), ["note api#1"], "and the note is sent without an s in it");
    press(&mut app, "*ayes");
    assert_eq!(app.dialog(), None, "a question hears three keys, too");
    assert_eq!(app.desk().journal().entries().len(), 3);
}

#[test]
fn what_was_begun_ends_with_a_paste_with_ctrl_c_and_where_nothing_is_seen() {
    let mut app = shift_with(&[("ack", &["g a"]), ("top", &[])]);
    press(&mut app, "g");
    resize(&mut app, 10, 3);
    assert_eq!(press(&mut app, "a"), []);
    resize(&mut app, 80, 24);
    assert!(!screen(&mut app, 80, 24).contains("any other key drops it"));
    press(&mut app, "g");
    assert_eq!(press(&mut app, "<ctrl-c>"), [Effect::Quit]);
    press(&mut app, "g");
    app.update(now(), Input::Pasted("a".to_owned()));
    assert!(!screen(&mut app, 80, 24).contains("any other key drops it"));
}

#[test]
fn on_the_smallest_screen_the_first_that_may_follow_are_seen() {
    let mut app = shift_with(&[("ack", &["g a"]), ("undo", &["g u"]), ("top", &["g g"])]);
    press(&mut app, "g");
    let shown = screen(&mut app, 40, 10);
    assert!(shown.contains("g  First row") && shown.contains("a  Ack: I have it"), "{shown}");
}

#[test]
fn help_and_palette_write_sequences_as_they_are_pressed() {
    let mut app = shift_with(&[("ack", &["g a", "f5"]), ("top", &["home"])]);
    press(&mut app, "?i have it");
    assert!(screen(&mut app, 80, 24).contains("g a, f5            Ack: I have it"));
    press(&mut app, "<esc>:i have it");
    assert!(screen(&mut app, 80, 24).contains("g a     Ack: I have it"));
}

#[test]
fn no_default_is_the_beginning_of_another() {
    for binding in BINDINGS {
        assert!(binding.keys.iter().all(|keys| !keys.contains(' ')), "{}", binding.name);
    }
}
