//! Sections 3 to 7: the incidents, by what is to be done about them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::compose::{Known, MOST};
use super::gate::{Fate, fate};
use super::section::{Carried, Decision, Happened, LetPass, Noise, Of, Open, Outcome, PutOff, Resolved, Snoozed};
use super::typed::Field;
use crate::config::{Maintenance, Role};
use crate::domain::history::dropped::dropped;
use crate::domain::history::{Event, Story, What};
use crate::domain::incident::{CloseReason, Incident, Status};
use crate::domain::queue::State;
use crate::domain::text::Clean;

/// Of what wakes later than this nobody says whose it will be.
const AHEAD_OF_A_SNOOZE: TimeDelta = TimeDelta::days(40);

/// How many rows a list leaves out, by the name of its section.
type LeftOut = BTreeMap<String, usize>;

/// In this order rows stand: severity, age, id.
type Rank<'a> = (usize, DateTime<Utc>, (&'a str, u64, &'a str));

impl Carried {
    /// Whether somebody still has to say something about it.
    pub fn hangs(&self) -> bool {
        self.decision == Decision::Undecided || self.next_step.is_none()
    }
}

impl Known<'_> {
    pub(super) fn needs_you_now(&self, left_out: &mut LeftOut) -> Vec<Open> {
        let open = self.sorted(|story| matches!(story.state(), State::Open | State::Acked));
        let open = cut(open, "needs_you_now", left_out);
        let fields = [Field::Tried, Field::StuckOn, Field::NextStep, Field::Trigger];
        let row = |story: &Story| {
            let ([tried, stuck_on, next_step, trigger], typed_by) = self.sheet.texts(story, fields);
            let kind = story.class.kind.and_then(|at| self.desk.model.team.kinds.get(at));
            let dropped = dropped(story, self.handovers, self.desk.model, self.desk.now);
            Open {
                of: self.of(story),
                state: story.state().word().to_owned(),
                owner: self.owner(story),
                opened_at: self.turn.local(story.opened_at()),
                due_at: story.standing.due_at.map(|at| self.turn.local(at)),
                overdue: story.standing.overdue(),
                dropped_at: dropped.map(|dropped| self.turn.local(dropped.handover.at)),
                last_event: story.last().map(|event| self.happened(event)),
                runbook: kind.and_then(|kind| kind.runbook.clone()),
                tried,
                stuck_on,
                next_step,
                trigger,
                typed_by,
            }
        };
        open.into_iter().map(row).collect()
    }

    /// Nothing of it is left out: what hangs on somebody is never one of too many.
    pub(super) fn carry_over(&self) -> Vec<Carried> {
        let Some(outgoing) = &self.turn.outgoing else { return Vec::new() };
        let of = |story: &Story| fate(story, &outgoing.person, self.turn.shift, self.desk.model);
        let stays = self.turn.incoming.as_ref().is_some_and(|one| one.person == outgoing.person);
        let had = self.sorted(|story| of(story).is_some()).into_iter();
        had.filter_map(|story| {
            let fate = of(story)?;
            // Whoever has the next shift, too, keeps what they have.
            let kept = stays && fate.decision == Decision::Undecided;
            Some(self.carried(story, &if kept { Fate::handed(&outgoing.person) } else { fate }))
        })
        .collect()
    }

    fn carried(&self, story: &Story, fate: &Fate) -> Carried {
        let ([next_step], typed_by) = self.sheet.texts(story, [Field::NextStep]);
        let wakes = || fate.until.and_then(|until| self.primary_at(until));
        Carried {
            of: self.of(story),
            decision: fate.decision,
            to: fate.to.clone().or_else(wakes),
            until: fate.until.map(|at| self.turn.local(at)),
            next_step,
            typed_by,
        }
    }

    pub(super) fn snoozed(&self, left_out: &mut LeftOut) -> Snoozed {
        let row = |story: &Story| {
            let until = story.standing.snoozed_until?;
            let by = story.incident.snooze.as_ref().and_then(|snooze| snooze.by.as_ref());
            Some(PutOff {
                of: self.of(story),
                until: self.turn.local(until),
                by: by.map(|by| self.desk.model.person(by)),
                wakes: self.primary_at(until),
                in_next_shift: (self.turn.next.0..self.turn.next.1).contains(&until),
            })
        };
        let stories = cut(self.sorted(|story| story.state() == State::Snoozed), "snoozed", left_out);
        Snoozed {
            incidents: stories.into_iter().filter_map(row).collect(),
            waivers: self.waivers(),
            muted: self.muted(),
        }
    }

    /// Who is asked first at an instant; whoever comes next, if nobody is then.
    fn primary_at(&self, at: DateTime<Utc>) -> Option<Clean> {
        // The clocks are not read further.
        if at > self.desk.now + AHEAD_OF_A_SNOOZE {
            return None;
        }
        let answers = self.roster.answers(&self.turn.rotation, Role::Primary, at);
        let then = || {
            let on_call = self.roster.on_call(at).into_iter().find(|one| one.rotation.id == self.turn.rotation)?;
            Some(on_call.next?.piece.person)
        };
        answers.or_else(then).map(Clean::line)
    }

    /// The day that it is for the team.
    fn today(&self) -> NaiveDate {
        self.desk.now.with_timezone(&self.desk.model.team.team.timezone).date_naive()
    }

    fn waivers(&self) -> Vec<LetPass> {
        let today = self.today();
        let all = self.desk.model.team.expected.iter().chain(&self.brought.expected.expected);
        let mut waivers: Vec<LetPass> = all
            .filter(|one| one.until >= today)
            .map(|one| LetPass {
                what: Clean::line(&format!("{}: {}", one.suite, one.cases.join(", "))),
                until: one.until.to_string(),
                why: Some(Clean::line(&one.reason)),
                by: Some(Clean::line(&one.author)),
            })
            .collect();
        waivers.sort_by(|one, other| (&one.until, &one.what).cmp(&(&other.until, &other.what)));
        waivers.dedup();
        waivers
    }

    /// Quarantined cases, maintenance that runs or begins before the next shift ends, and rules that are let pass.
    fn muted(&self) -> Vec<LetPass> {
        let team = &self.desk.model.team;
        let today = self.today();
        let cases = self.brought.expected.quarantined.iter().filter(|one| one.until >= today).map(|one| LetPass {
            what: Clean::line(&format!("{}: {}", one.suite, one.cases.join(", "))),
            until: one.until.to_string(),
            why: Some(Clean::line(&one.reason)),
            by: Some(Clean::line(&one.author)),
        });
        let zone = team.team.timezone;
        let windows = team.maintenance.iter().filter_map(|one: &Maintenance| {
            let (from, to) = crate::domain::health::maintenance::stretch(one, zone);
            (to > self.desk.now && from < self.turn.next.1).then(|| LetPass {
                what: Clean::line(&format!("{} (from {})", one.sources.join(", "), self.turn.local(from).to_rfc3339())),
                until: self.turn.local(to).to_rfc3339(),
                why: one.why.as_deref().map(Clean::line),
                by: None,
            })
        });
        let rules = team.lint.waivers.iter().filter(|one| one.until >= today).map(|one| LetPass {
            what: Clean::line(&format!("check {}: {}", one.rule, one.subject)),
            until: one.until.to_string(),
            why: Some(Clean::line(&one.why)),
            by: None,
        });
        let mut muted: Vec<LetPass> = cases.chain(windows).chain(rules).collect();
        muted.sort_by(|one, other| (&one.until, &one.what).cmp(&(&other.until, &other.what)));
        muted
    }

    pub(super) fn resolved(&self, left_out: &mut LeftOut) -> Vec<Resolved> {
        let mut closed: Vec<(&Story, DateTime<Utc>)> = self.closed().collect();
        closed.sort_by(|(one, _), (other, _)| rank(one).cmp(&rank(other)));
        let row = |(story, at): (&Story, DateTime<Utc>)| {
            let ([cause, follow_up], typed_by) = self.sheet.texts(story, [Field::Cause, Field::FollowUp]);
            Resolved {
                of: self.of(story),
                closed_at: self.turn.local(at),
                reason: reason(&story.incident).map_or("closed", CloseReason::word).to_owned(),
                took: (at - story.opened_at()).num_seconds(),
                reopened: story.reopened(),
                cause,
                follow_up,
                typed_by,
            }
        };
        cut(closed, "resolved", left_out).into_iter().map(row).collect()
    }

    pub(super) fn noise(&self, left_out: &mut LeftOut) -> Vec<Noise> {
        let mut seen: BTreeMap<&str, (usize, Vec<&Story>)> = BTreeMap::new();
        for story in &self.history.stories {
            let Some(fingerprint) = story.incident.fingerprint.as_deref() else { continue };
            let again = story.between(self.turn.shift).filter(|event| matches!(event.what, What::Reopened)).count();
            let times = again + usize::from(self.turn.holds(story.opened_at()));
            if times > 0 {
                let (count, stories) = seen.entry(fingerprint).or_default();
                *count += times;
                stories.push(story);
            }
        }
        let mut rows: Vec<(Rank<'_>, Noise)> = Vec::new();
        for (fingerprint, (count, mut stories)) in seen.into_iter().filter(|(_, (count, _))| *count > 1) {
            stories.sort_by_key(|story| (Reverse(story.opened_at()), &story.name));
            let Some(last) = stories.first() else { continue };
            let outcome = outcome(&stories);
            rows.push((
                rank(last),
                Noise {
                    of: self.of(last),
                    fingerprint: fingerprint.to_owned(),
                    count,
                    outcome,
                    proposal: proposal(outcome, &last.incident, count),
                },
            ));
        }
        rows.sort_by_key(|(rank, _)| *rank);
        cut(rows, "noise", left_out).into_iter().map(|(_, row)| row).collect()
    }

    /// What every row says of its incident.
    pub(super) fn of(&self, story: &Story) -> Of {
        Of {
            id: story.name.clone(),
            title: story.incident.title.to_line(),
            severity: self.desk.model.severity_id(story.class.severity).map(str::to_owned),
            url: story.incident.url.clone(),
        }
    }

    /// Whose it is: the first assignee, else whoever acked it.
    fn owner(&self, story: &Story) -> Option<Clean> {
        let acked = || story.standing.acked.as_ref().and_then(|(by, _)| by.clone());
        story.incident.assignees.first().cloned().or_else(acked).map(|name| self.desk.model.person(&name))
    }

    fn happened(&self, event: &Event) -> Happened {
        Happened { at: self.turn.local(event.at), by: event.by.as_deref().map(Clean::line), what: event.what.words() }
    }

    /// These stories in the order of rows.
    fn sorted(&self, wanted: impl Fn(&Story) -> bool) -> Vec<&Story> {
        let mut stories: Vec<&Story> = self.history.stories.iter().filter(|story| wanted(story)).collect();
        stories.sort_by(|one, other| rank(one).cmp(&rank(other)));
        stories
    }
}

