//! One key, or several one after the other: `a`, `g g`, `ctrl-x s`.
//!
//! No clock is asked: what is begun stays begun until a key ends or drops it,
//! which is why no binding may be the beginning of another.

use std::fmt;
use std::str::FromStr;

use super::key::{Key, UnknownKey};

/// Nobody remembers a longer one.
const LONGEST: usize = 4;

/// Keys in the order in which they are pressed; at least one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord(Vec<Key>);

/// Why a text is no chord.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAChord {
    /// One of its words names no key.
    #[error(transparent)]
    UnknownKey(#[from] UnknownKey),
    /// More keys than anybody presses.
    #[error("`{0}` has more than {LONGEST} keys; write fewer")]
    TooLong(String),
}

impl Chord {
    /// Its keys.
    pub fn keys(&self) -> &[Key] {
        &self.0
    }

    /// The key with which it begins.
    pub fn first(&self) -> Key {
        self.0[0]
    }

    /// Whether it begins with all of these, and goes on after them.
    pub fn goes_on_after(&self, begun: &[Key]) -> bool {
        self.0.len() > begun.len() && self.0.starts_with(begun)
    }

    /// Whether it is these keys and then this one.
    pub fn is(&self, begun: &[Key], key: Key) -> bool {
        self.0.split_last() == Some((&key, begun))
    }
}

impl From<Key> for Chord {
    fn from(key: Key) -> Self {
        Self(vec![key])
    }
}

impl FromStr for Chord {
    type Err = NotAChord;

    fn from_str(text: &str) -> Result<Self, NotAChord> {
        // A blank alone is the key that types it.
        if text.split_whitespace().next().is_none() {
            return Ok(Self(vec![text.parse()?]));
        }
        let keys = text.split_whitespace().map(str::parse).collect::<Result<Vec<Key>, _>>()?;
        if keys.len() > LONGEST { Err(NotAChord::TooLong(text.to_owned())) } else { Ok(Self(keys)) }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&written(&self.0))
    }
}

/// Keys as they are written one after the other.
pub fn written(keys: &[Key]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
