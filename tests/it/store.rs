//! The store: what was recorded is there afterwards, whatever happened to the process, the disk or the file.

mod damage;
mod facts;
mod local;
mod promises;
mod runs;
mod sharing;

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use dogwatch::domain::decision::{Base, Decision, Deed, Over};
use dogwatch::domain::id::{IncidentId, OpId, SourceId};
use dogwatch::domain::incident::Incident;
use dogwatch::domain::journal::{Consent, Entry, Seen, State};
use dogwatch::domain::text::Clean;
use dogwatch::store::{Opening, Store};

/// Minutes after a Friday morning.
fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_783_000_000, 0).expect("a time") + TimeDelta::minutes(minutes)
}

fn open(folder: &Path) -> Store {
    let opened = Store::open(folder, at(0)).expect("the store opens");
    assert_eq!(opened.notices, [], "a good store gives no notice");
    opened.store
}

fn op(n: u32) -> OpId {
    OpId::new(format!("01J{n:023}"))
}

fn api() -> SourceId {
    SourceId::new("api")
}

fn entry(n: u32) -> Entry {
    Entry {
        op: op(n),
        seq: 0,
        batch: op(n),
        incident: IncidentId::numbered(&api(), u64::from(n)),
        source: api(),
        host: "api.github.com".to_owned(),
        decision: Decision::Ack { over: Over::Nothing },
        deed: Deed { by: Some(Clean::line("mira")), at: at(i64::from(n)) },
        base: Base::of(&incident(u64::from(n))),
        state: State::Deciding,
        attempts: 0,
        sent_at: None,
        not_before: None,
        reason: None,
        request_id: None,
        consent: Consent::NotAsked,
        settled_at: None,
        seen: Seen::No,
        undoes: None,
    }
}

fn local_entry(n: u32, incident: IncidentId, decision: Decision) -> Entry {
    Entry { source: SourceId::local(), host: "local".to_owned(), incident, decision, ..entry(n) }
}

fn ended(n: u32, state: State, minutes: i64) -> Entry {
    Entry { state, settled_at: Some(at(minutes)), reason: Some(Clean::line("as the tracker said")), ..entry(n) }
}

fn incident(number: u64) -> Incident {
    let title = Clean::line(&format!("tool call number {number} times out"));
    let mut incident = Incident::opened(&api(), number, title, at(0));
    incident.labels = vec![Clean::line("bug"), Clean::line("SEV2")];
    incident
}

fn ops(entries: &[Entry]) -> Vec<String> {
    entries.iter().map(|entry| entry.op.to_string()).collect()
}

fn small_pages() -> Opening {
    Opening { page_size: Some(512), ..Opening::default() }
}
