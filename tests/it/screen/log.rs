//! The log: each decision once, with its state and its reason.

use super::*;

#[test]
fn each_decision_is_in_the_log_once_newest_first_with_state_and_reason() {
    let mut app = shift();
    press(&mut app, "a");
    settle(&mut app, &Outcome::refused("no right to label"));
    press(&mut app, "a");
    app.update(
        now(),
        Fact::Told { level: dogwatch::app::event::Level::Warning, text: Clean::line("the store is slow") },
    );
    press(&mut app, "L");
    let shown = screen(&mut app, 80, 24);
    assert_eq!(shown.matches("ack api#1 by ana refused: no right to label").count(), 1, "{shown}");
    assert_eq!(app.log().len(), 3);
    assert!(shown.contains("ack api#3 by ana queued"), "{shown}");
    assert!(shown.contains("warning: the store is slow"), "{shown}");
}

#[test]
fn enter_in_the_log_shows_the_incident_and_keys_of_the_queue_sleep() {
    let mut app = shift();
    press(&mut app, "aaL");
    assert_eq!(decided(&press(&mut app, "axsA")), Vec::<String>::new());
    press(&mut app, "j<enter>");
    assert_eq!((app.dialog(), selected(&app)), (None, "api#1"));
    for back in ["<esc>", "q", "L"] {
        press(&mut app, &format!("L{back}"));
        assert_eq!(app.dialog(), None);
    }
}

#[test]
fn a_close_that_asks_again_is_confirmed_or_dropped_from_the_log() {
    for (key, word) in [("<enter>", "sending"), ("d", "taken back")] {
        let mut app = shift();
        press(&mut app, "x<enter>");
        settle(&mut app, &Outcome::Ask { reason: Clean::line("ana commented since; close it still?") });
        assert!(screen(&mut app, 80, 24).contains("1 to look at (L)"));
        press(&mut app, "L");
        assert!(screen(&mut app, 80, 24).contains("asks again: ana commented since"));
        press(&mut app, key);
        let states: Vec<&str> = app.desk().journal().entries().iter().map(|entry| entry.state.word()).collect();
        assert!(states == [word] || states == ["queued"] && word == "sending", "{key}: {states:?}");
        assert!(!screen(&mut app, 80, 24).contains("to look at"));
    }
}

#[test]
fn a_refusal_is_put_away_once_it_has_been_seen() {
    let mut app = shift();
    press(&mut app, "a");
    settle(&mut app, &Outcome::refused("no right to label"));
    press(&mut app, "g");
    assert!(screen(&mut app, 80, 24).contains("!ack refused: no right to label"), "the detail says it, too");
    let effects = press(&mut app, "Ld");
    assert!(matches!(effects.as_slice(), [Effect::Keep { .. }, ..]), "{effects:?}");
    assert!(!screen(&mut app, 80, 24).contains("to look at"));
    press(&mut app, "d");
    assert!(screen(&mut app, 80, 24).contains("nothing to put away here"));
}

#[test]
fn the_cursor_of_the_log_stays_on_its_line_when_news_come_in() {
    let mut app = shift();
    press(&mut app, "x<enter>");
    settle(&mut app, &Outcome::Ask { reason: Clean::line("it moved on") });
    press(&mut app, "L");
    let later = now() + TimeDelta::seconds(1);
    app.update(later, Fact::Told { level: dogwatch::app::event::Level::Info, text: Clean::line("newer") });
    let effects = press(&mut app, "<enter>");
    assert!(!effects.is_empty(), "it confirms what was selected, not what is newest");
}

#[test]
fn what_may_have_been_done_is_called_unknown_and_counted() {
    let mut app = shift();
    press(&mut app, "a");
    settle(&mut app, &Outcome::Unknown { reason: Clean::line("502 Bad Gateway"), request_id: None });
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("1 unsent (1 unknown)"), "{shown}");
    assert!(shown.contains("ack api#1 unknown: 502 Bad Gateway"), "{shown}");
}
