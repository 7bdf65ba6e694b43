//! The things that the loopback GitHub remembers: issues, labels, events, people.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::actions::Artifact;

/// What a person may do in a repository, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Sees, files and comments.
    Read,
    /// Labels and closes, and creates no label.
    Triage,
    /// Everything dogwatch needs.
    Push,
    /// Everything.
    Admin,
}

/// One issue of one repository, by numbers that never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    pub repo: u64,
    pub number: u64,
}

/// Who does something, and by which request; none when a test's own hand did it.
#[derive(Debug, Clone)]
pub struct Actor {
    pub login: String,
    pub request: Option<usize>,
}

/// Something that happened to an issue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Created(String),
    Labeled(String),
    Unlabeled(String),
    Assigned(String),
    Unassigned(String),
    /// With GitHub's reason: `completed`, `not_planned` or `duplicate`.
    Closed(String),
    Reopened,
    Renamed {
        from: String,
        to: String,
    },
    Rewritten,
    Commented(String),
    /// A comment says this from now on.
    CommentChanged(String),
    /// Of the issue with this id.
    MarkedAsDuplicate(u64),
}

impl What {
    /// What GitHub calls it among the events of an issue; comments and new issues are none.
    pub fn event(&self) -> Option<&'static str> {
        match self {
            Self::Labeled(_) => Some("labeled"),
            Self::Unlabeled(_) => Some("unlabeled"),
            Self::Assigned(_) => Some("assigned"),
            Self::Unassigned(_) => Some("unassigned"),
            Self::Closed(_) => Some("closed"),
            Self::Reopened => Some("reopened"),
            Self::Renamed { .. } => Some("renamed"),
            Self::MarkedAsDuplicate(_) => Some("marked_as_duplicate"),
            Self::Created(_) | Self::Rewritten | Self::Commented(_) | Self::CommentChanged(_) => None,
        }
    }
}

/// One entry of `/issues/events`; ids grow in the order of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: u64,
    pub issue_id: u64,
    pub actor: String,
    pub at: DateTime<Utc>,
    pub what: What,
}

/// One change that took effect through the wire, in the order of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Index into the log of requests.
    pub request: usize,
    pub login: String,
    /// `owner/name`.
    pub repo: String,
    pub number: u64,
    pub what: What,
    /// From the hidden marker of a comment or a filed issue.
    pub op: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: u64,
    pub author: String,
    pub body: String,
    pub at: DateTime<Utc>,
    pub changed: DateTime<Utc>,
}

/// An issue, or a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    pub id: u64,
    pub number: u64,
    pub title: String,
    pub body: Option<String>,
    pub author: String,
    pub closed: Option<Closed>,
    /// `reopened`, or the reason it was closed for.
    pub state_reason: Option<String>,
    /// In the order they were added.
    pub labels: Vec<String>,
    pub assignees: Vec<String>,
    pub comments: Vec<Comment>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub pull_request: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub by: String,
    pub at: DateTime<Utc>,
}

impl Issue {
    /// Compares as GitHub does, without case.
    pub fn has_label(&self, name: &str) -> bool {
        self.labels.iter().any(|one| one.eq_ignore_ascii_case(name))
    }

    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }
}

/// What stands behind a number.
#[derive(Debug, Clone)]
pub enum Slot {
    Here(Box<Issue>),
    Moved(Spot),
    Deleted,
}

/// Why there is no issue.
#[derive(Debug, Clone, Copy)]
pub enum Absent {
    Never,
    Moved(Spot),
    Deleted,
}

#[derive(Debug, Clone)]
pub struct Label {
    pub id: u64,
    pub name: String,
}

#[derive(Debug, Clone)]
pub struct Repo {
    pub id: u64,
    /// `owner/name`.
    pub name: String,
    /// Names it had: they answer with a redirect.
    pub former: Vec<String>,
    pub labels: Vec<Label>,
    pub roles: BTreeMap<String, Role>,
    pub slots: BTreeMap<u64, Slot>,
    /// What its workflows left behind, oldest first.
    pub artifacts: Vec<Artifact>,
    pub created_at: DateTime<Utc>,
}

impl Repo {
    /// All that are here, by number.
    pub fn issues(&self) -> impl Iterator<Item = &Issue> {
        self.slots.values().filter_map(|slot| match slot {
            Slot::Here(issue) => Some(&**issue),
            Slot::Moved(_) | Slot::Deleted => None,
        })
    }

    pub fn label(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.name.eq_ignore_ascii_case(name))
    }
}

/// What a token is, beside whose.
#[derive(Debug, Clone)]
pub struct Token {
    pub login: String,
    /// None for a fine-grained one, which tells no scopes.
    pub scopes: Option<String>,
}

#[derive(Debug, Clone, Copy)]
pub enum Clock {
    Real,
    Fixed(DateTime<Utc>),
}

/// What is needed to open an issue.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub title: String,
    pub body: Option<String>,
    pub labels: Vec<String>,
    pub assignees: Vec<String>,
    pub pull_request: bool,
}
