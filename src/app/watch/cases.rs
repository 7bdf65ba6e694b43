//! The cases of the eval incident that is looked at: how many there are is
//! known with the incident, one of them is opened when somebody steps to it,
//! and all of it is forgotten when the cursor goes on.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::App;
use crate::app::bindings::Command;
use crate::app::event::Effect;
use crate::config::SourceKind;
use crate::domain::evals::CaseKey;
use crate::domain::evals::evidence::Sheet;
use crate::domain::id::IncidentId;
use crate::domain::text::Clean;
use crate::panes::detail::Tabs;

/// What is known of the cases of one incident.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cases {
    /// For which signal they were asked, and in which edition of its incident.
    asked: Option<(IncidentId, DateTime<Utc>)>,
    sheet: Answer,
    /// The case that is shown in place of the summary.
    shown: Option<CaseKey>,
    /// The page of that case, once it has been opened.
    page: Option<Clean>,
}

/// Whether it is known what cases there are.
#[derive(Debug, Clone, PartialEq, Default)]
enum Answer {
    /// They are being read.
    #[default]
    Awaited,
    /// Nothing is known of the finding.
    Never,
    /// These.
    Known(Arc<Sheet>),
}

impl Cases {
    fn sheet(&self) -> Option<&Sheet> {
        match &self.sheet {
            Answer::Known(sheet) => Some(sheet),
            Answer::Awaited | Answer::Never => None,
        }
    }

    fn place(&self) -> Option<usize> {
        let shown = self.shown?;
        self.sheet()?.cases.iter().position(|(key, _)| *key == shown)
    }
}

impl App {
    /// The signal of the selected incident, if that is an eval's.
    fn eval_signal(&self) -> Option<(IncidentId, DateTime<Utc>)> {
        let incident = self.seen().incident(self.selected()?)?;
        let signal = incident.signal.clone()?;
        let (source, _) = signal.as_str().rsplit_once(':')?;
        let sources = &self.seen().model().team.sources;
        let is_eval = |one: &crate::config::Source| one.id == source && matches!(one.kind, SourceKind::Evals(_));
        sources.iter().any(is_eval).then(|| (signal.clone(), incident.updated_at))
    }

    /// Whether the selected incident is an eval's.
    pub fn is_at_an_eval(&self) -> bool {
        self.cases.asked.is_some()
    }

    /// Asks what cases the selected incident has, once for each edition of it.
    pub(super) fn want_cases(&mut self) -> Option<Effect> {
        let wanted = self.eval_signal();
        if self.cases.asked == wanted {
            return None;
        }
        let same = |(asked, _): &(IncidentId, _)| wanted.as_ref().is_some_and(|(signal, _)| signal == asked);
        if !self.cases.asked.as_ref().is_some_and(same) {
            self.cases = Cases::default();
        }
        self.cases.asked.clone_from(&wanted);
        wanted.map(|(signal, _)| Effect::LoadCases(signal))
    }

    fn is_asked(&self, signal: &IncidentId) -> bool {
        self.cases.asked.as_ref().is_some_and(|(asked, _)| asked == signal)
    }

    /// Takes what cases there are, if they are still looked at; the one that is shown stays, by its key.
    pub(super) fn take_cases(&mut self, signal: &IncidentId, sheet: Option<&Arc<Sheet>>) {
        if self.is_asked(signal) {
            self.cases.sheet = sheet.cloned().map_or(Answer::Never, Answer::Known);
            if self.cases.place().is_none() {
                (self.cases.shown, self.cases.page) = (None, None);
            }
        }
    }

    /// Takes a case in full, if it is still looked at.
    pub(super) fn take_case(&mut self, signal: &IncidentId, case: CaseKey, page: &Clean) {
        if self.is_asked(signal) && self.cases.shown == Some(case) {
            self.cases.page = Some(page.clone());
        }
    }

    /// Goes to the next case, from the summary to the first.
    pub(super) fn next_case(&mut self) -> Vec<Effect> {
        let count = match &self.cases.sheet {
            _ if self.cases.asked.is_none() => return self.hint("only incidents of evals have cases"),
            Answer::Awaited => return self.hint("its cases are being read"),
            Answer::Never => return self.hint("its runs are not known here any more"),
            Answer::Known(sheet) if sheet.cases.is_empty() => {
                return self.hint("it is about the run as a whole, not about single cases");
            }
            Answer::Known(sheet) => sheet.cases.len(),
        };
        match self.cases.place() {
            None => self.show_case(Some(0)),
            Some(at) if at + 1 < count => self.show_case(Some(at + 1)),
            Some(_) => self.hint("that is the last case"),
        }
    }

    /// Goes to the case before, from the first to the summary.
    pub(super) fn previous_case(&mut self) -> Vec<Effect> {
        match self.cases.place() {
            None => self.hint("this is the summary; there is nothing before it"),
            Some(at) => self.show_case(at.checked_sub(1)),
        }
    }

    fn show_case(&mut self, at: Option<usize>) -> Vec<Effect> {
        self.scroll = 0;
        self.cases.page = None;
        self.cases.shown = at.and_then(|at| self.cases.sheet()?.cases.get(at).map(|(key, _)| *key));
        let signal = self.cases.asked.as_ref().map(|(signal, _)| signal.clone());
        let load = signal.zip(self.cases.shown).map(|(signal, case)| Effect::LoadCase { signal, case });
        load.into_iter().collect()
    }

    /// Puts the command that runs the cases again on the clipboard; nothing runs it.
    pub(super) fn copy_repeat(&mut self) -> Vec<Effect> {
        let sheet = self.cases.sheet();
        match sheet.map(|sheet| (sheet.repeat.command.clone(), sheet.repeat.remark.clone())) {
            Some((Some(text), _)) => vec![Effect::Copy { what: "command to run the cases again", text }],
            Some((None, why)) => self.hint(&why),
            None => match self.cases.sheet {
                _ if self.cases.asked.is_none() => self.hint("only incidents of evals can be run again"),
                Answer::Awaited => self.hint("its cases are being read"),
                Answer::Never | Answer::Known(_) => self.hint("its runs are not known here any more"),
            },
        }
    }

    /// The summary and the cases beside each other, as the detail shows them; none where there are no cases.
    pub(super) fn tabs(&self) -> Option<Tabs<'_>> {
        let sheet = self.cases.sheet().filter(|sheet| !sheet.cases.is_empty())?;
        let keys = &self.outfit.keys;
        let place = self.cases.place();
        Some(Tabs {
            count: sheet.cases.len(),
            case: place.and_then(|at| Some((at + 1, &sheet.cases.get(at)?.1))),
            page: self.cases.page.as_ref(),
            copies: sheet.repeat.command.as_ref().map(|_| keys.key_of(Command::CopyRepeat)),
            keys: (keys.key_of(Command::PreviousCase), keys.key_of(Command::NextCase)),
        })
    }
}
