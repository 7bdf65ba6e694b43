//! What people say of eval findings, in a file beside the team file: read when
//! it changes, added to by a decision, and committed by people.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::config::{EXPECTED_FILE, ExpectedEntry, ExpectedFile, expected_file, without_saying, without_word};
use crate::domain::text::Clean;
use crate::store::files;

/// The file is not longer than this, in bytes.
const LONGEST: u64 = 1 << 20;
/// Held in our own folder while the file is changed: two terminals may speak at once.
const LOCK: &str = "expected.lock";

/// Where the file lies for a team file in this folder.
pub fn place(home: &Path) -> PathBuf {
    home.join(EXPECTED_FILE)
}

/// What has been said so far; nothing, where there is no file.
///
/// # Errors
///
/// Why it cannot be read, with its place and what to write instead.
pub fn heard(home: &Path) -> Result<ExpectedFile, Clean> {
    let text = text(home)?;
    expected_file(&text, EXPECTED_FILE).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Clean::line(&problems.join("; "))
    })
}

/// Adds this to the file; it is on disk when this returns.
///
/// # Errors
///
/// Why it could not be added, with a remedy; the file is then what it was.
pub fn say(home: &Path, data: &Path, entry: &ExpectedEntry) -> Result<(), Clean> {
    change(home, data, |text| Ok(entry.added_to(text)))
}

/// Takes out of the file again what was said last of this incident.
///
/// # Errors
///
/// As [`say`]; also when the file says nothing of it.
pub fn unsay(home: &Path, data: &Path, incident: &str) -> Result<(), Clean> {
    let nothing = || Clean::line(&format!("{EXPECTED_FILE} says nothing of {incident}; change it by hand"));
    change(home, data, |text| without_saying(text, incident).ok_or_else(nothing))
}

/// Takes out of the file again what was said last of this suite, and of no incident; that table.
///
/// # Errors
///
/// As [`say`]; also when the file says nothing of the kind.
pub fn unsay_word(home: &Path, data: &Path, suite: &str) -> Result<String, Clean> {
    let remedy = "what was said of an incident is taken back by `dogwatch undo`";
    let nothing = || Clean::line(&format!("{EXPECTED_FILE} says nothing of the suite {suite} alone; {remedy}"));
    let mut taken = String::new();
    change(home, data, |text| {
        let (rest, table) = without_word(text, suite).ok_or_else(nothing)?;
        taken = table;
        Ok(rest)
    })?;
    Ok(taken)
}

fn change(home: &Path, data: &Path, change: impl FnOnce(&str) -> Result<String, Clean>) -> Result<(), Clean> {
    let failed = |error: &dyn std::error::Error| {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        Clean::line(&format!("{EXPECTED_FILE} cannot be written: {error}{cause}"))
    };
    let _held = files::alone(&data.join(LOCK)).map_err(|error| failed(&error))?;
    // What is wrong already is mended by people first: adding to it would hide nothing and help nobody.
    heard(home)?;
    let before = text(home)?;
    let after = change(&before)?;
    if after == before {
        return Ok(());
    }
    let unsayable = |problems: &Vec<crate::config::Problem>| {
        let why = problems.first().map(|problem| problem.message.clone()).unwrap_or_default();
        Clean::line(&format!("{EXPECTED_FILE} cannot say it: {why}"))
    };
    expected_file(&after, EXPECTED_FILE).map_err(|problems| unsayable(&problems))?;
    let path = place(home);
    let folder = path.parent().unwrap_or(home);
    files::folder(folder).map_err(|error| failed(&error))?;
    // A repository that anybody may have written must not choose what else on this machine is written to.
    let whole = |path: &Path| fs::canonicalize(path).map_err(|error| failed(&error));
    let leads_out =
        !whole(folder)?.starts_with(whole(if home.as_os_str().is_empty() { Path::new(".") } else { home })?);
    if leads_out || path.is_symlink() {
        return Err(Clean::line(&format!("{EXPECTED_FILE} is a link; make it a file of this repository")));
    }
    files::replace(&path, &after).map_err(|error| failed(&error))
}

fn text(home: &Path) -> Result<String, Clean> {
    let path = place(home);
    let unreadable = |why: &str| Clean::line(&format!("{EXPECTED_FILE} cannot be read: {why}"));
    match fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(unreadable(&error.to_string())),
        Ok(about) if !about.is_file() => return Err(unreadable("it is no regular file")),
        Ok(about) if about.len() > LONGEST => return Err(unreadable("it is longer than 1 MiB")),
        Ok(_) => {}
    }
    let mut text = String::new();
    let file = File::open(&path).map_err(|error| unreadable(&error.to_string()))?;
    file.take(LONGEST).read_to_string(&mut text).map_err(|error| unreadable(&error.to_string()))?;
    Ok(text)
}
