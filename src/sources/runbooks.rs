//! Which runbooks there are, and their text.
//!
//! Folders are walked as they lie on the disk; whatever is in them, the walk
//! comes to an end: links that lead out of a folder are named and left, links
//! to folders are not followed at all, and what is no text, too long or not
//! to be read is said and left out, so that the rest is found.

mod walk;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::store::pages::Stamp;

pub use walk::{Bounds, Folder, Seen, Walked, walk};

/// A page is not longer than this, in bytes.
pub const LONGEST: u64 = 2 << 20;

/// Why a file is not read as a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// It is a picture or a program: there are NUL bytes in it.
    #[error("it is no text")]
    NoText,
    /// It is longer than [`LONGEST`].
    #[error("it is longer than {} MB", LONGEST >> 20)]
    Long,
    /// It is a folder, a pipe or a device.
    #[error("it is no file")]
    NoFile,
    /// There is none.
    #[error("there is no such file")]
    Missing,
    /// The system said no.
    #[error("{0}")]
    Io(String),
}

impl From<std::io::Error> for Unread {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::Missing,
            _ => Self::Io(error.to_string()),
        }
    }
}

/// The text of one page: UTF-8, else each byte as Latin-1 has it, with the dashes and quotes that Windows adds.
///
/// # Errors
///
/// [`Unread`]: what stands in the way.
pub fn read_page(path: &Path) -> Result<String, Unread> {
    bytes(path).map(text)
}

/// The file's bytes as they are, within the same bounds.
///
/// # Errors
///
/// As [`read_page`].
pub fn bytes(path: &Path) -> Result<Vec<u8>, Unread> {
    // To open a pipe is to wait for somebody who writes to it.
    let about = std::fs::metadata(path)?;
    if !about.is_file() {
        return Err(Unread::NoFile);
    }
    if about.len() > LONGEST {
        return Err(Unread::Long);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or_default() + 1);
    File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(Unread::Long);
    }
    if bytes.contains(&0) {
        return Err(Unread::NoText);
    }
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).unwrap_or_else(|error| error.as_bytes().iter().copied().map(latin).collect());
    match text.strip_prefix('\u{FEFF}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}

/// A byte as Windows-1252 has it, where that is not Latin-1.
fn latin(byte: u8) -> char {
    const WINDOWS: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => WINDOWS[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// As it is now on the disk; none where there is no plain file.
pub fn stamp_of(path: &Path, shown: &str) -> Option<Stamp> {
    std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|about| walk::stamp(shown, &about))
}

/// A folder and a path below it as people write them, with `/` on every system.
fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// Where a file lies, told for people: relative to the home where it lies below it, else whole.
pub fn shown(home: &Path, at: &Path) -> String {
    let plain = |path: &Path| -> PathBuf {
        path.components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect()
    };
    let (home, at) = (plain(home), plain(at));
    slashed(at.strip_prefix(&home).unwrap_or(&at))
}
