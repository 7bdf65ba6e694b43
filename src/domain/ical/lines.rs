//! The lines of an iCalendar file, put together again, each taken apart into
//! its name, its parameters and its value.

/// Longer lines are cut: a picture in a calendar is no date.
const LONGEST: usize = 1 << 16;

/// One property as it stands in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Property<'a> {
    /// As written; names have no case.
    pub name: &'a str,
    /// Everything between name and value.
    params: &'a str,
    /// As written, with its escapes.
    pub value: &'a str,
}

impl<'a> Property<'a> {
    /// Takes a whole line apart; none if it has no colon or no name.
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let colon = colon(line)?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let (name, params) = head.split_once(';').unwrap_or((head, ""));
        let name = name.trim();
        (!name.is_empty()).then_some(Self { name, params, value })
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of a parameter, without its quotes.
    pub(super) fn param(&self, name: &str) -> Option<&'a str> {
        let mut rest = self.params;
        while !rest.is_empty() {
            let end = outside_quotes(rest, b';').unwrap_or(rest.len());
            if let Some((key, value)) = rest[..end].split_once('=')
                && key.trim().eq_ignore_ascii_case(name)
            {
                return Some(value.trim().trim_matches('"'));
            }
            rest = rest.get(end + 1..).unwrap_or("");
        }
        None
    }
}

/// The colon before the value; quotes that are never closed count for nothing.
fn colon(line: &str) -> Option<usize> {
    outside_quotes(line, b':').or_else(|| line.find(':'))
}

fn outside_quotes(text: &str, wanted: u8) -> Option<usize> {
    let mut quoted = false;
    text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == wanted && !quoted
    })
}

/// A text value without its escapes.
pub(super) fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => text.push('\n'),
                Some(other) => text.push(other),
                None => {}
            },
            c => text.push(c),
        }
    }
    text
}

/// The logical lines of a text: what was folded is one line again, blank lines are none.
pub(super) struct Lines<'a> {
    rest: &'a str,
    end: char,
    folded: String,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        // Files of old Macs end their lines with a carriage return alone.
        let end = if text.contains('\n') { '\n' } else { '\r' };
        Self { rest: text.trim_start_matches('\u{feff}'), end, folded: String::new() }
    }

    /// The next line; none at the end.
    pub(super) fn next(&mut self) -> Option<&str> {
        let first = loop {
            let line = self.physical()?;
            if !line.trim().is_empty() {
                break line;
            }
        };
        if !self.goes_on() {
            return Some(cut(first.trim_start_matches([' ', '\t'])));
        }
        self.folded.clear();
        self.folded.push_str(cut(first));
        while self.goes_on() {
            let Some(line) = self.physical() else { break };
            let room = LONGEST.saturating_sub(self.folded.len());
            let more = line.get(1..).unwrap_or("");
            self.folded.push_str(&more[..more.floor_char_boundary(room)]);
        }
        Some(&self.folded)
    }

    fn goes_on(&self) -> bool {
        self.rest.starts_with([' ', '\t'])
    }

    fn physical(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = self.rest.split_once(self.end).unwrap_or((self.rest, ""));
        self.rest = rest;
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

fn cut(line: &str) -> &str {
    &line[..line.floor_char_boundary(LONGEST)]
}
