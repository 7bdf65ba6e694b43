//! The lists and questions that keys open. Each is about the incidents that
//! were seen when it was opened, whatever happens meanwhile.

use chrono::{DateTime, Utc};

use super::{App, Dialog, Question, Yes};
use crate::app::event::Effect;
use crate::app::pick::{Choice, Means, Pick, Purpose};
use crate::app::typed::{Shape, Typed};
use crate::app::when;
use crate::app::wish::Wish;
use crate::domain::id::{IncidentId, SourceId};
use crate::domain::incident::CloseReason;
use crate::domain::queue::State;
use crate::domain::rotation::words;

pub(super) fn choice(label: impl Into<String>, hint: impl Into<String>, means: Means) -> Choice {
    Choice { label: label.into(), hint: hint.into(), means }
}

impl App {
    /// What a decision is about; none, with a word why, if nothing can be decided.
    pub(super) fn deciding(&mut self) -> Option<Vec<IncidentId>> {
        if let Some(why) = self.desk.read_only().cloned() {
            self.complain(&format!("nothing can be decided: {why}"));
            return None;
        }
        let ids = self.subjects();
        if ids.is_empty() {
            self.hint(if self.marks.is_empty() { "nothing is selected" } else { "nothing that is marked is listed" });
            return None;
        }
        Some(ids)
    }

    pub(super) fn ask_if_many(&mut self, wish: Wish) -> Vec<Effect> {
        let Some(ids) = self.deciding() else { return Vec::new() };
        if ids.len() == 1 {
            return self.decide(&ids, &wish);
        }
        let verb = verb(&wish);
        let text = format!("{verb} {} incidents?", ids.len());
        self.dialog = Some(Dialog::Ask(Question { text, ids, yes: Yes::Decide(wish) }));
        Vec::new()
    }

    pub(super) fn open_pick(&mut self, title: &str, ids: Vec<IncidentId>, choices: Vec<Choice>) {
        let title = format!("{title} {}", Self::named(&ids));
        self.dialog = Some(Dialog::Pick(Box::new(Pick::new(Purpose::Decide(ids), title, choices))));
    }

    /// What a dialog is about, in words.
    pub(super) fn named(ids: &[IncidentId]) -> String {
        match ids {
            [only] if only.is_provisional() => "the new incident".to_owned(),
            [only] => only.to_string(),
            many => format!("{} incidents", many.len()),
        }
    }

    pub(super) fn pick_person(&mut self) -> Vec<Effect> {
        let Some(ids) = self.deciding() else { return Vec::new() };
        let source = ids.first().and_then(|id| self.desk.incident(id)).map(|incident| incident.source.clone());
        let me = self.desk.me().to_owned();
        let today = self.now.date_naive();
        let people = self.desk.model().team.people.iter();
        let mut choices: Vec<Choice> = people
            .filter(|person| person.left.is_none_or(|left| left > today))
            .map(|person| {
                let login = person.github.as_deref().filter(|login| *login != person.id);
                let login = login.map(|login| format!("@{login}")).unwrap_or_default();
                let hint = if person.id == me {
                    format!("{} {login} (me)", person.name)
                } else {
                    format!("{} {login}", person.name)
                };
                choice(&person.id, hint.trim(), Means::Assign(Some(person.id.clone())))
            })
            .collect();
        choices.sort_by_key(|choice| choice.label != me);
        choices.push(choice("nobody", "", Means::Assign(None)));
        self.open_pick("Assign", ids, choices);
        let Some(source) = source else { return Vec::new() };
        if let Some(Dialog::Pick(pick)) = &mut self.dialog {
            pick.people_of = Some(source.clone());
        }
        if self.assignable.contains_key(&source) {
            self.add_assignable(&source);
            return Vec::new();
        }
        if source.is_local() { Vec::new() } else { vec![Effect::LoadAssignable(source)] }
    }

    /// Adds who may be assigned to a list of people that is open for this source.
    pub(super) fn add_assignable(&mut self, source: &SourceId) {
        let Some(Dialog::Pick(pick)) = &mut self.dialog else { return };
        if pick.people_of.as_ref() != Some(source) {
            return;
        }
        let logins = self.assignable.get(source).cloned().unwrap_or_default();
        let model = self.desk.model();
        let known =
            |login: &str| pick.choices().iter().any(|choice| choice.means == Means::Assign(Some(login.to_owned())));
        let more = logins
            .iter()
            .filter(|login| !known(model.person(login).as_str()) && !known(login.as_str()))
            .map(|login| choice(login.as_str(), "", Means::Assign(Some(login.to_string()))))
            .collect();
        pick.add(more);
    }

