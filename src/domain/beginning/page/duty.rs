//! Who is on call, from when on, and who is asked while nobody acks.

use chrono::{Datelike, Days, Timelike, Weekday};

use super::{Page, list, local};
use crate::domain::beginning::crew::Member;
use crate::domain::beginning::question::Pages;

/// The hour of the handover.
const HANDOVER: u32 = 10;
/// So many people are named in one comment.
const NAMED: usize = 5;

impl Page<'_> {
    pub(super) fn rotation(&mut self) {
        let members = list(self.answers.on_call.iter().map(String::as_str));
        if !self.takes_turns() {
            match self.answers.on_call.as_slice() {
                [alone] => self.open.push(format!("who takes turns on call with {alone}? a rotation needs two")),
                _ if self.begun.crew.people().next().is_some() => {
                    self.open.push("who takes turns on call? add [[rotations]]; one needs two people".to_owned());
                }
                _ => {}
            }
            return;
        }
        self.section(&["Who is on call: each in turn, from one handover to the next."]);
        for line in self.not_in_turn() {
            self.line(&format!("# {line}"));
        }
        self.line("[[rotations]]");
        self.pair("id", "ops");
        self.pair("title", "On call");
        self.line(&format!("start = \"{}\" # local; the first member has it from here on", self.last_handover()));
        self.pair("shift", "7d");
        self.line(&format!("members = {members}"));
        match self.answers.pages {
            Pages::Nothing => self.line("coverage = \"business\" # or \"24x7\", or windows"),
            // Who is to be woken at any hour has to have the hour.
            Pages::Sev1 | Pages::Sev2 => self.line("coverage = \"24x7\" # or \"business\", or windows"),
        }
        self.line("secondary = \"previous\" # or \"next\"");
    }

    pub(super) fn escalation(&mut self) {
        if self.begun.crew.people().next().is_none() && self.answers.on_call.is_empty() {
            return;
        }
        self.section(&["Who is asked while nobody acks. A step that reaches nobody is skipped at once."]);
        self.line("[[escalations]]");
        self.pair("id", "default");
        self.line("steps = [");
        if self.takes_turns() {
            self.line("  { to = \"rotation:ops/primary\", wait = \"15m\" },");
            self.line("  { to = \"rotation:ops/secondary\", wait = \"15m\" },");
        }
        if self.asks_owners() {
            self.line("  { to = \"area:owner\", wait = \"30m\" },");
        }
        self.line("  { to = \"everyone\" },");
        self.line("]");
    }

    /// Whether there is a rotation.
    pub(super) fn takes_turns(&self) -> bool {
        self.answers.on_call.len() >= 2
    }

    /// Whether owners are somebody else than those who have been asked: of two people in turn both have been, and a
    /// first step has to reach somebody whatever has happened.
    fn asks_owners(&self) -> bool {
        match self.answers.on_call.len() {
            0 | 1 => self.begun.ground.plots.iter().all(|plot| plot.owner.is_some()),
            2 => false,
            _ => true,
        }
    }

    /// Who of the people does not take turns, and why that may be.
    fn not_in_turn(&self) -> Vec<String> {
        let absent: Vec<&Member> =
            self.begun.crew.people().filter(|member| !self.answers.on_call.contains(&member.id)).collect();
        let told = |member: &&Member| match member.last {
            Some(last) => {
                format!("Not in turn: {}, whose last commit is of {}.", member.id, local(last, self.answers.zone).0)
            }
            None => format!("Not in turn: {}, without a commit in 12 months.", member.id),
        };
        let mut lines: Vec<String> = absent.iter().take(NAMED).map(told).collect();
        if let Some(more @ 1..) = absent.len().checked_sub(NAMED) {
            lines.push(format!("Not in turn: {more} more."));
        }
        lines
    }

    /// The last Monday on which the hour has struck: so the first shift is running, and nothing before it is uncovered.
    fn last_handover(&self) -> String {
        let (today, time) = local(self.begun.seen.now, self.answers.zone);
        let early = today.weekday() == Weekday::Mon && time.hour() < HANDOVER;
        let back = if early { 7 } else { today.weekday().num_days_from_monday() };
        let day = today - Days::new(u64::from(back));
        format!("{}T{HANDOVER:02}:00", day.format("%Y-%m-%d"))
    }
}
