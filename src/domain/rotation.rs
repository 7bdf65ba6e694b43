//! Who is on call, why, until when, and who is next.
//!
//! Nothing of it is stored that can be computed: the team file and an instant
//! are enough, so that a fresh clone knows who is on call. Only who *was* on
//! call comes from the ledger, once it has been written there: editing the
//! file changes the future and the present, never the past.
//!
//! The rules are those of `notes/rotations.md` in the project's design:
//! handovers lie in civil time, counted from `start`; a shift without covered
//! time uses up nobody's turn; a holiday does; overrides and swaps change
//! people and nothing else. All stretches are half-open.

mod answer;
pub mod findings;
mod gaps;
mod grid;
mod holders;
mod load;
mod past;
mod rota;
mod turns;
pub mod words;

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, FixedOffset, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use super::civil::Ruler;
use crate::config::{Period, Role, Secondary, TeamFile};
use holders::{Change, Held, lay, reaching};
use rota::Rota;
use turns::Slot;

pub use answer::{Next, OnCall};
pub use gaps::Gap;
pub use load::{JUDGED, Load};
pub use past::Begun;

/// So much more of the clocks is read than is asked for, in seconds: 40 days.
const MARGIN: i64 = 40 * 86_400;

/// Why somebody holds a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// It is their turn.
    Rotation,
    /// An override says so.
    Override,
    /// A swap says so.
    Swap,
}

impl Because {
    /// As answers and the ledger spell it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rotation => "rotation",
            Self::Override => "override",
            Self::Swap => "swap",
        }
    }

    /// The reason that is spelled so.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Rotation, Self::Override, Self::Swap].into_iter().find(|one| one.word() == word)
    }
}

/// As answers and the team file spell a role.
pub const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Primary => "primary",
        Role::Secondary => "secondary",
    }
}

/// A maximal stretch of one shift in which one person holds a role for one
/// reason; not cut by coverage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The id of the rotation.
    pub rotation: &'a str,
    /// Which of its duties.
    pub role: Role,
    /// The id of a person.
    pub person: &'a str,
    /// Why it is theirs.
    pub because: Because,
    /// Whose turn it would have been; none where it is their own.
    pub instead_of: Option<&'a str>,
    /// What the file says about the change.
    pub why: Option<&'a str>,
    when: Range<i64>,
    shift: Range<i64>,
}

impl Piece<'_> {
    /// The first instant of it.
    pub fn start(&self) -> DateTime<Utc> {
        time(self.when.start)
    }

    /// The first instant after it.
    pub fn end(&self) -> DateTime<Utc> {
        time(self.when.end)
    }

    /// The whole shift that it is a piece of.
    pub fn shift(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        (time(self.shift.start), time(self.shift.end))
    }

    /// How long it is, in seconds of real time.
    pub fn seconds(&self) -> i64 {
        self.when.end - self.when.start
    }

    /// Whether this instant belongs to it.
    pub fn holds(&self, at: DateTime<Utc>) -> bool {
        self.when.contains(&at.timestamp())
    }

    fn reaches(&self, stretch: &Range<i64>) -> bool {
        self.when.start < stretch.end && stretch.start < self.when.end
    }

    fn goes_on_as(&self, next: &Self) -> bool {
        let same = (self.person, self.because, self.instead_of) == (next.person, next.because, next.instead_of);
        same && self.shift == next.shift && self.when.end == next.when.start
    }
}

/// A handover of a rotation whose shifts are of a day and more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover<'a> {
    /// The id of the rotation.
    pub rotation: &'a str,
    /// When, on the rotation's clock.
    pub at: DateTime<FixedOffset>,
    /// Who takes over.
    pub incoming: &'a str,
}

/// The rotations of a team over a stretch of time, ready to be asked.
#[derive(Debug)]
pub struct Roster<'a> {
    team: &'a TeamFile,
    rotas: Vec<Rota<'a>>,
    now: i64,
    stretch: Range<i64>,
}

