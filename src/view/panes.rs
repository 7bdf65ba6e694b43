//! The panes beside the queue: a line with the title, and what is in sight below it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::panes::fit;
use crate::panes::frame::Pane;

/// Which entry of a pane is drawn in this row, if any.
pub fn entry_at(app: &App, (pane, place): (Pane, Rect), y: u16) -> Option<usize> {
    let row = usize::from(y.checked_sub(place.y + 1)?);
    if pane == Pane::Runbook {
        return super::runbook::entry_at(app, place, row);
    }
    let lines = app.pane_lines(pane, place.width);
    let top = app.pane_cursor(pane).top.min(lines.len().saturating_sub(usize::from(place.height - 1)));
    lines.get(top + row)?.0
}

/// Draws a pane into its place, if it has one.
pub fn draw(app: &App, buffer: &mut Buffer, (pane, place): (Pane, Rect)) {
    if place.height < 2 {
        return;
    }
    let theme = &app.outfit().theme;
    let style = if app.look().pane == pane { theme.border_focused } else { theme.border };
    // Alone it stands below the names of all.
    if app.frame().is_board {
        // Colour alone says nothing about who has the keys.
        let name = if app.look().pane == pane { format!("[{}]", pane.title()) } else { pane.title().to_owned() };
        let title = format!("── {name} ");
        let rest = usize::from(place.width).saturating_sub(fit::columns(&title));
        let rule = Line::from(vec![Span::styled(title, style), Span::styled("─".repeat(rest), style)]);
        buffer.set_line(place.x, place.y, &rule, place.width);
    }
    let inside = Rect { y: place.y + 1, height: place.height - 1, ..place };
    if pane == Pane::Runbook {
        return super::runbook::draw(app, buffer, inside);
    }
    let lines = app.pane_lines(pane, inside.width);
    let height = usize::from(inside.height);
    let cursor = app.pane_cursor(pane);
    let top = cursor.top.min(lines.len().saturating_sub(height));
    let selected = (app.look().pane == pane).then_some(cursor.at);
    for (y, (entry, line)) in (inside.y..inside.bottom()).zip(lines.iter().skip(top)) {
        super::line::put(buffer, (inside.x, y), line, inside.width);
        if entry.is_some() && *entry == selected {
            buffer.set_style(Rect { y, height: 1, ..inside }, theme.selected);
        }
    }
    let hidden = lines.len().saturating_sub(top + height);
    super::more::over_the_text(app, buffer, inside, hidden);
}
