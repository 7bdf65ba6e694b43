//! The table of keys: what help shows, what a personal file may change.

use super::*;
use dogwatch::app::bindings::{BINDINGS, Place};

#[test]
fn the_table_of_keys() {
    let row = |binding: &dogwatch::app::bindings::Binding| {
        format!("{:16} {:18} {}", binding.name, binding.keys.join(" "), binding.help)
    };
    let table: Vec<String> = BINDINGS.iter().map(row).collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn help() {
    let mut app = shift();
    press(&mut app, "?");
    insta::assert_snapshot!(screen(&mut app, 90, 92));
}

#[test]
fn help_is_searched_and_scrolled_and_left() {
    let mut app = shift();
    press(&mut app, "<f1>snooze");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("Wake: end a snooze now") && !shown.contains("Assign it"), "{shown}");
    press(&mut app, "<ctrl-u><down><pgdn>");
    assert!(!screen(&mut app, 80, 24).contains("│Move"));
    press(&mut app, "<pgup><up>");
    assert!(screen(&mut app, 80, 24).contains("│Move"));
    press(&mut app, "zzz");
    assert!(screen(&mut app, 80, 24).contains("no key has these words"));
    assert_eq!(press(&mut app, "<esc>"), []);
    assert_eq!(app.dialog(), None);
}

#[test]
fn no_default_takes_a_key_that_terminals_or_multiplexers_need() {
    for binding in BINDINGS {
        for key in binding.keys {
            let forbidden =
                ["ctrl-h", "ctrl-s", "ctrl-q", "ctrl-a", "ctrl-b", "ctrl-j", "ctrl-k", "delete", "backspace"];
            assert!(!forbidden.contains(key), "{} has {key}", binding.name);
            assert_eq!(key.parse::<Key>().unwrap().to_string(), *key);
        }
    }
}

#[test]
fn names_of_bindings_are_unique_and_no_two_share_a_key() {
    let names: std::collections::BTreeSet<_> = BINDINGS.iter().map(|binding| binding.name).collect();
    assert_eq!(names.len(), BINDINGS.len());
    assert!(Keymap::with(&BTreeMap::new()).is_ok());
}

fn remapped(keys: &[(&str, &[&str])]) -> Result<Keymap, Vec<String>> {
    let keys = keys.iter().map(|(name, keys)| ((*name).to_owned(), keys.iter().map(|key| (*key).to_owned()).collect()));
    let problems = |problems: Vec<_>| problems.iter().map(ToString::to_string).collect();
    Keymap::with(&keys.collect()).map_err(problems)
}

#[test]
fn a_personal_file_changes_keys_everywhere_and_help_shows_them() {
    let keys =
        remapped(&[("ack", &["t", "f5"]), ("yes", &["J"]), ("list-choose", &["ctrl-g"]), ("snooze", &[])]).unwrap();
    let mut app = App::new(setup(team()), plain(keys), now());
    app.update(now(), loaded(vec![incident("api#1", 30, &["SEV1"]), incident("api#2", 20, &["SEV1"])]));
    assert_eq!(press(&mut app, "as"), [], "the old keys do nothing");
    assert_eq!(press(&mut app, "*ty"), [], "nor does the old yes");
    assert_eq!(decided(&press(&mut app, "J")).len(), 2);
    press(&mut app, "x<enter>");
    assert_eq!(decided(&press(&mut app, "<ctrl-g>")), ["close api#1"]);
    press(&mut app, "?i have it");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("t f5               Ack: I have it"), "{shown}");
    press(&mut app, "<esc>");
    assert!(screen(&mut app, 80, 24).contains("t ack"), "the footer shows it, too");
}

#[test]
fn what_is_wrong_with_personal_keys_is_told_with_a_remedy() {
    let cases = [
        (("akc", "t"), "[keys] akc: there is no such binding; write `ack` or remove it"),
        (
            ("ack", "strg-a"),
            "[keys] ack: `strg-a` is no key; write a character, or a name like `space`, `enter`, `esc`, `f1`, \
             `ctrl-d`, `alt-enter`",
        ),
        (("ack", "x"), "[keys] `x` is both `ack` and `close`; give one of them another key"),
        (("list-down", "j"), "[keys] list-down: `j` is typed there; use a key like `ctrl-t` or `f2`"),
    ];
    for ((name, key), wanted) in cases {
        assert_eq!(remapped(&[(name, &[key])]), Err(vec![wanted.to_owned()]));
    }
    assert!(remapped(&[("ack", &["x"]), ("close", &["a"])]).is_ok(), "two may change places");
}

#[test]
fn ctrl_c_leaves_whatever_the_personal_file_says() {
    let keys = remapped(&[("quit", &["Q"])]).unwrap();
    let mut app = App::new(setup(team()), plain(keys), now());
    assert_eq!(press(&mut app, "q"), []);
    assert_eq!(press(&mut app, "<ctrl-c>"), [Effect::Quit]);
    assert_eq!(press(&mut app, "Q"), [Effect::Quit]);
}

#[test]
fn keys_are_read_as_they_are_written() {
    let same = ["a", "J", "ctrl-d", "space", "esc", "f1", "f12", "alt-enter", "shift-tab", "pgdn", "?", "<", "-", "ü"];
    for name in same {
        assert_eq!(name.parse::<Key>().unwrap().to_string(), name);
    }
    for (name, means) in [("Ctrl-D", "ctrl-d"), ("ESC", "esc"), ("shift-j", "J"), ("F1", "f1"), (" ", "space")] {
        assert_eq!(name.parse::<Key>().unwrap().to_string(), means);
    }
    for wrong in ["", "ctrl-", "f0", "f25", "hyper-x", "esc esc", "shift-1", "\u{7}"] {
        assert!(wrong.parse::<Key>().is_err(), "{wrong:?}");
    }
}

#[test]
fn the_palette_finds_a_command_by_its_words_and_runs_it() {
    let mut app = shift();
    press(&mut app, ":");
    let shown = screen(&mut app, 80, 24);
    let (ack, down) = (shown.find("I have it").unwrap(), shown.find("Next row").unwrap_or(usize::MAX));
    assert!(ack < down, "deeds come before what only moves: {shown}");
    assert_eq!(decided(&press(&mut app, "<enter>:")), [""; 0], "Enter by habit decides nothing");
    press(&mut app, "i have it");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("> ack"), "{shown}");
    assert_eq!(decided(&press(&mut app, "<enter>")), ["ack api#1"]);
    press(&mut app, ":close it<enter>");
    assert!(screen(&mut app, 80, 24).contains("Close api#3"), "a command may open a dialog");
    press(&mut app, "<esc>:nonsense<enter>");
    assert!(screen(&mut app, 80, 24).contains("nothing in the list has these words"));
}

#[test]
fn every_binding_of_the_queue_does_something_from_the_palette() {
    for binding in BINDINGS.iter().filter(|binding| binding.place == Place::Queue) {
        let mut app = shift();
        press(&mut app, ":");
        press(&mut app, &format!("{}<esc>", binding.name));
        assert_eq!(app.dialog(), None, "{}", binding.name);
    }
}
