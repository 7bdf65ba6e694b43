//! What is planned, and whether it happened: releases, freezes, deprecations,
//! cadences, handovers and other people's events, as one list of dates.
//!
//! Whole days are the team zone's, and both ends of a stretch of days are
//! included. What nobody has looked for is never called missed: a fact that is
//! not known leaves its entry planned.

mod cadences;
mod evidence;
mod facts;
mod freezes;
mod hosted;
mod near;
mod outlook;
mod roster;
mod trains;
mod warnings;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;

use super::civil;
use super::text::Clean;
use crate::config::{Period, Role, TeamFile, Who};

pub use evidence::fits;
pub use facts::{Event, Facts, Tag};
pub use hosted::{Deployment, Hosted, HostedRelease, Milestone};
pub use near::{NEAR, Shipment, shipments, shipped_before};
pub use outlook::outlook;
pub use warnings::Warning;

use trains::Planned;

/// This far back a past occurrence is still held against its evidence.
const LOOKS_BACK: Days = Days::new(800);
/// This far past the end of the window neighbours are looked for.
const LOOKS_AHEAD: Days = Days::new(400);
/// A screen shows so many days that are past.
const SHOWS_BACK: Days = Days::new(14);
/// A removal is due from so many days before its day.
const DUE_BEFORE: Days = Days::new(30);

/// What sort of entry it is; in the order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Something that must keep happening.
    Cadence,
    /// A tool that goes away.
    Deprecation,
    /// Out of somebody else's calendar.
    Event,
    /// Days on which nothing may land.
    Freeze,
    /// A rotation passes on.
    Handover,
    /// Something ships.
    Release,
}

impl Kind {
    /// What answers call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cadence => "cadence",
            Self::Deprecation => "deprecation",
            Self::Event => "event",
            Self::Freeze => "freeze",
            Self::Handover => "handover",
            Self::Release => "release",
        }
    }
}

/// How an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It lies ahead, or nothing is known of it.
    Planned,
    /// A release whose day lies in a freeze that covers it.
    Frozen,
    /// A release that left in time.
    Shipped,
    /// A release that left after its grace.
    Late,
    /// Its grace is past, and nothing shows that it happened.
    Missed,
    /// A freeze that holds now.
    Active,
    /// A freeze that is past.
    Over,
    /// A cadence that is not kept yet, or a removal within 30 days.
    Due,
    /// A tool that is still served after the day of its removal.
    Overdue,
    /// A tool that is no longer served.
    Removed,
    /// A cadence with its evidence.
    Kept,
    /// A handover that is past.
    Done,
}

impl Status {
    /// What answers call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Frozen => "frozen",
            Self::Shipped => "shipped",
            Self::Late => "late",
            Self::Missed => "missed",
            Self::Active => "active",
            Self::Over => "over",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::Removed => "removed",
            Self::Kept => "kept",
            Self::Done => "done",
        }
    }

    /// Whether somebody has to do something about it.
    pub fn is_trouble(self) -> bool {
        matches!(self, Self::Frozen | Self::Missed | Self::Overdue)
    }
}

/// A whole day of the team's, or an instant with the offset of the zone in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// A whole day.
    Day(NaiveDate),
    /// An instant.
    At(DateTime<FixedOffset>),
}

impl Point {
    /// The day on which it falls in this zone.
    pub fn day(self, zone: Tz) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::At(at) => at.with_timezone(&zone).date_naive(),
        }
    }

    /// `YYYY-MM-DD`, or RFC 3339 to the second.
    pub fn text(self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::At(at) => at.to_rfc3339_opts(SecondsFormat::Secs, false),
        }
    }

    /// Whole days come before instants of the same day.
    fn order(self, zone: Tz) -> (NaiveDate, Option<DateTime<Utc>>) {
        match self {
            Self::Day(day) => (day, None),
            Self::At(at) => (self.day(zone), Some(at.to_utc())),
        }
    }
}

/// One line of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What sort.
    pub kind: Kind,
    /// Unique among entries of its kind, but for the days of one recurring event.
    pub id: Clean,
    /// For people to read.
    pub title: Clean,
    /// When, or the first day of it.
    pub date: Point,
    /// The last day of it, or the instant at which it ends; none if it has no length.
    pub end: Option<Point>,
    /// The id of a person, `everyone`, or `TBD`.
    pub owner: Option<String>,
    /// How it stands; none for events.
    pub status: Option<Status>,
    /// The ids of entries that it clashes with: a release, and a freeze that covers it.
    pub clash: Vec<Clean>,
    /// What else there is to say: who stands by, what showed it, why it is so.
    pub note: Option<Clean>,
}

