//! What each key does in the list of runbooks and in an open one.

use super::{App, Awaited, Reading};
use crate::app::bindings::{Answer, Place, Reads};
use crate::app::event::Effect;
use crate::app::key::Key;
use crate::app::reading::Wanted;
use crate::domain::runbook::document::Sort;
use crate::domain::runbook::run::{Did, Standing};
use crate::domain::text::{Clean, Link};
use crate::panes::fit;
use crate::panes::frame::Pane;
use crate::panes::paper::Stands;
use crate::panes::runbook::row_of_heading;

/// By so many columns long lines are moved at once.
const SIDE: u16 = 16;

impl App {
    /// What a key does while the runbooks have it.
    pub(in crate::app::watch) fn press_in_runbooks(&mut self, key: Key) -> Vec<Effect> {
        if let Some(answer) = self.outfit.keys.answer(Place::Page, key) {
            return if self.reading().is_some() { self.answer_in_page(answer) } else { self.answer_in_pages(answer) };
        }
        match self.outfit.keys.command(Place::Queue, key) {
            Some(command) if Place::Page.reaches(command) => self.run(command),
            Some(_) | None => Vec::new(),
        }
    }

    fn answer_in_pages(&mut self, answer: Answer) -> Vec<Effect> {
        let page = isize::try_from(self.page_place().height.max(2) - 1).unwrap_or(1);
        match answer {
            Answer::Down => self.step_in_pages(1),
            Answer::Up => self.step_in_pages(-1),
            Answer::PageDown => self.step_in_pages(page),
            Answer::PageUp => self.step_in_pages(-page),
            Answer::Top => self.step_in_pages(isize::MIN),
            Answer::Bottom => self.step_in_pages(isize::MAX),
            Answer::Choose | Answer::Read(Reads::Right) => return self.open_listed(),
            Answer::Filter => self.ask_for_a_page(),
            Answer::Back if self.pages().is_some_and(|pages| !pages.words.is_empty()) => {
                return vec![Effect::ListPages(String::new())];
            }
            Answer::Back | Answer::Read(Reads::Left) => self.show_pane(Pane::Queue),
            _ => {}
        }
        Vec::new()
    }

    /// Moves in the open page, or in the list of all.
    pub(in crate::app::watch) fn step_in_runbooks(&mut self, step: isize) {
        if self.reading().is_some() { self.step_in_page(step) } else { self.step_in_pages(step) }
    }

    pub(super) fn step_in_pages(&mut self, step: isize) {
        let Some(pages) = &self.reader.pages else { return };
        let many = if pages.listed.is_empty() { pages.nearest.len() } else { pages.listed.len() };
        let height = usize::from(self.page_place().height.saturating_sub(1)).max(1);
        let list = &mut self.reader.list;
        list.at = list.at.saturating_add_signed(step).min(many.saturating_sub(1));
        list.top = list.top.clamp((list.at + 1).saturating_sub(height), list.at);
    }

    fn open_listed(&mut self) -> Vec<Effect> {
        let Some(pages) = &self.reader.pages else { return Vec::new() };
        let listed = if pages.listed.is_empty() { &pages.nearest } else { &pages.listed };
        let Some(page) = listed.get(self.reader.list.at) else { return self.hint("no page is selected") };
        let sought = Some(pages.words.clone()).filter(|words| !words.is_empty());
        let wanted = Wanted::Page { path: page.path.clone(), anchor: None, sought };
        self.reader.awaited = Awaited::Wanted;
        vec![Effect::OpenPage(wanted)]
    }

    fn answer_in_page(&mut self, answer: Answer) -> Vec<Effect> {
        let height = self.page_height();
        let page = isize::try_from(height.saturating_sub(1)).unwrap_or(1).max(1);
        match answer {
            Answer::Down => self.step_in_page(1),
            Answer::Up => self.step_in_page(-1),
            Answer::PageDown => self.step_in_page(page),
            Answer::PageUp => self.step_in_page(-page),
            Answer::Top => self.step_in_page(isize::MIN),
            Answer::Bottom => self.step_in_page(isize::MAX),
            Answer::Read(Reads::Left) => self.move_aside(-i32::from(SIDE)),
            Answer::Read(Reads::Right) => self.move_aside(i32::from(SIDE)),
            Answer::Tab => self.step_to_heading(1),
            Answer::Dismiss => self.step_to_heading(-1),
            Answer::Next => return self.step_to_match(1),
            Answer::Previous => return self.step_to_match(-1),
            Answer::Choose => return self.follow(),
            Answer::Read(Reads::Check) => return self.check(),
            Answer::Read(Reads::Copy) => return self.copy_block(),
            Answer::Read(Reads::Note) => self.ask_for_a_line(),
            Answer::Read(Reads::Finish) => return self.ask_how_it_went(),
            Answer::Filter => self.ask_for_words(),
            Answer::Read(Reads::Outline) => return self.pick_heading(),
            Answer::Read(Reads::Edit) => return self.edit_page(),
            Answer::Back => return self.leave_page(),
            _ => {}
        }
        Vec::new()
    }

