//! The personal file as it is spelt.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::text::{Id, Pairs, Passing, Placed, Text, Variable, WordOr};

/// What one person has set for themselves.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(title = "dogwatch personal file")]
pub(in crate::config) struct RawPersonalFile {
    /// The format; always 1.
    pub(in crate::config) version: Option<Placed<i64>>,
    /// My id in the team file; absent: found by the login of my token.
    #[schemars(with = "Option<Id>", extend("examples" = ["ana"]))]
    pub(in crate::config) me: Option<Text>,
    /// The command that edits a note; absent: $VISUAL, $EDITOR, else inline.
    #[schemars(extend("examples" = [["vim"]]))]
    pub(in crate::config) editor: Option<Placed<Vec<Text>>>,
    /// Hosts that the enterprise token variables may serve.
    #[serde(default)]
    #[schemars(extend("examples" = [["github.example.com"]]))]
    pub(in crate::config) enterprise: Vec<Text>,
    /// How the screen looks; wins over the team's default for the same key.
    #[serde(default)]
    pub(in crate::config) ui: RawUi,
    /// The name of a binding, and the keys that replace its own.
    #[serde(default)]
    pub(in crate::config) keys: Pairs<WordOr<Text>>,
    /// HOST[:PORT], and where its token is.
    #[serde(default)]
    pub(in crate::config) tokens: Pairs<RawToken>,
    /// When I am called, though I look elsewhere.
    #[serde(default)]
    pub(in crate::config) attention: RawAttention,
    /// How long what can be fetched again is kept.
    #[serde(default)]
    pub(in crate::config) retention: RawRetention,
}

/// How the screen looks.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::config) struct RawUi {
    /// The name of a theme, one of the program's or of the files in `themes` beside the personal file; `auto` fits the
    /// terminal's background. Default dark.
    pub(in crate::config) theme: Option<Text>,
    /// How many colours to use; default auto.
    pub(in crate::config) color: Option<RawColor>,
    /// Whether the mouse is taken from the terminal; default false.
    pub(in crate::config) mouse: Option<bool>,
    /// Whether the terminal may ring at all; default true.
    pub(in crate::config) bell: Option<bool>,
    /// Whether the terminal's title says what waits; default true.
    pub(in crate::config) title: Option<bool>,
    /// Whether ids and addresses on the screen lead to the web where they are clicked; default auto.
    pub(in crate::config) links: Option<RawLinks>,
    /// Start with names, hosts and private titles replaced; default false.
    pub(in crate::config) private: Option<bool>,
    /// Speak line by line instead of drawing a screen, as with --plain; default false.
    pub(in crate::config) plain: Option<bool>,
    /// Further words and patterns to replace.
    #[schemars(extend("examples" = [["acme"]]))]
    pub(in crate::config) redact: Option<Vec<Text>>,
}

/// How many colours the screen uses.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(in crate::config) enum RawColor {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "truecolor")]
    Truecolor,
    #[serde(rename = "256")]
    Ansi256,
    #[serde(rename = "16")]
    Ansi16,
    #[serde(rename = "none")]
    Mono,
}

/// Whether the screen has links.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(in crate::config) enum RawLinks {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "on")]
    On,
    #[serde(rename = "off")]
    Off,
}

/// When the operator is called, though they look elsewhere.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::config) struct RawAttention {
    /// What rings: sev, ack, shift; default all of them.
    pub(in crate::config) bell: Option<Vec<RawOccasion>>,
    /// What makes a notification: sev, ack, shift; default all of them.
    pub(in crate::config) notify: Option<Vec<RawOccasion>>,
    /// How a terminal is asked to show one; default auto.
    pub(in crate::config) terminal: Option<RawSpeech>,
    /// From and to on my clock, also over midnight: nothing rings and nothing is shown; default never.
    #[schemars(extend("examples" = ["22:00-07:00"]))]
    pub(in crate::config) quiet: Option<Text>,
    /// Severities that get through while I am on call; absent: the gravest.
    #[schemars(extend("examples" = [["SEV1"]]))]
    pub(in crate::config) quiet_except: Option<Vec<Text>>,
}

/// What the operator can be called for.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(in crate::config) enum RawOccasion {
    #[serde(rename = "sev")]
    Sev,
    #[serde(rename = "ack")]
    Ack,
    #[serde(rename = "shift")]
    Shift,
}

/// How a terminal is asked to show a notification.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
pub(in crate::config) enum RawSpeech {
    #[serde(rename = "auto")]
    Auto,
    #[serde(rename = "osc9")]
    Osc9,
    #[serde(rename = "osc777")]
    Osc777,
    #[serde(rename = "never")]
    Never,
}

/// Where the token of a host is.
#[derive(Debug, Deserialize, JsonSchema)]
pub(in crate::config) struct RawToken {
    /// The name of the variable, never the token.
    #[schemars(with = "Variable")]
    pub(in crate::config) env: Text,
}

/// How long what can be fetched again is kept.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(in crate::config) struct RawRetention {
    /// Closed issues; default 90d.
    #[schemars(with = "Option<Passing>", extend("examples" = ["90d"]))]
    pub(in crate::config) cache: Option<Text>,
    /// Results of health probes; default 30d.
    #[schemars(with = "Option<Passing>", extend("examples" = ["30d"]))]
    pub(in crate::config) probes: Option<Text>,
    /// Rows of eval runs; default 400d.
    #[schemars(with = "Option<Passing>", extend("examples" = ["400d"]))]
    pub(in crate::config) evals: Option<Text>,
    /// Log files; default 14d.
    #[schemars(with = "Option<Passing>", extend("examples" = ["14d"]))]
    pub(in crate::config) logs: Option<Text>,
}
