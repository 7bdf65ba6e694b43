//! Who is asked to take an incident, one after the other, while nobody acks.
//!
//! The steps of an escalation name people late: whoever is on duty when the
//! step's time has come. A step that reaches nobody, or only people who have
//! been asked already, is skipped at once, and says so. What was asked is read
//! from the incident alone, so that all machines that look at it agree.

mod words;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::incident::{Asked, Incident};
use super::people::unfit;
use super::queue::{Row, State};
use super::rotation::{Roster, role_word};
use super::triage::Model;
use super::{clock, people};
use crate::config::{Area, Clock, Escalation, Role, Span, TeamFile, Who};

pub use words::{Why, line, said, told};

/// Who is on duty, as an escalation needs to know it.
pub trait Duties {
    /// Who has this role of a rotation at an instant and can answer.
    ///
    /// # Errors
    ///
    /// Why nobody does, in words: off hours, or somebody who is away.
    fn on_duty(&self, rotation: &str, role: Role, at: DateTime<Utc>) -> Result<String, String>;
}

/// Duties as the team file says.
#[derive(Debug, Clone, Copy)]
pub struct ByFile<'a>(pub &'a TeamFile);

impl Duties for ByFile<'_> {
    fn on_duty(&self, rotation: &str, role: Role, at: DateTime<Utc>) -> Result<String, String> {
        let now = (at, at + TimeDelta::seconds(1));
        let roster = Roster::new(self.0, &[], at, now);
        if let Some(person) = roster.answers(rotation, role, at) {
            return Ok(person.to_owned());
        }
        let off_hours = || "off hours".to_owned();
        let holder = |role| roster.pieces(rotation, role, now).into_iter().next();
        let Some(piece) = holder(role) else {
            let has_primary = roster.answers(rotation, Role::Primary, at).is_some();
            let nobody = || format!("{rotation} has no {} then", role_word(role));
            return Err(if has_primary { nobody() } else { off_hours() });
        };
        Err(unfit(self.0, piece.person, at).map_or_else(off_hours, |why| format!("{} {why}", piece.person)))
    }
}

/// An escalation of one incident, since the last time that nobody had it.
#[derive(Debug, Clone)]
pub struct Round<'a> {
    /// The escalation.
    pub escalation: &'a Escalation,
    /// From when on nobody has had it; none while somebody has it, or it sleeps.
    pub since: Option<DateTime<Utc>>,
    team: &'a TeamFile,
    clock: Clock,
    area: Option<&'a Area>,
    asked: Vec<&'a Asked>,
    known: BTreeSet<String>,
}

/// Somebody to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Which step, from 1; 0 for a person out of turn.
    pub step: u32,
    /// What the step is about, in words: `ops secondary`; empty for a person.
    pub title: String,
    /// The ids of people; never empty.
    pub who: Vec<String>,
    /// Whether one of them has it from then on; all of them are only told.
    pub assigns: Assigns,
}

/// Whether whoever is asked has it from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigns {
    /// The one who is asked.
    One,
    /// Nobody: all are told.
    Nobody,
}

/// A step that was passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Which, from 1.
    pub step: u32,
    /// Why, in words.
    pub why: String,
}

/// Where an escalation leads next, seen from an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// The steps that are passed over on the way.
    pub skipped: Vec<Skipped>,
    /// Who is asked; nobody, where it ends.
    pub next: Option<Ask>,
}

