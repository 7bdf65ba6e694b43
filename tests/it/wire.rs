//! The real client against a GitHub on loopback that can have any bad day.

#[cfg(feature = "contract")]
mod contract;
mod deciding;
mod escalating;
mod filing;
mod late;
mod limits;
mod past;
mod posting;
mod reading;
mod refusals;
mod runbooks;
mod storm;
mod tokens;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use dogwatch::domain::decision::{Asking, Base, Decision, Deed, Over, StateLabels};
use dogwatch::domain::id::{IncidentId, OpId, OpIds, SourceId};
use dogwatch::domain::incident::{Incident, Moment};
use dogwatch::domain::journal::{Absent, Attempt, Consent, Entry, Outcome, Seen, State};
use dogwatch::domain::runbook::run::{Comment, Report};
use dogwatch::domain::text::Clean;
use dogwatch::sources::github::client::Client;
use dogwatch::sources::github::door::Door;
use dogwatch::sources::github::target::{Customs, GithubTarget, Patience};
use dogwatch::sources::github::{CURSOR, NotKept, Page, PollError, Polled, Poller, Sink, Want};
use dogwatch::sources::tokens::{Token, fixed};
use dogwatch::tracker::Order;
use dogwatch::tracker::github::GithubTracker;
use url::Url;

use crate::github::{Fake, Request};

/// The team's customs in all these tests.
fn customs() -> Customs {
    Customs {
        labels: StateLabels { ack: "ack".into(), snoozed: "snoozed".into() },
        severities: ["SEV1", "SEV2", "SEV3"].map(str::to_owned).to_vec(),
        kinds: vec!["mcp-tool-failure".to_owned()],
        people: vec!["alice".to_owned(), "bob".to_owned()],
        model: None,
    }
}

/// A step of an escalation that asks this person, with nobody having had it for years.
fn asks(login: &str, step: u32) -> Asking {
    Asking {
        escalation: "default".to_owned(),
        step,
        since: "2020-01-01T00:00:00Z".parse().unwrap(),
        who: vec![line(login)],
        to: Some(line(login)),
        from: Vec::new(),
        text: format!("@{login} escalated to {login}: no ack for 15m; step {step} of 4."),
        said: String::new(),
        filed_by: None,
    }
}

