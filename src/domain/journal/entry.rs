//! One decision on its way to the tracker.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ASK_AFTER, Rules, UNATTENDED};
use crate::domain::decision::{Base, Decision, Deed};
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::incident::{CloseReason, Incident};
use crate::domain::text::Clean;

/// One decision about one incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name for ever; what a marker in the tracker repeats.
    pub op: OpId,
    /// Its place in the order; 0 until it is on disk.
    pub seq: u64,
    /// The first decision of the same keypress: a bulk act is one undo.
    pub batch: OpId,
    /// What it is about.
    pub incident: IncidentId,
    /// Whose tracker decides.
    pub source: SourceId,
    /// The tracker's host (`api.github.com`, `127.0.0.1:4030`), or `local`: what is paced and paused.
    pub host: String,
    /// What was decided.
    pub decision: Decision,
    /// Who and when.
    pub deed: Deed,
    /// What the operator saw.
    pub base: Base,
    /// How far it is.
    pub state: State,
    /// How often bytes of it may have left this machine.
    pub attempts: u32,
    /// When it was last begun to be sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Not to be tried before this.
    pub not_before: Option<DateTime<Utc>>,
    /// Why it is where it is, in a sentence for the operator.
    pub reason: Option<Clean>,
    /// The tracker's name for the last request, for its support desk.
    pub request_id: Option<Clean>,
    /// Whether the operator has said yes to a close that had become stale.
    pub consent: Consent,
    /// When it was settled.
    pub settled_at: Option<DateTime<Utc>>,
    /// Whether a refusal has been seen.
    pub seen: Seen,
    /// The act that it takes back; none if it takes back nothing.
    #[serde(default)]
    pub undoes: Option<OpId>,
}

/// How far a decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum State {
    /// Not on disk yet.
    Deciding,
    /// On disk, waiting to be sent.
    Queued,
    /// On its way.
    Sending {
        /// Of one that may have been done before: since when nothing of that can still be on its way.
        unknown: Option<DateTime<Utc>>,
    },
    /// It may have been done: read first, then decide whether to send again.
    Unknown {
        /// Since when nothing of it can still be on its way to the tracker.
        since: DateTime<Utc>,
    },
    /// A close that waits for the operator to confirm it.
    Asking,
    /// Done, and the tracker said so.
    Done,
    /// The tracker said no.
    Refused,
    /// Somebody was first.
    Conflict,
    /// Taken back before it was sent.
    Cancelled,
}

/// Whether a refusal has been seen by the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// It has been put away.
    Yes,
    /// It is still to be shown.
    #[default]
    No,
}

/// Whether the operator has said yes to a close that had become stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Consent {
    /// Nobody asked.
    #[default]
    NotAsked,
    /// They said yes.
    Given {
        /// When: a consent grows stale like a decision.
        at: DateTime<Utc>,
    },
}

/// Whether an entry may have been done already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Attempt {
    /// Nothing of it ever left this machine, or the tracker has answered that it did nothing.
    First,
    /// It may have been done. Read before anything else.
    AfterUnknown {
        /// Since when nothing of it can still be on its way.
        since: DateTime<Utc>,
        /// What "it is not there" means now.
        absent: Absent,
    },
}

/// What it means that a read does not find an unknown decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Absent {
    /// The tracker may still be working on it: look again later.
    MayStillCome,
    /// It was not done: send it.
    NotDone,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// The tracker says that it is so.
    Done {
        /// What the tracker knows of the incident now; none where it does not say.
        facts: Option<Box<Incident>>,
        /// The incident that was filed, for [`Decision::New`].
        filed: Option<IncidentId>,
        /// A word to the operator, such as that a snooze ended.
        remark: Option<Clean>,
    },
    /// The tracker says no, for good.
    Refused {
        /// Why, and what would help.
        reason: Clean,
    },
    /// Somebody was first, or the incident moved on.
    Conflict {
        /// Who, when, what.
        reason: Clean,
        /// What the tracker knows of the incident now.
        facts: Option<Box<Incident>>,
    },
    /// Bytes left, and no answer says what became of them.
    Unknown {
        /// What happened: a timeout, a 502, a dropped connection.
        reason: Clean,
        /// The tracker's name for the request.
        request_id: Option<Clean>,
    },
    /// A read after an unknown outcome did not find it, and it may still come.
    NotThereYet,
    /// Nothing left this machine, or a read failed before anything was sent.
    NotSent {
        /// Why: no route, no name, no disk.
        reason: Clean,
    },
    /// The host asks us to wait; nothing was done.
    Wait {
        /// Until when the whole host is left alone.
        until: DateTime<Utc>,
        /// Why, in words.
        reason: Clean,
    },
    /// A close of something that has changed since: the operator is asked again.
    Ask {
        /// What changed.
        reason: Clean,
    },
}

