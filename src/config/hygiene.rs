//! What no value may hold: a token, or characters that would act on a terminal.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problems, is_unsafe, token_in};

/// Keys whose text is a sentence, where a line break does no harm.
const SENTENCES: &[&str] = &["why", "meaning", "question", "reason", "when", "args", "expect"];

/// Notes every token and every unsafe character.
pub(super) fn check(text: &str, table: Option<&Spanned<DeTable<'_>>>, problems: &mut Problems<'_>) {
    let mut hygiene = Hygiene { problems, tokens: Vec::new() };
    if let Some(table) = table {
        hygiene.table(table.get_ref(), Lines::One);
    }
    hygiene.comments(text);
}

struct Hygiene<'p, 't> {
    problems: &'p mut Problems<'t>,
    tokens: Vec<Range<usize>>,
}

/// How many lines a text may have.
#[derive(Clone, Copy, PartialEq)]
enum Lines {
    One,
    Any,
}

impl Hygiene<'_, '_> {
    fn table(&mut self, table: &DeTable<'_>, lines: Lines) {
        for (key, value) in table {
            self.text(key.get_ref(), &key.span(), Lines::One);
            let sentence = SENTENCES.contains(&key.get_ref().as_ref());
            self.value(value, if sentence { Lines::Any } else { lines });
        }
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, lines: Lines) {
        match value.get_ref() {
            DeValue::String(text) => self.text(text, &value.span(), lines),
            DeValue::Array(items) => items.iter().for_each(|item| self.value(item, lines)),
            DeValue::Table(table) => self.table(table, lines),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {}
        }
    }

    fn text(&mut self, text: &str, at: &Range<usize>, lines: Lines) {
        if token_in(text).is_some() {
            self.token(at);
        }
        let harmless = |c: &char| lines == Lines::Any && matches!(c, '\n' | '\r' | '\t');
        if let Some(bad) = text.chars().find(|c| is_unsafe(*c) && !harmless(c)) {
            let message = format!("this text holds U+{:04X}, which a terminal does not show but obeys", u32::from(bad));
            self.problems.at(at, &message, Some("write it without"));
        }
    }

    /// A token in a comment, or in a text that is no TOML, is out in the open just the same.
    fn comments(&mut self, text: &str) {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(token_in).map(|at| at + from) {
            let tail = &text[at..];
            let length = tail.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(tail.len());
            if length >= 20 && !self.tokens.iter().any(|known| known.contains(&at)) {
                self.token(&(at..at + length));
            }
            from = at + length;
        }
    }

    fn token(&mut self, at: &Range<usize>) {
        let message = "this is a token, and whoever reads this file can use it";
        let remedy =
            "revoke it, and write the name of a variable that holds the new one, as in `token_env = \"GITHUB_TOKEN\"`";
        self.problems.at(at, message, Some(remedy));
        self.tokens.push(at.clone());
    }
}
