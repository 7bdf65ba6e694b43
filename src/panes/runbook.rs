//! The runbooks: all of them with how far each can be relied on, or the one
//! that is open, with its table of contents, its steps, and what the line
//! under the cursor is.
//!
//! A tick, a stale page and a destructive command are told by a word or a
//! mark, never by a colour alone.

use chrono::{DateTime, Utc};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::paper::{Row, Stands};
use super::{age, fit};
use crate::domain::runbook::document::Document;
use crate::domain::runbook::found::Listed;
use crate::domain::runbook::freshness::State;
use crate::domain::runbook::run::{Run, Standing};
use crate::domain::text::Clean;
use crate::theme::Theme;

/// To the left of the text: the cursor, the tick, a blank.
pub const GUTTER: u16 = 3;
/// From so many columns on the table of contents stands beside the text.
const OUTLINE_BESIDE: u16 = 92;
const OUTLINE: u16 = 26;
/// Nobody reads along a longer line.
const WIDEST: u16 = 104;

/// Where the parts of an open page are; a part without room has no area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet {
    /// Title, freshness, where it lies, whom to ask.
    pub head: Rect,
    /// The table of contents, where it stands beside the text.
    pub outline: Rect,
    /// The page, with its gutter.
    pub text: Rect,
    /// What the line under the cursor is.
    pub foot: Rect,
}

impl Sheet {
    /// Divides a place, with so many lines on top.
    pub fn of(place: Rect, head: u16) -> Self {
        let head = head.min(place.height.saturating_sub(2));
        let foot = u16::from(place.height > 4);
        let body = Rect { y: place.y + head, height: place.height.saturating_sub(head + foot), ..place };
        let outline = if place.width >= OUTLINE_BESIDE { OUTLINE } else { 0 };
        let gap = if outline > 0 { 2 } else { 0 };
        let width = body.width.saturating_sub(outline + gap).min(WIDEST);
        Self {
            head: Rect { height: head, ..place },
            outline: Rect { width: outline, ..body },
            text: Rect { x: body.x + outline + gap, width, ..body },
            foot: Rect { y: place.bottom() - foot, height: foot, ..place },
        }
    }

    /// The columns that the page's own lines have.
    pub fn columns(&self) -> u16 {
        self.text.width.saturating_sub(GUTTER).max(1)
    }
}

fn freshness_style(state: State, theme: &Theme) -> Style {
    match state {
        State::Fresh => theme.ok,
        State::Stale | State::Unused => theme.warning,
    }
}

/// A page of the list, in one line of at most so many columns.
pub fn listed(page: &Listed, now: DateTime<Utc>, width: u16, theme: &Theme) -> Line<'static> {
    let fresh = page.freshness.words(now);
    let owner = page.owner.as_ref().map(|owner| format!("{owner} · ")).unwrap_or_default();
    let right = format!(" {owner}{fresh}");
    let width = usize::from(width);
    let room = width.saturating_sub(fit::columns(&right)).max(width / 2);
    let style = freshness_style(page.freshness.state, theme);
    let left = fit::pad(page.title.as_str(), room);
    Line::from(vec![Span::styled(left, theme.text), Span::styled(fit::cut(&right, width.saturating_sub(room)), style)])
}

/// What is said above an open page.
#[derive(Debug, Clone)]
pub struct Head<'a> {
    /// What is known of the page.
    pub page: &'a Listed,
    /// How far its use has come.
    pub run: &'a Run,
    /// The steps that say something else than when they were ticked off.
    pub changed: usize,
    /// The incident that it was opened for, as people call it.
    pub incident: Option<String>,
    /// Why it was opened for it: `for its kind`, `best of 3 for its title`.
    pub because: String,
    /// Where the incident's escalation stands.
    pub escalation: Option<String>,
    /// The heading of the line under the cursor, where the table of contents has no room.
    pub heading: Option<&'a Clean>,
    /// What is amiss with the page.
    pub remarks: Vec<String>,
}

/// The lines above an open page, each at most `width` columns.
pub fn head(head: &Head<'_>, now: DateTime<Utc>, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let mut lines = Vec::new();
    let fresh = head.page.freshness.words(now);
    let room = width.saturating_sub(fit::columns(&fresh) + 3).max(8);
    lines.push(Line::from(vec![
        Span::styled(fit::cut(head.page.title.as_str(), room), theme.title),
        Span::styled(" · ", theme.dim),
        Span::styled(fresh, freshness_style(head.page.freshness.state, theme)),
    ]));
    let owner = head.page.owner.as_ref().map(|owner| format!(" · {owner}")).unwrap_or_default();
    let place = format!("{}{owner}", Clean::line(&head.page.path));
    lines.push(Line::styled(fit::cut(&place, width), theme.dim));
    let changed = match head.changed {
        0 => String::new(),
        many => format!(", {many} changed since"),
    };
    let so_far = if head.run.of.steps == 0 { String::new() } else { format!(" · {}{changed}", head.run.said()) };
    let for_whom = match &head.incident {
        Some(id) => format!("for {id}, {}{so_far}", head.because),
        None => format!("practice{so_far}"),
    };
    lines.push(Line::styled(fit::cut(&for_whom, width), theme.acked));
    if let Some(escalation) = &head.escalation {
        lines.push(Line::styled(fit::cut(&format!("asked: {escalation}"), width), theme.dim));
    }
    for remark in &head.remarks {
        lines.push(Line::styled(fit::cut(&format!("! {remark}"), width), theme.warning));
    }
    let heading = head.heading.map_or_else(|| "──".to_owned(), |heading| format!("── § {heading} "));
    let heading = fit::cut(&heading, width);
    let rest = width.saturating_sub(fit::columns(&heading));
    lines.push(Line::styled(format!("{heading}{}", "─".repeat(rest)), theme.border));
    lines
}

