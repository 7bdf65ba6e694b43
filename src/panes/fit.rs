//! Text in the columns that there are.

use ratatui::text::Line;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The columns that a text takes: those of its letters one by one, as they are put into cells. As a whole some are said
/// to take less (Arabic lam and alef), which terminals do not do.
pub fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(UnicodeWidthStr::width).sum() }
}

/// The columns that a line takes.
pub fn line_columns(line: &Line<'_>) -> usize {
    line.spans.iter().map(|span| columns(&span.content)).sum()
}

/// The text cut to so many columns, with `…` for what is missing.
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut taken = 0;
    for piece in text.graphemes(true) {
        let wide = piece.width();
        if taken + wide + 1 > width {
            break;
        }
        taken += wide;
        out.push_str(piece);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// The text cut to so many columns, with `…` for what is missing at its beginning.
pub fn tail(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut taken = 0;
    for piece in text.graphemes(true).rev() {
        let wide = piece.width();
        if taken + wide + 1 > width {
            break;
        }
        taken += wide;
        kept.push(piece);
    }
    let start = if width > 0 { "…" } else { "" };
    std::iter::once(start).chain(kept.into_iter().rev()).collect()
}

/// The text cut or filled with blanks to exactly so many columns.
pub fn pad(text: &str, width: usize) -> String {
    let mut out = cut(text, width);
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(columns(&out))));
    out
}

/// The text in lines of at most `width` columns, broken at blanks; only a word that is longer than a line is broken
/// within itself. At least one line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let (mut current, mut taken) = (String::new(), 0);
        for word in words(line) {
            let wide = columns(word);
            if taken + wide <= width {
                current.push_str(word);
                taken += wide;
                continue;
            }
            if !current.trim().is_empty() {
                lines.push(current.trim_end().to_owned());
            }
            (current, taken) = (String::new(), 0);
            if word.trim().is_empty() {
                continue;
            }
            for piece in word.graphemes(true) {
                let wide = columns(piece);
                if taken > 0 && taken + wide > width {
                    lines.push(std::mem::take(&mut current));
                    taken = 0;
                }
                current.push_str(piece);
                taken += wide;
            }
        }
        lines.push(current.trim_end().to_owned());
    }
    lines
}

/// The words of a line and the blanks between them, in turn. Where no blanks are written, as in Chinese, every letter
/// is a word.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let alike = |c: char| c.is_whitespace() == first.is_whitespace();
        let end = rest.find(|c: char| !alike(c)).unwrap_or(rest.len());
        let mut end = end;
        if !first.is_whitespace() {
            // A wide letter may be followed by a break, and preceded by one.
            let mut pieces = rest[..end].grapheme_indices(true);
            let wide = |piece: &str| columns(piece) > 1;
            if let Some((_, first)) = pieces.next() {
                if wide(first) {
                    end = first.len();
                } else if let Some((at, _)) = pieces.find(|(_, piece)| wide(piece)) {
                    end = at;
                }
            }
        }
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}
