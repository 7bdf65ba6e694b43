//! The triage meeting on the screen: what its keys do, and what it is told.
//!
//! Whatever decides is the same as in the queue, and is about the item that is
//! seen. The meeting goes on by itself once nothing is missing, and never
//! before the decision is on disk.

mod card;
mod keys;

use super::App;
use crate::app::bindings::{Command, Place as Keys};
use crate::app::event::{Effect, Level, News};
use crate::app::key::Key;
use crate::app::meeting::watching::Around;
use crate::app::meeting::{Door, Meeting, Place, Seat, Stage, There};
use crate::app::wish::Wish;
use crate::domain::agenda::missing;
use crate::domain::id::IncidentId;
use crate::domain::likeness::{self, Proposal};
use crate::domain::minutes::Line;
use crate::domain::rotation::Roster;
use crate::domain::text::Clean;
use crate::panes::frame::Pane;

/// So many histories are asked for at once, to find out who settled something.
const ASKED_AT_ONCE: usize = 20;
/// What is written where something stays in the backlog.
const STAYS: &str = "Looked at in the triage meeting: it stays in the backlog.";

impl App {
    /// The triage meeting that is held; none if none is.
    pub fn meeting(&self) -> Option<&Meeting> {
        self.meeting.as_deref()
    }

    /// The triage meeting, if it is what is seen.
    pub fn meeting_in_front(&self) -> Option<&Meeting> {
        self.meeting().filter(|meeting| meeting.place == Place::InFront)
    }

    /// Opens the first page of a meeting, or goes back to the one that is held.
    pub(super) fn call_meeting(&mut self, door: Door) -> Vec<Effect> {
        if let Some(meeting) = &mut self.meeting {
            meeting.place = Place::InFront;
            return Vec::new();
        }
        // What is walked is what there is, and its clocks run.
        if self.frozen.is_some() {
            self.freeze();
        }
        let name = self.desk.fresh_id(self.now);
        let seats = self.seats();
        let meeting = Meeting::called((&self.desk, self.now), name, seats, door, &self.dropped);
        self.meeting = Some(Box::new(meeting));
        vec![Effect::LoadMeeting]
    }

    /// Everybody of the team; who is on call and the operator are taken to be there.
    fn seats(&self) -> Vec<Seat> {
        let (team, now) = (&self.desk.model().team, self.now);
        let roster = Roster::new(team, &[], now, (now, now + chrono::TimeDelta::seconds(1)));
        let told = roster.on_call(now);
        let on_call: Vec<&str> = told.iter().filter_map(|one| Some(one.primary.as_ref()?.person)).collect();
        let today = now.with_timezone(&team.team.timezone).date_naive();
        let me = self.desk.me();
        let people = team.people.iter().filter(|person| person.left.is_none_or(|left| left > today));
        let mut seats: Vec<Seat> = people
            .map(|person| {
                let is_on_call = on_call.contains(&person.id.as_str());
                let marks = [(person.id == me, "me"), (is_on_call, "on call")];
                let marks: Vec<&str> = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect();
                let there = if marks.is_empty() { There::No } else { There::Yes };
                let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
                Seat { id: Clean::line(&person.id), name: format!("{}{marks}", Clean::line(&person.name)), there }
            })
            .collect();
        if !seats.iter().any(|seat| seat.id.as_str() == me) {
            seats.insert(0, Seat { id: Clean::line(me), name: "(me)".to_owned(), there: There::Yes });
        }
        seats.sort_by_key(|seat| seat.id.as_str() != me);
        seats
    }

    pub(super) fn remember_meeting(&mut self, lines: Vec<Line>) {
        let now = self.now;
        if let Some(meeting) = &mut self.meeting {
            meeting.remember(lines, now);
        }
    }

    pub(super) fn minutes_written(&mut self, written: &Result<Clean, Clean>) {
        let (level, text) = match written {
            Ok(path) => (Level::Done, format!("the minutes are in {path}, for somebody to commit")),
            Err(why) => (Level::Error, format!("the minutes are not written: {why}")),
        };
        if let (Some(meeting), Ok(path)) = (&mut self.meeting, written) {
            meeting.written = Some(path.clone());
        }
        self.toasts.say(News { at: self.now, level, text: Clean::line(&text), incident: None });
    }

    /// Who settled something may be known by its history.
    pub(super) fn meeting_reads(&mut self, id: &IncidentId) {
        if let Some(meeting) = self.meeting.as_mut().filter(|meeting| meeting.minutes().elsewhere.contains_key(id)) {
            meeting.look_again();
        }
    }

    /// A runbook that is looked up comes before the meeting, and leaving it leads back.
    pub(super) fn turn_from_the_meeting(&mut self, pane: Pane) {
        let Some(meeting) = &mut self.meeting else { return };
        meeting.place = match (meeting.place, pane) {
            (Place::InFront, Pane::Runbook) => Place::BehindARunbook,
            (Place::BehindARunbook, Pane::Queue) => Place::InFront,
            (place, Pane::Queue | Pane::Rotation | Pane::Calendar | Pane::Runbook) => place,
        };
    }

