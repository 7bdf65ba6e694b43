//! What a change of the team file does to who is on call: from whom to whom,
//! from when to when. A change that nobody would notice is none.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::rotation::{Piece, Roster};
use crate::config::{Role, TeamFile};

/// Somebody else holds a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Which of the rotation's duties.
    pub role: Role,
    /// From when on.
    pub from: DateTime<Utc>,
    /// To when, excluded.
    pub to: DateTime<Utc>,
    /// Who had it; nobody, if none.
    pub was: Option<String>,
    /// Who has it; nobody, if none.
    pub is: Option<String>,
}

/// What is different for a rotation in a stretch of time, by role and time, each piece as long as it can be.
pub fn changed(
    (before, after): (&TeamFile, &TeamFile),
    rotation: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Vec<Changed> {
    // What was seen is past; a draft is about what the file says.
    let (old, new) = (Roster::new(before, &[], from, (from, to)), Roster::new(after, &[], from, (from, to)));
    let mut all = Vec::new();
    for role in [Role::Primary, Role::Secondary] {
        let (was, is) = (old.pieces(rotation, role, (from, to)), new.pieces(rotation, role, (from, to)));
        let ends = was.iter().chain(&is).flat_map(|piece| [piece.start(), piece.end()]);
        let mut cuts: BTreeSet<DateTime<Utc>> = ends.filter(|cut| (from..to).contains(cut)).collect();
        cuts.extend([from, to]);
        let cuts: Vec<DateTime<Utc>> = cuts.into_iter().collect();
        let mut found: Vec<Changed> = Vec::new();
        for pair in cuts.windows(2) {
            let (start, end) = (pair[0], pair[1]);
            let (was, is) = (holder(&was, start), holder(&is, start));
            if was == is {
                continue;
            }
            match found.last_mut().filter(|last| last.to == start && last.was == was && last.is == is) {
                Some(last) => last.to = end,
                None => found.push(Changed { role, from: start, to: end, was, is }),
            }
        }
        all.extend(found);
    }
    all
}

fn holder(pieces: &[Piece<'_>], at: DateTime<Utc>) -> Option<String> {
    pieces.iter().find(|piece| piece.holds(at)).map(|piece| piece.person.to_owned())
}

/// What is worth a word before a stretch is written down.
pub fn doubts(team: &TeamFile, rotation: &str, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Vec<String> {
    let mut doubts = Vec::new();
    // A duty that begins later is looked for, too.
    let roster = Roster::new(team, &[], from, (from, to.max(from + TimeDelta::days(400))));
    let Some(then) = roster.on_call(from).into_iter().find(|then| then.rotation.id == rotation) else { return doubts };
    if then.duty.is_none_or(|(start, _)| start >= to) {
        doubts.push(format!("nobody has to be on call in {rotation} then: it covers nothing"));
    }
    let gaps = roster.gaps((from, to));
    for gap in gaps.iter().filter(|gap| gap.rotation == rotation) {
        let who = gap.holder;
        let (start, end) = (gap.start.format("%a %-d %b %H:%M"), gap.end.format("%a %-d %b %H:%M"));
        doubts.push(format!("{who} {} from {start} to {end}, so that nobody can answer", gap.why));
    }
    doubts
}
