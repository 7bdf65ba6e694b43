//! The personal file: who I am, how my screen looks, which token goes where.
//!
//! It lies outside every repository, so it may say what a team file may not:
//! which variable holds the token of which host, and which editor to start.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::attention::Attention;
use super::team::TeamFile;

/// What one person has set for themselves.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PersonalFile {
    /// My id in the team file; absent: found by the login of my token.
    pub me: Option<String>,
    /// `[ui]`: wins over the team's default for the same key.
    pub ui: Ui,
    /// The command that edits a note, as program and arguments; absent: `$VISUAL`, `$EDITOR`, else inline.
    pub editor: Option<Vec<String>>,
    /// `[keys]`: the name of a binding, and the keys that replace its own.
    pub keys: BTreeMap<String, Vec<String>>,
    /// `[tokens]`: `HOST[:PORT]`, in lower case, and where its token is.
    pub tokens: BTreeMap<String, TokenSource>,
    /// Hosts that the enterprise token variables may serve, in lower case.
    pub enterprise: Vec<String>,
    /// `[attention]`.
    pub attention: Attention,
    /// `[retention]`.
    pub retention: Retention,
}

/// Where the token of one host is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenSource {
    /// The name of the variable.
    pub env: String,
}

/// How the screen looks; what is absent is left to the other file, then to the default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ui {
    /// The name of a theme.
    pub theme: Option<String>,
    /// How many colours to use.
    pub color: Option<Color>,
    /// Whether the mouse is taken from the terminal.
    pub mouse: Option<bool>,
    /// Whether the terminal may ring at all.
    pub bell: Option<bool>,
    /// Whether the terminal's title says what waits.
    pub title: Option<bool>,
    /// Whether what leads to the web can be clicked.
    pub links: Option<Links>,
    /// Whether to start with names, hosts and private titles replaced.
    pub private: Option<bool>,
    /// Whether to speak line by line instead of drawing a screen.
    pub plain: Option<bool>,
    /// Further words and patterns to replace.
    pub redact: Option<Vec<String>>,
}

/// Whether a theme may be called so: it is the name of its file, too.
pub fn is_theme_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

/// How many colours the screen uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Color {
    /// As many as the terminal says it has.
    #[default]
    Auto,
    /// 24 bits.
    Truecolor,
    /// 256.
    Ansi256,
    /// The terminal's own sixteen.
    Ansi16,
    /// None: marks, bold and reverse only.
    Mono,
}

/// Whether what leads to the web can be clicked on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Links {
    /// Where the terminal is known to show links.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

/// How long what can be fetched again is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    /// Closed issues that no longer change.
    pub cache: TimeDelta,
    /// Results of health probes.
    pub probes: TimeDelta,
    /// Rows of eval runs: what a baseline is made of, and all that is left of an expired artifact. The default is a
    /// year and a month, so that what runs once a year is held against the last one.
    pub evals: TimeDelta,
    /// Log files.
    pub logs: TimeDelta,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            cache: TimeDelta::days(90),
            probes: TimeDelta::days(30),
            evals: TimeDelta::days(400),
            logs: TimeDelta::days(14),
        }
    }
}

/// What the screen goes by, after both files have been heard.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the files, and any may be set with any other")]
pub struct Settings {
    /// The name of a theme.
    pub theme: String,
    /// How many colours to use.
    pub color: Color,
    /// Whether the mouse is taken from the terminal.
    pub mouse: bool,
    /// Whether the terminal may ring at all.
    pub bell: bool,
    /// Whether the terminal's title says what waits.
    pub title: bool,
    /// Whether what leads to the web can be clicked.
    pub links: Links,
    /// Whether to start with names, hosts and private titles replaced.
    pub private: bool,
    /// Whether to speak line by line instead of drawing a screen.
    pub plain: bool,
    /// Further words and patterns to replace.
    pub redact: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: "dark".into(),
            color: Color::Auto,
            mouse: false,
            bell: true,
            title: true,
            links: Links::Auto,
            private: false,
            plain: false,
            redact: Vec::new(),
        }
    }
}

/// The settings that hold: the personal value, else the team's, else the default.
pub fn layered(team: &TeamFile, personal: &PersonalFile) -> Settings {
    let (mine, ours, default) = (&personal.ui, &team.ui, Settings::default());
    Settings {
        theme: mine.theme.clone().or_else(|| ours.theme.clone()).unwrap_or(default.theme),
        color: mine.color.or(ours.color).unwrap_or(default.color),
        mouse: mine.mouse.or(ours.mouse).unwrap_or(default.mouse),
        bell: mine.bell.or(ours.bell).unwrap_or(default.bell),
        title: mine.title.or(ours.title).unwrap_or(default.title),
        links: mine.links.or(ours.links).unwrap_or(default.links),
        private: mine.private.or(ours.private).unwrap_or(default.private),
        plain: mine.plain.or(ours.plain).unwrap_or(default.plain),
        redact: mine.redact.clone().or_else(|| ours.redact.clone()).unwrap_or(default.redact),
    }
}
