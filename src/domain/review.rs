//! The cycle review: what happened in one cycle, in figures that each say how
//! many they rest on, and what the team file could say better.
//!
//! Everything is computed from events. Each figure counts what happened within
//! the cycle, so that an incident of two cycles is opened in one and closed in
//! the other, and is counted once for each. Durations are on the clock of the
//! severity, as median and slowest; every incident is a row. There is no mean,
//! no arrow, no score, and nobody's speed.

pub mod actions;
mod counts;
mod duty;
mod evals;
mod figures;
mod gaps;
mod lived;
mod noise;
mod pages;
pub mod period;
mod plan;
pub mod proposals;
mod row;
mod spread;
pub mod unreviewed;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::calendar;
use super::clock::WorkingTime;
use super::history::{Story, What};
use super::id::IncidentId;
use super::rotation::Roster;
use super::runbook::run::Run;
use super::text::Clean;
use super::triage::Model;

pub use figures::{
    Action, Actions, Breach, Cadences, Count, Counts, Course, Dropped, Durations, Exception, Figures, Gap, Gaps, Load,
    Missing, Noise, PageUse, PersonLoad, Regressions, Releases, Row, Runbooks, Searched, ShiftLoad, ShiftName, Slowest,
    Spread, SuiteVerdicts,
};
pub use lived::Which;
pub use proposals::{Proposal, Proposed};
pub use spread::{duration, on_clock, round_above};

use lived::Lived;

/// What its JSON is called.
pub const SCHEMA: &str = "dogwatch.review/1";
/// Of fewer than these nothing is claimed but what they were.
pub const TREND: usize = 10;

/// One cycle, looked back upon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// What the team is called.
    pub team: String,
    /// The zone in which its days are counted.
    pub time_zone: Tz,
    /// The first instant of the cycle.
    pub from: DateTime<Utc>,
    /// The first instant after it.
    pub to: DateTime<Utc>,
    /// When it was computed.
    pub generated_at: DateTime<Utc>,
    /// From where its data comes, and what is missing; a sentence each.
    pub origins: Origins,
    /// Every incident that was opened, closed or open in the cycle, by when it was opened.
    pub incidents: Vec<Row>,
    /// What can be counted.
    pub figures: Figures,
    /// What the team file could say better.
    pub proposals: Vec<Proposal>,
    /// The same as a change of the team file, fit for `git apply`; empty if nothing is proposed.
    pub diff: String,
}

/// From where the data of a review comes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Origins {
    /// What was looked at.
    pub looked_at: Vec<Clean>,
    /// What is not known, and why.
    pub missing: Vec<Clean>,
}

/// All that a review is computed from.
#[derive(Debug)]
pub struct Ground<'a> {
    /// The first instant of the cycle, and the first after it.
    pub cycle: (DateTime<Utc>, DateTime<Utc>),
    /// The time; what lies after it has not happened.
    pub now: DateTime<Utc>,
    /// The operating model.
    pub model: &'a Model,
    /// What happened to every incident.
    pub stories: &'a [Story],
    /// Who was on call; it must reach from the beginning of the cycle to its end.
    pub roster: &'a Roster<'a>,
    /// What was planned for the days of the cycle, and whether it happened.
    pub entries: &'a [calendar::Entry],
    /// What people did, beside what happened.
    pub notes: &'a Notes,
}

/// What is known beside the incidents and the plan.
#[derive(Debug, Default)]
pub struct Notes {
    /// How runbooks were used, ever.
    pub runs: Vec<Run>,
    /// The words by which pages were sought, ever, oldest first.
    pub searches: Vec<Sought>,
    /// The runbooks that there are; none if that is not known.
    pub pages: Option<Vec<Page>>,
    /// What is wrong with the model now: rule, subject and message.
    pub gaps: Vec<(String, String, String)>,
    /// What was wrong with it at the last review; none if there was none.
    pub gaps_before: Option<Vec<Gap>>,
    /// When committed reviews listed an incident, by its name.
    pub reviewed: BTreeMap<IncidentId, Vec<DateTime<Utc>>>,
    /// What was dropped, with the handover that dropped it.
    pub dropped: Vec<Dropped>,
    /// Follow-ups of the committed handoffs; none if no handoff is known.
    pub actions: Option<Vec<Action>>,
    /// From where all of it comes.
    pub origins: Origins,
}

/// Words that somebody typed, and whether they led somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// When.
    pub at: DateTime<Utc>,
    /// As typed.
    pub words: Clean,
    /// The page that helped; none: they opened nothing.
    pub page: Option<String>,
}

