//! What the runbook asks of its reader: words to look for, what to put in a
//! command, a line to note, and how it went.

use std::collections::BTreeMap;

use super::{App, Awaited, Listing, Reading, Touched};
use crate::app::bindings::{Answer, Place};
use crate::app::event::{Effect, Level, News};
use crate::app::key::Key;
use crate::app::pick::{Choice, Means, Pick, Purpose};
use crate::app::reading::Because;
use crate::app::typed::{Heard, Shape, Typed};
use crate::app::watch::Dialog;
use crate::app::watch::answers::Pressed;
use crate::app::watch::keys::After;
use crate::app::wish::Wish;
use crate::domain::runbook::command;
use crate::domain::runbook::run::{Did, Line, Report, Run, Went};
use crate::domain::text::Clean;

/// The place of that answer.
const NOT_DONE_YET: usize = 3;
/// The longest line that is noted, in bytes.
const LONGEST: usize = 2_000;

/// What is being typed about a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageAsk {
    /// Words to find in the page.
    Words,
    /// Words to find a page by; the list follows.
    Page,
    /// A line about this use.
    Note,
    /// Why it went so.
    Why(Went),
    /// What stands for the first of these placeholders; then for the next.
    Fill {
        /// The block, by its place.
        block: usize,
        /// What is still to be asked for; never empty.
        left: Vec<String>,
    },
}

impl App {
    fn ask_page(&mut self, ask: PageAsk, begun: &str) {
        self.dialog = Some(Dialog::Page(ask, Typed::of(begun, Shape::Line)));
    }

    pub(super) fn ask_for_words(&mut self) {
        self.ask_page(PageAsk::Words, "");
    }

    pub(super) fn ask_for_a_page(&mut self) {
        let words = self.pages().map(|pages| pages.words.clone()).unwrap_or_default();
        self.ask_page(PageAsk::Page, &words);
    }

    pub(super) fn ask_for_a_line(&mut self) {
        self.ask_page(PageAsk::Note, "");
    }

    /// The words by which a page is being looked for.
    pub(super) fn words_sought(&self) -> Option<&str> {
        match &self.dialog {
            Some(Dialog::Page(PageAsk::Page, typed)) => Some(typed.text()),
            Some(_) | None => None,
        }
    }

    pub(in crate::app::watch) fn press_in_page_ask(&mut self, key: Key, ask: &PageAsk, typed: &mut Typed) -> Pressed {
        match self.outfit.keys.answer(Place::List, key) {
            Some(Answer::Back) => return (After::Closes, self.page_ask_dropped(ask)),
            Some(Answer::Choose) => return self.page_ask_answered(ask, typed.text().trim()),
            Some(Answer::Down) if *ask == PageAsk::Page => self.step_in_pages(1),
            Some(Answer::Up) if *ask == PageAsk::Page => self.step_in_pages(-1),
            Some(_) | None if key == Key::ctrl('c') => return (After::Closes, self.page_ask_dropped(ask)),
            Some(_) | None => {
                if typed.press(key) == Heard::Taken {
                    return (After::Stays, Self::page_ask_typed(ask, typed.text()));
                }
            }
        }
        (After::Stays, Vec::new())
    }

    /// The list follows what is typed.
    pub(in crate::app::watch) fn page_ask_typed(ask: &PageAsk, text: &str) -> Vec<Effect> {
        match ask {
            PageAsk::Page => vec![Effect::ListPages(text.trim().to_owned())],
            PageAsk::Words | PageAsk::Note | PageAsk::Why(_) | PageAsk::Fill { .. } => Vec::new(),
        }
    }

    fn page_ask_dropped(&mut self, ask: &PageAsk) -> Vec<Effect> {
        match ask {
            PageAsk::Page => vec![Effect::ListPages(String::new())],
            PageAsk::Why(_) => self.hint("not said; the page stays open"),
            PageAsk::Words | PageAsk::Note | PageAsk::Fill { .. } => Vec::new(),
        }
    }

