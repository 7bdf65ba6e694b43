//! Text that somebody else wrote, made safe to show.
//!
//! Titles, bodies, logs, tool names and error pages are written by strangers,
//! and a terminal obeys what it is sent. So text from outside becomes
//! [`Clean`] where it comes in, and everything that shows or exports such text
//! asks for that type: nothing in it can move the cursor, reorder what is
//! read, or hide.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::iter::Peekable;
use std::str::Chars;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_width::UnicodeWidthChar;

/// The most characters that [`Clean::line`] keeps.
pub const LINE_CHARS: usize = 512;
/// The most bytes that [`Clean::block`] keeps.
pub const BLOCK_BYTES: usize = 65_536;
/// The most lines that [`Clean::block`] keeps.
pub const BLOCK_LINES: usize = 2_000;
/// The most combining marks on one letter; more is a column of ink over the neighbouring rows.
pub const MARKS_PER_LETTER: usize = 4;
/// The most bytes of a web address that is still offered to the browser.
pub const LINK_BYTES: usize = 2_048;

/// Room left for the line that says what was cut.
const NOTE_BYTES: usize = 64;
/// How far the end of an escape sequence is looked for; past it, it was text.
const SEQUENCE_CHARS: usize = 4_096;
const TAB_COLUMNS: usize = 4;
const JOINER: char = '\u{200D}';

/// Text from outside that is safe to show: no control characters but the
/// newline, no escape sequences, nothing invisible, of bounded size.
///
/// Cleaning is idempotent, and reading one back from disk cleans it again, so
/// a damaged or foreign file cannot bring in what the network could not.
/// Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clean(Arc<str>);

impl Clean {
    /// One line of at most [`LINE_CHARS`] characters: line breaks and runs of
    /// blanks become one space, and `…` stands for what was cut.
    pub fn line(text: &str) -> Self {
        // Most lines are words with one blank between them.
        let trimmed = text.trim_matches(' ');
        let plain = trimmed.len() <= LINE_CHARS && trimmed.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if plain && !trimmed.contains("  ") {
            return Self(Arc::from(trimmed));
        }
        let mut scrubber = Scrubber::new(Shape::Line);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            scrubber.take(c, &mut chars);
            if scrubber.chars > LINE_CHARS {
                break;
            }
        }
        let overflows = scrubber.chars > LINE_CHARS;
        let mut out = scrubber.out;
        if overflows {
            let end = out.char_indices().nth(LINE_CHARS - 1);
            out.truncate(end.map_or(out.len(), |(at, _)| at));
        }
        out.truncate(out.trim_end_matches([' ', JOINER]).len());
        if overflows {
            out.push('…');
        }
        Self(out.into())
    }

    /// Several lines, at most [`BLOCK_LINES`] and [`BLOCK_BYTES`]; when
    /// something was cut the last line says so.
    pub fn block(text: &str) -> Self {
        // What the store gives back is clean already, and there is much of it at start.
        if text.len() <= BLOCK_BYTES && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Self(Arc::from(text));
        }
        let mut scrubber = Scrubber::new(Shape::Block);
        let mut chars = text.trim_end_matches(['\n', '\r']).chars().peekable();
        while let Some(c) = chars.next() {
            scrubber.take(c, &mut chars);
            if scrubber.overflows() {
                break;
            }
        }
        let overflows = scrubber.overflows();
        let mut out = scrubber.out;
        if overflows {
            let mut end = out.floor_char_boundary(BLOCK_BYTES - NOTE_BYTES);
            if let Some((at, _)) = out.match_indices('\n').nth(BLOCK_LINES - 2) {
                end = end.min(at);
            }
            out.truncate(end);
        }
        out.truncate(out.trim_end_matches(['\n', JOINER]).len());
        if overflows {
            out = format!("{out}\n[… cut here: this text has {} bytes]", text.len());
        }
        Self(out.into())
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same text on one line, as [`Clean::line`] makes it.
    #[must_use]
    pub fn to_line(&self) -> Self {
        Self::line(&self.0)
    }
}

