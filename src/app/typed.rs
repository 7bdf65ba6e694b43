//! What the operator is typing: one line, or several in a note.
//!
//! Only visible characters get in, also from a paste; the cursor moves by what
//! looks like one character.

use unicode_segmentation::UnicodeSegmentation;

use super::key::{Code, Held, Key};
use crate::domain::text::Clean;

/// Text with a cursor in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    text: String,
    /// In bytes, on a boundary.
    cursor: usize,
    shape: Shape,
}

/// How many lines it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// One.
    #[default]
    Line,
    /// Any number.
    Block,
}

impl Typed {
    /// Text to go on with, the cursor at its end.
    pub fn of(text: &str, shape: Shape) -> Self {
        let mut typed = Self { shape, ..Self::default() };
        typed.insert(text);
        typed
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before the cursor.
    pub fn before(&self) -> &str {
        &self.text[..self.cursor]
    }

    /// Whether nothing has been typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Puts in text from a key or a paste, cleaned.
    pub fn insert(&mut self, text: &str) {
        let clean = match self.shape {
            Shape::Line if text == " " => " ".to_owned(),
            Shape::Line => Clean::line(text).to_string(),
            Shape::Block => clean_block(text),
        };
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
    }

    /// Takes a key; `Ignored` if it means nothing to text.
    pub fn press(&mut self, key: Key) -> Heard {
        match (key.code, key.held) {
            (Code::Char(c), Held::Nothing) => self.insert(c.encode_utf8(&mut [0; 4])),
            (Code::Enter, Held::Nothing) if self.shape == Shape::Block => self.insert("\n"),
            // Some terminals send ctrl-h for backspace.
            (Code::Backspace, Held::Nothing) | (Code::Char('h'), Held::Ctrl) => self.delete(self.left()..self.cursor),
            (Code::Delete, Held::Nothing) => self.delete(self.cursor..self.right()),
            (Code::Char('w'), Held::Ctrl) | (Code::Backspace, Held::Alt) => self.delete(self.word()..self.cursor),
            (Code::Char('u'), Held::Ctrl) => self.delete(self.line_start()..self.cursor),
            (Code::Left, Held::Nothing) => self.cursor = self.left(),
            (Code::Right, Held::Nothing) => self.cursor = self.right(),
            (Code::Home, Held::Nothing) => self.cursor = self.line_start(),
            (Code::End, Held::Nothing) | (Code::Char('e'), Held::Ctrl) => self.cursor = self.line_end(),
            (Code::Up, Held::Nothing) if self.shape == Shape::Block => self.up(),
            (Code::Down, Held::Nothing) if self.shape == Shape::Block => self.down(),
            _ => return Heard::Ignored,
        }
        Heard::Taken
    }

    fn delete(&mut self, range: std::ops::Range<usize>) {
        self.cursor = range.start;
        self.text.replace_range(range, "");
    }

    fn left(&self) -> usize {
        self.before().graphemes(true).next_back().map_or(0, |last| self.cursor - last.len())
    }

    fn right(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |next| self.cursor + next.len())
    }

    fn word(&self) -> usize {
        let trimmed = self.before().trim_end();
        trimmed.rfind(char::is_whitespace).map_or(0, |at| at + trimmed[at..].chars().next().map_or(1, char::len_utf8))
    }

    fn line_start(&self) -> usize {
        self.before().rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.text[self.cursor..].find('\n').map_or(self.text.len(), |at| self.cursor + at)
    }

    fn up(&mut self) {
        let start = self.line_start();
        if start == 0 {
            self.cursor = 0;
            return;
        }
        let column = self.text[start..self.cursor].graphemes(true).count();
        let above = self.text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        self.cursor = self.at_column(above, column);
    }

    fn down(&mut self) {
        let column = self.text[self.line_start()..self.cursor].graphemes(true).count();
        let end = self.line_end();
        self.cursor = if end == self.text.len() { end } else { self.at_column(end + 1, column) };
    }

    fn at_column(&self, start: usize, column: usize) -> usize {
        let line = self.text[start..].split('\n').next().unwrap_or_default();
        start + line.graphemes(true).take(column).map(str::len).sum::<usize>()
    }
}

/// Whether a key meant something to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It did.
    Taken,
    /// It did not.
    Ignored,
}

/// Blanks and line breaks stay as they are typed; the rest is cleaned line by line.
fn clean_block(text: &str) -> String {
    // Terminals paste a line break as a carriage return.
    let unix = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
    let clean = |piece: &str| {
        if piece.chars().all(|c| c == ' ') {
            return piece.to_owned();
        }
        let lead = piece.len() - piece.trim_start_matches(' ').len();
        format!("{}{}", &piece[..lead], Clean::block(&piece[lead..]))
    };
    let lines: Vec<String> = unix.split('\n').map(clean).collect();
    lines.join("\n")
}
