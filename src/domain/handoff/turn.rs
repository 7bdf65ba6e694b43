//! Which shift is handed over, who goes and who comes.

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{Shift, key};
use crate::config::{Role, Rotation, TeamFile};
use crate::domain::people::unfit;
use crate::domain::rotation::{OnCall, Piece, Roster, words};
use crate::domain::text::Clean;

/// A second: the grain of the rotations.
const TICK: TimeDelta = TimeDelta::seconds(1);
/// In this part of a shift the one before it is still being handed over.
const STILL_HANDING: i32 = 4;

/// Somebody who has a shift, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The id of a person.
    pub person: String,
    /// `rotation`, `override` or `swap`.
    pub because: String,
    /// Whose turn it would have been.
    pub instead_of: Option<String>,
}

impl Holder {
    fn of(piece: &Piece<'_>) -> Self {
        Self {
            person: piece.person.to_owned(),
            because: piece.because.word().to_owned(),
            instead_of: piece.instead_of.map(ToOwned::to_owned),
        }
    }
}

/// One shift of one rotation on its way from one person to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The id of the rotation.
    pub rotation: String,
    /// Its clock.
    pub zone: Tz,
    /// The shift.
    pub shift: (DateTime<Utc>, DateTime<Utc>),
    /// The shift after it.
    pub next: (DateTime<Utc>, DateTime<Utc>),
    /// Who has the end of it; none if nobody has.
    pub outgoing: Option<Holder>,
    /// Who takes over; none if nobody does, or nobody who can answer.
    pub incoming: Option<Holder>,
    /// What there is to know of that, a sentence each.
    pub notes: Vec<Clean>,
}

impl Turn {
    /// The shift of this rotation that contains an instant; none if there is no such rotation.
    pub fn of(roster: &Roster<'_>, rotation: &str, at: DateTime<Utc>, now: DateTime<Utc>) -> Option<Self> {
        let on_call = |at| roster.on_call(at).into_iter().find(|one: &OnCall<'_>| one.rotation.id == rotation);
        let here = on_call(at)?;
        let zone = here.rotation.timezone;
        let shift = (here.shift.0.to_utc(), here.shift.1.to_utc());
        let there = on_call(shift.1)?;
        let next = (there.shift.0.to_utc(), there.shift.1.to_utc());
        let mut turn = Self {
            rotation: rotation.to_owned(),
            zone,
            shift,
            next,
            outgoing: None,
            incoming: None,
            notes: Vec::new(),
        };
        turn.look_who_goes(roster, now);
        turn.look_who_comes(roster, &there, now);
        Some(turn)
    }

    /// What tells the shift from all others.
    pub fn key(&self) -> String {
        key(&self.rotation, self.shift.0)
    }

    /// An instant on the rotation's clock, in whole seconds.
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        let at = DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at);
        at.with_timezone(&self.zone).fixed_offset()
    }

    /// The shift on the rotation's clock.
    pub fn whole(&self) -> Shift {
        Shift { start: self.local(self.shift.0), end: self.local(self.shift.1) }
    }

    /// Whether the next shift has run for so long that nobody hands this one over any more.
    pub fn is_long_over(&self, now: DateTime<Utc>) -> bool {
        let (start, end) = self.next;
        now >= start + (end - start) / STILL_HANDING
    }

    /// Whether an instant lies in the shift.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        (self.shift.0..self.shift.1).contains(&at)
    }

    fn note(&mut self, text: &str) {
        self.notes.push(Clean::line(text));
    }

    fn look_who_goes(&mut self, roster: &Roster<'_>, now: DateTime<Utc>) {
        let (start, end) = self.shift;
        let pieces = roster.pieces(&self.rotation, Role::Primary, (start, end));
        let last = pieces.iter().rev().find(|piece| piece.holds(end - TICK));
        let Some(last) = last else {
            return self.note("nobody was on duty at the end of this shift: nothing hangs on anybody");
        };
        let whole = (last.start().max(start), last.end().min(end));
        let team = roster.team();
        let absent = |at| unfit(team, last.person, at);
        match (absent(whole.0), absent(whole.1 - TICK)) {
            (Some(why), Some(_)) => {
                self.note(&format!("a gap: this shift was {}'s, who {why}: nobody was on duty", last.person));
            }
            (None, why) => {
                self.outgoing = Some(Holder::of(last));
                if let Some(why) = why {
                    self.note(&format!("at the end of this shift nobody can answer: {} {why}", last.person));
                }
            }
            (Some(_), None) => self.outgoing = Some(Holder::of(last)),
        }
        for piece in pieces.iter().filter(|piece| piece.person != last.person) {
            let (from, to) = (piece.start().max(start), piece.end().min(end));
            let (from, to) = (words::when(self.local(from), now), words::when(self.local(to), now));
            self.note(&format!("{} had {from} to {to}", words::who(piece)));
        }
    }

    fn look_who_comes(&mut self, roster: &Roster<'_>, there: &OnCall<'_>, now: DateTime<Utc>) {
        let end = self.shift.1;
        let held = roster.pieces(&self.rotation, Role::Primary, (end, end + TICK)).into_iter().next();
        let next = there.next.as_ref().map_or_else(
            || "nobody follows".to_owned(),
            |next| format!("{} comes next, {}", next.piece.person, words::when(next.start, now)),
        );
        match held {
            None => self.note(&format!("nobody takes over at the end of this shift; {next}")),
            Some(piece) => match unfit(roster.team(), piece.person, end) {
                Some(why) => {
                    self.note(&format!("nobody takes over: the next shift is {}'s, who {why}; {next}", piece.person));
                }
                None => self.incoming = Some(Holder::of(&piece)),
            },
        }
    }
}

