//! From what is wrong now to what stands in the queue: one row for each signal
//! that is an incident by itself.
//!
//! It looks at what is, not at what has just changed: whatever was lost in a
//! crash is made good by the next look. What a person has closed while it
//! fails stays closed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::REOPEN;
use super::fleet::{Place, Standing};
use super::signal::Signal;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::{CloseReason, Incident, Status};
use crate::domain::text::Clean;

/// How often the evidence of an open row is brought up to date while it merely goes on.
const REFRESH: TimeDelta = TimeDelta::minutes(5);

/// Where decisions about a signal are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// In the row itself: only decisions open and close it.
    Here,
    /// In an issue elsewhere: the row says what the source says, and nothing else.
    Elsewhere,
}

/// What follows for the queue.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entries {
    /// Rows that are new or look different, as they are to be kept.
    pub rows: Vec<Incident>,
    /// Signals that are well again, for whoever holds a decision about them.
    pub recovered: Vec<IncidentId>,
    /// Signals that fail again, shortly after they were well.
    pub relapsed: Vec<IncidentId>,
}

/// What the sources say, and whose word counts.
pub struct Now<'a> {
    /// The time.
    pub at: DateTime<Utc>,
    /// Everything that is open.
    pub standings: &'a [Standing],
    /// The sources of which something is known now; of others silence means nothing.
    pub heard: &'a BTreeSet<SourceId>,
    /// Where decisions are kept.
    pub keeping: Keeping,
}

/// Compares what is open with the rows that there are. `body` gives a signal's evidence.
pub fn entries(now: &Now<'_>, rows: &BTreeMap<IncidentId, Incident>, body: impl Fn(&Signal) -> Clean) -> Entries {
    let mut made = Entries::default();
    for standing in now.standings.iter().filter(|standing| standing.place == Place::Stands) {
        let signal = &standing.signal;
        let id = signal.incident();
        match rows.get(&id) {
            None => made.rows.push(row(signal, body(signal), now.at)),
            Some(row) => go_on(&mut made, now, row, (signal, &body)),
        }
    }
    let open: BTreeSet<IncidentId> = now.standings.iter().map(|standing| standing.signal.incident()).collect();
    let silent = |row: &&Incident| row.is_open() && !open.contains(&row.id) && now.heard.contains(&row.source);
    for row in rows.values().filter(silent) {
        made.recovered.push(row.id.clone());
        if now.keeping == Keeping::Elsewhere {
            let status = Status::Closed { at: Some(now.at), reason: CloseReason::Recovered };
            made.rows.push(Incident { status, updated_at: later(now.at, row), ..row.clone() });
        }
    }
    made
}

fn go_on(made: &mut Entries, now: &Now<'_>, row: &Incident, (signal, body): (&Signal, &dyn Fn(&Signal) -> Clean)) {
    let evidence = || Some(body(signal));
    match (row.status, now.keeping) {
        (Status::Open, _) => {
            let looks_different = row.title != signal.title;
            if looks_different || now.at - row.updated_at >= REFRESH {
                let (title, updated_at) = (signal.title.clone(), later(now.at, row));
                made.rows.push(Incident { title, body: evidence(), updated_at, ..row.clone() });
            }
        }
        // Closed while it failed: that is somebody's decision.
        (Status::Closed { at, .. }, _) if at.is_none_or(|at| at >= signal.opened) => {}
        (Status::Closed { .. }, Keeping::Here) => made.relapsed.push(row.id.clone()),
        (Status::Closed { at, .. }, Keeping::Elsewhere) => {
            let soon = at.is_some_and(|at| signal.opened - at <= REOPEN);
            let anew = self::row(signal, body(signal), now.at);
            let updated_at = later(now.at, row);
            let reopened_at = soon.then_some(signal.opened);
            let opened_at = if soon { row.opened_at } else { signal.opened };
            made.relapsed.extend(soon.then(|| row.id.clone()));
            made.rows.push(Incident { opened_at, updated_at, reopened_at, ..anew });
        }
    }
}

fn row(signal: &Signal, body: Clean, now: DateTime<Utc>) -> Incident {
    let id = signal.incident();
    Incident {
        id: id.clone(),
        signal: Some(id),
        check: Some(Clean::line(signal.check())),
        fingerprint: Some(signal.fingerprint.as_str().to_owned()),
        body: Some(body),
        updated_at: now.max(signal.opened),
        ..Incident::opened(&signal.endpoint, 0, signal.title.clone(), signal.opened)
    }
}

/// Newer than what is kept, so that it is taken.
fn later(now: DateTime<Utc>, row: &Incident) -> DateTime<Utc> {
    now.max(row.updated_at + TimeDelta::milliseconds(1))
}
