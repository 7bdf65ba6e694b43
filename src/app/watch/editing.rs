//! Changing who is on call from the rotation pane: what the team file would
//! be is shown first, and only a yes writes it.

use chrono::{DateTime, TimeDelta, Utc};

use super::answers::Pressed;
use super::keys::After;
use super::openers::choice;
use super::{App, Dialog, DraftCursor};
use crate::app::bindings::{Answer, Place};
use crate::app::editing::{Draft, Theirs, Turns};
use crate::app::event::{Effect, Level, News};
use crate::app::key::Key;
use crate::app::pick::{Choice, Means, Pick, Purpose};
use crate::config::{Amendment, RotationEdit};
use crate::domain::rotation::Because;
use crate::domain::text::Clean;
use crate::panes::frame::Pane;

/// Shifts to swap with are offered so far ahead.
const OFFERED: TimeDelta = TimeDelta::days(92);

/// A shift of a rotation, as a pane has it selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// The id of the rotation.
    pub rotation: String,
    /// From when it is theirs.
    pub start: DateTime<Utc>,
    /// To when.
    pub end: DateTime<Utc>,
}

impl App {
    /// Does this to the shift that is selected in the rotation pane.
    pub(super) fn change_shift(&mut self, change: fn(&mut Self, &Selected) -> Vec<Effect>) -> Vec<Effect> {
        let at = self.pane_cursor(Pane::Rotation).at;
        let selected = self.watchbill().turns().nth(at).filter(|_| self.pane == Pane::Rotation);
        let selected = selected.map(|turn| Selected {
            rotation: turn.rotation.clone(),
            start: turn.start.to_utc(),
            end: turn.end.to_utc(),
        });
        match selected {
            Some(shift) => change(self, &shift),
            None => self.hint("no shift is selected"),
        }
    }

    /// I take what is selected of a shift, or say yes to the open request for it.
    pub fn take_shift(&mut self, shift: &Selected) -> Vec<Effect> {
        let at = shift.start.max(self.now);
        let edit = self.me_on_the_team().and_then(|me| {
            let turns = self.turns_of(shift)?;
            if turns.at(at).is_some_and(|theirs| theirs.person == me) {
                return Err("it is yours already".to_owned());
            }
            let yes = turns.taking(&me, at)?;
            let answers = matches!(yes, RotationEdit::TakeSwap { .. });
            Ok(if answers { yes } else { turns.held_by(&me, (shift.start, shift.end)) })
        });
        match edit {
            Ok(edit) => self.draft_amendment(Amendment::Rotation { rotation: shift.rotation.clone(), edit }),
            Err(why) => self.hint(&why),
        }
    }

    /// Asks whom to give this shift of mine to; nobody makes it a request.
    pub fn give_shift(&mut self, shift: &Selected) -> Vec<Effect> {
        let at = Some(shift.start.max(self.now));
        let offers = self.me_on_the_team().and_then(|me| {
            let turns = self.turns_of(shift)?;
            let whose = turns.at(shift.start.max(self.now)).ok_or("nobody has a shift then")?.person;
            if whose != me {
                return Err(format!("it is {whose}'s; it can be taken, swapped or overridden"));
            }
            let others = self.others(&me).into_iter().filter_map(|(id, name)| {
                let edit = turns.giving(&me, Some(&id), at).ok()?;
                Some(choice(&id, name, amends(shift, edit)))
            });
            let mut offers: Vec<Choice> = others.collect();
            let open = turns.giving(&me, None, at).ok();
            offers.extend(open.map(|edit| choice("whoever wants it", "an open request", amends(shift, edit))));
            Ok(offers)
        });
        self.offer("Give it to", offers)
    }

    /// Asks with which shift of somebody else this one is swapped.
    pub fn swap_shift(&mut self, shift: &Selected) -> Vec<Effect> {
        let offers = self.turns_of(shift).and_then(|turns| {
            let at = shift.start.max(self.now);
            let mine = turns.at(at).ok_or("nobody has a shift then")?;
            if mine.because == Because::Override {
                return Err("an override made it theirs, and no swap would change that".to_owned());
            }
            // Of what runs or was changed by an exception, nothing can be given back as a whole.
            let whole = |one: &Theirs| one.because == Because::Rotation && one.when.0 > self.now;
            let others = turns.ahead(OFFERED).into_iter().filter(|one| one.person != mine.person && whole(one));
            let offer = |one: Theirs| {
                let hint = format!("{} to {}", self.civil(one.when.0), self.civil(one.when.1));
                choice(&one.person, hint, amends(shift, turns.swapping(&mine, &one)))
            };
            Ok(others.map(offer).collect())
        });
        self.offer("Swap it with", offers)
    }

