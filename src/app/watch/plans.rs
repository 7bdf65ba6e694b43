//! What ships when, as it is shown: worked out anew when something of it may
//! be otherwise, and held against what was gathered last.

use chrono::NaiveDate;
use ratatui::text::Line;

use super::panes::Placed;
use super::{App, PaneCursor};
use crate::app::event::Gathered;
use crate::config::Evidence;
use crate::domain::calendar::{Calendar, Entry, Facts, Shipment, Warning, Window, outlook, shipments, shipped_before};
use crate::domain::calendar::{Kind, Point, today};
use crate::domain::id::IncidentId;
use crate::domain::recurrence;
use crate::domain::rotation::Roster;
use crate::panes::calendar::{self, Agenda};
use crate::panes::page::Page;

/// The plan of these weeks.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plans {
    /// What it is held against; none before it was gathered.
    facts: Option<Gathered>,
    outlook: String,
    entries: Vec<Entry>,
    amiss: Vec<Warning>,
    shipped: Vec<Shipment>,
    today: NaiveDate,
}

impl App {
    /// Takes what was gathered.
    pub(super) fn take_gathered(&mut self, gathered: &Gathered) {
        self.plans.facts = Some(gathered.clone());
        self.work_out_the_plans();
    }

    /// Works out the plan of these weeks.
    pub(super) fn work_out_the_plans(&mut self) {
        let team = &self.desk.model().team;
        let now = self.now;
        let nothing = Facts::default();
        let facts = self.plans.facts.as_ref().map_or(&nothing, |gathered| &gathered.facts);
        let window = Window::around(team, now);
        let roster = Roster::new(team, &[], now, window.stretch(team.team.timezone));
        let planned = Calendar::new(team, &roster, facts, now, window);
        let (entries, amiss) = (planned.entries(), planned.warnings());
        let shipped = shipments(team, facts);
        let (outlook, today) = (outlook(team, now), today(team, now));
        let was = self.plans.entries.get(self.days.at).map(|entry| entry.id.clone());
        let place = |wanted: &dyn Fn(&Entry) -> bool| entries.iter().position(wanted);
        let zone = team.team.timezone;
        let at = was.and_then(|was| place(&|entry| entry.id == was));
        let at = at.or_else(|| place(&|entry| last_day(entry, zone) >= today)).unwrap_or(0);
        self.plans = Plans { facts: self.plans.facts.take(), outlook, entries, amiss, shipped, today };
        self.days = PaneCursor { at, ..self.days };
    }

    /// What was gathered last; none before it was.
    pub(super) fn gathered(&self) -> Option<&Gathered> {
        self.plans.facts.as_ref()
    }

    /// How many entries the plan has.
    pub(super) fn planned(&self) -> usize {
        self.plans.entries.len()
    }

