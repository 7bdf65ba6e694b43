//! Whether a page can be relied on: it worked lately, or somebody really edited it.
//!
//! A date that says *reviewed* is not believed. (`docs` say why: of the dates
//! that people bump, most change nothing but the date.)

use chrono::{DateTime, Utc};

/// Whether a page can be relied on, and since when that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Freshness {
    /// In a word.
    pub state: State,
    /// The newest of what counts; none if nothing does.
    pub at: Option<DateTime<Utc>>,
    /// What that was; none if nothing counts.
    pub because: Option<Because>,
}

/// Whether a page can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// It worked or was edited lately enough.
    Fresh,
    /// Too long ago, or it did not work since.
    Stale,
    /// Neither is known; counts as stale.
    #[default]
    Unused,
}

/// What a page is trusted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Somebody used it, and said that it worked.
    Worked,
    /// Somebody changed what it says.
    Edit,
    /// Its file is that old: where there is no git, and weaker for it.
    FileTime,
}

impl State {
    /// In a word, as everywhere.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Unused => "unused",
        }
    }
}
