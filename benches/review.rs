//! What a cycle review costs: a year of 10,000 incidents with 100,000 told
//! lines. The aim is less than a second, of which this is all but the reading.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use divan::{Bencher, black_box};
use dogwatch::config::{TeamFile, team_file};
use dogwatch::domain::history::{History, Told};
use dogwatch::domain::id::SourceId;
use dogwatch::domain::incident::{CloseReason, Incident, Status};
use dogwatch::domain::journal::{Journal, Rules};
use dogwatch::domain::queue;
use dogwatch::domain::review::{Ground, Notes, Review};
use dogwatch::domain::rotation::Roster;
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;

const INCIDENTS: u32 = 10_000;
const TEAM: &str = "version = 1\n[team]\ntimezone = \"Europe/London\"\n[[people]]\nid = \"ana\"\n[[people]]\nid = \
                    \"ben\"\n[[kinds]]\nid = \"drift\"\n[[rotations]]\nid = \"ops\"\nstart = \
                    \"2026-01-05T10:00\"\nshift = \"7d\"\nmembers = [\"ana\", \"ben\"]\ncoverage = \"24x7\"\n";

fn main() {
    divan::main();
}

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default()
}

/// Of every severity, each with nine lines: the year round, acked, noted and closed.
fn year() -> (BTreeMap<dogwatch::domain::id::IncidentId, Incident>, Vec<Told>) {
    let (mut facts, mut told) = (BTreeMap::new(), Vec::new());
    for number in 1..=INCIDENTS {
        let opened = start() + TimeDelta::minutes(i64::from(number) * 52);
        let title = Clean::line(&format!("schema of tool {number} differs"));
        let mut incident = Incident::opened(&SourceId::local(), u64::from(number), title, opened);
        incident.labels = vec![Clean::line(&format!("SEV{}", number % 4 + 1)), Clean::line("drift")];
        let closed = opened + TimeDelta::hours(40);
        incident.status = Status::Closed { at: Some(closed), reason: CloseReason::Completed };
        let words = ["acked", "set kind drift", "assigned ana", "commented", "commented", "acked", "commented"];
        let lines = words.iter().chain(["commented", "labeled late", "closed as completed"].iter()).enumerate();
        told.extend(lines.map(|(at, what)| Told {
            incident: incident.id.clone(),
            at: opened + TimeDelta::hours(4) * i32::try_from(at).unwrap_or(0) + TimeDelta::minutes(30),
            by: Some("ana".to_owned()),
            what: (*what).to_owned(),
        }));
        facts.insert(incident.id.clone(), incident);
    }
    (facts, told)
}

#[divan::bench(sample_count = 10)]
fn a_year_of_10000_incidents(bencher: Bencher<'_, '_>) {
    let model = Model::new(team_file(TEAM, "dogwatch.toml").unwrap_or_else(|_| TeamFile::default()));
    let (facts, told) = year();
    let now = start() + TimeDelta::days(365);
    let cycle = (start(), now);
    let queue = queue::build(&facts, &Journal::new(Rules::default()), &model, now);
    bencher.bench_local(|| {
        let history = History::of(black_box(&facts), &queue, told.clone(), &model, now);
        let roster = Roster::new(&model.team, &[], now, cycle);
        let notes = Notes::default();
        let ground = Ground {
            cycle,
            now,
            model: &model,
            stories: &history.stories,
            roster: &roster,
            entries: &[],
            notes: &notes,
        };
        Review::of(&ground).0.figures.breaches.len()
    });
}
