//! What is different between a file as it lies there and as it would be
//! written now: a short diff, of which what is left out is counted.

use similar::TextDiff;

use crate::domain::quote;
use crate::domain::text::whole;

/// A line of a diff is no longer.
const COLUMNS: usize = 240;
/// Of longer files the first lines are compared.
const LINES: usize = 4_000;

/// What is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// A unified diff, safe to show.
    pub shown: Vec<String>,
    /// How many lines of it are left out.
    pub left: usize,
}

/// What is different, if anything is; line ends alone are nothing. `names` are the two files in the head of the diff.
pub fn difference((old, new): (&str, &str), names: (&str, &str), most: usize) -> Option<Difference> {
    let (old, new) = (old.replace("\r\n", "\n"), new.replace("\r\n", "\n"));
    if old == new {
        return None;
    }
    let (before, after) = (first(&old), first(&new));
    let diff = TextDiff::from_lines(before, after);
    let text = diff.unified_diff().context_radius(1).header(names.0, names.1).to_string();
    let mut shown: Vec<String> = text.lines().map(|line| quote::cut(&whole(line), COLUMNS)).collect();
    if shown.is_empty() {
        shown.push(format!("the first {LINES} lines are the same, and what follows them is not"));
    }
    let left = shown.len().saturating_sub(most);
    shown.truncate(most);
    Some(Difference { shown, left })
}

/// So many lines from the top.
fn first(text: &str) -> &str {
    let end = text.match_indices('\n').nth(LINES - 1).map_or(text.len(), |(at, _)| at + 1);
    &text[..end]
}
