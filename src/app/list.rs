//! The queue as it stands on the screen, and the cursor in it.
//!
//! The cursor is bound to an incident, never to a place. When its incident
//! leaves the place where the operator saw it, a ghost stays there until the
//! cursor moves, so that the next key acts on what is seen.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::desk::Desk;
use crate::domain::id::IncidentId;
use crate::domain::queue::{Filter, Queue, Row, Section};
use crate::domain::text::Clean;
use crate::panes::fit;

/// One line of the list.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// In place of rows that ask for somebody: there are none.
    Quiet,
    /// Above the rows of a section: how many there are.
    Heading(Section, usize),
    /// An incident, and its place in the queue.
    Row(IncidentId, usize),
    /// Where the incident of the cursor was.
    Ghost,
}

/// Where the keys act.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// Which incident.
    pub id: IncidentId,
    /// Its line.
    pub at: usize,
    /// What was last seen in that place.
    pub row: Row,
    /// Its title then.
    pub title: Clean,
    /// Why it is no longer there; none if it is.
    pub ghost: Option<Clean>,
}

/// What decides which incidents are listed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sought {
    /// As typed.
    pub text: String,
    /// As understood.
    pub filter: Filter,
    /// Whether closed incidents are listed too.
    pub closed: Closed,
}

/// Whether closed incidents are listed without being asked for by the filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Closed {
    /// They are.
    Shown,
    /// They are not.
    #[default]
    Hidden,
}

/// Who made the list change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// Something happened elsewhere: the cursor stays where it was seen.
    News,
    /// The operator asked for another list: the cursor goes along.
    Asked,
}

/// The lines, the cursor, and how far the list is scrolled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct List {
    lines: Vec<Line>,
    cursor: Option<Cursor>,
    top: usize,
    height: usize,
    follow: Option<IncidentId>,
    /// How wide the ids are that are listed, or were before news came in.
    id_widths: BTreeSet<usize>,
    youngest: Option<DateTime<Utc>>,
}

impl Sought {
    /// What these words look for.
    pub fn words(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        self.filter = Filter::parse(text);
    }

    /// Whether it is listed.
    fn lets_in(&self, row: &Row, desk: &Desk) -> bool {
        let closed = row.section == Section::Closed;
        if closed && self.closed == Closed::Hidden && !self.filter.wants_closed() {
            return false;
        }
        self.filter.is_empty()
            || desk.incident(&row.id).is_some_and(|incident| self.filter.matches(row, incident, desk.model()))
    }
}

impl List {
    /// All lines.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The cursor; none while there is nothing to select.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// The first line that is shown.
    pub fn top(&self) -> usize {
        self.top
    }

    /// How many lines are shown.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The columns of the ids, each width once.
    pub fn id_widths(&self) -> &BTreeSet<usize> {
        &self.id_widths
    }

    /// When the newest incident of the list was opened.
    pub fn youngest(&self) -> Option<DateTime<Utc>> {
        self.youngest
    }

    /// The incidents of the list, in order; a ghost is not one of them.
    pub fn ids(&self) -> impl Iterator<Item = &IncidentId> {
        self.lines.iter().filter_map(|line| match line {
            Line::Row(id, _) => Some(id),
            Line::Quiet | Line::Heading(..) | Line::Ghost => None,
        })
    }

    /// What can be selected between two lines, both included, in order.
    pub fn between(&self, one: &IncidentId, other: &IncidentId) -> Vec<IncidentId> {
        let place = |id| (0..self.lines.len()).find(|at| self.id_at(*at) == Some(id));
        let (Some(one), Some(other)) = (place(one), place(other)) else { return Vec::new() };
        (one.min(other)..=one.max(other)).filter_map(|at| self.id_at(at).cloned()).collect()
    }

    /// Gives the list so many lines on the screen. With none it is out of
    /// sight, and will be found as it was left.
    pub fn resize(&mut self, height: usize) {
        if height > 0 {
            self.height = height;
            self.scroll();
        }
    }