    fn page_ask_answered(&mut self, ask: &PageAsk, text: &str) -> Pressed {
        if text.len() > LONGEST {
            return (After::Stays, self.hint(&format!("write at most {LONGEST} bytes")));
        }
        let effects = match ask {
            PageAsk::Words => {
                if let Some(reading) = &mut self.reader.open {
                    text.clone_into(&mut reading.sought);
                }
                if text.is_empty() { Vec::new() } else { self.step_to_match(1) }
            }
            PageAsk::Page => Vec::new(),
            PageAsk::Note if text.is_empty() => self.hint("an empty note is not written"),
            PageAsk::Note => self.write_down(Did::Noted { text: Clean::line(text) }),
            PageAsk::Why(went) => self.write_down(Did::Ended { went: *went, why: Clean::line(text) }),
            PageAsk::Fill { block, left } => self.fill(*block, left, text),
        };
        (After::Closes, effects)
    }

    /// Takes the code under the cursor along; asks for what it lacks first.
    pub(super) fn copy_block(&mut self) -> Vec<Effect> {
        let Some(reading) = self.reading() else { return Vec::new() };
        let Some(at) = reading.block() else {
            let step = reading.step().is_some();
            return self.hint(if step { "this step has no code" } else { "there is no code below this heading" });
        };
        let left = reading.opened.document.blocks[at].placeholders.clone();
        if left.is_empty() { self.copy_filled(at) } else { self.ask_to_fill(at, left) }
    }

    fn ask_to_fill(&mut self, block: usize, left: Vec<String>) -> Vec<Effect> {
        let first = left.first().cloned().unwrap_or_default();
        let known = self.reader.filled.get(&first).cloned().or_else(|| self.known_of(&first)).unwrap_or_default();
        self.ask_page(PageAsk::Fill { block, left }, &known);
        Vec::new()
    }

    /// What the incident says of a placeholder: its id.
    fn known_of(&self, placeholder: &str) -> Option<String> {
        let name = placeholder.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let incident = self.reading()?.opened.incident.as_ref()?;
        matches!(name.as_str(), "id" | "incident" | "incident-id").then(|| self.desk.name(incident).to_string())
    }

    fn fill(&mut self, block: usize, left: &[String], text: &str) -> Vec<Effect> {
        let Some((first, rest)) = left.split_first() else { return Vec::new() };
        if text.is_empty() {
            self.reader.filled.remove(first);
        } else {
            self.reader.filled.insert(first.clone(), text.to_owned());
        }
        if rest.is_empty() { self.copy_filled(block) } else { self.ask_to_fill(block, rest.to_vec()) }
    }

    fn copy_filled(&mut self, at: usize) -> Vec<Effect> {
        let filled = self.reader.filled.clone();
        let Some(reading) = &mut self.reader.open else { return Vec::new() };
        let Some(block) = reading.opened.document.blocks.get(at) else { return Vec::new() };
        reading.touched = Touched::Yes;
        let (safe, unsafe_here): (BTreeMap<_, _>, BTreeMap<_, _>) =
            filled.into_iter().partition(|(_, value)| command::may_hold(&block.text, value));
        let text = command::filled(&command::copied(&block.text), &safe);
        let open: Vec<&String> = block.placeholders.iter().filter(|one| !safe.contains_key(*one)).collect();
        let mut warning = Vec::new();
        if open.iter().any(|one| unsafe_here.contains_key(*one)) {
            warning.push("left open what a shell would take apart here".to_owned());
        }
        match open.as_slice() {
            [] => {}
            [one] => warning.push(format!("still to fill in: {one}")),
            many => {
                let named: Vec<&str> = many.iter().map(|one| one.as_str()).collect();
                warning.push(format!("{} still to fill in: {}", many.len(), named.join(", ")));
            }
        }
        if !block.destructive.is_empty() {
            warning.push(format!("destructive: {}", block.destructive.join(", ")));
        }
        vec![Effect::CopyCode { text, warning: warning.join("; ") }]
    }

    /// A heading to go to.
    pub(super) fn pick_heading(&mut self) -> Vec<Effect> {
        let Some(reading) = self.reading() else { return Vec::new() };
        let choices: Vec<Choice> = reading.opened.document.sections.iter().enumerate().map(heading).collect();
        if choices.is_empty() {
            return self.hint("the page has no headings");
        }
        let here = reading.section();
        let mut pick = Pick::new(Purpose::Page, "Go to a heading".to_owned(), choices);
        pick.select(here.unwrap_or(0));
        self.dialog = Some(Dialog::Pick(Box::new(pick)));
        Vec::new()
    }

