//! A shift taken over, or given away.

use chrono::{DateTime, Utc};

use super::Here;
use crate::app::editing::Turns;
use crate::cli::exit::Failure;
use crate::config::RotationEdit;
use crate::domain::text::Clean;

impl Here<'_> {
    /// What I take the shift of this time with: a yes to an open request for it, else an override.
    pub(super) fn taking(&self, shift: Option<&str>) -> Result<RotationEdit, Failure> {
        let (me, at) = (self.me()?, self.at(shift)?);
        self.turns()?.taking(&me, at.unwrap_or(self.now)).map_err(Failure::wrong)
    }

    /// What I give a shift of mine away with: a swap, and where an override made it mine, another one.
    pub(super) fn giving(&self, to: Option<&str>, shift: Option<&str>) -> Result<RotationEdit, Failure> {
        let me = self.me()?;
        let take = to.map(|to| self.person(to)).transpose()?;
        self.turns()?.giving(&me, take.as_deref(), self.at(shift)?).map_err(Failure::wrong)
    }

    fn turns(&self) -> Result<Turns<'_>, Failure> {
        let turns = Turns::of(&self.context.team, &self.rotation.id, self.now, self.why.clone());
        turns.ok_or_else(|| Failure::wrong(format!("there is no rotation {}", self.rotation.id)))
    }

    fn me(&self) -> Result<String, Failure> {
        let name = self.context.me();
        let team = &self.context.team;
        let known = team.person(&name).or_else(|| team.person_of_login(&name));
        known.map(|person| person.id.clone()).ok_or_else(|| {
            let remedy = "write `me = \"ID\"` into your personal file, or use `override add` and `override swap`";
            Failure::wrong(format!("{} is nobody of the team file: {remedy}", Clean::line(&name)))
        })
    }

    fn at(&self, shift: Option<&str>) -> Result<Option<DateTime<Utc>>, Failure> {
        let Some(text) = shift else { return Ok(None) };
        let read = self.clock.read(text, self.now);
        let moment = read.map_err(|why| Failure::wrong(format!("--shift {}: {why}", Clean::line(text))))?;
        let at = self.clock.instant(moment);
        if at < self.now {
            return Err(Failure::wrong(format!("--shift {}: that shift is past", Clean::line(text))));
        }
        Ok(Some(at))
    }
}
