//! What an operator may decide about an incident, and what it changes.
//!
//! One function, [`apply`], says what a decision does to an incident. The
//! screen lays it over what the tracker said; the local tracker makes it last.
//! So what is shown before the answer is what comes after it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

mod post;
mod recall;

use super::health::signal::Fingerprint;
use super::id::{IncidentId, OpId, SourceId};
use super::incident::{Ack, Asked, CloseReason, Incident, Snooze, Status, same_name};
use super::runbook::run::{Comment, Report};
use super::text::Clean;

pub use post::Post;
pub use recall::Recall;

/// Something that an operator does about one incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "kebab-case")]
pub enum Decision {
    /// I have it.
    Ack {
        /// Whether a void ack (its clock run out, or reopened since) stands in the way and is renewed.
        over: Over,
    },
    /// I have it no longer.
    Unack,
    /// This login (or person, in the local tracker) has it; nobody, if none.
    Assign {
        /// Who has it from now on.
        to: Option<Clean>,
        /// Who had it when the operator looked: only these are taken off.
        from: Vec<Clean>,
    },
    /// Done with.
    Close {
        /// Why.
        reason: CloseReason,
    },
    /// Not done with after all.
    Reopen,
    /// Not before then.
    Snooze {
        /// When it wakes.
        until: DateTime<Utc>,
    },
    /// Now, after all: ends a snooze.
    Wake,
    /// A comment.
    Note {
        /// Markdown, at most 60,000 bytes.
        text: String,
    },
    /// How far somebody is with a runbook: one comment for each use, which is changed from then on.
    Runbook(Report),
    /// A document for people, as one issue that is no incident.
    Post(Post),
    /// Takes back a note that has not been sent.
    Retract {
        /// The note's decision.
        note: OpId,
    },
    /// How bad it is: a severity's id; untriaged, if none.
    Severity {
        /// The label that it gets.
        to: Option<String>,
        /// The severity labels that it had when the operator looked.
        from: Vec<Clean>,
    },
    /// What sort of incident it is: a kind's id; untriaged, if none.
    Kind {
        /// The label that it gets.
        to: Option<String>,
        /// The kind labels that it had when the operator looked.
        from: Vec<Clean>,
    },
    /// The same as another incident, which stands for both: closes this one as its duplicate.
    Merge {
        /// The incident that stays.
        into: IncidentId,
    },
    /// Somebody is asked to take it, and told in a comment: a step of an escalation.
    Escalate(Asking),
    /// Whoever was asked need not take it after all.
    Recall(Recall),
    /// An incident that nobody has filed yet.
    New {
        /// One line.
        title: String,
        /// Markdown; may be empty.
        body: String,
        /// Severity and kind, as labels.
        labels: Vec<String>,
        /// The signal that it is filed for; none for what an operator has seen.
        #[serde(default)]
        signal: Option<Filed>,
    },
}

/// Who is asked, and how they are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asking {
    /// The id of the escalation.
    pub escalation: String,
    /// Which of its steps, from 1; 0 for a person out of turn.
    pub step: u32,
    /// From when on nobody had it: the step is asked once since then, whoever is first.
    pub since: DateTime<Utc>,
    /// The ids of people.
    pub who: Vec<Clean>,
    /// Who has it from then on (a login; in the local tracker a person); as it was, if none.
    pub to: Option<Clean>,
    /// Who had it when this was decided: only these are taken off.
    pub from: Vec<Clean>,
    /// The comment, as Markdown.
    pub text: String,
    /// The same in a few words, for whoever asks: `asked ben (ops secondary)`.
    #[serde(default)]
    pub said: String,
    /// The operation that files it: whoever was first to file it asks, and nobody else. None if it is filed.
    #[serde(default)]
    pub filed_by: Option<OpId>,
}

impl Asking {
    /// Whom it asks, in a few words: `ben`, `everyone`.
    pub fn whom(&self) -> &str {
        match self.who.as_slice() {
            [one] => one.as_str(),
            _ => "everyone",
        }
    }

    /// What is then known of it.
    pub fn asked(&self, by: Option<Clean>, at: DateTime<Utc>) -> Asked {
        let Self { escalation, step, since, who, .. } = self.clone();
        // Nobody can have been asked for longer than they have.
        Asked { escalation, step, who, since: since.min(at), at, by, back: None }
    }
}

