//! Styles as a terminal is told them, where lines are printed and not drawn.

use std::fmt::Write as _;

use ratatui::style::{Color, Modifier, Style};

use super::Depth;

/// The emphases that a terminal knows, with their numbers (ECMA-48, SGR).
const EMPHASES: &[(Modifier, u8)] = &[
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::REVERSED, 7),
    (Modifier::CROSSED_OUT, 9),
];

/// The text with what makes it look like this, and nothing left on behind it; a plain style adds nothing.
pub fn painted(text: &str, style: Style) -> String {
    let mut numbers = String::new();
    let mut add = |number: &str| {
        let joint = if numbers.is_empty() { "" } else { ";" };
        // Writing into a string cannot fail.
        let _ = write!(numbers, "{joint}{number}");
    };
    for (emphasis, number) in EMPHASES {
        if style.add_modifier.contains(*emphasis) {
            add(&number.to_string());
        }
    }
    for (color, base) in [(style.fg, 30), (style.bg, 40)] {
        if let Some(number) = color.and_then(|color| number(color, base)) {
            add(&number);
        }
    }
    if numbers.is_empty() || text.is_empty() { text.to_owned() } else { format!("\x1b[{numbers}m{text}\x1b[0m") }
}

/// A colour's number; `base` is 30 for the text and 40 for what is behind it. None for the terminal's own.
fn number(color: Color, base: u8) -> Option<String> {
    match color {
        Color::Rgb(r, g, b) => Some(format!("{};2;{r};{g};{b}", base + 8)),
        Color::Indexed(index) => Some(format!("{};5;{index}", base + 8)),
        named => {
            let place = u8::try_from(Depth::number(named)?).ok()?;
            Some(if place < 8 { base + place } else { base + 52 + place }.to_string())
        }
    }
}
