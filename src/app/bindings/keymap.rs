//! The keys as they are in this session: those of the table, with those of the
//! personal file in their place.

use std::collections::BTreeMap;

use super::{Answer, BINDINGS, Binding, Command, KeyProblem, Place};
use crate::app::key::{Held, Key};

/// The keys that hold in this session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    keys: Vec<(&'static Binding, Vec<Key>)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let own =
            |binding: &'static Binding| (binding, binding.keys.iter().filter_map(|key| key.parse().ok()).collect());
        Self { keys: BINDINGS.iter().map(own).collect() }
    }
}

impl Keymap {
    /// The table, with the keys of the personal file in place of its own; an
    /// empty list takes all keys away. `ctrl-c` leaves, whatever the file says.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, in the order of the names.
    pub fn with(personal: &BTreeMap<String, Vec<String>>) -> Result<Self, Vec<KeyProblem>> {
        let mut map = Self::default();
        let mut problems = Vec::new();
        for (name, keys) in personal {
            match map.keys.iter_mut().find(|(binding, _)| binding.name == name) {
                None => problems.push(KeyProblem::UnknownBinding { name: name.clone(), nearest: nearest(name) }),
                Some((binding, own)) => {
                    let (parsed, wrong): (Vec<_>, Vec<_>) = keys.iter().map(|key| key.parse()).partition(Result::is_ok);
                    *own = parsed.into_iter().filter_map(Result::ok).collect();
                    let wrong = wrong.into_iter().filter_map(Result::err);
                    problems.extend(wrong.map(|why| KeyProblem::UnknownKey { name: binding.name, why }));
                }
            }
        }
        problems.extend(map.conflicts());
        problems.extend(map.typed());
        if problems.is_empty() { Ok(map) } else { Err(problems) }
    }

    /// What this key does here.
    pub fn command(&self, place: Place, key: Key) -> Option<Command> {
        let bound = |(binding, keys): &&(&Binding, Vec<Key>)| binding.place == place && keys.contains(&key);
        self.keys.iter().find(bound).map(|(binding, _)| binding.command)
    }

    /// What this key does in a dialog.
    pub fn answer(&self, place: Place, key: Key) -> Option<Answer> {
        if let Command::Answer(answer) = self.command(place, key)? { Some(answer) } else { None }
    }

    /// Every binding with its keys as they are now, in the order of help.
    pub fn rows(&self) -> impl Iterator<Item = (&'static Binding, String)> + '_ {
        self.keys.iter().map(|(binding, keys)| {
            let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
            (*binding, names.join(" "))
        })
    }

    /// The first key of a command; empty if it has none.
    pub fn key_of(&self, command: Command) -> String {
        let row = self.keys.iter().find(|(binding, _)| binding.command == command);
        row.and_then(|(_, keys)| keys.first()).map(ToString::to_string).unwrap_or_default()
    }

    /// The first key of an answer in this place; empty if it has none.
    pub fn key_in(&self, place: Place, answer: Answer) -> String {
        let is = |binding: &Binding| binding.place == place && binding.command == Command::Answer(answer);
        let row = self.keys.iter().find(|(binding, _)| is(binding));
        row.and_then(|(_, keys)| keys.first()).map(ToString::to_string).unwrap_or_default()
    }

    /// The first key of an answer in this place, to press it.
    pub fn first(&self, place: Place, answer: Answer) -> Option<Key> {
        let is = |binding: &Binding| binding.place == place && binding.command == Command::Answer(answer);
        self.keys.iter().find(|(binding, _)| is(binding))?.1.first().copied()
    }

    fn conflicts(&self) -> Vec<KeyProblem> {
        let mut seen: BTreeMap<(Place, Key), &'static str> = BTreeMap::new();
        let mut problems = Vec::new();
        for (binding, keys) in &self.keys {
            for key in keys {
                match seen.insert((binding.place, *key), binding.name) {
                    Some(one) if one != binding.name => {
                        problems.push(KeyProblem::Conflict { key: key.to_string(), one, other: binding.name });
                    }
                    Some(_) | None => {}
                }
            }
        }
        problems
    }

    /// Characters cannot be bound where they are typed.
    fn typed(&self) -> Vec<KeyProblem> {
        let writes = |place| matches!(place, Place::List | Place::Note);
        let rows = self.keys.iter().filter(|(binding, _)| writes(binding.place));
        rows.flat_map(|(binding, keys)| {
            let typed = keys.iter().filter(|key| key.typed().is_some() && key.held == Held::Nothing);
            typed.map(|key| KeyProblem::Typed { name: binding.name, key: key.to_string() })
        })
        .collect()
    }
}

fn nearest(name: &str) -> &'static str {
    let best = BINDINGS.iter().min_by_key(|binding| strsim::damerau_levenshtein(name, binding.name));
    best.map_or("", |binding| binding.name)
}
