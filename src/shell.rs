//! The only layer that touches the terminal.

pub mod frames;
pub mod terminal;
