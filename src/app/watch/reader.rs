//! The runbooks on screen: which page is open, where its reader is, and how
//! they came there.
//!
//! A page keeps its place when its file changes. A tick is shown once it is on
//! disk, and what was done for an incident goes into its timeline.

mod asking;
mod keys;
mod opening;
mod spoken;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{App, PaneCursor};
use crate::app::reading::{Because, Opened, Pages};
use crate::domain::id::IncidentId;
use crate::domain::runbook::document::Document;
use crate::domain::runbook::run::{Run, Standing};
use crate::domain::text::Clean;
use crate::panes::frame::Pane;
use crate::panes::paper::{self, Links, Manner, Row, Stands};
use crate::panes::runbook::{self, Head, Sheet};

pub use asking::PageAsk;

/// A step has no more lines than this: what stands further below belongs to none.
const STEP_LINES: usize = 200;

/// What the runbook pane shows, and the way back.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reader {
    /// All pages, or those that were sought; none before they are known.
    pages: Option<Pages>,
    listing: Listing,
    /// Where the cursor of the list is.
    list: PaneCursor,
    open: Option<Box<Reading>>,
    /// Where links were followed from, the last one last.
    trail: Vec<Left>,
    /// What was typed for placeholders, by their names.
    filled: BTreeMap<String, String>,
    awaited: Awaited,
}

/// Whether it was asked which pages there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Listing {
    /// It was.
    Asked,
    /// It was not, or what was said is old.
    #[default]
    NotAsked,
}

/// A place that a link was followed from.
#[derive(Debug, Clone, PartialEq)]
struct Left {
    path: String,
    line: usize,
    /// The line under the cursor, counted from the first, at the width that the page had.
    at: usize,
    incident: Option<IncidentId>,
    because: Because,
}

/// What the next page that is opened is.
#[derive(Debug, Clone, PartialEq, Default)]
enum Awaited {
    /// One that nobody asked for.
    #[default]
    Nothing,
    /// What a key wanted.
    Wanted,
    /// What a link of the open page leads to.
    Followed(Left),
    /// Where a link was followed from.
    Back(Left),
    /// The open page, whose file has changed.
    Again,
}

/// An open page.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// What was opened.
    pub opened: Opened,
    /// The page as it may be read on this screen.
    pub shown: Arc<Document>,
    /// This use of it.
    pub run: Run,
    /// Its lines at its present width.
    pub rows: Arc<Vec<Row>>,
    /// The line under the cursor.
    pub at: usize,
    /// How many lines have been scrolled away.
    pub top: usize,
    /// By how many columns long lines have been moved.
    pub side: u16,
    /// What was last sought in the page; empty: nothing.
    pub sought: String,
    width: u16,
    touched: Touched,
    /// Why the page is no longer on the disk; none if it is.
    gone: Option<Clean>,
}

/// Whether anything was done by the page since it was last asked how it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Touched {
    Yes,
    No,
}

impl Reader {
    /// Lays the open page out the next time, whatever its width: what may be read of it has changed.
    pub(super) fn lay_out_anew(&mut self) {
        if let Some(reading) = &mut self.open {
            reading.width = 0;
        }
    }
}

impl Reading {
    /// The step that the line under the cursor belongs to.
    pub fn step(&self) -> Option<usize> {
        let above = self.rows.get(..=self.at)?;
        for row in above.iter().rev().take(STEP_LINES) {
            match row.stands {
                Stands::Step(step) => return Some(step),
                Stands::Heading(_) => return None,
                Stands::Code(block) if !self.of_a_step(block) => return None,
                Stands::Text | Stands::Code(_) => {}
            }
        }
        None
    }

    fn of_a_step(&self, block: usize) -> bool {
        self.opened.document.steps.iter().any(|step| step.blocks.contains(&block))
    }

    /// The block of code that is meant: under the cursor, else of its step, else where there is no step the next one
    /// below the heading.
    pub fn block(&self) -> Option<usize> {
        let here = self.block_here();
        if here.is_some() || self.step().is_some() {
            return here;
        }
        let below = self.rows.get(self.at + 1..)?.iter();
        let mut section = below.take_while(|row| !matches!(row.stands, Stands::Heading(_)));
        section.find_map(|row| if let Stands::Code(block) = row.stands { Some(block) } else { None })
    }

    /// The block of code under the cursor, or the first of its step.
    pub fn block_here(&self) -> Option<usize> {
        match self.rows.get(self.at).map(|row| row.stands) {
            Some(Stands::Code(block)) => Some(block),
            Some(Stands::Text | Stands::Heading(_) | Stands::Step(_)) | None => {
                self.step().and_then(|step| self.opened.document.steps.get(step)?.blocks.first().copied())
            }
        }
    }

    /// The line of the file under the cursor.
    pub fn line(&self) -> usize {
        self.rows.get(self.at).map_or(1, |row| row.source)
    }

    /// The heading above the cursor.
    pub fn section(&self) -> Option<usize> {
        self.opened.document.section_at(self.line())
    }

