//! A triage meeting: what is walked, where it is, and what it has decided.
//!
//! The agenda is bound to incidents when the meeting begins, and nothing moves
//! under the cursor: what comes up meanwhile joins the end, and what somebody
//! else settles stays in its place, greyed, saying who. What was decided is
//! what the journal says was, and it is a line of the minutes at once.

pub mod watching;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::desk::Desk;
use crate::domain::agenda::{self, Topic};
use crate::domain::id::{IncidentId, OpId};
use crate::domain::likeness::{self, Likeness};
use crate::domain::minutes::{Fate, Item, Line, Minutes, What};
use crate::domain::text::Clean;

/// A meeting that was not ended can be gone on with for so long.
const REMEMBERED: TimeDelta = TimeDelta::hours(12);
/// Whatever was left for later so often is left.
const ROUNDS: u32 = 2;

/// What is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// What there is to walk, and who is there; the place of the selected person.
    Opening(usize),
    /// One item.
    Walking,
    /// The evidence of that item; how many lines have been scrolled away.
    Evidence(usize),
    /// Whether to end it, with something not reached.
    Ending,
    /// The minutes; how many lines have been scrolled away.
    Minutes(usize),
}

/// Where the meeting was entered from, and where leaving it leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// From the queue.
    Queue,
    /// From the command line.
    Street,
}

/// Whether the meeting is what is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is.
    InFront,
    /// A runbook is looked up; leaving that leads back.
    BehindARunbook,
    /// The operator went to the queue; the meeting goes on.
    Aside,
}

/// Somebody who may be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The id of the person.
    pub id: Clean,
    /// For people to read.
    pub name: String,
    /// Whether they are.
    pub there: There,
}

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum There {
    /// They are.
    Yes,
    /// They are not, or nobody has said so.
    No,
}

/// A meeting, from its first page to its minutes.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting {
    /// What is on the screen.
    pub stage: Stage,
    /// Whether it is what is seen.
    pub place: Place,
    /// Where leaving it leads.
    pub door: Door,
    /// Who may be there.
    pub seats: Vec<Seat>,
    /// Where the minutes were written; none if they have not been since something was decided.
    pub written: Option<Clean>,
    minutes: Minutes,
    begun: bool,
    at: usize,
    since: DateTime<Utc>,
    /// The edition of the desk that was looked at last; none: look again.
    edition: Option<u64>,
    /// Decisions that have been heard of.
    ops: BTreeSet<OpId>,
    /// Decisions that were taken on this screen.
    here: BTreeSet<OpId>,
    alike: Vec<(IncidentId, Likeness)>,
    alike_of: Option<IncidentId>,
    unfinished: Option<Vec<Line>>,
}

impl Meeting {
    /// A meeting that has not begun, about what there is to walk now.
    pub fn called(
        (desk, now): (&Desk, DateTime<Utc>),
        name: OpId,
        seats: Vec<Seat>,
        door: Door,
        dropped: &[IncidentId],
    ) -> Self {
        let minutes = Minutes {
            meeting: name,
            by: Clean::line(desk.me()),
            started_at: now,
            ended_at: None,
            present: Vec::new(),
            items: items(desk, dropped),
            decided: Vec::new(),
            elsewhere: BTreeMap::new(),
            skipped: BTreeMap::new(),
        };
        Self {
            stage: Stage::Opening(0),
            place: Place::InFront,
            door,
            seats,
            written: None,
            minutes,
            begun: false,
            at: 0,
            since: now,
            edition: Some(desk.edition()),
            ops: BTreeSet::new(),
            here: BTreeSet::new(),
            alike: Vec::new(),
            alike_of: None,
            unfinished: None,
        }
    }

    /// What it has come to so far.
    pub fn minutes(&self) -> &Minutes {
        &self.minutes
    }

    /// Whether it has begun.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// The item that is shown, also when something else is shown over it; none on an empty agenda and before it begins.
    pub fn item(&self) -> Option<&Item> {
        self.minutes.items.get(self.at).filter(|_| self.begun)
    }

