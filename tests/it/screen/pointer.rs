//! The mouse: what is drawn under it decides what it does.

use dogwatch::app::pointer::{Does, Mouse, MouseMode};
use dogwatch::panes::frame::{Focus, Pane};
use dogwatch::view::pointed;

use super::*;

fn mouse(app: &mut App, does: Does, (x, y): (u16, u16)) -> Vec<Effect> {
    let meant = pointed(app, Mouse { does, x, y });
    meant.into_iter().flat_map(|input| app.update(app.desk().now(), input)).collect()
}

fn click(app: &mut App, at: (u16, u16)) -> Vec<Effect> {
    let pressed = mouse(app, Does::Press, at);
    pressed.into_iter().chain(mouse(app, Does::Release, at)).collect()
}

/// Where a text is on the screen.
fn place(app: &mut App, (width, height): (u16, u16), text: &str) -> (u16, u16) {
    let shown = screen(app, width, height);
    let (y, line) = shown.lines().enumerate().find(|(_, line)| line.contains(text)).expect(text);
    let before = &line[..line.find(text).unwrap()];
    (u16::try_from(before.chars().count()).unwrap(), u16::try_from(y).unwrap())
}

const SIZE: (u16, u16) = (120, 40);

#[test]
fn a_click_on_a_row_selects_it_and_decides_nothing() {
    let mut app = shift();
    let at = place(&mut app, SIZE, "title of 4");
    let effects = click(&mut app, at);
    assert_eq!(selected(&app), "api#4");
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Record(_))));
    // A heading is no row.
    let heading = place(&mut app, SIZE, "untriaged  1");
    click(&mut app, heading);
    assert_eq!(selected(&app), "api#4");
}

#[test]
fn a_click_on_the_footer_is_its_key() {
    let mut app = shift();
    let at = place(&mut app, SIZE, "a ack");
    let effects = click(&mut app, at);
    assert_eq!(decided(&effects), ["ack api#1"]);
    let at = place(&mut app, SIZE, "? help");
    click(&mut app, (at.0 + 3, at.1));
    assert!(screen(&mut app, SIZE.0, SIZE.1).contains("Keys (type to find one)"));
}

#[test]
fn a_click_on_the_name_of_a_pane_shows_it() {
    let mut app = shift();
    let at = place(&mut app, SIZE, "3 calendar");
    click(&mut app, at);
    assert_eq!(app.look().pane, Pane::Calendar);
    let at = place(&mut app, SIZE, "1 queue");
    click(&mut app, (at.0 + 2, at.1));
    assert_eq!(app.look().pane, Pane::Queue);
}

#[test]
fn the_wheel_scrolls_what_is_under_it_and_leaves_the_keys_where_they_are() {
    let many = (1..60).map(|n| incident(&format!("api#{n}"), 60 + n, &["SEV2"])).collect();
    let mut app = with(many);
    resize(&mut app, SIZE.0, SIZE.1);
    let before = selected(&app).to_owned();
    mouse(&mut app, Does::WheelDown, (5, 10));
    assert_ne!(selected(&app), before);
    let queue = selected(&app).to_owned();
    press_only(&mut app, "2");
    resize(&mut app, 200, 60);
    let frame = app.frame();
    mouse(&mut app, Does::WheelDown, (frame.queue.x + 5, frame.queue.y + 5));
    assert_ne!(selected(&app), queue, "over the queue it scrolls the queue");
    assert_eq!(app.look().pane, Pane::Rotation, "the keys stay");
    let queue = selected(&app).to_owned();
    mouse(&mut app, Does::WheelDown, (frame.rotation.x + 5, frame.rotation.y + 2));
    assert_eq!(selected(&app), queue);
}

#[test]
fn a_divider_is_dragged_and_remembered_once_it_is_let_go() {
    let mut app = shift();
    resize(&mut app, SIZE.0, SIZE.1);
    let rule = app.frame().rule;
    let mut effects = mouse(&mut app, Does::Press, (rule.x, 10));
    effects.extend(mouse(&mut app, Does::Drag, (rule.x - 20, 12)));
    assert_eq!(app.frame().rule.x, rule.x - 20);
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Arrange(_))), "not at every cell");
    let effects = mouse(&mut app, Does::Release, (rule.x - 20, 12));
    assert!(matches!(effects.as_slice(), [Effect::Arrange(_)]), "{effects:?}");
    mouse(&mut app, Does::Drag, (rule.x, 12));
    assert_eq!(app.frame().rule.x, rule.x - 20, "it has been let go");
}

#[test]
fn in_a_list_a_click_selects_and_a_second_one_takes() {
    let mut app = shift();
    press(&mut app, "A");
    let at = place(&mut app, SIZE, "ben");
    click(&mut app, at);
    assert!(app.dialog().is_some());
    let effects = click(&mut app, at);
    let kept = keep(&mut app, &effects);
    assert_eq!(decided(&effects), ["assign api#1"], "{kept:?}");
    assert!(app.dialog().is_none());
}

#[test]
fn what_is_asked_covers_what_lies_under_it() {
    let mut app = shift();
    let row = place(&mut app, SIZE, "title of 4");
    press(&mut app, "x");
    let before = selected(&app).to_owned();
    click(&mut app, (2, row.1));
    let rule = app.frame().rule.x;
    mouse(&mut app, Does::Press, (rule, 2));
    assert_eq!(selected(&app), before);
    assert!(app.dialog().is_some() && app.held().is_none());
}

#[test]
fn a_click_into_the_detail_gives_it_the_keys() {
    let mut app = shift();
    resize(&mut app, SIZE.0, SIZE.1);
    let detail = app.frame().detail;
    click(&mut app, (detail.x + 3, detail.y + 3));
    assert_eq!(app.focus(), Focus::Detail);
}

#[test]
fn the_mouse_is_the_terminals_until_it_is_asked_for() {
    let mut app = shift();
    assert_eq!(app.mouse(), MouseMode::Off);
    let effects = press(&mut app, ":mouse<enter>");
    assert!(effects.contains(&Effect::Mouse(MouseMode::On)), "{effects:?}");
    let effects = press(&mut app, ":mouse<enter>");
    assert!(effects.contains(&Effect::Mouse(MouseMode::Off)), "{effects:?}");
}
