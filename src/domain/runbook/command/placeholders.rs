//! What the reader of a command has to put in before it means anything.

use std::collections::BTreeSet;
use std::ops::Range;

use super::lexer::{Lexeme, Sort, lexemes};

/// The longest placeholder; what is longer is something else in brackets.
const LONGEST: usize = 64;

/// Variables that a shell or a system sets.
const KNOWN: &[&str] = &[
    "BASH_SOURCE",
    "COLUMNS",
    "DISPLAY",
    "EDITOR",
    "EUID",
    "FUNCNAME",
    "HOME",
    "HOSTNAME",
    "HOSTTYPE",
    "IFS",
    "KUBECONFIG",
    "LANG",
    "LINENO",
    "LOGNAME",
    "OLDPWD",
    "OPTARG",
    "OPTIND",
    "OSTYPE",
    "PAGER",
    "PATH",
    "PIPESTATUS",
    "PPID",
    "PS1",
    "PWD",
    "RANDOM",
    "REPLY",
    "SECONDS",
    "SHELL",
    "SSH_AUTH_SOCK",
    "TERM",
    "TMPDIR",
    "UID",
    "USER",
];
/// What stands in angle brackets in answers, not in questions.
const ANSWERS: &[&str] = &["none", "unknown", "pending", "nil", "null", "unset", "invalid", "stdin", "stdout"];
/// Tags of HTML that nobody would take for a name to fill in.
const TAGS: &[&str] = &[
    "a", "b", "body", "br", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "html", "i", "img", "li",
    "ol", "p", "pre", "script", "span", "strong", "style", "table", "tbody", "td", "th", "thead", "tr", "ul",
];
/// Words that begin an action of a template, not a name.
const ACTIONS: &[&str] = &[
    "and", "block", "define", "else", "end", "eq", "if", "include", "index", "json", "len", "ne", "not", "or", "print",
    "printf", "println", "range", "template", "toJson", "with",
];
/// What stands in square brackets where a program is described.
const USAGE: &[&str] = &["options", "flags", "args", "arguments", "option", "command"];

/// A placeholder where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// In bytes.
    pub range: Range<usize>,
    /// As it is written, but `${NAME}` is `$NAME`.
    pub name: String,
    /// The quotes around it.
    pub quote: Option<char>,
}

/// The placeholders of a block in the order in which they stand; a comment has none.
pub fn places(text: &str) -> Vec<Place> {
    if text.bytes().any(opens) { places_among(text, &lexemes(text)) } else { Vec::new() }
}

/// What a placeholder may begin with.
fn opens(byte: u8) -> bool {
    matches!(byte, b'<' | b'$' | b'{' | b'[')
}

/// The same of a block whose parts are known.
pub fn places_among(text: &str, lexemes: &[Lexeme]) -> Vec<Place> {
    if !text.bytes().any(opens) {
        return Vec::new();
    }
    let known = Known {
        set: if text.contains('$') { set_in(text) } else { BTreeSet::new() },
        closed: if text.contains("</") { closed_in(text) } else { BTreeSet::new() },
    };
    let mut places = Vec::new();
    let mut at = 0;
    let mut lexemes = lexemes.iter().peekable();
    while let Some(found) = text.as_bytes()[at..].iter().position(|byte| opens(*byte)) {
        at += found;
        while lexemes.next_if(|lexeme| lexeme.range.end <= at).is_some() {}
        let sort = lexemes.peek().filter(|lexeme| lexeme.range.contains(&at)).map(|lexeme| lexeme.sort);
        let quote = match sort {
            Some(Sort::Quoted(quote)) => Some(quote),
            Some(Sort::Prompt | Sort::Comment) => {
                at = lexemes.peek().map_or(at + 1, |lexeme| lexeme.range.end);
                continue;
            }
            Some(Sort::Flag | Sort::Here | Sort::Word) | None => None,
        };
        match place(text, at, quote, &known) {
            Some((length, name)) => {
                places.push(Place { range: at..at + length, name, quote });
                at += length;
            }
            None => at += 1,
        }
    }
    places
}

/// What a block says elsewhere of a name.
struct Known<'a> {
    /// Variables that it gives a value.
    set: BTreeSet<&'a str>,
    /// Elements of XML that it closes.
    closed: BTreeSet<&'a str>,
}

fn place(text: &str, at: usize, quote: Option<char>, known: &Known<'_>) -> Option<(usize, String)> {
    let (before, rest) = text.split_at(at);
    let found = match rest.as_bytes().first()? {
        b'<' => angle(before, rest, &known.closed),
        b'$' if quote != Some('\'') => {
            return variable(before, rest, &known.set).map(|(length, name)| (length, format!("${name}")));
        }
        b'{' => template(before, rest),
        b'[' => square(before, rest),
        _ => None,
    };
    found.map(|(length, name)| (length, name.to_owned()))
}

