//! The keys of the screen.

use super::sheet::{Part, Row, Sheet};
use crate::app::bindings::Keymap;

/// Every binding with its keys as they are now, under the headings of help.
pub(super) fn sheet(keys: &Keymap) -> Sheet {
    let mut parts: Vec<Part> = Vec::new();
    for (binding, keys) in keys.rows() {
        if parts.last().is_none_or(|part| part.title != binding.group) {
            parts.push(Part { title: binding.group.to_owned(), rows: Vec::new() });
        }
        let row = Row { name: binding.name.to_owned(), more: keys, about: binding.help.to_owned() };
        if let Some(part) = parts.last_mut() {
            part.rows.push(row);
        }
    }
    let intro = [
        "A key is a character, or a name: space, enter, esc, tab, backspace, delete, insert, left, right, up, down, \
         home, end, pgup, pgdn, f1 to f24; with ctrl-, alt- or shift- before it. Several keys, one after the other, \
         are written with a blank between them: \"g g\", \"ctrl-x s\".",
        "[keys] in the personal file gives a binding, by its name, other keys in place of its own: \
         ack = [\"a\", \"ctrl-x a\"]. An empty list takes all keys away; the palette still finds it. A key that means \
         two things in one place, or is the beginning of another, is refused with both places. In text that is being \
         typed, the usual keys edit it: arrows, home, end, backspace, delete, ctrl-w, ctrl-u, ctrl-e; ctrl-c leaves \
         everywhere. Neither can be changed.",
    ];
    Sheet {
        name: "keys",
        about: "the keys of the screen",
        section: "7",
        intro: intro.map(str::to_owned).to_vec(),
        parts,
    }
}
