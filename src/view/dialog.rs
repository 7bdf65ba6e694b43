//! Boxes over the queue: lists, questions, a note, a title.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};
use unicode_segmentation::UnicodeSegmentation;

use super::{handoff, health, help, log, model, review};
use crate::app::App;
use crate::app::bindings::{Answer, Place};
use crate::app::pick::{Choice, Deed, Means, Pick};
use crate::app::typed::Typed;
use crate::app::watch::{Dialog, DraftCursor, DraftLine, PageAsk, Question};
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;
use crate::panes::fit;

/// Draws the dialog that is open; returns where typing goes on.
pub fn draw(app: &App, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    draw_one(app, buffer, area, app.dialog()?)
}

fn draw_one(app: &App, buffer: &mut Buffer, area: Rect, dialog: &Dialog) -> Option<Position> {
    match dialog {
        Dialog::Filter(_) => None,
        Dialog::Help { typed, top, behind } => {
            let _under_the_keys = behind.as_deref().and_then(|dialog| draw_one(app, buffer, area, dialog));
            Some(help::draw(app, buffer, area, (typed, *top)))
        }
        Dialog::Pick(pick) => {
            handoff::draw(app, buffer, area);
            let _under_the_list = pick.behind.as_deref().and_then(|dialog| draw_one(app, buffer, area, dialog));
            Some(draw_pick(app, buffer, area, pick))
        }
        Dialog::Ask(question) => {
            draw_question(app, buffer, area, question);
            None
        }
        Dialog::Trust(wanted) => {
            draw_trust(app, buffer, area, wanted);
            None
        }
        Dialog::Note { ids, typed } => Some(draw_note(app, buffer, area, (ids, typed))),
        Dialog::Title(typed) => {
            let into = format!("New incident in {}: its title", app.desk().files_into());
            Some(draw_line(app, buffer, area, (&into, typed)))
        }
        Dialog::Why { saying, typed } => {
            let why = format!("{} until {}: why?", saying.verdict.word(), saying.until);
            Some(draw_line(app, buffer, area, (&why, typed)))
        }
        Dialog::Page(ask, typed) => draw_page_ask(app, buffer, area, (ask, typed)),
        Dialog::Draft(cursor) => {
            let _under_the_draft = cursor.behind.as_deref().and_then(|dialog| draw_one(app, buffer, area, dialog));
            draw_draft(app, buffer, area, cursor);
            None
        }
        Dialog::Log(cursor) => {
            log::draw(app, buffer, area, app.log_place(cursor));
            None
        }
        Dialog::Review(top) => {
            review::draw(app, buffer, area, *top);
            None
        }
        Dialog::Model(cursor) => {
            model::draw(app, buffer, area, cursor);
            None
        }
        Dialog::Health(cursor) => {
            health::draw(app, buffer, area, cursor);
            None
        }
        Dialog::Handoff => {
            handoff::draw(app, buffer, area);
            None
        }
        Dialog::Hand(ask, typed) => Some(handoff::draw_ask(app, buffer, area, (ask, typed))),
    }
}

/// What is typed about a runbook; what is sought in it stands in the footer.
fn draw_page_ask(app: &App, buffer: &mut Buffer, area: Rect, (ask, typed): (&PageAsk, &Typed)) -> Option<Position> {
    let title = match ask {
        PageAsk::Words | PageAsk::Page => return None,
        PageAsk::Note => "Note on this use: one line".to_owned(),
        PageAsk::Why(went) => {
            let key = app.outfit().keys.key_in(Place::List, Answer::Choose);
            format!("{}: why? ({key} without a word is fine)", went.word())
        }
        PageAsk::Fill { left, block } => {
            let (first, more) = (left.first().map(String::as_str).unwrap_or_default(), left.len() - 1);
            let more = if more == 0 { String::new() } else { format!(", then {more} more") };
            let code = app.reading().and_then(|reading| reading.opened.document.blocks.get(*block));
            let code = code.map(|block| Clean::line(&block.text)).unwrap_or_default();
            let asked = format!("What stands for {}? (empty: left open{more})", Clean::line(first));
            return Some(draw_asked(app, buffer, area, (&asked, typed, code.as_str())));
        }
    };
    Some(draw_line(app, buffer, area, (&title, typed)))
}

