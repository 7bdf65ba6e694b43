//! What a server usually takes, learnt from its good answers only, and when it
//! takes far longer than that.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::probe::Phases;

/// From how many good answers on the usual time is known.
const ENOUGH: u32 = 10;
/// One good answer moves the usual time by at most one part in so many.
const STEP: u64 = 64;
/// How long it must be slow, or not, to be called so.
const STEADY: TimeDelta = TimeDelta::minutes(5);

/// The usual times of one level, in microseconds.
///
/// A running median: each good answer moves it one small step towards itself,
/// so that an hour of slowness is seen as slow and not as usual.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Baseline {
    answers: u32,
    took: u64,
    dns: Option<u64>,
    connect: Option<u64>,
    tls: Option<u64>,
    ttfb: Option<u64>,
}

impl Baseline {
    /// Learns from a good answer.
    pub(super) fn learn(&mut self, took: Duration, phases: Option<&Phases>) {
        self.answers = self.answers.saturating_add(1);
        let answers = self.answers;
        let step = |usual: Option<u64>, seen: Option<Duration>| match (usual, seen) {
            (Some(usual), Some(seen)) => Some(moved(usual, micros(seen), answers)),
            (None, Some(seen)) => Some(micros(seen)),
            (usual, None) => usual,
        };
        self.took = step((answers > 1).then_some(self.took), Some(took)).unwrap_or(0);
        if let Some(phases) = phases {
            self.dns = step(self.dns, phases.dns);
            self.connect = step(self.connect, phases.connect);
            self.tls = step(self.tls, phases.tls);
            self.ttfb = step(self.ttfb, phases.ttfb);
        }
    }

    /// What the level usually takes; none before enough good answers came.
    pub fn took(&self) -> Option<Duration> {
        (self.answers >= ENOUGH).then(|| Duration::from_micros(self.took))
    }

    /// What each phase usually takes: name, connection, TLS, first byte.
    pub fn phases(&self) -> [Option<Duration>; 4] {
        let told = |usual: Option<u64>| usual.filter(|_| self.answers >= ENOUGH).map(Duration::from_micros);
        [told(self.dns), told(self.connect), told(self.tls), told(self.ttfb)]
    }
}

/// The first answers move it more, so that a slow first one is soon forgotten.
fn moved(usual: u64, seen: u64, answers: u32) -> u64 {
    let parts = STEP.min(u64::from(answers) + 1);
    let step = (usual / parts).max(1);
    if seen > usual { usual.saturating_add(step).min(seen) } else { usual.saturating_sub(step).max(seen) }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

/// The 95th percentile by nearest rank; none of none.
pub(super) fn p95(mut took: Vec<u64>) -> Option<u64> {
    took.sort_unstable();
    let rank = (took.len() * 95).div_ceil(100);
    took.get(rank.checked_sub(1)?).copied()
}

/// Whether a level has been slow, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Slowness {
    /// Since when it takes too long; none while it does not.
    over: Option<DateTime<Utc>>,
    /// Since when it does not; none while it does.
    under: Option<DateTime<Utc>>,
}

/// What the last answers say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speed {
    /// Over the target and over twice the usual.
    Slow,
    /// As it should be, or too little is known.
    Fine,
}

impl Slowness {
    /// Takes the newest word; answers with the word that has held for long enough, and since when.
    pub(super) fn take(&mut self, at: DateTime<Utc>, speed: Speed) -> Option<(Speed, DateTime<Utc>)> {
        let (now, other) = match speed {
            Speed::Slow => (&mut self.over, &mut self.under),
            Speed::Fine => (&mut self.under, &mut self.over),
        };
        *other = None;
        let since = *now.get_or_insert(at);
        (at - since >= STEADY).then_some((speed, since))
    }

    /// Whether the newest word was that it takes too long.
    pub(super) fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Forgets how long it has been: nothing was seen for a while.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Whether these good answers (microseconds) are too slow for this target.
pub(super) fn speed(took: Vec<u64>, target: Duration, baseline: &Baseline) -> Speed {
    let enough = took.len() >= usize::try_from(ENOUGH).unwrap_or(usize::MAX);
    match (p95(took), baseline.took()) {
        (Some(p95), Some(usual)) if enough && p95 > micros(target) && p95 > micros(usual).saturating_mul(2) => {
            Speed::Slow
        }
        (Some(_) | None, Some(_) | None) => Speed::Fine,
    }
}
