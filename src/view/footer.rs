//! The last line: what is typed into the filter, else the keys that matter here.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::app::bindings::{Answer, Command, Hands, Place};
use crate::app::key::Key;
use crate::app::typed::Typed;
use crate::app::watch::{Dialog, Leaf, PageAsk, Part, Shows, Typing};
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

/// The key that the word in this column stands for.
pub fn key_at(app: &App, area: Rect, x: u16) -> Option<Key> {
    if typing(app).is_some() {
        return None;
    }
    let state = state(app);
    let mut from = usize::from(area.x) + state.iter().map(Span::width).sum::<usize>();
    for (key, hint) in hints(app, place(app), room(&state, area)) {
        let width = fit::columns(&key) + 1 + hint.len();
        if (from..from + width).contains(&usize::from(x)) {
            return key.parse().ok();
        }
        from += width + 2;
    }
    None
}

/// Whose keys scroll what is shown; none where they are typed.
pub fn scrolls(app: &App) -> Option<Place> {
    match app.dialog() {
        Some(Dialog::Filter(_) | Dialog::Note { .. } | Dialog::Title(_) | Dialog::Why { .. }) => None,
        Some(Dialog::Hand(..) | Dialog::Page(..) | Dialog::Ask(_) | Dialog::Trust(_)) => None,
        Some(_) => Some(place(app)),
        None if app.meeting_in_front().is_some() => Some(Place::Meeting),
        None => None,
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

fn place(app: &App) -> Place {
    match app.dialog() {
        None => app.look().pane.keys(),
        Some(Dialog::Filter(_)) => Place::Queue,
        Some(
            Dialog::Help { .. }
            | Dialog::Pick(_)
            | Dialog::Title(_)
            | Dialog::Why { .. }
            | Dialog::Hand(..)
            | Dialog::Page(..),
        ) => Place::List,
        Some(Dialog::Ask(_) | Dialog::Trust(_) | Dialog::Draft(_)) => Place::Question,
        Some(Dialog::Note { .. }) => Place::Note,
        Some(Dialog::Log(_)) => Place::Log,
        Some(Dialog::Health(_)) => Place::Health,
        Some(Dialog::Handoff) => Place::Handoff,
        Some(Dialog::Review(_)) => Place::Review,
        Some(Dialog::Model(_)) => Place::Model,
    }
}

/// Whether it does something there: with one thing that hangs, or with the whole page.
fn in_the_handoff(app: &App, command: Command) -> bool {
    let Command::Answer(Answer::Hand(hands)) = command else { return true };
    let at_the_gate = app.handing().is_some_and(|handing| matches!(handing.leaf(), Leaf::Gate(_)));
    match hands {
        Hands::To | Hands::Return | Hands::Snooze | Hands::NextStep => at_the_gate,
        Hands::Accept | Hands::Write | Hands::Post | Hands::Copy => !at_the_gate,
        Hands::Fields => true,
    }
}

/// Whether it does something there: a change of the team file is not to be had for everything, and a map has no fix.
fn in_the_model(app: &App, command: Command) -> bool {
    let Some(Dialog::Model(cursor)) = app.dialog() else { return true };
    let selected = app.selected_finding(cursor).map(|(_, one)| one);
    let selected = selected.filter(|_| !matches!(cursor.shows, Part::Map { .. }));
    match command {
        Command::Answer(Answer::Take) => selected.is_some_and(|one| one.change.is_some()),
        Command::Answer(Answer::Copy | Answer::Editor) => selected.is_some(),
        Command::Answer(Answer::Choose) => selected.is_some() && cursor.shows == Part::List,
        _ => true,
    }
}

/// Keys with one word each, as many as fit; the last two of a place (help and
/// quit, choose and back) before all others.
fn hints(app: &App, place: Place, width: usize) -> Vec<(String, &'static str)> {
    let keys = &app.outfit().keys;
    let here = |command: Command| {
        (place != Place::Pane || app.look().pane == Pane::Rotation || !command.changes_shifts())
            && (app.reading().is_some() || !matches!(command, Command::Answer(Answer::Read(_))))
            && in_the_handoff(app, command)
            && in_the_model(app, command)
    };
    let shown =
        keys.rows().filter(|(binding, _)| binding.place == place && !binding.hint.is_empty() && here(binding.command));
    let first = |names: &str| names.split(' ').next().unwrap_or_default().to_owned();
    let mut all: Vec<(String, &'static str)> = shown.map(|(binding, names)| (first(&names), binding.hint)).collect();
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
