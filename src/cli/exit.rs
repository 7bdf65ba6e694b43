//! How a command ends, and what is said when it fails.

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;

use crate::domain::text::Clean;

/// How a command that ran ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// Done, and something was found, missing or refused.
    Found,
    /// A source could not be reached.
    Unreached,
}

/// Why a command could not run.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Wrong usage or configuration; each line stands for one thing to mend.
    #[error("{}", .0.join("\n"))]
    Wrong(Vec<String>),
}

impl Failure {
    /// One thing to mend.
    pub fn wrong(what: impl Into<String>) -> Self {
        Self::Wrong(vec![what.into()])
    }

    /// Something of this machine's that did not work, with its causes.
    pub fn setting_up(what: &str, error: &dyn Error) -> Self {
        let mut text = format!("{what}: {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            text = format!("{text}: {error}");
            cause = error.source();
        }
        Self::wrong(text)
    }
}

/// Tells the chain once, and turns it into an exit status.
pub(super) fn code(ended: Result<Exit, Failure>) -> ExitCode {
    match ended {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Found) => ExitCode::from(1),
        Ok(Exit::Unreached) => ExitCode::from(3),
        Err(failure) => {
            for line in failure.to_string().lines() {
                let _deaf = writeln!(std::io::stderr(), "dogwatch: {}", Clean::line(&super::out::veiled(line)));
            }
            ExitCode::from(2)
        }
    }
}

/// Help and version are answers; the rest is wrong usage.
pub(super) fn usage(usage: &clap::Error) -> ExitCode {
    let _deaf = usage.print();
    ExitCode::from(if usage.use_stderr() { 2 } else { 0 })
}
