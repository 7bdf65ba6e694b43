//! The cycle review, gathered from where it lies: this machine's store, the
//! team's log folder, the repository and the runbooks. Nobody on the network
//! is asked, and nothing is written.

mod log;
mod origins;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::check::{Web, check_knowing};
use super::dates;
use super::duty;
use super::engine::Engine;
use super::handoffs;
use super::history::told;
use super::place::{Place, from_top, remembered};
use super::runbooks::Library;
use super::session::{Plan, looked_up, trust_of, watching};
use crate::app::event::{Fact, Gathered};
use crate::config::wants_trust;
use crate::domain::calendar::{Calendar, Window};
use crate::domain::check;
use crate::domain::handoff::passed;
use crate::domain::handoff::typed::{Field, Line};
use crate::domain::history::History;
use crate::domain::history::dropped::{Handover, Mention};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::review::actions::{FollowUp, actions};
use crate::domain::review::period::{Period, Wanted, midnight};
use crate::domain::review::{Dropped, Ground, Notes, Page, Review, Sought};
use crate::domain::rotation::Roster;
use crate::domain::runbook::run::Run;
use crate::domain::source::SourceHealth;
use crate::domain::text::Clean;
use crate::domain::triage::Model;
use crate::sources::github::past::Filled;
use crate::store::StoreError;
use crate::store::handoffs::Handoffs;
use crate::store::runs::Runs;

pub use log::{Past, folder, is_free};

/// Whoever looks back on a cycle has so much time for the history of the pages.
const PATIENCE: Duration = Duration::from_secs(10);
/// Whoever has been silent for longer was dropped in an earlier cycle.
const SILENT: chrono::TimeDelta = chrono::TimeDelta::days(90);

/// Why there is no review.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// What was asked for is no cycle.
    #[error("{0}")]
    Wrong(String),
    /// What this machine remembers cannot be read.
    #[error("{0}")]
    Unread(Clean),
}

/// What this machine remembers of the incidents.
struct Memory {
    history: History,
    sources: Vec<SourceHealth>,
    ledger_since: Option<DateTime<Utc>>,
    /// What handoffs told of, those of this machine and those that are committed.
    mentions: Vec<Mention>,
    /// What was typed into handoffs here as still to be done; none if nothing was ever typed here.
    follow_ups: Option<Vec<FollowUp>>,
    /// What could not be read.
    doubts: Vec<Clean>,
}

/// A tracker that was asked for the past, and what became of it.
pub type Asked = (SourceId, Result<Filled, Clean>);

/// The cycle that is meant, and where it was looked up.
struct Cycle {
    period: Period,
    place: Option<Place>,
    past: Vec<Past>,
    doubts: Vec<Clean>,
}

async fn cycle(plan: &Plan, wanted: Wanted) -> Result<Cycle, ReviewError> {
    let now = plan.clock.start();
    let asked = plan.clone();
    let place = tokio::task::spawn_blocking(move || place(&asked)).await.map_err(|error| unread(&error))?;
    let (past, doubts) = place.as_ref().map(|place| log::past(&plan.team, place, now)).unwrap_or_default();
    let ends: Vec<DateTime<Utc>> = past.iter().map(|one| one.to).collect();
    let period = wanted.period(&plan.team, &ends, now).map_err(ReviewError::Wrong)?;
    Ok(Cycle { period, place, past, doubts })
}

/// When the cycle that is meant began: the trackers are asked for what happened since.
///
/// # Errors
///
/// [`ReviewError::Wrong`]: there is no such cycle.
pub async fn begins(plan: &Plan, wanted: Wanted) -> Result<DateTime<Utc>, ReviewError> {
    Ok(cycle(plan, wanted).await?.period.from)
}

