//! The names that headings have in links, as GitHub makes them.

use std::collections::HashMap;

/// The anchors of a page so far.
#[derive(Default)]
pub(super) struct Anchors {
    /// How often each was asked for.
    taken: HashMap<String, usize>,
}

impl Anchors {
    /// The anchor of the next heading: in lower case, blanks as `-`, without
    /// punctuation; one that is taken gets `-1`, `-2`.
    pub(super) fn next(&mut self, title: &str) -> String {
        let slug = slug(title);
        let mut count = self.taken.get(&slug).copied().map_or(0, |count| count + 1);
        let mut anchor = slug.clone();
        if count > 0 {
            anchor = format!("{slug}-{count}");
            while self.taken.contains_key(&anchor) {
                count += 1;
                anchor = format!("{slug}-{count}");
            }
            self.taken.insert(slug, count);
        }
        self.taken.insert(anchor.clone(), 0);
        anchor
    }
}

fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for c in title.trim().chars() {
        match c {
            ' ' | '-' => slug.push('-'),
            '_' => slug.push('_'),
            c if c.is_alphanumeric() || is_mark(c) => slug.extend(c.to_lowercase()),
            _ => {}
        }
    }
    slug
}

/// Marks that belong to letters (the part that headings use).
fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0900}'..='\u{0DFF}' | '\u{0E31}'..='\u{0E4E}' | '\u{3099}'..='\u{309A}')
}
