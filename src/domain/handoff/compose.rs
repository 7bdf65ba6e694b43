//! A handoff, computed: what the desk knows and what was brought from disk.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Number;

use super::brought::Brought;
use super::section::{Asks, Header, Receipt, Runbooks, Sections, SourceAge, TypedBy};
use super::turn::{self, Turn};
use super::typed::{Field, Sheet};
use super::{Handoff, SCHEMA};
use crate::config::{Period, TeamFile};
use crate::domain::calendar::Facts;
use crate::domain::health::Endpoint;
use crate::domain::history::dropped::Handover;
use crate::domain::history::{History, Story};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::Incident;
use crate::domain::queue::Queue;
use crate::domain::rotation::Roster;
use crate::domain::runbook::run::Went;
use crate::domain::source::{Freshness, SourceHealth};
use crate::domain::text::Clean;
use crate::domain::triage::Model;

/// Lists of rows are cut here; what the outgoing person had never is.
pub(super) const MOST: usize = 500;
/// So far back handovers are looked at for what they dropped.
const DROPPED_SINCE: TimeDelta = TimeDelta::days(92);
/// So far ahead somebody is looked for who takes over.
const AHEAD: TimeDelta = TimeDelta::days(410);

/// What the desk knows.
#[derive(Debug, Clone, Copy)]
pub struct Desktop<'a> {
    /// The operating model.
    pub model: &'a Model,
    /// The operator's id.
    pub me: &'a str,
    /// Every incident as its tracker has it.
    pub facts: &'a BTreeMap<IncidentId, Incident>,
    /// The queue, with what is decided and not sent.
    pub queue: &'a Queue,
    /// Each source with its age.
    pub sources: &'a [SourceHealth],
    /// What is remembered of each MCP endpoint.
    pub endpoints: &'a BTreeMap<SourceId, Endpoint>,
    /// What the calendar is held against.
    pub dates: &'a Facts,
    /// The time.
    pub now: DateTime<Utc>,
}

/// All that the sections are computed from.
pub(super) struct Known<'a> {
    pub desk: Desktop<'a>,
    pub roster: &'a Roster<'a>,
    pub turn: &'a Turn,
    pub history: &'a History,
    pub sheet: &'a Sheet,
    pub brought: &'a Brought,
    pub handovers: &'a [Handover],
}

/// From when to when the clocks of the rotations are read for a handoff of this instant.
pub fn stretch(asked: Option<DateTime<Utc>>, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let at = asked.unwrap_or(now);
    (at.min(now) - DROPPED_SINCE, at.max(now) + AHEAD)
}

/// Nothing that happened before this is asked for, for a handoff of this instant: two whole shifts before it.
pub fn since(team: &TeamFile, asked: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    let longest = team.rotations.iter().map(|rotation| match rotation.shift {
        Period::Hours(hours) => TimeDelta::hours(i64::from(hours)),
        Period::Days(days) => TimeDelta::days(i64::from(days)),
        Period::Months(months) => TimeDelta::days(31 * i64::from(months)),
    });
    asked.unwrap_or(now).min(now) - longest.max().unwrap_or_default() * 2 - TimeDelta::days(1)
}

/// Which shift is meant.
///
/// # Errors
///
/// Why that cannot be said, and what to write.
pub fn meant(desk: (&Model, &str, DateTime<Utc>), roster: &Roster<'_>, brought: &Brought) -> Result<Turn, Clean> {
    let (model, me, now) = desk;
    let rotation = turn::rotation(&model.team, brought.asked.rotation.as_deref(), me)?;
    let accepted = |key: &str| brought.accepted.iter().any(|one| one.shift == key);
    let turn = match brought.asked.at {
        // Before the first shift and after the last nobody hands anything to anybody.
        Some(at) => {
            Turn::of(roster, &rotation.id, at, now).filter(|turn| turn.outgoing.is_some() || turn.incoming.is_some())
        }
        None => turn::current(roster, &rotation.id, now, accepted),
    };
    turn.ok_or_else(|| Clean::line(&format!("no shift of `{}` is known then", rotation.id)))
}