    /// Lists what is sought, as the desk knows it now.
    pub fn rebuild(&mut self, desk: &Desk, sought: &Sought, because: Because) {
        let old = std::mem::take(&mut self.lines);
        self.lines = listed(desk.queue(), desk, sought);
        let names =
            self.rows().filter_map(|at| desk.queue().rows.get(at)).map(|row| fit::columns(short_id(row.name())));
        let widths: BTreeSet<usize> = names.collect();
        // What goes makes no column jump under whoever reads.
        if because == Because::Asked {
            self.id_widths.clear();
        }
        self.id_widths.extend(widths);
        self.youngest = self.rows().filter_map(|at| desk.queue().rows.get(at)).map(|row| row.opened_at).max();
        match self.cursor.take() {
            Some(cursor) => self.place(cursor, &old, desk, because),
            None => self.select_first(desk),
        }
        self.take_follow(desk);
        self.scroll();
    }

    /// Moves the cursor by so many rows, as far as there are any.
    pub fn step(&mut self, rows: isize, desk: &Desk) {
        let Some(cursor) = &self.cursor else { return };
        let places: Vec<usize> = (0..self.lines.len()).filter(|at| self.id_at(*at).is_some()).collect();
        let here = places.iter().position(|at| *at == cursor.at).unwrap_or(0);
        let there = here.saturating_add_signed(rows).min(places.len().saturating_sub(1));
        if let Some(at) = places.get(there) {
            self.go_to(*at, desk);
        }
    }

    /// Moves to this line, where it can be selected.
    pub fn step_to(&mut self, at: usize, desk: &Desk) {
        if self.id_at(at).is_some() {
            self.go_to(at, desk);
        }
    }

    /// Moves to the next or the previous row, around the ends.
    pub fn step_around(&mut self, rows: isize, desk: &Desk) {
        let before = self.cursor.as_ref().map(|cursor| cursor.at);
        self.step(rows, desk);
        if before == self.cursor.as_ref().map(|cursor| cursor.at) {
            self.step(if rows > 0 { isize::MIN + 1 } else { isize::MAX }, desk);
        }
    }

    /// Selects this incident, if it is listed.
    pub fn select(&mut self, id: &IncidentId, desk: &Desk) {
        let place = self.lines.iter().position(|line| matches!(line, Line::Row(at, _) if at == id));
        if let Some(at) = place {
            self.go_to(at, desk);
        }
    }

    /// Selects this incident, now or as soon as it is listed elsewhere.
    pub fn follow(&mut self, id: &IncidentId, desk: &Desk) {
        self.select(id, desk);
        self.follow = Some(id.clone());
    }

    /// Leaves the incidents that have been decided about: to the next row that
    /// is none of them, else to the one before, else nowhere.
    pub fn go_on(&mut self, decided: &[IncidentId], desk: &Desk) {
        let Some(cursor) = &self.cursor else { return };
        if !decided.contains(&cursor.id) {
            return;
        }
        let free = |at: &usize| matches!(&self.lines[*at], Line::Row(id, _) if !decided.contains(id));
        let after = (cursor.at + 1..self.lines.len()).find(free);
        if let Some(at) = after.or_else(|| (0..cursor.at).rev().find(free)) {
            self.go_to(at, desk);
        }
    }

    fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.lines.iter().filter_map(|line| match line {
            Line::Row(_, at) => Some(*at),
            Line::Quiet | Line::Heading(..) | Line::Ghost => None,
        })
    }

    fn id_at(&self, at: usize) -> Option<&IncidentId> {
        match self.lines.get(at)? {
            Line::Row(id, _) => Some(id),
            Line::Ghost => self.cursor.as_ref().map(|cursor| &cursor.id),
            Line::Quiet | Line::Heading(..) => None,
        }
    }

    /// Puts the cursor on a line; a ghost that it leaves is gone.
    fn go_to(&mut self, at: usize, desk: &Desk) {
        self.follow = None;
        if self.lines.get(at) == Some(&Line::Ghost) {
            return;
        }
        let ghost = self.lines.iter().position(|line| *line == Line::Ghost);
        let at = match ghost {
            Some(place) => {
                self.lines.remove(place);
                if at > place { at - 1 } else { at }
            }
            None => at,
        };
        self.stand_on(at, desk);
        self.scroll();
    }

    fn stand_on(&mut self, at: usize, desk: &Desk) {
        let Some(Line::Row(id, place)) = self.lines.get(at) else { return };
        let Some(row) = desk.queue().rows.get(*place) else { return };
        let title = desk.incident(id).map_or_else(|| Clean::line(""), |incident| incident.title.clone());
        self.cursor = Some(Cursor { id: id.clone(), at, row: row.clone(), title, ghost: None });
    }

    fn select_first(&mut self, desk: &Desk) {
        let first = self.lines.iter().position(|line| matches!(line, Line::Row(..)));
        if let Some(at) = first {
            self.stand_on(at, desk);
        }
    }

    /// Finds the cursor's incident among new lines, or leaves a ghost where it was.
    fn place(&mut self, cursor: Cursor, old: &[Line], desk: &Desk, because: Because) {
        let cursor = Cursor { id: desk.called(&cursor.id), ..cursor };
        let at_bottom_of_screen = cursor.at.saturating_sub(self.top);
        let now = self.lines.iter().position(|line| matches!(line, Line::Row(id, _) if *id == cursor.id));
        let section = now.and_then(|at| self.row_at(at, desk)).map(|row| row.section);
        let stays = section == Some(cursor.row.section) || because == Because::Asked;
        match now.filter(|_| stays) {
            Some(at) => self.stand_on(at, desk),
            None if because == Because::Asked => self.select_first(desk),
            None => self.haunt(cursor, old, desk),
        }
        // What the operator looks at stays on its line, unless the top of the list can be shown with it.
        if let Some(cursor) = &self.cursor
            && (self.top > 0 || cursor.at >= self.height)
        {
            self.top = cursor.at.saturating_sub(at_bottom_of_screen);
        }
    }

    fn row_at<'a>(&self, at: usize, desk: &'a Desk) -> Option<&'a Row> {
        match self.lines.get(at)? {
            Line::Row(_, place) => desk.queue().rows.get(*place),
            Line::Quiet | Line::Heading(..) | Line::Ghost => None,
        }
    }

    fn haunt(&mut self, cursor: Cursor, old: &[Line], desk: &Desk) {
        let before = old[..cursor.at.min(old.len())].iter().rev();
        let neighbours = before.take_while(|line| !matches!(line, Line::Heading(..)));
        let mut here: BTreeMap<&IncidentId, usize> = BTreeMap::new();
        for (at, line) in self.lines.iter().enumerate() {
            if let Line::Row(id, _) = line {
                here.insert(id, at);
            }
        }
        let still_there = |line: &Line| match line {
            Line::Row(id, _) => {
                let at = *here.get(id)?;
                self.row_at(at, desk).filter(|row| row.section == cursor.row.section).map(|_| at + 1)
            }
            Line::Quiet | Line::Heading(..) | Line::Ghost => None,
        };
        let after_neighbour = neighbours.into_iter().find_map(still_there);
        let under_heading = || {
            let heading = |line: &Line| matches!(line, Line::Heading(section, _) if *section == cursor.row.section);
            self.lines.iter().position(heading).map(|at| at + 1)
        };
        let at = after_neighbour.or_else(under_heading).unwrap_or(cursor.at).min(self.lines.len());
        let why = whereabouts(&cursor, desk);
        self.lines.insert(at, Line::Ghost);
        self.cursor = Some(Cursor { at, ghost: Some(why), ..cursor });
    }

    /// Goes after an incident that an undo brings back, once it has arrived.
    fn take_follow(&mut self, desk: &Desk) {
        let Some(id) = self.follow.clone() else { return };
        let arrived = self.cursor.as_ref().is_none_or(|cursor| cursor.id != id || cursor.ghost.is_some());
        if arrived && self.ids().any(|listed| *listed == id) {
            self.select(&id, desk);
        }
    }

    /// Keeps the cursor on the screen, with the heading above it where that fits.
    fn scroll(&mut self) {
        let Some(cursor) = &self.cursor else {
            self.top = 0;
            return;
        };
        let height = self.height.max(1);
        let heading = cursor.at.checked_sub(1).filter(|at| matches!(self.lines.get(*at), Some(Line::Heading(..))));
        let wanted = heading.filter(|_| height > 1).unwrap_or(cursor.at);
        // A line above the first heading belongs to it.
        let wanted = if wanted == 1 && height > 2 { 0 } else { wanted };
        let last_top = (self.lines.len()).saturating_sub(height);
        self.top = self.top.min(wanted).max((cursor.at + 1).saturating_sub(height)).min(last_top);
    }
}

