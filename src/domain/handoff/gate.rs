//! The gate: where each thing goes that the outgoing person has said they
//! have. Nothing is left to be guessed: it was handed to somebody, returned,
//! put off, or nobody has said.
//!
//! After the person's last taking of it the last word decides. What the
//! tracker says now wins over a history that has holes.

use chrono::{DateTime, Utc};

use super::section::Decision;
use crate::domain::history::{Event, Story, What};
use crate::domain::queue::State;
use crate::domain::text::Clean;
use crate::domain::triage::Model;

/// Where something goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// Where.
    pub decision: Decision,
    /// To whom, if it was handed.
    pub to: Option<Clean>,
    /// When it wakes, if it was put off.
    pub until: Option<DateTime<Utc>>,
}

impl Fate {
    fn of(decision: Decision) -> Self {
        Self { decision, to: None, until: None }
    }

    /// It is this person's from here on.
    pub fn handed(to: &str) -> Self {
        Self { to: Some(Clean::line(to)), ..Self::of(Decision::Handed) }
    }
}

/// Where an open incident goes that this person had in a shift; none if it is closed, or they never had it, or let it
/// go before the shift began.
pub fn fate(story: &Story, person: &str, (start, end): (DateTime<Utc>, DateTime<Utc>), model: &Model) -> Option<Fate> {
    if !story.is_open() {
        return None;
    }
    let mine = |name: &Clean| model.person(name).as_str() == person;
    let assigned = story.incident.assignees.iter().any(mine);
    let took = taken(story, person, end);
    // Nothing tells that they took it; what they do with it does, or that they have it.
    let gave = || story.between((start, end)).any(|event| event.by.as_deref() == Some(person) && gives(event, person));
    let untold = took.is_none() && !takes(story, person) && (story.is_held_by(person, model) || gave());
    let after = match took {
        Some(at) => story.events.get(at + 1..).unwrap_or_default(),
        None if untold => &story.events,
        None => return None,
    };
    let acks = || story.standing.acked.as_ref().and_then(|(by, _)| by.as_ref()).is_some_and(mine);
    let since = took.and_then(|at| story.events.get(at)).map(|event| event.at);
    let others = || story.incident.assignees.iter().map(|name| model.person(name)).find(|name| name.as_str() != person);
    let seam = last_seam(after, person);
    let fate = match seam {
        Some((_, Seam::Handed(to))) if !assigned && has(story, to, model) => Fate::handed(to),
        _ if story.state() == State::Snoozed => {
            let until = story.standing.snoozed_until;
            return (assigned || counts(after, since, start)).then(|| Fate { until, ..Fate::of(Decision::Snoozed) });
        }
        Some((_, Seam::Handed(_) | Seam::Returned)) if !assigned && !acks() => match others() {
            Some(to) => Fate::handed(to.as_str()),
            None => Fate::of(Decision::Returned),
        },
        Some((_, Seam::Reopened)) if !assigned && !acks() => return None,
        // Assigned to both of them it is still theirs to say.
        Some((_, Seam::Handed(_) | Seam::Returned | Seam::Reopened)) | None => Fate::of(Decision::Undecided),
    };
    let is_decided = fate.decision != Decision::Undecided;
    let at = seam.filter(|_| is_decided).map(|(at, _)| at);
    // What was given away in an earlier shift is not this one's; what merely ran out then is not either.
    let is_ours = match at {
        Some(at) => at >= start,
        None => assigned || acks() || since.is_none_or(|since| since >= start),
    };
    is_ours.then_some(fate)
}

/// Whether somebody has an incident now, by what the tracker says.
fn has(story: &Story, person: &str, model: &Model) -> bool {
    let is = |name: &Clean| model.person(name).as_str() == person;
    let acked = story.standing.acked.as_ref().and_then(|(by, _)| by.as_ref());
    story.incident.assignees.iter().any(is) || acked.is_some_and(is)
}

/// Whether something put off was theirs in this shift: put off in it, taken in it, or put off by nobody that is known.
fn counts(after: &[Event], since: Option<DateTime<Utc>>, start: DateTime<Utc>) -> bool {
    let snoozed = after.iter().rev().find(|event| matches!(event.what, What::Snoozed(_))).map(|event| event.at);
    snoozed.is_none_or(|at| at >= start) || since.is_none_or(|since| since >= start)
}

/// The place of the last event before an instant by which a person took it.
fn taken(story: &Story, person: &str, end: DateTime<Utc>) -> Option<usize> {
    let takes = |event: &Event| event.at < end && is_taking(event, person);
    story.events.iter().rposition(takes)
}

/// Whether it is told anywhere that a person took it.
fn takes(story: &Story, person: &str) -> bool {
    story.events.iter().any(|event| is_taking(event, person))
}

fn is_taking(event: &Event, person: &str) -> bool {
    match &event.what {
        What::Acked => event.by.as_deref() == Some(person),
        What::Assigned(to) => to == person,
        What::Opened
        | What::Unacked
        | What::Unassigned(_)
        | What::Closed(_)
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
        | What::Other => false,
    }
}

/// Whether it gives away what somebody has.
fn gives(event: &Event, person: &str) -> bool {
    last_seam(std::slice::from_ref(event), person).is_some_and(|(_, seam)| seam != Seam::Reopened)
        && !matches!(event.what, What::Acked | What::Escalated)
}

/// What takes something from a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seam<'a> {
    /// It is this one's now.
    Handed(&'a str),
    /// It is nobody's.
    Returned,
    /// It was done with, and is not: whoever had it has it no longer.
    Reopened,
}

/// The last of these events that takes it from a person, and when.
fn last_seam<'a>(events: &'a [Event], person: &str) -> Option<(DateTime<Utc>, Seam<'a>)> {
    let seam = |event: &'a Event| match &event.what {
        What::Assigned(to) if to != person => Some(Seam::Handed(to)),
        // Whoever acks what another had has it now.
        What::Acked => event.by.as_deref().filter(|by| *by != person).map(Seam::Handed),
        What::Unacked | What::Unassigned(None) | What::Escalated => Some(Seam::Returned),
        What::Unassigned(Some(who)) if who == person => Some(Seam::Returned),
        What::Reopened => Some(Seam::Reopened),
        What::Opened
        | What::Assigned(_)
        | What::Unassigned(Some(_))
        | What::Closed(_)
        | What::Snoozed(_)
        | What::Woken
        | What::Noted
        | What::Followed
        | What::Severity(_)
        | What::Kind(_)
        | What::Merged
        | What::Recalled
        | What::Other => None,
    };
    events.iter().rev().find_map(|event| seam(event).map(|seam| (event.at, seam)))
}