/// Clears a box in the middle of an area and frames it; returns what is inside.
pub fn open(app: &App, buffer: &mut Buffer, place: Rect, title: &str) -> Rect {
    let theme = &app.outfit().theme;
    Clear.render(place, buffer);
    buffer.set_style(place, theme.text);
    let title = format!(" {} ", fit::cut(title, usize::from(place.width).saturating_sub(6)));
    let block = Block::bordered().border_style(theme.border_focused).title(Span::styled(title, theme.title));
    let inside = block.inner(place);
    block.render(place, buffer);
    inside
}

/// A place of this size in the middle of an area, or as much of it as there is.
pub fn middle(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// What fits of a typed line around its cursor, and the cursor's column in it.
pub fn visible(typed: &Typed, room: usize) -> (String, u16) {
    let room = room.max(1);
    let before = fit::columns(typed.before());
    let mut hidden = 0;
    let mut start = 0;
    for piece in typed.text().graphemes(true) {
        if before - hidden < room {
            break;
        }
        hidden += fit::columns(piece);
        start += piece.len();
    }
    let mut shown = String::new();
    for piece in typed.text()[start..].graphemes(true) {
        if fit::columns(&shown) + fit::columns(piece) > room {
            break;
        }
        shown.push_str(piece);
    }
    (shown, u16::try_from(before - hidden).unwrap_or(0))
}

/// Where a list is shown, and the first line of it that is.
fn place_of_pick(pick: &Pick, area: Rect) -> (Rect, usize) {
    let wanted = u16::try_from(pick.choices().len().max(1)).unwrap_or(u16::MAX).saturating_add(4);
    let place = middle(area, 78, wanted.min(22));
    let height = usize::from(place.height.saturating_sub(3)).max(1);
    (place, (pick.at() + 1).saturating_sub(height))
}

/// Which line of a list is drawn in this cell, if any.
pub fn choice_at(pick: &Pick, area: Rect, at: Position) -> Option<usize> {
    let (place, from) = place_of_pick(pick, area);
    let lines = Rect { y: place.y + 2, height: place.height.saturating_sub(3), ..place };
    let line = from + usize::from(at.y.checked_sub(lines.y)?);
    (lines.contains(at) && line < pick.len()).then_some(line)
}

fn draw_pick(app: &App, buffer: &mut Buffer, area: Rect, pick: &Pick) -> Position {
    let theme = &app.outfit().theme;
    let (place, from) = place_of_pick(pick, area);
    let inside = open(app, buffer, place, &app.veiled(&pick.title));
    let (shown, column) = visible(pick.typed(), usize::from(inside.width).saturating_sub(3));
    let line = Line::from(vec![Span::styled("> ", theme.key), Span::raw(shown)]);
    buffer.set_line(inside.x, inside.y, &line, inside.width);
    let places = inside.y + 1..inside.bottom();
    if pick.is_empty() {
        buffer.set_stringn(inside.x + 2, inside.y + 1, "nothing has these words", usize::from(inside.width), theme.dim);
    }
    for (y, at) in places.zip(from..pick.len()) {
        let Some(choice) = pick.line(at) else { break };
        let mark = if at == pick.at() { "> " } else { "  " };
        let line = pick_line(app, pick, at, choice);
        let line = std::iter::once(Span::raw(mark)).chain(line).collect();
        super::line::put(buffer, (inside.x, y), &line, inside.width);
        if at == pick.at() {
            buffer.set_style(Rect { y, height: 1, ..inside }, theme.selected);
        }
    }
    Position::new(inside.x + 2 + column, inside.y)
}

/// One line of a list; what cannot be done is dim, and the letters by which it was found are shown.
fn pick_line(app: &App, pick: &Pick, at: usize, choice: &Choice) -> Vec<Span<'static>> {
    let theme = &app.outfit().theme;
    let idle = matches!(choice.means, Means::Do(Deed::Nothing(_)));
    let (label, hint) = (app.veiled(&choice.label), app.veiled(&choice.hint));
    let padding = " ".repeat(23_usize.saturating_sub(fit::columns(&label)).max(1));
    // A stand-in has other letters.
    let letters = pick.letters(at).filter(|_| label == choice.label && hint == choice.hint);
    let (in_label, in_hint) = letters.map_or((&[][..], &[][..]), |fit| (&fit.name[..], &fit.sentence[..]));
    let mut spans = lettered(&label, in_label, (if idle { theme.dim } else { theme.text }, theme.matched));
    spans.push(Span::raw(padding));
    spans.extend(lettered(&hint, in_hint, (theme.dim, theme.matched)));
    spans
}

