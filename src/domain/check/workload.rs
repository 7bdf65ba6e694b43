//! Rotations: gaps, whoever is not there, load. What is wrong with a rotation
//! by itself is [`crate::domain::rotation`]'s to say.

use chrono::TimeDelta;

use super::{Found, Ground, Level, Looked, Opened};
use crate::config::{Role, Who};
use crate::domain::people::unfit_on;
use crate::domain::rotation::Piece;

/// A shift that ended longer ago is not the last one.
const RECENT: TimeDelta = TimeDelta::days(92);

pub(super) fn gap(ground: &Ground<'_>) -> Vec<Found> {
    ground.of_duty("rotation-gap")
}

pub(super) fn away(ground: &Ground<'_>) -> Vec<Found> {
    let mut found = ground.of_duty("rotation-away");
    let (team, today) = (ground.team(), ground.today());
    for freeze in team.freezes.iter().filter(|freeze| freeze.to >= today && freeze.from <= ground.horizon()) {
        let Some(Who::Person(id)) = &freeze.approver else { continue };
        let Some(person) = team.person(id) else { continue };
        let days = freeze.from.max(today).iter_days().take_while(|day| *day <= freeze.to);
        let gone: Vec<_> = days.filter(|day| unfit_on(person, *day).is_some()).collect();
        if let (Some(first), Some(last)) = (gone.first(), gone.last()) {
            let why = unfit_on(person, *first).map(|why| why.to_string()).unwrap_or_default();
            let message = format!("{id} approves in {} and {why}: {first} to {last}", freeze.id);
            let fix = format!("name another `approver` in the freeze {}", freeze.id);
            found.push(Found::new(Level::Error, format!("freeze:{}", freeze.id), message, fix));
        }
    }
    found
}

pub(super) fn overloaded(ground: &Ground<'_>) -> Looked {
    let many = Looked::at(&ground.seen.past, |past| {
        let opened = &past.opened;
        ground.team().rotations.iter().filter_map(|rotation| busy(ground, &rotation.id, opened)).collect()
    });
    let mut all = Looked::from(ground.of_duty("overloaded")).and(many);
    all.found = super::joined(std::mem::take(&mut all.found));
    all
}

/// The last shift of a rotation that has ended, if more woke it than `incidents_per_shift`.
fn busy(ground: &Ground<'_>, rotation: &str, opened: &[Opened]) -> Option<Found> {
    let pieces = ground.roster.pieces(rotation, Role::Primary, (ground.now - RECENT, ground.now));
    let shifts = pieces.iter().map(Piece::shift).filter(|(_, end)| *end <= ground.now);
    let (start, end) = shifts.max_by_key(|(_, end)| *end)?;
    let its =
        |(at, severity): &&Opened| (start..end).contains(at) && ground.model.rotation_of(*severity) == Some(rotation);
    let (n, most) = (opened.iter().filter(its).count(), ground.team().limits.incidents_per_shift);
    let zone = ground.team().team.timezone;
    let message = format!(
        "{n} incidents in the shift of {rotation} that ended on {}, over {most}",
        end.with_timezone(&zone).date_naive()
    );
    let fix = "look at what they were in `dogwatch review`; mend the noise, or raise `[limits] incidents_per_shift`";
    let is_over = u32::try_from(n).unwrap_or(u32::MAX) > most;
    is_over.then(|| Found::new(Level::Warning, format!("rotation:{rotation}"), message, fix))
}

pub(super) fn thin(ground: &Ground<'_>) -> Vec<Found> {
    let mut found = ground.of_duty("rotation-thin");
    for one in &mut found {
        let id = one.subject.split_once(':').map_or("", |(_, id)| id);
        let known = ground.team().rotations.iter().enumerate().find(|(_, rotation)| rotation.id == id);
        let Some((nth, _)) = known.filter(|(_, known)| known.secondary.is_none() && known.members.len() > 1) else {
            continue;
        };
        *one = one.clone().setting(("rotations", nth), "secondary", "previous");
    }
    found
}

pub(super) fn moved(ground: &Ground<'_>) -> Looked {
    Looked::at(&ground.seen.moved, |moved| {
        let of = |(rotation, by_file, by_ledger): &(String, String, String)| {
            let message =
                format!("the running shift of {rotation} is {by_file}'s by the file and {by_ledger}'s by the ledger");
            let fix = format!("an override to {by_ledger} for the rest of the shift, or tell both");
            Found::new(Level::Warning, format!("rotation:{rotation}"), message, fix)
        };
        moved.iter().map(of).collect()
    })
}
