//! What an operator asks for, before it is known what that takes.
//!
//! The screen and the command line make the same wishes; here each becomes a
//! decision about one incident as it looks now, or a reason why not.

use chrono::{DateTime, Utc};

use super::escalating::{Escalation, Scene};
use crate::domain::decision::{Decision, Over};
use crate::domain::id::IncidentId;
use crate::domain::incident::{CloseReason, Incident};
use crate::domain::queue::{Row, State};
use crate::domain::runbook::run::Report;
use crate::domain::text::Clean;
use crate::domain::triage::Model;

/// The longest note that is sent; GitHub takes 65,536 characters, and the marker needs some.
pub const LONGEST_NOTE: usize = 60_000;

/// GitHub's logins have at most 39 characters; people's ids may be a little longer.
const LONGEST_NAME: usize = 100;

/// Something to be done to an incident, in the operator's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// I have it.
    Ack,
    /// I have it no longer.
    Unack,
    /// A person's id, or a login; nobody, if none.
    Assign(Option<String>),
    /// Done with.
    Close(CloseReason),
    /// Not done with after all.
    Reopen,
    /// Not before then.
    Snooze(DateTime<Utc>),
    /// Now, after all.
    Wake,
    /// A comment.
    Note(String),
    /// How far one is with a runbook.
    Runbook(Report),
    /// A severity's id; untriaged, if none.
    Severity(Option<String>),
    /// A kind's id; untriaged, if none.
    Kind(Option<String>),
    /// Another incident stands for it.
    Merge(IncidentId),
    /// Somebody else is asked to take it.
    Escalate(Escalation),
}

impl Wish {
    /// The word for it, on screen and on the command line.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Ack => "ack",
            Self::Unack => "unack",
            Self::Assign(_) => "assign",
            Self::Close(CloseReason::Expected) => "expect",
            Self::Close(_) => "close",
            Self::Reopen => "reopen",
            Self::Snooze(_) => "snooze",
            Self::Wake => "wake",
            Self::Note(_) => "note",
            Self::Runbook(_) => "runbook",
            Self::Severity(_) => "severity",
            Self::Kind(_) => "kind",
            Self::Merge(_) => "merge",
            Self::Escalate(_) => "escalate",
        }
    }

    /// What it takes for this incident, as the operator sees it.
    ///
    /// # Errors
    ///
    /// Why it makes no sense now, in words for the operator.
    pub fn decide(&self, incident: &Incident, row: &Row, model: &Model, now: DateTime<Utc>) -> Result<Decision, Clean> {
        let open = incident.is_open();
        match self {
            Self::Ack => ack(incident, row, model),
            Self::Unack if incident.ack.is_none() => Err(no("it is not acked")),
            Self::Unack => Ok(Decision::Unack),
            Self::Assign(to) => assign(to.as_deref(), incident, model),
            Self::Close(_) | Self::Merge(_) if !open => Err(no("it is closed already")),
            Self::Close(reason) => Ok(Decision::Close { reason: *reason }),
            Self::Reopen if open => Err(no("it is open")),
            Self::Reopen => Ok(Decision::Reopen),
            Self::Snooze(_) if !open => Err(no("it is closed; reopen it first")),
            Self::Snooze(until) if *until <= now => Err(no("that time is past")),
            Self::Snooze(until) => Ok(Decision::Snooze { until: *until }),
            Self::Wake if row.standing.state == State::Snoozed => Ok(Decision::Wake),
            Self::Wake => Err(no("it is not snoozed")),
            Self::Note(text) => note(text),
            Self::Runbook(report) => Ok(Decision::Runbook(report.clone())),
            Self::Severity(to) => severity(to.as_deref(), incident, model),
            Self::Kind(to) => kind(to.as_deref(), incident, model),
            Self::Merge(into) => merge(into, incident),
            Self::Escalate(wanted) => Scene { incident, row, model, now }.wanted(wanted),
        }
    }
}

fn no(why: &str) -> Clean {
    Clean::line(why)
}

