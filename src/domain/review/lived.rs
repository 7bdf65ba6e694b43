//! What became of the clocks of one incident: its life, lived again from its
//! events up to an instant.
//!
//! The rules are those by which the queue shows it (see
//! [`crate::domain::queue::standing`]): an ack holds as long as there is news,
//! a snooze rests the clocks of ack and updates and wakes with fresh ones, a
//! reopening gives no fresh clock. Past a clock is a breach once for each time
//! that it runs.

use chrono::{DateTime, Utc};

use super::Clockwork;
use crate::config::{Clock, Severity, Span};
use crate::domain::history::{Event, Story, What};
use crate::domain::incident::CloseReason;
use crate::domain::journal::UNATTENDED;

/// A clock of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// From open to an ack.
    Ack,
    /// From opened to an owner.
    Owner,
    /// From opened to closed.
    Mitigate,
    /// The longest silence.
    Update,
    /// From closed to a word about it.
    Review,
}

impl Which {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::Ack, Self::Owner, Self::Mitigate, Self::Update, Self::Review];

    /// As the team file spells it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ack => "ack",
            Self::Owner => "owner_within",
            Self::Mitigate => "mitigate",
            Self::Update => "update_every",
            Self::Review => "review_within",
        }
    }
}

/// What became of one incident up to an instant.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Lived {
    /// When somebody said first: I have it. None if nobody did before it was first closed.
    pub acked: Option<DateTime<Utc>>,
    /// When it was first somebody's.
    pub owned: Option<DateTime<Utc>>,
    /// When it was closed last, and why; none if it was open at the end.
    pub closed: Option<(DateTime<Utc>, Option<CloseReason>)>,
    /// When it was opened again, each time.
    pub reopened: Vec<DateTime<Utc>>,
    /// Which clock passed, and when, by time.
    pub breaches: Vec<(DateTime<Utc>, Which)>,
    /// When it was, or became again, open with nobody's having it: each of these wakes somebody.
    pub wakes: Vec<DateTime<Utc>>,
    /// When a person first decided something about it.
    pub triaged: Option<DateTime<Utc>>,
    /// When it was opened and closed and opened, in turn.
    turns: Vec<(DateTime<Utc>, Turned)>,
}