/// A runbook that there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// As it is listed.
    pub path: String,
    /// The same below its folder, as a kind names it.
    pub below: String,
    /// For people to read.
    pub title: Clean,
    /// Whether it can be relied on.
    pub freshness: super::runbook::freshness::State,
}

/// What measures, for all incidents.
#[derive(Debug)]
struct Clockwork<'a> {
    time: WorkingTime<'a>,
    model: &'a Model,
    reviewed: &'a BTreeMap<IncidentId, Vec<DateTime<Utc>>>,
}

impl Clockwork<'_> {
    /// When somebody first said a word about an incident since it was closed: a note, or a committed review that lists it.
    fn word_about(&self, story: &Story, closed: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let word = story.events.iter().find(|event| event.at >= closed && event.what == What::Noted);
        let listed = self.reviewed.get(&story.name).into_iter().flatten().find(|at| **at >= closed);
        word.map(|event| event.at).into_iter().chain(listed.copied()).min()
    }
}

/// An incident of the cycle, and what became of its clocks.
#[derive(Debug)]
struct Case<'a> {
    story: &'a Story,
    lived: Lived,
}

impl Ground<'_> {
    /// Up to here things can have happened.
    fn end(&self) -> DateTime<Utc> {
        self.cycle.1.min(self.now)
    }

    /// Whether this happened within the cycle.
    fn has(&self, at: DateTime<Utc>) -> bool {
        self.cycle.0 <= at && at < self.end()
    }

    /// The days of the cycle in the team's zone, the first and the last.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        let zone = self.model.team.team.timezone;
        let last = self.cycle.1 - chrono::TimeDelta::milliseconds(1);
        (self.cycle.0.with_timezone(&zone).date_naive(), last.with_timezone(&zone).date_naive())
    }

    fn clockwork(&self) -> Clockwork<'_> {
        let first = self.stories.iter().map(Story::opened_at).min();
        let begin = first.map_or(self.cycle.0, |first| first.min(self.cycle.0));
        let time = WorkingTime::of(&self.model.team.team, (begin, self.now.max(self.cycle.1)));
        Clockwork { time, model: self.model, reviewed: &self.notes.reviewed }
    }

    /// The incidents of the cycle, by when they were opened.
    fn cases<'a>(&'a self, works: &Clockwork<'_>) -> Vec<Case<'a>> {
        let (from, end) = (self.cycle.0, self.end());
        let begun = self.stories.iter().filter(|story| story.opened_at() < end && !over(story, from));
        let mut cases: Vec<Case<'a>> =
            begun.map(|story| Case { story, lived: Lived::of(story, (works, end)) }).collect();
        cases.retain(|case| {
            let lived = &case.lived;
            let ended = lived.closed.is_some_and(|(at, _)| at < from);
            !ended || lived.breaches.iter().any(|(at, _)| self.has(*at))
        });
        cases.sort_by(|one, other| {
            let key = |case: &Case<'_>| (case.story.opened_at(), case.story.name.clone());
            key(one).cmp(&key(other))
        });
        cases
    }
}

/// Whether all of it lies before an instant, and no clock of it runs on.
fn over(story: &Story, from: DateTime<Utc>) -> bool {
    let reviewed_later = chrono::TimeDelta::days(60);
    !story.is_open() && story.last().is_some_and(|event| event.at + reviewed_later < from)
}

impl Review {
    /// Looks back upon a cycle. What it proposes is written into a team file by [`Review::draft`].
    pub fn of(ground: &Ground<'_>) -> (Self, Vec<Proposed>) {
        let works = ground.clockwork();
        let cases = ground.cases(&works);
        let figures = Figures::of(ground, &works, &cases);
        let proposed = proposals::of(ground, (&works, &cases), &figures);
        let team = &ground.model.team.team;
        let review = Self {
            schema: SCHEMA.to_owned(),
            team: team.name.clone(),
            time_zone: team.timezone,
            from: whole(ground.cycle.0),
            to: whole(ground.cycle.1),
            generated_at: whole(ground.now),
            origins: ground.notes.origins.clone(),
            incidents: cases.iter().map(|case| row::of(case, (&works, ground))).collect(),
            figures,
            proposals: proposed.iter().map(|one| one.said.clone()).collect(),
            diff: String::new(),
        };
        (review, proposed)
    }
}

/// To the second: finer is nobody's business.
fn whole(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(0)
}
