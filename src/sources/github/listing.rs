//! Lists of issues: the first reading, what changed, and the sweep that finds
//! what no list of changes ever shows.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use http::Request;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::answer::Answer;
use super::client::{Client, unsendable};
use super::state::{First, Page, Seen, Sink, State};
use super::target::segment;
use super::trouble::Trouble;
use super::wire::Issue;
use super::{PollError, Poller, map};
use crate::domain::incident::Incident;
use crate::domain::text::Clean;

/// The most single issues that one sweep asks for.
const SINGLES: usize = 50;
/// The most of an unreadable item that is set aside.
const RAW_BYTES: usize = 65_536;

/// What a list of issues brought.
#[derive(Default)]
pub(super) struct Batch {
    pub page: Page,
    pub newest: Option<DateTime<Utc>>,
    pub numbers: BTreeSet<u64>,
    unreadable: BTreeSet<u64>,
}

impl Poller {
    /// Open issues, the last changed first, so that the screen fills with what matters.
    pub(super) async fn read_open_first(
        &mut self,
        client: &Client,
        sink: &mut impl Sink,
        now: DateTime<Utc>,
    ) -> Result<(), PollError> {
        let alone = self.known.is_empty();
        let mut visited = BTreeSet::new();
        loop {
            let (label, url) = match &self.state.first {
                First::NotBegun => (0, self.open_issues(client, 0, "sort=updated&direction=desc")?),
                First::At { label, url } => (*label, resume(client, url)?),
                First::Done => return Ok(()),
            };
            if !visited.insert(url.clone()) {
                return Err(Trouble::Unreadable(Clean::line("the list of issues leads back to itself")).into());
            }
            let answer = match client.get(&url).await {
                Err(trouble) if trouble.is_final() && self.state.first != First::NotBegun => {
                    self.state.first = First::NotBegun;
                    continue;
                }
                other => other?,
            };
            let batch = self.batch(&answer)?;
            let mut next = self.state.clone();
            if self.state.first == First::NotBegun {
                next.advance(batch.newest.or(answer.date()), answer.date());
            }
            next.first = match answer.next() {
                Some(url) => First::At { label, url: url.into() },
                None if label + 1 < self.target.labels.len() => {
                    let url = self.open_issues(client, label + 1, "sort=updated&direction=desc")?;
                    First::At { label: label + 1, url: url.into() }
                }
                None => First::Done,
            };
            if next.first == First::Done && alone {
                next.swept_at = Some(now);
            }
            self.commit(batch, next, sink).await?;
        }
    }

    /// What changed since last time; one conditional request when nothing did.
    pub(super) async fn read_changes(&mut self, client: &Client, sink: &mut impl Sink) -> Result<(), PollError> {
        let mut url = self.changes(client)?;
        let mut visited = BTreeSet::new();
        while visited.insert(url.clone()) {
            let seen = self.state.pages.get(url.as_str()).filter(|_| self.doubtful.is_empty()).cloned();
            let answer = client.get_unless(&url, seen.as_ref().map(|seen| seen.etag.as_str())).await?;
            self.notice_rename(client, &url, &answer).await?;
            let next_url = if answer.is_unchanged() {
                // It says nothing about the pages behind it.
                seen.and_then(|seen| seen.next).map(|next| resume(client, &next)).transpose()?
            } else {
                let batch = self.batch(&answer)?;
                let mut next = self.state.clone();
                next.advance(batch.newest, answer.date());
                if next.since == self.state.since
                    && let Some(etag) = answer.etag()
                {
                    let after = answer.next().map(String::from);
                    next.pages.insert(url.to_string(), Seen { etag, next: after });
                }
                self.commit(batch, next, sink).await?;
                answer.next()
            };
            match next_url {
                Some(next) => url = next,
                None => break,
            }
        }
        self.settle_doubts();
        Ok(())
    }

