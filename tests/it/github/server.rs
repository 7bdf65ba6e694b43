//! What the wire and the tests share: the world, the script of faults, the logs.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::request::Parts;
use tokio::sync::watch;

use super::answer::Answer;
use super::bad_day::primary_limit;
use super::fault::{Fault, Script};
use super::listing::Query;
use super::routes::{self, Call};
use super::world::{Spot, Token, What, World};

/// One request as it arrived, and what became of it.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Path and query as they came.
    pub target: String,
    /// Whose token it carried, if we know it.
    pub login: Option<String>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub fault: Option<Fault>,
    /// Whether the server did what was asked, or refused it in earnest: false when a fault came before that.
    pub acted: bool,
    /// None while it is unanswered, and for ever when the connection was cut.
    pub status: Option<u16>,
    /// The client hung up before there was an answer.
    pub abandoned: bool,
}

impl Request {
    pub fn is_write(&self) -> bool {
        self.method != "GET"
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(one, _)| one == name)?;
        Some(value)
    }
}

/// How much of the primary limit somebody has used.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    pub limit: u64,
    pub used: u64,
}

/// What reads do not see yet.
#[derive(Debug)]
pub enum Lag {
    None,
    /// Every GET answers from then.
    Everything(Box<World>),
    /// Events from then on are missing in `/repos/…/issues/events`.
    Events {
        last: u64,
    },
}

/// Everything behind the one lock.
pub struct Inside {
    pub world: World,
    pub lag: Lag,
    /// For how long lists do not show a new issue.
    pub unlisted: Duration,
    /// The issues that came through the wire, and when.
    born: Vec<(Instant, Spot)>,
    pub script: Script,
    pub requests: Vec<Request>,
    pub budgets: HashMap<String, Budget>,
}

pub struct Server {
    inside: Mutex<Inside>,
    changed: Condvar,
    releases: watch::Sender<u64>,
}

const FULL: Budget = Budget { limit: 5000, used: 0 };

impl Server {
    pub fn new(world: World) -> Self {
        let inside = Inside {
            world,
            lag: Lag::None,
            unlisted: Duration::ZERO,
            born: Vec::new(),
            script: Script::default(),
            requests: Vec::new(),
            budgets: HashMap::new(),
        };
        Self { inside: Mutex::new(inside), changed: Condvar::new(), releases: watch::Sender::new(0) }
    }

    /// A test that failed while it held the lock must not fail the others.
    pub fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn public(&self) -> String {
        self.lock().world.public.clone()
    }

    /// Lets everything go that hangs now.
    pub fn release(&self) {
        self.releases.send_modify(|count| *count += 1);
    }

    /// Blocks until it holds; false when it did not within `patience`.
    pub fn wait(&self, patience: Duration, holds: &dyn Fn(&Inside) -> bool) -> bool {
        let waited = self.changed.wait_timeout_while(self.lock(), patience, |inside| !holds(inside));
        let (_guard, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        !timeout.timed_out()
    }

    /// Whoever waits looks again; who is looking just now has looked before this returns.
    pub fn nudge(&self) {
        drop(self.lock());
        self.changed.notify_all();
    }

    /// Logs the request and says what is to happen to it.
    pub fn arrived(&self, parts: &Parts, body: &[u8]) -> (Call, Option<Fault>) {
        let mut inside = self.lock();
        let target = parts.uri.to_string();
        let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers: Vec<(String, String)> =
            parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let token = bearer(&headers).and_then(|word| inside.world.tokens.get(word).cloned());
        let login = token.as_ref().map(|token| token.login.clone());
        let method = parts.method.to_string();
        let fault = inside.script.pick(&method, &target, login.as_deref());
        let call = Call {
            request: inside.requests.len(),
            method: method.clone(),
            segments: segments(parts.uri.path()),
            query: Query::parse(parts.uri.query().unwrap_or_default()),
            raw_query: parts.uri.query().map(|text| format!("?{text}")).unwrap_or_default(),
            body: body.to_vec(),
            token,
            releases: self.releases.subscribe(),
        };
        inside.requests.push(Request {
            method,
            target,
            login,
            headers,
            body: String::from_utf8_lossy(body).into_owned(),
            fault: fault.clone(),
            acted: false,
            status: None,
            abandoned: false,
        });
        drop(inside);
        self.changed.notify_all();
        (call, fault)
    }

    pub fn leaves(&self, request: usize, status: Option<u16>) {
        if let Some(one) = self.lock().requests.get_mut(request) {
            one.status = status;
        }
        self.changed.notify_all();
    }

    pub fn abandoned(&self, request: usize) {
        if let Some(one) = self.lock().requests.get_mut(request) {
            one.abandoned = true;
        }
        self.changed.notify_all();
    }

    /// Does what is asked, within the budget, and answers as GitHub would.
    pub fn act(&self, call: &Call) -> Answer {
        let mut inside = self.lock();
        let answer = inside.act(call);
        drop(inside);
        self.changed.notify_all();
        answer
    }

    /// With the headers that every answer of GitHub's carries.
    pub fn dressed(&self, call: &Call, answer: Answer) -> Answer {
        self.lock().dressed(call, answer)
    }

    pub fn exhausted(&self, call: &Call, reset_in: Duration) -> Answer {
        let reset = self.lock().world.now().timestamp() + i64::try_from(reset_in.as_secs()).unwrap();
        primary_limit(call.token.as_ref().map_or("nobody", |token| &token.login), reset)
    }
}

impl Inside {
    fn act(&mut self, call: &Call) -> Answer {
        let request = &mut self.requests[call.request];
        request.acted = true;
        let accept = request.header("accept").unwrap_or_default().to_owned();
        let known = request.header("if-none-match").map(str::to_owned);
        if request.header("user-agent").is_none_or(str::is_empty) {
            let why =
                "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.";
            return Answer::error(403, why);
        }
        let login = call.token.as_ref().map_or("", |token| &token.login).to_owned();
        let budget = self.budget(&login);
        if call.segments == ["rate_limit"] {
            let answer = routes::rate_limit(budget.limit, budget.used, self.reset());
            return self.dressed(call, answer);
        }
        if budget.used >= budget.limit {
            let answer = primary_limit(&login, self.reset());
            return self.dressed(call, answer);
        }
        let mut answer = self.routed(call);
        if call.method == "GET" && answer.status == 200 {
            answer = conditional(answer, (&login, &accept), known.as_deref());
        }
        if answer.status != 304 {
            self.budgets.entry(login).or_insert(FULL).used += 1;
        }
        self.dressed(call, answer)
    }

