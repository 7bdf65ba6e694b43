//! Which files there are to read.
//!
//! A path is a file, a folder that is walked, or a pattern. What a tool keeps
//! beside its results (checkpoints, version control) is passed over; nothing
//! but plain files is ever opened, and no link to a folder is followed.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::domain::evals::gather::SetAside;
use crate::store::results::FileMark;

/// The most files that one look takes in.
const FILES: usize = 200_000;
/// How deep folders are walked.
const DEPTH: usize = 32;

/// What tells, without opening it, that a file is as it was.
fn mark(about: &Metadata) -> FileMark {
    let modified = about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let modified = modified.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or_default();
    FileMark { size: about.len(), modified, inode: inode(about) }
}

/// As [`FileMark`] tells it; none where there is no plain file.
pub fn mark_of(path: &Path) -> Option<FileMark> {
    fs::metadata(path).ok().filter(Metadata::is_file).map(|about| mark(&about))
}

#[cfg(unix)]
fn inode(about: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(about)
}

#[cfg(not(unix))]
fn inode(_: &Metadata) -> u64 {
    0
}

/// The files that there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walked {
    /// Each once, by path.
    pub files: BTreeMap<PathBuf, FileMark>,
    /// What could not be looked at.
    pub aside: Vec<SetAside>,
}

impl Walked {
    /// Everything below these paths.
    pub fn below(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut walked = Self::default();
        for path in paths {
            walked.add(&path);
        }
        walked
    }

    /// Of these files, those that the paths and patterns mean and that are there.
    pub fn among<'a>(paths: &[PathBuf], files: impl IntoIterator<Item = &'a PathBuf>) -> Self {
        let mut walked = Self::default();
        let paths: Vec<Meant<'_>> = paths.iter().map(|path| Meant::of(path)).collect();
        let meant = |file: &&PathBuf| paths.iter().any(|path| path.means(file));
        for file in files.into_iter().filter(meant) {
            if let Ok(about) = fs::metadata(file)
                && about.is_file()
            {
                walked.take(file.clone(), &about);
            }
        }
        walked
    }

    /// A path that is there is taken as it is; else it is read as a pattern.
    fn add(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(about) if about.is_dir() => self.walk(path, 0),
            Ok(about) => self.take(path.to_path_buf(), &about),
            Err(_) if pattern(path).is_some_and(|pattern| pattern.contains("**")) => self.search(path),
            Err(error) => match pattern(path).as_deref().map(glob::glob) {
                None => self.set_aside(path, &error.to_string()),
                Some(Err(error)) => self.set_aside(path, &error.to_string()),
                Some(Ok(paths)) => self.add_all(path, paths),
            },
        }
    }

    fn add_all(&mut self, pattern: &Path, paths: glob::Paths) {
        let mut nothing = true;
        for found in paths {
            nothing = false;
            match found {
                Ok(found) => self.add_found(&found),
                Err(error) => self.set_aside(error.path(), &error.error().to_string()),
            }
        }
        if nothing {
            self.set_aside(pattern, "nothing is there");
        }
    }

    /// A pattern that goes into every folder: never through a link, which may lead around in a circle.
    fn search(&mut self, path: &Path) {
        let open = |part: &Component<'_>| part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
        let begins: PathBuf = path.components().take_while(|part| !open(part)).collect();
        let begins = if begins.as_os_str().is_empty() { PathBuf::from(".") } else { begins };
        let mut below = Self::default();
        if begins.is_dir() {
            below.walk(&begins, 0);
        }
        let plain = |file: PathBuf| file.strip_prefix(".").map(Path::to_path_buf).unwrap_or(file);
        let files = below.files.into_iter().map(|(file, mark)| (plain(file), mark));
        let before = self.files.len();
        let meant = Meant::of(path);
        self.files.extend(files.filter(|(file, _)| meant.means(file)));
        if self.files.len() == before && below.aside.is_empty() {
            self.set_aside(path, "nothing is there");
        }
        self.aside.extend(below.aside);
    }

    /// What a pattern found: files only.
    fn add_found(&mut self, path: &Path) {
        match fs::metadata(path) {
            Ok(about) if about.is_file() && !lies_aside(path) => self.take(path.to_path_buf(), &about),
            Ok(_) => {}
            // A link that leads nowhere is no file.
            Err(_) if path.is_symlink() => {}
            Err(error) => self.set_aside(path, &error.to_string()),
        }
    }

    fn walk(&mut self, folder: &Path, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.set_aside(folder, &error.to_string()),
        };
        for entry in entries.flatten() {
            let (path, Ok(kind)) = (entry.path(), entry.file_type()) else { continue };
            if is_passed_over(&entry.file_name().to_string_lossy()) {
                continue;
            }
            if kind.is_dir() && depth < DEPTH {
                self.walk(&path, depth + 1);
            } else if (kind.is_file() || kind.is_symlink())
                && let Ok(about) = fs::metadata(&path)
                && about.is_file()
            {
                self.take(path, &about);
            }
        }
    }

    fn take(&mut self, path: PathBuf, about: &Metadata) {
        if !about.is_file() {
            self.set_aside(&path, "it is no plain file");
        } else if self.files.len() < FILES {
            self.files.insert(path, mark(about));
        } else if self.files.len() == FILES && !self.aside.iter().any(|one| one.reason.starts_with("past the")) {
            self.set_aside(&path, &format!("past the {FILES} files that are looked at"));
        }
    }

    fn set_aside(&mut self, path: &Path, reason: &str) {
        self.aside.push(SetAside { file: path.to_path_buf(), reason: reason.to_owned() });
    }
}

/// The pattern that a path may be. At its end, `**` means whatever is below, not the folders alone.
fn pattern(path: &Path) -> Option<String> {
    let text = path.to_str().filter(|text| text.contains(['*', '?', '[']))?;
    Some(if text.ends_with("**") { format!("{text}/*") } else { text.to_owned() })
}

/// What a path of a source means.
struct Meant<'a> {
    path: &'a Path,
    pattern: Option<glob::Pattern>,
}

impl<'a> Meant<'a> {
    fn of(path: &'a Path) -> Self {
        Self { path, pattern: pattern(path).and_then(|pattern| glob::Pattern::new(&pattern).ok()) }
    }

    /// Whether a file is one that a walk of the path would find.
    fn means(&self, file: &Path) -> bool {
        let rules = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
        let fits = self.pattern.as_ref().is_some_and(|pattern| pattern.matches_path_with(file, rules));
        (fits || file.starts_with(self.path)) && !lies_aside(file)
    }
}

fn lies_aside(path: &Path) -> bool {
    path.components().any(|part| is_passed_over(&part.as_os_str().to_string_lossy()))
}

fn is_passed_over(name: &str) -> bool {
    name == ".git" || name.ends_with(".checkpoints")
}