    /// The lines of the calendar.
    pub(super) fn calendar_lines(&self, width: u16) -> Placed {
        let (theme, plans) = (&self.outfit.theme, &self.plans);
        let doubts = plans.facts.as_ref().map_or(&[][..], |gathered| &gathered.doubts);
        let zone = self.desk.model().team.team.timezone;
        let (entries, amiss) = self.shown_plans(&plans.entries, &plans.amiss);
        let outlook = self.veiled(&plans.outlook);
        let agenda = Agenda { outlook: &outlook, entries: &entries, doubts, zone, today: plans.today };
        let mut lines = calendar::lines(&agenda, width, theme);
        let opened = self.opened.as_ref().and_then(|id| plans.entries.iter().position(|entry| entry.id == *id));
        let after =
            opened.and_then(|at| lines.iter().rposition(|(place, _)| *place == Some(at)).map(|line| (at, line)));
        if let Some((at, line)) = after {
            let mut page = Page::new(width, theme);
            for (label, text) in self.about(&entries[at]) {
                page.hanging((&format!("    {label:<10}"), theme.dim), &text, theme.text);
            }
            let about: Vec<_> = page.lines.into_iter().map(|line| (None, line)).collect();
            let below = lines.split_off(line + 1);
            lines.extend(about);
            lines.extend(below);
        }
        if !plans.amiss.is_empty() {
            let mut page = Page::new(width, theme);
            page.heading("Amiss");
            for one in amiss.iter() {
                let about = one.subject.split_once(':').map_or(one.subject.as_str(), |(_, about)| about);
                page.hanging(("! ", theme.warning), &format!("{about}: {}", one.message), theme.warning);
            }
            lines.extend(page.lines.into_iter().map(|line: Line<'static>| (None, line)));
        }
        lines
    }

    /// Whether anything may land, what is amiss, and each entry from today on, a sentence each.
    pub(super) fn plans_spoken(&self) -> Vec<String> {
        let plans = &self.plans;
        let zone = self.desk.model().team.team.timezone;
        let (entries, amiss) = self.shown_plans(&plans.entries, &plans.amiss);
        let mut lines = vec![self.veiled(&plans.outlook).into_owned()];
        let doubts = plans.facts.as_ref().map_or(&[][..], |gathered| &gathered.doubts);
        lines.extend(doubts.iter().map(|doubt| format!("Not known: {doubt}.")));
        for one in amiss.iter() {
            let about = one.subject.split_once(':').map_or(one.subject.as_str(), |(_, about)| about);
            lines.push(format!("Amiss: {about}: {}.", one.message));
        }
        let ahead: Vec<&Entry> = entries.iter().filter(|entry| last_day(entry, zone) >= plans.today).collect();
        lines.push(if ahead.is_empty() { "Nothing lies ahead.".to_owned() } else { "What lies ahead:".to_owned() });
        lines.extend(ahead.into_iter().map(|entry| calendar::sentence(entry, zone, plans.today)));
        lines
    }

    /// What there is to say of an entry beside its line.
    fn about(&self, entry: &Entry) -> Vec<(&'static str, String)> {
        let team = &self.desk.model().team;
        let mut about = vec![("id", entry.id.to_string())];
        about.extend(entry.note.as_ref().map(|note| ("note", note.to_string())));
        let id = entry.id.as_str().split_once('/').map_or(entry.id.as_str(), |(id, _)| id);
        let train = team.trains.iter().find(|train| entry.kind == Kind::Release && train.id == id);
        let cadence = team.cadences.iter().find(|cadence| entry.kind == Kind::Cadence && cadence.id == id);
        let rule = match (train, cadence) {
            (Some(train), _) => train.rule.as_ref().zip(train.start),
            (None, Some(cadence)) => Some((&cadence.rule, cadence.start)),
            (None, None) => None,
        };
        if let Some((rule, start)) = rule {
            about.push(("rule", rule.text.clone()));
            // "Every second Tuesday" has two readings that share the first day.
            let after = entry.date.day(team.team.timezone);
            let next = recurrence::next(rule, start, after, 16);
            let skipped = train.map_or_else(|| cadence.map_or(&[][..], |one| &one.skip), |one| &one.skip);
            let moved = |day: NaiveDate| {
                let own =
                    team.releases.iter().filter(|one| train.is_some_and(|train| one.train.as_ref() == Some(&train.id)));
                own.into_iter().find(|one| one.instead_of == Some(day)).map_or(day, |one| one.date)
            };
            let next = next.into_iter().filter(|day| !skipped.contains(day)).map(moved).take(3);
            let next: Vec<String> = next.map(|day| day.format("%a %-d %b").to_string()).collect();
            about.push(("next", if next.is_empty() { "never".to_owned() } else { next.join(", ") }));
        }
        let evidence = train.and_then(|train| train.evidence.as_ref());
        about.extend(evidence.map(|evidence| match evidence {
            Evidence::Tag(glob) => ("shown by", format!("a tag {glob}")),
            Evidence::Commit(path) => ("shown by", format!("a commit of {path}")),
        }));
        about
    }

    /// Shows what there is to say of the selected entry, or hides it.
    pub(super) fn open_entry(&mut self) {
        let id = self.plans.entries.get(self.days.at).map(|entry| entry.id.clone());
        self.opened = if self.opened == id { None } else { id };
        self.bring_into_sight();
    }

    /// What went out within the hour before an incident was opened: the latest, and how many minutes before.
    pub fn near_release(&self, id: &IncidentId) -> Option<(&Shipment, i64)> {
        if self.plans.shipped.is_empty() {
            return None;
        }
        let opened = self.seen().incident(id)?.opened_at;
        let shipment = shipped_before(&self.plans.shipped, opened).next()?;
        Some((shipment, (opened - shipment.at).num_minutes()))
    }
}

fn last_day(entry: &Entry, zone: chrono_tz::Tz) -> NaiveDate {
    entry.end.map_or(entry.date, |end: Point| end).day(zone)
}
