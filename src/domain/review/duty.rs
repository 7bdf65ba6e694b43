//! Who carried how much, in which shift a clock passed, and what a handover
//! dropped. Shifts are named by rotation and time: they drop things, not people.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Breach, Case, Clockwork, Dropped, Ground, Load, PersonLoad, ShiftLoad, ShiftName, whole};
use crate::config::{Clock, Role};

/// The shifts of one rotation that reach into the cycle, in order.
type Shifts = Vec<(DateTime<Utc>, DateTime<Utc>)>;

/// Those of all rotations, by the id of the rotation.
pub(super) type ShiftsOf<'a> = BTreeMap<&'a str, Shifts>;

/// The shifts of all rotations.
pub(super) fn shifts<'a>(ground: &Ground<'a>) -> ShiftsOf<'a> {
    let of = |rotation: &'a crate::config::Rotation| {
        let pieces = ground.roster.pieces(&rotation.id, Role::Primary, ground.cycle);
        let mut shifts: Shifts = pieces.iter().map(crate::domain::rotation::Piece::shift).collect();
        shifts.sort_unstable();
        shifts.dedup();
        (rotation.id.as_str(), shifts)
    };
    ground.roster.team().rotations.iter().map(of).collect()
}

fn shift_at(shifts: &Shifts, at: DateTime<Utc>) -> Option<usize> {
    let after = shifts.partition_point(|(start, _)| *start <= at);
    let place = after.checked_sub(1)?;
    shifts.get(place).filter(|(_, end)| at < *end).map(|_| place)
}

/// Every clock that passed in the cycle, by time.
pub(super) fn breaches(ground: &Ground<'_>, shifts: &ShiftsOf<'_>, cases: &[Case<'_>]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for case in cases {
        let Some(severity) = ground.model.severity_id(case.story.class.severity) else { continue };
        let rotation = ground.model.rotation_of(case.story.class.severity);
        for (at, clock) in case.lived.breaches.iter().filter(|(at, _)| ground.has(*at)) {
            let shift = rotation.and_then(|id| {
                let own = shifts.get(id)?;
                let (start, _) = own.get(shift_at(own, *at)?)?;
                Some(ShiftName { rotation: id.to_owned(), start: whole(*start) })
            });
            breaches.push(Breach {
                at: whole(*at),
                clock: clock.word().to_owned(),
                id: case.story.name.clone(),
                severity: severity.to_owned(),
                shift,
            });
        }
    }
    breaches.sort_by(|one, other| (one.at, &one.clock, &one.id).cmp(&(other.at, &other.clock, &other.id)));
    breaches
}

/// What was dropped at a handover of the cycle.
pub(super) fn dropped(ground: &Ground<'_>) -> Vec<Dropped> {
    let mut dropped: Vec<Dropped> =
        ground.notes.dropped.iter().filter(|one| ground.has(one.handover)).cloned().collect();
    dropped.sort_by(|one, other| (one.handover, &one.id).cmp(&(other.handover, &other.id)));
    dropped
}

/// Who carried how much, and which shift how much.
pub(super) fn load((ground, works): (&Ground<'_>, &Clockwork<'_>), shifts: &ShiftsOf<'_>, cases: &[Case<'_>]) -> Load {
    let mut counted: BTreeMap<&str, Vec<(usize, usize)>> =
        shifts.iter().map(|(id, shifts)| (*id, vec![(0, 0); shifts.len()])).collect();
    for case in cases {
        let Some(id) = ground.model.rotation_of(case.story.class.severity) else { continue };
        let (Some(own), Some(counts)) = (shifts.get(id), counted.get_mut(id)) else { continue };
        let opened = Some(case.story.opened_at()).filter(|at| ground.has(*at));
        if let Some(count) = opened.and_then(|at| shift_at(own, at)).and_then(|at| counts.get_mut(at)) {
            count.0 += 1;
        }
        // Off hours everything else waits for the next duty.
        let rings = case.story.class.severity.is_some() && works.clock(case) == Clock::Always;
        for at in case.lived.wakes.iter().filter(|at| rings && ground.has(**at) && !works.time.is_working(**at)) {
            if let Some(count) = shift_at(own, *at).and_then(|at| counts.get_mut(at)) {
                count.1 += 1;
            }
        }
    }
    let told = shifts.iter().flat_map(|(id, own)| {
        let counts = counted.get(id).into_iter().flatten();
        own.iter().zip(counts).map(move |((start, end), (incidents, wakes))| ShiftLoad {
            shift: ShiftName { rotation: (*id).to_owned(), start: whole(*start) },
            end: whole(*end),
            incidents: *incidents,
            off_hours_wakes: *wakes,
        })
    });
    let person = |load: crate::domain::rotation::Load<'_>| PersonLoad {
        person: load.person.to_owned(),
        shifts: load.shifts,
        covered: load.covered,
        off_hours: load.off_hours,
        weekends: load.weekends,
        longest_run: load.longest_run,
        above_mean: load.above_mean,
    };
    Load {
        shifts: told.collect(),
        people: ground.roster.load((ground.cycle.0, ground.end())).into_iter().map(person).collect(),
        limit: ground.model.team.limits.incidents_per_shift,
    }
}