    /// Compares the open issues here with those there. What is no longer in
    /// the list is asked for singly, and becomes a tombstone if it is gone.
    pub(super) async fn sweep(
        &mut self,
        client: &Client,
        sink: &mut impl Sink,
        now: DateTime<Utc>,
    ) -> Result<(), PollError> {
        let open = self.known.values().filter(|known| known.is_open() && known.gone.is_none());
        let mut missing: BTreeSet<u64> = open.map(|known| known.number).collect();
        // Those without a number are counted anew.
        self.state.unreadable.remove(&0);
        for label in 0..self.target.labels.len().max(1) {
            let mut url = Some(self.open_issues(client, label, "sort=created&direction=asc")?);
            let mut visited = BTreeSet::new();
            while let Some(at) = url.filter(|at| visited.insert(at.clone())) {
                let answer = client.get(&at).await?;
                let batch = self.batch(&answer)?;
                missing.retain(|number| !batch.numbers.contains(number));
                if !batch.page.incidents.is_empty() || !batch.unreadable.is_empty() {
                    let next = self.state.clone();
                    self.commit(batch, next, sink).await?;
                }
                url = answer.next();
            }
        }
        for number in missing.iter().take(SINGLES) {
            self.ask_for(*number, client, sink).await?;
        }
        let mut next = self.state.clone();
        next.swept_at = (missing.len() <= SINGLES).then_some(now);
        self.commit(Batch::default(), next, sink).await
    }

    /// One issue that is in no list any more.
    async fn ask_for(&mut self, number: u64, client: &Client, sink: &mut impl Sink) -> Result<(), PollError> {
        let url = client.url(&format!("{}/issues/{number}", self.path()))?;
        let request = Request::get(url.as_str()).body(String::new()).map_err(unsendable)?;
        // No redirect is followed: the list came from here, so it is the issue that has moved.
        let gone = match client.carry(request).await?.judged(client) {
            Ok(answer) => {
                let issue: Value = answer.json()?;
                let batch = self.read(vec![issue]);
                let next = self.state.clone();
                return self.commit(batch, next, sink).await;
            }
            Err(Trouble::Moved { .. }) => "transferred to another repository",
            Err(Trouble::Deleted(_)) => "deleted",
            Err(Trouble::Missing(_)) => "deleted, or no longer to be seen with this token",
            Err(other) => return Err(other.into()),
        };
        let mut batch = Batch::default();
        batch.page.incidents.extend(self.tombstone(number, gone));
        let next = self.state.clone();
        self.commit(batch, next, sink).await
    }

    pub(super) fn batch(&self, answer: &Answer) -> Result<Batch, Trouble> {
        Ok(self.read(answer.items()?))
    }

    /// Reads the issues of a list one by one.
    pub(super) fn read(&self, items: Vec<Value>) -> Batch {
        let mut batch = Batch::default();
        for item in items {
            let (number, at) = map::name_and_time(&item);
            batch.newest = batch.newest.max(at);
            batch.numbers.extend(number);
            match Issue::deserialize(&item) {
                Ok(issue) => self.take(&issue, &mut batch),
                Err(error) => {
                    batch.unreadable.insert(number.unwrap_or(0));
                    let mut raw = item.to_string();
                    raw.truncate(raw.floor_char_boundary(RAW_BYTES));
                    batch.page.unreadable.push((raw, error.to_string()));
                }
            }
        }
        batch
    }

    fn take(&self, issue: &Issue, batch: &mut Batch) {
        let known = self.known.get(&issue.number);
        if map::is_document(issue, &self.customs) {
            return;
        }
        if !map::is_wanted(issue, &self.target.labels) {
            let why = format!("no longer labelled {}", self.target.labels.join(" or "));
            batch.page.incidents.extend(self.tombstone(issue.number, &why));
            return;
        }
        if known.is_some_and(|known| known.updated_at > issue.updated_at) {
            return;
        }
        let incident = map::incident(&self.target.source, issue, known, &self.customs);
        let doubtful = self.doubtful.contains_key(&issue.number);
        if doubtful || known.is_none_or(|known| !same_but_body(known, &incident)) {
            batch.page.incidents.push(incident);
        }
    }

