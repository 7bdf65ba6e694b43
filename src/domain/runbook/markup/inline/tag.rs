//! A text of HTML cut into tags, text and what nobody reads.

use pulldown_cmark::{Event, Parser};

/// The longest tag; what is longer is cut short, so that hostile text is read once.
const TAG_BYTES: usize = 1_024;
/// The longest name of a character: `&CounterClockwiseContourIntegral;`.
const ENTITY_BYTES: usize = 33;

/// The elements of HTML, in the order of the alphabet; any other name in brackets is a word to fill in.
const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "map",
    "mark",
    "menu",
    "meta",
    "meter",
    "nav",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "picture",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "slot",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::domain::runbook::markup) enum Markup<'a> {
    Tag(Tag<'a>),
    /// Up to the next tag, its entities as they were written.
    Text(&'a str),
    /// A comment, a declaration, an instruction.
    Nothing,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::domain::runbook::markup) struct Tag<'a> {
    /// In lower case.
    pub name: String,
    /// Whether it is `</name>`.
    pub closes: bool,
    attributes: &'a str,
}

impl<'a> Markup<'a> {
    /// The first piece, and its length in bytes; none of an empty text.
    pub(in crate::domain::runbook::markup) fn next(html: &'a str) -> Option<(Self, usize)> {
        if html.is_empty() {
            return None;
        }
        let Some(inner) = html.strip_prefix('<') else {
            let end = html.find('<').unwrap_or(html.len());
            return Some((Self::Text(&html[..end]), end));
        };
        for (open, close) in [("!--", "-->"), ("![CDATA[", "]]>"), ("!", ">"), ("?", ">")] {
            if inner.starts_with(open) {
                let end = html.find(close).map_or(html.len(), |at| at + close.len());
                return Some((Self::Nothing, end));
            }
        }
        if let Some((tag, length)) = Tag::read(inner) {
            return Some((Self::Tag(tag), 1 + length));
        }
        let end = inner.find('<').map_or(html.len(), |at| at + 1);
        Some((Self::Text(&html[..end]), end))
    }
}

impl<'a> Tag<'a> {
    /// The tag whose `<` stands before this text, and its length in it.
    fn read(inner: &'a str) -> Option<(Self, usize)> {
        let (closes, rest) = match inner.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, inner),
        };
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let name_end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))?;
        let (name, after) = rest.split_at(name_end);
        if !after.starts_with(|c: char| c.is_whitespace() || c == '>' || c == '/') {
            return None;
        }
        let end = tag_end(after)?;
        let tag = Self { name: name.to_ascii_lowercase(), closes, attributes: &after[..end] };
        Some((tag, inner.len() - rest.len() + name_end + end + 1))
    }

    /// Whether HTML has such an element.
    pub(in crate::domain::runbook::markup) fn is_known(&self) -> bool {
        ELEMENTS.binary_search(&self.name.as_str()).is_ok()
    }

    /// The name of the place that it marks.
    pub(in crate::domain::runbook::markup) fn anchor(&self) -> Option<String> {
        let name = self.attribute("id").or_else(|| self.attribute("name").filter(|_| self.name == "a"));
        name.filter(|name| !name.is_empty())
    }

    /// Whether the attribute stands there, with a value or without.
    pub(in crate::domain::runbook::markup) fn has(&self, wanted: &str) -> bool {
        self.value(wanted).is_some()
    }

    /// The value of an attribute, its entities decoded.
    pub(in crate::domain::runbook::markup) fn attribute(&self, wanted: &str) -> Option<String> {
        self.value(wanted).map(decoded)
    }

    fn value(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c == '=' || c == '/' || c.is_whitespace()).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let (value, after) = match after.trim_start().strip_prefix('=') {
                Some(after) => value(after.trim_start()),
                None => ("", after),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            rest = after;
        }
    }
}

/// A value at the start of a text, and what follows it.
fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()))
}

/// Where the `>` is that ends a tag: not within quotes, unless they never end.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().take(TAG_BYTES) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            (None | Some(_), _) => {}
        }
    }
    text.bytes().take(TAG_BYTES).position(|byte| byte == b'>')
}

/// The text with its entities as the characters that they stand for.
pub(in crate::domain::runbook::markup) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at(at);
        out.push_str(before);
        let end = entity.bytes().take(ENTITY_BYTES).position(|byte| byte == b';');
        let Some(end) = end else {
            out.push('&');
            rest = &entity[1..];
            continue;
        };
        let (entity, after) = entity.split_at(end + 1);
        match entity {
            "&amp;" => out.push('&'),
            "&lt;" => out.push('<'),
            "&gt;" => out.push('>'),
            "&quot;" => out.push('"'),
            "&nbsp;" => out.push('\u{A0}'),
            _ if entity[1..].contains('&') || entity.contains(char::is_whitespace) => {
                out.push('&');
                rest = &rest[at + 1..];
                continue;
            }
            // The parser of Markdown knows all two thousand.
            _ => Parser::new(entity).for_each(|event| {
                if let Event::Text(text) = event {
                    out.push_str(&text);
                }
            }),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}