/// Whole days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

impl Window {
    /// From today to the team's horizon.
    pub fn ahead(team: &TeamFile, now: DateTime<Utc>) -> Self {
        let from = today(team, now);
        let far = TimeDelta::days(team.limits.horizon.num_days());
        Self { from, to: from.checked_add_signed(far).unwrap_or(from) }
    }

    /// The same with the two weeks before today: what was missed is there.
    pub fn around(team: &TeamFile, now: DateTime<Utc>) -> Self {
        let ahead = Self::ahead(team, now);
        Self { from: ahead.from.checked_sub_days(SHOWS_BACK).unwrap_or(ahead.from), ..ahead }
    }

    /// From the first instant of its days to the first after them, in this zone.
    pub fn stretch(self, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
        (midnight(self.from, zone), midnight(after(self.to), zone))
    }

    fn has(self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day)
    }

    fn touches(self, from: NaiveDate, to: NaiveDate) -> bool {
        from <= self.to && to >= self.from
    }
}

/// The day it is for the team.
pub fn today(team: &TeamFile, now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&team.team.timezone).date_naive()
}

/// One rotation passing from one person to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// The id of the rotation.
    pub rotation: String,
    /// When, with the offset of the rotation's zone.
    pub at: DateTime<FixedOffset>,
    /// The id of the person who has it from then on.
    pub incoming: Option<String>,
}

/// What the rotations answer; the calendar asks nothing else of them.
pub trait Duties {
    /// The id of the person whose shift of this rotation it is, in off hours too; none if it is nobody's.
    fn holder(&self, rotation: &str, role: Role, at: DateTime<Utc>) -> Option<String>;

    /// The handovers to shifts that count, from `from` on and before `to`, in any order.
    fn handovers(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Handover>;
}

/// A team without rotations.
impl Duties for () {
    fn holder(&self, _: &str, _: Role, _: DateTime<Utc>) -> Option<String> {
        None
    }

    fn handovers(&self, _: DateTime<Utc>, _: DateTime<Utc>) -> Vec<Handover> {
        Vec::new()
    }
}

/// The calendar of a team, as of an instant.
pub struct Calendar<'a> {
    team: &'a TeamFile,
    duties: &'a dyn Duties,
    facts: &'a Facts,
    now: DateTime<Utc>,
    window: Window,
    releases: Vec<Planned>,
}

impl<'a> Calendar<'a> {
    /// Works out what is planned in these days, and how it stands.
    pub fn new(
        team: &'a TeamFile,
        duties: &'a dyn Duties,
        facts: &'a Facts,
        now: DateTime<Utc>,
        window: Window,
    ) -> Self {
        let today = today(team, now);
        let since = window.from.min(today).checked_sub_days(LOOKS_BACK).unwrap_or(NaiveDate::MIN);
        let last = window.to.max(today).checked_add_days(LOOKS_AHEAD).unwrap_or(NaiveDate::MAX);
        let mut releases = trains::releases(team, Window { from: since, to: last });
        evidence::ship(&mut releases, team, facts);
        Self { team, duties, facts, now, window, releases }
    }

