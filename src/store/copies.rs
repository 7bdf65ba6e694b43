//! Copies of what others publish: calendars, and what the host of a repository
//! plans. All of it can be fetched again, so each lies in a file of its own
//! beside the store; one that cannot be read is none.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::error::StoreError;

/// The folder, within that of the store.
const FOLDER: &str = "copies";
/// A copy is not longer than this, in bytes.
pub const LONGEST: u64 = 64 << 20;
/// Nor is what is said of it.
const HEAD: u64 = 1 << 13;

/// What a copy is of; the first line of its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The address or path.
    pub place: String,
    /// What tells this state of it from another: an entity tag, a size and a time.
    pub mark: Option<String>,
    /// When it was read.
    pub at: DateTime<Utc>,
}

/// What the copy of this name is of; none if there is no copy.
pub fn origin(folder: &Path, name: &str) -> Option<Origin> {
    read(folder, name).map(|(origin, _)| origin)
}

/// The copy of this name; none if there is none that can be read.
pub fn kept(folder: &Path, name: &str) -> Option<(Origin, Vec<u8>)> {
    let (origin, file) = read(folder, name)?;
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).ok()?;
    Some((origin, bytes))
}

/// Keeps a copy in place of the last one of this name, whole or not at all.
///
/// # Errors
///
/// [`StoreError::Full`], [`StoreError::ReadOnly`] or [`StoreError::Io`]; the last copy then stays.
pub fn keep(folder: &Path, name: &str, origin: &Origin, bytes: &[u8]) -> Result<(), StoreError> {
    let copies = folder.join(FOLDER);
    let path = place(folder, name);
    let fail = |error| StoreError::io("keep a copy as", &path, error);
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&copies).map_err(fail)?;
    let head = serde_json::to_string(origin).map_err(|error| fail(error.into()))?;
    let mut draft = tempfile::Builder::new().prefix(".dogwatch-").tempfile_in(&copies).map_err(fail)?;
    draft.write_all(head.as_bytes()).and_then(|()| draft.write_all(b"\n")).map_err(fail)?;
    draft.write_all(bytes).map_err(fail)?;
    draft.persist(&path).map(|_| ()).map_err(|error| fail(error.error))
}

fn read(folder: &Path, name: &str) -> Option<(Origin, BufReader<File>)> {
    let mut file = BufReader::new(File::open(place(folder, name)).ok()?);
    let mut head = String::new();
    (&mut file).take(HEAD).read_line(&mut head).ok()?;
    Some((serde_json::from_str(&head).ok()?, file))
}

/// Names are made of ids, which hold nothing that leads anywhere; anything else in one is dropped.
fn place(folder: &Path, name: &str) -> PathBuf {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    folder.join(FOLDER).join(plain)
}
