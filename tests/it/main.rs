//! The one test binary; each module tells a part of the story.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that cannot set its scene should fail loudly, and it may read files"
)]

mod calendar;
mod calling;
mod catalogue;
mod check;
mod cli;
mod config;
#[cfg(feature = "contract")]
mod contract;
mod drift;
mod escalation;
mod evals_artifacts;
mod evals_inspect;
mod evals_readers;
mod evals_samples;
mod evals_stats;
mod frames;
mod freshness;
mod github;
mod glance;
mod handoff;
mod health;
mod history;
mod ical;
mod init;
mod journal;
mod kill;
mod layers;
#[cfg(all(unix, feature = "live"))]
mod live;
mod markdown;
mod mcp;
mod meeting;
mod processes;
mod pty;
mod publish;
mod recurrence;
mod review;
mod rotation;
mod runbook;
mod screen;
mod session;
mod signals;
mod station;
mod store;
#[cfg(unix)]
mod swarm;
mod terminal;
mod text;
mod theme;
#[cfg(unix)]
mod unattended;
mod veil;
mod wire;