/// The signal that an incident is filed for: filed once, whoever is first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// The name that it keeps.
    pub id: IncidentId,
    /// What tells it from all others.
    pub fingerprint: String,
}

impl Filed {
    /// What stands for more signals than are filed one by one.
    pub fn storm(tracker: &SourceId) -> Self {
        let fingerprint = Fingerprint::of(["dogwatch", tracker.as_str(), "storm"]).to_string();
        Self { id: IncidentId::of_signal(tracker, &fingerprint), fingerprint }
    }
}

/// What an ack finds in its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// Nothing: the first ack wins.
    Nothing,
    /// An ack that no longer counts. GitHub writes no event for a label that
    /// is already there, so the label comes off first.
    VoidAck,
}

impl Decision {
    /// The word for it, on screen, in JSON and on the command line.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Ack { .. } => "ack",
            Self::Unack => "unack",
            Self::Assign { .. } => "assign",
            Self::Close { reason: CloseReason::Expected } => "expect",
            Self::Close { .. } => "close",
            Self::Reopen => "reopen",
            Self::Snooze { .. } => "snooze",
            Self::Wake => "wake",
            Self::Note { .. } => "note",
            Self::Runbook(_) => "runbook",
            Self::Post(_) => "post",
            Self::Retract { .. } => "retract",
            Self::Severity { .. } => "severity",
            Self::Kind { .. } => "kind",
            Self::Merge { .. } => "merge",
            Self::Escalate(_) => "escalate",
            Self::Recall(_) => "recall",
            Self::New { .. } => "new",
        }
    }

    /// What it says of the use of a runbook; none if it is about something else.
    pub fn report(&self) -> Option<&Report> {
        if let Self::Runbook(report) = self { Some(report) } else { None }
    }

    /// With what it is done, to stand behind the verb and the incident, with a
    /// space before it: ` to ana`, ` as completed`; empty where the verb says it all.
    pub fn object(&self) -> String {
        match self {
            Self::Ack { .. } | Self::Unack | Self::Reopen | Self::Wake | Self::Note { .. } | Self::Retract { .. } => {
                String::new()
            }
            Self::Runbook(report) => format!(" ({})", Clean::line(&report.said)),
            Self::Post(post) => format!(" \"{}\"", Clean::line(&post.title)),
            Self::Assign { to, .. } => format!(" to {}", to.as_ref().map_or("nobody", Clean::as_str)),
            Self::Close { reason: CloseReason::Expected } => String::new(),
            Self::Close { reason } => format!(" as {}", reason.word()),
            Self::Snooze { until } => format!(" until {}", until.format("%Y-%m-%d %H:%M UTC")),
            Self::Severity { to, .. } | Self::Kind { to, .. } => format!(" to {}", to.as_deref().unwrap_or("none")),
            Self::Merge { into } => format!(" into {into}"),
            Self::Escalate(asking) => format!(" to {}", asking.whom()),
            Self::Recall(recall) => format!(" from {}", recall.asking.whom()),
            Self::New { title, .. } => format!(" \"{}\"", Clean::line(title)),
        }
    }

    /// Whether it is news about the incident, after which an ack holds anew.
    pub fn is_human_event(&self) -> bool {
        match self {
            Self::Ack { .. }
            | Self::Assign { .. }
            | Self::Merge { .. }
            | Self::Snooze { .. }
            | Self::Note { .. }
            | Self::Escalate(_)
            | Self::Severity { .. } => true,
            // Who follows a page for what somebody else has does not say that they still have it.
            Self::Runbook(_)
            | Self::Post(_)
            | Self::Kind { .. }
            | Self::Unack
            | Self::Close { .. }
            | Self::Reopen
            | Self::Wake
            | Self::Retract { .. }
            | Self::Recall(_)
            | Self::New { .. } => false,
        }
    }

    /// How many writes it costs at the most; the sender's budget counts these.
    pub fn writes(&self) -> usize {
        match self {
            Self::Retract { .. } => 0,
            Self::Ack { over: Over::Nothing }
            | Self::Unack
            | Self::Close { .. }
            | Self::Merge { .. }
            | Self::Reopen
            | Self::Wake
            | Self::Runbook(_)
            | Self::Note { .. } => 1,
            Self::Ack { over: Over::VoidAck } | Self::Snooze { .. } | Self::New { .. } => 2,
            Self::Post(_) => 3,
            Self::Assign { to, from } => usize::from(to.is_some()) + usize::from(!from.is_empty()),
            Self::Recall(recall) => 1 + recall.to.len().max(1) + usize::from(recall.from.is_some()),
            Self::Escalate(Asking { to, from, .. }) => 1 + usize::from(to.is_some()) + usize::from(!from.is_empty()),
            Self::Severity { to, from } | Self::Kind { to, from } => usize::from(to.is_some()) + from.len(),
        }
    }

    /// What undoes it, for an incident that looked like this before; none for
    /// what only another decision can mend.
    pub fn inverse(&self, op: &OpId, before: &Base) -> Option<Self> {
        Some(match self {
            Self::Ack { .. } => Self::Unack,
            Self::Unack => Self::Ack { over: Over::Nothing },
            Self::Assign { to, from } => Self::Assign { to: from.first().cloned(), from: to.iter().cloned().collect() },
            Self::Escalate(asking) => Self::Recall(Recall::of(op, asking, before)),
            Self::Close { .. } | Self::Merge { .. } => Self::Reopen,
            Self::Reopen => Self::Close { reason: before.closed.unwrap_or(CloseReason::Completed) },
            Self::Snooze { .. } => before.snoozed_until.map_or(Self::Wake, |until| Self::Snooze { until }),
            Self::Wake => Self::Snooze { until: before.snoozed_until? },
            Self::Note { .. } => Self::Retract { note: op.clone() },
            Self::Severity { to, from } => Self::Severity { to: name_of(from), from: label_of(to.as_ref()) },
            Self::Kind { to, from } => Self::Kind { to: name_of(from), from: label_of(to.as_ref()) },
            // An issue for a signal is closed by its source, or by a decision of its own.
            // A tick is taken back where it was made.
            // What was posted is changed by posting again.
            Self::Retract { .. }
            | Self::Recall(_)
            | Self::Runbook(_)
            | Self::Post(_)
            | Self::New { signal: Some(_), .. } => {
                return None;
            }
            Self::New { signal: None, .. } => Self::Close { reason: CloseReason::NotPlanned },
        })
    }
}