impl<'a> Round<'a> {
    /// The escalation of an incident, by its severity; none where it has none, or is closed.
    pub fn of(model: &'a Model, incident: &'a Incident, row: &Row) -> Option<Self> {
        let team = &model.team;
        let severity = &team.severities[row.class.severity?];
        let id = severity.escalation.as_deref()?;
        let escalation = team.escalations.iter().find(|known| known.id == id && !known.steps.is_empty())?;
        let since = match row.standing.state {
            State::Open => row.standing.since.max(incident.reopened_at),
            State::Acked | State::Snoozed => None,
            State::Closed => return None,
        };
        let last = incident.standing_asks().next_back().map(|asked| asked.since);
        let counts = |asked: &&Asked| {
            asked.escalation == id && since.map_or(Some(asked.since) == last, |since| asked.is_since(since))
        };
        let asked: Vec<&Asked> = incident.standing_asks().filter(counts).collect();
        let taken_by = incident.ack.as_ref().and_then(|ack| ack.by.as_ref());
        // Whoever had it before it was open again is asked like everybody: they may just need to hear of it.
        let anew = since.is_some_and(|since| since > incident.opened_at);
        let has = incident.assignees.iter().chain(taken_by).filter(|_| !anew);
        let has = has.map(|login| model.person(login).to_string());
        let known = asked.iter().flat_map(|asked| &asked.who).map(ToString::to_string).chain(has).collect();
        let area = row.class.area.map(|at| &team.areas[at]);
        Some(Self { escalation, since, team, clock: severity.clock, area, asked, known })
    }

