//! The only layer that touches the terminal, the network and the clock on the
//! core's behalf: it turns effects into deeds and deeds into facts.

#![expect(clippy::disallowed_methods, reason = "this is where time, waiting and programs belong")]

mod asked;
pub mod beginning;
pub mod check;
pub mod clock;
pub mod dates;
pub mod desktop;
pub mod duty;
pub mod engine;
pub mod errand;
pub mod frames;
pub mod freshness;
pub mod git;
pub mod glance;
pub mod handoffs;
pub mod history;
pub mod keeper;
mod known;
pub mod logs;
pub mod minutes;
pub mod pen;
pub mod place;
pub mod probing;
pub mod publish;
pub mod reading;
pub mod remote;
pub mod review;
mod rounds;
mod rows;
pub mod runbooks;
pub mod sample;
pub mod saying;
pub mod screen;
pub mod session;
pub mod suites;
pub mod terminal;
pub mod timeline;
pub mod width;
pub mod words;
