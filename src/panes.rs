//! What can be shown beside the queue, as pure text: no screen is touched here.

pub mod age;
pub mod calendar;
pub mod detail;
pub mod fit;
pub mod frame;
pub mod handoff;
pub mod health;
pub mod markdown;
pub mod meeting;
pub mod model;
pub mod page;
pub mod paper;
pub mod review;
pub mod rotation;
pub mod runbook;
pub mod spoken;
pub mod triage;
