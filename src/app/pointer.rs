//! The mouse: what it did in a cell, and what that means for what is drawn there.
//!
//! The core knows no cells. `view` says what lies under the pointer, and the
//! core does what the same thing does by key.

use crate::panes::frame::{Divider, Pane};

/// Whether the mouse is taken from the terminal, which then marks text only with its own modifier held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MouseMode {
    /// It is the terminal's.
    #[default]
    Off,
    /// It is the screen's.
    On,
}

/// What a mouse did, and in which cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What.
    pub does: Does,
    /// The column, from 0.
    pub x: u16,
    /// The row, from 0.
    pub y: u16,
}

/// What a mouse does; only its left button counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// The button goes down.
    Press,
    /// It moves while the button is down.
    Drag,
    /// The button comes up.
    Release,
    /// The wheel turns towards the operator: on.
    WheelDown,
    /// The wheel turns away: back.
    WheelUp,
}

/// What the pointer did, in terms of what is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointed {
    /// To a line of the queue, by its place in the list.
    Row(usize),
    /// To the detail.
    Detail,
    /// To the name of a pane, or to what is no entry of it.
    Pane(Pane),
    /// To an entry of a pane, by its place.
    Entry(Pane, usize),
    /// To a line of the list to choose from, by its place.
    Choice(usize),
    /// It took hold of a divider.
    Grabbed(Divider),
    /// It moved on with the divider that it holds, to this cell.
    Dragged(u16, u16),
    /// It let go.
    Dropped,
    /// The wheel turned over this part by so many lines; down is positive.
    Wheel(Spot, isize),
}

/// A part of the screen that scrolls by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// The list of incidents.
    Queue,
    /// The selected incident.
    Detail,
    /// A pane beside the queue.
    Pane(Pane),
}