    pub(super) fn pick_reason(&mut self) -> Vec<Effect> {
        let Some(ids) = self.deciding() else { return Vec::new() };
        let hint = |reason| match reason {
            CloseReason::Completed => "mended",
            CloseReason::NotPlanned => "nothing will be done",
            CloseReason::Duplicate => "another incident stands for it",
            CloseReason::Recovered => "its source says so",
            CloseReason::Fixed => "mended; a run that shows it again opens it again",
            CloseReason::Expected => "it was meant: the new normal, until a day",
            CloseReason::Flaky => "known to do either: in quarantine, until a day",
            CloseReason::Invalid => "the test is wrong, not what it tests",
            CloseReason::WontFix => "true, and nothing will be done",
        };
        let means = |reason: CloseReason| {
            if reason.is_written_down() { Means::Say(reason) } else { Means::Close(reason) }
        };
        let one = |reason: CloseReason| choice(reason.word(), hint(reason), means(reason));
        let choices = if ids.iter().all(|id| self.desk.finding(id).is_some()) {
            CloseReason::OF_FINDINGS.map(one).to_vec()
        } else {
            CloseReason::OFFERED.map(one).to_vec()
        };
        self.open_pick("Close", ids, choices);
        Vec::new()
    }

    pub(super) fn pick_time(&mut self) -> Vec<Effect> {
        let Some(ids) = self.deciding() else { return Vec::new() };
        let team = &self.desk.model().team;
        let offers = when::offers(self.now, &team.team);
        let offers = offers.into_iter();
        let choices = offers.map(|(words, at)| choice(words, self.wakes(at), Means::Snooze(at))).collect();
        self.open_pick("Snooze", ids, choices);
        Vec::new()
    }

    /// When a snooze ends, and whom it wakes.
    pub(super) fn wakes(&self, at: DateTime<Utc>) -> String {
        let whose = words::whose(&self.desk.model().team, at).map(|whose| format!(", {whose}"));
        format!("{}{}", self.civil(at), whose.unwrap_or_default())
    }

    pub(super) fn pick_severity(&mut self) -> Vec<Effect> {
        let Some(ids) = self.deciding() else { return Vec::new() };
        let choices = self.severities();
        self.open_pick("Severity of", ids, choices);
        Vec::new()
    }

    pub(super) fn severities(&self) -> Vec<Choice> {
        let severities = self.desk.model().team.severities.iter();
        let mut choices: Vec<Choice> = severities
            .map(|severity| choice(&severity.id, &severity.meaning, Means::Severity(Some(severity.id.clone()))))
            .collect();
        choices.push(choice("untriaged", "no severity", Means::Severity(None)));
        choices
    }

    pub(super) fn pick_kind(&mut self) -> Vec<Effect> {
        if self.desk.model().team.kinds.is_empty() {
            return self.hint("the team file names no kinds ([[kinds]])");
        }
        let Some(ids) = self.deciding() else { return Vec::new() };
        let choices = self.kinds();
        self.open_pick("Kind of", ids, choices);
        Vec::new()
    }

    pub(super) fn kinds(&self) -> Vec<Choice> {
        let kinds = self.desk.model().team.kinds.iter();
        let mut choices: Vec<Choice> =
            kinds.map(|kind| choice(&kind.id, &kind.title, Means::Kind(Some(kind.id.clone())))).collect();
        choices.push(choice("no kind", "", Means::Kind(None)));
        choices
    }

    pub(super) fn pick_merge(&mut self) -> Vec<Effect> {
        let Some(ids) = self.deciding() else { return Vec::new() };
        let source = ids.first().and_then(|id| self.desk.incident(id)).map(|incident| incident.source.clone());
        let queue = self.desk.queue().rows.iter();
        let open = queue.filter(|row| row.standing.state != State::Closed && !row.id.is_provisional());
        let choices = open
            .filter(|row| !ids.contains(&row.id))
            .filter_map(|row| self.desk.incident(&row.id))
            .filter(|incident| Some(&incident.source) == source.as_ref())
            .map(|incident| choice(incident.id.as_str(), incident.title.as_str(), Means::Merge(incident.id.clone())))
            .collect();
        self.open_pick("Merge into another:", ids, choices);
        Vec::new()
    }

    pub(super) fn open_note(&mut self) -> Vec<Effect> {
        let Some(ids) = self.deciding() else { return Vec::new() };
        let typed = Typed::of(&self.drafts.remove(&ids).unwrap_or_default(), Shape::Block);
        self.dialog = Some(Dialog::Note { ids, typed });
        Vec::new()
    }

    pub(super) fn open_title(&mut self) -> Vec<Effect> {
        if let Some(why) = self.desk.read_only().cloned() {
            self.complain(&format!("nothing can be decided: {why}"));
            return Vec::new();
        }
        self.dialog = Some(Dialog::Title(Typed::default()));
        Vec::new()
    }
}

fn verb(wish: &Wish) -> &'static str {
    match wish {
        Wish::Ack => "Ack",
        Wish::Unack => "Unack",
        Wish::Assign(_) => "Assign",
        Wish::Close(_) => "Close",
        Wish::Reopen => "Reopen",
        Wish::Snooze(_) => "Snooze",
        Wish::Wake => "Wake",
        Wish::Note(_) => "Note on",
        Wish::Runbook(_) => "Follow a runbook on",
        Wish::Severity(_) => "Set the severity of",
        Wish::Kind(_) => "Set the kind of",
        Wish::Merge(_) => "Merge",
        Wish::Escalate(_) => "Escalate",
    }
}
