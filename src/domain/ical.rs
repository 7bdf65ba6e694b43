//! iCalendar (RFC 5545): read as it comes, written as it should be.
//!
//! What others export has every fault there is, so reading takes what it can
//! and counts the rest. What we export is strict: instants in UTC, whole days
//! with an exclusive end, folded lines, names that never change.

mod lines;
mod read;
mod rule;
mod times;
mod windows;
mod write;

pub use read::{Imported, Reading, Unreadable, read};
pub use write::{Item, Standing, When, calendar, entries, shift_uid, shifts};
