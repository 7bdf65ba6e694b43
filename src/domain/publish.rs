//! The operating model as a page for people who have no dogwatch: who owns
//! what, who decides what, who is on call, and what happens when.
//!
//! It depends on the team file and on one day, and on nothing else: no clock,
//! no ledger, no machine. So a page that lies in the repository can be held
//! against the file at any time, by anybody, byte for byte. What the team
//! wrote stands in it as words, never as mark-up, and why somebody is away is
//! not told.

pub mod block;
pub mod codeowners;
pub mod compare;
mod duty;
mod house;
mod incidents;
mod marker;
pub mod overrides;
mod owning;
mod pages;
mod paper;
mod plan;
mod rule;
mod words;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::calendar::Window;
use super::veil::Veil;
use crate::config::TeamFile;
use paper::{Block, Line};

pub use marker::{Marker, Names, VERSION};
pub use paper::Page;

/// The page of a team, as it is read on a day. `way` leads from the folder of the page to that of the team file, as
/// `../`; empty if they are the same.
pub fn page(team: &TeamFile, as_of: NaiveDate, way: &str) -> Page {
    let ground = Ground::new(team, as_of, way);
    let mut page = Page::new(Line::ours("Operating model of ").and(Line::theirs(&team.team.name)));
    page.part("", opening(&ground));
    owning::tell(&ground, &mut page);
    duty::tell(&ground, &mut page);
    incidents::tell(&ground, &mut page);
    plan::tell(&ground, &mut page);
    house::tell(&ground, &mut page);
    page
}

/// The same as it lies in a file: with its marker, and without what the veil hides.
pub fn text(team: &TeamFile, marker: &Marker, (way, veil): (&str, &Veil)) -> String {
    page(team, marker.as_of, way).veiled(veil).markdown(marker)
}

/// The last day that a page of this day tells of.
pub fn last_day(team: &TeamFile, as_of: NaiveDate) -> NaiveDate {
    let ahead = TimeDelta::days(team.limits.horizon.num_days());
    as_of.checked_add_signed(ahead).unwrap_or(as_of)
}

/// What every part of the page starts from.
struct Ground<'a> {
    team: &'a TeamFile,
    /// The day as of which it is told, and the last one that it tells of.
    days: Window,
    /// From the first instant of these days to the first after them.
    stretch: (DateTime<Utc>, DateTime<Utc>),
    way: &'a str,
}

impl<'a> Ground<'a> {
    fn new(team: &'a TeamFile, as_of: NaiveDate, way: &'a str) -> Self {
        let days = Window { from: as_of, to: last_day(team, as_of) };
        Self { team, days, stretch: days.stretch(team.team.timezone), way }
    }
}

/// What the page is of, and how its times are meant.
fn opening(ground: &Ground<'_>) -> Vec<Block> {
    let team = &ground.team.team;
    let (from, to) = (words::day(ground.days.from), words::day(ground.days.to));
    let hours = words::hours(team.workhours.from, team.workhours.to);
    let ahead = team.holidays.iter().filter(|day| **day >= ground.days.from);
    let holidays = words::days(ahead.copied(), words::MOST_DAYS);
    let holidays = if holidays.is_empty() { "none ahead".to_owned() } else { holidays };
    vec![
        Block::Say(Line::ours(format!("This page is as of {from}, and tells what is planned up to {to}."))),
        Block::Items(vec![
            Line::ours(format!("Days, and times without a zone, are those of {}.", team.timezone)),
            Line::ours(format!("Business hours: {} {hours}.", words::weekdays(&team.workdays))),
            Line::ours(format!("Holidays: {holidays}.")),
        ]),
    ]
}
