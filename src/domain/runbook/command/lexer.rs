//! A block of code cut into what a reader sees at a glance: comments, words in
//! quotes, flags. It knows enough of a shell to tell a `#` from a `#`.

use std::ops::Range;

use super::prompt::Prompts;

/// How far the end of a quoted word is looked for.
const QUOTE_BYTES: usize = 4_096;
/// Over how many lines one goes.
const QUOTE_LINES: usize = 40;

/// A part of a block of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexeme {
    /// Where it stands, in bytes; within one line or, in quotes, over several.
    pub range: Range<usize>,
    /// What it is.
    pub sort: Sort,
}

/// What a part of a block of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// What a terminal writes before a command.
    Prompt,
    /// From `#` to the end of the line.
    Comment,
    /// With its quotes, which are these.
    Quoted(char),
    /// `-f`, `--force`.
    Flag,
    /// Part of a here-document.
    Here,
    /// Anything else, up to a blank.
    Word,
}

/// The parts of a block of code, in its order; blanks are no part.
pub fn lexemes(text: &str) -> Vec<Lexeme> {
    let mut lexer = Lexer { text, at: 0, out: Vec::with_capacity(text.len() / 8 + 1) };
    let mut prompts = Prompts::of(text);
    let mut here: Option<HereDocument<'_>> = None;
    let mut begin = 0;
    while begin < text.len() {
        let end = text[begin..].find('\n').map_or(text.len(), |length| begin + length);
        let line = &text[begin..end];
        if lexer.at > begin {
            // A word in quotes goes on, and may end, in this line.
            if lexer.at < end {
                here = HereDocument::opened_by(&text[lexer.at..end]);
                lexer.line(lexer.at, end);
            }
        } else if let Some(document) = &here {
            if document.ends_with(line) {
                here = None;
            }
            lexer.push(begin..end, Sort::Here);
        } else {
            if let Some(length) = prompts.at(line) {
                lexer.push(begin..begin + length, Sort::Prompt);
                begin += length;
            }
            here = HereDocument::opened_by(line);
            lexer.line(begin, end);
        }
        begin = end + 1;
    }
    lexer.out
}

struct Lexer<'a> {
    text: &'a str,
    /// Where the last part ends.
    at: usize,
    out: Vec<Lexeme>,
}

impl Lexer<'_> {
    fn push(&mut self, range: Range<usize>, sort: Sort) {
        self.at = range.end;
        if !range.is_empty() {
            self.out.push(Lexeme { range, sort });
        }
    }

    fn line(&mut self, begin: usize, end: usize) {
        let bytes = self.text.as_bytes();
        let mut at = begin;
        while at < end {
            let fresh = at == begin || matches!(bytes[at - 1], b' ' | b'\t' | b';' | b'(' | b'|' | b'&');
            match bytes[at] {
                b' ' | b'\t' => at += 1,
                b'#' if fresh => {
                    self.push(at..end, Sort::Comment);
                    at = end;
                }
                quote @ (b'\'' | b'"') if let Some(length) = quoted(self.text, at) => {
                    self.push(at..at + length, Sort::Quoted(char::from(quote)));
                    at += length;
                }
                b'-' if fresh && flag(bytes.get(at + 1)) => {
                    let length = self.text[at..end].find([' ', '\t', ';', '|', ')', '\'', '"']).unwrap_or(end - at);
                    self.push(at..at + length, Sort::Flag);
                    at += length;
                }
                _ => {
                    let length = word(&self.text[at..end]);
                    self.push(at..at + length, Sort::Word);
                    at += length;
                }
            }
        }
        self.at = self.at.max(at);
    }
}

fn flag(next: Option<&u8>) -> bool {
    next.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'-')
}

/// The length of the word in quotes that begins here, if it ends; the quote in *don't* begins none.
fn quoted(text: &str, at: usize) -> Option<usize> {
    let mut bytes = text[at..].bytes().enumerate().take(QUOTE_BYTES);
    let (_, quote) = bytes.next()?;
    if quote == b'\'' && at > 0 && text.as_bytes()[at - 1].is_ascii_alphanumeric() {
        return None;
    }
    while let Some((at, byte)) = bytes.next() {
        if byte == quote {
            return Some(at + 1);
        }
        if byte == b'\\' && quote == b'"' {
            bytes.next();
        }
    }
    None
}

/// The length of a word at the start of a line's rest, at least one character.
fn word(text: &str) -> usize {
    let mut chars = text.char_indices();
    chars.next();
    while let Some((at, c)) = chars.next() {
        match c {
            ' ' | '\t' | '\'' | '"' => return at,
            '\\' => {
                chars.next();
            }
            _ => {}
        }
    }
    text.len()
}

/// How many of the lines after this one a word in quotes goes on for; none
/// where it does not end before long.
pub(super) fn quoted_lines(line: &str, after: &[&str]) -> usize {
    let mut open = None;
    scan(line, &mut open);
    if open.is_none() {
        return 0;
    }
    for (count, line) in after.iter().take(QUOTE_LINES).enumerate() {
        scan(line, &mut open);
        if open.is_none() {
            return count + 1;
        }
    }
    0
}

/// Follows the quotes of a line.
fn scan(line: &str, open: &mut Option<char>) {
    let mut chars = line.chars();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        match *open {
            Some(quote) if c == quote => *open = None,
            Some('"') | None if c == '\\' => {
                chars.next();
            }
            None if c == '#' && before.is_whitespace() => return,
            None if c == '"' || c == '\'' && !before.is_alphanumeric() => *open = Some(c),
            Some(_) | None => {}
        }
        before = c;
    }
}

/// Whether a shell waits for the rest of the command.
pub(super) fn ends_open(line: &str) -> bool {
    let slashes = line.len() - line.trim_end_matches('\\').len();
    let text = line.trim_end();
    slashes % 2 == 1 || ["|", "&&", "||"].iter().any(|mark| text.ends_with(mark))
}

/// Text that is handed to a command up to a line that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HereDocument<'a> {
    end: &'a str,
}

impl<'a> HereDocument<'a> {
    /// The first one that a line opens.
    pub(super) fn opened_by(line: &'a str) -> Option<Self> {
        if !line.as_bytes().contains(&b'<') {
            return None;
        }
        let mut rest = line;
        loop {
            let at = rest.find("<<")?;
            let before = rest[..at].bytes().last();
            rest = &rest[at + 2..];
            if let Some(after) = rest.strip_prefix('<') {
                rest = after;
                continue;
            }
            if before == Some(b'<') {
                continue;
            }
            let word = rest.trim_start_matches('-').trim_start().trim_start_matches(['\'', '"', '\\']);
            let end = word.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(word.len());
            if word.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                return Some(Self { end: &word[..end] });
            }
        }
    }

    pub(super) fn ends_with(&self, line: &str) -> bool {
        let line = line.trim();
        line == self.end || line.strip_prefix("> ") == Some(self.end)
    }
}