fn ack(incident: &Incident, row: &Row, model: &Model) -> Result<Decision, Clean> {
    match row.standing.state {
        State::Closed => Err(no("it is closed; reopen it first")),
        State::Acked => {
            let by = incident.ack.as_ref().and_then(|ack| ack.by.as_ref()).map(|by| model.person(by));
            Err(no(&format!("already acked{}", by.map(|by| format!(" by {by}")).unwrap_or_default())))
        }
        State::Open | State::Snoozed if incident.ack.is_some() => Ok(Decision::Ack { over: Over::VoidAck }),
        State::Open | State::Snoozed => Ok(Decision::Ack { over: Over::Nothing }),
    }
}

fn assign(to: Option<&str>, incident: &Incident, model: &Model) -> Result<Decision, Clean> {
    if to.is_some_and(|person| person.trim().is_empty() || person.len() > LONGEST_NAME) {
        return Err(no("that is nobody's name"));
    }
    let to = to.map(|person| if incident.source.is_local() { Clean::line(person) } else { model.login(person) });
    let (had, from): (Vec<_>, Vec<_>) = incident
        .assignees
        .iter()
        .cloned()
        .partition(|had| Some(model.person(had)) == to.as_ref().map(|to| model.person(to)));
    match &to {
        Some(to) if !had.is_empty() && from.is_empty() => Err(no(&format!("{} has it already", model.person(to)))),
        None if from.is_empty() => Err(no("nobody has it")),
        Some(_) | None => Ok(Decision::Assign { to, from }),
    }
}

fn note(text: &str) -> Result<Decision, Clean> {
    match text.trim() {
        "" => Err(no("the note is empty")),
        long if long.len() > LONGEST_NOTE => Err(no("the note is longer than 60,000 bytes; cut it or link it")),
        text => Ok(Decision::Note { text: text.to_owned() }),
    }
}

fn severity(to: Option<&str>, incident: &Incident, model: &Model) -> Result<Decision, Clean> {
    let ids: Vec<&str> = model.team.severities.iter().map(|severity| severity.id.as_str()).collect();
    let (to, from) = swap(to, &ids, model.severity_labels(incident), "severity")?;
    Ok(Decision::Severity { to, from })
}

fn kind(to: Option<&str>, incident: &Incident, model: &Model) -> Result<Decision, Clean> {
    let ids: Vec<&str> = model.team.kinds.iter().map(|kind| kind.id.as_str()).collect();
    let (to, from) = swap(to, &ids, model.kind_labels(incident), "kind")?;
    Ok(Decision::Kind { to, from })
}

/// The label to add and those to take off.
fn swap(to: Option<&str>, ids: &[&str], had: Vec<Clean>, what: &str) -> Result<(Option<String>, Vec<Clean>), Clean> {
    let Some(wanted) = to else {
        return if had.is_empty() { Err(no(&format!("no label says its {what}"))) } else { Ok((None, had)) };
    };
    let Some(id) = ids.iter().find(|id| id.eq_ignore_ascii_case(wanted)) else {
        let known = if ids.is_empty() { "the team file names none".to_owned() } else { ids.join(", ") };
        return Err(no(&format!("no {what} `{wanted}`; there are: {known}")));
    };
    let (same, others): (Vec<_>, Vec<_>) = had.into_iter().partition(|label| label.as_str().eq_ignore_ascii_case(id));
    if !same.is_empty() && others.is_empty() {
        return Err(no(&format!("it is {id} already")));
    }
    Ok((Some((*id).to_owned()), others))
}

/// Why an incident is not merged.
pub const INTO_ITSELF: &str = "an incident cannot be merged into itself";

fn merge(into: &IncidentId, incident: &Incident) -> Result<Decision, Clean> {
    if *into == incident.id {
        return Err(no(INTO_ITSELF));
    }
    match into.issue() {
        Some((source, _)) if source == incident.source => Ok(Decision::Merge { into: into.clone() }),
        Some(_) | None => Err(no(&format!("{into} is not in the same tracker"))),
    }
}
