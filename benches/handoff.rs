//! What ending a shift costs, over 10,000 incidents and 100,000 lines of
//! their histories, of which a tenth is our own ledger. The aim is 300 ms for
//! the whole: from the disk to the Markdown.

#![expect(clippy::unwrap_used, reason = "a bench that cannot set its scene should fail loudly")]

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use divan::Bencher;
use dogwatch::app::desk::{Desk, Setup};
use dogwatch::app::event::Fact;
use dogwatch::config::{Coverage, Period, Person, Rotation, TeamFile};
use dogwatch::domain::calendar::Facts;
use dogwatch::domain::decision::{Base, Decision, Deed};
use dogwatch::domain::handoff::{Asked, Handoff};
use dogwatch::domain::id::{OpIds, SourceId};
use dogwatch::domain::incident::{Ack, CloseReason, Incident, Moment, Status};
use dogwatch::domain::journal::{Entry, State};
use dogwatch::domain::text::Clean;
use dogwatch::domain::triage::Model;
use dogwatch::shell::handoffs;
use dogwatch::store::{Event, Page, Store};
use tempfile::TempDir;

const ISSUES: u64 = 10_000;
/// Lines of the tracker's history for each issue.
const LINES: u64 = 8;

fn main() {
    divan::main();
}

fn now() -> DateTime<Utc> {
    "2026-11-23T09:50:00Z".parse().unwrap()
}

fn source() -> SourceId {
    SourceId::new("api")
}

fn team() -> TeamFile {
    let names = ["ana", "ben", "chi"];
    let person = |id: &&str| Person { id: (*id).to_owned(), name: (*id).to_owned(), ..Person::default() };
    let rotation = Rotation {
        id: "ops".into(),
        title: "ops".into(),
        timezone: chrono_tz::UTC,
        start: "2026-01-05T10:00:00".parse().unwrap(),
        shift: Period::Days(7),
        until: None,
        members: names.map(str::to_owned).to_vec(),
        coverage: Coverage::Always,
        secondary: None,
        overrides: Vec::new(),
        swaps: Vec::new(),
    };
    TeamFile { people: names.iter().map(person).collect(), rotations: vec![rotation], ..TeamFile::default() }
}

/// A year of issues; one in twenty is still open, and every other of those somebody has.
fn incident(number: u64) -> Incident {
    let age = TimeDelta::minutes(i64::try_from(number * 52).unwrap());
    let title = Clean::line(&format!("tool {} fails for case {number}", number % 64));
    let mut incident = Incident::opened(&source(), number, title, now() - age);
    incident.labels = vec![Clean::line(["SEV1", "SEV2", "SEV3", "SEV4"][usize::try_from(number % 4).unwrap()])];
    match number % 20 {
        0 if number.is_multiple_of(40) => {
            let at = Some(incident.opened_at + TimeDelta::minutes(20));
            incident.ack = Some(Ack { by: Some(Clean::line("ana")), at });
        }
        0 => {}
        _ => {
            let at = Some(incident.opened_at + TimeDelta::hours(5));
            incident.status = Status::Closed { at, reason: CloseReason::Completed };
        }
    }
    incident
}

fn events(number: u64) -> Vec<Event> {
    let opened = incident(number).opened_at;
    let words = [
        "acked",
        "assigned ben",
        "commented",
        "labeled SEV2",
        "commented",
        "unassigned ben",
        "subscribed",
        "closed as completed",
    ];
    (0..LINES)
        .map(|line| Event {
            incident: incident(number).id,
            key: format!("{number}/{line}"),
            moment: Moment {
                at: opened + TimeDelta::minutes(20 * (1 + i64::try_from(line).unwrap())),
                by: Some(Clean::line(["ana", "ben"][usize::try_from(line % 2).unwrap()])),
                what: Clean::line(words[usize::try_from(line).unwrap()]),
                text: None,
            },
        })
        .collect()
}

/// A decision of this machine: two lines of the ledger each.
fn ledger(store: &mut Store) {
    let mut ids = OpIds::seeded(7);
    let entries: Vec<Entry> = (1..=ISSUES)
        .map(|number| {
            let known = incident(number);
            let at = known.opened_at + TimeDelta::minutes(20);
            let deed = Deed { by: Some(Clean::line("ana")), at };
            let op = ids.next(at.timestamp_millis());
            let decision = Decision::Note { text: "looking".into() };
            Entry::decided(op, known.id.clone(), decision, deed, Base::of(&known))
        })
        .map(|entry| Entry { source: source(), host: "api.example.org".into(), ..entry })
        .collect();
    for entries in entries.chunks(1_000) {
        store.record(entries).unwrap();
        let done: Vec<Entry> = entries
            .iter()
            .map(|entry| Entry { state: State::Done, settled_at: Some(entry.deed.at), ..entry.clone() })
            .collect();
        store.settle(&done, None).unwrap();
    }
}

struct Scene {
    folder: TempDir,
    store: Store,
    desk: Desk,
}

fn scene() -> Scene {
    let folder = TempDir::new().unwrap();
    let mut store = Store::open(folder.path(), now()).unwrap().store;
    let incidents: Vec<Incident> = (1..=ISSUES).map(incident).collect();
    let page =
        Page { incidents: incidents.clone(), events: (1..=ISSUES).flat_map(events).collect(), ..Page::default() };
    store.commit_page(&source(), &page).unwrap();
    ledger(&mut store);
    let setup = Setup {
        model: Model::new(team()),
        me: "ana".into(),
        routes: BTreeMap::from([(source(), "api.example.org".to_owned())]),
        files_into: source(),
        seed: 1,
        read_only: None,
    };
    let mut desk = Desk::new(setup, now());
    desk.update(now(), Fact::Loaded { incidents, entries: Vec::new(), sources: Vec::new() });
    Scene { folder, store, desk }
}

fn handoff(scene: &Scene) -> Handoff {
    let place = handoffs::Desk { data: scene.folder.path().to_owned(), place: None, team: team(), now: now() };
    let brought = place.bring(&scene.store, &Asked::default());
    scene.desk.handoff(brought, &Facts::default()).unwrap()
}

#[divan::bench]
fn from_the_disk_to_the_page(bencher: Bencher<'_, '_>) {
    let scene = scene();
    bencher.bench_local(|| handoff(&scene).markdown().len());
}

#[divan::bench]
fn what_is_read_from_the_disk(bencher: Bencher<'_, '_>) {
    let scene = scene();
    let place = handoffs::Desk { data: scene.folder.path().to_owned(), place: None, team: team(), now: now() };
    bencher.bench_local(|| place.bring(&scene.store, &Asked::default()).told.len());
}
