//! A word in time: the operator's shift is about to end.

use chrono::TimeDelta;

use super::App;
use crate::app::bindings::Command;
use crate::domain::rotation::Roster;

/// So long before the end it is said.
const BEFORE: TimeDelta = TimeDelta::minutes(30);
/// What runs now lies within this.
const AROUND: TimeDelta = TimeDelta::days(2);

impl App {
    /// Says once that the operator's shift is about to end.
    pub(super) fn remind_of_the_end(&mut self) {
        let team = &self.desk.model().team;
        if team.rotations.is_empty() {
            return;
        }
        let roster = Roster::new(team, &[], self.now, (self.now - AROUND, self.now + AROUND));
        let me = self.desk.me();
        let mine = roster.on_call(self.now).into_iter().find_map(|one| {
            let piece = one.primary.as_ref().filter(|piece| piece.person == me)?;
            Some(one.shift.1).filter(|end| piece.end() == end.to_utc() && end.to_utc() <= self.now + BEFORE)
        });
        if let Some(end) = mine.filter(|end| self.reminded != Some(end.to_utc())) {
            self.reminded = Some(end.to_utc());
            let key = self.outfit.keys.key_of(Command::Handoff);
            self.hint(&format!("your shift ends {}; {key} hands it over", end.format("%a %H:%M")));
        }
    }
}
