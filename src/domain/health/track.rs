//! One level of one server over time: its last results, what they add up to,
//! and what is open because of them.

use std::collections::VecDeque;
use std::time::Duration;

use chrono::serde::ts_milliseconds;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::baseline::{Baseline, Slowness, Speed, speed};
use super::damping::{OF_WINDOW, Opens, WINDOW, damping};
use super::signal::{Cause, Signal};
use super::{FLAPPING_QUIET, QUIET};
use crate::domain::probe::{Check, Class, Level, Phases};

/// How many results are remembered of each level.
pub const REMEMBERED: usize = 20;
/// More changes than this among the remembered results is flapping: 30 %.
const RESTLESS: usize = REMEMBERED * 3 / 10;
/// So many openings and closings within [`CHANGES_WITHIN`] is flapping.
const CHANGES: usize = 4;
const CHANGES_WITHIN: TimeDelta = TimeDelta::minutes(20);
/// How many passes in a row end what only flapped.
const FLAPPING_RECOVERS: usize = 3;

/// What one result says of one level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// It passed.
    #[serde(rename = ".")]
    Passed,
    /// It failed, in this way.
    #[serde(rename = "x")]
    Failed(Class),
    /// It failed inside a maintenance window.
    #[serde(rename = "m")]
    Excused(Class),
    /// Nothing can be said.
    #[serde(rename = "?")]
    Unknown,
}

impl Verdict {
    /// The mark for it in a strip of results.
    pub fn mark(self) -> char {
        match self {
            Self::Passed => '✓',
            Self::Failed(_) => '✗',
            Self::Excused(_) => 'm',
            Self::Unknown => '?',
        }
    }
}

/// One result, as it is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When.
    #[serde(rename = "t", with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// What it said.
    #[serde(rename = "v")]
    pub verdict: Verdict,
    /// How long it took, in microseconds.
    #[serde(rename = "us")]
    pub took: u64,
}

/// The memory of one level.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Track {
    marks: VecDeque<Mark>,
    /// How many of the last results that say something count: those since the
    /// last opening, closing, sleep or excused failure.
    fresh: usize,
    pub(super) open: Option<Signal>,
    pub(super) slow: Option<Signal>,
    slowness: Slowness,
    /// The latest openings and closings.
    changes: Vec<DateTime<Utc>>,
    failing_since: Option<DateTime<Utc>>,
    /// Since when nothing but good has been seen; the last failure, or waking up.
    quiet_since: Option<DateTime<Utc>>,
    passed: Option<DateTime<Utc>>,
    /// The last failure as it was seen, while it matters.
    pub(super) failure: Option<Check>,
    /// Where the time of the last result went.
    phases: Option<Phases>,
    pub(super) baseline: Baseline,
}

/// What the results so far ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Stay,
    Open {
        cause: Cause,
        since: DateTime<Utc>,
    },
    /// What is open is well, or only seems so.
    Close,
    /// It has failed for so long that it no longer comes and goes.
    Settle,
}

impl Track {
    /// The last results, oldest first.
    pub fn marks(&self) -> impl DoubleEndedIterator<Item = &Mark> + ExactSizeIterator {
        self.marks.iter()
    }

    /// The last results as marks, oldest first.
    pub fn strip(&self) -> String {
        self.marks.iter().map(|mark| mark.verdict.mark()).collect()
    }

    /// What is open because the level fails or flaps.
    pub fn open(&self) -> Option<&Signal> {
        self.open.as_ref()
    }

    /// What is open because the level is slow.
    pub fn slow(&self) -> Option<&Signal> {
        self.slow.as_ref()
    }

    /// When it last passed.
    pub fn passed(&self) -> Option<DateTime<Utc>> {
        self.passed
    }

    /// Since when every result that says something is a failure; none if the last one passed.
    pub fn failing_since(&self) -> Option<DateTime<Utc>> {
        self.failing_since
    }

    /// When it was last tried.
    pub fn tried(&self) -> Option<DateTime<Utc>> {
        self.marks.back().map(|mark| mark.at)
    }

