//! The colours of code: comments, words in quotes, flags, and what the reader has to put in.

use std::ops::Range;

use ratatui::style::{Modifier, Style};

use crate::domain::runbook::command::{Sort, lexemes, places};
use crate::domain::runbook::document::Block;
use crate::panes::markdown::wrap::Run;
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

/// The lines of a block, each in its colours.
pub(super) fn runs(block: &Block, manner: &Manner<'_>) -> Vec<Vec<Run>> {
    let text = block.text.as_str();
    let mut parts: Vec<(Range<usize>, Style)> = Vec::new();
    let language = block.language.as_str().split([' ', ',', '{']).next().unwrap_or_default().to_ascii_lowercase();
    if manner.highlight == Highlight::On && SHELL_LIKE.contains(&language.as_str()) {
        let theme = manner.theme;
        parts.extend(lexemes(text).into_iter().filter_map(|lexeme| {
            let style = match lexeme.sort {
                Sort::Prompt | Sort::Comment => theme.dim,
                Sort::Quoted(_) => theme.quote,
                Sort::Flag => theme.code.add_modifier(Modifier::BOLD),
                Sort::Here | Sort::Word => return None,
            };
            Some((lexeme.range, style))
        }));
    }
    let marked = if block.placeholders.is_empty() { Vec::new() } else { places(text) };
    let key = manner.theme.key.add_modifier(Modifier::UNDERLINED);
    let parts = overlaid(parts, marked.into_iter().map(|place| (place.range, key)));
    let mut lines = vec![Vec::new()];
    let mut at = 0;
    for (range, style) in parts {
        push(&mut lines, &text[at..range.start], manner.theme.code);
        push(&mut lines, &text[range.clone()], style);
        at = range.end;
    }
    push(&mut lines, &text[at..], manner.theme.code);
    lines
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

/// Text that may go over several lines.
fn push(lines: &mut Vec<Vec<Run>>, text: &str, style: Style) {
    for (at, piece) in text.split('\n').enumerate() {
        if at > 0 {
            lines.push(Vec::new());
        }
        if let Some(line) = lines.last_mut().filter(|_| !piece.is_empty()) {
            line.push(Run::new(piece.to_owned(), style));
        }
    }
}
