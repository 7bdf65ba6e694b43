//! Text in the columns that there are.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The columns that a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
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

/// The text cut or filled with blanks to exactly so many columns.
pub fn pad(text: &str, width: usize) -> String {
    let mut out = cut(text, width);
    out.extend(std::iter::repeat_n(' ', width.saturating_sub(columns(&out))));
    out
}

/// The text in lines of at most `width` columns, broken at blanks where there
/// are any; at least one line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let mut current = String::new();
        for word in line.split_word_bounds() {
            if columns(&current) + columns(word) <= width {
                current.push_str(word);
                continue;
            }
            if !current.trim().is_empty() {
                lines.push(current.trim_end().to_owned());
                current = String::new();
            }
            if word.trim().is_empty() {
                continue;
            }
            for piece in word.graphemes(true) {
                if !current.is_empty() && columns(&current) + columns(piece) > width {
                    lines.push(std::mem::take(&mut current));
                }
                current.push_str(piece);
            }
        }
        lines.push(current.trim_end().to_owned());
    }
    lines
}
