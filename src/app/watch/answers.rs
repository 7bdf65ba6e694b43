//! What the keys do in lists, questions, notes and the log.

use chrono::{DateTime, Utc};

use super::keys::After;
use super::{App, Dialog, LogLine, Question};
use crate::app::bindings::{Command, Place};
use crate::app::event::{Effect, Level};
use crate::app::key::Key;
use crate::app::pick::{Choice, Means, Pick, Purpose};
use crate::app::typed::{Heard, Typed};
use crate::app::when;
use crate::app::wish::Wish;
use crate::domain::id::IncidentId;
use crate::domain::journal::State;

type Pressed = (After, Vec<Effect>);

impl App {
    pub(super) fn press_in_list(&mut self, key: Key, pick: &mut Pick) -> Pressed {
        match self.outfit.keys.command(Place::List, key) {
            Some(Command::ListBack) => return (After::Closes, Vec::new()),
            Some(Command::ListChoose) => {
                return match pick.selected().cloned() {
                    Some(choice) => (After::Closes, self.choose(choice.means, &pick.purpose)),
                    None => (After::Stays, self.hint("nothing in the list has these words")),
                };
            }
            Some(Command::ListDown) => pick.step(1),
            Some(Command::ListUp) => pick.step(-1),
            Some(Command::ListPageDown) => pick.step(8),
            Some(Command::ListPageUp) => pick.step(-8),
            Some(_) | None => {
                if pick.typed_mut().press(key) == Heard::Taken {
                    self.narrow(pick);
                }
            }
        }
        (After::Stays, Vec::new())
    }

    fn narrow(&self, pick: &mut Pick) {
        let extra = self.meant(pick);
        pick.narrow(extra);
    }

    /// What the typed text means by itself, where it is not in the list.
    fn meant(&self, pick: &Pick) -> Option<Choice> {
        let text = pick.typed().text().trim();
        let first = &pick.choices().first()?.means;
        let (label, hint, means) = match first {
            Means::Snooze(_) => {
                let at = when::parse(text, self.now, &self.desk.model().team.team).ok()?;
                (format!("until {text}"), self.civil(at), Means::Snooze(at))
            }
            Means::Assign(_) if !text.is_empty() && !text.contains(' ') => {
                (text.to_owned(), "as typed".to_owned(), Means::Assign(Some(text.to_owned())))
            }
            Means::Assign(_)
            | Means::Close(_)
            | Means::Severity(_)
            | Means::Kind(_)
            | Means::Merge(_)
            | Means::Do(_) => {
                return None;
            }
        };
        let listed = pick.choices().iter().any(|choice| choice.means == means);
        (!listed).then_some(Choice { label, hint, means })
    }

    fn choose(&mut self, means: Means, purpose: &Purpose) -> Vec<Effect> {
        match purpose {
            Purpose::Decide(ids) => self.choose_for(means, ids),
            Purpose::File { title, labels } => self.choose_label(means, title, labels),
            Purpose::Command => match means {
                Means::Do(command) => self.run(command),
                Means::Assign(_)
                | Means::Close(_)
                | Means::Snooze(_)
                | Means::Severity(_)
                | Means::Kind(_)
                | Means::Merge(_) => Vec::new(),
            },
        }
    }

    fn choose_for(&mut self, means: Means, ids: &[IncidentId]) -> Vec<Effect> {
        let wish = match means {
            Means::Assign(to) => Wish::Assign(to),
            Means::Close(reason) => Wish::Close(reason),
            Means::Snooze(until) => Wish::Snooze(until),
            Means::Severity(to) => Wish::Severity(to),
            Means::Kind(to) => Wish::Kind(to),
            Means::Merge(into) => {
                let text = format!("Merge {} into {into}? It is closed as a duplicate.", self.named(ids));
                self.dialog = Some(Dialog::Ask(Question { text, ids: ids.to_vec(), wish: Wish::Merge(into) }));
                return Vec::new();
            }
            Means::Do(_) => return Vec::new(),
        };
        self.decide(ids, &wish)
    }

    /// A new incident is given a severity, then a kind, then it is filed.
    fn choose_label(&mut self, means: Means, title: &str, labels: &[String]) -> Vec<Effect> {
        let (label, last) = match means {
            Means::Severity(severity) => (severity, self.desk.model().team.kinds.is_empty()),
            Means::Kind(kind) => (kind, true),
            Means::Assign(_) | Means::Close(_) | Means::Snooze(_) | Means::Merge(_) | Means::Do(_) => {
                return Vec::new();
            }
        };
        let labels: Vec<String> = labels.iter().cloned().chain(label).collect();
        if last {
            return self.file(title, labels);
        }
        let purpose = Purpose::File { title: title.to_owned(), labels };
        let pick = Pick::new(purpose, format!("Kind of “{title}”"), self.kinds());
        self.dialog = Some(Dialog::Pick(Box::new(pick)));
        Vec::new()
    }

    pub(super) fn press_in_title(&mut self, key: Key, typed: &mut Typed) -> Pressed {
        match self.outfit.keys.command(Place::List, key) {
            Some(Command::ListBack) => return (After::Closes, Vec::new()),
            Some(Command::ListChoose) if typed.text().trim().is_empty() => {
                return (After::Stays, self.hint("an incident needs a title"));
            }
            Some(Command::ListChoose) => {
                let title = typed.text().trim().to_owned();
                let head = format!("Severity of “{title}”");
                let pick = Pick::new(Purpose::File { title, labels: Vec::new() }, head, self.severities());
                self.dialog = Some(Dialog::Pick(Box::new(pick)));
                return (After::Closes, Vec::new());
            }
            Some(_) | None if key == Key::ctrl('c') => return (After::Closes, Vec::new()),
            Some(_) | None => {
                typed.press(key);
            }
        }
        (After::Stays, Vec::new())
    }

