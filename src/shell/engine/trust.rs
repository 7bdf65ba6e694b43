//! Whether the team file may name programs and have tokens sent.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What trusting the team file takes: its path and what is remembered of it.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    /// Whether it has been given; the sources look at it when they need a token.
    pub given: Given,
    /// The team file, and the fingerprint of what it asks for; none without a team file.
    pub mark: Option<(PathBuf, String)>,
}

/// Whether trust has been given, for all who have to know.
#[derive(Debug, Clone, Default)]
pub struct Given(Arc<AtomicBool>);

impl Given {
    /// Gives it.
    pub fn give(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has been given.
    pub fn is_given(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
