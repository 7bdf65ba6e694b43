//! Asking the next one to take an incident: because somebody wants it, or
//! because its clock says so.

use chrono::{DateTime, Utc};

use crate::domain::decision::{Asking, Decision};
use crate::domain::escalation::{Ask, Assigns, ByFile, Course, Round, Why, said, told};
use crate::domain::incident::Incident;
use crate::domain::queue::{Row, State};
use crate::domain::text::Clean;
use crate::domain::triage::Model;

/// The longest note that goes with it; the rest of the comment needs some room.
pub const LONGEST_NOTE: usize = 50_000;

/// Whom to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rung {
    /// The first step behind the last that was asked which reaches somebody.
    Next,
    /// This step, from 1.
    Step(u32),
    /// A person: their id, or a login.
    Person(String),
}

impl Rung {
    /// A step by its number, a person by their name.
    pub fn named(word: &str) -> Self {
        word.parse().map_or_else(|_| Self::Person(word.to_owned()), Self::Step)
    }
}

/// That somebody wants to have it escalated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// Whom to ask.
    pub to: Rung,
    /// Who wants it.
    pub by: String,
    /// What they say with it; may be empty.
    pub note: String,
}

/// An incident as it is seen.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// With what is pending.
    pub incident: &'a Incident,
    /// Its place and clocks.
    pub row: &'a Row,
    /// The operating model.
    pub model: &'a Model,
    /// The time.
    pub now: DateTime<Utc>,
}

impl<'a> Scene<'a> {
    /// Its escalation; none where its severity has none.
    pub fn round(&self) -> Option<Round<'a>> {
        Round::of(self.model, self.incident, self.row)
    }

    /// The decision that asks whoever is wanted.
    ///
    /// # Errors
    ///
    /// Why nobody can be asked, in words for the operator.
    pub fn wanted(&self, wanted: &Escalation) -> Result<Decision, Clean> {
        let no = |why: String| Clean::line(&why);
        if self.row.standing.state == State::Closed {
            return Err(no("it is closed; reopen it first".to_owned()));
        }
        if wanted.note.len() > LONGEST_NOTE {
            return Err(no(format!("the note is longer than {LONGEST_NOTE} bytes; cut it or link it")));
        }
        let severity = self.model.severity_id(self.row.class.severity);
        let Some(round) = self.round() else {
            let what = severity.map_or("an untriaged incident".to_owned(), ToOwned::to_owned);
            return Err(no(format!("{what} has no escalation; assign it to a person instead")));
        };
        let duties = ByFile(&self.model.team);
        let course = match &wanted.to {
            Rung::Next => {
                round.course_for(Some(self.model.person(&Clean::line(&wanted.by)).as_str()), &duties, self.now)
            }
            Rung::Step(step) => {
                Course { skipped: Vec::new(), next: Some(round.reached(*step, &duties, self.now).map_err(no)?) }
            }
            Rung::Person(who) => {
                let id = self.model.person(&Clean::line(who)).to_string();
                Course { skipped: Vec::new(), next: Some(round.person(&id, &duties, self.now).map_err(no)?) }
            }
        };
        let Some(ask) = course.next.clone() else {
            let why: Vec<String> = course.skipped.iter().map(|one| format!("step {}: {}", one.step, one.why)).collect();
            let why = if why.is_empty() { String::new() } else { format!(" ({})", why.join(", ")) };
            return Err(no(format!("nobody is left to ask{why}; --to PERSON asks somebody out of turn")));
        };
        let why = Why::Wanted { by: &wanted.by, note: &wanted.note };
        Ok(self.asking(&round, (&ask, &course), &why))
    }

    /// The decision that asks the next one whose time has come; none where nobody is reached now.
    pub fn due(&self, round: &Round<'_>) -> Option<Decision> {
        let course = round.course(&ByFile(&self.model.team), self.now);
        let ask = course.next.clone()?;
        let why = match round.last().and_then(|_| round.wait()) {
            Some(wait) => Why::NoAck(wait),
            None => Why::Filed,
        };
        Some(self.asking(round, (&ask, &course), &why))
    }

    fn asking(&self, round: &Round<'_>, (ask, course): (&Ask, &Course), why: &Why<'_>) -> Decision {
        let local = self.incident.source.is_local();
        let called = |id: &str| if local { Clean::line(id) } else { self.model.login(id) };
        let call = |id: &str| {
            let known = self.model.team.person(id).and_then(|person| person.github.as_deref());
            known.filter(|_| !local).map_or_else(|| format!("{id}:"), |login| format!("@{login}"))
        };
        let to = match ask.assigns {
            Assigns::One => ask.who.first().map(|id| called(id)),
            Assigns::Nobody => None,
        };
        // Who asks for a step again begins anew from there.
        let again = ask.step > 0 && ask.step <= round.step();
        let same = |had: &&Clean| to.as_ref().map(|to| self.model.person(to)) != Some(self.model.person(had));
        let from =
            if to.is_some() { self.incident.assignees.iter().filter(same).cloned().collect() } else { Vec::new() };
        Decision::Escalate(Asking {
            escalation: round.escalation.id.clone(),
            step: ask.step,
            since: round.since.filter(|_| !again).unwrap_or(self.now),
            who: ask.who.iter().map(|id| Clean::line(id)).collect(),
            to,
            from,
            said: said(ask, course),
            text: told(round, (ask, course), why, call),
            filed_by: None,
        })
    }
}
