//! What landed when.

use chrono::{DateTime, Utc};

use super::{COMMITS, Git, GitError, LOG};
use crate::domain::text::Clean;

/// Begins what is said of a commit, which a zero byte ends as it ends a path; a path begins otherwise.
const BEGIN: char = '\u{1}';
/// Stands between the fields.
const NEXT: char = '\u{2}';

/// A commit and the files below the folder asked that it touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// Its name.
    pub hash: String,
    /// The committer's date.
    pub at: DateTime<Utc>,
    /// Who wrote it, as the mailmap has it.
    pub author: Clean,
    /// Its message, whole.
    pub message: String,
    /// As they are named from the folder asked.
    pub files: Vec<String>,
}

impl Git<'_> {
    /// The commits of a stretch of time that lead to the default branch of `origin`, else here, and touch something
    /// below the folder, without merges; the newest first.
    ///
    /// # Errors
    ///
    /// Why they are not known.
    pub async fn landed_between(&self, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<Landed>, GitError> {
        let (since, until) = (format!("--since={}", from.to_rfc3339()), format!("--until={}", to.to_rfc3339()));
        let format = format!("--format={BEGIN}%H{NEXT}%ct{NEXT}%aN{NEXT}%B");
        let has_origin = self.ask(&["rev-parse", "--verify", "-q", "origin/HEAD"]).await.is_ok();
        let head = if has_origin { "origin/HEAD" } else { "HEAD" };
        let words = [LOG, &[COMMITS, &since, &until, &format, head, "--", "."]].concat();
        let said = self.ask(&words).await?;
        // `--since` looks at the committer's date of each and stops at none: what is outside is left out by ours.
        Ok(read(&said).into_iter().filter(|one| (from..to).contains(&one.at)).collect())
    }
}

fn read(said: &str) -> Vec<Landed> {
    let mut landed: Vec<Landed> = Vec::new();
    for word in said.split_terminator('\0') {
        if let Some(head) = word.strip_prefix(BEGIN) {
            landed.extend(commit(head));
        } else if let Some(one) = landed.last_mut() {
            // A line end stands between what is said of a commit and its first path.
            let path = if one.files.is_empty() { word.strip_prefix('\n').unwrap_or(word) } else { word };
            one.files.extend((!path.is_empty()).then(|| path.to_owned()));
        }
    }
    landed
}

fn commit(head: &str) -> Option<Landed> {
    let mut fields = head.splitn(4, NEXT);
    let (hash, at, author) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Landed {
        hash: hash.to_owned(),
        at: DateTime::from_timestamp(at.parse().ok()?, 0)?,
        author: Clean::line(author),
        message: fields.next().unwrap_or_default().to_owned(),
        files: Vec::new(),
    })
}
