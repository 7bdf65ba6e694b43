//! What is fetched beside the sources, rarely: other people's calendars, and
//! what the hosts of repositories know of dates. It goes its own way, and
//! keeps nobody waiting who polls and sends.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::task::JoinHandle;

use super::clock::Clock;
use super::dates::{fetch_calendars, fetch_dates, plans_dates, sources};
use super::engine::Engine;
use super::session::Session;
use crate::config::TeamFile;
use crate::domain::id::SourceId;
use crate::domain::text::Clean;

/// From one time to the next.
const EVERY: Duration = Duration::from_mins(15);

/// Fetches what is due, again and again.
pub struct Errand {
    team: TeamFile,
    engine: Engine,
    clock: Clock,
    running: Option<JoinHandle<Vec<Clean>>>,
    begun: Option<Instant>,
}

impl Errand {
    /// For the team of this session, into its folder.
    pub fn of(session: &Session) -> Self {
        Self {
            team: session.desk().model().team.clone(),
            engine: session.engine().clone(),
            clock: session.clock(),
            running: None,
            begun: None,
        }
    }

    /// Fetches everything once; says what went wrong, a sentence each.
    pub async fn run(&self) -> Vec<Clean> {
        fetch(&self.team, &self.engine, self.clock.start()).await
    }

    /// Sees to it that it is under way when it is due, and says what has gone wrong since this was last asked.
    pub async fn tend(&mut self) -> Vec<Clean> {
        let told = match self.running.take_if(|running| running.is_finished()) {
            Some(ended) => ended.await.unwrap_or_default(),
            None => Vec::new(),
        };
        let due = self.begun.is_none_or(|begun| begun.elapsed() >= EVERY);
        if due && self.running.is_none() {
            self.begun = Some(Instant::now());
            let (team, engine, now) = (self.team.clone(), self.engine.clone(), self.clock.now());
            self.running = Some(tokio::spawn(async move { fetch(&team, &engine, now).await }));
        }
        told
    }
}

async fn fetch(team: &TeamFile, engine: &Engine, now: DateTime<Utc>) -> Vec<Clean> {
    let mut told = fetch_calendars(team, engine.folder(), now).await;
    if plans_dates(team) {
        for (id, github) in sources(team) {
            if let Some(remote) = engine.remotes().get(&SourceId::new(id)) {
                told.extend(fetch_dates((id, github), remote, engine.folder(), now).await);
            }
        }
    }
    told
}
