//! What else the screen shows, a sentence each: the log, the rotation, the
//! calendar, the endpoints, the model, the review and the handoff.

use ratatui::text::Line;

use super::{Awaited, Dialogue, Listed, Waiting, unnumbered};
use crate::app::event::Effect;
use crate::app::watch::{LogLine, Lookup};
use crate::domain::check::Finding;
use crate::domain::id::SourceId;
use crate::domain::text::Clean;
use crate::panes::{model, review, spoken};
use crate::theme::Theme;

use spoken::{many, quoted, span, unmarked};

/// No line of a page that is read out is broken.
const WIDE: u16 = u16::MAX;

impl Dialogue {
    pub(super) fn tell_events(&mut self) {
        let lines = self.events.all();
        if lines.is_empty() {
            self.say("Nothing happened that was not said.");
        }
        self.read_out(unnumbered(lines));
    }

    /// The newest first; a number leads to what can be answered.
    pub(super) fn tell_log(&mut self) {
        let now = self.app.desk().now();
        let (mut lines, mut ops) = (Vec::new(), Vec::new());
        for (at, line) in self.app.log().into_iter().enumerate() {
            let (said, op) = match line {
                LogLine::Decision(entry) => {
                    let why = entry.told().map(|why| format!(": {}", quoted(why.as_str()))).unwrap_or_default();
                    let remedy = match entry.state {
                        crate::domain::journal::State::Asking => ", say confirm or dismiss with its number",
                        _ if entry.is_unseen_complaint() => ", say dismiss with its number to put it away",
                        _ => "",
                    };
                    let id = self.app.desk().name(&self.app.desk().called(&entry.incident));
                    let (verb, word) = (entry.decision.verb(), entry.state.word());
                    (format!("{verb} {id} {word}{why}{remedy}"), Some(entry.op.clone()))
                }
                LogLine::Notice(news) => (news.text.to_string(), None),
            };
            lines.push((Some(at + 1), format!("{}. {} ago, {said}.", at + 1, span(now - line.at()))));
            ops.push(op);
        }
        if lines.is_empty() {
            self.say("Nothing was decided here in the last 24 hours.");
        }
        self.listed = Listed::Decisions(ops);
        self.read_out = 0;
        self.read_out(lines);
    }

    pub(super) fn tell_rotation(&mut self) {
        let bill = self.app.watchbill().clone();
        if bill.bills.is_empty() {
            self.say("The team file has no rotation.");
        }
        let mut lines = Vec::new();
        for one in &bill.bills {
            lines.push(format!("Rotation {}. {}", one.name, sentence(&one.sentence)));
            lines.extend(one.beside.iter().map(|(what, who)| format!("{}: {who}.", super::hearing::capital(what))));
            lines.extend(one.handover.as_ref().map(|handover| format!("Next handover {handover}.")));
            for turn in one.turns.iter().skip(1) {
                let odd = turn.odd.as_ref().map(|odd| format!(", {odd}")).unwrap_or_default();
                let form = "%A %-d %B, %H:%M";
                let (from, to) = (turn.start.format(form), turn.end.format(form));
                lines.push(format!("Then {from} to {to}: {}{odd}.", turn.who));
            }
        }
        for (_, what, remedy) in &bill.amiss {
            lines.push(format!("Amiss: {}", sentence(what)));
            lines.push(format!("To mend it: {}", sentence(remedy)));
        }
        self.read_out(unnumbered(lines.iter().map(|line| unmarked(line)).collect()));
    }

    pub(super) fn tell_calendar(&mut self) {
        let lines = self.app.plan_in_words();
        self.read_out(unnumbered(lines));
    }

    /// The endpoints, what fails first; with a number, one of them in full.
    pub(super) fn tell_health(&mut self, words: &[String]) {
        if let (Listed::Endpoints(ids), Some(word)) = (&self.listed, words.first()) {
            match self.place(word, ids.len()).map(|at| ids[at].clone()) {
                Ok(id) => self.tell_endpoint(&id),
                Err(why) => self.complain(&why),
            }
            return;
        }
        let (mut lines, mut ids) = (Vec::new(), Vec::new());
        for (at, standing) in self.app.standings().into_iter().enumerate() {
            let trouble = standing.trouble();
            let trouble = if trouble.is_empty() { String::new() } else { format!(", {trouble}") };
            lines.push((Some(at + 1), format!("{}. {}, {}{trouble}.", at + 1, standing.id, standing.condition.word())));
            ids.push(standing.id.clone());
        }
        if lines.is_empty() {
            self.say("The team file names no MCP endpoint.");
        }
        self.listed = Listed::Endpoints(ids);
        self.read_out = 0;
        self.read_out(lines);
    }

