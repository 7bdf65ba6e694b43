//! How the screen looks: one style per role, never a colour named where it is used.
//!
//! A theme is one TOML file. Whatever it says, the selected row is reversed,
//! so that the row a key will act on can be seen on every terminal, and on one
//! without colours the `mono` theme stands in: emphasis stays, colour goes.

mod depth;
mod sgr;
mod wardrobe;

use std::collections::BTreeMap;
use std::ops::Range;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use toml::Spanned;

pub(crate) use depth::indexed_rgb;
pub use depth::{ColorChoice, Depth, Surroundings, UnknownColor, decide_depth};
pub use sgr::painted;
pub use wardrobe::Wardrobe;

/// A theme that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltIn {
    /// What it is called.
    pub name: &'static str,
    /// One sentence on whom it is for.
    pub about: &'static str,
    /// Its file.
    pub text: &'static str,
}

macro_rules! built_in {
    ($($name:literal $about:literal)*) => {
        /// The themes that come with the program, the default first.
        pub const BUILT_IN: &[BuiltIn] = &[$(BuiltIn {
            name: $name, about: $about, text: include_str!(concat!("../themes/", $name, ".toml")),
        },)*];
    };
}

built_in! {
    "dark" "The terminal's own colours, for dark backgrounds; legible on light ones"
    "light" "Dark inks on white"
    "high-contrast" "On black, at least 7 to 1 everywhere"
    "colour-blind" "Told apart in protanopia, deuteranopia and tritanopia"
    "projector" "For a shared screen: black on white, two hues, room between the rows"
    "ansi16" "The terminal's own palette, with its bright colours"
    "mono" "No colours: bold, underline and reverse"
}

/// What stands for the theme that fits the terminal's background.
pub const AUTO: &str = "auto";

/// The theme for a terminal that says this of its colours in `COLORFGBG` (`15;0`: ink, then paper, as rxvt and konsole
/// set it): `light` for light paper, else the default, which can be read on both. The terminal itself is never asked:
/// some answer late, and some never.
pub fn fitting(colorfgbg: Option<&str>) -> &'static str {
    let paper = colorfgbg.and_then(|said| said.rsplit(';').next()).and_then(|paper| paper.parse::<u8>().ok());
    match paper {
        Some(7 | 9..=15) => "light",
        Some(_) | None => BUILT_IN[0].name,
    }
}

/// Why a theme file was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// Not TOML, or a value of the wrong type.
    #[error("line {line}: {what}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// What is wrong there, in one line.
        what: String,
    },
    /// A role that no part of the screen has.
    #[error("line {line}: there is no role `{role}`; write `{nearest}` or remove the line")]
    UnknownRole {
        /// Counted from 1.
        line: usize,
        /// As written in the file.
        role: String,
        /// The role with the most similar name.
        nearest: &'static str,
    },
    /// A colour that is neither a name, a number nor `#rrggbb`.
    #[error("line {line}: `{color}` is no colour; write a name like `light-red`, a number from 0 to 255, or `#rrggbb`")]
    UnknownColor {
        /// Counted from 1.
        line: usize,
        /// As written in the file.
        color: String,
    },
    /// Rows are one or two lines high.
    #[error("line {line}: `line_height` is {height}; write 1 or 2")]
    LineHeight {
        /// Counted from 1.
        line: usize,
        /// As written in the file.
        height: u16,
    },
    /// A theme begins from one of the program's.
    #[error("line {line}: there is no theme `{name}` to begin from; write `{nearest}`")]
    UnknownBase {
        /// Counted from 1.
        line: usize,
        /// As written in the file.
        name: String,
        /// The built-in theme with the most similar name.
        nearest: &'static str,
    },
    /// No theme has this name.
    #[error(
        "there is no theme `{name}`; write `{nearest}`, or put {name}.toml into the folder `themes` beside your config.toml"
    )]
    UnknownTheme {
        /// As asked for.
        name: String,
        /// The built-in theme with the most similar name.
        nearest: &'static str,
    },
}