impl Outcome {
    /// Done, with what the tracker knows now.
    pub fn done(facts: Option<Incident>) -> Self {
        Self::Done { facts: facts.map(Box::new), filed: None, remark: None }
    }

    /// Refused, for a reason of ours; it is cleaned.
    pub fn refused(reason: &str) -> Self {
        Self::Refused { reason: Clean::line(reason) }
    }

    /// What the tracker knows of the incident after this answer, if it said so.
    pub fn facts(&self) -> Option<&Incident> {
        match self {
            Self::Done { facts, .. } | Self::Conflict { facts, .. } => facts.as_deref(),
            Self::Refused { .. }
            | Self::Unknown { .. }
            | Self::NotThereYet
            | Self::NotSent { .. }
            | Self::Wait { .. }
            | Self::Ask { .. } => None,
        }
    }
}

impl State {
    /// Whether the tracker has still to answer, or the operator to confirm.
    pub fn is_unsettled(self) -> bool {
        self.holds_its_place() || matches!(self, Self::Deciding | Self::Asking)
    }

    /// Whether it keeps later decisions about the same incident waiting.
    pub fn holds_its_place(self) -> bool {
        matches!(self, Self::Queued | Self::Sending { .. } | Self::Unknown { .. })
    }

    /// Whether its effect is shown over what the tracker said.
    pub fn is_overlaid(self) -> bool {
        self.holds_its_place()
    }

    /// Whether the operator has to look at it.
    pub fn is_complaint(self) -> bool {
        matches!(self, Self::Asking | Self::Refused | Self::Conflict)
    }

    /// Whether it ended without any effect.
    pub fn came_to_nothing(self) -> bool {
        matches!(self, Self::Refused | Self::Conflict | Self::Cancelled)
    }

    /// What it is called in JSON (`dogwatch.decision/1`).
    pub fn outcome(self) -> &'static str {
        match self {
            Self::Deciding | Self::Queued | Self::Sending { unknown: None } | Self::Asking => "pending",
            // Also while it is looked up.
            Self::Sending { unknown: Some(_) } | Self::Unknown { .. } => "unknown",
            Self::Done | Self::Cancelled => "done",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
        }
    }

    /// What it is called in the log of decisions on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Deciding => "deciding",
            Self::Queued => "queued",
            Self::Sending { .. } => "sending",
            Self::Unknown { .. } => "unknown",
            Self::Asking => "asks again",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
            Self::Cancelled => "taken back",
        }
    }
}

impl Entry {
    /// A decision that has just been taken: not on disk, not sent, an act of
    /// its own, about the local tracker unless the caller says otherwise.
    pub fn decided(op: OpId, incident: IncidentId, decision: Decision, deed: Deed, base: Base) -> Self {
        Self {
            seq: 0,
            batch: op.clone(),
            op,
            incident,
            source: SourceId::local(),
            host: SourceId::LOCAL.to_owned(),
            decision,
            deed,
            base,
            state: State::Deciding,
            attempts: 0,
            sent_at: None,
            not_before: None,
            reason: None,
            request_id: None,
            consent: Consent::NotAsked,
            settled_at: None,
            seen: Seen::No,
            undoes: None,
        }
    }

    /// A refusal that nobody has put away yet.
    pub fn is_unseen_complaint(&self) -> bool {
        self.state.is_complaint() && self.seen == Seen::No
    }

    /// Whether it closes, and its word has grown too old to be sent unasked.
    pub(super) fn is_stale_close(&self, now: DateTime<Utc>) -> bool {
        let said_at = match self.consent {
            Consent::NotAsked => self.deed.at,
            Consent::Given { at } => at,
        };
        self.closes() && now - said_at > ASK_AFTER
    }

