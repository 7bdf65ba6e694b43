//! What is closed, was to be talked about, and was not.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::Clockwork;
use super::lived::Lived;
use crate::domain::clock::WorkingTime;
use crate::domain::history::Story;
use crate::domain::id::IncidentId;
use crate::domain::incident::CloseReason;
use crate::domain::triage::Model;

/// What was closed longer ago is history: nobody will say a word about it any more.
const BACK: TimeDelta = TimeDelta::days(60);

/// A closed incident about which nobody has said a word in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreviewed {
    /// What people call it.
    pub id: IncidentId,
    /// The id of its severity.
    pub severity: String,
    /// Until when somebody was to say something.
    pub due: DateTime<Utc>,
}

/// Those among these, the one that was due first before the others. `reviewed` says when committed reviews listed an
/// incident, by its name.
pub fn unreviewed(
    stories: &[Story],
    model: &Model,
    reviewed: &BTreeMap<IncidentId, Vec<DateTime<Utc>>>,
    now: DateTime<Utc>,
) -> Vec<Unreviewed> {
    let begin = stories.iter().map(Story::opened_at).min().unwrap_or(now).min(now);
    let works = Clockwork { time: WorkingTime::of(&model.team.team, (begin, now)), model, reviewed };
    let of = |story: &Story| {
        let severity = model.team.severities.get(story.class.severity?)?;
        let within = severity.review_within?;
        story.last().filter(|last| last.at > now - BACK)?;
        let lived = Lived::of(story, (&works, now));
        let (closed, why) = lived.closed?;
        let due = works.time.after(closed, within, severity.clock);
        let silent = why != Some(CloseReason::Duplicate) && closed > now - BACK && due < now;
        let silent = silent && works.word_about(story, closed).is_none();
        silent.then(|| Unreviewed { id: story.name.clone(), severity: severity.id.clone(), due })
    };
    let mut found: Vec<Unreviewed> = stories.iter().filter(|story| !story.is_open()).filter_map(of).collect();
    found.sort_by(|one, other| (one.due, &one.id).cmp(&(other.due, &other.id)));
    found
}