/// `<node>`.
fn angle<'a>(before: &str, rest: &'a str, closed: &BTreeSet<&str>) -> Option<(usize, &'a str)> {
    let name = within(rest, "<", ">")?;
    let plain = |c: char| c.is_alphanumeric() || " _-.:/|,".contains(c);
    let named = name.starts_with(char::is_alphabetic) && !name.ends_with(' ') && name.chars().all(plain);
    let last = before.chars().next_back();
    let generic = last.is_some_and(char::is_alphanumeric) && name.starts_with(char::is_uppercase);
    let known = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
    let address = name.contains("://") || name.ends_with('/');
    let other = generic || address || last == Some('<') || known(TAGS) || known(ANSWERS) || closed.contains(name);
    (named && !other).then(|| (name.len() + 2, &rest[..name.len() + 2]))
}

/// `$NAME`, `${NAME}`; the name alone.
fn variable<'a>(before: &str, rest: &'a str, set: &BTreeSet<&str>) -> Option<(usize, &'a str)> {
    if before.ends_with(['\\', '$']) {
        return None;
    }
    let inner = &rest[1..];
    let (name, length, ends) = if let Some(inner) = inner.strip_prefix('{') {
        let name = upper(inner);
        (name, 3 + name.len(), inner[name.len()..].starts_with('}'))
    } else {
        let name = upper(inner);
        (name, 1 + name.len(), !inner[name.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '('))
    };
    let system = name.starts_with("LC_") || name.starts_with("XDG_") || KNOWN.contains(&name);
    (ends && !name.is_empty() && !system && !set.contains(name)).then_some((length, name))
}

/// `{{ name }}`, but no action of a template.
fn template<'a>(before: &str, rest: &'a str) -> Option<(usize, &'a str)> {
    let inner = within(rest, "{{", "}}")?;
    let mut words = inner.split_whitespace();
    let name = |word: &str| {
        word.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && word.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
    };
    let first = words.next()?;
    if before.ends_with('{') || ACTIONS.contains(&first) || !name(first) || !words.all(name) {
        return None;
    }
    Some((inner.len() + 4, &rest[..inner.len() + 4]))
}

/// `[namespace]`, as a word of its own behind another.
fn square<'a>(before: &str, rest: &'a str) -> Option<(usize, &'a str)> {
    let name = within(rest, "[", "]")?;
    let after = rest[name.len() + 2..].chars().next();
    let near = &before[before.floor_char_boundary(before.len().saturating_sub(200))..];
    let line = near.rsplit('\n').next().unwrap_or_default();
    let alone = line.ends_with([' ', '\t']) && !line.trim().is_empty() && after.is_none_or(char::is_whitespace);
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let named = name.len() > 2 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(plain);
    let range = name.as_bytes().get(1) == Some(&b'-');
    let usage = USAGE.iter().any(|usage| usage.eq_ignore_ascii_case(name));
    (alone && named && !range && !usage).then(|| (name.len() + 2, &rest[..name.len() + 2]))
}

/// What stands between brackets on one line.
fn within<'a>(rest: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let inner = rest.strip_prefix(open)?;
    let limit = inner.floor_char_boundary(LONGEST);
    let end = inner[..limit].find(close)?;
    Some(&inner[..end]).filter(|inner| !inner.contains('\n'))
}

fn upper(text: &str) -> &str {
    let first = text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_');
    let end = text.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')).unwrap_or(text.len());
    if first { &text[..end] } else { "" }
}

/// The variables that the block itself gives a value.
fn set_in(text: &str) -> BTreeSet<&str> {
    let mut set = BTreeSet::new();
    for (at, _) in text.match_indices('=') {
        let before = &text[..at];
        let name = before.trim_end_matches('+');
        let begin =
            name.len() - name.bytes().rev().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let starts = name[..begin].chars().next_back().is_none_or(|c| c.is_whitespace() || ";(&|{".contains(c));
        if starts {
            set.insert(&name[begin..]);
        }
    }
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        match word {
            "for" => set.extend(words.peek()),
            "read" => {
                while let Some(name) = words.next_if(|word| word.starts_with('-') || !upper(word).is_empty()) {
                    set.insert(name.trim_end_matches(';'));
                }
            }
            _ => {}
        }
    }
    set
}

fn closed_in(text: &str) -> BTreeSet<&str> {
    text.split("</").skip(1).filter_map(|rest| within_tag(rest)).collect()
}

fn within_tag(rest: &str) -> Option<&str> {
    let limit = rest.floor_char_boundary(LONGEST);
    rest[..limit].find('>').map(|end| &rest[..end])
}
