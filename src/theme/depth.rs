//! How many colours a terminal has, and the nearest ones it can show.

use std::str::FromStr;

use ratatui::style::Color;

/// How many colours a terminal shows, fewest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Depth {
    /// None: bold, reverse and underline only.
    Mono,
    /// The sixteen of the terminal's own palette.
    Ansi16,
    /// The fixed palette of 256.
    Ansi256,
    /// Any.
    TrueColor,
}

/// What the operator asked for, with `--color` or in the personal file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ColorChoice {
    /// As the environment says.
    #[default]
    Auto,
    /// Colours, whatever the environment says; how many, it decides.
    Always,
    /// None.
    Never,
    /// Exactly so many.
    Exactly(Depth),
}

/// A word that is no choice of colours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no choice of colours; write auto, always, never, 16, 256 or truecolor")]
pub struct UnknownColor(String);

impl FromStr for ColorChoice {
    type Err = UnknownColor;

    fn from_str(word: &str) -> Result<Self, UnknownColor> {
        match word {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" | "none" => Ok(Self::Never),
            "16" => Ok(Self::Exactly(Depth::Ansi16)),
            "256" => Ok(Self::Exactly(Depth::Ansi256)),
            "truecolor" => Ok(Self::Exactly(Depth::TrueColor)),
            _ => Err(UnknownColor(word.to_owned())),
        }
    }
}

/// What the environment says about colours; `None` where a variable is not set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Surroundings<'a> {
    /// `NO_COLOR` (no-color.org): any value but the empty one.
    pub no_color: Option<&'a str>,
    /// `CLICOLOR_FORCE` (bixense.com/clicolors): any value but `0`.
    pub clicolor_force: Option<&'a str>,
    /// `TERM`.
    pub term: Option<&'a str>,
    /// `COLORTERM`.
    pub colorterm: Option<&'a str>,
}

/// The depth to draw with: what the operator asked for, then `NO_COLOR`, then
/// what the terminal calls itself.
pub fn decide_depth(choice: ColorChoice, around: Surroundings<'_>) -> Depth {
    let set = |value: Option<&str>| value.is_some_and(|value| !value.is_empty());
    let able = terminal_depth(around);
    match choice {
        ColorChoice::Never => Depth::Mono,
        ColorChoice::Exactly(depth) => depth,
        ColorChoice::Always => able.max(Depth::Ansi16),
        ColorChoice::Auto if set(around.no_color) => Depth::Mono,
        ColorChoice::Auto if set(around.clicolor_force) && around.clicolor_force != Some("0") => {
            able.max(Depth::Ansi16)
        }
        ColorChoice::Auto => able,
    }
}

fn terminal_depth(around: Surroundings<'_>) -> Depth {
    const MANY: &[&str] = &["-direct", "alacritty", "foot", "ghostty", "kitty", "wezterm"];
    let term = around.term.unwrap_or("ansi");
    if matches!(term, "" | "dumb") || term.starts_with("vt") {
        Depth::Mono
    } else if term == "linux" {
        Depth::Ansi16
    } else if matches!(around.colorterm, Some("truecolor" | "24bit")) || MANY.iter().any(|name| term.contains(name)) {
        Depth::TrueColor
    } else if term.contains("256") {
        Depth::Ansi256
    } else {
        Depth::Ansi16
    }
}

impl Depth {
    /// The colour of this depth that is nearest to `color`; on a terminal
    /// without colours the terminal's own.
    pub fn nearest(self, color: Color) -> Color {
        match (self, color) {
            (Self::Mono, _) => Color::Reset,
            (Self::Ansi16, Color::Rgb(r, g, b)) => nearest_named([r, g, b]),
            (Self::Ansi16, Color::Indexed(index)) => match NAMED.get(usize::from(index)) {
                Some((named, _)) => *named,
                None => nearest_named(indexed_rgb(index)),
            },
            (Self::Ansi256, Color::Rgb(r, g, b)) => Color::Indexed(nearest_index([r, g, b])),
            (Self::Ansi16 | Self::Ansi256 | Self::TrueColor, same) => same,
        }
    }

    /// The place of a named colour among the sixteen; none for any other.
    pub fn number(color: Color) -> Option<usize> {
        NAMED.iter().position(|(named, _)| *named == color)
    }
}

/// The sixteen in the order of their numbers, with the values xterm gives them.
const NAMED: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

/// The steps of the 6×6×6 cube of the fixed palette.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn nearest_named(rgb: [u8; 3]) -> Color {
    let best = NAMED.iter().min_by_key(|(_, named)| distance(*named, rgb));
    best.map_or(Color::Reset, |(color, _)| *color)
}

fn nearest_index(rgb: [u8; 3]) -> u8 {
    let best = (16..=255).min_by_key(|index| distance(indexed_rgb(*index), rgb));
    best.unwrap_or(16)
}

/// What a number of the fixed palette looks like: cube from 16, greys from 232.
pub(crate) fn indexed_rgb(index: u8) -> [u8; 3] {
    match index {
        0..=15 => NAMED[usize::from(index)].1,
        16..=231 => {
            let place = usize::from(index - 16);
            [STEPS[place / 36], STEPS[place / 6 % 6], STEPS[place % 6]]
        }
        232..=255 => [8 + 10 * (index - 232); 3],
    }
}

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}
