//! The running watch: events in, effects out, and nothing else touches its
//! state.
//!
//! What is shown is what the desk knows; a key acts on what is shown. While
//! the display is frozen, what is shown is what the desk knew then.

mod acts;
mod answers;
mod attending;
mod cases;
mod dialog;
mod dressing;
mod editing;
mod escalating;
mod filtering;
mod handing;
mod health;
mod help;
mod keys;
mod log;
mod lookup;
mod meeting;
mod model;
mod openers;
mod outward;
mod palette;
mod panes;
mod plans;
mod pointer;
mod private;
mod reader;
mod reminding;
mod review;
mod saying;
mod splits;
mod spoken;
mod tools;
mod tour;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use ratatui::layout::Rect;

pub use cases::Cases;
pub use dialog::{
    Dialog, DraftCursor, DraftLine, HealthCursor, LogCursor, LogLine, LogName, Question, Seek, Shows, ToolCursor,
    Typing, Yes,
};
pub use editing::Selected;
pub use handing::{HandAsk, Handing, Leaf};
pub use lookup::Lookup;
pub use model::{Checkup, ModelCursor, Part};
pub use panes::{PaneCursor, Placed};
pub use plans::Plans;
pub use private::Privacy;
pub use reader::{PageAsk, Reader, Reading};
pub use review::LookBack;
pub use tools::{Answer as ToolsAnswer, Shelf};
pub use tour::{Shown, Tour};

use super::attention::Attention;
use super::bindings::Keymap;
use super::desk::{Desk, Setup};
use super::event::{Effect, Fact, Level, News};
use super::key::Input;
use super::list::{Because, List, Sought};
use super::marks::Marks;
use super::meeting::Meeting;
use super::pointer::MouseMode;
use super::toast::Toasts;
use crate::config;
use crate::domain::id::{IncidentId, OpId, SourceId};
use crate::domain::incident::Moment;
use crate::domain::text::Clean;
use crate::domain::veil::Veil;
use crate::panes::frame::{Divider, Focus, Frame, Pane, Splits};
use crate::panes::paper::Highlight;
use crate::panes::rotation::Watchbill;
use crate::theme::{Theme, Wardrobe};

/// So many texts and histories are kept at hand.
const DETAILS_KEPT: usize = 64;

/// Something that happened, here or elsewhere. The only input of [`App::update`].
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// At the terminal.
    Input(Input),
    /// Outside the terminal.
    Fact(Fact),
}

impl From<Input> for Event {
    fn from(input: Input) -> Self {
        Self::Input(input)
    }
}

impl From<Fact> for Event {
    fn from(fact: Fact) -> Self {
        Self::Fact(fact)
    }
}

/// Whether sources are asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    /// They are.
    #[default]
    Online,
    /// The operator said: not now (`--offline`).
    Offline,
}

/// What the screen is given once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outfit {
    /// Its colours, for the depth of the terminal.
    pub theme: Theme,
    /// What these colours are called; empty: the default.
    pub worn: String,
    /// What else could be worn.
    pub wardrobe: Wardrobe,
    /// Its keys.
    pub keys: Keymap,
    /// Whether sources are asked.
    pub reach: Reach,
    /// Whether the code in a runbook has its colours.
    pub highlight: Highlight,
    /// What private mode hides; of its secrets alone, the team's people and machines are added.
    pub veil: Veil,
    /// Whether it begins in private mode.
    pub privacy: Privacy,
    /// Whose the mouse is.
    pub mouse: MouseMode,
    /// When the operator is called.
    pub attention: config::Attention,
}

/// The text and the history of one incident.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    /// Its body; none if it has none.
    pub body: Option<Clean>,
    /// Its history, oldest first.
    pub moments: Vec<Moment>,
}

/// The screen and everything behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct App {
    desk: Desk,
    frozen: Option<Box<Desk>>,
    veil: Veil,
    privacy: Privacy,
    outfit: Outfit,
    now: DateTime<Utc>,
    size: (u16, u16),
    list: List,
    sought: Sought,
    marks: Marks,
    pane: Pane,
    zoomed: bool,
    /// How many keys in a row were to lead out.
    outs: u8,
    splits: Splits,
    /// The divider that the pointer holds.
    held: Option<Divider>,
    focus: Focus,
    watchbill: Watchbill,
    plans: Plans,
    reader: Reader,
    /// The triage meeting that is held.
    meeting: Option<Box<Meeting>>,
    /// What handovers left out.
    dropped: Vec<IncidentId>,
    review: LookBack,
    checkup: Checkup,
    turns: PaneCursor,
    days: PaneCursor,
    /// The entry of the calendar of which more is shown.
    opened: Option<Clean>,
    scroll: usize,
    dialog: Option<Dialog>,
    told: BTreeMap<IncidentId, Told>,
    asked: BTreeMap<IncidentId, DateTime<Utc>>,
    assignable: BTreeMap<SourceId, Vec<Clean>>,
    shelf: Shelf,
    cases: Cases,
    tool_names: BTreeMap<SourceId, String>,
    toasts: Toasts,
    undoing: Option<(OpId, Clean)>,
    /// Notes that were begun and not sent, by what they are on.
    drafts: BTreeMap<Vec<IncidentId>, String>,
    /// Where the cursor was before a filter was typed.
    before_filter: Option<IncidentId>,
    handing: Option<Box<Handing>>,
    /// The end of a shift of the operator's of which they were reminded.
    reminded: Option<DateTime<Utc>>,
    attention: Attention,
    duty: attending::Duty,
    tour: Option<Tour>,
    /// What was chosen in the palette, by the names of the bindings, the last first.
    recent: Vec<&'static str>,
    offered: tour::Offered,
}

