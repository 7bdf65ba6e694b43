//! Closed, opened again, closed as a duplicate.

use serde_json::json;

use super::PATCH;
use super::work::{Did, Look, Stop, Work, refuse, who_and_when};
use crate::domain::id::IncidentId;
use crate::domain::incident::CloseReason;
use crate::domain::journal::{Consent, Outcome};
use crate::domain::text::Clean;
use crate::sources::github::target::segment;
use crate::sources::github::wire::{Event, Issue};

impl Work<'_> {
    /// Closes what still looks as the operator saw it.
    pub async fn close(&mut self, reason: CloseReason) -> Result<(), Stop> {
        if self.is_closed_for_us().await? {
            return Ok(());
        }
        self.patch_closed(json!({ "state": "closed", "state_reason": word(reason) })).await
    }

    /// Closes it as the duplicate of another, which stands for both.
    pub async fn merge(&mut self, into: &IncidentId) -> Result<(), Stop> {
        let target = self.tracker.door.target();
        let number = match into.issue() {
            Some((source, number)) if source == target.source => number,
            Some(_) => {
                return Err(refuse(&format!("{into} is in another repository; close one and note the other")));
            }
            None => return Err(refuse(&format!("{into} has not been filed yet"))),
        };
        if self.is_closed_for_us().await? {
            return Ok(());
        }
        let path = format!("/repos/{}/{}/issues/{number}", segment(&target.owner), segment(&target.name));
        let url = self.client.url(&path).map_err(|trouble| self.stop(trouble))?;
        let answer = self.client.get(&url).await.map_err(|trouble| self.stop(trouble))?;
        let other: Issue = answer.json().map_err(|trouble| self.stop(trouble))?;
        let Some(id) = other.id else { return Err(refuse(&format!("GitHub does not say the id of {into}"))) };
        self.patch_closed(json!({ "state": "closed", "state_reason": "duplicate", "duplicate_issue_id": id })).await
    }

    /// Whether nothing is left to do. What an operator closes has to be as they saw it; what is closed without
    /// anybody's doing (it has recovered, another issue stands for it) is closed whatever was written since,
    /// and who closed it before us said the same.
    async fn is_closed_for_us(&mut self) -> Result<bool, Stop> {
        if self.order.entry.is_unattended() {
            return Ok(is_closed(&self.issue().await?));
        }
        self.must_be_as_seen().await.map(|()| false)
    }

    /// Opens it again.
    pub async fn reopen(&mut self) -> Result<(), Stop> {
        let answer = self.write(PATCH, "", json!({ "state": "open", "state_reason": "reopened" })).await;
        let answer = answer.map_err(|trouble| self.stop_write(trouble))?;
        let issue: Issue = answer.json().map_err(|trouble| self.stop_write(trouble))?;
        if is_closed(&issue) { Err(refuse("GitHub leaves it closed: may this token reopen issues?")) } else { Ok(()) }
    }

    async fn patch_closed(&mut self, body: serde_json::Value) -> Result<(), Stop> {
        let answer = self.write(PATCH, "", body).await.map_err(|trouble| self.stop_write(trouble))?;
        let issue: Issue = answer.json().map_err(|trouble| self.stop_write(trouble))?;
        if is_closed(&issue) { Ok(()) } else { Err(refuse("GitHub leaves it open: may this token close issues?")) }
    }

    /// Whether we closed it; somebody else's close is a conflict.
    pub async fn look_for_close(&mut self) -> Result<Look, Stop> {
        let issue = self.issue().await?;
        if self.did(|event| Did::by_name(event, "closed", "reopened")).await? {
            return Ok(Look::Done);
        }
        if !is_closed(&issue) {
            return Ok(Look::Absent);
        }
        let by = issue.closed_by.as_ref().and_then(|user| user.login.as_deref());
        if self.is_me(by) { Ok(Look::Done) } else { Err(self.closed_before(&issue)) }
    }

    /// Whether it is open, or we opened it.
    pub async fn look_for_reopening(&mut self) -> Result<Look, Stop> {
        let open = !is_closed(&self.issue().await?);
        let done = open || self.did(|event| Did::by_name(event, "reopened", "closed")).await?;
        Ok(if done { Look::Done } else { Look::Absent })
    }

    /// A close acts on what the operator saw, or asks again.
    async fn must_be_as_seen(&mut self) -> Result<(), Stop> {
        let issue = self.issue().await?;
        if is_closed(&issue) {
            return Err(self.closed_before(&issue));
        }
        let base = &self.order.entry.base;
        let changed = base.changes(&self.incident(&issue), &self.tracker.customs.labels);
        // A second has room for a comment after the one that was seen, so within it the content tells.
        let (older, same) =
            self.seen_at().map_or((false, false), |seen| (issue.updated_at < seen, issue.updated_at == seen));
        if older || (same && changed.is_empty()) {
            return Ok(());
        }
        let consented = match self.order.entry.consent {
            Consent::NotAsked => None,
            Consent::Given { at } => Some(at),
        };
        let events = self.history().await?;
        // Our own reopening was decided before this close, and went out before it.
        let since = |event: &&Event| {
            !self.by_me(event) && self.is_news(event) && consented.is_none_or(|at| event.created_at > at)
        };
        if let Some(event) = events.iter().filter(|event| event.event == "reopened").rfind(since) {
            let reason = Clean::line(&format!("reopened by {}, after you decided", who_and_when(event)));
            let facts = Some(Box::new(self.incident(&issue)));
            return Err(Stop::Over(Outcome::Conflict { reason, facts }));
        }
        if changed.is_empty() || consented.is_some() {
            return Ok(());
        }
        let reason = format!("since you looked, it got {}; close it still?", changed.join(" and "));
        Err(Stop::Over(Outcome::Ask { reason: Clean::line(&reason) }))
    }

    fn closed_before(&self, issue: &Issue) -> Stop {
        let by = issue.closed_by.as_ref().and_then(|user| user.login.as_deref()).unwrap_or("somebody");
        let at = issue.closed_at.map(|at| at.format(" %H:%M UTC").to_string()).unwrap_or_default();
        let why = issue.state_reason.as_deref().unwrap_or("completed").replace('_', "-");
        let reason = Clean::line(&format!("closed already by {by}{at} as {why}; their reason stands"));
        let facts = Some(Box::new(self.incident(issue)));
        Stop::Over(Outcome::Conflict { reason, facts })
    }
}

pub(super) fn is_closed(issue: &Issue) -> bool {
    issue.state.as_deref() == Some("closed")
}

fn word(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::Completed | CloseReason::Recovered | CloseReason::Fixed => "completed",
        CloseReason::NotPlanned
        | CloseReason::Expected
        | CloseReason::Flaky
        | CloseReason::Invalid
        | CloseReason::WontFix => "not_planned",
        CloseReason::Duplicate => "duplicate",
    }
}
