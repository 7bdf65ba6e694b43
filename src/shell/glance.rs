//! What a prompt is told: how much there is to do and how fresh that is, from
//! this machine's store alone.
//!
//! It takes no lock, writes nothing and waits for nobody, and it says what the
//! queue would say at that moment.

use chrono::{DateTime, TimeDelta, Utc};

use super::known::{health_of, known_sources, of_known, probed};
use super::session::Plan;
use crate::app::event::Fact;
use crate::config::TeamFile;
use crate::domain::journal::{Journal, Rules, State};
use crate::domain::queue::{Counting, Tally};
use crate::domain::source::{Freshness, SourceHealth};
use crate::domain::triage::Model;
use crate::store::{Bodies, Glanced, Opening, Store, StoreError, Titles, Wanted};

/// What has ended before this changes nothing any more.
const LATELY: TimeDelta = TimeDelta::hours(24);

/// What is known at a moment, counted.
#[derive(Debug, Clone)]
pub struct Glance {
    /// The operating model.
    pub model: Model,
    /// The incidents.
    pub tally: Tally,
    /// Decisions that have not been sent, or not been answered.
    pub unsent: usize,
    /// Decisions of which nobody knows whether they were done.
    pub unknown: usize,
    /// Decisions that ask again.
    pub asking: usize,
    /// Decisions that were refused and not looked at.
    pub refused: usize,
    /// Each source with its age.
    pub sources: Vec<SourceHealth>,
    /// The moment.
    pub at: DateTime<Utc>,
}

impl Glance {
    /// Looks into the store of this plan; where there is none yet, nothing is known.
    ///
    /// # Errors
    ///
    /// The store belongs to a newer dogwatch, or cannot be read.
    pub fn take(plan: &Plan, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let opening = Opening { wanted: Wanted::ReadOnly, ..Opening::default() };
        let store = Store::open_with(&plan.folder, now, &opening)?.store;
        let known = known_sources(&plan.team);
        let bodies = if plan.team.reads_bodies() { Bodies::With } else { Bodies::Without };
        let (model, tracker) = (Model::new(plan.team.clone()), &plan.team.tracker);
        let mut journal = Journal::new(Rules { pace: tracker.pace, settle: tracker.settle });
        let (tally, kept) = store.at_one_moment(|store| {
            journal.mirror(store.journal(now - LATELY)?);
            let named = journal.entries().iter().map(|entry| entry.incident.clone()).collect();
            let mut counting = Counting::new(&journal, &model, now);
            store.glance(titles(&plan.team), bodies, &named, |glanced| match glanced {
                Glanced::Whole(incident) if of_known(&incident, &known) => counting.take(*incident),
                Glanced::Untouched { sort, like, id } if of_known(like, &known) => counting.take_like(sort, like, id),
                Glanced::Whole(_) | Glanced::Untouched { .. } => {}
            })?;
            Ok((counting.end(), store.health()?))
        })?;
        let mut sources = health_of(&known, &kept);
        if known.iter().any(|(_, kind)| *kind == "mcp")
            && let [Fact::Probed(endpoints), _] = probed(&store, &known)
        {
            for endpoint in endpoints {
                if let Some(health) = sources.iter_mut().find(|health| health.id == *endpoint.id()) {
                    (health.fetched_at, health.error) = (endpoint.last(), None);
                }
            }
        }
        let asking = journal.complaints().filter(|entry| entry.state == State::Asking).count();
        let unseen = journal.complaints().filter(|entry| entry.is_unseen_complaint()).count();
        Ok(Self {
            model,
            tally,
            unsent: journal.unsettled().filter(|entry| entry.state != State::Asking).count(),
            unknown: journal.unsettled().filter(|entry| matches!(entry.state, State::Unknown { .. })).count(),
            asking,
            refused: unseen - asking,
            sources,
            at: now,
        })
    }

    /// The sources whose word is worth less than it was, by id.
    pub fn not_fresh(&self) -> impl Iterator<Item = &str> {
        let fresh = |health: &&SourceHealth| matches!(health.freshness(self.at), Freshness::Fresh);
        self.sources.iter().filter(move |health| !fresh(health)).map(|health| health.id.as_str())
    }
}

/// Whether a rule of the team looks at titles.
fn titles(team: &TeamFile) -> Titles {
    let looks = team.triage.iter().any(|rule| !rule.when.title.is_empty() || !rule.when.text.is_empty());
    if looks { Titles::With } else { Titles::Without }
}
