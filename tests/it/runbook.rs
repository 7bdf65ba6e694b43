//! Runbooks: taken apart, found by symptom, shown, and what somebody takes from them to a terminal.

mod command;
mod document;
mod finding;
mod header;
mod owning;
mod pages;
mod symptoms;
mod walking;
mod words;
