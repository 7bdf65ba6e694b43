//! Decisions and requests: what leaves the screen.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{App, Dialog, Question, Told, Yes};
use crate::app::desk::{Decided, LastAct};
use crate::app::event::{Effect, Fact, Level, News};
use crate::app::list::Because;
use crate::app::meeting::Door;
use crate::app::watch::Reach;
use crate::app::wish::Wish;
use crate::domain::decision::Decision;
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::incident::Incident;
use crate::domain::text::{Clean, Link};
use crate::panes::{age, detail};

impl App {
    /// Decides the same about each; the cursor goes on where that takes the rows away.
    pub(super) fn decide(&mut self, ids: &[IncidentId], wish: &Wish) -> Vec<Effect> {
        let decided = self.desk.wish(self.now, ids, wish);
        let effects = self.after_decision(&decided);
        if !decided.ops.is_empty() {
            let done: Vec<IncidentId> = decided.ops.into_iter().map(|(id, _)| id).collect();
            if moves_away(wish) {
                let desk = self.frozen.as_deref().unwrap_or(&self.desk);
                self.list.go_on(&done, desk);
            }
            self.marks.clear();
        }
        effects
    }

    pub(super) fn file(&mut self, title: &str, labels: Vec<String>) -> Vec<Effect> {
        let decided = self.desk.file(self.now, title, "", labels);
        if let Some((id, _)) = decided.ops.first() {
            let desk = self.frozen.as_deref().unwrap_or(&self.desk);
            self.list.follow(id, desk);
        }
        self.after_decision(&decided)
    }

    /// Takes back the last act, or asks whether that is meant.
    pub(super) fn undo(&mut self) -> Vec<Effect> {
        let Some(last) = self.desk.last_act() else { return self.hint("nothing to undo") };
        if !last.asks(self.now) {
            return self.undo_act(&last.batch);
        }
        let text = self.before_undoing(&last);
        self.dialog = Some(Dialog::Ask(Question { text, ids: last.about, yes: Yes::Undo(last.batch) }));
        Vec::new()
    }

    /// What is asked before an act is taken back that may be another than is meant.
    pub(in crate::app) fn before_undoing(&self, last: &LastAct) -> String {
        let about: Vec<IncidentId> = last.about.iter().map(|id| self.desk.name(id)).collect();
        let about = match about.as_slice() {
            [only] => only.to_string(),
            many => format!("{} incidents", many.len()),
        };
        let ago = age::calm(self.now - last.at);
        let stays =
            last.stays.as_ref().map(|(verb, id)| format!("; the {verb} on {} since then stays", self.desk.name(id)));
        self.veiled(&format!("Undo {} of {about}, {ago} ago{}?", last.verb, stays.unwrap_or_default())).into_owned()
    }

    pub(in crate::app) fn undo_act(&mut self, batch: &OpId) -> Vec<Effect> {
        let decided = self.desk.undo(self.now, batch);
        if decided.ops.is_empty() && decided.refused.is_empty() {
            return self.hint("the last act cannot be undone any more");
        }
        if let Some((id, op)) = decided.ops.first() {
            self.undoing = Some((op.clone(), self.undone(&decided)));
            let desk = self.frozen.as_deref().unwrap_or(&self.desk);
            self.list.follow(id, desk);
        }
        self.after_decision(&decided)
    }

    /// What an undo takes back, in words.
    fn undone(&self, decided: &Decided) -> Clean {
        let Some((id, op)) = decided.ops.first() else { return Clean::line("undone") };
        let verb = self.desk.journal().entry(op).map_or("act", |undoing| self.undone_verb(id, &undoing.decision));
        let about: BTreeSet<&IncidentId> = decided.ops.iter().map(|(id, _)| id).collect();
        Clean::line(&match about.len() {
            1 => format!("undone: {verb} {id}"),
            many => format!("undone: {verb} of {many} incidents"),
        })
    }

