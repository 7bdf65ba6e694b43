//! What the team works with, as plain values: nothing here knows of a clock, a disk or a screen.

pub mod text;
