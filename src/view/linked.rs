//! What on the screen leads to the web: where it stands, and where it leads.
//!
//! Only what is seen counts. A link is looked for where it belongs, and its
//! text has to stand there in the finished frame: what a dialog covers, what is
//! cut and what has been replaced is no link. Text that others wrote never
//! decides where one leads but on a page of the runbooks, where it is the page.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::{Detail, queue};
use crate::app::App;
use crate::app::list::{self, short_id};
use crate::app::watch::{Dialog, Reading};
use crate::domain::text::Link;
use crate::panes::detail::is_link;
use crate::panes::frame::{Frame, Pane, Shape};
use crate::panes::paper::Row;
use crate::panes::runbook::GUTTER;

/// Cells of one row that lead to an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The row and the column of the first.
    pub at: Position,
    /// How many cells.
    pub width: u16,
    /// Where they lead.
    pub to: Link,
}

/// No longer address is written: it would be with every row that changes.
const LONGEST: usize = 512;

/// All links of a frame that has been drawn, row by row; none in private mode, where an address would say what is
/// hidden.
pub(super) fn links(app: &App, buffer: &Buffer, detail: &Detail) -> Vec<Linked> {
    let frame = Frame::of(buffer.area, app.look());
    // A filter is typed in the footer; every other dialog lies over what it is about.
    let covered = app.dialog().is_some_and(|dialog| !matches!(dialog, Dialog::Filter(_))) || app.tour_card().is_some();
    let hidden = app.veil().is_some() || app.meeting_in_front().is_some();
    if covered || hidden || frame.shape == Shape::TooSmall {
        return Vec::new();
    }
    let mut found = Vec::new();
    if frame.has_queue {
        of_queue(app, buffer, frame.queue, &mut found);
        of_detail(app, buffer, (&frame, detail), &mut found);
    }
    if let Some(reading) = app.reading() {
        of_page(app, buffer, (frame.place(Pane::Runbook), reading), &mut found);
    }
    found.retain(|one| one.to.as_str().len() <= LONGEST);
    found.sort_by_key(|one| (one.at.y, one.at.x));
    found
}

/// The ids of the rows.
fn of_queue(app: &App, buffer: &Buffer, area: Rect, found: &mut Vec<Linked>) {
    for (y, _, line) in queue::in_sight(app, area) {
        if let list::Line::Row(id, place) = line
            && let Some(row) = app.seen().queue().rows.get(*place)
            && let Some(to) = app.link(id)
        {
            let row_of_it = Rect { y, height: 1, ..area };
            found.extend(sought(buffer, row_of_it, short_id(row.name())).map(|(at, width)| Linked { at, width, to }));
        }
    }
}

/// The id above the incident in full, and its address, which may take several rows.
fn of_detail(app: &App, buffer: &Buffer, (frame, detail): (&Frame, &Detail), found: &mut Vec<Linked>) {
    let Some((id, to)) = app.selected().and_then(|id| Some((id, app.link(id)?))) else { return };
    let mut add = |(at, width)| found.push(Linked { at, width, to: to.clone() });
    if frame.shape == Shape::Stacked {
        sought(buffer, frame.rule, short_id(&app.desk().name(id))).map(&mut add);
    }
    let area = frame.detail;
    let mut left = to.as_str();
    for (at, line) in detail.lines.iter().enumerate().skip_while(|(_, line)| !is_link(line)) {
        let Some(piece) = line.spans.last().map(|span| span.content.as_ref()) else { break };
        let Some(after) = left.strip_prefix(piece).filter(|_| !piece.is_empty()) else { break };
        left = after;
        if let Some(row) = at.checked_sub(detail.from).and_then(|row| u16::try_from(row).ok())
            && row < area.height
        {
            sought(buffer, Rect { y: area.y + row, height: 1, ..area }, piece).map(&mut add);
        }
        if left.is_empty() {
            break;
        }
    }
}

/// The links of the open page that lead to the web.
fn of_page(app: &App, buffer: &Buffer, (place, reading): (Rect, &Reading), found: &mut Vec<Linked>) {
    if place.height < 2 {
        return;
    }
    let text = app.sheet(reading).text;
    for (y, row) in (text.y..text.bottom()).zip(reading.rows.iter().skip(reading.top)) {
        // What is moved sideways has them at other columns.
        if row.wide && reading.side > 0 {
            continue;
        }
        for (columns, link) in &row.links {
            let Some(to) = reading.shown.links.get(*link).and_then(|target| Link::parse(&target.to)) else { continue };
            let at = Position::new(text.x + GUTTER + columns.start, y);
            let said = between(row, columns.start, columns.end);
            // What reads as one address and leads to another is not clicked in passing.
            if Link::parse(&said).is_some_and(|read| read.host() != to.host()) {
                continue;
            }
            found.extend(standing(buffer, text, at, &said).map(|width| Linked { at, width, to }));
        }
    }
}

/// The text of a row between two columns.
fn between(row: &Row, from: u16, to: u16) -> String {
    let mut column = 0;
    let pieces = row.line.spans.iter().flat_map(|span| span.content.graphemes(true));
    let within = pieces.filter(|piece| {
        let at = column;
        column += piece.width();
        at >= usize::from(from) && at < usize::from(to)
    });
    within.collect()
}

/// The first place in this row where the text stands as a word of its own.
fn sought(buffer: &Buffer, row: Rect, text: &str) -> Option<(Position, u16)> {
    let part_of_a_word = |x: u16| {
        let cell = (row.x..row.right()).contains(&x).then(|| buffer.cell((x, row.y))).flatten();
        cell.is_some_and(|cell| cell.symbol().chars().any(|c| c.is_alphanumeric() || "-_.:#/@".contains(c)))
    };
    (row.x..row.right()).map(|x| Position::new(x, row.y)).find_map(|at| {
        let width = standing(buffer, row, at, text)?;
        let whole = !part_of_a_word(at.x + width) && !at.x.checked_sub(1).is_some_and(part_of_a_word);
        whole.then_some((at, width))
    })
}

/// How many cells the text takes from here on, if that is what stands there.
fn standing(buffer: &Buffer, area: Rect, at: Position, text: &str) -> Option<u16> {
    let mut x = at.x;
    for piece in text.graphemes(true) {
        if !area.contains(Position::new(x, at.y)) || buffer.cell((x, at.y))?.symbol() != piece {
            return None;
        }
        x += u16::try_from(piece.width()).ok()?;
    }
    Some(x - at.x).filter(|width| *width > 0)
}
