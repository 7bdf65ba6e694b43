//! Notes, warnings and hints: the ways of writing them, made one.
//!
//! A page may say `!!! note`, `{{% note %}}`, `:::note` or `> [!DANGER]`; each
//! becomes a quote that begins with its word in bold, which is the form that
//! every reader of Markdown knows. Lines stay lines, so that places stay
//! places; code is left alone.

mod form;

use std::borrow::Cow;
use std::collections::BTreeMap;

use form::Form;

/// How deep notes may lie in each other.
const DEPTH: usize = 8;
/// What the body of an indented note is indented by.
const INDENT: usize = 4;

/// How a note ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until<'a> {
    /// With the first line that is less indented.
    Dedent,
    /// With its closing tag.
    Tag(&'a str),
    /// With a line of colons.
    Colons,
}

struct Open<'a> {
    indent: usize,
    until: Until<'a>,
}

/// The text with its notes as quotes, and which of its lines, from 0, were added.
pub(super) fn unified(text: &str) -> (Cow<'_, str>, Vec<usize>) {
    let signs = signs(text);
    if signs == 0 {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut writer = Writer::new(text, signs);
    for (at, line) in text.lines().enumerate() {
        writer.take(at, line);
    }
    writer.blank_lines(0);
    (Cow::Owned(writer.out), writer.added)
}

/// A sign that begins something.
const BEGINS: u8 = 1;
/// One that begins what a line of its own ends.
const CLOSED: u8 = 2;

/// Which signs of notes, and of headings with an id, stand in a text; 0 if none does.
fn signs(text: &str) -> u8 {
    let bytes = text.as_bytes();
    let sign = |(at, byte): (usize, &u8)| {
        if MARKS[usize::from(*byte)] & SIGN == 0 {
            return 0;
        }
        match bytes[at..] {
            [b':', b':', b':', ..] | [b'{', b'{', b'%' | b'<', ..] => BEGINS | CLOSED,
            [b'!', b'!', b'!', ..] | [b'?', b'?', b'?', ..] | [b'[', b'!', ..] | [b'{', b'#', ..] => BEGINS,
            _ => 0,
        }
    };
    bytes.iter().enumerate().map(sign).fold(0, |signs, sign| signs | sign)
}

/// A line with a backtick or a tilde may be a fence.
const FENCE: u8 = 1;
/// A line with one of the other signs may open or close a note, or give a heading its id.
const SIGN: u8 = 2;

/// What each byte may make of its line.
const MARKS: [u8; 256] = {
    let mut marks = [0; 256];
    marks[b'`' as usize] = FENCE;
    marks[b'~' as usize] = FENCE;
    marks[b'}' as usize] = SIGN;
    marks[b':' as usize] = SIGN;
    marks[b'!' as usize] = SIGN;
    marks[b'?' as usize] = SIGN;
    marks[b'{' as usize] = SIGN;
    marks[b'[' as usize] = SIGN;
    marks
};

struct Writer<'a> {
    out: String,
    lines: usize,
    added: Vec<usize>,
    open: Vec<Open<'a>>,
    /// Blank lines that wait for what comes after them.
    blanks: usize,
    /// The mark and length of an open fence, and how many notes lie around it.
    fence: Option<(char, usize, usize)>,
    /// Where each closing tag stands last; the empty one is the colons.
    closers: BTreeMap<&'a str, usize>,
}

impl<'a> Writer<'a> {
    /// The signs tell whether any note of the text has a closing line.
    fn new(text: &'a str, signs: u8) -> Self {
        let mut closers = BTreeMap::new();
        let lines = if signs & CLOSED > 0 { text } else { "" }.lines();
        for (at, line) in lines.enumerate() {
            // Blanks, of whatever script, may follow what closes.
            if line.bytes().last().is_none_or(|last| last.is_ascii_graphic() && !matches!(last, b'}' | b':')) {
                continue;
            }
            if let Some((_, name)) = form::closing_tag(line) {
                closers.insert(name, at);
            } else if form::is_closing_colons(line) {
                closers.insert("", at);
            }
        }
        let out = String::with_capacity(text.len() + text.len() / 16);
        Self { out, lines: 0, added: Vec::new(), open: Vec::new(), blanks: 0, fence: None, closers }
    }

