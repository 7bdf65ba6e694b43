//! When the pages of a repository were last really edited.
//!
//! The names come from one `git log` that compares no text, so nothing that a
//! repository says of how its files are to be compared is heard; the few texts
//! that decide are compared here. A page is followed through its renames, also
//! from outside the folders of pages.

mod threads;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::ChildStdout;

use super::blobs::Blobs;
use super::{COMMITS, Depth, Git, GitError, not_run, refused};
use crate::domain::runbook::edit::is_real;
use threads::{Change, Commit, Threads, Touch};

/// The most bytes of names that are read.
const LONGEST: u64 = 64 << 20;
/// As many commits as [`COMMITS`] allows.
const MOST: usize = 20_000;
/// So many commits are named at once.
const AT_ONCE: usize = 1_000;
/// Tells what commits have done, whatever the repository's configuration says of how to tell it.
const LOG: &[&str] = &[
    "log",
    "-z",
    "--raw",
    "--no-abbrev",
    "-M",
    "-l1000",
    "--no-merges",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "-O/dev/null",
    "--format=%x01%H %ct %P",
];
/// So often pages are followed out of their folders.
const ROUNDS: usize = 3;
/// Begins what is said of a commit; a path or a change begins otherwise.
const MARK: u8 = 1;

/// Which files of a repository are pages.
#[derive(Debug, Clone)]
pub struct Pages<'a> {
    /// Folders and files, by their paths from the top, folders ending in `/`; an empty one is everything.
    pub places: Vec<String>,
    /// What names of files match, if they lie in a folder.
    pub files: &'a [glob::Pattern],
    /// The header's key for the last review.
    pub reviewed: &'a str,
}

/// What is known of a page's last real edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Last {
    /// It was committed then.
    At(DateTime<Utc>),
    /// There was none.
    Never,
    /// It lies further back than can be seen.
    Unknown,
}

/// The last real edit of each page that has a history, by its path from the top.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Those of pages that are there now.
    pub pages: BTreeMap<String, Last>,
    /// Whether there is more than could be looked at.
    pub reach: Reach,
}

/// How far a history was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// To its beginning.
    #[default]
    Whole,
    /// It is longer than that.
    Cut,
}

/// What is to be looked at.
#[derive(Debug, Clone, Copy)]
pub struct Walk<'a> {
    /// The newest commit.
    pub head: &'a str,
    /// What was known at an earlier commit.
    pub since: Option<(&'a str, &'a Known)>,
    /// How far back the clone knows.
    pub depth: Depth,
    /// It may take so long; no time at all asks nothing.
    pub patience: Duration,
}

impl Pages<'_> {
    /// Whether this path is a page's.
    fn have(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.places.iter().any(|place| match path.strip_prefix(place.as_str()) {
            Some("") => true,
            Some(below) if place.is_empty() || place.ends_with('/') => {
                !below.starts_with('.') && !below.contains("/.") && self.files.iter().any(|glob| glob.matches(name))
            }
            Some(_) | None => false,
        })
    }
}

