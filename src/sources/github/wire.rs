//! GitHub's JSON as we read it: tolerant of everything that we do not need.
//!
//! Only what an incident cannot be without is required. A field that is
//! absent, null or of another type than yesterday costs that field, not the
//! issue and not the page.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A person or a bot.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct User {
    /// As others write it after an `@`.
    #[serde(default, deserialize_with = "lenient")]
    pub login: Option<String>,
}

/// A label; GitHub still allows a bare string.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Label {
    /// With colour and description, which nobody needs here.
    Whole {
        /// Its name.
        name: String,
    },
    /// Just the name.
    Bare(String),
}

impl Label {
    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Whole { name } | Self::Bare(name) => name,
        }
    }
}

/// An issue, or a pull request in an issue's clothes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Issue {
    /// Unique in the repository.
    pub number: u64,
    /// The server's last change.
    pub updated_at: DateTime<Utc>,
    /// Unique on the host.
    #[serde(default, deserialize_with = "lenient")]
    pub id: Option<u64>,
    /// Its address in the API.
    #[serde(default, deserialize_with = "lenient")]
    pub url: Option<String>,
    /// One line.
    #[serde(default, deserialize_with = "lenient")]
    pub title: Option<String>,
    /// Markdown.
    #[serde(default, deserialize_with = "lenient")]
    pub body: Option<String>,
    /// Where a browser shows it.
    #[serde(default, deserialize_with = "lenient")]
    pub html_url: Option<String>,
    /// Who opened it; a ghost has none.
    #[serde(default, deserialize_with = "lenient")]
    pub user: Option<User>,
    /// `OWNER`, `MEMBER`, `COLLABORATOR`, `CONTRIBUTOR`, `NONE`, …
    #[serde(default, deserialize_with = "lenient")]
    pub author_association: Option<String>,
    /// In GitHub's order.
    #[serde(default, deserialize_with = "each")]
    pub labels: Vec<Label>,
    /// In GitHub's order.
    #[serde(default, deserialize_with = "each")]
    pub assignees: Vec<User>,
    /// `open` or `closed`.
    #[serde(default, deserialize_with = "lenient")]
    pub state: Option<String>,
    /// Why.
    #[serde(default, deserialize_with = "lenient")]
    pub state_reason: Option<String>,
    /// When it was opened.
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<DateTime<Utc>>,
    /// When it was closed.
    #[serde(default, deserialize_with = "lenient")]
    pub closed_at: Option<DateTime<Utc>>,
    /// By whom; only a single issue says so.
    #[serde(default, deserialize_with = "lenient")]
    pub closed_by: Option<User>,
    /// How many comments it has.
    #[serde(default, deserialize_with = "lenient")]
    pub comments: Option<u64>,
    /// There for a pull request only.
    #[serde(default)]
    pub pull_request: Option<Value>,
}

/// Something that happened to an issue.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Event {
    /// Grows in the server's order.
    pub id: u64,
    /// `labeled`, `assigned`, `closed`, … and whatever comes next year.
    pub event: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Who; a ghost is nobody.
    #[serde(default, deserialize_with = "lenient")]
    pub actor: Option<User>,
    /// Of `labeled` and `unlabeled`.
    #[serde(default, deserialize_with = "lenient")]
    pub label: Option<Label>,
    /// Of `assigned` and `unassigned`.
    #[serde(default, deserialize_with = "lenient")]
    pub assignee: Option<User>,
    /// Of `renamed`.
    #[serde(default, deserialize_with = "lenient")]
    pub rename: Option<Rename>,
    /// Of `closed`.
    #[serde(default, deserialize_with = "lenient")]
    pub state_reason: Option<String>,
    /// In the repository's list: what it happened to.
    #[serde(default, deserialize_with = "lenient")]
    pub issue: Option<Subject>,
}

/// A title and the one before.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Rename {
    /// The new title.
    #[serde(default, deserialize_with = "lenient")]
    pub to: Option<String>,
}

/// What an event of a repository happened to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Subject {
    /// The issue's number.
    pub number: u64,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Comment {
    /// Grows in the server's order.
    pub id: u64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// By whom.
    #[serde(default, deserialize_with = "lenient")]
    pub user: Option<User>,
    /// How they belong to the repository.
    #[serde(default, deserialize_with = "lenient")]
    pub author_association: Option<String>,
    /// Markdown.
    #[serde(default, deserialize_with = "lenient")]
    pub body: Option<String>,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Repository {
    /// The same through every rename.
    pub id: u64,
    /// `owner/name` as it is now.
    #[serde(default, deserialize_with = "lenient")]
    pub full_name: Option<String>,
    /// Whether it has issues at all.
    #[serde(default, deserialize_with = "lenient")]
    pub has_issues: Option<bool>,
    /// What the token may do in it.
    #[serde(default, deserialize_with = "lenient")]
    pub permissions: Option<Permissions>,
}

/// What a token may do in a repository.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Permissions {
    /// See it.
    pub pull: bool,
    /// Label, assign, close.
    pub triage: bool,
    /// All that, and create labels.
    pub push: bool,
}

/// What cannot be read is absent.
fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// Of a list, the items that can be read.
fn each<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: serde::de::DeserializeOwned,
{
    let Value::Array(items) = Value::deserialize(deserializer)? else { return Ok(Vec::new()) };
    Ok(items.into_iter().filter_map(|item| serde_json::from_value(item).ok()).collect())
}
