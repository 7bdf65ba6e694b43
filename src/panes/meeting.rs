//! One item of a triage meeting, large and quiet, to be read from across a
//! room: few words, much air, and what matters first where there is little
//! room.
//!
//! What is settled is told in words, and greyed besides.

mod letters;

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;

use super::fit;
use crate::domain::text::Clean;
use crate::theme::Theme;

/// Nobody reads along a longer line.
const WIDEST: u16 = 112;
/// From so many columns and rows on, a title is spaced.
const SPACED: (u16, u16) = (72, 18);
/// From so many columns and rows on, it is written in large letters.
const LARGE: (u16, u16) = (140, 40);
/// A title has no more lines than this.
const TITLE_LINES: usize = 3;
/// A spaced one no more than this, but on a wide screen: nobody likes to read a column of letters.
const SPACED_LINES: usize = 2;
/// From so many columns on a screen is wide.
const WIDE: usize = 100;
/// The labels of facts stand in so many columns.
const LABEL: usize = 11;

/// How loudly a fact speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As text does.
    Plain,
    /// Less.
    Quiet,
    /// It is a guess that waits for a yes.
    Proposed,
    /// Something is missing or late.
    Warning,
    /// Something was decided.
    Done,
}

impl Tone {
    fn style(self, theme: &Theme) -> Style {
        match self {
            Self::Plain => theme.text,
            Self::Quiet => theme.dim,
            Self::Proposed => theme.title,
            Self::Warning => theme.warning,
            Self::Done => theme.ok,
        }
    }
}

/// Something known of an item, with its label; a line without one belongs to the fact above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// In words.
    pub text: String,
    /// How loudly.
    pub tone: Tone,
}

/// One item, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// What it is called.
    pub id: String,
    /// Its title.
    pub title: Clean,
    /// Where it comes from, how old it is.
    pub origin: String,
    /// How bad it is and how it stands, in words, and how loudly.
    pub standing: (String, Tone),
    /// What somebody else has done, so that it need not be walked; none if it does.
    pub elsewhere: Option<Clean>,
    /// The rest, what matters most first.
    pub facts: Vec<Fact>,
}

/// The line on top, and how far the meeting is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Where it is: `3 of 12 · untriaged`.
    pub place: String,
    /// How long it takes: `item 2m · meeting 14m`.
    pub clocks: String,
    /// Of how many items how many are settled.
    pub done: (usize, usize),
}

/// Where long pages are: the evidence, the minutes.
pub fn page(area: Rect) -> Rect {
    let body = body(area);
    let width = body.width.saturating_sub(2 * margin(body)).min(WIDEST);
    Rect { x: body.x + margin(body), width, ..body }
}

/// Where an item is: wider than text is, where large letters have room.
pub fn place(area: Rect) -> Rect {
    if area.width < LARGE.0 || area.height < LARGE.1 {
        return page(area);
    }
    let (body, aside) = (body(area), area.width / 10);
    Rect { x: body.x + aside, width: body.width - 2 * aside, ..body }
}

/// Between the head and the keys.
pub fn body(area: Rect) -> Rect {
    let above = if area.height >= 16 { 2 } else { 1 };
    Rect { y: area.y + above, height: area.height.saturating_sub(above + key_lines(area)), ..area }
}

/// How many lines of keys there are below.
pub fn key_lines(area: Rect) -> u16 {
    if area.height >= 20 { 2 } else { 1 }
}

fn margin(body: Rect) -> u16 {
    match body.width {
        ..56 => 1,
        56..100 => 4,
        100.. => ((body.width - WIDEST.min(body.width - 12)) / 2).max(6),
    }
}

/// The line on top: where it is on the left, the clocks on the right.
pub fn head(head: &Head, width: u16, theme: &Theme) -> Line<'static> {
    let width = usize::from(width);
    let clocks =
        if fit::columns(&head.place) + fit::columns(&head.clocks) + 4 <= width { head.clocks.as_str() } else { "" };
    let room = width.saturating_sub(fit::columns(clocks) + 2);
    let place = fit::pad(&format!(" {}", head.place), room);
    Line::from(vec![Span::styled(place, theme.title), Span::styled(format!(" {clocks} "), theme.dim)])
}

/// How far the meeting is, as a thin line.
pub fn progress(head: &Head, width: u16, theme: &Theme) -> Line<'static> {
    let width = usize::from(width);
    let (done, all) = head.done;
    let filled = (width * done).checked_div(all).unwrap_or(width);
    Line::from(vec![
        Span::styled("━".repeat(filled), theme.ok),
        Span::styled("─".repeat(width.saturating_sub(filled)), theme.border),
    ])
}

