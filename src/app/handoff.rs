//! What is to be done about handoffs outside the core, and what is decided
//! about one thing that hangs.

use chrono::TimeDelta;

use crate::domain::decision::Post;
use crate::domain::handoff::typed::{Accepted, Line};
use crate::domain::handoff::{Asked, Handoff, before};
use crate::domain::incident::Incident;
use crate::domain::rotation::{Begun, Roster};
use crate::domain::text::Clean;
use crate::domain::triage::Model;

use super::wish::Wish;

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Errand {
    /// Bring what the handoff that is meant is computed from; answered by `HandoffBrought`.
    Bring(Asked),
    /// Write down what was typed.
    TypeIn(Vec<Line>),
    /// Write down that it was accepted.
    Accept(Box<Handoff>, Accepted),
    /// Write it into the team's log folder.
    Write(Box<Handoff>),
    /// Remember that it was given away.
    Given(Box<Handoff>, Way),
}

/// How a handoff left the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the clipboard.
    Copied,
    /// As an issue.
    Posted,
}

/// The handoff as one issue of its shift, for whoever comes; `shown` is what of it may be read by others.
pub fn post(handoff: &Handoff, shown: &Handoff, model: &Model, begun: &[Begun]) -> Post {
    let start = handoff.shift.start.to_utc();
    let roster = Roster::new(&model.team, begun, handoff.generated_at.to_utc(), (start - TimeDelta::seconds(1), start));
    let named = |key: &str| Post::key_of(["handoff", key]);
    Post {
        key: named(&handoff.key()),
        since: start,
        title: shown.title().to_string(),
        body: shown.markdown(),
        to: handoff.incoming.as_ref().map(|one| model.login(&one.person)),
        after: before(&roster, &handoff.rotation, start).as_deref().map(named),
    }
}

/// What it takes to hand an incident to somebody. Whoever has it besides keeps it, and the other gives up their ack.
pub fn hand(incident: &Incident, to: &str, model: &Model) -> Vec<Wish> {
    let has = |name: &Clean| model.person(name).as_str() == to;
    let theirs = !incident.assignees.is_empty() && incident.assignees.iter().all(has);
    if theirs && incident.ack.is_some() { vec![Wish::Unack] } else { vec![Wish::Assign(Some(to.to_owned()))] }
}

/// What it takes to give an incident back to the queue.
pub fn give_back(incident: &Incident, person: &str, model: &Model) -> Vec<Wish> {
    let acked = incident.ack.is_some().then_some(Wish::Unack);
    let assigned = incident.assignees.iter().any(|name| model.person(name).as_str() == person);
    let wishes: Vec<Wish> = acked.into_iter().chain(assigned.then_some(Wish::Assign(None))).collect();
    // Of what nobody has the desk says so.
    if wishes.is_empty() { vec![Wish::Unack] } else { wishes }
}
