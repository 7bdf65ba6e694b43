//! The cycle review on the screen: asked for once, read line by line, and
//! kept while it is asked for again.

use dogwatch::domain::review::{Course, Review};
use dogwatch::domain::rotation::Roster;

use super::*;

/// A quiet cycle, but for two days.
fn review() -> Box<Review> {
    let model = Model::new(team());
    let cycle = (now() - TimeDelta::days(28), now());
    let roster = Roster::new(&model.team, &[], now(), cycle);
    let notes = dogwatch::domain::review::Notes::default();
    let ground = dogwatch::domain::review::Ground {
        cycle,
        now: now(),
        model: &model,
        stories: &[],
        roster: &roster,
        entries: &[],
        notes: &notes,
    };
    let (mut review, _) = Review::of(&ground);
    let day = |at: usize, opened| Course { opened, ..review.figures.course[at].clone() };
    let (third, fourth) = (day(2, 4), day(3, 1));
    review.figures.course[2] = third;
    review.figures.course[3] = fourth;
    Box::new(review)
}

#[test]
fn the_cycle_is_looked_back_upon_off_the_screen_and_shown_with_bars_and_their_numbers() {
    let mut app = with(vec![incident("api#1", 50, &[])]);
    assert_eq!(press(&mut app, "V"), [Effect::Review]);
    assert!(screen(&mut app, 80, 24).contains("Review: looking back"));
    app.update(now(), Fact::Reviewed(Ok(review())));
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("Cycle review of team: Sun 25 Oct to Sun 22 Nov 2026"), "{shown}");
    assert!(shown.contains("opened    ··█▂·"), "{shown}");
    assert!(shown.contains("5 in all; at most 4 a day (27 Oct)"), "{shown}");
    assert!(shown.contains("more lines"), "{shown}");
}

#[test]
fn it_is_scrolled_by_lines_pages_and_headings_and_left_by_its_own_keys() {
    let mut app = with(vec![incident("api#1", 50, &[])]);
    press(&mut app, "V");
    app.update(now(), Fact::Reviewed(Ok(review())));
    let top = screen(&mut app, 80, 24);
    press(&mut app, "]]");
    let below = screen(&mut app, 80, 24);
    assert_ne!(top, below);
    assert!(below.contains("Counts (opened/closed/carried)"), "{below}");
    press(&mut app, "[[gG");
    let end = screen(&mut app, 80, 24);
    assert!(end.contains("every clock that passed") && !end.contains("more lines"), "{end}");
    press(&mut app, "g");
    assert_eq!(screen(&mut app, 80, 24), top);
    for back in ["<esc>", "q", "V"] {
        assert_eq!(press(&mut app, back), Vec::new());
        assert_eq!(app.dialog(), None);
        assert_eq!(press(&mut app, "V"), [Effect::Review], "it is looked at anew");
        assert!(screen(&mut app, 80, 24).contains("Cycle review of team"), "what was known before stays");
    }
}

#[test]
fn what_cannot_be_looked_back_upon_says_why() {
    let mut app = with(vec![incident("api#1", 50, &[])]);
    press(&mut app, "V");
    app.update(now(), Fact::Reviewed(Err(Clean::line("the store cannot be read"))));
    assert!(screen(&mut app, 80, 24).contains("the store cannot be read"));
    assert_eq!(press(&mut app, "r"), [Effect::Review]);
}
