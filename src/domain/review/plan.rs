//! Whether what was planned happened: releases and cadences of the cycle.

use super::{Cadences, Exception, Ground, Releases};
use crate::domain::calendar::{Entry, Kind, Point, Status};
use crate::domain::text::Clean;

/// The entries of a kind whose day lies in the cycle.
fn planned<'a>(ground: &'a Ground<'_>, kind: Kind) -> impl Iterator<Item = &'a Entry> {
    let (first, last) = ground.days();
    let zone = ground.model.team.team.timezone;
    ground.entries.iter().filter(move |entry| entry.kind == kind && (first..=last).contains(&entry.date.day(zone)))
}

pub(super) fn releases(ground: &Ground<'_>) -> Releases {
    let mut told = Releases::default();
    for entry in planned(ground, Kind::Release) {
        told.planned += 1;
        if is_moved(entry) {
            told.moved.push(entry.id.clone());
        }
        let place = match entry.status {
            Some(Status::Shipped) => &mut told.on_time,
            Some(Status::Late) => &mut told.late,
            Some(Status::Missed) => &mut told.missed,
            Some(
                Status::Planned
                | Status::Frozen
                | Status::Active
                | Status::Over
                | Status::Due
                | Status::Overdue
                | Status::Removed
                | Status::Kept
                | Status::Done,
            )
            | None => &mut told.open,
        };
        place.push(entry.id.clone());
    }
    let (first, last) = ground.days();
    let freezes = ground.model.team.freezes.iter().filter(|freeze| freeze.from <= last && first <= freeze.to);
    told.exceptions = freezes
        .flat_map(|freeze| {
            freeze.exceptions.iter().map(|one| Exception {
                freeze: freeze.id.clone(),
                commit: one.commit.clone(),
                why: Clean::line(&one.why),
            })
        })
        .collect();
    told
}

/// Whether it leaves on another day than the one of its train, by which it is named.
fn is_moved(entry: &Entry) -> bool {
    let Point::Day(day) = entry.date else { return false };
    let named = entry.id.as_str().rsplit_once('/').and_then(|(_, day)| day.parse::<chrono::NaiveDate>().ok());
    named.is_some_and(|named| named != day)
}

pub(super) fn cadences(ground: &Ground<'_>) -> Cadences {
    let mut told = Cadences::default();
    for entry in planned(ground, Kind::Cadence) {
        told.due += 1;
        match entry.status {
            Some(Status::Kept) => told.kept += 1,
            Some(Status::Missed) => told.missed.push(entry.id.clone()),
            Some(
                Status::Planned
                | Status::Frozen
                | Status::Shipped
                | Status::Late
                | Status::Active
                | Status::Over
                | Status::Due
                | Status::Overdue
                | Status::Removed
                | Status::Done,
            )
            | None => told.open.push(entry.id.clone()),
        }
    }
    told
}