impl Lived {
    /// Lives it again, with the clocks of a severity, up to an instant. `reviewed` is when a committed review listed it.
    pub(super) fn of(story: &Story, (works, end): (&Clockwork<'_>, DateTime<Utc>)) -> Self {
        let severity = story.class.severity.and_then(|at| works.model.team.severities.get(at));
        let mut life = Life::born(story, works, severity);
        let mut lived = Self { wakes: vec![story.opened_at()], ..Self::default() };
        lived.turns.push((story.opened_at(), Turned::Open));
        for event in story.events.iter().skip(1).take_while(|event| event.at < end) {
            life.passes(event.at, &mut lived);
            lived.note(event);
            life.takes(event, &mut lived);
        }
        life.passes(end, &mut lived);
        if let Some(severity) = severity {
            lived.hold_against(story, severity, (works, end));
        }
        lived.breaches.sort();
        lived.wakes.sort();
        lived
    }

    /// Whether it was open at an instant.
    pub(super) fn is_open_at(&self, at: DateTime<Utc>) -> bool {
        self.turns.iter().rev().find(|(turned, _)| *turned <= at).is_some_and(|(_, to)| *to == Turned::Open)
    }

    fn note(&mut self, event: &Event) {
        let by_person = event.by.as_deref() != Some(UNATTENDED);
        let decides = match &event.what {
            What::Acked => {
                let first = self.acked.is_none() && self.turns.len() == 1 && by_person;
                self.acked = if first { Some(event.at) } else { self.acked };
                true
            }
            What::Assigned(_) => {
                self.owned = self.owned.or(Some(event.at));
                true
            }
            What::Closed(reason) => {
                // Closed twice in a row it was closed the first time, for the last reason that is known.
                let at = self.closed.map_or(event.at, |(at, _)| at);
                self.closed = Some((at, reason.or(self.closed.and_then(|(_, reason)| reason))));
                self.turn(event.at, Turned::Closed);
                *reason != Some(CloseReason::Recovered)
            }
            What::Reopened => {
                if self.closed.take().is_some() {
                    self.reopened.push(event.at);
                }
                self.turn(event.at, Turned::Open);
                false
            }
            What::Snoozed(_) | What::Severity(Some(_)) | What::Kind(Some(_)) | What::Merged => true,
            What::Opened
            | What::Unacked
            | What::Unassigned(_)
            | What::Woken
            | What::Noted
            | What::Followed
            | What::Severity(None)
            | What::Kind(None)
            | What::Escalated
            | What::Recalled
            | What::Other => false,
        };
        if decides && by_person && self.triaged.is_none() {
            self.triaged = Some(event.at);
        }
    }

    fn turn(&mut self, at: DateTime<Utc>, to: Turned) {
        if self.turns.last().is_some_and(|(_, is)| *is != to) {
            self.turns.push((at, to));
        }
    }

    /// The clocks that run from the opening, whatever happens in between, and the one that runs from the close.
    fn hold_against(&mut self, story: &Story, severity: &Severity, (works, end): (&Clockwork<'_>, DateTime<Utc>)) {
        let opened = story.opened_at();
        let due = |from, span: Option<Span>| {
            span.map(|span| works.time.after(from, span, severity.clock)).filter(|due| *due < end)
        };
        // Whose it is was told, and not since when.
        let assigned = story.first_owner().is_none() && !story.incident.assignees.is_empty();
        if let Some(due) = due(opened, severity.owner_within)
            && !assigned
            && self.owned.is_none_or(|at| at > due)
            && self.is_open_at(due)
        {
            self.breaches.push((due, Which::Owner));
        }
        if let Some(due) = due(opened, severity.mitigate.filter(|_| !severity.backlog))
            && self.is_open_at(due)
        {
            self.breaches.push((due, Which::Mitigate));
        }
        if let Some((closed, _)) = self.closed
            && let Some(due) = due(closed, severity.review_within)
            && works.word_about(story, closed).is_none_or(|at| at > due)
        {
            self.breaches.push((due, Which::Review));
        }
    }
}

/// When something ends that does not.
const FOR_GOOD: DateTime<Utc> = DateTime::<Utc>::MAX_UTC;

/// What an incident has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turned {
    Open,
    Closed,
}

/// Where the clocks that stop and start again are.
struct Life<'a> {
    works: &'a Clockwork<'a>,
    clock: Clock,
    ack: Option<Span>,
    holds: Option<Span>,
    update: Option<Span>,
    open: bool,
    /// From when on nobody has it.
    since: DateTime<Utc>,
    /// Whether the ack clock that runs since then has passed already.
    passed: bool,
    /// Somebody has it, to then; for good, if that is the end of time.
    held: Option<DateTime<Utc>>,
    /// Not before then, and who said so.
    rests: Option<(DateTime<Utc>, Option<String>)>,
    /// Since when nobody has said anything.
    silent: DateTime<Utc>,
    /// Whether the update clock that runs since then has passed already.
    told: bool,
}

impl<'a> Life<'a> {
    fn born(story: &Story, works: &'a Clockwork<'a>, severity: Option<&Severity>) -> Self {
        let opened = story.opened_at();
        Self {
            works,
            clock: severity.map_or(Clock::Always, |severity| severity.clock),
            ack: severity.and_then(|severity| severity.ack),
            holds: severity.and_then(|one| one.ack_holds.or(one.update_every).or(one.mitigate)),
            update: severity.and_then(|severity| severity.update_every),
            open: true,
            since: opened,
            passed: false,
            held: None,
            rests: None,
            silent: opened,
            told: false,
        }
    }