    /// How the step that begins in a line stands; none where none does.
    pub fn standing(&self, row: &Row) -> Option<Standing> {
        let Stands::Step(step) = row.stands else { return None };
        self.opened.document.steps.get(step).map(|step| self.run.standing(step))
    }

    /// The first step after the last one that is ticked off; none before any is.
    fn next_step(&self) -> Option<usize> {
        let standings = self.rows.iter().map(|row| self.standing(row));
        let last = standings.collect::<Vec<_>>().iter().rposition(|standing| *standing == Some(Standing::Done))?;
        let open = |at: &usize| self.standing(&self.rows[*at]) == Some(Standing::Open);
        Some((last..self.rows.len()).find(open).unwrap_or(last))
    }

    fn changed(&self) -> usize {
        let steps = self.opened.document.steps.iter();
        steps.filter(|step| self.run.standing(step) == Standing::Changed).count()
    }

    /// Puts the cursor there, and the line into sight with some of what stands below it.
    fn go(&mut self, at: usize, height: usize) {
        self.at = at.min(self.rows.len().saturating_sub(1));
        let end = self.rows.len().saturating_sub(height);
        let least = (self.at + 1 + height / 3).saturating_sub(height).min(self.at);
        self.top = self.top.clamp(least, self.at).min(end);
    }

    /// Puts the cursor back to a line that it was on, if it is still of the same line of the file.
    fn go_back(&mut self, at: usize, height: usize) {
        if self.rows.get(at).is_some_and(|row| row.source == self.line()) {
            self.go(at, height);
        }
    }

    /// Puts the cursor there, and the line to the top, as far as there is something below it.
    fn go_to_top(&mut self, at: usize, height: usize) {
        self.go(at, height);
        self.top = self.at.min(self.rows.len().saturating_sub(height));
    }
}

impl App {
    /// The open page; none while the list is shown.
    pub fn reading(&self) -> Option<&Reading> {
        self.reader.open.as_deref()
    }

    /// The pages that are listed; none before they are known.
    pub fn pages(&self) -> Option<&Pages> {
        self.reader.pages.as_ref()
    }

    /// Where the cursor of the list of pages is.
    pub fn pages_cursor(&self) -> PaneCursor {
        self.reader.list
    }

    /// What is said above the open page.
    pub fn page_head<'a>(&'a self, reading: &'a Reading, width: u16) -> Vec<ratatui::text::Line<'static>> {
        let opened = &reading.opened;
        let beside = Sheet::of(self.page_place(), 0).outline.width > 0;
        let heading = reading.section().filter(|_| !beside).map(|at| &reading.shown.sections[at].title);
        let gone = reading.gone.iter().map(|why| format!("this is what was read before: {why}"));
        let listed = self.shown_page(&opened.page);
        let remarks = opened.document.remarks.iter().map(ToString::to_string).chain(gone).collect();
        let head = Head {
            page: &listed,
            run: &reading.run,
            changed: reading.changed(),
            incident: opened.incident.as_ref().map(|id| self.desk.name(id).to_string()),
            because: opening::because(opened),
            escalation: opened.incident.as_ref().and_then(|id| self.escalation_of(id)),
            heading,
            remarks,
        };
        runbook::head(&head, self.minute(), width, &self.outfit.theme)
    }

    /// Where the open page is, without the line of the pane's title.
    pub fn page_place(&self) -> ratatui::layout::Rect {
        let place = self.frame().place(Pane::Runbook);
        ratatui::layout::Rect { y: place.y + 1, height: place.height.saturating_sub(1), ..place }
    }

    /// How the place of the open page is divided.
    pub fn sheet(&self, reading: &Reading) -> Sheet {
        let place = self.page_place();
        let head = u16::try_from(self.page_head(reading, place.width).len()).unwrap_or(u16::MAX);
        Sheet::of(place, head)
    }

    fn page_height(&self) -> usize {
        self.reading().map_or(1, |reading| usize::from(self.sheet(reading).text.height)).max(1)
    }

    /// Lays the open page out for the width that it has now, and keeps its place.
    pub(super) fn lay_out_the_page(&mut self) {
        let Some(mut reading) = self.reader.open.take() else { return };
        let place = self.page_place();
        let width = Sheet::of(place, 0).columns();
        if place.width > 0 && (reading.width != width || reading.rows.is_empty()) {
            let line = reading.line();
            let shown = self.shown_document(&reading.opened.document);
            let manner = Manner {
                width,
                theme: &self.outfit.theme,
                links: Links::Plain,
                highlight: self.outfit.highlight,
                broken: &reading.opened.broken,
            };
            let rows = paper::rows(&shown, &manner);
            reading.shown = shown;
            let moves = !reading.rows.is_empty();
            (reading.rows, reading.width) = (Arc::new(rows), width);
            if moves {
                reading.at = runbook::row_of(&reading.rows, line);
            }
        }
        self.reader.open = Some(reading);
        let height = self.page_height();
        if let Some(reading) = &mut self.reader.open {
            let at = reading.at;
            reading.go(at, height);
        }
    }
}
