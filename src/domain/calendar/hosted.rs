//! What the host of a repository knows of dates: releases that are out,
//! milestones that are due, deployments that were made.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Event, Point, Tag};
use crate::domain::text::Clean;

/// So far back a deployment is still told.
const DEPLOYED_SINCE: TimeDelta = TimeDelta::days(400);

/// Everything of one repository, each list in the order of its host.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hosted {
    /// Published; drafts are nobody's business.
    pub releases: Vec<HostedRelease>,
    /// With a day.
    pub milestones: Vec<Milestone>,
    /// To environments that stay.
    pub deployments: Vec<Deployment>,
}

/// A release that is out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostedRelease {
    /// Its number on the host.
    pub id: u64,
    /// The tag it stands on.
    pub tag: String,
    /// Its name, or that of its tag.
    pub title: Clean,
    /// When it was published.
    pub at: DateTime<Utc>,
}

/// A milestone with a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// Its number in the repository.
    pub number: u64,
    /// For people to read.
    pub title: Clean,
    /// As the host keeps it: some hour of the day.
    pub due_on: DateTime<Utc>,
    /// Whether it is done with.
    pub closed: bool,
}

/// A deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Its number on the host.
    pub id: u64,
    /// Where to.
    pub environment: Clean,
    /// What: a branch, a tag or a commit.
    pub what: Clean,
    /// When it was asked for.
    pub at: DateTime<Utc>,
}

impl Hosted {
    /// The tags of the releases.
    pub fn tags(&self) -> impl Iterator<Item = Tag> {
        self.releases.iter().map(|release| Tag { name: release.tag.clone(), at: release.at, commit: None })
    }

    /// Everything as events of the source with this id, told in this zone; deployments of long ago are left out.
    pub fn events(&self, source: &str, zone: Tz, now: DateTime<Utc>) -> Vec<Event> {
        let told = |at: DateTime<Utc>| Point::At(at.with_timezone(&zone).fixed_offset());
        let event = |kind: &str, number: u64, title: &str, start: Point| Event {
            calendar: format!("{source}/{kind}"),
            uid: Clean::line(&number.to_string()),
            title: Clean::line(title),
            place: None,
            start,
            end: None,
            tag: None,
        };
        let releases = self.releases.iter().map(|release| Event {
            tag: Some(release.tag.clone()),
            ..event("release", release.id, &format!("{} is out", release.title), told(release.at))
        });
        let milestones = self.milestones.iter().map(|milestone| {
            let done = if milestone.closed { " (closed)" } else { "" };
            // The host gives a day as some hour of it, by its own clock.
            let day = Point::Day(milestone.due_on.date_naive());
            event("milestone", milestone.number, &format!("milestone {}{done}", milestone.title), day)
        });
        let recent = self.deployments.iter().filter(|one| now - one.at <= DEPLOYED_SINCE);
        let deployments = recent.map(|one| {
            event("deployment", one.id, &format!("{} deployed to {}", one.what, one.environment), told(one.at))
        });
        releases.chain(milestones).chain(deployments).collect()
    }
}