    /// Takes into the meeting what has happened at the desk.
    pub(super) fn follow_meeting(&mut self) -> Vec<Effect> {
        let Some(mut meeting) = self.meeting.take() else { return Vec::new() };
        let around = Around { desk: &self.desk, told: &self.told, dropped: &self.dropped };
        let seen = meeting.watch(&around);
        let walks = matches!(meeting.stage, Stage::Walking | Stage::Evidence(_));
        let missing = seen.missing.filter(|_| walks);
        if missing.as_ref().is_some_and(Vec::is_empty) {
            meeting.go_on(self.now);
        }
        meeting.compare(&self.desk);
        self.meeting = Some(meeting);
        if let Some(missing) = missing.filter(|missing| !missing.is_empty()) {
            self.hint(&format!("still missing: its {}", missing.join(" and its ")));
        }
        let mut effects = self.put_down(seen.lines);
        effects.extend(seen.elsewhere.into_iter().take(ASKED_AT_ONCE).map(Effect::LoadDetail));
        effects
    }

    /// Writes lines of the minutes down, unless nothing is written here.
    fn put_down(&self, lines: Vec<Line>) -> Vec<Effect> {
        if lines.is_empty() || self.desk.read_only().is_some() { Vec::new() } else { vec![Effect::Minute(lines)] }
    }

    /// What a key does while the meeting has it.
    pub(super) fn press_in_meeting(&mut self, key: Key) -> Vec<Effect> {
        let Some(stage) = self.meeting().map(|meeting| meeting.stage) else { return Vec::new() };
        if stage == Stage::Ending {
            return self.press_at_the_end(key);
        }
        if let Some(answer) = self.outfit.keys.answer(Keys::Meeting, key) {
            return self.answer_in_meeting(answer, stage);
        }
        let walks = matches!(stage, Stage::Walking | Stage::Evidence(_));
        match self.outfit.keys.command(Keys::Queue, key) {
            Some(Command::Undo) => self.undo_in_meeting(),
            Some(command) if command.is_of_any_meeting() => self.run(command),
            Some(command) if walks && command.is_about_an_item() => self.run(command),
            Some(_) | None => Vec::new(),
        }
    }

    /// Only what this meeting decided is taken back here.
    fn undo_in_meeting(&mut self) -> Vec<Effect> {
        let last = self.desk.last_act().map(|last| last.batch);
        let is_ours = |meeting: &&mut Box<Meeting>| {
            last.is_some() && meeting.minutes().decided.iter().any(|one| Some(&one.batch) == last.as_ref())
        };
        match self.meeting.as_mut().filter(is_ours) {
            Some(meeting) if meeting.minutes().ended_at.is_some() => {
                self.hint("the meeting is over; in the queue the same key takes it back")
            }
            Some(meeting) => {
                if let Stage::Minutes(_) = meeting.stage {
                    meeting.stage = Stage::Walking;
                }
                self.undo()
            }
            None => self.hint("nothing to undo: this meeting has decided nothing that stands"),
        }
    }

    /// What is known of the item that is shown, and what may be guessed.
    pub(super) fn proposal(&self) -> Option<Proposal> {
        let meeting = self.meeting()?;
        let incident = self.desk.incident(&meeting.item()?.id)?;
        let class = |id: &IncidentId| self.desk.row(id).map(|row| (self.desk.name(id), row.class));
        let alike: Vec<_> = meeting.alike().iter().filter_map(|(id, _)| class(id)).collect();
        Some(likeness::proposal(incident, &alike, self.desk.model()))
    }

    /// Does what is proposed: what is missing of kind and severity, as one act.
    fn take_proposal(&mut self) -> Vec<Effect> {
        let Some(ids) = self.deciding() else { return Vec::new() };
        let row = ids.first().and_then(|id| self.desk.row(id));
        let missing = row.map(|row| missing(row.class, self.desk.model())).unwrap_or_default();
        let proposal = self.proposal().unwrap_or_default();
        let kind = proposal.kind.filter(|_| missing.contains(&"kind")).map(|guess| guess.id);
        let team = &self.desk.model().team;
        let comes_with = kind.as_ref().and_then(|kind| team.kind(kind)).is_some_and(|kind| kind.severity.is_some());
        let severity = proposal.severity.filter(|_| missing.contains(&"severity") && !comes_with);
        let wishes = [kind.map(|id| Wish::Kind(Some(id))), severity.map(|guess| Wish::Severity(Some(guess.id)))];
        let wishes: Vec<Wish> = wishes.into_iter().flatten().collect();
        if wishes.is_empty() {
            let [severity, kind] = [Command::Severity, Command::Kind].map(|command| self.outfit.keys.key_of(command));
            return self.hint(&format!("nothing is proposed that is missing; {severity} and {kind} say it"));
        }
        let decided = self.desk.wish_all(self.now, &ids, &wishes);
        self.after_decision(&decided)
    }

    /// Gives it the severity that is a backlog; what has it already is said to stay there.
    fn put_into_backlog(&mut self) -> Vec<Effect> {
        let Some(ids) = self.deciding() else { return Vec::new() };
        let severities = &self.desk.model().team.severities;
        let Some(at) = severities.iter().position(|severity| severity.backlog) else {
            return self.hint("no severity of the team file has `backlog = true`");
        };
        let id = severities[at].id.clone();
        let has = ids.first().and_then(|id| self.desk.row(id)).is_some_and(|row| row.class.severity == Some(at));
        let wish = if has { Wish::Note(STAYS.to_owned()) } else { Wish::Severity(Some(id)) };
        self.decide(&ids, &wish)
    }
}
