//! What is wrong with a file, where, and what to write instead.

use std::collections::BTreeSet;
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
    /// What has been noted, so that it is noted once.
    known: BTreeSet<(usize, String)>,
    /// The places of which all is said.
    settled: BTreeSet<usize>,
    /// Where each line begins, in bytes.
    lines: Vec<usize>,
    more: usize,
}

/// Whoever has mended so many sees the others.
const MOST: usize = 100;

impl<'a> Problems<'a> {
    pub(super) fn new(text: &'a str, file: &'a str) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, file, found: Vec::new(), known: BTreeSet::new(), settled: BTreeSet::new(), lines, more: 0 }
    }

    /// Notes a problem at a place of the text, given in bytes, unless all is said about that place.
    pub(super) fn at(&mut self, place: &Range<usize>, message: &str, remedy: Option<&str>) {
        if self.is_settled(place) {
            return;
        }
        let start = place.start.min(self.text.len());
        if self.is_full() {
            self.more += 1;
            return;
        }
        let (line, column) = self.line_and_column(start);
        let problem = Problem {
            file: printable(self.file),
            line,
            column,
            message: printable(message),
            remedy: remedy.map(printable),
        };
        if self.known.insert((start, problem.message.clone())) {
            self.found.push((start, problem));
        }
    }

    /// Ends a stage: whatever a later one makes of the places noted so far is only an echo.
    pub(super) fn settle(&mut self) {
        self.settled.extend(self.found.iter().map(|(start, _)| *start));
    }

    /// Whether an earlier stage has said what there is to say about a place.
    pub(super) fn is_settled(&self, place: &Range<usize>) -> bool {
        self.settled.contains(&place.start)
    }

    /// Whether what is noted from here on is only counted.
    pub(super) fn is_full(&self) -> bool {
        self.found.len() >= MOST
    }

    pub(super) fn none(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them in the order of the text.
    pub(super) fn sorted(mut self) -> Vec<Problem> {
        self.found.sort_by_key(|(start, _)| *start);
        let mut all: Vec<Problem> = self.found.into_iter().map(|(_, problem)| problem).collect();
        if let (more @ 1.., Some(last)) = (self.more, all.last()) {
            all.push(Problem { message: format!("and {more} more"), remedy: None, ..last.clone() });
        }
        all
    }

    /// From 1 both; the column counts characters.
    fn line_and_column(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        (line, String::from_utf8_lossy(&self.text.as_bytes()[start..at]).chars().count() + 1)
    }
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
