//! A frame of the screen as a picture that stays sharp: for the README and for reports.
//!
//! Every character is placed on the grid of the terminal by its own position,
//! so that a wide or a missing glyph cannot push the rest of its row aside.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

use crate::theme::{Depth, indexed_rgb};

const CELL_WIDTH: usize = 9;
const CELL_HEIGHT: usize = 18;
const FONT_SIZE: usize = 15;
/// From the top of a cell to the line that letters stand on.
const BASELINE: usize = 14;
const FONTS: &str = "'DejaVu Sans Mono','Noto Sans Mono CJK JP','Noto Color Emoji',Menlo,Consolas,monospace";

type Rgb = [u8; 3];

/// The colours of the terminal that is pictured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Palette {
    /// Plain text.
    pub ink: Rgb,
    /// The background.
    pub paper: Rgb,
    /// The sixteen, in the order of their numbers.
    pub named: [Rgb; 16],
}

impl Palette {
    /// A dark terminal with soft colours.
    pub const DARK: Self = Self {
        ink: [0xD8, 0xDE, 0xE9],
        paper: [0x1B, 0x1F, 0x27],
        named: [
            [0x2B, 0x30, 0x3B],
            [0xE0, 0x6C, 0x75],
            [0x98, 0xC3, 0x79],
            [0xE5, 0xC0, 0x7B],
            [0x61, 0xAF, 0xEF],
            [0xC6, 0x78, 0xDD],
            [0x56, 0xB6, 0xC2],
            [0xAB, 0xB2, 0xBF],
            [0x5C, 0x63, 0x70],
            [0xFF, 0x85, 0x8D],
            [0xB5, 0xE0, 0x90],
            [0xFF, 0xD6, 0x8A],
            [0x7F, 0xC1, 0xFF],
            [0xDE, 0x94, 0xF5],
            [0x6F, 0xD3, 0xDF],
            [0xFF, 0xFF, 0xFF],
        ],
    };

    fn rgb(&self, color: Color, default: Rgb) -> Rgb {
        match color {
            Color::Reset => default,
            Color::Rgb(r, g, b) => [r, g, b],
            Color::Indexed(index) => self.named.get(usize::from(index)).copied().unwrap_or_else(|| indexed_rgb(index)),
            named => Depth::number(named).map_or(default, |number| self.named[number]),
        }
    }
}

/// How one cell looks, with all of the terminal's rules applied.
#[derive(PartialEq)]
struct Look {
    ink: Rgb,
    paper: Rgb,
    modifier: Modifier,
}

impl Look {
    fn of(cell: &Cell, palette: &Palette) -> Self {
        let mut look = Self {
            ink: palette.rgb(cell.fg, palette.ink),
            paper: palette.rgb(cell.bg, palette.paper),
            modifier: cell.modifier,
        };
        if look.modifier.contains(Modifier::REVERSED) {
            std::mem::swap(&mut look.ink, &mut look.paper);
        }
        look
    }

    fn attributes(&self) -> String {
        let mut out = format!(" fill=\"{}\"", hex(self.ink));
        let known = [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::DIM, " fill-opacity=\"0.65\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
        ];
        for (modifier, attribute) in known {
            if self.modifier.contains(modifier) {
                out.push_str(attribute);
            }
        }
        out
    }
}

/// The frame as an SVG document; the same frame always as the same bytes.
pub fn svg(buffer: &Buffer, palette: &Palette) -> String {
    let width = usize::from(buffer.area.width) * CELL_WIDTH;
    let height = usize::from(buffer.area.height) * CELL_HEIGHT;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"{FONTS}\" font-size=\"{FONT_SIZE}\" xml:space=\"preserve\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
        hex(palette.paper)
    );
    for (row, cells) in buffer.content.chunks(usize::from(buffer.area.width.max(1))).enumerate() {
        let placed = placed(cells, palette);
        for run in placed.chunk_by(|a, b| a.look == b.look && a.column + a.columns == b.column) {
            draw(&mut out, run, row * CELL_HEIGHT, palette);
        }
    }
    out.push_str("</svg>\n");
    out
}

/// One glyph and where it stands.
struct Placed<'a> {
    column: usize,
    columns: usize,
    symbol: &'a str,
    look: Look,
}

/// The glyphs of a row, without the cells that a wide one covers.
fn placed<'a>(cells: &'a [Cell], palette: &Palette) -> Vec<Placed<'a>> {
    let mut row = Vec::new();
    let mut column = 0;
    while let Some(cell) = cells.get(column) {
        let columns = cell.symbol().width().clamp(1, cells.len() - column);
        row.push(Placed { column, columns, symbol: cell.symbol(), look: Look::of(cell, palette) });
        column += columns;
    }
    row
}

/// Neighbours that look alike: their background, their letters, their lines.
fn draw(out: &mut String, run: &[Placed<'_>], top: usize, palette: &Palette) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
    let left = first.column * CELL_WIDTH;
    let width = (last.column + last.columns) * CELL_WIDTH - left;
    let look = &first.look;
    let mut rectangle = |y: usize, height: usize, fill: Rgb| {
        let fill = hex(fill);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "<rect x=\"{left}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{fill}\"/>");
    };
    if look.paper != palette.paper {
        rectangle(top, CELL_HEIGHT, look.paper);
    }
    if look.modifier.contains(Modifier::UNDERLINED) {
        rectangle(top + BASELINE + 2, 1, look.ink);
    }
    if look.modifier.contains(Modifier::CROSSED_OUT) {
        rectangle(top + CELL_HEIGHT / 2, 1, look.ink);
    }
    if look.modifier.contains(Modifier::HIDDEN) {
        return;
    }
    letters(out, run, top + BASELINE);
}

/// One element for all single characters, each with its own position, and one
/// for each glyph that is made of several. Blanks between them stay: a viewer
/// that knows one position only still keeps the words apart.
fn letters(out: &mut String, run: &[Placed<'_>], baseline: usize) {
    let Some(attributes) = run.first().map(|placed| placed.look.attributes()) else { return };
    let seen = |placed: &Placed<'_>| !placed.symbol.trim().is_empty();
    let (Some(first), Some(last)) = (run.iter().position(seen), run.iter().rposition(seen)) else { return };
    let run = &run[first..=last];
    let (single, joined): (Vec<_>, Vec<_>) = run.iter().partition(|placed| placed.symbol.chars().nth(1).is_none());
    for group in std::iter::once(single).chain(joined.into_iter().map(|placed| vec![placed])) {
        if group.is_empty() {
            continue;
        }
        let places: Vec<String> = group.iter().map(|placed| (placed.column * CELL_WIDTH).to_string()).collect();
        // One position for a joined glyph: a second would pull it apart.
        let text: String = group.iter().map(|placed| escaped(placed.symbol)).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "<text x=\"{}\" y=\"{baseline}\"{attributes}>{text}</text>", places.join(" "));
    }
}

fn hex([r, g, b]: Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn escaped(symbol: &str) -> String {
    symbol.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace(char::is_control, "")
}
