//! `dogwatch probe`: whether MCP servers work, what they offer, and what
//! changed about it.

mod describe;
mod diff;
mod look;

use std::fmt::Write as _;

use super::Global;
use super::exit::{Exit, Failure};
use crate::domain::text::is_hidden;

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    look: look::Look,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Compares two lists of tools; ends with 1 when something breaking changed.
    #[command(after_help = super::examples::PROBE_DIFF)]
    Diff(diff::Args),
    /// Writes the tools as they are served now: what a team commits at a release.
    #[command(after_help = super::examples::PROBE_SNAPSHOT)]
    Snapshot(look::One),
    /// Tells what tools it offers now, in words: what they take and give, and what they may destroy.
    #[command(after_help = super::examples::PROBE_DESCRIBE)]
    Describe(describe::Args),
    /// Measures drift against the tools as they are served now, where nothing is released.
    #[command(after_help = super::examples::PROBE_ACCEPT)]
    Accept(look::One),
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    match &args.what {
        Some(What::Diff(args)) => diff::run(global, args),
        Some(What::Snapshot(args)) => look::snapshot(global, args).await,
        Some(What::Describe(args)) => describe::run(global, args).await,
        Some(What::Accept(args)) => look::accept(global, args).await,
        None => look::run(global, &args.look).await,
    }
}

/// The same JSON with nothing in it that a terminal obeys or hides: such
/// characters stand only in strings, and there they may be escaped.
pub(super) fn visible(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}
