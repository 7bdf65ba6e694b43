//! Which page is opened, by a key on an incident, from the list, by a link or
//! because its file changed; and what happens when it is there.

use std::sync::Arc;

use chrono::TimeDelta;

use super::{App, Awaited, Left, Listing, Reading, Touched};
use crate::app::event::Effect;
use crate::app::reading::{Because, Need, Opened, Pages, Wanted};
use crate::domain::runbook::document::Document;
use crate::domain::runbook::freshness::Freshness;
use crate::domain::runbook::run::{Run, Use};
use crate::domain::text::Clean;
use crate::panes::frame::Pane;
use crate::panes::runbook::{row_of, row_of_heading};

/// Practice that was not ended goes on for so long.
const PRACTICE: TimeDelta = TimeDelta::hours(24);
/// So many places are remembered on the way back.
const TRAIL: usize = 50;

/// Why a page was opened for an incident, in a few words.
pub(super) fn because(opened: &Opened) -> String {
    let others = opened.others.len();
    match &opened.because {
        Because::Kind(kind) => format!("by its kind {kind}"),
        Because::Instead(kind) => {
            format!("the page of its kind {kind} is not there; best of {} for its title", others + 1)
        }
        Because::Words(_) if others > 0 => format!("best of {} for its title", others + 1),
        Because::Words(_) => "the only one for its title".to_owned(),
        Because::Named => "opened by hand".to_owned(),
    }
}

impl App {
    /// The runbook for the selected incident.
    pub(in crate::app::watch) fn open_runbook(&mut self) -> Vec<Effect> {
        let Some(id) = self.selected().cloned() else { return self.hint("nothing is selected") };
        let called = self.seen().called(&id);
        if self.reading().is_some_and(|reading| reading.opened.incident.as_ref() == Some(&called)) {
            self.show_pane(Pane::Runbook);
            return Vec::new();
        }
        let Some(need) = Need::of(self.seen(), &id) else { return Vec::new() };
        self.reader.awaited = Awaited::Wanted;
        vec![Effect::OpenPage(Wanted::For(Box::new(need)))]
    }

    /// The list of all pages, once, when it is first seen.
    pub(in crate::app::watch) fn want_pages(&mut self) -> Option<Effect> {
        let is_seen = self.frame().place(Pane::Runbook).height > 0;
        if !is_seen || self.reader.open.is_some() || self.reader.listing == Listing::Asked {
            return None;
        }
        self.reader.listing = Listing::Asked;
        Some(Effect::ListPages(String::new()))
    }

    pub(in crate::app::watch) fn take_pages(&mut self, pages: &Pages) {
        // What was typed meanwhile has its own answer.
        if self.words_sought().is_some_and(|words| words != pages.words) {
            return;
        }
        if self.reader.pages.as_ref().is_none_or(|known| known.words != pages.words) {
            self.reader.list = super::PaneCursor::default();
        }
        self.reader.pages = Some(pages.clone());
        let last = pages.listed.len().max(pages.nearest.len()).saturating_sub(1);
        self.reader.list.at = self.reader.list.at.min(last);
    }

    pub(in crate::app::watch) fn page_missing(&mut self, why: &Clean) -> Vec<Effect> {
        if std::mem::take(&mut self.reader.awaited) == Awaited::Again {
            if let Some(reading) = &mut self.reader.open {
                reading.gone = Some(why.clone());
            }
            return self.hint(&format!("what was read stays: {why}"));
        }
        self.hint(why.as_str())
    }

    /// It is known by now how far the open page can be relied on.
    pub(in crate::app::watch) fn page_judged(&mut self, path: &str, freshness: Freshness) {
        if let Some(reading) = self.reader.open.as_mut().filter(|reading| reading.opened.page.path == path) {
            reading.opened.page.freshness = freshness;
        }
    }

    /// The file of the page that is open has changed.
    pub(in crate::app::watch) fn page_changed(&mut self, path: &str) -> Vec<Effect> {
        if self.reading().is_none_or(|reading| reading.opened.page.path != path) {
            return Vec::new();
        }
        self.reader.awaited = Awaited::Again;
        vec![Effect::OpenPage(Wanted::Again { path: path.to_owned() })]
    }

    pub(in crate::app::watch) fn page_opened(&mut self, opened: &Opened) -> Vec<Effect> {
        let mut opened = opened.clone();
        let mut back = None;
        match std::mem::take(&mut self.reader.awaited) {
            Awaited::Again => return self.read_again(opened),
            Awaited::Followed(left) => {
                opened.incident.clone_from(&left.incident);
                self.reader.trail.push(left);
                let over = self.reader.trail.len().saturating_sub(TRAIL);
                self.reader.trail.drain(..over);
            }
            Awaited::Back(left) => {
                opened.incident = left.incident;
                opened.because = left.because;
                opened.line = left.line;
                back = Some(left.at);
            }
            Awaited::Wanted => self.reader.trail.clear(),
            Awaited::Nothing => return Vec::new(),
        }
        self.show_pane(Pane::Runbook);
        self.put_up(opened);
        let height = self.page_height();
        if let (Some(at), Some(reading)) = (back, &mut self.reader.open) {
            reading.go_back(at, height);
        }
        Vec::new()
    }

