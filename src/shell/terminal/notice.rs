//! Notifications through the terminal, which also reach whoever sits at the
//! other end of SSH: OSC 9 or OSC 777, as the terminal's makers document it.

use super::Clipboard as Passage;
use crate::config::Speech;
use crate::domain::text::Clean;

/// What a variable of the environment says about the terminal.
enum Says {
    /// It is there, and not empty.
    Something,
    /// It is exactly this.
    Exactly(&'static str),
    /// It begins with this.
    Begins(&'static str),
}

/// Terminals by the variable that tells them, and what they understand. tmux and screen put their own names into the
/// first two variables; the others reach through them, and `LC_TERMINAL` through SSH, too.
const TERMINALS: &[(&str, Says, Speech)] = &[
    ("TERM_PROGRAM", Says::Exactly("iTerm.app"), Speech::Osc9),
    ("TERM_PROGRAM", Says::Exactly("WezTerm"), Speech::Osc9),
    ("TERM_PROGRAM", Says::Exactly("ghostty"), Speech::Osc9),
    ("TERM", Says::Exactly("xterm-ghostty"), Speech::Osc9),
    ("TERM", Says::Exactly("xterm-kitty"), Speech::Osc9),
    ("TERM", Says::Exactly("wezterm"), Speech::Osc9),
    ("TERM", Says::Begins("rxvt-unicode"), Speech::Osc777),
    ("TERM", Says::Begins("foot"), Speech::Osc777),
    ("LC_TERMINAL", Says::Exactly("iTerm2"), Speech::Osc9),
    ("GHOSTTY_RESOURCES_DIR", Says::Something, Speech::Osc9),
    ("KITTY_WINDOW_ID", Says::Something, Speech::Osc9),
    ("WEZTERM_PANE", Says::Something, Speech::Osc9),
    ("ConEmuPID", Says::Something, Speech::Osc9),
];

/// How this terminal is spoken to: as the operator says, else as its variables tell; [`Speech::Never`] where they tell
/// nothing.
pub fn speech(wished: Speech, variable: impl Fn(&str) -> Option<String>) -> Speech {
    if wished != Speech::Auto {
        return wished;
    }
    let is_so = |(name, says, _): &&(&str, Says, Speech)| {
        variable(name).is_some_and(|value| match says {
            Says::Something => !value.is_empty(),
            Says::Exactly(known) => value == *known,
            Says::Begins(known) => value.starts_with(known),
        })
    };
    TERMINALS.iter().find(is_so).map_or(Speech::Never, |(_, _, speech)| *speech)
}

/// The bytes that show this text; nothing where the terminal is not spoken to.
pub fn notice(speech: Speech, passage: Passage, text: &Clean) -> Vec<u8> {
    // A semicolon would begin another field, and a number before one another command of ConEmu's.
    let text = text.to_line().as_str().replace(';', ",");
    let said = match speech {
        Speech::Auto | Speech::Never => return Vec::new(),
        Speech::Osc9 => format!("\x1b]9;dogwatch: {text}"),
        Speech::Osc777 => format!("\x1b]777;notify;dogwatch;{text}"),
    };
    passage.hand_through(&said)
}