    /// The last failure in full; forgotten when the level is well.
    pub fn failure(&self) -> Option<&Check> {
        self.failure.as_ref()
    }

    /// Where the time of the last result went, over HTTP.
    pub fn phases(&self) -> Option<&Phases> {
        self.phases.as_ref()
    }

    /// What the level usually takes.
    pub fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// Whether the last result contradicts what is held true, so that it is worth asking again soon.
    pub fn leaning(&self) -> Leaning {
        match (&self.open, self.failing_since.is_some()) {
            (None, true) => Leaning::Failing,
            (Some(_), false) => Leaning::Recovering,
            (None, false) | (Some(_), true) => Leaning::Settled,
        }
    }

    /// Remembers a result.
    pub(super) fn push(&mut self, mark: Mark, check: &Check) {
        if self.marks.len() == REMEMBERED {
            self.marks.pop_front();
        }
        self.marks.push_back(mark);
        self.phases = check.phases;
        match mark.verdict {
            Verdict::Passed => {
                self.fresh = (self.fresh + 1).min(REMEMBERED);
                self.failing_since = None;
                self.passed = Some(mark.at);
                if !self.slowness.is_over() {
                    self.baseline.learn(check.took, check.phases.as_ref());
                }
            }
            Verdict::Failed(_) => {
                self.fresh = (self.fresh + 1).min(REMEMBERED);
                self.failed(mark.at, check);
            }
            Verdict::Excused(_) => {
                self.fresh = 0;
                self.failed(mark.at, check);
            }
            Verdict::Unknown => {}
        }
    }

    fn failed(&mut self, at: DateTime<Utc>, check: &Check) {
        self.failing_since.get_or_insert(at);
        self.quiet_since = Some(at);
        self.failure = Some(check.clone());
    }

    /// What the results ask for, the newest included.
    pub(super) fn turn(&self, at: DateTime<Utc>) -> Turn {
        match (&self.open, self.known().next().map(|mark| mark.verdict)) {
            (None, Some(Verdict::Failed(class))) => self.opening(class),
            (Some(open), Some(Verdict::Passed)) if self.is_well(open, at) => Turn::Close,
            (Some(open), Some(Verdict::Failed(_))) => {
                let steady = self.failing_since.is_some_and(|since| at - since >= FLAPPING_QUIET);
                if open.flapping.is_some() && steady { Turn::Settle } else { Turn::Stay }
            }
            (Some(_) | None, Some(Verdict::Passed | Verdict::Excused(_) | Verdict::Unknown) | None) => Turn::Stay,
        }
    }

    fn opening(&self, newest: Class) -> Turn {
        let sure = |verdict: Verdict| match verdict {
            Verdict::Failed(class) => matches!(damping(class).opens, Opens::InARow(_)),
            Verdict::Passed | Verdict::Excused(_) | Verdict::Unknown => false,
        };
        let in_a_row = self.known().take_while(|mark| sure(mark.verdict)).count();
        let enough = match damping(newest).opens {
            Opens::InARow(needed) => in_a_row >= needed,
            Opens::OfFive(_) | Opens::Never => false,
        };
        let failed = || self.known().take(WINDOW).filter(|mark| mark.verdict != Verdict::Passed);
        let since = |marks: Option<&Mark>, cause| match marks {
            Some(mark) => Turn::Open { cause, since: mark.at },
            None => Turn::Stay,
        };
        if enough {
            since(self.known().take(in_a_row).last(), Cause::Failing(newest))
        } else if failed().count() >= OF_WINDOW {
            since(failed().last(), Cause::Failing(newest))
        } else if self.is_restless() {
            since(self.known().filter(|mark| mark.verdict != Verdict::Passed).last(), Cause::Flapping)
        } else {
            Turn::Stay
        }
    }

