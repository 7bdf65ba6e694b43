//! dogwatch: the terminal from which a small team runs an MCP server and its
//! agent evals.
//!
//! Arrows point at what may be used; everything left of `shell` is pure:
//!
//! ```text
//! domain  <-  panes  <-  app  <-  view  <-  shell  <-  cli  <-  main
//!    ^                    ^                   |
//!    |                    +---- sources, tracker, store
//!    +----------------------------------------+
//! ```
//!
//! `config` and `theme` stand beside `domain`: plain data, read by anyone,
//! reading nobody.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod panes;
pub mod shell;
pub mod sources;
pub mod store;
pub mod theme;
pub mod tracker;
pub mod view;
