//! Completions and the manual page, made from the same table of words.

use clap::CommandFactory;
use clap_complete::Shell;

use super::exit::{Exit, Failure};
use super::{Cli, out};

#[derive(Debug, clap::Args)]
pub(super) struct CompletionArgs {
    /// Which shell.
    shell: Shell,
}

pub(super) fn completions(args: &CompletionArgs) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "dogwatch", &mut text);
    out::answer(String::from_utf8_lossy(&text).trim_end())?;
    Ok(Exit::Done)
}

pub(super) fn man() -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut text)
        .map_err(|error| Failure::setting_up("cannot write the manual page", &error))?;
    out::answer(String::from_utf8_lossy(&text).trim_end())?;
    Ok(Exit::Done)
}
