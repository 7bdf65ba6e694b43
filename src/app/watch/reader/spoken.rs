//! A runbook without a cursor: a page is asked for, its steps are ticked off by
//! their places, and somebody says how it went.

use super::{App, Awaited};
use crate::app::event::Effect;
use crate::app::reading::Wanted;
use crate::domain::runbook::run::{Did, Went};
use crate::domain::text::Clean;

impl App {
    /// Asks for a page; it is open once it is there.
    pub(in crate::app) fn want_page(&mut self, wanted: Wanted) -> Vec<Effect> {
        self.reader.awaited = Awaited::Wanted;
        vec![Effect::OpenPage(wanted)]
    }

    /// Ticks a step of the open page off; it shows once it is on disk.
    pub(in crate::app) fn tick(&mut self, step: usize) -> Vec<Effect> {
        let step = self.reading().and_then(|reading| reading.opened.document.steps.get(step));
        let did = step.map(|step| Did::Checked { step: step.id.clone(), text: step.text.clone() });
        did.map(|did| self.write_down(did)).unwrap_or_default()
    }

    /// Says how the use of the open page went, and why.
    pub(in crate::app) fn end_use(&mut self, went: Went, why: &str) -> Vec<Effect> {
        if self.reading().is_none() {
            return Vec::new();
        }
        self.write_down(Did::Ended { went, why: Clean::line(why) })
    }
}
