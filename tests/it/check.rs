//! `dogwatch check`: each rule finds what it is for, and nothing else.

mod made;
mod rules;