impl Default for Clean {
    fn default() -> Self {
        Self(Arc::from(""))
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for Clean {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Clean {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Clean {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Clean {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Serialize for Clean {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Clean {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::block(&String::deserialize(deserializer)?))
    }
}

/// A text of any length made as safe to show as [`Clean`], but whole, for what is bounded where it is read.
pub fn whole(text: &str) -> Cow<'_, str> {
    scrubbed(text, Shape::Block)
}

/// The same for code that may be copied: its tabs stay, since make and
/// here-documents mean them; what draws it widens them.
pub fn whole_code(text: &str) -> Cow<'_, str> {
    scrubbed(text, Shape::Code)
}

fn scrubbed(text: &str, shape: Shape) -> Cow<'_, str> {
    let plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n') || byte == b'\t' && shape == Shape::Code;
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut scrubber = Scrubber::new(shape);
    scrubber.out.reserve(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        scrubber.take(c, &mut chars);
    }
    Cow::Owned(scrubber.out)
}

/// A web address that may be offered to the browser: http or https, with the
/// host in plain sight and no credentials before it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    url: Clean,
    host: Clean,
}

impl Link {
    /// The address in its normal form; `None` for every other scheme, for one
    /// that names a user before the host, and for one that is too long to read.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LINK_BYTES {
            return None;
        }
        let url = url::Url::parse(text).ok()?;
        let web = matches!(url.scheme(), "http" | "https");
        if !web || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let host = match url.port() {
            Some(port) => format!("{}:{port}", url.host_str()?),
            None => url.host_str()?.to_owned(),
        };
        if url.as_str().len() > LINK_BYTES {
            return None;
        }
        Some(Self { url: Clean::block(url.as_str()), host: Clean::line(&host) })
    }

    /// The whole address, plain ASCII.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Where it leads, with the port when it is not the usual one; names in
    /// other scripts in their `xn--` form, so that look-alikes show.
    pub fn host(&self) -> &str {
        self.host.as_str()
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.url.as_str())
    }
}

/// How line breaks and tabs are treated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Line,
    Block,
    Code,
}

/// Takes raw characters one by one and writes what may be shown.
struct Scrubber {
    shape: Shape,
    out: String,
    chars: usize,
    lines: usize,
    column: usize,
    marks: usize,
    last: Option<char>,
    joiner_waits: bool,
}

impl Scrubber {
    fn new(shape: Shape) -> Self {
        Self { shape, out: String::new(), chars: 0, lines: 1, column: 0, marks: 0, last: None, joiner_waits: false }
    }

    fn overflows(&self) -> bool {
        self.out.len() > BLOCK_BYTES || self.lines > BLOCK_LINES
    }

    fn take(&mut self, c: char, rest: &mut Peekable<Chars<'_>>) {
        match c {
            '\r' => {
                rest.next_if_eq(&'\n');
                self.line_break();
            }
            '\n' | '\u{2028}' | '\u{2029}' => self.line_break(),
            '\t' => self.tab(),
            JOINER => self.joiner_waits = self.last.is_some_and(is_pictograph),
            _ => match sequence_end(c, rest) {
                Some(after) => *rest = after,
                None if must_be_seen(c) => self.name(c),
                None if is_invisible(c) => {}
                None => self.put(c),
            },
        }
    }

    fn line_break(&mut self) {
        match self.shape {
            Shape::Line => self.put(' '),
            Shape::Block | Shape::Code => self.put('\n'),
        }
    }

    fn tab(&mut self) {
        let blanks = match self.shape {
            Shape::Line => 1,
            Shape::Block => TAB_COLUMNS - self.column % TAB_COLUMNS,
            Shape::Code => return self.put('\t'),
        };
        for _ in 0..blanks {
            self.put(' ');
        }
    }

    fn name(&mut self, c: char) {
        for shown in format!("⟨U+{:04X}⟩", u32::from(c)).chars() {
            self.put(shown);
        }
    }

