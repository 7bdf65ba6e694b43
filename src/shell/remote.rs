//! One repository on another machine: polled, written to, asked for details,
//! over one client with one budget.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::engine::{Engine, Given};
use super::logs;
use super::session::{LOGIN, Plan};
use crate::app::event::Fact;
use crate::config::{GithubSource, Source, host_and_port};
use crate::domain::decision::Decision;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::Incident;
use crate::domain::journal::{Attempt, Entry, Outcome};
use crate::domain::source::SourceHealth;
use crate::domain::text::Clean;
use crate::sources::github::budget::Budget;
use crate::sources::github::client::Client;
use crate::sources::github::dates::{self, Remembered};
use crate::sources::github::door::Door;
use crate::sources::github::past::Filled;
use crate::sources::github::target::{Customs, GithubTarget};
use crate::sources::github::trouble::Trouble;
use crate::sources::github::{self, CURSOR, NotKept, Page, Poller, Sink, Want};
use crate::sources::tokens::{self, Lookup, Rules};
use crate::store::{self, Store, StoreError};
use crate::tracker::Order;
use crate::tracker::github::inspect::{self, Report};
use crate::tracker::github::{GithubTracker, detail};

/// How often an open repository is asked while somebody looks.
const EVERY: Duration = Duration::from_mins(1);
/// After the first failure; doubled with each further one.
const RETRY: Duration = Duration::from_secs(5);
/// A source that fails is asked at least this often.
const LONGEST_RETRY: Duration = Duration::from_mins(5);

/// One repository and the way to it.
pub struct Remote {
    source: SourceId,
    door: Arc<Door>,
    customs: Customs,
    tracker: GithubTracker,
    every: Duration,
    wake: Notify,
    whole: AtomicBool,
    news: News,
}

/// What came back from decisions since the last poll began.
type News = Arc<Mutex<Vec<Incident>>>;

/// How a poll went, and when the next one is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Polled {
    /// How many incidents changed; none if it failed.
    pub changed: Option<usize>,
    /// The source's health after it.
    pub health: SourceHealth,
    /// When to ask again.
    pub next: Duration,
}

/// Why a repository cannot be looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Uninspected {
    /// Nothing was asked: there is no token, or a configuration that cannot work.
    #[error("{0}")]
    Shut(Clean),
    /// It was asked and said no, for good: the token or the name of the repository is wrong.
    #[error("{0}")]
    Refused(Clean),
    /// No answer that says anything; another time it may.
    #[error("{0}")]
    Unreached(Clean),
}

impl From<Trouble> for Uninspected {
    fn from(trouble: Trouble) -> Self {
        match &trouble {
            no if no.is_final() => Self::Refused(no.reason()),
            Trouble::Moved { .. } => Self::Refused(trouble.reason()),
            Trouble::NotSent(_)
            | Trouble::Unknown { .. }
            | Trouble::Wait { .. }
            | Trouble::Unreadable(_)
            | Trouble::BadToken(_)
            | Trouble::Forbidden(_)
            | Trouble::Missing(_)
            | Trouble::Deleted(_)
            | Trouble::Refused(_) => Self::Unreached(trouble.reason()),
        }
    }
}

/// The certificates of a source, if they are trusted now; paths of a team file are relative to it.
pub(super) fn certificates(github: &GithubSource, plan: &Plan, given: &Given) -> Option<PathBuf> {
    let beside = |path: &String| {
        plan.team_path.as_deref().and_then(Path::parent).map_or_else(|| path.into(), |folder| folder.join(path))
    };
    github.ca_file.as_ref().filter(|_| given.is_given()).map(beside)
}

/// The host that a source's decisions go to: what is paced and paused together.
pub fn host(github: &GithubSource) -> String {
    host_and_port(&github.api)
}

