//! What does not go together among the keys of a session: it is told, not
//! guessed, and each half of it by its name.

use std::cmp::Ordering;

use super::Keymap;
use crate::app::bindings::problem::Claim;
use crate::app::bindings::{Binding, Command, KeyProblem, Place};
use crate::app::chord::Chord;
use crate::app::key::{Code, Held, Key};

/// Keys that no binding can have, each with the reason.
const NEVER: &[(Key, &str)] = &[
    (Key::ctrl('h'), "terminals send it for Backspace"),
    (Key::ctrl('i'), "terminals send it for Tab"),
    (Key::ctrl('j'), "terminals send it for Enter"),
    (Key::ctrl('m'), "terminals send it for Enter"),
    (Key::ctrl('['), "terminals send it for Esc"),
    (Key::ctrl('s'), "it stops the output of a terminal"),
    (Key::ctrl('q'), "it lets the output of a terminal go on"),
    (Key::ctrl('a'), "screen takes it for itself"),
    (Key::ctrl('b'), "tmux takes it for itself"),
];
const LEAVES: &str = "it leaves, wherever it is pressed";
const DROPS: &str = "within several keys, Esc drops what was begun";

/// A binding and one of its chords.
type Row<'a> = (&'static Binding, &'a Chord);

impl Keymap {
    pub(super) fn problems(&self) -> Vec<KeyProblem> {
        let rows: Vec<Row<'_>> =
            self.keys.iter().flat_map(|(binding, chords)| chords.iter().map(|chord| (*binding, chord))).collect();
        let (wrong, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| alone(*row).is_some());
        let mut problems: Vec<KeyProblem> = wrong.into_iter().filter_map(alone).collect();
        for (at, one) in rows.iter().enumerate() {
            problems.extend(rows[at + 1..].iter().filter_map(|other| together(*one, *other)));
        }
        problems.extend(self.hidden(&rows));
        problems
    }

    /// What leads out and has no key left in a place whose own keys come first.
    fn hidden(&self, rows: &[Row<'_>]) -> Vec<KeyProblem> {
        let ways_out = self.keys.iter().filter(|(binding, _)| binding.command.is_a_way_out());
        let in_places = ways_out.flat_map(|way| Place::ALL.iter().map(move |place| (way, *place)));
        let of_others = in_places
            .filter(|((way, _), place)| !matches!(place, Place::Queue | Place::Tour) && place.reaches(way.command));
        let hidden = of_others.filter_map(|((way, chords), place)| {
            let own = |chord: &Chord| rows.iter().find(|row| row.0.place == place && meet(row.1, chord)).copied();
            let hiding: Vec<Row<'_>> = chords.iter().map_while(own).collect();
            let first = *hiding.first().filter(|_| hiding.len() == chords.len())?;
            Some(KeyProblem::Hides { here: claim(first), everywhere: claim((way, &chords[0])) })
        });
        hidden.collect()
    }
}

/// Whether one is the other, or its beginning.
fn meet(one: &Chord, other: &Chord) -> bool {
    one.keys().starts_with(other.keys()) || other.keys().starts_with(one.keys())
}

fn claim((binding, chord): Row<'_>) -> Claim {
    Claim { name: binding.name, keys: chord.to_string() }
}

/// What is wrong with one by itself.
fn alone(row: Row<'_>) -> Option<KeyProblem> {
    let (binding, chord) = row;
    let never = |why| Some(KeyProblem::Never { claim: claim(row), why });
    let quits = binding.command == Command::Quit && chord.keys().len() == 1;
    if let Some((_, why)) = NEVER.iter().find(|(key, _)| chord.keys().contains(key)) {
        return never(why);
    }
    if chord.keys().contains(&Key::ctrl('c')) && !quits {
        return never(LEAVES);
    }
    if chord.keys().len() > 1 && chord.keys().contains(&Key::plain(Code::Esc)) {
        return never(DROPS);
    }
    let first = chord.first();
    let writes = matches!(binding.place, Place::List | Place::Note);
    (writes && first.typed().is_some() && first.held == Held::Nothing).then(|| KeyProblem::Typed(claim(row)))
}

/// What is wrong with two of one place.
fn together(one: Row<'_>, other: Row<'_>) -> Option<KeyProblem> {
    if one.0.place != other.0.place || !meet(one.1, other.1) {
        return None;
    }
    match one.1.keys().len().cmp(&other.1.keys().len()) {
        Ordering::Equal if one.0.name == other.0.name => None,
        Ordering::Equal => Some(KeyProblem::Conflict { one: claim(one), other: claim(other) }),
        Ordering::Less => Some(KeyProblem::Begins { short: claim(one), long: claim(other) }),
        Ordering::Greater => Some(KeyProblem::Begins { short: claim(other), long: claim(one) }),
    }
}
