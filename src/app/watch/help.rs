//! The keys as they are now: where each holds, and words to find one.

use super::answers::Pressed;
use super::keys::After;
use super::{App, Dialog};
use crate::app::bindings::{Answer, Binding, Place};
use crate::app::key::Key;
use crate::app::meeting::Stage;
use crate::app::typed::{Heard, Typed};

impl App {
    /// The place whose keys hold now.
    pub fn place(&self) -> Place {
        match (&self.dialog, self.meeting_in_front()) {
            (Some(dialog), _) => dialog.place(),
            (None, Some(meeting)) if meeting.stage == Stage::Ending => Place::Question,
            (None, Some(_)) => Place::Meeting,
            (None, None) if self.tour.is_some() => Place::Tour,
            (None, None) => self.pane.keys(),
        }
    }

    /// Shows the keys, over what they were asked for in.
    pub(super) fn open_help(&mut self, behind: Option<Dialog>) {
        self.dialog = Some(Dialog::Help { typed: Typed::default(), top: 0, behind: behind.map(Box::new) });
    }

    pub(super) fn press_in_help(&mut self, key: Key, typed: &mut Typed, top: &mut usize) -> Pressed {
        let page = self.half_page();
        match self.outfit.keys.answer(Place::List, key) {
            Some(Answer::Back | Answer::Choose | Answer::Help) => return (After::Closes, Vec::new()),
            Some(Answer::Down) => *top = top.saturating_add(1),
            Some(Answer::Up) => *top = top.saturating_sub(1),
            Some(Answer::PageDown) => *top = top.saturating_add_signed(page),
            Some(Answer::PageUp) => *top = top.saturating_add_signed(-page),
            Some(_) | None => {
                if typed.press(key) == Heard::Taken {
                    *top = 0;
                }
            }
        }
        *top = (*top).min(self.help_lines(typed.text()).len().saturating_sub(1));
        (After::Stays, Vec::new())
    }

    /// The lines of help that have these words: the group, the keys, the help. Those of the view that it was asked
    /// from come first.
    pub fn help_lines(&self, words: &str) -> Vec<(&'static str, String, &'static str)> {
        let words = words.to_lowercase();
        let rows = self.outfit.keys.rows();
        let fits = |text: &str| words.split_whitespace().all(|word| text.to_lowercase().contains(word));
        let mut rows: Vec<(&Binding, String)> = rows
            .filter(|(binding, keys)| fits(&format!("{} {} {} {keys}", binding.group, binding.name, binding.help)))
            .collect();
        // The keys of where it was opened come first; those of the queue begin the table.
        let here = match &self.dialog {
            Some(Dialog::Help { behind: Some(behind), .. }) => Some(behind.place()),
            _ if self.meeting_in_front().is_some() => Some(Place::Meeting),
            _ => Some(self.look().pane.keys()).filter(|place| *place != Place::Queue),
        };
        rows.sort_by_key(|(binding, _)| here.is_some_and(|here| binding.place != here));
        rows.into_iter().map(|(binding, keys)| (binding.group, keys, binding.help)).collect()
    }
}