impl Git<'_> {
    /// The last real edit of each page, as of a commit. The folder asked has to be the top of the work tree.
    ///
    /// # Errors
    ///
    /// Why it is not known.
    pub async fn edits(&self, pages: &Pages<'_>, walk: &Walk<'_>) -> Result<Known, GitError> {
        let patience = walk.patience;
        if patience.is_zero() {
            return Err(GitError::Slow);
        }
        tokio::time::timeout(patience, self.follow(pages, walk)).await.map_err(|_| GitError::Slow)?
    }

    async fn follow(&self, pages: &Pages<'_>, walk: &Walk<'_>) -> Result<Known, GitError> {
        if let Some((since, known)) = walk.since
            && self.leads_to(since, walk.head).await
        {
            let range = format!("{since}..{}", walk.head);
            let threads = self.threads(pages, &range, walk.depth).await?;
            let (edits, outside) = self.settle(&threads, pages).await?;
            if outside.is_empty() && threads.reach() == Reach::Whole {
                return Ok(threads.known(&edits, Some(known)));
            }
        }
        let mut pages = pages.clone();
        let mut round = 1;
        loop {
            let threads = self.threads(&pages, walk.head, walk.depth).await?;
            let (edits, outside) = self.settle(&threads, &pages).await?;
            if outside.is_empty() || round == ROUNDS {
                return Ok(threads.known(&edits, None));
            }
            pages.places.extend(outside);
            round += 1;
        }
    }

    async fn leads_to(&self, earlier: &str, later: &str) -> bool {
        self.ask(&["merge-base", "--is-ancestor", earlier, later]).await.is_ok()
    }

    /// What has been done to each page, without a look into it.
    async fn threads(&self, pages: &Pages<'_>, range: &str, depth: Depth) -> Result<Threads, GitError> {
        let whole = pages.places.iter().any(String::is_empty);
        let places: Vec<&str> = if whole { vec!["."] } else { pages.places.iter().map(String::as_str).collect() };
        let (commits, reach) = self.names(&[&[COMMITS, range, "--"], &places[..]].concat(), pages).await?;
        Ok(Threads::new(commits, (reach, depth), |path| pages.have(path)))
    }

    /// What commits have done to pages, the newest first, and whether these are all.
    async fn names(&self, which: &[&str], pages: &Pages<'_>) -> Result<(Vec<Commit>, Reach), GitError> {
        let mut child = self.prepared(&[LOG, which].concat()).spawn().map_err(not_run)?;
        let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(not_run(std::io::ErrorKind::BrokenPipe.into()));
        };
        let (mut err, mut complaint) = (err.take(1 << 12), Vec::new());
        let (read, heard) = tokio::join!(commits(out, pages), err.read_to_end(&mut complaint));
        heard.map_err(not_run)?;
        let (commits, reach) = read?;
        if reach == Reach::Whole && !child.wait().await.map_err(not_run)?.success() {
            return Err(refused(&complaint));
        }
        Ok((commits, reach))
    }

    /// The newest real edit of each page in these, and the names outside the folders under which the rest may have one.
    async fn settle(&self, threads: &Threads, pages: &Pages<'_>) -> Result<(Edits, BTreeSet<String>), GitError> {
        let mut blobs = Blobs::open(self)?;
        let (mut edits, mut came) = (Edits::new(), BTreeMap::new());
        let mut open: Vec<_> = threads.all().map(|(page, thread)| (page, thread.changes.iter())).collect();
        while !open.is_empty() {
            let mut asked = Vec::new();
            for (page, mut changes) in open {
                match changes.next() {
                    None => {}
                    Some(Change::Made { at, commit, path }) => {
                        came.insert((commit.as_str(), path.as_str()), page);
                        edits.insert(page.clone(), *at);
                    }
                    Some(Change::Between { at, before, after }) => {
                        asked.push((page, *at, (before.as_str(), after.as_str()), changes));
                    }
                }
            }
            let names: Vec<(&str, &str)> = asked.iter().map(|(_, _, names, _)| *names).collect();
            let real = differ(&mut blobs, &names, pages.reviewed).await?;
            open = Vec::new();
            for ((page, at, _, changes), real) in asked.into_iter().zip(real) {
                if real {
                    edits.insert(page.clone(), at);
                } else {
                    open.push((page, changes));
                }
            }
        }
        let outside = self.outside(&mut blobs, (&came, &mut edits), pages).await?;
        Ok((edits, outside))
    }

    /// Of pages that came in from elsewhere unchanged, the edits are to be found where they were: under these names.
    async fn outside(
        &self,
        blobs: &mut Blobs,
        (came, edits): (&BTreeMap<(&str, &str), &String>, &mut Edits),
        pages: &Pages<'_>,
    ) -> Result<BTreeSet<String>, GitError> {
        let mut outside = BTreeSet::new();
        let mut ids: Vec<&str> = came.keys().map(|(commit, _)| *commit).collect();
        ids.dedup();
        for ids in ids.chunks(AT_ONCE) {
            let (commits, _) = self.names(&[&["--full-diff", "--no-walk=unsorted"], ids].concat(), pages).await?;
            let moved = commits.iter().flat_map(|commit| {
                let moved = commit.touches.iter().filter_map(Touch::moved);
                moved.filter_map(|(before, after)| {
                    let page = came.get(&(commit.id.as_str(), after.0.as_str()))?;
                    Some((*page, before, after))
                })
            });
            let moved: Vec<_> = moved.collect();
            let names: Vec<(&str, &str)> =
                moved.iter().map(|(_, before, after)| (before.1.as_str(), after.1.as_str())).collect();
            let real = differ(blobs, &names, pages.reviewed).await?;
            for ((page, before, _), real) in moved.into_iter().zip(real) {
                if !real {
                    edits.remove(page);
                    outside.insert(before.0.clone());
                }
            }
        }
        Ok(outside)
    }
}