fn name_of(labels: &[Clean]) -> Option<String> {
    labels.first().map(ToString::to_string)
}

fn label_of(id: Option<&String>) -> Vec<Clean> {
    id.into_iter().map(|id| Clean::line(id)).collect()
}

/// What the operator saw when they decided. A close is sent only to an
/// incident that still looks like this.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Base {
    /// The tracker's last change then.
    pub updated_at: Option<DateTime<Utc>>,
    /// The title then.
    pub title: Clean,
    /// The labels then, own pending decisions included.
    pub labels: Vec<Clean>,
    /// The assignees then.
    pub assignees: Vec<Clean>,
    /// How many comments there were, own pending ones included.
    pub comments: u64,
    /// Closed then, and why; none if it was open.
    pub closed: Option<CloseReason>,
    /// When it was to wake; none if it was not snoozed.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// Who had acked it then; none if nobody had.
    #[serde(default)]
    pub acked_by: Option<Clean>,
}

impl Base {
    /// What an operator sees of this incident.
    pub fn of(incident: &Incident) -> Self {
        Self {
            updated_at: Some(incident.updated_at),
            title: incident.title.clone(),
            labels: incident.labels.clone(),
            assignees: incident.assignees.clone(),
            comments: incident.comments,
            closed: match incident.status {
                Status::Open => None,
                Status::Closed { reason, .. } => Some(reason),
            },
            snoozed_until: incident.snooze.as_ref().map(|snooze| snooze.until),
            acked_by: incident.ack.as_ref().and_then(|ack| ack.by.clone()),
        }
    }
}

impl Base {
    /// What has changed since, of what a close depends on: its title, new
    /// comments, its labels (but not the labels that carry a state). Empty if
    /// the incident still is what the operator saw.
    pub fn changes(&self, now: &Incident, labels: &StateLabels) -> Vec<&'static str> {
        let weighty = |had: &[Clean]| {
            let carries_state =
                |label: &Clean| same_name(label.as_str(), &labels.ack) || same_name(label.as_str(), &labels.snoozed);
            let mut names: Vec<String> =
                had.iter().filter(|label| !carries_state(label)).map(|label| label.as_str().to_lowercase()).collect();
            names.sort();
            names
        };
        let mut changed = Vec::new();
        if self.title != now.title {
            changed.push("another title");
        }
        if weighty(&self.labels) != weighty(&now.labels) {
            changed.push("other labels");
        }
        if now.comments > self.comments {
            changed.push("a comment");
        }
        changed
    }
}

