//! What the list of issues does not tell: who acked, and until when it sleeps.

use chrono::SecondsFormat;
use serde::de::DeserializeOwned;
use url::Url;

use super::client::Client;
use super::listing::Batch;
use super::state::Sink;
use super::trouble::Trouble;
use super::wire::{Comment, Event};
use super::{PollError, Poller, history, map};
use crate::domain::incident::{Ack, Incident};

/// The most pages of events or comments that are read at once.
const PAGES: usize = 10;
/// The most single issues whose history is read in one poll.
const SINGLES: usize = 20;

impl Poller {
    /// What happened in the repository; one conditional request when nothing did.
    pub(super) async fn read_events(&mut self, client: &Client, sink: &mut impl Sink) -> Result<(), PollError> {
        let url = client.url(&format!("{}/issues/events?per_page=100", self.path()))?;
        let first = client.get_unless(&url, self.state.events_etag.as_deref()).await?;
        if first.is_unchanged() {
            return Ok(());
        }
        let mut next = self.state.clone();
        next.events_etag = first.etag();
        let last = self.state.last_event.unwrap_or(0);
        let (mut events, mut at, mut pages) = (Vec::new(), Some(first), 1);
        while let Some(answer) = at.take() {
            let page: Vec<Event> = readable(&answer.items()?);
            let reached = page.is_empty() || page.iter().any(|event| event.id <= last);
            events.extend(page.into_iter().filter(|event| event.id > last));
            match answer.next().filter(|_| !reached && self.state.last_event.is_some()) {
                Some(url) if pages < PAGES => at = Some(client.get(&url).await?),
                Some(_) => next.events_owed.extend(self.acked_and_open()),
                None => {}
            }
            pages += 1;
        }
        events.sort_by_key(|event| event.id);
        events.dedup_by_key(|event| event.id);
        next.last_event = events.last().map(|event| event.id).or(self.state.last_event);
        let batch = self.told(&events);
        self.commit(batch, next, sink).await
    }

    /// Who acked what we found acked, and until when the snoozed ones sleep: a few in each poll.
    pub(super) async fn read_owed(&mut self, client: &Client, sink: &mut impl Sink) -> Result<(), PollError> {
        let owed: Vec<u64> = self.state.events_owed.iter().copied().take(SINGLES).collect();
        for number in owed {
            let url = client.url(&format!("{}/issues/{number}/events?per_page=100", self.path()))?;
            let events: Vec<Event> = settled(pages(client, url, PAGES).await)?;
            let mut batch = Batch::default();
            if let Some(known) = self.known.get(&number) {
                let mut incident = known.clone();
                incident.ack = None;
                self.tell_all(&mut incident, &events, &mut batch);
                if incident.ack.is_none() && incident.has_label(&self.customs.labels.ack) {
                    incident.ack = Some(Ack { by: None, at: None });
                }
                batch.page.incidents.extend(Some(incident).filter(|incident| incident != known));
            }
            let mut next = self.state.clone();
            next.events_owed.remove(&number);
            self.commit(batch, next, sink).await?;
        }
        let owed: Vec<u64> = self.state.comments_owed.iter().copied().take(SINGLES).collect();
        for number in owed {
            self.read_told(number, client, sink).await?;
        }
        Ok(())
    }

    /// What comments tell of an issue: until when it sleeps, and who was asked to take it.
    async fn read_told(&mut self, number: u64, client: &Client, sink: &mut impl Sink) -> Result<(), PollError> {
        let mut batch = Batch::default();
        if let Some(known) = self.known.get(&number) {
            let snoozed = known.has_label(&self.customs.labels.snoozed);
            let asked = self.customs.escalates(known);
            let since = [
                snoozed.then(|| known.snooze.as_ref().and_then(|snooze| snooze.at)),
                asked.then(|| known.asked.last().map(|asked| asked.at)),
            ];
            // Of what has never been told, all is read.
            let after = since.into_iter().flatten().min().flatten();
            let since = after.map(|at| format!("&since={}", at.to_rfc3339_opts(SecondsFormat::Secs, true)));
            let path = format!("{}/issues/{number}/comments?per_page=100{}", self.path(), since.unwrap_or_default());
            let comments: Vec<Comment> = settled(pages(client, client.url(&path)?, PAGES).await)?;
            let mut incident = known.clone();
            if snoozed {
                incident.snooze = map::snooze(&comments, &self.customs).or(incident.snooze);
            }
            for asked in map::asked(&comments, |comment| map::is_believed(comment, &self.customs)) {
                incident.note_asked(asked);
            }
            batch.page.incidents.extend(Some(incident).filter(|incident| incident != known));
        }
        let mut next = self.state.clone();
        if let Some(known) = self.known.get(&number).filter(|known| self.customs.escalates(known)) {
            next.comments_read.insert(number, known.comments);
        }
        next.comments_owed.remove(&number);
        self.commit(batch, next, sink).await
    }

    /// Tells the incidents what happened to them.
    pub(super) fn told(&self, events: &[Event]) -> Batch {
        let mut batch = Batch::default();
        let mut by_number: std::collections::BTreeMap<u64, Vec<Event>> = std::collections::BTreeMap::new();
        for event in events {
            if let Some(subject) = &event.issue {
                by_number.entry(subject.number).or_default().push(event.clone());
            }
        }
        for (number, events) in by_number {
            let Some(known) = self.known.get(&number) else { continue };
            let mut incident = known.clone();
            self.tell_all(&mut incident, &events, &mut batch);
            let labelled = incident.has_label(&self.customs.labels.ack);
            incident.ack = incident.ack.or_else(|| known.ack.clone()).filter(|_| labelled);
            batch.page.incidents.extend(Some(incident).filter(|incident| incident != known));
        }
        batch
    }

    fn tell_all(&self, incident: &mut Incident, events: &[Event], batch: &mut Batch) {
        for event in events {
            history::tell(incident, event, &self.customs);
            if let Some((key, moment)) = history::moment(event, &self.customs) {
                batch.page.moments.push((incident.id.clone(), key, moment));
            }
        }
    }

    fn acked_and_open(&self) -> Vec<u64> {
        let acked = |known: &&Incident| known.is_open() && known.has_label(&self.customs.labels.ack);
        self.known.values().filter(acked).map(|known| known.number).collect()
    }
}

/// The items that can be read; an odd one costs itself.
pub(crate) fn readable<T: DeserializeOwned>(items: &[serde_json::Value]) -> Vec<T> {
    items.iter().filter_map(|item| T::deserialize(item).ok()).collect()
}

/// All items of a list, page by page, at most so many pages.
pub(crate) async fn pages<T: DeserializeOwned>(client: &Client, first: Url, most: usize) -> Result<Vec<T>, Trouble> {
    let mut all = Vec::new();
    let mut url = Some(first);
    for _ in 0..most {
        let Some(at) = url.take() else { break };
        let answer = client.get(&at).await?;
        all.extend(readable(&answer.items()?));
        url = answer.next();
    }
    Ok(all)
}

/// An issue that is gone has no history; the sweep says so.
fn settled<T>(read: Result<Vec<T>, Trouble>) -> Result<Vec<T>, Trouble> {
    match read {
        Err(Trouble::Missing(_) | Trouble::Deleted(_) | Trouble::Moved { .. }) => Ok(Vec::new()),
        other => other,
    }
}
