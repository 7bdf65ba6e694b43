//! What a first operating model is drawn from, gathered from where it lies:
//! the history, the files, the machine's zone. Nothing is run but git, nobody
//! on the network is asked, and nothing is written.

mod zone;

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Months, Utc};
use chrono_tz::Tz;

use super::git::{Authors, Depth, Git, GitError, Reach, Tree};
use super::place::Place;
use super::session::Trusted;
use crate::domain::beginning::{MANIFESTS, Past, Seen, Sheet};
use crate::domain::runbook::owned;
use crate::domain::text::Clean;
use crate::sources::evals::file::read;
use crate::sources::evals::folder::Walked;

pub use zone::zone;

/// No longer file is read, in bytes.
const LONGEST: u64 = 1 << 20;
/// So many files of one sort are read.
const SHEETS: usize = 40;
/// Manifests lie at most so deep.
const DEPTH: usize = 3;
/// Where results of evals lie, by the names of folders.
const RESULTS: &[&str] = &["evals", "eval", "eval-results", "eval_results", "evaluations", "logs"];
/// How files of results end.
const KINDS: &[&str] = &["eval", "json", "jsonl", "xml"];
/// So many files are opened to see whether they are results, and none that is longer.
const TRIES: usize = 60;
const LONGEST_RESULT: u64 = 8 << 20;
/// So many folders of results are told apart.
const FOLDERS: usize = 3;
/// So many files are looked at where there is no git to list them, and so deep.
const FILES: usize = 20_000;
const LEVELS: usize = 8;
/// Folders that hold what programs put there.
const MADE: &[&str] = &["node_modules", "target", "dist", "build", "__pycache__", "venv"];

/// What was seen, and what could not be.
#[derive(Debug)]
pub struct Sight {
    /// What was seen.
    pub seen: Seen,
    /// What could not be, and what helps.
    pub doubts: Vec<Clean>,
}

/// Looks at a folder, and at the history that it has in its work tree; none without one.
pub async fn look(home: &Path, tree: Option<&Tree>, (now, zone): (DateTime<Utc>, Tz)) -> Sight {
    let mut look = Look { home, place: Place { home: home.to_owned(), trusted: Trusted::No }, doubts: Vec::new() };
    let Told { files, authors, origin, runner } = match tree {
        Some(tree) => look.ask_git(tree, now).await,
        None => Told { files: look.walk(), ..Told::default() },
    };
    let past = match (authors.is_cut_off, authors.commits.is_empty()) {
        (true, _) => Past::Shallow,
        (false, true) => Past::None,
        (false, false) => Past::Whole,
    };
    if past == Past::Shallow {
        look.doubt(
            "a shallow clone shows only the newest commits, so no owner is concluded from them; \
                    `git fetch --unshallow` before `dogwatch init` shows all",
        );
    } else if past == Past::None && tree.is_some_and(|tree| tree.depth == Depth::Shallow) {
        look.doubt("a shallow clone shows nothing of the last twelve months; `git fetch --unshallow` may show more");
    }
    if authors.reach == Reach::Cut {
        look.doubt("there are more commits than were looked at; people and owners are those of the newest");
    }
    let prefix = tree.map(|tree| tree.prefix.clone()).unwrap_or_default();
    // GitHub heeds only the one at the top, wherever the folder is.
    let top = tree.filter(|tree| !tree.prefix.is_empty()).map_or(home, |tree| tree.top.as_path());
    let codeowners = owned::FILES.iter().find_map(|path| sheet(top, path));
    let manifests = look.sheets(&files, |path, name| path.matches('/').count() <= DEPTH && MANIFESTS.contains(&name));
    let workflows = look.sheets(&files, |path, name| {
        let kind = name.rsplit('.').next().unwrap_or_default();
        path.starts_with(".github/workflows/") && matches!(kind, "yml" | "yaml")
    });
    let results = look.results(&files, now);
    let folder = fs::canonicalize(home).unwrap_or_else(|_| home.to_owned());
    let folder = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let commits = authors.commits;
    let seen = Seen {
        folder,
        files,
        commits,
        past,
        prefix,
        codeowners,
        manifests,
        workflows,
        origin,
        results,
        runner,
        zone,
        now,
    };
    Sight { seen, doubts: look.doubts }
}

/// What git tells.
#[derive(Default)]
struct Told {
    files: BTreeSet<String>,
    authors: Authors,
    origin: Option<String>,
    runner: Option<String>,
}

struct Look<'a> {
    home: &'a Path,
    place: Place,
    doubts: Vec<Clean>,
}

