//! What the hosts of the team's repositories know of dates, as `sync` has last fetched it.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::Gathered;
use crate::config::{GithubSource, TeamFile};
use crate::domain::text::Clean;
use crate::shell::remote::{Remote, host};
use crate::shell::session::Plan;
use crate::sources::github::dates::Remembered;
use crate::store::copies::{self, Origin};

impl Gathered {
    pub(super) fn read_hosts(&mut self, plan: &Plan) {
        let zone = plan.team.team.timezone;
        for (id, github) in sources(&plan.team) {
            let known = remembered(&plan.folder, id, github);
            self.facts.released.extend(known.hosted.tags());
            self.facts.events.extend(known.hosted.events(id, zone, plan.clock.start()));
        }
    }
}

/// Whether the team plans anything that a host could know of.
pub fn plans_dates(team: &TeamFile) -> bool {
    !(team.trains.is_empty() && team.releases.is_empty() && team.freezes.is_empty() && team.cadences.is_empty())
}

/// Fetches the dates of one repository; says what went wrong, a sentence each. What was known of lists that cannot be
/// read stays.
pub async fn fetch_dates(
    (id, github): (&str, &GithubSource),
    remote: &Remote,
    folder: &Path,
    now: DateTime<Utc>,
) -> Vec<Clean> {
    let mut known = remembered(folder, id, github);
    let before = known.clone();
    let told = match remote.dates(&mut known).await {
        Ok(denied) => denied,
        Err(why) => vec![Clean::line(&format!("releases and milestones are not known: {why}"))],
    };
    let mut told: Vec<Clean> = told.iter().map(|text| Clean::line(&format!("{id}: {text}"))).collect();
    if known != before {
        let origin = Origin { place: place(github), mark: None, at: now };
        let bytes = serde_json::to_vec(&known).map_err(|error| error.to_string());
        let kept =
            bytes.and_then(|bytes| copies::keep(folder, &name(id), &origin, &bytes).map_err(|error| error.to_string()));
        told.extend(kept.err().map(|why| Clean::line(&format!("{id}: {why}"))));
    }
    told
}

/// The sources that are repositories, by their ids.
pub fn sources(team: &TeamFile) -> impl Iterator<Item = (&str, &GithubSource)> {
    team.sources.iter().filter_map(|source| Some((source.id.as_str(), source.github()?)))
}

fn remembered(folder: &Path, id: &str, github: &GithubSource) -> Remembered {
    let kept = copies::kept(folder, &name(id)).filter(|(origin, _)| origin.place == place(github));
    kept.and_then(|(_, bytes)| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

fn name(id: &str) -> String {
    format!("github-{id}")
}

fn place(github: &GithubSource) -> String {
    format!("{} at {}", github.repo, host(github))
}
