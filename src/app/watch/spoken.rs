//! The door for who works without keys: the same acts, and every word that is
//! said about them.

use chrono::{DateTime, Utc};

use super::{App, Told};
use crate::app::event::{Effect, News};
use crate::app::list::Because;
use crate::app::wish::Wish;
use crate::domain::id::{IncidentId, OpId};

impl App {
    /// From here on every word is kept until it is heard.
    pub(in crate::app) fn listen(&mut self) {
        self.toasts.listen();
    }

    /// What has been said since this was last asked, oldest first.
    pub(in crate::app) fn hear(&mut self) -> Vec<News> {
        self.toasts.hear()
    }

    /// Decides all of this about each of these; one act, one undo.
    pub(in crate::app) fn act(&mut self, ids: &[IncidentId], wishes: &[Wish]) -> Vec<Effect> {
        let decided = self.desk.wish_all(self.now, ids, wishes);
        self.after_decision(&decided)
    }

    /// Files an incident that nobody has filed yet.
    pub(in crate::app) fn open_new(&mut self, title: &str) -> Vec<Effect> {
        self.file(title, Vec::new())
    }

    /// Takes back the operator's last act, whole.
    pub(in crate::app) fn take_back(&mut self, batch: &OpId) -> Vec<Effect> {
        self.undo_act(batch)
    }

    /// Says yes to a close that asked again.
    pub(in crate::app) fn consent_to(&mut self, op: &OpId) -> Vec<Effect> {
        let effects = self.desk.consent(self.now, op);
        self.tell_news();
        self.refresh(Because::News);
        effects
    }

    /// Puts a refusal away, or drops a close that asked again.
    pub(in crate::app) fn put_aside(&mut self, op: &OpId) -> Vec<Effect> {
        let effects = self.desk.dismiss(self.now, op);
        self.tell_news();
        self.refresh(Because::News);
        effects
    }

    /// Asks every source that this process may ask.
    pub(in crate::app) fn ask_all(&mut self) -> Vec<Effect> {
        self.ask_sources()
    }

    /// Hides names, hosts and private titles, or shows them again.
    pub(in crate::app) fn turn_private(&mut self) -> Vec<Effect> {
        self.toggle_private()
    }

    /// Looks at the operating model.
    pub(in crate::app) fn look_at_the_model(&mut self) -> Vec<Effect> {
        self.ask_for_a_checkup()
    }

    /// When a snooze ends, and whom it wakes.
    pub(in crate::app) fn wakes_at(&self, at: DateTime<Utc>) -> String {
        self.wakes(at)
    }

    /// Looks back upon the running cycle.
    pub(in crate::app) fn look_at_the_review(&mut self) -> Vec<Effect> {
        self.ask_for_review()
    }

    /// Text and history of an incident; none until they have been loaded.
    pub(in crate::app) fn told_of(&self, id: &IncidentId) -> Option<&Told> {
        self.told.get(id)
    }

    /// Has the handoff of the shift that runs or has just ended computed.
    pub(in crate::app) fn look_at_the_handoff(&mut self) -> Vec<Effect> {
        let effects = self.open_handoff();
        self.dialog = None;
        effects.into_iter().chain(self.want_handoff()).collect()
    }

    /// It has been read.
    pub(in crate::app) fn put_the_handoff_down(&mut self) {
        self.handing = None;
    }

    /// What handovers left out.
    pub(in crate::app) fn left_out(&self) -> &[IncidentId] {
        &self.dropped
    }

    /// What is planned and what is amiss with it, in sentences.
    pub(in crate::app) fn plan_in_words(&self) -> Vec<String> {
        let plans = self.plans_spoken();
        plans.into_iter().map(|line| crate::panes::spoken::unmarked(&line)).collect()
    }
}
