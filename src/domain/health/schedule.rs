//! When a server is asked next, and how much: often enough to be worth
//! something at 3 am, and never so that the asking is what hurts.
//!
//! Each server has its own place in the interval, so that a thousand of them
//! are asked evenly and not at once; each round is early or late by up to a
//! tenth. All is computed from the server's id and what is remembered of it:
//! the same everywhere, and a round that was missed is not made up for.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::Endpoint;
use super::track::Leaning;
use crate::config::McpSource;
use crate::domain::probe::Level;

/// How often L0 and L1 are tried.
pub const HANDSHAKE: Duration = Duration::from_secs(30);
/// How often the whole list of tools is read, unless the source says otherwise.
pub const TOOLS: Duration = Duration::from_mins(5);
/// How often the canary is called: with the round of L1 that comes next, so at
/// the most forty seconds later.
pub const CANARY: Duration = Duration::from_secs(80);
/// How soon a result that contradicts what is held true is looked at again.
pub const SOFT: Duration = Duration::from_secs(5);
/// How soon a level that seems well again is looked at again.
pub const RECOVERING: Duration = Duration::from_mins(1);
/// How often a server is tried that has been down for [`DOWN_LONG`].
pub const DOWN: Duration = Duration::from_mins(2);
/// From when on a server that is down is tried less often.
pub const DOWN_LONG: TimeDelta = TimeDelta::minutes(10);
/// How soon a server is asked again at the most, however often somebody wants it.
pub const AGAIN: Duration = Duration::from_secs(1);
/// After a start or a waking up all servers are asked within this time.
pub const SPREAD: Duration = Duration::from_secs(5);

/// How often the levels of one server are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// L0 and L1.
    pub handshake: Duration,
    /// L2; never more often than L1.
    pub tools: Duration,
    /// L3; none if there is no canary.
    pub canary: Option<Duration>,
}

impl Plan {
    /// As a source of the team file asks for.
    pub fn of(source: &McpSource) -> Self {
        let every = source.every.and_then(|every| every.to_std().ok()).unwrap_or(TOOLS);
        // Whoever wants the list more often than the handshake usually comes wants both that often, the canary too.
        let handshake = HANDSHAKE.min(every);
        let canary = source.canary.is_some().then(|| if every < HANDSHAKE { every } else { CANARY });
        Self { handshake, tools: every, canary }
    }
}

/// When to ask next, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Not before then; a time in the past means now.
    pub at: DateTime<Utc>,
    /// What to try, in order; L0 only where it is configured.
    pub levels: Vec<Level>,
}

/// When a server is asked next. `started` is when this process started or this
/// machine woke up: what is long due then is spread over [`SPREAD`].
pub fn next(endpoint: &Endpoint, plan: &Plan, started: DateTime<Utc>) -> Due {
    let id = endpoint.id().as_str();
    let place = later(started, modulo(hash(id, "start", 0), SPREAD.min(plan.handshake)));
    let Some(last) = endpoint.last() else {
        return Due { at: place, levels: planned(plan) };
    };
    let base = pace(endpoint, plan.handshake);
    let mut at = following(id, base, last);
    at = at.min(sooner(endpoint, plan).unwrap_or(at));
    at = at.max(later(last, SOFT.min(base)));
    at = endpoint.not_before().map_or(at, |until| at.max(until));
    if last < started {
        at = at.max(place);
    }
    let joins = later(at, base * 2 / 3);
    let upper = [Level::Tools, Level::Canary].into_iter();
    let joining = upper.filter(|level| level_due(endpoint, plan, *level).is_some_and(|due| due <= joins));
    Due { at, levels: [Level::Health, Level::Handshake].into_iter().chain(joining).collect() }
}

/// Everything, because somebody wants to know: now, or when the server lets us.
pub fn at_once(endpoint: &Endpoint, plan: &Plan, now: DateTime<Utc>) -> Due {
    let rested = endpoint.last().map(|last| later(last, AGAIN));
    Due { at: endpoint.not_before().into_iter().chain(rested).fold(now, DateTime::max), levels: planned(plan) }
}

/// How often a server is asked now: less often once it has long been down.
pub fn pace(endpoint: &Endpoint, interval: Duration) -> Duration {
    let long = endpoint.last().zip(endpoint.down_since()).is_some_and(|(last, since)| last - since > DOWN_LONG);
    if long { interval.max(DOWN) } else { interval }
}

/// The place of a server in an interval.
pub fn phase(id: &str, interval: Duration) -> Duration {
    modulo(hash(id, "phase", 0), interval)
}

/// The first round of a server at least four fifths of an interval after this
/// time. Rounds lie one interval apart, each early or late by up to a tenth of it.
pub fn following(id: &str, interval: Duration, after: DateTime<Utc>) -> DateTime<Utc> {
    round_from(id, interval, later(after, interval * 4 / 5))
}

