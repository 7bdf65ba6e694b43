//! Sections 2 and 12: how the shift was, in figures; each with how many it is
//! of, none of them about a person.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::compose::Known;
use super::section::{Numbers, Spread, Summary, TypedBy};
use super::typed::{Field, feel_of};
use crate::config::Team;
use crate::domain::clock::is_workday;
use crate::domain::history::dropped::dropped;
use crate::domain::history::{Story, What};
use crate::domain::people;

impl Spread {
    /// Of these times, in any order.
    pub fn of(times: impl IntoIterator<Item = TimeDelta>) -> Self {
        let mut times: Vec<i64> = times.into_iter().map(|time| time.num_seconds().max(0)).collect();
        times.sort_unstable();
        let n = times.len();
        let at = |place: usize| times.get(place).copied();
        let median = match n {
            0 => None,
            odd if odd % 2 == 1 => at(n / 2),
            _ => at(n / 2 - 1).zip(at(n / 2)).map(|(one, other)| one.midpoint(other)),
        };
        Self { n, median, slowest: times.last().copied() }
    }
}

impl Known<'_> {
    pub(super) fn summary(&self) -> Summary {
        let mut typed_by = TypedBy::new();
        let feel = self.of_shift(Field::Feel, &mut typed_by).and_then(|text| feel_of(text.as_str()));
        let line = self.of_shift(Field::Line, &mut typed_by);
        let open = || self.history.stories.iter().filter(|story| story.is_open());
        let (model, now) = (self.desk.model, self.desk.now);
        Summary {
            opened: self.opened().count(),
            resolved: self.closed().count(),
            carried: open().count(),
            dropped: open().filter(|story| dropped(story, self.handovers, model, now).is_some()).count(),
            off_hours: self.opened().filter(|story| self.is_off_hours(story)).count(),
            feel,
            line,
            typed_by,
        }
    }

    pub(super) fn numbers(&self) -> Numbers {
        let pages = || self.opened().filter(|story| self.pages(story));
        let acks = self.history.stories.iter().filter_map(|story| {
            let ack = story.first_ack().filter(|ack| self.turn.holds(ack.at))?;
            Some(ack.at - story.opened_at())
        });
        let reopened =
            |story: &Story| story.between(self.turn.shift).filter(|event| matches!(event.what, What::Reopened)).count();
        Numbers {
            pages: pages().count(),
            off_hours_pages: pages().filter(|story| self.is_off_hours(story)).count(),
            ack: Spread::of(acks),
            close: Spread::of(self.closed().map(|(story, at)| at - story.opened_at())),
            reopened: self.history.stories.iter().map(reopened).sum(),
        }
    }

    /// Whether it asks somebody at once: by its area, or because its severity has an escalation.
    fn pages(&self, story: &Story) -> bool {
        let team = &self.desk.model.team;
        let area = story.class.area.and_then(|at| team.areas.get(at));
        let severity = story.class.severity.and_then(|at| team.severities.get(at));
        area.is_some_and(|area| area.pages) || severity.is_some_and(|severity| severity.escalation.is_some())
    }

    fn is_off_hours(&self, story: &Story) -> bool {
        let team = &self.desk.model.team;
        let outgoing = self.turn.outgoing.as_ref().and_then(|one| team.person(&one.person));
        let zone = outgoing.map_or(team.team.timezone, |person| people::zone(person, &team.team));
        !is_working_time(story.opened_at(), zone, &team.team)
    }
}

/// Whether the team works at this instant, on this clock. Hours that end before they begin run into the next day.
fn is_working_time(at: DateTime<Utc>, zone: Tz, team: &Team) -> bool {
    let local = at.with_timezone(&zone).naive_local();
    let (from, to, clock) = (team.workhours.from, team.workhours.to, local.time());
    if from < to {
        return is_workday(local.date(), team) && (from..to).contains(&clock);
    }
    let before = local.date().pred_opt();
    (clock >= from && is_workday(local.date(), team)) || (clock < to && before.is_some_and(|day| is_workday(day, team)))
}