    pub(super) fn pick_link(&mut self, links: &[usize]) -> Vec<Effect> {
        let Some(reading) = self.reading() else { return Vec::new() };
        let target = |at: &usize| {
            let target = reading.opened.document.links.get(*at)?;
            let means = Means::Follow(*at);
            Some(Choice { label: target.text.to_string(), hint: Clean::line(&target.to).to_string(), means })
        };
        let choices = links.iter().filter_map(target).collect();
        self.dialog = Some(Dialog::Pick(Box::new(Pick::new(Purpose::Page, "Follow which link?".to_owned(), choices))));
        Vec::new()
    }

    /// Asks once how it went, where anything was done by the page; then it is closed.
    pub(super) fn close_page(&mut self) -> Vec<Effect> {
        let touched = self.reader.open.as_mut().map(|reading| std::mem::replace(&mut reading.touched, Touched::No));
        if touched != Some(Touched::Yes) {
            return self.put_away();
        }
        let effects = self.ask_how_it_went();
        // Whoever only leaves has said nothing yet: the harmless answer is the first.
        if let Some(Dialog::Pick(pick)) = &mut self.dialog {
            pick.select(NOT_DONE_YET);
        }
        effects
    }

    pub(super) fn ask_how_it_went(&mut self) -> Vec<Effect> {
        let Some(reading) = self.reading() else { return Vec::new() };
        let title = format!("Did it work? {}", reading.opened.page.title);
        let went = |label: &str, hint: &str, went| Choice {
            label: label.to_owned(),
            hint: hint.to_owned(),
            means: Means::Went(Some(went)),
        };
        let choices = vec![
            went("worked", "the page did what it was for; keeps it fresh", Went::Worked),
            went("did not work", "it was followed, and did not help; makes it stale", Went::Failed),
            went("not this one", "it was the wrong page; says nothing about it", Went::NotThisOne),
            Choice {
                label: "not done yet".to_owned(),
                hint: "close it; ticks are kept for the next time".to_owned(),
                means: Means::Went(None),
            },
        ];
        self.dialog = Some(Dialog::Pick(Box::new(Pick::new(Purpose::Page, title, choices))));
        Vec::new()
    }

    /// What was chosen in a list of the runbook's.
    pub(in crate::app::watch) fn choose_in_page(&mut self, means: Means) -> Vec<Effect> {
        match means {
            Means::Heading(at) => {
                let left = self.place_now();
                self.reader.trail.extend(left);
                self.go_to_heading(at);
                Vec::new()
            }
            Means::Follow(at) => self.follow_link(at),
            Means::Went(None) => self.put_away(),
            Means::Went(Some(went)) => {
                self.ask_page(PageAsk::Why(went), "");
                Vec::new()
            }
            Means::Learn(learn) => {
                let mut effects: Vec<Effect> =
                    learn.into_iter().map(|(words, page)| Effect::Learn { words, page }).collect();
                effects.extend(self.put_away());
                effects
            }
            Means::Assign(_)
            | Means::Close(_)
            | Means::Snooze(_)
            | Means::Severity(_)
            | Means::Kind(_)
            | Means::Escalate(_)
            | Means::Merge(_)
            | Means::Theme(_)
            | Means::Say(_)
            | Means::Amend(_)
            | Means::Until(_)
            | Means::Type(_)
            | Means::Do(_) => Vec::new(),
        }
    }

    /// Closes the page: back to the queue if it was opened for an incident, else to the list.
    pub(in crate::app::watch) fn put_away(&mut self) -> Vec<Effect> {
        let for_incident = self.reading().is_some_and(|reading| reading.opened.incident.is_some());
        self.reader.open = None;
        self.reader.trail.clear();
        self.reader.awaited = Awaited::Nothing;
        if for_incident {
            self.show_pane(crate::panes::frame::Pane::Queue);
            // What the list says of its freshness is told anew when it is seen again.
            self.reader.listing = Listing::NotAsked;
            return Vec::new();
        }
        let words = self.pages().map(|pages| pages.words.clone()).unwrap_or_default();
        vec![Effect::ListPages(words)]
    }

