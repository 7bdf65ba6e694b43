//! Records that stand one to a line, or in one array.
//!
//! Extensions lie: a `.json` file may hold lines, and a `.jsonl` file one
//! printed array. Whatever a file was cut in the middle of, the complete
//! records before the cut are given, and that something is missing is said.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::json::{self, Scalar};
use super::{Skip, Trial};

/// The longest record that is read, in bytes.
pub const RECORD_BYTES: usize = 64 << 20;

/// One record, and where it stands in its file.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Its text.
    pub bytes: &'a [u8],
    /// Bytes from and to.
    pub at: (u64, u64),
}

/// How records are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Lines,
    Values,
    Array,
}

/// The records of a text, in order.
#[derive(Debug)]
pub struct Records<'a> {
    text: &'a [u8],
    at: usize,
    layout: Layout,
    torn: bool,
}

impl<'a> Records<'a> {
    /// Over this text, with or without a byte order mark.
    pub fn of(text: &'a [u8]) -> Self {
        let at = past_space(text, text.len() - json::without_bom(text).len());
        if text.get(at) == Some(&b'[') {
            return Self { text, at: at + 1, layout: Layout::Array, torn: false };
        }
        let line = line_end(text, at);
        let spread = end_of_value(text, at).is_some_and(|end| end > line);
        Self { text, at, layout: if spread { Layout::Values } else { Layout::Lines }, torn: false }
    }

    /// Says that a record could not be read.
    pub fn tear(&mut self) {
        self.torn = true;
    }

    /// Whether something of the file is missing or broken, as far as it was walked.
    pub fn is_torn(&self) -> bool {
        self.torn
    }

    fn record(&mut self, from: usize, to: usize) -> Option<Record<'a>> {
        let bytes = self.text.get(from..to).filter(|bytes| bytes.len() <= RECORD_BYTES);
        self.torn |= bytes.is_none();
        Some(Record { bytes: bytes?, at: (from as u64, to as u64) })
    }

    fn line(&mut self) -> Option<Record<'a>> {
        loop {
            let from = past_space(self.text, self.at);
            if from >= self.text.len() {
                return None;
            }
            let to = line_end(self.text, from);
            self.at = to;
            if let Some(record) = self.record(from, to) {
                return Some(record);
            }
        }
    }

    fn value(&mut self) -> Option<Record<'a>> {
        loop {
            let from = past(self.text, self.at, |byte| byte.is_ascii_whitespace() || byte == b',');
            let closed = self.layout == Layout::Array && self.text.get(from) == Some(&b']');
            if closed || from >= self.text.len() {
                let rest = past_space(self.text, from + usize::from(closed));
                self.torn |= rest < self.text.len() || (self.layout == Layout::Array && !closed);
                self.at = self.text.len();
                self.layout = Layout::Lines;
                return None;
            }
            let Some(to) = end_of_value(self.text, from).filter(|to| *to > from) else {
                self.torn = true;
                self.at = self.text.len();
                self.layout = Layout::Lines;
                return None;
            };
            self.at = to;
            if let Some(record) = self.record(from, to) {
                return Some(record);
            }
        }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        match self.layout {
            Layout::Lines => self.line(),
            Layout::Values | Layout::Array => self.value(),
        }
    }
}

fn past(text: &[u8], from: usize, skipped: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.iter().position(|byte| !skipped(*byte)).unwrap_or(rest.len())
}

fn past_space(text: &[u8], from: usize) -> usize {
    past(text, from, |byte| byte.is_ascii_whitespace())
}

fn line_end(text: &[u8], from: usize) -> usize {
    past(text, from, |byte| byte != b'\n')
}

/// Where the value that begins here ends; none if the text ends first. Only brackets and quotes are looked at.
fn end_of_value(text: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = from;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                at = end_of_string(text, at + 1)?;
                if depth == 0 {
                    return Some(at);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b'}' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

fn end_of_string(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at = past(text, at, |byte| byte != b'"' && byte != b'\\');
        match text.get(at)? {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

/// The text at which a trial stands.
///
/// # Errors
///
/// When the file does not reach that far any more.
pub fn text_of<'a>(bytes: &'a [u8], trial: &Trial) -> Result<&'a [u8], Skip> {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    bytes.get(place(trial.at.0)..place(trial.at.1)).ok_or_else(changed)
}

/// Said when a file is not what it was when it was read.
pub fn changed() -> Skip {
    Skip::because("the file changed since it was read; read it again")
}

/// The members of an object, in order, each key as often as it stands there.
#[derive(Debug, Default)]
pub struct Entries<'a>(pub Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Entries<'a> {
    /// The value with this key.
    pub fn get(&self, key: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(name, _)| name == key).map(|(_, value)| *value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(key) = map.next_key::<Scalar<'de>>()? {
                    let value = map.next_value::<&'de RawValue>()?;
                    if let Scalar::Text(key) = key {
                        entries.push((key, value));
                    }
                }
                Ok(Entries(entries))
            }
        }
        from.deserialize_map(Members)
    }
}

/// A part that is read on its own, so that one of an unexpected shape is as good as absent.
pub fn part<'a, T: Deserialize<'a> + Default>(raw: Option<&'a RawValue>) -> T {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// For `deserialize_with`: a yes or a no; anything else is neither.
///
/// # Errors
///
/// Only when the text itself is broken.
pub fn yes_or_no<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    Ok(match Scalar::deserialize(from)? {
        Scalar::Bool(yes) => Some(yes),
        Scalar::Null | Scalar::Number(_) | Scalar::Text(_) | Scalar::List | Scalar::Object => None,
    })
}

/// A scalar as a number; a yes is 1, a no is 0, a numeric text its number; finite or none.
pub fn figure(raw: Option<&RawValue>) -> Option<f64> {
    match scalar(raw) {
        Scalar::Number(number) => Some(number),
        Scalar::Bool(yes) => Some(f64::from(yes)),
        Scalar::Text(text) => text.trim().parse().ok(),
        Scalar::Null | Scalar::List | Scalar::Object => None,
    }
    .filter(|number: &f64| number.is_finite())
}

/// A scalar that is a text; nothing else is one.
pub fn words(raw: Option<&RawValue>) -> Option<String> {
    match scalar(raw) {
        Scalar::Text(text) => Some(text.into_owned()),
        Scalar::Null | Scalar::Bool(_) | Scalar::Number(_) | Scalar::List | Scalar::Object => None,
    }
}

fn scalar(raw: Option<&RawValue>) -> Scalar<'_> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or(Scalar::Null)
}

/// A text as it is, nothing for `null`, anything else as it is written.
pub fn shown(raw: Option<&RawValue>) -> String {
    let Some(raw) = raw else { return String::new() };
    words(Some(raw)).unwrap_or_else(|| if raw.get() == "null" { String::new() } else { raw.get().to_owned() })
}

/// The same value in the one spelling that all its spellings share: compact, with sorted keys.
pub fn canonical(raw: Option<&RawValue>) -> String {
    let Some(raw) = raw else { return String::new() };
    let value: Result<Value, _> = serde_json::from_str(raw.get());
    value.map_or_else(
        |_| raw.get().to_owned(),
        |value| serde_json_canonicalizer::to_string(&value).unwrap_or_else(|_| value.to_string()),
    )
}
