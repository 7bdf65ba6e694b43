//! The runbook pane: the list of pages, or the page that is open with its
//! table of contents, its gutter and its foot.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::App;
use crate::app::watch::Reading;
use crate::panes::fit;
use crate::panes::frame::Pane;
use crate::panes::runbook::{foot, listed, outline, row};

/// So many doubts are told below the list.
const DOUBTS: usize = 3;

/// Draws what the runbooks show into a place, without the line of the title.
pub fn draw(app: &App, buffer: &mut Buffer, place: Rect) {
    match app.reading() {
        Some(reading) => draw_page(app, buffer, place, reading),
        None => draw_list(app, buffer, place),
    }
}

fn draw_page(app: &App, buffer: &mut Buffer, place: Rect, reading: &Reading) {
    let theme = &app.outfit().theme;
    let sheet = app.sheet(reading);
    let document = &reading.shown;
    for (y, line) in (sheet.head.y..sheet.head.bottom()).zip(app.page_head(reading, place.width)) {
        buffer.set_line(sheet.head.x, y, &line, sheet.head.width);
    }
    let size = (sheet.outline.width, sheet.outline.height);
    for (y, line) in (sheet.outline.y..sheet.outline.bottom()).zip(outline(document, reading.section(), size, theme)) {
        buffer.set_line(sheet.outline.x, y, &line, sheet.outline.width);
    }
    let focused = app.look().pane == Pane::Runbook;
    let words = reading.sought.to_lowercase();
    for (y, (at, one)) in (sheet.text.y..sheet.text.bottom()).zip(reading.rows.iter().enumerate().skip(reading.top)) {
        let cursor = focused && at == reading.at;
        let line = row(one, (cursor, reading.standing(one)), (reading.side, sheet.columns()), theme);
        buffer.set_line(sheet.text.x, y, &line, sheet.text.width);
        let said: String = if words.is_empty() {
            String::new()
        } else {
            one.line.spans.iter().map(|span| span.content.to_lowercase()).collect()
        };
        if !words.is_empty() && said.contains(&words) {
            buffer.set_style(Rect { x: sheet.text.x, y, width: 1, height: 1 }, theme.matched);
            buffer.set_string(sheet.text.x, y, if cursor { ">" } else { "/" }, theme.matched);
        }
    }
    if sheet.foot.height > 0 {
        let here = (reading.step(), reading.block_here());
        let said = foot(document, &reading.run, here, app.minute());
        let left = reading.rows.len().saturating_sub(reading.top + usize::from(sheet.text.height));
        let more = if left > 0 { format!(" {left} more lines ") } else { " end ".to_owned() };
        let room = usize::from(place.width).saturating_sub(fit::columns(&more));
        let line = Line::from(vec![
            Span::styled(fit::pad(&said, room), theme.acked),
            Span::styled(fit::cut(&more, usize::from(place.width)), theme.dim),
        ]);
        buffer.set_line(sheet.foot.x, sheet.foot.y, &line, sheet.foot.width);
    }
}

/// Which line of the open page, or which page of the list, is drawn so many rows below the title.
pub fn entry_at(app: &App, place: Rect, row: usize) -> Option<usize> {
    if let Some(reading) = app.reading() {
        let text = app.sheet(reading).text;
        let row = (usize::from(place.y) + 1 + row).checked_sub(usize::from(text.y))?;
        return Some(reading.top + row).filter(|at| row < usize::from(text.height) && *at < reading.rows.len());
    }
    let pages = app.pages()?;
    let shown = if pages.listed.is_empty() { &pages.nearest } else { &pages.listed };
    let rows =
        rows_of_list(pages.doubts.len(), Rect { y: place.y + 1, height: place.height.saturating_sub(1), ..place });
    let at = top_of_list(app, shown.len(), rows) + row.checked_sub(1)?;
    Some(at).filter(|at| *at < shown.len() && row <= usize::from(rows.height))
}

/// Where the pages are listed: below what is said of them, above what is doubtful.
fn rows_of_list(doubts: usize, place: Rect) -> Rect {
    let doubts = u16::try_from(doubts.min(DOUBTS)).unwrap_or(0).min(place.height.saturating_sub(2));
    Rect { y: place.y + 1, height: place.height.saturating_sub(1 + doubts), ..place }
}

/// How many pages have been scrolled away.
fn top_of_list(app: &App, pages: usize, rows: Rect) -> usize {
    let (cursor, height) = (app.pages_cursor(), usize::from(rows.height));
    cursor.top.min(pages.saturating_sub(height)).max((cursor.at + 1).saturating_sub(height.max(1)))
}

fn draw_list(app: &App, buffer: &mut Buffer, place: Rect) {
    let theme = &app.outfit().theme;
    let Some(pages) = app.pages() else {
        buffer.set_stringn(place.x, place.y, "looking for the runbooks…", usize::from(place.width), theme.dim);
        return;
    };
    let head = match (pages.words.as_str(), pages.listed.len()) {
        ("", 0) => "no runbooks are known yet: `[runbooks] dirs` in the team file says where they are".to_owned(),
        ("", 1) => "1 runbook".to_owned(),
        ("", many) => format!("{many} runbooks, by path"),
        (words, 0) if pages.nearest.is_empty() => format!("nothing fits “{words}”"),
        (words, 0) => format!("nothing fits “{words}”; the nearest titles:"),
        (words, many) => format!("{many} for “{words}”, the best first"),
    };
    let width = usize::from(place.width);
    buffer.set_stringn(place.x, place.y, fit::cut(&app.veiled(&head), width), width, theme.dim);
    let doubts: Vec<String> = pages.doubts.iter().take(DOUBTS).map(|doubt| format!("! {doubt}")).collect();
    let rows = rows_of_list(pages.doubts.len(), place);
    let shown = if pages.listed.is_empty() { &pages.nearest } else { &pages.listed };
    let cursor = app.pages_cursor();
    let top = top_of_list(app, shown.len(), rows);
    for (y, (at, page)) in (rows.y..rows.bottom()).zip(shown.iter().enumerate().skip(top)) {
        let page = &app.shown_page(page);
        buffer.set_line(rows.x, y, &listed(page, app.minute(), rows.width, theme), rows.width);
        if at == cursor.at && app.look().pane == Pane::Runbook {
            buffer.set_style(Rect { y, height: 1, ..rows }, theme.selected);
        }
    }
    for (y, doubt) in (rows.bottom()..place.bottom()).zip(doubts) {
        buffer.set_stringn(place.x, y, fit::cut(&app.veiled(&doubt), width), width, theme.warning);
    }
}
