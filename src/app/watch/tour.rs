//! The tour: a few cards over the real screen, each with one thing to know and
//! the keys for it as they are now.
//!
//! It decides nothing: a key that would decide only turns the card that
//! teaches it. What moves about does move, so that it can be tried.

use super::App;
use crate::app::bindings::{Answer, BINDINGS, Command, Keymap, Place};
use crate::app::event::Effect;
use crate::app::key::Key;
use crate::panes::frame::{Pane, Shape};

/// The tour that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tour {
    /// Which card, from 0.
    card: usize,
    /// To which pane it leads back.
    from: Pane,
}

/// Whether the tour is still to be shown by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Offered {
    /// As soon as nothing else has the keys.
    Yes,
    /// Only when it is asked for.
    #[default]
    No,
}

/// One thing to know.
struct Card {
    title: &'static str,
    /// `{ack}` stands for the first key of the binding `ack`.
    text: &'static str,
    /// Pressing these turns it, too.
    teaches: &'static [Command],
}

const CARDS: [Card; 7] = [
    Card {
        title: "Move",
        text: "What needs you now is on top. {down} and {up} move, {top} and {bottom} go to the ends.",
        teaches: &[Command::Down, Command::Up],
    },
    Card {
        title: "Decide",
        text: "{ack} acks: I have it. It asks nothing, since {undo} takes the last act back, whole. \
               Here they only turn the page.",
        teaches: &[Command::Ack, Command::Undo],
    },
    Card {
        title: "Find",
        text: "{palette} finds whatever can be done by its words. {help} lists the keys of where you are.",
        teaches: &[Command::Palette, Command::Help],
    },
    Card {
        title: "Panes",
        text: "{pane-rotation} is the rotation, {pane-calendar} the calendar, {pane-runbook} the runbooks; \
               {next-pane} goes on, {pane-queue} leads back.",
        teaches: &[
            Command::Pane(Pane::Rotation),
            Command::Pane(Pane::Calendar),
            Command::Pane(Pane::Runbook),
            Command::NextPane,
            Command::PreviousPane,
        ],
    },
    Card {
        title: "Runbook",
        text: "{runbook} opens the runbook for the selected incident; its steps are ticked off with {runbook-check}.",
        teaches: &[Command::Runbook],
    },
    Card {
        title: "Hand over",
        text: "{handoff} writes down what the next person must know, and walks through what still hangs.",
        teaches: &[Command::Handoff],
    },
    Card {
        title: "Quit",
        text: "{quit} leaves whenever you like: what was decided is on disk first, and is sent later. \
               {palette} and the word tour show this again.",
        teaches: &[Command::Quit, Command::Palette],
    },
];

/// A card as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its number and what it is about.
    pub title: String,
    /// What there is to know.
    pub text: String,
}

impl App {
    /// The card that is shown; none if the tour is over, or something else has the keys.
    pub fn tour_card(&self) -> Option<Shown> {
        let at = self.touring()?.card;
        let card = CARDS.get(at)?;
        let title = format!("Tour {}/{}: {}", at + 1, CARDS.len(), card.title);
        Some(Shown { title, text: with_keys(card.text, &self.outfit.keys) })
    }

    /// The tour, while it has the keys.
    pub(super) fn touring(&self) -> Option<Tour> {
        self.tour.filter(|_| self.dialog.is_none() && self.meeting_in_front().is_none())
    }

    /// Shows the first card.
    pub(super) fn begin_tour(&mut self) {
        self.tour = Some(Tour { card: 0, from: self.pane });
    }

    /// Shows it by itself, once nothing else is asked or too small to be seen; it is remembered at once.
    pub(super) fn begin_tour_if_offered(&mut self) -> Option<Effect> {
        let free = self.dialog.is_none() && self.meeting.is_none() && self.frame().shape != Shape::TooSmall;
        if self.offered == Offered::No || !free {
            return None;
        }
        self.offered = Offered::No;
        self.begin_tour();
        Some(Effect::RememberTour)
    }

    /// What a key does to the card; what moves about is done, too, and nothing else is.
    pub(super) fn press_in_tour(&mut self, key: Key, tour: Tour) -> Vec<Effect> {
        match self.outfit.keys.answer(Place::Tour, key) {
            Some(Answer::Down) => self.turn_the_card(tour, 1),
            Some(Answer::Up) => self.turn_the_card(tour, -1),
            Some(Answer::Back) => self.end_tour(tour),
            Some(_) | None => return self.try_out(key, tour),
        }
        Vec::new()
    }

    fn try_out(&mut self, key: Key, tour: Tour) -> Vec<Effect> {
        let Some(command) = self.outfit.keys.command(Place::Queue, key) else { return Vec::new() };
        let shows_pane = matches!(command, Command::Pane(_) | Command::NextPane | Command::PreviousPane);
        let effects =
            if shows_pane || (command.moves() && self.pane == Pane::Queue) { self.run(command) } else { Vec::new() };
        if CARDS.get(tour.card).is_some_and(|card| card.teaches.contains(&command)) {
            self.turn_the_card(tour, 1);
        }
        effects
    }

    fn turn_the_card(&mut self, tour: Tour, by: isize) {
        let card = tour.card.saturating_add_signed(by);
        if card < CARDS.len() {
            self.tour = Some(Tour { card, ..tour });
        } else {
            self.end_tour(tour);
        }
    }

    fn end_tour(&mut self, tour: Tour) {
        self.tour = None;
        self.show_pane(tour.from);
    }
}

/// The text with the first key of each binding that it names; of one that has none, its name in the palette.
fn with_keys(text: &str, keys: &Keymap) -> String {
    BINDINGS.iter().fold(text.to_owned(), |text, binding| {
        let named = format!("{{{}}}", binding.name);
        if !text.contains(&named) {
            return text;
        }
        let key = match binding.command {
            Command::Answer(answer) => keys.key_in(binding.place, answer),
            command => keys.key_of(command),
        };
        let key = if key.is_empty() { format!("“{}” in the palette", binding.name) } else { format!("`{key}`") };
        text.replace(&named, &key)
    })
}
