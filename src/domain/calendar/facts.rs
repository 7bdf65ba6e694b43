//! What is known of what happened. Whoever gathers it says what was looked at;
//! a fact that is `None` was not looked at, which is not the same as nothing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::Point;
use crate::domain::text::Clean;

/// The evidence that a calendar is held against.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The tags of the repository, in any order.
    pub tags: Option<Vec<Tag>>,
    /// Tags that the host of the repository has released. They show that something has left; that one is not among
    /// them shows nothing.
    pub released: Vec<Tag>,
    /// By the path of a `git:PATH`: the committer dates of the commits that touch it, in any order.
    pub commits: BTreeMap<String, Vec<DateTime<Utc>>>,
    /// The days of triage meetings with minutes.
    pub minutes: Option<Vec<NaiveDate>>,
    /// The days of handoffs.
    pub handoffs: Option<Vec<NaiveDate>>,
    /// The days of cycle reviews.
    pub reviews: Option<Vec<NaiveDate>>,
    /// The days on which a runbook was used on an incident.
    pub runs: Option<Vec<NaiveDate>>,
    /// The days on which a runbook was walked for practice.
    pub drills: Option<Vec<NaiveDate>>,
    /// The names of all tools in the last lists; none unless every endpoint has one.
    pub served: Option<BTreeSet<String>>,
    /// Out of other people's calendars, and what the host of the repository plans and deploys.
    pub events: Vec<Event>,
}

/// A tag, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// As in `git tag`.
    pub name: String,
    /// When it was made, or the commit that it names.
    pub at: DateTime<Utc>,
    /// The commit that it names; none where only its name is known.
    pub commit: Option<String>,
}

/// One event of somebody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The id of the calendar; for what a host plans `<source>/<type>`.
    pub calendar: String,
    /// Its name there.
    pub uid: Clean,
    /// For people to read.
    pub title: Clean,
    /// Where it takes place, if that is told.
    pub place: Option<Clean>,
    /// The first day, or when it begins.
    pub start: Point,
    /// The last day, or when it ends; none if it has no length.
    pub end: Option<Point>,
    /// The tag that it stands on, if it is a release.
    pub tag: Option<String>,
}

impl Facts {
    /// All tags that are known of, each once; the repository's own word on when wins.
    pub(super) fn all_tags(&self) -> Vec<&Tag> {
        let mut seen = BTreeSet::new();
        self.tags.iter().flatten().chain(&self.released).filter(|tag| seen.insert(tag.name.as_str())).collect()
    }
}

impl Event {
    /// `<calendar>/<UID>`.
    pub fn id(&self) -> Clean {
        Clean::line(&format!("{}/{}", self.calendar, self.uid))
    }

    /// The last day of it; an event to midnight does not reach into the day that begins then.
    pub(super) fn last_day(&self, zone: Tz) -> NaiveDate {
        match self.end {
            None => self.start.day(zone),
            Some(Point::Day(day)) => day,
            Some(Point::At(end)) => Point::At(end - chrono::TimeDelta::nanoseconds(1)).day(zone),
        }
    }
}
