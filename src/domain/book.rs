//! From what is wrong now to what stands in the queue: one row for each signal
//! that is an incident by itself.
//!
//! It looks at what is, not at what has just changed: whatever was lost in a
//! crash is made good by the next look. What a person has closed while it
//! fails stays closed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::id::IncidentId;
use super::incident::{CloseReason, Incident, Status};
use super::text::Clean;

/// Whoever judges has heard what was said of a finding after so long at the most.
const HEARD_AFTER: TimeDelta = TimeDelta::minutes(1);

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

/// What a source says, and whose word counts.
pub struct Now<'a> {
    /// The time.
    pub at: DateTime<Utc>,
    /// Each signal that is an incident by itself, as the row that it would be if it were new; without a body.
    pub standing: &'a [Incident],
    /// Every signal that is open, also those that another stands for.
    pub open: &'a BTreeSet<IncidentId>,
    /// How soon after it was well the same signal goes on as the same incident.
    pub again: TimeDelta,
    /// How often the evidence of an open row is brought up to date while it merely goes on; none: whenever it differs.
    pub refresh: Option<TimeDelta>,
    /// Where decisions are kept.
    pub keeping: Keeping,
}

/// Compares what is open with the rows that there are. `heard` says of which rows something is known now (of others
/// silence means nothing), `body` gives a signal's evidence.
pub fn entries(
    now: &Now<'_>,
    rows: &BTreeMap<IncidentId, Incident>,
    heard: impl Fn(&Incident) -> bool,
    body: impl Fn(&IncidentId) -> Clean,
) -> Entries {
    let mut made = Entries::default();
    for fresh in now.standing {
        match rows.get(&fresh.id) {
            None => {
                let (body, updated_at) = (Some(body(&fresh.id)), now.at.max(fresh.opened_at));
                made.rows.push(Incident { body, updated_at, ..fresh.clone() });
            }
            Some(row) => go_on(&mut made, now, row, (fresh, &body)),
        }
    }
    let silent = |row: &&Incident| row.is_open() && !now.open.contains(&row.id) && heard(row);
    for row in rows.values().filter(silent) {
        made.recovered.push(row.id.clone());
        if now.keeping == Keeping::Elsewhere {
            let status = Status::Closed { at: Some(now.at), reason: CloseReason::Recovered };
            made.rows.push(Incident { status, updated_at: later(now.at, row), ..row.clone() });
        }
    }
    made
}

fn go_on(made: &mut Entries, now: &Now<'_>, row: &Incident, (fresh, body): (&Incident, &dyn Fn(&IncidentId) -> Clean)) {
    let (opened, updated_at) = (fresh.opened_at, later(now.at, row));
    let body = || Some(body(&fresh.id));
    match (row.status, now.keeping) {
        (Status::Open, _) => {
            let rested = now.refresh.is_none_or(|pause| now.at - row.updated_at >= pause);
            let is_due = row.title != fresh.title || rested;
            let (title, body) = (fresh.title.clone(), if is_due { body() } else { None });
            let shown_at = fresh.shown_at;
            if is_due && (row.title != title || row.body != body || row.shown_at != shown_at) {
                made.rows.push(Incident { title, body, updated_at, shown_at, ..row.clone() });
            }
        }
        // Closed while it failed: that is somebody's decision, as long as what they said holds.
        (Status::Closed { at, reason }, _)
            if at.is_none_or(|at| at >= opened && !is_outdated(now, fresh, (at, reason))) => {}
        (Status::Closed { .. }, Keeping::Here) => made.relapsed.push(row.id.clone()),
        (Status::Closed { at, .. }, Keeping::Elsewhere) => {
            let soon = at.is_some_and(|at| opened - at <= now.again);
            let opened_at = if soon { row.opened_at } else { opened };
            made.relapsed.extend(soon.then(|| row.id.clone()));
            // What was closed after it opened opens now: what was said of it holds no longer.
            let reopened_at = soon.then_some(if at.is_some_and(|at| at >= opened) { now.at } else { opened });
            made.rows.push(Incident { body: body(), opened_at, updated_at, reopened_at, ..fresh.clone() });
        }
    }
}

/// Whether the word with which an eval finding was closed holds no longer: the cause was said to be gone, and a run
/// since shows that it is not; or the finding was called expected or a flake, and by now it is neither (the entry
/// was taken out, or it fails every time).
fn is_outdated(now: &Now<'_>, fresh: &Incident, (closed, reason): (DateTime<Utc>, CloseReason)) -> bool {
    let shown = fresh.shown_at.is_some_and(|shown| shown > closed);
    let rested = fresh.suite.is_some() && now.at - closed >= HEARD_AFTER;
    match reason {
        CloseReason::Completed | CloseReason::Fixed => shown,
        CloseReason::Recovered => shown || rested,
        CloseReason::Expected | CloseReason::Flaky => rested,
        CloseReason::NotPlanned | CloseReason::Duplicate | CloseReason::Invalid | CloseReason::WontFix => false,
    }
}

/// Newer than what is kept, so that it is taken.
fn later(now: DateTime<Utc>, row: &Incident) -> DateTime<Utc> {
    now.max(row.updated_at + TimeDelta::milliseconds(1))
}
