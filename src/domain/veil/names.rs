//! What is known by name: people, logins, hosts, titles, the team's own words.
//!
//! A name is found as a whole word, without case, and the longest one wins. So
//! a person called `ana` is never found inside "banana", and `ana-m` is not
//! taken for `ana`. Looking costs the same however many names there are.

use std::collections::BTreeMap;

/// So far the mark is looked for that a name was cut.
const CUT: usize = 128;

/// What stands in place of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stand {
    /// A person, by their number.
    Person(usize),
    /// Anything else that is hidden, by what it is known as.
    Hidden(String),
}

/// Names by their folded spelling.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Names {
    known: BTreeMap<String, (Stand, String)>,
    /// The first word of names, and the bytes of the longest that begins with it.
    longest: BTreeMap<String, usize>,
}

impl Names {
    /// Takes a name; one that is known keeps what stands for it.
    pub fn add(&mut self, name: &str, stand: Stand) {
        let whole = name.trim();
        let core = whole.trim_matches(|c: char| !c.is_alphanumeric());
        if core.is_empty() {
            return;
        }
        let tail = whole.rsplit_once(core).map_or("", |(_, tail)| tail);
        let key = fold(core);
        let first = self.longest.entry(fold(&core[..first_word(core)])).or_default();
        *first = key.len().max(*first);
        self.known.entry(key).or_insert_with(|| (stand, tail.to_owned()));
    }

    /// What stands for exactly this.
    pub fn exactly(&self, name: &str) -> Option<&Stand> {
        let core = name.trim().trim_matches(|c: char| !c.is_alphanumeric());
        self.known.get(&fold(core)).map(|(stand, _)| stand)
    }

    /// The longest name that begins here, at the beginning of a word: where it ends, and what stands for it.
    pub fn at(&self, text: &str, from: usize) -> Option<(usize, &Stand)> {
        if self.known.is_empty() {
            return None;
        }
        self.whole(text, from).or_else(|| self.cut(text, from))
    }

    fn whole(&self, text: &str, from: usize) -> Option<(usize, &Stand)> {
        let rest = &text[from..];
        let most = *self.longest.get(&fold(&rest[..first_word(rest)]))?;
        let (mut key, mut best) = (String::new(), None);
        let mut chars = rest.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            match (c.is_whitespace(), key.ends_with(' ')) {
                (true, true) => {}
                (true, false) => key.push(' '),
                (false, _) => key.extend(c.to_lowercase()),
            }
            if key.len() > most {
                break;
            }
            let ends = chars.peek().is_none_or(|(_, next)| !joins(c, *next));
            // A name of one letter is found where it is said to be one, not in running text.
            if ends && c.is_alphanumeric() && (at > 0 || !c.is_ascii()) {
                let found = self.known.get(&key).map(|(stand, tail)| {
                    let end = from + at + c.len_utf8();
                    (if text[end..].starts_with(tail.as_str()) { end + tail.len() } else { end }, stand)
                });
                best = found.or(best);
            }
        }
        best
    }

    /// A name of which only the beginning is left, before the mark that something was cut.
    fn cut(&self, text: &str, from: usize) -> Option<(usize, &Stand)> {
        let rest = &text[from..];
        let end = rest[..rest.floor_char_boundary(CUT)].find('…')?;
        let key = fold(&rest[..end]);
        if key.chars().count() < 2 {
            return None;
        }
        let (name, (stand, _)) = self.known.range(key.clone()..).next()?;
        name.starts_with(&key).then_some((from + end, stand))
    }
}

/// A name without case, its blanks single.
pub(super) fn fold(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for c in name.chars() {
        match (c.is_whitespace(), key.ends_with(' ')) {
            (true, true) => {}
            (true, false) => key.push(' '),
            (false, _) => key.extend(c.to_lowercase()),
        }
    }
    key
}

/// Whether the second letter goes on with the word of the first. Scripts that are written without blanks have a
/// word's end after each letter.
pub(super) fn joins(one: char, next: char) -> bool {
    is_word(one) && is_word(next)
}

/// Whether a letter belongs to a word of several.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c < '\u{2E80}' && !c.is_ascii() && c.is_alphanumeric()
}

/// The bytes of the word that begins here.
pub(super) fn first_word(text: &str) -> usize {
    let run = text.find(|c| !is_word(c)).unwrap_or(text.len());
    if run > 0 { run } else { text.chars().next().map_or(0, char::len_utf8) }
}
