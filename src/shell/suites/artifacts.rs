//! The artifacts of a source: asked for in a task of their own, kept as rows
//! that outlive them, and judged together with what lies in folders.
//!
//! A host that is slow or down keeps no folder waiting, and what it said
//! before stays.

mod fetch;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use self::fetch::{Fetcher, Next};
use super::Suites;
use crate::config::EvalsSource;
use crate::domain::source::SourceHealth;
use crate::domain::text::Clean;
use crate::shell::engine::Given;
use crate::shell::remote::certificates;
use crate::shell::session::Plan;
use crate::sources::evals::artifacts::{Artifacts, Bounds, target};
use crate::sources::github::door::Door;
use crate::sources::tokens::{self, Lookup, Rules};

/// The way to the artifacts of a source; none if it has none. Which token goes there is as for the GitHub source of
/// the same repository, whose variable stands in for one that is not named: both count once the team file is trusted.
pub fn door(id: &str, evals: &EvalsSource, plan: &Plan, given: &Given) -> Option<Door> {
    let artifacts = evals.artifacts.as_ref()?;
    let api = plan.team.api_of(artifacts)?;
    let github = plan.team.github_of(&artifacts.repo);
    let named = evals.token_env.clone().or_else(|| github.and_then(|github| github.token_env.clone()));
    let harmless = tokens::lookup(Rules::at(&api, &plan.personal, None));
    let allowed = tokens::lookup(Rules::at(&api, &plan.personal, named));
    let mut target = target(id, api, artifacts);
    target.ca_file = github.and_then(|github| certificates(github, plan, given));
    let given = given.clone();
    let lookup: Lookup = Arc::new(move || if given.is_given() { allowed() } else { harmless() });
    Some(Door::new(target, lookup))
}

/// The reader of a source's artifacts, going on from the cursor that was kept; none if it has none.
pub fn reader(door: &Door, evals: &EvalsSource, cursor: Option<&str>) -> Option<Artifacts> {
    let name = evals.artifacts.as_ref()?.name.clone();
    Some(Artifacts::new(door.target().clone(), name, Bounds::default(), cursor))
}

/// What the task that asks has to say to the one that judges.
#[derive(Debug, Clone, Default)]
pub(super) struct Arrivals(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    heard: Mutex<Heard>,
    came: Notify,
}

/// How the artifacts are.
#[derive(Debug, Default)]
struct Heard {
    news: News,
    polls: Polls,
    fetched_at: Option<DateTime<Utc>>,
    trouble: Option<Clean>,
    unreadable: u32,
    budget: Option<Clean>,
}

/// What has happened since this was last looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum News {
    #[default]
    None,
    /// A poll has ended.
    Polled,
    /// And there are runs to be judged.
    Runs,
}

/// Whether any poll has ended in this process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Polls {
    #[default]
    Ahead,
    Some,
}

impl Arrivals {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.0.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a poll has ended.
    pub(super) async fn wait(&self) {
        self.0.came.notified().await;
    }
}

impl Suites {
    /// Asks for artifacts in a task of its own until the program ends.
    pub(super) async fn keep_fetching(&self) {
        if let Some(fetcher) = Fetcher::of(self).await {
            tokio::spawn(fetcher.keep_on());
        }
    }

    /// Reads every artifact that there is to read now.
    pub(super) async fn fetch_once(&mut self) {
        let Some(mut fetcher) = Fetcher::of(self).await else { return };
        while fetcher.fetch(0).await == Next::AtOnce {}
        self.receive();
    }

    /// Takes note of what has arrived: new runs are judged, and how the source is is told anew.
    pub(super) fn receive(&mut self) {
        let news = std::mem::take(&mut self.arrivals.heard().news);
        if news > News::None {
            self.told = None;
        }
        if news == News::Runs {
            self.tell_anew();
        }
    }

    /// When the artifacts were last read to their end.
    pub(super) fn fetched_at(&self) -> Option<DateTime<Utc>> {
        self.arrivals.heard().fetched_at
    }

    /// How folders and artifacts are together: the first trouble that there is, and the older time. None while
    /// there is nothing to tell.
    pub(super) fn together(&self, mut health: SourceHealth) -> Option<SourceHealth> {
        if self.source.artifacts.is_none() {
            return Some(health);
        }
        let heard = self.arrivals.heard();
        if heard.polls == Polls::Ahead && self.source.paths.is_empty() && health.error.is_none() {
            return None;
        }
        health.fetched_at = heard.fetched_at;
        health.error = health.error.or_else(|| heard.trouble.clone());
        health.unreadable = heard.unreadable;
        health.budget.clone_from(&heard.budget);
        Some(health)
    }
}