    fn take(&mut self, at: usize, line: &'a str) {
        // The blanks of a line of code are code.
        let code = self.fence.is_some() && self.open.is_empty();
        if !code && line.trim_start().is_empty() {
            self.blanks += 1;
            return;
        }
        if self.open.is_empty() && self.is_plain(line) {
            self.blank_lines(0);
            return self.put(line);
        }
        let (inside, rest) = self.inside(line);
        self.blank_lines(inside);
        if inside < self.open.len() {
            self.leave(inside);
        }
        if self.fenced(rest) || self.closes(rest) || self.opens(at, rest) {
            return;
        }
        match form::heading_with_id(rest) {
            Some((heading, id)) => self.put(&format!("{heading} <a id=\"{id}\"></a>")),
            None => self.put(rest),
        }
    }

    /// Whether a line outside of all notes is just a line; most are.
    fn is_plain(&self, line: &str) -> bool {
        let marks = line.bytes().fold(0, |marks, byte| marks | MARKS[usize::from(byte)]);
        let telling = if self.fence.is_some() { FENCE } else { FENCE | SIGN };
        marks & telling == 0
    }

    /// In how many of the open notes this line lies, and what is left of it there.
    fn inside(&self, line: &'a str) -> (usize, &'a str) {
        let mut rest = line;
        for (at, open) in self.open.iter().enumerate() {
            let indent = form::indent(rest);
            match open.until {
                Until::Dedent if indent < open.indent + INDENT => return (at, rest),
                Until::Dedent => rest = form::dedent(rest, open.indent + INDENT),
                Until::Tag(_) | Until::Colons => rest = form::dedent(rest, open.indent),
            }
        }
        (self.open.len(), rest)
    }

    /// Ends the notes in which the next line does not lie; a line of its own
    /// keeps that line from being taken for the rest of their last paragraph.
    fn leave(&mut self, inside: usize) {
        self.open.truncate(inside);
        if self.fence.is_some_and(|(_, _, around)| around > inside) {
            self.fence = None;
        }
        if !self.out.ends_with("\n\n") {
            self.added.push(self.lines);
            self.put("");
        }
    }

    /// Writes a line of code, or of its fence.
    fn fenced(&mut self, rest: &str) -> bool {
        if self.fence.is_none() && !rest.bytes().any(|byte| matches!(byte, b'`' | b'~')) {
            return false;
        }
        let text = form::after_marks(rest);
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| text.chars().take_while(|c| *c == mark).count());
        match self.fence {
            Some((open, least, _)) => {
                let ends = mark == Some(open) && length >= least && text.trim_end().chars().all(|c| c == open);
                if ends {
                    self.fence = None;
                }
            }
            None if length >= 3 && !(mark == Some('`') && text[length..].contains('`')) => {
                self.fence = mark.map(|mark| (mark, length, self.open.len()));
            }
            None => return false,
        }
        self.put(rest);
        true
    }

    fn closes(&mut self, rest: &str) -> bool {
        let (before, until) = match form::closing_tag(rest) {
            Some((before, name)) if form::opening_tag(rest).is_none() => (before, Until::Tag(name)),
            Some(_) | None if form::is_closing_colons(rest) => ("", Until::Colons),
            Some(_) | None => return false,
        };
        let Some(at) = self.open.iter().rposition(|open| open.until == until) else { return false };
        if !before.trim().is_empty() {
            self.put(before);
            self.open.truncate(at);
            return true;
        }
        self.open.truncate(at);
        self.put("");
        true
    }

    fn opens(&mut self, at: usize, rest: &'a str) -> bool {
        let Some(note) = form::note(rest) else { return false };
        let until = match note.form {
            Form::Indented => Some(Until::Dedent),
            Form::Tag(_) if note.closed => {
                self.put(&note.quote());
                return true;
            }
            Form::Tag(name) => self.closers.get(name).filter(|last| **last > at).map(|_| Until::Tag(name)),
            Form::Colons => self.closers.get("").filter(|last| **last > at).map(|_| Until::Colons),
            Form::Quote => {
                self.put(&note.quote());
                return true;
            }
        };
        let Some(until) = until.filter(|_| self.open.len() < DEPTH) else { return false };
        self.put(&note.quote());
        self.open.push(Open { indent: note.indent, until });
        true
    }

    fn blank_lines(&mut self, inside: usize) {
        for _ in 0..std::mem::take(&mut self.blanks) {
            self.margin(inside);
            let end = self.out.trim_end_matches(' ').len();
            self.out.truncate(end);
            self.out.push('\n');
            self.lines += 1;
        }
    }

    fn put(&mut self, line: &str) {
        self.margin(self.open.len());
        self.out.push_str(line);
        self.out.push('\n');
        self.lines += 1;
    }

    fn margin(&mut self, inside: usize) {
        for open in &self.open[..inside] {
            self.out.extend(std::iter::repeat_n(' ', open.indent));
            self.out.push_str("> ");
        }
    }
}
