//! The walk through the folders of runbooks.

use std::collections::BTreeSet;
use std::fs::{self, DirEntry, Metadata, ReadDir};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::UNIX_EPOCH;

use rayon::prelude::*;

use super::LONGEST;
use crate::domain::text::Clean;
use crate::store::pages::Stamp;

/// How much of the disk one walk takes in.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// So many pages; the first by path.
    pub pages: usize,
    /// So many names of files and folders, pages or not.
    pub names: usize,
    /// Folders so deep.
    pub depth: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { pages: 20_000, names: 500_000, depth: 64 }
    }
}

/// A folder of runbooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// What its pages' paths begin with: `docs/runbooks`; empty for the home itself.
    pub shown: String,
    /// Where it lies.
    pub at: PathBuf,
}

/// A page that was seen, and has not been opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its path, and what tells a state of it from another.
    pub stamp: Stamp,
    /// Where it lies.
    pub at: PathBuf,
    /// Which of the folders it lies in.
    pub folder: usize,
    /// Its path below that folder, with `/`.
    pub below: String,
}

/// What there is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Walked {
    /// Each page once, by path.
    pub pages: Vec<Seen>,
    /// What could not be looked at, a sentence each, in order.
    pub doubts: Vec<Clean>,
}

/// All pages below these folders whose names fit one of the patterns.
pub fn walk(folders: &[Folder], patterns: &[String], bounds: &Bounds) -> Walked {
    let fitting = Fitting::of(patterns);
    let walks: Vec<Part> = folders
        .iter()
        .enumerate()
        .map(|(place, folder)| {
            let names = AtomicUsize::new(0);
            let walk = Walk { folder, place, fitting: &fitting, bounds, names: &names };
            let mut part = walk.folder(&folder.at, "", 0);
            if names.load(Ordering::Relaxed) > bounds.names {
                let so_many = bounds.names;
                part.doubt(
                    &walk.shown(""),
                    format!("more than {so_many} files lie in it; the others are not looked at"),
                );
            }
            part.without_twins()
        })
        .collect();
    let mut all = Part::default();
    for walk in walks {
        all.extend(walk);
    }
    all.pages.sort_by(|one, other| (&one.stamp.path, one.folder).cmp(&(&other.stamp.path, other.folder)));
    all.pages.dedup_by(|again, first| again.stamp.path == first.stamp.path);
    if let Some(first) = all.pages.get(bounds.pages) {
        let path = first.stamp.path.clone();
        all.doubt(&path, format!("it and what follows is left out: more than {} runbooks", bounds.pages));
        all.pages.truncate(bounds.pages);
    }
    all.doubts.sort();
    all.doubts.dedup();
    Walked { pages: all.pages, doubts: all.doubts.iter().map(|doubt| Clean::line(doubt)).collect() }
}

/// What one part of the walk has come upon.
#[derive(Default)]
struct Part {
    pages: Vec<Seen>,
    /// Pages that are links, with where they lead.
    links: Vec<(Seen, PathBuf)>,
    doubts: Vec<String>,
}

impl Part {
    fn doubt(&mut self, path: &str, why: impl std::fmt::Display) {
        self.doubts.push(format!("{path}: {why}"));
    }

    fn extend(&mut self, other: Self) {
        self.pages.extend(other.pages);
        self.links.extend(other.links);
        self.doubts.extend(other.doubts);
    }

    /// A link to a page that is found by itself is no other page.
    fn without_twins(mut self) -> Self {
        if self.links.is_empty() {
            return self;
        }
        let mut known: BTreeSet<PathBuf> =
            self.pages.iter().filter_map(|page| fs::canonicalize(&page.at).ok()).collect();
        self.links.sort_by(|(one, _), (other, _)| one.stamp.path.cmp(&other.stamp.path));
        for (page, leads_to) in std::mem::take(&mut self.links) {
            if known.insert(leads_to) {
                self.pages.push(page);
            }
        }
        self
    }
}

/// What lies in one folder, with the paths below the one that is walked.
#[derive(Default)]
struct Names {
    folders: Vec<(PathBuf, String)>,
    files: Vec<(DirEntry, String)>,
    links: Vec<(PathBuf, String, String)>,
}

/// The walk through one folder.
struct Walk<'a> {
    folder: &'a Folder,
    place: usize,
    fitting: &'a Fitting,
    bounds: &'a Bounds,
    names: &'a AtomicUsize,
}

