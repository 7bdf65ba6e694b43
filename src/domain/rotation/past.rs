//! Who was on call, as the ledger has it: laid over what the file says of the
//! time before now.
//!
//! A line of the ledger says who has a role from an instant on, and until when
//! the file meant it then. A later line takes the place of all earlier ones
//! from its own beginning on.

use std::ops::Range;

use chrono::{DateTime, Utc};

use super::{Because, Piece, Roster, Rota, time};
use crate::config::Role;

/// A shift, or a piece of one, that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// The id of the rotation.
    pub rotation: String,
    /// Which of its duties.
    pub role: Role,
    /// The id of the person who had it.
    pub person: String,
    /// Why it was theirs.
    pub because: Because,
    /// Whose turn it would have been.
    pub instead_of: Option<String>,
    /// The whole shift.
    pub shift: (DateTime<Utc>, DateTime<Utc>),
    /// From when on it was theirs.
    pub from: DateTime<Utc>,
    /// To when, as the file had it then.
    pub to: DateTime<Utc>,
    /// When this was written down.
    pub seen: DateTime<Utc>,
}

impl Begun {
    fn says(&self, piece: &Piece<'_>) -> bool {
        let own = (self.person.as_str(), self.because, self.instead_of.as_deref());
        own == (piece.person, piece.because, piece.instead_of) && self.shift == piece.shift()
    }
}

/// What the ledger says of one role: from when to when, and what.
pub(super) type Line<'a> = Vec<(Range<i64>, &'a Begun)>;

/// What the ledger says of one role, in order, without overlaps. What was
/// written by a clock that was ahead of this one has not happened yet.
pub(super) fn timeline<'a>(begun: &'a [Begun], (rotation, role): (&str, Role), now: i64) -> Line<'a> {
    let mut line: Line<'_> = Vec::new();
    let own = begun.iter().filter(|one| one.rotation == rotation && one.role == role);
    for one in own.filter(|one| one.seen.timestamp() <= now) {
        let when = one.from.timestamp()..one.to.timestamp();
        while line.last().is_some_and(|(earlier, _)| earlier.start >= when.start) {
            line.pop();
        }
        if let Some((earlier, _)) = line.last_mut() {
            earlier.end = earlier.end.min(when.start);
        }
        line.push((when, one));
    }
    line.retain(|(when, _)| !when.is_empty());
    line
}

impl<'a> Roster<'a> {
    /// What the ledger has yet to be told of the time up to now, where somebody looked last at `looked`: what has
    /// begun since, and who has what runs if the file was changed. Nothing where it knows all.
    pub fn to_record(&self, looked: Option<DateTime<Utc>>) -> Vec<Begun> {
        let now = self.now;
        let since = looked.map_or(now, |looked| looked.timestamp().min(now)).max(self.stretch.start);
        let mut news = Vec::new();
        for rota in &self.rotas {
            for role in [Role::Primary, Role::Secondary] {
                let mut anew = false;
                for piece in self.by_file(rota, role, &(since..now + 1)) {
                    // What is told once takes the place of all that was known of the time after it.
                    let from =
                        if anew { Some(piece.when.start) } else { news_of(&piece, rota.line(role), (since, now)) };
                    anew |= from.is_some();
                    news.extend(from.map(|from| self.begin(&piece, from)));
                }
            }
        }
        news
    }

    fn begin(&self, piece: &Piece<'_>, from: i64) -> Begun {
        Begun {
            rotation: piece.rotation.to_owned(),
            role: piece.role,
            person: piece.person.to_owned(),
            because: piece.because,
            instead_of: piece.instead_of.map(ToOwned::to_owned),
            shift: piece.shift(),
            from: time(from),
            to: piece.end(),
            seen: time(self.now),
        }
    }

    /// Lays what the ledger says over the pieces of one role, as far as it is past.
    pub(super) fn remembered(
        &self,
        pieces: Vec<Piece<'a>>,
        rota: &Rota<'a>,
        role: Role,
        stretch: &Range<i64>,
    ) -> Vec<Piece<'a>> {
        let line = rota.line(role);
        if line.is_empty() || stretch.start >= self.now {
            return pieces;
        }
        let first = pieces.first().map_or(stretch.start, |piece| piece.when.start.min(stretch.start));
        let last = pieces.last().map_or(stretch.end, |piece| piece.when.end.max(stretch.end));
        let begin = line.partition_point(|(when, _)| when.end <= first);
        let known = line.get(begin..).unwrap_or_default().iter().take_while(|(when, _)| when.start < last);
        let mut laid = Vec::new();
        for (when, one) in known {
            let when = when.start..when.end.min(self.now);
            if when.is_empty() {
                continue;
            }
            laid.push(Piece {
                rotation: &rota.rotation.id,
                role,
                person: &one.person,
                because: one.because,
                instead_of: one.instead_of.as_deref(),
                why: None,
                when,
                shift: one.shift.0.timestamp()..one.shift.1.timestamp(),
            });
        }
        let mut left = Vec::with_capacity(pieces.len());
        let mut under = 0;
        for piece in pieces {
            while laid.get(under).is_some_and(|over| over.when.end <= piece.when.start) {
                under += 1;
            }
            let over = laid.iter().skip(under).take_while(|over| over.when.start < piece.when.end);
            let mut from = piece.when.start;
            for over in over {
                left.push(Piece { when: from..over.when.start, ..piece.clone() });
                from = over.when.end;
            }
            let when = from..piece.when.end;
            left.push(Piece { when, ..piece });
        }
        left.retain(|piece| !piece.when.is_empty());
        left.extend(laid);
        left.sort_by_key(|piece| piece.when.start);
        left
    }
}

/// From when on the ledger has to be told of a piece; none if it knows.
fn news_of(piece: &Piece<'_>, line: &[(Range<i64>, &Begun)], (since, now): (i64, i64)) -> Option<i64> {
    let at = |instant: i64| line.iter().find(|(when, _)| when.contains(&instant));
    if piece.when.start > since {
        let known = at(piece.when.start).is_some_and(|(_, one)| one.says(piece));
        return (!known).then_some(piece.when.start);
    }
    match at(now.min(piece.when.end - 1)) {
        Some((when, one)) if one.says(piece) && when.end == piece.when.end => None,
        // It was seen otherwise until now: what the file says holds from here on.
        Some(_) => piece.when.contains(&now).then_some(now),
        None => {
            let told = line.iter().map(|(when, _)| when.end).filter(|end| piece.when.contains(end)).max();
            Some(told.unwrap_or(piece.when.start))
        }
    }
}
