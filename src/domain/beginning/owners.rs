//! What a CODEOWNERS file says, line by line. The rules are GitHub's: `#`
//! begins a comment, a pattern without an owner clears it, and `!`, `[ ]` and
//! `\#` do not exist there.

mod rebased;

use super::name::is_writable;
use crate::domain::runbook::owned;
use rebased::{Rebased, rebased};

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
    /// Whom a line names that gives away all of the folder; it comes before the others.
    pub whole: Option<Vec<String>>,
    /// Everybody whom any line names, also one of another folder.
    pub heard: Vec<String>,
    /// Those of them whom a line names that speaks of this folder.
    called: Vec<String>,
    /// The numbers of lines that were not taken over, from 1, each with the reason.
    pub aside: Vec<(usize, &'static str)>,
}

impl Owners {
    /// Reads the file, as it counts for a folder: the way to it from the top, ending in `/`; empty at the top.
    pub(super) fn read(text: &str, folder: &str) -> Self {
        let mut owners = Self::default();
        for (at, line) in text.lines().take(LINES).enumerate() {
            let Some((pattern, named)) = owned::line(line) else { continue };
            owners.heard.extend(named.iter().cloned());
            let mut aside = |why| owners.aside.push((at + 1, why));
            if let Some(why) = why_not(&pattern) {
                aside(why);
                // It is no area, and whom it names is one of the people.
                owners.called.extend(named.into_iter().filter(|_| is_everything(&pattern)));
                continue;
            }
            let rebased = rebased(&pattern, folder);
            if rebased != Rebased::Elsewhere {
                owners.called.extend(named.iter().cloned());
            }
            match rebased {
                Rebased::Elsewhere => {}
                Rebased::Whole | Rebased::Here(_) if named.is_empty() => aside("no owner"),
                Rebased::Whole => {
                    owners.lines.clear();
                    owners.whole = Some(named);
                }
                Rebased::Here(patterns) => {
                    for pattern in patterns {
                        match why_not(&pattern) {
                            Some(why) => aside(why),
                            None => owners.lines.push(Line { pattern, owners: named.clone() }),
                        }
                    }
                }
            }
        }
        owners
    }

    /// Everybody who is named by a line that speaks of this folder, once, in order.
    pub(super) fn named(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for word in &self.called {
            if !all.contains(word) {
                all.push(word.clone());
            }
        }
        all
    }
}

/// Why a pattern is no area.
fn why_not(pattern: &str) -> Option<&'static str> {
    if pattern.starts_with(['!', '\\']) || pattern.contains(['[', ']']) {
        Some("no pattern of CODEOWNERS")
    } else if !is_writable(pattern) {
        Some("a pattern that cannot be written down")
    } else if is_everything(pattern) {
        Some("everything, which is no area")
    } else {
        None
    }
}

fn is_everything(pattern: &str) -> bool {
    pattern.chars().all(|c| matches!(c, '*' | '/'))
}
