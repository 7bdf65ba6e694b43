//! What is fetched beside the sources, rarely: other people's calendars. It
//! goes its own way, and keeps nobody waiting who polls and sends.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::clock::Clock;
use super::dates::fetch_calendars;
use super::session::Session;
use crate::config::TeamFile;
use crate::domain::text::Clean;

/// From one time to the next.
const EVERY: Duration = Duration::from_mins(15);

/// Fetches what is due, again and again.
#[derive(Debug)]
pub struct Errand {
    team: TeamFile,
    folder: PathBuf,
    clock: Clock,
    running: Option<JoinHandle<Vec<Clean>>>,
    begun: Option<Instant>,
}

impl Errand {
    /// For the team of this session, into its folder.
    pub fn of(session: &Session) -> Self {
        Self {
            team: session.desk().model().team.clone(),
            folder: session.folder().to_owned(),
            clock: session.clock(),
            running: None,
            begun: None,
        }
    }

    /// Fetches everything once; says what went wrong, a sentence each.
    pub async fn run(&self) -> Vec<Clean> {
        fetch_calendars(&self.team, &self.folder, self.clock.start()).await
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
            let (team, folder, now) = (self.team.clone(), self.folder.clone(), self.clock.now());
            self.running = Some(tokio::spawn(async move { fetch_calendars(&team, &folder, now).await }));
        }
        told
    }
}
