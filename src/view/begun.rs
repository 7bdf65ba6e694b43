//! What may follow the keys that have been pressed, over the last lines of
//! what is below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::dialog::open;
use crate::app::App;
use crate::app::chord::written;
use crate::panes::fit;

/// Draws the list; nothing if nothing was begun.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let (theme, keys) = (&app.outfit().theme, &app.outfit().keys);
    if keys.begun().is_empty() {
        return;
    }
    let rows = keys.follow_ups(app.place());
    let widest = rows.iter().map(|(key, _)| fit::columns(key)).max().unwrap_or(0);
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).saturating_add(2).min(area.height);
    let width = area.width.min(78);
    let title = format!("{} … (any other key drops it)", written(keys.begun()));
    let place = Rect { x: area.x + (area.width - width) / 2, y: area.bottom() - height, width, height };
    let inside = open(app, buffer, place, &title);
    for (y, (key, binding)) in (inside.y..inside.bottom()).zip(rows) {
        let line = Line::from(vec![
            Span::styled(format!(" {}", fit::pad(&key, widest)), theme.key),
            Span::styled(format!("  {}", binding.help), theme.text),
        ]);
        buffer.set_line(inside.x, y, &line, inside.width);
    }
}
