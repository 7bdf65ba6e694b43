//! Whether a tool works, as it is told to people: not by one answer but by
//! what the answers add up to.
//!
//! The promise: one cause is one incident. Nothing opens before its damping
//! says so, nothing closes on silence or by luck, and what comes and goes is
//! told once. An answer that says nothing about the server (throttled, this
//! machine asleep or offline) neither opens nor closes anything.
//!
//! All of it is plain data: it can be stored after any answer, and another
//! process goes on from there as if nothing had happened.
//!
//! While a level is open, a failure that looks different (first refused, then
//! a timeout) is the same cause: the signal keeps its name and says how it
//! looks now. Only after the level has recovered may another look open anew.

pub mod baseline;
pub mod damping;
pub mod evidence;
pub mod fleet;
pub mod interface;
pub mod maintenance;
pub mod schedule;
pub mod signal;
pub mod track;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use self::baseline::Speed;
use self::interface::{Drift, Interface};
use self::signal::{Cause, Change, Closed, Look, Signal, Span};
use self::track::{Leaning, Mark, Track, Turn, Verdict, is_timed};
use crate::domain::id::SourceId;
use crate::domain::probe::{Check, Class, Condition, Era, Level, Report, Server, Transport};
use crate::domain::text::Clean;

/// How long nothing but good must be seen before a signal is closed.
pub const QUIET: TimeDelta = TimeDelta::minutes(2);
/// The same for what comes and goes.
pub const FLAPPING_QUIET: TimeDelta = TimeDelta::minutes(15);
/// A cause that is back within this time is the same incident.
pub const REOPEN: TimeDelta = TimeDelta::minutes(30);
/// Slower than this is too slow, unless the caller knows better.
pub const LATENCY_TARGET: Duration = Duration::from_secs(2);

/// After so many intervals without an answer nothing is known.
const STALE_INTERVALS: u32 = 3;
/// A result that is older than the last by less than this came late; by more, the clock was set back.
const LATE: TimeDelta = TimeDelta::minutes(5);
/// The longest that a server may ask to be left alone.
const RETRY_AFTER_AT_MOST: Duration = Duration::from_hours(1);

/// What an answer is worth at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Judgement {
    /// What it says.
    #[default]
    Normal,
    /// Inside a maintenance window: a failure is recorded and opens nothing.
    Maintenance,
    /// This machine slept or is offline: nothing.
    Frozen,
}

/// By what the answers of one server are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How often it is asked. Whoever asks once and leaves, time and again,
    /// gives the time between two such runs, else each is a waking up.
    pub interval: Duration,
    /// Slower than this is too slow; see [`LATENCY_TARGET`].
    pub target: Duration,
    /// What an answer is worth now.
    pub judgement: Judgement,
}

impl Default for Rules {
    fn default() -> Self {
        Self { interval: schedule::HANDSHAKE, target: LATENCY_TARGET, judgement: Judgement::Normal }
    }
}

/// Who a server last said it is, and how it was spoken to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Identity {
    /// How it is spoken to.
    pub transport: Option<Transport>,
    /// In which era.
    pub era: Option<Era>,
    /// The version of the protocol that was agreed on.
    pub protocol_version: Option<Clean>,
    /// Its name and version.
    pub server: Option<Server>,
    /// Where the credential for it was found, in words; none if it is asked without one.
    pub credential: Option<Clean>,
    /// How many tools it last listed; none before the first whole list.
    #[serde(default)]
    pub tools: Option<usize>,
}

/// What is remembered of one server: bounded, and all that judging needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    id: SourceId,
    identity: Identity,
    levels: BTreeMap<Level, Track>,
    interface: Interface,
    closed: Closed,
    /// When it last answered, or failed to.
    last: Option<DateTime<Utc>>,
    latest: Option<Verdict>,
    changed: Option<DateTime<Utc>>,
    not_before: Option<DateTime<Utc>>,
    list_wanted: Option<DateTime<Utc>>,
}

impl Endpoint {
    /// A server of which nothing is known yet.
    pub fn new(id: SourceId) -> Self {
        Self {
            id,
            identity: Identity::default(),
            levels: BTreeMap::new(),
            interface: Interface::default(),
            closed: Closed::default(),
            last: None,
            latest: None,
            changed: None,
            not_before: None,
            list_wanted: None,
        }
    }