impl<'a> Roster<'a> {
    /// Reads the clocks of the rotations from one instant to another: nothing outside may be asked. `begun` is what
    /// the ledger knows, in the order in which it was written; it counts for what lies before `now`.
    pub fn new(
        team: &'a TeamFile,
        begun: &'a [Begun],
        now: DateTime<Utc>,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Self {
        let stretch = from.timestamp()..to.timestamp().max(from.timestamp());
        let starts = || team.rotations.iter().map(|rotation| rotation.start.and_utc().timestamp());
        let ends = team.rotations.iter().filter_map(|rotation| rotation.until).map(|until| until.and_utc().timestamp());
        // The shift that runs at either end is known whole.
        let margin = MARGIN + 2 * team.rotations.iter().map(|rotation| longest(rotation.shift)).max().unwrap_or(0);
        let first = starts().min().unwrap_or(stretch.start).min(stretch.start) - margin;
        let last = starts().chain(ends).max().unwrap_or(stretch.end).max(stretch.end) + margin;
        let mut clocks: BTreeMap<&str, Ruler> = BTreeMap::new();
        let rotas = team.rotations.iter().map(|rotation| {
            let zone = rotation.timezone;
            let clock = clocks.entry(zone.name()).or_insert_with(|| Ruler::new(zone, first, last));
            Rota::new(rotation, &team.team, clock.clone(), (begun, now.timestamp()), stretch.start)
        });
        Self { rotas: rotas.collect(), team, now: now.timestamp(), stretch }
    }

    /// The team file that it reads.
    pub fn team(&self) -> &'a TeamFile {
        self.team
    }

    /// Who holds a role of a rotation, in the pieces that overlap a stretch: whole, in order, and no two of them at
    /// once. Nothing of a rotation that the file does not name.
    pub fn pieces(&self, rotation: &str, role: Role, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Vec<Piece<'a>> {
        let rota = self.rotas.iter().find(|rota| rota.rotation.id == rotation);
        rota.map_or_else(Vec::new, |rota| self.held(rota, role, &(from.timestamp()..to.timestamp())))
    }

    /// All pieces of all rotations that overlap a stretch, by start, rotation and role.
    pub fn shifts(&self, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Vec<Piece<'a>> {
        let stretch = from.timestamp()..to.timestamp();
        let mut rotas: Vec<&Rota<'a>> = self.rotas.iter().collect();
        rotas.sort_by_key(|rota| &rota.rotation.id);
        let mut pieces = Vec::new();
        for rota in rotas {
            pieces.extend(self.held(rota, Role::Primary, &stretch));
            pieces.extend(self.held(rota, Role::Secondary, &stretch));
        }
        // In the order of rotations and roles already, which those of one instant keep.
        pieces.sort_by_key(|piece| piece.when.start);
        pieces
    }

    /// The handovers that begin a counting shift in a stretch, by instant, of the rotations whose shifts are of a day
    /// and more.
    pub fn handovers(&self, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Vec<Handover<'a>> {
        let stretch = from.timestamp()..to.timestamp();
        let mut handovers = Vec::new();
        for rota in self.rotas.iter().filter(|rota| rota.grid.is_of_days()) {
            let begins = self.held(rota, Role::Primary, &stretch).into_iter();
            let begins = begins.filter(|piece| piece.when.start == piece.shift.start);
            handovers.extend(begins.filter(|piece| stretch.contains(&piece.when.start)).map(|piece| Handover {
                rotation: piece.rotation,
                at: zoned(piece.when.start, rota.rotation.timezone),
                incoming: piece.person,
            }));
        }
        handovers.sort_by(|one, other| (one.at, one.rotation).cmp(&(other.at, other.rotation)));
        handovers
    }

