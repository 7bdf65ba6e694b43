//! Issues of a GitHub repository, as its server last told them.
//!
//! A poll of a repository where nothing happened costs two conditional
//! requests. What changed comes page by page, each kept together with how far
//! we are; what vanished becomes a tombstone, never a silence.

pub mod answer;
pub mod budget;
pub mod client;
pub mod dates;
pub(crate) mod details;
pub mod door;
pub(crate) mod history;
mod links;
mod listing;
pub(crate) mod map;
pub(crate) mod marker;
pub mod past;
mod state;
pub mod target;
pub mod trouble;
pub mod wire;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use url::Url;

use crate::domain::incident::Incident;
use crate::domain::text::Clean;
use answer::Answer;
use budget::Reading;
use client::Client;
pub(crate) use details::pages;
use state::{First, Named, State};
pub use state::{NotKept, Page, Sink};
use target::{Customs, GithubTarget, segment};
use trouble::Trouble;

/// The name under which the store keeps how far a source has been read.
pub const CURSOR: &str = "sync";

/// How much a poll is to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// What changed, and the open issues again when that is due.
    Changes,
    /// What changed, and the open issues again now: what a screen begins with.
    Everything,
}

/// What a poll brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polled {
    /// How many incidents are not as they were.
    pub changed: usize,
    /// How many issues are set aside because they cannot be read.
    pub unreadable: usize,
    /// What the host still allows, in words.
    pub budget: Option<Clean>,
}