/// The handoff that is meant.
///
/// # Errors
///
/// Why there is none, and what to write.
pub fn compose(desk: Desktop<'_>, mut brought: Brought) -> Result<Handoff, Clean> {
    let told = std::mem::take(&mut brought.told);
    let roster = Roster::new(&desk.model.team, &brought.begun, desk.now, stretch(brought.asked.at, desk.now));
    let turn = meant((desk.model, desk.me, desk.now), &roster, &brought)?;
    let newest = told.iter().map(|line| line.at).max();
    let touched: BTreeSet<IncidentId> =
        told.iter().filter(|line| line.at >= turn.shift.0).map(|line| line.incident.clone()).collect();
    // While it is still being handed over, what came up meanwhile is part of it; afterwards it belongs to later shifts.
    let later = turn.is_long_over(desk.now);
    let concerns = |incident: &Incident| {
        if later && incident.opened_at >= turn.shift.1 {
            return false;
        }
        let names = [Some(&incident.id), incident.signal.as_ref()];
        incident.is_open()
            || incident.updated_at >= turn.shift.0
            || names.into_iter().flatten().any(|id| touched.contains(id))
    };
    let history = History::among((desk.facts, desk.queue), told, desk.model, desk.now, concerns);
    let sheet = Sheet::of(&brought.lines, &turn);
    let passed = turn::passed(&roster, (desk.now - DROPPED_SINCE, desk.now + TimeDelta::seconds(1))).into_iter();
    // This one tells of all that it could drop.
    let passed = passed.filter(|(at, rotation)| *rotation == turn.rotation && *at < turn.shift.1);
    let handovers = Handover::all(passed, &brought.mentions);
    let known = Known {
        desk,
        roster: &roster,
        turn: &turn,
        history: &history,
        sheet: &sheet,
        brought: &brought,
        handovers: &handovers,
    };
    Ok(known.handoff(newest))
}

