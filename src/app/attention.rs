//! When the operator is called, though they look elsewhere.
//!
//! Whatever happens at once is one call: a poll that brings thirty incidents
//! rings once. In quiet hours nobody is called but for what is gravest, and
//! what was held back is told when they end.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::config::{Attention as Wishes, Occasion, Quiet, Span, TeamFile};
use crate::domain::civil;
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;

/// So long it is waited for more of the same: a poll comes in pages.
const GATHER: TimeDelta = TimeDelta::seconds(1);
/// So far apart are two calls at the least.
const APART: TimeDelta = TimeDelta::seconds(10);
/// Who has to be there within this is called; for what may wait longer they look at the queue.
const SOON: TimeDelta = TimeDelta::days(1);

/// Something for which the operator may be called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// An incident that nobody has seen, or that has become this grave.
    New(IncidentId, usize),
    /// An incident that somebody had, and has no longer.
    RanOut(IncidentId, Option<usize>),
    /// An incident that nobody has taken in time.
    Overdue(IncidentId, usize),
    /// A shift of the operator's has begun.
    Shift(Clean),
}

impl Call {
    /// What the settings call it.
    pub fn occasion(&self) -> Occasion {
        match self {
            Self::New(..) => Occasion::Sev,
            Self::RanOut(..) | Self::Overdue(..) => Occasion::Ack,
            Self::Shift(_) => Occasion::Shift,
        }
    }

    /// How grave it is, as a place among the team's severities.
    fn severity(&self) -> Option<usize> {
        match self {
            Self::New(_, at) | Self::Overdue(_, at) => Some(*at),
            Self::RanOut(_, at) => *at,
            Self::Shift(_) => None,
        }
    }

    fn incident(&self) -> Option<&IncidentId> {
        match self {
            Self::New(id, _) | Self::Overdue(id, _) | Self::RanOut(id, _) => Some(id),
            Self::Shift(_) => None,
        }
    }
}

/// Whether an incident of this severity calls: the gravest does, and every other that is to be acked within a day.
pub fn rouses(team: &TeamFile, severity: usize) -> bool {
    let ack = team.severities.get(severity).and_then(|severity| severity.ack);
    severity == 0 || matches!(ack, Some(Span::Elapsed(within)) if within < SOON)
}

/// When the quiet hours end that run at this instant; none if none run.
pub fn quiet_until(quiet: Quiet, zone: Tz, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let today = now.with_timezone(&zone).date_naive();
    // Those that began yesterday may run still; each begins and ends once, also where the clocks change in them.
    [today.pred_opt(), Some(today)].into_iter().flatten().find_map(|day| {
        let last = if quiet.to > quiet.from { Some(day) } else { day.checked_add_days(Days::new(1)) };
        let from = civil::instant(day.and_time(quiet.from), zone);
        let to = civil::instant(last?.and_time(quiet.to), zone);
        (from <= now && now < to).then_some(to)
    })
}

/// Calls that are told together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Burst {
    occasions: BTreeSet<Occasion>,
    new: usize,
    ran_out: usize,
    overdue: usize,
    shift: Option<Clean>,
    worst: Option<(usize, IncidentId)>,
}

impl Burst {
    /// One more.
    pub fn take(&mut self, call: Call) {
        self.occasions.insert(call.occasion());
        let severity = call.severity().unwrap_or(usize::MAX);
        if let Some(id) = call.incident()
            && self.worst.as_ref().is_none_or(|(worst, _)| severity < *worst)
        {
            self.worst = Some((severity, id.clone()));
        }
        match call {
            Call::New(..) => self.new += 1,
            Call::RanOut(..) => self.ran_out += 1,
            Call::Overdue(..) => self.overdue += 1,
            Call::Shift(text) => self.shift = Some(text),
        }
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        self.occasions.is_empty()
    }

    /// Whether one of these is among its occasions.
    pub fn is_for(&self, wanted: &[Occasion]) -> bool {
        wanted.iter().any(|occasion| self.occasions.contains(occasion))
    }

