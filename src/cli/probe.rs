//! `dogwatch probe`: what MCP servers offer, and what changed about it.

mod diff;

use super::Global;
use super::exit::{Exit, Failure};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Compares two lists of tools; ends with 1 when something breaking changed.
    #[command(after_help = super::examples::PROBE_DIFF)]
    Diff(diff::Args),
}

pub(super) fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    match &args.what {
        What::Diff(args) => diff::run(global, args),
    }
}