impl Known<'_> {
    fn handoff(&self, newest: Option<DateTime<Utc>>) -> Handoff {
        let turn = self.turn;
        let mut left_out = BTreeMap::new();
        let carry_over = self.carry_over();
        let undecided: Vec<IncidentId> =
            carry_over.iter().filter(|row| row.hangs()).map(|row| row.of.id.clone()).collect();
        let needs_you_now = self.needs_you_now(&mut left_out);
        let snoozed = self.snoozed(&mut left_out);
        let resolved = self.resolved(&mut left_out);
        let noise = self.noise(&mut left_out);
        let changes = self.changes(&mut left_out);
        let sources = self.sources();
        Handoff {
            schema: SCHEMA.to_owned(),
            rotation: turn.rotation.clone(),
            shift: turn.whole(),
            outgoing: turn.outgoing.clone(),
            incoming: turn.incoming.clone(),
            generated_at: turn.local(self.desk.now),
            sources: sources.clone(),
            complete: undecided.is_empty(),
            undecided,
            sections: Sections {
                header: self.header(sources, left_out, newest),
                summary: self.summary(),
                needs_you_now,
                carry_over,
                snoozed,
                resolved,
                noise,
                health: self.health(),
                changes,
                schedule: self.schedule(),
                asks: self.asks(),
                numbers: self.numbers(),
                receipt: self.receipt(),
            },
        }
    }

    fn sources(&self) -> Vec<SourceAge> {
        let source = |health: &SourceHealth| SourceAge {
            id: health.id.to_string(),
            kind: health.kind.to_owned(),
            state: health.freshness(self.desk.now).word().to_owned(),
            fetched_at: health.fetched_at.map(|at| self.turn.local(at)),
            error: health.error.clone(),
        };
        self.desk.sources.iter().map(source).collect()
    }

    fn header(
        &self,
        sources: Vec<SourceAge>,
        left_out: BTreeMap<String, usize>,
        newest: Option<DateTime<Utc>>,
    ) -> Header {
        let turn = self.turn;
        let seconds = (turn.shift.1 - turn.shift.0).num_seconds();
        let failed =
            |health: &SourceHealth| matches!(health.freshness(self.desk.now), Freshness::Failed | Freshness::Never);
        let mut notes = turn.notes.clone();
        let typed = self.brought.lines.iter().map(|line| line.at);
        let newest = newest.into_iter().chain(typed).max().filter(|at| *at > self.desk.now + TimeDelta::minutes(2));
        notes.extend(newest.map(|at| {
            let (clock, known) = (turn.local(self.desk.now).to_rfc3339(), turn.local(at).to_rfc3339());
            Clean::line(&format!(
                "the clock reads {clock}, and something is known to have happened at {known}: was it set back?"
            ))
        }));
        if self.turn.is_long_over(self.desk.now) {
            notes.push(Clean::line("this shift ended a while ago: what was opened in it is told as it stands now"));
        }
        notes.extend(self.brought.doubts.iter().cloned());
        Header {
            rotation: turn.rotation.clone(),
            outgoing: turn.outgoing.clone(),
            incoming: turn.incoming.clone(),
            shift: turn.whole(),
            elapsed_hours: hours(seconds),
            partial: self.desk.sources.iter().any(failed),
            sources,
            left_out,
            notes,
        }
    }

    fn asks(&self) -> Asks {
        let mut typed_by = TypedBy::new();
        let asks = self.of_shift(Field::Asks, &mut typed_by);
        let (mut worked, mut failed) = (BTreeSet::new(), BTreeSet::new());
        for run in &self.brought.runs {
            let Some((went, _, at, _)) = &run.ended else { continue };
            if !self.turn.holds(*at) {
                continue;
            }
            let page = Clean::line(&run.of.page);
            match went {
                Went::Worked => worked.insert(page),
                Went::Failed => failed.insert(page),
                // It says nothing of the page.
                Went::NotThisOne => false,
            };
        }
        let kinds = &self.desk.model.team.kinds;
        let bare = |story: &Story| story.class.kind.and_then(|at| kinds.get(at)).filter(|kind| kind.runbook.is_none());
        let missing: BTreeSet<String> = self.opened().filter_map(bare).map(|kind| kind.id.clone()).collect();
        let list = |pages: BTreeSet<Clean>| pages.into_iter().collect();
        let runbooks = Runbooks { worked: list(worked), failed: list(failed), missing: missing.into_iter().collect() };
        Asks { asks, runbooks, typed_by }
    }

    fn receipt(&self) -> Receipt {
        let key = self.turn.key();
        let first = self.brought.accepted.iter().find(|one| one.shift == key);
        let outgoing = self.turn.outgoing.as_ref().filter(|_| first.is_none());
        Receipt {
            accepted_by: first.map(|one| one.by.clone()),
            accepted_at: first.map(|one| self.turn.local(one.at)),
            asked_first: outgoing.map(|one| Clean::line(&one.person)),
        }
    }

    /// What was typed about the shift, with a note of who typed it.
    pub(super) fn of_shift(&self, field: Field, typed_by: &mut TypedBy) -> Option<Clean> {
        let (text, by) = self.sheet.about_shift(field)?;
        typed_by.insert(field.name().to_owned(), by.clone());
        Some(text.clone())
    }

    /// The incidents that were opened in the shift; second names and duplicates of others are among them.
    pub(super) fn opened(&self) -> impl Iterator<Item = &Story> {
        self.history.stories.iter().filter(|story| self.turn.holds(story.opened_at()))
    }

    /// The incidents that were closed in the shift and are closed, and when.
    pub(super) fn closed(&self) -> impl Iterator<Item = (&Story, DateTime<Utc>)> {
        let closed = self.history.stories.iter().filter_map(|story| Some((story, story.closed_at()?)));
        closed.filter(|(_, at)| self.turn.holds(*at))
    }
}

/// Seconds as hours: whole ones without a fraction.
fn hours(seconds: i64) -> Number {
    if seconds % 3_600 == 0 {
        return Number::from(seconds / 3_600);
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds of a shift stay far below 2^52")]
    let hours = seconds as f64 / 3_600.0;
    Number::from_f64(hours).unwrap_or_else(|| Number::from(seconds / 3_600))
}
