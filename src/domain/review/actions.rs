//! Follow-ups: what people wrote into handoffs that is still to be done.
//!
//! They are written in words. `ana: raise the limit by 2026-12-04` is ana's and
//! has a day; without a name it is whoever the incident is assigned to, if
//! anybody; and one that was written anew as `done` is done.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::Action;
use crate::domain::history::Story;
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;
use crate::domain::triage::Model;

/// What somebody wrote down as still to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// Of which incident.
    pub id: IncidentId,
    /// As it was written; empty: taken back.
    pub text: Clean,
    /// When.
    pub at: DateTime<Utc>,
}

/// The follow-ups that these words come to, by incident; the last word about one counts.
pub fn actions(mut told: Vec<FollowUp>, stories: &[Story], model: &Model) -> Vec<Action> {
    told.sort_by_key(|one| one.at);
    let mut known: BTreeMap<IncidentId, Action> = BTreeMap::new();
    let named: BTreeMap<&IncidentId, &Story> =
        stories.iter().flat_map(|story| [(&story.incident.id, story), (&story.name, story)]).collect();
    for one in told {
        let story = named.get(&one.id).copied();
        let id = story.map_or(&one.id, |story| &story.name).clone();
        let text = one.text.as_str().trim();
        if text.is_empty() {
            known.remove(&id);
            continue;
        }
        if is_done(text) {
            if let Some(action) = known.get_mut(&id) {
                action.done_at.get_or_insert(one.at);
            }
            continue;
        }
        let assigned = || story.and_then(|story| story.incident.assignees.first()).map(|who| model.person(who));
        let owner = person(text, model).or_else(|| assigned().map(|who| who.to_string()));
        let action = Action { id: id.clone(), what: one.text.clone(), owner, due: day(text), done_at: None };
        known.insert(id, action);
    }
    known.into_values().collect()
}

fn is_done(text: &str) -> bool {
    let word = text.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    word.eq_ignore_ascii_case("done")
}

/// The first word that is a person of the team: `ana: …`, `@ana …`.
fn person(text: &str, model: &Model) -> Option<String> {
    let marked = text.split_whitespace().filter_map(|word| {
        let bare = word.strip_prefix('@').or_else(|| word.strip_suffix(':'))?;
        Some(bare.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_'))
    });
    let known = |name: &str| {
        let id = model.person(&Clean::line(name)).to_string();
        model.team.people.iter().any(|one| one.id == id).then_some(id)
    };
    marked.into_iter().find_map(known)
}

/// The first date.
fn day(text: &str) -> Option<NaiveDate> {
    let plain = |word: &str| word.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok();
    text.split_whitespace().find_map(plain)
}
