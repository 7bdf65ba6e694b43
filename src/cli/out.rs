//! Where answers and talk go.
//!
//! Everything that a command says goes through here, so this is where names
//! are replaced when that is asked for: with `--redact`, or in private mode.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::exit::Failure;
use crate::domain::ical::Item;
use crate::domain::text::Clean;
use crate::domain::veil::Veil;
use crate::shell::logs;
use crate::store::files;

/// What is taken out of all that is said; nothing while there is none.
static WORN: Mutex<Option<Veil>> = Mutex::new(None);

fn worn() -> MutexGuard<'static, Option<Veil>> {
    WORN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// From here on nothing is said that this veil hides.
pub fn wear(veil: Veil) {
    logs::wear(veil.clone());
    *worn() = Some(veil);
}

/// Tells the veil more of what it has to hide, if one is worn.
pub fn know(tell: impl FnOnce(&mut Veil)) {
    if let Some(veil) = worn().as_mut() {
        tell(veil);
    }
}

/// The veil that is worn, for what is laid out before it is said.
pub fn veil() -> Option<Veil> {
    worn().clone()
}

/// A document as it may be given away: without secrets always, and without names where that is asked for. Of those who
/// are told, the one goes off duty and the other comes.
///
/// # Errors
///
/// The document cannot be told in JSON.
pub fn document<'a, T: Clone + Serialize + DeserializeOwned>(
    document: &'a T,
    (outgoing, incoming): (Option<&str>, Option<&str>),
) -> Result<Cow<'a, T>, Failure> {
    let veil = veil().unwrap_or_else(Veil::of_secrets).with_roles(outgoing, incoming);
    veil.document(document).ok_or_else(|| Failure::wrong("what was computed cannot be told without its secrets"))
}

/// Writes an answer into the file that was named; not over the team file, which `--out` never means.
///
/// # Errors
///
/// It is the team file, or cannot be written.
pub fn to_file(path: &Path, text: &str, team: Option<&Path>) -> Result<(), Failure> {
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    if team.is_some_and(|team| whole(path).is_some() && whole(path) == whole(team)) {
        return Err(Failure::wrong(format!("--out {} is the team file; name another", path.display())));
    }
    files::replace(path, text).map_err(|error| Failure::setting_up("--out cannot be written", &error))?;
    say(&format!("dogwatch: wrote {}", Clean::line(&path.display().to_string())));
    Ok(())
}

/// Writes what has been veiled already, as it is.
///
/// # Errors
///
/// As [`answer`].
pub fn ready(text: &str) -> Result<(), Failure> {
    write(text.as_bytes())
}

/// A text as it may be said.
pub fn veiled(text: &str) -> String {
    worn().as_ref().map_or_else(|| text.to_owned(), |veil| veil.text(text))
}

/// Writes an answer to standard output, with a line end. A reader that has
/// heard enough (`| head`) is no error.
///
/// # Errors
///
/// Standard output cannot be written: a full disk behind a redirection.
pub fn answer(text: &str) -> Result<(), Failure> {
    let text = worn().as_ref().map_or_else(|| text.to_owned(), |veil| veil.lines(text));
    write(format!("{text}\n").as_bytes())
}

/// Writes an answer as it is; where something has to be hidden, as text.
///
/// # Errors
///
/// As [`answer`].
pub fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    match veil() {
        Some(veil) => write(veil.text(&String::from_utf8_lossy(bytes)).as_bytes()),
        None => write(bytes),
    }
}

fn write(bytes: &[u8]) -> Result<(), Failure> {
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
    json_as(value, str::to_owned)
}

/// Writes JSON to standard output, after this has been done to its text.
///
/// # Errors
///
/// As [`answer`].
pub fn json_as(value: &serde_json::Value, shape: impl FnOnce(&str) -> String) -> Result<(), Failure> {
    // What a value says is veiled before it is quoted: a `\n` before a name would be taken for a letter of it.
    let text = match veil() {
        Some(veil) => {
            let mut value = value.clone();
            veil.value(&mut value);
            format!("{value:#}")
        }
        None => format!("{value:#}"),
    };
    write(format!("{}\n", shape(&text)).as_bytes())
}

/// Writes JSON to standard output, on one line.
///
/// # Errors
///
/// As [`answer`].
pub fn json_line(value: &serde_json::Value) -> Result<(), Failure> {
    let mut value = value.clone();
    know(|veil| veil.value(&mut value));
    write(format!("{value}\n").as_bytes())
}

/// A JSON document that goes into a file or to a program.
pub fn export(text: String) -> String {
    let Some(veil) = veil() else { return text };
    match serde_json::from_str(&text) {
        Ok(mut value) => {
            veil.value(&mut value);
            format!("{value:#}")
        }
        Err(_) => veil.text(&text),
    }
}

/// Events of a calendar, before their lines are folded.
pub fn events(mut events: Vec<Item>) -> Vec<Item> {
    for event in &mut events {
        event.title = veiled(&event.title);
        event.about = event.about.as_ref().map(|about| veiled(about));
    }
    events
}

/// Says something to the person, on standard error.
pub fn say(text: &str) {
    let _deaf = writeln!(io::stderr(), "{}", Clean::block(&veiled(text)));
}
