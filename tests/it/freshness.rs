//! Whether a runbook can be relied on.

mod histories;
mod rule;
