//! The filter, while it is typed: the queue follows each letter.

use super::keys::After;
use super::{App, Dialog};
use crate::app::bindings::{Answer, Place};
use crate::app::event::Effect;
use crate::app::key::Key;
use crate::app::list::Because;
use crate::app::typed::{Heard, Shape, Typed};
use crate::panes::frame::Focus;

impl App {
    pub(super) fn open_filter(&mut self) {
        self.focus = Focus::Queue;
        self.before_filter = self.selected().cloned();
        self.dialog = Some(Dialog::Filter(Typed::of(&self.sought.text, Shape::Line)));
    }

    pub(super) fn press_in_filter(&mut self, key: Key, typed: &mut Typed) -> (After, Vec<Effect>) {
        match self.outfit.keys.answer(Place::List, key) {
            Some(Answer::Choose) => {
                self.before_filter = None;
                return (After::Closes, Vec::new());
            }
            Some(Answer::Back) => {
                self.drop_filter();
                return (After::Closes, Vec::new());
            }
            Some(Answer::Down) => self.go(1),
            Some(Answer::Up) => self.go(-1),
            Some(Answer::PageDown) => self.go(self.half_page()),
            Some(Answer::PageUp) => self.go(-self.half_page()),
            Some(_) | None => {
                if typed.press(key) == Heard::Taken {
                    self.seek(typed.text());
                }
            }
        }
        (After::Stays, Vec::new())
    }

    /// Lists what these words look for.
    pub(super) fn seek(&mut self, text: &str) {
        if self.sought.text == text {
            return;
        }
        self.sought.words(text);
        self.refresh(Because::Asked);
    }

    /// Lists everything again; a filter that was never taken leaves the cursor
    /// where it was before.
    pub(super) fn drop_filter(&mut self) {
        self.seek("");
        if let Some(id) = self.before_filter.take() {
            let desk = self.frozen.as_deref().unwrap_or(&self.desk);
            self.list.select(&id, desk);
        }
    }
}
