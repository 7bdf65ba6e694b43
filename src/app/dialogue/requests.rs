//! Requests that decide nothing about an incident: the log, the sources, and
//! how the dialogue itself goes on.

use std::collections::BTreeSet;

use super::verbs::Does;
use super::{Awaited, Dialogue, Listed, Live, Question};
use crate::app::event::Effect;
use crate::domain::id::{OpId, SourceId};
use crate::domain::journal::Entry;
use crate::panes::spoken::many;

impl Dialogue {
    /// A close that asks again is meant, or a refusal is put away.
    pub(super) fn answer_log(&mut self, does: Does, words: &[String]) -> Vec<Effect> {
        let Listed::Decisions(lines) = &self.listed else {
            self.complain("say log first, then the number of its line");
            return Vec::new();
        };
        let lines = lines.clone();
        let place =
            words.first().map_or(Err("which line of the log?".to_owned()), |word| self.place(word, lines.len()));
        let op = match place {
            Ok(at) => lines.get(at).cloned().flatten(),
            Err(why) => {
                self.complain(&why);
                return Vec::new();
            }
        };
        let waits = |op: &OpId| self.app.desk().journal().entry(op).is_some_and(Entry::is_unseen_complaint);
        let Some(op) = op.filter(waits) else {
            self.complain("that line asks for nothing");
            return Vec::new();
        };
        let (effects, said) = if does == Does::Confirm {
            (self.app.consent_to(&op), "It is sent.")
        } else {
            (self.app.put_aside(&op), "It is put away.")
        };
        self.say(said);
        effects
    }

    /// Asks every source, and waits for those that are polled.
    pub(super) fn refresh(&mut self) -> Vec<Effect> {
        let effects = self.app.ask_all();
        let polled = self.app.desk().sources().iter().filter(|health| health.kind == "github");
        let polled: BTreeSet<SourceId> = polled.map(|health| health.id.clone()).collect();
        if !effects.is_empty() && !polled.is_empty() {
            self.awaited = Awaited::Sources(polled);
        }
        effects
    }

    pub(super) fn turn_live(&mut self, words: &[String]) {
        match words.first().map(String::as_str) {
            Some("on") => {
                self.live = Live::On;
                self.say("What happens is said at once from here on.");
            }
            Some("off") => {
                self.live = Live::Off;
                self.say("What happens is said when you have pressed Enter.");
            }
            Some(_) | None => self.complain("say live on, or live off"),
        }
    }

    pub(super) fn turn_private(&mut self, words: &[String]) -> Vec<Effect> {
        let is_on = self.app.veil().is_some();
        match (words.first().map(String::as_str), is_on) {
            (Some("on"), false) | (Some("off"), true) => return self.app.turn_private(),
            (Some("on"), true) => self.say("Private mode is on."),
            (Some("off"), false) => self.say("Private mode is off."),
            (Some(_) | None, _) => self.complain("say private on, or private off"),
        }
        Vec::new()
    }

    pub(super) fn ask_trust(&mut self) {
        if self.trust.is_empty() {
            self.say("The team file asks for nothing that is not allowed.");
            return;
        }
        let wanted = std::mem::take(&mut self.trust);
        for one in &wanted {
            self.say(&format!("It wants to {one}."));
        }
        let things = many(wanted.len(), "thing", "things");
        self.trust = wanted;
        self.ask(&format!("Allow {things}, now and until that changes?"), Question::Trust);
    }
}
