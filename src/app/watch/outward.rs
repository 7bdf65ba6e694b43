//! Out, and out again: the queue is never far.

use super::App;
use crate::app::bindings::{Command, Place};
use crate::app::event::Effect;
use crate::app::key::{Code, Key};
use crate::app::meeting::Meeting;
use crate::panes::frame::{Pane, Shape};

/// So many times out, one after the other, lead to the queue from everywhere.
const OUTS: u8 = 5;

impl App {
    /// Whoever asks to get out again and again gets all the way out: the queue is never further than [`OUTS`].
    pub(super) fn press_and_count(&mut self, key: Key) -> Vec<Effect> {
        let is_out = key == Key::plain(Code::Esc) || self.outfit.keys.command(Place::Queue, key) == Some(Command::Out);
        // Where it is typed it is a letter, and no way out.
        self.outs = if is_out && key.typed().is_none() { self.outs.saturating_add(1) } else { 0 };
        let mut effects = self.press(key);
        if self.outs >= OUTS && self.frame().shape != Shape::TooSmall {
            effects.extend(self.go_home());
        }
        effects
    }

    /// To the queue, wherever this is; what was typed and ticked is kept as any other way out would keep it.
    fn go_home(&mut self) -> Vec<Effect> {
        (self.dialog, self.handing) = (None, None);
        let mut effects = Vec::new();
        if self.pane == Pane::Runbook && self.reading().is_some() {
            effects.extend(self.put_away());
        }
        self.show_pane(Pane::Queue);
        if self.meeting_in_front().is_some_and(Meeting::has_begun) {
            effects.extend(self.put_the_meeting_aside());
        }
        effects
    }
}
