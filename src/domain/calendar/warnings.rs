//! What is wrong with the plan, as `check` names it.

use super::freezes::{covering, scope};
use super::trains::Planned;
use super::{Calendar, Status};
use crate::config::{Freeze, Scope};
use crate::domain::recurrence;

/// One thing to mend.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The name of the rule.
    pub rule: &'static str,
    /// What it is about: `release:tools/2026-12-08`, `freeze:year-end`.
    pub subject: String,
    /// What is wrong, with its evidence.
    pub message: String,
}

/// A release without an owner is told from so many days before.
const OWNER_BY: i64 = 14;

impl Calendar<'_> {
    /// What is wrong with the releases, freezes, cadences and removals of the window, sorted by rule and subject.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut found = Vec::new();
        for release in self.releases.iter().filter(|release| self.window.has(release.day)) {
            self.of_release(release, &mut found);
        }
        self.of_entries(&mut found);
        self.of_freezes(&mut found);
        self.of_moves(&mut found);
        self.of_rules(&mut found);
        found.sort();
        found.dedup();
        found
    }

    fn of_release(&self, release: &Planned, found: &mut Vec<Warning>) {
        let subject = format!("release:{}", release.id);
        let status = self.release_status(release);
        let mut say = |rule, message: String| found.push(Warning { rule, subject: subject.clone(), message });
        if status == Status::Missed {
            let message =
                format!("planned for {}, in time until {}; nothing shows that it left", release.day, release.deadline);
            say("release-missed", message);
        }
        if release.shipped.is_some() {
            return;
        }
        for freeze in covering(self.team, release) {
            let message =
                format!("{} lies in the freeze {} ({} to {})", release.day, freeze.id, freeze.from, freeze.to);
            say("freeze-conflict", message);
        }
        let nobody = release.owner.as_deref().is_none_or(|owner| owner == "TBD");
        let message = match (release.day - self.today()).num_days() {
            0 => "nobody owns it, and it leaves today".to_owned(),
            days @ 1..=OWNER_BY => format!("nobody owns it, and it leaves in {days} d"),
            _ => return,
        };
        if nobody {
            say("release-no-owner", message);
        }
    }

    fn of_entries(&self, found: &mut Vec<Warning>) {
        let subject = |word: &str, id: &str| format!("{word}:{id}");
        for entry in self.cadences().filter(|entry| entry.status == Some(Status::Missed)) {
            let message = format!("due on {}, and nothing shows that it was kept", entry.date.text());
            let (rule, subject) = ("cadence-missed", subject("cadence", entry.id.as_str()));
            found.push(Warning { rule, subject, message });
        }
        for entry in self.deprecations().filter(|entry| entry.status == Some(Status::Overdue)) {
            let message = format!("to be removed on {}, and still served", entry.date.text());
            let (rule, subject) = ("deprecation-overdue", subject("deprecation", entry.id.as_str()));
            found.push(Warning { rule, subject, message });
        }
    }

    /// Two freezes on one scope that let different things land; overlap alone is normal.
    fn of_freezes(&self, found: &mut Vec<Warning>) {
        let freezes: Vec<&Freeze> =
            self.team.freezes.iter().filter(|freeze| self.window.touches(freeze.from, freeze.to)).collect();
        for (at, one) in freezes.iter().enumerate() {
            for other in &freezes[at + 1..] {
                let overlap = one.from <= other.to && other.from <= one.to;
                if overlap && share_scope(one, other) && !same(&one.except, &other.except) {
                    let scope = scope(one);
                    let of = if scope.is_empty() { "everything".to_owned() } else { scope };
                    let message =
                        format!("{} and {} cover {of} at once and let different severities land", one.id, other.id);
                    found.push(Warning { rule: "freeze-conflict", subject: format!("freeze:{}", other.id), message });
                }
            }
        }
    }

    /// A rule that names no day at all, such as 30 February.
    fn of_rules(&self, found: &mut Vec<Warning>) {
        let trains = self.team.trains.iter().filter_map(|one| Some(("train", &one.id, one.rule.as_ref()?, one.start?)));
        let cadences = self.team.cadences.iter().map(|one| ("cadence", &one.id, &one.rule, one.start));
        for (word, id, rule, start) in trains.chain(cadences) {
            let before = start.pred_opt().unwrap_or(start);
            if recurrence::next(rule, start, before, 1).is_empty() {
                let message = format!("its rule names no day from {start} on: {}", rule.text);
                let subject = format!("{word}:{id}");
                found.push(Warning { rule: "calendar-inconsistent", subject, message });
            }
        }
    }

    /// A day that was moved and that the train never had.
    fn of_moves(&self, found: &mut Vec<Warning>) {
        for release in &self.team.releases {
            let (Some(day), Some(id)) = (release.instead_of, &release.train) else { continue };
            let train = self.team.trains.iter().find(|train| train.id == *id);
            let Some((rule, start)) = train.and_then(|train| Some((train.rule.as_ref()?, train.start?))) else {
                continue;
            };
            if !recurrence::days(rule, start, day).any(|named| named == day) {
                let message = format!("{day} is no day of the train {id}, so nothing was moved");
                found.push(Warning {
                    rule: "calendar-inconsistent",
                    subject: format!("release:{}", release.id),
                    message,
                });
            }
        }
    }
}

fn share_scope(one: &Freeze, other: &Freeze) -> bool {
    let all = |freeze: &Freeze| freeze.covers.contains(&Scope::Everything);
    all(one) || all(other) || one.covers.iter().any(|scope| other.covers.contains(scope))
}

fn same(one: &[String], other: &[String]) -> bool {
    one.iter().all(|id| other.contains(id)) && other.iter().all(|id| one.contains(id))
}
