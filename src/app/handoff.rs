//! What is to be done about handoffs outside the core, and what is decided
//! about one thing that hangs.

use crate::domain::handoff::typed::{Accepted, Line};
use crate::domain::handoff::{Asked, Handoff};
use crate::domain::incident::Incident;
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
    /// Remember that it went to the clipboard.
    Copied(Box<Handoff>),
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
