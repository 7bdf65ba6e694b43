//! What is wrong with a file, where, and what to write instead.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong, at one place.
///
/// The text is safe to print: it never holds a token, a control character or
/// more than a line, whatever the file held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The label under which the text was handed in, as a rule its path.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub remedy: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?;
        self.remedy.as_ref().map_or(Ok(()), |remedy| write!(f, "; {remedy}"))
    }
}

impl std::error::Error for Problem {}

/// The problems found so far in one text.
#[derive(Debug)]
pub(super) struct Problems<'a> {
    text: &'a str,
    file: &'a str,
    found: Vec<(usize, Problem)>,
    settled: usize,
}

impl<'a> Problems<'a> {
    pub(super) fn new(text: &'a str, file: &'a str) -> Self {
        Self { text, file, found: Vec::new(), settled: 0 }
    }

    /// Notes a problem at a place of the text, given in bytes, unless all is said about that place.
    pub(super) fn at(&mut self, place: &Range<usize>, message: &str, remedy: Option<&str>) {
        if self.is_settled(place) {
            return;
        }
        let start = place.start.min(self.text.len());
        let (line, column) = line_and_column(self.text, start);
        let problem = Problem {
            file: printable(self.file),
            line,
            column,
            message: printable(message),
            remedy: remedy.map(printable),
        };
        if !self.found.iter().any(|(_, known)| *known == problem) {
            self.found.push((start, problem));
        }
    }

    /// Ends a stage: whatever a later one makes of the places noted so far is only an echo.
    pub(super) fn settle(&mut self) {
        self.settled = self.found.len();
    }

    /// Whether an earlier stage has said what there is to say about a place.
    pub(super) fn is_settled(&self, place: &Range<usize>) -> bool {
        self.found[..self.settled].iter().any(|(start, _)| *start == place.start)
    }

    pub(super) fn none(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them in the order of the text.
    pub(super) fn sorted(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|(start, _)| *start);
        self.found.into_iter().map(|(_, problem)| problem).collect()
    }
}

fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before: String = String::from_utf8_lossy(&text.as_bytes()[..at]).into_owned();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    (line, column)
}

const TOKEN_STARTS: &[&str] = &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"];

/// Where a GitHub token begins in this text, if one does: a known start that no letter or digit precedes.
pub(super) fn token_in(text: &str) -> Option<usize> {
    TOKEN_STARTS
        .iter()
        .flat_map(|start| text.match_indices(start))
        .map(|(at, _)| at)
        .filter(|at| !text[..*at].ends_with(|c: char| c.is_ascii_alphanumeric()))
        .min()
}

/// Whether a text may stand in a file of ours: it holds no token, and nothing that a terminal obeys or hides.
pub fn is_plain(text: &str) -> bool {
    token_in(text).is_none() && !text.contains(is_unsafe)
}

/// Whether a character moves the cursor, hides, or turns the text around it.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text on one line, tokens taken out and unsafe characters made visible.
fn printable(text: &str) -> String {
    let mut safe = String::new();
    let mut rest = text;
    while let Some(at) = token_in(rest) {
        safe.push_str(&rest[..at]);
        safe.push_str("[token]");
        let tail = &rest[at..];
        let end = tail.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(tail.len());
        rest = &tail[end..];
    }
    safe.push_str(rest);
    let mut shown = String::new();
    for c in safe.chars() {
        if is_unsafe(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A value as a message quotes it: between backticks and not longer than a glance.
pub(super) fn quoted(value: &str) -> String {
    if value.chars().count() <= 60 {
        return format!("`{value}`");
    }
    format!("`{}…`", value.chars().take(59).collect::<String>())
}
