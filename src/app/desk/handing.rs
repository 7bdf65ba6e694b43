//! The handoff, from what the desk knows.

use super::Desk;
use crate::domain::calendar::Facts;
use crate::domain::handoff::{Brought, Desktop, Handoff, compose};
use crate::domain::text::Clean;

impl Desk {
    /// The handoff that is meant, from what is known here, what was brought from disk, and what the calendar is held
    /// against.
    ///
    /// # Errors
    ///
    /// Why there is none, and what to write instead.
    pub fn handoff(&self, brought: Brought, dates: &Facts) -> Result<Handoff, Clean> {
        let desk = Desktop {
            model: &self.setup.model,
            me: &self.setup.me,
            facts: &self.facts,
            queue: &self.queue,
            sources: &self.sources,
            endpoints: &self.endpoints,
            dates,
            now: self.now,
        };
        compose(desk, brought)
    }
}
