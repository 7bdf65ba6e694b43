//! What was decided and what became of it, and what was said: newest first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::dialog::{middle, open};
use super::say::level;
use crate::app::App;
use crate::app::watch::LogLine;
use crate::panes::fit;

/// Draws the overlay: one line each, and the selected one in full below.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, at: usize) {
    let theme = &app.outfit().theme;
    let inside = open(app, buffer, middle(area, area.width, area.height), "Log: what was decided, newest first");
    let lines = app.log();
    if lines.is_empty() {
        buffer.set_stringn(inside.x, inside.y, "nothing yet", usize::from(inside.width), theme.dim);
        return;
    }
    let full = lines.get(at).map(|line| words(app, line)).unwrap_or_default();
    let full = fit::wrap(&full, usize::from(inside.width));
    let below = u16::try_from(full.len()).unwrap_or(u16::MAX).min(inside.height / 2);
    let list = Rect { height: inside.height.saturating_sub(below + 1), ..inside };
    let from = (at + 1).saturating_sub(usize::from(list.height).max(1));
    for (y, (place, line)) in (list.y..list.bottom()).zip(lines.iter().enumerate().skip(from)) {
        let mark = if place == at { "> " } else { "  " };
        let (_, style) = level(line.level(), theme);
        let spans = vec![Span::raw(mark), Span::styled(words(app, line), style)];
        buffer.set_line(list.x, y, &Line::from(spans), list.width);
        if place == at {
            buffer.set_style(Rect { y, height: 1, ..list }, theme.selected);
        }
    }
    for (y, line) in (list.bottom() + 1..inside.bottom()).zip(full) {
        buffer.set_stringn(inside.x, y, line, usize::from(inside.width), theme.text);
    }
}

fn words(app: &App, line: &LogLine<'_>) -> String {
    let time = app.civil(line.at());
    match line {
        LogLine::Notice(news) => format!("{time}  {}: {}", level(news.level, &app.outfit().theme).0, news.text),
        LogLine::Decision(entry) => {
            let why = entry.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            let by =
                entry.deed.by.as_ref().map(|by| format!(" by {}", app.desk().model().person(by))).unwrap_or_default();
            let (verb, object) = (entry.decision.verb(), entry.decision.object());
            format!("{time}  {verb} {}{object}{by} {}{why}", entry.incident, entry.state.word())
        }
    }
}
