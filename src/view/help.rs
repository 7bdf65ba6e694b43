//! The keys as they are now, and words to find one.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::dialog::{middle, open, visible};
use super::line::put;
use crate::app::App;
use crate::app::typed::Typed;
use crate::panes::fit;

/// On a screen of fewer columns than this it takes all of them: beginnings and ends of lines beside it help nobody.
const NARROW: u16 = 120;

/// Draws the overlay; returns where typing goes on.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, (typed, top): (&Typed, usize)) -> Position {
    let theme = &app.outfit().theme;
    let inside = open(
        app,
        buffer,
        middle(area, if area.width < NARROW { area.width } else { 90 }, area.height),
        "Keys (type to find one)",
    );
    let (shown, column) = visible(typed, usize::from(inside.width).saturating_sub(3));
    let line = Line::from(vec![Span::styled("> ", theme.key), Span::raw(shown)]);
    buffer.set_line(inside.x, inside.y, &line, inside.width);
    for (y, line) in (inside.y + 1..inside.bottom()).zip(lines(app, typed).into_iter().skip(top)) {
        put(buffer, (inside.x, y), &line, inside.width);
    }
    Position::new(inside.x + 2 + column, inside.y)
}

/// A heading for each group, a line for each binding.
fn lines(app: &App, typed: &Typed) -> Vec<Line<'static>> {
    let theme = &app.outfit().theme;
    let mut lines = Vec::new();
    let mut heading = "";
    for (group, keys, help) in app.help_lines(typed.text()) {
        if group != heading {
            heading = group;
            lines.push(Line::styled(group, theme.heading));
        }
        let keys = if keys.is_empty() { "(no key)".to_owned() } else { keys };
        lines.push(Line::from(vec![
            Span::styled(format!("  {}", fit::pad(&keys, 18)), theme.key),
            Span::styled(format!(" {help}"), theme.text),
        ]));
    }
    if lines.is_empty() {
        lines.push(Line::styled("  no key has these words", theme.dim));
    }
    lines
}
