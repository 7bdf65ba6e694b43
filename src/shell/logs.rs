//! What dogwatch did, for whoever asks later: one file a day beside the store.
//!
//! Decisions, outcomes and polls; never a request's body or headers, and no
//! token, also not inside an error.

use std::path::Path;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use tracing::Level;

use crate::sources::tokens::redact;
use crate::store::files;

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
        .with_writer(Mutex::new(file))
        .try_init();
}

/// Something that was done, in a line without secrets.
pub fn did(what: &str) {
    tracing::info!("{}", redact(what));
}

/// Something that went wrong, in a line without secrets.
pub fn failed(what: &str) {
    tracing::warn!("{}", redact(what));
}
