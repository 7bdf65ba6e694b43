//! Who committed what, and where a repository comes from: what a first
//! operating model is drawn from.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::process::ChildStdout;
use tokio::time::{Instant, timeout_at};

use super::history::{Reach, next};
use super::{COMMITS, Depth, Git, GitError, LOG, NO_HISTORY, not_run, refused};
use crate::domain::beginning::Authored;

/// The most bytes of names that are read.
const LONGEST: u64 = 64 << 20;
/// What was heard within this time is all that is known; a git that has not ended after as long again is told off.
const PATIENCE: Duration = Duration::from_secs(10);
/// What git says of a branch that has no commit yet.
const NO_COMMIT: &[&str] = &["bad revision 'HEAD'", "does not have any commits yet"];
/// What is said of a commit.
const FORMAT: &str = "--format=%x01%P%x02%ct%x02%aE%x02%aN";
/// Begins what is said of a commit; a path begins otherwise.
const MARK: u8 = 1;

/// Where a folder lies in a work tree, whether anything was ever committed there or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The topmost folder of the work tree.
    pub top: PathBuf,
    /// The way from there to the folder, ending in `/`; empty at the top.
    pub prefix: String,
    /// Whether the clone has been cut off.
    pub depth: Depth,
}

/// Who committed what.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Authors {
    /// The newest first.
    pub commits: Vec<Authored>,
    /// Whether there is more than could be looked at.
    pub reach: Reach,
    /// Whether the clone was cut off at one of these, whose paths are then not known.
    pub is_cut_off: bool,
}

impl Git<'_> {
    /// Where the folder lies; none where there is no work tree.
    ///
    /// # Errors
    ///
    /// Why that is not known.
    pub async fn tree(&self) -> Result<Option<Tree>, GitError> {
        let said = match self.ask(&["rev-parse", "--is-shallow-repository", "--show-toplevel", "--show-prefix"]).await {
            Ok(said) => said,
            Err(GitError::Refused(why)) if NO_HISTORY.iter().any(|known| why.as_str().contains(known)) => {
                return Ok(None);
            }
            Err(why) => return Err(why),
        };
        let mut lines = said.lines();
        let depth = if lines.next() == Some("true") { Depth::Shallow } else { Depth::Whole };
        let mut line = || lines.next().unwrap_or_default().to_owned();
        let (top, prefix) = (PathBuf::from(line()), line());
        if self.lies_in(&top) { Ok(Some(Tree { top, prefix, depth })) } else { Err(GitError::Elsewhere) }
    }

    /// Whether the folder lies below what git calls the top, and the repository is found there: its configuration,
    /// which anybody may have written, can name any folder as its work tree.
    fn lies_in(&self, top: &Path) -> bool {
        let whole = |path: &Path| std::fs::canonicalize(path).ok();
        let (Some(top), Some(here)) = (whole(top), whole(self.home)) else { return false };
        let found = here.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
        found == Some(top.as_path())
    }

    /// The address of the remote `origin`, which may hold a password; none if there is no such remote.
    ///
    /// # Errors
    ///
    /// Why that is not known.
    pub async fn origin(&self) -> Result<Option<String>, GitError> {
        match self.ask(&["remote", "get-url", "origin"]).await {
            Ok(said) => Ok(said.lines().next().map(str::to_owned).filter(|address| !address.is_empty())),
            Err(GitError::Refused(why)) if why.as_str().contains("No such remote") => Ok(None),
            Err(why) => Err(why),
        }
    }

    /// The address under which whoever runs this would commit; none if no configuration says it.
    ///
    /// # Errors
    ///
    /// Why that is not known.
    pub async fn address(&self) -> Result<Option<String>, GitError> {
        match self.ask(&["config", "--get", "user.email"]).await {
            Ok(said) => Ok(said.lines().next().map(str::to_owned).filter(|address| !address.is_empty())),
            // It says nothing where there is none.
            Err(GitError::Refused(_)) => Ok(None),
            Err(why) => Err(why),
        }
    }

    /// The commits between these times that lead here and touch this folder; empty where nothing was committed yet.
    ///
    /// # Errors
    ///
    /// Why they are not known.
    pub async fn authors(
        &self,
        (since, until): (DateTime<Utc>, DateTime<Utc>),
        tree: &Tree,
    ) -> Result<Authors, GitError> {
        let window = [format!("--since={}", since.to_rfc3339()), format!("--until={}", until.to_rfc3339())];
        let mut words = [LOG, &[FORMAT, COMMITS, &window[0], &window[1], "HEAD", "--"]].concat();
        if !tree.prefix.is_empty() {
            words.push(".");
        }
        let mut child = self.prepared(&words).spawn().map_err(not_run)?;
        let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(not_run(std::io::ErrorKind::BrokenPipe.into()));
        };
        let (mut err, mut complaint) = (err.take(1 << 12), Vec::new());
        let until = Instant::now() + PATIENCE;
        let hearing = timeout_at(until + PATIENCE, err.read_to_end(&mut complaint));
        let (read, heard) = tokio::join!(authors(out, tree.depth, until), hearing);
        heard.map_err(|_| GitError::Slow)?.map_err(not_run)?;
        let authors = read?;
        if authors.reach == Reach::Whole && !child.wait().await.map_err(not_run)?.success() {
            let said = String::from_utf8_lossy(&complaint);
            if NO_COMMIT.iter().any(|known| said.contains(known)) {
                return Ok(Authors::default());
            }
            return Err(refused(&complaint));
        }
        Ok(authors)
    }
}

/// What is said of commits, as far as it is read.
async fn authors(out: ChildStdout, depth: Depth, until: Instant) -> Result<Authors, GitError> {
    let mut words = BufReader::with_capacity(1 << 16, out.take(LONGEST));
    let mut word = Vec::new();
    let mut authors = Authors::default();
    loop {
        let Ok(more) = timeout_at(until, next(&mut words, &mut word)).await else {
            authors.reach = Reach::Cut;
            return Ok(authors);
        };
        if !more? {
            if words.get_ref().limit() == 0 {
                authors.reach = Reach::Cut;
            }
            return Ok(authors);
        }
        if let Some((&MARK, head)) = word.split_first() {
            let (parents, commit) = commit(&String::from_utf8_lossy(head));
            authors.is_cut_off |= depth == Depth::Shallow && parents.is_empty();
            authors.commits.push(commit);
        } else if let Some(commit) = authors.commits.last_mut() {
            // A line end stands between what is said of a commit and its first path.
            let path = if commit.paths.is_empty() { word.strip_prefix(b"\n").unwrap_or(&word) } else { &word };
            commit.paths.push(String::from_utf8_lossy(path).into_owned());
        }
    }
}

fn commit(head: &str) -> (String, Authored) {
    let mut words = head.splitn(4, '\u{2}');
    let mut word = || words.next().unwrap_or_default().to_owned();
    let (parents, at) = (word(), word());
    let at = at.parse().ok().and_then(|at| DateTime::from_timestamp(at, 0)).unwrap_or_default();
    (parents, Authored { at, address: word(), name: word(), paths: Vec::new() })
}
