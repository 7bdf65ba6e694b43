//! A stranger's words inside Markdown: nothing in them can leave its place.
//!
//! GitHub notifies and links nobody from code. So names stand in code spans
//! and texts in fences, and neither can be closed from within.

use unicode_width::UnicodeWidthChar;

use super::text::Clean;

/// It has no width.
const APART: char = '\u{200B}';

/// A stranger's words inside a line: no mark-up, no mention, no link.
pub fn span(text: &str) -> String {
    let text = Clean::line(text);
    let text = text.as_str();
    let ticks = "`".repeat(longest_run(text) + 1);
    // A tick or a blank at the edge would be taken for part of the quotes.
    let edge = |c: char| c == '`' || c == ' ';
    let pad = if text.is_empty() || text.starts_with(edge) || text.ends_with(edge) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// Words of ours with a stranger's among them, as a paragraph: nothing in them is mark-up, a mention or a reference.
pub fn sentence(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let follows = |belongs: fn(char) -> bool| next.is_some_and(belongs);
        match c {
            '<' => out.push_str("&lt;"),
            '&' if follows(|c| c.is_ascii_alphanumeric() || c == '#') => out.push_str("&amp;"),
            '[' | '`' | '*' | '\\' | '~' => out.extend(['\\', c]),
            '_' if !before.is_alphanumeric() || !follows(char::is_alphanumeric) => out.extend(['\\', c]),
            // A sign without width parts them from the word that they would act on.
            '@' if follows(|c| c.is_ascii_alphanumeric()) => out.extend([c, APART]),
            '#' if !before.is_alphanumeric() && follows(|c| c.is_ascii_digit()) => out.extend([c, APART]),
            ':' if follows(|c| c == '/') => out.extend([c, APART]),
            c => out.push(c),
        }
        before = c;
    }
    out
}

/// The same inside a table, where a bar would end the cell even in a code span.
pub fn cell(text: &str) -> String {
    span(&text.replace('|', "¦"))
}

/// Words that are read as they stand, in a line, a heading or a cell of a table: no mark-up and no HTML in them. At the
/// beginning of a line they could still begin a list.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in Clean::line(text).as_str().chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '!' | '|' | '~' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// A stranger's lines; the fence is longer than any in them.
pub fn fence(language: &str, text: &str) -> String {
    let ticks = "`".repeat(longest_run(text).max(2) + 1);
    format!("{ticks}{language}\n{text}\n{ticks}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// One word for a POSIX shell, as it stands where a shell takes it so.
pub fn shell_word(text: &str) -> String {
    let text = Clean::line(text);
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:=@%,".contains(c);
    if !text.is_empty() && text.as_str().chars().all(plain) {
        text.to_string()
    } else {
        format!("'{}'", text.as_str().replace('\'', r"'\''"))
    }
}

/// At most so many columns of a line, with a mark where something was cut.
pub fn cut(text: &str, columns: usize) -> String {
    let width = |c: char| c.width().unwrap_or(0);
    if text.chars().map(width).sum::<usize>() <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += width(*c);
        used <= columns
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{kept}…")
}

/// The same lines, broken at a blank where they are longer than so many columns; a word that is longer is broken too.
pub fn wrapped(text: &str, columns: usize) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let mut used = 0;
        for word in line.split_inclusive(' ') {
            let wide: usize = word.trim_end().chars().filter_map(UnicodeWidthChar::width).sum();
            if used > 0 && used + wide > columns {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
                used = 0;
            }
            for c in word.chars() {
                let wide = c.width().unwrap_or(0);
                if used > 0 && used + wide > columns {
                    if c == ' ' {
                        continue;
                    }
                    out.push('\n');
                    used = 0;
                }
                out.push(c);
                used += wide;
            }
        }
    }
    out
}
