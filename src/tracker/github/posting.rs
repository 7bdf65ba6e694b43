//! Documents for people, each as one issue: a handoff, a meeting's minutes.
//!
//! Posting again changes the issue that is there. Whoever posts looks for it
//! first, by the number that this machine remembers, else by its hidden key;
//! of two that were posted at once the lowest number stays. Whatever is cut
//! off in the middle, doing it again ends in the same one issue.

use serde_json::json;
use url::Url;

use super::closing::is_closed;
use super::filing::{BEFORE, PAGES_AT_MOST};
use super::words::NOTE_BYTES;
use super::work::{Look, Stop, Work, refuse};
use super::{PATCH, POST};
use crate::domain::decision::Post;
use crate::domain::incident::same_name;
use crate::domain::text::Clean;
use crate::sources::github::client::skew;
use crate::sources::github::trouble::Trouble;
use crate::sources::github::wire::Issue;
use crate::sources::github::{details, marker};

/// What of a document the tracker has already.
#[derive(Default)]
struct There {
    /// The document itself: the first, if it was posted more than once.
    document: Option<Issue>,
    /// Open ones that came after it.
    seconds: Vec<Issue>,
    /// The number of the one that it follows.
    before: Option<u64>,
}

impl There {
    /// One more of the same document.
    fn take(&mut self, issue: Issue) {
        let second = match &mut self.document {
            Some(first) if first.number == issue.number => return,
            Some(first) if issue.number < first.number => std::mem::replace(first, issue),
            Some(_) => issue,
            none @ None => {
                *none = Some(issue);
                return;
            }
        };
        self.seconds.extend(Some(second).filter(|second| !is_closed(second)));
    }
}

