//! What can be wrong with the keys of a personal file.

use crate::app::key::UnknownKey;

/// Why the keys of the personal file cannot hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// No binding has this name.
    #[error("[keys] {name}: there is no such binding; write `{nearest}` or remove it")]
    UnknownBinding {
        /// As written.
        name: String,
        /// The binding with the most similar name.
        nearest: &'static str,
    },
    /// A word that names no key.
    #[error("[keys] {name}: {why}")]
    UnknownKey {
        /// Of which binding.
        name: &'static str,
        /// What is wrong with it.
        why: UnknownKey,
    },
    /// One key, two meanings.
    #[error("[keys] `{key}` is both `{one}` and `{other}`; give one of them another key")]
    Conflict {
        /// The key.
        key: String,
        /// The first binding that has it.
        one: &'static str,
        /// The second.
        other: &'static str,
    },
    /// A character where typing writes.
    #[error("[keys] {name}: `{key}` is typed there; use a key like `ctrl-t` or `f2`")]
    Typed {
        /// Of which binding.
        name: &'static str,
        /// The key.
        key: String,
    },
}
