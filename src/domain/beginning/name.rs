//! A stranger's words as they may stand in a file that people read and
//! commit: on one line, with nothing hidden, no address and no secret in them.

use crate::config::is_plain;
use crate::domain::text::{Clean, is_hidden};
use crate::domain::veil::Veil;

/// An id is no longer than this; the team file would take 50.
const ID: usize = 30;
/// A GitHub login is no longer than this.
const LOGIN: usize = 39;
/// Of what strangers wrote no more is looked at, in characters.
const WORDS: usize = 1_000;
/// Letters of Latin alphabets, and how they are spelt without marks.
const LETTERS: &[(&str, &str)] = &[
    ("àáâãåāăą", "a"),
    ("äæ", "ae"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįı", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŋ", "n"),
    ("òóôõōŏő", "o"),
    ("öøœ", "oe"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ß", "ss"),
    ("ţťŧț", "t"),
    ("þ", "th"),
    ("ùúûũūŭůűų", "u"),
    ("ü", "ue"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
];

/// The words as they may be written down, at most so many characters; none if nothing is left of them, or if they
/// look like a secret. An e-mail address is cut off before its host.
pub(super) fn said(text: &str, most: usize) -> Option<String> {
    // What is invisible is dropped; what a terminal would obey is taken out with all that belongs to it.
    let seen: String = text.chars().filter(|c| c.is_control() || !is_hidden(*c)).take(WORDS).collect();
    let line = Clean::line(&seen);
    let seen: String = line.as_str().chars().filter(|c| !is_hidden(*c)).collect();
    let words = seen.split_whitespace().map(|word| word.split_once('@').map_or(word, |(before, _)| before));
    let kept = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let short: String = kept.chars().take(most).collect();
    Some(short.trim().to_owned()).filter(|short| !short.is_empty() && is_harmless(short))
}

/// Whether a path or a pattern may be written down as it is. What would have to be changed first is another path.
pub(super) fn is_writable(path: &str) -> bool {
    let blanks = path.split_whitespace().collect::<Vec<_>>().join(" ");
    let odd = |c: char| is_hidden(c) || c == char::REPLACEMENT_CHARACTER;
    !path.is_empty() && path.len() <= 200 && blanks == path && !path.chars().any(odd) && is_harmless(path)
}

/// Whether a folder's path means itself as a pattern.
pub(super) fn may_be_pattern(folder: &str) -> bool {
    is_writable(folder) && !folder.contains(['*', '?', '[', ']', '\\']) && !folder.starts_with(['!', '#'])
}

fn is_harmless(text: &str) -> bool {
    is_plain(text) && Veil::of_secrets().text(text) == text
}

/// The words as an id: `a-z`, `0-9` and `-`, a letter or digit first; empty if nothing is left.
pub(super) fn id_of(text: &str) -> String {
    let mut id = String::new();
    for c in text.chars().flat_map(char::to_lowercase).filter(|c| !is_mark(*c)) {
        let spelt = LETTERS.iter().find(|(letters, _)| letters.contains(c)).map(|(_, plain)| *plain);
        match spelt {
            Some(plain) => id.push_str(plain),
            None if c.is_ascii_alphanumeric() => id.push(c),
            None if c == '\'' || c == '’' => {}
            None if id.ends_with('-') || id.is_empty() => {}
            None => id.push('-'),
        }
    }
    id.truncate(ID);
    let id = id.trim_end_matches('-').to_owned();
    if is_harmless(&id) { id } else { String::new() }
}

/// Marks that are drawn over the letter before.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// The wish, or the first of `wish-2`, `wish-3`, … that nobody has.
pub(super) fn free(wish: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let first = std::iter::once(wish.to_owned());
    let next = (2..).map(|number: u32| format!("{wish}-{number}"));
    first.chain(next).find(|id| !is_taken(id)).unwrap_or_default()
}

/// Whether this can be a login of GitHub.
pub(super) fn is_login(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=LOGIN).contains(&text.len()) && text.chars().all(fits) && !text.starts_with('-') && is_plain(text)
}

/// The login in an address that GitHub gives to those who hide theirs: `1234+login@…` or `login@…`.
pub(super) fn login_of(address: &str) -> Option<&str> {
    let (local, host) = address.rsplit_once('@')?;
    let login = local.rsplit_once('+').map_or(local, |(_, login)| login);
    (host.eq_ignore_ascii_case("users.noreply.github.com") && is_login(login)).then_some(login)
}

/// The same letters and digits, whatever stands between them.
pub(super) fn letters(text: &str) -> String {
    id_of(text).replace('-', "")
}
