//! The last line: what is typed into the filter, else the keys that matter here.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::app::bindings::Place;
use crate::app::watch::Dialog;
use crate::panes::fit;

/// Draws it; returns where typing goes on, if it does so here.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let theme = &app.outfit().theme;
    if let Some(Dialog::Filter(typed)) = app.dialog() {
        let found = format!("  {} found", app.list().ids().count());
        let room = usize::from(area.width).saturating_sub(fit::columns(&found) + 2);
        let (shown, column) = super::dialog::visible(typed, room);
        let spans = vec![Span::styled("/", theme.key), Span::raw(shown), Span::styled(found, theme.dim)];
        buffer.set_line(area.x, area.y, &Line::from(spans), area.width);
        return Some(Position::new(area.x + 1 + column, area.y));
    }
    let mut spans = Vec::new();
    if !app.sought().text.is_empty() {
        spans.push(Span::styled(format!("/{}  ", fit::cut(&app.sought().text, 30)), theme.matched));
    }
    if !app.marks().is_empty() {
        spans.push(Span::styled(format!("{} marked  ", app.subjects().len()), theme.marked));
    }
    spans.extend(hints(app, place(app), usize::from(area.width)));
    buffer.set_line(area.x, area.y, &Line::from(spans), area.width);
    None
}

fn place(app: &App) -> Place {
    match app.dialog() {
        None | Some(Dialog::Filter(_)) => Place::Queue,
        Some(Dialog::Help { .. } | Dialog::Pick(_) | Dialog::Title(_)) => Place::List,
        Some(Dialog::Ask(_)) => Place::Question,
        Some(Dialog::Note { .. }) => Place::Note,
        Some(Dialog::Log(_)) => Place::Log,
    }
}

/// Keys with one word each, as many as fit; help and quit before all others.
fn hints(app: &App, place: Place, width: usize) -> Vec<Span<'static>> {
    let theme = &app.outfit().theme;
    let keys = &app.outfit().keys;
    let mut spans = Vec::new();
    let mut taken = 0;
    for (binding, _) in keys.rows().filter(|(binding, _)| binding.place == place && !binding.hint.is_empty()) {
        let key = keys.key_of(binding.command);
        let columns = fit::columns(&key) + binding.hint.len() + 3;
        if key.is_empty() || taken + columns > width {
            continue;
        }
        taken += columns;
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::styled(format!(" {}  ", binding.hint), theme.dim));
    }
    spans
}