/// The first round of a server from this time on.
fn round_from(id: &str, interval: Duration, earliest: DateTime<Utc>) -> DateTime<Utc> {
    let Some(length) = i64::try_from(interval.as_millis()).ok().filter(|length| *length > 0) else { return earliest };
    let phase = millis(phase(id, interval));
    let from = earliest.timestamp_millis();
    let first = from.saturating_sub(phase).div_euclid(length) - 1;
    let round = |tick: i64| {
        let jitter =
            i64::try_from(hash(id, "jitter", tick) % (length / 5 + 1).unsigned_abs()).unwrap_or(0) - length / 10;
        phase.saturating_add(tick.saturating_mul(length)).saturating_add(jitter)
    };
    let due = (first..first.saturating_add(4)).map(round).find(|due| *due >= from);
    due.and_then(DateTime::from_timestamp_millis).unwrap_or(earliest)
}

/// Until when nothing is judged if this machine slept between two rounds of a
/// loop that turns this often; none if it did not. The network needs a moment.
pub fn slept(before: DateTime<Utc>, now: DateTime<Utc>, every: Duration) -> Option<DateTime<Utc>> {
    let awake = every.saturating_mul(3).max(Duration::from_mins(1));
    (elapsed(before, now) > awake).then(|| later(now, SPREAD))
}

/// This time and a while; the end of time if that is later.
pub(super) fn later(at: DateTime<Utc>, by: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(by).ok().and_then(|by| at.checked_add_signed(by)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// How long it is from one time to the other; nothing if that one is earlier.
pub(super) fn elapsed(from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
    (to - from).to_std().unwrap_or_default()
}

/// When there is a reason not to wait for the next round.
fn sooner(endpoint: &Endpoint, plan: &Plan) -> Option<DateTime<Utc>> {
    let levels = Level::ALL.into_iter().filter_map(|level| hurried(endpoint, plan, level));
    let list = endpoint.list_wanted().into_iter().chain(endpoint.interface().list_due());
    let reachable = endpoint.unreachable_since().is_none();
    levels.chain(list.filter(|_| reachable)).min()
}

/// When a level whose last result contradicts what is held true is tried again.
fn hurried(endpoint: &Endpoint, plan: &Plan, level: Level) -> Option<DateTime<Utc>> {
    if !is_planned(level, plan) {
        return None;
    }
    let track = endpoint.track(level)?;
    let interval = interval(level, plan);
    let wait = match track.leaning() {
        Leaning::Settled => return None,
        Leaning::Failing => interval.min(SOFT),
        Leaning::Recovering => interval.min(RECOVERING),
    };
    // A level that could not be tried because a lower one failed waits for that one.
    let hidden = level > Level::Handshake && endpoint.unreachable_since().is_some();
    (!hidden).then_some(later(track.tried()?, wait))
}

/// When one of the upper levels is due; none if it is not planned.
fn level_due(endpoint: &Endpoint, plan: &Plan, level: Level) -> Option<DateTime<Utc>> {
    if !is_planned(level, plan) {
        return None;
    }
    let Some(tried) = endpoint.track(level).and_then(super::Track::tried) else { return Some(DateTime::UNIX_EPOCH) };
    let interval = interval(level, plan);
    let regular = match level {
        // Whole lists are heavy, so they are spread over their own interval.
        Level::Tools => round_from(endpoint.id().as_str(), interval, later(tried, interval / 2)),
        Level::Health | Level::Handshake | Level::Canary => later(tried, interval),
    };
    let list = endpoint.list_wanted().into_iter().chain(endpoint.interface().list_due());
    let reasons = list.filter(|_| level == Level::Tools).chain(hurried(endpoint, plan, level));
    reasons.chain([regular]).min()
}

fn interval(level: Level, plan: &Plan) -> Duration {
    match level {
        Level::Health | Level::Handshake => plan.handshake,
        Level::Tools => plan.tools,
        Level::Canary => plan.canary.unwrap_or(CANARY),
    }
}

fn planned(plan: &Plan) -> Vec<Level> {
    Level::ALL.into_iter().filter(|level| is_planned(*level, plan)).collect()
}

fn is_planned(level: Level, plan: &Plan) -> bool {
    match level {
        Level::Health | Level::Handshake | Level::Tools => true,
        Level::Canary => plan.canary.is_some(),
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

fn modulo(hash: u64, span: Duration) -> Duration {
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX).max(1);
    Duration::from_millis(hash % millis)
}

/// The same on every machine and in every version.
fn hash(id: &str, what: &str, tick: i64) -> u64 {
    let mut hash = Sha256::new();
    hash.update(what);
    hash.update(tick.to_le_bytes());
    hash.update(id);
    hash.finalize().iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}