    fn step_in_page(&mut self, step: isize) {
        let height = self.page_height();
        if let Some(reading) = &mut self.reader.open {
            reading.go(reading.at.saturating_add_signed(step), height);
        }
    }

    fn move_aside(&mut self, columns: i32) {
        if let Some(reading) = &mut self.reader.open {
            let width = usize::from(reading.width);
            let wide =
                reading.rows.iter().filter(|row| row.wide).map(|row| fit::line_columns(&row.line)).max().unwrap_or(0);
            let most = u16::try_from(wide.saturating_sub(width)).unwrap_or(u16::MAX);
            let side = i32::from(reading.side).saturating_add(columns).clamp(0, i32::from(most));
            reading.side = u16::try_from(side).unwrap_or(0);
        }
    }

    fn step_to_heading(&mut self, step: isize) {
        let height = self.page_height();
        let Some(reading) = &mut self.reader.open else { return };
        let is_heading = |(_, row): &(usize, &crate::panes::paper::Row)| matches!(row.stands, Stands::Heading(_));
        let mut headings = reading.rows.iter().enumerate().filter(is_heading).map(|(at, _)| at);
        let at = reading.at;
        let to = if step > 0 {
            headings.find(|heading| *heading > at)
        } else {
            headings.take_while(|heading| *heading < at).last()
        };
        if let Some(to) = to {
            reading.go_to_top(to, height);
        } else if step < 0 {
            reading.go_to_top(0, height);
        }
    }

    /// How many lines of the open page have these words.
    pub fn found_in_page(&self, words: &str) -> usize {
        let (words, Some(reading)) = (words.to_lowercase(), self.reading()) else { return 0 };
        if words.is_empty() {
            0
        } else {
            (0..reading.rows.len()).filter(|at| says(reading, *at).contains(&words)).count()
        }
    }

    pub(super) fn go_to_heading(&mut self, section: usize) {
        let height = self.page_height();
        if let Some(reading) = &mut self.reader.open {
            let at = row_of_heading(&reading.rows, section);
            reading.go_to_top(at, height);
        }
    }

    /// The next line, around the end, that has the words.
    pub(super) fn step_to_match(&mut self, step: isize) -> Vec<Effect> {
        let height = self.page_height();
        let key = self.outfit.keys.key_in(Place::Page, Answer::Filter);
        let Some(reading) = &mut self.reader.open else { return Vec::new() };
        if reading.sought.is_empty() {
            return self.hint(&format!("no words to go by: {key} takes some"));
        }
        let words = reading.sought.to_lowercase();
        let many = reading.rows.len();
        let has = |at: &usize| says(reading, *at).contains(&words);
        let found = (1..=many)
            .map(|far| if step > 0 { (reading.at + far) % many } else { (reading.at + 2 * many - far) % many })
            .find(has);
        let Some(at) = found else {
            let said = format!("the page has no “{}”", Clean::line(&reading.sought));
            return self.hint(&said);
        };
        reading.go(at, height);
        Vec::new()
    }

    /// Ticks the step under the cursor off, or takes the tick back; above the first step, goes to it.
    fn check(&mut self) -> Vec<Effect> {
        let Some(reading) = self.reading() else { return Vec::new() };
        let Some(step) = reading.step() else { return self.go_to_next_step() };
        let step = &reading.opened.document.steps[step];
        let did = match reading.run.standing(step) {
            Standing::Done => Did::Unchecked { step: step.id.clone() },
            Standing::Open | Standing::Changed => Did::Checked { step: step.id.clone(), text: step.text.clone() },
        };
        self.write_down(did)
    }

