//! What can be wrong with the keys of a personal file.

use crate::app::chord::NotAChord;

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
        /// As written.
        written: String,
        /// What is wrong with it.
        why: NotAChord,
    },
    /// One key, two meanings.
    #[error("[keys] `{}` is both `{}` and `{}`; give one of them another key", .one.keys, .one.name, .other.name)]
    Conflict {
        /// The binding that has it first, in the order of help.
        one: Claim,
        /// The second.
        other: Claim,
    },
    /// A key that is done when it is pressed, and begins something longer.
    #[error(
        "[keys] `{}` is `{}` and begins `{}`, which is `{}`; nobody could tell when it is over: give one of them \
         another key",
        .short.keys, .short.name, .long.keys, .long.name
    )]
    Begins {
        /// The shorter one.
        short: Claim,
        /// The longer one.
        long: Claim,
    },
    /// A key that would take one away without which somebody would be lost there.
    #[error(
        "[keys] `{}` is `{}`, and leaves no key there for `{}`, which is `{}` elsewhere; give one of them another key",
        .here.keys, .here.name, .everywhere.name, .everywhere.keys
    )]
    Hides {
        /// What is pressed in one place.
        here: Claim,
        /// What is pressed in every place.
        everywhere: Claim,
    },
    /// A key that terminals, multiplexers or shells do not let through, or mean otherwise.
    #[error("[keys] {}: `{}` cannot be had: {why}; use another key", .claim.name, .claim.keys)]
    Never {
        /// What claims it.
        claim: Claim,
        /// Why not.
        why: &'static str,
    },
    /// A character where typing writes.
    #[error("[keys] {}: `{}` is typed there; use a key like `ctrl-t` or `f2`", .0.name, .0.keys)]
    Typed(Claim),
}

/// A binding and one of its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The name of the binding.
    pub name: &'static str,
    /// The key, or the keys one after the other.
    pub keys: String,
}

impl KeyProblem {
    /// What it is about: names of bindings, each with the keys as they are meant or, where they mean nothing, as they
    /// are written. No keys: the name itself is wrong.
    pub fn about(&self) -> Vec<(&str, Option<&str>)> {
        match self {
            Self::UnknownBinding { name, .. } => vec![(name, None)],
            Self::UnknownKey { name, written, .. } => vec![(name, Some(written))],
            Self::Conflict { one, other } => vec![one.told(), other.told()],
            Self::Begins { short, long } => vec![short.told(), long.told()],
            Self::Hides { here, everywhere } => vec![here.told(), everywhere.told()],
            Self::Never { claim, .. } | Self::Typed(claim) => vec![claim.told()],
        }
    }
}

impl Claim {
    fn told(&self) -> (&str, Option<&str>) {
        (self.name, Some(&self.keys))
    }
}