impl App {
    /// An empty screen of 80×24 at this time.
    pub fn new(setup: Setup, outfit: Outfit, now: DateTime<Utc>) -> Self {
        let known = outfit.veil.hides_names();
        let veil = if known { outfit.veil.clone() } else { Veil::new(&setup.model.team, &[]) };
        let mut app = Self {
            privacy: outfit.privacy,
            veil,
            desk: Desk::new(setup, now),
            attention: Attention::new(outfit.attention.clone()),
            duty: attending::Duty::since(now),
            frozen: None,
            outfit,
            now,
            size: (80, 24),
            list: List::default(),
            sought: Sought::default(),
            marks: Marks::default(),
            pane: Pane::Queue,
            zoomed: false,
            outs: 0,
            splits: Splits::default(),
            held: None,
            focus: Focus::Queue,
            watchbill: Watchbill::default(),
            plans: Plans::default(),
            reader: Reader::default(),
            meeting: None,
            dropped: Vec::new(),
            review: LookBack::default(),
            checkup: Checkup::default(),
            turns: PaneCursor::default(),
            days: PaneCursor::default(),
            opened: None,
            scroll: 0,
            dialog: None,
            told: BTreeMap::new(),
            asked: BTreeMap::new(),
            assignable: BTreeMap::new(),
            shelf: Shelf::default(),
            cases: Cases::default(),
            tool_names: BTreeMap::new(),
            toasts: Toasts::default(),
            undoing: None,
            drafts: BTreeMap::new(),
            before_filter: None,
            handing: None,
            reminded: None,
            tour: None,
            recent: Vec::new(),
            offered: tour::Offered::No,
        };
        app.know_everybody();
        app.doubt_the_exceptions();
        app.look_at_the_bill();
        app.refresh(Because::Asked);
        app.fit();
        app
    }

    /// Takes in what happened at this time; returns what is to be done about it, in order.
    pub fn update(&mut self, now: DateTime<Utc>, event: impl Into<Event>) -> Vec<Effect> {
        self.now = now;
        self.toasts.expire(now);
        if self.frozen.is_none() {
            self.look_at_the_bill();
        }
        let before = self.selected().cloned();
        let mut effects = match event.into() {
            Event::Input(input) => self.take_input(input),
            Event::Fact(fact) => self.take_fact(fact),
        };
        effects.extend(self.follow_meeting());
        effects.extend(self.begin_tour_if_offered());
        self.fit();
        if self.selected() != before.as_ref() {
            self.scroll = 0;
        }
        effects.extend(self.want_detail());
        effects.extend(self.want_tools());
        effects.extend(self.want_cases());
        effects.extend(self.want_pages());
        effects.extend(self.want_handoff());
        effects.extend(self.attend());
        effects
    }

    /// When something that is shown changes by time alone, or the desk has something to do.
    pub fn alarm(&self) -> Option<DateTime<Utc>> {
        let ages = match &self.frozen {
            Some(_) => None,
            None => self.next_age().into_iter().chain(self.watchbill.changes_at).min(),
        };
        let called = self.attention.alarm().into_iter().chain(self.duty.alarm());
        self.desk.alarm().into_iter().chain(self.toasts.alarm()).chain(ages).chain(called).min()
    }

    /// What is known and decided now, also while the display is frozen.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// What is shown.
    pub fn seen(&self) -> &Desk {
        self.frozen.as_deref().unwrap_or(&self.desk)
    }

    /// Since when the display is frozen; none if it is not.
    pub fn frozen_since(&self) -> Option<DateTime<Utc>> {
        self.frozen.as_ref().map(|desk| desk.now())
    }

    /// The time by which ages under a minute are counted.
    pub fn seen_at(&self) -> DateTime<Utc> {
        self.frozen_since().unwrap_or(self.now)
    }