/// Makes the struct, the table of names and the access by name from one list.
macro_rules! roles {
    ($($(#[doc = $doc:literal])+ $role:ident,)+) => {
        /// One style for each thing that can be on the screen.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Theme {
            $($(#[doc = $doc])+ pub $role: Style,)+
            /// How many lines a row of the queue takes: 1, or 2 with a blank one below it.
            pub line_height: u16,
        }

        /// Every role with what it is for, in the order of the documentation.
        pub const ROLES: &[(&str, &str)] = &[$((stringify!($role), concat!($($doc),+)),)+];

        impl Theme {
            const PLAIN: Self = Self { $($role: Style::new(),)+ line_height: 1 };

            fn role_mut(&mut self, name: &str) -> Option<&mut Style> {
                match name {
                    $(stringify!($role) => Some(&mut self.$role),)+
                    _ => None,
                }
            }

            /// Every role's name and style, in the order of [`ROLES`].
            pub fn styles(&self) -> Vec<(&'static str, Style)> {
                vec![$((stringify!($role), self.$role),)+]
            }
        }
    };
}

roles! {
    /// Plain text.
    text,
    /// What matters less: ages, ids, separators.
    dim,
    /// Titles of panes.
    title,
    /// The frame of a pane.
    border,
    /// The frame of the pane that has the keys.
    border_focused,
    /// The header line.
    header,
    /// The selected row; always reversed.
    selected,
    /// A row that has gone and waits for the cursor to move.
    ghost,
    /// A row that the operator has marked.
    marked,
    /// A decision that the tracker has not answered yet.
    pending,
    /// Past its time.
    overdue,
    /// The first severity.
    urgent,
    /// The second severity.
    high,
    /// The third severity.
    normal,
    /// The fourth severity, and all below.
    low,
    /// Somebody has it.
    acked,
    /// Put aside until a time.
    snoozed,
    /// Done.
    closed,
    /// All is well.
    ok,
    /// Something wants a look.
    warning,
    /// Something failed.
    error,
    /// A key that can be pressed.
    key,
    /// Code and identifiers.
    code,
    /// A web address.
    link,
    /// A heading in a body or runbook.
    heading,
    /// Quoted text and its bar.
    quote,
    /// What a text had before and has no longer, in a comparison.
    removed,
    /// What a text did not have before, in a comparison.
    added,
    /// What the filter found in a row.
    matched,
    /// The message that something was done.
    toast_ok,
    /// The message that something was refused.
    toast_error,
}

impl Theme {
    /// The theme that comes with the program under this name.
    ///
    /// # Errors
    ///
    /// [`ThemeError::UnknownTheme`] with the nearest name there is.
    pub fn named(name: &str) -> Result<Self, ThemeError> {
        match BUILT_IN.iter().find(|known| known.name == name) {
            Some(known) => Self::parse(known.text),
            None => Err(unknown(name)),
        }
    }

    /// The theme in a file's text; a role that it leaves out looks as in the theme that it names as its `base`, and like
    /// `text` if it names none.
    ///
    /// # Errors
    ///
    /// Every variant of [`ThemeError`] but the last; the message names the
    /// line and what to write instead.
    pub fn parse(text: &str) -> Result<Self, ThemeError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line_of(text, &span));
            ThemeError::Syntax { line, what: error.message().replace('\n', " ") }
        })?;
        let mut theme = match file.base {
            None => Self::PLAIN,
            Some(base) => Self::named(base.get_ref()).map_err(|error| match error {
                ThemeError::UnknownTheme { name, nearest } => {
                    ThemeError::UnknownBase { line: line_of(text, &base.span()), name, nearest }
                }
                other => other,
            })?,
        };
        if let Some(height) = file.line_height {
            let line = line_of(text, &height.span());
            match height.into_inner() {
                height @ 1..=2 => theme.line_height = height,
                height => return Err(ThemeError::LineHeight { line, height }),
            }
        }
        for (role, paint) in file.roles {
            let line = line_of(text, &paint.span());
            let style = paint.into_inner().style(line)?;
            let Some(place) = theme.role_mut(&role) else {
                let nearest = nearest(&role, ROLES.iter().map(|(role, _)| *role));
                return Err(ThemeError::UnknownRole { line, role, nearest });
            };
            *place = style;
        }
        theme.selected = theme.selected.add_modifier(Modifier::REVERSED);
        Ok(theme)
    }

    /// This theme on a terminal of that depth: colours it lacks become the
    /// nearest it has, and without colours it is `mono`.
    #[must_use]
    pub fn at(&self, depth: Depth) -> Self {
        if depth == Depth::Mono {
            let mono = Self::named("mono").unwrap_or(Self::PLAIN);
            return Self { line_height: self.line_height, ..mono };
        }
        let mut theme = self.clone();
        for (role, style) in self.styles() {
            if let Some(place) = theme.role_mut(role) {
                place.fg = style.fg.map(|color| depth.nearest(color));
                place.bg = style.bg.map(|color| depth.nearest(color));
                place.underline_color = None;
            }
        }
        theme
    }

    /// The style of a severity by its place in the team's list, counted from 0.
    pub fn severity(&self, place: usize) -> Style {
        match place {
            0 => self.urgent,
            1 => self.high,
            2 => self.normal,
            _ => self.low,
        }
    }
}

impl Default for Theme {
    /// The first of [`BUILT_IN`].
    fn default() -> Self {
        Self::named(BUILT_IN[0].name).unwrap_or(Self::PLAIN)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    base: Option<Spanned<String>>,
    line_height: Option<Spanned<u16>>,
    #[serde(default)]
    roles: BTreeMap<String, Spanned<Paint>>,
}

/// One role as the file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Paint {
    fg: Option<String>,
    bg: Option<String>,
    #[serde(default)]
    with: Vec<Emphasis>,
}

/// What a terminal without colours can do, too.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Emphasis {
    Bold,
    Dim,
    Italic,
    Underlined,
    Reversed,
    CrossedOut,
}

impl Paint {
    fn style(self, line: usize) -> Result<Style, ThemeError> {
        let mut style = Style::new();
        style.fg = self.fg.map(|color| parse_color(color, line)).transpose()?;
        style.bg = self.bg.map(|color| parse_color(color, line)).transpose()?;
        for emphasis in self.with {
            style = style.add_modifier(match emphasis {
                Emphasis::Bold => Modifier::BOLD,
                Emphasis::Dim => Modifier::DIM,
                Emphasis::Italic => Modifier::ITALIC,
                Emphasis::Underlined => Modifier::UNDERLINED,
                Emphasis::Reversed => Modifier::REVERSED,
                Emphasis::CrossedOut => Modifier::CROSSED_OUT,
            });
        }
        Ok(style)
    }
}

fn parse_color(color: String, line: usize) -> Result<Color, ThemeError> {
    match color.parse() {
        Ok(parsed) => Ok(parsed),
        Err(_) => Err(ThemeError::UnknownColor { line, color }),
    }
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count()
}

fn unknown(name: &str) -> ThemeError {
    ThemeError::UnknownTheme { name: name.to_owned(), nearest: nearest(name, BUILT_IN.iter().map(|known| known.name)) }
}

fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> &'static str {
    known.min_by_key(|known| strsim::damerau_levenshtein(name, known)).unwrap_or_default()
}
