//! How many were opened, closed and carried, of what sort, and when.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{Breach, Case, Count, Counts, Course, Ground};

/// A cycle of more days is told week by week.
const BY_DAY: i64 = 62;

/// What one incident adds to each count.
#[derive(Clone, Copy)]
struct Adds {
    opened: usize,
    closed: usize,
    carried: usize,
}

fn adds(ground: &Ground<'_>, case: &Case<'_>) -> Adds {
    Adds {
        opened: usize::from(ground.has(case.story.opened_at())),
        closed: usize::from(case.lived.closed.is_some_and(|(at, _)| ground.has(at))),
        carried: usize::from(case.lived.closed.is_none()),
    }
}

pub(super) fn of(ground: &Ground<'_>, cases: &[Case<'_>]) -> Counts {
    let model = ground.model;
    let mut counts = Counts::default();
    let mut sources: BTreeMap<String, Count> = BTreeMap::new();
    let mut kinds: BTreeMap<Option<usize>, Count> = BTreeMap::new();
    let mut severities: BTreeMap<Option<usize>, Count> = BTreeMap::new();
    for case in cases {
        let (adds, class) = (adds(ground, case), case.story.class);
        counts.opened += adds.opened;
        counts.closed += adds.closed;
        counts.carried += adds.carried;
        counts.reopened += case.lived.reopened.iter().filter(|at| ground.has(**at)).count();
        let add = |count: &mut Count| {
            count.opened += adds.opened;
            count.closed += adds.closed;
            count.carried += adds.carried;
        };
        add(sources.entry(case.story.incident.source.to_string()).or_default());
        add(kinds.entry(class.kind).or_default());
        add(severities.entry(class.severity).or_default());
    }
    let named = |groups: BTreeMap<Option<usize>, Count>, name: &dyn Fn(Option<usize>) -> Option<String>| {
        let mut all: Vec<(usize, Count)> =
            groups.into_iter().map(|(at, count)| (at.unwrap_or(usize::MAX), Count { of: name(at), ..count })).collect();
        all.sort_by_key(|(at, _)| *at);
        let told = all.into_iter().map(|(_, count)| count);
        told.filter(|count| count.opened + count.closed + count.carried > 0).collect::<Vec<Count>>()
    };
    counts.by_severity = named(severities, &|at| model.severity_id(at).map(str::to_owned));
    counts.by_kind = named(kinds, &|at| model.kind_id(at).map(str::to_owned));
    counts.by_source = sources
        .into_iter()
        .map(|(source, count)| Count { of: Some(source), ..count })
        .filter(|count| count.opened + count.closed + count.carried > 0)
        .collect();
    counts
}

/// Closed in the cycle, and nobody had acked them before.
pub(super) fn closed_before_ack(ground: &Ground<'_>, cases: &[Case<'_>]) -> usize {
    let closed = cases.iter().filter(|case| case.lived.closed.is_some_and(|(at, _)| ground.has(at)));
    closed.filter(|case| case.lived.acked.is_none()).count()
}

/// Day by day, in a long cycle week by week, without a hole.
pub(super) fn course(ground: &Ground<'_>, cases: &[Case<'_>], breaches: &[Breach]) -> Vec<Course> {
    let zone = ground.model.team.team.timezone;
    let (first, last) = ground.days();
    let step = if (last - first).num_days() >= BY_DAY { 7 } else { 1 };
    let mut course: Vec<Course> = first
        .iter_days()
        .step_by(step)
        .take_while(|day| *day <= last)
        .map(|from| Course { from, opened: 0, closed: 0, breached: 0 })
        .collect();
    let place = |at: chrono::DateTime<chrono::Utc>| -> Option<usize> {
        let day: NaiveDate = at.with_timezone(&zone).date_naive();
        usize::try_from((day - first).num_days()).ok().map(|days| days / step)
    };
    for case in cases {
        let opened = Some(case.story.opened_at()).filter(|at| ground.has(*at));
        let closed = case.lived.closed.map(|(at, _)| at).filter(|at| ground.has(*at));
        if let Some(part) = opened.and_then(place).and_then(|at| course.get_mut(at)) {
            part.opened += 1;
        }
        if let Some(part) = closed.and_then(place).and_then(|at| course.get_mut(at)) {
            part.closed += 1;
        }
    }
    for breach in breaches {
        if let Some(part) = place(breach.at).and_then(|at| course.get_mut(at)) {
            part.breached += 1;
        }
    }
    course
}

/// So many days before; the first day that there is, where it lies further away.
pub(super) fn earlier(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}
