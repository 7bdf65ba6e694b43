//! How many lines there are further down, where not all can be seen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::App;
use crate::panes::fit;
use crate::panes::frame::{Frame, Shape};

/// On the frame below what is shown, so that it hides nothing.
pub fn on_the_frame(app: &App, buffer: &mut Buffer, inside: Rect, hidden: usize) {
    if let Some(words) = words(hidden, "line") {
        let frame = Rect { y: inside.bottom(), height: 1, ..inside };
        at_the_end(app, buffer, frame, &format!(" {words} "));
    }
}

/// How many rows of the queue there are further down: on the rule below it, where there is one, else over the end of
/// its last row, unless that is selected.
pub fn rows(app: &App, buffer: &mut Buffer, frame: &Frame, hidden: usize) {
    let Some(words) = words(hidden, "row").filter(|_| !frame.queue.is_empty()) else { return };
    if frame.shape == Shape::Stacked && frame.rule.height > 0 {
        return at_the_end(app, buffer, frame.rule, &format!(" {words} ─"));
    }
    let last = app.list().top() + app.list().height().saturating_sub(1);
    if app.list().cursor().is_none_or(|cursor| cursor.at != last) && app.outfit().theme.line_height == 1 {
        over(app, buffer, frame.queue, &words);
    }
}

/// In the last columns of one line.
fn at_the_end(app: &App, buffer: &mut Buffer, line: Rect, words: &str) {
    let width = u16::try_from(fit::columns(words)).unwrap_or(line.width).min(line.width);
    buffer.set_stringn(line.right() - width, line.y, words, usize::from(width), app.outfit().theme.dim);
}

/// Over the end of the last line that is shown; what it covers is seen to go on.
pub fn over_the_text(app: &App, buffer: &mut Buffer, inside: Rect, hidden: usize) {
    if let Some(words) = words(hidden, "line") {
        over(app, buffer, inside, &words);
    }
}

fn over(app: &App, buffer: &mut Buffer, inside: Rect, words: &str) {
    if inside.height < 2 {
        return;
    }
    let width = u16::try_from(fit::columns(words) + 3).unwrap_or(inside.width).min(inside.width);
    let (x, y) = (inside.right() - width, inside.bottom() - 1);
    let covers = (x..inside.right()).any(|x| !buffer[(x, y)].symbol().trim().is_empty());
    let before = if x > inside.x { buffer[(x - 1, y)].symbol().trim() } else { "" };
    let start = match before {
        "…" => "  ",
        "" if !covers => "  ",
        _ => "… ",
    };
    let dim = app.outfit().theme.dim;
    for x in x..inside.right() {
        // The looks of what was there must not go on under it.
        buffer[(x, y)].reset();
    }
    buffer.set_style(Rect { x, y, width, height: 1 }, app.outfit().theme.text);
    buffer.set_stringn(x, y, format!("{start}{words} "), usize::from(width), dim);
}

fn words(hidden: usize, what: &str) -> Option<String> {
    match hidden {
        0 => None,
        1 => Some(format!("1 more {what}")),
        many => Some(format!("{many} more {what}s")),
    }
}