/// What there is to tell of a use of a runbook, always of the same one.
fn report(text: &str, comment: Comment) -> Report {
    let run = OpId::new("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    Report { run, text: text.to_owned(), said: format!("cache.md: {text}"), comment }
}

fn target(fake: &Fake) -> GithubTarget {
    GithubTarget {
        source: SourceId::from("gh"),
        owner: "acme".to_owned(),
        name: "dataface".to_owned(),
        api: Url::parse(&fake.url()).unwrap(),
        labels: Vec::new(),
        ca_file: None,
        patience: Patience { connect: Duration::from_secs(5), answer: Duration::from_secs(30) },
    }
}

fn token(fake: &Fake, login: &str) -> Token {
    Token::new(&fake.token(login), "test").unwrap()
}

fn door(fake: &Fake, login: &str) -> Arc<Door> {
    Arc::new(Door::new(target(fake), fixed(token(fake, login))))
}

/// A GitHub that gives up on us after a moment, for tests of hangs.
fn hasty(fake: &Fake, login: &str) -> Arc<Door> {
    let mut target = target(fake);
    target.patience.answer = Duration::from_millis(300);
    Arc::new(Door::new(target, fixed(token(fake, login))))
}

fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A store in memory.
#[derive(Default)]
struct Shelf {
    pages: usize,
    incidents: BTreeMap<u64, Incident>,
    moments: BTreeMap<String, Moment>,
    unreadable: Vec<(String, String)>,
    cursor: Option<String>,
    full: bool,
}

impl Sink for Shelf {
    async fn keep(&mut self, page: Page) -> Result<(), NotKept> {
        if self.full {
            return Err(NotKept(Clean::line("the disk is full")));
        }
        self.pages += 1;
        for incident in page.incidents {
            self.incidents.insert(incident.number, incident);
        }
        self.moments.extend(page.moments.into_iter().map(|(_, key, moment)| (key, moment)));
        self.unreadable.extend(page.unreadable);
        for (name, cursor) in page.cursors {
            assert_eq!(name, CURSOR);
            self.cursor = cursor;
        }
        Ok(())
    }
}

/// Somebody's screen, as far as reading goes.
struct Watch {
    client: Client,
    target: GithubTarget,
    poller: Poller,
    shelf: Shelf,
}

impl Watch {
    /// The tombstones, as `gh#1 why`.
    fn gone(&self) -> Vec<String> {
        let told = |incident: &Incident| Some(format!("{} {}", incident.id, incident.gone.as_ref()?));
        self.shelf.incidents.values().filter_map(told).collect()
    }

    async fn new(fake: &Fake, login: &str) -> Self {
        Self::over(door(fake, login)).await
    }

    async fn over(door: Arc<Door>) -> Self {
        let target = door.target().clone();
        let poller = Poller::new(target.clone(), customs(), None, Vec::new());
        Self { client: door.client().await.unwrap(), target, poller, shelf: Shelf::default() }
    }

    async fn try_poll(&mut self) -> Result<Polled, PollError> {
        self.poller.poll(&self.client, Want::Changes, now(), &mut self.shelf).await
    }

    async fn poll(&mut self) -> Polled {
        self.try_poll().await.unwrap()
    }

    async fn sweep(&mut self) -> Polled {
        self.poller.poll(&self.client, Want::Everything, now(), &mut self.shelf).await.unwrap()
    }

    /// As after a restart: everything but the disk is forgotten.
    fn restart(&mut self) {
        let known = self.shelf.incidents.values().cloned().collect();
        self.poller = Poller::new(self.target.clone(), customs(), self.shelf.cursor.as_deref(), known);
    }

    fn incident(&self, number: u64) -> &Incident {
        &self.shelf.incidents[&number]
    }
}

/// Somebody's keyboard, and what their journal would send.
struct Desk {
    tracker: GithubTracker,
    watch: Watch,
    ids: OpIds,
    /// Under which number the document was posted from here before.
    posted: Option<u64>,
}

impl Desk {
    async fn new(fake: &Fake, login: &str) -> Self {
        Self::over(door(fake, login)).await
    }

    async fn over(door: Arc<Door>) -> Self {
        let tracker = GithubTracker::new(Arc::clone(&door), customs(), Duration::ZERO);
        let mut watch = Watch::over(door).await;
        // Whoever decides has seen what there is.
        drop(watch.try_poll().await);
        let seed = watch.client.token().mark("seed").bytes().fold(7, |seed, byte| seed * 31 + u128::from(byte));
        Self { tracker, watch, ids: OpIds::seeded(seed), posted: None }
    }

    /// A decision about an issue as it was seen last.
    fn decide(&mut self, number: u64, decision: Decision) -> Entry {
        let op = self.ids.next(now().timestamp_millis());
        let seen = self.watch.shelf.incidents.get(&number);
        let is_new = matches!(decision, Decision::New { .. });
        let source = SourceId::from("gh");
        Entry {
            op: op.clone(),
            seq: 1,
            batch: op.clone(),
            incident: if is_new { IncidentId::provisional(&op) } else { IncidentId::numbered(&source, number) },
            source,
            host: self.watch.client.host(),
            decision,
            deed: Deed { by: None, at: now() },
            base: seen.map(Base::of).unwrap_or_default(),
            state: State::Sending { unknown: None },
            attempts: 1,
            sent_at: Some(now()),
            not_before: None,
            reason: None,
            request_id: None,
            consent: Consent::NotAsked,
            settled_at: None,
            seen: Seen::No,
            undoes: None,
        }
    }

    async fn send(&self, entry: &Entry, attempt: Attempt) -> Outcome {
        let number = entry.incident.issue().map(|(_, number)| number);
        let known = number.and_then(|number| self.watch.shelf.incidents.get(&number)).cloned();
        let posted = self.posted;
        self.tracker.perform(&Order { entry: entry.clone(), attempt, known, posted, now: now() }).await
    }

    async fn first(&self, entry: &Entry) -> Outcome {
        self.send(entry, Attempt::First).await
    }

    /// After an unknown outcome, when nothing can be on its way any more.
    async fn again(&self, entry: &Entry) -> Outcome {
        self.send(entry, Attempt::AfterUnknown { since: now(), absent: Absent::NotDone }).await
    }

    /// After an unknown outcome, while it may still be on its way.
    async fn at_once(&self, entry: &Entry) -> Outcome {
        self.send(entry, Attempt::AfterUnknown { since: now(), absent: Absent::MayStillCome }).await
    }

    /// Decides and sends once.
    async fn does(&mut self, number: u64, decision: Decision) -> Outcome {
        let entry = self.decide(number, decision);
        self.first(&entry).await
    }
}

const ACK: Decision = Decision::Ack { over: Over::Nothing };

fn done(outcome: &Outcome) -> &Incident {
    match outcome {
        Outcome::Done { facts: Some(facts), .. } => facts,
        other => panic!("not done with facts: {other:?}"),
    }
}

fn is_unknown(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Unknown { .. })
}

fn refusal(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Refused { reason } => reason.as_str(),
        other => panic!("not refused: {other:?}"),
    }
}

fn conflict(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Conflict { reason, .. } => reason.as_str(),
        other => panic!("no conflict: {other:?}"),
    }
}

fn line(text: &str) -> Clean {
    Clean::line(text)
}

/// The requests since there were this many, as `METHOD target status`.
fn since(fake: &Fake, count: usize) -> Vec<String> {
    let told = |request: &Request| {
        format!(
            "{} {} {}",
            request.method,
            request.target,
            request.status.map_or("-".to_owned(), |code| code.to_string())
        )
    };
    fake.requests().iter().skip(count).map(told).collect()
}

fn op(entry: &Entry) -> OpId {
    entry.op.clone()
}