    fn is_well(&self, open: &Signal, at: DateTime<Utc>) -> bool {
        let opened_as = match open.cause {
            Cause::Failing(class) => damping(class).recovers,
            Cause::Flapping | Cause::Slow | Cause::Drift | Cause::Announced | Cause::Host | Cause::ProberOffline => {
                FLAPPING_RECOVERS
            }
        };
        let looks = open.now.as_ref().map_or(0, |look| damping(look.class).recovers);
        let passes = self.known().take_while(|mark| mark.verdict == Verdict::Passed).count();
        let quiet = if open.flapping.is_some() { FLAPPING_QUIET } else { QUIET };
        passes >= opened_as.max(looks) && self.quiet_since.is_none_or(|since| at - since >= quiet)
    }

    /// The results that count, newest first.
    fn known(&self) -> impl Iterator<Item = &Mark> {
        let says = |mark: &&Mark| matches!(mark.verdict, Verdict::Passed | Verdict::Failed(_));
        self.marks.iter().rev().filter(says).take(self.fresh)
    }

    /// Whether it passes and fails by turns, without failing often enough in a row.
    pub(super) fn is_restless(&self) -> bool {
        let passed: Vec<bool> = self.known().map(|mark| mark.verdict == Verdict::Passed).collect();
        passed.len() == REMEMBERED && passed.windows(2).filter(|pair| pair[0] != pair[1]).count() > RESTLESS
    }

    /// Counts an opening or a closing; from here on only newer results count.
    pub(super) fn turned(&mut self, at: DateTime<Utc>) {
        self.fresh = 0;
        self.changes.push(at);
    }

    /// Whether one opening or closing more, now, would be too many.
    pub(super) fn turns_often(&mut self, at: DateTime<Utc>) -> bool {
        self.changes.retain(|change| at - *change <= CHANGES_WITHIN);
        self.changes.len() + 1 >= CHANGES
    }

    /// It no longer comes and goes: it failed or passed for long enough, and
    /// whether it comes and goes again is counted from here on.
    pub(super) fn calmed_down(&mut self) {
        self.fresh = 0;
        self.changes.clear();
        if let Some(open) = &mut self.open {
            open.flapping = None;
        }
    }

    /// Nothing was seen for a while: what came before settles nothing any more.
    pub(super) fn woke(&mut self, at: DateTime<Utc>) {
        self.fresh = 0;
        self.slowness.forget();
        self.failing_since = self.failing_since.map(|_| at);
        self.quiet_since = Some(at);
    }

    /// The failures since then said nothing about the server.
    pub(super) fn disregard(&mut self, since: DateTime<Utc>) {
        for mark in self.marks.iter_mut().filter(|mark| mark.at >= since) {
            if matches!(mark.verdict, Verdict::Failed(_)) {
                mark.verdict = Verdict::Unknown;
            }
        }
        self.fresh = 0;
        self.changes.retain(|change| *change < since);
        if self.failing_since.is_some_and(|failing| failing >= since) {
            self.failing_since = None;
            self.failure = None;
        }
    }

    /// Whether the level has been slow, or fine again, for long enough; asked after each pass.
    pub(super) fn pace(&mut self, at: DateTime<Utc>, target: Duration) -> Option<(Speed, DateTime<Utc>)> {
        let took = self.marks.iter().filter(|mark| mark.verdict == Verdict::Passed).map(|mark| mark.took).collect();
        self.slowness.take(at, speed(took, target, &self.baseline))
    }

    /// No remembered time lies after this one: somebody has set the clock back.
    pub(super) fn rewind(&mut self, at: DateTime<Utc>) {
        for mark in &mut self.marks {
            mark.at = mark.at.min(at);
        }
        self.changes.clear();
        self.passed = self.passed.map(|passed| passed.min(at));
        self.woke(at);
    }
}

/// Which way the results lean while nothing is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaning {
    /// The last result says what is held true anyway.
    Settled,
    /// It failed, and not often enough to be believed.
    Failing,
    /// It passed, and what is open is not closed yet.
    Recovering,
}

/// The levels whose slowness is looked at.
pub(super) fn is_timed(level: Level) -> bool {
    match level {
        Level::Handshake | Level::Tools | Level::Canary => true,
        Level::Health => false,
    }
}