impl Work<'_> {
    /// Writes the document, or brings the one that is there up to date.
    pub async fn post(&mut self, post: &Post) -> Result<(), Stop> {
        let there = self.there(post).await?;
        let body = self.document(post, there.before);
        if body.len() > NOTE_BYTES {
            return Err(refuse(&format!("the text has {} bytes; {NOTE_BYTES} are the most", body.len())));
        }
        let Some(first) = there.document else { return self.post_anew(post, &body).await };
        self.close_seconds(&there.seconds, &first).await?;
        self.bring_up_to_date(first, post, &body).await
    }

    /// Whether it is there as it should be: what is not yet so is made so.
    pub async fn look_for_post(&mut self, post: &Post) -> Result<Look, Stop> {
        let there = self.there(post).await?;
        let Some(first) = there.document else { return Ok(Look::Absent) };
        let body = self.document(post, there.before);
        self.close_seconds(&there.seconds, &first).await?;
        self.bring_up_to_date(first, post, &body).await.map(|()| Look::Done)
    }

    async fn post_anew(&mut self, post: &Post, body: &str) -> Result<(), Stop> {
        let answer = self.write(POST, "/issues", json!({ "title": post.title, "body": body })).await;
        let answer = answer.map_err(|trouble| self.stop_write(trouble))?;
        let ours: Issue = answer.json().map_err(|trouble| self.stop_write(trouble))?;
        // If the list cannot be read now, ours stands until somebody posts again.
        let first = self.there(post).await.ok().and_then(|there| there.document);
        let Some(first) = first.filter(|first| first.number < ours.number) else {
            return self.hand_to(ours, post).await;
        };
        self.close_seconds(&[ours], &first).await?;
        self.bring_up_to_date(first, post, body).await
    }

    async fn close_seconds(&mut self, seconds: &[Issue], first: &Issue) -> Result<(), Stop> {
        for second in seconds {
            let mut closed = json!({ "state": "closed", "state_reason": "duplicate" });
            if let Some(id) = first.id {
                closed["duplicate_issue_id"] = id.into();
            }
            let path = format!("/issues/{}", second.number);
            self.write(PATCH, &path, closed).await.map_err(|trouble| self.stop_write(trouble))?;
        }
        Ok(())
    }

    async fn bring_up_to_date(&mut self, issue: Issue, post: &Post, body: &str) -> Result<(), Stop> {
        let same = |one: Option<&str>, other: &str| one.map(marker::without) == Some(marker::without(other));
        if issue.title.as_deref() == Some(post.title.as_str()) && same(issue.body.as_deref(), body) {
            return self.hand_to(issue, post).await;
        }
        let path = format!("/issues/{}", issue.number);
        let answer = self.write(PATCH, &path, json!({ "title": post.title, "body": body })).await;
        let now: Issue = answer.and_then(|answer| answer.json()).map_err(|trouble| self.stop_write(trouble))?;
        self.hand_to(now, post).await
    }

    /// Assigns it to whom it is for, beside whoever has it already.
    async fn hand_to(&mut self, issue: Issue, post: &Post) -> Result<(), Stop> {
        let number = issue.number;
        let lacks = post.to.as_ref().filter(|to| !is_assigned(&issue, to)).cloned();
        self.filed = Some(issue);
        let Some(to) = lacks else { return Ok(()) };
        let path = format!("/issues/{number}/assignees");
        let answer = self.write(POST, &path, json!({ "assignees": [to.as_str()] })).await;
        // GitHub drops whom it cannot assign without a word.
        let why = match answer.and_then(|answer| answer.json::<Issue>()) {
            Ok(now) if is_assigned(&now, &to) => return Ok(()),
            Ok(_) => format!("{to} cannot be assigned there"),
            Err(trouble) if trouble.is_final() => trouble.to_string(),
            Err(other) => return Err(self.stop_write(other)),
        };
        self.remark = Some(Clean::line(&format!("posted as #{number}, to nobody: {why}")));
        Ok(())
    }

    fn document(&self, post: &Post, before: Option<u64>) -> String {
        let before = before.map(|number| format!("\n\nThe one before: #{number}")).unwrap_or_default();
        let marker = marker::of_post(&self.order.entry.op, &post.key);
        format!("{}{before}\n\n{marker}", marker::defused(&post.body))
    }

    async fn there(&self, post: &Post) -> Result<There, Stop> {
        let mut there = There::default();
        if let Some(number) = self.order.posted {
            there.document = self.one(number, post).await?;
        }
        let mut url: Option<Url> = Some(self.below("/issues?state=all&sort=created&direction=desc&per_page=100"));
        for _ in 0..PAGES_AT_MOST {
            let Some(at) = url.take() else { break };
            let answer = self.client.get(&at).await.map_err(|trouble| self.stop(trouble))?;
            let items = answer.items().map_err(|trouble| self.stop(trouble))?;
            let issues: Vec<Issue> = details::readable(&items);
            let since = post.since - BEFORE + skew(&answer, self.order.now);
            let oldest = issues.iter().filter_map(|issue| issue.created_at).min();
            for issue in issues {
                let Some(key) = self.key_of(&issue).map(str::to_owned) else { continue };
                if Some(&key) == post.after.as_ref() {
                    there.before = there.before.into_iter().chain([issue.number]).min();
                } else if key == post.key {
                    there.take(issue);
                }
            }
            let is_done = post.after.is_none() || there.before.is_some();
            if is_done && oldest.is_none_or(|oldest| oldest < since) {
                break;
            }
            url = answer.next();
        }
        Ok(there)
    }

    /// The issue that this machine has posted before; none if it is gone, or is something else now.
    async fn one(&self, number: u64, post: &Post) -> Result<Option<Issue>, Stop> {
        match self.client.get(&self.below(&format!("/issues/{number}"))).await {
            Ok(answer) => {
                let issue: Issue = answer.json().map_err(|trouble| self.stop(trouble))?;
                Ok(Some(issue).filter(|issue| self.key_of(issue) == Some(post.key.as_str())))
            }
            Err(Trouble::Missing(_) | Trouble::Deleted(_) | Trouble::Moved { .. }) => Ok(None),
            Err(other) => Err(self.stop(other)),
        }
    }

    /// The key of a document that somebody of the team has posted.
    fn key_of<'a>(&self, issue: &'a Issue) -> Option<&'a str> {
        let by_us = self.is_me(issue.user.as_ref().and_then(|user| user.login.as_deref()));
        let customs = &self.tracker.customs;
        let believed = by_us || marker::is_believed(issue.user.as_ref(), issue.author_association.as_deref(), customs);
        marker::post(issue.body.as_deref()?).filter(|_| believed && issue.pull_request.is_none())
    }
}

fn is_assigned(issue: &Issue, to: &Clean) -> bool {
    issue.assignees.iter().filter_map(|user| user.login.as_deref()).any(|login| same_name(login, to.as_str()))
}