/// A text in which these characters, by their places, look otherwise.
fn lettered(text: &str, letters: &[usize], (plain, found): (Style, Style)) -> Vec<Span<'static>> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for (at, letter) in text.chars().enumerate() {
        let style = if letters.contains(&at) { found } else { plain };
        match spans.last_mut() {
            Some(last) if last.style == style => last.content.to_mut().push(letter),
            Some(_) | None => spans.push(Span::styled(letter.to_string(), style)),
        }
    }
    spans
}

fn draw_question(app: &App, buffer: &mut Buffer, area: Rect, question: &Question) {
    let theme = &app.outfit().theme;
    let width = area.width.min(64);
    let lines = fit::wrap(&app.veiled(&question.text), usize::from(width).saturating_sub(4));
    let shown: Vec<String> = question.ids.iter().take(5).map(|id| titled(app, id)).collect();
    let more = question.ids.len().saturating_sub(shown.len());
    let height = u16::try_from(lines.len() + shown.len() + usize::from(more > 0)).unwrap_or(u16::MAX);
    let inside = open(app, buffer, middle(area, width, height.saturating_add(2)), "Sure?");
    let more = (more > 0).then(|| format!("and {more} more"));
    let text = lines.into_iter().map(|line| (line, theme.title));
    let about = shown.into_iter().chain(more).map(|line| (line, theme.dim));
    for (y, (line, style)) in (inside.y..inside.bottom()).zip(text.chain(about)) {
        buffer.set_stringn(inside.x + 1, y, line, usize::from(inside.width).saturating_sub(1), style);
    }
}

/// What the team file would be: who has what then, and the text.
fn draw_draft(app: &App, buffer: &mut Buffer, area: Rect, cursor: &DraftCursor) {
    let theme = &app.outfit().theme;
    let lines = cursor.lines(DraftCursor::columns(area.width));
    let (width, height, shown) = DraftCursor::room((area.width, area.height), lines.len());
    let place = middle(area, width, height);
    let inside = open(app, buffer, place, "Change the team file so?");
    let top = cursor.top.min(lines.len().saturating_sub(shown));
    for (y, (about, line)) in (inside.y..inside.bottom()).zip(lines.iter().skip(top)) {
        let style = match (about, line.chars().next()) {
            (DraftLine::Change, _) => theme.title,
            (DraftLine::Doubt, _) => theme.warning,
            (DraftLine::Text, Some('+')) => theme.ok,
            (DraftLine::Text, Some('-')) => theme.error,
            (DraftLine::Text, _) => theme.dim,
        };
        buffer.set_stringn(inside.x + 1, y, line, usize::from(inside.width).saturating_sub(1), style);
    }
    let [up, down] = [Answer::Up, Answer::Down].map(|answer| app.outfit().keys.key_in(Place::Question, answer));
    let more = match (top, lines.len().saturating_sub(top + shown)) {
        (0, 0) => return,
        (_, 0) => format!(" {top} above ({up}) "),
        (0, below) => format!(" {below} more ({down}) "),
        (top, below) => format!(" {top} above ({up}), {below} more ({down}) "),
    };
    if place.height > 1 {
        let room = usize::from(place.width).saturating_sub(4);
        buffer.set_stringn(place.x + 2, place.bottom() - 1, more, room, theme.warning);
    }
}

/// What the team file wants, whole: nobody should allow what they could not read.
fn draw_trust(app: &App, buffer: &mut Buffer, area: Rect, wanted: &[Clean]) {
    let theme = &app.outfit().theme;
    let width = area.width.min(78);
    let room = usize::from(width).saturating_sub(4);
    let question = "This team file comes with the repository. It wants to";
    let mut lines: Vec<(String, ratatui::style::Style)> =
        fit::wrap(question, room).into_iter().map(|line| (line, theme.title)).collect();
    for want in wanted {
        lines.extend(
            fit::wrap(&format!("- {}", app.veiled(want.as_str())), room).into_iter().map(|line| (line, theme.warning)),
        );
    }
    let [yes, no] = [Answer::Yes, Answer::No].map(|answer| app.outfit().keys.key_in(Place::Trust, answer));
    let rest = format!("Everything harmless in it works without this. Allow it? ({yes}, or {no})");
    lines.extend(fit::wrap(&rest, room).into_iter().map(|line| (line, theme.text)));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    if height > area.height {
        let short = format!("It wants {} things, too many to show here: see `dogwatch trust`.", wanted.len());
        lines = fit::wrap(&short, room).into_iter().map(|line| (line, theme.warning)).collect();
    }
    let inside = open(app, buffer, middle(area, width, height), "Trust this team file?");
    for (y, (line, style)) in (inside.y..inside.bottom()).zip(lines) {
        buffer.set_stringn(inside.x + 1, y, line, usize::from(inside.width).saturating_sub(1), style);
    }
}