    /// Takes the result of a probe that began at this time. A result that is
    /// a little older than the last one came late and changes nothing.
    pub fn take(&mut self, at: DateTime<Utc>, report: &Report, rules: &Rules) -> Vec<Change> {
        let at = at.trunc_subsecs(3);
        if report.checks.is_empty() || !self.enters(at, rules) {
            return Vec::new();
        }
        self.recognise(at, report);
        self.latest = None;
        let mut changes = Vec::new();
        for check in &report.checks {
            let verdict = verdict(check, rules.judgement);
            self.latest = self.latest.filter(|latest| *latest != Verdict::Passed).or(Some(verdict));
            let took = u64::try_from(check.took.as_micros()).unwrap_or(u64::MAX);
            self.levels.entry(check.level).or_default().push(Mark { at, verdict, took }, check);
            changes.extend(self.judge(check, at, rules.judgement));
            changes.extend(self.time(check.level, at, rules));
        }
        if !changes.is_empty() {
            self.changed = Some(at);
        }
        changes
    }

    /// Takes what a whole list of tools differs in from its baseline; empty if
    /// in nothing. A list that could not be read whole must not be told here.
    pub fn drift(&mut self, at: DateTime<Utc>, seen: &[Drift], rules: &Rules) -> Vec<Change> {
        let at = at.trunc_subsecs(3);
        let (opened, closed) = match rules.judgement {
            Judgement::Normal => self.interface.take(&self.id, at, seen),
            Judgement::Maintenance => (None, self.interface.look(at, seen)),
            Judgement::Frozen => return Vec::new(),
        };
        let mut changes: Vec<Change> = closed.into_iter().map(|signal| self.closed.bury(signal, at)).collect();
        changes.extend(opened.map(|signal| self.closed.announce(signal)));
        if !changes.is_empty() {
            self.changed = Some(at);
        }
        changes
    }

    /// Somebody has made the list of now the baseline: no drift is left.
    pub fn accept_drift(&mut self, at: DateTime<Utc>) -> Vec<Change> {
        let at = at.trunc_subsecs(3);
        self.interface.accept().into_iter().map(|signal| self.closed.bury(signal, at)).collect()
    }

    /// This machine was asleep or offline since then: failures since then say
    /// nothing, and what was opened because of them is withdrawn.
    pub fn freeze(&mut self, at: DateTime<Utc>, since: DateTime<Utc>) -> Vec<Change> {
        let at = at.trunc_subsecs(3);
        let mut changes = Vec::new();
        for track in self.levels.values_mut() {
            changes.extend(track.open.take_if(|open| open.opened >= since).map(Change::Withdrawn));
            track.disregard(since);
            track.woke(at);
        }
        self.latest = Some(Verdict::Unknown);
        changes
    }

    /// What people are told, damped; unknown when it was last asked more than
    /// three intervals ago, never, or when the last answer said nothing.
    pub fn condition(&self, now: DateTime<Utc>, interval: Duration) -> Condition {
        let Some(last) = self.last else { return Condition::Unknown };
        let stale = schedule::pace(self, interval).saturating_mul(STALE_INTERVALS);
        if schedule::elapsed(last, now) > stale || self.latest == Some(Verdict::Unknown) {
            return Condition::Unknown;
        }
        if let Some(Verdict::Excused(class)) = self.latest {
            return class.condition();
        }
        let open = |(level, track): (&Level, &Track)| track.open.as_ref().map(|open| told(*level, open));
        let mut worst = self.levels.iter().filter_map(open);
        if worst.clone().any(|condition| condition == Condition::Down) {
            Condition::Down
        } else if worst.next().is_some() || self.signals().next().is_some() {
            Condition::Degraded
        } else if self.track(Level::Handshake).and_then(Track::passed).is_none() {
            Condition::Unknown
        } else {
            Condition::Up
        }
    }

    /// Everything that is open, the lowest level first.
    pub fn signals(&self) -> impl Iterator<Item = &Signal> {
        let levels = self.levels.values().flat_map(|track| track.open.iter().chain(&track.slow));
        levels.chain(self.interface.signals())
    }

    /// Its id in the team file, else its address.
    pub fn id(&self) -> &SourceId {
        &self.id
    }

    /// Who it last said it is.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The memory of one level; none if it was never tried.
    pub fn track(&self, level: Level) -> Option<&Track> {
        self.levels.get(&level)
    }

    /// What is known of drift.
    pub fn interface(&self) -> &Interface {
        &self.interface
    }

