//! The tools of the endpoint that is looked at: read from disk when somebody
//! wants to see them, and forgotten when nobody does.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use ratatui::text::Line;

use super::dialog::{Shows, ToolCursor};
use super::{App, Dialog};
use crate::app::event::Effect;
use crate::domain::catalogue::{Catalogue, Entry};
use crate::domain::health::track::Track;
use crate::domain::id::SourceId;
use crate::domain::probe::Level;
use crate::panes::health::tool;

/// The tools of one endpoint, and those of them that the filter leaves.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shelf {
    /// Of which endpoint, and which of its lists, they were last asked for.
    asked: Option<(SourceId, Option<DateTime<Utc>>)>,
    answer: Answer,
    /// Places in the catalogue, in order.
    found: Vec<usize>,
}

/// What is known of an endpoint's tools.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Answer {
    /// They are being read.
    #[default]
    Awaited,
    /// They were never listed.
    Never,
    /// These.
    Known(Arc<Catalogue>),
}

impl Shelf {
    /// What is known.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// When the list was last read from the server; none if it never was.
    pub fn read_at(&self) -> Option<DateTime<Utc>> {
        self.asked.as_ref().and_then(|(_, at)| *at)
    }

    /// How many tools there are.
    pub fn len(&self) -> usize {
        self.catalogue().map_or(0, |catalogue| catalogue.tools().len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many of them are listed.
    pub fn found(&self) -> usize {
        self.found.len()
    }

    /// The tools that are listed from this place on.
    pub fn from(&self, place: usize) -> impl Iterator<Item = &Entry> {
        let places = self.found.get(place..).unwrap_or_default();
        let entry = |at: &usize| self.catalogue().and_then(|catalogue| catalogue.tools().get(*at));
        places.iter().filter_map(entry)
    }

    fn catalogue(&self) -> Option<&Catalogue> {
        match &self.answer {
            Answer::Known(catalogue) => Some(catalogue),
            Answer::Awaited | Answer::Never => None,
        }
    }

    fn find(&mut self, words: &str) {
        self.found = self.catalogue().map(|catalogue| catalogue.find(words)).unwrap_or_default();
    }

    fn place(&self, cursor: &ToolCursor) -> usize {
        let named = cursor.name.as_ref().and_then(|name| self.catalogue()?.place(name));
        let listed = named.and_then(|place| self.found.binary_search(&place).ok());
        listed.unwrap_or(cursor.near).min(self.found.len().saturating_sub(1))
    }
}

impl App {
    /// The tools of the endpoint that is looked at.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The place of the selected tool among those that are listed.
    pub fn tool_place(&self, cursor: &ToolCursor) -> usize {
        self.shelf.place(cursor)
    }

    /// The selected tool in full, in lines of at most so many columns.
    pub fn tool_page(&self, cursor: &ToolCursor, width: u16) -> Vec<Line<'static>> {
        let entry = self.shelf.from(self.tool_place(cursor)).next();
        entry.map(|entry| tool::lines(entry, width, &self.outfit.theme)).unwrap_or_default()
    }

    pub(super) fn tools_found(&self) -> usize {
        self.shelf.found()
    }

    pub(super) fn select_tool(&self, place: usize, cursor: &mut ToolCursor) {
        cursor.near = place.min(self.shelf.found().saturating_sub(1));
        if let Some(entry) = self.shelf.from(cursor.near).next() {
            cursor.name = Some(entry.name.clone());
        }
    }

    pub(super) fn find_tools(&mut self, cursor: &ToolCursor) {
        self.shelf.find(cursor.seek.typed.text());
    }

    /// Asks for the tools that are looked at, once for each list that was read from the server.
    pub(super) fn want_tools(&mut self) -> Option<Effect> {
        let Some(cursor) = self.dialog.as_ref().and_then(Dialog::health) else {
            self.shelf = Shelf::default();
            return None;
        };
        let id = match cursor.shows {
            Shows::List => None,
            Shows::One { .. } => return None,
            Shows::Tools | Shows::Tool { .. } => cursor.id.clone(),
        };
        let Some(id) = id else {
            self.shelf = Shelf::default();
            return None;
        };
        let endpoint = self.seen().endpoints().get(&id);
        let read_at = endpoint.and_then(|endpoint| endpoint.track(Level::Tools)).and_then(Track::passed);
        let wanted = Some((id.clone(), read_at));
        if self.shelf.asked == wanted {
            return None;
        }
        if self.shelf.asked.as_ref().is_none_or(|(before, _)| *before != id) {
            self.shelf = Shelf::default();
        }
        self.shelf.asked = wanted;
        Some(Effect::LoadTools(id))
    }

    /// Takes the tools, if they are still looked at; the cursor stays on its tool.
    pub(super) fn take_tools(&mut self, endpoint: &SourceId, tools: Option<&Arc<Catalogue>>) {
        if self.shelf.asked.as_ref().is_none_or(|(asked, _)| asked != endpoint) {
            return;
        }
        self.shelf.answer = tools.cloned().map_or(Answer::Never, Answer::Known);
        if let Some(cursor) = self.dialog.as_ref().and_then(Dialog::health) {
            self.shelf.find(cursor.tool.seek.typed.text());
        }
    }
}
