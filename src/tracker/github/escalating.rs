//! Somebody is asked to take it: a comment that tells them, which is how GitHub
//! notifies them, and then it is theirs. Several machines may want to ask at
//! once: whoever comes second finds the comment of the first, and lets it be.

use chrono::{SecondsFormat, SubsecRound};

use super::closing::is_closed;
use super::filing::BEFORE;
use super::words::NOTE_BYTES;
use super::work::{Look, Stop, Work, refuse};
use crate::domain::decision::{Asking, Recall};
use crate::domain::id::OpId;
use crate::domain::incident::{Asked, Incident, same_name};
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
            let first = self
                .known_asks()
                .iter()
                .any(|asked| asked.stands() && asked.is(&asking.escalation, asking.step, asking.since));
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
            let known = self.asked.get_or_insert_default();
            known.push(asking.asked(by, comment.created_at).anew(known));
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

    /// The comment that takes it back, unless it is there; then whoever had it has it again.
    pub async fn recall(&mut self, recall: &Recall) -> Result<(), Stop> {
        let asking = &recall.asking;
        let comments = self.comments_since(asking).await?;
        if !comments.iter().any(|comment| self.is_our_comment(comment)) {
            let known = self.known_asks();
            let bears =
                |comment: &&Comment| comment.body.as_deref().is_some_and(|text| marker::bears(text, &recall.ask));
            let at = comments.iter().find(bears).map(|comment| comment.created_at);
            let found = recall.found(&known, |asked| Some(asked.at.trunc_subsecs(0)) == at);
            let closed = is_closed(&self.issue().await?).then_some("it is closed already; nothing is taken back");
            let found = closed
                .map_or(found, Err)
                .map_err(|why| Stop::Over(Outcome::Conflict { reason: Clean::line(why), facts: None }));
            let at = found?.at;
            let marker = marker::of_recall(&self.order.entry.op, asking, at);
            let comment = self.comment(&format!("{}\n\n{marker}", marker::defused(&recall.text()))).await?;
            let asked = asking.asked(map::login(comment.user.as_ref()), at);
            self.asked.get_or_insert_default().push(Asked { back: Some(comment.created_at.max(at)), ..asked });
        }
        let mut from: Vec<Clean> = recall.from.iter().cloned().collect();
        let to: Vec<Option<&Clean>> = match recall.to.as_slice() {
            [] if from.is_empty() => Vec::new(),
            [] => vec![None],
            to => to.iter().map(Some).collect(),
        };
        for to in to {
            match self.assign(to, &std::mem::take(&mut from)).await {
                Err(Stop::Over(Outcome::Refused { reason })) => self.remark = Some(reason),
                other => other?,
            }
        }
        Ok(())
    }

    /// Whether our comment is there, and it is theirs again.
    pub async fn look_for_recall(&mut self, recall: &Recall) -> Result<Look, Stop> {
        let comments = self.comments_since(&recall.asking).await?;
        if !comments.iter().any(|comment| self.is_our_comment(comment)) {
            return Ok(Look::Absent);
        }
        let from: Vec<Clean> = recall.from.iter().cloned().collect();
        match recall.to.as_slice() {
            [] if from.is_empty() => Ok(Look::Done),
            to => self.look_for_assignee(to.last(), &from).await,
        }
    }

    /// Who was asked by the comments that were read, each once.
    fn known_asks(&self) -> Vec<Asked> {
        let mut known = self.order.known.clone().unwrap_or_else(|| {
            Incident::opened(&self.tracker.door.target().source, 0, Clean::default(), self.order.entry.deed.at)
        });
        known.asked.clear();
        self.asked.iter().flatten().for_each(|asked| known.note_asked(asked.clone()));
        known.asked
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
