//! A JSON answer without what must not be read: every string in it, whatever
//! the command. Times, ids of incidents and words that a program asks for
//! (`state`, `verdict`) stay as they are.

use chrono::DateTime;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{SECRET, Veil, secret};

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
    /// A whole document as it may be given away; none if it is nothing that can be told in JSON.
    pub fn document<T: Serialize + DeserializeOwned>(&self, document: &T) -> Option<T> {
        let mut value = serde_json::to_value(document).ok()?;
        self.value(&mut value);
        serde_json::from_value(value).ok()
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
            // What a program asks for stays what it is, whoever is called so; what is counted by somebody bears names.
            let is_field = !of.starts_with("by_")
                && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            let mut name = if is_field { key.clone() } else { self.text(&key) };
            // Two names of one person stay two.
            while veiled.contains_key(&name) {
                name.push_str(" (again)");
            }
            veiled.insert(name, value);
        }
        veiled
    }

    /// What stands for this value of this key; none if it stays.
    fn string(&self, key: &str, text: &str) -> Option<String> {
        if DateTime::parse_from_rfc3339(text).is_ok() || is_incident(text) || WORDS.contains(&key) && is_word(text) {
            return None;
        }
        if secret::is_secret_name(key) && !text.is_empty() {
            return Some(SECRET.to_owned());
        }
        let login = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '[' | ']');
        let somebody = self.hides_names() && PEOPLE.contains(&key) && !text.is_empty() && text.chars().all(login);
        let veiled = if somebody { self.login(text) } else { self.text(text) };
        (veiled != text).then_some(veiled)
    }
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