    /// What was asked last in this round; nothing, if it has not begun.
    pub fn last(&self) -> Option<&'a Asked> {
        self.asked.last().copied()
    }

    /// How many steps there are.
    pub fn of_steps(&self) -> u32 {
        u32::try_from(self.escalation.steps.len()).unwrap_or(u32::MAX)
    }

    /// The last step that was asked, from 1; 0 before the first.
    pub fn step(&self) -> u32 {
        self.asked.iter().map(|asked| asked.step).max().unwrap_or(0)
    }

    /// When the next step is asked, if nobody acks; none while somebody has it, and behind the last step.
    pub fn due(&self) -> Option<DateTime<Utc>> {
        let since = self.since?;
        if self.step() >= self.of_steps() {
            return None;
        }
        // Where the clock rests, it waits for the next working hour.
        let Some(last) = self.last() else { return Some(self.after(since, Span::Elapsed(TimeDelta::zero()))) };
        Some(self.after(last.at, self.wait()?))
    }

    /// How long the last step that was asked is waited for.
    pub fn wait(&self) -> Option<Span> {
        self.escalation.steps.get(index(self.step().max(1)))?.wait
    }

    /// What a step is about, in words: `ops secondary`; empty for a person.
    pub fn title(&self, step: u32) -> String {
        let to = self.escalation.steps.get(index(step)).filter(|_| step > 0).map(|rung| &rung.to);
        match to {
            None | Some(Who::Person(_) | Who::ReleaseOwner | Who::FreezeApprover) => String::new(),
            Some(Who::RotationPrimary(id)) => format!("{id} primary"),
            Some(Who::RotationSecondary(id)) => format!("{id} secondary"),
            Some(Who::AreaOwner(id)) => format!("owner of {id}"),
            Some(Who::OwnerOfArea) => self.area.map_or_else(String::new, |area| format!("owner of {}", area.id)),
            Some(Who::Everyone) => "everyone".to_owned(),
        }
    }

    /// A time on the team's clock; with its day, where it is not today.
    fn clock(&self, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
        let local = |at: DateTime<Utc>| at.with_timezone(&self.team.team.timezone);
        let today = local(at).date_naive() == local(now).date_naive();
        local(at).format(if today { "%H:%M" } else { "%a %-d %b %H:%M" }).to_string()
    }

    fn after(&self, from: DateTime<Utc>, span: Span) -> DateTime<Utc> {
        clock::after(from, span, self.clock, &self.team.team)
    }

    /// Where it leads from the last step that was asked, at an instant.
    pub fn course(&self, duties: &impl Duties, at: DateTime<Utc>) -> Course {
        self.course_for(None, duties, at)
    }

    /// The same where this person escalates: they know of it, and a step that reaches only them is passed over.
    pub fn course_for(&self, by: Option<&str>, duties: &impl Duties, at: DateTime<Utc>) -> Course {
        let mut skipped = Vec::new();
        for step in self.step() + 1..=self.of_steps() {
            match self.reached(step, duties, at) {
                Ok(ask) if ask.who.iter().all(|who| self.known.contains(who)) => {
                    let who = ask.who.join(", ");
                    let why = if ask.who.len() > 1 { "all of them have".to_owned() } else { format!("{who} has") };
                    skipped.push(Skipped { step, why: format!("{why} been asked already") });
                }
                Ok(ask) if by.is_some_and(|by| ask.who == [by]) => {
                    skipped.push(Skipped { step, why: format!("{} asks for it", ask.who.concat()) });
                }
                Ok(next) => return Course { skipped, next: Some(next) },
                Err(why) => skipped.push(Skipped { step, why }),
            }
        }
        Course { skipped, next: None }
    }

    /// Whom this step reaches at an instant.
    ///
    /// # Errors
    ///
    /// Why it reaches nobody, in words.
    pub fn reached(&self, step: u32, duties: &impl Duties, at: DateTime<Utc>) -> Result<Ask, String> {
        let Some(rung) = self.escalation.steps.get(index(step)).filter(|_| step > 0) else {
            return Err(format!("there is no step {step}; {} has {}", self.escalation.id, self.of_steps()));
        };
        let one = |who: Result<String, String>| {
            who.map(|who| Ask { step, title: self.title(step), who: vec![who], assigns: Assigns::One })
        };
        match &rung.to {
            Who::Person(id) => one(self.fit(id, at)),
            Who::RotationPrimary(id) => one(duties.on_duty(id, Role::Primary, at)),
            Who::RotationSecondary(id) => one(duties.on_duty(id, Role::Secondary, at)),
            Who::AreaOwner(id) => one(self.owner(self.team.areas.iter().find(|area| area.id == *id), at)),
            Who::OwnerOfArea => one(self.owner(self.area, at)),
            Who::ReleaseOwner | Who::FreezeApprover => Err(format!("{} names nobody of an incident", rung.to)),
            Who::Everyone => {
                let fit = self.team.people.iter().filter(|person| unfit(self.team, &person.id, at).is_none());
                let who: Vec<String> = fit.map(|person| person.id.clone()).collect();
                let ask = Ask { step, title: self.title(step), who, assigns: Assigns::Nobody };
                if ask.who.is_empty() { Err("nobody is there".to_owned()) } else { Ok(ask) }
            }
        }
    }

    /// A person out of turn; by the first step that reaches them, if one does.
    ///
    /// # Errors
    ///
    /// Why they cannot be asked, in words.
    pub fn person(&self, id: &str, duties: &impl Duties, at: DateTime<Utc>) -> Result<Ask, String> {
        let who = self.fit(id, at)?;
        let mut steps = (self.step() + 1..=self.of_steps()).filter_map(|step| self.reached(step, duties, at).ok());
        let own = steps.find(|ask| ask.assigns == Assigns::One && ask.who == [who.clone()]);
        Ok(own.unwrap_or_else(|| Ask { step: 0, title: String::new(), who: vec![who], assigns: Assigns::One }))
    }

    fn owner(&self, area: Option<&Area>, at: DateTime<Utc>) -> Result<String, String> {
        let area = area.ok_or("it has no area")?;
        let owner = area.owner.as_ref().ok_or_else(|| format!("{} has no owner", area.id))?;
        self.fit(owner, at)
    }

    fn fit(&self, id: &str, at: DateTime<Utc>) -> Result<String, String> {
        if self.team.person(id).is_none() {
            return Err(format!("there is no person {id}"));
        }
        people::unfit(self.team, id, at).map_or_else(|| Ok(id.to_owned()), |why| Err(format!("{id} {why}")))
    }
}

fn index(step: u32) -> usize {
    usize::try_from(step).unwrap_or(usize::MAX).saturating_sub(1)
}
