//! A card of the tour, over the last lines of the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::dialog::open;
use crate::app::App;
use crate::app::bindings::{Answer, Place};
use crate::panes::fit;

/// A line that is longer is hard to read.
const WIDEST: u16 = 64;

/// Draws the card that is shown; nothing outside of the tour.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let Some(card) = app.tour_card() else { return };
    let (theme, keys) = (&app.outfit().theme, &app.outfit().keys);
    let width = WIDEST.min(area.width);
    let lines = fit::wrap(&card.text, usize::from(width).saturating_sub(4));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(3).min(area.height);
    let x = area.x + (area.width - width) / 2;
    let inside = open(app, buffer, Rect { x, y: area.bottom() - height, width, height }, &card.title);
    let room = usize::from(inside.width).saturating_sub(1);
    let last = inside.bottom().saturating_sub(1);
    for (y, line) in (inside.y..last).zip(&lines) {
        buffer.set_stringn(inside.x + 1, y, line, room, theme.text);
    }
    let hint = |answer: Answer, word: &'static str| {
        let key = keys.key_in(Place::Tour, answer);
        [Span::styled(key, theme.key), Span::styled(format!(" {word}  "), theme.dim)]
    };
    let hints = [hint(Answer::Down, "next"), hint(Answer::Up, "back"), hint(Answer::Back, "end")];
    buffer.set_line(
        inside.x + 1,
        last,
        &hints.into_iter().flatten().collect::<Line<'_>>(),
        inside.width.saturating_sub(1),
    );
}
