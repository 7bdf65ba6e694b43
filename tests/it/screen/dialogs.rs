//! Lists, notes and questions: they have all keys, and act on what was seen.

use super::*;

#[test]
fn a_list_is_narrowed_by_words_and_left_without_a_trace() {
    let mut app = shift();
    press(&mut app, "Sworkaround");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("SEV3") && !shown.contains("│  SEV2") && !shown.contains("│> SEV1"), "{shown}");
    assert_eq!(press(&mut app, "<esc>"), []);
    assert_eq!((app.dialog(), selected(&app)), (None, "api#1"));
}

#[test]
fn arrows_and_pages_move_in_a_list_and_stop_at_its_ends() {
    let mut app = shift();
    press(&mut app, "S<up><down><down><ctrl-p><ctrl-n><pgup><pgdn>");
    assert!(screen(&mut app, 80, 24).contains("│> untriaged"));
    assert_eq!(decided(&press(&mut app, "<enter>")), ["severity api#1"]);
    assert!(screen(&mut app, 80, 24).contains("?    ! open    api#1 "));
}

#[test]
fn who_may_be_assigned_comes_in_late_and_moves_no_choice() {
    let mut app = shift();
    press(&mut app, "A<down>");
    let logins = vec![Clean::line("aaron"), Clean::line("zoe")];
    app.update(now(), Fact::AssignableLoaded { source: "api".into(), logins: logins.clone() });
    app.update(now(), Fact::AssignableLoaded { source: "api".into(), logins });
    assert_eq!(screen(&mut app, 80, 24).matches("aaron").count(), 1);
    press(&mut app, "<enter>");
    assert!(screen(&mut app, 80, 24).contains("assigned  ben"));
}

#[test]
fn what_was_typed_stays_chosen_when_names_come_in() {
    let mut app = shift();
    press(&mut app, "Azo");
    app.update(now(), Fact::AssignableLoaded { source: "api".into(), logins: vec![Clean::line("zora")] });
    press(&mut app, "<enter>");
    assert!(screen(&mut app, 80, 24).contains("assigned  zo\n"), "{}", screen(&mut app, 80, 24));
}

#[test]
fn a_note_that_is_left_is_kept_as_a_draft() {
    for leave in ["<esc>", "<ctrl-c>"] {
        let mut app = shift();
        assert_eq!(press(&mut app, &format!("clong thought{leave}")), []);
        assert!(screen(&mut app, 80, 24).contains("not sent; c on api#1 goes on with this note"));
        let effects = press(&mut app, "c<alt-enter>");
        assert_eq!(decided(&effects), ["note api#1"]);
        press(&mut app, "c");
        assert!(!screen(&mut app, 80, 24).contains("long thought"));
    }
}

#[test]
fn a_note_is_edited_like_text() {
    let mut app = shift();
    press(&mut app, "cone two<ctrl-w>three<enter>four<up><home>X<down><end>!<left><backspace><delete>Y<ctrl-h>");
    let effects = press(&mut app, "<ctrl-d>");
    let dogwatch::domain::decision::Decision::Note { text } = &recorded(&effects)[0].decision else { panic!() };
    assert_eq!(text, "Xone three\nfou");
}

#[test]
fn the_terminals_cursor_stands_where_typing_goes_on() {
    let mut app = shift();
    assert_eq!(draw(&app, 80, 24).1, None);
    press(&mut app, "/日本");
    assert_eq!(draw(&app, 80, 24).1, Some(Position::new(5, 23)));
    press(&mut app, "<left>");
    assert_eq!(draw(&app, 80, 24).1, Some(Position::new(3, 23)));
    press(&mut app, "<esc>cab<enter>c");
    let (buffer, cursor) = draw(&app, 80, 24);
    let at = cursor.unwrap();
    assert_eq!(buffer[(at.x - 1, at.y)].symbol(), "c");
    assert_eq!(buffer[(at.x - 1, at.y - 1)].symbol(), "a");
}

#[test]
fn a_question_takes_no_other_key() {
    let mut app = shift();
    press(&mut app, "*ajkxsA/:");
    assert!(screen(&mut app, 80, 24).contains("Ack 5 incidents?"));
    assert_eq!(selected(&app), "api#1");
}

#[test]
fn a_question_is_about_what_was_seen_when_it_was_asked() {
    let mut app = shift();
    press(&mut app, "*a");
    changed(&mut app, vec![incident("api#9", 500, &["SEV1"])]);
    assert_eq!(decided(&press(&mut app, "y")).len(), 5);
}

#[test]
fn a_title_is_needed_and_may_be_given_up() {
    let mut app = shift();
    press(&mut app, "+<enter>");
    assert!(screen(&mut app, 80, 24).contains("an incident needs a title"));
    assert_eq!(press(&mut app, "half a<ctrl-c>"), []);
    assert_eq!(app.dialog(), None);
}
