//! The further words of `[ui] redact`: a `*` stands for any letters, digits,
//! `-`, `_` and `.`, the rest for itself, without case and as whole words.

use super::names::{fold, is_word};

/// The most letters that one stretch of text may have.
const REACH: usize = 256;

/// A word with a `*` in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    parts: Vec<Vec<char>>,
}

impl Pattern {
    /// The pattern, if there is anything but stars in it.
    pub fn new(word: &str) -> Option<Self> {
        let parts: Vec<Vec<char>> = fold(word.trim()).split('*').map(|part| part.chars().collect()).collect();
        let says = parts.iter().any(|part: &Vec<char>| part.iter().any(|c| c.is_alphanumeric()));
        says.then_some(Self { parts })
    }

    /// Where the longest match ends that begins here.
    pub fn at(&self, text: &str, from: usize) -> Option<usize> {
        let (first, rest) = self.parts.split_first()?;
        let begins = text[from..].chars().zip(first).all(|(c, wanted)| c.to_lowercase().next() == Some(*wanted));
        if !begins {
            return None;
        }
        let letters: Vec<(usize, char)> =
            text[from..].char_indices().take(REACH).map(|(at, c)| (at, c.to_lowercase().next().unwrap_or(c))).collect();
        let mut at = stands(first, &letters, 0)?;
        for (nth, part) in rest.iter().enumerate() {
            let last = nth + 1 == rest.len();
            let reach = at + letters[at..].iter().take_while(|(_, c)| is_star(*c)).count();
            let mut ends = (at..=reach).filter_map(|start| stands(part, &letters, start));
            at = if last { ends.rfind(|end| is_end(&letters, *end))? } else { ends.next()? };
        }
        let end = letters.get(at).map_or(text.len().min(from + length(&letters)), |(byte, _)| from + byte);
        (end > from).then_some(end)
    }
}

fn length(letters: &[(usize, char)]) -> usize {
    letters.last().map_or(0, |(at, c)| at + c.len_utf8())
}

/// Where these letters end, if they stand here.
fn stands(part: &[char], letters: &[(usize, char)], start: usize) -> Option<usize> {
    let here = letters.get(start..start + part.len())?;
    here.iter().zip(part).all(|((_, c), wanted)| c == wanted).then_some(start + part.len())
}

fn is_star(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn is_end(letters: &[(usize, char)], end: usize) -> bool {
    let before = end.checked_sub(1).and_then(|at| letters.get(at));
    match (before, letters.get(end)) {
        (Some((_, one)), Some((_, next))) => !(one.is_ascii_punctuation() || is_word(*one) && is_word(*next)),
        (_, _) => true,
    }
}
