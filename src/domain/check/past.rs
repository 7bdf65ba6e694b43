//! What the incidents say about the model: those that lie, those that woke
//! somebody, and what they left behind.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Lying, Opened};
use crate::domain::history::Story;
use crate::domain::id::IncidentId;
use crate::domain::review::Action;
use crate::domain::review::unreviewed::{Unreviewed, unreviewed};
use crate::domain::triage::Model;

/// Incidents of the last thirteen weeks are counted.
pub const BACK: TimeDelta = TimeDelta::days(91);

/// What is looked at of the past.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Past {
    /// Open incidents.
    pub lying: Vec<Lying>,
    /// Those that were opened in the last thirteen weeks.
    pub opened: Vec<Opened>,
    /// Closed ones about which nobody has said a word in time.
    pub unreviewed: Vec<Unreviewed>,
    /// Follow-ups.
    pub actions: Vec<Action>,
}

impl Past {
    /// Out of all incidents that are known, with what happened to them since [`BACK`]; `reviewed` says when committed
    /// reviews listed one.
    pub fn of(
        stories: &[Story],
        reviewed: &BTreeMap<IncidentId, Vec<DateTime<Utc>>>,
        actions: Vec<Action>,
        (model, now): (&Model, DateTime<Utc>),
    ) -> Self {
        let recent = stories.iter().filter(|story| story.opened_at() > now - BACK);
        Self {
            lying: stories.iter().filter(|story| story.is_open()).map(lying).collect(),
            opened: recent.map(|story| (story.opened_at(), story.class.severity)).collect(),
            unreviewed: unreviewed(stories, model, reviewed, now),
            actions,
        }
    }
}

fn lying(story: &Story) -> Lying {
    Lying {
        touched: story.incident.human_at.unwrap_or(story.opened_at()).max(story.opened_at()),
        severity: story.class.severity,
        id: story.name.clone(),
        labels: story.incident.labels.clone(),
    }
}