    fn routed(&mut self, call: &Call) -> Answer {
        if let Some(mut then) = self.before_the_latest().filter(|_| call.method == "GET" && call.ends_with(&["issues"]))
        {
            return routes::answer(&mut then, call);
        }
        let before = self.world.writes.len();
        let answer = self.routed_now(call);
        let created = self.world.writes[before..].iter().filter(|write| matches!(write.what, What::Created(_)));
        let spots = created.filter_map(|write| self.world.spot_at(&write.repo, write.number));
        self.born.extend(spots.map(|spot| (Instant::now(), spot)));
        answer
    }

    /// Without the issues that lists do not show yet; none if they show all.
    fn before_the_latest(&self) -> Option<World> {
        let hidden = self.born.iter().filter(|(at, _)| at.elapsed() < self.unlisted);
        let hidden: Vec<Spot> = hidden.map(|(_, spot)| *spot).collect();
        let mut then = (!hidden.is_empty()).then(|| self.world.clone())?;
        for spot in hidden {
            then.repo_mut(spot.repo).slots.remove(&spot.number);
        }
        Some(then)
    }

    fn routed_now(&mut self, call: &Call) -> Answer {
        match &mut self.lag {
            Lag::Everything(then) if call.method == "GET" => routes::answer(then, call),
            Lag::Events { last } if call.ends_with(&["issues", "events"]) => {
                let mut then = self.world.clone();
                then.events.retain(|event| event.id <= *last);
                routes::answer(&mut then, call)
            }
            Lag::None | Lag::Everything(_) | Lag::Events { .. } => routes::answer(&mut self.world, call),
        }
    }

    fn budget(&self, login: &str) -> Budget {
        self.budgets.get(login).copied().unwrap_or(FULL)
    }

    /// The next full hour.
    fn reset(&self) -> i64 {
        (self.world.now().timestamp() / 3600 + 1) * 3600
    }

    fn dressed(&self, call: &Call, answer: Answer) -> Answer {
        let login = call.token.as_ref().map_or("", |token| &token.login);
        let Budget { limit, used } = self.budget(login);
        let now = self.world.now();
        let mut headers = vec![
            ("date", now.format("%a, %d %b %Y %H:%M:%S GMT").to_string()),
            ("x-github-request-id", format!("FACE:{:06X}", call.request)),
            ("x-ratelimit-limit", limit.to_string()),
            ("x-ratelimit-remaining", limit.saturating_sub(used).to_string()),
            ("x-ratelimit-used", used.to_string()),
            ("x-ratelimit-reset", self.reset().to_string()),
            ("x-ratelimit-resource", "core".to_owned()),
        ];
        if let Some(Token { scopes: Some(scopes), .. }) = &call.token {
            headers.push(("x-oauth-scopes", scopes.clone()));
            headers.push(("x-accepted-oauth-scopes", "repo".to_owned()));
        }
        headers.retain(|(name, _)| answer.header(name).is_none());
        let mut answer = answer;
        answer.headers.extend(headers);
        answer
    }
}

/// The word after `Bearer` or `token`.
fn bearer(headers: &[(String, String)]) -> Option<&str> {
    let (_, value) = headers.iter().find(|(name, _)| name == "authorization")?;
    let (scheme, word) = value.split_once(' ')?;
    let right = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    right.then_some(word)
}

/// Of a path, each decoded; a GitHub Enterprise prefix is taken off.
fn segments(path: &str) -> Vec<String> {
    let path = path.strip_prefix("/api/v3").unwrap_or(path);
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.map(decoded).collect()
}

fn decoded(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| part.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// An `ETag`, and 304 for whoever has it; it depends on who asks and how, as GitHub's do.
fn conditional(answer: Answer, who: (&str, &str), known: Option<&str>) -> Answer {
    let mut hasher = DefaultHasher::new();
    (who, &answer.body, answer.header("link")).hash(&mut hasher);
    let etag = format!("W/\"{:016x}\"", hasher.finish());
    let has = known.is_some_and(|list| list.split(',').any(|one| one.trim() == etag));
    if has {
        let bare = Answer { status: 304, headers: Vec::new(), body: Vec::new() };
        return bare.with("etag", &etag);
    }
    answer
        .with("etag", &etag)
        .with("cache-control", "private, max-age=60, s-maxage=60")
        .with("vary", "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With")
}
