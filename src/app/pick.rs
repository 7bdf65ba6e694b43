//! A list to choose from: typing narrows it, Enter takes the line.

use chrono::{DateTime, NaiveDate, Utc};

use super::bindings::Binding;
use super::escalating::Rung;
use super::fuzzy::{Finder, Fit};
use super::typed::Typed;
use super::watch::{Dialog, HandAsk};
use crate::config::Amendment;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::CloseReason;
use crate::domain::runbook::run::Went;

/// One line that can be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What it is.
    pub label: String,
    /// What helps to choose.
    pub hint: String,
    /// What choosing it does.
    pub means: Means,
}

/// What choosing a line does.
#[derive(Debug, Clone, PartialEq)]
pub enum Means {
    /// Assigns to this person; to nobody, if none.
    Assign(Option<String>),
    /// Closes for this reason.
    Close(CloseReason),
    /// Snoozes until then.
    Snooze(DateTime<Utc>),
    /// Sets this severity; none, if none.
    Severity(Option<String>),
    /// Sets this kind; none, if none.
    Kind(Option<String>),
    /// Asks this one to take it.
    Escalate(Rung),
    /// Asks whether to merge into this one.
    Merge(IncidentId),
    /// Says so of eval findings, until a day that is asked for next.
    Say(CloseReason),
    /// Shows what the team file would be with this.
    Amend(Box<Amendment>),
    /// Until the end of this day.
    Until(NaiveDate),
    /// Goes to this heading of the runbook, by its place.
    Heading(usize),
    /// Follows this link of the runbook, by its place.
    Follow(usize),
    /// Asks why the runbook went so; closes it and says nothing, if none.
    Went(Option<Went>),
    /// Finds this page by these words from now on; or does not.
    Learn(Option<(String, String)>),
    /// Asks for this line of a handoff.
    Type(HandAsk),
    /// Does what a key would do, or goes somewhere.
    Do(Deed),
}

/// What a line of the palette does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// What the keys of this binding do.
    Binding(&'static Binding),
    /// Selects this incident.
    Go(IncidentId),
    /// Nothing now, for this reason.
    Nothing(String),
}

/// What the list is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Purpose {
    /// To decide about these incidents: those that were seen when the list was opened.
    Decide(Vec<IncidentId>),
    /// To say more about a new incident.
    File {
        /// Its title.
        title: String,
        /// Its labels so far.
        labels: Vec<String>,
    },
    /// To say something of these eval findings, until a day.
    Say {
        /// Which.
        ids: Vec<IncidentId>,
        /// What.
        verdict: CloseReason,
    },
    /// To change who is on call.
    Amend,
    /// To say something about the runbook that is open.
    Page,
    /// To say something in a handoff: about this incident, or about the shift.
    Handoff(Option<IncidentId>),
    /// To find what can be done.
    Command,
}

/// A list to choose from.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// What it is for.
    pub purpose: Purpose,
    /// What is asked.
    pub title: String,
    /// Whose assignable users belong here; none for any other list.
    pub people_of: Option<SourceId>,
    /// What it was opened in, and to which it leads back; none: the queue or a pane.
    pub behind: Option<Box<Dialog>>,
    choices: Vec<Choice>,
    typed: Typed,
    found: Vec<(usize, Fit)>,
    extra: Vec<Choice>,
    at: usize,
}

impl Pick {
    /// A list of these, the first selected.
    pub fn new(purpose: Purpose, title: String, choices: Vec<Choice>) -> Self {
        let found = (0..choices.len()).map(|at| (at, Fit::default())).collect();
        let typed = Typed::default();
        Self { purpose, title, people_of: None, behind: None, choices, typed, found, extra: Vec::new(), at: 0 }
    }

    /// What has been typed.
    pub fn typed(&self) -> &Typed {
        &self.typed
    }

    /// What has been typed, to type on; followed by [`Self::narrow`].
    pub fn typed_mut(&mut self) -> &mut Typed {
        &mut self.typed
    }

    /// What is in the list, before typing narrows it.
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// Adds to the list.
    pub fn add(&mut self, more: Vec<Choice>) {
        let selected = self.found.get(self.at).map(|(index, _)| *index);
        self.choices.extend(more);
        self.find();
        // What was selected stays selected, whatever came in.
        let still = selected.and_then(|index| self.found.iter().position(|(found, _)| *found == index));
        self.at = still.unwrap_or(self.len().saturating_sub(1));
    }

    /// Keeps what has every word that was typed; `extra` is what the text itself means.
    pub fn narrow(&mut self, extra: Vec<Choice>) {
        self.extra = extra;
        self.at = 0;
        self.find();
    }

    fn find(&mut self) {
        self.found = if self.purpose == Purpose::Command { self.fitting() } else { self.saying() };
    }

    /// What fits the words, the best first; of what fits as well, what stood first.
    fn fitting(&self) -> Vec<(usize, Fit)> {
        let mut finder = Finder::of(self.typed.text());
        let fit = |(at, choice): (usize, &Choice)| Some((at, finder.fit(&choice.label, &choice.hint)?));
        let mut found: Vec<_> = self.choices.iter().enumerate().filter_map(fit).collect();
        found.sort_by_key(|(_, fit)| std::cmp::Reverse(fit.score));
        found
    }

    /// What has every word as it is typed, where it stood.
    fn saying(&self) -> Vec<(usize, Fit)> {
        let text = self.typed.text().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let says = |choice: &Choice| {
            let hay = format!("{} {}", choice.label, choice.hint).to_lowercase();
            words.iter().all(|word| hay.contains(word))
        };
        let found = (0..self.choices.len()).filter(|at| words.is_empty() || says(&self.choices[*at]));
        found.map(|at| (at, Fit::default())).collect()
    }

    /// By which letters the line at this place was found; none if that is not known.
    pub fn letters(&self, at: usize) -> Option<&Fit> {
        self.found.get(at.checked_sub(self.ahead())?).map(|(_, fit)| fit)
    }

    /// How many lines come before what was found: in the palette, what the text itself means.
    fn ahead(&self) -> usize {
        if self.purpose == Purpose::Command { self.extra.len() } else { 0 }
    }

    /// How many lines are left.
    pub fn len(&self) -> usize {
        self.found.len() + self.extra.len()
    }

    /// Whether no line is left.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The line at this place, of those that are left.
    pub fn line(&self, at: usize) -> Option<&Choice> {
        let Some(place) = at.checked_sub(self.ahead()) else { return self.extra.get(at) };
        match self.found.get(place) {
            Some((index, _)) => self.choices.get(*index),
            None if self.ahead() > 0 => None,
            None => self.extra.get(place - self.found.len()),
        }
    }

    /// The place of the selected line.
    pub fn at(&self) -> usize {
        self.at
    }

    /// What is selected; none if nothing is left.
    pub fn selected(&self) -> Option<&Choice> {
        self.line(self.at)
    }

    /// Selects the line at this place, of those that are left.
    pub fn select(&mut self, at: usize) {
        self.at = at.min(self.len().saturating_sub(1));
    }

    /// Moves the selection, as far as there are lines.
    pub fn step(&mut self, lines: isize) {
        self.at = self.at.saturating_add_signed(lines).min(self.len().saturating_sub(1));
    }
}
