//! Where decisions are recorded and shared; the only layer that changes
//! anything outside this machine.

pub mod local;
