//! The tools of one endpoint: a line each, and one of them in full, with what
//! it takes and what it gives.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::catalogue::{Entry, Field, Fields, Need, Risk};
use crate::panes::fit;
use crate::panes::page::Page;
use crate::theme::Theme;

/// The longest word of a risk.
const RISK: usize = 11;
/// The most columns of a name in the list, for a description to have room beside it.
const NAME: usize = 40;

/// From so many columns on, the list and the selected tool stand side by side.
const SIDE_BY_SIDE: u16 = 100;
/// From so many lines on there is room for both, one above the other.
const STACKED: u16 = 12;

/// Where the list and the selected tool are; what has no room has no area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// A line each.
    pub list: Rect,
    /// Between the two: a column, or a row.
    pub rule: Rect,
    /// The selected tool.
    pub one: Rect,
}

impl Layout {
    /// The places inside this one for so many tools.
    pub fn of(inside: Rect, tools: usize) -> Self {
        let none = Rect { width: 0, height: 0, ..inside };
        if inside.width >= SIDE_BY_SIDE {
            let list = Rect { width: inside.width / 2, ..inside };
            let rule = Rect { x: list.right(), width: 1, ..inside };
            let one = Rect { x: rule.right() + 1, width: inside.right().saturating_sub(rule.right() + 1), ..inside };
            return Self { list, rule, one };
        }
        if inside.height < STACKED {
            return Self { list: inside, rule: none, one: none };
        }
        let wanted = u16::try_from(tools).unwrap_or(u16::MAX).max(1);
        let list = Rect { height: wanted.min(inside.height * 2 / 5), ..inside };
        let rule = Rect { y: list.bottom(), height: 1, ..inside };
        let one = Rect { y: rule.bottom(), height: inside.bottom().saturating_sub(rule.bottom()), ..inside };
        Self { list, rule, one }
    }
}

/// The most columns that the names of fields share.
const FIELD: usize = 20;

/// The columns of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    name: usize,
}

impl Columns {
    /// What these tools, the ones in sight, need of this width.
    pub fn of<'a>(entries: impl Iterator<Item = &'a Entry>, width: u16) -> Self {
        let widest = entries.map(|entry| fit::columns(entry.name.as_str())).max().unwrap_or(0);
        let room = usize::from(width).saturating_sub(RISK + 4);
        Self { name: widest.clamp(8, NAME).min(room) }
    }

    /// One tool; the first two columns are the cursor's.
    pub fn row(self, entry: &Entry, width: u16, theme: &Theme) -> Line<'static> {
        let first = entry.about.as_str().lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let left = usize::from(width).saturating_sub(2 + self.name + 2 + RISK + 2);
        let spans = vec![
            Span::styled(fit::pad(entry.name.as_str(), self.name), theme.text),
            Span::raw("  "),
            Span::styled(fit::pad(short(entry.risk), RISK), style(entry.risk, theme)),
            Span::raw("  "),
            Span::styled(fit::cut(first.trim(), left), theme.dim),
        ];
        Line::from(spans)
    }
}

/// All lines of one tool, each at most `width` columns.
pub fn lines(entry: &Entry, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let mut page = Page::new(width, theme);
    page.wrapped(entry.name.as_str(), theme.title);
    let hints: Vec<&str> = [entry.risk.meaning()].into_iter().chain(entry.hints.iter().copied()).collect();
    page.wrapped(&hints.join(", "), style(entry.risk, theme));
    if entry.about.is_empty() {
        page.wrapped("It has no description.", theme.warning);
    } else {
        page.lines.push(Line::default());
        page.wrapped(entry.about.as_str(), theme.text);
    }
    fields(&mut page, "takes", &entry.inputs, "nothing that it tells of");
    if let Some(outputs) = &entry.outputs {
        fields(&mut page, "gives", outputs, "an object of which it tells nothing");
    } else {
        fields(&mut page, "gives", &Fields::default(), "anything: it promises nothing of its answer");
    }
    page.lines
}

fn fields(page: &mut Page<'_>, heading: &str, fields: &Fields, none: &str) {
    page.heading(heading);
    if fields.shown.is_empty() {
        page.wrapped(none, page.theme.dim);
    }
    let widest = fields.shown.iter().map(|field| fit::columns(field.name.as_str())).max().unwrap_or(0);
    for field in &fields.shown {
        one(page, field, widest.min(FIELD));
    }
    if fields.more > 0 {
        page.wrapped(&format!("… and {} more", fields.more), page.theme.dim);
    }
}

/// A field's name, what may stand there, and below it what it says of itself.
fn one(page: &mut Page<'_>, field: &Field, widest: usize) {
    let theme = page.theme;
    let (need, tone) = match field.need {
        Need::Required => ("required, ", theme.title),
        Need::Optional => ("", theme.text),
    };
    let name = fit::cut(field.name.as_str(), page.width.saturating_sub(1) / 2);
    page.hanging(
        (&format!("{}  ", fit::pad(&name, widest.max(fit::columns(&name)))), tone),
        &format!("{need}{}", field.sort),
        theme.text,
    );
    if !field.about.is_empty() {
        page.hanging(("    ", theme.dim), field.about.as_str(), theme.dim);
    }
}

/// The word of a risk; nothing where nothing is said.
fn short(risk: Risk) -> &'static str {
    match risk {
        Risk::Unsaid => "-",
        said @ (Risk::ReadOnly | Risk::Writes | Risk::Destructive) => said.word(),
    }
}

fn style(risk: Risk, theme: &Theme) -> Style {
    match risk {
        Risk::ReadOnly => theme.ok,
        Risk::Writes | Risk::Unsaid => theme.dim,
        Risk::Destructive => theme.warning,
    }
}
