//! What a CODEOWNERS file says, line by line. The rules are GitHub's: `#`
//! begins a comment, a pattern without an owner clears it, and `!`, `[ ]` and
//! `\#` do not exist there.

use super::name::is_writable;
use crate::domain::runbook::owned;

/// Of a longer file no more is read, in lines.
const LINES: usize = 2_000;

/// One line that gives files to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The pattern, as it stands there.
    pub pattern: String,
    /// `@login`, `@org/team` or an address, in order.
    pub owners: Vec<String>,
}

/// What a CODEOWNERS file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Owners {
    /// In order; of several that match a file, the last one wins.
    pub lines: Vec<Line>,
    /// The numbers of lines that were not taken over, from 1, each with the reason.
    pub aside: Vec<(usize, &'static str)>,
}

impl Owners {
    /// Reads the file.
    pub(super) fn read(text: &str) -> Self {
        let mut owners = Self::default();
        for (at, line) in text.lines().take(LINES).enumerate() {
            let Some((pattern, named)) = owned::line(line) else { continue };
            match why_not(&pattern, &named) {
                Some(why) => owners.aside.push((at + 1, why)),
                None => owners.lines.push(Line { pattern, owners: named }),
            }
        }
        owners
    }

    /// Everybody who is named, once, in order.
    pub(super) fn named(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for word in self.lines.iter().flat_map(|line| &line.owners) {
            if !all.contains(word) {
                all.push(word.clone());
            }
        }
        all
    }
}

/// Why a line is no area.
fn why_not(pattern: &str, owners: &[String]) -> Option<&'static str> {
    if pattern.starts_with(['!', '\\']) || pattern.contains(['[', ']']) {
        Some("no pattern of CODEOWNERS")
    } else if !is_writable(pattern) {
        Some("a pattern that cannot be written down")
    } else if pattern.chars().all(|c| matches!(c, '*' | '/')) {
        Some("everything, which is no area")
    } else if owners.is_empty() {
        Some("no owner")
    } else {
        None
    }
}
