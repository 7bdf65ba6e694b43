//! Runbooks: taken apart, shown, and what somebody takes from them to a terminal.

mod command;
mod document;
mod header;
mod paper;
