//! The health view: every MCP endpoint, what fails first, one of them in full,
//! and its tools. It only looks: from there Enter leads to the incident in the
//! queue.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::answers::Pressed;
use super::dialog::{HealthCursor, Seek, Shows, ToolCursor, Typing};
use super::keys::After;
use super::{App, Dialog};
use crate::app::bindings::{Answer, Place};
use crate::app::event::Effect;
use crate::app::key::Key;
use crate::app::typed::Heard;
use crate::config::SourceKind;
use crate::domain::health::signal::Signal;
use crate::domain::health::{Endpoint, schedule};
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::probe::Condition;
use crate::panes::health::{Standing, page, tool};

/// Header, footer, and the two lines of the frame between them.
const AROUND: u16 = 4;

impl App {
    /// Every MCP endpoint that is configured or known, what fails first.
    pub fn standings(&self) -> Vec<Standing<'_>> {
        let desk = self.seen();
        let known = desk.endpoints();
        let plans: BTreeMap<&str, Duration> = desk
            .model()
            .team
            .sources
            .iter()
            .filter_map(|source| match &source.kind {
                SourceKind::Mcp(mcp) => Some((source.id.as_str(), schedule::Plan::of(mcp).handshake)),
                SourceKind::Github(_) | SourceKind::Evals(_) => None,
            })
            .collect();
        let polled = desk.sources().iter().filter(|health| health.kind == "mcp").map(|health| &health.id);
        let ids: BTreeSet<&SourceId> = polled.chain(known.keys()).collect();
        let interval = |id: &SourceId| plans.get(id.as_str()).copied().unwrap_or(schedule::HANDSHAKE);
        let told = |id: &SourceId, endpoint: &Endpoint| endpoint.condition(self.seen_at(), interval(id));
        let standing = |id| {
            let endpoint = known.get(id);
            let condition = endpoint.map_or(Condition::Unknown, |endpoint| told(id, endpoint));
            Standing { id, condition, endpoint }
        };
        let mut standings: Vec<Standing<'_>> = ids.into_iter().map(standing).collect();
        standings.sort_by(|one, other| one.order().cmp(&other.order()));
        standings
    }

    /// Those of them that the view lists: all, or what its filter leaves.
    pub fn health_rows(&self, cursor: &HealthCursor) -> Vec<Standing<'_>> {
        let words = cursor.seek.typed.text().to_lowercase();
        let words: Vec<&str> = words.split_whitespace().collect();
        let mut rows = self.standings();
        if !words.is_empty() {
            let tools = |id| self.tool_names.get(id).map(String::as_str).unwrap_or_default();
            rows.retain(|standing| standing.has(&words, tools(standing.id)));
        }
        rows
    }

    /// The place of the selected endpoint among these, as it is now.
    pub fn health_place(&self, cursor: &HealthCursor, standings: &[Standing<'_>]) -> usize {
        let named = standings.iter().position(|standing| Some(standing.id) == cursor.id.as_ref());
        named.unwrap_or(cursor.near).min(standings.len().saturating_sub(1))
    }

    /// The endpoint that is shown in full, whatever the filter says of it by now.
    pub fn health_subject(&self, cursor: &HealthCursor) -> Option<Standing<'_>> {
        self.standings().into_iter().find(|standing| Some(standing.id) == cursor.id.as_ref())
    }

    /// One endpoint in full, in lines of at most so many columns.
    pub fn health_page(&self, standing: &Standing<'_>, width: u16) -> Vec<Line<'static>> {
        let signals = standing.endpoint.into_iter().flat_map(|endpoint| {
            endpoint.signals().map(move |signal| {
                let above = self.seen().fleet().above(endpoint, signal);
                page::Open { signal, above, incident: self.stands_for(signal, above) }
            })
        });
        let subject = page::Subject { standing: *standing, open: signals.collect(), now: self.minute() };
        page::lines(&subject, width, &self.outfit.theme)
    }

    /// The incident that stands for a signal.
    fn stands_for(&self, signal: &Signal, above: Option<&Signal>) -> IncidentId {
        self.seen().called(&above.unwrap_or(signal).incident())
    }

    pub(super) fn open_health(&mut self) {
        let id = self.standings().first().map(|standing| standing.id.clone());
        self.dialog = Some(Dialog::Health(HealthCursor { id, ..HealthCursor::default() }));
    }

    pub(super) fn press_in_health(&mut self, key: Key, cursor: &mut HealthCursor) -> Pressed {
        if cursor.seek().is_some_and(|seek| seek.typing == Typing::Yes) {
            self.press_in_seek(key, cursor);
            return (After::Stays, Vec::new());
        }
        let page = self.health_page_step(cursor);
        let step = match self.outfit.keys.answer(Place::Health, key) {
            Some(Answer::Down) => 1,
            Some(Answer::Up) => -1,
            Some(Answer::PageDown) => page,
            Some(Answer::PageUp) => -page,
            Some(Answer::Bottom) => isize::MAX,
            Some(Answer::Top) => isize::MIN,
            Some(Answer::Filter) => return (After::Stays, self.begin_to_seek(cursor)),
            Some(Answer::Next) => return (After::Stays, self.next_in_health(1, cursor)),
            Some(Answer::Previous) => return (After::Stays, self.next_in_health(-1, cursor)),
            Some(Answer::Tab) => return (After::Stays, self.turn_the_tab(cursor)),
            Some(Answer::Refresh) => return (After::Stays, self.ask_endpoint(cursor)),
            Some(Answer::RefreshAll) => return (After::Stays, self.ask_sources()),
            Some(Answer::Choose) => return self.choose_in_health(cursor),
            Some(Answer::Back) => return (self.leave_health(cursor), Vec::new()),
            Some(_) | None => 0,
        };
        self.move_by(step, cursor);
        (After::Stays, Vec::new())
    }

    /// What is pasted while words are typed.
    pub(super) fn paste_in_health(&mut self, text: &str, cursor: &mut HealthCursor) {
        if let Some(seek) = seek_of(cursor).filter(|seek| seek.typing == Typing::Yes) {
            seek.typed.insert(text);
            self.sought_in_health(cursor);
        }
    }

    fn begin_to_seek(&mut self, cursor: &mut HealthCursor) -> Vec<Effect> {
        if matches!(cursor.shows, Shows::One { .. }) {
            let key = self.outfit.keys.key_in(Place::Health, Answer::Tab);
            return self.hint(&format!("nothing to filter here; {key} shows the tools"));
        }
        if let Shows::Tool { .. } = cursor.shows {
            cursor.shows = Shows::Tools;
        }
        if let Some(seek) = seek_of(cursor) {
            seek.typing = Typing::Yes;
        }
        if cursor.shows == Shows::List { vec![Effect::LoadToolNames] } else { Vec::new() }
    }

    fn press_in_seek(&mut self, key: Key, cursor: &mut HealthCursor) {
        let page = self.health_page_step(cursor);
        let answer = self.outfit.keys.answer(Place::List, key);
        let Some(seek) = seek_of(cursor) else { return };
        match answer {
            Some(Answer::Choose) => {
                seek.typing = Typing::No;
                self.move_by(0, cursor);
            }
            Some(Answer::Back) => {
                *seek = Seek::default();
                self.sought_in_health(cursor);
            }
            Some(Answer::Down) => self.move_by(1, cursor),
            Some(Answer::Up) => self.move_by(-1, cursor),
            Some(Answer::PageDown) => self.move_by(page, cursor),
            Some(Answer::PageUp) => self.move_by(-page, cursor),
            Some(_) | None => {
                if seek.typed.press(key) == Heard::Taken {
                    self.sought_in_health(cursor);
                }
            }
        }
    }

    /// Other words: where the selected line is not among what they leave, the first is.
    fn sought_in_health(&mut self, cursor: &mut HealthCursor) {
        if cursor.shows == Shows::List {
            cursor.near = 0;
        } else {
            cursor.tool.near = 0;
            self.find_tools(&cursor.tool);
        }
    }

    fn next_in_health(&mut self, step: isize, cursor: &mut HealthCursor) -> Vec<Effect> {
        if cursor.seek().is_none_or(|seek| seek.typed.is_empty()) {
            let key = self.outfit.keys.key_in(Place::Health, Answer::Filter);
            return self.hint(&format!("no filter to go by: {key} sets one"));
        }
        if cursor.shows == Shows::List {
            let rows = self.health_rows(cursor).len();
            let there = around(self.health_place(cursor, &self.health_rows(cursor)), step, rows);
            self.select_endpoint(there, cursor);
        } else {
            let there = around(self.tool_place(&cursor.tool), step, self.tools_found());
            self.select_tool(there, &mut cursor.tool);
            if let Shows::Tool { top } = &mut cursor.shows {
                *top = 0;
            }
        }
        Vec::new()
    }

    /// Asks the endpoint that is selected, or shown.
    fn ask_endpoint(&mut self, cursor: &HealthCursor) -> Vec<Effect> {
        let listed = self.health_rows(cursor);
        let endpoint = match cursor.shows {
            Shows::List => listed.get(self.health_place(cursor, &listed)).map(|standing| standing.id.clone()),
            Shows::One { .. } | Shows::Tools | Shows::Tool { .. } => cursor.id.clone(),
        };
        match endpoint {
            Some(id) => self.ask(vec![id]),
            None => self.hint("no endpoint is selected"),
        }
    }

    /// From the list and from the state to the tools, from there to the state.
    fn turn_the_tab(&mut self, cursor: &mut HealthCursor) -> Vec<Effect> {
        match cursor.shows {
            Shows::Tools | Shows::Tool { .. } => cursor.shows = Shows::One { top: 0 },
            Shows::List => self.open_endpoint(Shows::Tools, cursor),
            Shows::One { .. } => cursor.shows = Shows::Tools,
        }
        Vec::new()
    }

    /// From the list into the endpoint that is seen as selected; nowhere, if none is.
    fn open_endpoint(&self, shows: Shows, cursor: &mut HealthCursor) {
        if !self.health_rows(cursor).is_empty() {
            self.select_endpoint(self.health_place(cursor, &self.health_rows(cursor)), cursor);
            cursor.tool = ToolCursor::default();
            cursor.shows = shows;
        }
    }

    /// From the list into one endpoint, from there to its first incident in
    /// the queue; from the tools into one of them.
    fn choose_in_health(&mut self, cursor: &mut HealthCursor) -> Pressed {
        match cursor.shows {
            Shows::List => self.open_endpoint(Shows::One { top: 0 }, cursor),
            Shows::One { .. } => return self.show_incident(cursor),
            Shows::Tools if self.tools_found() > 0 => {
                self.move_by(0, cursor);
                cursor.shows = Shows::Tool { top: 0 };
            }
            Shows::Tools | Shows::Tool { .. } => {}
        }
        (After::Stays, Vec::new())
    }

    fn show_incident(&mut self, cursor: &HealthCursor) -> Pressed {
        let Some(endpoint) = self.health_subject(cursor).and_then(|standing| standing.endpoint) else {
            return (After::Stays, self.hint("no incident is open for this endpoint"));
        };
        let first = endpoint.signals().next();
        let incident = first.map(|signal| self.stands_for(signal, self.seen().fleet().above(endpoint, signal)));
        match incident {
            Some(incident) => self.show(&incident),
            None => (After::Stays, self.hint("no incident is open for this endpoint")),
        }
    }

    /// Moves the cursor, or scrolls; by nothing it only takes hold of what is shown as selected.
    fn move_by(&mut self, step: isize, cursor: &mut HealthCursor) {
        let moved = |here: usize| here.saturating_add_signed(step);
        let last = |lines: usize, height: usize| lines.saturating_sub(height);
        let (width, height) = (self.inside().width, self.health_height(cursor));
        match cursor.shows {
            Shows::List => {
                let here = self.health_place(cursor, &self.health_rows(cursor));
                self.select_endpoint(moved(here), cursor);
            }
            Shows::Tools => {
                let here = self.tool_place(&cursor.tool);
                self.select_tool(moved(here), &mut cursor.tool);
            }
            Shows::One { top } => {
                let lines = self.health_subject(cursor).map_or(0, |one| self.health_page(&one, width).len());
                let last = last(lines, height);
                cursor.shows = Shows::One { top: moved(top.min(last)).min(last) };
            }
            Shows::Tool { top } => {
                let lines = self.tool_page(&cursor.tool, width).len();
                let last = last(lines, height);
                cursor.shows = Shows::Tool { top: moved(top.min(last)).min(last) };
            }
        }
    }

    fn select_endpoint(&self, place: usize, cursor: &mut HealthCursor) {
        let rows = self.health_rows(cursor);
        cursor.near = place.min(rows.len().saturating_sub(1));
        if let Some(standing) = rows.get(cursor.near) {
            cursor.id = Some(standing.id.clone());
        }
    }

    /// The place inside the frame of the view.
    fn inside(&self) -> Rect {
        Rect::new(1, 2, self.size.0.saturating_sub(2), self.size.1.saturating_sub(AROUND))
    }

    /// How many lines are listed, or shown of what is scrolled.
    fn health_height(&self, cursor: &HealthCursor) -> usize {
        let inside = self.inside();
        usize::from(match cursor.shows {
            Shows::List => inside.height.saturating_sub(1),
            Shows::One { .. } | Shows::Tool { .. } => inside.height,
            Shows::Tools => tool::Layout::of(inside, self.tools_found()).list.height,
        })
    }

    /// A page; of a text one line less, so that reading goes on from a line that has been read.
    fn health_page_step(&self, cursor: &HealthCursor) -> isize {
        let height = self.health_height(cursor);
        let lines = match cursor.shows {
            Shows::List | Shows::Tools => height,
            Shows::One { .. } | Shows::Tool { .. } => height.saturating_sub(1),
        };
        isize::try_from(lines.max(1)).unwrap_or(1)
    }

    /// Out of a filter, out of a tool, out of an endpoint into the list, out of the list into the queue.
    fn leave_health(&mut self, cursor: &mut HealthCursor) -> After {
        let filtered = cursor.seek().is_some_and(|seek| !seek.typed.is_empty());
        match cursor.shows {
            Shows::Tool { .. } => cursor.shows = Shows::Tools,
            Shows::List | Shows::Tools if filtered => {
                if let Some(seek) = seek_of(cursor) {
                    *seek = Seek::default();
                }
                self.sought_in_health(cursor);
            }
            Shows::One { .. } | Shows::Tools => cursor.shows = Shows::List,
            Shows::List => return After::Closes,
        }
        After::Stays
    }
}

fn seek_of(cursor: &mut HealthCursor) -> Option<&mut Seek> {
    match cursor.shows {
        Shows::List => Some(&mut cursor.seek),
        Shows::Tools | Shows::Tool { .. } => Some(&mut cursor.tool.seek),
        Shows::One { .. } => None,
    }
}

/// The place so many steps on, around the ends.
fn around(here: usize, step: isize, all: usize) -> usize {
    match here.checked_add_signed(step) {
        Some(there) if there < all => there,
        Some(_) => 0,
        None => all.saturating_sub(1),
    }
}
