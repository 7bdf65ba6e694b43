//! What is decided and typed with the command: `--hand`, `--next` and the like.

use super::Now;
use crate::app::handoff::{give_back, hand};
use crate::app::when;
use crate::app::wish::Wish;
use crate::cli::context::Context;
use crate::cli::exit::{Exit, Failure};
use crate::cli::{decide, nearest, out};
use crate::domain::handoff::Handoff;
use crate::domain::handoff::section::Decision;
use crate::domain::handoff::typed::{Field, Line};
use crate::domain::id::IncidentId;
use crate::domain::rotation::words;
use crate::domain::text::Clean;
use crate::shell::handoffs::Desk;
use crate::shell::session::Session;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What is decided and typed")]
pub(super) struct Words {
    /// Hands it to somebody; they are assigned.
    #[arg(long, value_name = "ID=PERSON")]
    hand: Vec<String>,
    /// Gives it back to the queue.
    #[arg(long = "return", value_name = "ID")]
    give_back: Vec<String>,
    /// Puts it off.
    #[arg(long, value_name = "ID=TIME")]
    snooze: Vec<String>,
    /// What comes next.
    #[arg(long, value_name = "ID=TEXT")]
    next: Vec<String>,
    /// What was tried.
    #[arg(long, value_name = "ID=TEXT")]
    tried: Vec<String>,
    /// What holds it up.
    #[arg(long, value_name = "ID=TEXT")]
    stuck: Vec<String>,
    /// What would change the next step.
    #[arg(long, value_name = "ID=TEXT")]
    trigger: Vec<String>,
    /// What something that was closed had been.
    #[arg(long, value_name = "ID=TEXT")]
    cause: Vec<String>,
    /// What is still to be done about it.
    #[arg(long, value_name = "ID=TEXT")]
    follow_up: Vec<String>,
    /// How the shift felt, from 1 (bad) to 5.
    #[arg(long, value_name = "1..5", value_parser = clap::value_parser!(u8).range(1..=5))]
    feel: Option<u8>,
    /// The shift in a line.
    #[arg(long, value_name = "TEXT")]
    line: Option<String>,
    /// What is asked of the next person, or of the team.
    #[arg(long, value_name = "TEXT")]
    ask: Option<String>,
}

/// What becomes of an incident.
enum Goes {
    To(String),
    Back,
    Off(Now),
}

/// All of it.
pub(super) struct Acts {
    decided: Vec<(IncidentId, Goes)>,
    typed: Vec<(Option<IncidentId>, Field, Clean)>,
}

impl Words {
    pub(super) fn acts(&self, context: &Context, now: Now) -> Result<Acts, Failure> {
        let mut decided = Vec::new();
        for said in &self.hand {
            let (id, person) = split("--hand", said, "PERSON")?;
            is_here(person, context, now)?;
            decided.push((id, Goes::To(person.to_owned())));
        }
        decided.extend(self.give_back.iter().map(|id| (IncidentId::new(id), Goes::Back)));
        for said in &self.snooze {
            let (id, time) = split("--snooze", said, "TIME")?;
            let until = when::parse(time, now, &context.team.team)
                .map_err(|why| Failure::wrong(format!("--snooze {said}: {why}")))?;
            if let Some(whose) = words::whose(&context.team, until) {
                out::say(&format!("dogwatch: {id} wakes {whose}"));
            }
            decided.push((id, Goes::Off(until)));
        }
        let mut named = std::collections::BTreeSet::new();
        if let Some((twice, _)) = decided.iter().find(|(id, _)| !named.insert(id.clone())) {
            return Err(Failure::wrong(format!("{twice} is to go two ways; say one of --hand, --return and --snooze")));
        }
        let about = [
            ("--next", &self.next, Field::NextStep),
            ("--tried", &self.tried, Field::Tried),
            ("--stuck", &self.stuck, Field::StuckOn),
            ("--trigger", &self.trigger, Field::Trigger),
            ("--cause", &self.cause, Field::Cause),
            ("--follow-up", &self.follow_up, Field::FollowUp),
        ];
        let mut typed = Vec::new();
        for (flag, said, field) in about {
            for said in said {
                let (id, text) = split(flag, said, "TEXT")?;
                typed.push((Some(id), field, Clean::line(text)));
            }
        }
        let feel = self.feel.map(|feel| feel.to_string());
        let of_shift = [(Field::Feel, &feel), (Field::Line, &self.line), (Field::Asks, &self.ask)];
        let said = of_shift.into_iter().filter_map(|(field, text)| Some((None, field, Clean::line(text.as_ref()?))));
        typed.extend(said);
        Ok(Acts { decided, typed })
    }
}

