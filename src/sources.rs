//! What is polled and says what is wrong.
//!
//! A source only reads. What it could not read stays as it was, with its age:
//! a failed fetch is never an empty list.

#![expect(
    clippy::disallowed_methods,
    reason = "a source reads a ca_file and the variables and programs that hold tokens, and knows how long it has waited"
)]

pub mod calendars;
pub mod evals;
pub mod github;
pub mod links;
pub mod mcp;
pub mod runbooks;
pub mod tokens;
