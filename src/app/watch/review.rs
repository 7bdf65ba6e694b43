//! The cycle review on the screen: asked for when it is opened, kept until it
//! is asked for again, and read while the watch goes on.

use ratatui::text::Line;

use super::App;
use super::answers::Pressed;
use super::dialog::Dialog;
use super::keys::After;
use super::lookup::Lookup;
use crate::app::bindings::{Answer, Place};
use crate::app::event::Effect;
use crate::app::key::Key;
use crate::domain::review::Review;
use crate::domain::text::Clean;
use crate::panes::review;

/// So many columns and rows of the screen are the frame of a dialog, and header and footer.
const FRAME: (u16, u16) = (2, 4);

/// How far looking back has come.
pub type LookBack = Lookup<Review>;

impl App {
    /// The cycle, looked back upon, as far as that has come.
    pub fn look_back(&self) -> &LookBack {
        &self.review
    }

    pub(super) fn open_review(&mut self) -> Vec<Effect> {
        self.dialog = Some(Dialog::Review(0));
        self.ask_for_review()
    }

    fn ask_for_review(&mut self) -> Vec<Effect> {
        self.review.ask();
        vec![Effect::Review]
    }

    pub(super) fn take_review(&mut self, told: &Result<Box<Review>, Clean>) {
        self.review.take(told);
    }

    /// What stands on the page, in so many columns; empty until it is known.
    pub fn review_lines(&self, width: u16) -> Vec<Line<'static>> {
        let Some(review) = self.review.known() else { return Vec::new() };
        let shown = self.veil().and_then(|veil| veil.document(review));
        review::lines(shown.as_deref().unwrap_or(review), width, &self.outfit.theme)
    }

    pub(super) fn press_in_review(&mut self, key: Key, top: &mut usize) -> Pressed {
        let (width, height) = (self.size.0.saturating_sub(FRAME.0), usize::from(self.size.1.saturating_sub(FRAME.1)));
        let lines = self.review_lines(width);
        let last = lines.len().saturating_sub(height);
        let page = height.saturating_sub(1).max(1);
        let is_heading = |at: &usize| at.checked_sub(1).is_some_and(|above| lines[above].spans.is_empty());
        *top = match self.outfit.keys.answer(Place::Review, key) {
            Some(Answer::Down) => *top + 1,
            Some(Answer::Up) => top.saturating_sub(1),
            Some(Answer::PageDown) => *top + page,
            Some(Answer::PageUp) => top.saturating_sub(page),
            Some(Answer::Top) => 0,
            Some(Answer::Bottom) => last,
            Some(Answer::Next) => (*top + 1..lines.len()).find(is_heading).unwrap_or(*top),
            Some(Answer::Previous) => (0..*top).rev().find(is_heading).unwrap_or(0),
            Some(Answer::Refresh) => return (After::Stays, self.ask_for_review()),
            Some(Answer::Back) => return (After::Closes, Vec::new()),
            Some(_) | None => *top,
        }
        .min(last);
        (After::Stays, Vec::new())
    }
}
