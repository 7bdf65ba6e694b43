//! The last look at a frame in private mode: no name, host or secret is left
//! in it, whoever drew it.
//!
//! What is drawn has been veiled before it was laid out, so that lines keep
//! their shape. This catches what was drawn all the same, also where a line
//! was cut or a word went on in the next line. A stand-in takes no more room
//! than there was.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::App;
use crate::app::watch::Dialog;
use crate::domain::veil::{Piece, Veil};
use crate::panes::fit;

/// What divides a row of the screen into parts that have nothing to do with each other.
const WALL: &str = "│";

/// Where somebody types: they see what they write.
#[derive(Debug, Clone, Copy)]
pub struct Typing {
    at: Position,
    rows: Rows,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// A line of its own.
    One,
    /// All of a box.
    All,
}

/// Where something is being typed, if the terminal's cursor is there.
pub fn typing(app: &App, cursor: Option<Position>) -> Option<Typing> {
    let rows = if matches!(app.dialog(), Some(Dialog::Note { .. })) { Rows::All } else { Rows::One };
    cursor.map(|at| Typing { at, rows })
}

/// Replaces what is left.
pub fn draw(veil: &Veil, buffer: &mut Buffer, area: Rect, typing: Option<Typing>) {
    for mut part in parts(buffer, area) {
        if let Some(typing) = typing {
            part.spare(typing);
        }
        let mut done = BTreeSet::new();
        // A name may end with its line, or go on in the next one; a word may have been broken in two.
        for text in [part.text(buffer, "\n"), part.text(buffer, "")] {
            for piece in veil.pieces(&text.letters) {
                put(buffer, &part, &text, (&piece, &mut done));
            }
        }
    }
}

/// Rows below each other between the same two walls.
struct Part {
    from: u16,
    to: u16,
    rows: Vec<u16>,
}

impl Part {
    fn spare(&mut self, typing: Typing) {
        let Position { x, y } = typing.at;
        if (self.from..=self.to).contains(&x) && self.rows.contains(&y) {
            match typing.rows {
                Rows::One => self.rows.retain(|row| *row != y),
                Rows::All => self.rows.clear(),
            }
        }
    }

    /// What is read in it, row after row with this between them.
    fn text(&self, buffer: &Buffer, between: &str) -> Text {
        let mut text = Text::default();
        for y in &self.rows {
            let cells = cells(buffer, *y, (self.from, self.to));
            let written = |(_, symbol): &&(u16, &str)| !symbol.trim().is_empty();
            let Some(first) = cells.iter().position(|cell| written(&cell)) else {
                text.letters.push_str(between);
                continue;
            };
            let last = cells.iter().rposition(|cell| written(&cell)).unwrap_or(first);
            for (x, symbol) in &cells[first..=last] {
                text.places.push((text.letters.len(), *x, *y));
                text.letters.push_str(symbol);
            }
            // What reaches the wall may have been cut there.
            if !between.is_empty() && last + 1 == cells.len() {
                text.letters.push('…');
            }
            text.letters.push_str(between);
        }
        text
    }
}

/// What is read, and where each letter of it stands.
#[derive(Default)]
struct Text {
    letters: String,
    /// The byte, the column and the row of each cell, in order.
    places: Vec<(usize, u16, u16)>,
}

/// The cells of a part of a row; what a wide letter covers is none.
fn cells(buffer: &Buffer, y: u16, (from, to): (u16, u16)) -> Vec<(u16, &str)> {
    let mut cells = Vec::new();
    let mut x = from;
    while x < to {
        let symbol = buffer[(x, y)].symbol();
        cells.push((x, symbol));
        x += u16::try_from(fit::columns(symbol)).unwrap_or(1).max(1);
    }
    cells
}

fn parts(buffer: &Buffer, area: Rect) -> Vec<Part> {
    let mut all: Vec<Part> = Vec::new();
    let mut open: BTreeMap<(u16, u16), usize> = BTreeMap::new();
    for y in area.y..area.bottom() {
        let walls = (area.x..area.right()).filter(|x| buffer[(*x, y)].symbol() == WALL);
        let mut next = BTreeMap::new();
        let mut from = area.x;
        for wall in walls.chain([area.right()]) {
            if wall > from {
                let place = *open.get(&(from, wall)).unwrap_or(&all.len());
                if place == all.len() {
                    all.push(Part { from, to: wall, rows: Vec::new() });
                }
                all[place].rows.push(y);
                next.insert((from, wall), place);
            }
            from = wall + 1;
        }
        open = next;
    }
    all
}

/// Writes what stands for a piece over it, row by row, where that has not been done.
fn put(buffer: &mut Buffer, part: &Part, text: &Text, (piece, done): (&Piece, &mut BTreeSet<(u16, u16)>)) {
    let inside = |(at, ..): &&(usize, u16, u16)| (piece.from..piece.to).contains(at);
    let mut rows: BTreeMap<u16, Vec<u16>> = BTreeMap::new();
    for (_, x, y) in text.places.iter().filter(inside) {
        if done.insert((*x, *y)) {
            rows.entry(*y).or_default().push(*x);
        }
    }
    let mut by = piece.by.trim_end();
    for (y, columns) in rows {
        let (Some(first), Some(last)) = (columns.first().copied(), columns.last().copied()) else { continue };
        let wide = fit::columns(buffer[(last, y)].symbol()).max(1);
        let end = (last + u16::try_from(wide).unwrap_or(1)).min(part.to);
        let room = usize::from(end - first);
        // Blanks behind it are room, too, up to the last one.
        let blank = |x: &u16| buffer[(*x, y)].symbol() == " ";
        let free = (end..part.to).take_while(blank).count();
        let free = if end + u16::try_from(free).unwrap_or(0) == part.to { free } else { free.saturating_sub(1) };
        let shown = fitting(by, room, free);
        let columns = fit::columns(&shown).max(room);
        for x in first..first + u16::try_from(columns).unwrap_or(0) {
            buffer[(x, y)].set_symbol(" ");
        }
        for (x, letter) in (first..).zip(shown.chars()) {
            buffer[(x, y)].set_symbol(letter.encode_utf8(&mut [0; 4]));
        }
        by = "";
    }
}

/// The stand-in, in the longest form for which there is room.
fn fitting(by: &str, room: usize, free: usize) -> String {
    if by.len() <= room + free {
        return by.to_owned();
    }
    let number: String = by.chars().filter(char::is_ascii_digit).collect();
    let first = by.trim_start_matches('[').chars().next().unwrap_or('·');
    let short = format!("{first}{number}");
    if short.len() <= room { short } else { "·".repeat(room) }
}
