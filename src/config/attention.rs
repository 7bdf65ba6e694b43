//! When the operator is called, though they look elsewhere: by a bell, by a
//! notification, and not while they sleep.

use chrono::NaiveTime;

/// What the operator can be called for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion {
    /// A new incident that somebody has to take within hours.
    Sev,
    /// An ack ran out, or nobody took a grave incident in time.
    Ack,
    /// A shift of the operator's begins.
    Shift,
}

impl Occasion {
    /// All of them, with the word that the files have for each.
    pub const ALL: [(Self, &str); 3] = [(Self::Sev, "sev"), (Self::Ack, "ack"), (Self::Shift, "shift")];
}

/// `[attention]`: when the operator is called, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    /// What rings.
    pub bell: Vec<Occasion>,
    /// What makes a notification.
    pub notify: Vec<Occasion>,
    /// How a terminal is asked to show one.
    pub terminal: Speech,
    /// When nothing rings and nothing is shown; none: never.
    pub quiet: Option<Quiet>,
    /// The ids of the severities that get through nevertheless while the operator is on call; none: the gravest.
    pub quiet_except: Option<Vec<String>>,
}

impl Default for Attention {
    fn default() -> Self {
        let all = Occasion::ALL.map(|(occasion, _)| occasion);
        Self { bell: all.to_vec(), notify: all.to_vec(), terminal: Speech::Auto, quiet: None, quiet_except: None }
    }
}

/// A stretch of every day on the operator's clock; one that ends before it begins runs over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// The first minute of it.
    pub from: NaiveTime,
    /// The first minute after it.
    pub to: NaiveTime,
}

/// How a terminal is asked to show a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Speech {
    /// As the terminal that the environment names understands it; another one only rings.
    #[default]
    Auto,
    /// OSC 9: iTerm2, `ConEmu`, `WezTerm`, Ghostty, kitty.
    Osc9,
    /// OSC 777: rxvt-unicode, foot.
    Osc777,
    /// Not at all.
    Never,
}