    /// The item that keys act on: what is seen.
    pub fn subject(&self) -> Option<&IncidentId> {
        match (self.place, self.stage) {
            (Place::InFront, Stage::Walking | Stage::Evidence(_)) => self.item().map(|item| &item.id),
            (Place::InFront, Stage::Opening(_) | Stage::Ending | Stage::Minutes(_))
            | (Place::BehindARunbook | Place::Aside, _) => None,
        }
    }

    /// Its place in the agenda, from 0.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Since when it is shown.
    pub fn since(&self) -> DateTime<Utc> {
        self.since
    }

    /// What looks like it.
    pub fn alike(&self) -> &[(IncidentId, Likeness)] {
        &self.alike
    }

    /// A meeting of mine that was not ended.
    pub fn unfinished(&self) -> Option<Minutes> {
        Minutes::of(self.unfinished.as_ref()?)
    }

    /// The last meeting that this machine remembers; kept in mind if it can be gone on with.
    pub fn remember(&mut self, lines: Vec<Line>, now: DateTime<Utc>) {
        let Some(last) = Minutes::of(&lines).filter(|_| !self.begun) else { return };
        let age = now - last.started_at;
        let recent = (TimeDelta::zero()..=REMEMBERED).contains(&age);
        if last.ended_at.is_none() && last.by == self.minutes.by && recent && !last.items.is_empty() {
            self.unfinished = Some(lines);
        }
    }

    /// Begins: from here on the agenda is bound.
    pub fn begin(&mut self, now: DateTime<Utc>) -> Vec<Line> {
        self.begun = true;
        self.minutes.started_at = now;
        let begun = What::Begun { by: self.minutes.by.clone(), items: self.minutes.items.clone() };
        let people = self.there();
        let lines = vec![self.say(now, begun), self.say(now, What::Present { people })];
        self.go_on(now);
        lines
    }

    /// Goes on with the meeting that was not ended, where it was left.
    pub fn resume(&mut self, now: DateTime<Utc>) -> Vec<Line> {
        let Some(minutes) = self.unfinished() else { return Vec::new() };
        self.ops = minutes.decided.iter().map(|one| one.op.clone()).collect();
        (self.minutes, self.begun, self.edition, self.at) = (minutes, true, None, 0);
        let mut people = self.minutes.present.clone();
        people.extend(self.there().into_iter().filter(|one| !self.minutes.present.contains(one)));
        let line = self.say(now, What::Present { people });
        self.go_on(now);
        vec![line]
    }

    fn there(&self) -> Vec<Clean> {
        self.seats.iter().filter(|seat| seat.there == There::Yes).map(|seat| seat.id.clone()).collect()
    }

    /// Takes down who is there now.
    pub fn seat(&mut self, now: DateTime<Utc>) -> Vec<Line> {
        let people = self.there();
        self.stage = Stage::Walking;
        if people == self.minutes.present { Vec::new() } else { vec![self.say(now, What::Present { people })] }
    }

    /// Somebody is there after all, or is not.
    pub fn turn(&mut self, seat: usize) {
        if let Some(seat) = self.seats.get_mut(seat) {
            seat.there = match seat.there {
                There::Yes => There::No,
                There::No => There::Yes,
            };
        }
    }

    /// Looks at another item, as far as there are any.
    pub fn step(&mut self, by: isize, now: DateTime<Utc>) {
        let last = self.minutes.items.len().saturating_sub(1);
        self.go_to(self.at.saturating_add_signed(by).min(last), now);
    }

    /// Leaves the item for later, and goes on.
    pub fn skip(&mut self, now: DateTime<Utc>) -> Vec<Line> {
        let Some(id) = self.item().map(|item| item.id.clone()) else { return Vec::new() };
        let open = matches!(self.minutes.fate(&id), Fate::Untouched | Fate::InPart);
        let lines = if open { vec![self.say(now, What::Left { id })] } else { Vec::new() };
        self.go_on(now);
        lines
    }

    /// How many were left for later, when the item that is shown is one of them; none while there are others.
    pub fn is_round_again(&self) -> Option<usize> {
        let put_off = |item: &&Item| self.minutes.skipped.contains_key(&item.id);
        self.item().filter(|item| self.stage == Stage::Walking && put_off(item))?;
        Some(self.minutes.left().iter().filter(|item| put_off(item)).count())
    }

