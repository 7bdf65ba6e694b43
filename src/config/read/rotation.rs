//! Rotations and escalations.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::{Named, Reader};
use crate::config::parse::{self, Refused};
use crate::config::problem::quoted;
use crate::config::raw::plan::{RawEscalation, RawOverride, RawRole, RawRotation, RawStep, RawSwap, RawWindow};
use crate::config::rotation::{Escalation, Override, Role, Rotation, Secondary, Step, Stretch, Swap};
use crate::config::text::{Placed, Text, WordOr};
use crate::config::values::{Coverage, Moment, Period, Window};

/// What a bare date means, and in which zone a local time is read.
#[derive(Clone, Copy)]
pub(super) struct Civil {
    pub(super) zone: Tz,
    pub(super) handover: NaiveTime,
}

impl Reader<'_, '_> {
    pub(super) fn rotation(&mut self, raw: &RawRotation, team: Tz) -> Rotation {
        let timezone = self.maybe(raw.timezone.as_ref(), parse::zone).unwrap_or(team);
        let start = self.word(&raw.start, parse::local);
        let until = self.maybe(raw.until.as_ref(), parse::local);
        if let (Some(start), Some(until), Some(text)) = (start, until, &raw.until)
            && start >= until
        {
            self.problem(&text.at, "`until` is not after `start`", "write a later time, or leave it out");
        }
        let start = start.unwrap_or_default();
        let civil = Civil { zone: timezone, handover: start.time() };
        let members = self.some(&raw.members, "members");
        Rotation {
            id: raw.id.value.clone(),
            title: self.maybe_said(raw.title.as_ref()).unwrap_or_else(|| raw.id.value.clone()),
            timezone,
            start,
            shift: self.word(&raw.shift, parse::period).unwrap_or(Period::Days(7)),
            until,
            members: self.all_known(members, Named::Person),
            coverage: self.coverage(raw.coverage.as_ref()),
            secondary: raw.secondary.as_ref().and_then(|text| self.secondary(text, &raw.id.value)),
            overrides: raw.overrides.iter().map(|one| self.replaced(one, civil)).collect(),
            swaps: raw.swaps.iter().map(|one| self.swap(one, civil)).collect(),
        }
    }

    fn coverage(&mut self, raw: Option<&WordOr<RawWindow>>) -> Coverage {
        match raw {
            None => Coverage::Business,
            Some(WordOr::Many(windows)) => Coverage::Windows(windows.iter().map(|one| self.window(one)).collect()),
            Some(WordOr::Word(word)) => self.word(word, coverage).unwrap_or_default(),
        }
    }

    fn window(&mut self, raw: &RawWindow) -> Window {
        Window {
            days: self.weekdays(&raw.days, "days"),
            from: self.word(&raw.from, parse::clock).unwrap_or_default(),
            to: self.word(&raw.to, parse::closing).unwrap_or_default(),
        }
    }

    fn secondary(&mut self, text: &Text, own: &str) -> Option<Secondary> {
        match text.value.as_str() {
            "previous" => Some(Secondary::Previous),
            "next" => Some(Secondary::Next),
            other => {
                let Some(id) = other.strip_prefix("rotation:") else {
                    let refused = Refused::new("is no secondary", "write `previous`, `next` or `rotation:ID`");
                    self.refused(text, &refused);
                    return None;
                };
                if id == own {
                    let remedy = "write `previous`, `next` or another rotation";
                    self.problem(&text.at, "a rotation cannot be its own secondary", remedy);
                }
                self.inside(text, id, Named::Rotation);
                Some(Secondary::Rotation(id.to_owned()))
            }
        }
    }

    fn replaced(&mut self, raw: &RawOverride, civil: Civil) -> Override {
        Override {
            when: self.stretch(&raw.from, &raw.to, civil),
            person: self.known(&raw.person, Named::Person),
            role: role(raw.role),
            why: self.maybe_said(raw.why.as_ref()),
        }
    }