/// What handovers have dropped until now, in the order in which they did.
///
/// # Errors
///
/// [`ReviewError::Unread`]: what this machine remembers cannot be read.
pub fn dropped_by_now(plan: &Plan) -> Result<Vec<IncidentId>, ReviewError> {
    let now = plan.clock.now();
    if plan.team.rotations.is_empty() {
        return Ok(Vec::new());
    }
    let mut memory = memory(plan, (DateTime::UNIX_EPOCH, now))?;
    if let Some(place) = place(plan)
        && let Ok(told) = handoffs::mentions(&place, &plan.team.team.log_dir, now - SILENT)
    {
        memory.mentions.extend(told);
    }
    let stretch = (now - SILENT, now);
    let begun = duty::remembered(&plan.folder, stretch).unwrap_or_default();
    let roster = Roster::new(&plan.team, &begun, now, stretch);
    let mut dropped = dropped((&memory, &Model::new(plan.team.clone())), &roster, stretch);
    dropped.sort_by(|one, other| (one.handover, &one.id).cmp(&(other.handover, &other.id)));
    Ok(dropped.into_iter().map(|one| one.id).collect())
}

/// What a check looks at of the past, as this machine and the team's log folder say it.
///
/// # Errors
///
/// [`ReviewError::Unread`]: what this machine remembers cannot be read.
pub(super) fn past(plan: &Plan) -> Result<check::Past, ReviewError> {
    let now = plan.clock.start();
    let mut memory = memory(plan, (now - check::BACK, now))?;
    let mut reviewed = BTreeMap::new();
    if let Some(place) = place(plan) {
        let committed = handoffs::follow_ups(&place, &plan.team.team.log_dir).unwrap_or_default();
        memory.follow_ups.get_or_insert_default().extend(committed);
        reviewed = log::reviewed(&log::past(&plan.team, &place, now).0);
    }
    Ok(memory.past(&reviewed, (&Model::new(plan.team.clone()), now)))
}

impl Memory {
    fn past(
        &self,
        reviewed: &BTreeMap<IncidentId, Vec<DateTime<Utc>>>,
        (model, now): (&Model, DateTime<Utc>),
    ) -> check::Past {
        let stories = &self.history.stories;
        let actions = actions(self.follow_ups.clone().unwrap_or_default(), stories, model);
        check::Past::of(stories, reviewed, actions, (model, now))
    }
}

/// Looks back upon the cycle that is meant, with what trackers were asked for before.
///
/// # Errors
///
/// [`ReviewError`]: there is no such cycle, or the store cannot be read.
pub async fn review(plan: &Plan, wanted: Wanted, asked_of: &[Asked]) -> Result<Review, ReviewError> {
    let now = plan.clock.start();
    let team = &plan.team;
    let Cycle { period, place, past, doubts: past_doubts } = cycle(plan, wanted).await?;
    let asked = plan.clone();
    let memory = tokio::task::spawn_blocking(move || memory(&asked, (DateTime::UNIX_EPOCH, now))).await;
    let mut memory = memory.map_err(|error| unread(&error))??;
    let mut notes = notes(plan, &period).await;
    notes.reviewed = log::reviewed(&past);
    notes.gaps_before = log::last_gaps(&past, period.to);
    notes.origins.missing.extend(past_doubts);
    origins::tell_of_asking(&mut notes.origins, asked_of);
    notes.origins.missing.append(&mut memory.doubts);
    if let Some(place) = &place {
        match handoffs::mentions(place, &team.team.log_dir, period.from - SILENT) {
            Ok(told) => memory.mentions.extend(told),
            Err(why) => notes.origins.missing.push(Clean::line(&format!("earlier handoffs: {why}"))),
        }
        if let Ok(told) = handoffs::follow_ups(place, &team.team.log_dir)
            && !told.is_empty()
        {
            memory.follow_ups.get_or_insert_default().extend(told);
        }
    }
    let zone = team.team.timezone;
    let last = period.to - chrono::TimeDelta::milliseconds(1);
    let window =
        Window { from: period.from.with_timezone(&zone).date_naive(), to: last.with_timezone(&zone).date_naive() };
    let has_team = plan.team_path.is_some();
    let past = has_team.then(|| memory.past(&notes.reviewed, (&Model::new(team.clone()), now)));
    // Both wait for git and for files.
    let gaps = async {
        if let Some(past) = past {
            look_for_gaps(plan, past, &mut notes).await;
        }
    };
    let (gathered, ()) = tokio::join!(dates::gather(plan, window), gaps);
    let plan = plan.clone();
    let drawn = tokio::task::spawn_blocking(move || drawn_up(&plan, (&period, window), &memory, notes, &gathered));
    drawn.await.map_err(|error| unread(&error))
}

