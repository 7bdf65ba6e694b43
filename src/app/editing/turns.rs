//! Shifts that are taken over, given away, swapped or held by somebody else:
//! what has to be written for it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::moments::HandoverClock;
use crate::config::{Override, Role, Rotation, RotationEdit, Stretch, Swap, TeamFile};
use crate::domain::rotation::{Because, Piece, Roster};

/// A shift is looked for so far ahead.
const AHEAD: TimeDelta = TimeDelta::days(366);

/// The primary shifts of one rotation, seen from an instant.
#[derive(Debug)]
pub struct Turns<'a> {
    team: &'a TeamFile,
    rotation: &'a Rotation,
    clock: HandoverClock,
    now: DateTime<Utc>,
    why: Option<String>,
}

/// A piece of a shift, and the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theirs {
    /// Whose it is.
    pub person: String,
    /// Why.
    pub because: Because,
    /// The piece that is theirs.
    pub when: (DateTime<Utc>, DateTime<Utc>),
    /// The whole shift.
    pub shift: (DateTime<Utc>, DateTime<Utc>),
}

impl<'a> Turns<'a> {
    /// Those of the rotation with this id; none if there is none. `why` is written down with what is done.
    pub fn of(team: &'a TeamFile, rotation: &str, now: DateTime<Utc>, why: Option<String>) -> Option<Self> {
        let rotation = team.rotations.iter().find(|known| known.id == rotation)?;
        Some(Self { team, rotation, clock: HandoverClock::of(rotation, &team.team), now, why })
    }

    /// What somebody takes the shift of this time with: a yes to an open request for it, else an override.
    ///
    /// # Errors
    ///
    /// Why they cannot, in words.
    pub fn taking(&self, me: &str, at: DateTime<Utc>) -> Result<RotationEdit, String> {
        if let Some(open) = self.open_request(at) {
            if open.give == me {
                return Err("it is your own request; `dogwatch override remove` takes it back".to_owned());
            }
            return Ok(RotationEdit::TakeSwap { open, take: me.to_owned() });
        }
        let found = self.find(at, |_| true).ok_or_else(|| self.nothing())?;
        Ok(self.held_by(me, found.shift))
    }

    /// What somebody gives a shift of theirs away with: a swap, and where an override made it theirs, another one. Of
    /// no time, it is their running or next one; to nobody, it is a request.
    ///
    /// # Errors
    ///
    /// Why they cannot, in words.
    pub fn giving(&self, me: &str, to: Option<&str>, at: Option<DateTime<Utc>>) -> Result<RotationEdit, String> {
        if to == Some(me) {
            return Err("it is yours already; name somebody else".to_owned());
        }
        let found = self.find(at.unwrap_or(self.now), |piece| at.is_some() || piece.person == me);
        let found = found.ok_or_else(|| format!("no shift of yours in {} is ahead", self.rotation.id))?;
        if found.person != me {
            return Err(format!("that shift is {}'s; `dogwatch override add` gives it to anybody", found.person));
        }
        match (to, found.because) {
            (Some(person), Because::Override) => Ok(self.held_by(person, found.when)),
            (None, Because::Override) => {
                let remedy = "name who takes it, or take the override out with `dogwatch override remove`";
                Err(format!("an override made it yours, and a request would not change that: {remedy}"))
            }
            (take, Because::Rotation | Because::Swap) => {
                let (when, give, take) = (self.left_of(found.when), me.to_owned(), take.map(ToOwned::to_owned));
                let (role, why) = (Role::Primary, self.why.clone());
                Ok(RotationEdit::AddSwap(Swap { when, give, take, back: None, role, why }))
            }
        }
    }

    /// Two shifts change hands.
    pub fn swapping(&self, one: &Theirs, other: &Theirs) -> RotationEdit {
        let (when, back) = (self.left_of(one.when), Some(self.left_of(other.when)));
        let (give, take) = (one.person.clone(), Some(other.person.clone()));
        RotationEdit::AddSwap(Swap { when, give, take, back, role: Role::Primary, why: self.why.clone() })
    }

    /// Somebody holds it, whoever's turn it is.
    pub fn held_by(&self, person: &str, when: (DateTime<Utc>, DateTime<Utc>)) -> RotationEdit {
        let (person, role, why) = (person.to_owned(), Role::Primary, self.why.clone());
        RotationEdit::AddOverride(Override { when: self.left_of(when), person, role, why })
    }

    /// The shifts that run or follow within so long, in pieces by their holder.
    pub fn ahead(&self, span: TimeDelta) -> Vec<Theirs> {
        let until = self.now.checked_add_signed(span).unwrap_or(self.now);
        self.pieces(self.now, until)
    }

    /// What runs or follows at this time, in pieces by their holder.
    pub fn at(&self, at: DateTime<Utc>) -> Option<Theirs> {
        self.find(at, |_| true)
    }

    /// The request without an answer that is about this time.
    fn open_request(&self, at: DateTime<Utc>) -> Option<Swap> {
        let about = |swap: &&Swap| {
            let (from, to) = (self.clock.instant(swap.when.from), self.clock.instant(swap.when.to));
            swap.take.is_none() && swap.role == Role::Primary && from <= at && at < to
        };
        self.rotation.swaps.iter().find(about).cloned()
    }

    fn find(&self, at: DateTime<Utc>, wanted: impl Fn(&Theirs) -> bool) -> Option<Theirs> {
        let until = at.checked_add_signed(AHEAD)?;
        self.pieces(at, until).into_iter().find(|piece| wanted(piece))
    }

    fn pieces(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Theirs> {
        let roster = Roster::new(self.team, &[], self.now, (from, to));
        let theirs = |piece: &Piece<'_>| Theirs {
            person: piece.person.to_owned(),
            because: piece.because,
            when: (piece.start(), piece.end()),
            shift: piece.shift(),
        };
        roster.pieces(&self.rotation.id, Role::Primary, (from, to)).iter().map(theirs).collect()
    }

    /// What is still to come of it.
    fn left_of(&self, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Stretch {
        Stretch { from: self.clock.moment(from.max(self.now)), to: self.clock.moment(to) }
    }

    fn nothing(&self) -> String {
        format!("nobody has a shift in {} then or after it", self.rotation.id)
    }
}