    /// Keeps a page and how far we are with it; only then it counts.
    pub(super) async fn commit(
        &mut self,
        mut batch: Batch,
        mut next: State,
        sink: &mut impl Sink,
    ) -> Result<(), PollError> {
        next.unreadable.retain(|number| !batch.numbers.contains(number));
        next.unreadable.extend(&batch.unreadable);
        for incident in &batch.page.incidents {
            self.owe(incident, &mut next);
        }
        batch.page.cursors.push((super::CURSOR.to_owned(), next.keep()));
        let incidents = batch.page.incidents.clone();
        self.changed += incidents.len();
        sink.keep(batch.page).await?;
        self.state = next;
        for incident in incidents {
            self.remember(incident);
        }
        Ok(())
    }

    fn owe(&self, incident: &Incident, next: &mut State) {
        let known = self.known.get(&incident.number);
        let nameless = incident.ack.as_ref().is_some_and(|ack| ack.at.is_none());
        if incident.is_open() && nameless && !next.events_owed.contains(&incident.number) {
            let moved = known.is_none_or(|known| known.updated_at != incident.updated_at || known.ack != incident.ack);
            if moved {
                next.events_owed.insert(incident.number);
            }
        } else if !nameless {
            next.events_owed.remove(&incident.number);
        }
        // Within one second, only the comment or the label shows that it moved.
        let snoozed = &self.customs.labels.snoozed;
        self.owe_comments(incident, next);
        let moved = known.is_none_or(|known| {
            known.updated_at != incident.updated_at || known.comments != incident.comments || !known.has_label(snoozed)
        });
        if incident.is_open() && incident.has_label(snoozed) && moved {
            next.comments_owed.insert(incident.number);
        }
    }

    /// Whether somebody was asked to take it stands in its comments.
    pub(super) fn owe_comments(&self, incident: &Incident, next: &mut State) {
        if !incident.is_open() || incident.gone.is_some() {
            next.comments_read.remove(&incident.number);
            return;
        }
        let read = next.comments_read.get(&incident.number).copied().unwrap_or(0);
        if read != incident.comments && self.customs.escalates(incident) {
            next.comments_owed.insert(incident.number);
        }
    }

    /// What was known of an issue that the tracker no longer has; none if nothing was, or it is one already.
    fn tombstone(&self, number: u64, why: &str) -> Option<Incident> {
        let known = self.known.get(&number).filter(|known| known.gone.is_none())?;
        Some(Incident { gone: Some(Clean::line(why)), ..known.clone() })
    }

    fn open_issues(&self, client: &Client, label: usize, order: &str) -> Result<Url, Trouble> {
        let label = self.target.labels.get(label).map(|name| format!("&labels={}", segment(name)));
        let query = format!("state=open&{order}&per_page=100{}", label.unwrap_or_default());
        client.url(&format!("{}/issues?{query}", self.path()))
    }

    fn changes(&self, client: &Client) -> Result<Url, Trouble> {
        // A story that was not kept because of a decision is to be told again.
        let doubtful = self.doubtful.keys().filter_map(|number| Some(self.known.get(number)?.updated_at)).min();
        let since = self.state.since.map(|at| doubtful.map_or(at, |doubtful| at.min(doubtful)));
        let since = since.map(|at| format!("&since={}", at.to_rfc3339_opts(SecondsFormat::Secs, true)));
        let query = format!("state=all&sort=updated&direction=asc&per_page=100{}", since.unwrap_or_default());
        client.url(&format!("{}/issues?{query}", self.path()))
    }
}

fn same_but_body(known: &Incident, fresh: &Incident) -> bool {
    let mut fresh = fresh.clone();
    fresh.body.clone_from(&known.body);
    *known == fresh
}

/// An address from the store: only to where the token belongs.
fn resume(client: &Client, kept: &str) -> Result<Url, Trouble> {
    let url = Url::parse(kept).ok().filter(|url| client.is_ours(url));
    url.ok_or_else(|| Trouble::Refused(Clean::line("the kept page is on another host")))
}