/// Which rotation is meant: this one, the only one, or the one that this person has most to do with now.
///
/// # Errors
///
/// Why that cannot be said, and what to write.
pub fn rotation<'a>(team: &'a TeamFile, wanted: Option<&str>, me: &str) -> Result<&'a Rotation, Clean> {
    let rotations = &team.rotations;
    let ids = || rotations.iter().map(|rotation| rotation.id.as_str()).collect::<Vec<_>>().join(", ");
    let mine = || rotations.iter().filter(|rotation| rotation.members.iter().any(|member| member == me));
    match (wanted, rotations.as_slice()) {
        (Some(wanted), _) => rotations.iter().find(|rotation| rotation.id == wanted).ok_or_else(|| {
            let known =
                if rotations.is_empty() { "the team file has none".to_owned() } else { format!("known: {}", ids()) };
            Clean::line(&format!("there is no rotation `{wanted}`; {known}"))
        }),
        (None, []) => {
            Err(Clean::line("there is no shift to hand over: the team file has no rotation; add [[rotations]]"))
        }
        (None, [only]) => Ok(only),
        (None, _) => mine()
            .next()
            .filter(|_| mine().count() == 1)
            .ok_or_else(|| Clean::line(&format!("there are several rotations; say which with --rotation: {}", ids()))),
    }
}

/// Which shift is meant where nobody says: the one that runs; in its first quarter the one before, unless that was
/// accepted or was nobody's.
pub fn current(
    roster: &Roster<'_>,
    rotation: &str,
    now: DateTime<Utc>,
    accepted: impl Fn(&str) -> bool,
) -> Option<Turn> {
    let running = Turn::of(roster, rotation, now, now)?;
    let (start, end) = running.shift;
    if now >= start + (end - start) / STILL_HANDING {
        return Some(running);
    }
    let before = Turn::of(roster, rotation, start - TICK, now);
    let open = before.filter(|turn| turn.shift.1 == start && turn.outgoing.is_some() && !accepted(&turn.key()));
    Some(open.unwrap_or(running))
}

/// What tells the shift before this one from all others; none if the rotation had not begun.
pub fn before(roster: &Roster<'_>, rotation: &str, start: DateTime<Utc>) -> Option<String> {
    let last = roster.pieces(rotation, Role::Primary, (start - TICK, start)).into_iter().next_back()?;
    Some(key(rotation, last.shift().0))
}

/// The handovers of a stretch of time at which somebody's shift ended, of all rotations, with the rotation of each:
/// what may have been dropped is asked of these.
pub fn passed(roster: &Roster<'_>, stretch: (DateTime<Utc>, DateTime<Utc>)) -> Vec<(DateTime<Utc>, String)> {
    let ended = |rotation: &str, at| !roster.pieces(rotation, Role::Primary, (at - TICK, at)).is_empty();
    let all = roster.handovers(stretch).into_iter().map(|one| (one.at.to_utc(), one.rotation));
    all.filter(|(at, rotation)| ended(rotation, *at)).map(|(at, rotation)| (at, rotation.to_owned())).collect()
}
