//! What the team's repository says of itself, asked of the program `git`.
//!
//! A repository may have been written by anybody. So it is only read, by a git
//! that neither runs what the repository's configuration names nor fetches
//! anything, and that may say only so much in only so much time.

mod authors;
mod blobs;
mod history;
mod landed;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::io::AsyncReadExt as _;

use crate::domain::calendar::Tag;
use crate::domain::text::Clean;

pub use authors::{Authors, Tree};
pub use history::{Known, Last, Pages, Reach, Walk};
pub use landed::Landed;

/// One question gets so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most bytes of one answer.
const LONGEST: u64 = 16 << 20;
/// The most commits that are looked at for one path, the newest first.
const COMMITS: &str = "--max-count=20000";

/// What no repository may choose: programs that git would run, and places that it would ask.
const HARMLESS: &[&str] = &[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "diff.external=",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
    "log.mailmap=false",
    "log.follow=false",
    "log.showRoot=true",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
];

/// The commits with the files that each touches. It names people by the repository's own mailmap alone: another one may
/// be any file of this machine, also one that never ends.
const LOG: &[&str] = &[
    "-c",
    "mailmap.file=/dev/null",
    "log",
    "-z",
    "--name-only",
    "--no-renames",
    "--no-merges",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--relative",
    "-O/dev/null",
];

/// What git says where there is no repository, none with files, or no commit in it.
const NO_HISTORY: &[&str] =
    &["not a git repository", "must be run in a work tree", "unknown revision", "cannot change to"];

/// Why git has said nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// There is no such program, or it cannot be run.
    #[error("git cannot be run: {0}")]
    NotRun(Clean),
    /// It took too long.
    #[error("git took too long to answer")]
    Slow,
    /// It said more than is read.
    #[error("git said more than {} MiB", LONGEST >> 20)]
    Long,
    /// It refused, in its own words.
    #[error("git: {0}")]
    Refused(Clean),
    /// Its configuration names another folder as its work tree.
    #[error("the configuration of this repository puts its files elsewhere (core.worktree)")]
    Elsewhere,
    /// The clone has been cut off: what is not in it may well have happened.
    #[error("a shallow clone knows neither all tags nor its history; `git fetch --unshallow --tags` gets them")]
    Shallow,
    /// The clone was made without the texts of older commits.
    #[error("a partial clone does not have what its files said before")]
    Partial,
}

/// Where a folder lies in its repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The commit that is checked out.
    pub head: String,
    /// Whether the clone has been cut off.
    pub depth: Depth,
    /// The topmost folder of the work tree.
    pub top: PathBuf,
    /// The way from there to the folder, ending in `/`; empty at the top.
    pub prefix: String,
}

/// How far back a clone knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// To the beginning.
    Whole,
    /// Not so far.
    Shallow,
}

/// The repository that holds this folder.
#[derive(Debug, Clone, Copy)]
pub struct Git<'a> {
    home: &'a Path,
    /// When what it makes was made.
    dated: Option<&'a str>,
}

impl<'a> Git<'a> {
    /// The repository that holds this folder; an empty path is the working directory.
    pub fn at(home: &'a Path) -> Self {
        Self { home: if home.as_os_str().is_empty() { Path::new(".") } else { home }, dated: None }
    }

    /// Whether all that has happened can be seen here.
    ///
    /// # Errors
    ///
    /// [`GitError::Shallow`] if it cannot; else why that is not known.
    pub async fn is_whole(&self) -> Result<(), GitError> {
        let said = self.ask(&["rev-parse", "--is-shallow-repository"]).await?;
        if said.trim() == "true" { Err(GitError::Shallow) } else { Ok(()) }
    }

    /// Where the folder lies; none if nothing here has a history.
    ///
    /// # Errors
    ///
    /// Why that is not known.
    pub async fn spot(&self) -> Result<Option<Spot>, GitError> {
        let words = ["rev-parse", "--is-shallow-repository", "HEAD", "--show-toplevel", "--show-prefix"];
        let said = match self.ask(&words).await {
            Ok(said) => said,
            Err(GitError::Refused(why)) if NO_HISTORY.iter().any(|known| why.as_str().contains(known)) => {
                return Ok(None);
            }
            Err(why) => return Err(why),
        };
        let mut lines = said.lines();
        let mut line = || lines.next().unwrap_or_default().to_owned();
        let depth = if line() == "true" { Depth::Shallow } else { Depth::Whole };
        Ok(Some(Spot { depth, head: line(), top: line().into(), prefix: line() }))
    }

    /// The tracked files below this folder, as they are named from there, in order.
    ///
    /// # Errors
    ///
    /// Why they are not known.
    pub async fn files(&self) -> Result<Vec<String>, GitError> {
        let said = self.ask(&["ls-files", "-z"]).await?;
        Ok(said.split_terminator('\0').map(str::to_owned).collect())
    }