/// The table of contents, the heading under the cursor marked; at most `height` lines around it.
pub fn outline(
    document: &Document,
    here: Option<usize>,
    (width, height): (u16, u16),
    theme: &Theme,
) -> Vec<Line<'static>> {
    let top = document.sections.iter().map(|section| section.level).min().unwrap_or(1);
    let line = |(at, section): (usize, &crate::domain::runbook::document::Section)| {
        let mark = if Some(at) == here { "> " } else { "  " };
        let indent = "  ".repeat(usize::from(section.level.saturating_sub(top)).min(4));
        let text = fit::cut(&format!("{mark}{indent}{}", section.title), usize::from(width));
        Line::styled(text, if Some(at) == here { theme.heading } else { theme.dim })
    };
    let height = usize::from(height);
    let from = here.unwrap_or(0).saturating_sub(height / 2).min(document.sections.len().saturating_sub(height));
    document.sections.iter().enumerate().map(line).skip(from).take(height).collect()
}

/// A line of the page with its gutter; what is wider than the page is moved by `side` columns, and marks say so.
pub fn row(
    row: &Row,
    (cursor, standing): (bool, Option<Standing>),
    (side, width): (u16, u16),
    theme: &Theme,
) -> Line<'static> {
    let (mark, style) = match standing {
        Some(Standing::Done) => ("x", theme.ok),
        Some(Standing::Changed) => ("~", theme.warning),
        Some(Standing::Open) => ("·", theme.dim),
        None => (" ", theme.dim),
    };
    let pointer = if cursor { ">" } else { " " };
    let mut spans = vec![Span::styled(pointer, theme.key), Span::styled(mark, style), Span::raw(" ")];
    let line = if row.wide { moved(row, side, width, theme) } else { row.line.clone() };
    spans.extend(line.spans.into_iter().map(|span| span.patch_style(line.style)));
    Line::from(spans)
}

/// The part of a wide line that is seen: its indent stays, the rest is moved.
fn moved(row: &Row, side: u16, width: u16, theme: &Theme) -> Line<'static> {
    let (fixed, width) = (usize::from(row.fixed), usize::from(width));
    let total = fit::line_columns(&row.line);
    let side = usize::from(side).min(total.saturating_sub(width));
    if total <= width {
        return row.line.clone();
    }
    let (mut spans, mut column): (Vec<Span<'static>>, usize) = (Vec::new(), 0);
    let mut seen = String::new();
    let mut shown = 0;
    let goes_on = total > width + side;
    let last = if goes_on { width.saturating_sub(1) } else { width };
    for span in &row.line.spans {
        seen.clear();
        for piece in span.content.graphemes(true) {
            let wide = piece.width();
            let hidden = column >= fixed && column < fixed + side;
            column += wide;
            if hidden {
                continue;
            }
            if shown + wide > last {
                break;
            }
            if side > 0 && shown == fixed && !seen.contains('‹') {
                seen.push('‹');
                shown += 1;
                continue;
            }
            seen.push_str(piece);
            shown += wide;
        }
        if !seen.is_empty() {
            spans.push(Span::styled(seen.clone(), row.line.style.patch(span.style)));
        }
        if shown >= last {
            break;
        }
    }
    if goes_on {
        spans.push(Span::styled("›", theme.dim));
    }
    Line::from(spans)
}

/// What the line under the cursor is, in words: which step and how it stands, what its code does and lacks.
pub fn foot(document: &Document, run: &Run, stands: (Option<usize>, Option<usize>), now: DateTime<Utc>) -> String {
    let (step, block) = stands;
    let mut words: Vec<String> = Vec::new();
    if let Some(step) = step.and_then(|at| document.steps.get(at)) {
        let standing = match run.standing(step) {
            Standing::Open => "open".to_owned(),
            Standing::Changed => "says something else than when it was ticked off".to_owned(),
            Standing::Done => match run.checked.get(&step.id) {
                Some(check) => format!("ticked off by {}, {} ago", check.by, age::calm(now - check.at)),
                None => "ticked off".to_owned(),
            },
        };
        words.push(format!("step {}: {standing}", step.number));
    }
    if let Some(block) = block.and_then(|at| document.blocks.get(at)) {
        if !block.destructive.is_empty() {
            words.push(format!("destructive: {}", block.destructive.join(", ")));
        }
        let lacks = &block.placeholders;
        if !lacks.is_empty() {
            let named: Vec<String> = lacks.iter().map(|one| Clean::line(one).to_string()).collect();
            words.push(format!("to fill in: {}", named.join(", ")));
        }
        if words.is_empty() {
            words.push("code".to_owned());
        }
    }
    words.join(" · ")
}

/// The line of the rows that stands for a line of the file, or the first after it.
pub fn row_of(rows: &[Row], source: usize) -> usize {
    rows.iter().position(|row| row.source >= source).unwrap_or(rows.len().saturating_sub(1))
}

/// The line that begins a heading; the first line if there is none.
pub fn row_of_heading(rows: &[Row], section: usize) -> usize {
    rows.iter().position(|row| row.stands == Stands::Heading(section)).unwrap_or(0)
}
