//! How much each person carries: figures, no score and no ranking. Hours
//! count for whoever held the duty; an hour in two rotations is one hour.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc, Weekday};

use super::{Piece, Roster};
use crate::config::{Coverage, Person, Role, Window};
use crate::domain::civil::Ruler;
use crate::domain::coverage::Hours;
use crate::domain::people;

/// Load is judged so far back and so far ahead: 13 weeks each way.
pub const JUDGED: TimeDelta = TimeDelta::weeks(13);

/// The hours in which people sleep, on their own clock: from 23:00 to 07:00.
const SLEEP: (u32, u32) = (23, 7);

/// What one person carries in a window, as primary of all rotations. Hours are in seconds of real time.
#[derive(Debug, Clone, PartialEq)]
pub struct Load<'a> {
    /// The id of the person.
    pub person: &'a str,
    /// Shifts, or pieces of one, of theirs that begin in the window.
    pub shifts: usize,
    /// Covered time.
    pub covered: i64,
    /// Of it outside the team's working hours, on the person's clock.
    pub off_hours: i64,
    /// Of it on weekends and holidays, on the person's clock.
    pub weekends: i64,
    /// Of it at night, 23:00 to 07:00 on the person's clock.
    pub sleep: i64,
    /// The most shifts of theirs in one rotation one after the other.
    pub longest_run: usize,
    /// Covered time above the mean of all that are listed; negative below it.
    pub above_mean: i64,
}

/// What is counted up while the pieces are walked.
#[derive(Debug, Default)]
struct Tally {
    held: Vec<Range<i64>>,
    shifts: usize,
    longest_run: usize,
}

impl<'a> Roster<'a> {
    /// What each person carries from one instant to another, in the order of the file; only of people who are a
    /// member of a rotation or held a shift.
    pub fn load(&self, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Vec<Load<'a>> {
        let stretch = from.timestamp()..to.timestamp();
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        for rota in &self.rotas {
            for member in &rota.rotation.members {
                tallies.entry(member).or_default();
            }
            let pieces = self.held(rota, Role::Primary, &stretch);
            count(&pieces, &stretch, &mut tallies);
            let mut covered = rota.hours.windows(&rota.clock, stretch.clone()).peekable();
            for piece in &pieces {
                let held = &mut tallies.entry(piece.person).or_default().held;
                while let Some(window) = covered.peek().filter(|window| window.start < piece.when.end) {
                    let own = window.start.max(piece.when.start)..window.end.min(piece.when.end);
                    held.extend(Some(own.start.max(stretch.start)..own.end.min(stretch.end)));
                    if window.end > piece.when.end {
                        break;
                    }
                    covered.next();
                }
            }
        }
        let people = self.team.people.iter().filter_map(|person| Some((person, tallies.remove(person.id.as_str())?)));
        let mut loads: Vec<Load<'a>> = people.map(|(person, tally)| self.of_person(person, tally, &stretch)).collect();
        let total: i64 = loads.iter().map(|load| load.covered).sum();
        let mean = i64::try_from(loads.len()).ok().filter(|count| *count > 0).map_or(0, |count| total / count);
        for load in &mut loads {
            load.above_mean = load.covered - mean;
        }
        loads
    }

    fn of_person(&self, person: &'a Person, tally: Tally, stretch: &Range<i64>) -> Load<'a> {
        let team = &self.team.team;
        let zone = people::zone(person, team);
        let clock = Ruler::new(zone, stretch.start - super::MARGIN, stretch.end + super::MARGIN);
        let held = united(tally.held);
        let within = |hours: &Hours| overlap(&held, hours.windows(&clock, stretch.clone()));
        let covered = held.iter().map(|when| when.end - when.start).sum::<i64>();
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        let days: Vec<Weekday> = std::iter::successors(Some(Weekday::Mon), |day| Some(day.succ())).take(7).collect();
        let night = Coverage::Windows(vec![Window { days, from: hour(SLEEP.0), to: hour(SLEEP.1) }]);
        Load {
            person: &person.id,
            shifts: tally.shifts,
            covered,
            off_hours: covered - within(&Hours::of(&Coverage::Business, team)),
            weekends: covered - within(&Hours::of_workdays(team)),
            sleep: within(&Hours::of(&night, team)),
            longest_run: tally.longest_run,
            above_mean: 0,
        }
    }
}

/// Counts the shifts that begin, and those of one person in a row.
fn count<'a>(pieces: &[Piece<'a>], stretch: &Range<i64>, tallies: &mut BTreeMap<&'a str, Tally>) {
    let (mut run, mut last): (usize, Option<&Piece<'a>>) = (0, None);
    for piece in pieces {
        let tally = tallies.entry(piece.person).or_default();
        tally.shifts += usize::from(stretch.contains(&piece.when.start));
        let same = last.is_some_and(|last| last.person == piece.person);
        let same_shift = last.is_some_and(|last| last.shift == piece.shift);
        run = match (same, same_shift) {
            (true, true) => run,
            (true, false) => run + 1,
            (false, _) => 1,
        };
        tally.longest_run = tally.longest_run.max(run);
        last = Some(piece);
    }
}

/// The same time, without overlaps, in order.
fn united(mut stretches: Vec<Range<i64>>) -> Vec<Range<i64>> {
    stretches.retain(|when| !when.is_empty());
    stretches.sort_by_key(|when| when.start);
    let mut united: Vec<Range<i64>> = Vec::with_capacity(stretches.len());
    for when in stretches {
        match united.last_mut().filter(|last| when.start <= last.end) {
            Some(last) => last.end = last.end.max(when.end),
            None => united.push(when),
        }
    }
    united
}

/// How much of these stretches lies in windows, both in order, in seconds.
fn overlap(held: &[Range<i64>], windows: impl Iterator<Item = Range<i64>>) -> i64 {
    let (mut sum, mut first) = (0, 0);
    for window in windows {
        while held.get(first).is_some_and(|when| when.end <= window.start) {
            first += 1;
        }
        let own = held.iter().skip(first).take_while(|when| when.start < window.end);
        sum += own.map(|when| when.end.min(window.end) - when.start.max(window.start)).sum::<i64>();
    }
    sum
}
