//! The screen as cells: reads the app, writes a buffer, keeps nothing.
//!
//! The same state drawn twice gives the same cells, so that a terminal that is
//! told only the differences is told nothing.

mod begun;
mod dialog;
mod footer;
mod handoff;
mod header;
mod health;
mod help;
mod line;
mod linked;
mod log;
mod meeting;
mod model;
mod more;
mod panes;
mod pointer;
mod queue;
mod review;
mod runbook;
mod say;
mod shade;
mod tabs;
mod tour;

pub use linked::Linked;
pub use pointer::pointed;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::panes::fit;
use crate::panes::frame::{Focus, Frame, LEAST, Pane, Shape};

/// Draws everything; returns where the terminal's cursor belongs, while something is being typed. In private mode
/// no name, host or private title is left in it, whatever drew it.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    draw_veiled(app, buffer, area).0
}

/// The same, and what of it leads to the web.
pub fn draw_linked(app: &App, buffer: &mut Buffer, area: Rect) -> (Option<Position>, Vec<Linked>) {
    let (cursor, detail) = draw_veiled(app, buffer, area);
    (cursor, linked::links(app, buffer, &detail))
}

/// The detail as it was laid out, once for a frame, and how many of its lines have been scrolled away.
#[derive(Default)]
struct Detail {
    lines: Vec<Line<'static>>,
    from: usize,
}

fn draw_veiled(app: &App, buffer: &mut Buffer, area: Rect) -> (Option<Position>, Detail) {
    let (cursor, detail) = draw_all(app, buffer, area);
    if let Some(veil) = app.veil() {
        shade::draw(veil, buffer, area, shade::typing(app, cursor));
    }
    (cursor, detail)
}

fn draw_all(app: &App, buffer: &mut Buffer, area: Rect) -> (Option<Position>, Detail) {
    // The paper of the theme lies under all of it.
    buffer.set_style(area, app.outfit().theme.text);
    let frame = Frame::of(area, app.look());
    if frame.shape == Shape::TooSmall {
        too_small(app, buffer, area);
        return (None, Detail::default());
    }
    if let Some(held) = app.meeting_in_front() {
        meeting::draw(app, buffer, area, held);
        let body = crate::panes::meeting::body(area);
        let cursor = dialog::draw(app, buffer, body);
        begun::draw(app, buffer, body);
        say::draw(app, buffer, body);
        return (cursor, Detail::default());
    }
    let mut detail = Detail::default();
    buffer.set_line(frame.header.x, frame.header.y, &header::line(app, frame.header.width), frame.header.width);
    tabs::draw(app, buffer, frame.tabs);
    if frame.has_queue {
        queue::draw(app, buffer, frame.queue);
        draw_rule(app, buffer, &frame);
        more::rows(app, buffer, &frame, queue::hidden(app));
        detail = draw_detail(app, buffer, frame.detail);
    }
    for y in frame.divide.y..frame.divide.bottom() {
        buffer.set_string(frame.divide.x, y, "│", app.outfit().theme.border);
    }
    for pane in Pane::ALL.into_iter().filter(|pane| *pane != Pane::Queue) {
        panes::draw(app, buffer, (pane, frame.place(pane)));
    }
    let typing = footer::draw(app, buffer, frame.footer);
    let body = Rect { y: area.y + 1, height: area.height - 2, ..area };
    let cursor = dialog::draw(app, buffer, body).or(typing);
    tour::draw(app, buffer, body);
    begun::draw(app, buffer, body);
    say::draw(app, buffer, body);
    (cursor, detail)
}

fn too_small(app: &App, buffer: &mut Buffer, area: Rect) {
    let (width, height) = LEAST;
    let text = format!("too small: {width}×{height} at least; nothing is lost");
    let lines = fit::wrap(&text, usize::from(area.width));
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        buffer.set_stringn(area.x, y, line, usize::from(area.width), app.outfit().theme.warning);
    }
}

fn draw_rule(app: &App, buffer: &mut Buffer, frame: &Frame) {
    let theme = &app.outfit().theme;
    let style = match app.focus() {
        Focus::Detail => theme.border_focused,
        Focus::Queue => theme.border,
    };
    let rule = frame.rule;
    match frame.shape {
        Shape::Beside => {
            for y in rule.y..rule.bottom() {
                buffer.set_string(rule.x, y, "│", style);
            }
        }
        Shape::Stacked => {
            let name = app
                .selected()
                .map(|id| crate::app::list::short_id(&app.desk().name(id)).to_owned())
                .unwrap_or_default();
            let title = format!("── {} ", fit::cut(&name, usize::from(rule.width).saturating_sub(8)));
            let rest = usize::from(rule.width).saturating_sub(fit::columns(&title));
            let line = Line::from(vec![Span::styled(title, style), Span::styled("─".repeat(rest), style)]);
            buffer.set_line(rule.x, rule.y, &line, rule.width);
        }
        Shape::TooSmall => {}
    }
}

fn draw_detail(app: &App, buffer: &mut Buffer, area: Rect) -> Detail {
    let lines = app.detail(area.width);
    let last = lines.len().saturating_sub(usize::from(area.height));
    let from = app.scroll().min(last);
    for (y, line) in (area.y..area.bottom()).zip(&lines[from..]) {
        line::put(buffer, (area.x, y), line, area.width);
    }
    let hidden = lines.len().saturating_sub(from + usize::from(area.height));
    more::over_the_text(app, buffer, area, hidden);
    Detail { lines, from }
}
