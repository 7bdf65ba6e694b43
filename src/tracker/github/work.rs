//! One attempt at one decision: its reads, its writes, and how their troubles end it.

use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use http::{Method, Request};
use serde_json::Value;
use tokio::time::Instant;
use url::Url;

use super::GithubTracker;
use crate::domain::decision::Decision;
use crate::domain::incident::{Asked, Snooze, same_name};
use crate::domain::journal::{Attempt, Outcome};
use crate::domain::text::Clean;
use crate::sources::github::answer::Answer;
use crate::sources::github::client::Client;
use crate::sources::github::history;
use crate::sources::github::pages;
use crate::sources::github::trouble::Trouble;
use crate::sources::github::wire::{Event, Issue};
use crate::tracker::Order;

/// The most pages of events or comments of one issue that are read.
const PAGES: usize = 50;

/// Why an attempt ends before its end.
pub(super) enum Stop {
    /// With this.
    Over(Outcome),
    /// The host refuses the token; another may do.
    BadToken(Clean),
}

/// What a look at the tracker shows of something that may have been done.
pub(super) enum Look {
    /// It was done.
    Done,
    /// Nothing of it is there.
    Absent,
}

/// What an event says about a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Did {
    /// That it was done.
    This,
    /// That the opposite was done.
    Opposite,
}

impl Did {
    /// The one that does it and the one that undoes it, by their names.
    pub fn by_name(event: &Event, this: &str, opposite: &str) -> Option<Self> {
        match event.event.as_str() {
            name if name == this => Some(Self::This),
            name if name == opposite => Some(Self::Opposite),
            _ => None,
        }
    }
}

/// One attempt at one decision.
pub(super) struct Work<'a> {
    pub tracker: &'a GithubTracker,
    pub order: &'a Order,
    pub client: &'a Client,
    pub me: Option<String>,
    /// Where the issue (for a new one: the repository) lives.
    pub home: Url,
    /// The history, if it was read.
    pub events: Option<Vec<Event>>,
    /// The snooze that was written.
    pub snoozed: Option<Snooze>,
    /// Who was asked to take it, as far as the comments were read.
    pub asked: Option<Vec<Asked>>,
    /// The issue that was filed.
    pub filed: Option<Issue>,
    /// A word to the operator.
    pub remark: Option<Clean>,
    begun: Instant,
    written: u32,
}

impl<'a> Work<'a> {
    pub fn new(tracker: &'a GithubTracker, client: &'a Client, order: &'a Order) -> Result<Self, Stop> {
        let repo = tracker.door.target().path();
        let path = match (&order.entry.decision, order.entry.incident.issue()) {
            (Decision::New { .. } | Decision::Post(_), _) => repo,
            (_, Some((_, number))) => format!("{repo}/issues/{number}"),
            (_, None) => return Err(Stop::Over(Outcome::refused("it has not been filed yet"))),
        };
        let home = client.url(&path).map_err(|trouble| Stop::Over(Outcome::Refused { reason: trouble.reason() }))?;
        Ok(Self {
            tracker,
            order,
            client,
            me: None,
            home,
            events: None,
            snoozed: None,
            asked: None,
            filed: None,
            remark: None,
            begun: Instant::now(),
            written: 0,
        })
    }

    /// How a trouble ends the attempt.
    pub fn stop(&self, trouble: Trouble) -> Stop {
        let reason = trouble.reason();
        let tried = self.has_written();
        let looking = matches!(self.order.attempt, Attempt::AfterUnknown { .. }) && !tried;
        Stop::Over(match trouble {
            Trouble::BadToken(reason) if !tried => return Stop::BadToken(reason),
            Trouble::Wait { after, reason } => Outcome::Wait { until: self.at(after), reason },
            Trouble::Unknown { reason, request_id } if tried => Outcome::Unknown { reason, request_id },
            Trouble::NotSent(_) | Trouble::Moved { .. } | Trouble::Unreadable(_) if tried => {
                Outcome::Unknown { reason, request_id: None }
            }
            Trouble::Forbidden(_) if looking => Outcome::NotSent { reason },
            Trouble::NotSent(_) | Trouble::Unknown { .. } | Trouble::Moved { .. } | Trouble::Unreadable(_) => {
                Outcome::NotSent { reason }
            }
            Trouble::Missing(_) | Trouble::Deleted(_) if looking => Outcome::Refused {
                reason: Clean::line(&format!("{reason}; whether it was done before cannot be told any more")),
            },
            Trouble::BadToken(_)
            | Trouble::Forbidden(_)
            | Trouble::Missing(_)
            | Trouble::Deleted(_)
            | Trouble::Refused(_) => Outcome::Refused { reason: self.in_part(&reason) },
        })
    }

    /// How a trouble with a write ends the attempt: bytes may have left.
    pub fn stop_write(&self, trouble: Trouble) -> Stop {
        match trouble {
            Trouble::Unknown { reason, request_id } => Stop::Over(Outcome::Unknown { reason, request_id }),
            Trouble::Unreadable(reason) => Stop::Over(Outcome::Unknown { reason, request_id: None }),
            other @ (Trouble::NotSent(_)
            | Trouble::Wait { .. }
            | Trouble::Moved { .. }
            | Trouble::BadToken(_)
            | Trouble::Forbidden(_)
            | Trouble::Missing(_)
            | Trouble::Deleted(_)
            | Trouble::Refused(_)) => self.stop(other),
        }
    }

