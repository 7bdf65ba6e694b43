//! One line in the room that there is for it; where it is longer, it is seen to go on.

use ratatui::buffer::Buffer;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use crate::panes::fit;

/// Writes it from this cell on, with `…` in the last column for what does not fit.
pub fn put(buffer: &mut Buffer, (x, y): (u16, u16), line: &Line<'_>, width: u16) {
    buffer.set_line(x, y, line, width);
    if width < 2 || fit::line_columns(line) <= usize::from(width) {
        return;
    }
    let last = x + width - 1;
    // A wide letter whose second half is there goes whole.
    if buffer[(last - 1, y)].symbol().width() > 1 {
        buffer[(last - 1, y)].set_symbol(" ");
    }
    buffer[(last, y)].set_symbol("…");
}
