//! A hundred thousand keys and events over random sizes: nobody planned them,
//! and what must always hold holds after each.

use dogwatch::app::pointer::{Does, Mouse};
use dogwatch::app::watch::{Dialog, PageAsk};
use dogwatch::panes::frame::Pane;
use dogwatch::view::pointed;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::random::{self, Step, check, check_drawn, step, take};
use super::*;

/// As many as a long month of one operator's shifts.
const STEPS: usize = 100_000;
/// So many sessions share them, each from a fresh queue.
const SESSIONS: usize = 50;

/// What is typed into, if anything is: its text.
fn typed(app: &App) -> Option<String> {
    let text = match app.dialog()? {
        Dialog::Filter(typed)
        | Dialog::Note { typed, .. }
        | Dialog::Title(typed)
        | Dialog::Why { typed, .. }
        | Dialog::Help { typed, .. }
        | Dialog::Hand(_, typed)
        | Dialog::Page(
            PageAsk::Words | PageAsk::Page | PageAsk::Note | PageAsk::Why(_) | PageAsk::Fill { .. },
            typed,
        ) => typed.text().to_owned(),
        Dialog::Pick(pick) => pick.typed().text().to_owned(),
        Dialog::Health(cursor) => {
            let seek = cursor.seek().filter(|seek| seek.typing == dogwatch::app::watch::Typing::Yes)?;
            seek.typed.text().to_owned()
        }
        Dialog::Ask(_)
        | Dialog::Trust(_)
        | Dialog::Draft(_)
        | Dialog::Log(_)
        | Dialog::Handoff
        | Dialog::Review(_)
        | Dialog::Model(_) => return None,
    };
    Some(text)
}

/// A letter that means something everywhere else is a letter here.
fn swallows_global_keys(app: &App) {
    let Some(before) = typed(app) else { return };
    if app.frame().shape == dogwatch::panes::frame::Shape::TooSmall {
        return;
    }
    let mut copy = app.clone();
    for key in ['q', '?', ':', '1', 'a', 'x', 'u'] {
        let effects = press_only(&mut copy, &key.to_string());
        let decided =
            effects.iter().any(|effect| matches!(effect, Effect::Record(_) | Effect::Quit | Effect::Send { .. }));
        assert!(!decided, "{key} acted while {before:?} was being typed");
        let after = typed(&copy).unwrap_or_else(|| panic!("{key} left what was being typed: {before:?}"));
        assert_eq!(after.chars().filter(|c| *c == key).count(), before.chars().filter(|c| *c == key).count() + 1);
        copy = app.clone();
    }
}

/// One thing has the keys, and what is drawn says which.
fn has_one_focus(app: &App) {
    let shown: Vec<Pane> = Pane::ALL.into_iter().filter(|pane| !app.frame().place(*pane).is_empty()).collect();
    let board = app.frame().is_board;
    if app.frame().shape != dogwatch::panes::frame::Shape::TooSmall {
        let visible = shown.contains(&app.look().pane) || app.look().pane == Pane::Queue;
        assert!(visible && (board || app.look().pane == Pane::Queue || shown.contains(&app.look().pane)), "{shown:?}");
    }
}

/// Out, and out again: the queue is never further than that.
fn comes_back_to_the_queue(app: &App) {
    let mut copy = app.clone();
    resize(&mut copy, 80, 24);
    let mut pressed = 0;
    let home = |app: &App| app.dialog().is_none() && app.look().pane == Pane::Queue && app.meeting_in_front().is_none();
    while !home(&copy) && pressed < 5 {
        let effects = press_only(&mut copy, "<esc>");
        assert!(!effects.contains(&Effect::Quit), "Esc never quits");
        keep(&mut copy, &effects);
        runbooks::answer(&mut copy, &effects);
        pressed += 1;
    }
    assert!(home(&copy), "five times Esc lead to {:?} in {:?}", copy.dialog(), copy.look().pane);
}

fn runner(seed: usize) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&u64::try_from(seed).unwrap().to_le_bytes());
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// A mouse that is moved by a cat.
fn click(app: &mut App, at: usize, (width, height): (u16, u16)) -> Vec<Effect> {
    let does = [Does::Press, Does::Drag, Does::Release, Does::WheelDown, Does::WheelUp][at % 5];
    let wide = |most: u16, by: usize| u16::try_from(at * by % usize::from(most.max(1))).unwrap();
    let mouse = Mouse { does, x: wide(width, 37), y: wide(height, 23) };
    let meant = pointed(app, mouse);
    meant.into_iter().flat_map(|input| app.update(app.desk().now(), input)).collect()
}

fn session(seed: usize) {
    let mut runner = runner(seed);
    let steps = step();
    let mut app = shift();
    let mut size = (80, 24);
    let mut last: Vec<String> = Vec::new();
    for at in 0..STEPS / SESSIONS {
        let step = steps.new_tree(&mut runner).unwrap().current();
        if let Step::Size(width, height) = step {
            size = (width, height);
        }
        last.push(format!("{step:?}"));
        let told = || format!("session {seed}, step {at}, after {:?}", &last[last.len().saturating_sub(8)..]);
        let mut effects = take(&mut app, &step);
        if at % 11 == 0 {
            effects.extend(click(&mut app, at + seed, size));
        }
        let sent = effects.iter().any(|effect| matches!(effect, Effect::Send { entry, .. } if entry.seq == 0));
        assert!(!sent, "sent before it was on disk: {}", told());
        keep(&mut app, &effects);
        runbooks::answer(&mut app, &effects);
        check(&app).unwrap_or_else(|why| panic!("{why}: {}", told()));
        if at % 20 == 0 {
            check_drawn(&app, size).unwrap_or_else(|why| panic!("{why}: {}", told()));
            has_one_focus(&app);
            swallows_global_keys(&app);
        }
        if at % 40 == 0 {
            comes_back_to_the_queue(&app);
        }
    }
    random::at_every_size(&mut app);
}

#[test]
fn the_first_half_of_a_hundred_thousand_keys_and_events() {
    (0..SESSIONS / 2).for_each(session);
}

#[test]
fn the_second_half_of_a_hundred_thousand_keys_and_events() {
    (SESSIONS / 2..SESSIONS).for_each(session);
}
