//! What the page is made of: words of ours and of the team, in lines, lists
//! and tables; and how that becomes Markdown in which the team's words are
//! nothing but words.

use std::fmt::Write as _;

use super::marker::Marker;
use crate::domain::quote;
use crate::domain::veil::Veil;

/// What an empty cell says.
const NOTHING: &str = "–";
/// The sentence below the title.
const GENERATED: &str = "Generated from the team file by `dogwatch publish`; not to be edited. Change the team file and \
                         publish again.";

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    /// Our own, with the mark-up that it may have.
    Ours(String),
    /// What the team wrote.
    Theirs(String),
    /// What the team wrote for programs: an id, a path, a pattern.
    Name(String),
    /// A path that leads somewhere from the page.
    Link { name: String, to: String },
}

/// Words on one line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line(Vec<Word>);

impl Line {
    pub(super) fn ours(text: impl Into<String>) -> Self {
        Self(vec![Word::Ours(text.into())])
    }

    pub(super) fn theirs(text: impl Into<String>) -> Self {
        Self(vec![Word::Theirs(text.into())])
    }

    pub(super) fn name(text: impl Into<String>) -> Self {
        Self(vec![Word::Name(text.into())])
    }

    pub(super) fn link(name: impl Into<String>, to: impl Into<String>) -> Self {
        Self(vec![Word::Link { name: name.into(), to: to.into() }])
    }

    /// Nothing; a cell shows a dash.
    pub(super) fn empty() -> Self {
        Self::default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub(super) fn and(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// These, with our words between them; what is empty is left out.
    pub(super) fn all(lines: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut all = Self::default();
        for line in lines.into_iter().filter(|line| !line.is_empty()) {
            if !all.is_empty() {
                all.0.push(Word::Ours(between.to_owned()));
            }
            all.0.extend(line.0);
        }
        all
    }

    fn veiled(&self, veil: &Veil) -> Self {
        let one = |word: &Word| match word {
            Word::Ours(text) => Word::Ours(text.clone()),
            Word::Theirs(text) => Word::Theirs(veil.text(text)),
            Word::Name(text) => Word::Name(veil.text(text)),
            Word::Link { name, to } => {
                let shown = veil.text(name);
                // A way that names somebody leads nowhere for those who may not know them.
                if shown == *name && veil.text(to) == *to { word.clone() } else { Word::Name(shown) }
            }
        };
        Self(self.0.iter().map(one).collect())
    }

    fn markdown(&self, place: Place) -> String {
        let code = match place {
            Place::Cell => quote::cell,
            Place::Line => quote::span,
        };
        let mut out = String::new();
        for word in &self.0 {
            match word {
                Word::Ours(text) => out.push_str(text),
                Word::Theirs(text) => out.push_str(&quote::escaped(text)),
                Word::Name(text) => out.push_str(&code(text)),
                Word::Link { name, to } => {
                    let _infallible = write!(out, "[{}]({to})", code(name));
                }
            }
        }
        out
    }
}

/// Where a line stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    Line,
    Cell,
}

/// What stands below a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A paragraph. The first word is ours.
    Say(Line),
    /// A list. The first word of each is ours or a name.
    Items(Vec<Line>),
    /// The same, counted.
    Steps(Vec<Line>),
    Table {
        head: &'static [&'static str],
        rows: Vec<Vec<Line>>,
    },
}

impl Block {
    /// A table; where it has no rows, "none".
    pub(super) fn table(head: &'static [&'static str], rows: Vec<Vec<Line>>) -> Self {
        if rows.is_empty() { Self::none() } else { Self::Table { head, rows } }
    }

    pub(super) fn none() -> Self {
        Self::Say(Line::ours("none"))
    }

    fn veiled(&self, veil: &Veil) -> Self {
        let all = |lines: &[Line]| lines.iter().map(|line| line.veiled(veil)).collect();
        match self {
            Self::Say(line) => Self::Say(line.veiled(veil)),
            Self::Items(lines) => Self::Items(all(lines)),
            Self::Steps(lines) => Self::Steps(all(lines)),
            Self::Table { head, rows } => Self::Table { head, rows: rows.iter().map(|row| all(row)).collect() },
        }
    }

    fn markdown(&self, out: &mut String) {
        out.push('\n');
        match self {
            Self::Say(line) => {
                out.push_str(&line.markdown(Place::Line));
                out.push('\n');
            }
            Self::Items(lines) => {
                for line in lines {
                    let _infallible = writeln!(out, "- {}", line.markdown(Place::Line));
                }
            }
            Self::Steps(lines) => {
                for (nth, line) in lines.iter().enumerate() {
                    let _infallible = writeln!(out, "{}. {}", nth + 1, line.markdown(Place::Line));
                }
            }
            Self::Table { head, rows } => {
                let _infallible = writeln!(out, "| {} |\n|{}", head.join(" | "), "---|".repeat(head.len()));
                for row in rows {
                    let cells = row.iter().map(|cell| cell.markdown(Place::Cell));
                    let cells = cells.map(|cell| if cell.is_empty() { NOTHING.to_owned() } else { cell });
                    let _infallible = writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "));
                }
            }
        }
    }
}

/// A heading and what stands below it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    /// With its signs: `## `; empty for what stands at the top.
    signs: &'static str,
    heading: Line,
    blocks: Vec<Block>,
}

/// The whole page, not yet laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    title: Line,
    parts: Vec<Part>,
}

impl Page {
    pub(super) fn new(title: Line) -> Self {
        Self { title, parts: Vec::new() }
    }

    /// Adds a part; one without a heading goes on with the one before.
    pub(super) fn part(&mut self, heading: &str, blocks: Vec<Block>) {
        let signs = if heading.is_empty() { "" } else { "## " };
        self.parts.push(Part { signs, heading: Line::ours(heading), blocks });
    }

    /// Adds a part below the last one.
    pub(super) fn lesser(&mut self, heading: Line, blocks: Vec<Block>) {
        self.parts.push(Part { signs: "### ", heading, blocks });
    }

    /// The same without what the veil hides.
    #[must_use]
    pub fn veiled(&self, veil: &Veil) -> Self {
        let part = |part: &Part| Part {
            signs: part.signs,
            heading: part.heading.veiled(veil),
            blocks: part.blocks.iter().map(|block| block.veiled(veil)).collect(),
        };
        Self { title: self.title.veiled(veil), parts: self.parts.iter().map(part).collect() }
    }

    /// As Markdown, with its line end.
    pub fn markdown(&self, marker: &Marker) -> String {
        let title = self.title.markdown(Place::Line);
        let mut out = format!("# {title}\n\n{GENERATED}\n\n{}\n", marker.line());
        for part in &self.parts {
            if !part.signs.is_empty() {
                let _infallible = writeln!(out, "\n{}{}", part.signs, part.heading.markdown(Place::Line));
            }
            for block in &part.blocks {
                block.markdown(&mut out);
            }
        }
        out
    }
}
