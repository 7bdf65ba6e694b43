//! A page of text: headings, facts with their labels, and lines that wrap.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::fit;
use crate::theme::Theme;

/// The lines of a page as they are put together, each at most as wide as the page.
pub struct Page<'t> {
    /// So far.
    pub lines: Vec<Line<'static>>,
    /// In columns; at least one.
    pub width: usize,
    /// Its colours.
    pub theme: &'t Theme,
}

impl<'t> Page<'t> {
    /// An empty page.
    pub fn new(width: u16, theme: &'t Theme) -> Self {
        Self { lines: Vec::new(), width: usize::from(width).max(1), theme }
    }

    /// A text in as many lines as it takes.
    pub fn wrapped(&mut self, text: &str, style: Style) {
        self.hanging(("", style), text, style);
    }

    /// A text after a lead, whose further lines stand under its first.
    pub fn hanging(&mut self, (lead, lead_style): (&str, Style), text: &str, style: Style) {
        let indent = fit::columns(lead);
        let room = self.width.saturating_sub(indent).max(1);
        for (at, piece) in fit::wrap(text, room).into_iter().enumerate() {
            let lead = if at == 0 { lead.to_owned() } else { " ".repeat(indent) };
            let spans = [(lead, lead_style), (piece, style)].into_iter().filter(|(text, _)| !text.is_empty());
            self.lines.push(Line::from(spans.map(|(text, style)| Span::styled(text, style)).collect::<Vec<_>>()));
        }
    }

    /// A value with its label; the values of a page stand under each other.
    pub fn fact(&mut self, name: &str, value: &str) {
        let label = format!("{name:9} ");
        self.hanging((&label, self.theme.dim), value, self.theme.text);
    }

    /// A text as somebody else wrote it, marked as such, with its name above it; nothing if it is blank.
    pub fn quoted(&mut self, name: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.wrapped(&format!("{name}:"), self.theme.dim);
        for line in fit::wrap(text.trim_end(), self.width.saturating_sub(2)) {
            let spans = vec![Span::styled("│ ", self.theme.quote), Span::styled(line, self.theme.code)];
            self.lines.push(Line::from(spans));
        }
    }

    /// What stands over what follows, with a blank line above it.
    pub fn heading(&mut self, text: &str) {
        self.lines.push(Line::default());
        self.lines.push(Line::styled(text.to_owned(), self.theme.heading));
    }
}
