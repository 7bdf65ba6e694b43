//! Moving the dividers between the parts of the screen, by key and by hand.

use ratatui::layout::{Position, Rect};

use super::App;
use crate::app::bindings::Shove;
use crate::app::event::Effect;
use crate::panes::frame::{Divider, Pane, Runs, Splits};

/// So far a divider goes at once: in columns, and in rows.
const STEP: (i32, i32) = (4, 1);

impl App {
    /// Where the dividers are.
    pub fn splits(&self) -> &Splits {
        &self.splits
    }

    /// The divider that the pointer holds; none if it holds none.
    pub fn held(&self) -> Option<Divider> {
        self.held
    }

    pub(super) fn arrange(&mut self, splits: Splits) {
        self.splits = splits;
    }

    /// Moves the divider that a key means where the keys are now.
    pub(super) fn shove(&mut self, shove: Shove) -> Vec<Effect> {
        let (runs, by) = match shove {
            Shove::Left => (Runs::Upright, (-STEP.0, 0)),
            Shove::Right => (Runs::Upright, (STEP.0, 0)),
            Shove::Up => (Runs::Level, (0, -STEP.1)),
            Shove::Down => (Runs::Level, (0, STEP.1)),
            Shove::Back => {
                self.splits = Splits::default();
                self.hint("all dividers are where they usually are");
                return vec![Effect::Arrange(self.splits)];
            }
        };
        let Some((divider, place)) = self.divider_meant(runs) else {
            let way = if runs == Runs::Upright { "upright" } else { "level" };
            return self.hint(&format!("there is no {way} divider to move here"));
        };
        let (x, y) = (i32::from(place.x) + by.0, i32::from(place.y) + by.1);
        let at = Position::new(u16::try_from(x).unwrap_or(0), u16::try_from(y).unwrap_or(0));
        self.move_divider(divider, at);
        vec![Effect::Arrange(self.splits)]
    }

    /// The divider next to what has the keys that runs so, and where it is.
    fn divider_meant(&self, runs: Runs) -> Option<(Divider, Rect)> {
        let frame = self.frame();
        let nearest = match self.pane {
            Pane::Queue => [Divider::Stacked, Divider::Beside, Divider::Board],
            Pane::Rotation => [Divider::Rotation, Divider::Board, Divider::Calendar],
            Pane::Calendar | Pane::Runbook => [Divider::Calendar, Divider::Rotation, Divider::Board],
        };
        let shown: Vec<(Divider, Rect)> =
            frame.dividers().filter(|(divider, _)| frame.runs(*divider) == runs).collect();
        nearest.into_iter().find_map(|wanted| shown.iter().find(|(divider, _)| *divider == wanted).copied())
    }

    /// Puts a divider as near to this cell as the parts beside it allow.
    pub(super) fn move_divider(&mut self, divider: Divider, to: Position) {
        let part = self.frame().split_at(divider, to);
        self.splits.set(divider, Some(part));
        // What the parts made of it is what is kept: a key back moves it at once.
        let stands = self.frame().dividers().find(|(shown, _)| *shown == divider).map(|(_, place)| place);
        if let Some(place) = stands {
            let part = self.frame().split_at(divider, place.as_position());
            self.splits.set(divider, Some(part));
        }
    }
}