fn unread(why: &dyn std::fmt::Display) -> ReviewError {
    ReviewError::Unread(Clean::line(&why.to_string()))
}

/// Where the team's log folder and the repository are; none without a team file.
fn place(plan: &Plan) -> Option<Place> {
    plan.team_path.as_ref()?;
    Place::of_team(plan, trust_of(plan, &wants_trust(&plan.team)))
}

/// What this machine remembers of the incidents as of an instant, with what happened to them since another.
fn memory(plan: &Plan, (since, now): (DateTime<Utc>, DateTime<Utc>)) -> Result<Memory, ReviewError> {
    let mut desk = watching(plan, now);
    // Where dogwatch has never been there is nothing to read.
    let Some(store) = remembered(plan) else {
        return Ok(Memory {
            history: desk.history(Vec::new()),
            sources: Vec::new(),
            ledger_since: None,
            mentions: Vec::new(),
            follow_ups: None,
            doubts: Vec::new(),
        });
    };
    let known = looked_up(&store, plan, now).map_err(|error| unread(&error))?;
    let _nothing_is_done = desk.update(now, known);
    let told = told(&store, since).map_err(|error| unread(&error))?;
    let ledger_since = store.ledger_since().map_err(|error| unread(&error))?;
    let sources = desk.sources().to_vec();
    let (mentions, typed, doubts) = match typed(plan) {
        Ok((mentions, typed)) => (mentions, typed, Vec::new()),
        Err(why) => (Vec::new(), None, vec![Clean::line(&format!("handoffs of this machine: {why}"))]),
    };
    let follow_ups = typed.map(follow_ups);
    Ok(Memory { history: desk.history(told), sources, ledger_since, mentions, follow_ups, doubts })
}

/// What handoffs of this machine told of, and what was typed into them.
fn typed(plan: &Plan) -> Result<(Vec<Mention>, Option<Vec<Line>>), StoreError> {
    let Some(kept) = Handoffs::look_into(&plan.folder)? else { return Ok((Vec::new(), None)) };
    Ok((kept.mentions(DateTime::UNIX_EPOCH)?, Some(kept.lines()?)))
}

/// In the order in which they were typed, whatever the clock said: the later word counts.
fn follow_ups(lines: Vec<Line>) -> Vec<FollowUp> {
    let mut latest = DateTime::<Utc>::MIN_UTC;
    let mut told: Vec<FollowUp> = lines.into_iter().filter_map(follow_up).collect();
    for one in &mut told {
        latest = latest.max(one.at);
        one.at = latest;
    }
    told
}

fn follow_up(line: Line) -> Option<FollowUp> {
    let id = line.incident.filter(|_| line.field == Field::FollowUp)?;
    Some(FollowUp { id, text: line.text, at: line.at })
}

/// What is known beside the incidents and the plan.
async fn notes(plan: &Plan, period: &Period) -> Notes {
    let mut notes = Notes::default();
    notes.origins.looked_at.push(Clean::line(&format!("the cycle: {}", period.because)));
    let mut doubt = |why: &dyn std::fmt::Display| notes.origins.missing.push(Clean::line(&why.to_string()));
    match Runs::look_into(&plan.folder) {
        Ok(Some(runs)) => {
            match runs.lines(None) {
                Ok(lines) => notes.runs = Run::all(lines),
                Err(why) => doubt(&why),
            }
            match runs.searches() {
                Ok(searches) => {
                    let sought = searches.into_iter();
                    notes.searches =
                        sought.map(|one| Sought { at: one.at, words: one.words, page: one.page }).collect();
                }
                Err(why) => doubt(&why),
            }
        }
        Ok(None) => {}
        Err(why) => doubt(&why),
    }
    let (pages, doubts) = pages(plan).await;
    notes.pages = pages;
    notes.origins.missing.extend(doubts);
    notes
}

