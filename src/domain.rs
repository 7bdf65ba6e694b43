//! The rules of the watch: what an incident is, what may be decided about it,
//! and what that means. Pure: no clock, no file, no socket.

pub mod agenda;
pub mod amended;
pub mod book;
pub mod calendar;
pub mod catalogue;
pub mod civil;
pub mod clock;
pub mod coverage;
pub mod decision;
pub mod drift;
pub mod escalation;
pub mod evals;
pub mod handoff;
pub mod hash;
pub mod health;
pub mod history;
pub mod ical;
pub mod id;
pub mod incident;
pub mod journal;
pub mod likeness;
pub mod minutes;
pub mod order;
pub mod people;
pub mod probe;
pub mod queue;
pub mod quote;
pub mod recurrence;
pub mod review;
pub mod rotation;
pub mod runbook;
pub mod source;
pub mod text;
pub mod triage;
pub mod veil;
