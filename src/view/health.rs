//! The MCP endpoints in the queue's place: a line each, or one of them in full.

mod tools;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::dialog::{middle, open};
use super::line::put;
use crate::app::App;
use crate::app::watch::{HealthCursor, Shows};
use crate::domain::probe::Condition;
use crate::domain::text::Clean;
use crate::panes::fit;
use crate::panes::health::{Columns, Standing};

/// What is said where there is nothing to show.
const NONE: &str = "No MCP endpoint is configured. A [[sources]] with kind = \"mcp\" in the team file adds one; \
                    `dogwatch probe URL` asks one now.";

/// Draws the view.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect, cursor: &HealthCursor) {
    let place = middle(area, area.width, area.height);
    let subject = app.health_subject(cursor).filter(|_| cursor.shows != Shows::List);
    let Some(standing) = subject else {
        let rows = app.health_rows(cursor);
        let at = app.health_place(cursor, &rows);
        let inside = open(app, buffer, place, &format!("MCP health: {}", tally(app, &rows)));
        draw_list(app, buffer, inside, (&rows, at));
        return;
    };
    let id = Clean::line(standing.id.as_str());
    match cursor.shows {
        Shows::List | Shows::One { .. } => {
            let inside = open(app, buffer, place, &format!("MCP {id}: state"));
            let top = if let Shows::One { top } = cursor.shows { top } else { 0 };
            draw_page(app, buffer, inside, (&app.health_page(&standing, inside.width), top));
        }
        Shows::Tools => {
            let inside = open(app, buffer, place, &format!("MCP {id}: {}", tools::tally(app)));
            tools::draw(app, buffer, inside, &cursor.tool);
        }
        Shows::Tool { top } => {
            let at = app.tool_place(&cursor.tool) + 1;
            let inside = open(app, buffer, place, &format!("MCP {id}: tool {at} of {}", app.shelf().found()));
            draw_page(app, buffer, inside, (&app.tool_page(&cursor.tool, inside.width), top));
        }
    }
}

/// How many there are of each state.
fn tally(app: &App, standings: &[Standing<'_>]) -> String {
    let all = [Condition::Down, Condition::Degraded, Condition::Unknown, Condition::Up];
    let count = |condition| standings.iter().filter(|standing| standing.condition == condition).count();
    let counted = all.map(|condition| (count(condition), condition.word()));
    let words: Vec<String> =
        counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let words = if words.is_empty() { "no endpoint".to_owned() } else { words.join(", ") };
    let all = app.standings().len();
    if all == standings.len() { words } else { format!("{} of {all}: {words}", standings.len()) }
}

fn draw_list(app: &App, buffer: &mut Buffer, inside: Rect, (standings, at): (&[Standing<'_>], usize)) {
    let theme = &app.outfit().theme;
    if standings.is_empty() {
        let none = if app.standings().is_empty() { NONE } else { "no endpoint has these words" };
        let lines = fit::wrap(none, usize::from(inside.width).saturating_sub(2));
        for (y, line) in (inside.y..inside.bottom()).zip(lines) {
            buffer.set_stringn(inside.x + 1, y, line, usize::from(inside.width), theme.text);
        }
        return;
    }
    let columns = Columns::of(standings, inside.width);
    buffer.set_line(inside.x, inside.y, &columns.head(theme), inside.width);
    let list = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    let from = (at + 1).saturating_sub(usize::from(list.height).max(1));
    for (y, (place, standing)) in (list.y..list.bottom()).zip(standings.iter().enumerate().skip(from)) {
        let mark = if place == at { "> " } else { "  " };
        let mut line = columns.row(standing, app.minute(), theme);
        line.spans.insert(0, Span::raw(mark));
        put(buffer, (list.x, y), &line, list.width);
        if place == at {
            buffer.set_style(Rect { y, height: 1, ..list }, theme.selected);
        }
    }
}

fn draw_page(app: &App, buffer: &mut Buffer, inside: Rect, (lines, top): (&[Line<'static>], usize)) {
    let height = usize::from(inside.height);
    let from = top.min(lines.len().saturating_sub(height));
    for (y, line) in (inside.y..inside.bottom()).zip(lines.iter().skip(from)) {
        put(buffer, (inside.x, y), line, inside.width);
    }
    super::more::on_the_frame(app, buffer, inside, lines.len().saturating_sub(from + height));
}