    fn swap(&mut self, raw: &RawSwap, civil: Civil) -> Swap {
        if let (Some(back), None) = (&raw.back, &raw.take) {
            self.problem(&back.from.at, "`back` without `take`: nobody has to give anything back", "add `take`");
        }
        if let Some(take) = raw.take.as_ref().filter(|take| take.value == raw.give.value) {
            self.problem(&take.at, "`give` and `take` are the same person", "name two people");
        }
        Swap {
            when: self.stretch(&raw.from, &raw.to, civil),
            give: self.known(&raw.give, Named::Person),
            take: self.maybe_known(raw.take.as_ref(), Named::Person),
            back: raw.back.as_ref().map(|back| self.stretch(&back.from, &back.to, civil)),
            role: role(raw.role),
            why: self.maybe_said(raw.why.as_ref()),
        }
    }

    /// From one moment to a later one.
    pub(super) fn stretch(&mut self, from: &Text, to: &Text, civil: Civil) -> Stretch {
        let ends = (self.word(from, parse::moment), self.word(to, parse::moment));
        let (Some(start), Some(end)) = ends else {
            let nothing = Moment::Day(NaiveDate::default());
            return Stretch { from: nothing, to: nothing };
        };
        if !before(start, end, civil) {
            self.backwards(from, to);
        }
        Stretch { from: start, to: end }
    }

    /// Whole days, both included.
    pub(super) fn days(&mut self, from: &Text, to: &Text) -> (NaiveDate, NaiveDate) {
        let ends = (self.word(from, parse::day), self.word(to, parse::day));
        if let (Some(start), Some(end)) = ends
            && start > end
        {
            self.backwards(from, to);
        }
        (ends.0.unwrap_or_default(), ends.1.unwrap_or_default())
    }

    fn backwards(&mut self, from: &Text, to: &Text) {
        let message = format!("`to` is not after `from` ({})", from.value);
        self.problem(&to.at, &message, "write a later one, or swap the two");
    }

    pub(super) fn escalation(&mut self, raw: &RawEscalation) -> Escalation {
        let Placed { at, value: steps } = &raw.steps;
        if steps.is_empty() {
            self.problem(at, "`steps` is empty", "end with a person or everyone, as in `{ to = \"everyone\" }`");
        }
        let waiting = steps.split_last().map_or(&[][..], |(_, before)| before);
        for step in waiting.iter().filter(|step| step.wait.is_none()) {
            let message = format!("nothing says how long to wait for {}", quoted(&step.to.value));
            self.problem(&step.to.at, &message, "add `wait = \"15m\"`");
        }
        let steps = steps.iter().map(|step| self.step(step)).collect();
        Escalation { id: raw.id.value.clone(), steps }
    }

    fn step(&mut self, raw: &RawStep) -> Step {
        Step { to: self.who(&raw.to), wait: self.span(raw.wait.as_ref()) }
    }
}

fn coverage(word: &str) -> Result<Coverage, Refused> {
    match word {
        "business" => Ok(Coverage::Business),
        "24x7" => Ok(Coverage::Always),
        _ => Err(Refused::new("is no coverage", "write \"business\", \"24x7\" or a list of windows")),
    }
}

fn role(raw: Option<RawRole>) -> Role {
    match raw {
        Some(RawRole::Secondary) => Role::Secondary,
        Some(RawRole::Primary) | None => Role::Primary,
    }
}

/// Local times are compared as local times; an offset forces both onto the one clock.
fn before(from: Moment, to: Moment, civil: Civil) -> bool {
    match (local(from, civil), local(to, civil)) {
        (Some(from), Some(to)) => from < to,
        _ => instant(from, civil) < instant(to, civil),
    }
}

fn local(moment: Moment, civil: Civil) -> Option<NaiveDateTime> {
    match moment {
        Moment::Day(day) => Some(day.and_time(civil.handover)),
        Moment::Local(local) => Some(local),
        Moment::Exact(_) => None,
    }
}

/// To compare by. A local time that is skipped is the first one after the gap.
fn instant(moment: Moment, civil: Civil) -> DateTime<Utc> {
    match (moment, local(moment, civil)) {
        (Moment::Exact(exact), _) => exact.to_utc(),
        (_, Some(local)) => {
            // No gap is longer than a day.
            let there = |minutes| civil.zone.from_local_datetime(&(local + TimeDelta::minutes(minutes))).earliest();
            (0..=1_500).find_map(there).map_or_else(|| local.and_utc(), |at| at.to_utc())
        }
        (Moment::Day(_) | Moment::Local(_), None) => DateTime::UNIX_EPOCH,
    }
}
