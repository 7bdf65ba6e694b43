//! The last line: what is typed into the filter, else the keys that matter here.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::app::bindings::{Command, Place};
use crate::app::chord::Chord;
use crate::app::key::Key;
use crate::app::typed::Typed;
use crate::app::watch::{Dialog, PageAsk, Shows, Typing};
use crate::panes::fit;
use crate::panes::frame::Pane;

/// With fewer columns than this, what decides comes before what looks.
const NARROW: usize = 64;

/// Where its decisions begin and end in the footer.
const FIRST: &str = "ack";
const DECIDED: &str = "close";
/// What can be done with an incident of an eval, and with no other.
const EVAL: [(Command, &str); 4] = [
    (Command::Expect, "expect"),
    (Command::Flaky, "flaky"),
    (Command::NextCase, "cases"),
    (Command::CopyRepeat, "re-run"),
];

/// Draws it; returns where typing goes on, if it does so here.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &app.outfit().theme;
    if let Some((typed, found)) = typing(app) {
        let found = format!("  {found} found");
        let room = usize::from(area.width).saturating_sub(fit::columns(&found) + 2);
        let (shown, column) = super::dialog::visible(typed, room);
        let spans = vec![Span::styled("/", theme.key), Span::raw(shown), Span::styled(found, theme.dim)];
        buffer.set_line(area.x, area.y, &Line::from(spans), area.width);
        return Some(Position::new(area.x + 1 + column, area.y));
    }
    let mut spans = state(app);
    for (key, hint) in hints(app, place(app), room(&spans, area)) {
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::styled(format!(" {hint}  "), theme.dim));
    }
    buffer.set_line(area.x, area.y, &Line::from(spans), area.width);
    None
}

/// The keys that the word in this column stands for; none where there is no word.
pub fn keys_at(app: &App, area: Rect, x: u16) -> Vec<Key> {
    if typing(app).is_some() {
        return Vec::new();
    }
    let state = state(app);
    let mut from = usize::from(area.x) + state.iter().map(Span::width).sum::<usize>();
    for (key, hint) in hints(app, place(app), room(&state, area)) {
        let width = fit::columns(&key) + 1 + hint.len();
        if (from..from + width).contains(&usize::from(x)) {
            return key.parse::<Chord>().map(|chord| chord.keys().to_vec()).unwrap_or_default();
        }
        from += width + 2;
    }
    Vec::new()
}

/// Whose keys scroll what is shown; none where they are typed.
pub fn scrolls(app: &App) -> Option<Place> {
    match app.dialog() {
        Some(
            Dialog::Filter(_)
            | Dialog::Note { .. }
            | Dialog::Title(_)
            | Dialog::Why { .. }
            | Dialog::Hand(..)
            | Dialog::Page(..)
            | Dialog::Ask(_)
            | Dialog::Trust(_),
        ) => None,
        Some(_) => Some(place(app)),
        None => app.meeting_in_front().map(|_| Place::Meeting),
    }
}

/// What holds for all that the keys do: the filter, and how many are marked.
fn state(app: &App) -> Vec<Span<'static>> {
    let theme = &app.outfit().theme;
    let mut spans = Vec::new();
    let filter = filter(app);
    if !filter.is_empty() {
        spans.push(Span::styled(format!("/{}  ", fit::cut(filter, 30)), theme.matched));
    }
    if !app.marks().is_empty() {
        spans.push(Span::styled(format!("{} marked  ", app.subjects().len()), theme.marked));
    }
    spans
}

