//! Which terminal this is, as far as its variables tell, and what its makers
//! say that it understands. Nothing is asked of it: an answer may never come.

use crate::config::Speech;

/// What a variable of the environment says about the terminal.
pub(super) enum Says {
    /// It is there, and not empty.
    Something,
    /// It is exactly this.
    Exactly(&'static str),
    /// It begins with this.
    Begins(&'static str),
    /// It is a number, and no less than this.
    AtLeast(u32),
}

/// Whether it shows links (OSC 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    Links,
    TextAlone,
}

/// A terminal, by a variable that tells it.
pub(super) struct Known {
    variable: &'static str,
    says: Says,
    /// How it is asked for a notification.
    pub(super) speech: Speech,
    pub(super) shows: Shows,
}

/// tmux and screen put their own names into the first two variables; the others reach through them, and `LC_TERMINAL`
/// through SSH, too.
const TERMINALS: &[Known] = &[
    known("TERM_PROGRAM", Says::Exactly("iTerm.app"), Speech::Osc9, Shows::Links),
    known("TERM_PROGRAM", Says::Exactly("WezTerm"), Speech::Osc9, Shows::Links),
    known("TERM_PROGRAM", Says::Exactly("ghostty"), Speech::Osc9, Shows::Links),
    known("TERM_PROGRAM", Says::Exactly("vscode"), Speech::Never, Shows::Links),
    known("TERM", Says::Exactly("xterm-ghostty"), Speech::Osc9, Shows::Links),
    known("TERM", Says::Exactly("xterm-kitty"), Speech::Osc9, Shows::Links),
    known("TERM", Says::Exactly("wezterm"), Speech::Osc9, Shows::Links),
    known("TERM", Says::Begins("rxvt-unicode"), Speech::Osc777, Shows::TextAlone),
    known("TERM", Says::Begins("foot"), Speech::Osc777, Shows::Links),
    known("TERM", Says::Begins("alacritty"), Speech::Never, Shows::Links),
    known("LC_TERMINAL", Says::Exactly("iTerm2"), Speech::Osc9, Shows::Links),
    known("GHOSTTY_RESOURCES_DIR", Says::Something, Speech::Osc9, Shows::Links),
    known("KITTY_WINDOW_ID", Says::Something, Speech::Osc9, Shows::Links),
    known("WEZTERM_PANE", Says::Something, Speech::Osc9, Shows::Links),
    known("ALACRITTY_WINDOW_ID", Says::Something, Speech::Never, Shows::Links),
    known("WT_SESSION", Says::Something, Speech::Never, Shows::Links),
    // GNOME Terminal and others on VTE, since 0.50; Konsole, since 20.12.
    known("VTE_VERSION", Says::AtLeast(5000), Speech::Never, Shows::Links),
    known("KONSOLE_VERSION", Says::AtLeast(201_200), Speech::Never, Shows::Links),
    known("ConEmuPID", Says::Something, Speech::Osc9, Shows::TextAlone),
];

const fn known(variable: &'static str, says: Says, speech: Speech, shows: Shows) -> Known {
    Known { variable, says, speech, shows }
}

/// Every terminal that the variables name.
pub(super) fn terminals(variable: impl Fn(&str) -> Option<String>) -> impl Iterator<Item = &'static Known> {
    TERMINALS.iter().filter(move |known| {
        variable(known.variable).is_some_and(|value| match known.says {
            Says::Something => !value.is_empty(),
            Says::Exactly(known) => value == known,
            Says::Begins(known) => value.starts_with(known),
            Says::AtLeast(least) => value.parse::<u32>().is_ok_and(|version| version >= least),
        })
    })
}
