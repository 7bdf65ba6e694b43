//! Where what is published lies on this machine: the page that somebody
//! named, and the CODEOWNERS file of the repository.
//!
//! A repository that anybody may have written must not choose what else on
//! this machine is written to, and what people wrote is never written over.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use super::git::Git;
use super::place::{Place, repository_of};
use super::session::Trusted;
use crate::domain::runbook::owned;
use crate::domain::text::Clean;
use crate::store::files;

/// Nothing that is published is longer, in bytes.
const LONGEST: u64 = 8 << 20;

/// A file as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// There is none.
    Nothing,
    /// Its text.
    Text(String),
    /// No file but a device or a pipe, which holds nothing.
    Device,
}

/// The folder of the team file, and the repository around it.
#[derive(Debug, Clone)]
pub struct Ground {
    home: PathBuf,
    root: PathBuf,
}

impl Ground {
    /// Around this team file; without a repository its folder is all there is.
    ///
    /// # Errors
    ///
    /// When its folder cannot be looked at.
    pub fn of(team_file: &Path) -> Result<Self, Clean> {
        let home = team_file.parent().filter(|home| !home.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let home = fs::canonicalize(home).map_err(|error| said(home, &format!("cannot be read: {error}")))?;
        let root = repository_of(&home).unwrap_or(&home).to_owned();
        Ok(Self { home, root })
    }

    /// The way from the top of the repository to the team file, as `ops/`; empty at the top.
    pub fn prefix(&self) -> String {
        let below = self.home.strip_prefix(&self.root).unwrap_or(Path::new(""));
        down(below.components())
    }

    /// The way from the folder of a page to that of the team file, as `../`; empty if they are the same, or the page
    /// lies outside of the repository.
    pub fn way_from(&self, page: &Path) -> String {
        let page = absolute(page);
        let folder = page.parent().unwrap_or(Path::new("/"));
        let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        if !folder.starts_with(&self.root) {
            return String::new();
        }
        let (from, to): (Vec<_>, Vec<_>) = (folder.components().collect(), self.home.components().collect());
        let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
        let up = "../".repeat(from.len() - shared);
        up + &down(to[shared..].iter().copied())
    }

    /// Where the page is that was named.
    ///
    /// # Errors
    ///
    /// When a link within the repository leads out of it: nobody can have meant that.
    pub fn page(&self, named: &Path) -> Result<PathBuf, Clean> {
        match absolute(named).strip_prefix(&self.root) {
            Ok(below) => self.within(&below.to_string_lossy()),
            Err(_) => Ok(named.to_owned()),
        }
    }

    /// The CODEOWNERS file that counts, or would; and how it is called from the top.
    ///
    /// # Errors
    ///
    /// When a link leads out of the repository.
    pub fn codeowners(&self) -> Result<(PathBuf, &'static str), Clean> {
        let there = |name: &&str| self.root.join(name).symlink_metadata().is_ok();
        let name = owned::FILES.into_iter().find(there).unwrap_or(owned::FILES[0]);
        let path = self.within(name)?;
        // What it leads to is another file of somebody's, and means something else there.
        if path.is_symlink() {
            return Err(Clean::line(&format!("{name} is a link; make it a file of its own")));
        }
        Ok((path, name))
    }

    /// The tracked files, as they are named from the top; none where git cannot say.
    pub async fn files(&self) -> Vec<String> {
        Git::at(&self.root).files().await.unwrap_or_default()
    }

    fn within(&self, below: &str) -> Result<PathBuf, Clean> {
        let place = Place { home: self.root.clone(), trusted: Trusted::No };
        place.folder(below).map_err(|why| Clean::line(&format!("{why}; make it a file or folder of its own")))
    }
}

/// What is there.
///
/// # Errors
///
/// When it cannot be read as text of a sensible length.
pub fn look(path: &Path) -> Result<Found, Clean> {
    let unreadable = |why: &dyn std::fmt::Display| said(path, &format!("cannot be read: {why}"));
    let about = match fs::metadata(path) {
        Ok(about) => about,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(unreadable(&error)),
    };
    if about.is_dir() {
        return Err(said(path, "is a folder; name a file in it"));
    }
    if is_pipe(&about) {
        return Err(said(path, "is a pipe; leave out --out, and redirect"));
    }
    if !about.is_file() {
        return Ok(Found::Device);
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > LONGEST {
        return Err(unreadable(&"it is longer than 8 MiB"));
    }
    let text = String::from_utf8(bytes).map_err(|_| unreadable(&"it is not UTF-8 text; save it as UTF-8"))?;
    Ok(Found::Text(text))
}

/// A pipe is written only when somebody reads it, which may be never.
#[cfg(unix)]
fn is_pipe(about: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&about.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

/// Writes what was made of what was found; not over what somebody else has written since. Folders above a new file are
/// not made.
///
/// # Errors
///
/// Why it is not written; the file is then what it was.
pub fn put(path: &Path, found: &Found, text: &str) -> Result<(), Clean> {
    let failed = |error: &dyn std::error::Error| {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        said(path, &format!("is not written: {error}{cause}"))
    };
    match found {
        Found::Nothing => files::create(path, text).map_err(|error| failed(&error)),
        Found::Device => files::replace(path, text).map_err(|error| failed(&error)),
        Found::Text(before) => {
            let _held = files::hold(path).map_err(|error| failed(&error))?;
            if look(path)? != Found::Text(before.clone()) {
                return Err(said(path, "has been changed meanwhile; run it again"));
            }
            if fs::metadata(path).is_ok_and(|about| about.permissions().readonly()) {
                return Err(said(path, "is write-protected; allow writing with `chmod u+w`"));
            }
            files::replace(path, text).map_err(|error| failed(&error))
        }
    }
}

/// Makes the folder of a file, and those above it.
///
/// # Errors
///
/// Why they are not there.
pub fn make_room(path: &Path) -> Result<(), Clean> {
    let folder = path.parent().unwrap_or(Path::new("."));
    files::folder(folder).map_err(|error| said(folder, &format!("cannot be made: {error}")))
}

/// The way down through these folders: `ops/team/`.
fn down<'a>(folders: impl Iterator<Item = Component<'a>>) -> String {
    folders.flat_map(|part| [part.as_os_str().to_string_lossy(), "/".into()]).collect()
}

/// From the top of the machine, without `.` and `..`; links are not looked at.
fn absolute(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let mut whole = PathBuf::new();
    for part in here.join(path).components() {
        match part {
            Component::ParentDir => {
                whole.pop();
            }
            Component::CurDir => {}
            part => whole.push(part),
        }
    }
    whole
}

fn said(path: &Path, what: &str) -> Clean {
    Clean::line(&format!("{} {what}", path.display()))
}
