//! The rules of the watch: what an incident is, what may be decided about it,
//! and what that means. Pure: no clock, no file, no socket.

pub mod civil;
pub mod clock;
pub mod decision;
pub mod drift;
pub mod id;
pub mod incident;
pub mod journal;
pub mod probe;
pub mod queue;
pub mod source;
pub mod text;
pub mod triage;

/// What tells a cause from all others: sha256 over its words, in hexadecimal.
/// The words are kept apart by NUL, which none of them holds.
pub fn fingerprint(words: &[&str]) -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for word in words {
        hash.update(word.replace('\0', " "));
        hash.update([0]);
    }
    hash.finalize().iter().fold(String::with_capacity(64), |text, byte| text + &format!("{byte:02x}"))
}
