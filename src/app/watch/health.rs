//! The health view: every MCP endpoint, what fails first, and one of them in
//! full. It only looks: from there Enter leads to the incident in the queue.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ratatui::text::Line;

use super::answers::Pressed;
use super::dialog::{HealthCursor, Shows};
use super::keys::After;
use super::{App, Dialog};
use crate::app::bindings::{Answer, Place};
use crate::app::key::Key;
use crate::config::SourceKind;
use crate::domain::health::{Endpoint, schedule};
use crate::domain::id::SourceId;
use crate::domain::probe::Condition;
use crate::panes::health::{Standing, page};

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

    /// The place of the selected endpoint among these, as it is now.
    pub fn health_place(&self, cursor: &HealthCursor, standings: &[Standing<'_>]) -> usize {
        let named = standings.iter().position(|standing| Some(standing.id) == cursor.id.as_ref());
        named.unwrap_or(cursor.near).min(standings.len().saturating_sub(1))
    }

    /// One endpoint in full, in lines of at most so many columns.
    pub fn health_page(&self, standing: &Standing<'_>, width: u16) -> Vec<Line<'static>> {
        let desk = self.seen();
        let signals = standing.endpoint.into_iter().flat_map(Endpoint::signals);
        let open = signals.map(|signal| (signal, desk.called(&signal.incident()))).collect();
        let subject = page::Subject { standing: *standing, open, now: self.minute() };
        page::lines(&subject, width, &self.outfit.theme)
    }

    pub(super) fn open_health(&mut self) {
        let id = self.standings().first().map(|standing| standing.id.clone());
        self.dialog = Some(Dialog::Health(HealthCursor { id, near: 0, shows: Shows::List }));
    }

    pub(super) fn press_in_health(&mut self, key: Key, cursor: &mut HealthCursor) -> Pressed {
        let answer = self.outfit.keys.answer(Place::Health, key);
        let page = isize::try_from(self.size.1.saturating_sub(AROUND + 1).max(1)).unwrap_or(1);
        let step = match answer {
            Some(Answer::Down) => 1,
            Some(Answer::Up) => -1,
            Some(Answer::PageDown) => page,
            Some(Answer::PageUp) => -page,
            Some(Answer::Bottom) => isize::MAX,
            Some(Answer::Top) => isize::MIN,
            Some(Answer::Choose) => return self.choose_in_health(cursor),
            Some(Answer::Back) => return (leave(cursor), Vec::new()),
            Some(Answer::Send | Answer::Editor | Answer::Yes | Answer::No | Answer::Dismiss) | None => 0,
        };
        self.move_by(step, cursor);
        (After::Stays, Vec::new())
    }

    /// From the list into one endpoint, from there to its first incident in the queue.
    fn choose_in_health(&mut self, cursor: &mut HealthCursor) -> Pressed {
        let standings = self.standings();
        let Some(standing) = standings.get(self.health_place(cursor, &standings)) else {
            return (After::Stays, Vec::new());
        };
        if cursor.shows == Shows::List {
            *cursor = HealthCursor { id: Some(standing.id.clone()), shows: Shows::One { top: 0 }, ..*cursor };
            return (After::Stays, Vec::new());
        }
        let first = standing.endpoint.and_then(|endpoint| endpoint.signals().next());
        match first.map(|signal| self.seen().called(&signal.incident())) {
            Some(incident) => self.show(&incident),
            None => (After::Stays, self.hint("no incident is open for this endpoint")),
        }
    }

    fn move_by(&self, step: isize, cursor: &mut HealthCursor) {
        let standings = self.standings();
        let here = self.health_place(cursor, &standings);
        match cursor.shows {
            Shows::List => {
                let near = here.saturating_add_signed(step).min(standings.len().saturating_sub(1));
                cursor.id = standings.get(near).map(|standing| standing.id.clone());
                cursor.near = near;
            }
            Shows::One { top } => {
                let width = self.size.0.saturating_sub(2);
                let lines = standings.get(here).map_or(0, |standing| self.health_page(standing, width).len());
                let last = lines.saturating_sub(usize::from(self.size.1.saturating_sub(AROUND)));
                cursor.shows = Shows::One { top: top.min(last).saturating_add_signed(step).min(last) };
            }
        }
    }
}

/// Out of one endpoint into the list, out of the list into the queue.
fn leave(cursor: &mut HealthCursor) -> After {
    match std::mem::replace(&mut cursor.shows, Shows::List) {
        Shows::List => After::Closes,
        Shows::One { .. } => After::Stays,
    }
}
