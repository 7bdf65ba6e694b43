//! The `dogwatch` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    dogwatch::cli::main(std::env::args_os())
}
