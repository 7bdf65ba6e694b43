//! As Markdown that means the same on GitHub and in a file: nothing that a
//! stranger wrote is markup, a mention, a reference or an address there.

use super::{Block, MAIN_COLUMNS, Page, Part, Row};
use crate::domain::handoff::Handoff;
use crate::panes::fit;

/// What has no width and parts a sign from the word that it would act on.
const APART: char = '\u{200B}';

pub(super) fn page(handoff: &Handoff, page: &Page) -> String {
    let mut text =
        format!("<!-- dogwatch handoff={} -->\n# {}\n", marked(&handoff.key()), escaped(handoff.title().as_str()));
    for (blocks, columns) in [(&page.main, Some(MAIN_COLUMNS)), (&page.appendix, None)] {
        for block in blocks {
            self::block(&mut text, block, columns);
        }
        if columns.is_some() {
            text.push_str("\n---\n");
        }
    }
    text
}

fn block(text: &mut String, block: &Block, columns: Option<usize>) {
    text.push_str("\n## ");
    text.push_str(block.heading);
    text.push('\n');
    if block.rows.is_empty() {
        text.push_str("none\n");
    }
    for row in &block.rows {
        text.push_str(&line(row, columns));
        text.push('\n');
    }
}

/// One line, of at most so many columns: what others wrote is cut until it fits.
fn line(row: &Row, columns: Option<usize>) -> String {
    let lead = if row.under { "  - " } else { "- " };
    let mut parts = row.parts.clone();
    loop {
        let line = format!("{lead}{}", parts.iter().map(shown).collect::<String>());
        let over = columns.map_or(0, |columns| fit::columns(&line).saturating_sub(columns));
        if over == 0 || !super::plain::shorten(&mut parts, over) {
            return line;
        }
    }
}

fn shown(part: &Part) -> String {
    match part {
        Part::Ours(text) => text.clone(),
        Part::Theirs(text) => escaped(text),
        Part::Name(name) => code(name),
        Part::Link(name, url) => match address(url) {
            Some(url) => format!("[{}]({url})", code(name)),
            None => code(name),
        },
    }
}

/// A name to copy, of which nothing is taken for a reference.
fn code(name: &str) -> String {
    format!("`{}`", name.replace('`', "'"))
}

/// A web address that cannot leave its brackets; none if it is no web address.
fn address(url: &str) -> Option<String> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    is_web.then(|| {
        let encoded = |c: char| match c {
            '(' => "%28".to_owned(),
            ')' => "%29".to_owned(),
            '<' => "%3C".to_owned(),
            '>' => "%3E".to_owned(),
            '\\' => "%5C".to_owned(),
            c if c.is_whitespace() || c.is_control() => "%20".to_owned(),
            c => c.to_string(),
        };
        url.chars().map(encoded).collect()
    })
}

/// The key in the marker: nothing in it ends a comment.
fn marked(key: &str) -> String {
    key.replace("--", "- -").replace('>', "")
}

/// Text that means nothing but itself.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    // At the beginning of a row `- ` and `1.` would begin another list.
    let number = text.bytes().take_while(u8::is_ascii_digit).count();
    let (lead, text) = text.split_at(number);
    out.push_str(lead);
    if text.starts_with(['-', '+', '.', ')']) {
        out.push('\\');
    }
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // `@name` calls somebody, and an address of mail is a link.
            '@' => out.extend(['@', APART]),
            // `#12` and `GH-12` refer to issues.
            '#' if next.is_some_and(|next| next.is_ascii_digit()) => out.extend(['\\', '#', APART]),
            '-' if before.eq_ignore_ascii_case(&'h') && next.is_some_and(|next| next.is_ascii_digit()) => {
                out.extend(['-', APART]);
            }
            // `http://…` and `www.…` are links.
            ':' if next == Some('/') => out.extend([':', APART]),
            '.' if before.eq_ignore_ascii_case(&'w') => out.extend(['.', APART]),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '!' | '|' | '~' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
        before = c;
    }
    out
}
