//! What the host still allows, as its answers say.

use std::time::Duration;

use tokio::time::Instant;

use crate::domain::text::Clean;

/// Never more often than this, whatever the jitter says.
const FASTEST: Duration = Duration::from_secs(30);
/// The longest that one limit keeps us away.
const LONGEST: Duration = Duration::from_mins(65);

/// The primary limit of one token, as the last answer told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Requests an hour.
    pub limit: u32,
    /// How many of them are left.
    pub remaining: u32,
    /// When all are there again.
    pub resets: Instant,
}

/// How much may be read at this budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Everything.
    All,
    /// What changed, half as often; no sweep of what did not.
    Sparing,
    /// Nothing: what is left is for the operator's decisions.
    Nothing,
}

impl Budget {
    /// How much may be read.
    pub fn reading(&self, now: Instant) -> Reading {
        if self.resets <= now || self.limit == 0 {
            return Reading::All;
        }
        match u64::from(self.remaining) * 100 / u64::from(self.limit) {
            0..5 => Reading::Nothing,
            5..20 => Reading::Sparing,
            20.. => Reading::All,
        }
    }

    /// The word for it on screen.
    pub fn words(&self) -> Clean {
        Clean::line(&format!("core {}/{}", self.remaining, self.limit))
    }

    /// When to poll next: `base` with jitter (from 0 to 1), slower as the budget shrinks.
    pub fn next_poll(budget: Option<Self>, base: Duration, jitter: f64, now: Instant) -> Duration {
        let wait = base.mul_f64(0.8 + 0.4 * jitter.clamp(0.0, 1.0)).max(FASTEST.min(base));
        match budget.map(|budget| (budget.reading(now), budget.resets)) {
            None | Some((Reading::All, _)) => wait,
            Some((Reading::Sparing, _)) => wait * 2,
            Some((Reading::Nothing, resets)) => wait.max(resets - now).min(LONGEST),
        }
    }
}
