//! Names that never change meaning: what a key acts on is bound to one of
//! these, never to a row number.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Makes a name out of a string, so that one sort of name is never passed for another. The text is kept once, however
/// often it is passed on: a shift's journal repeats the same few.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the name as it is written.
            pub fn new(name: impl AsRef<str>) -> Self {
                Self(Arc::from(name.as_ref()))
            }

            /// The name as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(name: &str) -> Self {
                Self::new(name)
            }
        }
    };
}

name! {
    /// A source of the team file, or `local` for the embedded tracker.
    SourceId
}

name! {
    /// An incident: `<source>#<number>` for an issue, `local#<n>` in the local
    /// tracker, `<source>:<12 hex>` for a signal, and `new:<op>` for one that
    /// has been decided and not been filed yet.
    IncidentId
}

name! {
    /// One decision, as a ULID: unique for ever, and in the order of time.
    OpId
}

impl SourceId {
    /// The embedded tracker's name.
    pub const LOCAL: &'static str = "local";

    /// The embedded tracker.
    pub fn local() -> Self {
        Self::new(Self::LOCAL)
    }

    /// Whether this is the embedded tracker.
    pub fn is_local(&self) -> bool {
        *self.0 == *Self::LOCAL
    }
}

impl IncidentId {
    /// The issue with this number in this source.
    pub fn numbered(source: &SourceId, number: u64) -> Self {
        Self::new(format!("{source}#{number}"))
    }

    /// The incident that this decision will file.
    pub fn provisional(op: &OpId) -> Self {
        Self::new(format!("new:{op}"))
    }

    /// What a signal of this source is called: the first 12 of the fingerprint's hexadecimal digits.
    pub fn of_signal(source: &SourceId, fingerprint: &str) -> Self {
        let short: String = fingerprint.chars().take(12).collect();
        Self::new(format!("{source}:{short}"))
    }

    /// Whether a tracker has given it a number.
    pub fn is_numbered(&self) -> bool {
        self.issue().is_some()
    }

    /// Whether this incident still waits to be filed.
    pub fn is_provisional(&self) -> bool {
        self.0.starts_with("new:")
    }

    /// The source and the number of an issue; none for signals and for what has not been filed.
    pub fn issue(&self) -> Option<(SourceId, u64)> {
        let (source, number) = self.0.rsplit_once('#')?;
        Some((SourceId::new(source), number.parse().ok()?))
    }
}

/// Where operation ids come from: the time of the decision and a number that
/// never repeats in this process. Handed in, so that the core stays pure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpIds {
    state: u128,
}

impl OpIds {
    /// Starts from randomness of the caller's.
    pub fn seeded(seed: u128) -> Self {
        Self { state: seed }
    }

    /// The next id, for a decision taken at this time (milliseconds since 1970).
    pub fn next(&mut self, at_ms: i64) -> OpId {
        // An odd step visits every value once; 80 bits of it go into the id.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let random = (self.state ^ (self.state >> 41)) & ((1 << 80) - 1);
        OpId::new(ulid::Ulid::from_parts(u64::try_from(at_ms).unwrap_or(0), random).to_string())
    }
}