fn titled(app: &App, id: &crate::domain::id::IncidentId) -> String {
    let title = app.desk().incident(id).map(|incident| app.shown(incident).title.to_string()).unwrap_or_default();
    fit::cut(&format!("{} {title}", crate::app::list::short_id(&app.desk().name(id))), 60)
}

fn draw_line(app: &App, buffer: &mut Buffer, area: Rect, (title, typed): (&str, &Typed)) -> Position {
    let inside = open(app, buffer, middle(area, 70, 3), title);
    let (shown, column) = visible(typed, usize::from(inside.width).saturating_sub(2));
    buffer.set_stringn(inside.x + 1, inside.y, shown, usize::from(inside.width), app.outfit().theme.text);
    Position::new(inside.x + 1 + column, inside.y)
}

/// A line to type, and below it what it is for.
fn draw_asked(app: &App, buffer: &mut Buffer, area: Rect, (title, typed, about): (&str, &Typed, &str)) -> Position {
    let theme = &app.outfit().theme;
    let inside = open(app, buffer, middle(area, 78, 4), title);
    let (shown, column) = visible(typed, usize::from(inside.width).saturating_sub(2));
    buffer.set_stringn(inside.x + 1, inside.y, shown, usize::from(inside.width), theme.text);
    if inside.height > 1 {
        let about = fit::cut(&app.veiled(&format!("in: {about}")), usize::from(inside.width).saturating_sub(2));
        buffer.set_stringn(inside.x + 1, inside.y + 1, about, usize::from(inside.width), theme.dim);
    }
    Position::new(inside.x + 1 + column, inside.y)
}

fn draw_note(app: &App, buffer: &mut Buffer, area: Rect, (ids, typed): (&[IncidentId], &Typed)) -> Position {
    let named = |id: &IncidentId| format!("Note on {}", app.desk().name(id));
    let about = if let [id] = ids { named(id) } else { format!("Note on {} incidents", ids.len()) };
    let place = middle(area, 78, area.height.min(14));
    let inside = open(app, buffer, place, &format!("{about} (Markdown, in as many lines as it takes)"));
    let width = usize::from(inside.width).saturating_sub(1).max(1);
    let (lines, row, column) = laid_out(typed, width);
    let height = usize::from(inside.height).max(1);
    let from = (row + 1).saturating_sub(height);
    for (y, line) in (inside.y..inside.bottom()).zip(lines.iter().skip(from)) {
        buffer.set_stringn(inside.x, y, line, usize::from(inside.width), app.outfit().theme.text);
    }
    let down = u16::try_from(row - from).unwrap_or(0);
    Position::new(inside.x + u16::try_from(column).unwrap_or(0), inside.y + down)
}

/// The text in lines of at most so many columns, and the cursor's line and column.
fn laid_out(typed: &Typed, width: usize) -> (Vec<String>, usize, usize) {
    let mut lines = vec![String::new()];
    let (mut cursor, mut passed) = (None, 0);
    for piece in typed.text().graphemes(true) {
        let last = lines.len() - 1;
        let full = fit::columns(&lines[last]) + fit::columns(piece) > width;
        if full && piece != "\n" {
            lines.push(String::new());
        }
        let last = lines.len() - 1;
        if passed == typed.before().len() {
            cursor = Some((last, fit::columns(&lines[last])));
        }
        if piece == "\n" {
            lines.push(String::new());
        } else {
            lines[last].push_str(piece);
        }
        passed += piece.len();
    }
    let end = (lines.len() - 1, fit::columns(lines.last().map_or("", String::as_str)));
    let (row, column) = cursor.unwrap_or(end);
    (lines, row, column)
}