    fn tell_endpoint(&mut self, id: &SourceId) {
        let standings = self.app.standings();
        let Some(standing) = standings.iter().find(|standing| standing.id == id) else { return };
        let lines = spoken::flat(&self.app.health_page(standing, WIDE));
        self.read_out(unnumbered(lines));
    }

    /// What is wrong with the operating model; with a number, one finding in full.
    pub(super) fn tell_model(&mut self, words: &[String]) -> Vec<Effect> {
        if let (Listed::Findings(count), Some(word)) = (&self.listed, words.first()) {
            match self.place(word, *count) {
                Ok(at) => self.tell_finding(at),
                Err(why) => self.complain(&why),
            }
            return Vec::new();
        }
        self.awaited = Awaited::Checkup;
        self.app.look_at_the_model()
    }

    pub(super) fn tell_findings(&mut self) {
        let checkup = self.app.checkup();
        if let Lookup::Failed(why) = checkup {
            let why = why.to_string();
            self.complain(&why);
            return;
        }
        let Some(answer) = checkup.answer() else { return };
        let listed = model::listed(answer);
        let line = |(at, one): (usize, &&Finding)| {
            let (level, subject) = (super::hearing::capital(one.level.word()), &one.subject);
            (Some(at + 1), format!("{}. {level}, {subject}: {}", at + 1, sentence(one.message.as_str())))
        };
        let lines: Vec<Waiting> = listed.iter().enumerate().map(line).collect();
        let head = if lines.is_empty() {
            "Nothing is wrong with the operating model.".to_owned()
        } else {
            format!("{}.", many(lines.len(), "finding", "findings"))
        };
        self.say(&head);
        self.listed = Listed::Findings(lines.len());
        self.read_out = 0;
        self.read_out(lines);
    }

    fn tell_finding(&mut self, at: usize) {
        let shown = |text: &str| self.app.veiled(text).into_owned();
        let listed = self.app.checkup().answer().map(model::listed).unwrap_or_default();
        let Some(one) = listed.get(at) else { return };
        let page: Vec<Line<'_>> = model::page(one, WIDE, &shown, &Theme::default());
        let lines = spoken::flat(&page);
        self.read_out(unnumbered(lines));
    }

    pub(super) fn ask_review(&mut self) -> Vec<Effect> {
        self.awaited = Awaited::Review;
        self.app.look_at_the_review()
    }

    pub(super) fn tell_review(&mut self) {
        let told = self.app.look_back();
        if let Lookup::Failed(why) = told {
            let why = why.to_string();
            self.complain(&why);
            return;
        }
        let Some(known) = told.known() else { return };
        let shown = self.app.veil().and_then(|veil| veil.document(known));
        let text = review::markdown(shown.as_deref().unwrap_or(known));
        self.read_out(unnumbered(unlaid(&text)));
    }

    pub(super) fn ask_handoff(&mut self) -> Vec<Effect> {
        self.awaited = Awaited::Handoff;
        self.app.look_at_the_handoff()
    }

    pub(super) fn tell_handoff(&mut self) {
        let Some(handing) = self.app.handing() else { return };
        let told = match (handing.handoff(), handing.why_not()) {
            (Some(handoff), _) => {
                let shown = self.app.veil().and_then(|veil| veil.document(handoff));
                let lines = shown.as_deref().unwrap_or(handoff).lines(usize::from(WIDE));
                Ok((handing.hanging().len(), unlaid(&lines.join("\n"))))
            }
            (None, why) => Err(why.map_or("there is no handoff yet", Clean::as_str).to_owned()),
        };
        self.app.put_the_handoff_down();
        match told {
            Ok((left, lines)) => {
                self.say(&match left {
                    0 => "Nothing hangs: it is complete.".to_owned(),
                    left => format!("{}: assign, snooze or unack.", many(left, "incident hangs", "incidents hang")),
                });
                self.read_out(unnumbered(lines));
            }
            Err(why) => self.complain(&why),
        }
    }

    /// All sources have answered.
    pub(super) fn tell_refreshed(&mut self) {
        let stale: Vec<String> = self.app.desk().sources().iter().filter_map(|source| self.stale(source)).collect();
        if stale.is_empty() {
            self.say("All sources have answered.");
        }
        for line in stale {
            self.complain(&line);
        }
    }
}

/// A page of text without its marks, a sentence each.
fn unlaid(text: &str) -> Vec<String> {
    let bare = |line: &str| unmarked(line.trim_start_matches(['#', '-', '*', ' ']));
    text.lines().map(bare).filter(|line| !line.is_empty()).collect()
}

/// With its end, where it has none.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
