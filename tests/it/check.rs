//! `dogwatch check`: each rule finds what it is for, and nothing else.

pub mod made;
mod rules;
