//! From where a review has its data, and what it cannot know.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Asked, Memory, Period, Plan};
use crate::domain::review::Origins;
use crate::domain::rotation::Begun;
use crate::domain::text::Clean;
use crate::sources::github::past::Filled;
use crate::store::Retention;

/// A shift that was written down so much later began while nobody looked.
const UNSEEN: TimeDelta = TimeDelta::hours(12);
/// No more of such times than these are told.
const TOLD: usize = 3;

/// Says it of this machine.
pub(super) fn tell(origins: &mut Origins, (plan, period): (&Plan, &Period), memory: &Memory, begun: &[Begun]) {
    let day = |at: DateTime<Utc>| at.with_timezone(&plan.team.team.timezone).format("%Y-%m-%d").to_string();
    let mut looked = |text: String| origins.looked_at.push(Clean::line(&text));
    match memory.ledger_since {
        Some(first) => looked(format!("the ledger of this machine, since {}", day(first))),
        None => looked("no ledger: dogwatch has decided nothing on this machine".to_owned()),
    }
    for source in &memory.sources {
        looked(match source.fetched_at {
            _ if source.id.is_local() => "the local tracker's timelines".to_owned(),
            Some(at) => format!("what {} said, asked last on {}", source.id, day(at)),
            None => format!("nothing of {}: it has never been asked", source.id),
        });
    }
    looked("reviews and handoffs as committed under ".to_owned() + &plan.team.team.log_dir);
    let mut missing = |text: String| origins.missing.push(Clean::line(&text));
    if let Some(first) = memory.ledger_since.filter(|first| *first > period.from) {
        missing(format!(
            "what was decided on this machine before {}: its ledger begins there; the tracker's timelines may tell it",
            day(first)
        ));
    }
    for source in memory.sources.iter().filter(|source| source.error.is_some()) {
        let why = source.error.as_ref().map(ToString::to_string).unwrap_or_default();
        missing(format!("the news of {}: {why}", source.id));
    }
    let kept = Retention { closed_incidents: plan.personal.retention.cache, ..Retention::default() };
    let forgotten = plan.clock.start().checked_sub_signed(kept.closed_incidents);
    let is_kept_elsewhere = memory.sources.iter().any(|source| !source.id.is_local());
    if let Some(before) = forgotten.filter(|before| *before > period.from && is_kept_elsewhere) {
        missing(format!(
            "incidents that were closed and last changed before {}: they have been forgotten",
            day(before)
        ));
    }
    for (from, to) in unseen(begun, period).into_iter().take(TOLD) {
        missing(format!("dogwatch did not run on this machine from {} to {}", day(from), day(to)));
    }
}

/// Says it of trackers that were asked for the past.
pub(super) fn tell_of_asking(origins: &mut Origins, asked: &[Asked]) {
    for (source, told) in asked {
        match told {
            Ok(Filled { issues, events, only_from: None }) => origins
                .looked_at
                .push(Clean::line(&format!("{source} was asked for the past now: {issues} issues, {events} events"))),
            Ok(Filled { only_from: Some(from), .. }) => origins.missing.push(Clean::line(&format!(
                "events of {source} before {}: there are too many to read at once",
                from.format("%Y-%m-%d %H:%MZ")
            ))),
            Err(why) => origins
                .missing
                .push(Clean::line(&format!("what {source} knows of the past and this machine does not: {why}"))),
        }
    }
}

/// Times in which nobody looked: from when a shift began until it was written down.
fn unseen(begun: &[Begun], period: &Period) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let late = begun.iter().filter(|one| one.seen - one.from > UNSEEN);
    let mut times: Vec<(DateTime<Utc>, DateTime<Utc>)> = late.map(|one| (one.from, one.seen)).collect();
    times.retain(|(from, to)| *from < period.to && period.from < *to);
    times.sort_unstable();
    let mut united: Vec<(DateTime<Utc>, DateTime<Utc>)> = Vec::new();
    for (from, to) in times {
        match united.last_mut().filter(|last| from <= last.1) {
            Some(last) => last.1 = last.1.max(to),
            None => united.push((from, to)),
        }
    }
    united
}
