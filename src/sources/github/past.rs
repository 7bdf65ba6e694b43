//! What happened before this machine looked, or while it was away: issues that
//! were closed meanwhile, and the events of all of them.
//!
//! Asked for only when somebody reviews the past. The lists are long, so they
//! are bounded, and how far back they reached is told.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};

use super::client::Client;
use super::details::readable;
use super::state::Sink;
use super::target::segment;
use super::wire::Event;
use super::{PollError, Poller};

/// The most pages of issues, and of events, that are read: 10,000 of each.
const PAGES: usize = 100;

/// What was found out about the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// How many issues were read.
    pub issues: usize,
    /// How many events.
    pub events: usize,
    /// Where the events begin, if that is later than was asked for: before that some are missing.
    pub only_from: Option<DateTime<Utc>>,
}

impl Poller {
    /// Reads everything that happened since this time, and keeps it page by page.
    ///
    /// # Errors
    ///
    /// [`PollError`]: the wire or the disk; what was kept before stays.
    pub async fn fill(
        &mut self,
        client: &Client,
        since: DateTime<Utc>,
        sink: &mut impl Sink,
    ) -> Result<Filled, PollError> {
        // Decisions need what is left of the budget more than the past does.
        super::reading(client)?;
        let issues = self.fill_issues(client, since, sink).await?;
        let (events, only_from) = self.fill_events(client, since, sink).await?;
        Ok(Filled { issues, events, only_from })
    }

    async fn fill_issues(
        &mut self,
        client: &Client,
        since: DateTime<Utc>,
        sink: &mut impl Sink,
    ) -> Result<usize, PollError> {
        let since = since.to_rfc3339_opts(SecondsFormat::Secs, true);
        let labels: Vec<Option<String>> = match self.target.labels.as_slice() {
            [] => vec![None],
            labels => labels.iter().map(|label| Some(label.clone())).collect(),
        };
        let mut read = 0;
        for label in labels {
            let label = label.map(|name| format!("&labels={}", segment(&name))).unwrap_or_default();
            let query = format!("state=all&sort=updated&direction=asc&per_page=100&since={since}{label}");
            let mut url = Some(client.url(&format!("{}/issues?{query}", self.path()))?);
            let mut visited = BTreeSet::new();
            for _ in 0..PAGES {
                let Some(at) = url.take().filter(|at| visited.insert(at.clone())) else { break };
                let answer = client.get(&at).await?;
                let batch = self.batch(&answer)?;
                read += batch.numbers.len();
                url = answer.next();
                let next = self.state.clone();
                self.commit(batch, next, sink).await?;
            }
        }
        Ok(read)
    }

    async fn fill_events(
        &mut self,
        client: &Client,
        since: DateTime<Utc>,
        sink: &mut impl Sink,
    ) -> Result<(usize, Option<DateTime<Utc>>), PollError> {
        let mut url = Some(client.url(&format!("{}/issues/events?per_page=100", self.path()))?);
        let (mut events, mut oldest): (Vec<Event>, Option<DateTime<Utc>>) = (Vec::new(), None);
        let mut visited = BTreeSet::new();
        for _ in 0..PAGES {
            let Some(at) = url.take().filter(|at| visited.insert(at.clone())) else { break };
            let answer = client.get(&at).await?;
            let page: Vec<Event> = readable(&answer.items()?);
            oldest = page.iter().map(|event| event.created_at).min().into_iter().chain(oldest).min();
            events.extend(page.into_iter().filter(|event| event.created_at >= since));
            // The newest come first.
            url = answer.next().filter(|_| oldest.is_none_or(|oldest| oldest >= since));
        }
        events.sort_by_key(|event| event.id);
        events.dedup_by_key(|event| event.id);
        let batch = self.told(&events);
        let next = self.state.clone();
        self.commit(batch, next, sink).await?;
        Ok((events.len(), oldest.filter(|_| url.is_some())))
    }
}
