//! A GitHub of our own on 127.0.0.1: stateful, honest, and as unreliable as ordered.
//!
//! It keeps what the real one keeps (issues, labels, comments, events with
//! growing ids, rights), answers in the words of GitHub's description, and does
//! what the real one does on a bad day: see [`Fault`]. What it is asked and what
//! it has changed stands in two logs, so that *exactly once* can be counted.
//!
//! ```ignore
//! let fake = Fake::start();                       // acme/dataface; alice and bob may push
//! let n = fake.by("bob").open("loader hangs", &["bug"]);
//! fake.fail_next(Matcher::writes(), Fault::BadGatewayAfter);
//! // … the program under test, at fake.url() with fake.token("alice") …
//! assert_eq!(fake.count_writes(n, |what| *what == What::Labeled("ack".into())), 1);
//! ```
//!
//! It runs on a thread of its own and ends with the value.

#![expect(dead_code, reason = "a fake of GitHub offers more than any one test needs")]

pub mod actions;
pub mod answer;
pub mod bad_day;
#[cfg(test)]
mod behaviour;
pub mod fault;
pub mod hand;
pub mod json;
pub mod listing;
pub mod record;
pub mod routes;
pub mod server;
pub mod wire;
pub mod world;

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::oneshot;

pub use fault::{Fault, Matcher};
pub use hand::{Hand, RepoView};
pub use server::{Budget, Request};
pub use world::{Comment, Event, Issue, Role, What, Write};

use server::{Inside, Lag, Server};
use world::{Clock, Token, World};

/// The repository that is there from the start.
pub const REPO: &str = "acme/dataface";

/// Who is there from the start, and what they may do in every repository.
const CAST: [(&str, Role); 5] =
    [("ada", Role::Admin), ("alice", Role::Push), ("bob", Role::Push), ("tess", Role::Triage), ("rita", Role::Read)];

/// Longer than anything takes on a busy machine; only a failing test waits for it.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running GitHub.
pub struct Fake {
    server: Arc<Server>,
    address: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Fake {
    /// On a free port, with [`REPO`], no issues, and five people: `ada` (admin),
    /// `alice` and `bob` (push), `tess` (triage), `rita` (read). `mallory` has a token and no rights.
    pub fn start() -> Self {
        Self::on_port(0)
    }

    pub fn on_port(port: u16) -> Self {
        let listener = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = Arc::new(Server::new(cast(&address)));
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&server);
        let thread = std::thread::spawn(move || serve(listener, shared, stopped));
        Self { server, address, stop: Some(stop), thread: Some(thread) }
    }

    /// `http://127.0.0.1:PORT`, without a slash; `/api/v3` behind it is understood too.
    pub fn url(&self) -> String {
        self.address.clone()
    }

    /// What `Link`, `Location` and all addresses in bodies start with from now on: for a proxy in front.
    pub fn set_public_url(&self, url: &str) {
        url.trim_end_matches('/').clone_into(&mut self.inside().world.public);
    }

    /// A classic token with the scope `repo`; the person is made known when new, without rights.
    pub fn token(&self, login: &str) -> String {
        self.give_token(login, Some("repo"), "classic")
    }

    /// A fine-grained token: answers to it name no scopes.
    pub fn fine_grained_token(&self, login: &str) -> String {
        self.give_token(login, None, "fine-grained")
    }

    pub fn token_with_scopes(&self, login: &str, scopes: &str) -> String {
        self.give_token(login, Some(scopes), "scoped")
    }

    fn give_token(&self, login: &str, scopes: Option<&str>, sort: &str) -> String {
        let text = format!("{sort}-token-of-{login}");
        let token = Token { login: login.to_owned(), scopes: scopes.map(str::to_owned) };
        let mut inside = self.inside();
        inside.world.person(login);
        inside.world.tokens.insert(text.clone(), token);
        text
    }

    /// From now on every token of this person gets 401.
    pub fn revoke_tokens(&self, login: &str) {
        let tokens = &mut self.inside().world.tokens;
        tokens.retain(|_, token| token.login != login);
    }

