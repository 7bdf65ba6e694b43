//! A team of three in weekly turns, and what it knows at one time.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::config::{Coverage, Period, Person, Rotation, TeamFile};
use dogwatch::domain::calendar::Facts;
use dogwatch::domain::handoff::section::Carried;
use dogwatch::domain::handoff::{Brought, Desktop, Handoff, compose};
use dogwatch::domain::history::Told;
use dogwatch::domain::id::{IncidentId, SourceId};
use dogwatch::domain::incident::{Ack, Incident, Snooze};
use dogwatch::domain::journal::{Journal, Rules};
use dogwatch::domain::queue;
use dogwatch::domain::source::SourceHealth;
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;

/// Ana's shift ends ten minutes after this; then comes ben.
pub const NOW: &str = "2026-11-16T09:50:00Z";
/// Her shift.
pub const SHIFT: (&str, &str) = ("2026-11-09T10:00:00Z", "2026-11-16T10:00:00Z");

pub fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// So many minutes before the end of ana's shift.
pub fn before(minutes: i64) -> DateTime<Utc> {
    utc(SHIFT.1) - TimeDelta::minutes(minutes)
}

pub fn team() -> TeamFile {
    let person = |id: &str| Person { id: id.into(), name: id.into(), ..Person::default() };
    let start = chrono::NaiveDate::from_ymd_opt(2026, 11, 9).unwrap().and_hms_opt(10, 0, 0).unwrap();
    let rotation = Rotation {
        id: "ops".into(),
        title: "ops".into(),
        timezone: chrono_tz::UTC,
        start,
        shift: Period::Days(7),
        until: None,
        members: vec!["ana".into(), "ben".into(), "chi".into()],
        coverage: Coverage::Always,
        secondary: None,
        overrides: Vec::new(),
        swaps: Vec::new(),
    };
    TeamFile {
        people: vec![person("ana"), person("ben"), person("chi")],
        rotations: vec![rotation],
        ..TeamFile::default()
    }
}

/// What is known.
pub struct Scene {
    pub team: TeamFile,
    pub me: &'static str,
    pub now: DateTime<Utc>,
    pub incidents: BTreeMap<IncidentId, Incident>,
    pub sources: Vec<SourceHealth>,
    pub brought: Brought,
    pub dates: Facts,
}

impl Default for Scene {
    fn default() -> Self {
        Self {
            team: team(),
            me: "ana",
            now: utc(NOW),
            incidents: BTreeMap::new(),
            sources: Vec::new(),
            brought: Brought::default(),
            dates: Facts::default(),
        }
    }
}

/// An incident that was opened so many minutes before the end of ana's shift.
pub fn incident(number: u64, ago: i64) -> Incident {
    let title = Clean::line(&format!("title of {number}"));
    Incident::opened(&SourceId::new("api"), number, title, before(ago))
}

pub fn clean(text: &str) -> Clean {
    Clean::line(text)
}

#[expect(clippy::unnecessary_wraps, reason = "a field of an incident, as it is set")]
pub fn acked(by: &str, ago: i64) -> Option<Ack> {
    Some(Ack { by: Some(clean(by)), at: Some(before(ago)) })
}

#[expect(clippy::unnecessary_wraps, reason = "a field of an incident, as it is set")]
pub fn snoozed(by: &str, ago: i64, until: &str) -> Option<Snooze> {
    Some(Snooze { until: utc(until), by: Some(clean(by)), at: Some(before(ago)) })
}

/// A line of a timeline.
pub fn told(id: &str, ago: i64, by: &str, what: &str) -> Told {
    Told { incident: IncidentId::new(id), at: before(ago), by: Some(by.to_owned()), what: what.to_owned() }
}

impl Scene {
    pub fn add(&mut self, incident: Incident) {
        self.incidents.insert(incident.id.clone(), incident);
    }

    pub fn handoff(&self) -> Handoff {
        self.try_handoff().unwrap()
    }

    pub fn try_handoff(&self) -> Result<Handoff, Clean> {
        let model = Model::new(self.team.clone());
        let queue = queue::build(&self.incidents, &Journal::new(Rules::default()), &model, self.now);
        let desk = Desktop {
            model: &model,
            me: self.me,
            facts: &self.incidents,
            queue: &queue,
            sources: &self.sources,
            endpoints: &BTreeMap::new(),
            dates: &self.dates,
            now: self.now,
        };
        compose(desk, self.brought.clone())
    }

    /// What the outgoing person had, as `api#1 handed ben`.
    pub fn carried(&self) -> Vec<String> {
        let row = |row: &Carried| {
            let to = row.to.as_ref().map(|to| format!(" {to}")).unwrap_or_default();
            format!("{} {}{to}", row.of.id, row.decision.word())
        };
        self.handoff().sections.carry_over.iter().map(row).collect()
    }
}
