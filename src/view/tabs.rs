//! The names of the panes in one line, each with its key; the one that is shown stands out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::app::bindings::Command;
use crate::panes::fit;
use crate::panes::frame::Pane;

/// Draws them, as far as there is room.
pub fn draw(app: &App, buffer: &mut Buffer, place: Rect) {
    if place.is_empty() {
        return;
    }
    let theme = &app.outfit().theme;
    let mut spans = vec![Span::styled("──", theme.border)];
    for (pane, word) in words(app, place.width) {
        let style = if pane == app.look().pane { theme.border_focused } else { theme.dim };
        spans.push(Span::raw(" "));
        spans.push(Span::styled(word, style));
        spans.push(Span::styled(" ─", theme.border));
    }
    let taken: usize = spans.iter().map(Span::width).sum();
    let rest = usize::from(place.width).saturating_sub(taken);
    spans.push(Span::styled("─".repeat(rest), theme.border));
    buffer.set_line(place.x, place.y, &Line::from(spans), place.width);
}

/// Which pane is named in this column.
pub fn pane_at(app: &App, place: Rect, x: u16) -> Option<Pane> {
    let mut from = usize::from(place.x) + 3;
    let x = usize::from(x);
    for (pane, word) in words(app, place.width) {
        let width = fit::columns(&word);
        if (from..from + width).contains(&x) {
            return Some(pane);
        }
        from += width + 3;
    }
    None
}

/// Every pane with its key and its name; the one that is shown in brackets, since colour alone says nothing. Where that
/// is too much, the others have their keys only.
fn words(app: &App, width: u16) -> [(Pane, String); Pane::ALL.len()] {
    let shown = app.look().pane;
    let word = |pane: Pane| {
        let key = app.outfit().keys.key_of(Command::Pane(pane));
        (format!("{key} {}", pane.title()).trim_start().to_owned(), key)
    };
    let whole = Pane::ALL.map(|pane| (pane, if pane == shown { format!("[{}]", word(pane).0) } else { word(pane).0 }));
    let columns: usize = whole.iter().map(|(_, word)| fit::columns(word) + 3).sum();
    if columns + 2 <= usize::from(width) {
        return whole;
    }
    whole.map(|(pane, whole)| if pane == shown { (pane, whole) } else { (pane, word(pane).1) })
}
