//! The sources that the team file names, and what this machine remembers of
//! each: when it was last heard, and how its endpoints did.

use crate::app::event::Fact;
use crate::config::{TeamFile, TrackerKind};
use crate::domain::id::SourceId;
use crate::domain::incident::Incident;
use crate::domain::source::SourceHealth;
use crate::store::{Health, Store};

/// Whose signals are about the machine that probes.
const PROBER: &str = "prober";

/// Under which name the MCP servers together are remembered; no source can have it.
pub(super) const FLEET: &str = ":fleet";

/// The sources whose incidents are shown, with their kinds.
pub(super) fn known_sources(team: &TeamFile) -> Vec<(SourceId, &'static str)> {
    let mut known: Vec<(SourceId, &'static str)> =
        team.sources.iter().map(|source| (SourceId::new(&source.id), source.kind.name())).collect();
    if team.tracker.kind == TrackerKind::Local || known.iter().all(|(_, kind)| *kind != "github") {
        known.insert(0, (SourceId::local(), SourceId::LOCAL));
    }
    known
}

/// Whether an incident is of these sources, or about the machine that probes.
pub(super) fn of_known(incident: &Incident, known: &[(SourceId, &'static str)]) -> bool {
    known.iter().any(|(id, _)| *id == incident.source) || incident.source.as_str() == PROBER
}

/// How these sources did when they were last asked, by id.
pub(super) fn health_of(known: &[(SourceId, &'static str)], kept: &[Health]) -> Vec<SourceHealth> {
    let health = known.iter().map(|(id, kind)| {
        let mut health = SourceHealth::never(id.clone(), kind);
        if let Some(kept) = kept.iter().find(|kept| kept.id == *id) {
            health.fetched_at = kept.fetched_at;
            health.error.clone_from(&kept.error);
            health.unreadable = kept.unreadable;
        }
        health
    });
    let mut sources: Vec<SourceHealth> = health.collect();
    sources.sort_by(|one, other| one.id.cmp(&other.id));
    sources
}

/// What is remembered of the endpoints, one by one and together.
pub(super) fn probed(store: &Store, known: &[(SourceId, &'static str)]) -> [Fact; 2] {
    // What cannot be read is asked again.
    let kept = store.endpoints().unwrap_or_default();
    let memory = |(id, _): &(SourceId, &str)| serde_json::from_str(kept.get(id.as_str())?).ok();
    let fleet = kept.get(FLEET).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    [Fact::Probed(known.iter().filter_map(memory).collect()), Fact::Ruled(Box::new(fleet))]
}
