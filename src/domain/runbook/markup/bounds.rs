//! What keeps a hostile page from costing more than an honest one.

use std::borrow::Cow;

/// The most bars and bullets before a line; the parser would carry each along with every line below.
const MARKS: usize = 128;

/// The text with no line that begins with more marks than anybody nests; the next one becomes text.
/// `ends` are the places of its newlines.
pub(super) fn bounded<'a>(text: &'a str, ends: &[usize]) -> Cow<'a, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    for end in ends.iter().map(|end| end + 1).chain([text.len()]) {
        if let Some(surplus) = surplus(&text.as_bytes()[at..end]) {
            out.push_str(&text[copied..at + surplus]);
            out.push('\\');
            copied = at + surplus;
        }
        at = end;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Where the first mark too many stands.
fn surplus(line: &[u8]) -> Option<usize> {
    let mut marks = 0;
    for (at, byte) in line.iter().enumerate() {
        let counts = match byte {
            b' ' | b'\t' | b'0'..=b'9' => false,
            b'>' => true,
            b'-' | b'*' | b'+' | b'.' | b')' => matches!(line.get(at + 1), Some(b' ' | b'\t')),
            _ => return None,
        };
        marks += usize::from(counts);
        if marks > MARKS {
            return Some(at);
        }
    }
    None
}
