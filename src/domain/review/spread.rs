//! Median and slowest, durations in words, and the round values that clocks have.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Case, Clockwork, Durations, Ground, Slowest, Spread};
use crate::config::{Clock, Span, Team};
use crate::domain::id::IncidentId;

/// What a clock is set to around the clock: the values that people set.
const ROUND: &[i64] =
    &[5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1_440, 2_880, 4_320, 7_200, 10_080, 20_160, 43_200];
/// In business hours: up to a working day in minutes, from there in business days.
const ROUND_DAYS: &[u32] = &[1, 2, 3, 5, 10, 20, 30];

impl Spread {
    /// Of these, in any order.
    pub fn of(mut all: Vec<(i64, IncidentId)>) -> Self {
        // Of two that took equally long the one with the lower name is told.
        all.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| other.1.cmp(&one.1)));
        let n = all.len();
        let middle = |at: usize| all.get(at).map(|(seconds, _)| *seconds);
        let median = match (n, n % 2) {
            (0, _) => None,
            (_, 1) => middle(n / 2),
            (_, _) => middle(n / 2 - 1).zip(middle(n / 2)).map(|(low, high)| low + (high - low) / 2),
        };
        let slowest = all.pop().map(|(seconds, id)| Slowest { id, seconds });
        Self { n, median, slowest }
    }
}

/// How long it took from the opening to something that happened within the cycle, by severity, the gravest first.
pub(super) fn by_severity(
    (ground, works): (&Ground<'_>, &Clockwork<'_>),
    cases: &[Case<'_>],
    happened: impl Fn(&Case<'_>) -> Option<DateTime<Utc>>,
) -> Vec<Durations> {
    let severities = &works.model.team.severities;
    let mut all: Vec<Vec<(i64, IncidentId)>> = vec![Vec::new(); severities.len() + 1];
    for case in cases {
        let Some(at) = happened(case).filter(|at| ground.has(*at)) else { continue };
        let place = case.story.class.severity.unwrap_or(severities.len());
        if let Some(group) = all.get_mut(place) {
            group.push((works.measured(case, at), case.story.name.clone()));
        }
    }
    let of = |(place, group): (usize, Vec<(i64, IncidentId)>)| {
        let severity = severities.get(place);
        let clock = severity.map_or(Clock::Always, |severity| severity.clock);
        let spread = Spread::of(group);
        (spread.n > 0).then(|| Durations {
            severity: severity.map(|severity| severity.id.clone()),
            clock: clock_word(clock).to_owned(),
            spread,
        })
    };
    all.into_iter().enumerate().filter_map(of).collect()
}

impl Clockwork<'_> {
    /// The clock of an incident; every hour counts for what nobody has triaged.
    pub(super) fn clock(&self, case: &Case<'_>) -> Clock {
        let severity = case.story.class.severity.and_then(|at| self.model.team.severities.get(at));
        severity.map_or(Clock::Always, |severity| severity.clock)
    }

    /// Seconds from the opening of an incident on its clock.
    pub(super) fn measured(&self, case: &Case<'_>, at: DateTime<Utc>) -> i64 {
        self.time.elapsed(case.story.opened_at(), at, self.clock(case)).num_seconds()
    }
}

/// As the team file spells it.
pub(super) const fn clock_word(clock: Clock) -> &'static str {
    match clock {
        Clock::Always => "24x7",
        Clock::Business => "business",
    }
}

/// The same, measured on a clock: an hour of work is an hour, and no day has 24 of them.
pub fn on_clock(seconds: i64, clock: &str) -> String {
    if clock != clock_word(Clock::Business) || seconds < 86_400 {
        return duration(seconds);
    }
    format!("{} h", (seconds + 1_800) / 3_600)
}

/// Seconds in words, in two units at the most: `45 s`, `20 min`, `1 h 30 min`, `2 d 3 h`.
pub fn duration(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    let two = |first: i64, unit: &str, second: i64, rest: &str| {
        if second == 0 { format!("{first} {unit}") } else { format!("{first} {unit} {second} {rest}") }
    };
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{minutes} min"),
        3_600..86_400 => two(hours, "h", minutes, "min"),
        _ => two(days, "d", hours, "h"),
    }
}

/// The next round value above so many seconds of a clock: what people set clocks to.
pub fn round_above(seconds: i64, clock: Clock, team: &Team) -> Option<Span> {
    let day = workday(team);
    let minutes = ROUND.iter().copied().filter(|minutes| clock == Clock::Always || minutes * 60 <= day);
    if let Some(minutes) = minutes.into_iter().find(|minutes| minutes * 60 > seconds) {
        return Some(Span::Elapsed(TimeDelta::minutes(minutes)));
    }
    let days = ROUND_DAYS.iter().find(|days| i64::from(**days) * day > seconds);
    days.filter(|_| clock == Clock::Business).map(|days| Span::BusinessDays(*days))
}

/// How long a span is on a clock, in seconds: a business day is a working day.
pub(super) fn length(span: Span, clock: Clock, team: &Team) -> i64 {
    match (span, clock) {
        (Span::Elapsed(delta), _) => delta.num_seconds(),
        (Span::BusinessDays(days), Clock::Business) => i64::from(days) * workday(team),
        (Span::BusinessDays(days), Clock::Always) => i64::from(days) * 86_400,
    }
}

/// The seconds of a working day.
fn workday(team: &Team) -> i64 {
    let length = (team.workhours.to - team.workhours.from).num_seconds();
    if length > 0 { length } else { length + 86_400 }
}