    /// What has happened, in a line; `named` tells an incident of a severity by name and title.
    pub fn text(&self, named: impl Fn(usize, &IncidentId) -> String) -> String {
        let plural = |count: usize, one: &str, many: &str| match count {
            0 => None,
            1 => Some(one.to_owned()),
            count => Some(format!("{count} {many}")),
        };
        let counted = [
            (self.new, plural(self.new, "new", "new")),
            (self.ran_out, plural(self.ran_out, "an ack ran out", "acks ran out")),
            (self.overdue, plural(self.overdue, "overdue", "overdue")),
        ];
        let many = self.new + self.ran_out + self.overdue;
        let words = counted.into_iter().filter_map(|(count, words)| {
            // Beside others each is counted.
            let alone = many == count || count > 1;
            words.map(|words| if alone || words.starts_with("an ") { words } else { format!("{count} {words}") })
        });
        let mut words: Vec<String> = words.collect();
        if let Some((severity, id)) = &self.worst {
            let between = if many > 1 { ", worst " } else { " " };
            words = vec![format!("{}{between}{}", words.join(", "), named(*severity, id))];
        }
        words.extend(self.shift.as_ref().map(ToString::to_string));
        words.join("; ")
    }
}

/// Whether the operator looks at this terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gaze {
    /// The terminal has never said.
    #[default]
    Unknown,
    /// They do.
    Here,
    /// They look elsewhere.
    Elsewhere,
}

/// What is about to be told, and what may not be told now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attention {
    wishes: Wishes,
    /// Whether the operator looks at this terminal.
    pub gaze: Gaze,
    waiting: Burst,
    since: Option<DateTime<Utc>>,
    held: Burst,
    told: Option<DateTime<Utc>>,
    quiet_until: Option<DateTime<Utc>>,
}

impl Attention {
    /// With these wishes, and nothing to tell.
    pub fn new(wishes: Wishes) -> Self {
        Self { wishes, ..Self::default() }
    }

    /// What the operator wishes.
    pub fn wishes(&self) -> &Wishes {
        &self.wishes
    }

    /// Takes note of the time on this operator's clock.
    pub fn look_at_the_clock(&mut self, zone: Tz, now: DateTime<Utc>) {
        self.quiet_until = self.wishes.quiet.and_then(|quiet| quiet_until(quiet, zone, now));
    }

    /// One more; held back in quiet hours, unless it is so grave that it gets through.
    pub fn take(&mut self, call: Call, through: &[usize], now: DateTime<Utc>) {
        let occasion = call.occasion();
        if !self.wishes.bell.contains(&occasion) && !self.wishes.notify.contains(&occasion) {
            return;
        }
        let gets_through = call.severity().is_some_and(|severity| through.contains(&severity));
        if self.quiet_until.is_some() && !gets_through {
            self.held.take(call);
        } else {
            self.waiting.take(call);
            self.since.get_or_insert(now);
        }
    }

    /// What was held back in quiet hours that have ended; none while they run.
    pub fn let_go(&mut self, now: DateTime<Utc>) -> Option<Burst> {
        if self.quiet_until.is_some() || self.held.is_empty() {
            return None;
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.held))
    }

    /// What is to be told now; none while more may come, and shortly after the last call.
    pub fn due(&mut self, now: DateTime<Utc>) -> Option<Burst> {
        if self.due_at()? > now {
            return None;
        }
        self.since = None;
        self.told = Some(now);
        Some(std::mem::take(&mut self.waiting))
    }

    fn due_at(&self) -> Option<DateTime<Utc>> {
        let since = self.since?;
        // A clock that was set back holds nothing up.
        let told = self.told.filter(|told| *told <= since);
        Some((since + GATHER).max(told.map_or(since, |told| told + APART)))
    }

    /// When there is something to be told.
    pub fn alarm(&self) -> Option<DateTime<Utc>> {
        let held = self.quiet_until.filter(|_| !self.held.is_empty());
        self.due_at().into_iter().chain(held).min()
    }
}
