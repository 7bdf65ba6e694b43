//! What stands above a page for machines: YAML between `---`, TOML between `+++`.
//!
//! Whatever stands there, the page below it is shown: a header that cannot be
//! read is a remark with its line, and a rule at the top of a page that only
//! looks like the start of a header hides nothing.

mod value;
mod yaml;

pub use value::Value;

use crate::config::FrontMatter;
use crate::domain::text::Clean;

/// The most bytes that are read as a header; a longer one is a remark.
pub const HEADER_BYTES: usize = 65_536;

/// What stands above a page, and where the page begins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Front {
    /// Where the text below the header begins, in bytes; 0 if there is no header.
    pub body: usize,
    /// Its keys and values, in its order; empty where it cannot be read.
    pub keys: Vec<(String, Value)>,
    /// Why it cannot be read.
    pub remark: Option<Clean>,
}

/// How a header is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Yaml,
    Toml,
}

impl Front {
    /// The header of a page whose lines end in `\n`; a page without one has an empty one.
    pub fn read(source: &str, wanted: &FrontMatter) -> Self {
        let Some((first, rest)) = source.split_once('\n') else { return Self::default() };
        let form = match first.trim_end() {
            "---" => Form::Yaml,
            "+++" => Form::Toml,
            _ => return Self::default(),
        };
        let Some((text, body)) = fenced(rest, form) else { return Self::default() };
        let body = first.len() + 1 + body;
        if text.len() > HEADER_BYTES {
            let remark = format!("line 1: the header has more than {HEADER_BYTES} bytes; it was not read");
            return Self { body, keys: Vec::new(), remark: Some(Clean::line(&remark)) };
        }
        let (name, read) = match form {
            Form::Yaml => ("YAML", yaml::read(text)),
            Form::Toml => ("TOML", toml(text)),
        };
        match read {
            Ok(keys) if form == Form::Toml || meant(text, &keys, wanted) => Self { body, keys, remark: None },
            Err((line, why)) if form == Form::Toml || starts_with_key(text) => {
                let remark = format!("line {}: the header is not {name}: {why}", line + 1);
                Self { body, keys: Vec::new(), remark: Some(Clean::line(&remark)) }
            }
            Ok(_) | Err(_) => Self::default(),
        }
    }

    /// The value under a key; `a.b` is also `b` below `a`.
    pub fn value(&self, key: &str) -> Option<&Value> {
        value::find(&self.keys, key)
    }
}

/// What stands up to the closing line, and where the text after that begins.
fn fenced(rest: &str, form: Form) -> Option<(&str, usize)> {
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        let end = match (line.trim_end(), form) {
            ("---" | "...", Form::Yaml) | ("+++", Form::Toml) => true,
            (_, Form::Yaml | Form::Toml) => false,
        };
        if end {
            return rest.get(..at).map(|text| (text, at + line.len()));
        }
        at += line.len();
    }
    None
}

/// Whether this is a header and not a page that begins with a rule: a header
/// is empty, or has keys without blanks right below the line.
fn meant(text: &str, keys: &[(String, Value)], wanted: &FrontMatter) -> bool {
    if text.trim().is_empty() {
        return true;
    }
    let plain = |key: &str| !key.is_empty() && !key.contains(char::is_whitespace);
    let known = [&wanted.title, &wanted.owner, &wanted.alerts, &wanted.symptoms, &wanted.reviewed];
    let first_is_blank = text.lines().next().is_none_or(|line| line.trim().is_empty());
    let ours = keys.iter().any(|(key, _)| known.contains(&key));
    !keys.is_empty() && (ours || !first_is_blank && keys.iter().all(|(key, _)| plain(key)))
}

/// Whether the first line has the look of `key: value`.
fn starts_with_key(text: &str) -> bool {
    let line = text.lines().find(|line| !line.starts_with('#')).unwrap_or_default();
    line.split_once(':').is_some_and(|(key, rest)| {
        let word = |c: char| c.is_alphanumeric() || "_-.\"'".contains(c);
        !key.is_empty() && key.chars().all(word) && (rest.is_empty() || rest.starts_with([' ', '\t']))
    })
}

/// The keys of a TOML header, or the line, from 1 in it, and what is wrong there.
fn toml(text: &str) -> Result<Vec<(String, Value)>, (usize, String)> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        (line, error.message().to_owned())
    })?;
    Ok(table.into_iter().map(|(key, value)| (key, Value::from(value))).collect())
}