impl Remote {
    /// The repository of a source; none for a source of another kind. The
    /// variable that the team file names counts only once the file is trusted,
    /// its certificates only if it is at the start.
    pub fn of(source: &Source, plan: &Plan, given: &Given) -> Option<Self> {
        let (team, personal) = (&plan.team, &plan.personal);
        let github = source.github()?;
        let target = GithubTarget::of(&source.id, github, certificates(github, plan, given));
        let harmless = tokens::lookup(Rules::of(github, personal, None));
        let allowed = tokens::lookup(Rules::of(github, personal, github.token_env.clone()));
        let given = given.clone();
        let lookup: Lookup = Arc::new(move || if given.is_given() { allowed() } else { harmless() });
        let customs = Customs::of(team);
        let door = Arc::new(Door::new(target, lookup));
        let pace = team.tracker.pace.to_std().unwrap_or_default();
        let tracker = GithubTracker::new(Arc::clone(&door), customs.clone(), pace);
        Some(Self {
            source: SourceId::new(&source.id),
            door,
            customs,
            tracker,
            every: github.every.and_then(|every| every.to_std().ok()).unwrap_or(EVERY),
            wake: Notify::new(),
            whole: AtomicBool::new(false),
            news: News::default(),
        })
    }

    /// Asks now rather than when it is due: for what changed, or for the whole set of open issues.
    pub fn poll_now(&self, want: Want) {
        if want == Want::Everything {
            self.whole.store(true, Ordering::Relaxed);
        }
        self.wake.notify_one();
    }

    /// Sends a decision, and tells the poller what came back.
    pub async fn perform(&self, engine: &Engine, entry: &Entry, attempt: Attempt) -> Outcome {
        let id = entry.incident.clone();
        let known = engine.keeper().ask(move |store| store.incident(&id).ok().flatten()).await.flatten();
        let posted = self.posted(engine, entry).await;
        let order = Order { entry: entry.clone(), attempt, known, posted, now: engine.clock().now() };
        let outcome = self.tracker.perform(&order).await;
        if let Some(facts) = outcome.facts() {
            self.news.lock().unwrap_or_else(PoisonError::into_inner).push(facts.clone());
        }
        outcome
    }

    /// Under which number this document was posted from here before.
    async fn posted(&self, engine: &Engine, entry: &Entry) -> Option<u64> {
        let Decision::Post(post) = &entry.decision else { return None };
        let document = post.id(&self.source);
        let filed = engine.keeper().ask(move |store| store.posted(&document).ok().flatten()).await.flatten();
        filed?.issue().map(|(_, number)| number)
    }

    /// Reads the comments of one issue into the store.
    ///
    /// # Errors
    ///
    /// Why they could not be read, for the operator.
    pub async fn comments(&self, engine: &Engine, id: &IncidentId) -> Result<(), Clean> {
        let client = self.client().await?;
        let read = detail::comments(&client, self.door.target(), id).await.map_err(|trouble| trouble.reason())?;
        let moments = read.into_iter().map(|(key, moment)| (id.clone(), key, moment)).collect();
        let page = Page { moments, ..Page::default() };
        self.sink(engine).keep(page).await.map_err(|error| Clean::line(&error.to_string()))
    }

    /// Logins that may be assigned, in the tracker's order.
    ///
    /// # Errors
    ///
    /// Why they could not be read, for the operator.
    pub async fn assignable(&self) -> Result<Vec<Clean>, Clean> {
        let client = self.client().await?;
        detail::assignable(&client, self.door.target()).await.map_err(|trouble| trouble.reason())
    }

    /// Where the token for it was found, in words; the token itself is never told.
    ///
    /// # Errors
    ///
    /// [`Uninspected::Shut`], with what would help.
    pub async fn token_origin(&self) -> Result<String, Uninspected> {
        let client = self.client().await.map_err(Uninspected::Shut)?;
        Ok(client.token().origin().to_owned())
    }

    /// What `doctor` says of it.
    ///
    /// # Errors
    ///
    /// [`Uninspected`], by what the operator can do about it.
    pub async fn inspect(&self) -> Result<Report, Uninspected> {
        let client = self.client().await.map_err(Uninspected::Shut)?;
        let report = inspect::inspect(&client, self.door.target(), &self.customs).await;
        report.map_err(Uninspected::from)
    }

    /// Reads what has changed of releases, milestones and deployments; says which of them could not be read.
    ///
    /// # Errors
    ///
    /// Why nothing could be read, for the operator.
    pub async fn dates(&self, known: &mut Remembered) -> Result<Vec<Clean>, Clean> {
        let client = self.client().await?;
        let read = dates::read(&client, &self.door.target().path(), known).await;
        read.map_err(|trouble| trouble.reason())
    }