    /// What dogwatch closes by itself (it has recovered, another issue stands for it) is no operator's word,
    /// and nobody is asked about it.
    fn closes(&self) -> bool {
        match self.decision {
            Decision::Close { reason } => reason != CloseReason::Recovered,
            Decision::Merge { .. } => !self.is_unattended(),
            Decision::Ack { .. }
            | Decision::Unack
            | Decision::Assign { .. }
            | Decision::Reopen
            | Decision::Snooze { .. }
            | Decision::Wake
            | Decision::Note { .. }
            | Decision::Runbook(_)
            | Decision::Post(_)
            | Decision::Retract { .. }
            | Decision::Severity { .. }
            | Decision::Kind { .. }
            | Decision::Escalate(_)
            | Decision::Recall(_)
            | Decision::New { .. } => false,
        }
    }

    /// What there is to say of how it ended: the tracker's remark, and of an escalation whom it asked.
    pub fn told(&self) -> Option<Clean> {
        match (&self.decision, &self.reason) {
            (Decision::Escalate(asking), None) if self.state == State::Done && !asking.said.is_empty() => {
                Some(Clean::line(&asking.said))
            }
            (_, reason) => reason.clone(),
        }
    }

    /// Whether dogwatch itself decided it, by the team's policy: a person's decisions go first.
    pub fn is_unattended(&self) -> bool {
        self.deed.by.as_ref().is_some_and(|by| by.as_str() == UNATTENDED)
    }

    pub(super) fn ask(&mut self, why: &str) {
        self.state = State::Asking;
        self.reason = Some(Clean::line(why));
    }

    /// Whether bytes of it may be leaving this machine now.
    pub fn is_sending(&self) -> bool {
        matches!(self.state, State::Sending { .. })
    }

    /// Marks it as being sent, and says how.
    pub(super) fn begin(&mut self, now: DateTime<Utc>, rules: Rules) -> Attempt {
        self.attempts += 1;
        self.not_before = None;
        if let State::Unknown { since } = self.state {
            self.state = State::Sending { unknown: Some(since) };
            let believed = now - since >= rules.settle && !self.is_stale_close(now);
            let absent = if believed { Absent::NotDone } else { Absent::MayStillCome };
            return Attempt::AfterUnknown { since, absent };
        }
        self.state = State::Sending { unknown: None };
        self.sent_at = Some(now);
        Attempt::First
    }

    /// Whoever was sending it has died: it may have been done.
    pub(super) fn orphan(&mut self, now: DateTime<Utc>) {
        if self.is_sending() {
            self.state = State::Unknown { since: now };
            self.reason = Some(Clean::line("dogwatch ended while this was being sent"));
        }
    }

    /// Moves on by what the tracker answered.
    pub(super) fn settle(&mut self, outcome: &Outcome, now: DateTime<Utc>, rules: Rules) {
        match outcome {
            Outcome::Done { remark, .. } => self.end(State::Done, remark.as_ref(), now),
            Outcome::Refused { reason } => self.end(State::Refused, Some(reason), now),
            Outcome::Conflict { reason, .. } => self.end(State::Conflict, Some(reason), now),
            Outcome::Unknown { reason, request_id } => {
                self.state = State::Unknown { since: now };
                self.reason = Some(reason.clone());
                self.request_id.clone_from(request_id);
                self.not_before = Some(now + rules.pace);
            }
            Outcome::NotThereYet => self.not_there_yet(now, rules),
            Outcome::NotSent { reason } | Outcome::Wait { reason, .. } => {
                self.step_back();
                self.reason = Some(reason.clone());
            }
            Outcome::Ask { reason } => self.ask(reason.as_str()),
        }
    }

    fn end(&mut self, state: State, reason: Option<&Clean>, now: DateTime<Utc>) {
        self.state = state;
        self.reason = reason.cloned();
        self.not_before = None;
        self.settled_at = Some(now);
    }

    /// Nothing was done by this attempt; what an earlier one did stays unknown.
    fn step_back(&mut self) {
        self.state = match self.state {
            State::Sending { unknown: Some(since) } => State::Unknown { since },
            State::Sending { unknown: None } => {
                self.attempts = self.attempts.saturating_sub(1);
                State::Queued
            }
            other => other,
        };
    }

    fn not_there_yet(&mut self, now: DateTime<Utc>, rules: Rules) {
        self.step_back();
        let State::Unknown { since } = self.state else { return };
        if now - since >= rules.settle && self.is_stale_close(now) {
            self.ask("it was not closed, and the decision is old; close it still?");
        } else {
            self.not_before = Some((since + rules.settle).max(now + rules.pace));
        }
    }
}
