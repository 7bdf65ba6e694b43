//! The colours of code: comments, words in quotes, flags, and what the reader has to put in.

use std::ops::Range;

use ratatui::style::{Modifier, Style};

use crate::domain::runbook::command::{Sort, lexemes, places_among};
use crate::domain::runbook::document::Block;
use crate::panes::markdown::wrap::{Laid, Run};
use crate::panes::paper::{Highlight, Manner};

/// Languages that have the comments, quotes and flags of a shell, or near enough.
const SHELL_LIKE: &[&str] = &[
    "",
    "bash",
    "console",
    "dockerfile",
    "hcl",
    "ini",
    "makefile",
    "powershell",
    "promql",
    "ps1",
    "py",
    "python",
    "ruby",
    "sh",
    "shell",
    "shellscript",
    "terraform",
    "toml",
    "yaml",
    "yml",
    "zsh",
];

/// Gives the lines of a block, each in its colours behind this indent.
pub(super) fn each_line(block: &Block, manner: &Manner<'_>, indent: &'static str, give: impl FnMut(&mut Laid)) {
    let text = block.text.as_str();
    let language = block.language.as_str().split([' ', ',', '{']).next().unwrap_or_default().to_ascii_lowercase();
    let coloured = manner.highlight == Highlight::On && SHELL_LIKE.contains(&language.as_str());
    let lexemes = if coloured || !block.placeholders.is_empty() { lexemes(text) } else { Vec::new() };
    let mut parts: Vec<(Range<usize>, Style)> = Vec::new();
    if coloured {
        let theme = manner.theme;
        parts.extend(lexemes.iter().filter_map(|lexeme| {
            let style = match lexeme.sort {
                Sort::Prompt | Sort::Comment => theme.dim,
                Sort::Quoted(_) => theme.quote,
                Sort::Flag => theme.code.add_modifier(Modifier::BOLD),
                Sort::Here | Sort::Word => return None,
            };
            Some((lexeme.range.clone(), style))
        }));
    }
    let marked = if block.placeholders.is_empty() { Vec::new() } else { places_among(text, &lexemes) };
    let key = manner.theme.key.add_modifier(Modifier::UNDERLINED);
    let parts = overlaid(parts, marked.into_iter().map(|place| (place.range, key)));
    let indent = Run::new(indent, manner.theme.code);
    let mut lines = Lines { open: vec![indent.clone()], indent, give };
    let mut at = 0;
    for (range, style) in parts {
        lines.push(&text[at..range.start], manner.theme.code);
        lines.push(&text[range.clone()], style);
        at = range.end;
    }
    lines.push(&text[at..], manner.theme.code);
    lines.end();
}

/// Hands on line after line, each in the room of the one before.
struct Lines<G> {
    open: Laid,
    indent: Run,
    give: G,
}

impl<G: FnMut(&mut Laid)> Lines<G> {
    /// Text that may go over several lines.
    fn push(&mut self, text: &str, style: Style) {
        for (at, piece) in text.split('\n').enumerate() {
            if at > 0 {
                self.end();
            }
            if !piece.is_empty() {
                self.open.push(Run::new(piece.to_owned(), style));
            }
        }
    }

    fn end(&mut self) {
        (self.give)(&mut self.open);
        self.open.clear();
        self.open.push(self.indent.clone());
    }
}

/// The parts in order, cut where a mark lies over them.
fn overlaid(
    parts: Vec<(Range<usize>, Style)>,
    marks: impl Iterator<Item = (Range<usize>, Style)>,
) -> Vec<(Range<usize>, Style)> {
    let mut marks = marks.peekable();
    let mut out = Vec::with_capacity(parts.len());
    for (part, style) in parts {
        let mut begin = part.start;
        while let Some((mark, over)) = marks.next_if(|(mark, _)| mark.start < part.end) {
            if begin < mark.start {
                out.push((begin..mark.start, style));
            }
            begin = mark.end;
            out.push((mark, over));
        }
        if begin < part.end {
            out.push((begin..part.end, style));
        }
    }
    out.extend(marks);
    out
}
