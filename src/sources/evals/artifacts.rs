//! Results that a workflow of GitHub Actions left behind as artifacts.
//!
//! Artifacts expire; their runs stay. Only what the repository itself ran on
//! its default branch counts, never what a fork sent. A poll in which nothing
//! is new costs no request of the hour's limit; an artifact that was read once
//! is never downloaded again, and one that cannot be read is set aside with
//! the reason and tried again, a few times.

mod fetch;
mod state;
mod unpack;
mod wire;

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::config;
use crate::domain::evals::gather::SetAside;
use crate::domain::id::SourceId;
use crate::domain::text::Clean;
use crate::sources::github::answer::Answer;
use crate::sources::github::budget::Reading;
use crate::sources::github::client::Client;
use crate::sources::github::target::{GithubTarget, Patience, segment};
use crate::sources::github::trouble::Trouble;
use crate::sources::github::{NotKept, PollError, reading};
use fetch::Failure;
use state::{Prospect, Repository, Seen, State};
use unpack::{Beside, Unpacked};
pub use unpack::{Found, is_place, place};
use wire::{Artifact, Listing, Verdict};

/// The name under which the store keeps how far the artifacts of a source have been read.
pub const CURSOR: &str = "artifacts";
/// How many pages of the list are read, of 100 artifacts each.
const PAGES: usize = 10;

/// How much one poll may take on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The largest archive, in bytes; it is held in memory.
    pub archive_bytes: u64,
    /// How much of one archive is unfolded, member after member, in bytes.
    pub unpacked_bytes: u64,
    /// How many members of one archive are looked at.
    pub members: usize,
    /// How many archives one poll downloads.
    pub downloads: usize,
    /// Until the last byte of an archive.
    pub patience: Duration,
}

impl Bounds {
    /// The largest member that is read, in bytes.
    pub const MEMBER_BYTES: u64 = 128 << 20;
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            archive_bytes: 128 << 20,
            unpacked_bytes: 1 << 30,
            members: 10_000,
            downloads: 20,
            patience: Duration::from_mins(2),
        }
    }
}

/// What one step of a poll brought, to be kept whole or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taken {
    /// The artifact that was read, if one was.
    pub artifact: Option<u64>,
    /// The runs of one artifact.
    pub found: Vec<Found>,
    /// What could not be read, under [`place`]'s names.
    pub aside: Vec<SetAside>,
    /// How far the artifacts have been read: the new value of [`CURSOR`].
    pub cursor: Option<String>,
}

/// Where runs are kept.
pub trait Sink: Send {
    /// Keeps all of it, with the cursor, before it returns.
    ///
    /// # Errors
    ///
    /// [`NotKept`] ends the poll; the next one reads the artifact again.
    fn keep(&mut self, taken: Taken) -> impl Future<Output = Result<(), NotKept>> + Send;
}

/// What a poll brought, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Polled {
    /// Artifacts that were read.
    pub taken: usize,
    /// Runs in them.
    pub runs: usize,
    /// What was set aside: artifacts and members.
    pub aside: usize,
    /// Artifacts that the next polls will read.
    pub waiting: usize,
    /// What the host still allows, in words.
    pub budget: Option<Clean>,
}

/// What the list says, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The default branch: only what ran there counts.
    pub branch: Clean,
    /// Artifacts that the next polls will read.
    pub waiting: usize,
    /// Artifacts of the list that have been read, or never will be.
    pub done: usize,
}

/// The repository's own word for its default branch.
#[derive(Debug, Deserialize)]
struct Told {
    id: u64,
    default_branch: String,
}

/// Reads the artifacts of one name in one repository, again and again.
#[derive(Debug)]
pub struct Artifacts {
    target: GithubTarget,
    name: String,
    bounds: Bounds,
    state: State,
    /// What the store holds of the state.
    kept: Option<String>,
    met: Meeting,
}

/// Whether this process has asked the repository for its default branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meeting {
    Ahead,
    Done,
}

/// The repository that these artifacts are in, for a door to it. `api` is the base of its API.
pub fn target(source: &str, api: Url, artifacts: &config::Artifacts) -> GithubTarget {
    GithubTarget {
        source: SourceId::from(source),
        owner: artifacts.repo.owner.clone(),
        name: artifacts.repo.name.clone(),
        api,
        labels: Vec::new(),
        ca_file: None,
        patience: Patience::default(),
    }
}

impl Artifacts {
    /// Goes on from the cursor that was kept.
    pub fn new(target: GithubTarget, name: impl Into<String>, bounds: Bounds, cursor: Option<&str>) -> Self {
        let name = name.into();
        let state = State::restore(cursor, &format!("{} {} {name}", target.api, target.full_name()));
        Self { target, name, bounds, state, kept: cursor.map(str::to_owned), met: Meeting::Ahead }
    }