    /// All that falls into the window, or reaches into it, sorted by day, kind and id; on one day whole days come
    /// before instants.
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        entries.extend(self.releases.iter().filter(|release| self.window.has(release.day)).map(|r| self.release(r)));
        entries.extend(self.freezes());
        entries.extend(self.deprecations());
        entries.extend(self.cadences());
        entries.extend(self.handovers());
        entries.extend(self.events());
        let zone = self.team.team.timezone;
        entries.sort_by(|a, b| {
            (a.date.order(zone), a.kind, &a.id, &a.title).cmp(&(b.date.order(zone), b.kind, &b.id, &b.title))
        });
        entries
    }

    /// The tags of the repository; none if nobody has looked.
    pub fn tags(&self) -> Option<&'a [Tag]> {
        self.facts.tags.as_deref()
    }

    /// As of when it is worked out.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    fn today(&self) -> NaiveDate {
        today(self.team, self.now)
    }

    fn release(&self, release: &Planned) -> Entry {
        let freezes = freezes::covering(self.team, release);
        Entry {
            kind: Kind::Release,
            id: Clean::line(&release.id),
            title: Clean::line(&release.title),
            date: Point::Day(release.day),
            end: None,
            owner: release.owner.clone(),
            status: Some(self.release_status(release)),
            clash: freezes.map(|freeze| Clean::line(&freeze.id)).collect(),
            note: release.note(),
        }
    }

    fn release_status(&self, release: &Planned) -> Status {
        match &release.shipped {
            Some(shipped) if shipped.day > release.deadline => Status::Late,
            Some(_) => Status::Shipped,
            None if release.checked && self.today() > release.deadline => Status::Missed,
            None if freezes::covering(self.team, release).next().is_some() => Status::Frozen,
            None => Status::Planned,
        }
    }

    fn deprecations(&self) -> impl Iterator<Item = Entry> {
        self.team.deprecations.iter().filter_map(|one| {
            let day = one.remove_on.filter(|day| self.window.has(*day))?;
            Some(Entry {
                kind: Kind::Deprecation,
                id: Clean::line(&one.tool),
                title: Clean::line(&format!("removal of {}", one.tool)),
                date: Point::Day(day),
                end: None,
                owner: one.owner.clone(),
                status: Some(self.removal(&one.tool, day)),
                clash: Vec::new(),
                note: one.replacement.as_ref().map(|other| Clean::line(&format!("use {other} instead"))),
            })
        })
    }

    fn removal(&self, tool: &str, day: NaiveDate) -> Status {
        let today = self.today();
        let due = day.checked_sub_days(DUE_BEFORE).unwrap_or(day);
        match &self.facts.served {
            Some(served) if !served.contains(tool) => Status::Removed,
            Some(_) if today > day => Status::Overdue,
            Some(_) | None if today >= due => Status::Due,
            Some(_) | None => Status::Planned,
        }
    }

    fn handovers(&self) -> impl Iterator<Item = Entry> {
        let (from, to) = self.window.stretch(self.team.team.timezone);
        let titles: BTreeMap<&str, &str> = self
            .team
            .rotations
            .iter()
            .filter(|rotation| !matches!(rotation.shift, Period::Hours(hours) if hours < 24))
            .map(|rotation| (rotation.id.as_str(), rotation.title.as_str()))
            .collect();
        self.duties.handovers(from, to).into_iter().filter_map(move |one| {
            let title = titles.get(one.rotation.as_str())?;
            let at = Point::At(one.at);
            let status = if one.at <= self.now { Status::Done } else { Status::Planned };
            Some(Entry {
                kind: Kind::Handover,
                id: Clean::line(&format!("{}/{}", one.rotation, at.text())),
                title: Clean::line(title),
                date: at,
                end: None,
                owner: one.incoming,
                status: Some(status),
                clash: Vec::new(),
                note: None,
            })
        })
    }

    fn events(&self) -> impl Iterator<Item = Entry> {
        let zone = self.team.team.timezone;
        let inside = move |event: &&Event| {
            let first = event.start.day(zone);
            self.window.touches(first, event.last_day(zone).max(first))
        };
        // What shows that a planned release has left is told there.
        let told = |event: &&Event| {
            let shown =
                |tag: &String| self.releases.iter().any(|one| one.shipped.as_ref().is_some_and(|by| by.what == *tag));
            !event.tag.as_ref().is_some_and(shown)
        };
        self.facts.events.iter().filter(inside).filter(told).map(|event| Entry {
            kind: Kind::Event,
            id: event.id(),
            title: event.title.clone(),
            date: event.start,
            end: event.end,
            owner: None,
            status: None,
            clash: Vec::new(),
            note: event.place.clone(),
        })
    }

    /// Who that is on a day: the id of a person, or `everyone`; none if it is nobody, or depends on another item.
    fn who(&self, who: &Who, day: NaiveDate) -> Option<String> {
        let hours = self.team.team.workhours;
        // A handover in the morning counts: whoever has most of the working day is meant.
        let middle = hours.from.overflowing_add_signed((hours.to - hours.from) / 2).0;
        let at = civil::instant(day.and_time(middle), self.team.team.timezone);
        match who {
            Who::Person(id) => Some(id.clone()),
            Who::RotationPrimary(id) => self.duties.holder(id, Role::Primary, at),
            Who::RotationSecondary(id) => self.duties.holder(id, Role::Secondary, at),
            Who::AreaOwner(id) => self.team.areas.iter().find(|area| area.id == *id)?.owner.clone(),
            Who::Everyone => Some("everyone".to_owned()),
            Who::OwnerOfArea | Who::ReleaseOwner | Who::FreezeApprover => None,
        }
    }
}

/// The first instant of a day.
fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    civil::instant(day.and_time(NaiveTime::MIN), zone)
}

fn after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(day)
}
