//! The running watch: events in, effects out, and nothing else touches its state.

pub mod attention;
pub mod bindings;
pub mod desk;
pub mod editing;
pub mod escalating;
pub mod event;
pub mod handoff;
pub mod key;
pub mod list;
pub mod marks;
pub mod meeting;
pub mod moments;
pub mod pick;
pub mod reading;
pub mod saying;
pub mod toast;
pub mod typed;
pub mod watch;
pub mod when;
pub mod wish;

pub use watch::App;
