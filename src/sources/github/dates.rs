//! Releases, milestones and deployments: what the calendar is held against.
//!
//! Read rarely, and each list only when its first page has changed. A list
//! that may not be read stays as it was known.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::client::Client;
use super::details::readable;
use super::trouble::Trouble;
use crate::domain::calendar::{Deployment, Hosted, HostedRelease, Milestone};
use crate::domain::text::Clean;

/// The most pages of one list, the newest first.
const PAGES: usize = 5;

/// What is remembered of a repository from one time to the next.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Remembered {
    /// Which token and which form of answers the entity tags are good for.
    #[serde(default)]
    mark: String,
    /// Of the releases, milestones and deployments, in this order.
    #[serde(default)]
    etags: [Option<String>; 3],
    /// The lists that could not be read the last time.
    #[serde(default)]
    denied: BTreeSet<String>,
    /// What is known.
    #[serde(default)]
    pub hosted: Hosted,
}

#[derive(Deserialize)]
struct RawRelease {
    id: u64,
    tag_name: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    draft: bool,
    published_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct RawMilestone {
    number: u64,
    title: String,
    due_on: Option<DateTime<Utc>>,
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
struct RawDeployment {
    id: u64,
    #[serde(rename = "ref")]
    what: String,
    environment: String,
    created_at: DateTime<Utc>,
    #[serde(default)]
    transient_environment: bool,
}

/// Reads what has changed of the repository at this path; says of each list that cannot be read that it cannot, once.
///
/// # Errors
///
/// [`Trouble`] when the host cannot be asked at all; what was read before that is remembered.
pub async fn read(client: &Client, path: &str, known: &mut Remembered) -> Result<Vec<Clean>, Trouble> {
    let mark = client.etag_mark();
    if known.mark != mark {
        known.mark = mark;
        known.etags = Default::default();
    }
    let Remembered { etags: [releases, milestones, deployments], denied, hosted, .. } = known;
    let mut list = List { client, path, denied, told: Vec::new() };
    if let Some(read) = list.read("releases", "?per_page=100", releases).await? {
        hosted.releases = read.into_iter().filter_map(release).collect();
    }
    let sorted = "?state=all&sort=due_on&direction=desc&per_page=100";
    if let Some(read) = list.read("milestones", sorted, milestones).await? {
        hosted.milestones = read.iter().filter_map(milestone).collect();
    }
    if let Some(read) = list.read("deployments", "?per_page=100", deployments).await? {
        hosted.deployments = read.iter().filter_map(deployment).collect();
    }
    Ok(list.told)
}

struct List<'a> {
    client: &'a Client,
    path: &'a str,
    denied: &'a mut BTreeSet<String>,
    told: Vec<Clean>,
}

impl List<'_> {
    /// The whole list, or none if it is what it was, or may not be read.
    async fn read<T: DeserializeOwned>(
        &mut self,
        what: &str,
        query: &str,
        etag: &mut Option<String>,
    ) -> Result<Option<Vec<T>>, Trouble> {
        let url = self.client.url(&format!("{}/{what}{query}", self.path))?;
        let first = match self.client.get_unless(&url, etag.as_deref()).await {
            Err(trouble @ (Trouble::Forbidden(_) | Trouble::Missing(_))) => {
                if self.denied.insert(what.to_owned()) {
                    self.told.push(Clean::line(&format!("{what} cannot be read: {}", trouble.reason())));
                }
                return Ok(None);
            }
            answer => answer?,
        };
        self.denied.remove(what);
        if first.is_unchanged() {
            return Ok(None);
        }
        let tag = first.etag();
        let mut all = readable(&first.items()?);
        let mut next = first.next();
        for _ in 1..PAGES {
            let Some(url) = next.take() else { break };
            let answer = self.client.get(&url).await?;
            all.extend(readable(&answer.items()?));
            next = answer.next();
        }
        *etag = tag;
        Ok(Some(all))
    }
}

fn release(raw: RawRelease) -> Option<HostedRelease> {
    let at = raw.published_at.filter(|_| !raw.draft)?;
    let name = raw.name.filter(|name| !name.trim().is_empty());
    let title = Clean::line(name.as_ref().unwrap_or(&raw.tag_name));
    Some(HostedRelease { id: raw.id, tag: raw.tag_name, title, at })
}

fn milestone(raw: &RawMilestone) -> Option<Milestone> {
    let title = Clean::line(&raw.title);
    Some(Milestone { number: raw.number, title, due_on: raw.due_on?, closed: raw.state == "closed" })
}

fn deployment(raw: &RawDeployment) -> Option<Deployment> {
    let (environment, what) = (Clean::line(&raw.environment), Clean::line(&raw.what));
    (!raw.transient_environment).then_some(Deployment { id: raw.id, environment, what, at: raw.created_at })
}
