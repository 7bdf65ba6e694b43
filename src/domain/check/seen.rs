//! What a check looks at beside the team file, as it was gathered. What could
//! not be looked at is an [`Unseen`], which is not the same as nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Codeowners, Past};
use crate::domain::drift::Bump;
use crate::domain::id::IncidentId;
use crate::domain::runbook::document::Document;
use crate::domain::runbook::freshness::Freshness;
use crate::domain::text::Clean;

/// Why something was not looked at, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen(pub Clean);

impl std::fmt::Display for Unseen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// How many commits each author has made to the paths of an area, by its id; the most first.
pub type Authors = BTreeMap<String, Vec<(Clean, usize)>>;

/// Everything that was gathered.
#[derive(Debug)]
pub struct Seen {
    /// The tracked files, as they are named from the team file, in order.
    pub files: Result<Vec<String>, Unseen>,
    /// Who has changed what in the last twelve months.
    pub authors: Result<Authors, Unseen>,
    /// The file that says whose a path is; none if there is none.
    pub codeowners: Result<Option<Codeowners>, Unseen>,
    /// The runbooks.
    pub pages: Result<Vec<Page>, Unseen>,
    /// What has landed on the default branch in a freeze, by its id, the oldest first.
    pub landed: Result<BTreeMap<String, Vec<Commit>>, Unseen>,
    /// What the incidents say.
    pub past: Result<Past, Unseen>,
    /// The eval runs that are known.
    pub evaluated: Result<Vec<Evaluated>, Unseen>,
    /// What each MCP endpoint serves, by its source.
    pub served: BTreeMap<String, Result<Served, Unseen>>,
    /// Where evidence was looked for.
    pub known: Known,
    /// The rotations whose running shift somebody else has by the ledger: the id, by the file, by the ledger.
    pub moved: Result<Vec<(String, String, String)>, Unseen>,
}

/// Where evidence of what was planned was looked for, and could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a place of its own; any of them may be closed")]
pub struct Known {
    /// Minutes of triage meetings.
    pub minutes: bool,
    /// Handoffs.
    pub handoffs: bool,
    /// Cycle reviews.
    pub reviews: bool,
    /// Uses and drills of runbooks.
    pub runs: bool,
    /// Tags.
    pub tags: bool,
    /// Commits.
    pub commits: bool,
}

/// A runbook.
#[derive(Debug)]
pub struct Page {
    /// As it is named from the team file.
    pub path: String,
    /// The same below its folder, as a kind names it.
    pub below: String,
    /// Whose it is, by its header.
    pub owner: Option<Clean>,
    /// Whether it can be relied on.
    pub freshness: Freshness,
    /// What it says.
    pub document: Document,
    /// The targets of its links that are not there, by their place in the document.
    pub broken: Vec<usize>,
    /// The web addresses that are gone, by the place of their link in the document, each with the status that says so;
    /// empty if nobody has asked.
    pub gone: Vec<(usize, u16)>,
    /// The commands of its code that are of this repository and not there: the line, and the path.
    pub missing: Vec<(usize, String)>,
}

/// A commit that landed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub hash: String,
    /// The committer's date.
    pub at: DateTime<Utc>,
    /// Who wrote it.
    pub author: Clean,
    /// Its first line.
    pub title: Clean,
    /// What its message says of a freeze: the id and the severity.
    pub excepted: Vec<(String, String)>,
    /// The files that it touches, as they are named from the team file.
    pub files: Vec<String>,
}

/// An open incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lying {
    /// What people call it.
    pub id: IncidentId,
    /// Its severity, by its place in the team file; none: untriaged.
    pub severity: Option<usize>,
    /// When a person last did anything about it; when it was opened, if nobody ever did.
    pub touched: DateTime<Utc>,
    /// Its labels.
    pub labels: Vec<Clean>,
}

/// When an incident was opened, and its severity by its place in the team file.
pub type Opened = (DateTime<Utc>, Option<usize>);

/// What an eval run was of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evaluated {
    /// The commit, as its file names it.
    pub commit: Option<String>,
    /// The version of its prompts, as its file names it.
    pub prompt: Option<String>,
}

/// What an endpoint serves.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Served {
    /// Its tools by name.
    pub tools: BTreeMap<String, Tool>,
    /// What differs from the snapshot that the source names: the bump that it asks for, and how many changes there
    /// are. None if there is no snapshot.
    pub drift: Option<(Bump, usize)>,
}

/// A tool.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tool {
    /// What it says of itself.
    pub description: String,
}
