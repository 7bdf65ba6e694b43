//! A JSON answer without what must not be read: every string in it, whatever
//! the command. Times, ids of incidents and words that a program asks for
//! (`state`, `verdict`) stay as they are.

use std::borrow::Cow;

use chrono::DateTime;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::look::Look;
use super::{SECRET, Veil, put_in, secret};

/// Keys whose value is one of a few words, on which programs rely.
const WORDS: [&str; 30] = [
    "schema",
    "state",
    "status",
    "outcome",
    "verb",
    "severity",
    "kind",
    "kinds",
    "verdict",
    "change",
    "impact",
    "level",
    "rule",
    "because",
    "role",
    "transport",
    "op",
    "fingerprint",
    "git_sha",
    "freshness",
    "test",
    "decision",
    "outcomes",
    "time_zone",
    "protocol_version",
    "severities",
    "in_kind",
    "clock",
    "hint",
    "check",
];
/// Keys whose value is the id of an incident.
const IDS: [&str; 12] = [
    "id",
    "ids",
    "incident",
    "incidents",
    "undecided",
    "source_id",
    "merged_into",
    "into",
    "filed",
    "items",
    "on",
    "of",
];
/// Keys whose value is somebody, also if nobody knows them.
const PEOPLE: [&str; 11] = [
    "by",
    "author",
    "assignee",
    "assignees",
    "acked_by",
    "person",
    "primary",
    "secondary",
    "instead_of",
    "accepted_by",
    "outgoing",
];
/// The most letters of such a word.
const WORD: usize = 64;

impl Veil {
    /// A whole document as it may be given away, itself if there is nothing to hide in it; none if it is nothing that
    /// can be told in JSON.
    pub fn document<'a, T: Clone + Serialize + DeserializeOwned>(&self, document: &'a T) -> Option<Cow<'a, T>> {
        // Numbers of people are given away in the order in which they are met, by the one way or by the other.
        if !self.hides_names() && document.serialize(Look { veil: self, key: "" }).is_ok() {
            return Some(Cow::Borrowed(document));
        }
        let mut value = serde_json::to_value(document).ok()?;
        self.value(&mut value);
        serde_json::from_value(value).ok().map(Cow::Owned)
    }

    /// Veils every string of an answer, and the keys that are names.
    pub fn value(&self, value: &mut Value) {
        self.leaf("", value);
    }

    fn leaf(&self, key: &str, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(veiled) = self.string(key, text) {
                    *text = veiled;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.leaf(key, item)),
            Value::Object(map) => *map = self.map(key, std::mem::take(map)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn map(&self, of: &str, map: Map<String, Value>) -> Map<String, Value> {
        let mut veiled = Map::new();
        for (key, mut value) in map {
            self.leaf(&key, &mut value);
            let mut name = if is_field(of, &key) { key.clone() } else { self.text(&key) };
            // Two names of one person stay two.
            while veiled.contains_key(&name) {
                name.push_str(" (again)");
            }
            veiled.insert(name, value);
        }
        veiled
    }

    /// Whether another key stands for this one of an object that is the value of `of`.
    pub(super) fn renames(&self, of: &str, key: &str) -> bool {
        !is_field(of, key) && self.text(key) != key
    }

    /// What stands for this value of this key; none if it stays.
    pub(super) fn string(&self, key: &str, text: &str) -> Option<String> {
        // Only what begins with a year is worth the reading.
        let dated = text.len() >= 20 && text.as_bytes()[..4].iter().all(u8::is_ascii_digit);
        let named = IDS.contains(&key) && is_incident(text);
        if dated && DateTime::parse_from_rfc3339(text).is_ok() || named || WORDS.contains(&key) && is_word(text) {
            return None;
        }
        if secret::is_secret_name(key) && !text.is_empty() {
            return Some(SECRET.to_owned());
        }
        let login = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '[' | ']');
        let somebody = self.hides_names() && PEOPLE.contains(&key) && !text.is_empty() && text.chars().all(login);
        if somebody {
            return Some(self.login(text)).filter(|veiled| veiled != text);
        }
        let pieces = self.pieces(text);
        (!pieces.is_empty()).then(|| put_in(text, &pieces))
    }
}

/// What a program asks for stays what it is, whoever is called so; what is counted by somebody bears names.
fn is_field(of: &str, key: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !of.starts_with("by_") && key.bytes().all(is_plain)
}

fn is_word(text: &str) -> bool {
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    text.len() <= WORD && text.chars().all(belongs) && secret::begins(text, 0).is_none()
}

/// Whether it is the id of an incident: `github#12`, `evals:4f3c2b1a0d9e`, `new:01J…`.
fn is_incident(text: &str) -> bool {
    let source = |name: &str| {
        !name.is_empty()
            && name.len() <= WORD
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    let digits = |text: &str, belongs: fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|byte| belongs(&byte));
    match (text.rsplit_once('#'), text.rsplit_once(':')) {
        (Some((name, number)), _) => source(name) && number.len() <= 19 && digits(number, u8::is_ascii_digit),
        (None, Some(("new", op))) => op.len() == 26 && digits(op, u8::is_ascii_alphanumeric),
        (None, Some((name, print))) => source(name) && print.len() == 12 && digits(print, u8::is_ascii_hexdigit),
        (None, None) => false,
    }
}
