//! Files that are written for people: an export, a changed team file, a
//! starter runbook. Whoever reads one sees the old text or the new one, never
//! half of either, whatever happens in between.

use std::fs;
use std::io::Write as _;
use std::path::Path;

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
    let target = if path.is_symlink() { fs::canonicalize(path).map_err(fail)? } else { path.to_path_buf() };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut draft = draft_in(folder, fs::metadata(&target).ok()).map_err(fail)?;
    draft.write_all(text.as_bytes()).map_err(fail)?;
    draft.as_file().sync_all().map_err(fail)?;
    draft.persist(&target).map_err(|error| fail(error.error))?;
    sync_folder(folder).map_err(fail)
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
