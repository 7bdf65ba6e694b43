//! An incident's state, and the clocks that change it without anybody's doing.
//!
//! The rules: an ack is due within the severity's `ack` of the opening; an ack
//! holds for `ack_holds` since the last human event and then the incident is
//! open again with a fresh clock; a snooze rests the ack clock until its time,
//! and then the incident is open again, also if it had been acked before. A
//! reopening voids an ack from before it, and gives no fresh clock: whoever
//! closed it by mistake and takes that back finds it as overdue as it was. An
//! escalation voids an ack from before it, too: now it is somebody else's turn.

use chrono::{DateTime, Utc};

use crate::config::{Severity, Span};
use crate::domain::clock;
use crate::domain::incident::{Incident, Status};
use crate::domain::text::Clean;
use crate::domain::triage::{Class, Model};

/// The four states; sections of the queue are something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Nobody has it.
    Open,
    /// Somebody has it.
    Acked,
    /// Not before a time.
    Snoozed,
    /// Done with.
    Closed,
}

impl State {
    /// The word for it, on screen and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acked => "acked",
            Self::Snoozed => "snoozed",
            Self::Closed => "closed",
        }
    }
}

/// A state with its clocks.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The state now.
    pub state: State,
    /// When it has to be acked; none unless open with a severity that has an ack clock.
    pub due_at: Option<DateTime<Utc>>,
    /// Whether that time has passed.
    pub clock: AckClock,
    /// Who has it and since when; none unless acked.
    pub acked: Option<(Option<Clean>, Option<DateTime<Utc>>)>,
    /// When it wakes; none unless snoozed.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// Why it is open again, in words: an ack that ran out, a snooze that ended.
    pub again: Option<Clean>,
    /// Since when nobody has it; none unless open.
    pub since: Option<DateTime<Utc>>,
}

/// Whether the ack clock has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AckClock {
    /// Not due, or no clock.
    Running,
    /// Past due.
    Overdue,
}

impl Standing {
    /// Whether it should have been acked by now.
    pub fn overdue(&self) -> bool {
        self.clock == AckClock::Overdue
    }

    fn of(state: State) -> Self {
        Self {
            state,
            due_at: None,
            clock: AckClock::Running,
            acked: None,
            snoozed_until: None,
            again: None,
            since: None,
        }
    }
}

/// The state of an incident now, and when a clock will next change it.
pub fn standing(
    incident: &Incident,
    class: Class,
    model: &Model,
    now: DateTime<Utc>,
) -> (Standing, Option<DateTime<Utc>>) {
    if let Status::Closed { .. } = incident.status {
        return (Standing::of(State::Closed), None);
    }
    let severity = class.severity.map(|at| &model.team.severities[at]);
    let mut fresh = (incident.opened_at, None);
    let reopened = incident.reopened_at.unwrap_or(incident.opened_at);
    if let Some(snooze) = &incident.snooze {
        if snooze.until > now {
            let snoozed_until = Some(snooze.until);
            return (Standing { snoozed_until, ..Standing::of(State::Snoozed) }, snoozed_until);
        }
        if snooze.until >= fresh.0 {
            fresh = (snooze.until, Some(Clean::line("its snooze is over")));
        }
    }
    let latest = incident.standing_asks().next_back();
    if let Some(asked) = latest.filter(|asked| asked.since > fresh.0.max(reopened)) {
        fresh =
            (asked.since, Some(Clean::line("somebody else was asked to take it")).filter(|_| incident.ack.is_some()));
    }
    if let Some(ack) = &incident.ack
        && ack.at.is_none_or(|at| at >= fresh.0 && at >= reopened && latest.is_none_or(|asked| at >= asked.at))
    {
        let acked = Some((ack.by.as_ref().map(|by| model.person(by)), ack.at));
        match ack_ends(incident, severity, model) {
            Some((end, _)) if end > now => return (Standing { acked, ..Standing::of(State::Acked) }, Some(end)),
            None => return (Standing { acked, ..Standing::of(State::Acked) }, None),
            Some((end, span)) => fresh = (end, Some(ran_out(acked.and_then(|(by, _)| by), span))),
        }
    }
    open(fresh, severity, model, now)
}

fn open(
    (since, again): (DateTime<Utc>, Option<Clean>),
    severity: Option<&Severity>,
    model: &Model,
    now: DateTime<Utc>,
) -> (Standing, Option<DateTime<Utc>>) {
    let due_at = severity
        .and_then(|severity| severity.ack.map(|span| clock::after(since, span, severity.clock, &model.team.team)));
    let overdue = due_at.is_some_and(|at| at <= now);
    let clock = if overdue { AckClock::Overdue } else { AckClock::Running };
    let since = Some(since);
    (Standing { due_at, clock, again, since, ..Standing::of(State::Open) }, due_at.filter(|_| !overdue))
}

/// When the ack stops counting, and the span that it held; none if it holds for good.
fn ack_ends(incident: &Incident, severity: Option<&Severity>, model: &Model) -> Option<(DateTime<Utc>, Span)> {
    let severity = severity?;
    let span = severity.ack_holds.or(severity.update_every).or(severity.mitigate)?;
    let news = incident.ack.as_ref().and_then(|ack| ack.at).max(incident.human_at)?;
    Some((clock::after(news, span, severity.clock, &model.team.team), span))
}

fn ran_out(by: Option<Clean>, span: Span) -> Clean {
    let whose = by.map_or_else(|| "the".to_owned(), |by| format!("{by}'s"));
    Clean::line(&format!("{whose} ack ran out after {span} without news"))
}