    fn undone_verb(&self, id: &IncidentId, undoing: &Decision) -> &'static str {
        let earlier = self.desk.journal().entries().iter().rev().filter(|entry| entry.incident == *id);
        let mut undone =
            earlier.filter(|entry| entry.decision.inverse(&entry.op, &entry.base).as_ref() == Some(undoing));
        undone.next().map_or(undoing.verb(), |entry| entry.decision.verb())
    }

    /// Tells what was refused on the spot; what was decided is told once it is on disk.
    pub(super) fn after_decision(&mut self, decided: &Decided) -> Vec<Effect> {
        match decided.refused.as_slice() {
            [] => {}
            [(id, why)] => self.refuse(&format!("{}: {why}", Self::named(std::slice::from_ref(id)))),
            [(id, why), rest @ ..] => self.refuse(&format!("{} refused; {id}: {why}", rest.len() + 1)),
        }
        self.tell_news();
        self.refresh(Because::News);
        decided.effects.clone()
    }

    fn refuse(&mut self, text: &str) {
        let text = Clean::line(text);
        self.toasts.say(News { at: self.now, level: Level::Warning, text, incident: None });
    }

    pub(super) fn browse(&mut self) -> Vec<Effect> {
        match self.selected().and_then(|id| self.link(id)) {
            Some(link) => vec![Effect::Browse(link.to_string())],
            None => self.hint("it has no web address"),
        }
    }

    pub(super) fn copy_id(&mut self) -> Vec<Effect> {
        let ids: Vec<String> = self.subjects().iter().map(ToString::to_string).collect();
        match ids.as_slice() {
            [] => self.hint("nothing is selected"),
            [_] => vec![Effect::Copy { what: "id", text: ids.join(" ") }],
            [..] => vec![Effect::Copy { what: "ids", text: ids.join(" ") }],
        }
    }

    pub(super) fn copy_link(&mut self) -> Vec<Effect> {
        let links: Vec<String> =
            self.subjects().iter().filter_map(|id| self.link(id)).map(|link| link.to_string()).collect();
        match links.as_slice() {
            [] => self.hint("it has no web address"),
            [_] => vec![Effect::Copy { what: "link", text: links.join("\n") }],
            [..] => vec![Effect::Copy { what: "links", text: links.join("\n") }],
        }
    }

    /// Where an incident is on the web; none if that is nowhere, or no address that may be opened.
    pub fn link(&self, id: &IncidentId) -> Option<Link> {
        Link::parse(self.seen().incident(id)?.url.as_deref()?)
    }

    pub(super) fn ask_source(&mut self) -> Vec<Effect> {
        let sources = self.selected().and_then(|id| self.seen().incident(id)).map(|incident| self.sources_of(incident));
        match sources {
            Some(sources) if !sources.is_empty() => self.ask(sources),
            // What is said of a host or of this machine is heard from all.
            Some(_) | None => self.ask_sources(),
        }
    }

    /// Who knows how an incident is: its tracker, and the endpoint whose signal it stands for.
    fn sources_of(&self, incident: &Incident) -> Vec<SourceId> {
        let polled = |id: &SourceId| self.seen().sources().iter().any(|health| health.id == *id);
        let known = |id: &SourceId| self.is_endpoint(id) || polled(id);
        let tracker = Some(incident.source.clone()).filter(|id| incident.number > 0 || known(id));
        let signal = incident.signal.as_ref().and_then(|signal| signal.as_str().rsplit_once(':'));
        let endpoint = signal.map(|(id, _)| SourceId::new(id)).filter(known);
        tracker.iter().chain(endpoint.iter().filter(|id| tracker.as_ref() != Some(*id))).cloned().collect()
    }

    /// Asks these sources, where this process may.
    pub(super) fn ask(&mut self, sources: Vec<SourceId>) -> Vec<Effect> {
        if self.outfit.reach == Reach::Offline {
            return self.offline();
        }
        let probed_elsewhere = self.why_not_probed();
        let probes = |id: &SourceId| probed_elsewhere.is_none() || !self.is_endpoint(id);
        let (asked, left): (Vec<SourceId>, Vec<SourceId>) = sources.into_iter().partition(probes);
        let asking = (!asked.is_empty()).then(|| format!("asking {}", named(&asked)));
        let why = probed_elsewhere.filter(|_| !left.is_empty());
        let not = why.map(|why| format!("{} is not asked: {why}", named(&left)));
        self.hint(&asking.into_iter().chain(not).collect::<Vec<_>>().join("; "));
        asked.into_iter().map(|id| Effect::Fetch(Some(id))).collect()
    }

    pub(super) fn ask_sources(&mut self) -> Vec<Effect> {
        if self.outfit.reach == Reach::Offline {
            return self.offline();
        }
        match self.why_not_probed().filter(|_| !self.standings().is_empty()) {
            None => self.hint("asking every source"),
            Some(why) => self.hint(&format!("asking all but MCP endpoints: {why}")),
        };
        vec![Effect::Fetch(None)]
    }

    fn is_endpoint(&self, id: &SourceId) -> bool {
        self.standings().iter().any(|standing| standing.id == id)
    }

    /// Why this process asks no MCP endpoint; none if it does.
    fn why_not_probed(&self) -> Option<&'static str> {
        match self.desk.read_only() {
            Some(_) => Some("this dogwatch is read-only"),
            None if !self.desk.sends() => Some("another dogwatch makes the rounds"),
            None => None,
        }
    }

    fn offline(&mut self) -> Vec<Effect> {
        self.hint("offline: nothing is asked; start without --offline")
    }

    /// What a fact means to the screen itself.
    pub(super) fn note_fact(&mut self, fact: &Fact) -> Vec<Effect> {
        match fact {
            Fact::DetailLoaded { id, body, moments } => {
                self.told.insert(id.clone(), Told { body: body.clone(), moments: moments.clone() });
                self.meeting_reads(id);
            }
            Fact::AssignableLoaded { source, logins } => {
                self.assignable.insert(source.clone(), logins.clone());
                self.add_assignable(source);
            }
            Fact::ToolsLoaded { endpoint, tools } => self.take_tools(endpoint, tools.as_ref()),
            Fact::CasesLoaded { signal, sheet } => self.take_cases(signal, sheet.as_ref()),
            Fact::CaseLoaded { signal, case, page } => self.take_case(signal, *case, page),
            Fact::ToolNamesLoaded(names) => self.tool_names.clone_from(names),
            Fact::NoteWritten { ids, text } => return self.note_written(ids, text.as_deref()),
            Fact::Said(said) => return self.close_what_was_said(said),
            Fact::PageOpened(opened) => return self.page_opened(opened),
            Fact::PageJudged(path, freshness) => self.page_judged(path, *freshness),
            Fact::PageMissing(why) => return self.page_missing(why),
            Fact::PageChanged(path) => return self.page_changed(path),
            Fact::PagesListed(pages) => self.take_pages(pages),
            Fact::Written(line, run) => return self.written(line, run),
            Fact::Untold(run) => return self.tell_use(run),
            Fact::MeetingCalled => return self.call_meeting(Door::Street),
            Fact::MeetingFound(lines) => self.remember_meeting(lines.clone()),
            Fact::MinutesWritten(written) => self.minutes_written(written),
            Fact::Dropped(dropped) => self.dropped.clone_from(dropped),
            Fact::Gathered(gathered) => self.take_gathered(gathered),
            Fact::Reviewed(told) => self.take_review(told),
            Fact::Checked(told) => self.take_checkup(told),
            Fact::Drafted(draft) => self.show_draft(draft.clone()),
            Fact::Amended(written) => self.hear_of_the_file(written),
            Fact::HandoffBrought(brought) => self.take_handoff(brought),
            Fact::Arranged(splits) => self.arrange(*splits),
            Fact::TourOffered => self.offered = super::tour::Offered::Yes,
            Fact::TrustWanted(wanted) => self.dialog = Some(Dialog::Trust(wanted.clone())),
            Fact::TeamRead(_)
            | Fact::LoginsKnown(_)
            | Fact::Loaded { .. }
            | Fact::Mirrored { .. }
            | Fact::Recorded(_)
            | Fact::NotRecorded { .. }
            | Fact::LeaseTaken
            | Fact::LeaseLost
            | Fact::Settled { .. }
            | Fact::FetchStarted(_)
            | Fact::Page { .. }
            | Fact::Recovered(_)
            | Fact::Probed(_)
            | Fact::Ruled(_)
            | Fact::Relapsed(_)
            | Fact::FetchEnded(_)
            | Fact::Identified { .. }
            | Fact::ReadOnly(_)
            | Fact::Told { .. }
            | Fact::Ticked
            | Fact::Dismissed => {}
        }
        Vec::new()
    }

    /// A note comes back from the operator's editor.
    fn note_written(&mut self, ids: &[IncidentId], text: Option<&str>) -> Vec<Effect> {
        match text.filter(|text| !text.trim().is_empty()) {
            Some(text) => {
                self.drafts.remove(ids);
                self.decide(ids, &Wish::Note(text.to_owned()))
            }
            None => self.hint("the note was left empty; nothing is sent"),
        }
    }

    /// A time on the team's clock, for people to read.
    pub fn civil(&self, at: DateTime<Utc>) -> String {
        let zone = self.desk.model().team.team.timezone;
        let local = at.with_timezone(&zone);
        let today = self.seen_at().with_timezone(&zone).date_naive();
        let form = if local.date_naive() == today { "%H:%M" } else { "%a %Y-%m-%d %H:%M" };
        local.format(form).to_string()
    }

    /// The detail of what is selected; none if nothing is.
    pub fn subject(&self) -> Option<detail::Subject<'_>> {
        let id = self.selected()?;
        let desk = self.seen();
        let ghost = self.list.cursor().filter(|cursor| cursor.id == *id).map(|cursor| &cursor.row);
        Some(detail::Subject {
            incident: desk.incident(id)?,
            row: desk.row(id).or(ghost)?,
            model: desk.model(),
            body: self.told().and_then(|told| told.body.as_ref()),
            moments: self.told().map(|told| told.moments.as_slice()),
            entries: desk.journal().entries().iter().filter(|entry| entry.incident == *id).collect(),
            tabs: self.tabs(),
            after: self.near_release(id).map(|(shipment, minutes)| (&shipment.what, minutes)),
            escalation: self.escalation_of(id),
            now: self.minute(),
        })
    }

    /// How many lines the detail has at its present width.
    pub(super) fn detail_lines(&self) -> usize {
        let width = self.frame().detail.width;
        self.detail(width).len()
    }
}

fn named(sources: &[SourceId]) -> String {
    sources.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

/// Whether the row leaves its section by this.
fn moves_away(wish: &Wish) -> bool {
    match wish {
        Wish::Ack | Wish::Unack | Wish::Close(_) | Wish::Reopen | Wish::Snooze(_) | Wish::Wake | Wish::Merge(_) => true,
        Wish::Assign(_) | Wish::Note(_) | Wish::Runbook(_) | Wish::Severity(_) | Wish::Kind(_) | Wish::Escalate(_) => {
            false
        }
    }
}
