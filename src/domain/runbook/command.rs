//! Commands of a page, as somebody takes them to a terminal of their own.
//!
//! They are text, and stay text: nothing in here runs, looks up or expands
//! anything. What is copied is what would be typed: prompts and answers are
//! not, and a value that was typed in is one word, whatever it holds.

mod destructive;
mod lexer;
mod placeholders;
mod prompt;

use std::collections::BTreeMap;

pub use destructive::{destructive, destructive_among};
pub use lexer::{Lexeme, Sort, lexemes};
pub use placeholders::{Place, places, places_among};

use crate::domain::quote::shell_word;
use lexer::{HereDocument, ends_open};
use prompt::Prompts;

/// What somebody types who does what the block shows: without prompts, and
/// where there are prompts, without the answers between; a block without any
/// is copied as it is.
pub fn copied(text: &str) -> String {
    let mut prompts = Prompts::of(text);
    if prompts.is_empty() {
        return text.to_owned();
    }
    let mut out: Vec<&str> = Vec::new();
    let mut typing = Typing::default();
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        if typing.goes_on() {
            let line = line.trim_start().strip_prefix("> ").unwrap_or(line);
            out.push(line);
            typing.take(line, &lines[at + 1..]);
        } else if let Some(length) = prompts.at(line) {
            let command = &line[length..];
            if !command.trim().is_empty() {
                out.push(command);
            }
            typing.take(command, &lines[at + 1..]);
        } else if line.trim_start().starts_with('#') {
            out.push(line.trim_start());
        }
    }
    out.join("\n")
}

/// What the reader has to put in, in the order in which it comes, each once; `${NAME}` is `$NAME`.
pub fn placeholders(text: &str) -> Vec<String> {
    named(places(text))
}

/// The same of a block whose parts are known.
pub fn placeholders_among(text: &str, lexemes: &[Lexeme]) -> Vec<String> {
    named(places_among(text, lexemes))
}

fn named(places: Vec<Place>) -> Vec<String> {
    if places.len() < 2 {
        return places.into_iter().map(|place| place.name).collect();
    }
    let mut names: Vec<String> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for place in places {
        if seen.insert(place.name.clone()) {
            names.push(place.name);
        }
    }
    names
}

/// The text with what was typed in the place of its placeholders, by their
/// names; a value that a shell would take apart is quoted, also where the
/// placeholder stands in quotes, and one that is missing is left as it is.
pub fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for place in places(text) {
        let Some(value) = values.get(&place.name) else { continue };
        out.push_str(&text[copied..place.range.start]);
        copied = place.range.end;
        let word = shell_word(value);
        match place.quote.filter(|_| word.starts_with('\'')) {
            // The quotes end before the value and begin again after it.
            Some(quote) => out.extend([quote.to_string(), word, quote.to_string()]),
            None => out.push_str(&word),
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// What makes a shell read a part of the text a second time, or as something else than words: a here-document that is
/// expanded, a command in a command, arithmetic, a shell of its own.
const READ_TWICE: [&str; 12] =
    ["<<", "`", "$(", "((", "${", "eval ", "ssh ", "sh -c", "bash -c", "-exec", "xargs", "su -c"];

/// Whether a value may stand in this block: one word that no shell takes apart may, any other only where the block is
/// read once, as plain words.
pub fn may_hold(text: &str, value: &str) -> bool {
    !shell_word(value).starts_with('\'') || !READ_TWICE.iter().any(|mark| text.contains(mark))
}

/// Whether the next line still belongs to the command.
#[derive(Default)]
struct Typing<'a> {
    here: Option<HereDocument<'a>>,
    /// How many lines more a quoted word goes on.
    quoted: usize,
    open: bool,
}

impl<'a> Typing<'a> {
    fn goes_on(&self) -> bool {
        self.here.is_some() || self.quoted > 0 || self.open
    }

    /// Takes a line that was typed, and what follows it.
    fn take(&mut self, line: &'a str, after: &[&str]) {
        if let Some(here) = &self.here {
            if here.ends_with(line) {
                self.here = None;
            }
            return;
        }
        if self.quoted > 0 {
            self.quoted -= 1;
        } else {
            self.quoted = lexer::quoted_lines(line, after);
        }
        self.here = HereDocument::opened_by(line);
        self.open = self.quoted == 0 && ends_open(line);
    }
}