    /// When it was last asked.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        self.last
    }

    /// When something was last opened or closed.
    pub fn changed(&self) -> Option<DateTime<Utc>> {
        self.changed
    }

    /// Until when it asked to be left alone; at most an hour.
    pub fn not_before(&self) -> Option<DateTime<Utc>> {
        self.not_before
    }

    /// Since when its list of tools is to be read again; none if there is no reason.
    pub fn list_wanted(&self) -> Option<DateTime<Utc>> {
        self.list_wanted
    }

    /// Since when a client cannot use it; none if one can.
    pub fn down_since(&self) -> Option<DateTime<Utc>> {
        let down = |(level, track): (&Level, &Track)| {
            track.open.as_ref().filter(|open| told(*level, open) == Condition::Down).map(|open| open.since)
        };
        self.levels.iter().filter_map(down).min()
    }

    /// Whether its last answer failed before its tools were asked for, and since when.
    pub fn unreachable_since(&self) -> Option<DateTime<Utc>> {
        let low = [Level::Health, Level::Handshake].into_iter();
        let failing = |level| {
            let track = self.track(level)?;
            let class = track.failure().and_then(|check| check.failure.as_ref()).map(|failure| failure.class);
            track.failing_since().filter(|_| class.is_none_or(|class| class.ends(level)))
        };
        low.filter_map(failing).min()
    }

    /// Whether this time follows the last; sees that time was lost or set back.
    fn enters(&mut self, at: DateTime<Utc>, rules: &Rules) -> bool {
        if let Some(last) = self.last {
            if at <= last && last - at < LATE {
                return false;
            }
            let gap = schedule::pace(self, rules.interval).saturating_mul(STALE_INTERVALS);
            let tracks = self.levels.values_mut();
            if at < last {
                tracks.for_each(|track| track.rewind(at));
                self.interface.forget_pending();
            } else if schedule::elapsed(self.not_before.map_or(last, |until| until.max(last)), at) > gap {
                tracks.for_each(|track| track.woke(at));
            }
        }
        self.last = Some(at);
        true
    }

    fn recognise(&mut self, at: DateTime<Utc>, report: &Report) {
        let known = &mut self.identity;
        let renewed = report.server.is_some() && known.server.is_some() && report.server != known.server;
        known.transport = report.transport.or(known.transport);
        known.era = report.era.or(known.era);
        known.protocol_version = report.protocol_version.clone().or(known.protocol_version.take());
        known.server = report.server.clone().or(known.server.take());
        known.credential.clone_from(&report.credential);
        known.tools = report.tools.as_ref().map(|list| list.tools.len()).or(known.tools);
        if renewed || report.list_changed {
            self.list_wanted = Some(at);
        }
        if report.checks.iter().any(|check| check.level == Level::Tools) {
            self.list_wanted = None;
        }
        let asked = report.checks.iter().filter_map(|check| check.failure.as_ref()?.retry_after).max();
        self.not_before = asked.map(|wait| schedule::later(at, wait.min(RETRY_AFTER_AT_MOST)));
    }

    fn judge(&mut self, check: &Check, at: DateTime<Utc>, judgement: Judgement) -> Option<Change> {
        let track = self.levels.get_mut(&check.level)?;
        if verdict(check, judgement) == Verdict::Unknown {
            return None;
        }
        let updated = track.open.as_mut().and_then(|open| look_again(open, check, at, judgement));
        match (track.turn(at), judgement) {
            (Turn::Open { cause, since }, Judgement::Normal) => {
                Some(open(&self.id, track, &mut self.closed, Opening { check, cause, span: Span { since, at } }))
            }
            (Turn::Close, _) => close(track, &mut self.closed, at),
            (Turn::Settle, _) => {
                track.calmed_down();
                track.open.clone().map(Change::Updated)
            }
            (Turn::Stay, _) | (Turn::Open { .. }, Judgement::Maintenance | Judgement::Frozen) => {
                forget_failure(track);
                restless(track, at).or(updated)
            }
        }
    }

    /// Opens and closes what is about slowness. A level is slow by itself
    /// only: not while it fails, and not while a lower one is slow or fails.
    fn time(&mut self, level: Level, at: DateTime<Utc>, rules: &Rules) -> Option<Change> {
        let below = self.levels.range(..=level);
        let clouded = below.clone().any(|(_, track)| track.open.is_some())
            || below.clone().any(|(_, track)| track.slow.is_some());
        let track = self.levels.get_mut(&level)?;
        let passed = track.tried() == track.passed();
        if !is_timed(level) || !passed || rules.judgement != Judgement::Normal {
            return None;
        }
        match (track.pace(at, rules.target)?, &mut track.slow) {
            ((Speed::Slow, since), None) if !clouded => {
                let span = Span { since, at };
                let signal = Signal::of_level(&self.id, level, Cause::Slow, Clean::default(), span);
                track.slow = Some(signal.clone());
                Some(self.closed.announce(signal))
            }
            ((Speed::Slow, _), Some(slow)) => {
                slow.last = at;
                None
            }
            ((Speed::Fine, _), slow) => slow.take().map(|signal| self.closed.bury(signal, at)),
            ((Speed::Slow, _), None) => None,
        }
    }
}

