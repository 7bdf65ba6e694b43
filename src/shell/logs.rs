//! What dogwatch did, for whoever asks later: one file a day beside the store.
//!
//! Decisions, outcomes and polls; never a request's body or headers, and no
//! token, also not inside an error, whatever part of the program writes it. In
//! private mode no name either.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tracing::Level;

use crate::domain::veil::Veil;
use crate::store::files;

/// What is taken out of each line besides secrets; nothing while there is none.
static WORN: Mutex<Option<Veil>> = Mutex::new(None);

/// From here on nothing is written that this veil hides.
pub fn wear(veil: Veil) {
    *WORN.lock().unwrap_or_else(PoisonError::into_inner) = Some(veil);
}

/// The file of a day, to which nothing goes unseen.
struct Quiet(File);

impl Write for Quiet {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let veiled = match WORN.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(veil) => veil.text(&text),
            None => Veil::of_secrets().text(&text),
        };
        self.0.write_all(veiled.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Begins to write the log of this day. Without a log, for want of a folder
/// that can be written, dogwatch works all the same.
pub fn begin(folder: &Path, (now, kept): (DateTime<Utc>, TimeDelta), verbosity: u8) {
    let name = |day: DateTime<Utc>| format!("dogwatch-{}.log", day.format("%Y-%m-%d"));
    let Ok(file) = files::log(&folder.join(name(now))) else { return };
    // Old logs that cannot be taken away now are tried again tomorrow.
    let _kept = files::forget_logs(folder, &name(now - kept));
    let level = match verbosity {
        0 => Level::INFO,
        1 => Level::DEBUG,
        2.. => Level::TRACE,
    };
    // A second log in one process, as of `demo`, is no error: the first goes on.
    let _second = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(false)
        .with_target(false)
        .with_writer(Mutex::new(Quiet(file)))
        .try_init();
}

/// Something that was done, in a line without secrets.
pub fn did(what: &str) {
    tracing::info!("{what}");
}

/// Something that went wrong, in a line without secrets.
pub fn failed(what: &str) {
    tracing::warn!("{what}");
}