    /// Looks at the list once, and reads what is new, the newest first.
    ///
    /// What was kept before an error stays, and the next poll goes on from there.
    ///
    /// # Errors
    ///
    /// [`PollError`] for what concerns the host or the store. What concerns one artifact only sets that aside.
    pub async fn poll(
        &mut self,
        client: &Client,
        now: DateTime<Utc>,
        pass_at: f64,
        sink: &mut impl Sink,
    ) -> Result<Polled, PollError> {
        reading(client)?;
        self.state.use_mark(client.etag_mark());
        let mut polled = Polled::default();
        let aside = self.look(client).await.map_err(|trouble| self.named(trouble))?;
        self.keep(Taken { aside, ..Taken::default() }, &mut polled, sink).await?;
        let most = match reading(client)? {
            Reading::All => self.bounds.downloads,
            Reading::Sparing | Reading::Nothing => 1,
        };
        for (id, artifact) in self.state.due(now, most) {
            let beside = Beside { id, artifact, now, pass_at, bounds: self.bounds };
            let (taken, next) = self.take(client, beside).await?;
            polled.taken += usize::from(next == Next::Go);
            self.keep(taken, &mut polled, sink).await?;
            if next == Next::Stop {
                break;
            }
        }
        polled.waiting = self.state.waiting.len();
        polled.budget = client.budget().map(|budget| budget.words());
        Ok(polled)
    }

    /// Looks at the list, downloads nothing and keeps nothing.
    ///
    /// # Errors
    ///
    /// [`Trouble`], by what can be done about it.
    pub async fn survey(&mut self, client: &Client) -> Result<Survey, Trouble> {
        self.state.use_mark(client.etag_mark());
        self.look(client).await.map_err(|trouble| self.named(trouble))?;
        Ok(Survey {
            branch: Clean::line(self.state.repository.as_ref().map_or("", |told| told.branch.as_str())),
            waiting: self.state.waiting.len(),
            done: self.state.done.len(),
        })
    }

    /// Notices what is new, and downloads nothing.
    async fn look(&mut self, client: &Client) -> Result<Vec<SetAside>, Trouble> {
        if self.met == Meeting::Ahead {
            self.meet(client).await?;
        }
        self.list(client).await
    }

    /// Says which repository a refusal is about.
    fn named(&self, trouble: Trouble) -> Trouble {
        let told = |reason: &Clean| Clean::line(&format!("artifacts of {}: {reason}", self.target.full_name()));
        match trouble {
            Trouble::Missing(reason) => Trouble::Missing(told(&reason)),
            Trouble::Forbidden(reason) => Trouble::Forbidden(told(&reason)),
            other @ (Trouble::NotSent(_)
            | Trouble::Unknown { .. }
            | Trouble::Wait { .. }
            | Trouble::Moved { .. }
            | Trouble::BadToken(_)
            | Trouble::Deleted(_)
            | Trouble::Refused(_)
            | Trouble::Unreadable(_)) => other,
        }
    }

    /// Asks the repository, once, who it is and which branch counts.
    async fn meet(&mut self, client: &Client) -> Result<(), Trouble> {
        let answer = client.get(&client.url(&self.target.path())?).await?;
        let told: Told = answer.json()?;
        self.state.meet(Repository { id: told.id, branch: told.default_branch });
        self.met = Meeting::Done;
        Ok(())
    }

    /// Reads the list, page by page; what has not changed is known.
    async fn list(&mut self, client: &Client) -> Result<Vec<SetAside>, Trouble> {
        let path = format!("{}/actions/artifacts?name={}&per_page=100", self.target.path(), segment(&self.name));
        let mut next = Some(client.url(&path)?);
        let (mut visited, mut aside) = (BTreeSet::new(), Vec::new());
        while let Some(url) = next.take().filter(|_| visited.len() < PAGES) {
            if !visited.insert(url.to_string()) {
                break;
            }
            let known = self.state.pages.get(url.as_str());
            let answer = client.get_unless(&url, known.and_then(|page| page.etag.as_deref())).await?;
            if !answer.is_unchanged() {
                let page = self.read_page(&answer, &mut aside)?;
                self.state.pages.insert(url.to_string(), page);
            }
            let page = self.state.pages.get(url.as_str());
            next = page.and_then(|page| page.next.as_deref()).and_then(|next| Url::parse(next).ok());
        }
        self.state.prune(&visited);
        Ok(aside)
    }

