//! What the keys do in lists, questions, notes and the log.

use super::keys::After;
use super::{App, Dialog, Question, Yes};
use crate::app::bindings::{Answer, Command, Place};
use crate::app::escalating::{Escalation, Rung};
use crate::app::event::Effect;
use crate::app::key::Key;
use crate::app::pick::{Choice, Deed, Means, Pick, Purpose};
use crate::app::typed::{Heard, Typed};
use crate::app::when;
use crate::app::wish::Wish;
use crate::domain::id::IncidentId;

/// So many notes that were not sent are kept.
const DRAFTS: usize = 20;

pub(super) type Pressed = (After, Vec<Effect>);

impl App {
    pub(super) fn press_in_list(&mut self, key: Key, pick: &mut Pick) -> Pressed {
        match self.outfit.keys.answer(Place::List, key) {
            Some(Answer::Back) => {
                self.change_back(pick);
                self.dialog = pick.behind.take().map(|dialog| *dialog);
                return (After::Closes, Vec::new());
            }
            Some(Answer::Choose) => {
                return match pick.selected().cloned() {
                    Some(Choice { means: Means::Do(Deed::Nothing(why)), .. }) => (After::Stays, self.hint(&why)),
                    Some(choice) => {
                        self.dialog = pick.behind.take().map(|dialog| *dialog);
                        (After::Closes, self.choose(choice.means, &pick.purpose))
                    }
                    None => (After::Stays, self.hint("nothing in the list has these words")),
                };
            }
            Some(Answer::Down) => pick.step(1),
            Some(Answer::Up) => pick.step(-1),
            Some(Answer::PageDown) => pick.step(8),
            Some(Answer::PageUp) => pick.step(-8),
            Some(_) | None => {
                if pick.typed_mut().press(key) == Heard::Taken {
                    self.narrow(pick);
                }
            }
        }
        self.try_on(pick);
        (After::Stays, Vec::new())
    }

    fn narrow(&self, pick: &mut Pick) {
        let extra = match pick.purpose {
            Purpose::Command => self.named_by(pick.typed().text().trim()),
            _ => self.meant(pick).into_iter().collect(),
        };
        pick.narrow(extra);
    }

    /// What the typed text means by itself, where it is not in the list.
    fn meant(&self, pick: &Pick) -> Option<Choice> {
        let text = pick.typed().text().trim();
        let first = &pick.choices().first()?.means;
        let (label, hint, means) = match first {
            Means::Snooze(_) => {
                let at = when::parse(text, self.now, &self.desk.model().team.team).ok()?;
                (format!("until {text}"), self.wakes(at), Means::Snooze(at))
            }
            Means::Assign(_) if !text.is_empty() && !text.contains(' ') => {
                (text.to_owned(), "as typed".to_owned(), Means::Assign(Some(text.to_owned())))
            }
            Means::Until(_) => self.last_day(text)?,
            Means::Escalate(_) if !text.is_empty() && !text.contains(' ') => {
                (text.to_owned(), "as typed, out of turn".to_owned(), Means::Escalate(Rung::named(text)))
            }
            Means::Assign(_)
            | Means::Escalate(_)
            | Means::Amend(_)
            | Means::Close(_)
            | Means::Say(_)
            | Means::Severity(_)
            | Means::Kind(_)
            | Means::Merge(_)
            | Means::Theme(_)
            | Means::Heading(_)
            | Means::Follow(_)
            | Means::Went(_)
            | Means::Learn(_)
            | Means::Type(_)
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
            Purpose::Say { ids, verdict } => self.choose_last_day(&means, ids, *verdict),
            Purpose::Amend => {
                if let Means::Amend(amendment) = means {
                    self.draft_amendment(*amendment)
                } else {
                    Vec::new()
                }
            }
            Purpose::Page => self.choose_in_page(means),
            Purpose::Handoff(id) => self.choose_at_the_gate(means, id.as_ref()),
            Purpose::Theme(_) => {
                if let Means::Theme(name) = means {
                    self.keep_theme(name)
                } else {
                    Vec::new()
                }
            }
            Purpose::Command => match means {
                Means::Do(deed) => self.do_as_chosen(deed),
                Means::Assign(_)
                | Means::Escalate(_)
                | Means::Amend(_)
                | Means::Close(_)
                | Means::Say(_)
                | Means::Until(_)
                | Means::Snooze(_)
                | Means::Severity(_)
                | Means::Kind(_)
                | Means::Heading(_)
                | Means::Follow(_)
                | Means::Went(_)
                | Means::Learn(_)
                | Means::Type(_)
                | Means::Theme(_)
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
                let text = format!("Merge {} into {into}? It is closed as a duplicate.", Self::named(ids));
                self.dialog =
                    Some(Dialog::Ask(Question { text, ids: ids.to_vec(), yes: Yes::Decide(Wish::Merge(into)) }));
                return Vec::new();
            }
            Means::Escalate(to) => {
                Wish::Escalate(Escalation { to, by: self.desk.me().to_owned(), note: String::new() })
            }
            Means::Say(verdict) => return self.ask_last_day(ids.to_vec(), verdict),
            Means::Until(_)
            | Means::Amend(_)
            | Means::Heading(_)
            | Means::Follow(_)
            | Means::Went(_)
            | Means::Learn(_)
            | Means::Type(_)
            | Means::Theme(_)
            | Means::Do(_) => return Vec::new(),
        };
        self.decide(ids, &wish)
    }