    fn due(&self, from: DateTime<Utc>, span: Span) -> DateTime<Utc> {
        self.works.time.after(from, span, self.clock)
    }

    /// Time goes by, up to an instant.
    fn passes(&mut self, to: DateTime<Utc>, lived: &mut Lived) {
        if !self.open {
            return;
        }
        if let Some((until, _)) = self.rests {
            if until > to {
                return;
            }
            (self.rests, self.held, self.silent, self.told) = (None, None, until, false);
            self.opens(until, lived);
        }
        if let Some(end) = self.held.filter(|end| *end <= to) {
            self.held = None;
            self.opens(end, lived);
        }
        if let Some(ack) = self.ack.filter(|_| self.held.is_none() && !self.passed) {
            let due = self.due(self.since, ack);
            if due < to {
                self.passed = true;
                lived.breaches.push((due, Which::Ack));
            }
        }
        if let Some(update) = self.update.filter(|_| !self.told) {
            let due = self.due(self.silent, update);
            if due < to {
                self.told = true;
                lived.breaches.push((due, Which::Update));
            }
        }
    }

    /// Nobody has it, from an instant on, with a fresh ack clock.
    fn opens(&mut self, at: DateTime<Utc>, lived: &mut Lived) {
        (self.since, self.passed) = (at, false);
        lived.wakes.push(at);
    }

    /// Nobody has it any more, and the clock that ran before runs on: what passed meanwhile is no breach.
    fn runs_on(&mut self, at: DateTime<Utc>) {
        self.held = None;
        self.forgives(at);
    }

    fn forgives(&mut self, at: DateTime<Utc>) {
        if self.held.is_none() {
            self.passed |= self.ack.is_some_and(|ack| self.due(self.since, ack) <= at);
        }
    }

    fn takes(&mut self, event: &Event, lived: &mut Lived) {
        let at = event.at;
        match &event.what {
            What::Acked if self.open => {
                self.rests = self.rests.take().filter(|(_, by)| *by == event.by);
                self.held = Some(FOR_GOOD);
            }
            What::Unacked if self.open && self.held.is_some() => self.runs_on(at),
            What::Snoozed(until) if self.open => {
                let until = until.unwrap_or(DateTime::<Utc>::MAX_UTC);
                self.rests = Some((until, event.by.clone()));
            }
            What::Woken | What::Assigned(_) | What::Severity(Some(_)) | What::Merged if self.rests.is_some() => {
                self.rests = None;
                (self.silent, self.told) = (at, false);
                // An ack that ran out meanwhile ends now: nobody could see that it had.
                if self.held.is_some_and(|end| end <= at) {
                    self.held = None;
                    self.opens(at, lived);
                }
                self.forgives(at);
            }
            What::Escalated if self.open => {
                self.rests = None;
                if self.held.take().is_some() {
                    (self.since, self.passed) = (at, false);
                } else {
                    self.forgives(at);
                }
                lived.wakes.push(at);
            }
            What::Closed(_) => (self.open, self.held, self.rests) = (false, None, None),
            What::Reopened if !self.open => {
                (self.open, self.silent, self.told) = (true, at, false);
                self.runs_on(at);
                lived.wakes.push(at);
            }
            What::Opened
            | What::Acked
            | What::Unacked
            | What::Assigned(_)
            | What::Unassigned(_)
            | What::Reopened
            | What::Snoozed(_)
            | What::Woken
            | What::Noted
            | What::Followed
            | What::Severity(_)
            | What::Kind(_)
            | What::Merged
            | What::Escalated
            | What::Recalled
            | What::Other => {}
        }
        if event.what.is_human() && self.open {
            (self.silent, self.told) = (at, false);
            self.held = self.held.map(|_| self.holds.map_or(FOR_GOOD, |span| self.due(at, span)));
        }
    }
}
