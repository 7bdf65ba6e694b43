//! Saying of eval findings that they were meant, or are known to flake: until
//! which day, and why; then they are closed for it.

use chrono::{Days, Months, NaiveDate};

use super::answers::Pressed;
use super::keys::After;
use super::openers::choice;
use super::{App, Dialog};
use crate::app::bindings::{Answer, Place};
use crate::app::event::{Effect, Level, News};
use crate::app::key::Key;
use crate::app::pick::{Choice, Means, Pick, Purpose};
use crate::app::saying::{LONGEST, Said, Saying};
use crate::app::typed::Typed;
use crate::app::when;
use crate::app::wish::Wish;
use crate::domain::id::IncidentId;
use crate::domain::incident::CloseReason;
use crate::domain::queue::State;
use crate::domain::text::Clean;

impl App {
    pub(super) fn pick_last_day(&mut self, verdict: CloseReason) -> Vec<Effect> {
        let Some(ids) = self.deciding() else { return Vec::new() };
        if !ids.iter().all(|id| self.desk.finding(id).is_some()) {
            return self.hint(&format!("only an eval finding can be called {}", verdict.word()));
        }
        if ids.iter().any(|id| self.desk.row(id).is_none_or(|row| row.standing.state == State::Closed)) {
            return self.hint("it is closed already; reopen it first");
        }
        self.ask_last_day(ids, verdict)
    }

    /// Asks until which day it holds: nothing that is said outlives a day that somebody named.
    pub(super) fn ask_last_day(&mut self, ids: Vec<IncidentId>, verdict: CloseReason) -> Vec<Effect> {
        if let Some(why) = ids.iter().find_map(|id| self.desk.unsayable(id, verdict)) {
            return self.hint(&why.to_string());
        }
        let today = self.today();
        let offers = [
            ("1 week", today.checked_add_days(Days::new(7))),
            ("2 weeks", today.checked_add_days(Days::new(14))),
            ("1 month", today.checked_add_months(Months::new(1))),
            ("3 months", today.checked_add_months(Months::new(3))),
        ];
        let offers = offers.into_iter().filter_map(|(words, day)| Some((words, day?)));
        let choices = offers.map(|(words, day)| choice(words, shown(day), Means::Until(day))).collect();
        let title = format!("{} until when? {}", verdict.word(), Self::named(&ids));
        let pick = Pick::new(Purpose::Say { ids, verdict }, title, choices);
        self.dialog = Some(Dialog::Pick(Box::new(pick)));
        Vec::new()
    }

    fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.desk.model().team.team.timezone).date_naive()
    }

    /// The day that the typed text means; none if it means none that is still to come.
    pub(super) fn last_day(&self, text: &str) -> Option<(String, String, Means)> {
        let team = &self.desk.model().team.team;
        let at = when::parse(text, self.now, team).ok().filter(|at| *at >= self.now)?;
        let day = at.with_timezone(&team.timezone).date_naive();
        Some((text.to_owned(), shown(day), Means::Until(day)))
    }

    pub(super) fn choose_last_day(&mut self, means: &Means, ids: &[IncidentId], verdict: CloseReason) -> Vec<Effect> {
        let Means::Until(until) = means else { return Vec::new() };
        let (ids, reason, cases) = (ids.to_vec(), String::new(), Vec::new());
        let saying = Saying { ids, verdict, until: *until, reason, cases };
        self.dialog = Some(Dialog::Why { saying, typed: Typed::default() });
        Vec::new()
    }

    pub(super) fn press_in_why(&mut self, key: Key, saying: Saying, typed: &mut Typed) -> Pressed {
        match self.outfit.keys.answer(Place::List, key) {
            Some(Answer::Back) => return (After::Closes, Vec::new()),
            Some(Answer::Choose) => {
                let reason = typed.text().trim();
                if reason.is_empty() || reason.len() > LONGEST {
                    return (After::Stays, self.hint(&format!("write why, in at most {LONGEST} bytes")));
                }
                let findings = saying.ids.iter().filter_map(|id| Some((id.clone(), self.desk.finding(id)?))).collect();
                let saying = Saying { reason: reason.to_owned(), ..saying };
                return (After::Closes, vec![Effect::Say { saying, findings }]);
            }
            Some(_) | None if key == Key::ctrl('c') => return (After::Closes, Vec::new()),
            Some(_) | None => {
                typed.press(key);
            }
        }
        (After::Stays, Vec::new())
    }

    /// What is written down closes its incidents; what could not be written changes nothing.
    pub(super) fn close_what_was_said(&mut self, said: &Said) -> Vec<Effect> {
        if let Some((id, why)) = said.refused.first() {
            let name = self.desk.name(id);
            let text = Clean::line(&format!("{name} is not {}: {why}", said.saying.verdict.word()));
            self.toasts.say(News { at: self.now, level: Level::Error, text, incident: None });
        }
        let ids = &said.saying.ids;
        if ids.is_empty() {
            return Vec::new();
        }
        // A comment that comes first would be news to the close.
        let wishes = [Wish::Close(said.saying.verdict), Wish::Note(said.saying.note())];
        let decided = self.desk.wish_all(self.now, ids, &wishes);
        let effects = self.after_decision(&decided);
        let desk = self.frozen.as_deref().unwrap_or(&self.desk);
        self.list.go_on(ids, desk);
        self.marks.clear();
        effects
    }
}

/// A day as it is offered.
fn shown(day: NaiveDate) -> String {
    day.format("%a %Y-%m-%d").to_string()
}

impl From<(String, String, Means)> for Choice {
    fn from((label, hint, means): (String, String, Means)) -> Self {
        Self { label, hint, means }
    }
}
