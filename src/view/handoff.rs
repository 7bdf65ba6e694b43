//! The handoff in the queue's place: the page, or one thing that hangs.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;

use super::dialog::{middle, open, visible};
use crate::app::App;
use crate::app::typed::Typed;
use crate::app::watch::{HandAsk, Leaf};
use crate::domain::handoff::Handoff;
use crate::panes::fit;
use crate::panes::handoff::gate::{self, Hangs};

/// Draws it, where it is open.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) {
    let Some(handing) = app.handing() else { return };
    let theme = &app.outfit().theme;
    let place = middle(area, area.width, area.height);
    let shown = handing.handoff().map(|handoff| app.shown_handoff(handoff));
    let title = shown.as_deref().map_or_else(|| "Handoff".to_owned(), |handoff| handoff.title().to_string());
    let inside = open(app, buffer, place, &title);
    let (lines, top): (Vec<Line<'static>>, usize) = match (shown.as_deref(), handing.leaf()) {
        (Some(handoff), Leaf::Page { top }) => (page(app, handoff), *top),
        (Some(handoff), Leaf::Gate(id)) => {
            let left = handing.hanging();
            let at = left.iter().position(|row| row.of.id == *id).unwrap_or(0);
            let row = handoff.sections.carry_over.iter().find(|row| row.of.id == *id);
            let known = handoff.sections.needs_you_now.iter().find(|row| row.of.id == *id);
            let hangs = row.map(|row| Hangs { row, open: known, place: (at + 1, left.len().max(1)) });
            (hangs.map(|hangs| gate::lines(&hangs, inside.width, theme)).unwrap_or_default(), 0)
        }
        (None, _) => {
            let said = handing.why_not().map_or("one moment: it is being computed", |why| why.as_str());
            let lines = fit::wrap(said, usize::from(inside.width).saturating_sub(1));
            (lines.into_iter().map(|line| Line::styled(line, theme.text)).collect(), 0)
        }
    };
    let height = usize::from(inside.height);
    let from = top.min(lines.len().saturating_sub(height));
    for (y, line) in (inside.y..inside.bottom()).zip(lines.iter().skip(from)) {
        buffer.set_line(inside.x + 1, y, line, inside.width.saturating_sub(1));
    }
    let hidden = lines.len().saturating_sub(from + height);
    super::more::on_the_frame(app, buffer, inside, hidden);
}

fn page(app: &App, handoff: &Handoff) -> Vec<Line<'static>> {
    let theme = &app.outfit().theme;
    let style = |line: &str| -> Style {
        let heading = !line.is_empty() && line.chars().all(|c| c.is_ascii_uppercase() || c == ' ');
        match (heading, line) {
            (true, _) => theme.heading,
            (false, "none") => theme.dim,
            (false, line) if line.contains("UNDECIDED") || line.contains("NO NEXT STEP") => theme.warning,
            (false, line) if line.contains("OVERDUE") || line.contains("DROPPED") => theme.urgent,
            (false, _) => theme.text,
        }
    };
    // The title stands in the frame.
    let lines = handoff.lines(app.handoff_columns()).into_iter();
    let rest = lines.skip_while(|line| !line.starts_with("==")).skip(2);
    rest.map(|line| {
        let style = style(&line);
        Line::styled(line, style)
    })
    .collect()
}

/// Draws what is asked for, over the handoff.
pub fn draw_ask(app: &App, buffer: &mut Buffer, area: Rect, (ask, typed): (&HandAsk, &Typed)) -> Position {
    draw(app, buffer, area);
    let about = ask.incident.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    let title = format!("{about}{} (empty takes it back)", ask.field.label());
    let inside = open(app, buffer, middle(area, 78, 3), &title);
    let (shown, column) = visible(typed, usize::from(inside.width).saturating_sub(2));
    buffer.set_stringn(inside.x + 1, inside.y, shown, usize::from(inside.width), app.outfit().theme.text);
    Position::new(inside.x + 1 + column, inside.y)
}
