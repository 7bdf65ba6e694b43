//! What the calendar is held against, gathered from where it lies: the
//! repository, the folder of minutes and handoffs, and what this machine
//! remembers. Nobody on the network is asked, but by [`fetch_calendars`] and
//! [`fetch_dates`].

mod calendars;
mod diary;
mod hosts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, Days, Utc};

use super::git::{Git, GitError};
use super::place::{Place, remembered};
use super::session::{Plan, trust_in};
use crate::app::event::Gathered;
use crate::config::{DoneBy, Evidence, SourceKind, TeamFile, wants_trust};
use crate::domain::calendar::Window;
use crate::domain::minutes::Minutes;
use crate::domain::runbook::run::{Run, Went};
use crate::domain::text::Clean;
use crate::store::Store;
use crate::store::minutes::Meetings;
use crate::store::runs::Runs;

/// Commits are looked at so far back.
const COMMITS_SINCE: Days = Days::new(1_200);

pub use calendars::fetch_calendars;
pub use hosts::{fetch_dates, plans_dates, sources};

/// Gathers what the plan of this team can be held against, and what others have in these days.
pub async fn gather(plan: &Plan, window: Window) -> Gathered {
    let asked = plan.clone();
    let from_disk = tokio::task::spawn_blocking(move || Gathered::from_disk(&asked, window));
    let mut gathered = from_disk.await.unwrap_or_default();
    if let Some(path) = &plan.team_path {
        let home = path.parent().unwrap_or(Path::new(""));
        gathered.ask_git(&plan.team, home, plan.clock.start()).await;
    }
    gathered
}

/// The names of all tools, if every endpoint has listed its tools once.
fn served(team: &TeamFile, store: &Store) -> Option<BTreeSet<String>> {
    let endpoints = team.sources.iter().filter(|source| matches!(source.kind, SourceKind::Mcp(_)));
    let ids: Vec<&str> = endpoints.map(|source| source.id.as_str()).collect();
    let names: BTreeMap<String, String> = store.tool_names().ok()?;
    if ids.is_empty() {
        return None;
    }
    let lists: Option<Vec<&String>> = ids.iter().map(|id| names.get(*id)).collect();
    Some(lists?.into_iter().flat_map(|names| names.lines()).map(str::to_owned).collect())
}

impl Gathered {
    fn from_disk(plan: &Plan, window: Window) -> Self {
        let mut gathered = Self::default();
        let store = remembered(plan);
        let trusted = trust_in(plan, store.as_ref(), &wants_trust(&plan.team));
        gathered.facts.served = store.as_ref().and_then(|store| served(&plan.team, store));
        // Where dogwatch has never been, nobody can know of a use.
        if store.is_some() {
            gathered.read_runs(plan);
        }
        drop(store);
        gathered.read_hosts(plan);
        if let Some(place) = Place::of_team(plan, trusted) {
            gathered.read_diary(&plan.team, &place);
            gathered.read_meetings(plan);
            gathered.read_calendars(plan, &place, window);
        }
        gathered
    }

    fn doubt(&mut self, what: &str, why: &dyn std::fmt::Display) {
        self.doubts.push(Clean::line(&format!("not checked: {what}: {why}")));
    }

    /// The days on which runbooks were followed to an end, for an incident or for practice.
    fn read_runs(&mut self, plan: &Plan) {
        let lines =
            match Runs::look_into(&plan.folder).and_then(|runs| runs.map_or(Ok(Vec::new()), |runs| runs.lines(None))) {
                Ok(lines) => lines,
                Err(why) => return self.doubt("uses of runbooks", &why),
            };
        let zone = plan.team.team.timezone;
        let (mut runs, mut drills) = (Vec::new(), Vec::new());
        for run in Run::all(lines) {
            let Some((Went::Worked | Went::Failed, _, at, _)) = run.ended else { continue };
            let days = if run.of.incident.is_some() { &mut runs } else { &mut drills };
            days.push(at.with_timezone(&zone).date_naive());
        }
        (self.facts.runs, self.facts.drills) = (Some(runs), Some(drills));
    }

    /// The days of the meetings that this machine remembers, also of those whose minutes nobody has written out.
    fn read_meetings(&mut self, plan: &Plan) {
        // Of a log folder that could not be looked at nobody knows what is missing.
        let Some(known) = &mut self.facts.minutes else { return };
        let lines = match Meetings::look_into(&plan.folder) {
            Ok(None) => return,
            Ok(Some(meetings)) => meetings.lines(),
            Err(why) => Err(why),
        };
        match lines {
            Ok(lines) => {
                let zone = plan.team.team.timezone;
                let days = Minutes::held(&lines).into_iter().map(|at| at.with_timezone(&zone).date_naive());
                known.extend(days);
                known.sort_unstable();
                known.dedup();
            }
            Err(why) => self.doubt("minutes of this machine", &why),
        }
    }

    async fn ask_git(&mut self, team: &TeamFile, home: &Path, now: DateTime<Utc>) {
        let evidence = wanted(team);
        if evidence.is_empty() {
            return;
        }
        let git = Git::at(home);
        if let Err(why) = git.is_whole().await {
            return self.doubt("tags and commits", &why);
        }
        if evidence.iter().any(|one| matches!(one, Evidence::Tag(_))) {
            match git.tags().await {
                Ok(tags) => self.facts.tags = Some(tags),
                Err(why) => self.doubt("tags", &why),
            }
        }
        let since = now.checked_sub_days(COMMITS_SINCE).unwrap_or(DateTime::<Utc>::MIN_UTC);
        let paths: BTreeSet<&String> = evidence
            .iter()
            .filter_map(|one| match one {
                Evidence::Commit(path) => Some(path),
                Evidence::Tag(_) => None,
            })
            .collect();
        for path in paths {
            match git.commits(path, since).await {
                Ok(commits) => {
                    self.facts.commits.insert(path.clone(), commits);
                }
                Err(why @ GitError::Slow) => return self.doubt(path, &why),
                Err(why) => self.doubt(path, &why),
            }
        }
    }
}

/// All tags and paths that would show something.
fn wanted(team: &TeamFile) -> Vec<&Evidence> {
    let trains = team.trains.iter().filter_map(|train| train.evidence.as_ref());
    let releases = team.releases.iter().filter_map(|release| release.evidence.as_ref());
    let cadences = team.cadences.iter().filter_map(|cadence| match &cadence.done_by {
        Some(DoneBy::Git(evidence)) => Some(evidence),
        Some(DoneBy::Minutes | DoneBy::Handoff | DoneBy::Review | DoneBy::RunbookRun | DoneBy::Drill) | None => None,
    });
    trains.chain(releases).chain(cadences).collect()
}
