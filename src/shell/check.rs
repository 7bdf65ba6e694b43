//! The check of the operating model, gathered from where it lies: the team
//! file, the repository, the runbooks, and what this machine remembers.
//! Nobody on the network is asked but, on demand, those whom pages link to; and
//! nothing is written.

mod pages;
mod repository;
mod store;

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::engine::Engine;
use super::session::Plan;
use super::{dates, duty};
use crate::app::event::{Fact, Inspected};
use crate::config::Places;
use crate::domain::calendar::{Calendar, Facts, Window, today};
use crate::domain::check::{Answer, Ground, Known, Past, Seen, Unseen, answer};
use crate::domain::map;
use crate::domain::rotation::{JUDGED, Roster};
use crate::domain::text::Clean;
use crate::domain::triage::Model;

/// What was planned is held against what happened so many days back.
const BACK: Days = Days::new(92);
/// No team file is longer than this, in bytes.
const LONGEST: u64 = 1 << 20;

/// Why there is no check.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// There is no team file.
    #[error("there is no team file to check; `dogwatch init` writes one, `--config FILE` names one")]
    NoTeam,
    /// It cannot be read.
    #[error("{0}")]
    Unread(Clean),
}

fn unseen(why: &dyn std::fmt::Display) -> Unseen {
    Unseen(Clean::line(&why.to_string()))
}

/// Whether the addresses are asked that pages link to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Web {
    /// They are.
    Asked,
    /// They are not.
    LeftAlone,
}

/// What was found, and where the team file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What was found.
    pub answer: Answer,
    /// The folder of the team file as it is named from the top of its repository, ending in `/`; empty at the top.
    pub prefix: String,
}

/// Checks the model of this plan, as of its time.
///
/// # Errors
///
/// [`CheckError`]: there is no team file, or it cannot be read.
pub async fn check(plan: &Plan, web: Web) -> Result<Checked, CheckError> {
    check_knowing(plan, None, web).await
}

/// The same, given what is known of the past already: whoever has read ten thousand incidents does not read them twice.
pub(super) async fn check_knowing(plan: &Plan, past: Option<Past>, web: Web) -> Result<Checked, CheckError> {
    let path = plan.team_path.clone().ok_or(CheckError::NoTeam)?;
    let text = text_of(&path).map_err(|why| CheckError::Unread(Clean::line(&format!("{}: {why}", path.display()))))?;
    let now = plan.clock.start();
    let last = today(&plan.team, now + plan.team.limits.horizon);
    let window = Window { from: today(&plan.team, now).checked_sub_days(BACK).unwrap_or(last), to: last };
    let gathered = dates::gather(plan, window).await;
    let (seen, prefix) = see(plan, &path, &gathered.facts, (past, web)).await;
    let plan = plan.clone();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let answered = tokio::task::spawn_blocking(move || {
        let model = Model::new(plan.team.clone());
        let span = (now - JUDGED, now + JUDGED.max(plan.team.limits.horizon));
        let begun = duty::remembered(&plan.folder, span).unwrap_or_default();
        let roster = Roster::new(&model.team, &begun, now, span);
        let calendar = Calendar::new(&model.team, &roster, &gathered.facts, now, window);
        let ground = Ground::new((&model, &name), &roster, &calendar, &seen);
        let answer = answer(&ground, &Places::of(&text));
        Checked { answer, prefix }
    });
    answered.await.map_err(|error| CheckError::Unread(Clean::line(&error.to_string())))
}

/// The text of a team file, or the first MiB of it.
pub(super) fn text_of(path: &Path) -> std::io::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    std::fs::File::open(path)?.take(LONGEST).read_to_string(&mut text)?;
    Ok(text)
}

async fn see(plan: &Plan, path: &Path, facts: &Facts, (past, web): (Option<Past>, Web)) -> (Seen, String) {
    let home = path.parent().unwrap_or(Path::new("")).to_owned();
    // One waits for git, the other for files and, where it may, for addresses.
    let (repository, pages) = tokio::join!(repository::look(plan, &home), pages::look(plan, web));
    let asked = plan.clone();
    let remembered = tokio::task::spawn_blocking(move || store::look(&asked, past)).await;
    let remembered = remembered.unwrap_or_else(|error| store::Remembered::unknown(&unseen(&error)));
    let seen = Seen {
        files: repository.files,
        authors: repository.authors,
        codeowners: repository.codeowners,
        landed: repository.landed,
        pages,
        past: remembered.past,
        evaluated: remembered.evaluated,
        served: remembered.served,
        known: Known {
            minutes: facts.minutes.is_some(),
            handoffs: facts.handoffs.is_some(),
            reviews: facts.reviews.is_some(),
            runs: facts.runs.is_some(),
            tags: facts.tags.is_some(),
            commits: repository.is_whole,
        },
        moved: remembered.moved,
    };
    (seen, repository.prefix)
}

/// A year, as far as anybody looks back.
fn a_year_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(365)
}

/// The model is looked at so often beside its being asked for, and first so soon after the start.
const EVERY: Duration = Duration::from_mins(15);
const FIRST: Duration = Duration::from_secs(2);

impl Engine {
    /// Looks at the model as its file is now, for the screen.
    pub(super) fn check(&self) {
        let engine = self.clone();
        tokio::spawn(async move { engine.look_at_the_model().await });
    }

    /// Looks at it again and again until the program ends: days pass, people commit.
    pub fn keep_checking(&self) {
        if self.plan().team_path.is_none() {
            return;
        }
        let engine = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(FIRST).await;
            loop {
                engine.look_at_the_model().await;
                tokio::time::sleep(EVERY).await;
            }
        });
    }

    async fn look_at_the_model(&self) {
        let plan = self.plan_now();
        let told = check(&plan, Web::LeftAlone)
            .await
            .map(|seen| Box::new(Inspected { answer: seen.answer, map: map::rows(&plan.team) }));
        self.report(Fact::Checked(told.map_err(|why| Clean::line(&why.to_string()))));
    }
}