    /// A new incident is given a severity, then a kind, then it is filed.
    fn choose_label(&mut self, means: Means, title: &str, labels: &[String]) -> Vec<Effect> {
        let (label, last) = match means {
            Means::Severity(severity) => (severity, self.desk.model().team.kinds.is_empty()),
            Means::Kind(kind) => (kind, true),
            Means::Assign(_)
            | Means::Escalate(_)
            | Means::Amend(_)
            | Means::Close(_)
            | Means::Say(_)
            | Means::Until(_)
            | Means::Snooze(_)
            | Means::Merge(_)
            | Means::Theme(_)
            | Means::Heading(_)
            | Means::Follow(_)
            | Means::Went(_)
            | Means::Learn(_)
            | Means::Type(_)
            | Means::Do(_) => return Vec::new(),
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
        match self.outfit.keys.answer(Place::List, key) {
            Some(Answer::Back) => return (After::Closes, Vec::new()),
            Some(Answer::Choose) if typed.text().trim().is_empty() => {
                return (After::Stays, self.hint("an incident needs a title"));
            }
            Some(Answer::Choose) => {
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
        match self.outfit.keys.answer(Place::Question, key) {
            Some(Answer::Yes) => match &question.yes {
                Yes::Decide(wish) => (After::Closes, self.decide(&question.ids, wish)),
                Yes::Undo(batch) => (After::Closes, self.undo_act(batch)),
            },
            Some(Answer::No) => (After::Closes, Vec::new()),
            Some(_) | None => (After::Stays, Vec::new()),
        }
    }

    /// Trust is given by its own key alone: Enter comes too easily.
    pub(super) fn press_in_trust(&mut self, key: Key) -> Pressed {
        match self.outfit.keys.answer(Place::Trust, key) {
            Some(Answer::Yes) => (After::Closes, vec![Effect::Trust]),
            Some(Answer::No) => (After::Closes, self.hint("not trusted; the rest works. `dogwatch trust` asks again")),
            Some(_) | None => (After::Stays, Vec::new()),
        }
    }

    pub(super) fn press_in_note(&mut self, key: Key, ids: &[IncidentId], typed: &mut Typed) -> Pressed {
        match self.outfit.keys.answer(Place::Note, key) {
            Some(Answer::Send) if typed.text().trim().is_empty() => {
                (After::Closes, self.hint("an empty note is not sent"))
            }
            Some(Answer::Send) => (After::Closes, self.decide(ids, &Wish::Note(typed.text().to_owned()))),
            Some(Answer::Editor) => {
                // The editor begins with what was typed; it is the draft of the next note on these, too.
                self.put_by(ids, typed);
                (After::Closes, vec![Effect::WriteNote(ids.to_vec())])
            }
            Some(Answer::Back) => (After::Closes, self.keep_draft(ids, typed)),
            Some(_) | None if key == Key::ctrl('c') => (After::Closes, self.keep_draft(ids, typed)),
            Some(_) | None => {
                typed.press(key);
                (After::Stays, Vec::new())
            }
        }
    }

    fn keep_draft(&mut self, ids: &[IncidentId], typed: &Typed) -> Vec<Effect> {
        if typed.text().trim().is_empty() {
            return Vec::new();
        }
        self.put_by(ids, typed);
        let key = self.outfit.keys.key_of(Command::Note);
        let on = if let [id] = ids { id.to_string() } else { format!("these {}", ids.len()) };
        self.hint(&format!("not sent; {key} on {on} goes on with this note"))
    }

    /// Of too many, another one than this gives way.
    fn put_by(&mut self, ids: &[IncidentId], typed: &Typed) {
        while self.drafts.len() >= DRAFTS {
            self.drafts.pop_first();
        }
        self.drafts.insert(ids.to_vec(), typed.text().to_owned());
    }

    /// What has been written on these and not been sent.
    pub fn draft(&self, ids: &[IncidentId]) -> &str {
        self.drafts.get(ids).map_or("", String::as_str)
    }

    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        self.outfit.keys.drop_begun();
        let Some(mut dialog) = self.dialog.take() else {
            let note = self.outfit.keys.key_of(Command::Note);
            return self.hint(&format!("a paste is text, and nothing takes text here; {note} writes a note"));
        };
        match &mut dialog {
            Dialog::Filter(typed) => {
                typed.insert(text);
                self.seek(typed.text());
            }
            Dialog::Help { typed, .. }
            | Dialog::Note { typed, .. }
            | Dialog::Title(typed)
            | Dialog::Hand(_, typed)
            | Dialog::Why { typed, .. } => {
                typed.insert(text);
            }
            Dialog::Page(ask, typed) => {
                typed.insert(text);
                let (ask, words) = (ask.clone(), typed.text().to_owned());
                self.dialog = Some(dialog);
                return Self::page_ask_typed(&ask, &words);
            }
            Dialog::Pick(pick) => {
                pick.typed_mut().insert(text);
                self.narrow(pick);
                let pick = pick.clone();
                self.dialog = Some(dialog);
                self.try_on(&pick);
                return Vec::new();
            }
            Dialog::Health(cursor) => self.paste_in_health(text, cursor),
            Dialog::Ask(_)
            | Dialog::Trust(_)
            | Dialog::Draft(_)
            | Dialog::Log(_)
            | Dialog::Handoff
            | Dialog::Review(_)
            | Dialog::Model(_) => {}
        }
        self.dialog = Some(dialog);
        Vec::new()
    }
}
