//! The palette: whatever can be done where it was opened, found by its words,
//! and what cannot be done now with the reason. A number, or an incident's
//! name, goes there.

use super::{App, Dialog, Leaf, Part};
use crate::app::bindings::{Answer, Binding, Command, Hands, Place};
use crate::app::event::Effect;
use crate::app::list::{Because, Closed};
use crate::app::pick::{Choice, Deed, Means, Pick, Purpose};
use crate::domain::id::IncidentId;
use crate::panes::frame::{Focus, Pane};

/// So many that were used are offered first.
const REMEMBERED: usize = 9;
/// So many incidents with one number are offered.
const OFFERED: usize = 5;

impl App {
    pub(super) fn open_palette(&mut self) {
        let choices = self.palette();
        let mut pick = Pick::new(Purpose::Command, "What is to be done?".to_owned(), choices);
        pick.behind = self.dialog.take().map(Box::new);
        self.dialog = Some(Dialog::Pick(Box::new(pick)));
    }

    /// What was used last, then the rest in the order of help, the keys of this place first: what is done to an
    /// incident, and last what only moves; at the end what cannot be done.
    fn palette(&self) -> Vec<Choice> {
        let place = self.place();
        let told = |(binding, keys): (&'static Binding, Vec<String>)| {
            let offered =
                (binding.place == place || binding.place == Place::Queue) && binding.command != Command::Palette;
            let key = keys.into_iter().next().unwrap_or_default();
            offered.then(|| (binding, key, self.why_not(place, binding)))
        };
        let mut rows: Vec<_> = self.outfit.keys.bound().filter_map(told).collect();
        let used = |binding: &Binding| self.recent.iter().position(|name| *name == binding.name);
        rows.sort_by_key(|(binding, _, why_not)| {
            // Nobody opens a list to go one row down, and whoever presses Enter by habit has decided nothing.
            let rank = match binding.command {
                command if command.decides() => 1,
                command if command.is_about_an_item() => 0,
                command if command.moves() => 3,
                _ => 2,
            };
            (why_not.is_some(), used(binding).unwrap_or(REMEMBERED), binding.place != place, rank)
        });
        let line = |(binding, key, why_not): (&'static Binding, String, Option<String>)| match why_not {
            None => Choice {
                label: binding.name.to_owned(),
                hint: format!("{key:7} {}", binding.help),
                means: Means::Do(Deed::Binding(binding)),
            },
            Some(why) => Choice {
                label: binding.name.to_owned(),
                hint: format!("{key:7} ({why}) {}", binding.help),
                means: Means::Do(Deed::Nothing(why)),
            },
        };
        rows.into_iter().map(line).collect()
    }

    /// Why this does nothing where the keys are now; none if it does something.
    fn why_not(&self, place: Place, binding: &Binding) -> Option<String> {
        let command = binding.command;
        if binding.place != place && !place.reaches(command) {
            let where_not = match place {
                Place::Meeting => "not in the meeting",
                Place::Pane | Place::Page => "in the queue",
                _ => "not while this is open",
            };
            return Some(where_not.to_owned());
        }
        if (command.decides() || command == Command::New)
            && let Some(why) = self.desk.read_only()
        {
            return Some(why.to_string());
        }
        let of_an_eval = matches!(
            command,
            Command::Expect | Command::Flaky | Command::NextCase | Command::PreviousCase | Command::CopyRepeat
        );
        let why = if (command.is_about_an_item() || command == Command::In) && self.subjects().is_empty() {
            "nothing is selected"
        } else if of_an_eval && !self.is_at_an_eval() {
            "not of an eval"
        } else if command == Command::Undo && self.desk.last_act().is_none() {
            "nothing to undo"
        } else if self.idles(command) {
            "not here"
        } else {
            return None;
        };
        Some(why.to_owned())
    }

    /// Whether a key of the place that is open does nothing just there: with the shifts of a calendar, with a page
    /// that is not open, with one thing that hangs or with the whole page, with a finding that has no change.
    pub fn idles(&self, command: Command) -> bool {
        let Command::Answer(answer) = command else { return false };
        match answer {
            Answer::Take | Answer::Give | Answer::Swap | Answer::Hold if self.place() == Place::Pane => {
                self.pane != Pane::Rotation
            }
            Answer::Read(_) => self.reading().is_none(),
            // Of what help lists nothing is chosen.
            Answer::Choose if matches!(self.dialog(), Some(Dialog::Help { .. })) => true,
            Answer::Hand(hands) => {
                let at_the_gate = self.handing().is_some_and(|handing| matches!(handing.leaf(), Leaf::Gate(_)));
                match hands {
                    Hands::To | Hands::Return | Hands::Snooze | Hands::NextStep => !at_the_gate,
                    Hands::Accept | Hands::Write | Hands::Post | Hands::Copy => at_the_gate,
                    Hands::Fields => false,
                }
            }
            _ => self.idles_in_the_model(answer),
        }
    }

    /// A change of the team file is not to be had for everything, and a map has no fix.
    fn idles_in_the_model(&self, answer: Answer) -> bool {
        let Some(Dialog::Model(cursor)) = self.dialog() else { return false };
        let selected = self.selected_finding(cursor).map(|(_, one)| one);
        let selected = selected.filter(|_| !matches!(cursor.shows, Part::Map { .. }));
        match answer {
            Answer::Take => selected.is_none_or(|one| one.change.is_none()),
            Answer::Copy | Answer::Editor => selected.is_none(),
            Answer::Choose => selected.is_none() || cursor.shows != Part::List,
            _ => false,
        }
    }

    /// Does what was chosen, and remembers it for the next time.
    pub(super) fn do_as_chosen(&mut self, deed: Deed) -> Vec<Effect> {
        match deed {
            Deed::Binding(binding) => {
                self.recent.retain(|name| *name != binding.name);
                self.recent.insert(0, binding.name);
                self.recent.truncate(REMEMBERED);
                self.carry_out(binding)
            }
            Deed::Go(id) => self.go_to(&id),
            Deed::Nothing(why) => self.hint(&why),
        }
    }

    /// The incidents that a text names: by their number, or as the queue calls them.
    pub(super) fn named_by(&self, text: &str) -> Vec<Choice> {
        if text.is_empty() || self.meeting_in_front().is_some() {
            return Vec::new();
        }
        let number = text.trim_start_matches('#');
        let is_number = !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit());
        let means = |name: &str| {
            let end = name.rsplit(['#', ':']).next().unwrap_or_default();
            name.eq_ignore_ascii_case(text) || (is_number && end == number)
        };
        let rows = self.seen().queue().rows.iter();
        let named = rows.filter(|row| means(row.name().as_str()) || means(row.id.as_str()));
        let line = |row: &crate::domain::queue::Row| {
            let title = self.seen().incident(&row.id).map(|one| one.title.to_string()).unwrap_or_default();
            Choice { label: format!("go to {}", row.name()), hint: title, means: Means::Do(Deed::Go(row.id.clone())) }
        };
        named.take(OFFERED).map(line).collect()
    }

    /// Selects this incident in the queue; a filter that hides it is dropped.
    fn go_to(&mut self, id: &IncidentId) -> Vec<Effect> {
        (self.dialog, self.handing) = (None, None);
        self.show_pane(Pane::Queue);
        self.focus = Focus::Queue;
        let listed = |app: &Self| app.list.ids().any(|one| one == id);
        if !listed(self) {
            self.seek("");
        }
        if !listed(self) && self.sought.closed == Closed::Hidden {
            self.sought.closed = Closed::Shown;
            self.refresh(Because::Asked);
        }
        self.show(id).1
    }
}
