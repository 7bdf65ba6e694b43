//! The keys as they are in this session: those of the table, with those of the
//! personal file in their place.

mod check;

use std::collections::BTreeMap;

use super::{Answer, BINDINGS, Binding, Command, KeyProblem, Place};
use crate::app::chord::{Chord, written};
use crate::app::key::Key;

/// The keys that hold in this session, and what of a longer one has been pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    keys: Vec<(&'static Binding, Vec<Chord>)>,
    meant: Meant,
}

/// What gives the next key its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Meant {
    /// The keys before it; none as a rule.
    After(Vec<Key>),
    /// A binding that was chosen by its name: whatever the key is, it is meant.
    Named(&'static Binding),
}

/// Whose keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    /// Those of the place itself.
    Yes,
    /// Those of the queue.
    No,
}

/// What a key is, after those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// All that there is to press: it means something, or nothing.
    Whole,
    /// The beginning of something longer, or its next key.
    Begun,
    /// Nothing that what was begun goes on with.
    Astray,
}

impl Default for Keymap {
    fn default() -> Self {
        let own =
            |binding: &'static Binding| (binding, binding.keys.iter().filter_map(|key| key.parse().ok()).collect());
        Self { keys: BINDINGS.iter().map(own).collect(), meant: Meant::After(Vec::new()) }
    }
}

impl Keymap {
    /// The table, with the keys of the personal file in place of its own; an
    /// empty list takes all keys away. `ctrl-c` leaves, whatever the file says.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it: what cannot be read in the order of
    /// the names, then what does not go together in the order of help.
    pub fn with(personal: &BTreeMap<String, Vec<String>>) -> Result<Self, Vec<KeyProblem>> {
        let mut map = Self::default();
        let mut problems = Vec::new();
        for (name, keys) in personal {
            match map.keys.iter_mut().find(|(binding, _)| binding.name == name) {
                None => problems.push(KeyProblem::UnknownBinding { name: name.clone(), nearest: nearest(name) }),
                Some((binding, own)) => {
                    own.clear();
                    for written in keys {
                        match written.parse() {
                            Ok(chord) => own.push(chord),
                            Err(why) => problems.push(KeyProblem::UnknownKey {
                                name: binding.name,
                                written: written.clone(),
                                why,
                            }),
                        }
                    }
                }
            }
        }
        problems.extend(map.problems());
        if problems.is_empty() { Ok(map) } else { Err(problems) }
    }

    /// What this key does here, after those that have been pressed before it.
    pub fn command(&self, place: Place, key: Key) -> Option<Command> {
        match &self.meant {
            Meant::Named(binding) => (binding.place == place).then_some(binding.command),
            Meant::After(begun) => {
                let rows = self.keys.iter().filter(|(binding, _)| binding.place == place);
                let mut bound = rows.filter(|(_, keys)| keys.iter().any(|chord| chord.is(begun, key)));
                bound.next().map(|(binding, _)| binding.command)
            }
        }
    }

    /// What this key does in a dialog.
    pub fn answer(&self, place: Place, key: Key) -> Option<Answer> {
        if let Command::Answer(answer) = self.command(place, key)? { Some(answer) } else { None }
    }

    /// What this key is in this place: its own keys come before those of the queue that reach it.
    pub fn step(&self, place: Place, key: Key) -> Step {
        let Meant::After(begun) = &self.meant else { return Step::Whole };
        let so_far: Vec<Key> = begun.iter().copied().chain([key]).collect();
        for own in [Own::Yes, Own::No] {
            let mut chords = self.holding(place, own).flat_map(|(_, chords)| chords);
            if chords.clone().any(|chord| chord.keys() == so_far) {
                return Step::Whole;
            }
            if chords.any(|chord| chord.goes_on_after(&so_far)) {
                return Step::Begun;
            }
        }
        if begun.is_empty() { Step::Whole } else { Step::Astray }
    }

    /// The rows that hold in this place: its own, or those of the queue that reach it.
    fn holding(&self, place: Place, own: Own) -> impl Iterator<Item = &(&'static Binding, Vec<Chord>)> + Clone {
        let holds = move |binding: &Binding| match own {
            Own::Yes => binding.place == place,
            Own::No => place != Place::Queue && binding.place == Place::Queue && place.reaches(binding.command),
        };
        self.keys.iter().filter(move |(binding, _)| holds(binding))
    }

    /// Remembers a key as the next of something longer.
    pub fn go_on(&mut self, key: Key) {
        match &mut self.meant {
            Meant::After(begun) => begun.push(key),
            Meant::Named(_) => self.meant = Meant::After(vec![key]),
        }
    }

    /// Gives the next key the meaning of this binding.
    pub fn name(&mut self, binding: &'static Binding) {
        self.meant = Meant::Named(binding);
    }

    /// Drops what was begun; returns how it was written, empty if nothing was.
    pub fn drop_begun(&mut self) -> String {
        match std::mem::replace(&mut self.meant, Meant::After(Vec::new())) {
            Meant::After(begun) => written(&begun),
            Meant::Named(_) => String::new(),
        }
    }

    /// The keys of something longer that have been pressed; none as a rule.
    pub fn begun(&self) -> &[Key] {
        match &self.meant {
            Meant::After(begun) => begun,
            Meant::Named(_) => &[],
        }
    }

    /// What may follow in this place: the keys that are left, and for what.
    pub fn follow_ups(&self, place: Place) -> Vec<(String, &'static Binding)> {
        let begun = self.begun();
        let rows = self.holding(place, Own::Yes).chain(self.holding(place, Own::No));
        rows.flat_map(|(binding, chords)| {
            let longer = chords.iter().filter(|chord| chord.goes_on_after(begun));
            longer.map(|chord| (written(&chord.keys()[begun.len()..]), *binding))
        })
        .collect()
    }

    /// Every binding with its keys as they are now, in the order of help.
    pub fn rows(&self) -> impl Iterator<Item = (&'static Binding, String)> + '_ {
        self.bound().map(|(binding, keys)| {
            let between = if keys.iter().any(|key| key.contains(' ')) { ", " } else { " " };
            (binding, keys.join(between))
        })
    }

    /// Every binding with each of its keys as they are now, in the order of help.
    pub fn bound(&self) -> impl Iterator<Item = (&'static Binding, Vec<String>)> + '_ {
        self.keys.iter().map(|(binding, chords)| (*binding, chords.iter().map(ToString::to_string).collect()))
    }

    /// The first key of a command; empty if it has none.
    pub fn key_of(&self, command: Command) -> String {
        self.first(|binding| binding.command == command).map(ToString::to_string).unwrap_or_default()
    }

    /// The first key of an answer in this place; empty if it has none.
    pub fn key_in(&self, place: Place, answer: Answer) -> String {
        self.first_in(place, answer).map(ToString::to_string).unwrap_or_default()
    }

    fn first_in(&self, place: Place, answer: Answer) -> Option<&Chord> {
        self.first(|binding| binding.place == place && binding.command == Command::Answer(answer))
    }

    fn first(&self, is: impl Fn(&Binding) -> bool) -> Option<&Chord> {
        self.keys.iter().find(|(binding, _)| is(binding))?.1.first()
    }

    /// The keys to press for an answer in this place, one after the other; none if it has none.
    pub fn presses(&self, place: Place, answer: Answer) -> Vec<Key> {
        self.first_in(place, answer).map(|chord| chord.keys().to_vec()).unwrap_or_default()
    }
}

fn nearest(name: &str) -> &'static str {
    let best = BINDINGS.iter().min_by_key(|binding| strsim::damerau_levenshtein(name, binding.name));
    best.map_or("", |binding| binding.name)
}