impl Look<'_> {
    fn doubt(&mut self, what: &str) {
        self.doubts.push(Clean::line(what));
    }

    async fn ask_git(&mut self, tree: &Tree, now: DateTime<Utc>) -> Told {
        let git = Git::at(self.home);
        let since = now.checked_sub_months(Months::new(12)).unwrap_or(now);
        let (files, authors, origin, runner) =
            tokio::join!(git.files(), git.authors((since, now), tree), git.origin(), git.address());
        Told {
            files: self.or_doubt("the tracked files", files).into_iter().collect(),
            authors: self.or_doubt("who committed what", authors),
            origin: self.or_doubt("the remote", origin),
            runner: self.or_doubt("who runs this", runner),
        }
    }

    fn or_doubt<T: Default>(&mut self, what: &str, known: Result<T, GitError>) -> T {
        known.unwrap_or_else(|why| {
            self.doubt(&format!("not seen: {what}: {why}"));
            T::default()
        })
    }

    /// The files as they lie there, without those that programs have made.
    fn walk(&mut self) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        let mut open = vec![(self.home.to_owned(), String::new(), 0)];
        while let Some((folder, way, depth)) = open.pop() {
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            for entry in entries.flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                let Ok(kind) = entry.file_type() else { continue };
                let path = format!("{way}{name}");
                if kind.is_file() {
                    files.insert(path);
                } else if kind.is_dir() && depth < LEVELS && is_own(&name) {
                    open.push((entry.path(), format!("{path}/"), depth + 1));
                }
            }
            if files.len() >= FILES {
                self.doubt(&format!("more than {FILES} files lie here; the rest was not looked at"));
                break;
            }
        }
        files
    }

    /// Those nearest to the top come first.
    fn sheets(&self, files: &BTreeSet<String>, wanted: impl Fn(&str, &str) -> bool) -> Vec<Sheet> {
        let named = |path: &&String| wanted(path, path.rsplit('/').next().unwrap_or(path));
        let mut paths: Vec<&String> = files.iter().filter(named).collect();
        paths.sort_by_key(|path| (path.matches('/').count(), (*path).clone()));
        paths.into_iter().take(SHEETS).filter_map(|path| sheet(self.home, path)).collect()
    }

    /// The folders in which results of evals lie, tracked or not.
    fn results(&self, files: &BTreeSet<String>, now: DateTime<Utc>) -> BTreeSet<String> {
        let tracked = files.iter().flat_map(|file| {
            let ends = file.match_indices('/').map(|(at, _)| at).take(DEPTH);
            ends.filter_map(|at| file.get(..at))
                .filter(|folder| RESULTS.contains(&folder.rsplit('/').next().unwrap_or_default()))
        });
        let folders: BTreeSet<&str> = tracked.chain(RESULTS.iter().copied()).collect();
        let mut found = BTreeSet::new();
        let mut tries = 0;
        for folder in folders {
            let Some(at) = self.place.of(folder).ok().filter(|at| at.is_dir()) else { continue };
            for file in Walked::below([at]).files.into_keys() {
                let Some(beside) = self.beside(&file).filter(|beside| !found.contains(beside)) else { continue };
                if tries < TRIES && may_be_result(&file) {
                    tries += 1;
                    if read(&file, now, 1.0).is_ok_and(|(_, runs)| !runs.is_empty()) {
                        found.insert(beside);
                    }
                }
            }
        }
        gathered(found)
    }

    /// The folder of a file, by its path from ours; none where it leads out.
    fn beside(&self, file: &Path) -> Option<String> {
        let path = file.strip_prefix(self.home).ok()?;
        self.place.of(path.to_str()?).ok()?;
        let folder = path.parent()?.to_str()?;
        Some(folder.replace('\\', "/")).filter(|folder| !folder.is_empty())
    }
}

/// A file within a folder; none if it is not there, leads out, or is no text of a sensible length.
fn sheet(home: &Path, path: &str) -> Option<Sheet> {
    let file = Place { home: home.to_owned(), trusted: Trusted::No }.of(path).ok()?;
    fs::metadata(&file).ok().filter(|about| about.is_file() && about.len() <= LONGEST)?;
    let mut bytes = Vec::new();
    fs::File::open(file).ok()?.take(LONGEST).read_to_end(&mut bytes).ok()?;
    Some(Sheet { path: path.to_owned(), text: String::from_utf8_lossy(&bytes).into_owned() })
}

fn may_be_result(file: &PathBuf) -> bool {
    let kind = file.extension().and_then(|kind| kind.to_str()).unwrap_or_default();
    KINDS.contains(&kind) && fs::metadata(file).is_ok_and(|about| about.is_file() && about.len() <= LONGEST_RESULT)
}

fn is_own(name: &str) -> bool {
    (!name.starts_with('.') || name == ".github") && !MADE.contains(&name)
}

/// Of too many folders, those above them.
fn gathered(mut folders: BTreeSet<String>) -> BTreeSet<String> {
    while folders.len() > FOLDERS {
        let deepest = folders.iter().map(|folder| folder.matches('/').count()).max().unwrap_or_default();
        if deepest == 0 {
            break;
        }
        let up = |folder: String| match folder.rsplit_once('/') {
            Some((above, _)) if folder.matches('/').count() == deepest => above.to_owned(),
            Some(_) | None => folder,
        };
        folders = folders.into_iter().map(up).collect();
    }
    folders
}