/// Names of the labels that carry a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateLabels {
    /// Somebody has it.
    pub ack: String,
    /// Not before a time.
    pub snoozed: String,
}

/// Who decided, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// The login on GitHub, the person's id in the local tracker; none while unknown.
    pub by: Option<Clean>,
    /// When it was decided.
    pub at: DateTime<Utc>,
}

/// Does to the incident what the decision says.
pub fn apply(incident: &mut Incident, decision: &Decision, deed: &Deed, labels: &StateLabels) {
    match decision {
        Decision::Ack { over } => ack(incident, *over, deed, labels),
        Decision::Unack => {
            incident.ack = None;
            drop_label(incident, &labels.ack);
        }
        Decision::Assign { to, from } => assign(incident, to.as_ref(), from, labels),
        Decision::Close { reason } => close(incident, *reason, deed),
        Decision::Merge { .. } => close(incident, CloseReason::Duplicate, deed),
        Decision::Reopen if !incident.is_open() => {
            incident.status = Status::Open;
            incident.reopened_at = Some(deed.at);
        }
        Decision::Snooze { until } => {
            incident.snooze = Some(Snooze { until: *until, by: deed.by.clone(), at: Some(deed.at) });
            add_label(incident, &labels.snoozed);
            incident.comments += 1;
        }
        Decision::Wake => wake(incident, labels),
        Decision::Escalate(asking) => {
            if asking.to.is_some() {
                assign(incident, asking.to.as_ref(), &asking.from, labels);
            }
            wake(incident, labels);
            incident.note_asked(asking.asked(deed.by.clone(), deed.at).anew(&incident.asked));
            incident.comments += 1;
        }
        Decision::Recall(recall) => recall.apply(incident, deed),
        Decision::Note { .. } => incident.comments += 1,
        Decision::Runbook(report) => incident.comments += u64::from(report.comment == Comment::First),
        Decision::Reopen | Decision::Retract { .. } | Decision::Post(_) | Decision::New { .. } => {}
        Decision::Severity { to, from } | Decision::Kind { to, from } => {
            for old in from {
                drop_label(incident, old.as_str());
            }
            if let Some(to) = to {
                add_label(incident, to);
            }
        }
    }
    let is_their_own = incident.ack.as_ref().is_some_and(|ack| ack.by == deed.by) && decision.report().is_some();
    if decision.is_human_event() || is_their_own {
        incident.human_at = incident.human_at.max(Some(deed.at));
    }
}

fn ack(incident: &mut Incident, over: Over, deed: &Deed, labels: &StateLabels) {
    if incident.ack.is_none() || over == Over::VoidAck {
        incident.ack = Some(Ack { by: deed.by.clone(), at: Some(deed.at) });
    }
    add_label(incident, &labels.ack);
    end_snooze_of_another(incident, deed, labels);
}

fn assign(incident: &mut Incident, to: Option<&Clean>, from: &[Clean], labels: &StateLabels) {
    incident.assignees.retain(|had| !from.iter().any(|gone| same_name(gone.as_str(), had.as_str())));
    if let Some(to) = to
        && !incident.assignees.iter().any(|has| same_name(has.as_str(), to.as_str()))
    {
        incident.assignees.insert(0, to.clone());
    }
    wake(incident, labels);
}

fn close(incident: &mut Incident, reason: CloseReason, deed: &Deed) {
    incident.status = Status::Closed { at: Some(deed.at), reason };
}

/// An ack by somebody else ends a snooze; one's own leaves it.
fn end_snooze_of_another(incident: &mut Incident, deed: &Deed, labels: &StateLabels) {
    if incident.snooze.as_ref().is_some_and(|snooze| snooze.by != deed.by) {
        wake(incident, labels);
    }
}

fn wake(incident: &mut Incident, labels: &StateLabels) {
    incident.snooze = None;
    drop_label(incident, &labels.snoozed);
}

fn add_label(incident: &mut Incident, name: &str) {
    if !incident.has_label(name) {
        incident.labels.push(Clean::line(name));
    }
}

fn drop_label(incident: &mut Incident, name: &str) {
    incident.labels.retain(|label| !same_name(label.as_str(), name));
}