    /// All tags, each with the day on which it was made, or its commit. What points at no commit is left out.
    ///
    /// # Errors
    ///
    /// Why they are not known.
    pub async fn tags(&self) -> Result<Vec<Tag>, GitError> {
        // Of a tag with a message `objectname` is the tag itself, and `*objectname` what it names.
        let format = "--format=%(creatordate:unix) %(objectname) %(*objectname) %(refname:strip=2)";
        let said = self.ask(&["for-each-ref", format, "refs/tags"]).await?;
        let tag = |line: &str| {
            let mut words = line.splitn(4, ' ');
            let (at, own, named, name) = (words.next()?, words.next()?, words.next()?, words.next()?);
            let commit = Some(if named.is_empty() { own } else { named }.to_owned());
            Some(Tag { name: name.to_owned(), at: DateTime::from_timestamp(at.parse().ok()?, 0)?, commit })
        };
        Ok(said.lines().filter_map(tag).collect())
    }

    /// The committer dates of the commits since then that lead here and touch this path, the newest first.
    ///
    /// # Errors
    ///
    /// Why they are not known.
    pub async fn commits(&self, path: &str, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>, GitError> {
        let since = format!("--since={}", since.to_rfc3339());
        let said =
            self.ask(&["log", "-z", "--format=%ct", "--no-renames", COMMITS, &since, "HEAD", "--", path]).await?;
        let at = |word: &str| DateTime::from_timestamp(word.trim().parse().ok()?, 0);
        Ok(said.split('\0').filter_map(at).collect())
    }

    /// Begins a repository here.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub async fn begin(&self) -> Result<(), GitError> {
        self.ask(&["init", "-q", "-b", "main", "--template="]).await.map(drop)
    }

    /// Commits these files, or nothing if there are none, as this author at this time.
    ///
    /// # Errors
    ///
    /// Why they are not committed.
    pub async fn commit(&self, author: &str, at: DateTime<Utc>, files: &[String]) -> Result<(), GitError> {
        if !files.is_empty() {
            let files = files.iter().map(String::as_str);
            self.ask(&["add", "--"].into_iter().chain(files).collect::<Vec<_>>()).await?;
        }
        let (date, name) = (format!("{} +0000", at.timestamp()), format!("user.name={author}"));
        let who = ["-c", &name, "-c", "user.email=sample@example.com", "-c", "commit.gpgSign=false"];
        let commit = ["commit", "-q", "--allow-empty", "--no-verify", "-m", "Sample data"];
        let dated = Git { home: self.home, dated: Some(&date) };
        dated.ask(&[&who[..], &commit].concat()).await.map(drop)
    }

    /// Puts a tag on what is checked out.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub async fn tag(&self, name: &str) -> Result<(), GitError> {
        self.ask(&["-c", "tag.gpgSign=false", "tag", name]).await.map(drop)
    }

    async fn ask(&self, words: &[&str]) -> Result<String, GitError> {
        tokio::time::timeout(PATIENCE, self.hear(words)).await.map_err(|_| GitError::Slow)?
    }

    /// The program with all that makes it harmless, and nothing to read from.
    fn prepared(&self, words: &[&str]) -> tokio::process::Command {
        let mut git = tokio::process::Command::new("git");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            git.env_remove(name);
        }
        git.env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_ALLOW_PROTOCOL", "none");
        git.env("GIT_LITERAL_PATHSPECS", "1").env("LC_ALL", "C");
        if let Some(date) = self.dated {
            git.env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", date);
        }
        git.arg("--no-pager").arg("-C").arg(self.home);
        git.args(HARMLESS.iter().flat_map(|setting| ["-c", setting])).args(words);
        git.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        git
    }

    async fn hear(&self, words: &[&str]) -> Result<String, GitError> {
        let mut child = self.prepared(words).spawn().map_err(not_run)?;
        let (mut said, mut complaint) = (Vec::new(), Vec::new());
        if let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) {
            let (mut out, mut err) = (out.take(LONGEST + 1), err.take(1 << 12));
            let read = async { tokio::try_join!(out.read_to_end(&mut said), err.read_to_end(&mut complaint)) };
            read.await.map_err(not_run)?;
        }
        if said.len() as u64 > LONGEST {
            return Err(GitError::Long);
        }
        let ended = child.wait().await.map_err(not_run)?;
        if ended.success() {
            return Ok(String::from_utf8_lossy(&said).into_owned());
        }
        Err(refused(&complaint))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands where errors are turned into ours")]
fn not_run(error: std::io::Error) -> GitError {
    GitError::NotRun(Clean::line(&error.to_string()))
}

fn refused(complaint: &[u8]) -> GitError {
    let complaint = String::from_utf8_lossy(complaint);
    let first = complaint.lines().next().unwrap_or("no reason given");
    GitError::Refused(Clean::line(first.trim_start_matches("fatal: ")))
}
