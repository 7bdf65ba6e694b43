//! Finding incidents while typing.

use super::*;

fn rows(app: &mut App) -> usize {
    app.list().ids().count()
}

#[test]
fn the_queue_follows_each_letter_and_typing_triggers_no_key() {
    let mut app = shift();
    assert_eq!(press(&mut app, "/a#3"), [Effect::LoadDetail("api#3".into())][..0]);
    assert_eq!(rows(&mut app), 0, "a#3 is in no id");
    press(&mut app, "<ctrl-u>qxau #3");
    assert_eq!(rows(&mut app), 0);
    press(&mut app, "<ctrl-w><ctrl-w>#3");
    assert_eq!((rows(&mut app), selected(&app)), (1, "api#3"));
    let shown = screen(&mut app, 80, 24);
    assert_eq!(shown.lines().last().unwrap(), "/#3  1 found");
    press(&mut app, "<enter>");
    assert!(screen(&mut app, 80, 24).lines().last().unwrap().starts_with("/#3  / filter"));
}

#[test]
fn escape_while_typing_gives_the_queue_and_the_cursor_back() {
    let mut app = shift();
    press(&mut app, "jj/#5");
    assert_eq!(selected(&app), "api#5");
    press(&mut app, "<esc>");
    assert_eq!((rows(&mut app), selected(&app)), (5, "api#2"));
}

#[test]
fn a_filter_that_was_taken_is_dropped_by_escape_and_the_cursor_stays() {
    let mut app = shift();
    press(&mut app, "/sev2<enter>j<esc>");
    assert_eq!((rows(&mut app), selected(&app)), (5, "api#2"));
}

#[test]
fn n_goes_round_the_rows_of_the_filter() {
    let mut app = shift();
    press(&mut app, "/sev2<enter>");
    let mut seen = vec![selected(&app).to_owned()];
    for key in ["n", "n", "N", "N"] {
        press(&mut app, key);
        seen.push(selected(&app).to_owned());
    }
    assert_eq!(seen, ["api#3", "api#2", "api#3", "api#2", "api#3"]);
}

#[test]
fn arrows_move_while_the_filter_is_typed() {
    let mut app = shift();
    press(&mut app, "/sev2<down>");
    assert_eq!(selected(&app), "api#2");
    press(&mut app, "<up><esc>");
    assert_eq!(selected(&app), "api#3", "the cursor was moved, so it stays");
}

#[test]
fn closed_incidents_are_found_when_asked_for() {
    let mut app = shift();
    press(&mut app, "x<enter>/state:closed<enter>");
    assert_eq!((rows(&mut app), selected(&app)), (1, "api#1"));
}

#[test]
fn a_filter_that_fits_nothing_says_so() {
    let mut app = shift();
    press(&mut app, "/zebra");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("none of 5 incidents fits this filter"), "{shown}");
    assert!(!shown.contains("nothing needs you"), "{shown}");
    press(&mut app, "<esc>");
    assert_eq!(selected(&app), "api#1");
}

#[test]
fn a_heading_tells_how_many_the_filter_leaves() {
    let mut app = shift();
    press(&mut app, "/sev2<enter>");
    assert!(screen(&mut app, 80, 24).contains("needs you now  2 of 4"));
}

#[test]
fn a_paste_is_text_and_never_keys() {
    let mut app = shift();
    let effects = app.update(now(), Input::Pasted("axq\n".into()));
    assert_eq!(effects, []);
    assert!(screen(&mut app, 80, 24).contains("a paste is text"));
    press(&mut app, "/");
    app.update(now(), Input::Pasted("s\x1b[2Jev2\r\n".into()));
    assert_eq!(app.sought().text, "sev2");
    press(&mut app, "<esc>c");
    app.update(now(), Input::Pasted("one\r\ntwo\rthree\u{202e}".into()));
    let effects = press(&mut app, "<ctrl-d>");
    let dogwatch::domain::decision::Decision::Note { text } = &recorded(&effects)[0].decision else { panic!() };
    assert_eq!(text.lines().take(2).collect::<Vec<_>>(), ["one", "two"]);
    assert!(!text.contains('\u{202e}') && !text.contains('\r'), "{text:?}");
}
