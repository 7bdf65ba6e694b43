//! Where the paths of a team file lead on this machine.
//!
//! A team file comes with a repository that anybody may have written: a path
//! in it stays within the repository until the operator has allowed more.

use std::path::{Component, Path, PathBuf};

use super::session::{Plan, Trusted};
use crate::config::leads_out;
use crate::domain::text::Clean;
use crate::store::{Opening, Store, Wanted};

/// Where paths of the team file begin, and how far they may lead.
#[derive(Debug, Clone)]
pub struct Place {
    /// The folder of the team file; empty where that is the working directory.
    pub home: PathBuf,
    /// Whether paths that lead out of it have been allowed.
    pub trusted: Trusted,
}

impl Place {
    /// The path as a place on this machine.
    ///
    /// # Errors
    ///
    /// When it leads out of the repository: by its name, which has to be allowed, or through a link, which nobody has
    /// been asked about.
    pub fn of(&self, path: &str) -> Result<PathBuf, Clean> {
        let named = self.home.join(path);
        if leads_out(path) {
            return match self.trusted {
                Trusted::Yes => Ok(named),
                Trusted::No => {
                    Err(Clean::line(&format!("{path} lies outside the repository; `dogwatch trust` allows it")))
                }
            };
        }
        let home = if self.home.as_os_str().is_empty() { Path::new(".") } else { &self.home };
        let whole = |path: &Path| std::fs::canonicalize(path);
        match (whole(&named), whole(home)) {
            (Ok(at), Ok(home)) if !at.starts_with(&home) => {
                Err(Clean::line(&format!("{path} is a link that leads out of the repository")))
            }
            // What is not there leads nowhere.
            (Ok(_) | Err(_), _) => Ok(named),
        }
    }
}

impl Place {
    /// Where paths of this plan's team file begin; none without a team file.
    pub fn of_team(plan: &Plan, trusted: Trusted) -> Option<Self> {
        let home = plan.team_path.as_ref()?.parent().unwrap_or(Path::new("")).to_owned();
        Some(Self { home, trusted })
    }

    /// The path as a folder that may be made and written into, whether it is there or not.
    ///
    /// # Errors
    ///
    /// As [`Self::of`], for the folder and for each one above it: of what is not there yet, those may be links. And where
    /// it is git's own: a line in there is a command.
    pub fn folder(&self, path: &str) -> Result<PathBuf, Clean> {
        let mut above = PathBuf::new();
        for part in Path::new(path).components() {
            above.push(part);
            let named = self.of(&above.to_string_lossy())?;
            if self.is_gits(&named) {
                return Err(Clean::line(&format!("{path} leads into git's own folder, where nothing is written")));
            }
        }
        self.of(path)
    }

    /// Whether a place is, or leads, into the folder in which git keeps its own.
    fn is_gits(&self, named: &Path) -> bool {
        let home = if self.home.as_os_str().is_empty() { Path::new(".") } else { &self.home };
        let whole = std::fs::canonicalize(named).unwrap_or_else(|_| named.to_owned());
        let below = std::fs::canonicalize(home).ok().and_then(|home| whole.strip_prefix(home).ok().map(Path::to_owned));
        let below = below.unwrap_or_else(|| named.strip_prefix(home).unwrap_or(named).to_owned());
        let is_git = |part: Component<'_>| {
            part.as_os_str().to_string_lossy().trim_end_matches(['.', ' ']).eq_ignore_ascii_case(".git")
        };
        below.components().any(is_git)
    }
}

/// What this machine remembers, to be read; none where it cannot be.
pub(super) fn remembered(plan: &Plan) -> Option<Store> {
    let reading = Opening { wanted: Wanted::ReadOnly, ..Opening::default() };
    Store::open_with(&plan.folder, plan.clock.start(), &reading).ok().map(|opened| opened.store)
}

/// The folder of the repository that a file is in, else its own; links are followed on the way to the file's folder.
pub fn root_of(file: &Path) -> PathBuf {
    let home = file.parent().filter(|home| !home.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let whole = std::fs::canonicalize(home).unwrap_or_else(|_| home.to_owned());
    repository_of(&whole).map(Path::to_owned).unwrap_or(whole)
}

/// The topmost folder of the repository that a folder is in; none if it is in none.
pub fn repository_of(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(".git").exists())
}

/// Whether a file is a link to something outside its repository: a clone must not choose what else is read.
pub fn is_elsewhere(file: &Path) -> bool {
    let root = std::fs::canonicalize(root_of(file));
    file.is_symlink() && !matches!((std::fs::canonicalize(file), root), (Ok(at), Ok(root)) if at.starts_with(&root))
}

/// What the team file is called from the top of its repository.
pub fn from_top(path: &Path) -> String {
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let top = whole.parent().and_then(repository_of);
    let named = top.and_then(|top| whole.strip_prefix(top).ok()).map(Path::to_owned);
    let named = named.or_else(|| whole.file_name().map(PathBuf::from)).unwrap_or(whole);
    named.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
