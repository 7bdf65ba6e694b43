//! Files that are written for people: an export, a changed team file, a
//! starter runbook. Whoever reads one sees the old text or the new one, never
//! half of either, whatever happens in between.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::folder::sync_folder;

/// Puts this text in place of what the file held, with the mode that the file
/// had. A link stays a link: what it points at is replaced.
///
/// # Errors
///
/// [`StoreError::Full`], [`StoreError::ReadOnly`] or [`StoreError::Io`]; the file is then what it was.
pub fn replace(path: &Path, text: &str) -> Result<(), StoreError> {
    let fail = |error| StoreError::io("write", path, error);
    // A device or a pipe is written to; nothing takes its place.
    if fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir()) {
        let mut there = fs::OpenOptions::new().write(true).open(path).map_err(fail)?;
        return there.write_all(text.as_bytes()).map_err(fail);
    }
    let target = if path.is_symlink() { fs::canonicalize(path).map_err(fail)? } else { path.to_path_buf() };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = draft_in(folder, fs::metadata(&target).ok()).map_err(fail)?;
    draft.write_all(text.as_bytes()).map_err(fail)?;
    draft.as_file().sync_all().map_err(fail)?;
    draft.persist(&target).map_err(|error| fail(error.error))?;
    sync_folder(folder).map_err(fail)
}

/// As [`replace`], for a file whose name was not chosen by the person who runs this: a link there is left alone, and
/// so is whatever else is no plain file.
///
/// # Errors
///
/// [`StoreError::Io`] where something else stands there; else as [`replace`].
pub fn replace_plain(path: &Path, text: &str) -> Result<(), StoreError> {
    match fs::symlink_metadata(path) {
        Ok(about) if !about.is_file() => {
            let what = if about.is_symlink() { "it is a link; take it away first" } else { "it is no plain file" };
            Err(StoreError::io("write", path, std::io::Error::other(what)))
        }
        Ok(_) | Err(_) => replace(path, text),
    }
}

/// Writes a file that is not there yet.
///
/// # Errors
///
/// [`StoreError::Io`] when something of this name exists, which is left alone; else as [`replace`].
pub fn create(path: &Path, text: &str) -> Result<(), StoreError> {
    let fail = |error| StoreError::io("create", path, error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = draft_in(folder, None).map_err(fail)?;
    draft.write_all(text.as_bytes()).map_err(fail)?;
    draft.as_file().sync_all().map_err(fail)?;
    draft.persist_noclobber(path).map_err(|error| fail(error.error))?;
    sync_folder(folder).map_err(fail)
}

/// Makes a folder and those above it; one that is there is left as it is.
///
/// # Errors
///
/// [`StoreError::Full`], [`StoreError::ReadOnly`] or [`StoreError::Io`].
pub fn folder(path: &Path) -> Result<(), StoreError> {
    fs::create_dir_all(path).map_err(|error| StoreError::io("create", path, error))
}

/// Makes a fresh folder for this user alone, where the system keeps what need
/// not last. It is not taken away at the end: other processes may use it.
///
/// # Errors
///
/// As [`folder`].
pub fn temporary_folder(name: &str) -> Result<PathBuf, StoreError> {
    let made = tempfile::Builder::new().prefix(&format!("{name}-")).tempdir();
    made.map(tempfile::TempDir::keep).map_err(|error| StoreError::io("create", &std::env::temp_dir(), error))
}

/// Waits until no other process of this machine holds this lock of our own folder, and holds it as long as what is
/// returned is kept.
///
/// # Errors
///
/// As [`folder`].
pub fn alone(path: &Path) -> Result<fs::File, StoreError> {
    let held = log(path)?;
    held.lock().map_err(|error| StoreError::io("lock", path, error))?;
    Ok(held)
}

/// Waits until nobody else who asks for it holds this file, and holds it as long as what is returned is kept; also if
/// it was replaced in the meantime. Processes with other folders meet here.
///
/// # Errors
///
/// [`StoreError::Io`] when there is no such file.
pub fn hold(path: &Path) -> Result<fs::File, StoreError> {
    let fail = |error| StoreError::io("lock", path, error);
    loop {
        let file = fs::File::open(path).map_err(fail)?;
        // Elsewhere a locked file could not be replaced.
        if cfg!(unix) {
            file.lock().map_err(fail)?;
        }
        if is_still(path, &file) {
            return Ok(file);
        }
    }
}

/// Whether the path still names this file.
#[cfg(unix)]
fn is_still(path: &Path, file: &fs::File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let mark = |about: fs::Metadata| (about.dev(), about.ino());
    fs::metadata(path).ok().map(mark) == file.metadata().ok().map(mark)
}

#[cfg(not(unix))]
fn is_still(_path: &Path, _file: &fs::File) -> bool {
    true
}

/// Puts a text whole into our own folder, for this user alone. It is gone after a loss of power, as what it says is then.
///
/// # Errors
///
/// As [`folder`].
pub fn note(path: &Path, text: &str) -> Result<(), StoreError> {
    let fail = |error| StoreError::io("write", path, error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = tempfile::Builder::new().prefix(".dogwatch-").tempfile_in(folder).map_err(fail)?;
    draft.write_all(text.as_bytes()).map_err(fail)?;
    draft.persist(path).map(|_| ()).map_err(|error| fail(error.error))
}

/// Opens a log that only this user can read, to write at its end.
///
/// # Errors
///
/// As [`folder`].
pub fn log(path: &Path) -> Result<fs::File, StoreError> {
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| StoreError::io("open", path, error))
}

/// Takes away the logs of this folder whose names come before `first`; other files stay.
///
/// # Errors
///
/// [`StoreError::Io`] when the folder cannot be read or a log cannot be taken away.
pub fn forget_logs(folder: &Path, first: &str) -> Result<(), StoreError> {
    let fail = |error| StoreError::io("tidy", folder, error);
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name.starts_with("dogwatch-") && name.len() == first.len();
        if ours && Path::new(&name).extension().is_some_and(|kind| kind == "log") && name.as_str() < first {
            fs::remove_file(entry.path()).map_err(fail)?;
        }
    }
    Ok(())
}

/// A text on its way through the operator's editor; it goes when this is dropped.
pub struct Draft {
    file: tempfile::NamedTempFile,
}

/// Begins a text that only this user can read, as Markdown.
///
/// # Errors
///
/// As [`folder`].
pub fn draft(name: &str, text: &str) -> Result<Draft, StoreError> {
    let fail = |error| StoreError::io("write", &std::env::temp_dir(), error);
    let mut file = tempfile::Builder::new().prefix(&format!("{name}-")).suffix(".md").tempfile().map_err(fail)?;
    file.write_all(text.as_bytes()).map_err(fail)?;
    Ok(Draft { file })
}

impl Draft {
    /// Where it is.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// What it says now, also if the editor put another file in its place.
    ///
    /// # Errors
    ///
    /// [`StoreError::Io`] when it cannot be read as text.
    pub fn text(&self) -> Result<String, StoreError> {
        fs::read_to_string(self.path()).map_err(|error| StoreError::io("read", self.path(), error))
    }
}

/// A nameless draft beside the file, with its mode, or with the one that the system gives new files.
fn draft_in(folder: &Path, old: Option<fs::Metadata>) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dogwatch-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let draft = builder.tempfile_in(folder)?;
    if let Some(old) = old {
        draft.as_file().set_permissions(old.permissions())?;
    }
    Ok(draft)
}