    /// Asks who holds this shift, whoever's turn it is.
    pub fn override_shift(&mut self, shift: &Selected) -> Vec<Effect> {
        let offers = self.turns_of(shift).map(|turns| {
            let people = self.others("").into_iter();
            let when = (shift.start, shift.end);
            people.map(|(id, name)| choice(&id, name, amends(shift, turns.held_by(&id, when)))).collect()
        });
        self.offer("Who holds it?", offers)
    }

    fn offer(&mut self, title: &str, offers: Result<Vec<Choice>, String>) -> Vec<Effect> {
        match offers {
            Ok(choices) if choices.is_empty() => self.hint("there is nobody else"),
            Ok(choices) => {
                self.dialog = Some(Dialog::Pick(Box::new(Pick::new(Purpose::Amend, title.to_owned(), choices))));
                Vec::new()
            }
            Err(why) => self.hint(&why),
        }
    }

    pub(super) fn draft_amendment(&mut self, amendment: Amendment) -> Vec<Effect> {
        if let Some(why) = self.desk.read_only().cloned() {
            return self.hint(&format!("nothing is changed: {why}"));
        }
        vec![Effect::Draft(amendment)]
    }

    fn turns_of(&self, shift: &Selected) -> Result<Turns<'_>, String> {
        let gone = || format!("there is no rotation {} any more", shift.rotation);
        Turns::of(&self.desk.model().team, &shift.rotation, self.now, None).ok_or_else(gone)
    }

    fn me_on_the_team(&self) -> Result<String, String> {
        let (team, me) = (&self.desk.model().team, self.desk.me());
        let known = team.person(me).or_else(|| team.person_of_login(me)).map(|person| person.id.clone());
        known.ok_or_else(|| format!("{me} is nobody of the team file; write `me = \"ID\"` into your personal file"))
    }

    fn others(&self, me: &str) -> Vec<(String, String)> {
        let today = self.now.date_naive();
        let people = self.desk.model().team.people.iter();
        let here = people.filter(|person| person.id != me && person.left.is_none_or(|left| left > today));
        here.map(|person| (person.id.clone(), person.name.clone())).collect()
    }

    /// What the team file would be is here: it is shown, and waits for a yes.
    pub(super) fn show_draft(&mut self, draft: Result<Box<Draft>, Clean>) {
        match draft {
            Ok(draft) if !draft.changes() => self.say_of_the_file(Level::Info, "the team file says so already"),
            // Whatever else has been opened meanwhile has the keys.
            Ok(_) if !matches!(self.dialog, None | Some(Dialog::Model(_))) => {}
            Ok(draft) => {
                let told = draft.effect(self.now);
                if let Some(why) = &told.refused {
                    return self.say_of_the_file(Level::Warning, &format!("nothing is changed: {why}"));
                }
                let behind = self.dialog.take().map(Box::new);
                self.dialog = Some(Dialog::Draft(Box::new(DraftCursor { draft: *draft, told, top: 0, behind })));
            }
            Err(why) => self.say_of_the_file(Level::Error, why.as_str()),
        }
    }

    /// It is written, or not.
    pub(super) fn hear_of_the_file(&mut self, written: &Result<(), Clean>) {
        match written {
            Ok(()) => {
                let text =
                    "the team file is changed; `git diff` shows it, and it holds for the others once it is committed";
                self.say_of_the_file(Level::Done, text);
            }
            Err(why) => self.say_of_the_file(Level::Error, why.as_str()),
        }
    }

    fn say_of_the_file(&mut self, level: Level, text: &str) {
        self.toasts.say(News { at: self.now, level, text: Clean::line(text), incident: None });
    }

    pub(super) fn press_in_draft(&mut self, key: Key, cursor: &mut DraftCursor) -> Pressed {
        let lines = cursor.lines(DraftCursor::columns(self.size.0)).len();
        let (_, _, shown) = DraftCursor::room((self.size.0, self.size.1.saturating_sub(2)), lines);
        let last = lines.saturating_sub(shown);
        let moved = |lines: isize| cursor.top.min(last).saturating_add_signed(lines).min(last);
        cursor.top = match self.outfit.keys.answer(Place::Question, key) {
            Some(Answer::Yes) => return (After::Closes, vec![Effect::Amend(Box::new(cursor.draft.clone()))]),
            Some(Answer::No) => return (After::Closes, Vec::new()),
            Some(Answer::Down) => moved(1),
            Some(Answer::Up) => moved(-1),
            Some(Answer::PageDown) => moved(8),
            Some(Answer::PageUp) => moved(-8),
            Some(Answer::Top) => 0,
            Some(Answer::Bottom) => last,
            Some(_) | None => cursor.top,
        };
        (After::Stays, Vec::new())
    }
}

fn amends(shift: &Selected, edit: RotationEdit) -> Means {
    Means::Amend(Box::new(Amendment::Rotation { rotation: shift.rotation.clone(), edit }))
}
