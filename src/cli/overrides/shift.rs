//! A shift taken over, or given away.

use chrono::{DateTime, TimeDelta, Utc};

use super::Here;
use crate::app::moments::HandoverClock;
use crate::cli::exit::Failure;
use crate::config::{Override, Role, RotationEdit, Stretch, Swap};
use crate::domain::rotation::{Because, Piece, Roster};
use crate::domain::text::Clean;

/// A shift is looked for so far ahead.
const AHEAD: TimeDelta = TimeDelta::days(366);

impl Here<'_> {
    /// What I take the shift of this time with: a yes to an open request for it, else an override.
    pub(super) fn taking(&self, shift: Option<&str>) -> Result<RotationEdit, Failure> {
        let (me, at) = (self.me()?, self.at(shift)?);
        if let Some(open) = self.open_request(at) {
            if open.give == me {
                return Err(Failure::wrong("it is your own request; `dogwatch override remove` takes it back"));
            }
            return Ok(RotationEdit::TakeSwap { open, take: me });
        }
        let (from, to) = self.find(at, |_| true)?.map_or_else(|| Err(self.nothing()), |piece| Ok(piece.shift))?;
        let when = self.left_of(from, to);
        Ok(RotationEdit::AddOverride(Override { when, person: me, role: Role::Primary, why: self.why.clone() }))
    }

    /// What I give a shift of mine away with: a swap, and where an override made it mine, another one.
    pub(super) fn giving(&self, to: Option<&str>, shift: Option<&str>) -> Result<RotationEdit, Failure> {
        let me = self.me()?;
        let take = to.map(|to| self.person(to)).transpose()?;
        if take.as_ref() == Some(&me) {
            return Err(Failure::wrong("it is yours already; name somebody else"));
        }
        let at = self.at(shift)?;
        let found = self.find(at, |piece| shift.is_some() || piece.person == me)?;
        let piece =
            found.ok_or_else(|| Failure::wrong(format!("no shift of yours in {} is ahead", self.rotation.id)))?;
        if piece.person != me {
            let whose = Clean::line(&piece.person);
            return Err(Failure::wrong(format!(
                "that shift is {whose}'s; `dogwatch override add` gives it to anybody"
            )));
        }
        let (when, role, why) = (self.left_of(piece.when.0, piece.when.1), Role::Primary, self.why.clone());
        match (take, piece.because) {
            (Some(person), Because::Override) => Ok(RotationEdit::AddOverride(Override { when, person, role, why })),
            (None, Because::Override) => {
                let remedy = "name who takes it, or take the override out with `dogwatch override remove`";
                Err(Failure::wrong(format!("an override made it yours, and a request would not change that: {remedy}")))
            }
            (take, Because::Rotation | Because::Swap) => {
                Ok(RotationEdit::AddSwap(Swap { when, give: me, take, back: None, role, why }))
            }
        }
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

    fn at(&self, shift: Option<&str>) -> Result<DateTime<Utc>, Failure> {
        let Some(text) = shift else { return Ok(self.now) };
        let read = self.clock.read(text, self.now);
        let moment = read.map_err(|why| Failure::wrong(format!("--shift {}: {why}", Clean::line(text))))?;
        let at = self.clock.instant(moment);
        if at < self.now {
            return Err(Failure::wrong(format!("--shift {}: that shift is past", Clean::line(text))));
        }
        Ok(at)
    }

    /// The request without an answer that is about this time.
    fn open_request(&self, at: DateTime<Utc>) -> Option<Swap> {
        let about = |swap: &&Swap| {
            let (from, to) = (self.clock.instant(swap.when.from), self.clock.instant(swap.when.to));
            swap.take.is_none() && swap.role == Role::Primary && from <= at && at < to
        };
        self.rotation.swaps.iter().find(about).cloned()
    }

    fn find(&self, at: DateTime<Utc>, wanted: impl Fn(&Piece<'_>) -> bool) -> Result<Option<Found>, Failure> {
        let until = at.checked_add_signed(AHEAD).ok_or_else(|| Failure::wrong("that is too far away"))?;
        let roster = Roster::new(&self.context.team, &[], self.now, (at, until));
        let pieces = roster.pieces(&self.rotation.id, Role::Primary, (at, until));
        Ok(pieces.iter().find(|piece| wanted(piece)).map(|piece| Found {
            person: piece.person.to_owned(),
            because: piece.because,
            when: (piece.start(), piece.end()),
            shift: piece.shift(),
        }))
    }

    /// What is still to come of it.
    fn left_of(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Stretch {
        let clock: &HandoverClock = &self.clock;
        Stretch { from: clock.moment(from.max(self.now)), to: clock.moment(to) }
    }

    fn nothing(&self) -> Failure {
        Failure::wrong(format!("nobody has a shift in {} then or after it", self.rotation.id))
    }
}

/// A piece of a shift, and the whole of it.
struct Found {
    person: String,
    because: Because,
    when: (DateTime<Utc>, DateTime<Utc>),
    shift: (DateTime<Utc>, DateTime<Utc>),
}