pub(super) fn rank(story: &Story) -> Rank<'_> {
    let id = (story.incident.source.as_str(), story.incident.number, story.name.as_str());
    (story.class.severity.unwrap_or(usize::MAX), story.opened_at(), id)
}

/// The first of them, with a word of how many are left out.
pub(super) fn cut<T>(mut rows: Vec<T>, section: &str, left_out: &mut LeftOut) -> Vec<T> {
    if rows.len() > MOST {
        left_out.insert(section.to_owned(), rows.len() - MOST);
        rows.truncate(MOST);
    }
    rows
}

fn reason(incident: &Incident) -> Option<CloseReason> {
    match incident.status {
        Status::Open => None,
        Status::Closed { reason, .. } => Some(reason),
    }
}

/// What came of incidents of one cause, the newest first.
fn outcome(stories: &[&Story]) -> Outcome {
    let reasons = || stories.iter().filter_map(|story| reason(&story.incident));
    if reasons().any(|reason| reason == CloseReason::Expected) {
        return Outcome::Expected;
    }
    if reasons().any(|reason| matches!(reason, CloseReason::Flaky | CloseReason::Invalid)) {
        return Outcome::FalsePositive;
    }
    let mended = reasons().any(|reason| matches!(reason, CloseReason::Completed | CloseReason::Fixed));
    let worked = |event: &Event| matches!(event.what, What::Noted | What::Assigned(_) | What::Followed);
    let waved_off =
        reasons().next().is_some_and(|reason| matches!(reason, CloseReason::NotPlanned | CloseReason::WontFix));
    if mended || (!waved_off && stories.iter().any(|story| story.events.iter().any(worked))) {
        Outcome::Acted
    } else {
        Outcome::NotActionable
    }
}

fn proposal(outcome: Outcome, incident: &Incident, count: usize) -> String {
    match outcome {
        Outcome::Acted => format!("{count} times one cause: mend that, and not the symptom"),
        Outcome::NotActionable => "nobody had to do anything: let it wait longer, or drop the check".to_owned(),
        Outcome::FalsePositive if incident.suite.is_some() => {
            "quarantine the cases until the test is mended: `dogwatch evals expect`".to_owned()
        }
        Outcome::FalsePositive => "the check is wrong: mend it".to_owned(),
        Outcome::Expected => "say so once, with an end: `dogwatch evals expect`".to_owned(),
    }
}
