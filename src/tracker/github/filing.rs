//! Issues that dogwatch files: what an operator saw, and signals.
//!
//! An issue would show twice, so each bears its operation's marker. A signal
//! may be seen by several machines at once: whoever files looks for its
//! fingerprint before and after, and of several open issues the lowest number
//! stays. GitHub's search lags, so the list is read.

use chrono::TimeDelta;
use serde_json::json;
use url::Url;

use super::closing::is_closed;
use super::words::NOTE_BYTES;
use super::work::{Look, Stop, Work, refuse};
use super::{PATCH, POST};
use crate::domain::decision::{Decision, Filed};
use crate::domain::incident::same_name;
use crate::domain::journal::Outcome;
use crate::domain::text::Clean;
use crate::sources::github::client::skew;
use crate::sources::github::trouble::Trouble;
use crate::sources::github::wire::{Issue, Label};
use crate::sources::github::{details, marker};

/// How far before the first attempt one looks for what it left.
pub(super) const BEFORE: TimeDelta = TimeDelta::minutes(10);
/// Pages of own issues that are looked through whatever the clocks say.
const PAGES_AT_LEAST: usize = 3;
/// Pages of own issues that are looked through at the most.
pub(super) const PAGES_AT_MOST: usize = 20;

impl Work<'_> {
    /// A new issue, then its labels: for some roles GitHub drops labels that come with the issue.
    pub async fn file(
        &mut self,
        (title, body): (&str, &str),
        labels: &[String],
        signal: Option<&Filed>,
    ) -> Result<(), Stop> {
        if let Some(signal) = signal
            && let Some(first) = self.first_for(signal).await?
        {
            self.remark = Some(Clean::line(&format!("filed already as #{}", first.number)));
            return self.label_filed(first, labels).await;
        }
        let op = &self.order.entry.op;
        let marker = signal.map_or_else(|| marker::of_op(op), |signal| marker::of_signal(op, signal));
        let body = if body.is_empty() { marker } else { format!("{}\n\n{marker}", marker::defused(body)) };
        if body.len() > NOTE_BYTES {
            return Err(refuse(&format!("the text has {} bytes; {NOTE_BYTES} are the most", body.len())));
        }
        let answer = self.write(POST, "/issues", json!({ "title": title, "body": body })).await;
        let answer = answer.map_err(|trouble| self.stop_write(trouble))?;
        let issue: Issue = answer.json().map_err(|trouble| self.stop_write(trouble))?;
        self.label_filed(issue, labels).await?;
        self.give_way(signal).await
    }

    async fn label_filed(&mut self, issue: Issue, labels: &[String]) -> Result<(), Stop> {
        let mut wanted: Vec<&String> = labels.iter().chain(self.tracker.door.target().labels.first()).collect();
        wanted.retain(|name| !issue.labels.iter().any(|has| same_name(has.name(), name)));
        let number = issue.number;
        self.filed = Some(issue);
        if wanted.is_empty() {
            return Ok(());
        }
        let answer = self.write(POST, &format!("/issues/{number}/labels"), json!({ "labels": wanted })).await;
        let dropped = match answer.and_then(|answer| answer.json::<Vec<Label>>()) {
            Ok(has) => {
                let missing = wanted.iter().filter(|name| !has.iter().any(|label| same_name(label.name(), name)));
                let missing = missing.map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
                // What is told of it if it cannot be read again.
                self.filed.iter_mut().for_each(|filed| filed.labels.clone_from(&has));
                missing
            }
            Err(trouble) if trouble.is_final() => trouble.to_string(),
            // It is filed: only the labels may be sent again, and a look finds out which.
            Err(Trouble::Wait { reason, .. }) => {
                return Err(Stop::Over(Outcome::Unknown { reason, request_id: None }));
            }
            Err(other) => return Err(self.stop_write(other)),
        };
        if !dropped.is_empty() {
            self.remark = Some(Clean::line(&format!("filed as #{number}, without its labels: {dropped}")));
        }
        Ok(())
    }

    /// Whether our issue is there; labels that it lacks are put on.
    pub async fn look_for_filed(&mut self) -> Result<Look, Stop> {
        let Decision::New { labels, signal, .. } = self.order.entry.decision.clone() else { return Ok(Look::Absent) };
        let Some(issue) = self.filed_by_us().await? else { return Ok(Look::Absent) };
        self.label_filed(issue, &labels).await?;
        self.give_way(signal.as_ref()).await.map(|()| Look::Done)
    }

    /// If somebody was first to file this signal, ours is closed as the duplicate of theirs, which stands for both.
    async fn give_way(&mut self, signal: Option<&Filed>) -> Result<(), Stop> {
        let (Some(signal), Some(ours)) = (signal, self.filed.as_ref().map(|issue| issue.number)) else {
            return Ok(());
        };
        // Ours stands if the list cannot be read now; who sees both later, closes the later one.
        let Ok(Some(first)) = self.first_for(signal).await else { return Ok(()) };
        if first.number >= ours || is_closed(&first) {
            return Ok(());
        }
        let mut closed = json!({ "state": "closed", "state_reason": "duplicate" });
        if let Some(id) = first.id {
            closed["duplicate_issue_id"] = id.into();
        }
        // As above: a close that is not answered is made good by a later poll.
        if self.write(PATCH, &format!("/issues/{ours}"), closed).await.is_ok() {
            self.remark =
                Some(Clean::line(&format!("#{} was first; #{ours} is closed as its duplicate", first.number)));
        }
        self.filed = Some(first);
        Ok(())
    }

    /// The issue that stands for this signal already: of the open ones the
    /// first; else one that was closed since the signal was first seen.
    async fn first_for(&mut self, signal: &Filed) -> Result<Option<Issue>, Stop> {
        let seen = self.order.known.as_ref().map(|known| known.reopened_at.unwrap_or(known.opened_at));
        let seen = seen.unwrap_or(self.order.entry.deed.at);
        let mut found: Vec<Issue> = Vec::new();
        let mut url: Option<Url> = Some(self.below("/issues?state=all&sort=created&direction=desc&per_page=100"));
        for _ in 0..PAGES_AT_MOST {
            let Some(at) = url.take() else { break };
            let answer = self.client.get(&at).await.map_err(|trouble| self.stop(trouble))?;
            let items = answer.items().map_err(|trouble| self.stop(trouble))?;
            let issues: Vec<Issue> = details::readable(&items);
            let since = seen - BEFORE + skew(&answer, self.order.now);
            let oldest = issues.iter().filter_map(|issue| issue.created_at).min();
            found.extend(issues.into_iter().filter(|issue| self.is_for(issue, signal)));
            if oldest.is_none_or(|oldest| oldest < since) {
                break;
            }
            url = answer.next();
        }
        let stands = |issue: &Issue| !is_closed(issue) || issue.closed_at.is_some_and(|at| at >= seen);
        found.retain(stands);
        Ok(found.into_iter().min_by_key(|issue| (is_closed(issue), issue.number)))
    }

    fn is_for(&self, issue: &Issue, signal: &Filed) -> bool {
        let customs = &self.tracker.customs;
        let by_us = self.is_me(issue.user.as_ref().and_then(|user| user.login.as_deref()));
        let believed = by_us || marker::is_believed(issue.user.as_ref(), issue.author_association.as_deref(), customs);
        let print = issue.body.as_deref().and_then(marker::fingerprint);
        believed && issue.pull_request.is_none() && print == Some(signal.fingerprint.as_str())
    }

    async fn filed_by_us(&mut self) -> Result<Option<Issue>, Stop> {
        let creator = self.me.as_deref().map(|me| format!("&creator={me}")).unwrap_or_default();
        let query = format!("/issues?state=all&sort=created&direction=desc&per_page=100{creator}");
        let mut url: Option<Url> = Some(self.below(&query));
        for page in 1..=PAGES_AT_MOST {
            let Some(at) = url.take() else { break };
            let answer = self.client.get(&at).await.map_err(|trouble| self.stop(trouble))?;
            let items = answer.items().map_err(|trouble| self.stop(trouble))?;
            let issues: Vec<Issue> = details::readable(&items);
            let first =
                self.order.entry.sent_at.map_or(self.order.entry.deed.at, |at| at.min(self.order.entry.deed.at));
            let since = first - BEFORE + skew(&answer, self.order.now);
            let oldest = issues.iter().filter_map(|issue| issue.created_at).min();
            if let Some(issue) = issues.into_iter().find(|issue| self.is_ours(issue)) {
                return Ok(Some(issue));
            }
            if page >= PAGES_AT_LEAST && oldest.is_some_and(|oldest| oldest < since) {
                break;
            }
            url = answer.next();
        }
        Ok(None)
    }

    fn is_ours(&self, issue: &Issue) -> bool {
        let by = issue.user.as_ref().and_then(|user| user.login.as_deref());
        self.is_me(by) && issue.body.as_deref().is_some_and(|body| marker::bears(body, &self.order.entry.op))
    }
}