    /// The time by which all other ages are counted: it steps by the minute.
    pub fn minute(&self) -> DateTime<Utc> {
        let at = self.seen_at();
        at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at)
    }

    /// Theme, keys, reach.
    pub fn outfit(&self) -> &Outfit {
        &self.outfit
    }

    /// The queue on the screen.
    pub fn list(&self) -> &List {
        &self.list
    }

    /// What is listed.
    pub fn sought(&self) -> &Sought {
        &self.sought
    }

    /// What is marked.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Which part has the keys, when no dialog has.
    pub fn focus(&self) -> Focus {
        self.focus
    }

    /// How many lines of the detail have been scrolled away.
    pub fn scroll(&self) -> usize {
        self.scroll
    }

    /// What is asked or typed; none if the queue has the keys.
    pub fn dialog(&self) -> Option<&Dialog> {
        self.dialog.as_ref()
    }

    /// Messages.
    pub fn toasts(&self) -> &Toasts {
        &self.toasts
    }

    /// The selected incident; in a meeting, the one that is walked.
    pub fn selected(&self) -> Option<&IncidentId> {
        let walked = self.meeting.as_ref().and_then(|meeting| meeting.subject());
        walked.or_else(|| self.list.cursor().map(|cursor| &cursor.id))
    }

    /// Its text and history; none until they have been loaded.
    pub fn told(&self) -> Option<&Told> {
        self.told.get(self.selected()?)
    }

    /// Where things are on the screen.
    pub fn frame(&self) -> Frame {
        Frame::of(Rect::new(0, 0, self.size.0, self.size.1), self.look())
    }

    /// What the next decision is about: the marked incidents that are listed, else the selected one.
    pub fn subjects(&self) -> Vec<IncidentId> {
        if let Some(walked) = self.meeting.as_ref().and_then(|meeting| meeting.subject()) {
            return vec![walked.clone()];
        }
        if self.marks.is_empty() {
            return self.selected().cloned().into_iter().collect();
        }
        self.list.ids().filter(|id| self.marks.has(id)).cloned().collect()
    }

    fn take_fact(&mut self, fact: Fact) -> Vec<Effect> {
        let (dismissed, edition) = (fact == Fact::Dismissed, self.desk.edition());
        self.know_those_of(&fact);
        let mut effects = self.note_fact(&fact);
        let is_new_team = matches!(fact, Fact::TeamRead(_));
        effects.extend(self.desk.update(self.now, fact));
        if is_new_team {
            // Whoever has mended something sees that it is mended.
            if self.checkup != Checkup::NotAsked {
                effects.extend(self.ask_for_a_checkup());
            }
            self.duty.forget();
            self.watchbill.changes_at = Some(self.now);
            if self.frozen.is_none() {
                self.look_at_the_bill();
            }
        }
        self.tell_news();
        if self.desk.edition() != edition {
            self.refresh(Because::News);
        }
        if dismissed {
            effects.push(Effect::Quit);
        }
        effects
    }

    /// Says what the desk has to say; an undo says what it undid.
    fn tell_news(&mut self) {
        for mut news in self.desk.take_news() {
            if news.level == Level::Done
                && let Some((op, text)) = self.undoing.take()
            {
                let recorded = self.desk.journal().entry(&op).is_some_and(|entry| entry.seq > 0);
                if recorded {
                    news.text = text;
                } else {
                    self.undoing = Some((op, text));
                }
            }
            self.toasts.say(news);
        }
    }

    /// Lists anew what is to be seen.
    fn refresh(&mut self, because: Because) {
        let desk = self.frozen.as_deref().unwrap_or(&self.desk);
        self.list.rebuild(desk, &self.sought, because);
        if !self.marks.is_empty() {
            let known: BTreeSet<&IncidentId> = desk.queue().rows.iter().map(|row| &row.id).collect();
            self.marks.keep(&known);
        }
    }

    fn fit(&mut self) {
        self.list.resize(usize::from(self.frame().queue.height / self.outfit.theme.line_height.max(1)));
        self.lay_out_the_page();
    }

    /// Text and history of what is selected, once for each word of the tracker's.
    fn want_detail(&mut self) -> Option<Effect> {
        let id = self.selected()?.clone();
        let updated = self.desk.incident(&id)?.updated_at;
        if id.is_provisional() || self.asked.get(&id) == Some(&updated) {
            return None;
        }
        if self.asked.len() >= DETAILS_KEPT {
            self.asked.clear();
            self.told.clear();
        }
        self.asked.insert(id.clone(), updated);
        Some(Effect::LoadDetail(id))
    }

    fn next_age(&self) -> Option<DateTime<Utc>> {
        let shows_ages = self.list.youngest().is_some() || !self.desk.sources().is_empty() || self.meeting.is_some();
        let minute = self.minute() + TimeDelta::minutes(1);
        let young = self.list.youngest().filter(|at| self.now - *at < TimeDelta::minutes(1) && *at <= self.now);
        let second = young.map(|at| at + TimeDelta::seconds((self.now - at).num_seconds() + 1));
        shows_ages.then_some(minute).into_iter().chain(second).min()
    }

    fn hint(&mut self, text: &str) -> Vec<Effect> {
        self.toasts.hint(text, self.now);
        Vec::new()
    }

    fn complain(&mut self, text: &str) {
        let text = Clean::line(text);
        self.toasts.say(News { at: self.now, level: Level::Error, text, incident: None });
    }
}
