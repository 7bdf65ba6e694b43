//! `dogwatch evals unsay`: takes out of the file again what was said last of a suite.

use super::expect::may_speak;
use super::written;
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::{Global, open, out};
use crate::config::EXPECTED_FILE;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The suite.
    #[arg(value_name = "SUITE")]
    suite: String,
}

pub(super) fn run(global: &Global, args: &Args) -> Result<Exit, Failure> {
    let context = Context::load(global)?;
    may_speak(&context)?;
    let session = open(&context)?;
    let taken = session.engine().speaker().unsay_word(&args.suite).map_err(|why| Failure::wrong(why.to_string()))?;
    if global.json {
        let answer = serde_json::json!({"schema": "dogwatch.evals-unsaid/1", "file": EXPECTED_FILE, "unsaid": taken});
        out::json(&answer)?;
    } else {
        let table = crate::domain::text::Clean::block(&taken);
        out::answer(&format!("{}, and no longer says:\n\n{}", written(&context), table.as_str().trim_end()))?;
    }
    Ok(Exit::Done)
}