    /// Who is on duty in this role and can answer at an instant: nobody in off hours, and nobody who is away.
    pub fn answers(&self, rotation: &str, role: Role, at: DateTime<Utc>) -> Option<&'a str> {
        let rota = self.rotas.iter().find(|rota| rota.rotation.id == rotation)?;
        let second = at.timestamp();
        rota.hours.covers(&rota.clock, second).then_some(())?;
        let piece = self.held(rota, role, &(second..second + 1)).into_iter().next()?;
        super::people::unfit(self.team, piece.person, at).is_none().then_some(piece.person)
    }

    /// The pieces of one role that overlap a stretch, with what the ledger knows of the past.
    fn held(&self, rota: &Rota<'a>, role: Role, stretch: &Range<i64>) -> Vec<Piece<'a>> {
        let pieces = self.by_file(rota, role, stretch);
        let mut pieces = merged(self.remembered(pieces, rota, role, stretch));
        pieces.retain(|piece| piece.reaches(stretch));
        pieces
    }

    /// The same by the file alone.
    fn by_file(&self, rota: &Rota<'a>, role: Role, stretch: &Range<i64>) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        // The shifts at both ends, whole.
        let whole = rota.shift(stretch.start).start..rota.shift(stretch.end).end;
        match role {
            Role::Primary => {
                let changes = reaching(&rota.primary, &whole);
                for slot in rota.slots(stretch.clone()) {
                    primary((rota, &changes), &slot, &mut pieces);
                }
            }
            Role::Secondary => self.secondaries(rota, (stretch, &whole), &mut pieces),
        }
        let mut pieces = merged(pieces);
        pieces.retain(|piece| piece.reaches(stretch));
        pieces
    }

    fn secondaries(&self, rota: &Rota<'a>, (stretch, whole): (&Range<i64>, &Range<i64>), pieces: &mut Vec<Piece<'a>>) {
        if rota.rotation.secondary.is_none() && rota.secondary.is_empty() {
            return;
        }
        let (firsts, seconds) = (reaching(&rota.primary, whole), reaching(&rota.secondary, whole));
        let others = match &rota.rotation.secondary {
            Some(Secondary::Rotation(other)) => Some(self.primaries_of(other, whole)),
            Some(Secondary::Previous | Secondary::Next) | None => None,
        };
        let mut begun = 0;
        for slot in rota.slots(stretch.clone()) {
            let bases: Vec<(&'a str, Range<i64>)> = if let Some(others) = &others {
                while others.get(begun).is_some_and(|(_, when)| when.end <= slot.when.start) {
                    begun += 1;
                }
                let own = others.get(begun..).unwrap_or_default().iter();
                own.take_while(|(_, when)| when.start < slot.when.end)
                    .map(|(person, when)| (*person, when.start.max(slot.when.start)..when.end.min(slot.when.end)))
                    .collect()
            } else {
                let held = lay(rota.member(slot.member), slot.when.clone(), &firsts).into_iter();
                held.map(|held| (rota.beside(slot.member, held.person).unwrap_or_default(), held.when)).collect()
            };
            for (base, when) in bases {
                let held = lay(base, when, &seconds).into_iter().filter(|held| !held.person.is_empty());
                pieces.extend(held.map(|held| piece(rota, Role::Secondary, &slot, base, held)));
            }
        }
    }

    /// Who has another rotation in a stretch, with an empty name for nobody.
    fn primaries_of(&self, rotation: &str, stretch: &Range<i64>) -> Vec<(&'a str, Range<i64>)> {
        let Some(rota) = self.rotas.iter().find(|rota| rota.rotation.id == *rotation) else { return Vec::new() };
        let mut found = Vec::new();
        let mut reached = stretch.start;
        for piece in self.held(rota, Role::Primary, stretch) {
            let (start, end) = (piece.when.start.max(stretch.start), piece.when.end.min(stretch.end));
            found.push(("", reached..start));
            found.push((piece.person, start..end));
            reached = end;
        }
        found.push(("", reached..stretch.end));
        found.retain(|(_, when)| !when.is_empty());
        found
    }
}

fn primary<'a>((rota, changes): (&Rota<'a>, &[Change<'a>]), slot: &Slot, pieces: &mut Vec<Piece<'a>>) {
    let base = rota.member(slot.member);
    if changes.is_empty() {
        let held = Held { when: slot.when.clone(), person: base, because: Because::Rotation, why: None };
        pieces.push(piece(rota, Role::Primary, slot, base, held));
        return;
    }
    let held = lay(base, slot.when.clone(), changes).into_iter();
    pieces.extend(held.map(|held| piece(rota, Role::Primary, slot, base, held)));
}

fn piece<'a>(rota: &Rota<'a>, role: Role, slot: &Slot, base: &'a str, held: Held<'a>) -> Piece<'a> {
    Piece {
        rotation: &rota.rotation.id,
        role,
        person: held.person,
        because: held.because,
        instead_of: (held.because != Because::Rotation && !base.is_empty()).then_some(base),
        why: held.why,
        when: held.when,
        shift: slot.when.clone(),
    }
}

fn merged(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    if pieces.windows(2).all(|pair| matches!(pair, [one, next] if !one.goes_on_as(next))) {
        return pieces;
    }
    let mut merged: Vec<Piece<'_>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match merged.last_mut().filter(|last| last.goes_on_as(&piece)) {
            Some(last) => last.when.end = piece.when.end,
            None => merged.push(piece),
        }
    }
    merged
}

/// No shift of this length lasts longer, in seconds.
fn longest(shift: Period) -> i64 {
    match shift {
        Period::Hours(hours) => i64::from(hours) * 3_600,
        Period::Days(days) => i64::from(days) * 86_400,
        Period::Months(months) => i64::from(months) * 31 * 86_400,
    }
}

/// An instant; the last one that there is, where it lies further away.
fn time(at: i64) -> DateTime<Utc> {
    let end = if at < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
    DateTime::from_timestamp(at, 0).unwrap_or(end)
}

/// An instant on a zone's clock.
fn zoned(at: i64, zone: Tz) -> DateTime<FixedOffset> {
    let at = time(at);
    at.with_timezone(&zone.offset_from_utc_datetime(&at.naive_utc()).fix())
}