    /// The first that was left for later and is still open; false if there is none.
    pub fn come_back(&mut self, now: DateTime<Utc>) -> bool {
        let left = |(item, fate): (&Item, Fate)| {
            matches!(fate, Fate::Untouched | Fate::InPart) && self.minutes.skipped.contains_key(&item.id)
        };
        let fates = self.minutes.fates();
        let mut order = self.minutes.items.iter().zip(fates).enumerate().cycle().skip(self.at + 1);
        let many = self.minutes.items.len();
        let found = order.by_ref().take(many).find(|(_, one)| left(*one)).map(|(at, _)| at);
        if let Some(at) = found {
            self.go_to(at, now);
        }
        found.is_some()
    }

    /// Goes to the next that is open: those that were not left for later first, then those that were; when nothing is,
    /// the meeting is at its end.
    pub fn go_on(&mut self, now: DateTime<Utc>) {
        let many = self.minutes.items.len();
        let open = |fate: Fate| matches!(fate, Fate::Untouched | Fate::InPart);
        let fates = self.minutes.fates();
        let rounds = |at: usize| self.minutes.skipped.get(&self.minutes.items[at].id).copied().unwrap_or(0);
        let from = if matches!(self.stage, Stage::Opening(_)) { 0 } else { self.at + 1 };
        let after = |at: usize| (at + many - from % many.max(1)) % many.max(1);
        let next = (0..many).filter(|at| open(fates[*at]) && rounds(*at) < ROUNDS);
        let next = next.min_by_key(|at| (rounds(*at), after(*at)));
        match next {
            Some(at) => self.go_to(at, now),
            None if self.minutes.left().is_empty() => self.stage = Stage::Minutes(0),
            None => self.stage = Stage::Ending,
        }
    }

    fn go_to(&mut self, at: usize, now: DateTime<Utc>) {
        if at != self.at || !matches!(self.stage, Stage::Walking | Stage::Evidence(_)) {
            self.since = now;
        }
        (self.at, self.stage) = (at, Stage::Walking);
    }

    /// Ends it.
    pub fn end(&mut self, now: DateTime<Utc>) -> Vec<Line> {
        self.stage = Stage::Minutes(0);
        if self.minutes.ended_at.is_some() { Vec::new() } else { vec![self.say(now, What::Ended)] }
    }

    /// How many of what is on the agenda nobody needs to walk any more.
    pub fn settled(&self) -> usize {
        self.minutes.items.len() - self.minutes.left().len()
    }

    /// Looks for what is like the item that is shown, once for each.
    pub fn compare(&mut self, desk: &Desk) {
        let id = self.item().map(|item| item.id.clone());
        if self.alike_of == id {
            return;
        }
        self.alike = Vec::new();
        if let Some(incident) = id.as_ref().and_then(|id| desk.incident(id)) {
            let all = desk.queue().rows.iter().filter_map(|row| desk.incident(&row.id));
            let alike = likeness::look_alikes(incident, all).into_iter();
            self.alike = alike.map(|(other, likeness)| (other.id.clone(), likeness)).collect();
        }
        self.alike_of = id;
    }

    fn say(&mut self, at: DateTime<Utc>, what: What) -> Line {
        let line = Line { meeting: self.minutes.meeting.clone(), at, what };
        self.minutes.take(&line);
        if !matches!(line.what, What::Ended | What::Present { .. }) {
            self.written = None;
        }
        line
    }
}

/// What there is to walk now.
fn items(desk: &Desk, dropped: &[IncidentId]) -> Vec<Item> {
    topics(desk, dropped).iter().filter_map(|topic| item(desk, topic)).collect()
}

fn topics(desk: &Desk, dropped: &[IncidentId]) -> Vec<Topic> {
    agenda::agenda(desk.queue(), |id| desk.incident(id), desk.model(), dropped, desk.now())
}

fn item(desk: &Desk, topic: &Topic) -> Option<Item> {
    let incident = desk.incident(&topic.id)?;
    Some(Item {
        id: topic.id.clone(),
        part: topic.part,
        title: incident.title.clone(),
        source: Clean::line(incident.source.as_str()),
        labels: incident.labels.clone(),
    })
}