/// An id as a row shows it; one that waits to be filed has none to show.
pub fn short_id(id: &IncidentId) -> &str {
    if id.is_provisional() { "(new)" } else { id.as_str() }
}

fn listed(queue: &Queue, desk: &Desk, sought: &Sought) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::with_capacity(queue.rows.len() + 6);
    let mut heading: Option<(usize, Section)> = None;
    for (place, row) in queue.rows.iter().enumerate().filter(|(_, row)| sought.lets_in(row, desk)) {
        let at = match heading {
            Some((at, section)) if section == row.section => at,
            Some(_) | None => {
                lines.push(Line::Heading(row.section, 0));
                lines.len() - 1
            }
        };
        heading = Some((at, row.section));
        if let Some(Line::Heading(_, count)) = lines.get_mut(at) {
            *count += 1;
        }
        lines.push(Line::Row(row.id.clone(), place));
    }
    let calls = |line: &Line| matches!(line, Line::Heading(Section::NeedsYouNow | Section::Untriaged, _));
    if sought.filter.is_empty() && !lines.first().is_some_and(calls) {
        lines.insert(0, Line::Quiet);
    }
    lines
}

/// What became of an incident that is no longer where it was.
fn whereabouts(cursor: &Cursor, desk: &Desk) -> Clean {
    let id = &cursor.id;
    let Some(incident) = desk.incident(id) else { return Clean::line("gone: no longer known here") };
    if let Some(gone) = &incident.gone {
        return Clean::line(&format!("gone: {gone}"));
    }
    let Some(row) = desk.row(id) else { return Clean::line("gone: no longer in the queue") };
    if row.section == cursor.row.section {
        return Clean::line("no longer in this filter");
    }
    let by = |who: Option<&Clean>| who.map(|who| format!(" by {who}")).unwrap_or_default();
    Clean::line(&match row.section {
        Section::NeedsYouNow | Section::Untriaged if row.standing.again.is_some() => {
            format!("open again: {}", row.standing.again.as_ref().map(Clean::as_str).unwrap_or_default())
        }
        Section::NeedsYouNow | Section::Untriaged | Section::Confirming => format!("moved to {}", row.section.title()),
        Section::Acked => {
            format!("moved to acked{}", by(row.standing.acked.as_ref().and_then(|(who, _)| who.as_ref())))
        }
        Section::Snoozed => format!("snoozed{}", by(incident.snooze.as_ref().and_then(|snooze| snooze.by.as_ref()))),
        Section::Closed => match incident.status {
            crate::domain::incident::Status::Closed { reason, .. } => format!("closed: {}", reason.word()),
            crate::domain::incident::Status::Open => "closed".to_owned(),
        },
    })
}