    fn go_to_next_step(&mut self) -> Vec<Effect> {
        let height = self.page_height();
        let Some(reading) = &mut self.reader.open else { return Vec::new() };
        let is_step = |at: &usize| matches!(reading.rows[*at].stands, Stands::Step(_));
        match (reading.at..reading.rows.len()).find(is_step) {
            Some(at) => {
                reading.go(at, height);
                self.hint("this is the next step; the same key ticks it off")
            }
            None => self.hint("there is no step here or below"),
        }
    }

    /// After a step is ticked off: on to the next one that is open.
    pub(super) fn go_on_to_the_next_step(&mut self) {
        let height = self.page_height();
        let Some(reading) = &mut self.reader.open else { return };
        let is_open = |at: &usize| reading.standing(&reading.rows[*at]) == Some(Standing::Open);
        if let Some(at) = (reading.at + 1..reading.rows.len()).find(is_open) {
            reading.go(at, height);
        }
    }

    /// Follows the link in the line under the cursor; asks which, if there are several.
    fn follow(&mut self) -> Vec<Effect> {
        let Some(reading) = self.reading() else { return Vec::new() };
        let Some(row) = reading.rows.get(reading.at) else { return Vec::new() };
        let mut links: Vec<usize> = row.links.iter().map(|(_, link)| *link).collect();
        links.dedup();
        match links.as_slice() {
            [] => self.hint("there is no link in this line"),
            [one] => self.follow_link(*one),
            many => self.pick_link(many),
        }
    }

    pub(super) fn follow_link(&mut self, link: usize) -> Vec<Effect> {
        let Some(reading) = self.reading() else { return Vec::new() };
        let Some(target) = reading.opened.document.links.get(link).cloned() else { return Vec::new() };
        let to = Clean::line(&target.to);
        if let Some(why) = reading.opened.broken.get(&target.to) {
            return self.hint(&format!("{to} leads nowhere: {why}"));
        }
        if let Some(anchor) = target.to.strip_prefix('#') {
            return self.jump(anchor);
        }
        match Link::parse(&target.to) {
            Some(url) => vec![Effect::Browse(url.as_str().to_owned())],
            None if target.to.contains(':') => vec![Effect::Copy { what: "address", text: to.to_string() }],
            None if target.sort == Sort::Image => vec![Effect::Copy { what: "path", text: to.to_string() }],
            None => {
                let Some(left) = self.place_now() else { return Vec::new() };
                let from = left.path.clone();
                self.reader.awaited = Awaited::Followed(left);
                vec![Effect::OpenPage(Wanted::Link { from, to: target.to })]
            }
        }
    }

    /// To a heading of this page, with a way back.
    fn jump(&mut self, anchor: &str) -> Vec<Effect> {
        let section = self.reading().and_then(|reading| reading.opened.document.section(anchor));
        let Some(section) = section else {
            let said = self.reading().map(|reading| super::opening::no_heading(&reading.opened.document, anchor));
            return self.hint(&said.unwrap_or_default());
        };
        let left = self.place_now();
        self.reader.trail.extend(left);
        self.go_to_heading(section);
        Vec::new()
    }

    /// To where the last link was followed from; from a page that nothing leads back from, out of it.
    fn leave_page(&mut self) -> Vec<Effect> {
        let Some(left) = self.reader.trail.pop() else { return self.close_page() };
        let here = self.place_now().filter(|here| here.path == left.path);
        if here.is_some() {
            let height = self.page_height();
            if let Some(reading) = &mut self.reader.open {
                let at = crate::panes::runbook::row_of(&reading.rows, left.line);
                reading.go(at, height);
                reading.go_back(left.at, height);
            }
            return Vec::new();
        }
        let wanted = Wanted::Page { path: left.path.clone(), anchor: None, sought: None };
        self.reader.awaited = Awaited::Back(left);
        vec![Effect::OpenPage(wanted)]
    }

    fn edit_page(&mut self) -> Vec<Effect> {
        let Some(left) = self.place_now() else { return Vec::new() };
        vec![Effect::EditPage { path: left.path, line: left.line }]
    }
}

/// What a line says, in lower case.
fn says(reading: &Reading, at: usize) -> String {
    let spans = reading.rows.get(at).map(|row| row.line.spans.as_slice()).unwrap_or_default();
    spans.iter().map(|span| span.content.to_lowercase()).collect()
}
