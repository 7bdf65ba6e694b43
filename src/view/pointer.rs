//! What lies under the pointer, and so what a click there means.

use ratatui::layout::{Position, Rect};

use super::{dialog, footer, panes, tabs};
use crate::app::App;
use crate::app::bindings::{Answer, Keymap, Place};
use crate::app::key::Input;
use crate::app::pointer::{Does, Mouse, Pointed, Spot};
use crate::app::watch::Dialog;
use crate::panes::frame::{Pane, Shape};

/// So many lines a wheel goes on at a time.
const NOTCH: isize = 3;

/// What the mouse did, in terms of what is drawn; nothing where nothing can be clicked. A click on a word of the footer
/// is its key.
pub fn pointed(app: &App, mouse: Mouse) -> Vec<Input> {
    let at = Position::new(mouse.x, mouse.y);
    match mouse.does {
        Does::Press => pressed(app, at),
        Does::Drag if app.held().is_some() => vec![Input::Pointed(Pointed::Dragged(at.x, at.y))],
        Does::Release if app.held().is_some() => vec![Input::Pointed(Pointed::Dropped)],
        Does::Drag | Does::Release => Vec::new(),
        Does::WheelDown => turned(app, at, NOTCH),
        Does::WheelUp => turned(app, at, -NOTCH),
    }
}

fn pressed(app: &App, at: Position) -> Vec<Input> {
    let frame = app.frame();
    if frame.shape == Shape::TooSmall {
        return Vec::new();
    }
    if app.meeting_in_front().is_none() && frame.footer.contains(at) {
        return footer::keys_at(app, frame.footer, at.x).into_iter().map(Input::Key).collect();
    }
    match app.dialog() {
        Some(Dialog::Pick(pick)) => match dialog::choice_at(pick, body(app), at) {
            // A second click on the same line takes it, as Enter would.
            Some(line) if line == pick.at() => {
                app.outfit().keys.presses(Place::List, Answer::Choose).into_iter().map(Input::Key).collect()
            }
            line => line.map(|line| Input::Pointed(Pointed::Choice(line))).into_iter().collect(),
        },
        Some(_) => Vec::new(),
        None if app.meeting_in_front().is_some() => Vec::new(),
        None => on_the_screen(app, at).map(Input::Pointed).into_iter().collect(),
    }
}

/// What of the queue and the panes is there.
fn on_the_screen(app: &App, at: Position) -> Option<Pointed> {
    let frame = app.frame();
    if frame.tabs.contains(at) {
        return tabs::pane_at(app, frame.tabs, at.x).map(Pointed::Pane);
    }
    if let Some(divider) = frame.divider_at(at) {
        return Some(Pointed::Grabbed(divider));
    }
    for pane in Pane::ALL.into_iter().filter(|pane| *pane != Pane::Queue) {
        let place = frame.place(pane);
        if place.contains(at) {
            let entry = panes::entry_at(app, (pane, place), at.y);
            return Some(entry.map_or(Pointed::Pane(pane), |entry| Pointed::Entry(pane, entry)));
        }
    }
    if !frame.has_queue {
        return None;
    }
    if frame.queue.contains(at) {
        let row = (at.y - frame.queue.y) / app.outfit().theme.line_height.max(1);
        let line = app.list().top() + usize::from(row);
        return Some(Pointed::Row(line));
    }
    frame.detail.contains(at).then_some(Pointed::Detail)
}

fn turned(app: &App, at: Position, lines: isize) -> Vec<Input> {
    let frame = app.frame();
    if frame.shape == Shape::TooSmall {
        return Vec::new();
    }
    if app.dialog().is_some() || app.meeting_in_front().is_some() {
        return by_key(app, lines);
    }
    let pane = Pane::ALL.into_iter().find(|pane| *pane != Pane::Queue && frame.place(*pane).contains(at));
    let spot = match pane {
        Some(pane) => Spot::Pane(pane),
        None if frame.queue.contains(at) && frame.has_queue => Spot::Queue,
        None if frame.detail.contains(at) && frame.has_queue => Spot::Detail,
        None => return Vec::new(),
    };
    vec![Input::Pointed(Pointed::Wheel(spot, lines))]
}

/// What has the keys scrolls as the keys would scroll it.
fn by_key(app: &App, lines: isize) -> Vec<Input> {
    let keys: &Keymap = &app.outfit().keys;
    let answer = if lines > 0 { Answer::Down } else { Answer::Up };
    let keys = footer::scrolls(app).map(|place| keys.presses(place, answer)).unwrap_or_default();
    let pressed = std::iter::repeat_n(keys, lines.unsigned_abs()).flatten();
    pressed.map(Input::Key).collect()
}

fn body(app: &App) -> Rect {
    app.frame().body
}