/// The newest real edit that was found of each page.
type Edits = BTreeMap<String, DateTime<Utc>>;

/// Whether each of these pairs of texts differs in what it says; one that cannot be compared does.
async fn differ(blobs: &mut Blobs, names: &[(&str, &str)], reviewed: &str) -> Result<Vec<bool>, GitError> {
    let mut real = vec![true; names.len()];
    let take = |place: usize, before: Option<&str>, after: Option<&str>| {
        if let (Some(before), Some(after)) = (before, after) {
            real[place] = is_real(before, after, reviewed);
        }
    };
    blobs.pairs(names, take).await?;
    Ok(real)
}

/// What each commit has done to pages, the newest first, and whether that is all.
async fn commits(out: ChildStdout, pages: &Pages<'_>) -> Result<(Vec<Commit>, Reach), GitError> {
    let mut words = BufReader::with_capacity(1 << 16, out.take(LONGEST));
    let mut word = Vec::new();
    let mut commits: Vec<Commit> = Vec::new();
    loop {
        if !next(&mut words, &mut word).await? {
            let cut = words.get_ref().limit() == 0 || commits.len() >= MOST;
            return Ok((commits, if cut { Reach::Cut } else { Reach::Whole }));
        }
        let said = word.trim_ascii_start();
        if let Some((&MARK, head)) = said.split_first() {
            commits.push(commit(&String::from_utf8_lossy(head)));
        } else if said.first() == Some(&b':') {
            let change = String::from_utf8_lossy(said).into_owned();
            next(&mut words, &mut word).await?;
            let first = String::from_utf8_lossy(&word).into_owned();
            let mut second = None;
            if change.rsplit(' ').next().is_some_and(|sort| sort.starts_with(['R', 'C'])) {
                next(&mut words, &mut word).await?;
                second = Some(String::from_utf8_lossy(&word).into_owned());
            }
            let touch = Touch::read(&change, first, second);
            if let (Some(commit), Some(touch)) = (commits.last_mut(), touch)
                && touch.paths().any(|path| pages.have(path))
            {
                commit.touches.push(touch);
            }
        }
    }
}

fn commit(head: &str) -> Commit {
    let mut words = head.split_whitespace();
    let id = words.next().unwrap_or_default().to_owned();
    let at = words.next().and_then(|at| DateTime::from_timestamp(at.parse().ok()?, 0)).unwrap_or_default();
    Commit { id, at, rooted: words.next().is_none(), touches: Vec::new() }
}

/// Reads up to the next NUL; false at the end.
pub(super) async fn next(
    words: &mut BufReader<tokio::io::Take<ChildStdout>>,
    word: &mut Vec<u8>,
) -> Result<bool, GitError> {
    word.clear();
    let read = words.read_until(0, word).await.map_err(not_run)?;
    if word.last() == Some(&0) {
        word.pop();
    }
    Ok(read > 0)
}