    async fn client(&self) -> Result<Client, Clean> {
        self.door.client().await.map_err(|shut| Clean::line(&shut.to_string()))
    }

    /// The poller, going on from what the store remembers.
    pub async fn poller(&self, engine: &Engine) -> Option<Poller> {
        let source = self.source.clone();
        let (cursor, known) = engine
            .keeper()
            .ask(move |store| {
                let cursor = store.cursor(&source, CURSOR).ok().flatten();
                let mut known = store.incidents(crate::store::Bodies::Without).unwrap_or_default();
                known.retain(|incident| incident.source == source);
                (cursor, known)
            })
            .await?;
        Some(Poller::new(self.door.target().clone(), self.customs.clone(), cursor.as_deref(), known))
    }

    /// Reads what happened since this time, also to what was closed long ago; it is in the store and with the core
    /// when this returns.
    ///
    /// # Errors
    ///
    /// Why not all of it could be read, for the operator; what was read is kept.
    pub async fn fill(&self, engine: &Engine, since: DateTime<Utc>) -> Result<Filled, Clean> {
        let client = self.client().await?;
        let Some(mut poller) = self.poller(engine).await else { return Err(Clean::line("dogwatch is ending")) };
        let filled = poller.fill(&client, since, &mut self.sink(engine)).await;
        filled.map_err(|error| Clean::line(&error.to_string()))
    }

    /// Asks again and again until the program ends.
    pub async fn keep_polling(&self, engine: &Engine) {
        let Some(mut poller) = self.poller(engine).await else { return };
        // Nobody knows how long this machine was away: the set of open issues is compared once.
        self.whole.store(true, Ordering::Relaxed);
        let mut failures = 0;
        loop {
            let round = self.poll(engine, &mut poller, failures).await;
            failures = if round.changed.is_some() { 0 } else { failures + 1 };
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(round.next) => {}
            }
        }
    }

    /// Asks once; what came is in the store and with the core when this returns.
    pub async fn poll(&self, engine: &Engine, poller: &mut Poller, failures: u32) -> Polled {
        for incident in self.news.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            poller.learn(incident);
        }
        engine.report(Fact::FetchStarted(self.source.clone()));
        let read = self.read(engine, poller).await;
        let round = self.judged(engine, read, failures).await;
        let health = round.health.clone();
        match (&health.error, round.changed) {
            (Some(why), _) => logs::failed(&format!("{} not reached: {why}", self.source)),
            (None, Some(changed)) if changed > 0 => logs::did(&format!("{}: {changed} changed", self.source)),
            (None, _) => {}
        }
        // Told by the store's thread, in its order: a look at the store from before must not come after.
        let reporter = engine.clone();
        let told = move |store: &mut Store| {
            // A health that cannot be kept is told again by the next poll.
            let _unkept = store.set_health(&health);
            reporter.report(Fact::FetchEnded(health));
        };
        engine.keeper().ask(told).await;
        round
    }

    async fn read(&self, engine: &Engine, poller: &mut Poller) -> Result<github::Polled, (Clean, Option<Duration>)> {
        let shut = |why: &dyn std::error::Error| (Clean::line(&why.to_string()), None);
        let client = self.door.client().await.map_err(|why| shut(&why))?;
        self.identify(engine, &client).await;
        let now = engine.clock().now();
        let want = if self.whole.swap(false, Ordering::Relaxed) { Want::Everything } else { Want::Changes };
        let first = poller.poll(&client, want, now, &mut self.sink(engine)).await;
        let Err(error) = first else { return first.map_err(|error| shut(&error)) };
        let refused = matches!(&error, github::PollError::Trouble(github::trouble::Trouble::BadToken(_)));
        let again = if refused { self.door.renewed(&client).await } else { None };
        match again {
            Some(client) => poller
                .poll(&client, want, now, &mut self.sink(engine))
                .await
                .map_err(|error| (Clean::line(&error.to_string()), error.wait())),
            None => Err((Clean::line(&error.to_string()), error.wait())),
        }
    }

    /// Says who we are there, when that is known; asked once.
    async fn identify(&self, engine: &Engine, client: &Client) {
        if let Ok(Some(login)) = self.tracker.login(client).await {
            let (source, name) = (self.source.clone(), login.to_string());
            engine.keeper().later(move |store| {
                // Only a convenience for the next start.
                let _unkept = store.set_cursor(&source, LOGIN, Some(&name));
            });
            engine.report(Fact::Identified { source: self.source.clone(), login });
        }
    }

    async fn judged(
        &self,
        engine: &Engine,
        read: Result<github::Polled, (Clean, Option<Duration>)>,
        failures: u32,
    ) -> Polled {
        let mut health = SourceHealth::never(self.source.clone(), "github");
        match read {
            Ok(polled) => {
                health.fetched_at = Some(engine.clock().now());
                health.unreadable = u32::try_from(polled.unreadable).unwrap_or(u32::MAX);
                health.budget = polled.budget;
                let budget = match self.door.client().await {
                    Ok(client) => client.budget(),
                    Err(_) => None,
                };
                let next = next_poll(budget, self.every);
                Polled { changed: Some(polled.changed), health, next }
            }
            Err((why, wait)) => {
                let kept = engine.keeper().ask(|store| store.health().unwrap_or_default()).await.unwrap_or_default();
                let known = kept.into_iter().find(|known| known.id == self.source);
                health.fetched_at = known.as_ref().and_then(|known| known.fetched_at);
                health.unreadable = known.as_ref().map_or(0, |known| known.unreadable);
                health.error = Some(why);
                let backoff = (RETRY * 2_u32.saturating_pow(failures.min(8))).min(LONGEST_RETRY);
                Polled { changed: None, health, next: wait.unwrap_or(backoff) }
            }
        }
    }

    fn sink(&self, engine: &Engine) -> StoreSink {
        StoreSink { source: self.source.clone(), engine: engine.clone(), news: Arc::clone(&self.news) }
    }
}

