//! The log: each decision once, as it stands, and what was said besides. From
//! here a close that asks again is confirmed, and a refusal put away.

use chrono::{DateTime, Utc};

use super::answers::Pressed;
use super::keys::After;
use super::{App, LogCursor, LogLine};
use crate::app::bindings::{Answer, Place};
use crate::app::event::{Effect, Level};
use crate::app::key::Key;
use crate::app::list::Because;
use crate::domain::id::IncidentId;
use crate::domain::journal::{Entry, State};

impl App {
    /// Decisions and notices, newest first; each decision once, as it stands.
    pub fn log(&self) -> Vec<LogLine<'_>> {
        let decisions = self.desk.journal().entries().iter().rev().map(LogLine::Decision);
        let notices = self.toasts.notices().iter().rev().map(LogLine::Notice);
        let mut lines: Vec<LogLine<'_>> = decisions.chain(notices).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.at()));
        lines
    }

    /// The place of the selected line in the log, as it is now.
    pub fn log_place(&self, cursor: &LogCursor) -> usize {
        let lines = self.log();
        let named = lines.iter().position(|line| Some(line.name()) == cursor.name);
        named.unwrap_or(cursor.near).min(lines.len().saturating_sub(1))
    }

    pub(super) fn newest(&self) -> LogCursor {
        LogCursor { name: self.log().first().map(LogLine::name), near: 0 }
    }

    pub(super) fn press_in_log(&mut self, key: Key, cursor: &mut LogCursor) -> Pressed {
        let here = self.log_place(cursor);
        let step = |lines: isize| here.saturating_add_signed(lines);
        let there = match self.outfit.keys.answer(Place::Log, key) {
            Some(Answer::Down) => step(1),
            Some(Answer::Up) => step(-1),
            Some(Answer::PageDown) => step(10),
            Some(Answer::PageUp) => step(-10),
            Some(Answer::Top) => 0,
            Some(Answer::Bottom) => usize::MAX,
            Some(Answer::Back) => return (After::Closes, Vec::new()),
            Some(Answer::Choose) => return self.confirm(cursor),
            Some(Answer::Dismiss) => return (After::Stays, self.dismiss(cursor)),
            Some(_) | None => here,
        };
        let lines = self.log();
        let near = there.min(lines.len().saturating_sub(1));
        *cursor = LogCursor { name: lines.get(near).map(LogLine::name), near };
        (After::Stays, Vec::new())
    }

    /// The decision of the selected line; none for a notice, and none if it has been forgotten meanwhile.
    fn logged(&self, cursor: &LogCursor) -> Option<Entry> {
        self.log().into_iter().find_map(|line| match line {
            LogLine::Decision(entry) if Some(line.name()) == cursor.name => Some(entry.clone()),
            LogLine::Decision(_) | LogLine::Notice(_) => None,
        })
    }

    fn confirm(&mut self, cursor: &LogCursor) -> Pressed {
        match self.logged(cursor) {
            Some(entry) if entry.state == State::Asking => {
                let effects = self.desk.consent(self.now, &entry.op);
                (After::Stays, self.after_answer(effects))
            }
            Some(entry) => self.show(&entry.incident),
            None => (After::Stays, Vec::new()),
        }
    }

    fn dismiss(&mut self, cursor: &LogCursor) -> Vec<Effect> {
        match self.logged(cursor) {
            Some(entry) if entry.is_unseen_complaint() => {
                let effects = self.desk.dismiss(self.now, &entry.op);
                self.after_answer(effects)
            }
            Some(_) | None => self.hint("nothing to put away here"),
        }
    }

    fn after_answer(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        self.tell_news();
        self.refresh(Because::News);
        effects
    }

    /// Puts the cursor of the queue on this incident, if it is listed.
    pub(super) fn show(&mut self, incident: &IncidentId) -> Pressed {
        if !self.list.ids().any(|id| id == incident) {
            return (After::Stays, self.hint(&format!("{incident} is not listed now")));
        }
        let desk = self.frozen.as_deref().unwrap_or(&self.desk);
        self.list.select(incident, desk);
        (After::Closes, Vec::new())
    }
}

impl LogLine<'_> {
    /// When it was decided or said.
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Decision(entry) => entry.deed.at,
            Self::Notice(news) => news.at,
        }
    }

    /// How loudly it speaks.
    pub fn level(&self) -> Level {
        match self {
            Self::Notice(news) => news.level,
            Self::Decision(entry) => match entry.state {
                State::Refused | State::Conflict => Level::Error,
                State::Asking | State::Unknown { .. } => Level::Warning,
                State::Done | State::Cancelled => Level::Done,
                State::Deciding | State::Queued | State::Sending { .. } => Level::Info,
            },
        }
    }
}
