//! What is polled and says what is wrong.
//!
//! A source only reads. What it could not read stays as it was, with its age:
//! a failed fetch is never an empty list.

pub mod github;
pub mod tokens;