    /// Asks for a line in the ledger.
    pub(super) fn write_down(&mut self, did: Did) -> Vec<Effect> {
        if let Some(why) = self.desk.read_only().cloned() {
            self.complain(&format!("nothing is written down: {why}"));
            return Vec::new();
        }
        let (by, at) = (Clean::line(self.desk.me()), self.now);
        let Some(reading) = &mut self.reader.open else { return Vec::new() };
        reading.touched = if matches!(did, Did::Ended { .. }) { Touched::No } else { Touched::Yes };
        vec![Effect::Write(Box::new(Line { of: reading.run.of.clone(), at, by, did }))]
    }

    /// A line is in the ledger: now it shows, and the incident's timeline is told.
    pub(in crate::app::watch) fn written(&mut self, line: &Line, run: &Run) -> Vec<Effect> {
        let mut effects = self.tell_use(run);
        let (page, incident) = (&run.of.page, &run.of.incident);
        let shown =
            |reading: &&mut Box<Reading>| reading.opened.page.path == *page && reading.opened.incident == *incident;
        let Some(reading) = self.reader.open.as_mut().filter(shown) else { return effects };
        // Others may have gone on with it, too.
        reading.run = run.clone();
        let because = reading.opened.because.clone();
        let said = match &line.did {
            Did::Checked { .. } => {
                self.go_on_to_the_next_step();
                format!("ticked off: {}", run.said())
            }
            Did::Unchecked { .. } => format!("tick taken back: {}", run.said()),
            Did::Noted { .. } => "noted".to_owned(),
            Did::Ended { went, .. } => {
                let learns = *went == Went::Worked;
                match because {
                    Because::Words(words) if learns && run.of.incident.is_none() => {
                        effects.extend(self.ask_to_learn(&words));
                    }
                    Because::Words(_) | Because::Kind(_) | Because::Instead(_) | Because::Named => {
                        effects.extend(self.put_away());
                    }
                }
                format!("{}: {}", run.of.title, went.word())
            }
        };
        self.toasts.say(News { at: self.now, level: Level::Done, text: Clean::line(&said), incident: None });
        effects
    }

    /// Tells the incident's timeline how far a use is.
    pub(in crate::app::watch) fn tell_use(&mut self, run: &Run) -> Vec<Effect> {
        let Some(incident) = run.of.incident.as_ref().filter(|_| self.desk.read_only().is_none()) else {
            return Vec::new();
        };
        let wish = Wish::Runbook(Report::of(run));
        let decided = self.desk.wish(self.now, std::slice::from_ref(incident), &wish);
        self.after_decision(&decided)
    }

    /// Words that led to a page that worked find it from then on, if somebody says so.
    fn ask_to_learn(&mut self, words: &str) -> Vec<Effect> {
        let Some(reading) = self.reading() else { return Vec::new() };
        let known = reading.opened.document.header.symptoms.iter();
        if known.into_iter().any(|symptom| symptom.as_str().eq_ignore_ascii_case(words.trim())) {
            return self.put_away();
        }
        let page = reading.opened.page.path.clone();
        let words = Clean::line(words).to_string();
        let choices = vec![
            Choice {
                label: "yes".to_owned(),
                hint: "kept on this machine, like a symptom of the page".to_owned(),
                means: Means::Learn(Some((words.clone(), page))),
            },
            Choice { label: "no".to_owned(), hint: String::new(), means: Means::Learn(None) },
        ];
        let title = format!("Find this page by “{words}” from now on?");
        self.dialog = Some(Dialog::Pick(Box::new(Pick::new(Purpose::Page, title, choices))));
        Vec::new()
    }
}

fn heading((at, section): (usize, &crate::domain::runbook::document::Section)) -> Choice {
    let indent = "  ".repeat(usize::from(section.level.saturating_sub(1)).min(4));
    Choice {
        label: format!("{indent}{}", section.title),
        hint: format!("line {}", section.line),
        means: Means::Heading(at),
    }
}
