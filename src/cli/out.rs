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
    bytes(format!("{text}\n").as_bytes())
}

/// Writes an answer as it is.
///
/// # Errors
///
/// As [`answer`].
pub fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
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
