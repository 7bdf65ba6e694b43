//! The evidence of findings, gathered from what is remembered of results and
//! of endpoints, for the queue and for whoever looks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Suites;
use super::judging::lie_beside;
use crate::config::SourceKind;
use crate::domain::evals::CaseKey;
use crate::domain::evals::evidence::{self, Scene, Suspect};
use crate::domain::evals::findings::{Finding, State};
use crate::domain::evals::gather::Named;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::text::Clean;
use crate::shell::engine::Engine;
use crate::store::results::Results;
use crate::store::{Store, StoreError};

/// So many runs of a suite are looked at; a suite under several models has more than a strip shows.
const RUNS: u32 = 40;

impl Suites {
    /// The summary of the evidence of each of these findings, by their incidents; `names` of cases are at hand.
    pub(super) async fn bodies(
        &self,
        open: &[&Finding],
        names: &BTreeMap<CaseKey, Named>,
    ) -> BTreeMap<IncidentId, Clean> {
        let mut bodies = BTreeMap::new();
        let changes = self.engine.keeper().ask(|store| changes(store)).await.unwrap_or_default();
        for finding in open {
            let (one, id, home) = ((*finding).clone(), self.id.clone(), self.home.clone());
            // What cannot be read now is said by the next look.
            let Some(Ok(mut scene)) = self.with(move |results| scene(results, (&id, one), &home)).await else {
                continue;
            };
            scene.names.extend(names.iter().map(|(key, named)| (*key, named.clone())));
            scene.suspect(changes.clone());
            bodies.insert(evidence::incident_id(&self.id, finding), evidence::body(&scene));
        }
        bodies
    }
}

/// Where a source of results lies, and from which score on a trial of it has passed.
#[derive(Debug, Clone)]
pub(super) struct Whence {
    pub id: SourceId,
    pub pass_at: f64,
    pub home: PathBuf,
}

impl Engine {
    /// The evals source that a signal comes from, by the signal's name; none if it is of another kind.
    pub(super) fn whence(&self, signal: &IncidentId) -> Option<Whence> {
        let (id, _) = signal.as_str().rsplit_once(':')?;
        let plan = self.plan();
        let source = plan.team.sources.iter().find(|source| source.id == id)?;
        let pass_at = match &source.kind {
            SourceKind::Evals(evals) => evals.pass_at,
            SourceKind::Github(_) | SourceKind::Mcp(_) => return None,
        };
        let home = plan.team_path.as_deref().and_then(Path::parent).unwrap_or(Path::new("")).to_owned();
        Some(Whence { id: SourceId::new(id), pass_at, home })
    }

    /// The finding behind a signal with what is known around it; none if the signal is no eval's, or is not known.
    pub async fn scene(&self, signal: &IncidentId) -> Option<Scene> {
        let whence = self.whence(signal)?;
        let (folder, print) = (self.folder().to_owned(), signal.as_str().rsplit_once(':')?.1.to_owned());
        let look = move || {
            let results = Results::open(&folder)?;
            results
                .finding(&whence.id, &print)?
                .map(|found| scene(&results, (&whence.id, found), &whence.home))
                .transpose()
        };
        let mut scene = tokio::task::spawn_blocking(look).await.ok()?.ok()??;
        scene.suspect(self.keeper().ask(|store| changes(store)).await.unwrap_or_default());
        Some(scene)
    }
}

/// A finding of this source among the last runs of its suite.
fn scene(results: &Results, (source, finding): (&SourceId, Finding), home: &Path) -> Result<Scene, StoreError> {
    let mut runs = results.last_of(finding.suite, RUNS)?;
    for key in [finding.baseline.last(), finding.candidate.first(), finding.candidate.last()].into_iter().flatten() {
        if !runs.iter().any(|filed| filed.record.run == *key) {
            runs.extend(results.files_of(*key)?);
        }
    }
    lie_beside(home, &mut runs);
    let mut parts = results.findings(source)?;
    parts.retain(|part| part.state == State::Open && part.part_of.as_ref() == Some(&finding.fingerprint));
    let mut scene = Scene::new(finding, runs);
    scene.parts = parts;
    scene.names = results.names(&scene.cases())?;
    Ok(scene)
}

/// When the tools of each endpoint became what they are; without it nobody is suspected.
fn changes(store: &Store) -> Vec<Suspect> {
    let since = store.tools_since().unwrap_or_default();
    since.into_iter().map(|(endpoint, at)| Suspect { endpoint: Clean::line(&endpoint), at }).collect()
}
