//! Decisions that are text: a note, a snooze's comment. They would show
//! twice, so each bears its operation's marker.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

use super::filing::BEFORE;
use super::work::{Look, Stop, Work, refuse};
use super::{PATCH, POST};
use crate::domain::decision::Decision;
use crate::domain::incident::Snooze;
use crate::domain::runbook::run::Report;
use crate::sources::github::trouble::Trouble;
use crate::sources::github::wire::Comment;
use crate::sources::github::{map, marker};

/// The most bytes of a note; GitHub takes 65,536 characters.
pub(super) const NOTE_BYTES: usize = 60_000;

impl Work<'_> {
    /// A comment.
    pub async fn note(&mut self, text: &str) -> Result<(), Stop> {
        if text.len() > NOTE_BYTES {
            return Err(refuse(&format!("the note has {} bytes; {NOTE_BYTES} are the most", text.len())));
        }
        self.comment(&format!("{}\n\n{}", marker::defused(text), marker::of_op(&self.order.entry.op))).await.map(drop)
    }

    /// The one comment of a use of a runbook: written, or changed where it is there already.
    pub async fn report(&mut self, report: &Report) -> Result<(), Stop> {
        let op = &self.order.entry.op;
        let body = format!("{}\n\n{}", marker::defused(&report.text), marker::of_run(op, &report.run));
        let comments: Vec<Comment> = self.list(self.below("/comments?per_page=100")).await?;
        let ours = comments.iter().find(|comment| {
            let by = comment.user.as_ref().and_then(|user| user.login.as_deref());
            self.is_me(by) && comment.body.as_deref().is_some_and(|body| marker::is_of_run(body, &report.run))
        });
        let Some(id) = ours.map(|comment| comment.id) else { return self.comment(&body).await.map(drop) };
        let path = format!("{}/issues/comments/{id}", self.tracker.door.target().path());
        let url = self.client.url(&path).map_err(|trouble| self.stop(trouble))?;
        let home = std::mem::replace(&mut self.home, url);
        let changed = self.write(PATCH, "", json!({ "body": body })).await;
        self.home = home;
        match changed {
            // Somebody took it away meanwhile; what was done is still to be told.
            Err(Trouble::Missing(_) | Trouble::Deleted(_)) => self.comment(&body).await.map(drop),
            Err(trouble) => Err(self.stop_write(trouble)),
            Ok(_) => Ok(()),
        }
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

    pub(super) async fn comment(&mut self, body: &str) -> Result<Comment, Stop> {
        let answer = self.write(POST, "/comments", json!({ "body": body })).await;
        let answer = answer.map_err(|trouble| self.stop_write(trouble))?;
        answer.json().map_err(|trouble| self.stop_write(trouble))
    }

    /// Whether our comment is there.
    pub async fn look_for_comment(&mut self) -> Result<Look, Stop> {
        // The server's own time, so that no clock of ours matters.
        let since = self.seen_at().map(|at| at - BEFORE);
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
}
