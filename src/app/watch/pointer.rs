//! What the pointer does: the same as a key would, where it is.

use ratatui::layout::Position;

use super::{App, Dialog};
use crate::app::event::Effect;
use crate::app::pointer::{MouseMode, Pointed, Spot};
use crate::panes::frame::{Focus, Pane};

impl App {
    /// Whose the mouse is.
    pub fn mouse(&self) -> MouseMode {
        self.outfit.mouse
    }

    pub(super) fn switch_mouse(&mut self) -> Vec<Effect> {
        let (mode, said) = match self.outfit.mouse {
            MouseMode::Off => {
                (MouseMode::On, "the mouse clicks here; mark text with Shift (or the terminal's own key) held")
            }
            MouseMode::On => (MouseMode::Off, "the mouse is the terminal's again"),
        };
        self.outfit.mouse = mode;
        self.hint(said);
        vec![Effect::Mouse(mode)]
    }

    pub(super) fn point(&mut self, pointed: Pointed) -> Vec<Effect> {
        if let Pointed::Choice(at) = pointed {
            if let Some(Dialog::Pick(mut pick)) = self.dialog.take() {
                pick.select(at);
                self.try_on(&pick);
                self.dialog = Some(Dialog::Pick(pick));
            }
            return Vec::new();
        }
        // Whatever else it points to lies under what is asked.
        let covered = self.dialog.is_some() || self.meeting_in_front().is_some();
        if covered && !matches!(pointed, Pointed::Dropped) {
            return Vec::new();
        }
        match pointed {
            Pointed::Row(at) => {
                self.show_pane(Pane::Queue);
                self.focus = Focus::Queue;
                self.before_filter = None;
                let desk = self.frozen.as_deref().unwrap_or(&self.desk);
                self.list.step_to(at, desk);
                self.stretch_range();
            }
            Pointed::Detail => {
                self.show_pane(Pane::Queue);
                self.focus = Focus::Detail;
            }
            Pointed::Pane(pane) => self.show_pane(pane),
            Pointed::Entry(pane, at) => {
                self.show_pane(pane);
                self.select_in_pane(pane, at);
            }
            Pointed::Grabbed(divider) => self.held = Some(divider),
            Pointed::Dragged(x, y) => {
                if let Some(divider) = self.held {
                    self.move_divider(divider, Position::new(x, y));
                }
            }
            Pointed::Dropped if self.held.take().is_some() => return vec![Effect::Arrange(self.splits)],
            Pointed::Dropped | Pointed::Choice(_) => {}
            Pointed::Wheel(spot, lines) => self.turn_wheel(spot, lines),
        }
        Vec::new()
    }

    /// Scrolls what is under the pointer; the keys stay where they are.
    fn turn_wheel(&mut self, spot: Spot, lines: isize) {
        match spot {
            Spot::Queue => {
                let desk = self.frozen.as_deref().unwrap_or(&self.desk);
                self.list.step(lines, desk);
                self.stretch_range();
            }
            Spot::Detail => self.scroll_detail(lines),
            Spot::Pane(pane @ (Pane::Rotation | Pane::Calendar)) => self.step_in(pane, lines),
            Spot::Pane(Pane::Runbook) => self.step_in_runbooks(lines),
            Spot::Pane(Pane::Queue) => {}
        }
    }

    fn select_in_pane(&mut self, pane: Pane, at: usize) {
        let here = self.reading().filter(|_| pane == Pane::Runbook).map_or(self.pane_cursor(pane).at, |open| open.at);
        let step = isize::try_from(at).unwrap_or(0) - isize::try_from(here).unwrap_or(0);
        match pane {
            Pane::Rotation | Pane::Calendar if step != 0 => self.step_in(pane, step),
            Pane::Runbook => self.step_in_runbooks(step),
            Pane::Queue | Pane::Rotation | Pane::Calendar => {}
        }
    }
}
