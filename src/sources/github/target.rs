//! Which repository, and on which host.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::config::{GithubSource, TeamFile, host_and_port};
use crate::domain::decision::StateLabels;
use crate::domain::id::SourceId;
use crate::domain::incident::{Incident, same_name};
use crate::domain::triage::Model;

/// One repository on one GitHub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubTarget {
    /// The source's id, which begins the ids of its incidents.
    pub source: SourceId,
    /// Who owns the repository.
    pub owner: String,
    /// The repository's name.
    pub name: String,
    /// `https://api.github.com`, `https://HOST/api/v3`, or a loopback address.
    pub api: Url,
    /// Only issues with one of these are incidents; all, if empty.
    pub labels: Vec<String>,
    /// Further certificates to trust, as PEM.
    pub ca_file: Option<PathBuf>,
    /// How long to wait.
    pub patience: Patience,
}

/// How long a host may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until there is a connection.
    pub connect: Duration,
    /// Until the last byte of the answer.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), answer: Duration::from_secs(30) }
    }
}

/// What the team calls things on its tracker, and whose word counts there.
#[derive(Debug, Clone, PartialEq)]
pub struct Customs {
    /// The labels that carry a state.
    pub labels: StateLabels,
    /// The labels that are severities: who sets one has looked at it.
    pub severities: Vec<String>,
    /// The labels that are kinds.
    pub kinds: Vec<String>,
    /// The logins of the people in the team file.
    pub people: Vec<String>,
    /// The operating model, for which incidents escalate; without one, none does.
    pub model: Option<Arc<Model>>,
}

impl GithubTarget {
    /// The repository of this source. Its `ca_file` is handed in as the path
    /// that it stands for, once the operator trusts it.
    pub fn of(source: &str, github: &GithubSource, ca_file: Option<PathBuf>) -> Self {
        Self {
            source: SourceId::from(source),
            owner: github.repo.owner.clone(),
            name: github.repo.name.clone(),
            api: github.api.clone(),
            labels: github.labels.clone(),
            ca_file,
            patience: Patience::default(),
        }
    }

    /// The host as pacing, tokens and the journal know it: `api.github.com`, `127.0.0.1:4030`.
    pub fn host(&self) -> String {
        host_and_port(&self.api)
    }

    /// The repository's path below the base.
    pub fn path(&self) -> String {
        format!("/repos/{}/{}", segment(&self.owner), segment(&self.name))
    }

    /// The repository as people write it.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }
}

impl Customs {
    /// As the team file says.
    pub fn of(team: &TeamFile) -> Self {
        let labels = &team.tracker.labels;
        Self {
            labels: StateLabels { ack: labels.ack.clone(), snoozed: labels.snoozed.clone() },
            severities: team.severities.iter().map(|severity| severity.id.clone()).collect(),
            kinds: team.kinds.iter().map(|kind| kind.id.clone()).collect(),
            people: team.people.iter().filter_map(|person| person.github.clone()).collect(),
            model: (!team.escalations.is_empty()).then(|| Arc::new(Model::new(team.clone()))),
        }
    }

    /// Whether people are asked to take this incident, one after the other.
    pub fn escalates(&self, incident: &Incident) -> bool {
        let escalates = |model: &Model| {
            let severity = model.classify(incident).severity.and_then(|at| model.team.severities.get(at));
            severity.is_some_and(|severity| severity.escalation.is_some())
        };
        self.model.as_deref().is_some_and(escalates)
    }

    /// Whether this login is one of the team's.
    pub fn is_one_of_us(&self, login: &str) -> bool {
        self.people.iter().any(|one| same_name(one, login))
    }
}

/// One segment of a path, with everything encoded that could end it.
pub fn segment(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
