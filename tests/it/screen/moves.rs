//! Moving, marking, scrolling; and that the cursor is bound to an incident.

use super::*;

/// Keys pressed on a shift of five, and where the cursor is then.
const MOVES: &[(&str, &str)] = &[
    ("", "api#1"),
    ("j", "api#3"),
    ("<down>j", "api#2"),
    ("jjk", "api#3"),
    ("jj<up>", "api#3"),
    ("k", "api#1"),
    ("G", "api#5"),
    ("<end>", "api#5"),
    ("Gj", "api#5"),
    ("Gg", "api#1"),
    ("Ggg", "api#1"),
    ("G<home>", "api#1"),
    ("<ctrl-d>", "api#5"),
    ("<pgdn>", "api#5"),
    ("G<ctrl-u>", "api#1"),
    ("G<pgup>", "api#1"),
];

#[test]
fn each_key_of_habit_moves_the_cursor() {
    for (keys, wanted) in MOVES {
        let mut app = shift();
        press(&mut app, keys);
        assert_eq!(selected(&app), *wanted, "after {keys:?}");
    }
}

#[test]
fn half_a_page_is_half_of_what_is_in_sight() {
    let mut app = with((1..100).map(|n| incident(&format!("api#{n}"), 200 - n, &["SEV1"])).collect());
    press(&mut app, "<ctrl-d>");
    assert_eq!(selected(&app), "api#7");
    press(&mut app, "<pgdn><ctrl-u>");
    assert_eq!(selected(&app), "api#7");
}

#[test]
fn a_long_queue_scrolls_with_the_cursor_and_back_to_its_heading() {
    let mut app = with((1..100).map(|n| incident(&format!("api#{n}"), 200 - n, &["SEV1"])).collect());
    press(&mut app, "G");
    let bottom = screen(&mut app, 80, 24);
    assert!(bottom.contains("> ") && bottom.contains("api#99"), "{bottom}");
    assert!(!bottom.contains("needs you now"), "{bottom}");
    press(&mut app, "g");
    let top = screen(&mut app, 80, 24);
    assert!(top.contains("needs you now  99") && top.contains(">  SEV1 ! open    api#1 "), "{top}");
}

#[test]
fn enter_goes_into_the_detail_and_asks_for_its_history_and_escape_comes_out() {
    let mut app = shift();
    let id = IncidentId::from("api#1");
    assert_eq!(press(&mut app, "<enter>"), [Effect::FetchDetail(id)]);
    assert!(!screen(&mut app, 80, 24).contains("needs you now"), "the detail has the whole of a small screen");
    assert!(screen(&mut app, 120, 24).contains("needs you now"), "there is room for both on a wide one");
    assert_eq!(press(&mut app, "<esc><esc><esc>"), [], "escape never quits");
    assert!(screen(&mut app, 80, 24).contains("needs you now"));
    assert_eq!(selected(&app), "api#1");
}

#[test]
fn the_detail_scrolls_under_the_queue_and_no_further_than_its_end() {
    let mut app = shift();
    let body: Vec<String> = (1..=40).map(|n| format!("line {n}\n")).collect();
    let body = Some(Clean::block(&body.join("\n")));
    app.update(now(), Fact::DetailLoaded { id: "api#1".into(), body, moments: Vec::new() });
    press(&mut app, "JJJ");
    assert_eq!((app.scroll(), selected(&app)), (3, "api#1"));
    press(&mut app, "K<ctrl-y><ctrl-e>");
    assert_eq!(app.scroll(), 2);
    press(&mut app, "<enter>Gk");
    let before = app.scroll();
    press(&mut app, "GGJJJ");
    assert_eq!(app.scroll(), before + 1);
    assert!(screen(&mut app, 80, 24).contains("line 40"));
    press(&mut app, "g");
    assert_eq!(app.scroll(), 0);
    press(&mut app, "J<esc>j");
    assert_eq!(app.scroll(), 0, "another incident is shown from its top");
}

#[test]
fn space_marks_and_goes_on_and_escape_clears() {
    let mut app = shift();
    press(&mut app, " ");
    assert_eq!(selected(&app), "api#3");
    assert!(line_with(&mut app, "api#1 ").starts_with(" * SEV1"));
    press(&mut app, " ");
    let ids: Vec<String> = app.subjects().iter().map(ToString::to_string).collect();
    assert_eq!(ids, ["api#1", "api#3"]);
    assert!(screen(&mut app, 80, 24).contains("2 marked"));
    press(&mut app, "g ");
    assert_eq!(app.subjects(), ["api#3".into()], "a second space takes the mark off");
    press(&mut app, "<esc>");
    assert!(app.marks().is_empty());
}

#[test]
fn a_range_follows_the_cursor_and_holds_only_what_was_seen() {
    let mut app = shift();
    press(&mut app, "jvj");
    assert!(line_with(&mut app, "api#3 ").starts_with(" + SEV2"));
    assert!(line_with(&mut app, "api#2 ").starts_with(">+ SEV2"));
    changed(&mut app, vec![incident("api#9", 200, &["SEV2"])]);
    assert!(line_with(&mut app, "api#9 ").starts_with("   SEV2"), "it came in between and was not seen");
    let effects = press(&mut app, "ay");
    assert_eq!(decided(&effects), ["ack api#3", "ack api#2"]);
}

#[test]
fn a_range_becomes_marks_and_escape_drops_one_thing_at_a_time() {
    let mut app = shift();
    press(&mut app, "vjvG v");
    assert_eq!(app.subjects().len(), 3);
    press(&mut app, "<esc>");
    assert_eq!(app.subjects().len(), 3, "the range went, the marks stay");
    press(&mut app, "<esc>");
    assert_eq!(app.subjects().len(), 1);
}

#[test]
fn a_star_marks_everything_that_is_listed() {
    let mut app = shift();
    press(&mut app, "/sev2<enter>*");
    assert_eq!(app.subjects().len(), 2);
    press(&mut app, "*");
    assert!(app.marks().is_empty());
}

#[test]
fn what_a_filter_hides_is_not_decided_about_though_it_is_marked() {
    let mut app = shift();
    press(&mut app, "*/sev2<enter>");
    let effects = press(&mut app, "ay");
    assert_eq!(decided(&effects), ["ack api#3", "ack api#2"]);
}