/// What one check says, at this moment.
fn verdict(check: &Check, judgement: Judgement) -> Verdict {
    match (&check.failure, judgement) {
        (_, Judgement::Frozen) => Verdict::Unknown,
        (None, Judgement::Normal | Judgement::Maintenance) => Verdict::Passed,
        (Some(failure), _) if failure.class.condition() == Condition::Unknown => Verdict::Unknown,
        (Some(failure), Judgement::Normal) => Verdict::Failed(failure.class),
        (Some(failure), Judgement::Maintenance) => Verdict::Excused(failure.class),
    }
}

/// What a signal about a level says of the server as a whole.
fn told(level: Level, open: &Signal) -> Condition {
    let class = open.now.as_ref().map(|look| look.class);
    match (level, open.cause) {
        (Level::Health | Level::Handshake | Level::Tools, Cause::Failing(_)) => {
            class.map_or(Condition::Down, Class::condition)
        }
        (Level::Canary, _)
        | (_, Cause::Flapping | Cause::Slow | Cause::Drift | Cause::Announced | Cause::Host | Cause::ProberOffline) => {
            Condition::Degraded
        }
    }
}

/// What is known when a signal is opened.
#[derive(Clone, Copy)]
struct Opening<'a> {
    check: &'a Check,
    cause: Cause,
    span: Span,
}

fn open(id: &SourceId, track: &mut Track, closed: &mut Closed, opening: Opening<'_>) -> Change {
    let Opening { check, cause, span } = opening;
    let look = check.failure.as_ref().map(Look::of);
    let detail = match cause {
        Cause::Failing(_) => look.as_ref().map(|look| look.detail.clone()).unwrap_or_default(),
        Cause::Flapping | Cause::Slow | Cause::Drift | Cause::Announced | Cause::Host | Cause::ProberOffline => {
            Clean::default()
        }
    };
    let mut signal = Signal::of_level(id, check.level, cause, detail, span);
    signal.now = look;
    let often = track.turns_often(span.at);
    signal.flapping = (often || cause == Cause::Flapping).then_some(span.at);
    track.turned(span.at);
    track.open = Some(signal.clone());
    closed.announce(signal)
}

/// Closes what is well, unless it has been opened and closed too often lately.
fn close(track: &mut Track, closed: &mut Closed, at: DateTime<Utc>) -> Option<Change> {
    let often = track.turns_often(at);
    match &mut track.open {
        Some(open) if open.flapping.is_none() && often => {
            open.flapping = Some(at);
            Some(Change::Flapping(open.clone()))
        }
        open => {
            let signal = open.take()?;
            track.turned(at);
            track.failure = None;
            if signal.flapping.is_some() {
                track.calmed_down();
            }
            Some(closed.bury(signal, at))
        }
    }
}

/// Keeps what is open up to date; a change if it looks different now.
fn look_again(open: &mut Signal, check: &Check, at: DateTime<Utc>, judgement: Judgement) -> Option<Change> {
    let failure = check.failure.as_ref()?;
    if judgement == Judgement::Frozen || failure.class.condition() == Condition::Unknown {
        return None;
    }
    open.last = at;
    let look = Some(Look::of(failure));
    if open.now == look {
        return None;
    }
    open.now = look;
    Some(Change::Updated(open.clone()))
}

/// Says once that what is open comes and goes.
fn restless(track: &mut Track, at: DateTime<Utc>) -> Option<Change> {
    let restless = track.is_restless();
    let open = track.open.as_mut().filter(|open| open.flapping.is_none() && restless)?;
    open.flapping = Some(at);
    Some(Change::Flapping(open.clone()))
}

/// The last failure is evidence only while something leans on it.
fn forget_failure(track: &mut Track) {
    if track.leaning() == Leaning::Settled && track.open.is_none() && !track.marks().any(failed) {
        track.failure = None;
    }
}

fn failed(mark: &Mark) -> bool {
    matches!(mark.verdict, Verdict::Failed(_))
}