    pub(super) fn press_in_question(&mut self, key: Key, question: &Question) -> Pressed {
        match self.outfit.keys.command(Place::Question, key) {
            Some(Command::Yes) => (After::Closes, self.decide(&question.ids, &question.wish)),
            Some(Command::No) => (After::Closes, Vec::new()),
            Some(_) | None => (After::Stays, Vec::new()),
        }
    }

    pub(super) fn press_in_note(&mut self, key: Key, ids: &[IncidentId], typed: &mut Typed) -> Pressed {
        match self.outfit.keys.command(Place::Note, key) {
            Some(Command::NoteDone) if typed.text().trim().is_empty() => {
                (After::Closes, self.hint("an empty note is not sent"))
            }
            Some(Command::NoteDone) => (After::Closes, self.decide(ids, &Wish::Note(typed.text().to_owned()))),
            Some(Command::NoteEditor) => {
                // The editor begins with what was typed; it is the draft of the next note, too.
                typed.text().clone_into(&mut self.draft);
                (After::Closes, vec![Effect::WriteNote(ids.to_vec())])
            }
            Some(Command::NoteBack) => (After::Closes, self.keep_draft(typed)),
            Some(_) | None if key == Key::ctrl('c') => (After::Closes, self.keep_draft(typed)),
            Some(_) | None => {
                typed.press(key);
                (After::Stays, Vec::new())
            }
        }
    }

    fn keep_draft(&mut self, typed: &Typed) -> Vec<Effect> {
        typed.text().clone_into(&mut self.draft);
        if self.draft.trim().is_empty() {
            return Vec::new();
        }
        let key = self.outfit.keys.key_of(Command::Note);
        self.hint(&format!("not sent; {key} goes on with this note"))
    }

    /// What has been written and not been sent.
    pub fn draft(&self) -> &str {
        &self.draft
    }

    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        let Some(mut dialog) = self.dialog.take() else {
            let note = self.outfit.keys.key_of(Command::Note);
            return self.hint(&format!("a paste is text, and nothing takes text here; {note} writes a note"));
        };
        match &mut dialog {
            Dialog::Filter(typed) => {
                typed.insert(text);
                self.seek(typed.text());
            }
            Dialog::Help { typed, .. } | Dialog::Note { typed, .. } | Dialog::Title(typed) => typed.insert(text),
            Dialog::Pick(pick) => {
                pick.typed_mut().insert(text);
                self.narrow(pick);
            }
            Dialog::Ask(_) | Dialog::Log(_) => {}
        }
        self.dialog = Some(dialog);
        Vec::new()
    }

    /// Decisions and notices, newest first; each decision once, as it stands.
    pub fn log(&self) -> Vec<LogLine<'_>> {
        let decisions = self.desk.journal().entries().iter().map(LogLine::Decision);
        let notices = self.toasts.notices().iter().map(LogLine::Notice);
        let mut lines: Vec<LogLine<'_>> = decisions.chain(notices).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.at()));
        lines
    }

    pub(super) fn press_in_log(&mut self, key: Key, at: &mut usize) -> Pressed {
        let lines = self.log();
        let last = lines.len().saturating_sub(1);
        let decision = match lines.get(*at) {
            Some(LogLine::Decision(entry)) => Some((entry.op.clone(), entry.incident.clone(), entry.state)),
            Some(LogLine::Notice(_)) | None => None,
        };
        match self.outfit.keys.command(Place::Log, key) {
            Some(Command::LogDown) => *at = (*at + 1).min(last),
            Some(Command::LogUp) => *at = at.saturating_sub(1),
            Some(Command::LogPageDown) => *at = (*at + 10).min(last),
            Some(Command::LogPageUp) => *at = at.saturating_sub(10),
            Some(Command::LogBack) => return (After::Closes, Vec::new()),
            Some(Command::LogConfirm) => match decision {
                Some((op, _, State::Asking)) => {
                    let effects = self.desk.consent(self.now, &op);
                    return (After::Stays, self.after_answer(effects));
                }
                Some((_, incident, _)) => return self.show(&incident),
                None => {}
            },
            Some(Command::LogDismiss) => {
                if let Some((op, _, state)) = decision
                    && state.is_complaint()
                {
                    let effects = self.desk.dismiss(self.now, &op);
                    return (After::Stays, self.after_answer(effects));
                }
            }
            Some(_) | None => {}
        }
        (After::Stays, Vec::new())
    }

    fn after_answer(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        self.tell_news();
        self.refresh(crate::app::list::Because::News);
        effects
    }

    fn show(&mut self, incident: &IncidentId) -> Pressed {
        if !self.list.ids().any(|id| id == incident) {
            return (After::Stays, self.hint(&format!("{incident} is not listed now")));
        }
        let desk = self.frozen.as_deref().unwrap_or(&self.desk);
        self.list.select(incident, desk);
        (After::Closes, Vec::new())
    }
}

impl LogLine<'_> {
    /// When it was decided or said.
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Decision(entry) => entry.deed.at,
            Self::Notice(news) => news.at,
        }
    }

    /// How loudly it speaks.
    pub fn level(&self) -> Level {
        match self {
            Self::Notice(news) => news.level,
            Self::Decision(entry) => match entry.state {
                State::Refused | State::Conflict => Level::Error,
                State::Asking | State::Unknown { .. } => Level::Warning,
                State::Done | State::Cancelled => Level::Done,
                State::Deciding | State::Queued | State::Sending { .. } => Level::Info,
            },
        }
    }
}
