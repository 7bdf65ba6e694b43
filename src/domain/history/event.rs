//! One thing that happened, read from the words of the timelines.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::{Customs, Told, is_same};
use crate::domain::incident::{CloseReason, Incident, Status, same_name};
use crate::domain::text::Clean;

/// Something that happened to an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: a person's id, else a login; none for the source, or if nobody knows.
    pub by: Option<String>,
    /// What.
    pub what: What,
}

/// What can happen to an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Its source said so first.
    Opened,
    /// Somebody has it.
    Acked,
    /// They have it no longer.
    Unacked,
    /// It is this person's: an id, else a login.
    Assigned(String),
    /// It is no longer this person's; of nobody in particular, if none.
    Unassigned(Option<String>),
    /// Done with.
    Closed(Option<CloseReason>),
    /// Not done with after all.
    Reopened,
    /// Not before then, where that is known.
    Snoozed(Option<DateTime<Utc>>),
    /// Now, after all.
    Woken,
    /// A comment.
    Noted,
    /// A runbook was followed.
    Followed,
    /// How bad it is: a severity's id; none takes it away.
    Severity(Option<String>),
    /// What sort it is: a kind's id; none takes it away.
    Kind(Option<String>),
    /// Another stands for it.
    Merged,
    /// Somebody was asked to take it.
    Escalated,
    /// They need not after all.
    Recalled,
    /// Anything else that its tracker tells.
    Other,
}

impl What {
    /// Whether a person who does this shows that they look at it: what renews an ack.
    pub const fn is_human(&self) -> bool {
        match self {
            Self::Acked
            | Self::Assigned(_)
            | Self::Noted
            | Self::Severity(Some(_))
            | Self::Merged
            | Self::Snoozed(_)
            | Self::Escalated => true,
            Self::Opened
            | Self::Unacked
            | Self::Unassigned(_)
            | Self::Closed(_)
            | Self::Reopened
            | Self::Woken
            | Self::Followed
            | Self::Severity(None)
            | Self::Kind(_)
            | Self::Recalled
            | Self::Other => false,
        }
    }

    /// In a word or three, for people to read: `assigned ben`.
    pub fn words(&self) -> String {
        match self {
            Self::Opened => "opened".to_owned(),
            Self::Acked => "acked".to_owned(),
            Self::Unacked => "unacked".to_owned(),
            Self::Assigned(to) => format!("assigned {to}"),
            Self::Unassigned(Some(who)) => format!("unassigned {who}"),
            Self::Unassigned(None) => "unassigned".to_owned(),
            Self::Closed(Some(reason)) => format!("closed as {}", reason.word()),
            Self::Closed(None) => "closed".to_owned(),
            Self::Reopened => "reopened".to_owned(),
            Self::Snoozed(_) => "snoozed".to_owned(),
            Self::Woken => "woken".to_owned(),
            Self::Noted => "commented".to_owned(),
            Self::Followed => "followed a runbook".to_owned(),
            Self::Severity(Some(id)) => format!("set severity {id}"),
            Self::Severity(None) => "took off the severity".to_owned(),
            Self::Kind(Some(id)) => format!("set kind {id}"),
            Self::Kind(None) => "took off the kind".to_owned(),
            Self::Merged => "merged".to_owned(),
            Self::Escalated => "escalated".to_owned(),
            Self::Recalled => "took back asking".to_owned(),
            Self::Other => "changed".to_owned(),
        }
    }