/// Why a poll ended early. What was kept before that stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PollError {
    /// The wire.
    #[error(transparent)]
    Trouble(#[from] Trouble),
    /// The disk.
    #[error(transparent)]
    NotKept(#[from] NotKept),
}

impl PollError {
    /// For how long the host asks to be left alone, if it does.
    pub fn wait(&self) -> Option<std::time::Duration> {
        match self {
            Self::Trouble(Trouble::Wait { after, .. }) => Some(*after),
            Self::Trouble(_) | Self::NotKept(_) => None,
        }
    }
}

/// Reads one repository, again and again.
#[derive(Debug)]
pub struct Poller {
    target: GithubTarget,
    customs: Customs,
    state: State,
    known: HashMap<u64, Incident>,
    doubtful: HashMap<u64, u8>,
    changed: usize,
}

/// For how many polls an issue is in doubt after a decision about it. The
/// answer to the decision may reach the store after the first has begun.
const DOUBTED: u8 = 2;

impl Poller {
    /// Goes on from the cursor that was kept, over the incidents that are known of this source.
    pub fn new(target: GithubTarget, customs: Customs, cursor: Option<&str>, known: Vec<Incident>) -> Self {
        let about = format!("{} {}", target.api, target.full_name());
        let mut state = State::restore(cursor, &about);
        // Whoever was killed may have been about to correct what is kept: the first list is read, changed or not.
        state.pages.clear();
        let mut poller = Self { target, customs, state, known: HashMap::new(), doubtful: HashMap::new(), changed: 0 };
        for incident in known {
            poller.owe_what_was_lost(&incident);
            poller.remember(incident);
        }
        poller
    }

    /// Of two processes on one store, each keeps what it still has to ask for
    /// over what the other kept. Whoever begins anew asks for what is missing.
    fn owe_what_was_lost(&mut self, incident: &Incident) {
        if !incident.is_open() || incident.gone.is_some() {
            return;
        }
        if incident.ack.as_ref().is_some_and(|ack| ack.at.is_none()) {
            self.state.events_owed.insert(incident.number);
        }
        if incident.snooze.is_none() && incident.has_label(&self.customs.labels.snoozed) {
            self.state.comments_owed.insert(incident.number);
        }
        self.owe_the_comments_of(incident);
    }

    /// Takes note of what the tracker said of an incident when something was
    /// decided, so that a poll which began earlier does not tell an older
    /// story. Within one second nothing shows which of two stories is older,
    /// so the next polls look again, and what they see is kept whatever was.
    pub fn learn(&mut self, incident: Incident) {
        self.doubtful.insert(incident.number, DOUBTED);
        self.owe_the_comments_of(&incident);
        self.remember(incident);
    }

    /// What a decision brought, or another process, may be the count of comments that nobody has read.
    fn owe_the_comments_of(&mut self, incident: &Incident) {
        let mut state = std::mem::take(&mut self.state);
        self.owe_comments(incident, &mut state);
        self.state = state;
    }

    fn settle_doubts(&mut self) {
        self.doubtful.retain(|_, polls| {
            *polls = polls.saturating_sub(1);
            *polls > 0
        });
    }

    fn remember(&mut self, mut incident: Incident) {
        incident.body = None;
        let newer = |known: &Incident| known.updated_at > incident.updated_at;
        if !self.known.get(&incident.number).is_some_and(newer) {
            self.known.insert(incident.number, incident);
        }
    }

    /// Looks at the repository once.
    ///
    /// # Errors
    ///
    /// [`PollError`]: what was kept before that stays, and the next poll goes on from there.
    pub async fn poll(
        &mut self,
        client: &Client,
        want: Want,
        now: DateTime<Utc>,
        sink: &mut impl Sink,
    ) -> Result<Polled, PollError> {
        self.changed = 0;
        self.state.use_mark(client.etag_mark());
        self.read_all(client, want, now, sink).await.map_err(|error| self.named(error))?;
        let budget = client.budget().map(|budget| budget.words());
        Ok(Polled { changed: self.changed, unreadable: self.state.unreadable.len(), budget })
    }

    async fn read_all(
        &mut self,
        client: &Client,
        want: Want,
        now: DateTime<Utc>,
        sink: &mut impl Sink,
    ) -> Result<(), PollError> {
        let reading = reading(client)?;
        if self.state.repository.is_none() {
            self.meet(client).await?;
        }
        if self.state.first == First::Done {
            self.read_changes(client, sink).await?;
        } else {
            self.read_open_first(client, sink, now).await?;
        }
        self.read_events(client, sink).await?;
        self.read_owed(client, sink).await?;
        let due = want == Want::Everything || self.state.is_sweep_due(now);
        if due && reading == Reading::All {
            self.meet(client).await?;
            self.sweep(client, sink, now).await?;
            self.read_owed(client, sink).await?;
        }
        Ok(())
    }

    /// Asks what the repository is called now. One of the same name that is
    /// another one is read from the start.
    async fn meet(&mut self, client: &Client) -> Result<(), Trouble> {
        let answer = client.get(&client.url(&self.path())?).await?;
        let repository: wire::Repository = answer.json()?;
        let full_name = repository.full_name.unwrap_or_else(|| self.target.full_name());
        if self.state.repository.as_ref().is_some_and(|known| known.id != repository.id) {
            let fresh = State { about: self.state.about.clone(), mark: self.state.mark.clone(), ..State::default() };
            self.state = fresh;
        }
        self.state.repository = Some(Named { id: repository.id, full_name });
        Ok(())
    }

    /// A redirect says that the repository has another name.
    async fn notice_rename(&mut self, client: &Client, asked: &Url, answer: &Answer) -> Result<(), Trouble> {
        if answer.url.path() == asked.path() { Ok(()) } else { self.meet(client).await }
    }

    /// The repository's path, by its present name.
    fn path(&self) -> String {
        match self.state.repository.as_ref().and_then(|named| named.full_name.split_once('/')) {
            Some((owner, name)) => format!("/repos/{}/{}", segment(owner), segment(name)),
            None => self.target.path(),
        }
    }

    /// Says which repository a refusal is about.
    fn named(&self, error: PollError) -> PollError {
        let name = self.target.full_name();
        let told = |reason: &Clean| Clean::line(&format!("{name}: {reason}"));
        match error {
            PollError::Trouble(Trouble::Missing(reason)) => Trouble::Missing(told(&reason)).into(),
            PollError::Trouble(Trouble::Forbidden(reason)) => Trouble::Forbidden(told(&reason)).into(),
            PollError::Trouble(Trouble::Deleted(reason)) => {
                Trouble::Deleted(told(&Clean::line(&format!("{reason} (are its issues switched off?)")))).into()
            }
            other @ (PollError::Trouble(_) | PollError::NotKept(_)) => other,
        }
    }
}

/// How much the budget lets us read.
pub(crate) fn reading(client: &Client) -> Result<Reading, Trouble> {
    let now = Instant::now();
    let Some(budget) = client.budget() else { return Ok(Reading::All) };
    match budget.reading(now) {
        Reading::Nothing => {
            let reason = format!("{}: what is left is kept for decisions", budget.words());
            Err(Trouble::Wait { after: budget.resets - now, reason: Clean::line(&reason) })
        }
        reading @ (Reading::All | Reading::Sparing) => Ok(reading),
    }
}