    fn read_page(&mut self, answer: &Answer, aside: &mut Vec<SetAside>) -> Result<Seen, Trouble> {
        let listing: Listing = answer.json()?;
        let mut ids = Vec::new();
        for item in listing.artifacts {
            match wire::id(&item) {
                Some(id) => {
                    ids.push(id);
                    aside.extend(self.notice(id, item).map(|reason| SetAside { file: place(id, None), reason }));
                }
                None => aside.push(SetAside {
                    file: place(0, None),
                    reason: "an artifact of the list has no id and cannot be read".to_owned(),
                }),
            }
        }
        Ok(Seen { etag: answer.etag(), next: answer.next().map(|url| url.to_string()), ids })
    }

    /// Takes note of an artifact of the list; says why, if it is to be set aside.
    fn notice(&mut self, id: u64, item: Value) -> Option<String> {
        let repository = self.state.repository.as_ref()?;
        if self.state.done.contains(&id) {
            return None;
        }
        let verdict = match serde_json::from_value::<Artifact>(item) {
            Ok(artifact) => artifact.verdict(&self.name, repository),
            Err(error) => Verdict::Odd(format!("the list tells it in a way that cannot be read: {error}")),
        };
        match verdict {
            Verdict::Wanted(fresh) => {
                // What is known of earlier tries stays.
                self.state.waiting.entry(id).or_insert(*fresh);
                None
            }
            Verdict::NotOurs => {
                self.state.waiting.remove(&id);
                None
            }
            Verdict::Expired => {
                let lost = self.state.waiting.contains_key(&id);
                self.state.settle(id);
                lost.then(|| "expired before it could be read".to_owned())
            }
            Verdict::Odd(reason) => {
                self.state.settle(id);
                Some(reason)
            }
        }
    }

    /// Downloads one artifact and reads what it holds.
    async fn take(&mut self, client: &Client, beside: Beside) -> Result<(Taken, Next), Trouble> {
        let (id, now) = (beside.id, beside.now);
        let failure = match fetch::archive(client, &beside.artifact, self.bounds).await {
            Ok(bytes) => match read(bytes, beside).await {
                Ok(unpacked) => {
                    self.state.settle(id);
                    let Unpacked { found, aside, .. } = unpacked;
                    return Ok((Taken { artifact: Some(id), found, aside, cursor: None }, Next::Go));
                }
                Err(failure) => failure,
            },
            Err(failure) => failure,
        };
        let (reason, next) = match failure {
            Failure::Poll(trouble) => return Err(trouble),
            Failure::Final(reason) => {
                self.state.settle(id);
                (reason, Next::Skip)
            }
            Failure::Passing(reason) => (self.failed(id, now, &reason), Next::Skip),
            Failure::Silent(reason) => (self.failed(id, now, &reason), Next::Stop),
        };
        let aside = vec![SetAside { file: place(id, None), reason: client.clean(&reason).to_string() }];
        Ok((Taken { aside, ..Taken::default() }, next))
    }

    fn failed(&mut self, id: u64, now: DateTime<Utc>, reason: &str) -> String {
        match self.state.fail(id, now) {
            Prospect::Again => format!("{reason}; it is tried again later"),
            Prospect::GivenUp => format!("{reason}; given up, it was tried often enough"),
        }
    }

    /// Hands on what there is, with the cursor; nothing, if nothing is new.
    async fn keep(&mut self, mut taken: Taken, polled: &mut Polled, sink: &mut impl Sink) -> Result<(), NotKept> {
        polled.runs += taken.found.len();
        polled.aside += taken.aside.len();
        let cursor = self.state.keep();
        if taken.found.is_empty() && taken.aside.is_empty() && cursor == self.kept {
            return Ok(());
        }
        taken.cursor.clone_from(&cursor);
        sink.keep(taken).await?;
        self.kept = cursor;
        Ok(())
    }
}

/// How a poll goes on after an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// It was read.
    Go,
    /// It was not; the next one may be.
    Skip,
    /// Nobody answers; the rest is for the next poll.
    Stop,
}

/// Checks and unfolds an archive, away from the threads that answer the operator.
async fn read(bytes: Vec<u8>, beside: Beside) -> Result<Unpacked, Failure> {
    let whole = beside.artifact.digest.is_some();
    let size = beside.artifact.size;
    let work = tokio::task::spawn_blocking(move || {
        if !fetch::is_as_listed(&bytes, &beside.artifact) {
            return Err(Failure::Passing("its digest is not the one that the list names".to_owned()));
        }
        let length = bytes.len() as u64;
        let broken = if whole { Failure::Final } else { Failure::Passing };
        let unpacked = unpack::runs(&bytes, &beside).map_err(broken)?;
        // Of older artifacts the list names what their members unfold to.
        if length == size || unpacked.stated == size {
            Ok(unpacked)
        } else {
            Err(Failure::Passing(format!("{length} bytes instead of the {size} that the list names")))
        }
    });
    work.await.unwrap_or_else(|_| Err(Failure::Passing("it could not be read to its end".to_owned())))
}
