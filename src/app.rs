//! The running watch: events in, effects out, and nothing else touches its state.

pub mod desk;
pub mod event;
pub mod wish;
