//! Announced work on a server: what fails meanwhile wakes nobody.

use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use super::Judgement;
use crate::config::{Maintenance, Moment};
use crate::domain::civil;
use crate::domain::id::SourceId;

/// What an answer of this source is worth at this time, by the team's windows.
/// A bare date is its first instant.
pub fn judgement(source: &SourceId, at: DateTime<Utc>, windows: &[Maintenance], zone: Tz) -> Judgement {
    match window(source, at, windows, zone) {
        Some(_) => Judgement::Maintenance,
        None => Judgement::Normal,
    }
}

/// The first window in which this source is at this time.
pub fn window<'a>(
    source: &SourceId,
    at: DateTime<Utc>,
    windows: &'a [Maintenance],
    zone: Tz,
) -> Option<&'a Maintenance> {
    windows.iter().find(|window| {
        let concerned = window.sources.iter().any(|id| id == source.as_str());
        concerned && instant(window.from, zone) <= at && at < instant(window.to, zone)
    })
}

/// From when to when a window lasts.
pub fn stretch(window: &Maintenance, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
    (instant(window.from, zone), instant(window.to, zone))
}

fn instant(moment: Moment, zone: Tz) -> DateTime<Utc> {
    match moment {
        Moment::Day(day) => civil::instant(day.and_time(NaiveTime::MIN), zone),
        Moment::Local(local) => civil::instant(local, zone),
        Moment::Exact(exact) => exact.to_utc(),
    }
}
