//! What shipped shortly before something went wrong.

use chrono::{DateTime, TimeDelta, Utc};

use super::evidence::fits;
use super::{Facts, Point};
use crate::config::{Evidence, TeamFile};
use crate::domain::text::Clean;

/// What opened so soon after a release may come of it.
pub const NEAR: TimeDelta = TimeDelta::hours(1);

/// Something that went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipment {
    /// The name of the tag, or what was deployed where.
    pub what: Clean,
    /// The id of the train, or of the release without one, whose evidence it is; of a deployment its calendar.
    pub of: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// All that has gone out by the tags of trains and releases, and all deployments, the oldest first; also what no date
/// was planned for.
pub fn shipments(team: &TeamFile, facts: &Facts) -> Vec<Shipment> {
    let trains = team.trains.iter().filter_map(|train| Some((&train.id, train.evidence.as_ref()?)));
    let releases = team
        .releases
        .iter()
        .filter_map(|release| Some((release.train.as_ref().unwrap_or(&release.id), release.evidence.as_ref()?)));
    let globs: Vec<(&String, &String)> = trains
        .chain(releases)
        .filter_map(|(id, evidence)| match evidence {
            Evidence::Tag(glob) => Some((id, glob)),
            Evidence::Commit(_) => None,
        })
        .collect();
    let mut shipped: Vec<Shipment> = Vec::new();
    for tag in facts.all_tags() {
        if let Some((id, _)) = globs.iter().find(|(_, glob)| fits(glob, &tag.name)) {
            shipped.push(Shipment { what: Clean::line(&tag.name), of: (*id).clone(), at: tag.at });
        }
    }
    for event in facts.events.iter().filter(|event| event.calendar.ends_with("/deployment")) {
        if let Point::At(at) = event.start {
            shipped.push(Shipment { what: event.title.clone(), of: event.calendar.clone(), at: at.to_utc() });
        }
    }
    shipped.sort_by(|a, b| (a.at, &a.what).cmp(&(b.at, &b.what)));
    shipped
}

/// What went out within an hour before this instant, the latest first; `shipped` has the oldest first.
pub fn shipped_before(shipped: &[Shipment], opened_at: DateTime<Utc>) -> impl Iterator<Item = &Shipment> {
    let last = shipped.partition_point(|one| one.at <= opened_at);
    shipped[..last].iter().rev().take_while(move |one| opened_at - one.at <= NEAR)
}