    /// The repository of that name, made with the rights of the first when it is new.
    pub fn repo(&self, name: &str) -> RepoView<'_> {
        let id = self.inside().world.repo_named(name);
        RepoView::new(self, id)
    }

    /// [`REPO`], under whatever name it goes now.
    pub fn home(&self) -> RepoView<'_> {
        let id = self.inside().world.repos[0].id;
        RepoView::new(self, id)
    }

    /// Somebody who changes things in [`REPO`] behind the program's back.
    pub fn by(&self, login: &str) -> Hand<'_> {
        self.home().by(login)
    }

    /// An issue of [`REPO`].
    pub fn issue(&self, number: u64) -> Issue {
        self.home().issue(number)
    }

    pub fn events(&self, number: u64) -> Vec<Event> {
        self.home().events(number)
    }

    /// As whoever may write can on the web.
    pub fn take_comments_away(&self, number: u64) {
        self.home().take_comments_away(number);
    }

    pub fn comments(&self, number: u64) -> Vec<Comment> {
        self.issue(number).comments
    }

    /// What took effect through the wire, in order; what tests did by hand is not in it.
    pub fn writes(&self) -> Vec<Write> {
        self.inside().world.writes.clone()
    }

    /// How often something took effect through the wire on an issue of [`REPO`].
    pub fn count_writes(&self, number: u64, is: impl Fn(&What) -> bool) -> usize {
        let inside = self.inside();
        let home = &inside.world.repos[0].name;
        let here = inside.world.writes.iter().filter(|write| write.number == number && write.repo == *home);
        here.filter(|write| is(&write.what)).count()
    }

    /// Everything that arrived, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.inside().requests.clone()
    }

    /// Blocks until it holds of the requests and the writes so far.
    ///
    /// It blocks the thread: where a client runs on it too, use `#[tokio::test(flavor = "multi_thread")]`.
    ///
    /// # Panics
    ///
    /// After a minute, with what it waited for and what had arrived.
    pub fn wait_until(&self, what: &str, holds: impl Fn(&[Request], &[Write]) -> bool) {
        let held = self.server.wait(PATIENCE, &|inside: &Inside| holds(&inside.requests, &inside.world.writes));
        if !held {
            let seen: Vec<String> = self.requests().iter().map(line).collect();
            panic!("waited in vain until {what}; arrived:\n{}", seen.join("\n"));
        }
    }

    /// Has every [`Fake::wait_until`] look again: something that it asks about has changed elsewhere.
    pub fn nudge(&self) {
        self.server.nudge();
    }

    /// The next request that matches fails so; several such orders are used up in turn.
    pub fn fail_next(&self, matcher: Matcher, fault: Fault) {
        self.inside().script.once(matcher, fault);
    }

    /// Every request that matches, until [`Fake::heal`].
    pub fn fail_always(&self, matcher: Matcher, fault: Fault) {
        self.inside().script.always(matcher, fault);
    }

    /// That many of a thousand requests fail, each in one of these ways; the same seed, the same dice.
    pub fn fail_randomly(&self, seed: u64, per_mille: u64, faults: &[Fault]) {
        self.fail_randomly_on(Matcher::any(), (seed, per_mille), faults);
    }

    /// As [`Fake::fail_randomly`] with `(seed, per_mille)`, of the requests that match.
    pub fn fail_randomly_on(&self, matcher: Matcher, dice: (u64, u64), faults: &[Fault]) {
        let mut inside = self.inside();
        inside.script.randomly(matcher, dice.0, dice.1, faults);
    }

    /// Nothing fails any more; what hangs goes on, what was applied late is applied.
    pub fn heal(&self) {
        self.inside().script = fault::Script::default();
        self.server.release();
    }

    /// Lets go what hangs now, and applies what waits for it.
    pub fn release(&self) {
        self.server.release();
    }

    /// Orders of [`Fake::fail_next`] that have not come up yet.
    pub fn faults_waiting(&self) -> usize {
        self.inside().script.waiting()
    }

    /// Reads answer from this moment until [`Fake::catch_up`].
    pub fn lag_reads(&self) {
        let mut inside = self.inside();
        inside.lag = Lag::Everything(Box::new(inside.world.clone()));
    }

    /// The events of the repository end at this moment until [`Fake::catch_up`]; those of one issue do not.
    pub fn lag_events(&self) {
        let mut inside = self.inside();
        let last = inside.world.events.last().map_or(0, |event| event.id);
        inside.lag = Lag::Events { last };
    }

    /// From now on lists show an issue that came through the wire only so long after it was filed.
    pub fn list_late(&self, after: Duration) {
        self.inside().unlisted = after;
    }

    pub fn catch_up(&self) {
        self.inside().lag = Lag::None;
    }

    /// The server's clock stands at this time from now on.
    pub fn set_time(&self, at: DateTime<Utc>) {
        self.inside().world.clock = Clock::Fixed(at);
    }

    /// Puts the server's clock forward, and stops it.
    pub fn advance(&self, by: TimeDelta) {
        let mut inside = self.inside();
        let now = inside.world.now();
        inside.world.clock = Clock::Fixed(now + by);
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.inside().world.now()
    }

    /// What is left of somebody's 5,000 requests an hour; at 0 they get 403.
    pub fn set_remaining(&self, login: &str, remaining: u64) {
        let budget = Budget { limit: 5000, used: 5000 - remaining };
        self.inside().budgets.insert(login.to_owned(), budget);
    }

    pub(crate) fn inside(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.server.lock()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn cast(address: &str) -> World {
    let mut world = World::new(address.to_owned());
    let home = world.repo_named(REPO);
    for (login, role) in CAST {
        world.person(login);
        world.repo_mut(home).roles.insert(login.to_owned(), role);
    }
    world
}

fn serve(listener: std::net::TcpListener, server: Arc<Server>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async move {
        let door = wire::Door(tokio::net::TcpListener::from_std(listener).unwrap());
        let app = Router::new().fallback(wire::handle).with_state(server);
        let app = app.into_make_service_with_connect_info::<wire::Cut>();
        tokio::select! {
            _ = axum::serve(door, app) => {}
            _ = stopped => {}
        }
    });
}

fn line(request: &Request) -> String {
    let Request { method, target, status, fault, .. } = request;
    format!("  {method} {target} -> {status:?} {fault:?}")
}
