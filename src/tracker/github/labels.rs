//! Decisions that are labels: ack, severity, kind, the end of a snooze.

use serde_json::{Value, json};

use super::work::{Did, Look, Stop, Work, refuse, who_and_when};
use super::{DELETE, POST};
use crate::domain::decision::Over;
use crate::domain::incident::same_name;
use crate::domain::journal::Outcome;
use crate::domain::text::Clean;
use crate::sources::github::history;
use crate::sources::github::target::segment;
use crate::sources::github::trouble::Trouble;
use crate::sources::github::wire::{Event, Label};

/// How often the history is read again when it lags behind our own write.
const LOOKS: u32 = 3;

/// Whose an ack is, by the server's order.
enum Holder {
    /// Ours.
    Us,
    /// Somebody else's; this event says whose.
    Other(Box<Event>),
    /// Nobody's: the label was never put on, or the ack is from before a reopening.
    Nobody,
}

impl Work<'_> {
    /// The first ack wins; whoever is second is told who was first.
    pub async fn ack(&mut self) -> Result<(), Stop> {
        let ack = self.tracker.customs.labels.ack.clone();
        self.put_label_on(&ack).await?;
        for _ in 0..LOOKS {
            match self.holder().await? {
                Holder::Us => return Ok(()),
                Holder::Other(event) => return Err(self.too_late(&event).await),
                // GitHub writes no event for a label that is there, so an ack from before a reopening must come off.
                Holder::Nobody if self.is_labelled(&ack) => return self.renew(&ack).await,
                Holder::Nobody => tokio::time::sleep(self.tracker.pace).await,
            }
        }
        Ok(())
    }

    /// A new ack where an old one no longer counts: the label comes off first.
    pub async fn ack_again(&mut self) -> Result<(), Stop> {
        let ack = self.tracker.customs.labels.ack.clone();
        match self.fresh_holder().await? {
            Holder::Us => return Ok(()),
            Holder::Other(event) => return Err(self.too_late(&event).await),
            Holder::Nobody => {}
        }
        if self.is_labelled(&ack) { self.renew(&ack).await } else { self.ack_without_renewal(&ack).await }
    }

    async fn renew(&mut self, ack: &str) -> Result<(), Stop> {
        self.take_label_off(ack).await?;
        self.ack_without_renewal(ack).await
    }

    async fn ack_without_renewal(&mut self, ack: &str) -> Result<(), Stop> {
        self.put_label_on(ack).await?;
        match self.holder().await? {
            Holder::Us | Holder::Nobody => Ok(()),
            Holder::Other(event) => Err(self.too_late(&event).await),
        }
    }

    /// Whether our ack is there already.
    pub async fn look_for_ack(&mut self, over: Over) -> Result<Look, Stop> {
        let labelled = self.issue().await?.labels;
        let ack = &self.tracker.customs.labels.ack;
        if !labelled.iter().any(|label| same_name(label.name(), ack)) {
            let ack = ack.clone();
            let acked = self.did(|event| toggles(event, &ack, "labeled", "unlabeled")).await?;
            return Ok(if acked && over == Over::Nothing { Look::Done } else { Look::Absent });
        }
        let holder = match over {
            Over::Nothing => self.holder().await?,
            Over::VoidAck => self.fresh_holder().await?,
        };
        match holder {
            Holder::Us => Ok(Look::Done),
            Holder::Other(event) => Err(self.too_late(&event).await),
            Holder::Nobody => Ok(Look::Absent),
        }
    }

    async fn holder(&mut self) -> Result<Holder, Stop> {
        let events = self.history().await?;
        Ok(self.held_by(history::first_ack(&events, &self.tracker.customs)))
    }

    /// As [`Self::holder`], for an ack that is newer than what the operator saw.
    async fn fresh_holder(&mut self) -> Result<Holder, Stop> {
        let events = self.history().await?;
        let ack = history::first_ack(&events, &self.tracker.customs);
        let is_fresh = |ack: &&Event| self.saw_no_ack() || self.is_news(ack) || self.is_after_the_cause(ack, &events);
        Ok(self.held_by(ack.filter(is_fresh)))
    }

    /// Whether there was no ack when the operator decided, as when an undo acks again: whatever ack there is now is
    /// newer, also within the second that they last saw.
    fn saw_no_ack(&self) -> bool {
        let (base, label) = (&self.order.entry.base, &self.tracker.customs.labels.ack);
        base.updated_at.is_some() && !base.labels.iter().any(|has| same_name(has.as_str(), label))
    }

    /// Whether, in the very second that the operator last saw, the ack came after what had made the one before void.
    fn is_after_the_cause(&self, ack: &Event, events: &[Event]) -> bool {
        let label = &self.tracker.customs.labels.ack;
        self.seen_at() == Some(ack.created_at)
            && events.iter().any(|event| {
                let ours = event.event == "unlabeled" && names(event, label) && self.by_me(event) && self.by_me(ack);
                event.id < ack.id && event.created_at == ack.created_at && (ours || event.event == "reopened")
            })
    }

    fn held_by(&self, ack: Option<&Event>) -> Holder {
        match ack {
            Some(event) if self.by_me(event) => Holder::Us,
            Some(event) => Holder::Other(Box::new(event.clone())),
            None => Holder::Nobody,
        }
    }

    async fn too_late(&mut self, first: &Event) -> Stop {
        let reason = Clean::line(&format!("already acked by {}", who_and_when(first)));
        let facts = self.issue().await.ok().map(|issue| Box::new(self.incident(&issue)));
        Stop::Over(Outcome::Conflict { reason, facts })
    }

    /// Whether the history that was read last says that the label is on.
    fn is_labelled(&self, label: &str) -> bool {
        let of_label = |event: &&Event| names(event, label);
        let last = self
            .events
            .iter()
            .flatten()
            .filter(of_label)
            .rfind(|event| matches!(event.event.as_str(), "labeled" | "unlabeled"));
        last.is_some_and(|event| event.event == "labeled")
    }

    /// Puts a label on, and sees that it is there.
    pub async fn put_label_on(&mut self, label: &str) -> Result<(), Stop> {
        let answer = self.write(POST, "/labels", json!({ "labels": [label] })).await;
        let answer = answer.map_err(|trouble| self.label_refused(label, trouble))?;
        let labels: Vec<Label> = answer.json().map_err(|trouble| self.stop_write(trouble))?;
        if labels.iter().any(|has| same_name(has.name(), label)) {
            return Ok(());
        }
        Err(refuse(&format!("GitHub took no notice of the label {label}: may this token label issues?")))
    }

    fn label_refused(&self, label: &str, trouble: Trouble) -> Stop {
        match trouble {
            Trouble::Forbidden(reason) => {
                let help = format!("{reason}; is there a label {label}, and may this token label issues?");
                self.stop_write(Trouble::Forbidden(Clean::line(&help)))
            }
            other => self.stop_write(other),
        }
    }

    /// Takes a label off. A 404 means that it is not there, or that we may
    /// not: the issue tells which.
    pub async fn take_label_off(&mut self, label: &str) -> Result<(), Stop> {
        let suffix = format!("/labels/{}", segment(label));
        let left: Vec<Label> = match self.write(DELETE, &suffix, Value::Null).await {
            Ok(answer) => answer.json().map_err(|trouble| self.stop_write(trouble))?,
            Err(Trouble::Missing(_)) => self.issue().await?.labels,
            Err(other) => return Err(self.stop_write(other)),
        };
        if left.iter().any(|has| same_name(has.name(), label)) {
            return Err(refuse(&format!("GitHub leaves the label {label} on: may this token label issues?")));
        }
        Ok(())
    }

    /// Whether the label is off, or we took it off.
    pub async fn look_for_absence(&mut self, label: &str) -> Result<Look, Stop> {
        let labels = self.issue().await?.labels;
        let off = !labels.iter().any(|has| same_name(has.name(), label));
        if off || self.did(|event| toggles(event, label, "unlabeled", "labeled")).await? {
            return Ok(Look::Done);
        }
        Ok(Look::Absent)
    }

    /// One label in place of others: first the new one, so that there is never none.
    pub async fn relabel(&mut self, to: Option<&str>, from: &[Clean]) -> Result<(), Stop> {
        if let Some(to) = to {
            self.put_label_on(to).await?;
        }
        for old in from.iter().filter(|old| !to.is_some_and(|to| same_name(to, old.as_str()))) {
            self.take_label_off(old.as_str()).await?;
        }
        Ok(())
    }

    /// Whether the labels are as they should be, or we made them so.
    pub async fn look_for_label(&mut self, to: Option<&str>, from: &[Clean]) -> Result<Look, Stop> {
        let labels = self.issue().await?.labels;
        let has = |name: &str| labels.iter().any(|label| same_name(label.name(), name));
        let old = from.iter().any(|old| has(old.as_str()) && !to.is_some_and(|to| same_name(to, old.as_str())));
        Ok(if to.is_none_or(has) && !old { Look::Done } else { Look::Absent })
    }
}

fn names(event: &Event, label: &str) -> bool {
    event.label.as_ref().is_some_and(|has| same_name(has.name(), label))
}

fn toggles(event: &Event, label: &str, this: &str, opposite: &str) -> Option<Did> {
    if names(event, label) { Did::by_name(event, this, opposite) } else { None }
}
