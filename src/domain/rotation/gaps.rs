//! Covered time in which nobody can answer. Off hours are no gap: they are planned.

use std::ops::Range;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, Utc};

use super::{Roster, Rota, time, zoned};
use crate::config::{Person, Role};
use crate::domain::civil::Ruler;
use crate::domain::people::{self, Unfit, unfit_on};

/// A maximal stretch of covered time in which nobody can answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap<'a> {
    /// The id of the rotation.
    pub rotation: &'a str,
    /// On the rotation's clock.
    pub start: DateTime<FixedOffset>,
    /// On the rotation's clock; not included.
    pub end: DateTime<FixedOffset>,
    /// Whose shift the first part of it is.
    pub holder: &'a str,
    /// Why they cannot answer then.
    pub why: Unfit<'a>,
    /// How much of it is covered time that nobody serves, in seconds.
    pub seconds: i64,
}

impl<'a> Roster<'a> {
    /// Covered time without anybody who can answer, cut to a stretch, by start and rotation.
    pub fn gaps(&self, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Vec<Gap<'a>> {
        let stretch = from.timestamp()..to.timestamp();
        let mut gaps: Vec<Gap<'a>> = self.rotas.iter().flat_map(|rota| self.gaps_of(rota, &stretch)).collect();
        gaps.sort_by(|one, other| (one.start, one.rotation).cmp(&(other.start, other.rotation)));
        gaps
    }

    fn gaps_of(&self, rota: &Rota<'a>, stretch: &Range<i64>) -> Vec<Gap<'a>> {
        let mut gaps: Vec<(Range<i64>, &'a str, Unfit<'a>)> = Vec::new();
        let pieces = self.held(rota, Role::Primary, stretch);
        if pieces.iter().all(|piece| self.team.person(piece.person).is_none_or(is_always_fit)) {
            return Vec::new();
        }
        let covered: Vec<Range<i64>> = rota.hours.windows(&rota.clock, stretch.clone()).collect();
        let mut first = 0;
        for piece in &pieces {
            while covered.get(first).is_some_and(|window| window.end <= piece.when.start) {
                first += 1;
            }
            let Some(person) = self.team.person(piece.person).filter(|person| !is_always_fit(person)) else { continue };
            let own = covered.iter().skip(first).take_while(|window| window.start < piece.when.end);
            for window in own {
                let (start, end) = (window.start.max(piece.when.start), window.end.min(piece.when.end));
                let part = start.max(stretch.start)..end.min(stretch.end);
                gaps.extend(self.unfit_in(person, &part).map(|(when, unfit)| (when, piece.person, unfit)));
            }
        }
        let zone = rota.rotation.timezone;
        let mut merged: Vec<Gap<'a>> = Vec::new();
        for (when, holder, why) in gaps {
            let (start, end) = (zoned(when.start, zone), zoned(when.end, zone));
            match merged.last_mut().filter(|last| last.end == start) {
                Some(last) => (last.end, last.seconds) = (end, last.seconds + when.end - when.start),
                None => merged.push(Gap {
                    rotation: &rota.rotation.id,
                    start,
                    end,
                    holder,
                    why,
                    seconds: when.end - when.start,
                }),
            }
        }
        merged
    }

    /// The days of this stretch on which somebody cannot answer, cut to it.
    fn unfit_in(&self, person: &'a Person, stretch: &Range<i64>) -> impl Iterator<Item = (Range<i64>, Unfit<'a>)> {
        let stretch = stretch.clone();
        let zone = people::zone(person, &self.team.team);
        let clock = Ruler::new(zone, stretch.start - 86_400, stretch.end + 86_400);
        let day = |at: i64| time(at).with_timezone(&zone).date_naive();
        let last = day(stretch.end.max(stretch.start + 1) - 1);
        day(stretch.start).iter_days().take_while(move |day| *day <= last).filter_map(move |day| {
            let midnight = |day: NaiveDate| clock.first(day.and_time(NaiveTime::MIN).and_utc().timestamp());
            let next = day.succ_opt().map_or(i64::MAX, midnight);
            let part = midnight(day).max(stretch.start)..next.min(stretch.end);
            unfit_on(person, day).filter(|_| !part.is_empty()).map(|unfit| (part, unfit))
        })
    }
}

/// Whether nothing in the file ever keeps this person from answering.
fn is_always_fit(person: &Person) -> bool {
    person.away.is_empty() && person.left.is_none() && person.joined.is_none() && person.shadow_until.is_none()
}