/// The runbooks that there are; none without a team file.
async fn pages(plan: &Plan) -> (Option<Vec<Page>>, Vec<Clean>) {
    if plan.team_path.is_none() {
        return (None, Vec::new());
    }
    let (mut library, mut doubts) = Library::judged(plan, PATIENCE).await;
    let (listed, more) = library.list();
    doubts.extend(more);
    let page = |one: crate::domain::runbook::found::Listed| Page {
        below: plan.team.runbooks.below(&one.path).to_owned(),
        title: one.title,
        freshness: one.freshness.state,
        path: one.path,
    };
    (Some(listed.into_iter().map(page).collect()), doubts)
}

/// What is wrong with the model now, as `check` finds it, also what is let pass; and what nobody could look at.
async fn look_for_gaps(plan: &Plan, past: check::Past, notes: &mut Notes) {
    let found = match check_knowing(plan, Some(past), Web::LeftAlone).await {
        Ok(checked) => checked.answer,
        Err(why) => return notes.origins.missing.push(Clean::line(&format!("gaps in the model: {why}"))),
    };
    for (why, rules) in found.unchecked() {
        notes
            .origins
            .missing
            .push(Clean::line(&format!("gaps in the model: {why}: not checked by {}", rules.join(", "))));
    }
    let told = found.findings.iter().filter(|one| one.unchecked().is_none());
    notes.gaps = told.map(|one| (one.rule.to_owned(), one.subject.to_string(), one.message.to_string())).collect();
    notes.gaps.sort();
}

/// Everything put together.
fn drawn_up(
    plan: &Plan,
    (period, window): (&Period, Window),
    memory: &Memory,
    mut notes: Notes,
    gathered: &Gathered,
) -> Review {
    let (now, team) = (plan.clock.start(), &plan.team);
    let zone = team.team.timezone;
    let first = period.from.min(midnight(window.from, zone));
    let stretch = (first - SILENT, period.to.max(window.stretch(zone).1));
    let begun = duty::remembered(&plan.folder, stretch);
    notes.origins.missing.extend(begun.as_ref().err().map(|why| Clean::line(&why.to_string())));
    let begun = begun.unwrap_or_default();
    let roster = Roster::new(team, &begun, now, stretch);
    let calendar = Calendar::new(team, &roster, &gathered.facts, now, window);
    let entries = calendar.entries();
    origins::tell(&mut notes.origins, (plan, period), memory, &begun);
    notes.origins.missing.extend(gathered.doubts.iter().cloned());
    let model = Model::new(team.clone());
    let follow_ups = memory.follow_ups.clone();
    notes.actions = follow_ups.map(|told| actions(told, &memory.history.stories, &model));
    notes.dropped = dropped((memory, &model), &roster, (stretch.0, now));
    let ground = Ground {
        cycle: (period.from, period.to),
        now,
        model: &model,
        stories: &memory.history.stories,
        roster: &roster,
        entries: &entries,
        notes: &notes,
    };
    let (mut review, proposed) = Review::of(&ground);
    if let Some(path) = &plan.team_path
        && let Ok(text) = std::fs::read_to_string(path)
    {
        review.draft(&proposed, (&text, &from_top(path)));
    }
    review
}

/// What handovers have dropped, as it stands now.
fn dropped(
    (memory, model): (&Memory, &Model),
    roster: &Roster<'_>,
    (from, now): (DateTime<Utc>, DateTime<Utc>),
) -> Vec<Dropped> {
    let handovers = Handover::all(passed(roster, (from, now)), &memory.mentions);
    let told = memory.history.dropped(&handovers, model, now).into_iter();
    told.map(|(story, one)| Dropped {
        id: story.name.clone(),
        rotation: one.handover.rotation.clone(),
        handover: one.handover.at,
    })
    .collect()
}

impl Engine {
    /// Looks back upon the running cycle, for the screen.
    pub(super) fn review(&self) {
        let engine = self.clone();
        tokio::spawn(async move {
            let plan = engine.plan_now();
            let told = review(&plan, Wanted::default(), &[]).await.map(Box::new);
            engine.report(Fact::Reviewed(told.map_err(|why| Clean::line(&why.to_string()))));
        });
    }
}