/// Keeps pages in the store, then tells the core what changed.
struct StoreSink {
    source: SourceId,
    engine: Engine,
    news: News,
}

/// A list that was under way when something was decided tells, within the second of that, what was before. The next
/// poll tells it again.
fn is_overtaken(incident: &Incident, news: &[Incident]) -> bool {
    news.iter().any(|later| later.id == incident.id && later.updated_at >= incident.updated_at)
}

impl Sink for StoreSink {
    async fn keep(&mut self, page: Page) -> Result<(), NotKept> {
        let source = self.source.clone();
        let now = self.engine.clock().now();
        let engine = self.engine.clone();
        let news = Arc::clone(&self.news);
        let keep = move |store: &mut Store| {
            let mut page = page;
            let news = news.lock().unwrap_or_else(PoisonError::into_inner).clone();
            page.incidents.retain(|incident| !is_overtaken(incident, &news));
            let incidents = commit(store, &source, page, now)?;
            if !incidents.is_empty() {
                engine.report(Fact::Page { source, incidents });
            }
            Ok::<(), StoreError>(())
        };
        match self.engine.keeper().ask(keep).await {
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(NotKept(super::engine::told(&error))),
            None => Err(NotKept(Clean::line("dogwatch is ending"))),
        }
    }
}

/// Keeps a page as the store has it; what could not be read is set aside.
fn commit(store: &mut Store, source: &SourceId, page: Page, now: DateTime<Utc>) -> Result<Vec<Incident>, StoreError> {
    for (raw, why) in &page.unreadable {
        store.set_aside(source, raw, why, now)?;
    }
    let event = |(incident, key, moment)| store::Event { key, incident, moment };
    let events = page.moments.into_iter().map(event).collect();
    store.commit_page(source, &store::Page { incidents: page.incidents, events, cursors: page.cursors })
}

/// When a repository is asked again that is asked this often while its host allows it.
pub(super) fn next_poll(budget: Option<Budget>, every: Duration) -> Duration {
    let now = Instant::now();
    // Any number will do: it only keeps many terminals from asking in the same second.
    let jitter = f64::from(u8::try_from(ulid::Ulid::generate().0 & 0xff).unwrap_or(0)) / 255.0;
    Budget::next_poll(budget, every, jitter, now)
}