/// `ID=TEXT`; the text may have further signs of its own.
fn split<'a>(flag: &str, said: &'a str, what: &str) -> Result<(IncidentId, &'a str), Failure> {
    let (id, text) = said
        .split_once('=')
        .filter(|(id, _)| !id.trim().is_empty())
        .ok_or_else(|| Failure::wrong(format!("{flag} `{said}` names no incident; write {flag} ID={what}")))?;
    Ok((IncidentId::new(id.trim()), text.trim()))
}

/// Whether it has been handed to this person, and waits for nothing.
fn is_handed(handoff: &Handoff, (id, person): (&IncidentId, &str), session: &Session) -> bool {
    let desk = session.desk();
    let person = desk.model().person(&Clean::line(person));
    let name = desk.name(id);
    let rows = handoff.sections.carry_over.iter();
    rows.into_iter()
        .any(|row| row.of.id == name && row.decision == Decision::Handed && row.to.as_ref() == Some(&person))
}

/// Nobody is handed anything who is on the team no more.
fn is_here(person: &str, context: &Context, now: Now) -> Result<(), Failure> {
    let team = &context.team;
    let known = team.person(person).or_else(|| team.person_of_login(person.trim_start_matches('@')));
    let today = now.with_timezone(&team.team.timezone).date_naive();
    match known.and_then(|known| known.left).filter(|left| *left <= today) {
        Some(left) => Err(Failure::wrong(format!("--hand: {person} left on {left}; name somebody who is here"))),
        None => Ok(()),
    }
}

impl Acts {
    pub(super) fn is_empty(&self) -> bool {
        self.decided.is_empty() && self.typed.is_empty()
    }

    /// Does all of it: first what is typed, so that nobody types in vain because a tracker does not answer.
    pub(super) async fn act(&self, session: &mut Session, desk: &Desk, handoff: &Handoff) -> Result<Exit, Failure> {
        let mut exit = self.type_in(session, desk, handoff)?;
        if self.decided.is_empty() {
            return Ok(exit);
        }
        session.take_lease();
        let outgoing = handoff.outgoing.as_ref().map(|one| one.person.clone());
        let me = session.desk().me().to_owned();
        let mut asked = Vec::new();
        for (id, goes) in &self.decided {
            let id = decide::numbered(session.desk(), id.clone());
            if session.desk().incident(&id).is_some_and(|incident| !incident.is_open()) {
                out::say(&format!("dogwatch: {id} is closed, and nothing is left to hand over"));
                exit = Exit::Found;
                continue;
            }
            if let Goes::To(person) = goes
                && is_handed(handoff, (&id, person), session)
            {
                out::say(&format!("dogwatch: {id} has been handed to {person} already"));
                continue;
            }
            let wishes = match (session.desk().incident(&id), goes) {
                (Some(incident), Goes::To(person)) => {
                    let person = session.desk().model().person(&Clean::line(person));
                    hand(incident, person.as_str(), session.desk().model())
                }
                (Some(incident), Goes::Back) => {
                    give_back(incident, outgoing.as_deref().unwrap_or(&me), session.desk().model())
                }
                (_, Goes::Off(until)) => vec![Wish::Snooze(*until)],
                (None, Goes::To(person)) => vec![Wish::Assign(Some(person.clone()))],
                (None, Goes::Back) => vec![Wish::Unack],
            };
            asked.push(decide::wished(session, desk.now, vec![id], &wishes).await);
        }
        let (lines, judged) = decide::judged(session, &asked).await;
        for line in lines {
            out::say(&format!("dogwatch: {line}"));
        }
        if judged == Exit::Found {
            exit = Exit::Found;
        }
        Ok(exit)
    }

    fn type_in(&self, session: &Session, desk: &Desk, handoff: &Handoff) -> Result<Exit, Failure> {
        let mut exit = Exit::Done;
        let mut lines = Vec::new();
        for (id, field, text) in &self.typed {
            let id = id.clone().map(|id| decide::numbered(session.desk(), id));
            let unknown = id.as_ref().filter(|id| session.desk().row(id).is_none());
            if let Some(id) = unknown {
                out::say(&format!("dogwatch: {}", nearest::unknown(session.desk(), id)));
                exit = Exit::Found;
                continue;
            }
            lines.push(Line {
                shift: handoff.key(),
                incident: id.map(|id| session.desk().name(&id)),
                field: *field,
                text: text.clone(),
                by: Clean::line(session.desk().me()),
                at: desk.now,
            });
        }
        desk.type_in(&lines).map_err(|why| Failure::wrong(why.to_string()))?;
        Ok(exit)
    }
}