    /// Whether both are words for one thing, of which one may say more.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Closed(_), Self::Closed(_)) | (Self::Snoozed(_), Self::Snoozed(_)) => true,
            (Self::Unassigned(one), Self::Unassigned(other)) => one.is_none() || other.is_none() || one == other,
            // Two comments within a minute are two comments; two lines of unknown sort are two lines.
            (Self::Noted, Self::Noted) | (Self::Other, Self::Other) => false,
            (one, other) => one == other,
        }
    }

    /// Reads the words of a timeline; `who` and severities are spelled as the team file spells them.
    fn read(what: &str, (model, labels): Customs<'_>) -> Self {
        let person = |name: &str| model.person(&Clean::line(name)).to_string();
        let after = |start: &str| what.strip_prefix(start).map(str::trim);
        match what {
            "opened" => return Self::Opened,
            "acked" => return Self::Acked,
            "unacked" | "took back the ack" => return Self::Unacked,
            "reopened" => return Self::Reopened,
            "commented" => return Self::Noted,
            "followed a runbook" => return Self::Followed,
            "ended the snooze" => return Self::Woken,
            "closed" => return Self::Closed(None),
            "marked as a duplicate" => return Self::Merged,
            "assigned nobody" => return Self::Unassigned(None),
            _ => {}
        }
        if let Some(name) = after("assigned ") {
            return Self::Assigned(person(name));
        }
        if let Some(name) = after("unassigned ") {
            return Self::Unassigned(Some(person(name)));
        }
        if let Some(reason) = after("closed as ") {
            return Self::Closed(CloseReason::of_word(reason));
        }
        if let Some(until) = after("snoozed until ") {
            let until = NaiveDateTime::parse_from_str(until.trim_end_matches('Z'), "%Y-%m-%d %H:%M").ok();
            return Self::Snoozed(until.map(|until| until.and_utc()));
        }
        let set = |id: &str| (id != "none").then(|| id.to_owned());
        if let Some(id) = after("set severity ") {
            return Self::Severity(set(id));
        }
        if let Some(id) = after("set kind ") {
            return Self::Kind(set(id));
        }
        let severity = |label: &str| model.team.severities.iter().find(|one| same_name(&one.id, label));
        let kind = |label: &str| model.team.kinds.iter().find(|one| same_name(&one.id, label));
        if let Some(label) = after("labeled ") {
            if same_name(label, &labels.snoozed) {
                return Self::Snoozed(None);
            }
            let of_severity = severity(label).map(|one| Self::Severity(Some(one.id.clone())));
            return of_severity
                .or_else(|| kind(label).map(|one| Self::Kind(Some(one.id.clone()))))
                .unwrap_or(Self::Other);
        }
        if after("unlabeled ").is_some_and(|label| same_name(label, &labels.snoozed)) {
            return Self::Woken;
        }
        let starts: [(&str, Self); 3] =
            [("merged", Self::Merged), ("escalated", Self::Escalated), ("took back asking", Self::Recalled)];
        starts.into_iter().find(|(start, _)| what.starts_with(start)).map_or(Self::Other, |(_, what)| what)
    }
}

/// What happened to an incident, oldest first, each thing once.
pub(super) fn events(incident: &Incident, told: Vec<Told>, customs: Customs<'_>) -> Vec<Event> {
    let person = |name: &str| customs.0.person(&Clean::line(name)).to_string();
    let read =
        |line: Told| Event { at: line.at, by: line.by.as_deref().map(person), what: What::read(&line.what, customs) };
    let mut events: Vec<Event> = told.into_iter().map(read).collect();
    events.retain(|event| event.what != What::Opened);
    events.extend(implied(incident, &events, &person));
    events.sort_by_key(|event| event.at);
    let mut once: Vec<Event> = Vec::with_capacity(events.len() + 1);
    let by = incident.author.as_ref().map(|author| person(author.as_str()));
    once.push(Event { at: incident.opened_at, by, what: What::Opened });
    for event in events {
        match once
            .iter_mut()
            .rev()
            .take_while(|known| event.at - known.at <= super::CLOCKS_DIFFER)
            .find(|known| is_same(known, &event))
        {
            Some(known) => complete(known, event),
            None => once.push(event),
        }
    }
    once
}

/// Of two words for one thing, what one of them does not say is taken from the other.
fn complete(known: &mut Event, event: Event) {
    known.by = known.by.take().or(event.by);
    match (&mut known.what, event.what) {
        (What::Closed(none @ None), What::Closed(reason)) => *none = reason,
        (What::Snoozed(none @ None), What::Snoozed(until)) => *none = until,
        (What::Unassigned(none @ None), What::Unassigned(who)) => *none = who,
        _ => {}
    }
}

/// What follows from the facts. Most of it was told as well, and is one thing with that.
fn implied(incident: &Incident, told: &[Event], person: &impl Fn(&str) -> String) -> Vec<Event> {
    let mut implied = Vec::new();
    let mut tell = |at: Option<DateTime<Utc>>, by: Option<&Clean>, what: What| {
        implied.extend(at.map(|at| Event { at, by: by.map(|by| person(by.as_str())), what }));
    };
    if let Some(ack) = &incident.ack {
        tell(ack.at, ack.by.as_ref(), What::Acked);
    }
    if let Some(snooze) = &incident.snooze {
        tell(snooze.at, snooze.by.as_ref(), What::Snoozed(Some(snooze.until)));
    }
    tell(incident.reopened_at, None, What::Reopened);
    if let Status::Closed { at, reason } = incident.status {
        let is_told = told.iter().any(|event| matches!(event.what, What::Closed(_)));
        tell(at.or_else(|| (!is_told).then_some(incident.updated_at)), None, What::Closed(Some(reason)));
    }
    implied
}
