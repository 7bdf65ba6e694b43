//! Decisions as issues of a GitHub repository hold them.
//!
//! Every write is a set operation on one element, so that two operators never
//! overwrite each other; every answer is compared with what was asked for;
//! and what may have been done already is looked up first.

mod closing;
pub mod detail;
mod escalating;
mod facts;
mod filing;
pub mod inspect;
mod labels;
mod people;
mod posting;
mod words;
mod work;

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use tokio::sync::Mutex;

use crate::domain::decision::{Decision, Over};
use crate::domain::journal::{Absent, Attempt, Outcome};
use crate::domain::text::Clean;
use crate::sources::github::client::Client;
use crate::sources::github::door::{Door, Shut};
use crate::sources::github::target::Customs;
use crate::sources::github::trouble::Trouble;
use crate::sources::github::wire::User;
use crate::tracker::Order;
pub use detail::{assignable, comments};
pub use inspect::{LabelCheck, Report, Right, inspect};
use work::{Look, Stop, Work};

/// The issues of one repository, as the place where decisions are kept.
#[derive(Debug)]
pub struct GithubTracker {
    door: Arc<Door>,
    customs: Customs,
    pace: Duration,
    me: Mutex<Option<(String, Option<String>)>>,
}

impl GithubTracker {
    /// A tracker behind this door, with so much time between two writes of one decision.
    pub fn new(door: Arc<Door>, customs: Customs, pace: Duration) -> Self {
        Self { door, customs, pace, me: Mutex::new(None) }
    }

    /// Does what the entry says, at most once, and says what became of it.
    pub async fn perform(&self, order: &Order) -> Outcome {
        let client = match self.door.client().await {
            Ok(client) => client,
            Err(shut @ (Shut::NoToken(_) | Shut::Unbuilt(_))) => {
                return Outcome::NotSent { reason: Clean::line(&shut.to_string()) };
            }
        };
        let refused = match self.attempt(&client, order).await {
            Ok(outcome) | Err(Stop::Over(outcome)) => return outcome,
            Err(Stop::BadToken(reason)) => reason,
        };
        if let Some(client) = self.door.renewed(&client).await {
            match self.attempt(&client, order).await {
                Ok(outcome) | Err(Stop::Over(outcome)) => return outcome,
                Err(Stop::BadToken(_)) => {}
            }
        }
        match order.attempt {
            Attempt::First => Outcome::Refused { reason: refused },
            Attempt::AfterUnknown { .. } => Outcome::NotSent { reason: refused },
        }
    }

    /// The login of the token; none where the host does not say. Asked once a token.
    ///
    /// # Errors
    ///
    /// What the host answered instead.
    pub async fn login(&self, client: &Client) -> Result<Option<Clean>, Trouble> {
        Ok(self.me(client).await?.map(|login| Clean::line(&login)))
    }

    async fn attempt(&self, client: &Client, order: &Order) -> Result<Outcome, Stop> {
        if let Decision::Retract { .. } = order.entry.decision {
            return Ok(Outcome::refused("already sent, cannot be taken back"));
        }
        let mut work = Work::new(self, client, order)?;
        work.me = self.me(client).await.map_err(|trouble| work.stop(trouble))?;
        if let Attempt::AfterUnknown { absent, .. } = order.attempt {
            match (work.look().await?, absent) {
                (Look::Done, _) => return work.finish().await,
                (Look::Absent, Absent::MayStillCome) => return Ok(Outcome::NotThereYet),
                (Look::Absent, Absent::NotDone) => {}
            }
        }
        work.act().await?;
        work.finish().await
    }

    /// Whose token it is; none for one that is nobody's, such as an App's.
    async fn me(&self, client: &Client) -> Result<Option<String>, Trouble> {
        let mark = client.etag_mark();
        let mut kept = self.me.lock().await;
        if let Some((_, me)) = kept.as_ref().filter(|(of, _)| *of == mark) {
            return Ok(me.clone());
        }
        let me = match client.get(&client.url("/user")?).await {
            Ok(answer) => answer.json::<User>()?.login,
            Err(Trouble::Forbidden(_) | Trouble::Missing(_)) => None,
            Err(other) => return Err(other),
        };
        *kept = Some((mark, me.clone()));
        Ok(me)
    }
}

impl Work<'_> {
    /// Whether the tracker shows that it was done.
    async fn look(&mut self) -> Result<Look, Stop> {
        match self.order.entry.decision.clone() {
            Decision::Ack { over } => self.look_for_ack(over).await,
            Decision::Unack => self.look_for_absence(&self.tracker.customs.labels.ack.clone()).await,
            Decision::Wake => self.look_for_absence(&self.tracker.customs.labels.snoozed.clone()).await,
            Decision::Assign { to, from } => self.look_for_assignee(to.as_ref(), &from).await,
            Decision::Close { .. } | Decision::Merge { .. } => self.look_for_close().await,
            Decision::Reopen => self.look_for_reopening().await,
            Decision::Snooze { .. } | Decision::Note { .. } | Decision::Runbook(_) => self.look_for_comment().await,
            Decision::Severity { to, from } | Decision::Kind { to, from } => {
                self.look_for_label(to.as_deref(), &from).await
            }
            Decision::Escalate(asking) => self.look_for_ask(&asking).await,
            Decision::Recall(recall) => self.look_for_recall(&recall).await,
            Decision::New { .. } => self.look_for_filed().await,
            Decision::Post(post) => self.look_for_post(&post).await,
            Decision::Retract { .. } => Ok(Look::Absent),
        }
    }

    /// Does it.
    async fn act(&mut self) -> Result<(), Stop> {
        match self.order.entry.decision.clone() {
            Decision::Ack { over: Over::Nothing } => self.ack().await,
            Decision::Ack { over: Over::VoidAck } => self.ack_again().await,
            Decision::Unack => self.take_label_off(&self.tracker.customs.labels.ack.clone()).await,
            Decision::Wake => self.take_label_off(&self.tracker.customs.labels.snoozed.clone()).await,
            Decision::Assign { to, from } => self.assign(to.as_ref(), &from).await,
            Decision::Close { reason } => self.close(reason).await,
            Decision::Merge { into } => self.merge(&into).await,
            Decision::Reopen => self.reopen().await,
            Decision::Snooze { until } => self.snooze(until).await,
            Decision::Note { text } => self.note(&text).await,
            Decision::Runbook(report) => self.report(&report).await,
            Decision::Severity { to, from } | Decision::Kind { to, from } => self.relabel(to.as_deref(), &from).await,
            Decision::Escalate(asking) => self.escalate(&asking).await,
            Decision::Recall(recall) => self.recall(&recall).await,
            Decision::New { title, body, labels, signal } => self.file((&title, &body), &labels, signal.as_ref()).await,
            Decision::Post(post) => self.post(&post).await,
            Decision::Retract { .. } => Ok(()),
        }
    }
}

/// The verbs that change something; this module is the only one that uses them.
const POST: Method = Method::POST;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;
