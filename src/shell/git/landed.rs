//! Who changed what, and what landed when.

use chrono::{DateTime, Utc};

use super::{COMMITS, Git, GitError};
use crate::domain::text::Clean;

/// What stands before a commit, between its fields, and before its files: no name of a file begins so.
const BEGIN: char = '\u{1}';
const NEXT: char = '\u{1f}';
const FILES: char = '\u{1e}';

/// A commit and the files below the folder asked that it touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Landed {
    /// Its name.
    pub hash: String,
    /// The committer's date.
    pub at: DateTime<Utc>,
    /// Who wrote it, as the mailmap has it.
    pub author: Clean,
    /// Its message, whole; empty where that was not asked for.
    pub message: String,
    /// As they are named from the folder asked.
    pub files: Vec<String>,
}

impl Git<'_> {
    /// The commits since then that lead here and touch something below the folder, without merges, the newest first;
    /// without their messages.
    ///
    /// # Errors
    ///
    /// Why they are not known.
    pub async fn changes(&self, since: DateTime<Utc>) -> Result<Vec<Landed>, GitError> {
        self.landed(&[&format!("--since={}", since.to_rfc3339())], "").await
    }

    /// The commits of a stretch of time that lead to the default branch of `origin`, else here; with their messages.
    ///
    /// # Errors
    ///
    /// Why they are not known.
    pub async fn landed_between(&self, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Result<Vec<Landed>, GitError> {
        let (since, until) = (format!("--since={}", from.to_rfc3339()), format!("--until={}", to.to_rfc3339()));
        let mut landed = self.landed(&[&since, &until], "%B").await?;
        // `--since` looks at the committer's date of each and stops at none: what is outside is left out by ours.
        landed.retain(|one| (from..to).contains(&one.at));
        Ok(landed)
    }

    async fn landed(&self, within: &[&str], message: &str) -> Result<Vec<Landed>, GitError> {
        let format = format!("--format={BEGIN}%H{NEXT}%ct{NEXT}%aN{NEXT}{message}{FILES}");
        let head = match self.ask(&["rev-parse", "--verify", "-q", "origin/HEAD"]).await {
            Ok(_) if !message.is_empty() => "origin/HEAD",
            Ok(_) | Err(_) => "HEAD",
        };
        let words = ["log", "-z", "--name-only", "--no-renames", "--no-merges", "--relative", COMMITS];
        let words = [&words[..], within, &[&format, head, "--", "."]].concat();
        let said = self.ask(&words).await?;
        Ok(said.split(BEGIN).filter_map(read).collect())
    }
}

fn read(text: &str) -> Option<Landed> {
    let (head, files) = text.split_once(FILES)?;
    let mut fields = head.splitn(4, NEXT);
    let (hash, at, author) = (fields.next()?, fields.next()?, fields.next()?);
    let files = files.split('\0').map(|file| file.trim_start_matches('\n')).filter(|file| !file.is_empty());
    Some(Landed {
        hash: hash.trim_start_matches(['\0', '\n']).to_owned(),
        at: DateTime::from_timestamp(at.parse().ok()?, 0)?,
        author: Clean::line(author),
        message: fields.next().unwrap_or_default().to_owned(),
        files: files.map(str::to_owned).collect(),
    })
}
