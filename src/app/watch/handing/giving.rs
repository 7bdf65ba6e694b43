//! A handoff leaves the screen: into the team's log folder, as an issue, to the
//! clipboard; or the incoming person accepts it. What leaves bears no secret,
//! and in private mode no name.

use std::borrow::Cow;

use super::Handing;
use crate::app::event::Effect;
use crate::app::handoff::{Errand, Way, post};
use crate::app::watch::App;
use crate::domain::handoff::typed::Accepted;
use crate::domain::handoff::{Handoff, Holder};
use crate::domain::text::Clean;
use crate::domain::veil::Veil;

/// Rather nothing than bare.
const UNTELLABLE: &str = "it cannot be told without its secrets, and stays here";

impl App {
    pub(super) fn copy_handoff(&mut self, handoff: Handoff) -> Vec<Effect> {
        let Some(shown) = self.to_give_away(&handoff) else { return self.hint(UNTELLABLE) };
        let copy = Effect::Copy { what: "handoff", text: shown.markdown() };
        vec![copy, Effect::Handoff(Errand::Given(Box::new(handoff), Way::Copied))]
    }

    pub(super) fn write_handoff(&mut self, handoff: &Handoff) -> Vec<Effect> {
        match self.desk.read_only().cloned() {
            Some(why) => self.hint(&format!("nothing is written: {why}")),
            None => match self.to_give_away(handoff) {
                Some(shown) => vec![Effect::Handoff(Errand::Write(Box::new(shown)))],
                None => self.hint(UNTELLABLE),
            },
        }
    }

    pub(super) fn post_handoff(&mut self, handoff: Handoff) -> Vec<Effect> {
        let Some(shown) = self.to_give_away(&handoff) else { return self.hint(UNTELLABLE) };
        let post = post(&handoff, &shown, self.desk.model(), &[]);
        let decided = self.desk.post(self.now, post);
        if let Some((_, why)) = decided.refused.first() {
            return self.hint(&format!("not posted: {why}"));
        }
        let mut effects = decided.effects;
        effects.push(Effect::Handoff(Errand::Given(Box::new(handoff), Way::Posted)));
        effects.extend(self.hint("posted, once the tracker has answered"));
        effects
    }

    /// A handoff as it may be read on this screen.
    pub fn shown_handoff<'a>(&self, handoff: &'a Handoff) -> Cow<'a, Handoff> {
        let shown = self.veil().and_then(|_| self.to_give_away(handoff));
        shown.map_or(Cow::Borrowed(handoff), Cow::Owned)
    }

    /// A handoff as others may read it: without secrets, and in private mode without names.
    fn to_give_away(&self, handoff: &Handoff) -> Option<Handoff> {
        let person = |holder: &Option<Holder>| holder.as_ref().map(|one| one.person.clone());
        let (outgoing, incoming) = (person(&handoff.outgoing), person(&handoff.incoming));
        let veil = self.veil().cloned().unwrap_or_else(Veil::of_secrets);
        let veil = veil.with_roles(outgoing.as_deref(), incoming.as_deref());
        veil.document(handoff).map(Cow::into_owned)
    }

    pub(super) fn accept_handoff(&mut self, handoff: Handoff, handing: &mut Handing) -> Vec<Effect> {
        let me = self.desk.me().to_owned();
        if let Some(why) = self.desk.read_only().cloned() {
            return self.hint(&format!("nothing is accepted: {why}"));
        }
        match handoff.incoming.as_ref().map(|one| one.person.clone()) {
            Some(who) if who == me => {}
            Some(who) => {
                return self.hint(&format!(
                    "only the incoming person accepts it: {who}; you are {me} (`me` in the personal file)"
                ));
            }
            None => return self.hint("nobody is incoming, so nobody can accept it"),
        }
        if let Some(why) = handoff.is_too_early(self.now) {
            return self.hint(&format!("not accepted: {why}"));
        }
        handing.asked_at = None;
        let accepted = Accepted { shift: handoff.key(), by: Clean::line(&me), at: self.now };
        vec![Effect::Handoff(Errand::Accept(Box::new(handoff), accepted))]
    }
}
