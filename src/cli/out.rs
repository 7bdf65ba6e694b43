//! Where answers and talk go.

use std::io::{self, ErrorKind, Write};

use super::exit::Failure;
use crate::domain::text::Clean;

/// Writes an answer to standard output, with a line end. A reader that has
/// heard enough (`| head`) is no error.
///
/// # Errors
///
/// Standard output cannot be written: a full disk behind a redirection.
pub fn answer(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::setting_up("cannot write the answer", &error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes JSON to standard output.
///
/// # Errors
///
/// As [`answer`].
pub fn json(value: &serde_json::Value) -> Result<(), Failure> {
    answer(&format!("{value:#}"))
}

/// Says something to the person, on standard error.
pub fn say(text: &str) {
    let _deaf = writeln!(io::stderr(), "{}", Clean::block(text));
}
