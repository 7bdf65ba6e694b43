//! What signals say, put into the queue.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};

use super::engine::Engine;
use crate::app::event::Fact;
use crate::domain::book::{self, Keeping, Now};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::Incident;
use crate::domain::text::Clean;
use crate::store::{Page, Store};

/// What stands now; see [`Now`].
pub(super) struct Said {
    /// The time.
    pub at: DateTime<Utc>,
    /// The rows of the signals that are incidents by themselves.
    pub standing: Vec<Incident>,
    /// Every signal that is open.
    pub open: BTreeSet<IncidentId>,
    /// How soon after it was well a signal goes on as the same incident.
    pub again: TimeDelta,
    /// How often the evidence of an open row is brought up to date; none: whenever it differs.
    pub refresh: Option<TimeDelta>,
    /// The evidence of those that stand.
    pub bodies: BTreeMap<IncidentId, Clean>,
}

/// Rows are read, compared and written in one go, so that no decision is overwritten. `heard` says of which rows
/// something is known now.
pub(super) async fn put(
    engine: &Engine,
    keeping: Keeping,
    said: Said,
    heard: impl Fn(&Incident) -> bool + Send + 'static,
) {
    let back = engine.clone();
    let work = move |store: &mut Store| {
        let Ok(rows) = store.signals() else { return };
        let rows = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
        let Said { at, ref standing, ref open, again, refresh, .. } = said;
        let now = Now { at, standing, open, again, refresh, keeping };
        let body = |id: &IncidentId| said.bodies.get(id).cloned().unwrap_or_default();
        let entries = book::entries(&now, &rows, heard, body);
        let mut by_source: BTreeMap<SourceId, Page> = BTreeMap::new();
        for row in entries.rows {
            by_source.entry(row.source.clone()).or_default().incidents.push(row);
        }
        for (source, page) in by_source {
            // What cannot be kept is put there by the next look.
            if let Ok(incidents) = store.commit_page(&source, &page)
                && !incidents.is_empty()
            {
                back.report(Fact::Page { source, incidents });
            }
        }
        if !entries.relapsed.is_empty() {
            back.report(Fact::Relapsed(entries.relapsed));
        }
        if !entries.recovered.is_empty() {
            back.report(Fact::Recovered(entries.recovered));
        }
    };
    engine.keeper().ask(work).await;
}