impl Walk<'_> {
    /// What lies in this folder and below; `below` is its path within the one that is walked.
    fn folder(&self, at: &Path, below: &str, depth: usize) -> Part {
        let mut part = Part::default();
        if depth > self.bounds.depth {
            part.doubt(&self.shown(below), "it lies too deep, and is not looked at");
            return part;
        }
        let entries = match fs::read_dir(at) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                part.doubt(&self.shown(below), "there is no such folder");
                return part;
            }
            Err(error) => {
                part.doubt(&self.shown(below), cannot(&error));
                return part;
            }
        };
        let Names { folders, files, links } = self.sorted(entries, below, &mut part);
        let found: Vec<Result<Seen, String>> = if files.len() < FEW {
            files.into_iter().map(|(entry, path)| self.file(&entry, path)).collect()
        } else {
            files.into_par_iter().with_min_len(FEW / 2).map(|(entry, path)| self.file(&entry, path)).collect()
        };
        for one in found {
            match one {
                Ok(seen) => part.pages.push(seen),
                Err(doubt) => part.doubts.push(doubt),
            }
        }
        for (at, path, name) in links {
            self.link(at, path, &name, &mut part);
        }
        let deeper: Vec<Part> = folders.into_par_iter().map(|(at, path)| self.folder(&at, &path, depth + 1)).collect();
        for one in deeper {
            part.extend(one);
        }
        part
    }

    /// What the names in this folder may be.
    fn sorted(&self, entries: ReadDir, below: &str, part: &mut Part) -> Names {
        let mut names = Names::default();
        for entry in entries {
            if self.names.fetch_add(1, Ordering::Relaxed) >= self.bounds.names {
                break;
            }
            let (entry, kind) = match entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind))) {
                Ok(both) => both,
                Err(error) => {
                    part.doubt(&self.shown(below), cannot(&error));
                    continue;
                }
            };
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
            if kind.is_dir() {
                names.folders.push((entry.path(), path));
            } else if kind.is_symlink() {
                names.links.push((entry.path(), path, name));
            } else if kind.is_file() && self.fitting.means(&name, &path) {
                names.files.push((entry, path));
            }
        }
        names
    }

    fn file(&self, entry: &DirEntry, below: String) -> Result<Seen, String> {
        let about = entry.metadata().map_err(|error| format!("{}: {}", self.shown(&below), cannot(&error)))?;
        self.seen(entry.path(), below, &about)
    }

    fn seen(&self, at: PathBuf, below: String, about: &Metadata) -> Result<Seen, String> {
        let shown = self.shown(&below);
        if about.len() > LONGEST {
            return Err(format!("{shown}: {}, and is left out", super::Unread::Long));
        }
        Ok(Seen { stamp: stamp(&shown, about), at, folder: self.place, below })
    }

    /// A link to a file within the folder is that file; of any other it is said that it is not followed, unless it
    /// leads to a folder that is walked anyway.
    fn link(&self, at: PathBuf, below: String, name: &str, part: &mut Part) {
        let Ok(leads_to) = fs::canonicalize(&at) else {
            if self.fitting.means(name, &below) {
                part.doubt(&self.shown(&below), "it is a link that leads nowhere");
            }
            return;
        };
        let Ok(about) = fs::metadata(&leads_to) else { return };
        let is_page = about.is_file() && self.fitting.means(name, &below);
        if !is_page && !about.is_dir() {
            return;
        }
        let within = fs::canonicalize(&self.folder.at).is_ok_and(|home| leads_to.starts_with(home));
        if !within {
            part.doubt(&self.shown(&below), "it is a link that leads out of the folder, and is not followed");
        } else if is_page {
            match self.seen(at, below, &about) {
                Ok(seen) => part.links.push((seen, leads_to)),
                Err(doubt) => part.doubts.push(doubt),
            }
        }
    }

    /// A path below the folder, as people see it.
    fn shown(&self, below: &str) -> String {
        match (self.folder.shown.as_str(), below) {
            (folder, "") => if folder.is_empty() { "." } else { folder }.to_owned(),
            ("", below) => below.to_owned(),
            ("/", below) => format!("/{below}"),
            (folder, below) => format!("{folder}/{below}"),
        }
    }
}

/// Fewer files than this are looked at one after the other: to share them out takes longer.
const FEW: usize = 128;

fn cannot(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "it is not there".to_owned(),
        _ => format!("it cannot be read: {error}"),
    }
}

/// What tells, without opening it, that a file is as it was.
pub(super) fn stamp(shown: &str, about: &Metadata) -> Stamp {
    let modified = about.modified().ok().and_then(|at| match at.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).ok(),
        Err(before) => i64::try_from(before.duration().as_nanos()).ok().map(|nanos| -nanos),
    });
    Stamp { path: shown.to_owned(), modified: modified.unwrap_or_default(), size: about.len(), extra: 0 }
}

/// The patterns of names.
struct Fitting {
    /// `*.md` and the like: what a name ends with.
    endings: Vec<String>,
    others: Vec<(glob::Pattern, bool)>,
}

impl Fitting {
    fn of(patterns: &[String]) -> Self {
        let (mut endings, mut others) = (Vec::new(), Vec::new());
        for pattern in patterns {
            match pattern.strip_prefix('*') {
                Some(rest) if !rest.contains(['*', '?', '[', '/']) => endings.push(rest.to_lowercase()),
                _ => others.extend(glob::Pattern::new(pattern).ok().map(|glob| (glob, pattern.contains('/')))),
            }
        }
        Self { endings, others }
    }

    /// Whether a name fits, or the path below the folder where the pattern has a `/`.
    fn means(&self, name: &str, below: &str) -> bool {
        let rules = glob::MatchOptions { case_sensitive: false, require_literal_separator: true, ..Default::default() };
        let ends = |ending: &String| {
            let at = name.len().checked_sub(ending.len());
            at.and_then(|at| name.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
        };
        self.endings.iter().any(ends)
            || self.others.iter().any(|(glob, deep)| glob.matches_with(if *deep { below } else { name }, rules))
    }
}
