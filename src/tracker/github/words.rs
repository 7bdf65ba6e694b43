//! Decisions that are text: a note, a snooze's comment, a new issue. The only
//! ones that would show twice, so each bears its operation's marker.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::json;
use url::Url;

use super::POST;
use super::work::{Look, Stop, Work, refuse};
use crate::domain::decision::Decision;
use crate::domain::incident::{Snooze, same_name};
use crate::domain::journal::Outcome;
use crate::domain::text::Clean;
use crate::sources::github::client::skew;
use crate::sources::github::trouble::Trouble;
use crate::sources::github::wire::{Comment, Issue, Label};
use crate::sources::github::{details, map, marker};

/// The most bytes of a note; GitHub takes 65,536 characters.
const NOTE_BYTES: usize = 60_000;
/// How far before the first attempt one looks for what it left.
const BEFORE: TimeDelta = TimeDelta::minutes(10);
/// Pages of own issues that are looked through whatever the clocks say.
const PAGES_AT_LEAST: usize = 3;
/// Pages of own issues that are looked through at the most.
const PAGES_AT_MOST: usize = 20;

impl Work<'_> {
    /// A comment.
    pub async fn note(&mut self, text: &str) -> Result<(), Stop> {
        if text.len() > NOTE_BYTES {
            return Err(refuse(&format!("the note has {} bytes; {NOTE_BYTES} are the most", text.len())));
        }
        self.comment(&format!("{}\n\n{}", marker::defused(text), marker::of_op(&self.order.entry.op))).await.map(drop)
    }

    /// The label, and the comment that says until when.
    pub async fn snooze(&mut self, until: DateTime<Utc>) -> Result<(), Stop> {
        self.put_label_on(&self.tracker.customs.labels.snoozed.clone()).await?;
        let said = until.format("%Y-%m-%d %H:%M UTC");
        let marker = marker::of_snooze(&self.order.entry.op, until);
        let comment = self.comment(&format!("Snoozed until {said}.\n\n{marker}")).await?;
        self.snoozed = Some(Snooze { until, by: map::login(comment.user.as_ref()), at: Some(comment.created_at) });
        Ok(())
    }

    async fn comment(&mut self, body: &str) -> Result<Comment, Stop> {
        let answer = self.write(POST, "/comments", json!({ "body": body })).await;
        let answer = answer.map_err(|trouble| self.stop_write(trouble))?;
        answer.json().map_err(|trouble| self.stop_write(trouble))
    }

    /// Whether our comment is there.
    pub async fn look_for_comment(&mut self) -> Result<Look, Stop> {
        // The server's own time, so that no clock of ours matters.
        let since = self.order.entry.base.updated_at.map(|at| at - BEFORE);
        let since = since.map(|at| format!("&since={}", at.to_rfc3339_opts(SecondsFormat::Secs, true)));
        let url = self.below(&format!("/comments?per_page=100{}", since.unwrap_or_default()));
        let comments: Vec<Comment> = self.list(url).await?;
        let ours = comments.iter().find(|comment| {
            let by = comment.user.as_ref().and_then(|user| user.login.as_deref());
            self.is_me(by) && comment.body.as_deref().is_some_and(|body| marker::bears(body, &self.order.entry.op))
        });
        let Some(comment) = ours else { return Ok(Look::Absent) };
        if let Decision::Snooze { until } = self.order.entry.decision {
            self.snoozed = Some(Snooze { until, by: map::login(comment.user.as_ref()), at: Some(comment.created_at) });
        }
        Ok(Look::Done)
    }

    /// A new issue, then its labels: for some roles GitHub drops labels that come with the issue.
    pub async fn file(&mut self, title: &str, body: &str, labels: &[String]) -> Result<(), Stop> {
        let marker = marker::of_op(&self.order.entry.op);
        let body = if body.is_empty() { marker } else { format!("{}\n\n{marker}", marker::defused(body)) };
        if body.len() > NOTE_BYTES {
            return Err(refuse(&format!("the text has {} bytes; {NOTE_BYTES} are the most", body.len())));
        }
        let answer = self.write(POST, "/issues", json!({ "title": title, "body": body })).await;
        let answer = answer.map_err(|trouble| self.stop_write(trouble))?;
        let issue: Issue = answer.json().map_err(|trouble| self.stop_write(trouble))?;
        self.label_filed(issue, labels).await
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
                missing.map(|name| name.as_str()).collect::<Vec<_>>().join(", ")
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
        let Decision::New { labels, .. } = self.order.entry.decision.clone() else { return Ok(Look::Absent) };
        match self.filed_by_us().await? {
            None => Ok(Look::Absent),
            Some(issue) => self.label_filed(issue, &labels).await.map(|()| Look::Done),
        }
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
