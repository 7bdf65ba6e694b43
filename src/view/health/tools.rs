//! The tools of one endpoint: a line for each that is in sight, and the
//! selected one beside or below.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::app::App;
use crate::app::watch::{ToolCursor, ToolsAnswer};
use crate::panes::health::tool::{Columns, Layout};
use crate::panes::{age, fit};
use crate::view::more;

/// How many there are, and how old that is.
pub fn tally(app: &App) -> String {
    let shelf = app.shelf();
    let read = shelf.read_at().map(|at| format!(", listed {} ago", age::calm(app.minute() - at))).unwrap_or_default();
    match (shelf.answer(), shelf.found(), shelf.len()) {
        (ToolsAnswer::Awaited | ToolsAnswer::Never, ..) => "tools".to_owned(),
        (ToolsAnswer::Known(_), 1, 1) => format!("1 tool{read}"),
        (ToolsAnswer::Known(_), found, all) if found == all => format!("{all} tools{read}"),
        (ToolsAnswer::Known(_), found, all) => format!("{found} of {all} tools{read}"),
    }
}

/// Draws the tools that are in sight, and no others.
pub fn draw(app: &App, buffer: &mut Buffer, inside: Rect, cursor: &ToolCursor) {
    let theme = &app.outfit().theme;
    let shelf = app.shelf();
    if shelf.found() == 0 {
        let (text, style) = match shelf.answer() {
            ToolsAnswer::Awaited => ("reading what this machine knows of its tools…".to_owned(), theme.dim),
            ToolsAnswer::Never => ("Its list of tools has not been read yet.".to_owned(), theme.warning),
            ToolsAnswer::Known(_) if shelf.is_empty() => ("It offers no tools.".to_owned(), theme.text),
            ToolsAnswer::Known(_) => ("none of its tools has these words".to_owned(), theme.warning),
        };
        let lines = fit::wrap(&text, usize::from(inside.width).saturating_sub(2));
        for (y, line) in (inside.y..inside.bottom()).zip(lines) {
            buffer.set_stringn(inside.x + 1, y, line, usize::from(inside.width), style);
        }
        return;
    }
    let layout = Layout::of(inside, shelf.found());
    draw_list(app, buffer, layout.list, app.tool_place(cursor));
    let rule = layout.rule;
    for y in rule.y..rule.bottom() {
        let line = if rule.height == 1 { "─".repeat(usize::from(rule.width)) } else { "│".to_owned() };
        buffer.set_stringn(rule.x, y, line, usize::from(rule.width), theme.border);
    }
    let lines = app.tool_page(cursor, layout.one.width);
    for (y, line) in (layout.one.y..layout.one.bottom()).zip(&lines) {
        buffer.set_line(layout.one.x, y, line, layout.one.width);
    }
    if layout.one.height > 0 {
        more::on_the_frame(app, buffer, layout.one, lines.len().saturating_sub(usize::from(layout.one.height)));
    }
}

fn draw_list(app: &App, buffer: &mut Buffer, list: Rect, at: usize) {
    let theme = &app.outfit().theme;
    let height = usize::from(list.height);
    let from = (at + 1).saturating_sub(height.max(1));
    let columns = Columns::of(app.shelf().from(from).take(height), list.width);
    for (y, (place, entry)) in (list.y..list.bottom()).zip((from..).zip(app.shelf().from(from))) {
        let mut line = columns.row(entry, list.width, theme);
        line.spans.insert(0, Span::raw(if place == at { "> " } else { "  " }));
        buffer.set_line(list.x, y, &line, list.width);
        if place == at {
            buffer.set_style(Rect { y, height: 1, ..list }, theme.selected);
        }
    }
}
