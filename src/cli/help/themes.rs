//! The themes, and what has a style of its own.

use super::sheet::{Part, Row, Sheet};
use crate::theme::{BUILT_IN, ROLES};

/// The names and roles that a theme file may use.
pub(super) fn sheet() -> Sheet {
    let theme = |(name, text): &(&str, &str)| {
        let lines = text.lines().map_while(|line| line.strip_prefix("# "));
        Row { name: (*name).to_owned(), more: String::new(), about: lines.collect::<Vec<_>>().join(" ") }
    };
    let role = |(role, about): &(&str, &str)| Row {
        name: (*role).to_owned(),
        more: String::new(),
        about: about.trim().to_owned(),
    };
    let intro = [
        "`theme` in [ui] of the personal file names one of these; without colours (NO_COLOR, --color never, a dumb \
         terminal) `mono` is used.",
        "A theme is a TOML file with one table, [roles]. A role has fg and bg, each a name like light-red, a number \
         from 0 to 255 or #rrggbb, and with: bold, dim, italic, underlined, reversed, crossed-out. A role that is left \
         out looks like `text`, and the selected row is always reversed.",
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
