//! Somebody is asked to take it: a comment that tells them, which is how GitHub
//! notifies them, and then it is theirs. Several machines may want to ask at
//! once: whoever comes second finds the comment of the first, and lets it be.

use chrono::SecondsFormat;

use super::closing::is_closed;
use super::filing::BEFORE;
use super::words::NOTE_BYTES;
use super::work::{Look, Stop, Work, refuse};
use crate::domain::decision::Asking;
use crate::domain::id::OpId;
use crate::domain::incident::same_name;
use crate::domain::journal::Outcome;
use crate::domain::text::Clean;
use crate::sources::github::wire::Comment;
use crate::sources::github::{map, marker};
use crate::tracker::local::ASKED_ALREADY;

impl Work<'_> {
    /// The comment, unless it is there; then the assignment, which may be made twice.
    pub async fn escalate(&mut self, asking: &Asking) -> Result<(), Stop> {
        let comments = self.comments_since(asking).await?;
        if !comments.iter().any(|comment| self.is_our_comment(comment)) {
            let first =
                self.asked.iter().flatten().any(|asked| asked.is(&asking.escalation, asking.step, asking.since));
            if first {
                self.remark = Some(Clean::line(ASKED_ALREADY));
                return Ok(());
            }
            if let Some(why) = self.is_taken(asking).await? {
                let reason = Clean::line(&format!("{why}; nobody was asked from here"));
                if !self.order.entry.is_unattended() {
                    return Err(Stop::Over(Outcome::Conflict { reason, facts: None }));
                }
                self.remark = Some(reason);
                return Ok(());
            }
            let text = format!("{}\n\n{}", marker::defused(&asking.text), marker::of_ask(&self.order.entry.op, asking));
            if text.len() > NOTE_BYTES {
                return Err(refuse(&format!("the comment has {} bytes; {NOTE_BYTES} are the most", text.len())));
            }
            let comment = self.comment(&text).await?;
            let by = map::login(comment.user.as_ref());
            self.asked.get_or_insert_default().push(asking.asked(by, comment.created_at));
        }
        if asking.to.is_none() {
            return Ok(());
        }
        match self.assign(asking.to.as_ref(), &asking.from).await {
            // They have been told; that they cannot be assigned is worth a word, and no reason to ask again.
            Err(Stop::Over(Outcome::Refused { reason })) => self.remark = Some(reason),
            other => other?,
        }
        Ok(())
    }

    /// Whether our comment is there, and it is theirs.
    pub async fn look_for_ask(&mut self, asking: &Asking) -> Result<Look, Stop> {
        let comments = self.comments_since(asking).await?;
        if !comments.iter().any(|comment| self.is_our_comment(comment)) {
            return Ok(Look::Absent);
        }
        match &asking.to {
            Some(to) => self.look_for_assignee(Some(to), &asking.from).await,
            None => Ok(Look::Done),
        }
    }

    /// Why it is not for us to ask: it was closed, or taken while dogwatch was about to ask by itself, or another
    /// machine has filed it, and asks.
    async fn is_taken(&mut self, asking: &Asking) -> Result<Option<&'static str>, Stop> {
        let issue = self.issue().await?;
        let bears = |op: &OpId| issue.body.as_deref().is_some_and(|body| marker::bears(body, op));
        if asking.filed_by.as_ref().is_some_and(|op| !bears(op)) {
            return Ok(Some("another machine has filed it, and asks"));
        }
        if is_closed(&issue) {
            return Ok(Some("it is closed already"));
        }
        let ack = &self.tracker.customs.labels.ack;
        let bears = |name: &str| same_name(name, ack);
        let seen = self.order.entry.base.labels.iter().any(|label| bears(label.as_str()));
        let acked = issue.labels.iter().any(|label| bears(label.name()));
        let taken = acked && !seen && self.order.entry.is_unattended();
        Ok(taken.then_some("it has been acked meanwhile"))
    }

    /// The comments since nobody had it; who was asked by them is remembered.
    async fn comments_since(&mut self, asking: &Asking) -> Result<Vec<Comment>, Stop> {
        let since =
            asking.since.checked_sub_signed(BEFORE).unwrap_or(asking.since).to_rfc3339_opts(SecondsFormat::Secs, true);
        let url = self.below(&format!("/comments?per_page=100&since={since}"));
        let comments: Vec<Comment> = self.list(url).await?;
        let mine = |comment: &Comment| self.is_me(comment.user.as_ref().and_then(|user| user.login.as_deref()));
        let believed = |comment: &Comment| map::is_believed(comment, &self.tracker.customs) || mine(comment);
        self.asked = Some(map::asked(&comments, believed));
        Ok(comments)
    }

    fn is_our_comment(&self, comment: &Comment) -> bool {
        let by = comment.user.as_ref().and_then(|user| user.login.as_deref());
        self.is_me(by) && comment.body.as_deref().is_some_and(|body| marker::bears(body, &self.order.entry.op))
    }
}
