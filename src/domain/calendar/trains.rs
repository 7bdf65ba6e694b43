//! Releases as they are planned: the days of the trains, whose turn each is,
//! what the file says of single days, and the days that were moved.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Window;
use super::evidence::{Shown, deadline};
use crate::config::{Evidence, Release, Span, TeamFile, Train};
use crate::domain::recurrence;
use crate::domain::text::Clean;

/// Unless the file says otherwise.
const GRACE: Span = Span::BusinessDays(1);

/// One release.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    /// `TRAIN/PLANNED-DAY`, or its own.
    pub id: String,
    /// With its version, and from when it was moved.
    pub title: String,
    /// The id of its train.
    pub train: Option<String>,
    /// The day it leaves.
    pub day: NaiveDate,
    /// The last day that counts as in time.
    pub deadline: NaiveDate,
    pub version: Option<String>,
    pub owner: Option<String>,
    pub deputy: Option<String>,
    /// The ids of areas.
    pub areas: Vec<String>,
    pub evidence: Option<Evidence>,
    pub why: Option<String>,
    /// Whether its evidence was looked for.
    pub checked: bool,
    /// What showed that it has left.
    pub shipped: Option<Shown>,
}

impl Planned {
    /// What else there is to say of it.
    pub(super) fn note(&self) -> Option<Clean> {
        let shipped = self.shipped.as_ref().map(|shown| format!("{} on {}", shown.what, shown.day));
        let deputy = self.deputy.as_ref().filter(|_| self.shipped.is_none()).map(|deputy| format!("deputy {deputy}"));
        let said: Vec<String> = [shipped, deputy, self.why.clone()].into_iter().flatten().collect();
        (!said.is_empty()).then(|| Clean::line(&said.join("; ")))
    }
}

/// All releases whose days lie in this window, sorted by day and id.
pub(super) fn releases(team: &TeamFile, window: Window) -> Vec<Planned> {
    let mut all = Vec::new();
    for train in &team.trains {
        all.extend(Timetable::of(team, train).releases(window));
    }
    let alone = team.releases.iter().filter(|release| release.train.is_none());
    all.extend(alone.map(|release| without_train(team, release)));
    all.retain(|release| window.has(release.day));
    all.sort_by(|a, b| (a.day, &a.id).cmp(&(b.day, &b.id)));
    all
}

fn without_train(team: &TeamFile, release: &Release) -> Planned {
    Planned {
        id: release.id.clone(),
        title: titled(&release.title, release.version.as_deref(), None),
        train: None,
        day: release.date,
        deadline: deadline(release.date, release.grace.unwrap_or(GRACE), &team.team),
        version: release.version.clone(),
        owner: release.owner.clone(),
        deputy: release.deputy.clone(),
        areas: release.areas.clone(),
        evidence: release.evidence.clone(),
        why: release.why.clone(),
        checked: false,
        shipped: None,
    }
}

/// A train, and what the file says of single days of it.
struct Timetable<'a> {
    team: &'a TeamFile,
    train: &'a Train,
    /// By the day that was planned.
    details: BTreeMap<NaiveDate, &'a Release>,
}

impl<'a> Timetable<'a> {
    fn of(team: &'a TeamFile, train: &'a Train) -> Self {
        let own = team.releases.iter().filter(|release| release.train.as_deref() == Some(&train.id));
        let details = own.map(|release| (planned_day(release), release)).collect();
        Self { team, train, details }
    }

    /// Those whose days lie in the window, and a few around it; in any order.
    fn releases(&self, window: Window) -> Vec<Planned> {
        let (Some(rule), Some(start)) = (&self.train.rule, self.train.start) else {
            // Without a rule the days that are named take turns.
            let named = self.details.values().enumerate();
            return named
                .map(|(turn, release)| self.planned(planned_day(release), Some(turn), Some(release)))
                .collect();
        };
        // A day from after the window may have been moved into it.
        let moved =
            self.details.values().filter(|release| window.has(release.date)).map(|release| planned_day(release));
        let last = moved.max().map_or(window.to, |day| day.max(window.to));
        let mut all = Vec::new();
        let mut met = BTreeSet::new();
        let days = recurrence::days(rule, start, last).filter(|day| !self.train.skip.contains(day));
        for (turn, day) in days.enumerate() {
            let detail = self.details.get(&day).copied();
            if detail.is_some() {
                met.insert(day);
            }
            if window.has(detail.map_or(day, |release| release.date)) {
                all.push(self.planned(day, Some(turn), detail));
            }
        }
        let extra = self.details.iter().filter(|(day, _)| !met.contains(*day));
        all.extend(extra.map(|(day, release)| self.planned(*day, None, Some(release))));
        all
    }

    fn planned(&self, day: NaiveDate, turn: Option<usize>, detail: Option<&Release>) -> Planned {
        let train = self.train;
        let leaves = detail.map_or(day, |release| release.date);
        let grace = detail.and_then(|release| release.grace).unwrap_or(train.grace);
        let (owner, deputy) = self.crew(turn, detail);
        let own = detail.filter(|release| release.title != release.id);
        let title = own.map_or(&train.title, |release| &release.title);
        let version = detail.and_then(|release| release.version.clone());
        let areas = detail.map(|release| &release.areas).filter(|areas| !areas.is_empty());
        let moved_from = (leaves != day).then_some(day);
        Planned {
            id: format!("{}/{day}", train.id),
            title: titled(title, version.as_deref(), moved_from),
            train: Some(train.id.clone()),
            day: leaves,
            deadline: deadline(leaves, grace, &self.team.team),
            version,
            owner,
            deputy,
            areas: areas.unwrap_or(&train.areas).clone(),
            evidence: detail.and_then(|release| release.evidence.clone()).or_else(|| train.evidence.clone()),
            why: detail.and_then(|release| release.why.clone()),
            checked: false,
            shipped: None,
        }
    }

    /// Whose turn it is, and who is next; what the file says of the day wins and moves nobody else's turn.
    fn crew(&self, turn: Option<usize>, detail: Option<&Release>) -> (Option<String>, Option<String>) {
        let owners = &self.train.owners;
        let at = |turn: usize| owners.get(turn.checked_rem(owners.len())?).cloned();
        let named = |release: fn(&Release) -> &Option<String>| detail.and_then(|detail| release(detail).clone());
        let owner = named(|release| &release.owner).or_else(|| turn.and_then(at));
        let next = || {
            let turn = turn?;
            (1..=owners.len()).filter_map(|step| at(turn.wrapping_add(step))).find(|next| Some(next) != owner.as_ref())
        };
        let deputy = named(|release| &release.deputy).or_else(next);
        (owner, deputy)
    }
}

fn planned_day(release: &Release) -> NaiveDate {
    release.instead_of.unwrap_or(release.date)
}

fn titled(title: &str, version: Option<&str>, moved_from: Option<NaiveDate>) -> String {
    let version = version.map(|version| format!(" {version}")).unwrap_or_default();
    let moved = moved_from.map(|day| format!(" (moved from {day})")).unwrap_or_default();
    format!("{title}{version}{moved}")
}
