//! Stub.
use std::collections::BTreeMap;

/// Stub.
pub fn copied(text: &str) -> String {
    text.to_owned()
}

/// Stub.
pub fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
}
