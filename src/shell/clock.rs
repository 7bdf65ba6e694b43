//! The time of day, as the operator wants it.

use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};

/// Where the time comes from: this machine, or `--now`, from which it ticks on.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// This machine's own.
    System,
    /// As if it had been this time when the program started.
    From {
        /// The pretended time.
        start: DateTime<Utc>,
        /// When that was.
        since: Instant,
    },
}

impl Clock {
    /// Begins at the pretended time, if there is one.
    pub fn starting(at: Option<DateTime<Utc>>) -> Self {
        at.map_or(Self::System, |start| Self::From { start, since: Instant::now() })
    }

    /// The time now.
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::From { start, since } => *start + TimeDelta::from_std(since.elapsed()).unwrap_or(TimeDelta::zero()),
        }
    }

    /// The time at which commands act: `--now` itself, so that the same input gives the same bytes.
    pub fn start(&self) -> DateTime<Utc> {
        match self {
            Self::System => self.now(),
            Self::From { start, .. } => *start,
        }
    }
}
