//! The panes beside the queue: which one has the keys, and where its cursor is.

use ratatui::text::Line;

use super::App;
use crate::app::bindings::{Answer, Place};
use crate::app::event::Effect;
use crate::app::key::Key;
use crate::panes::frame::{Look, Pane};
use crate::panes::rotation::{self, Watchbill};

/// Where somebody is in a pane that lists lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PaneCursor {
    /// The selected entry, by its place.
    pub at: usize,
    /// How many lines have been scrolled away.
    pub top: usize,
}

/// Nobody reads along a longer line.
const WIDEST: u16 = 112;

/// The lines of a pane, each with the place of the entry that it belongs to.
pub type Placed = Vec<(Option<usize>, Line<'static>)>;

impl App {
    /// What has the keys, and whether it is alone.
    pub fn look(&self) -> Look {
        Look { pane: self.pane, focus: self.focus, zoomed: self.zoomed, splits: self.splits }
    }

    /// Who is on call, as it is shown.
    pub fn watchbill(&self) -> &Watchbill {
        &self.watchbill
    }

    /// Where the cursor of a pane is.
    pub fn pane_cursor(&self, pane: Pane) -> PaneCursor {
        match pane {
            Pane::Queue => PaneCursor::default(),
            Pane::Runbook => self.pages_cursor(),
            Pane::Rotation => self.turns,
            Pane::Calendar => self.days,
        }
    }

    fn pane_cursor_mut(&mut self, pane: Pane) -> &mut PaneCursor {
        if pane == Pane::Calendar { &mut self.days } else { &mut self.turns }
    }

    /// The lines of a pane in so many columns, without its title.
    pub fn pane_lines(&self, pane: Pane, width: u16) -> Placed {
        let (theme, width) = (&self.outfit.theme, width.min(WIDEST));
        let selected = (self.pane == pane).then_some(self.pane_cursor(pane).at);
        match pane {
            Pane::Queue | Pane::Runbook => Vec::new(),
            Pane::Calendar => self.calendar_lines(width),
            Pane::Rotation => rotation::lines(&self.shown_bill(), (self.minute(), selected), width, theme),
        }
    }

    /// How many entries of a pane can be selected.
    fn entries(&self, pane: Pane) -> usize {
        match pane {
            Pane::Queue | Pane::Runbook => 0,
            Pane::Calendar => self.planned(),
            Pane::Rotation => self.watchbill.turns().count(),
        }
    }

    /// Computes anew who is on call, when that may have changed.
    pub(super) fn look_at_the_bill(&mut self) {
        let now = self.now;
        if self.watchbill.is_good_at(now) {
            return;
        }
        let team = &self.desk.model().team;
        let viewer = team.person(self.desk.me()).and_then(|person| person.timezone);
        self.watchbill = Watchbill::of(team, now, viewer);
        self.work_out_the_plans();
        self.remind_of_the_end();
    }

    pub(super) fn show_pane(&mut self, pane: Pane) {
        self.turn_from_the_meeting(pane);
        self.pane = pane;
    }

    /// What a key does while a pane beside the queue has it.
    pub(super) fn press_in_pane(&mut self, key: Key) -> Vec<Effect> {
        if let Some(answer) = self.outfit.keys.answer(Place::Pane, key) {
            return self.answer_in_pane(answer);
        }
        match self.outfit.keys.command(Place::Queue, key) {
            Some(command) if Place::Pane.reaches(command) => self.run(command),
            Some(_) | None => Vec::new(),
        }
    }

    fn answer_in_pane(&mut self, answer: Answer) -> Vec<Effect> {
        let pane = self.pane;
        let full = isize::try_from(self.pane_height(pane).saturating_sub(1)).unwrap_or(1).max(1);
        match answer {
            Answer::Down => self.step_in_pane(1),
            Answer::Up => self.step_in_pane(-1),
            Answer::PageDown => self.step_in_pane(full),
            Answer::PageUp => self.step_in_pane(-full),
            Answer::Top => self.step_in_pane(isize::MIN),
            Answer::Bottom => self.step_in_pane(isize::MAX),
            Answer::Choose if pane == Pane::Calendar => self.open_entry(),
            Answer::Back => self.show_pane(Pane::Queue),
            Answer::Take => return self.change_shift(Self::take_shift),
            Answer::Give => return self.change_shift(Self::give_shift),
            Answer::Swap => return self.change_shift(Self::swap_shift),
            Answer::Hold => return self.change_shift(Self::override_shift),
            _ => {}
        }
        Vec::new()
    }

    fn pane_height(&self, pane: Pane) -> usize {
        usize::from(self.frame().place(pane).height.saturating_sub(1))
    }

    /// Moves to another entry, and past the last one on to what stands below it.
    fn step_in_pane(&mut self, step: isize) {
        self.step_in(self.pane, step);
    }

    /// The same in a pane that need not have the keys.
    pub(super) fn step_in(&mut self, pane: Pane, step: isize) {
        let (height, width) = (self.pane_height(pane), self.frame().place(pane).width);
        let last = self.entries(pane).saturating_sub(1);
        let mut cursor = self.pane_cursor(pane);
        let moved = cursor.at.saturating_add_signed(step).min(last);
        let lines = self.pane_lines(pane, width);
        let end = lines.len().saturating_sub(height);
        cursor.top = if moved == cursor.at {
            cursor.top.saturating_add_signed(step).min(end)
        } else {
            let line = lines.iter().position(|(place, _)| *place == Some(moved)).unwrap_or(0);
            let above = if moved == 0 { 0 } else { line };
            // A place without rows has no line that could be in sight.
            cursor.top.clamp((line + 1).saturating_sub(height).min(above), above).min(end)
        };
        cursor.at = moved;
        *self.pane_cursor_mut(pane) = cursor;
    }

    /// Scrolls on until what is said of the selected entry is seen, too.
    pub(super) fn bring_into_sight(&mut self) {
        let pane = self.pane;
        let (height, width) = (self.pane_height(pane), self.frame().place(pane).width);
        let lines = self.pane_lines(pane, width);
        let mut cursor = self.pane_cursor(pane);
        let Some(first) = lines.iter().position(|(place, _)| *place == Some(cursor.at)) else { return };
        let below = lines.iter().skip(first + 1);
        // Up to the blank line or the next entry.
        let more = below.take_while(|(place, line)| place.is_none_or(|at| at == cursor.at) && line.width() > 0).count();
        cursor.top = cursor.top.max((first + more + 1).saturating_sub(height)).min(first);
        *self.pane_cursor_mut(pane) = cursor;
    }
}
