//! Which number stands for whom, and how a stand-in looks.

use std::collections::BTreeMap;

use super::names::is_word;

/// The most digits of a number that stands for something.
const DIGITS: usize = 9;

/// The numbers that have been given away, in order from 1.
#[derive(Debug, Clone, Default)]
pub(super) struct Stands {
    counted: usize,
    people: BTreeMap<String, usize>,
    hidden: BTreeMap<String, usize>,
}

impl Stands {
    /// The number of somebody with several names.
    pub fn next_person(&mut self) -> usize {
        self.counted += 1;
        self.counted
    }

    /// The number of somebody of whom only a login is known.
    pub fn person(&mut self, login: &str) -> usize {
        if let Some(number) = self.people.get(login) {
            return *number;
        }
        let number = self.next_person();
        self.people.insert(login.to_owned(), number);
        number
    }

    /// The number of anything else.
    pub fn hidden(&mut self, key: &str) -> usize {
        let next = self.hidden.len() + 1;
        *self.hidden.entry(key.to_owned()).or_insert(next)
    }
}

/// Where the stand-in ends that begins here.
pub(super) fn stand_in(text: &str, at: usize, before: Option<char>) -> Option<usize> {
    let rest = &text[at..];
    if rest.starts_with(super::SECRET) {
        return Some(at + super::SECRET.len());
    }
    if let Some(number) = rest.strip_prefix("[redacted ") {
        let digits = digits(number)?;
        return number[digits..].starts_with(']').then_some(at + rest.len() - number.len() + digits + 1);
    }
    if before.is_some_and(is_word) {
        return None;
    }
    let number = rest.strip_prefix("person ")?;
    Some(at + rest.len() - number.len() + digits(number)?)
}

fn digits(text: &str) -> Option<usize> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=DIGITS).contains(&count).then_some(count)
}
