//! The cycle review, over the whole screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::dialog::{middle, open};
use crate::app::App;
use crate::app::watch::LookBack;
use crate::panes::fit;

/// Draws what is known of it, from this line on.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, top: usize) {
    let theme = &app.outfit().theme;
    let title = match app.look_back() {
        LookBack::Asked(_) => "Review: looking back …",
        LookBack::NotAsked | LookBack::Known(_) | LookBack::Failed(_) => "Review: the cycle up to now",
    };
    let inside = open(app, buffer, middle(area, area.width, area.height), title);
    if let LookBack::Failed(why) = app.look_back() {
        for (y, line) in (inside.y..inside.bottom()).zip(fit::wrap(why.as_str(), usize::from(inside.width))) {
            buffer.set_stringn(inside.x, y, line, usize::from(inside.width), theme.error);
        }
        return;
    }
    let lines = app.review_lines(inside.width);
    let height = usize::from(inside.height);
    let top = top.min(lines.len().saturating_sub(height));
    for (y, line) in (inside.y..inside.bottom()).zip(lines.iter().skip(top)) {
        super::line::put(buffer, (inside.x, y), line, inside.width);
    }
    let hidden = lines.len().saturating_sub(top + height);
    super::more::on_the_frame(app, buffer, inside, hidden);
}