/// The lines of an item in a place of this size, with air above them where there is room.
pub fn lines(card: &Card, area: Rect, theme: &Theme) -> Vec<Line<'static>> {
    let width = usize::from(area.width.min(WIDEST)).max(1);
    let height = usize::from(area.height);
    let grey = card.elsewhere.is_some();
    let mute = |style: Style| if grey { theme.ghost } else { style };
    let spaced = area.width >= SPACED.0 && area.height >= SPACED.1;
    let strong = mute(theme.text).add_modifier(Modifier::BOLD);
    let mut top = vec![origin(card, width, theme)];
    top.extend(spaced.then(Line::default));
    let is_large = width > WIDE && height + 5 > usize::from(LARGE.1);
    match letters::large(card.title.as_str(), usize::from(area.width), TITLE_LINES).filter(|_| is_large) {
        Some(large) => {
            top.extend(large.into_iter().map(|line| Line::styled(line, mute(theme.text))));
            top.push(Line::default());
            top.extend(wrapped(card.title.as_str(), width, strong));
        }
        None => top.extend(title(card, (width, height)).into_iter().map(|line| Line::styled(line, strong))),
    }
    top.extend(spaced.then(Line::default));
    match &card.elsewhere {
        Some(what) => top.extend(wrapped(&format!("settled elsewhere: {what}"), width, theme.warning)),
        None => top.extend(wrapped(&card.standing.0, width, card.standing.1.style(theme))),
    }
    let facts: Vec<Vec<Line<'static>>> = card.facts.iter().map(|one| fact(one, width, (theme, grey))).collect();
    let blocks = blocks(&card.facts, facts);
    let rows: usize = blocks.iter().map(Vec::len).sum();
    let room = height.saturating_sub(top.len());
    let airy = room > rows + blocks.len() + 1;
    let mut below = Vec::new();
    for (at, block) in blocks.into_iter().enumerate() {
        let gap = usize::from(airy || (at == 0 && room > rows));
        below.extend(std::iter::repeat_n(Line::default(), gap));
        below.extend(block);
    }
    below.truncate(room);
    let mut all = top;
    all.extend(below);
    // A little above the middle is where people look.
    let above = if spaced { height.saturating_sub(all.len()) / 3 } else { 0 };
    let mut out: Vec<Line<'static>> = std::iter::repeat_n(Line::default(), above).collect();
    out.extend(all);
    out.truncate(height);
    out
}

/// Facts with the lines that belong to them: between these there may be air.
fn blocks(facts: &[Fact], lines: Vec<Vec<Line<'static>>>) -> Vec<Vec<Line<'static>>> {
    let mut blocks: Vec<Vec<Line<'static>>> = Vec::new();
    for (fact, lines) in facts.iter().zip(lines) {
        match blocks.last_mut() {
            Some(block) if fact.label.is_empty() => block.extend(lines),
            Some(_) | None => blocks.push(lines),
        }
    }
    blocks
}

fn origin(card: &Card, width: usize, theme: &Theme) -> Line<'static> {
    let id = fit::cut(&card.id, width);
    let room = width.saturating_sub(fit::columns(&id) + 3);
    let origin = if room > 8 { format!("   {}", fit::cut(&card.origin, room)) } else { String::new() };
    Line::from(vec![Span::styled(id, theme.code), Span::styled(origin, theme.dim)])
}

/// The title, spaced where that takes few lines.
fn title(card: &Card, (width, height): (usize, usize)) -> Vec<String> {
    let most = if height < 12 { 2 } else { TITLE_LINES };
    if width >= usize::from(SPACED.0) && height >= usize::from(SPACED.1) {
        let wide = spaced_lines(card.title.as_str(), width);
        let most = if width >= WIDE { TITLE_LINES } else { SPACED_LINES };
        if wide.len() <= most {
            return wide;
        }
    }
    let mut lines = fit::wrap(card.title.as_str(), width);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = format!("{}…", fit::cut(last, width.saturating_sub(1)).trim_end_matches('…'));
        }
    }
    lines
}

/// A text with a blank after each letter and three between words, in lines of at most so many columns.
pub fn spaced_lines(text: &str, width: usize) -> Vec<String> {
    let wide = |word: &str| word.graphemes(true).collect::<Vec<_>>().join(" ");
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace().map(wide) {
        match lines.last_mut() {
            Some(line) if fit::columns(line) + 3 + fit::columns(&word) <= width => {
                line.push_str("   ");
                line.push_str(&word);
            }
            Some(_) | None => lines.extend(fit::wrap(&word, width)),
        }
    }
    lines
}

fn wrapped(text: &str, width: usize, style: Style) -> Vec<Line<'static>> {
    fit::wrap(text, width).into_iter().map(|line| Line::styled(line, style)).collect()
}

fn fact(fact: &Fact, width: usize, (theme, grey): (&Theme, bool)) -> Vec<Line<'static>> {
    let label = if width < 48 { LABEL - 1 } else { LABEL };
    let style = if grey { theme.ghost } else { fact.tone.style(theme) };
    let room = width.saturating_sub(label).max(1);
    // Alike and proposed are a line each: a second one would be read as another.
    let text = if fact.label.is_empty() { vec![fit::cut(&fact.text, room)] } else { fit::wrap(&fact.text, room) };
    let lines = text.into_iter().take(2).enumerate();
    lines
        .map(|(at, line)| {
            let label = fit::pad(if at == 0 { fact.label } else { "" }, label);
            Line::from(vec![Span::styled(label, theme.dim), Span::styled(line, style)])
        })
        .collect()
}
