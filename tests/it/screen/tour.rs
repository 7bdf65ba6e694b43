//! The tour: shown once, in less than a minute, and nothing is decided by it.

use super::*;

fn offered() -> App {
    let mut app = shift();
    let effects = app.update(now(), Fact::TourOffered);
    assert_eq!(effects, [Effect::RememberTour]);
    app
}

fn title(app: &App) -> String {
    app.tour_card().map(|card| card.title).unwrap_or_default()
}

#[test]
fn the_cards_at_eighty_and_at_forty_columns() {
    let mut app = offered();
    let mut cards = Vec::new();
    while app.tour_card().is_some() {
        for (width, height) in [(80, 24), (40, 10)] {
            cards.push(screen(&mut app, width, height));
        }
        press(&mut app, "<enter>");
    }
    assert_eq!(cards.len(), 14);
    for (at, card) in cards.iter().enumerate() {
        assert!(card.contains(&format!("Tour {}/7", at / 2 + 1)) && card.contains("enter next"), "{card}");
        assert!(card.contains("esc end"), "{card}");
    }
    insta::assert_snapshot!(cards.join("\n=====\n"));
}

#[test]
fn each_card_is_turned_by_the_keys_it_teaches_and_nothing_is_decided() {
    let mut app = offered();
    for (key, next) in
        [("j", "Decide"), ("a", "Find"), ("?", "Panes"), ("2", "Runbook"), ("b", "Hand over"), ("H", "Quit"), ("q", "")]
    {
        let effects = press(&mut app, key);
        assert!(!effects.contains(&Effect::Quit) && recorded(&effects).is_empty(), "{key}: {effects:?}");
        assert!(title(&app).contains(next), "after {key}: {}", title(&app));
        assert_eq!(app.dialog(), None, "{key}");
    }
    assert_eq!(app.tour_card(), None);
    assert_eq!(app.look().pane, dogwatch::panes::frame::Pane::Queue, "it leads back to where it began");
    assert!(app.desk().journal().entries().is_empty());
}

#[test]
fn keys_that_decide_or_leave_are_swallowed_and_those_that_move_do_move() {
    let mut app = offered();
    press(&mut app, "<space>");
    assert_eq!(press(&mut app, "xsAmcXR"), []);
    assert!(title(&app).contains("Decide") && app.dialog().is_none());
    press(&mut app, "G");
    assert_eq!(selected(&app), "api#5");
    press(&mut app, "<left>");
    assert!(title(&app).contains("Move"), "and back");
    assert_eq!(press(&mut app, "<ctrl-c>"), [Effect::Quit], "which leaves from everywhere");
}

#[test]
fn it_is_skipped_with_one_key_and_replayed_from_the_palette() {
    let mut app = offered();
    press(&mut app, "<esc>");
    assert_eq!(app.tour_card(), None);
    assert_eq!(decided(&press(&mut app, "a")), ["ack api#1"], "the keys are those of the queue again");
    assert_eq!(press(&mut app, ":tour<enter>"), [], "what is asked for is not remembered anew");
    assert!(title(&app).contains("Tour 1/7"));
}

#[test]
fn it_waits_for_the_question_of_trust_and_for_a_screen_that_shows_it() {
    let mut app = shift();
    app.update(now(), Fact::TrustWanted(vec![Clean::line("run a command")]));
    assert_eq!(app.update(now(), Fact::TourOffered), []);
    assert_eq!(app.tour_card(), None);
    assert_eq!(press(&mut app, "n"), [Effect::RememberTour]);
    assert!(title(&app).contains("Tour 1/7"));

    let mut app = shift();
    resize(&mut app, 20, 5);
    assert_eq!(app.update(now(), Fact::TourOffered), []);
    assert_eq!(app.update(now(), Input::Resized { width: 80, height: 24 }), [Effect::RememberTour]);
}

#[test]
fn it_names_the_keys_as_they_are_bound_and_a_binding_without_one_by_its_name() {
    let own = BTreeMap::from([("ack".to_owned(), vec!["g a".to_owned()]), ("undo".to_owned(), Vec::new())]);
    let own = own.into_iter().chain([("top".to_owned(), vec!["home".to_owned()])]).collect();
    let mut app = App::new(setup(team()), plain(Keymap::with(&own).unwrap()), now());
    app.update(now(), loaded(vec![incident("api#1", 5, &["SEV1"])]));
    app.update(now(), Fact::TourOffered);
    press(&mut app, "<enter>");
    let card = app.tour_card().unwrap();
    assert!(card.text.starts_with("`g a` acks") && card.text.contains("“undo” in the palette"), "{card:?}");
    press(&mut app, "ga");
    assert!(title(&app).contains("Find"), "a sequence turns it, too");
}

#[test]
fn what_the_cards_name_there_is() {
    let mut app = offered();
    while let Some(card) = app.tour_card() {
        assert!(!card.text.contains(['{', '}']), "{}", card.text);
        press(&mut app, "<enter>");
    }
}