    /// Opens a page at its place, going on with a use that has not ended.
    fn put_up(&mut self, opened: Opened) {
        let run = self.run_of(&opened);
        let touched = if run.checked.is_empty() { Touched::No } else { Touched::Yes };
        let rows = Arc::default();
        let reading = Reading {
            shown: Arc::clone(&opened.document),
            opened,
            run,
            rows,
            at: 0,
            top: 0,
            side: 0,
            sought: String::new(),
            width: 0,
            touched,
            gone: None,
        };
        self.reader.open = Some(Box::new(reading));
        self.lay_out_the_page();
        let height = self.page_height();
        let mut missing = None;
        if let Some(reading) = &mut self.reader.open {
            let document = reading.opened.document.clone();
            let goes_on = (reading.run.lines > 0 && reading.opened.line == 0).then(|| reading.next_step()).flatten();
            let section = reading.opened.anchor.as_ref().map(|anchor| (anchor, document.section(anchor)));
            let at = match section {
                _ if goes_on.is_some() => goes_on.unwrap_or(0),
                Some((_, Some(section))) => row_of_heading(&reading.rows, section),
                Some((anchor, None)) => {
                    missing = Some(no_heading(&document, anchor));
                    0
                }
                None if reading.opened.line > 0 => row_of(&reading.rows, reading.opened.line),
                None => 0,
            };
            reading.go_to_top(at, height);
        }
        if let Some(missing) = missing {
            self.hint(&missing);
        }
    }

    /// A use of this page for this incident that has not ended, or a new one.
    fn run_of(&mut self, opened: &Opened) -> Run {
        let goes_on = |run: &&Run| {
            run.ended.is_none()
                && run.of.incident == opened.incident
                && (run.of.incident.is_some() || self.now - run.last < PRACTICE)
        };
        let steps = opened.document.steps.len();
        if let Some(mut run) = opened.runs.iter().rev().find(goes_on).cloned() {
            run.of.steps = steps;
            return run;
        }
        let of = Use {
            run: self.desk.fresh_id(self.now),
            page: opened.page.path.clone(),
            title: opened.page.title.clone(),
            incident: opened.incident.clone(),
            steps,
        };
        Run::begin(of, self.now)
    }

    /// The same page with its new text: the reader stays where they were.
    fn read_again(&mut self, opened: Opened) -> Vec<Effect> {
        let Some(reading) = &mut self.reader.open else { return Vec::new() };
        if reading.opened.page.path != opened.page.path {
            return Vec::new();
        }
        let known = &mut reading.opened;
        let (page, document, broken) = (opened.page, opened.document, opened.broken);
        // By the heading, since lines above it may have come or gone.
        let line = reading.rows.get(reading.at).map_or(1, |row| row.source);
        let section = known.document.section_at(line).map(|at| known.document.sections[at].clone());
        let below = section.as_ref().map_or(0, |section| line.saturating_sub(section.line));
        let now = section.and_then(|section| document.section(&section.anchor)).map(|at| document.sections[at].line);
        (known.page, known.document, known.broken) = (page, document, broken);
        reading.gone = None;
        reading.run.of.steps = reading.opened.document.steps.len();
        (reading.rows, reading.width) = (Arc::default(), 0);
        self.lay_out_the_page();
        let height = self.page_height();
        if let Some(reading) = &mut self.reader.open {
            let at = row_of(&reading.rows, now.map_or(line, |first| first + below));
            reading.go(at, height);
        }
        self.hint("read again: its file has changed")
    }

    /// Where the reader is now, to come back to.
    pub(super) fn place_now(&self) -> Option<Left> {
        let reading = self.reading()?;
        let Opened { page, incident, because, .. } = &reading.opened;
        let (path, incident, because) = (page.path.clone(), incident.clone(), because.clone());
        Some(Left { path, line: reading.line(), at: reading.at, incident, because })
    }
}

/// That a page has no such heading, with the nearest that it has.
pub(super) fn no_heading(document: &Document, anchor: &str) -> String {
    let near = document.sections.iter().min_by_key(|section| strsim::damerau_levenshtein(&section.anchor, anchor));
    let near = near.map(|section| format!("; the nearest is #{}", section.anchor)).unwrap_or_default();
    format!("the page has no heading #{}{near}", Clean::line(anchor))
}
