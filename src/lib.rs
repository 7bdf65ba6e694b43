//! One triage queue for the team that runs an MCP server and its evals.

pub mod domain;
pub mod panes;
pub mod shell;
pub mod theme;
