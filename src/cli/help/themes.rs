//! The themes, and what has a style of its own.

use super::sheet::{Part, Row, Sheet};
use crate::theme::{BUILT_IN, BuiltIn, ROLES};

/// The names and roles that a theme file may use.
pub(super) fn sheet() -> Sheet {
    let theme = |one: &BuiltIn| Row { name: one.name.to_owned(), more: String::new(), about: one.about.to_owned() };
    let role = |(role, about): &(&str, &str)| Row {
        name: (*role).to_owned(),
        more: String::new(),
        about: about.trim().to_owned(),
    };
    let intro = [
        "`theme` in [ui] of the personal file names one of these, --theme names one for one run, and :theme on the \
         screen shows them all; `auto` fits the terminal's background by COLORFGBG. Without colours (NO_COLOR, --color \
         never) `mono` is used.",
        "A theme of one's own is a file NAME.toml in the folder `themes` beside the personal file: perhaps `base`, the \
         theme that it begins from; perhaps `line_height` (2 leaves room between the rows); and a table [roles]. A \
         role has fg and bg, each a name like light-red, a number from 0 to 255 or #rrggbb, and with: bold, dim, \
         italic, underlined, reversed, crossed-out. A role that is left out looks as in `base`, else like `text`, and \
         the selected row is always reversed.",
    ];
    Sheet {
        name: "themes",
        about: "the themes of the screen",
        section: "5",
        intro: intro.map(str::to_owned).to_vec(),
        parts: vec![
            Part { title: "Themes".to_owned(), rows: BUILT_IN.iter().map(theme).collect() },
            Part { title: "Roles".to_owned(), rows: ROLES.iter().map(role).collect() },
        ],
    }
}