fn room(state: &[Span<'_>], area: Rect) -> usize {
    usize::from(area.width).saturating_sub(state.iter().map(Span::width).sum())
}

/// The filter that is being typed, and how many lines have it.
fn typing(app: &App) -> Option<(&Typed, usize)> {
    match app.dialog()? {
        Dialog::Filter(typed) => Some((typed, app.list().ids().count())),
        Dialog::Health(cursor) => {
            let seek = cursor.seek().filter(|seek| seek.typing == Typing::Yes)?;
            let found = if cursor.shows == Shows::List { app.health_rows(cursor).len() } else { app.shelf().found() };
            Some((&seek.typed, found))
        }
        Dialog::Help { .. }
        | Dialog::Pick(_)
        | Dialog::Ask(_)
        | Dialog::Draft(_)
        | Dialog::Trust(_)
        | Dialog::Note { .. }
        | Dialog::Title(_)
        | Dialog::Why { .. }
        | Dialog::Handoff
        | Dialog::Hand(..)
        | Dialog::Page(PageAsk::Note | PageAsk::Why(_) | PageAsk::Fill { .. }, _)
        | Dialog::Review(_)
        | Dialog::Model(_)
        | Dialog::Log(_) => None,
        Dialog::Page(PageAsk::Words, typed) => Some((typed, app.found_in_page(typed.text()))),
        Dialog::Page(PageAsk::Page, typed) => Some((typed, app.pages().map_or(0, |pages| pages.listed.len()))),
    }
}

/// The filter that holds for what has the keys.
fn filter(app: &App) -> &str {
    match app.dialog().and_then(Dialog::health) {
        Some(cursor) => cursor.seek().map_or("", |seek| seek.typed.text()),
        None if app.look().pane == Pane::Queue => &app.sought().text,
        None => "",
    }
}

/// Whose keys are named: while the filter is typed, those of the queue below it.
fn place(app: &App) -> Place {
    if let Some(Dialog::Filter(_)) = app.dialog() { Place::Queue } else { app.place() }
}

/// Keys with one word each, as many as fit; the last two of a place (help and
/// quit, choose and back) before all others.
fn hints(app: &App, place: Place, width: usize) -> Vec<(String, &'static str)> {
    let keys = &app.outfit().keys;
    let shown = keys
        .bound()
        .filter(|(binding, _)| binding.place == place && !binding.hint.is_empty() && !app.idles(binding.command));
    let first = |keys: Vec<String>| keys.into_iter().next().unwrap_or_default();
    let mut all: Vec<(String, &'static str)> = shown.map(|(binding, keys)| (first(keys), binding.hint)).collect();
    if place == Place::Pane {
        let everywhere = [(Command::Pane(Pane::Rotation), "rotation"), (Command::Pane(Pane::Calendar), "calendar")];
        let other = usize::from(app.look().pane == Pane::Rotation);
        let ends = [(Command::Help, "help"), (Command::Quit, "quit")];
        let more = everywhere.into_iter().skip(other).take(1).chain(ends);
        all.extend(more.map(|(command, hint)| (keys.key_of(command), hint)));
    }
    // What is there for this incident alone comes before what is always there.
    let own = if place == Place::Queue && app.is_at_an_eval() { &EVAL[..] } else { &[] };
    let own = own.iter().map(|(command, hint)| (keys.key_of(*command), *hint));
    let place_of = |hint: &str| all.iter().position(|(_, one)| *one == hint);
    let (first, decided) = (place_of(FIRST).unwrap_or(0), place_of(DECIDED).map_or(0, |at| at + 1));
    let first = if own.len() > 0 || width < NARROW { first } else { 0 };
    all.splice(decided..decided, own);
    let columns = |(key, hint): &(String, &str)| fit::columns(key) + hint.len() + 3;
    // Behind the last one nothing has to be kept free.
    let mut left = width + 2;
    let mut fits = vec![false; all.len()];
    let last = all.len().saturating_sub(2);
    for at in (last..all.len()).chain(first..last).chain(0..first) {
        let (key, _) = &all[at];
        if !key.is_empty() && columns(&all[at]) <= left {
            left -= columns(&all[at]);
            fits[at] = true;
        }
    }
    all.into_iter().zip(fits).filter(|(_, fits)| *fits).map(|(hint, _)| hint).collect()
}