    fn in_part(&self, reason: &Clean) -> Clean {
        if self.written == 0 { reason.clone() } else { Clean::line(&format!("done in part only: {reason}")) }
    }

    /// The time on this machine, so long from now.
    fn at(&self, after: Duration) -> DateTime<Utc> {
        let span = TimeDelta::from_std(self.begun.elapsed() + after).unwrap_or(TimeDelta::hours(1));
        self.order.now + span
    }

    /// Whether this attempt has changed something; else it has looked, and what it read counts.
    pub fn has_written(&self) -> bool {
        self.written > 0
    }

    pub fn is_me(&self, login: Option<&str>) -> bool {
        match (&self.me, login) {
            (Some(me), Some(login)) => same_name(me, login),
            (None, Some(login)) => login.ends_with("[bot]"),
            (_, None) => false,
        }
    }

    pub fn by_me(&self, event: &Event) -> bool {
        self.is_me(event.actor.as_ref().and_then(|actor| actor.login.as_deref()))
    }

    /// When what the operator saw had last changed, in the server's whole seconds; what was laid over it adds less.
    pub fn seen_at(&self) -> Option<DateTime<Utc>> {
        self.order.entry.base.updated_at.map(|at| at.trunc_subsecs(0))
    }

    /// Whether this happened after what the operator saw.
    pub fn is_news(&self, event: &Event) -> bool {
        self.seen_at().is_none_or(|seen| event.created_at > seen)
    }

    /// Whether, of all that we did to it after what the operator saw and that
    /// does or undoes this, the last one does it. Somebody else may have
    /// undone it since; that is their decision.
    pub async fn did(&mut self, does: impl Fn(&Event) -> Option<Did>) -> Result<bool, Stop> {
        let events = self.history().await?;
        let ours = events.iter().filter(|event| self.by_me(event) && self.is_news(event));
        Ok(ours.filter_map(does).next_back() == Some(Did::This))
    }

    pub fn below(&self, suffix: &str) -> Url {
        let mut url = self.home.clone();
        let (path, query) = suffix.split_once('?').unwrap_or((suffix, ""));
        url.set_path(&format!("{}{path}", self.home.path()));
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        url
    }

    /// The issue as it is now.
    pub async fn issue(&mut self) -> Result<Issue, Stop> {
        let answer = self.client.get(&self.home).await.map_err(|trouble| self.stop(trouble))?;
        answer.json().map_err(|trouble| self.stop(trouble))
    }

    /// Everything that happened to the issue, in the server's order.
    pub async fn history(&mut self) -> Result<Vec<Event>, Stop> {
        let url = self.below("/events?per_page=100");
        let mut events: Vec<Event> = pages(self.client, url, PAGES).await.map_err(|trouble| self.stop(trouble))?;
        events.sort_by_key(|event| event.id);
        self.events = Some(events.clone());
        Ok(events)
    }

    /// All items of a list, page by page.
    pub async fn list<T: serde::de::DeserializeOwned>(&self, url: Url) -> Result<Vec<T>, Stop> {
        pages(self.client, url, PAGES).await.map_err(|trouble| self.stop(trouble))
    }

    /// Sends one change. A redirect says that it was not applied: the new
    /// address is looked up by reading, and the change is sent there, once.
    pub async fn write(&mut self, method: Method, suffix: &str, body: Value) -> Result<Answer, Trouble> {
        match self.send(&method, suffix, &body).await {
            Err(Trouble::Moved { to: Some(_) }) => {
                let found = match self.client.get(&self.home).await {
                    Err(Trouble::Unknown { reason, .. }) => Err(Trouble::NotSent(reason)),
                    other => other,
                }?;
                self.home = found.url;
                self.send(&method, suffix, &body).await
            }
            other => other,
        }
    }

    async fn send(&mut self, method: &Method, suffix: &str, body: &Value) -> Result<Answer, Trouble> {
        if self.written > 0 {
            tokio::time::sleep(self.tracker.pace).await;
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder().method(method.clone()).uri(self.below(suffix).as_str()).body(body);
        let request = request.map_err(|_| Trouble::Refused(Clean::line("the request cannot be built")))?;
        let answer = self.client.carry(request).await?.judged(self.client)?;
        self.written += 1;
        Ok(answer)
    }
}

/// Ends the attempt: it cannot be, or the tracker took the request and did something else.
pub(super) fn refuse(reason: &str) -> Stop {
    Stop::Over(Outcome::Refused { reason: Clean::line(reason) })
}

/// `alice 12:03 UTC`, as a sentence goes on.
pub(super) fn who_and_when(event: &Event) -> String {
    let who = history::actor(event).unwrap_or_else(|| Clean::line("somebody"));
    format!("{who} {}", event.created_at.format("%H:%M UTC"))
}