    fn put(&mut self, c: char) {
        let joins = std::mem::take(&mut self.joiner_waits) && is_pictograph(c);
        if self.shape == Shape::Line && c == ' ' && matches!(self.last, None | Some(' ')) {
            return;
        }
        if is_mark(c) {
            if matches!(self.last, None | Some('\n')) {
                self.write('◌');
            }
            if self.marks == MARKS_PER_LETTER {
                return;
            }
            self.marks += 1;
        } else {
            self.marks = 0;
        }
        if joins {
            self.write(JOINER);
        }
        self.write(c);
    }

    fn write(&mut self, c: char) {
        if c == '\n' {
            self.lines += 1;
            self.column = 0;
        } else {
            self.column += c.width().unwrap_or(0);
        }
        self.chars += 1;
        self.last = Some(c);
        self.out.push(c);
    }
}

/// What follows the escape sequence that `c` opens; `None` when it opens none,
/// or one that does not end (ECMA-48 §5.3–5.6, 7-bit and 8-bit forms).
fn sequence_end<'a>(c: char, rest: &Peekable<Chars<'a>>) -> Option<Peekable<Chars<'a>>> {
    let mut rest = rest.clone();
    let opener = match c {
        '\u{1B}' => match rest.next()? {
            two @ ('[' | ']' | 'P' | 'X' | '^' | '_') => two,
            ' '..='/' => return after_short(rest),
            '0'..='~' => return Some(rest),
            _ => return None,
        },
        '\u{9B}' => '[',
        '\u{9D}' => ']',
        '\u{90}' => 'P',
        '\u{98}' => 'X',
        '\u{9E}' => '^',
        '\u{9F}' => '_',
        _ => return None,
    };
    if opener == '[' { after_control(rest) } else { after_string(rest) }
}

/// `ESC`, intermediates, one final character: a choice of character set.
fn after_short(mut rest: Peekable<Chars<'_>>) -> Option<Peekable<Chars<'_>>> {
    for _ in 0..SEQUENCE_CHARS {
        match rest.next()? {
            ' '..='/' => {}
            '0'..='~' => return Some(rest),
            _ => return None,
        }
    }
    None
}

/// `CSI`, parameters, one final character: colours, cursor, erase.
fn after_control(mut rest: Peekable<Chars<'_>>) -> Option<Peekable<Chars<'_>>> {
    for _ in 0..SEQUENCE_CHARS {
        match rest.next()? {
            ' '..='?' => {}
            '@'..='~' => return Some(rest),
            _ => return None,
        }
    }
    None
}

/// A string for the terminal itself (title, clipboard, link) up to `BEL` or `ST`, on one line.
fn after_string(mut rest: Peekable<Chars<'_>>) -> Option<Peekable<Chars<'_>>> {
    for _ in 0..SEQUENCE_CHARS {
        match rest.next()? {
            '\u{07}' | '\u{9C}' => return Some(rest),
            '\u{1B}' => return rest.next_if_eq(&'\\').map(|_| rest),
            '\n' | '\r' => return None,
            _ => {}
        }
    }
    None
}

/// Characters whose presence is itself news: controls, those that reorder what
/// is read (UAX #9), and those that Unicode says are no characters.
fn must_be_seen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{FDD0}'..='\u{FDEF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// Whether a reader would not see this character, or would be misled by it;
/// line breaks and tabs are among them.
pub fn is_hidden(c: char) -> bool {
    must_be_seen(c) || is_invisible(c)
}

/// Characters with no ink: general category Cf, and the default ignorables
/// (Unicode 17), which carry hidden text as well as any.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{0600}'..='\u{0605}' | '\u{06DD}' | '\u{070F}'
        | '\u{0890}'..='\u{0891}' | '\u{08E2}' | '\u{115F}'..='\u{1160}'
        | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200D}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{110BD}' | '\u{110CD}'
        | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Characters that are drawn over the one before.
fn is_mark(c: char) -> bool {
    c != '\n' && c.width() == Some(0)
}

/// Characters that a joiner may bind into one emoji.
fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{2194}'..='\u{21AA}' | '\u{231A}'..='\u{23FF}' | '\u{25AA}'..='\u{27BF}'
        | '\u{2934}'..='\u{2935}' | '\u{2B05}'..='\u{2B55}' | '\u{1F000}'..='\u{1FAFF}')
}
